package bodies

import (
	"bytes"
	"io"
	"net/http"
)

// whole sends bodies from memory.
type whole struct{ next http.RoundTripper }

// Whole gives a transport that sends each body from memory, so none should be larger than a request of DynamoDB or a mail.
func Whole(next http.RoundTripper) http.RoundTripper { return whole{next} }

// RoundTrip sends the request.
func (t whole) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Body == nil || request.ContentLength <= 0 {
		return t.next.RoundTrip(request)
	}
	data := make([]byte, request.ContentLength)
	_, err := io.ReadFull(request.Body, data)
	_ = request.Body.Close()
	if err != nil {
		return nil, err
	}
	sent := request.WithContext(request.Context()) // a copy: the request is the caller's
	sent.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	sent.Body, _ = sent.GetBody()
	return t.next.RoundTrip(sent)
}
