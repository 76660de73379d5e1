package directory

import "testing"

func TestParseCompanyNumber(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]CompanyNumber{
		"0207500123": "0207500123", "0207.500.123": "0207500123", "BE0207500123": "0207500123", "BE 0207 500 123": "0207500123",
		"0000000097": "0000000097",
		"0207500124": "", "207500123": "", "2207500123": "", "020750012x": "", "": "", "990002": "", "00000000097": "",
	} {
		got, err := ParseCompanyNumber(written)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", written, got, err, want)
		}
	}
}

func TestZonesOfASchool(t *testing.T) {
	t.Parallel()
	s := School{Locations: []Location{{Zone: "5910"}, {Zone: "5389"}, {Zone: "5910"}}}
	if got := s.Zones(); len(got) != 2 || got[0] != "5389" || got[1] != "5910" {
		t.Errorf("got %v, want each zone once, ascending", got)
	}
}
