package demonstration_test

import (
	"slices"
	"strings"
	"testing"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/schoollist"
)

type schools map[directory.InstitutionNumber]directory.School

func (s schools) School(n directory.InstitutionNumber) (directory.School, bool) {
	found, ok := s[n]
	return found, ok
}

// rules are those that a zone's police save by, with the demonstration schools.
func rules(t *testing.T) (directory.Territory, func(directory.ZoneFacts) directory.Validation) {
	t.Helper()
	terr := territory(t)
	list, err := schoollist.Read([]schoollist.File{{Name: "scholen.csv", Data: demonstration.SchoolList(terr)}}, terr, directory.DayOf(moments()[0]))
	if err != nil {
		t.Fatal(err)
	}
	found := schools{}
	for _, s := range list.Schools {
		found[s.Number] = s
	}
	return terr, func(z directory.ZoneFacts) directory.Validation { return directory.Validation{Zone: z, Schools: found} }
}

// TestProfilesBreakNoRule lets whoever plays with the demonstration save a zone as it stands, and nothing changes.
func TestProfilesBreakNoRule(t *testing.T) {
	t.Parallel()
	terr, validation := rules(t)
	zones := map[directory.ZoneCode]directory.ZoneFacts{}
	for _, z := range terr.Zones {
		zones[z.Code] = z
	}
	for _, now := range moments() {
		for _, p := range demonstration.Profiles(terr, now) {
			checked, issues := validation(zones[p.Code]).Check(p.Input())
			if len(issues) > 0 {
				t.Errorf("zone %s: %+v", p.Code, issues)
			}
			if next := p.Saved(checked, now); !directory.Same(p, next) {
				t.Errorf("zone %s changes: %+v", p.Code, directory.Diff(p, next, directory.Names{}))
			}
		}
	}
}

// TestAZoneCanBeginWithItsFacts: all that a zone's first save lacks is a primary contact point.
func TestAZoneCanBeginWithItsFacts(t *testing.T) {
	t.Parallel()
	terr, validation := rules(t)
	for _, z := range terr.Zones {
		_, issues := validation(z).Check(directory.ProfileOfFacts(z).Input())
		if len(issues) != 1 || issues[0].Rule != directory.RuleOnePrimary {
			t.Errorf("zone %s: %+v", z.Code, issues)
		}
	}
}

// TestTheSchoolsContactBreaksNoRule keeps what the demonstration school keeps to the same rules, and to numbers that
// cannot ring.
func TestTheSchoolsContactBreaksNoRule(t *testing.T) {
	t.Parallel()
	terr := territory(t)
	list, err := schoollist.Read([]schoollist.File{{Name: "scholen.csv", Data: demonstration.SchoolList(terr)}}, terr, directory.DayOf(moments()[0]))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list.Schools, func(s directory.School) bool { return s.Number == demonstration.ThreeLocations })
	for _, now := range moments() {
		c := demonstration.SchoolContact(now)
		checked, issues := directory.SchoolValidation{School: list.Schools[i]}.Check(c.Input())
		if len(issues) > 0 || !directory.SameSchoolContact(c, c.Saved(checked, now)) || c.Version != 1 {
			t.Errorf("%+v: %+v", c, issues)
		}
		for _, p := range c.ContactPersons {
			for _, number := range p.Phones {
				if !silent.MatchString(number) {
					t.Errorf("%s may ring", number)
				}
			}
			if p.Name != "" && !strings.HasPrefix(p.Name, "Voorbeeld ") || p.Email != "" && !strings.HasSuffix(p.Email, ".example") {
				t.Errorf("not a demonstration: %+v", p)
			}
		}
	}
}
