package facts

import (
	"reflect"
	"testing"

	"aanspreekpunt/infra/reference"
	"aanspreekpunt/shared/directory"
)

func TestCLBLeadsToItsSchoolsAndTheirZones(t *testing.T) {
	t.Parallel()
	territory, err := ReadTerritory(reference.FS)
	if err != nil {
		t.Fatal(err)
	}
	at := func(n int, zone directory.ZoneCode) directory.Location {
		return directory.Location{Number: n, Zone: zone, NIS: 24107, Postcode: "3300", Place: "Tienen", Municipality: "Tienen"}
	}
	data, err := Build(territory, []directory.School{
		{Number: "990002", Name: "B", Level: directory.LevelBasic, CLB: "999901", Locations: []directory.Location{at(1, "5910"), at(2, "5389")}},
		{Number: "990001", Name: "A", Level: directory.LevelBasic, CLB: "999901", Locations: []directory.Location{at(1, "5910")}},
		{Number: "990003", Name: "C", Level: directory.LevelBasic, Locations: []directory.Location{at(1, "5910")}},
	}, Meta{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	want := directory.CLB{Schools: []directory.InstitutionNumber{"990001", "990002"}, Zones: []directory.ZoneCode{"5389", "5910"}}
	if got, ok := f.CLB("999901"); !ok || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %t, want %+v", got, ok, want)
	}
	for _, other := range []directory.InstitutionNumber{"990001", "", "999902"} {
		if got, ok := f.CLB(other); ok {
			t.Errorf("%q is a CLB: %+v", other, got)
		}
	}
}
