package directory

import (
	"slices"
	"testing"
	"time"
)

// TestRightsOfEveryRoleOnEveryZone goes through the whole product of roles, actions and zones. What is expected
// is written down as sentences of the product's description, not as a copy of the table.
func TestRightsOfEveryRoleOnEveryZone(t *testing.T) {
	const own, second, other, former = ZoneCode("5910"), ZoneCode("5388"), ZoneCode("5341"), ZoneCode("5392")
	people := map[string]Principal{
		"visitor":                      {},
		"visitor who claims a zone":    {Zones: []ZoneCode{own}},
		"role that nobody knows":       {Role: "superuser", Zones: []ZoneCode{own}},
		"school":                       {Role: RoleSchool, Zones: []ZoneCode{own, second}},
		"school without a zone":        {Role: RoleSchool},
		"police":                       {Role: RolePolice, Zones: []ZoneCode{own, second}},
		"police without a zone":        {Role: RolePolice},
		"police with a former code":    {Role: RolePolice, Zones: []ZoneCode{former}},
		"police with the empty code":   {Role: RolePolice, Zones: []ZoneCode{""}},
		"administrator":                {Role: RoleAdmin},
		"administrator who has a zone": {Role: RoleAdmin, Zones: []ZoneCode{own}},
	}
	forAll := []Action{SeePublicValues, ReportError}
	forSchools := []Action{SeeSchoolsValues}
	forPolice := []Action{SeeSchoolsValues, ChangeZone, ConfirmZone, SeeHistory, RestoreZone, SeeReports, CloseReports,
		SeeSchoolsOfZone, WritePractices, SeePracticeHistory, SeeSchoolContact}

	for name, p := range people {
		for _, a := range Actions() {
			anywhere := false
			for _, code := range []ZoneCode{own, second, other, former, ""} {
				isOwn := code != "" && slices.Contains(p.Zones, code)
				want := slices.Contains(forAll, a) ||
					p.Role == RoleSchool && isOwn && slices.Contains(forSchools, a) ||
					p.Role == RolePolice && isOwn && slices.Contains(forPolice, a) ||
					p.Role == RoleAdmin && a != ChangeSchoolContact && a != SeeSchoolHistory
				if got := p.May(a, code); got != want {
					t.Errorf("%s may %s in zone %q: %t, want %t", name, a, code, got, want)
				}
				anywhere = anywhere || want
			}
			if got := p.MayAnywhere(a); got != anywhere {
				t.Errorf("%s may %s somewhere: %t, want %t", name, a, got, anywhere)
			}
		}
	}
}

// TestRightsOfEveryRoleWithEverySchool does the same for what schools keep themselves: a school with two locations in
// two zones, another one in the first of them, and one elsewhere.
func TestRightsOfEveryRoleWithEverySchool(t *testing.T) {
	const first, second, other = ZoneCode("5910"), ZoneCode("5388"), ZoneCode("5341")
	at := func(number InstitutionNumber, zones ...ZoneCode) School {
		s := School{Number: number}
		for i, z := range zones {
			s.Locations = append(s.Locations, Location{Number: i + 1, Zone: z})
		}
		return s
	}
	mine, neighbour, far := at("000011", first, second), at("000012", first), at("000013", other)
	schools := []School{mine, neighbour, far, at("", first), at("000014")}
	people := map[string]Principal{
		"visitor":                      {},
		"visitor who claims a school":  {Own: []InstitutionNumber{"000011"}, Zones: []ZoneCode{first}},
		"role that nobody knows":       {Role: "superuser", Own: []InstitutionNumber{"000011"}, Zones: []ZoneCode{first}},
		"school":                       {Role: RoleSchool, Own: []InstitutionNumber{"000011"}, Institutions: []InstitutionNumber{"000011"}, Zones: []ZoneCode{first, second}},
		"school with the empty number": {Role: RoleSchool, Own: []InstitutionNumber{""}},
		"CLB of all of them":           {Role: RoleSchool, Own: []InstitutionNumber{"099999"}, Institutions: []InstitutionNumber{"000011", "000012", "000013", "099999"}, Zones: []ZoneCode{first, second, other}},
		"police":                       {Role: RolePolice, Zones: []ZoneCode{second}},
		"police of no zone":            {Role: RolePolice},
		"police who claim a school":    {Role: RolePolice, Zones: []ZoneCode{other}, Own: []InstitutionNumber{"000011"}},
		"police with the empty code":   {Role: RolePolice, Zones: []ZoneCode{""}},
		"administrator":                {Role: RoleAdmin},
	}
	own := []Action{SeeSchoolContact, ChangeSchoolContact, SeeSchoolHistory}
	forPolice := []Action{SeeSchoolsValues, ChangeZone, ConfirmZone, SeeHistory, RestoreZone, SeeReports, CloseReports, SeeSchoolsOfZone,
		WritePractices, SeePracticeHistory, SeeSchoolContact}
	for name, p := range people {
		for _, a := range Actions() {
			for _, s := range schools {
				inZone := slices.ContainsFunc(s.Locations, func(l Location) bool { return slices.Contains(p.Zones, l.Zone) })
				want := slices.Contains([]Action{SeePublicValues, ReportError}, a) ||
					p.Role == RoleSchool && slices.Contains(own, a) && s.Number != "" && slices.Contains(p.Own, s.Number) ||
					p.Role == RoleSchool && a == SeeSchoolsValues && inZone ||
					p.Role == RolePolice && inZone && slices.Contains(forPolice, a) ||
					p.Role == RoleAdmin && a != ChangeSchoolContact && a != SeeSchoolHistory
				if got := p.MayWithSchool(a, s); got != want {
					t.Errorf("%s may %s with school %q: %t, want %t", name, a, s.Number, got, want)
				}
				if _, sees := (SchoolContact{}).See(s, p, time.Now()); sees != p.MayWithSchool(SeeSchoolContact, s) {
					t.Errorf("%s sees the contact of %q: %t", name, s.Number, sees)
				}
			}
		}
	}
}

func TestRightsThatWouldHurtMost(t *testing.T) {
	police := Principal{Role: RolePolice, Zones: []ZoneCode{"5392"}}
	school := Principal{Role: RoleSchool, Zones: []ZoneCode{"5910"}}
	for _, c := range []struct {
		name string
		p    Principal
		a    Action
		code ZoneCode
	}{
		{"a former code changes its successor", police, ChangeZone, "5910"},
		{"a former code reads what its successor keeps for schools", police, SeeSchoolsValues, "5910"},
		{"a school changes its zone", school, ChangeZone, "5910"},
		{"a school reads its zone's history", school, SeeHistory, "5910"},
		{"a school reads what another zone keeps for schools", school, SeeSchoolsValues, "5388"},
		{"a former code writes practices of its successor", police, WritePractices, "5910"},
		{"a school writes a practice", school, WritePractices, "5910"},
		{"a school reads drafts of practices", school, SeePracticeHistory, "5910"},
		{"police write a practice of no zone", Principal{Role: RolePolice, Zones: []ZoneCode{"5910"}}, WritePractices, ""},
		{"police link organisations", Principal{Role: RolePolice, Zones: []ZoneCode{"5910"}}, ManageOrganisations, "5910"},
		{"police import contact points", Principal{Role: RolePolice, Zones: []ZoneCode{"5910"}}, ImportContactPoints, ""},
		{"an action that does not exist", Principal{Role: RoleAdmin}, actionCount, "5910"},
		{"an action below the first", Principal{Role: RoleAdmin}, -1, "5910"},
	} {
		if c.p.May(c.a, c.code) {
			t.Errorf("%s: allowed", c.name)
		}
	}
}

// TestActionNamesAreTold guards against an action that is added without a name or without rights for anybody.
func TestActionNamesAreTold(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range Actions() {
		if name := a.String(); name == "" || name == "unknown" || seen[name] {
			t.Errorf("action %d has the name %q", a, name)
		} else {
			seen[name] = true
		}
		own := Principal{Role: RoleSchool, Own: []InstitutionNumber{"012345"}}
		if !(Principal{Role: RoleAdmin}).May(a, "5910") && !own.MayWithSchool(a, School{Number: "012345"}) {
			t.Errorf("nobody may %s", a)
		}
	}
	if got := actionCount.String(); got != "unknown" {
		t.Errorf("an action beyond the last is called %q", got)
	}
}
