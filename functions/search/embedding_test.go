package main

import (
	"encoding/json"
	"errors"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"aanspreekpunt/shared/directory"
)

// framedPaths are answers that may stand in a frame elsewhere, errors among them.
var framedPaths = map[string]int{
	"/insluiten/zoeken": 200, "/insluiten/zones/5910": 200, "/insluiten/zones/5341": 200,
	"/insluiten/zones/5392": 301, "/insluiten/zones/0000": 404, "/insluiten/zones/x": 404, "/insluiten/nergens": 404,
}

func TestFramedPagesAreTheSameForEverybody(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	for path, status := range framedPaths {
		visitor := s.get(t, path)
		if visitor.Code != status {
			t.Errorf("%s: %d, want %d", path, visitor.Code, status)
		}
		for _, who := range []string{"police", "admin", "unknowable"} {
			w := s.ask(path, who)
			id := regexp.MustCompile(`<code>[0-9a-f-]{36}</code>`)
			if id.ReplaceAllString(w.Body.String(), "") != id.ReplaceAllString(visitor.Body.String(), "") || w.Code != visitor.Code {
				t.Errorf("%s is another page to %s", path, who)
			}
		}
		header := visitor.Header()
		if policy := header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors *") || strings.Contains(policy, "frame-ancestors 'none'") || !strings.Contains(policy, "default-src 'none'") {
			t.Errorf("%s: %s", path, policy)
		}
		if header.Get("Set-Cookie") != "" || header.Get("X-Frame-Options") != "" {
			t.Errorf("%s: %v", path, header)
		}
		if status == 301 {
			continue
		}
		wants(t, visitor.Body.String(), `<base target="_top">`, `name="robots" content="noindex"`, `href="tel:101"`, "Voorbeeldgegevens", `class="framed"`)
		wantsNot(t, visitor.Body.String(), `rel="nofollow">Aanmelden`, `aria-label="Hoofdmenu"`, "Afmelden")
	}
	s.redirects(t, "/insluiten/zones/5392", 301, "/insluiten/zones/5910")
}

func TestAllOtherPagesStandInNoFrame(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	for _, path := range []string{"/", "/insluiten", "/insluiten/", "/insluitenx", "/zones/5910", "/privacy", "/nergens", "/api/v1/zones/5910"} {
		if policy := s.get(t, path).Header().Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors ") || path != "/insluiten/" && !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: %s", path, policy)
		}
	}
	if policy := s.get(t, "/insluiten").Header().Get("Content-Security-Policy"); !strings.Contains(policy, "frame-src 'self'") {
		t.Errorf("the preview cannot be shown: %s", policy)
	}
}

func TestFramedZone(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	page := s.page(t, "/insluiten/zones/5910", http.StatusOK)
	wants(t, page, "<h1>Politiezone Getevallei</h1>", `href="/zones/5910"`, "Onthaal van de politiezone", "geen noodnummer", "Bevestigd op ", "ast aanspreekpunt")
	if n := strings.Count(page, `<li class="card`); n != 1 {
		t.Errorf("%d cards, want the first alone", n)
	}
	wants(t, page, `href="/aanmelden?terug=%2Fzones%2F5910"`)
	for _, secret := range s.kept(t) {
		wantsNot(t, s.ask("/insluiten/zones/5910", "police").Body.String(), secret)
	}

	s.store.err = errors.New("down")
	w := s.get(t, "/insluiten/zones/5910")
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("while the store is down: %d", w.Code)
	}
	wants(t, w.Body.String(), "kunnen we nu even niet tonen", "Onthaal van de politiezone")
	s.reference.facts, s.reference.err = nil, errors.New("no facts")
	if w = s.get(t, "/insluiten/zones/5910"); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), `class="framed"`) {
		t.Errorf("without facts: %d", w.Code)
	}
	s.page(t, "/insluiten/zoeken", http.StatusOK) // needs neither
}

// TestTheCodeThatIsOffered reads the code as somebody pastes it.
func TestTheCodeThatIsOffered(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	code := regexp.MustCompile(`(?s)<pre><code>(.*?)</code>`)
	plain := s.page(t, "/insluiten", http.StatusOK)
	if found := code.FindAllStringSubmatch(plain, -1); len(found) != 1 {
		t.Fatalf("%d pieces of code before a zone is chosen", len(found))
	}
	page := s.page(t, "/insluiten?zone=5339", http.StatusOK)
	wants(t, page, `<option value="5339" selected>`, `name="robots" content="noindex"`, `data-copy="&lt;iframe`)
	found := code.FindAllStringSubmatch(page, -1)
	if len(found) != 2 {
		t.Fatalf("%d pieces of code", len(found))
	}
	for i, want := range []string{
		`<iframe src="https://example.com/insluiten/zoeken" title="Zoek het aanspreekpunt van de lokale politie" width="100%" height="480" style="border: 0" loading="lazy" allow="clipboard-write"></iframe>`,
		`<iframe src="https://example.com/insluiten/zones/5339" title="Aanspreekpunt voor scholen van politiezone Brussel Hoofdstad - Elsene" width="100%" height="480" style="border: 0" loading="lazy" allow="clipboard-write"></iframe>`,
	} {
		if got := html.UnescapeString(found[i][1]); got != want+"\n"+`<script src="https://example.com/assets/embed.js" async></script>` {
			t.Errorf("got\n%s", got)
		}
	}
	for _, path := range []string{"/insluiten/zoeken", "/insluiten/zones/5339", "/assets/embed.js"} {
		if w := s.get(t, path); w.Code != http.StatusOK {
			t.Errorf("the code leads to %s, which answers %d", path, w.Code)
		}
	}
	for _, query := range []string{"?zone=0000", "?zone=%3Cscript%3E", "?zone=", "?x=1"} {
		if found := code.FindAllString(s.page(t, "/insluiten"+query, http.StatusOK), -1); len(found) != 1 {
			t.Errorf("%s: %d pieces of code", query, len(found))
		}
	}
	if e := embeddableOf(httptest.NewRequest("GET", "/", nil), "/x", `"A" & <B>`); !strings.Contains(e.Code, `title="&#34;A&#34; &amp; &lt;B&gt;"`) {
		t.Errorf("a name breaks out of the code: %s", e.Code)
	}
	s.reference.facts, s.reference.err = nil, errors.New("no facts")
	wants(t, s.page(t, "/insluiten", http.StatusOK), "kunnen we nu even niet tonen", "/insluiten/zoeken")
}

func TestStructuredDataIsPublic(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	block := regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`)
	of := func(w *httptest.ResponseRecorder) string {
		t.Helper()
		found := block.FindAllStringSubmatch(w.Body.String(), -1)
		if len(found) != 1 {
			t.Fatalf("%d blocks of data", len(found))
		}
		return found[0][1]
	}
	visitor := of(s.get(t, "/zones/5910"))
	for _, who := range []string{"police", "school", "admin"} {
		if got := of(s.ask("/zones/5910", who)); got != visitor {
			t.Errorf("%s gets other data:\n%s\n%s", who, got, visitor)
		}
	}
	var got organization
	if err := json.Unmarshal([]byte(visitor), &got); err != nil {
		t.Fatal(err)
	}
	if got.Context != "https://schema.org" || got.Name != "Politiezone Getevallei" || got.Identifier != "5910" || got.URL != "https://example.com/zones/5910" ||
		len(got.Points) == 0 || got.Description == "" || len(got.AreaServed) < 2 {
		t.Errorf("got %+v", got)
	}
	for _, p := range got.Points {
		if p.Type != "ContactPoint" || p.Kind == "" || p.Telephone == "" && p.Email == "" {
			t.Errorf("a contact point says nothing: %+v", p)
		}
	}
	for _, secret := range s.kept(t) {
		wantsNot(t, visitor, secret)
	}
	for _, c := range s.store.profiles["5910"].ContactPoints {
		if c.Name != "" {
			wantsNot(t, visitor, c.Name)
		}
	}
	hours := structured(directory.ZoneView{Code: "5910", Name: "</script><b>", CallOrder: []directory.Call{{ContactPoint: "a"}},
		ContactPoints: []directory.ContactPointView{{ID: "a", Role: "r", Phones: []directory.Phone{{Number: "+32"}}, OpeningHours: []directory.OpeningHours{{Day: 7, Opens: "22:00", Until: "24:00"}}}}}, "x", false)
	if h := hours.Points[0].Hours; h[0].Closes != "23:59" || h[0].Day != "https://schema.org/Sunday" || hours.Description != "" {
		t.Errorf("got %+v", hours)
	}
	s.store.err = errors.New("down")
	if block.MatchString(s.get(t, "/zones/5910").Body.String()) {
		t.Error("there is data while it cannot be read")
	}
}
