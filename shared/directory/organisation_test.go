package directory

import (
	"strings"
	"testing"
)

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

func TestCheckOrganisations(t *testing.T) {
	t.Parallel()
	exists := func(c ZoneCode) bool { return c == "5910" || c == "5389" }
	good := Organisation{Number: "0000.000.196", Name: " Voorbeeld ", Zones: []ZoneCode{"5910", "5389"}}
	out, issues := CheckOrganisations([]Organisation{good, {Number: "0000000097", Name: "Ander", Zones: []ZoneCode{"5910"}}}, exists)
	if len(issues) > 0 || len(out) != 2 || out[0].Number != "0000000097" || out[1].Number != "0000000196" || out[1].Name != "Voorbeeld" || out[1].Zones[0] != "5389" {
		t.Errorf("got %+v, %+v", out, issues)
	}
	for name, c := range map[string]struct {
		in    Organisation
		field string
		rule  Rule
	}{
		"number of nobody":  {Organisation{"0000000198", "x", []ZoneCode{"5910"}}, "items[1].number", RuleInvalidID},
		"school's number":   {Organisation{"990002", "x", []ZoneCode{"5910"}}, "items[1].number", RuleInvalidID},
		"twice":             {good, "items[1].number", RuleDuplicate},
		"no name":           {Organisation{"0000000097", " ", []ZoneCode{"5910"}}, "items[1].name", RuleRequired},
		"long name":         {Organisation{"0000000097", strings.Repeat("é", 151), []ZoneCode{"5910"}}, "items[1].name", RuleTooLong},
		"name with a break": {Organisation{"0000000097", "a\nb", []ZoneCode{"5910"}}, "items[1].name", RuleInvalidCharacter},
		"no zone":           {Organisation{"0000000097", "x", nil}, "items[1].zones", RuleRequired},
		"former zone":       {Organisation{"0000000097", "x", []ZoneCode{"5392"}}, "items[1].zones", RuleUnknownValue},
		"zone twice":        {Organisation{"0000000097", "x", []ZoneCode{"5910", "5910"}}, "items[1].zones", RuleDuplicate},
		"too many zones":    {Organisation{"0000000097", "x", make([]ZoneCode, 21)}, "items[1].zones", RuleTooMany},
	} {
		_, issues := CheckOrganisations([]Organisation{good, c.in}, exists)
		if len(issues) != 1 || issues[0].Field != c.field || issues[0].Rule != c.rule || issues[0].Message == "" {
			t.Errorf("%s: got %+v, want %s %s", name, issues, c.field, c.rule)
		}
	}
	if _, issues := CheckOrganisations(make([]Organisation, 501), exists); len(issues) != 1 || issues[0].Rule != RuleTooMany {
		t.Errorf("501 organisations: %+v", issues)
	}
}
