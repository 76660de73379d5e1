package directory

import (
	"slices"
	"testing"
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
		SeeSchoolsOfZone}

	for name, p := range people {
		for _, a := range Actions() {
			for _, code := range []ZoneCode{own, second, other, former, ""} {
				isOwn := code != "" && slices.Contains(p.Zones, code)
				want := slices.Contains(forAll, a) ||
					p.Role == RoleSchool && isOwn && slices.Contains(forSchools, a) ||
					p.Role == RolePolice && isOwn && slices.Contains(forPolice, a) ||
					p.Role == RoleAdmin
				if got := p.May(a, code); got != want {
					t.Errorf("%s may %s in zone %q: %t, want %t", name, a, code, got, want)
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
		if !(Principal{Role: RoleAdmin}).May(a, "5910") {
			t.Errorf("nobody may %s", a)
		}
	}
	if got := actionCount.String(); got != "unknown" {
		t.Errorf("an action beyond the last is called %q", got)
	}
}
