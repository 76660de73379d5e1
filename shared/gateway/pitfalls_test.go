package gateway

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"
)

// event makes an HTTP API event as API Gateway makes it: the path decoded, the query as sent, header names in
// lower case.
func event(method, path, query string, headers map[string]string) events.APIGatewayV2HTTPRequest {
	all := map[string]string{"host": "aanspreekpunt.example", "x-forwarded-proto": "https"}
	maps.Copy(all, headers)
	e := events.APIGatewayV2HTTPRequest{Version: "2.0", RawPath: path, RawQueryString: query, Headers: all}
	e.RequestContext.DomainName = "aanspreekpunt.example"
	e.RequestContext.HTTP.Method = method
	e.RequestContext.HTTP.Path = path
	e.RequestContext.HTTP.SourceIP = "192.0.2.7"
	return e
}

// TestPitfalls keeps what the proxy library really does (v0.16.2) beside what this package does with the same
// event and handler. A row whose library half fails after an update may have lost its reason.
func TestPitfalls(t *testing.T) {
	log.SetOutput(io.Discard) // the library prints what it cannot read
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	header := func(name string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Header.Get(name)) }
	}
	get := func(name, value string) events.APIGatewayV2HTTPRequest {
		return event("GET", "/", "", map[string]string{name: value})
	}
	path := func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "%s|%s", r.URL.Path, r.URL.RawQuery) }
	const tags = `"7-abc", W/"8-def"`
	const date = "Mon, 23 Nov 2026 10:00:00 GMT"

	tests := []struct {
		name    string
		event   events.APIGatewayV2HTTPRequest
		handler http.HandlerFunc
		library string // "status body", or "status error", or "panic"
		ours    string
	}{
		{"a handler that writes nothing", event("GET", "/", "", nil),
			func(http.ResponseWriter, *http.Request) {}, "504 error", "200 "},
		{"a bare percent sign in the path", event("GET", "/zones/100%", "", nil), path, "504 error", "200 /zones/100%|"},
		{"a decoded escape in the path", event("GET", "/zones/%41", "", nil), path, "200 /zones/A|", "200 /zones/%41|"},
		{"a decoded question mark in the path", event("GET", "/zones/5910?theme=drugs", "", nil), path,
			"200 /zones/5910|theme=drugs", "200 /zones/5910?theme=drugs|"},
		{"a control character in the query", event("GET", "/zoeken", "q=a\x01b", nil), path, "504 error", "200 /zoeken|q=a%01b"},
		{"a comma in Accept", get("accept", "text/html,application/json;q=0.9"), header("Accept"),
			"200 text/html", "200 text/html,application/json;q=0.9"},
		{"a comma in Date", get("date", date), header("Date"), "200 Mon", "200 " + date},
		{"a comma in If-None-Match", get("if-none-match", tags), header("If-None-Match"), `200 "7-abc"`, "200 " + tags},
		{"a comma in If-Range", get("if-range", date), header("If-Range"), "200 Mon", "200 " + date},
		{"a comma in a header on the library's list", get("if-modified-since", date), header("If-Modified-Since"),
			"200 " + date, "200 " + date},
		{"a late status", event("GET", "/", "", nil), func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "done")
			w.WriteHeader(500)
		}, "500 done", "200 done"},
		{"two statuses", event("GET", "/", "", nil), func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(404)
			w.WriteHeader(200)
		}, "200 ", "404 "},
		{"a body with HEAD", event("HEAD", "/", "", nil), func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "body")
		}, "200 body", "200 "},
		{"a body with 204", event("GET", "/", "", nil), func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(204)
			fmt.Fprint(w, "body")
		}, "204 body", "204 "},
		{"a body with 304", event("GET", "/", "", nil), func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(304)
			fmt.Fprint(w, "body")
		}, "304 body", "304 "},
		{"an address without port", event("GET", "/", "", nil), func(w http.ResponseWriter, r *http.Request) {
			host, _, err := net.SplitHostPort(r.RemoteAddr)
			fmt.Fprint(w, host, " ", err)
		}, "200  address 192.0.2.7: missing port in address", "200 192.0.2.7 <nil>"},
		{"a named stage", event("GET", "/prod/zones", "", nil), path, "200 /prod/zones|", "200 /prod/zones|"}, // so: $default
		{"an informational status", event("GET", "/", "", nil), func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(103)
			fmt.Fprint(w, "done")
		}, "103 done", "200 done"},
		{"a method that is none", event("G T", "/", "", nil), path, "504 error", "400 problem"},
		{"a body that is not base64", func() events.APIGatewayV2HTTPRequest {
			e := event("POST", "/", "", nil)
			e.Body, e.IsBase64Encoded = "%%%", true
			return e
		}(), path, "504 error", "400 problem"},
		{"a panic", event("GET", "/", "", nil), func(http.ResponseWriter, *http.Request) {
			panic("handler")
		}, "panic", "500 problem"},
		{"an invalid status", event("GET", "/", "", nil), func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(7)
		}, "7 ", "500 problem"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := outcome(t, httpadapter.NewV2(test.handler).ProxyWithContext, test.event); got != test.library {
				t.Errorf("the library gives %q, was %q", got, test.library)
			}
			if got := outcome(t, Lambda(test.handler), test.event); got != test.ours {
				t.Errorf("got %q, want %q", got, test.ours)
			}
		})
	}
}

type function func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)

// outcome calls a function and says in a few words what came of it.
func outcome(t *testing.T, f function, e events.APIGatewayV2HTTPRequest) (result string) {
	t.Helper()
	defer func() {
		if recover() != nil {
			result = "panic"
		}
	}()
	answer, err := f(t.Context(), e)
	body := answer.Body
	switch {
	case err != nil:
		body = "error"
	case answer.Headers["Content-Type"] == "application/problem+json":
		body = "problem"
	}
	return fmt.Sprintf("%d %s", answer.StatusCode, body)
}

// TestLateHeader: what is set after the first byte does not leak. The library lets it.
func TestLateHeader(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Early", "1")
		fmt.Fprint(w, "done")
		w.Header().Set("X-Late", "1")
		w.Header().Set("X-Early", "2")
	})
	theirs, _ := httpadapter.NewV2(handler).ProxyWithContext(t.Context(), event("GET", "/", "", nil))
	if theirs.Headers["X-Late"] != "1" {
		t.Error("the library no longer lets a late header leak")
	}
	ours, _ := Lambda(handler)(t.Context(), event("GET", "/", "", nil))
	if _, late := ours.Headers["X-Late"]; late || ours.Headers["X-Early"] != "1" {
		t.Errorf("headers %v, want X-Early 1 alone", ours.Headers)
	}
}

// TestCookiesAndBinary: what the library does right stays right.
func TestCookiesAndBinary(t *testing.T) {
	sent := []byte{0xff, 0x00, 0xfe}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, c := range r.Cookies() {
			http.SetCookie(w, &http.Cookie{Name: c.Name + "2", Value: c.Value})
		}
		body, _ := io.ReadAll(r.Body)
		w.Write(body)
	})
	e := event("POST", "/", "", nil)
	e.Cookies = []string{"a=1", "b=2"}
	e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(sent), true
	for name, f := range map[string]function{"library": httpadapter.NewV2(handler).ProxyWithContext, "ours": Lambda(handler)} {
		got, err := f(t.Context(), e)
		body, _ := base64.StdEncoding.DecodeString(got.Body)
		if err != nil || !got.IsBase64Encoded || string(body) != string(sent) {
			t.Errorf("%s: body %q base64 %v error %v, want the bytes sent", name, got.Body, got.IsBase64Encoded, err)
		}
		if want := []string{"a2=1", "b2=2"}; !slices.Equal(got.Cookies, want) {
			t.Errorf("%s: cookies %q, want %q", name, got.Cookies, want)
		}
		if _, leaked := got.Headers["Set-Cookie"]; leaked {
			t.Errorf("%s: Set-Cookie stands among the headers, where only one fits", name)
		}
	}
}

// TestLikeNetHTTP sends the same handlers through Lambda and through net/http's own server: status, type and
// body are the same.
func TestLikeNetHTTP(t *testing.T) {
	handlers := map[string]http.HandlerFunc{
		"nothing": func(http.ResponseWriter, *http.Request) {},
		"text":    func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "plain words") },
		"html":    func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<!doctype html><p>x") },
		"pieces":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<!doc"); fmt.Fprint(w, "type html>") },
		"png":     func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "\x89PNG\x0D\x0A\x1A\x0A") },
		"own type": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/vcard")
			fmt.Fprint(w, "x")
		},
		"no type": func(w http.ResponseWriter, _ *http.Request) { w.Header()["Content-Type"] = nil; fmt.Fprint(w, "x") },
		"coded": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			fmt.Fprint(w, "x")
		},
		"status alone": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) },
		"two values":   func(w http.ResponseWriter, _ *http.Request) { w.Header().Add("X-A", "1"); w.Header().Add("X-A", "2") },
		"newline":      func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-A", "1\r\nX-B: 2") },
		"late": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(201)
			w.WriteHeader(500)
			w.Header().Set("X-A", "1")
		},
		"no content":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204); fmt.Fprint(w, "x") },
		"http.Error":    func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", 418) },
		"http.Redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/zones", 303) },
		"body error": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(304)
			_, err := w.Write([]byte("x"))
			w.Header().Set("X-A", fmt.Sprint(err)) // late
		},
	}
	for name, handler := range handlers {
		for _, method := range []string{"GET", "HEAD"} {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				server := newServer(t, handler)
				request, _ := http.NewRequestWithContext(t.Context(), method, server, nil)
				want, err := http.DefaultTransport.RoundTrip(request)
				if err != nil {
					t.Fatal(err)
				}
				defer want.Body.Close()
				body, _ := io.ReadAll(want.Body)
				got, _ := Lambda(handler)(t.Context(), event(method, "/", "", nil))
				plain := got.Body
				if got.IsBase64Encoded {
					decoded, _ := base64.StdEncoding.DecodeString(got.Body)
					plain = string(decoded)
				}
				if got.StatusCode != want.StatusCode || plain != string(body) {
					t.Errorf("got %d %q, net/http %d %q", got.StatusCode, plain, want.StatusCode, body)
				}
				for _, header := range []string{"Content-Type", "Content-Encoding", "X-A", "X-B", "Location"} {
					if theirs := strings.Join(want.Header.Values(header), ", "); got.Headers[header] != theirs {
						t.Errorf("%s %q, net/http %q", header, got.Headers[header], theirs)
					}
				}
			})
		}
	}
}
