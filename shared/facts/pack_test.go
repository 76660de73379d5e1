package facts

import (
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"aanspreekpunt/shared/directory"
)

func TestFragments(t *testing.T) {
	t.Parallel()
	if len(fragments) > 31 {
		t.Errorf("%d fragments, but 31 bytes below 0x20 beside 0", len(fragments))
	}
	sorted := slices.Sorted(slices.Values(fragments[:]))
	if len(slices.Compact(sorted)) != len(fragments) {
		t.Error("a fragment stands there twice")
	}
}

func TestPack(t *testing.T) {
	t.Parallel()
	school, err := json.Marshal(directory.School{
		Number: "990001", Name: "De Linde (voorbeeld)", Level: directory.LevelBasic, Type: "Basisschool", Network: "Gemeenschapsonderwijs",
		Locations: []directory.Location{{Number: 1, HeadOffice: true, Street: "Straat", HouseNumber: "1", Postcode: "3300", Place: "Tienen", Municipality: "Tienen", NIS: 24107, Zone: "5910"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	stored := packer()(school)
	if len(stored) > len(school)/2 {
		t.Errorf("%d bytes of %d: the words of the JSON are not among the fragments any more", len(stored), len(school))
	}
	if got := unpack(stored); string(got) != string(school) {
		t.Errorf("got  %s\nwant %s", got, school)
	}
}

// Whatever a fact says, it comes back, also when its values hold what fragments are made of.
func TestPackedFactsComeBack(t *testing.T) {
	t.Parallel()
	pack := packer()
	value := rapid.OneOf(rapid.String(), rapid.SampledFrom(fragments[:]), rapid.SampledFrom([]string{"\x01", "\x1f", "\x00"}))
	rapid.Check(t, func(t *rapid.T) {
		fact, err := json.Marshal(rapid.MapOf(value, rapid.SliceOf(value)).Draw(t, "fact"))
		if err != nil {
			t.Fatal(err)
		}
		if got := unpack(pack(fact)); string(got) != string(fact) {
			t.Fatalf("got  %q\nwant %q", got, fact)
		}
		if got := unpack(fact); string(got) != string(fact) {
			t.Fatalf("a fact that was never packed: got %q, want %q", got, fact)
		}
	})
}
