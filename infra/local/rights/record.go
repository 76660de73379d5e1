package rights

import (
	"fmt"
	"net/http"
	"slices"
	"sync"

	"aanspreekpunt/infra/local/template"
)

// Record keeps the calls of functions, each once. Its methods may be called from several goroutines. The zero value is
// empty; a nil Record keeps nothing.
type Record struct {
	mu    sync.Mutex
	calls map[string]Call
	odd   []string // requests that could not be read
}

// Calls gives what was noted, in no order.
func (d *Record) Calls() []Call {
	d.mu.Lock()
	defer d.mu.Unlock()
	calls := make([]Call, 0, len(d.calls))
	for _, c := range d.calls {
		calls = append(calls, c)
	}
	return calls
}

// Has tells whether a function made a call with an action and, of DynamoDB, a leading key.
func (d *Record) Has(function, action, key string) bool {
	return slices.ContainsFunc(d.Calls(), func(c Call) bool {
		return c.Function == function && c.Action == action && slices.Contains(c.Context[leadingKeys], key)
	})
}

func (d *Record) note(function string, calls []Call, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil {
		d.odd = append(d.odd, function+": "+err.Error())
	}
	if d.calls == nil {
		d.calls = map[string]Call{}
	}
	for _, c := range calls {
		c.Function = function
		d.calls[c.String()] = c
	}
}

// around notes the calls of requests to a service and lets them through. Requests that no function signed are let
// through alone.
func (d *Record) around(service http.Handler, read func(r *http.Request, body []byte, status int) ([]Call, error)) http.Handler {
	if d == nil {
		return service
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		function := caller(r)
		if function == "" || function == Nobody {
			service.ServeHTTP(w, r)
			return
		}
		body, err := take(r)
		if err != nil {
			http.Error(w, "the request breaks off", http.StatusBadRequest)
			return
		}
		seen := &status{ResponseWriter: w, code: http.StatusOK}
		defer func() { // what stands in the service's place may break the connection with a panic
			calls, err := read(r, body, seen.code)
			d.note(function, calls, err)
		}()
		service.ServeHTTP(seen, r)
	})
}

// Nobody is the session token of requests that are no function's.
const Nobody = "local"

// DynamoDB notes what functions ask of DynamoDB, with the tables of a template.
func (d *Record) DynamoDB(service http.Handler, tables []template.Table) http.Handler {
	return d.around(service, func(r *http.Request, body []byte, _ int) ([]Call, error) { return dynamoDB(tables, r, body) })
}

// S3 notes what functions, and those who follow an address that a function presigned, ask of S3.
func (d *Record) S3(service http.Handler) http.Handler { return d.around(service, s3) }

// SES notes mails that functions send.
func (d *Record) SES(service http.Handler) http.Handler {
	return d.around(service, func(_ *http.Request, body []byte, _ int) ([]Call, error) { return ses(body) })
}

// Lambda notes calls of functions by functions; the path's {name} is the one that is called.
func (d *Record) Lambda(service http.Handler) http.Handler {
	return d.around(service, func(r *http.Request, _ []byte, _ int) ([]Call, error) { return lambda(r), nil })
}

// Runs notes that a function runs: with its rights, Lambda then writes its log and keeps events that failed.
func (d *Record) Runs(f template.Function) {
	if d == nil {
		return
	}
	var calls []Call
	for _, action := range []string{"logs:CreateLogStream", "logs:PutLogEvents"} {
		calls = append(calls, Call{Action: action, Resource: template.ARN("logs", "log-group:"+f.LogGroup+":log-stream:2026/11/27/[$LATEST]0")})
	}
	if f.DeadLetters != "" {
		calls = append(calls, Call{Action: "sqs:SendMessage", Resource: f.DeadLetters})
	}
	var err error
	if f.LogGroup == "" {
		err = fmt.Errorf("the template names no log group")
	}
	d.note(f.Name, calls, err)
}

// status remembers the status of an answer.
type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }
