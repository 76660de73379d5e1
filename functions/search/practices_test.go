package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/infra/practices"
	"aanspreekpunt/shared/directory"
)

// titled are published practices, newest first.
func titled() []directory.PracticeTitle {
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	title := func(slug string, zone directory.ZoneCode, title, summary string, themes ...directory.Theme) directory.PracticeTitle {
		at = at.AddDate(0, 0, -1)
		return directory.PracticeTitle{ID: slug, Slug: slug, Zone: zone, Title: title, Summary: summary, Themes: themes, PublishedAt: at, ModifiedAt: at}
	}
	return []directory.PracticeTitle{
		title("halle", "5905", "Eén protocol", "Een formulier voor wie wegblijft.", directory.ThemeTruancy),
		title("tienen", "5392", "Werkgroepen", "Van toen Tienen-Hoegaarden nog een zone was.", directory.ThemeDrugs, directory.ThemeTruancy),
		title("brussel", "5344", "Overlegassistenten", "Dag en nacht <één> dienst.", directory.ThemeRadicalisation),
		title("noord", "5344", "Vierde", "Nog een.", directory.ThemeTheft),
	}
}

// TestPracticesThatASearchFinds: by its zone, its theme and its words, in this order.
func TestPracticesThatASearchFinds(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	s.store.practices = titled()
	for query, want := range map[string]string{
		"overlegassistent":         "brussel",
		"OVERLEGASSISTENTEN evere": "brussel noord",
		"spijbelen":                "halle tienen",
		"😀":                        "",
		"#":                        "",
		"spijbelen tienen":         "tienen halle",
		"tienen":                   "tienen",
		"3300":                     "tienen",
		"zennevallei":              "halle",
		"kerkstraat":               "",
		"qqxxqqzz":                 "",
	} {
		var found struct {
			Embedded struct {
				Practices []struct{ Slug, Href, Zone string }
			}
		}
		w := s.get(t, "/api/v1/search?q="+url.QueryEscape(query))
		if err := json.Unmarshal(w.Body.Bytes(), &found); err != nil || w.Code != 200 {
			t.Fatalf("%s: %d %v", query, w.Code, err)
		}
		var slugs []string
		for _, p := range found.Embedded.Practices {
			slugs = append(slugs, p.Slug)
			if p.Href != "https://example.com/api/v1/practices/"+p.Slug || p.Slug == "tienen" && p.Zone != "5910" {
				t.Errorf("%s: %+v", query, p)
			}
		}
		if got := strings.Join(slugs, " "); got != want {
			t.Errorf("%s: the API finds %q, want %q", query, got, want)
		}
		page := s.page(t, "/zoeken?q="+url.QueryEscape(query), http.StatusOK)
		at := -1
		for _, slug := range strings.Fields(want) {
			next := strings.Index(page, `href="/praktijken/`+slug+`"`)
			if next <= at {
				t.Errorf("%s: the page has %s at %d, after %d", query, slug, next, at)
			}
			at = next
		}
		if (want == "") != !strings.Contains(page, `id="praktijken"`) {
			t.Errorf("%s: wants a section: %t", query, want != "")
		}
	}
	wants(t, s.page(t, "/zoeken?q=overlegassistent", http.StatusOK), "Geen school of gemeente gevonden voor ‘overlegassistent’, wel 1 goede praktijk", "Dag en nacht &lt;één&gt; dienst.",
		"Politiezone Brussel Noord (Evere, Schaarbeek en Sint-Joost-ten-Node)")
	wants(t, s.page(t, "/zoeken?q=spijbelen+tienen", http.StatusOK), `href="/praktijken?theme=truancy">Alle goede praktijken over spijbelen</a>`)
	wantsNot(t, s.page(t, "/zoeken?q=tienen&page=2", http.StatusOK), `id="praktijken"`)
}

// TestPracticesBesideWhatOneLooksAt: the newest on the first page, those of the zone with the zone and its schools.
func TestPracticesBesideWhatOneLooksAt(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	wantsNot(t, s.page(t, "/", http.StatusOK), "<h2>Nieuwste goede praktijken</h2>")
	s.store.practices = titled()
	home := s.page(t, "/", http.StatusOK)
	wants(t, home, "<h2>Nieuwste goede praktijken</h2>", "Eén protocol", "Werkgroepen", "Overlegassistenten")
	wantsNot(t, home, "Vierde")
	for _, path := range []string{"/zones/5910", "/gemeenten/24107", "/scholen/" + string(demonstration.TienenSchool)} {
		page := s.page(t, path, http.StatusOK)
		wants(t, page, "<dt>Goede praktijk</dt>", `href="/praktijken/tienen">Werkgroepen</a>`)
		wantsNot(t, page, "/praktijken/halle")
	}
	wants(t, s.page(t, "/zones/5344", http.StatusOK), "<dt>Goede praktijken</dt>", "Vierde")
	wantsNot(t, s.page(t, "/zones/5341", http.StatusOK), "<dt>Goede praktijk")
	s.store.err = errors.New("down")
	wants(t, s.page(t, "/", http.StatusOK), "Wie bel je bij de lokale politie?")
}

// TestTheFirstSitesAddresses lead to practices that the service begins with.
func TestTheFirstSitesAddresses(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	for number, slug := range firstPractices {
		if _, err := fs.Stat(practices.FS, slug+".md"); err != nil {
			t.Error(err)
		}
		if w := s.get(t, "/?bp="+number); w.Code != 301 || w.Header().Get("Location") != "https://example.com/praktijken/"+slug {
			t.Errorf("%s: %d to %s", number, w.Code, w.Header().Get("Location"))
		}
	}
	for _, path := range []string{"/?bp=1", "/?bp=5", "/?bp=", "/?pb=2"} {
		if w := s.get(t, path); w.Code != 200 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}
