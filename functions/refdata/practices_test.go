package main

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"aanspreekpunt/infra/practices"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
)

const loadEvent = `{"action": "load", "time": "2026-11-23T04:00:00Z"}`

// TestTheFirstPractices: they are stored once, published, in their zones.
func TestTheFirstPractices(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	if report := s.must(loadEvent); report.Practices != 3 {
		t.Errorf("stored %d practices", report.Practices)
	}
	titles, err := s.Store.PracticeTitles(t.Context())
	if err != nil || len(titles) != 3 {
		t.Fatalf("%+v, %v", titles, err)
	}
	zones := map[string]directory.ZoneCode{"samen-tegen-spijbelen-in-halle": "5905", "preventie-en-werkgroepen-in-tienen-en-hoegaarden": "5910", "overlegassistenten-in-brussel-noord": "5344"}
	for _, title := range titles {
		p, err := s.Store.Practice(t.Context(), title.Slug)
		if err != nil {
			t.Fatal(err)
		}
		if p.Zone != zones[p.Slug] || p.Status != directory.PracticePublished || p.Version != 1 || !strings.Contains(p.HTML, "<h2>") {
			t.Errorf("%s: zone %s, %s, version %d", p.Slug, p.Zone, p.Status, p.Version)
		}
		if words := len(strings.Fields(p.Markdown)); words < 250 || words > 400 {
			t.Errorf("%s has %d words", p.Slug, words)
		}
		// What police could not save must not come in by this way either.
		_, html, issues := directory.PracticeValidation{Render: func(string) directory.Rendered { return directory.Rendered{HTML: p.HTML, Text: p.Markdown} }}.Check(p.Input())
		if len(issues) > 0 || html != p.HTML {
			t.Errorf("%s: %v", p.Slug, issues)
		}
		r, err := s.Store.PracticeRevision(t.Context(), p.ID, 1, time.Now())
		if err != nil || r.Kind != directory.RevisionImported || r.Role != "" {
			t.Errorf("%s: %+v, %v", p.Slug, r, err)
		}
	}
	if report := s.must(loadEvent); report.Practices != 0 {
		t.Errorf("stored %d again", report.Practices)
	}
}

// TestPracticesOfPoliceAreLeftAlone: one was changed, one moved, one withdrawn; what is new comes in.
func TestPracticesOfPoliceAreLeftAlone(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.must(loadEvent)
	store := s.Store
	save := func(slug string, change func(*directory.PracticeInput)) {
		t.Helper()
		p, err := store.Practice(t.Context(), slug)
		if err != nil {
			t.Fatal(err)
		}
		in := p.Input()
		change(&in)
		next := p.Saved(in, p.HTML, time.Now())
		if err := store.SavePractice(t.Context(), dynamo.PracticeSave{Practice: next, Before: p, Revision: directory.NewPracticeRevision(p, next, directory.Cause{Kind: directory.RevisionSaved}, time.Now())}); err != nil {
			t.Fatal(err)
		}
	}
	save("samen-tegen-spijbelen-in-halle", func(in *directory.PracticeInput) { in.Title = "Van de politie" })
	save("overlegassistenten-in-brussel-noord", func(in *directory.PracticeInput) { in.Slug = "elders" })
	save("preventie-en-werkgroepen-in-tienen-en-hoegaarden", func(in *directory.PracticeInput) { in.Status = directory.PracticeWithdrawn })
	s.Practices = fstest.MapFS{
		"nieuwe.md":   {Data: []byte("title: Nieuw\nsummary: Kort.\nzone: 5910\nthemes: theft\nlevels: basic\n\nTekst.\n")},
		"nieuwe.html": {Data: []byte("<p>Tekst.</p>\n")},
	}
	if report := s.must(loadEvent); report.Practices != 1 {
		t.Errorf("stored %d", report.Practices)
	}
	s.Practices = practices.FS
	if report := s.must(loadEvent); report.Practices != 0 {
		t.Errorf("stored %d again", report.Practices)
	}
	if p, err := store.Practice(t.Context(), "samen-tegen-spijbelen-in-halle"); err != nil || p.Title != "Van de politie" {
		t.Errorf("changed: %+v, %v", p.Title, err)
	}
	_, err := store.Practice(t.Context(), "overlegassistenten-in-brussel-noord")
	if moved, ok := errors.AsType[*dynamo.MovedError](err); !ok || moved.Slug != "elders" {
		t.Errorf("moved: %v", err)
	}
	if p, err := store.Practice(t.Context(), "preventie-en-werkgroepen-in-tienen-en-hoegaarden"); err != nil || p.Status != directory.PracticeWithdrawn {
		t.Errorf("withdrawn: %s, %v", p.Status, err)
	}
}

// TestPracticesThatCannotBeRead name the file and what is wrong, and nothing of it is stored.
func TestPracticesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	const good = "title: T\nsummary: S\nzone: 5910\nthemes: theft\nlevels: basic\n\nTekst."
	for change, want := range map[[2]string]string{
		{"\n\nTekst.", ""}:    "no empty line",
		{"5910", "59"}:        "zone code",
		{"theft", "diefstal"}: "theme",
		{"basic", "lager"}:    "level",
		{"title", "titel"}:    "titel",
	} {
		s.Practices = fstest.MapFS{"x.md": {Data: []byte(strings.Replace(good, change[0], change[1], 1))}, "x.html": {Data: []byte("<p>Tekst.</p>")}}
		if _, err := s.handle(loadEvent); err == nil || !strings.Contains(err.Error(), "x.md") || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %s", change, err, want)
		}
	}
	if titles, err := s.Store.PracticeTitles(t.Context()); err != nil || len(titles) > 0 {
		t.Errorf("%v, %v", titles, err)
	}
}
