package dynamo

import (
	"bytes"
	"io"
	"net/http"
)

// sendWhole sends bodies from memory. One of the SDK fails when net/http looks for its end after the SDK closed it, which
// it does when the answer begins: up to one in a hundred quick answers then broke off, and came 200 ms late or not at
// all. From memory net/http also sends header and body at once, and by itself on a new connection when the old one had
// ended before anything was sent.
type sendWhole struct{ http.RoundTripper }

// RoundTrip sends the request.
func (t sendWhole) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Body == nil || request.ContentLength <= 0 {
		return t.RoundTripper.RoundTrip(request)
	}
	data := make([]byte, request.ContentLength)
	_, err := io.ReadFull(request.Body, data)
	_ = request.Body.Close()
	if err != nil {
		return nil, err
	}
	whole := request.WithContext(request.Context()) // a copy: the request is the caller's
	whole.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	whole.Body, _ = whole.GetBody()
	return t.RoundTripper.RoundTrip(whole)
}
