package gateway

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// TestNoEventBreaksAFunction: whatever API Gateway, a console or a test tool sends, the function answers with a
// status, a body that survives JSON, and no error.
func TestNoEventBreaksAFunction(t *testing.T) {
	log.SetOutput(io.Discard) // the library prints a method or a body that it cannot read
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	handler := Lambda(newSite(t, map[string]http.Handler{
		"/zoeken": Handler(func(w http.ResponseWriter, r *http.Request) error {
			values, err := Params(r, Param{Name: "q", MaxLength: 20})
			if err != nil {
				return err
			}
			_, err = io.WriteString(w, "<p>"+values.Get("q"))
			return err
		}),
	}))
	rapid.Check(t, func(t *rapid.T) {
		anything := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
		path := rapid.OneOf(anything, rapid.Map(anything, func(s string) string { return "/zones/" + s }),
			rapid.SampledFrom([]string{"", "/", "//", "/zoeken", "/api/v1/search", "/..", "/zones/../..", "*", "/%", "/?"}))
		e := event(
			rapid.OneOf(rapid.SampledFrom([]string{"GET", "HEAD", "POST", "OPTIONS", "CONNECT", "get", ""}), anything).Draw(t, "method"),
			path.Draw(t, "path"),
			rapid.OneOf(anything, rapid.Map(anything, func(s string) string { return "q=" + s })).Draw(t, "query"),
			rapid.MapOf(rapid.SampledFrom([]string{"accept-encoding", "if-none-match", "host", "belgov-trace-id", "cookie", "x"}), anything).Draw(t, "headers"))
		e.RequestContext.DomainName = anything.Draw(t, "domain")
		e.RequestContext.HTTP.SourceIP = anything.Draw(t, "address")
		e.Cookies = rapid.SliceOf(anything).Draw(t, "cookies")
		e.Body = anything.Draw(t, "body")
		e.IsBase64Encoded = rapid.Bool().Draw(t, "base64")

		got, err := handler(t.Context(), e)
		if err != nil || got.StatusCode < 200 || got.StatusCode > 499 {
			t.Fatalf("status %d, error %v", got.StatusCode, err)
		}
		if got.IsBase64Encoded {
			if _, err := base64.StdEncoding.DecodeString(got.Body); err != nil {
				t.Fatal(err)
			}
		} else if !utf8.ValidString(got.Body) {
			t.Fatalf("body %q does not survive JSON", got.Body)
		}
		for name, value := range got.Headers {
			if strings.ContainsAny(name+value, "\r\n") {
				t.Fatalf("header %s: %q", name, value)
			}
		}
		if strings.EqualFold(e.RequestContext.HTTP.Method, "HEAD") && got.Body != "" {
			t.Fatalf("HEAD has body %q", got.Body)
		}
		if _, err := json.Marshal(got); err != nil {
			t.Fatal(err)
		}
	})
}

// TestWhatAHandlerSees is an event as API Gateway makes it and the request that a handler gets.
func TestWhatAHandlerSees(t *testing.T) {
	e := event("GET", "/scholen/000018", "theme=drugs&q=a%20b", map[string]string{
		"host": "aanspreekpunt.example", "accept-language": "nl-BE,nl;q=0.9", "user-agent": "test"})
	e.Cookies = []string{"a=1", "b=2"}
	e.RequestContext.HTTP.SourceIP = "2001:db8::7"
	Lambda(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got := fmt.Sprintf("%s %s | %s | %s | %s | %q | %s | %s", r.Method, r.RequestURI, r.Host, r.RemoteAddr, r.URL.Query().Get("q"),
			r.Header["Accept-Language"], r.Header.Get("Cookie"), r.URL.Host)
		want := `GET /scholen/000018?theme=drugs&q=a%20b | aanspreekpunt.example | [2001:db8::7]:0 | a b | ["nl-BE,nl;q=0.9"] | a=1; b=2 | `
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}))(t.Context(), e)
}
