package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/identity"
	"aanspreekpunt/shared/site"
)

const twoZones = `{"items":[{"number":"0000.000.196","name":"Voorbeeld","zones":["5910","5389"]}]}`

func TestOrganisationsOverTheAPI(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	const path = "/api/v1/organisations"
	put := func(person claims, body string, headers ...string) *httptest.ResponseRecorder {
		return s.ask(person, "PUT", path, body, headers...)
	}
	got := s.ask(admin, "GET", path, "")
	if want := `{"self":"https://aanspreekpunt.example/api/v1/organisations","total":0,"version":0,"items":[]}`; got.Code != 200 || got.Body.String() != want {
		t.Fatalf("before the first: %d %s", got.Code, got.Body)
	}
	for _, c := range []struct {
		name    string
		answer  *httptest.ResponseRecorder
		status  int
		problem string
	}{
		{"nobody", put(nil, twoZones, "If-Match", tag("0")), 401, "noAccessToken"},
		{"nobody reads", s.ask(nil, "GET", path, ""), 401, "noAccessToken"},
		{"school", put(school, twoZones, "If-Match", tag("0")), 403, "missingPermission"},
		{"police", put(police, twoZones, "If-Match", tag("0")), 403, "missingPermission"},
		{"police read", s.ask(police, "GET", path, ""), 403, "missingPermission"},
		{"without If-Match", put(admin, twoZones), 428, "preconditionRequired"},
		{"of another version", put(admin, twoZones, "If-Match", tag("1")), 412, "preconditionFailed"},
		{"no JSON", put(admin, `{"items":`, "If-Match", tag("0")), 400, "badRequest"},
		{"no items", put(admin, `{}`, "If-Match", tag("0")), 400, "badRequest"}, // that would empty the table
		{"unknown member", put(admin, `{"items":[],"rows":1}`, "If-Match", tag("0")), 400, "badRequest"},
		{"number of nobody", put(admin, strings.Replace(twoZones, "196", "197", 1), "If-Match", tag("0")), 400, "badRequest"},
		{"former zone", put(admin, strings.Replace(twoZones, "5389", "5392", 1), "If-Match", tag("0")), 400, "badRequest"},
		{"unknown parameter", s.ask(admin, "GET", path+"?q=x", ""), 400, "badRequest"},
		{"another method", s.ask(admin, "DELETE", path, ""), 405, "methodNotAllowed"},
	} {
		p := problemOf(t, c.answer)
		if p.Status != c.status || !strings.HasSuffix(p.Type, ":"+c.problem) {
			t.Errorf("%s: got %d %s, want %d %s", c.name, p.Status, p.Type, c.status, c.problem)
		}
	}
	if got := s.ask(admin, "GET", path, ""); !strings.Contains(got.Body.String(), `"version":0`) {
		t.Fatalf("a refused request changed something: %s", got.Body)
	}

	// Somebody of the organisation has no zone until it is linked.
	theirs := access("police", "", "0000000196")
	if got := s.ask(theirs, "GET", "/api/v1/zones/5910/revisions", ""); got.Code != 403 {
		t.Errorf("before they are linked: %d", got.Code)
	}
	first := put(admin, twoZones, "If-Match", got.Header().Get("ETag"), "Idempotency-Key", "k")
	if first.Code != 200 || !strings.HasPrefix(first.Header().Get("ETag"), `"1-`) || !strings.Contains(first.Body.String(), `"items":[{"number":"0000000196","name":"Voorbeeld","zones":["5389","5910"]}]`) {
		t.Fatalf("saved: %d %s %s", first.Code, first.Header().Get("ETag"), first.Body)
	}
	if got := s.ask(theirs, "GET", "/api/v1/zones/5910/revisions", ""); got.Code != 200 {
		t.Errorf("when they are linked: %d", got.Code)
	}
	if again := put(admin, twoZones, "If-Match", tag("0"), "Idempotency-Key", "k"); again.Code != 200 || again.Body.String() != first.Body.String() {
		t.Errorf("repeated: %d %s", again.Code, again.Body)
	}
	if other := put(admin, `{"items":[]}`, "If-Match", tag("1"), "Idempotency-Key", "k"); other.Code != 422 {
		t.Errorf("the same key for another body: %d", other.Code)
	}
	shown := s.ask(admin, "GET", path, "")
	if back := put(admin, shown.Body.String(), "If-Match", shown.Header().Get("ETag")); back.Code != 200 || !strings.HasPrefix(back.Header().Get("ETag"), `"2-`) {
		t.Errorf("what GET gives, sent back: %d %s", back.Code, back.Body)
	}
	stale := put(admin, `{"items":[]}`, "If-Match", tag("1"))
	if p := problemOf(t, stale); p.Status != 412 || !strings.HasPrefix(stale.Header().Get("ETag"), `"2-`) {
		t.Errorf("stale: %d, ETag %s", p.Status, stale.Header().Get("ETag"))
	}
	if cached := shown.Header().Get("Cache-Control"); cached != "private, no-store" {
		t.Errorf("Cache-Control %q", cached)
	}
}

// visit asks for the page as somebody with a session.
func (s *system) visitOrganisations(person claims, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/beheer/organisaties", nil)
	if form != nil {
		r = httptest.NewRequest(http.MethodPost, "/beheer/organisaties", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if person != nil {
		r.AddCookie(&http.Cookie{Name: identity.CookieName, Value: person.ID().Token()})
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func row(version, number, name, zones string) url.Values {
	return url.Values{"versie": {version}, "nummer": {number, "", ""}, "naam": {name, "", ""}, "zones": {zones, "", ""}}
}

func TestOrganisationsPage(t *testing.T) {
	t.Parallel()
	broken := &faulty{}
	s := newSystem(t, dynamotest.New(t), broken.wrap)
	if w := s.visitOrganisations(nil, nil); w.Code != 303 || w.Header().Get("Location") != "https://aanspreekpunt.example/aanmelden?terug=%2Fbeheer%2Forganisaties" {
		t.Errorf("a visitor: %d to %s", w.Code, w.Header().Get("Location"))
	}
	for name, person := range map[string]claims{"police": police, "school": school} {
		for _, form := range []url.Values{nil, row("0", "0000000196", "x", "5910")} {
			if w := s.visitOrganisations(person, form); w.Code != 403 {
				t.Errorf("%s: %d", name, w.Code)
			}
		}
	}
	says := func(w *httptest.ResponseRecorder, status int, words ...string) {
		t.Helper()
		for _, word := range words {
			if w.Code != status || !strings.Contains(w.Body.String(), word) {
				t.Fatalf("got %d, want %d and %q: %s", w.Code, status, word, w.Body)
			}
		}
	}
	says(s.visitOrganisations(admin, nil), 200, "<h1>Organisaties</h1>", `aria-current="page">Beheer politiezone`, `name="versie" value="0"`, "Rij 3")
	says(s.visitOrganisations(nil, row("0", "0000000196", "Voorbeeld <b>", "5910")), 401, "Je bent afgemeld.", `value="Voorbeeld &lt;b&gt;"`)
	says(s.visitOrganisations(police, row("0", "0000000196", "Van de politie", "5910")), 403, onlyAdmins, `value="Van de politie"`)
	broken.down.Store(true)
	says(s.visitOrganisations(admin, row("0", "0000000196", "Typte ik", "5910")), 503, site.NotSaved, `value="Typte ik"`)
	broken.down.Store(false)
	says(s.visitOrganisations(admin, row("0", "0000000197", "", "5392")), 400, "<title>3 fouten · Organisaties", `<a href="#number-0">Rij 1, Ondernemingsnummer</a>`,
		`id="number-0" name="nummer" value="0000000197" inputmode="numeric" autocomplete="off" aria-invalid="true"`, `<a href="#zones-0">Rij 1, Zones</a>`, `<a href="#name-0">Rij 1, Naam</a>`)

	if w := s.visitOrganisations(admin, row("0", " 0000.000.196 ", "Voorbeeld", "5910; 5389")); w.Code != 303 || w.Header().Get("Location") != "https://aanspreekpunt.example/beheer/organisaties?bewaard" {
		t.Fatalf("saved: %d %s", w.Code, w.Body)
	}
	says(s.visitOrganisations(admin, nil), 200, `value="0000000196"`, `value="5389, 5910"`, `name="versie" value="1"`)
	says(s.visitOrganisations(admin, row("0", "0000000097", "Van een ander", "5910")), 409, "Iemand anders paste deze lijst intussen aan.", "Wat nu bewaard is",
		"0000000196, Voorbeeld: 5389, 5910", `value="Van een ander"`, `name="versie" value="1"`)
	if w := s.visitOrganisations(admin, url.Values{"versie": {"1"}}); w.Code != 303 {
		t.Errorf("an empty list: %d", w.Code)
	}
	if all, err := s.store.Organisations(t.Context()); err != nil || len(all.Items) != 0 || all.Version != 2 {
		t.Errorf("stored %+v, %v", all, err)
	}
}
