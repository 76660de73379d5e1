package gateway

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"
)

// newServer serves a handler by net/http and gives its address.
func newServer(t *testing.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}
