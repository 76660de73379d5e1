package front

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"aanspreekpunt/infra/local/lambda"
)

var noon = time.Date(2026, 7, 25, 12, 0, 0, 0, time.UTC)

// send sends a request through a front with one $default route and returns the event that it made.
func send(t *testing.T, r *http.Request) events.APIGatewayV2HTTPRequest {
	t.Helper()
	var event events.APIGatewayV2HTTPRequest
	called := false
	h := New([]Route{{"ANY", "$default", func(_ context.Context, data []byte) ([]byte, error) {
		called = true
		return []byte(`{"statusCode":204}`), json.Unmarshal(data, &event)
	}}}, func() time.Time { return noon })
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if !called {
		t.Fatalf("no event; the front answered %d %s", w.Code, w.Body)
	}
	return event
}

func TestEventOfARequest(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest("POST", "http://127.0.0.1:8080/zones/a%20b%25%3F/é?q=sint+jozef&theme=drugs&theme=theft&x=%zz", strings.NewReader(`{"a":1}`))
	r.RemoteAddr = "203.0.113.7:5050"
	r.Header = http.Header{
		"Content-Type":      {"application/json; charset=utf-8"},
		"Accept":            {"text/html", "application/json;q=0.9"},
		"If-None-Match":     {`"1-a", "2-b"`},
		"Cookie":            {"a=1; b=2", "c=3"},
		"X-Forwarded-For":   {"198.51.100.9"},
		"X-Forwarded-Proto": {"https"},
		"Connection":        {"keep-alive"},
		"User-Agent":        {"test"},
	}
	e := send(t, r)

	if e.Version != "2.0" || e.RouteKey != "$default" || e.RequestContext.Stage != "$default" {
		t.Errorf("version %q, route %q, stage %q", e.Version, e.RouteKey, e.RequestContext.Stage)
	}
	if want := "/zones/a b%?/é"; e.RawPath != want || e.RequestContext.HTTP.Path != want {
		t.Errorf("rawPath %q, want %q: the gateway decodes it", e.RawPath, want)
	}
	if want := "q=sint+jozef&theme=drugs&theme=theft&x=%zz"; e.RawQueryString != want {
		t.Errorf("rawQueryString %q, want it as sent, %q", e.RawQueryString, want)
	}
	if got := e.QueryStringParameters; got["q"] != "sint jozef" || got["theme"] != "drugs,theft" {
		t.Errorf("queryStringParameters %v", got)
	}
	for name, want := range map[string]string{
		"accept":            "text/html,application/json;q=0.9",
		"if-none-match":     `"1-a", "2-b"`,
		"host":              "127.0.0.1:8080",
		"content-length":    "7",
		"x-forwarded-for":   "198.51.100.9, 203.0.113.7",
		"x-forwarded-proto": "http",
		"x-forwarded-port":  "8080",
	} {
		if e.Headers[name] != want {
			t.Errorf("header %s is %q, want %q", name, e.Headers[name], want)
		}
	}
	for name := range e.Headers {
		if name != strings.ToLower(name) || name == "cookie" || name == "connection" {
			t.Errorf("header %q in the event", name)
		}
	}
	if got := strings.Join(e.Cookies, "|"); got != "a=1|b=2|c=3" {
		t.Errorf("cookies %q", got)
	}
	if e.Body != `{"a":1}` || e.IsBase64Encoded {
		t.Errorf("body %q, base64 %v", e.Body, e.IsBase64Encoded)
	}
	c := e.RequestContext
	if c.HTTP.Method != "POST" || c.HTTP.SourceIP != "203.0.113.7" || c.HTTP.UserAgent != "test" || c.TimeEpoch != noon.UnixMilli() || c.Time != "25/Jul/2026:12:00:00 +0000" || c.RequestID == "" {
		t.Errorf("context %+v", c)
	}
}

func TestWhichBodiesComeInBase64(t *testing.T) {
	t.Parallel()
	for contentType, text := range map[string]bool{
		"text/plain":                        true,
		"application/json":                  true,
		"application/xml":                   true,
		"application/javascript":            true,
		"application/x-www-form-urlencoded": false,
		"application/problem+json":          false,
		"image/png":                         false,
		"":                                  false,
	} {
		r := httptest.NewRequest("POST", "/", strings.NewReader("zone=5910&x=é"))
		r.Header.Set("Content-Type", contentType)
		e := send(t, r)
		want := "zone=5910&x=é"
		if !text {
			want = base64.StdEncoding.EncodeToString([]byte(want))
		}
		if e.Body != want || e.IsBase64Encoded == text {
			t.Errorf("%q: body %q, base64 %v", contentType, e.Body, e.IsBase64Encoded)
		}
	}
	if e := send(t, httptest.NewRequest("GET", "/", nil)); e.Body != "" || e.IsBase64Encoded {
		t.Errorf("no body: got %q, base64 %v", e.Body, e.IsBase64Encoded)
	}
}

func TestRouting(t *testing.T) {
	t.Parallel()
	var routes []Route
	for _, key := range []string{"ANY /", "GET /zones", "ANY /zones/{code}", "GET /zones/{code}", "ANY /zones/all", "ANY /zones/{code}/vCard", "ANY /assets/{file+}", "PUT /only"} {
		method, path, _ := strings.Cut(key, " ")
		routes = append(routes, Route{Method: method, Path: path})
	}
	cases := []struct{ method, path, want, values string }{
		{"GET", "/", "ANY /", ""},
		{"GET", "/zones", "GET /zones", ""},
		{"HEAD", "/zones", "", ""}, // a GET route does not match HEAD
		{"GET", "/zones/", "", ""},
		{"GET", "/zones/5910", "GET /zones/{code}", "code=5910"},
		{"HEAD", "/zones/5910", "ANY /zones/{code}", "code=5910"},
		{"PUT", "/zones/all", "ANY /zones/all", ""},
		{"GET", "/zones/all", "ANY /zones/all", ""},
		{"GET", "/zones/a%2Fb", "GET /zones/{code}", "code=a/b"},
		{"GET", "/zones/5910/vCard", "ANY /zones/{code}/vCard", "code=5910"},
		{"GET", "/zones/5910/vcard", "", ""},
		{"GET", "/assets/a/b.css", "ANY /assets/{file+}", "file=a/b.css"},
		{"GET", "/only", "", ""},
		{"PUT", "/only", "PUT /only", ""},
		{"GET", "//", "", ""},
	}
	for _, fallback := range []bool{false, true} {
		all := routes
		if fallback {
			all = append([]Route{{Method: "ANY", Path: "$default"}}, routes...)
		}
		for _, c := range cases {
			route, values, ok := find(all, c.method, c.path)
			want := c.want
			if want == "" && fallback {
				want = "$default"
			}
			got, shown := "", ""
			if ok {
				got = route.key()
			}
			for name, value := range values {
				shown += name + "=" + value
			}
			if got != want || shown != c.values {
				t.Errorf("%s %s: got %q %q, want %q %q", c.method, c.path, got, shown, want, c.values)
			}
		}
	}
}

// ask sends a request through a front whose only route gives this answer.
func ask(method, result string, err error) *http.Response {
	h := New([]Route{{"ANY", "/", func(context.Context, []byte) ([]byte, error) { return []byte(result), err }}}, func() time.Time { return noon })
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, "/", nil))
	return w.Result()
}

func TestAnswersOfAFunction(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, method, result string
		err                  error
		status               int
		contentType, body    string
	}{
		{"text", "GET", `{"statusCode":201,"headers":{"content-type":"text/html"},"body":"<p>"}`, nil, 201, "text/html", "<p>"},
		{"base64", "GET", `{"statusCode":200,"body":"AAH/","isBase64Encoded":true}`, nil, 200, "text/plain;charset=UTF-8", "\x00\x01\xff"},
		{"HEAD has no body", "HEAD", `{"statusCode":200,"headers":{"Content-Type":"text/html"},"body":"<p>"}`, nil, 200, "text/html", ""},
		{"304 has no body", "GET", `{"statusCode":304,"body":"x"}`, nil, 304, "text/plain;charset=UTF-8", ""},
		{"no statusCode: the answer is the body", "GET", `{"zones":[]}`, nil, 200, "application/json", `{"zones":[]}`},
		{"not JSON", "GET", `oops`, nil, 502, "application/json", `{"message":"Internal Server Error"}`},
		{"broken base64", "GET", `{"statusCode":200,"body":"%%","isBase64Encoded":true}`, nil, 502, "application/json", `{"message":"Internal Server Error"}`},
		{"a status that is none", "GET", `{"statusCode":99}`, nil, 502, "application/json", `{"message":"Internal Server Error"}`},
		{"the function failed", "GET", ``, &lambda.InvokeError{Type: "errorString"}, 502, "application/json", `{"message":"Internal Server Error"}`},
		{"the function took too long", "GET", ``, &lambda.InvokeError{Type: "Sandbox.Timedout"}, 502, "application/json", `{"message":"Internal Server Error"}`},
		{"the function cannot start", "GET", ``, &lambda.InvokeError{Type: "Runtime.ExitError"}, 500, "application/json", `{"message":"Internal Server Error"}`},
		{"anything else", "GET", ``, errors.New("secret"), 500, "application/json", `{"message":"Internal Server Error"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := ask(c.method, c.result, c.err)
			body, _ := io.ReadAll(r.Body)
			if r.StatusCode != c.status || r.Header.Get("Content-Type") != c.contentType || string(body) != c.body {
				t.Errorf("got %d %s %q", r.StatusCode, r.Header.Get("Content-Type"), body)
			}
			if r.Header.Get("Apigw-Requestid") == "" {
				t.Error("no Apigw-Requestid")
			}
		})
	}
}

func TestHeadersOfAnAnswer(t *testing.T) {
	t.Parallel()
	r := ask("GET", `{"statusCode":200,"headers":{"Vary":"Authorization, Cookie","x-n":3,"Transfer-Encoding":"chunked"},"multiValueHeaders":{"X-Many":["1","2"]},"cookies":["a=1; Path=/","b=2"],"body":"x"}`, nil)
	if got := r.Header.Get("Vary"); got != "Authorization, Cookie" {
		t.Errorf("Vary %q", got)
	}
	if got := r.Header.Get("X-N"); got != "3" {
		t.Errorf("X-N %q", got)
	}
	if got := r.Header.Values("Set-Cookie"); len(got) != 2 || got[0] != "a=1; Path=/" {
		t.Errorf("Set-Cookie %q", got)
	}
	for _, none := range []string{"X-Many", "Transfer-Encoding"} {
		if r.Header.Get(none) != "" {
			t.Errorf("%s came through", none)
		}
	}
	if got := r.Header.Get("Content-Length"); got != "1" {
		t.Errorf("Content-Length %q", got)
	}
	head := ask("HEAD", `{"statusCode":200,"headers":{"Content-Length":"4321"},"body":""}`, nil)
	if got := head.Header.Get("Content-Length"); got != "4321" {
		t.Errorf("HEAD: Content-Length %q, want what the function said", got)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	called := 0
	h := New([]Route{{"ANY", "/{p}", func(context.Context, []byte) ([]byte, error) {
		called++
		return []byte(`{"statusCode":200}`), nil
	}}}, func() time.Time { return noon })
	// The request line, "GET /x?q=… HTTP/1.1", and "Host: example.com" with an empty line after it.
	around := len("GET /x?q= HTTP/1.1\r\nHost: example.com\r\n\r\n")
	body := func(n int, contentType string) *http.Request {
		r := httptest.NewRequest("POST", "/x", bytes.NewReader(make([]byte, n)))
		r.Header.Set("Content-Type", contentType)
		return r
	}
	for _, c := range []struct {
		name    string
		request *http.Request
		status  int
	}{
		{"10,240 bytes of head", httptest.NewRequest("GET", "/x?q="+strings.Repeat("x", MaxHeaderBytes-around), nil), 200},
		{"one more", httptest.NewRequest("GET", "/x?q="+strings.Repeat("x", MaxHeaderBytes-around+1), nil), 431},
		{"a body of 10 MB and a byte", body(MaxBodyBytes+1, "application/json"), 413},
		{"4 MB in base64 fit into an event of 6 MB", body(4<<20, "image/png"), 200},
		{"5 MB in base64 do not", body(5<<20, "image/png"), 413},
		{"no such route", httptest.NewRequest("GET", "/x/y", nil), 404},
	} {
		before := called
		w := httptest.NewRecorder()
		h.ServeHTTP(w, c.request)
		if w.Code != c.status {
			t.Errorf("%s: got %d %s, want %d", c.name, w.Code, w.Body, c.status)
		}
		if reached := called > before; reached != (c.status == 200) {
			t.Errorf("%s: the function was called: %v", c.name, reached)
		}
		if c.status != 200 {
			var own struct{ Message string }
			if err := json.Unmarshal(w.Body.Bytes(), &own); err != nil || own.Message != http.StatusText(c.status) && c.status != 413 {
				t.Errorf("%s: body %q", c.name, w.Body)
			}
		}
	}
}

// TestARouteThatIsAskedTooOften: what comes beyond the burst is refused, until enough time has passed.
func TestARouteThatIsAskedTooOften(t *testing.T) {
	t.Parallel()
	at := noon
	now := func() time.Time { return at }
	fine := func(context.Context, []byte) ([]byte, error) { return []byte(`{"statusCode":200}`), nil }
	h := New([]Route{{"ANY", "/a", Throttled(2, 3, now, fine)}, {"ANY", "/b", Throttled(2, 3, now, fine)}}, now)
	ask := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w
	}
	var got []int
	for range 4 {
		got = append(got, ask("/a").Code)
	}
	got = append(got, ask("/b").Code)
	at = at.Add(time.Second)
	for range 3 {
		got = append(got, ask("/a").Code)
	}
	if want := []int{200, 200, 200, 429, 200, 200, 200, 429}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if w := ask("/a"); w.Body.String() != `{"message":"Too Many Requests"}` || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%s %s", w.Header().Get("Content-Type"), w.Body)
	}
}

func TestAFunctionThatTakesTooLongGives503(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := New([]Route{{"ANY", "/", func(ctx context.Context, _ []byte) ([]byte, error) {
			<-ctx.Done()
			return nil, fmt.Errorf("waiting: %w", ctx.Err())
		}}}, func() time.Time { return noon })
		w := httptest.NewRecorder()
		began := time.Now()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if w.Code != 503 || w.Body.String() != `{"message":"Service Unavailable"}` {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
		if took := time.Since(began); took != Patience {
			t.Errorf("after %v, want %v", took, Patience)
		}
	})
}
