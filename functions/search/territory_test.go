package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/facts/factstest"
)

// changed makes a system whose territory changed this morning.
func changed(t *testing.T, steps ...directory.TerritoryStep) *system {
	t.Helper()
	s := newSystem(t)
	all := factstest.Changed(t, directory.DayOf(today), today, steps...)
	s.reference.facts = factstest.Open(all, factstest.Schools(all, directory.DayOf(today)), facts.Meta{Demonstration: true})
	return s
}

func TestAMergedZoneAnswersWithTheZonesOfBefore(t *testing.T) {
	t.Parallel()
	s := changed(t, directory.TerritoryStep{From: "5371", To: "5999", Name: "Testzone"}, directory.TerritoryStep{From: "5372", To: "5999"},
		directory.TerritoryStep{From: "5377", To: "5999"})
	var school directory.School
	for one := range s.reference.facts.Schools() {
		if len(one.Locations) == 1 && one.Locations[0].NIS == 72020 {
			school = one
		}
	}
	for path, want := range map[string][]string{
		"/scholen/" + string(school.Number): {"tot nu toe politiezone Lommel", "Onthaal, tot nu toe politiezone Lommel", "011 39 98 99"},
		"/gemeenten/72043":                  {"tot nu toe politiezone HANO", "011 44 08 20"},
		"/zoeken?q=3920":                    {"Testzone", "tot nu toe politiezone Lommel"},
		"/zones/5999":                       {"voor scholen in Lommel", "Politiezone HANO, voor scholen in Hamont-Achel en Pelt", "011 39 92 99"},
		"/zoeken?q=5371":                    {"5371 Lommel is nu deel van politiezone Testzone"},
		"/zoeken?q=hano":                    {"<title>1 resultaat ·", "1 resultaat voor ‘hano’"},
		"/api/v1/zones/5999":                {`"formerZones"`, `"formerZone":"5371"`},
		"/api/v1/zones/5999/vCard":          {"tot nu toe politiezone"},
	} {
		s.store.reads.Store(0)
		w := s.get(t, path)
		body := strings.ReplaceAll(w.Body.String(), "\r\n ", "")
		if w.Code != http.StatusOK || s.store.reads.Load() != 1 {
			t.Errorf("%s: %d by %d reads", path, w.Code, s.store.reads.Load())
		}
		for _, one := range want {
			if !strings.Contains(body, one) {
				t.Errorf("%s lacks %q", path, one)
			}
		}
		for _, code := range []directory.ZoneCode{"5371", "5372", "5377"} {
			for _, c := range s.store.profiles[code].ContactPoints {
				if c.Name != "" && c.NameVisibility != directory.VisiblePublic && strings.Contains(body, c.Name) {
					t.Errorf("%s shows a name that is kept for schools", path)
				}
			}
		}
	}
	if page := s.get(t, "/scholen/"+string(school.Number)).Body.String(); strings.Contains(page, "HANO") || strings.Contains(page, "politie.be/5999") {
		t.Error("a school in Lommel sees what is not for it")
	}
	if page := s.get(t, "/insluiten?zone=5371").Body.String(); !strings.Contains(page, "/insluiten/zones/5999") {
		t.Error("nothing to embed for a zone that ended")
	}
	if s.store.most.Load() > 98 {
		t.Errorf("%d zones in one read", s.store.most.Load())
	}
}

func TestADividedZoneLeadsToAllItsSuccessors(t *testing.T) {
	t.Parallel()
	s := changed(t, directory.TerritoryStep{From: "72037", To: "5371"}, directory.TerritoryStep{From: "72043", To: "5377"},
		directory.TerritoryStep{From: "71034", To: "71099", Name: "Testgemeente"}, directory.TerritoryStep{From: "72030", To: "71099"})
	if page := s.get(t, "/zones/5372"); page.Code != 200 || !strings.Contains(page.Body.String(), "5372 HANO is verdeeld over 2 politiezones") {
		t.Errorf("the divided zone: %d", page.Code)
	}
	if w := s.get(t, "/api/v1/zones/5372"); w.Code != 404 || !strings.Contains(w.Body.String(), "5371, 5377") {
		t.Errorf("in JSON: %d %s", w.Code, w.Body)
	}
	for path, to := range map[string]string{"/gemeenten/72030": "/gemeenten/71099?vroeger=72030", "/api/v1/municipalities/71034": "/api/v1/municipalities/71099"} {
		if w := s.get(t, path); w.Code != 301 || !strings.HasSuffix(w.Header().Get("Location"), to) {
			t.Errorf("%s: %d to %s", path, w.Code, w.Header().Get("Location"))
		}
	}
	m := s.get(t, "/gemeenten/71099").Body.String()
	for _, name := range []string{"Testgemeente", "Leopoldsburg", "Peer"} {
		if !strings.Contains(m, name) {
			t.Errorf("the new municipality lacks %s", name)
		}
	}
	var found []string
	for _, q := range []string{"testgemeente", "leopoldsburg", "peer"} {
		if strings.Contains(s.get(t, "/api/v1/search?q="+q).Body.String(), `"nis":71099`) {
			found = append(found, q)
		}
	}
	if !slices.Equal(found, []string{"testgemeente", "leopoldsburg", "peer"}) {
		t.Errorf("only %q find it", found)
	}
}
