package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"aanspreekpunt/infra/local/issuer"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/identity"
)

const us = "http://127.0.0.1:8080"

// pointer is a store of demonstration data, or one that does not answer.
type pointer struct {
	err   error
	count func(address string) time.Duration // nil: nobody signs in too often
}

func (p pointer) CountSource(_ context.Context, l dynamo.Limit, address string, _ time.Time) (time.Duration, error) {
	if p.count == nil || p.err != nil || l != signInsOfSource {
		return 0, p.err
	}
	return p.count(address), nil
}

func (p pointer) Pointer(context.Context) (dynamo.Pointer, bool, error) {
	return dynamo.Pointer{Demonstration: true}, true, p.err
}

// world is this function, an issuer that it trusts, and a browser.
type world struct {
	*testing.T
	site    http.Handler
	issuer  *httptest.Server
	people  *issuer.Issuer
	instead atomic.Pointer[http.HandlerFunc] // answers in the issuer's place
	cookies map[string]string                // the browser's, by name; both origins' as on one machine
	log     strings.Builder
}

func newWorld(t *testing.T, organisation string) *world {
	t.Helper()
	w := &world{T: t, cookies: map[string]string{}}
	w.issuer = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if answer := w.instead.Load(); answer != nil {
			(*answer)(rw, r)
			return
		}
		w.people.ServeHTTP(rw, r)
	}))
	t.Cleanup(w.issuer.Close)
	var err error
	w.people, err = issuer.New(w.issuer.URL, []issuer.Group{{Title: "Politie", People: []issuer.Person{{ID: "police", Label: "Politie",
		Role: directory.RolePolice, Zones: []directory.ZoneCode{"5910"}, OrganisationName: organisation}}}}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	w.serve(w.people.Environment(), pointer{})
	return w
}

// serve starts the function with an environment.
func (w *world) serve(environment map[string]string, st store) {
	w.Helper()
	settings, err := identity.FromEnvironment(func(name string) string { return environment[name] })
	if err != nil {
		w.Fatal(err)
	}
	s := newService(settings, st, w.issuer.Client(), rand.Text, time.Now)
	w.site, err = gateway.Mux("session", s.routes(), gateway.Options{BaseURL: us, ErrorPage: s.errorPage, FormOrigins: settings.Origins(),
		Log: slog.New(slog.NewTextHandler(&w.log, nil))})
	if err != nil {
		w.Fatal(err)
	}
}

// visit asks this function for a path, as the browser does.
func (w *world) visit(method, target string, headers ...string) *http.Response {
	w.Helper()
	r := httptest.NewRequest(method, us+target, nil)
	r.RequestURI = ""
	for name, value := range w.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	w.site.ServeHTTP(recorder, r)
	response := recorder.Result()
	w.keep(response)
	return response
}

func (w *world) keep(response *http.Response) {
	for _, c := range response.Cookies() {
		if c.MaxAge < 0 {
			delete(w.cookies, c.Name)
		} else {
			w.cookies[c.Name] = c.Value
		}
	}
}

// choose is the person at the issuer's page; it gives the way back to us.
func (w *world) choose(form url.Values, authorize string) string {
	w.Helper()
	client := *w.issuer.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := client.PostForm(authorize, form)
	if err != nil {
		w.Fatal(err)
	}
	defer response.Body.Close()
	back, found := strings.CutPrefix(response.Header.Get("Location"), us)
	if !found {
		w.Fatalf("the issuer answered %d and leads to %q", response.StatusCode, response.Header.Get("Location"))
	}
	return back
}

var police = url.Values{"person": {"police"}}

// start begins a sign-in and gives the issuer's address.
func (w *world) start(from string) string {
	w.Helper()
	response := w.visit("GET", "/aanmelden?"+url.Values{"terug": {from}}.Encode())
	if response.StatusCode != http.StatusSeeOther {
		w.Fatalf("sign-in answered %d", response.StatusCode)
	}
	return response.Header.Get("Location")
}

func page(t *testing.T, r *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestSigningInAndOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "Voorbeeld")

	authorize := w.start("/zones/5910?theme=truancy")
	asked, err := url.Parse(authorize)
	if err != nil {
		t.Fatal(err)
	}
	if q := asked.Query(); q.Get("code_challenge_method") != "S256" || len(q.Get("state")) < 22 || len(q.Get("nonce")) < 22 || q.Get("scope") != "openid" ||
		q.Get("response_type") != "code" || q.Get("redirect_uri") != us+"/aanmelden/terug" {
		t.Errorf("the issuer is asked %v", q)
	}
	if strings.Contains(authorize, "5910") {
		t.Error("the issuer is told where one was")
	}

	response := w.visit("GET", w.choose(police, authorize))
	if to := response.Header.Get("Location"); response.StatusCode != http.StatusSeeOther || to != us+"/zones/5910?theme=truancy" {
		t.Fatalf("came back with %d to %q: %s", response.StatusCode, to, page(t, response))
	}
	if len(w.cookies) != 1 || w.cookies[identity.CookieName] == "" {
		t.Fatalf("the browser keeps %v, want the session alone", w.cookies)
	}
	for _, c := range response.Cookies() {
		if !c.Secure || !c.HttpOnly || c.Path != "/" || c.SameSite != http.SameSiteLaxMode || !strings.HasPrefix(c.Name, "__Host-") {
			t.Errorf("cookie %s lacks a protection", c)
		}
	}
	if cached := response.Header.Get("Cache-Control"); cached != "no-store" {
		t.Errorf("Cache-Control %q on an answer with a cookie", cached)
	}

	response = w.visit("GET", "/afmelden")
	asks := page(t, response)
	if response.StatusCode != http.StatusOK || !strings.Contains(asks, `<form method="post" action="/afmelden">`) || w.cookies[identity.CookieName] == "" {
		t.Errorf("asked to sign out: %d, cookies %v", response.StatusCode, w.cookies)
	}
	if !strings.Contains(asks, "Voorbeeldgegevens") {
		t.Error("the page does not say that its data is made up")
	}
	if policy := response.Header.Get("Content-Security-Policy"); !strings.HasSuffix(policy, "form-action 'self' "+w.issuer.URL) {
		t.Errorf("the policy does not let the form lead to the issuer: %s", policy)
	}

	response = w.visit("POST", "/afmelden", "Sec-Fetch-Site", "same-origin")
	end, err := response.Location()
	if err != nil || response.StatusCode != http.StatusSeeOther || !strings.HasPrefix(end.String(), w.issuer.URL+"/logout?") ||
		end.Query().Get("post_logout_redirect_uri") != us+"/afmelden" || len(w.cookies) != 0 {
		t.Errorf("signed out: %d to %v, cookies %v", response.StatusCode, end, w.cookies)
	}
	if response = w.visit("GET", "/afmelden"); !strings.Contains(page(t, response), "Je bent afgemeld") {
		t.Error("not told that one is signed out")
	}
}

func TestSigningOutAtAnIssuerWithoutSuchAPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	environment := w.people.Environment()
	delete(environment, "OIDC_END_SESSION_ENDPOINT")
	w.serve(environment, pointer{})
	w.cookies[identity.CookieName] = "x"
	if response := w.visit("POST", "/afmelden"); response.Header.Get("Location") != us+"/afmelden" || len(w.cookies) != 0 {
		t.Errorf("got %d to %q, cookies %v", response.StatusCode, response.Header.Get("Location"), w.cookies)
	}
}

func TestSigningOutForSomebodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.cookies[identity.CookieName] = "x"
	response := w.visit("POST", "/afmelden", "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example")
	if response.StatusCode != http.StatusForbidden || w.cookies[identity.CookieName] != "x" {
		t.Errorf("got %d, cookies %v, want 403 and the session kept", response.StatusCode, w.cookies)
	}
	if !strings.Contains(page(t, response), "van een andere website") {
		t.Error("not told why")
	}
}

func TestWhereOneComesBackTo(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{
		"/zones/5910":                  "/zones/5910",
		"/zoeken?q=de+linde&theme=":    "/zoeken?q=de+linde&theme=",
		"/zoeken?q=%2F%2Fevil.example": "/zoeken?q=%2F%2Fevil.example",
		"/scholen/990002#inhoud":       "/scholen/990002",
		"":                             "/",
		"zones/5910":                   "/",
		"//evil.example":               "/",
		"///evil.example":              "/",
		"/\\evil.example":              "/",
		"/%5Cevil.example":             "/",
		"/%2Fevil.example":             "/",
		"/\t/evil.example":             "/",
		"/%09/evil.example":            "/",
		"https://evil.example/":        "/",
		"https:evil.example":           "/",
		"javascript:alert(1)":          "/",
		"//user@evil.example/":         "/",
		"/aanmelden?terug=/zones":      "/",
		"/aanmelden/terug?code=x":      "/",
		"/afmelden":                    "/",
		"/api/v1/zones":                "/",
		"/" + strings.Repeat("x", 600): "/",
		"/zones\r\nSet-Cookie: a=b":    "/",
		"/zones/%0d%0aSet-Cookie: a=b": "/",
	} {
		if got := returnPath(from); got != want {
			t.Errorf("%q leads to %q, want %q", from, got, want)
		}
	}
}

func TestAnswersThatSignNobodyIn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(w *world, back string) string // what happens before the browser comes back, and where to
		status int
		says   string
	}{
		{"another state", func(_ *world, back string) string { return with(back, "state", "OTHER") }, 400, "begon niet in deze browser"},
		{"no state", func(_ *world, back string) string { return with(back, "state", "") }, 400, "begon niet in deze browser"},
		{"another browser", func(w *world, back string) string { clear(w.cookies); return back }, 400, "begon niet in deze browser"},
		{"the cookie of the attempt is broken", func(w *world, back string) string { w.change("x"); return back }, 400, "begon niet in deze browser"},
		{"another nonce", func(w *world, back string) string {
			w.change(func() string {
				parts := strings.Split(w.attempt(), ".")
				parts[0] = "OTHER"
				return strings.Join(parts, ".")
			}())
			return back
		}, 502, "geen bruikbaar antwoord"},
		{"another verifier", func(w *world, back string) string {
			w.change(func() string {
				parts := strings.Split(w.attempt(), ".")
				parts[1] = strings.Repeat("A", 52)
				return strings.Join(parts, ".")
			}())
			return back
		}, 400, "begon niet in deze browser"},
		{"a code of nobody", func(_ *world, back string) string { return with(back, "code", "x") }, 400, "al gebruikt"},
		{"no code", func(_ *world, back string) string { return with(back, "code", "") }, 400, "al gebruikt"},
		{"another issuer answers", func(_ *world, back string) string { return with(back, "iss", "https://evil.example") }, 400, "geen bruikbaar antwoord"},
		{"the issuer refuses", func(_ *world, back string) string { return with(back, "error", "unauthorized_client") }, 400, "geen bruikbaar antwoord"},
		{"the issuer has trouble", func(_ *world, back string) string { return with(back, "error", "temporarily_unavailable") }, 503, "antwoordt niet"},
		{"the issuer is down", func(w *world, back string) string { w.issuer.Close(); return back }, 503, "antwoordt niet"},
		{"the issuer breaks", func(w *world, back string) string {
			w.answers(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusInternalServerError) })
			return back
		}, 503, "antwoordt niet"},
		{"the issuer does not know us", func(w *world, back string) string {
			w.answers(func(rw http.ResponseWriter, _ *http.Request) {
				rw.WriteHeader(http.StatusUnauthorized)
				_, _ = io.WriteString(rw, `{"error":"invalid_client"}`)
			})
			return back
		}, 502, "geen bruikbaar antwoord"},
		{"no ID token", func(w *world, back string) string {
			w.tokens(map[string]string{"access_token": "x", "token_type": "Bearer"})
			return back
		}, 502, "geen bruikbaar antwoord"},
		{"an ID token of nobody", func(w *world, back string) string {
			w.tokens(map[string]string{"access_token": "x", "token_type": "Bearer", "id_token": "e30.e30."})
			return back
		}, 502, "geen bruikbaar antwoord"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "")
			back := c.change(w, w.choose(police, w.start("/zones/5910")))
			response := w.visit("GET", back)
			said := page(t, response)
			if response.StatusCode != c.status || !strings.Contains(said, c.says) {
				t.Errorf("got %d, want %d and %q: %s", response.StatusCode, c.status, c.says, said)
			}
			if w.cookies[identity.CookieName] != "" {
				t.Error("somebody is signed in")
			}
			if !strings.Contains(said, `href="/aanmelden`) {
				t.Error("no way to begin again")
			}
			if (response.StatusCode == 503) != (response.Header.Get("Retry-After") != "") {
				t.Errorf("Retry-After %q with %d", response.Header.Get("Retry-After"), response.StatusCode)
			}
			if code := attemptCode(back); code != "" && strings.Contains(w.log.String(), code) {
				t.Errorf("the log has the code: %s", &w.log)
			}
		})
	}
}

func TestTheIssuerIsSlow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	back := w.choose(police, w.start("/"))
	release := make(chan struct{})
	t.Cleanup(func() { close(release) }) // before the server closes
	w.answers(func(http.ResponseWriter, *http.Request) { <-release })
	r := httptest.NewRequest("GET", us+back, nil)
	for name, value := range w.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	// The function's own deadline comes before ours here, so that nobody waits for it.
	ctx, cancel := context.WithTimeout(r.Context(), 20*time.Millisecond)
	defer cancel()
	recorder := httptest.NewRecorder()
	w.site.ServeHTTP(recorder, r.WithContext(ctx))
	if recorder.Code != http.StatusServiceUnavailable || !strings.Contains(recorder.Body.String(), "antwoordt niet") {
		t.Errorf("got %d", recorder.Code)
	}
}

func TestATokenThatDoesNotFit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, strings.Repeat("Zeer lange naam ", 300))
	response := w.visit("GET", w.choose(police, w.start("/zones/5910")))
	if said := page(t, response); response.StatusCode != http.StatusBadGateway || !strings.Contains(said, "meer gegevens mee dan een browser") {
		t.Errorf("got %d: %s", response.StatusCode, said)
	}
	if w.cookies[identity.CookieName] != "" {
		t.Error("a cookie that browsers drop was set")
	}
}

func TestChangedMind(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	response := w.visit("GET", w.choose(url.Values{"cancel": {"1"}}, w.start("/zones/5910")))
	if said := page(t, response); response.StatusCode != http.StatusOK || !strings.Contains(said, "Je brak het aanmelden af") ||
		!strings.Contains(said, `href="/zones/5910"`) || len(w.cookies) != 0 {
		t.Errorf("got %d, cookies %v: %s", response.StatusCode, w.cookies, said)
	}
}

func TestACodeServesOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	authorize := w.start("/")
	kept := w.cookies
	back := w.choose(police, authorize)
	attempt := map[string]string{}
	for name, value := range kept {
		attempt[name] = value
	}
	if response := w.visit("GET", back); response.StatusCode != http.StatusSeeOther {
		t.Fatalf("the first time: %d", response.StatusCode)
	}
	if response := w.visit("GET", back); response.StatusCode != http.StatusBadRequest {
		t.Errorf("again in the same browser: %d", response.StatusCode)
	}
	w.cookies = attempt
	if response := w.visit("GET", back); response.StatusCode != http.StatusBadRequest || w.cookies[identity.CookieName] != "" {
		t.Errorf("again with the cookie of the attempt: %d", response.StatusCode)
	}
}

func TestSeveralTabs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	first, second := w.start("/zones/5910"), w.start("/zones/5389")
	for authorize, want := range map[string]string{first: "/zones/5910", second: "/zones/5389"} {
		if response := w.visit("GET", w.choose(police, authorize)); response.Header.Get("Location") != us+want {
			t.Errorf("came back to %q, want %q", response.Header.Get("Location"), want)
		}
	}
	for range 40 {
		w.start("/" + strings.Repeat("x", backLimit-1))
	}
	size := 0
	for name, value := range w.cookies {
		size += len(name) + len(value)
	}
	if size > 5000 {
		t.Errorf("forty attempts leave %d bytes of cookies", size)
	}
}

func TestPagesWithoutAStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.serve(w.people.Environment(), pointer{err: errors.New("the table does not answer")})
	if response := w.visit("GET", "/afmelden"); response.StatusCode != http.StatusOK {
		t.Errorf("got %d", response.StatusCode)
	}
	if response := w.visit("PUT", "/afmelden"); response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "GET, HEAD, OPTIONS, POST" {
		t.Errorf("PUT: %d, Allow %q", response.StatusCode, response.Header.Get("Allow"))
	}
}

// attempt is the value of the browser's one cookie of a sign-in under way; change replaces it.
func (w *world) attempt() string {
	for name, value := range w.cookies {
		if strings.HasPrefix(name, attemptPrefix) {
			return value
		}
	}
	w.Fatal("no sign-in is under way")
	return ""
}

func (w *world) change(value string) {
	for name := range w.cookies {
		w.cookies[name] = value
	}
}

// answers puts a handler in the issuer's place.
func (w *world) answers(h http.HandlerFunc) { w.instead.Store(&h) }

// tokens has the issuer give these for a code.
func (w *world) tokens(answer map[string]string) {
	w.answers(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/token" {
			w.people.ServeHTTP(rw, r)
			return
		}
		rw.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(rw).Encode(answer)
	})
}

// with changes one parameter of a path; "" takes it away.
func with(path, name, value string) string {
	u, err := url.Parse(path)
	if err != nil {
		panic(err)
	}
	q := u.Query()
	q.Set(name, value)
	if value == "" {
		q.Del(name)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

func attemptCode(path string) string {
	u, err := url.Parse(path)
	if err != nil {
		return ""
	}
	return u.Query().Get("code")
}

// TestWhoSignsInTooOften waits, at the start and on the way back, and nobody else does.
func TestWhoSignsInTooOften(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	counted, most := 0, 3
	w.serve(w.people.Environment(), pointer{count: func(address string) time.Duration {
		if address != "192.0.2.1" { // httptest's, without its port
			t.Errorf("counted for %q", address)
		}
		if counted++; counted > most {
			return 90 * time.Second
		}
		return 0
	}})
	refused := func(response *http.Response) {
		t.Helper()
		text := page(t, response)
		if response.StatusCode != http.StatusTooManyRequests || response.Header.Get("Retry-After") != "90" || !strings.Contains(text, "Aanmelden kan nu even niet") ||
			!strings.Contains(text, "te veel aanmeldingen") || len(response.Cookies()) != 0 {
			t.Errorf("%d, %v, %s", response.StatusCode, response.Header, text)
		}
	}
	if response := w.visit("GET", w.choose(police, w.start("/"))); response.StatusCode != http.StatusSeeOther || counted != 2 {
		t.Fatalf("signed in with %d after %d counts, want 2", response.StatusCode, counted)
	}
	back := w.choose(police, w.start("/"))
	asked := false
	never := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true })
	w.instead.Store(&never)
	refused(w.visit("GET", back))
	refused(w.visit("GET", "/aanmelden"))
	if asked {
		t.Error("the issuer was asked")
	}
	if response := w.visit("GET", "/afmelden"); response.StatusCode != http.StatusOK {
		t.Errorf("signing out: %d", response.StatusCode)
	}
}

func TestSigningInWhileNothingCanBeCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.serve(w.people.Environment(), pointer{err: dynamo.ErrUnavailable})
	if response := w.visit("GET", w.choose(police, w.start("/"))); response.StatusCode != http.StatusSeeOther || w.cookies[identity.CookieName] == "" {
		t.Errorf("%d", response.StatusCode)
	}
	if !strings.Contains(w.log.String(), dynamo.ErrUnavailable.Error()) {
		t.Error("the log does not say that nothing was counted")
	}
}
