package gateway

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"aanspreekpunt/shared/telemetry"
)

const requestID = "0f8c2b8e-6f5d-4f3c-9d0e-8a8e3c2a1b00"

// site is a Mux of the search function whose handlers say which route they are, with the log kept.
type site struct {
	http.Handler
	log bytes.Buffer
}

func newSite(t *testing.T, changed map[string]http.Handler) *site {
	t.Helper()
	s := &site{}
	handlers := map[string]http.Handler{}
	for _, route := range Routes() {
		if route.Owner == "search" && route.Path != DefaultPath {
			handlers[route.Path] = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/plain")
				io.WriteString(w, route.Path)
			})
		}
	}
	for path, handler := range changed {
		handlers[path] = handler
	}
	mux, err := Mux("search", handlers, Options{
		Log: slog.New(slog.NewJSONHandler(&s.log, nil)),
		Now: func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) },
		ErrorPage: func(w http.ResponseWriter, _ *http.Request, p *Problem) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(p.Status)
			fmt.Fprintf(w, "<h1>%d</h1>%s", p.Status, p.Dutch)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Handler = mux
	return s
}

// ask sends a request as the adapter would; headers are name and value in turn.
func (s *site) ask(method, target string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	r.Host = "aanspreekpunt.example"
	for pair := range slices.Chunk(headers, 2) {
		r.Header.Set(pair[0], pair[1])
	}
	r = r.WithContext(lambdacontext.NewContext(r.Context(), &lambdacontext.LambdaContext{AwsRequestID: requestID}))
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, r *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func problem(t *testing.T, r *http.Response) Problem {
	t.Helper()
	if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("Content-Type %q, want a problem", got)
	}
	var p Problem
	if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestMuxWantsEveryHandlerOfItsOwnerAndNoOther(t *testing.T) {
	if _, err := Mux("search", map[string]http.Handler{}, Options{}); err == nil || !strings.Contains(err.Error(), "no handler for /") {
		t.Errorf("missing handlers: error %v", err)
	}
	if _, err := Mux("refdata", map[string]http.Handler{"/zones": http.NotFoundHandler()}, Options{}); err == nil || !strings.Contains(err.Error(), "/zones") {
		t.Errorf("a handler for another's path: error %v", err)
	}
}

func TestRoutesAreWellFormed(t *testing.T) {
	owners := map[string]bool{}
	for _, route := range Routes() {
		if route.Public && !isAPI(route.Path) && route.Path != "/opendata/{edition}/{file}" {
			t.Errorf("%s: only API paths and files of open data are open to any origin", route.Path)
		}
		for _, method := range route.Methods {
			if method == http.MethodHead || method == http.MethodOptions {
				t.Errorf("%s: %s is implied", route.Path, method)
			}
			if owners[method+route.Path] {
				t.Errorf("%s %s has two owners", method, route.Path)
			}
			owners[method+route.Path] = true
		}
	}
}

func TestRouting(t *testing.T) {
	s := newSite(t, nil)
	tests := []struct {
		method, target string
		status         int
		says           string // part of the body, or of Location
	}{
		{"GET", "/", 200, "/{$}"},
		{"GET", "/zoeken?q=kerk", 200, "/zoeken"},
		{"GET", "/zones", 200, "/zones"},
		{"GET", "/zones/5910", 200, "/zones/{code}"},
		{"GET", "/zones/59%3F10", 200, "/zones/{code}"},
		{"GET", "/api/v1/zones/5910/vCard", 200, "/api/v1/zones/{code}/vCard"},
		{"GET", "/api/v1/refData/themes/drugs", 200, "/api/v1/refData/themes/{code}"},
		{"GET", "/assets/site.abc.css", 200, "/assets/{file}"},
		{"HEAD", "/zones/5910", 200, ""},
		{"GET", "/zones/", 308, "https://aanspreekpunt.example/zones"},
		{"GET", "/zones/5910/?theme=drugs", 308, "https://aanspreekpunt.example/zones/5910?theme=drugs"},
		{"GET", "/zones/59%3F10/", 308, "https://aanspreekpunt.example/zones/59%3F10"},
		{"GET", "/beheer/", 308, "https://aanspreekpunt.example/beheer"}, // another function's page
		{"GET", "/zones/5910/melden/", 308, "https://aanspreekpunt.example/zones/5910/melden"},
		{"GET", "/praktijken/een-praktijk//", 307, "/praktijken/een-praktijk/"},
		{"POST", "/afmelden/", 308, "https://aanspreekpunt.example/afmelden"},
		{"GET", "//zones", 307, "/zones"},
		{"GET", "/x/../zones", 307, "/zones"},
		{"GET", "/nergens", 404, "<h1>404</h1>"},
		{"GET", "/nergens/", 404, "<h1>404</h1>"},
		{"GET", "/beheer/nergens/", 404, "<h1>404</h1>"},
		{"GET", "/zones/5910/x/y", 404, "<h1>404</h1>"},
		{"POST", "/nergens", 404, "<h1>404</h1>"},
		{"GET", "/api/v1/nothing", 404, "resourceNotFound"},
		{"GET", "/api/v1/zones/", 404, "resourceNotFound"},
		{"GET", "/api", 404, "resourceNotFound"},
		{"GET", "/apiary", 404, "<h1>404</h1>"},
		{"POST", "/zones", 405, "<h1>405</h1>"},
		{"DELETE", "/api/v1/zones/5910", 405, "urn:problem-type:aanspreekpunt:methodNotAllowed"},
		{"TRACE", "/api/v1/zones/5910", 405, "urn:problem-type:aanspreekpunt:methodNotAllowed"},
		{"OPTIONS", "/zones", 204, ""},
		{"OPTIONS", "/api/v1/zones", 204, ""},
	}
	for _, test := range tests {
		t.Run(test.method+" "+test.target, func(t *testing.T) {
			got := s.ask(test.method, test.target)
			says := text(t, got) + got.Header.Get("Location")
			if got.StatusCode != test.status || !strings.Contains(says, test.says) || test.says == "" && says != "" {
				t.Errorf("got %d %q, want %d %q", got.StatusCode, says, test.status, test.says)
			}
			want := "GET, HEAD, OPTIONS"
			if test.target == "/api/v1/zones/5910" {
				want += ", PUT" // another function's, on the same path
			}
			if allow := got.Header.Get("Allow"); (test.status == 405 || test.method == "OPTIONS") && allow != want {
				t.Errorf("Allow %q, want %q", allow, want)
			}
		})
	}
}

func TestOnlyPublicReadsAreOpenToOtherOrigins(t *testing.T) {
	s := newSite(t, nil)
	for target, open := range map[string]bool{
		"GET /api/v1/zones": true, "HEAD /api/v1/zones": true, "OPTIONS /api/v1/zones": true, "GET /api/v1/nothing": true,
		"POST /api/v1/zones": false, "GET /zones": false, "OPTIONS /zones": false, "GET /nergens": false, "GET /assets/x.js": false,
	} {
		method, path, _ := strings.Cut(target, " ")
		got := s.ask(method, path, "Origin", "https://school.example").Header.Get("Access-Control-Allow-Origin")
		if want := map[bool]string{true: "*"}[open]; got != want {
			t.Errorf("%s: Access-Control-Allow-Origin %q, want %q", target, got, want)
		}
	}
	preflight := s.ask("OPTIONS", "/api/v1/zones").Header
	if preflight.Get("Access-Control-Allow-Methods") != "GET, HEAD" || preflight.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("preflight %v", preflight)
	}
}

func TestEveryAnswerHasItsSafetyHeaders(t *testing.T) {
	s := newSite(t, map[string]http.Handler{"/over": http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("x") })})
	for _, target := range []string{"/", "/zones/", "/nergens", "/over", "/api/v1/zones", "/api/v1/nothing"} {
		header := s.ask("GET", target).Header
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000",
		} {
			if got := header.Get(name); got != want {
				t.Errorf("%s: %s %q, want %q", target, name, got, want)
			}
		}
		policy := header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: Content-Security-Policy %q", target, policy)
		}
		if header.Get("Permissions-Policy") == "" || header.Get("BelGov-Trace-Id") == "" || header.Get("Vary") == "" || header.Get("Cache-Control") == "" {
			t.Errorf("%s: headers %v", target, header)
		}
	}
}

func TestTraceID(t *testing.T) {
	s := newSite(t, nil)
	for sent, want := range map[string]string{
		"":                                      requestID,
		"4bf92f35-77b3-4da6-a3ce-929d0e0e4736":  "4bf92f35-77b3-4da6-a3ce-929d0e0e4736",
		"abc":                                   "abc",
		"4bf92f35-77b3-4da6-a3ce-929d0e0e47361": requestID, // 37 characters
		`x" level=ERROR`:                        requestID,
		"a@b.example":                           requestID,
	} {
		if got := s.ask("GET", "/zones", "BelGov-Trace-Id", sent).Header.Get("BelGov-Trace-Id"); got != want {
			t.Errorf("sent %q: got %q, want %q", sent, got, want)
		}
	}
}

func TestTheLogHasNoWordOfTheVisitor(t *testing.T) {
	secret := errors.New("table is down")
	s := newSite(t, map[string]http.Handler{
		"/zoeken":        Handler(func(http.ResponseWriter, *http.Request) error { return Unavailable(secret) }),
		"/over":          Handler(func(_ http.ResponseWriter, r *http.Request) error { panic("Jan Peeters " + r.URL.RawQuery) }),
		"/api/v1/search": Handler(func(http.ResponseWriter, *http.Request) error { var none []int; return fmt.Errorf("%d", none[3]) }),
		"/gemeenten/{nis}": Handler(func(w http.ResponseWriter, r *http.Request) error {
			Warn(r.Context(), errors.New("facts are old"))
			Warn(r.Context(), nil)
			return WriteJSON(w, r, 200, "from the facts at hand")
		}),
	})
	for _, target := range []string{"/zoeken?q=Jan+Peeters", "/over?q=Jan+Peeters", "/api/v1/search?q=Jan%20Peeters", "/Jan%20Peeters?q=1", "/zones/Peeters", "/zones/Peeters/", "/gemeenten/Peeters"} {
		s.ask("GET", target, "Referer", "https://x.example/Peeters", "User-Agent", "Peeters", "Cookie", "a=Peeters")
	}
	if strings.Contains(s.log.String(), "Peeters") {
		t.Errorf("the log has what a visitor sent:\n%s", &s.log)
	}
	type line struct {
		Level, Msg, Method, Route, TraceID, Cause, Stack string
		Status                                           int
		ColdStart                                        bool
	}
	var lines []line
	for decoder := json.NewDecoder(&s.log); decoder.More(); {
		var l line
		if err := decoder.Decode(&l); err != nil {
			t.Fatal(err)
		}
		if (l.Stack != "") != strings.Contains(l.Cause, "panic") {
			t.Errorf("a stack belongs to a panic: %+v", l)
		}
		l.Stack = ""
		lines = append(lines, l)
	}
	want := []line{
		{"ERROR", "request", "GET", "/zoeken", requestID, "table is down", "", 503, true},
		{"ERROR", "request", "GET", "/over", requestID, "panic with a string", "", 500, false},
		{"ERROR", "request", "GET", "/api/v1/search", requestID, "panic: runtime error: index out of range [3] with length 0", "", 500, false},
		{"INFO", "request", "GET", "$default", requestID, "", "", 404, false},
		{"INFO", "request", "GET", "/zones/{code}", requestID, "", "", 200, false},
		{"INFO", "request", "GET", "$default", requestID, "", "", 308, false},
		{"WARN", "request", "GET", "/gemeenten/{nis}", requestID, "facts are old", "", 200, false},
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got\n%+v\nwant\n%+v", lines, want)
	}
}

func TestProblems(t *testing.T) {
	shared := NotFound("No zone has code 9999").InDutch("Er is geen politiezone 9999.")
	fail := func(err error) http.Handler {
		return Handler(func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", "text/csv")
			w.Header().Set("X-Half", "1")
			io.WriteString(w, "half an answer")
			return err
		})
	}
	tests := []struct {
		name   string
		err    error
		want   Problem
		header map[string]string
	}{
		{"not found", fmt.Errorf("zone: %w", shared), Problem{Type: "urn:problem-type:belgif:resourceNotFound",
			Href:  "https://www.belgif.be/specification/rest/api-guide/problems/resourceNotFound.html",
			Title: "Resource Not Found", Status: 404, Detail: "No zone has code 9999"}, nil},
		{"unavailable", Unavailable(errors.New("dynamodb: 10.0.0.7 refused")), Problem{Type: "urn:problem-type:belgif:serviceUnavailable",
			Href:  "https://www.belgif.be/specification/rest/api-guide/problems/serviceUnavailable.html",
			Title: "Service Unavailable", Status: 503, Detail: "Try again in a moment"}, map[string]string{"Retry-After": "5"}},
		{"out of time", fmt.Errorf("zone: %w", context.DeadlineExceeded), Problem{Type: "urn:problem-type:belgif:serviceUnavailable",
			Href:  "https://www.belgif.be/specification/rest/api-guide/problems/serviceUnavailable.html",
			Title: "Service Unavailable", Status: 503, Detail: "Try again in a moment"}, map[string]string{"Retry-After": "5"}},
		{"anything else", errors.New("secret of the house"), Problem{Type: "urn:problem-type:belgif:internalServerError",
			Href:  "https://www.belgif.be/specification/rest/api-guide/problems/internalServerError.html",
			Title: "Internal Server Error", Status: 500, Detail: "An internal error occurred"}, nil},
		{"no token", NoAccessToken(), Problem{Type: "urn:problem-type:belgif:noAccessToken",
			Href:  "https://www.belgif.be/specification/rest/api-guide/problems/noAccessToken.html",
			Title: "No Access Token", Status: 401, Detail: "No Bearer access token found in the Authorization header"},
			map[string]string{"Www-Authenticate": "Bearer"}},
		{"one of our own", PreconditionRequired(), Problem{Type: "urn:problem-type:aanspreekpunt:preconditionRequired",
			Href:  "https://aanspreekpunt.example/api/v1/doc/openapi.yaml",
			Title: "Precondition Required", Status: 428, Detail: "If-Match is required: the ETag of the version that was read"}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t, map[string]http.Handler{"/api/v1/zones/{code}": fail(test.err), "/zones/{code}": fail(test.err)})
			test.want.Instance = "urn:uuid:" + requestID
			got := s.ask("GET", "/api/v1/zones/9999")
			if p := problem(t, got); fmt.Sprint(p) != fmt.Sprint(test.want) || got.StatusCode != p.Status {
				t.Errorf("got %d %+v, want %+v", got.StatusCode, p, test.want)
			}
			for _, answer := range []*http.Response{got, s.ask("GET", "/zones/9999")} {
				if answer.StatusCode != test.want.Status || answer.Header.Get("Cache-Control") != "no-store" || answer.Header.Get("X-Half") != "" || answer.Header.Get("ETag") != "" {
					t.Errorf("got %d %v", answer.StatusCode, answer.Header)
				}
				for name, want := range test.header {
					if answer.Header.Get(name) != want {
						t.Errorf("%s %q, want %q", name, answer.Header.Get(name), want)
					}
				}
			}
			want := fmt.Sprintf("<h1>%d</h1>%s", test.want.Status, map[bool]string{true: shared.Dutch}[test.want.Status == 404])
			if page := text(t, s.ask("GET", "/zones/9999")); page != want {
				t.Errorf("page %q, want %q", page, want)
			}
		})
	}
	if shared.Instance != "" {
		t.Error("answering changed a shared problem")
	}
}

func TestAnErrorPageThatPanicsGivesAProblem(t *testing.T) {
	mux, err := Mux("refdata", nil, Options{Log: slog.New(slog.DiscardHandler),
		ErrorPage: func(http.ResponseWriter, *http.Request, *Problem) { panic("template") }})
	if err != nil {
		t.Fatal(err)
	}
	got := (&site{Handler: mux}).ask("GET", "/nergens")
	if p := problem(t, got); got.StatusCode != 500 || p.Status != 500 {
		t.Errorf("got %d %+v", got.StatusCode, p)
	}
}

func TestETags(t *testing.T) {
	body := "short"
	s := newSite(t, map[string]http.Handler{
		"/api/v1/zones/{code}": Handler(func(w http.ResponseWriter, r *http.Request) error {
			SetVersion(w, 7)
			return WriteJSON(w, r, 200, map[string]string{"name": body})
		}),
		"/api/v1/health": Handler(func(w http.ResponseWriter, r *http.Request) error {
			Cache(w, NoStore)
			return WriteJSON(w, r, 200, map[string]string{"status": "UP"})
		}),
		"/assets/{file}": Handler(func(w http.ResponseWriter, _ *http.Request) error {
			Cache(w, Immutable)
			w.Header().Set("Content-Type", "text/css")
			_, err := io.WriteString(w, body)
			return err
		}),
	})
	const zone = "/api/v1/zones/5910"
	first := s.ask("GET", zone)
	tag := first.Header.Get("ETag")
	if !strings.HasPrefix(tag, `"7-`) || strings.HasSuffix(tag, `-gz"`) {
		t.Fatalf(`ETag %s, want "7-<hash>"`, tag)
	}
	if leaked := first.Header.Get(versionHeader); leaked != "" {
		t.Errorf("%s %q is sent", versionHeader, leaked)
	}
	if got := s.ask("HEAD", zone).Header.Get("ETag"); got != tag {
		t.Errorf("HEAD has ETag %s, GET %s", got, tag)
	}
	if plain := s.ask("GET", "/zones").Header.Get("ETag"); strings.Count(plain, `"`) != 2 || strings.HasPrefix(plain, `"7-`) {
		t.Errorf("a page has ETag %s, want a hash alone", plain)
	}
	for sent, want := range map[string]int{
		tag: 304, "W/" + tag: 304, "*": 304, `"x", ` + tag: 304, `W/"x",W/` + tag + `,"y"`: 304, ` ` + tag + ` `: 304,
		`"a,b", ` + tag: 304, // a comma inside a tag
		`"x"`:           200, "": 200, strings.Trim(tag, `"`): 200, `"7"`: 200, `W/`: 200, tag[:len(tag)-1]: 200, `w/` + tag: 200,
		strings.Replace(tag, `"7-`, `"8-`, 1): 200,
	} {
		got := s.ask("GET", zone, "If-None-Match", sent)
		if got.StatusCode != want {
			t.Errorf("If-None-Match %s: %d, want %d", sent, got.StatusCode, want)
		}
		if got.StatusCode == 304 {
			if got.Header.Get("ETag") != tag || got.Header.Get("Cache-Control") != "no-cache" || got.Header.Get("Vary") == "" ||
				got.Header.Get("Content-Type") != "" || got.Header.Get("Content-Length") != "" || text(t, got) != "" ||
				got.Header.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("304 with %v", got.Header)
			}
		}
	}
	if got := s.ask("HEAD", zone, "If-None-Match", tag).StatusCode; got != 304 {
		t.Errorf("HEAD with the ETag: %d, want 304", got)
	}
	body = "another"
	if got := s.ask("GET", zone, "If-None-Match", tag); got.StatusCode != 200 || got.Header.Get("ETag") == tag {
		t.Errorf("changed content: %d with %s", got.StatusCode, got.Header.Get("ETag"))
	}
	if got := s.ask("GET", "/api/v1/health", "If-None-Match", "*"); got.StatusCode != 200 || got.Header.Get("ETag") != "" {
		t.Errorf("what must not be stored: %d with ETag %q", got.StatusCode, got.Header.Get("ETag"))
	}
	if got := s.ask("GET", "/nergens", "If-None-Match", "*"); got.StatusCode != 404 || got.Header.Get("ETag") != "" {
		t.Errorf("an error: %d with ETag %q", got.StatusCode, got.Header.Get("ETag"))
	}
	for target, want := range map[string]string{
		zone:              "no-cache|Authorization, Cookie, Accept-Encoding",
		"/assets/x.1.css": "public, max-age=31536000, immutable|Accept-Encoding",
	} {
		header := s.ask("GET", target).Header
		if got := header.Get("Cache-Control") + "|" + header.Get("Vary"); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
}

func TestCompression(t *testing.T) {
	long := strings.Repeat("Politiezone Getevallei. ", 200)
	var mediaType, content string
	s := newSite(t, map[string]http.Handler{"/over": Handler(func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", mediaType)
		_, err := io.WriteString(w, content)
		return err
	})})
	tests := []struct {
		accept, mediaType, content string
		packed                     bool
	}{
		{"gzip", "text/html; charset=utf-8", long, true},
		{"gzip, deflate, br, zstd", "application/json", long, true},
		{"GZIP", "application/problem+json", long, true},
		{"br, *", "text/css", long, true},
		{"gzip;q=0.1", "image/svg+xml", long, true},
		{"gzip; q=1.0, identity; q=0.5", "text/vcard", long, true},
		{"identity;q=0, gzip;q=0.2", "application/yaml", long, true},
		{"", "text/html", long, false},
		{"br", "text/html", long, false},
		{"gzip;q=0", "text/html", long, false},
		{"gzip;q=0.000, *", "text/html", long, false},
		{"*;q=0", "text/html", long, false},
		{"identity, gzip;q=0.5", "text/html", long, false},
		{"gzip;q=x", "text/html", long, false},
		{"gzip;q=-1", "text/html", long, false},
		{"gzip;q=NaN", "text/html", long, false},
		{"gzip", "text/html", long[:leastCompressed-1], false},
		{"gzip", "text/html", long[:leastCompressed], true},
		{"gzip", "image/png", long, false},
		{"gzip", "", "\x89PNG\r\n\x1a\n" + long, false},
	}
	for _, test := range tests {
		t.Run(test.accept+" "+test.mediaType, func(t *testing.T) {
			mediaType, content = test.mediaType, test.content
			got := s.ask("GET", "/over", "Accept-Encoding", test.accept)
			sent := text(t, got)
			plain, tag := sent, got.Header.Get("ETag")
			if packed := got.Header.Get("Content-Encoding") == "gzip"; packed != test.packed || strings.HasSuffix(tag, `-gz"`) != packed {
				t.Fatalf("compressed %v with ETag %s, want %v", packed, tag, test.packed)
			}
			if test.packed {
				z, err := gzip.NewReader(strings.NewReader(sent))
				if err != nil {
					t.Fatal(err)
				}
				unpacked, err := io.ReadAll(z)
				if err != nil {
					t.Fatal(err)
				}
				plain = string(unpacked)
				if len(sent) >= len(plain) {
					t.Errorf("%d bytes became %d", len(plain), len(sent))
				}
			}
			if plain != test.content {
				t.Error("the content changed on its way")
			}
			if got.Header.Get("Content-Length") != fmt.Sprint(len(sent)) || !strings.Contains(got.Header.Get("Vary"), "Accept-Encoding") {
				t.Errorf("%d bytes with %v", len(sent), got.Header)
			}
			head := s.ask("HEAD", "/over", "Accept-Encoding", test.accept).Header
			for _, name := range []string{"ETag", "Content-Length", "Content-Encoding", "Content-Type"} {
				if head.Get(name) != got.Header.Get(name) {
					t.Errorf("%s of HEAD is %q, of GET %q", name, head.Get(name), got.Header.Get(name))
				}
			}
			if again := s.ask("GET", "/over", "Accept-Encoding", test.accept, "If-None-Match", tag); again.StatusCode != 304 {
				t.Errorf("with its own ETag: %d, want 304", again.StatusCode)
			}
			if other := s.ask("GET", "/over", "Accept-Encoding", map[bool]string{true: "", false: "gzip"}[test.packed], "If-None-Match", tag); test.packed && other.StatusCode != 200 {
				t.Errorf("the ETag of the compressed form matches the plain one")
			}
		})
	}
}

func TestAnswersThatDoNotFitAreAProblem(t *testing.T) {
	s := newSite(t, map[string]http.Handler{"/api/v1/zones": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		w.Write(make([]byte, mostBytes+1))
	})})
	got := s.ask("GET", "/api/v1/zones")
	if p := problem(t, got); got.StatusCode != 500 || p.Status != 500 {
		t.Errorf("got %d %+v", got.StatusCode, p)
	}
	if got.Header.Get("ETag") != "" || got.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(s.log.String(), "does not fit") {
		t.Errorf("headers %v, log %s", got.Header, &s.log)
	}
}

func TestAddresses(t *testing.T) {
	for _, test := range []struct{ configured, host, proto, want string }{
		{"", "aanspreekpunt.example", "https", "https://aanspreekpunt.example/zones?q=sint%20jozef"},
		{"", "aanspreekpunt.example", "", "https://aanspreekpunt.example/zones?q=sint%20jozef"},
		{"", "127.0.0.1:8080", "http", "http://127.0.0.1:8080/zones?q=sint%20jozef"},
		{"https://www.example.be/", "10.0.0.1", "http", "https://www.example.be/zones?q=sint%20jozef"},
	} {
		var got string
		mux := &mux{Options: Options{BaseURL: strings.TrimSuffix(test.configured, "/"), Log: slog.New(slog.DiscardHandler), Now: time.Now}, patterns: http.NewServeMux()}
		mux.patterns.HandleFunc("/zones", func(_ http.ResponseWriter, r *http.Request) {
			got = Self(r, url.Values{"q": {"sint jozef"}, "theme": nil})
		})
		r := httptest.NewRequest("GET", "/zones?q=x", nil)
		r.Host = test.host
		r.Header.Set("X-Forwarded-Proto", test.proto)
		mux.ServeHTTP(httptest.NewRecorder(), r)
		if got != test.want {
			t.Errorf("%+v: got %s", test, got)
		}
	}
}

// TestManyAtOnce gives the race detector something to see: Lambda may run an instance's requests at the same time.
func TestManyAtOnce(t *testing.T) {
	long := strings.Repeat("Politiezone ", 500)
	s := newSite(t, map[string]http.Handler{
		"/zones/{code}": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.PathValue("code")+long) }),
		"/over":         Handler(func(http.ResponseWriter, *http.Request) error { return errors.New("broken") }),
	})
	handler := Lambda(s)
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			code := fmt.Sprint(1000 + i)
			got, err := handler(t.Context(), event("GET", "/zones/"+code, "", nil))
			if err != nil || got.StatusCode != 200 || !strings.HasPrefix(got.Body, code) {
				t.Errorf("%d %.10s %v", got.StatusCode, got.Body, err)
			}
			packed, err := handler(t.Context(), event("GET", "/zones/"+code, "", map[string]string{"accept-encoding": "gzip"}))
			if err != nil || !packed.IsBase64Encoded || packed.Headers["Content-Encoding"] != "gzip" {
				t.Errorf("%v %v", packed.Headers, err)
			}
			if broken, _ := handler(t.Context(), event("GET", "/over", "", nil)); broken.StatusCode != 500 {
				t.Errorf("broken: %d", broken.StatusCode)
			}
		})
	}
	group.Wait()
	if got := strings.Count(s.log.String(), `"coldStart":true`); got != 1 {
		t.Errorf("%d requests say they were the first", got)
	}
}

// TestTheLineOfARequest: one line, with what an operator asks for, that CloudWatch makes metrics of.
func TestTheLineOfARequest(t *testing.T) {
	s := newSite(t, map[string]http.Handler{"/zones/{code}": http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		telemetry.Used(r.Context(), 2*time.Millisecond, 1.5, 0)
		telemetry.Used(r.Context(), time.Millisecond, 0, 4)
	})})
	if _, err := Lambda(s)(t.Context(), event("GET", "/zones/5910", "theme=geheim", nil)); err != nil {
		t.Fatal(err)
	}
	var line map[string]any
	if err := json.Unmarshal(s.log.Bytes(), &line); err != nil {
		t.Fatalf("not one line: %v in %s", err, &s.log)
	}
	for name, want := range map[string]any{"function": "search", "route": "/zones/{code}", "method": "GET", "status": 200.0, "coldStart": true,
		"storageCalls": 2.0, "storageMs": 3.0, "readUnits": 1.5, "writeUnits": 4.0} {
		if line[name] != want {
			t.Errorf("%s is %v, want %v", name, line[name], want)
		}
	}
	for _, name := range []string{"durationMs", "traceId", "_aws"} {
		if line[name] == nil {
			t.Errorf("no %s", name)
		}
	}
	if strings.Contains(s.log.String(), "geheim") || strings.Contains(s.log.String(), "5910") {
		t.Errorf("the line tells what was asked: %s", &s.log)
	}
}

func TestAnswersNameTheirRelease(t *testing.T) {
	handlers := map[string]http.Handler{}
	for _, route := range Routes() {
		if route.Owner == "session" {
			handlers[route.Path] = http.NotFoundHandler()
		}
	}
	for release, want := range map[string]string{"v1.2.3+4": "v1.2.3+4", "": ""} {
		mux, err := Mux("session", handlers, Options{Release: release})
		if err != nil {
			t.Fatal(err)
		}
		got, err := Lambda(mux)(t.Context(), event("GET", "/aanmelden", "", nil))
		if err != nil || got.Headers["Aanspreekpunt-Release"] != want {
			t.Errorf("release %q: %v, %v", release, got.Headers, err)
		}
	}
	t.Setenv("RELEASE", "two words")
	if _, err := Mux("session", handlers, Options{}); err == nil || !strings.Contains(err.Error(), "RELEASE") {
		t.Errorf("a release that fits in no header: %v", err)
	}
}

func TestARequestEndsBeforeLambdaEndsIt(t *testing.T) {
	deadline := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(t.Context(), deadline)
	defer cancel()
	Lambda(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if got, ok := r.Context().Deadline(); !ok || !got.Equal(deadline.Add(-spare)) {
			t.Errorf("deadline %v, want %v before %v", got, spare, deadline)
		}
	}))(ctx, event("GET", "/", "", nil))
}

func TestLinksInJSONCanBePasted(t *testing.T) {
	w := httptest.NewRecorder()
	if err := WriteJSON(w, httptest.NewRequest("GET", "/", nil), 200, map[string]string{"next": "/x?a=1&b=<2>"}); err != nil {
		t.Fatal(err)
	}
	if got, want := w.Body.String(), `{"next":"/x?a=1&b=<2>"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
