package facts_test

import (
	"bytes"
	"slices"
	"testing"

	"aanspreekpunt/infra/reference"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/lookup"
)

// twoSchools lie in the two zones that share postcode 3470.
func twoSchools() []directory.School {
	location := func(nis directory.NIS, zone directory.ZoneCode, place string) []directory.Location {
		return []directory.Location{{Number: 1, HeadOffice: true, Street: "Kerkstraat", HouseNumber: "1", Postcode: "3470",
			Place: place, Municipality: place, NIS: nis, Zone: zone}}
	}
	return []directory.School{
		{Number: "990001", Name: "De Regenboog (voorbeeld)", Level: directory.LevelBasic, Locations: location(24054, "5389", "Kortenaken")},
		{Number: "990002", Name: "De Brug (voorbeeld)", Level: directory.LevelSecondary, Locations: location(24107, "5910", "Tienen")},
	}
}

func build(t *testing.T) (directory.Territory, []byte) {
	t.Helper()
	territory, err := facts.ReadTerritory(reference.FS)
	if err != nil {
		t.Fatal(err)
	}
	data, err := facts.Build(territory, twoSchools(), facts.Meta{Territory: facts.Source{AsOf: "2025-01-01", Text: "test"}, Demonstration: true})
	if err != nil {
		t.Fatal(err)
	}
	return territory, data
}

func TestWhatWasBuiltCanBeReadBack(t *testing.T) {
	territory, data := build(t)
	f, err := facts.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Meta(); got.SchoolCount != 2 || !got.Demonstration || got.Territory.AsOf != "2025-01-01" {
		t.Errorf("meta: got %+v", got)
	}
	if got := f.Zones(); !slices.EqualFunc(got, territory.Zones, func(a, b directory.ZoneFacts) bool { return a.Code == b.Code && a.Phone == b.Phone }) {
		t.Errorf("zones: got %d of %d, or in another order", len(got), len(territory.Zones))
	}
	if got := f.Municipalities(); !slices.Equal(got, territory.Municipalities) {
		t.Errorf("municipalities: got %d of %d, or in another order", len(got), len(territory.Municipalities))
	}
	for _, z := range territory.FormerZones {
		if got, ok := f.FormerZone(z.Code); !ok || got.Name != z.Name {
			t.Errorf("former zone %s: got %+v", z.Code, got)
		}
	}
	for _, m := range territory.FormerMunicipalities {
		if got, ok := f.FormerMunicipality(m.NIS); !ok || got.Name != m.Name {
			t.Errorf("former municipality %s: got %+v", m.NIS, got)
		}
	}
	places := 0
	for _, m := range territory.Municipalities {
		places += len(f.MunicipalityPlaces(m.NIS))
	}
	if places != len(territory.Places) {
		t.Errorf("places by municipality: got %d, want %d", places, len(territory.Places))
	}
	var numbers []directory.InstitutionNumber
	for s := range f.Schools() {
		numbers = append(numbers, s.Number)
	}
	if !slices.Equal(numbers, []directory.InstitutionNumber{"990001", "990002"}) {
		t.Errorf("schools: got %v", numbers)
	}
	if s, ok := f.School("990002"); !ok || s.Name != "De Brug (voorbeeld)" || s.Locations[0].Zone != "5910" {
		t.Errorf("school 990002: got %+v", s)
	}
	if _, ok := f.School("990003"); ok {
		t.Error("school 990003 is not there, yet was found")
	}
}

func TestFormerZonesLeadToTodays(t *testing.T) {
	_, data := build(t)
	f, err := facts.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[directory.ZoneCode][]directory.ZoneCode{
		"5910": {"5910"},
		"5392": {"5910"}, // Tienen-Hoegaarden
		"5888": {"5909"},
		"9999": nil,
	} {
		if got := f.CurrentZones(code); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", code, got, want)
		}
		for _, today := range want {
			if got := f.CodesOf(today); got[0] != today || !slices.Contains(got, code) {
				t.Errorf("codes of %s: got %v, want %s among them", today, got, code)
			}
		}
	}
}

func TestSameFactsGiveSameBytes(t *testing.T) {
	_, one := build(t)
	_, two := build(t)
	if !bytes.Equal(one, two) {
		t.Error("two builds of the same facts differ")
	}
}

func TestBrokenBytesAreRefused(t *testing.T) {
	_, data := build(t)
	for name, broken := range map[string][]byte{
		"empty":        nil,
		"cut in half":  data[:len(data)/2],
		"last byte":    data[:len(data)-1],
		"other format": []byte("PK\x03\x04 not facts at all"),
	} {
		if _, err := facts.Open(broken); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
}

// TestWhatASchoolIsCalledToo is found by search, which says why; and takes nothing from a school whose own name it is.
func TestWhatASchoolIsCalledToo(t *testing.T) {
	t.Parallel()
	territory, err := facts.ReadTerritory(reference.FS)
	if err != nil {
		t.Fatal(err)
	}
	schools := twoSchools()
	schools[0].Aliases = []string{"Het Oud Gasthuis", schools[1].Name}
	data, err := facts.Build(territory, schools, facts.Meta{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := facts.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{"oud gasthuis", "Het Oud Gasthuis", "gasthuis " + schools[0].Locations[0].Municipality} {
		r := f.Search(lookup.Query{Text: query})
		if len(r.Hits) != 1 || r.Hits[0].Key != string(schools[0].Number) || !slices.Contains(r.Hits[0].MatchedOn, lookup.Match{Field: lookup.Alias, Value: "Het Oud Gasthuis"}) {
			t.Errorf("%q: %+v", query, r.Hits)
		}
	}
	r := f.Search(lookup.Query{Text: schools[1].Name})
	if len(r.Hits) < 2 || r.Hits[0].Key != string(schools[1].Number) || r.Hits[1].Key != string(schools[0].Number) || r.Hits[1].Certain {
		t.Errorf("the name of another school: %+v", r.Hits)
	}
	if r.Hits[0].Certain {
		t.Error("two schools are called so, and one was picked")
	}
	if s, _ := f.School(schools[0].Number); !slices.Equal(s.Aliases, schools[0].Aliases) {
		t.Errorf("school: %+v", s)
	}
}
