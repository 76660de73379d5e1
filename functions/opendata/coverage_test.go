package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/facts/factstest"
)

func TestCoverageIsWhatWasCountedAtNight(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, c := range demonstration.Coverage(factstest.Territory(), today) {
		if err := s.store.SaveCoverage(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	var got struct {
		Self                string
		Day                 string
		Zones, Fresh, Stale int
		Provinces           []directory.ProvinceCoverage
		History             []struct {
			Day   string
			Zones int
		}
	}
	w := s.ask("GET", "/api/v1/coverage")
	if err := json.Unmarshal([]byte(want(t, w, 200, `-"States"`, `-"states"`)), &got); err != nil {
		t.Fatal(err)
	}
	if got.Self != "https://aanspreekpunt.example/api/v1/coverage" || got.Day != "2026-11-23" || got.Zones != 107 || got.Fresh == 0 || len(got.Provinces) != 6 ||
		len(got.History) != 53 || got.History[52].Day != got.Day || got.History[0].Zones != 107 {
		t.Errorf("got %+v", got)
	}
	if w.Header().Get("Access-Control-Allow-Origin") != "*" || w.Header().Get("ETag") == "" {
		t.Errorf("headers %v", w.Header())
	}

	page := want(t, s.ask("GET", "/dekking"), 200, "97 van de 107 politiezones hebben een aanspreekpunt voor scholen.", "deze telling is van 23 november 2026",
		`<polyline class="with"`, "<th scope=\"row\">november 2025</th>", "<th scope=\"row\">Brussel</th>", "Samen", "-Te contacteren", "- style=", "-beheer.")
	// A dot for each municipality: discs, diamonds, triangles and crosses, that each begin with a move.
	dots := 0
	for _, m := range regexp.MustCompile(`<path class="dot \w+" d="(M[^"]+)"/>\n`).FindAllStringSubmatch(page, -1) {
		dots += strings.Count(m[1], "M")
	}
	if dots != len(factstest.Territory().Municipalities) {
		t.Errorf("%d dots for %d municipalities", dots, len(factstest.Territory().Municipalities))
	}
}

func TestCoverageBeforeTheFirstNightIsCountedNow(t *testing.T) {
	t.Parallel()
	s := start(t)
	want(t, s.ask("GET", "/dekking"), 200, "0 van de 107 politiezones hebben een aanspreekpunt", "Nog geen enkele zone", "zodra we op twee dagen geteld hebben", "-<polyline")
	want(t, s.ask("GET", "/api/v1/coverage"), 200, `"none":107`)
	s.keep(t)
	want(t, s.ask("GET", "/dekking"), 200, "97 van de 107 politiezones hebben een aanspreekpunt")
}

func TestOutlinesOfZonesAreDrawn(t *testing.T) {
	t.Parallel()
	s := start(t)
	ring := []directory.Point{{4.9, 50.8}, {4.95, 50.8}, {4.95, 50.85}}
	if err := s.store.SaveBoundaries(t.Context(), []directory.Boundary{{Zone: "5910", Rings: [][]directory.Point{ring}}, {Rings: [][]directory.Point{ring}}}); err != nil {
		t.Fatal(err)
	}
	want(t, s.ask("GET", "/dekking"), 200, `<path class="area none" d="M500 240l10 0l0-16z"/>`, `<path class="area" d="M500 240`)
}

func TestOnlyAdministratorsSeeWhomToCall(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.keep(t)
	for _, c := range []struct{ name, cookie string }{
		{"visitor", ""}, {"police", session("police", "5910")}, {"nobody", session("other", "")},
	} {
		want(t, s.ask("GET", "/dekking", "Cookie", c.cookie), 200, "-Te contacteren", "-beheer.5340@")
	}
	w := s.ask("GET", "/dekking", "Cookie", session("admin", ""))
	page := want(t, w, 200, "Te contacteren", "Vulde nog niets in.", "Bevestigde de gegevens nog nooit.", "Bevestigde laatst op ", "(beheer)", "geen beheeradres", "Politiezone Aalter - Maldegem (Aalter en Maldegem)",
		`href="tel:&#43;32`, "https://www.politie.be/", "-ZgotmplZ")
	if strings.Contains(page, `"/beheer/zones/5910"`) {
		t.Error("a zone that confirmed lately is to be called")
	}
	if got := w.Header().Get("Cache-Control"); got != "private, no-store" {
		t.Errorf("Cache-Control %q", got)
	}
}

func TestCoverageIsAskedStrictly(t *testing.T) {
	t.Parallel()
	s := start(t)
	want(t, s.ask("GET", "/api/v1/coverage?day=x"), 400, "unknownInput")
	want(t, s.ask("POST", "/api/v1/coverage"), 405)
	want(t, s.ask("GET", "/api/v1/coverage", "Authorization", "Bearer nonsense"), 401)
	want(t, s.ask("POST", "/dekking"), 405, "Dat kan hier niet")
}

// TestAZoneThatTookMunicipalitiesOver: schools count on the points of before, and the list to call says so.
func TestAZoneThatTookMunicipalitiesOver(t *testing.T) {
	t.Parallel()
	s := start(t)
	merged := factstest.Changed(t, "2026-11-23", today.Add(-10*time.Hour), directory.TerritoryStep{From: "5371", To: "5999", Name: "Testzone"}, directory.TerritoryStep{From: "5372", To: "5999"})
	s.service.reference = loaded{factstest.Open(merged, nil, facts.Meta{})}
	admin := session("admin", "")
	row := func() string {
		page := want(t, s.ask("GET", "/dekking", "Cookie", admin), 200)
		_, row, _ := strings.Cut(page, "Politiezone Testzone")
		row, _, _ = strings.Cut(row, "</li>")
		return row
	}
	want(t, s.ask("GET", "/dekking"), 200, "0 van de 106 politiezones hebben een aanspreekpunt")
	if got := row(); !strings.Contains(got, "Vulde nog niets in.") {
		t.Errorf("without points of before: %s", got)
	}
	for _, code := range []directory.ZoneCode{"5371", "5372"} {
		p := directory.Profile{Code: code}.Saved(directory.ZoneInput{ContactPoints: []directory.ContactPoint{{ID: "vast", Role: "Aanspreekpunt", Primary: true}}}, today.AddDate(0, -1, 0))
		s.save(t, p)
	}
	want(t, s.ask("GET", "/dekking"), 200, "1 van de 106 politiezones heeft een aanspreekpunt")
	if got := row(); !strings.Contains(got, "Nam gemeenten over en bewaarde sindsdien niets.") {
		t.Errorf("with points of before: %s", got)
	}
}
