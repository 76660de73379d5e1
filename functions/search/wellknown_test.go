package main

import (
	"encoding/xml"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"aanspreekpunt/shared/directory"
)

func TestSecurityText(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	if w := s.get(t, "/.well-known/security.txt"); w.Code != http.StatusNotFound {
		t.Errorf("with nobody to report to: %d", w.Code)
	}
	for _, c := range []struct{ contact, administrators, want string }{
		{"", "beheer@aanspreekpunt.example", "mailto:beheer@aanspreekpunt.example"},
		{"https://aanspreekpunt.example/melden", "beheer@aanspreekpunt.example", "https://aanspreekpunt.example/melden"},
	} {
		s.service.operator = operator{securityContact: c.contact, administrators: c.administrators}
		w := s.get(t, "/.well-known/security.txt")
		fields := map[string]string{}
		for line := range strings.Lines(w.Body.String()) {
			name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
			if _, twice := fields[name]; !ok || twice {
				t.Errorf("line %q", line)
			}
			fields[name] = value
		}
		if fields["Contact"] != c.want || fields["Canonical"] != "https://example.com/.well-known/security.txt" || w.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%v, %v", fields, w.Header())
		}
		expires, err := time.Parse(time.RFC3339, fields["Expires"])
		if left := expires.Sub(today); err != nil || left < 60*24*time.Hour || left > 365*24*time.Hour {
			t.Errorf("Expires %q, %v", fields["Expires"], err)
		}
	}
}

func TestFaviconIsAnIcon(t *testing.T) {
	t.Parallel()
	w := newSystem(t).get(t, "/favicon.ico")
	if body := w.Body.String(); w.Code != 200 || !strings.HasPrefix(body, "\x00\x00\x01\x00\x01\x00") || !strings.Contains(body, "PNG") || len(body) > 2000 || w.Header().Get("Content-Type") != "image/x-icon" {
		t.Errorf("%d %v, %d bytes", w.Code, w.Header(), len(body))
	}
}

func TestSitemapHasPagesThatAnswer(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	s.store.practices = []directory.PracticeTitle{{Slug: "samen-tegen-spijbelen"}}
	read := func() map[string]bool {
		t.Helper()
		w := s.get(t, "/sitemap.xml")
		var set struct {
			URLs []string `xml:"url>loc"`
		}
		if err := xml.Unmarshal(w.Body.Bytes(), &set); err != nil || w.Code != 200 {
			t.Fatalf("%d, %v", w.Code, err)
		}
		listed := map[string]bool{}
		for _, u := range set.URLs {
			path, ok := strings.CutPrefix(u, "https://example.com")
			if !ok || listed[path] {
				t.Errorf("%s", u)
			}
			listed[path] = true
		}
		return listed
	}
	listed := read()
	for _, want := range []string{"/", "/privacy", "/toegankelijkheid", "/insluiten", "/opendata", "/dekking", "/praktijken", "/praktijken/samen-tegen-spijbelen", "/zones/5910", "/gemeenten/24107"} {
		if !listed[want] {
			t.Errorf("%s is not listed", want)
		}
	}
	for _, path := range []string{"/privacy", "/toegankelijkheid", "/insluiten", "/zones/5910"} {
		wantsNot(t, strings.ReplaceAll(s.page(t, path, http.StatusOK), "Voorbeeldgegevens", ""), "ERROR")
	}
	s.store.err = errors.New("down")
	if down := read(); len(down) != len(listed)-1 {
		t.Errorf("%d addresses while the store is down, want all but the practice of %d", len(down), len(listed))
	}
}

func TestPrivacyNamesWhoAndHowLong(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	wants(t, s.page(t, "/privacy", http.StatusOK), "vulde hier nog niet in wie de verwerkingsverantwoordelijke is", "is hier nog niet ingevuld.", "Enkele weken.",
		"400 dagen", "30 dagen nadat de politie antwoordde", "180 dagen", "60 dagen", "24 uur", "10 minuten", "90 dagen", "35 dagen", "één dag")
	s.service.operator = operator{administrators: "beheer@aanspreekpunt.example"}
	wants(t, s.page(t, "/privacy", http.StatusOK), "is hier nog niet ingevuld. Mail je vraag aan de beheerders: <a href=\"mailto:beheer@aanspreekpunt.example\">")
	s.service.operator = operator{administrators: "beheer@aanspreekpunt.example", controller: "Het Voorbeeldministerie, Voorbeeldstraat 1.", privacyEmail: "privacy@aanspreekpunt.example", logDays: "14"}
	page := s.page(t, "/privacy", http.StatusOK)
	wants(t, page, "Het Voorbeeldministerie, Voorbeeldstraat 1 is de verwerkingsverantwoordelijke", `mailto:privacy@aanspreekpunt.example`, "<dd>14 dagen. Ze zeggen")
	wantsNot(t, page, "beheer@", "nog niet")
}

func TestAccessibilityHasAWayToComplain(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	wants(t, s.page(t, "/toegankelijkheid", http.StatusOK), "WCAG 2.2", "ombudsdienst", "vulde hier nog geen adres in")
	s.service.operator = operator{administrators: "beheer@aanspreekpunt.example"}
	wants(t, s.page(t, "/toegankelijkheid", http.StatusOK), `mailto:beheer@aanspreekpunt.example`)
}
