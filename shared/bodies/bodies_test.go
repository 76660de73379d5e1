package bodies_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	smithyhttp "github.com/aws/smithy-go/transport/http"

	"aanspreekpunt/shared/bodies"
)

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestABodyThatTheSDKClosesEarly: the SDK closes the body when the answer begins, which on a quick connection is before
// net/http has looked whether the body has an end.
func TestABodyThatTheSDKClosesEarly(t *testing.T) {
	t.Parallel()
	const body = `{"RequestItems":{}}`
	built, err := smithyhttp.NewStackRequest().(*smithyhttp.Request).SetStream(bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	built.Method, built.ContentLength = http.MethodPost, int64(len(body))
	request := built.Build(t.Context())
	sent := 0
	send := bodies.Whole(roundTrip(func(r *http.Request) (*http.Response, error) {
		sent++
		if err := request.Body.Close(); err != nil {
			t.Error(err)
		}
		again, err := r.GetBody()
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range []io.Reader{r.Body, again} {
			var read bytes.Buffer
			if _, err := io.Copy(&read, b); err != nil || read.String() != body {
				t.Errorf("read %q, %v", &read, err)
			}
		}
		return &http.Response{}, nil
	}))
	if _, err := send.RoundTrip(request); err != nil || sent != 1 {
		t.Errorf("sent %d times, %v", sent, err)
	}
	built.ContentLength++
	if _, err := send.RoundTrip(built.Build(t.Context())); err == nil || sent != 1 {
		t.Errorf("a body that is too short: sent %d times, %v", sent, err)
	}
	empty, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://table.example", nil)
	if err != nil {
		t.Fatal(err)
	}
	send = bodies.Whole(roundTrip(func(r *http.Request) (*http.Response, error) {
		if r != empty {
			t.Error("a request without a body is another one")
		}
		return nil, nil
	}))
	if _, err := send.RoundTrip(empty); err != nil {
		t.Error(err)
	}
}
