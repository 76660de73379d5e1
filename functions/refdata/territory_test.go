package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/infra/reference"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
)

// change sends an event about the territory.
func (s *system) change(event string) TerritoryAnswer {
	s.t.Helper()
	result, err := s.Handle(s.t.Context(), json.RawMessage(event))
	if err != nil {
		s.t.Fatalf("%s: %v", event, err)
	}
	answer, ok := result.(TerritoryAnswer)
	if !ok {
		s.t.Fatalf("%s: got %#v", event, result)
	}
	return answer
}

// on opens the facts of a day.
func (s *system) on(day directory.Day) *facts.Facts {
	s.t.Helper()
	f, _, err := s.Store.FactsAt(s.t.Context(), day.Start())
	if err != nil {
		s.t.Fatal(err)
	}
	return f
}

// northLimburg merges three zones into one under a code that no zone has.
const northLimburg = `[{"date":"2027-01-01","from":"5371","to":"5999","name":"Noord-Limburg (test)","phone":"+3211999999"},
	{"date":"2027-01-01","from":"5372","to":"5999"},{"date":"2027-01-01","from":"5377","to":"5999"}]`

func TestTerritoryChangeHoldsFromItsDay(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.upload("scholen/a.csv", demonstrationSchools(t))
	s.must(`{"action":"load","time":"2026-11-23T10:00:00Z","schools":["scholen/a.csv"],"demonstration":true}`)
	_, before := s.current()

	event := func(apply bool) string {
		return fmt.Sprintf(`{"action":"changeTerritory","time":"2026-11-23T11:00:00Z","steps":%s,"apply":%t,"name":"An Voorbeeld","subject":"an"}`, northLimburg, apply)
	}
	checked := s.change(event(false))
	if checked.Outcome != "checked" || len(checked.Changes) != 1 || len(checked.Changes[0].Moves) != 6 || !slices.Equal(checked.Changes[0].Ends, []directory.ZoneCode{"5371", "5372", "5377"}) {
		t.Errorf("checked: %+v", checked)
	}
	if list, err := s.Store.TerritoryChanges(t.Context(), checked.Changes[0].LoadedAt); err != nil || list.Version != 0 {
		t.Errorf("checking stored something: %+v, %v", list, err)
	}
	if applied := s.change(event(true)); applied.Outcome != "applied" || applied.Changes[0].Number != 1 {
		t.Errorf("applied: %+v", applied)
	}
	if again := s.change(event(true)); again.Outcome != "unchanged" || len(again.Changes) != 1 || again.Changes[0].Number != 1 {
		t.Errorf("the same again: %+v", again)
	}
	f, version := s.current()
	if _, exists := f.Zone("5371"); !exists || version != before {
		t.Error("something changed before the day")
	}
	list, err := s.Store.TerritoryChanges(t.Context(), checked.Changes[0].LoadedAt)
	if err != nil || len(list.Items) != 1 || list.By(1, false) != "An Voorbeeld" {
		t.Errorf("stored: %+v, %v", list, err)
	}

	check := func(f *facts.Facts) {
		t.Helper()
		z, ok := f.Zone("5999")
		if !ok || len(z.Municipalities) != 6 || z.AsOf != "2027-01-01" || z.Phone != "+3211999999" || z.Province != "Limburg" || len(z.Predecessors) != 3 || f.Meta().Territory.AsOf != "2027-01-01" {
			t.Fatalf("the new zone: %+v, %t", z, ok)
		}
		for _, code := range []directory.ZoneCode{"5371", "5372", "5377"} {
			if got := f.CurrentZones(code); !slices.Equal(got, []directory.ZoneCode{"5999"}) {
				t.Errorf("%s leads to %v", code, got)
			}
		}
		for school := range f.Schools() {
			for _, l := range school.Locations {
				if m, ok := f.Municipality(l.NIS); !ok || m.Zone != l.Zone {
					t.Errorf("%s lies in %s: %+v", school.Name, l.Zone, l)
				}
			}
		}
	}
	check(s.on("2027-01-01"))
	if _, exists := s.on("2026-12-31").Zone("5999"); exists {
		t.Error("the new zone is there a day early")
	}

	// A list of schools builds what is to come anew, and one after the day makes it current.
	other := strings.Replace(demonstrationSchools(t), "(voorbeeld)", "Nieuw (voorbeeld)", 1)
	s.upload("scholen/b.csv", other)
	s.must(`{"action":"load","time":"2026-11-24T10:00:00Z","schools":["scholen/b.csv"],"demonstration":true}`)
	check(s.on("2027-01-01"))
	if got, want := slices.Collect(s.on("2027-01-01").Schools()), slices.Collect(s.on("2026-11-24").Schools()); len(got) != len(want) || got[0].Name != want[0].Name {
		t.Error("the facts to come have other schools")
	}
	if report := s.must(`{"action":"load","time":"2027-01-02T10:00:00Z","demonstration":true}`); report.Outcome != "published" {
		t.Errorf("after the day: %+v", report)
	}
	f, _ = s.current()
	check(f)
	if report := s.must(`{"action":"load","time":"2027-01-03T10:00:00Z","demonstration":true}`); report.Outcome != "unchanged" {
		t.Errorf("once more: %+v", report)
	}
}

func TestTerritoryChangeIsWithdrawnBeforeItsDay(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.must(`{"action":"load","time":"2026-11-23T10:00:00Z"}`)
	s.change(`{"action":"changeTerritory","time":"2026-11-23T11:00:00Z","steps":` + northLimburg + `,"apply":true}`)
	withdraw := func(time string, apply bool) TerritoryAnswer {
		return s.change(fmt.Sprintf(`{"action":"changeTerritory","time":%q,"withdraw":1,"apply":%t,"name":"Bo Voorbeeld"}`, time, apply))
	}
	if late := withdraw("2027-01-01T00:00:00Z", true); late.Outcome != "refused" || late.Issues[0].Rule != directory.RuleInForce {
		t.Errorf("on its day: %+v", late)
	}
	if got := withdraw("2026-12-31T22:00:00Z", true); got.Outcome != "applied" || got.Changes[0].WithdrawnAt == nil {
		t.Errorf("before it: %+v", got)
	}
	if again := withdraw("2026-12-31T22:30:00Z", true); again.Outcome != "unchanged" || len(again.Changes) != 1 {
		t.Errorf("twice: %+v", again)
	}
	if _, exists := s.on("2027-01-01").Zone("5371"); !exists {
		t.Error("the change holds all the same")
	}
	if list, _ := s.Store.TerritoryChanges(t.Context(), directory.Day("2027-01-01").Start()); list.By(1, true) != "Bo Voorbeeld" {
		t.Errorf("who withdrew it: %+v", list)
	}
}

func TestTerritoryChangeThatDoesNotFitStoresNothing(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.must(`{"action":"load","time":"2026-11-23T10:00:00Z"}`)
	before, _, _ := s.Store.Pointer(t.Context())
	got := s.change(`{"action":"changeTerritory","time":"2026-11-23T11:00:00Z","apply":true,"steps":[{"date":"2027-01-01","from":"5371","to":"5372"},
		{"date":"2027-01-01","from":"5372","to":"5371"},{"date":"2027-01-01","from":"5299","to":"5377"},{"date":"2027-01-01","from":"5373","to":"5371","name":"Noord"}]}`)
	var issues []string
	for _, i := range got.Issues {
		issues = append(issues, i.Field+" "+string(i.Rule))
	}
	if want := "steps[0].to cycle, steps[1].to cycle, steps[2].from unknownCode, steps[3].name codeExists, steps[3].to twoChanges"; got.Outcome != "refused" || strings.Join(issues, ", ") != want {
		t.Errorf("got %s %q, want %q", got.Outcome, issues, want)
	}
	after, _, _ := s.Store.Pointer(t.Context())
	if list, _ := s.Store.TerritoryChanges(t.Context(), before.PublishedAt); list.Version != 0 || !after.PublishedAt.Equal(before.PublishedAt) {
		t.Errorf("something was stored: %+v", list)
	}
}

func TestFilesOfTerritoryChanges(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file    string
		want    string // steps
		refused string // a part of why not
	}{
		"as a spreadsheet saves it": {"\ufeffDatum;Van;Naar;Naam\r\n1/01/2027;5371;5999;Noord-Limburg\r\n\r\n01-01-2027;5372;5999;\r\n", "2027-01-01 5371>5999 Noord-Limburg | 2027-01-01 5372>5999", ""},
		"columns in another order":  {"Naar,Van,datum\n5372,5371,2027-01-01\n", "2027-01-01 5371>5372", ""},
		"JSON":                      {`{"steps":[{"date":"2027-01-01","from":"5371","to":"5372"}]}`, "2027-01-01 5371>5372", ""},
		"a date that is none":       {"Datum;Van;Naar\n31/02/2027;5371;5372", "2027-02-31 5371>5372", ""},
		"empty":                     {" \n", "", "leeg"},
		"only the header":           {"Datum;Van;Naar\n", "", "geen enkele wijziging"},
		"an unknown column":         {"Datum;Van;Naar;Provincie\n2027-01-01;5371;5372;Limburg", "", "‘Provincie’"},
		"a column twice":            {"Datum;Van;Van;Naar\n2027-01-01;5371;5372;5373", "", "twee keer"},
		"a column too few":          {"Datum;Van\n2027-01-01;5371", "", "‘Naar’ ontbreekt"},
		"a cell without a column":   {"Datum;Van;Naar\n2027-01-01;5371;5372;x", "", "Op rij 2 staat ‘x’"},
		"other JSON":                {`{"changes":[]}`, "", "JSON"},
		"no file of this kind":      {"\x00\x01", "", "CSV"},
		"too many rows":             {"Datum;Van;Naar\n" + strings.Repeat("2027-01-01;5371;5372\n", directory.MaxTerritorySteps+1), "", "hoogstens 600"},
	} {
		got, err := readTerritory([]byte(c.file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var steps []string
		for _, s := range got.Steps {
			steps = append(steps, strings.TrimSpace(fmt.Sprintf("%s %s>%s %s", s.Date, s.From, s.To, s.Name)))
		}
		if list := strings.Join(steps, " | "); list != c.want || !strings.Contains(got.Refused, c.refused) || (c.refused == "") != (got.Refused == "") {
			t.Errorf("%s: got %q, refused %q", name, list, got.Refused)
		}
	}
}

// demonstrationSchools is the list of made-up schools.
func demonstrationSchools(t *testing.T) string {
	t.Helper()
	territory, err := facts.ReadTerritory(reference.FS)
	if err != nil {
		t.Fatal(err)
	}
	return string(demonstration.SchoolList(territory))
}
