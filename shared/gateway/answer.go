package gateway

import (
	"bytes"
	"fmt"
	"net/http"
)

// answer collects what a handler writes and behaves like net/http's own writer: 200 when nobody says otherwise,
// headers fixed by the first WriteHeader or Write, later ones ignored, no body where the status forbids one, a
// Content-Type by the first bytes. A HEAD body is kept, for its length and ETag, and dropped when sent.
type answer struct {
	header http.Header // what the handler changes
	fixed  http.Header // as they were at WriteHeader; nil before
	status int         // 0 before WriteHeader
	body   bytes.Buffer
}

func newAnswer() *answer { return &answer{header: http.Header{}} }

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("gateway: invalid status %d", status)) // net/http panics too
	}
	if a.fixed != nil || status < 200 && status != http.StatusSwitchingProtocols {
		return // late, or informational, which Lambda cannot send
	}
	a.status, a.fixed = status, a.header.Clone()
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	if !bodyAllowed(a.status) {
		return 0, http.ErrBodyNotAllowed
	}
	return a.body.Write(p)
}

// finish fixes the answer as it is.
func (a *answer) finish() {
	a.WriteHeader(http.StatusOK)
	if _, set := a.fixed["Content-Type"]; !set && a.body.Len() > 0 && a.fixed.Get("Content-Encoding") == "" {
		a.fixed.Set("Content-Type", http.DetectContentType(a.body.Bytes()))
	}
}

// reset forgets everything, so that an error can be answered after a handler began.
func (a *answer) reset() {
	clear(a.header)
	a.fixed, a.status = nil, 0
	a.body.Reset()
}

func bodyAllowed(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}
