package gateway

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

func TestIfMatchNamesVersions(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		sent   []string
		want   []int
		status int
	}{
		{sent: nil, status: 428},
		{sent: []string{""}, status: 428},
		{sent: []string{"  "}, status: 428},
		{sent: []string{"*"}, status: 428}, // any version is no version
		{sent: []string{`"7-abc"`}, want: []int{7}},
		{sent: []string{`"7-abc-gz"`}, want: []int{7}},
		{sent: []string{`W/"7-abc"`}, want: []int{7}},
		{sent: []string{`"7"`}, want: []int{7}},
		{sent: []string{`"0-x"`}, want: []int{0}},
		{sent: []string{`"7-a", W/"8-b" ,"9"`}, want: []int{7, 8, 9}},
		{sent: []string{`"7-a"`, `"8-b"`}, want: []int{7, 8}},
		{sent: []string{`"abc"`}, want: []int{-1}},
		{sent: []string{`""`}, want: []int{-1}},
		{sent: []string{`"-7"`}, want: []int{-1}},
		{sent: []string{`"99999999999999999999-x"`}, want: []int{-1}},
		{sent: []string{`"a,b", "7-x"`}, want: []int{-1, 7}},
		{sent: []string{`7`}, status: 400},
		{sent: []string{`"7`}, status: 400},
		{sent: []string{`"7"x`}, status: 400},
		{sent: []string{`"7" "8"`}, status: 400},
		{sent: []string{`W/`}, status: 400},
		{sent: []string{`"7", *`}, status: 400},
	} {
		r := httptest.NewRequest(http.MethodPut, "/", nil)
		for _, value := range test.sent {
			r.Header.Add("If-Match", value)
		}
		got, err := IfMatch(r)
		p, _ := errors.AsType[*Problem](err)
		if (p != nil) != (test.status != 0) || p != nil && p.Status != test.status || !slices.Equal(got, test.want) {
			t.Errorf("If-Match %q: %v, %v; want %v, %d", test.sent, got, err, test.want, test.status)
		}
	}
}

// TestWritesHaveTheTagThatAReadHas: a write's answer can be the precondition of the next one.
func TestWritesHaveTheTagThatAReadHas(t *testing.T) {
	body := []byte(`{"padding":"` + strings.Repeat("x", 2000) + `"}`)
	serve := func(owner string, h http.Handler) http.Handler {
		handlers := map[string]http.Handler{}
		for _, route := range Routes() {
			if route.Owner == owner && route.Path != DefaultPath {
				handlers[route.Path] = h
			}
		}
		mux, err := Mux(owner, handlers, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return mux
	}
	read := serve("search", Handler(func(w http.ResponseWriter, _ *http.Request) error {
		Cache(w, Private) // to somebody who signed in: not to be kept, but to be written from
		SetVersion(w, 7)
		_, err := w.Write(body)
		return err
	}))
	write := serve("zones", Handler(func(w http.ResponseWriter, r *http.Request) error {
		Cache(w, Private)
		if r.Header.Get("If-Match") == "" {
			return PreconditionFailed(ETag(7, body), map[string]int{"version": 7})
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("ETag", ETag(7, body))
		_, err := w.Write(body)
		return err
	}))
	ask := func(h http.Handler, method string, headers ...string) *http.Response {
		r := httptest.NewRequest(method, "/api/v1/zones/5910", nil)
		for pair := range slices.Chunk(headers, 2) {
			r.Header.Set(pair[0], pair[1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result()
	}
	want := ETag(7, body)
	if got := ask(read, "GET").Header.Get("ETag"); got != want {
		t.Errorf("GET: ETag %s, want %s", got, want)
	}
	put := ask(write, "PUT", "If-Match", want, "If-None-Match", "*")
	if put.StatusCode != 200 || put.Header.Get("ETag") != want || put.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("PUT: %d with %v", put.StatusCode, put.Header)
	}
	packed := strings.TrimSuffix(want, `"`) + `-gz"`
	if got := ask(write, "PUT", "If-Match", want, "Accept-Encoding", "gzip").Header.Get("ETag"); got != packed {
		t.Errorf("compressed PUT: ETag %s, want %s", got, packed)
	}
	stale := ask(write, "PUT", "Accept-Encoding", "gzip")
	if p := problem(t, stale); stale.StatusCode != 412 || stale.Header.Get("ETag") != want || stale.Header.Get("Cache-Control") != "private, no-store" || p.Current == nil {
		t.Errorf("stale PUT: %d with %v, current %v", stale.StatusCode, stale.Header, p.Current)
	}
	if got := ask(read, "PUT"); got.StatusCode != 405 || got.Header.Get("Allow") != "GET, HEAD, OPTIONS, PUT" {
		t.Errorf("PUT at the look-up: %d, Allow %q", got.StatusCode, got.Header.Get("Allow"))
	}
	preflight := ask(write, "OPTIONS", "Origin", "https://school.example", "Access-Control-Request-Method", "PUT")
	if preflight.StatusCode != 204 || preflight.Header.Get("Access-Control-Allow-Methods") != "GET, HEAD" {
		t.Errorf("OPTIONS: %d with %v", preflight.StatusCode, preflight.Header)
	}
}
