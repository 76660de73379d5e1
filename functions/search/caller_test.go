package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/identity"
	"aanspreekpunt/shared/site"
)

// people are callers who write into the token who they are: "police", "school" (of zone 5910), "admin", "far"
// (police of another zone) or "unlinked". Of "unknowable" a page cannot find out now who it is. Anything else is a
// bad token.
type people struct{}

var known = map[string]directory.Principal{
	"police": {Role: directory.RolePolice, Subject: "p", Zones: []directory.ZoneCode{"5910"}, Organisation: "Politiezone Getevallei"},
	"school": {Role: directory.RoleSchool, Subject: "s", Zones: []directory.ZoneCode{"5910"}, Organisation: "De Linde"},
	"admin":  {Role: directory.RoleAdmin, Subject: "a", Organisation: "Beheer"},
	"far":    {Role: directory.RolePolice, Subject: "f", Zones: []directory.ZoneCode{"5389"}, Organisation: "Politiezone Hageland"},
	"staff":  {Role: directory.RoleSchool, Subject: "t", Zones: []directory.ZoneCode{"5910"}, Institutions: []directory.InstitutionNumber{"990002"}},
	"clb": {Role: directory.RoleSchool, Subject: "c", Zones: []directory.ZoneCode{"5910"}, Institutions: []directory.InstitutionNumber{"000001", "990001", "990002", "990003",
		"990010", "990011", "990012", "990013", "990014", "990015", "990016", "990017", "990018"}},
	"unlinked": {Role: directory.RolePolice, Subject: "u"},
}

func (people) OfAPI(r *http.Request, _ identity.Facts) (directory.Principal, error) {
	who, ok := known[r.Header.Get("Authorization")]
	if !ok {
		return who, gateway.InvalidAccessToken(identity.ErrInvalid)
	}
	return who, nil
}

func (people) OfPage(r *http.Request, _ identity.Facts) (directory.Principal, error) {
	if identity.Session(r) == "unknowable" {
		return directory.Principal{}, gateway.Unavailable(errors.New("the table of organisations is gone"))
	}
	return known[identity.Session(r)], nil
}

// ask asks for a path as somebody: with their token on the API, with their cookie on a page.
func (s *system) ask(path, who string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if strings.HasPrefix(path, "/api/") {
		r.Header.Set("Authorization", who)
	} else {
		r.AddCookie(&http.Cookie{Name: identity.CookieName, Value: who})
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// ofGetevallei are all paths on which zone 5910 stands.
var ofGetevallei = []string{"/zones/5910", "/zoeken?q=5910", "/zoeken?q=tienen", "/gemeenten/24107", "/scholen/990002",
	"/api/v1/zones/5910", "/api/v1/search?q=5910", "/api/v1/schools/990002", "/api/v1/municipalities/24107"}

// kept are the numbers and addresses that zone 5910 keeps for schools, as pages and as JSON write them.
func (s *system) kept(t *testing.T) []string {
	t.Helper()
	var kept []string
	for _, c := range s.store.profiles["5910"].ContactPoints {
		for _, ph := range c.Phones {
			if ph.Visibility != directory.VisiblePublic {
				kept = append(kept, ph.Number)
			}
		}
		for _, e := range c.Emails {
			if e.Visibility != directory.VisiblePublic {
				kept = append(kept, e.Address)
			}
		}
	}
	if len(kept) < 2 {
		t.Fatalf("zone 5910 keeps only %v for schools", kept)
	}
	return kept
}

func TestWhoSeesWhatIsKeptForSchools(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	for who, sees := range map[string]bool{"police": true, "school": true, "admin": true, "far": false, "unlinked": false} {
		for _, path := range ofGetevallei {
			w := s.ask(path, who)
			if w.Code != http.StatusOK {
				t.Errorf("%s for %s: %d", path, who, w.Code)
			}
			found := 0
			for _, value := range s.kept(t) {
				if strings.Contains(w.Body.String(), value) {
					found++
				}
			}
			if (found > 0) != sees {
				t.Errorf("%s shows %s %d of the values, sees is %t", path, who, found, sees)
			}
			if cached, etag := w.Header().Get("Cache-Control"), w.Header().Get("Vary"); cached != "private, no-store" || etag != "Authorization, Cookie, Accept-Encoding" {
				t.Errorf("%s for %s: Cache-Control %q, Vary %q", path, who, cached, etag)
			}
			if strings.HasPrefix(path, "/api/") {
				continue
			}
			if page := w.Body.String(); strings.Contains(page, "Meld je aan</a>") || !strings.Contains(page, `href="/afmelden?terug=`) {
				t.Errorf("%s does not treat %s as signed in", path, who)
			}
		}
	}
}

func TestVCardsHavePublicValuesOnly(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	w := s.ask("/api/v1/zones/5910/vCard", "police")
	for _, value := range s.kept(t) {
		if strings.Contains(w.Body.String(), value) {
			t.Errorf("the contacts have %s", value)
		}
	}
	if w.Code != http.StatusOK {
		t.Errorf("got %d", w.Code)
	}
}

// What hangs in a staff room is read by others too: on paper stand public values only, unless it is asked for, and
// then the paper says so.
func TestPaperHasPublicValuesOnlyUnlessAskedFor(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	hasAny := func(text string) bool {
		return slices.ContainsFunc(s.kept(t), func(value string) bool { return strings.Contains(text, value) })
	}
	const screen, paper, warning = `<div class="screen">`, `<div class="paper">`, "Alleen voor personeel. Hang dit niet op waar leerlingen of bezoekers komen."
	for _, path := range []string{"/zones/5910", "/zones/5910?theme=drugs", "/gemeenten/24107", "/scholen/990002", "/scholen/990000?location=2", "/zoeken?q=5910", "/zoeken?q=3470"} {
		page := s.ask(path, "school").Body.String()
		before, rest, _ := strings.Cut(page, screen)
		shown, rest, _ := strings.Cut(rest, paper)
		printed, after, ok := strings.Cut(rest, "</section>")
		if !ok || !hasAny(shown) || hasAny(before) || hasAny(printed) || hasAny(after) || !strings.Contains(printed, "016 80 58 05") {
			t.Errorf("%s: on the screen %t, elsewhere %t, on paper %t %.200q", path, hasAny(shown), hasAny(before+after), hasAny(printed), printed)
		}
		wantsNot(t, page, warning)
		for _, who := range []string{"far", ""} {
			wantsNot(t, s.ask(path, who).Body.String(), screen, paper, warning, "afdruk=")
		}
	}
	wants(t, s.ask("/zones/5910?theme=drugs", "school").Body.String(), `href="/zones/5910?afdruk=scholen&amp;theme=drugs">Ook nummers voor scholen afdrukken</a>`,
		`href="/zones/5910?contacten=scholen">Ook nummers voor scholen opslaan</a>`)
	for _, path := range []string{"/zones/5910?afdruk=scholen", "/gemeenten/24107?afdruk=scholen", "/scholen/990002?afdruk=scholen"} {
		page := s.ask(path, "school").Body.String()
		wants(t, page, warning, `">Alleen openbare gegevens afdrukken</a>`)
		wantsNot(t, page, screen, paper)
		if !hasAny(page) {
			t.Errorf("%s lacks what is kept for schools", path)
		}
		for _, who := range []string{"far", ""} {
			wantsNot(t, s.ask(path, who).Body.String(), warning, "afdrukken</a>")
		}
	}
	wants(t, s.ask("/zoeken?q=3470&afdruk=scholen", "school").Body.String(), warning) // zones side by side
}

func TestContactsHaveWhatIsKeptForSchoolsOnlyWhenAskedFor(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	for who, sees := range map[string]bool{"school": true, "police": true, "far": false, "": false} {
		w := s.ask("/zones/5910?contacten=scholen", who)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/vcard; charset=utf-8" || !strings.Contains(w.Body.String(), "END:VCARD") {
			t.Errorf("%q: got %d, %s", who, w.Code, w.Header().Get("Content-Type"))
		}
		if sees && w.Header().Get("Cache-Control") != "private, no-store" {
			t.Errorf("%q: Cache-Control %q", who, w.Header().Get("Cache-Control"))
		}
		for _, value := range s.kept(t) {
			if strings.Contains(w.Body.String(), value) != sees {
				t.Errorf("%q: the contacts have %s: %t, want %t", who, value, !sees, sees)
			}
		}
		if text := strings.ReplaceAll(w.Body.String(), "\r\n ", ""); strings.Contains(text, "Alleen voor personeel. Vast aanspreekpunt (PLP 41). Bevestigd op") != sees || strings.Contains(text, ". . ") {
			t.Errorf("%q: whom the contacts are for: %s", who, w.Body)
		}
	}
}

func TestABadTokenIsNoVisitor(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	for _, path := range []string{"/api/v1/zones/5910", "/api/v1/search?q=tienen", "/api/v1/suggestions?q=tienen", "/api/v1/zones", "/api/v1/schools/990002",
		"/api/v1/municipalities/24107", "/api/v1/zones/5910/vCard", "/api/v1/refData/themes", "/api/v1/health", "/api/v1/doc/openapi.yaml"} {
		w := s.ask(path, "forged")
		if w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), "invalidAccessToken") || w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s: got %d %s", path, w.Code, w.Body)
		}
	}
	for _, path := range []string{"/zones/5910", "/", "/nergens"} {
		w := s.ask(path, "forged")
		if w.Code == http.StatusUnauthorized || !strings.Contains(w.Body.String(), `href="/aanmelden`) {
			t.Errorf("%s with a bad cookie: got %d, want a visitor's page", path, w.Code)
		}
	}
}

func TestErrorsKnowWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	w := s.ask("/nergens", "police")
	if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "Politiezone Getevallei · ") || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("got %d, Cache-Control %q: %s", w.Code, w.Header().Get("Cache-Control"), w.Body)
	}
}

func TestUnlinkedOrganisationIsToldWhy(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	wants(t, s.ask("/zones/5910", "unlinked").Body.String(), "Je organisatie is nog niet gekoppeld aan een politiezone.")
}

func TestAPageAnswersWhenItCannotTellWhoAsks(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	for _, path := range []string{"/zones/5910", "/scholen/990002", "/zoeken?q=5910", "/gemeenten/24107"} {
		w := s.ask(path, "unknowable")
		if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: got %d, Cache-Control %q", path, w.Code, w.Header().Get("Cache-Control"))
		}
		wants(t, w.Body.String(), "016 80 58 05")
		for _, value := range s.kept(t) {
			if strings.Contains(w.Body.String(), value) {
				t.Errorf("%s shows %s to somebody unknown", path, value)
			}
		}
	}
	wants(t, s.log.String(), "the table of organisations is gone")
}

func TestWhatIsTheSameForEverybodyAsksNobodyWhoTheyAre(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	s.reference.facts, s.reference.err = nil, errors.New("no facts yet")
	for _, path := range []string{site.Asset("style.css"), "/robots.txt"} {
		for _, who := range []string{"police", "unknowable"} {
			if w := s.ask(path, who); w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Cache-Control"), "public") {
				t.Errorf("%s for %s: got %d, Cache-Control %q", path, who, w.Code, w.Header().Get("Cache-Control"))
			}
		}
	}
	for _, path := range []string{"/", "/over"} { // these need no facts either
		if w := s.ask(path, "police"); w.Code != http.StatusOK {
			t.Errorf("%s: got %d", path, w.Code)
		}
	}
}

func TestASchoolFindsItselfOnTheFirstPage(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	page := s.ask("/", "staff").Body.String()
	wantsNot(t, page, "Beheer politiezone")
	wants(t, s.ask("/", "police").Body.String(), `<a class="button" href="/beheer">Beheer politiezone</a>`)
	wants(t, page, "Jouw school:", `<a class="button" href="/scholen/990002">`, "Tienen</a>", `action="/zoeken"`)
	wantsNot(t, page, "Jouw scholen:")
	page = s.ask("/", "clb").Body.String()
	wants(t, page, "Jouw scholen:", "Zoek hieronder de andere")
	if n := strings.Count(page, `<a class="button" href="/scholen/`); n != mostOwn {
		t.Errorf("%d schools of a CLB, want %d", n, mostOwn)
	}
	for _, who := range []string{"school", "police", "nobody"} { // whose institutions are not in the list, or who have none
		wantsNot(t, s.ask("/", who).Body.String(), "Jouw school")
	}
	s.reference.facts, s.reference.err = nil, errors.New("gone")
	if w := s.ask("/", "staff"); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "Jouw school") {
		t.Errorf("without facts the first page answers %d", w.Code)
	}
}
