package system

import (
	"context"
	"errors"
	"io"
	"net/http"
)

// Options says what to start. The zero value is the whole system with demonstration data on a free port.
type Options struct {
	// Listen is the address of the front, host:port. Empty: a free port on 127.0.0.1.
	Listen string
	// Schools are files with the ministry's school list (CSV, or the API's JSON pages); they replace the
	// demonstration schools.
	Schools []string
	// Empty leaves demonstration data out: reference facts only, with Schools where those are given.
	Empty bool
	// Instances is the number of processes per function. 0: two.
	Instances int
	// DynamoDB and S3 are endpoints of outside servers (http://host:port) to use instead of the embedded ones.
	// A table that already holds reference facts is left as it is.
	DynamoDB, S3 string
	// ServicesOnly starts no function and seeds nothing: DynamoDB, S3 and /dev for functions that run elsewhere.
	ServicesOnly bool
	// Parameters override the template's, as `sam deploy --parameter-overrides` does.
	Parameters map[string]string
	// Log receives progress and the functions' logs, line by line. nil: nobody.
	Log io.Writer
	// BetweenDynamoDB, when set, stands between the functions and DynamoDB: every request of a function goes
	// through it, those of the seeding and of the caller do not. A test makes DynamoDB slow, failing or absent with it.
	BetweenDynamoDB func(dynamoDB http.Handler) http.Handler
}

// System is a running system. All methods may be called from several goroutines.
type System struct{ front string }

// Start builds the functions, starts everything, seeds it unless it holds data already, and returns when
// GET /api/v1/health answers UP (with Empty or seeded data alike). The caller must Close what Start returned. ctx
// bounds the start only.
func Start(ctx context.Context, o Options) (*System, error) {
	return nil, errors.New("system: not built yet")
}

// URL is where the front answers, without a slash at the end: http://127.0.0.1:8080.
func (s *System) URL() string { return s.front }

// DynamoDB is the endpoint of the DynamoDB server, past Options.BetweenDynamoDB. Any credentials serve on the
// embedded one.
func (s *System) DynamoDB() string { return "" }

// S3 is the endpoint of the S3 server; it wants path-style addresses.
func (s *System) S3() string { return "" }

// Environment is what the function of that name gets: the template's variables and the ones that Lambda sets.
// A test hands it to dynamo.FromEnvironment to reach the same table. nil: no such function.
func (s *System) Environment(function string) map[string]string { return nil }

// Invoke calls a function with an event, as `aws lambda invoke` does. An error that the function answered is an
// *InvokeError.
func (s *System) Invoke(ctx context.Context, function string, event []byte) ([]byte, error) {
	return nil, errors.New("system: not built yet")
}

// Restart ends every instance of a function and starts new ones: a cold start. It returns when they wait for an
// event.
func (s *System) Restart(ctx context.Context, function string) error {
	return errors.New("system: not built yet")
}

// Close ends every process and server that Start started, and removes what was built. It may be called twice.
func (s *System) Close() error { return nil }
