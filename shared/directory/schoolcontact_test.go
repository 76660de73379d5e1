package directory

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// twoTowns is a school with a location in each of two zones.
var twoTowns = School{Number: "012345", Name: "Sint-Jozef", Locations: []Location{
	{Number: 1, HeadOffice: true, Street: "Grote Markt", HouseNumber: "1", Postcode: "3300", Place: "Tienen", Zone: "5910"},
	{Number: 4, Street: "Dorp", HouseNumber: "2", Box: "3", Postcode: "3470", Place: "Kortenaken", Zone: "5388"},
}}

func principal(id string, phones ...string) ContactPerson {
	return ContactPerson{ID: id, Role: "Directeur", Name: "Voorbeeld Peeters", Phones: phones}
}

func TestCheckOfASchoolsContact(t *testing.T) {
	good := ContactPerson{Role: "Directeur", Phones: []string{"+3216000001"}}
	with := func(change func(*ContactPerson)) SchoolContactInput {
		p := good
		change(&p)
		return SchoolContactInput{ContactPersons: []ContactPerson{p}}
	}
	aliases := func(names ...string) SchoolContactInput { return SchoolContactInput{Aliases: names} }
	for _, c := range []struct {
		name string
		in   SchoolContactInput
		want string
	}{
		{"nothing", SchoolContactInput{}, ""},
		{"a person", with(func(*ContactPerson) {}), ""},
		{"only an address", with(func(p *ContactPerson) { p.Phones, p.Email = nil, "directie@school.example" }), ""},
		{"a location", with(func(p *ContactPerson) { p.Locations = []int{4, 1} }), ""},
		{"no function", with(func(p *ContactPerson) { p.Role = " " }), "contactPersons[0].role required"},
		{"nobody can be reached", with(func(p *ContactPerson) { p.Phones = nil }), "contactPersons[0].phones unreachable"},
		{"no number", with(func(p *ContactPerson) { p.Phones = []string{"bel mij"} }), "contactPersons[0].phones[0] invalidPhone"},
		{"the same number twice", with(func(p *ContactPerson) { p.Phones = []string{"+3216000001", "+3216000001"} }), "contactPersons[0].phones[1] duplicate"},
		{"four numbers", with(func(p *ContactPerson) { p.Phones = []string{"1700", "1701", "1702", "1703"} }), "contactPersons[0].phones tooMany"},
		{"no address", with(func(p *ContactPerson) { p.Email = "directie" }), "contactPersons[0].email invalidEmail"},
		{"a number in the function", with(func(p *ContactPerson) { p.Role = "Directeur 016 66 55 11" }), "contactPersons[0].role phoneInText"},
		{"an address in the hours", with(func(p *ContactPerson) { p.Availability = "mail jan@school.example" }), "contactPersons[0].availability emailInText"},
		{"a number in the name", with(func(p *ContactPerson) { p.Name = "Jan 0470 12 34 56" }), "contactPersons[0].name phoneInText"},
		{"a location of another school", with(func(p *ContactPerson) { p.Locations = []int{2} }), "contactPersons[0].locations[0] unknownLocation"},
		{"a location twice", with(func(p *ContactPerson) { p.Locations = []int{1, 1} }), "contactPersons[0].locations[1] duplicate"},
		{"a bad id", with(func(p *ContactPerson) { p.ID = "Directeur" }), "contactPersons[0].id invalidId"},
		{"an id twice", SchoolContactInput{ContactPersons: []ContactPerson{principal("a", "1700"), principal("a", "1701")}}, "contactPersons[1].id duplicate"},
		{"too many persons", SchoolContactInput{ContactPersons: make([]ContactPerson, MaxContactPersons+1)}, "contactPersons tooMany"},
		{"names", aliases("De Sint", "'t College", "BC", "School 21", "Ukkel-Élan"), ""},
		{"six names", aliases("Aa", "Bb", "Cc", "Dd", "Ee", "Ff"), "aliases tooMany"},
		{"an empty name", aliases("\u200b "), "aliases[0] required"},
		{"a name of one letter", aliases("A 1"), "aliases[0] invalidName"},
		{"a name without letters", aliases("12-34"), "aliases[0] invalidName"},
		{"a code for a name", aliases("Zone 5910"), "aliases[0] invalidName"},
		{"a number for a name", aliases("Bel 016 66 55 11"), "aliases[0] phoneInText"},
		{"an address for a name", aliases("Mail jan@school.example"), "aliases[0] emailInText"},
		{"a place for a name", aliases("tienen"), "aliases[0] invalidName"},
		{"a name with a place in it", aliases("School Tienen"), ""},
		{"its own name", aliases("sint-jozef"), "aliases[0] duplicate"},
		{"a name twice", aliases("De Sint", "de  sint"), "aliases[1] duplicate"},
		{"a long name", aliases(strings.Repeat("naam ", 20)), "aliases[0] tooLong"},
		{"a name with a control sign", aliases("De\x00Sint"), "aliases[0] invalidCharacter"},
	} {
		place := func(name string) bool { return strings.EqualFold(name, "Tienen") }
		_, issues := SchoolValidation{School: twoTowns, Place: place}.Check(c.in)
		var got []string
		for _, i := range issues {
			got = append(got, i.Field+" "+string(i.Rule))
			if i.Message == "" || i.Detail == "" || strings.Contains(i.Message, "wie het ziet") {
				t.Errorf("%s: %+v", c.name, i)
			}
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// anyContact is a contact that passes its check.
func anyContact(t *rapid.T) SchoolContactInput {
	persons := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) ContactPerson {
		return ContactPerson{
			Role:   rapid.SampledFrom([]string{"Directeur", "Zorgcoördinator", "Secretariaat", "Leerlingbegeleider"}).Draw(t, "role"),
			Name:   rapid.SampledFrom([]string{"", "Voorbeeld Peeters", "Voorbeeld Maes"}).Draw(t, "name"),
			Phones: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"+3216000001", "+32470000002", "1700"}), 1, 3, func(s string) string { return s }).Draw(t, "phones"),
			Email:  rapid.SampledFrom([]string{"", "directie@school.example"}).Draw(t, "email"),
			Locations: rapid.SliceOfNDistinct(rapid.SampledFrom([]int{1, 4}), 0, 2, func(n int) int { return n }).
				Draw(t, "locations"),
		}
	}), 0, 4).Draw(t, "persons")
	aliases := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"De Sint", "College", "KA"}), 0, 3, func(s string) string { return s }).Draw(t, "aliases")
	in, issues := SchoolValidation{School: twoTowns}.Check(SchoolContactInput{ContactPersons: persons, Aliases: aliases})
	if len(issues) > 0 {
		t.Fatalf("%+v: %+v", in, issues)
	}
	return in
}

func TestVersionsOfASchoolsContact(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, Brussels)
	rapid.Check(t, func(t *rapid.T) {
		first := SchoolContact{InstitutionNumber: twoTowns.Number}.Saved(anyContact(t), now)
		if again, issues := (SchoolValidation{School: twoTowns}).Check(first.Input()); len(issues) > 0 || !reflect.DeepEqual(again, first.Input()) {
			t.Fatalf("a stored contact is not as its check leaves it: %+v", issues)
		}
		same := first.Saved(first.Input(), now.Add(time.Hour))
		if same.Version != 2 || !SameSchoolContact(first, same) || !reflect.DeepEqual(same.ModifiedAt, first.ModifiedAt) || len(DiffSchoolContact(twoTowns, first, same)) > 0 {
			t.Fatalf("a save of the same: %+v after %+v", same, first)
		}
		second := first.Saved(anyContact(t), now.Add(time.Hour))
		if diff := DiffSchoolContact(twoTowns, first, second); (len(diff) == 0) != SameSchoolContact(first, second) {
			t.Fatalf("differences %+v of %+v and %+v", diff, first, second)
		}
		// Merging gives theirs, or yours, or something in between of which every part is one of both.
		if got := MergeSchoolContact(first, second, func(string) bool { return false }); !reflect.DeepEqual(got, first.Input()) {
			t.Fatalf("theirs: %+v, want %+v", got, first.Input())
		}
		got := MergeSchoolContact(first, second, func(string) bool { return true })
		if !reflect.DeepEqual(got, second.Input()) {
			t.Fatalf("yours: %+v, want %+v", got, second.Input())
		}
		// What is left of a version says nothing of a person.
		skeleton, personal := NewSchoolRevision(twoTowns, first, second, RevisionSaved, Principal{Role: RoleSchool, Name: "Voorbeeld Peeters", Subject: "sub"}, now).Split()
		bones, _ := json.Marshal(skeleton)
		for _, secret := range []string{"Voorbeeld", "sub\"", "16000001", "000002", "1700", "directie@", "Directeur", "directeur", "Zorg", "Secretariaat", "egeleider"} {
			if strings.Contains(string(bones), secret) {
				t.Fatalf("the skeleton has %s: %s", secret, bones)
			}
		}
		if r := JoinSchool(skeleton, &personal, 0, now); r.Forgotten || r.Name == "" || !SameSchoolContact(*r.Contact, second) {
			t.Fatalf("joined: %+v", r)
		}
		for name, r := range map[string]SchoolRevision{
			"in time":  JoinSchool(skeleton, &personal, 0, now.AddDate(0, 0, PersonalDays)),
			"deleted":  JoinSchool(skeleton, &personal, second.Version, now),
			"not kept": JoinSchool(skeleton, nil, 0, now),
		} {
			if !r.Forgotten || r.Name != "" || r.Contact != nil {
				t.Fatalf("%s: %+v", name, r)
			}
		}
	})
}

func TestAConfirmationOfASchool(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, Brussels)
	c := SchoolContact{InstitutionNumber: twoTowns.Number}
	if _, err := c.Confirmed(now); !errors.Is(err, ErrNeverSaved) {
		t.Errorf("of nothing: %v", err)
	}
	c = c.Saved(SchoolContactInput{ContactPersons: []ContactPerson{principal("directeur", "+3216000001")}}, now)
	if c.AssuredAt != nil || c.Version != 1 {
		t.Errorf("a save confirms nothing by itself: %+v", c)
	}
	confirmed, err := c.Confirmed(now.AddDate(0, 0, 1))
	if err != nil || confirmed.Version != 2 || !SameSchoolContact(c, confirmed) || !confirmed.ModifiedAt.Equal(*c.ModifiedAt) || DayOf(*confirmed.AssuredAt) != "2026-11-24" {
		t.Errorf("confirmed: %+v, %v", confirmed, err)
	}
	gone := confirmed.Deleted(now.AddDate(0, 0, 2))
	if !gone.Empty() || gone.Version != 3 || gone.Erased != 2 || gone.AssuredAt != nil {
		t.Errorf("deleted: %+v", gone)
	}
	if r := NewSchoolRevision(twoTowns, confirmed, gone, RevisionDeleted, Principal{}, now); len(r.Changes) > 0 || strings.Contains(fmt.Sprintf("%+v", *r.Contact), "Peeters") {
		t.Errorf("the deletion tells what it deleted: %+v", r)
	}
	if again := gone.Saved(c.Input(), now); again.Erased != 2 || again.Version != 4 {
		t.Errorf("after a deletion: %+v", again)
	}
}

func TestPoliceSeeThePersonsOfTheirLocations(t *testing.T) {
	everywhere, first, second, closed := principal("a", "1700"), principal("b", "1701"), principal("c", "1702"), principal("d", "1703")
	first.Locations, second.Locations, closed.Locations = []int{1}, []int{4}, []int{9}
	c := SchoolContact{Version: 3, ContactPersons: []ContactPerson{everywhere, first, second, closed}, Aliases: []string{"De Sint"}}
	for who, want := range map[*Principal]string{
		{Role: RolePolice, Zones: []ZoneCode{"5910"}}:          "abd",
		{Role: RolePolice, Zones: []ZoneCode{"5388"}}:          "acd",
		{Role: RolePolice, Zones: []ZoneCode{"5388", "5910"}}:  "abcd",
		{Role: RolePolice, Zones: []ZoneCode{"5341"}}:          "",
		{Role: RoleSchool, Own: []InstitutionNumber{"012345"}}: "abcd",
		{Role: RoleSchool, Zones: []ZoneCode{"5910"}}:          "",
		{Role: RoleAdmin}: "abcd",
		{}:                "",
		{Role: RolePolice, Own: []InstitutionNumber{"012345"}}:                                     "",
		{Role: RoleSchool, Institutions: []InstitutionNumber{"012345"}, Zones: []ZoneCode{"5910"}}: "",
	} {
		v, ok := c.See(twoTowns, *who, time.Now())
		var got []string
		for _, p := range v.ContactPersons {
			got = append(got, p.ID)
		}
		if strings.Join(got, "") != want || ok != (want != "") || ok && v.Withheld != 4-len(want) {
			t.Errorf("%+v: got %q, %t, withheld %d, want %q", *who, got, ok, v.Withheld, want)
		}
	}
}

func TestAConflictOfTwoAtASchool(t *testing.T) {
	base := SchoolContact{ContactPersons: []ContactPerson{principal("a", "1700"), principal("b", "1701")}, Aliases: []string{"De Sint"}}
	theirs := base.with(base.Input())
	theirs.ContactPersons[0].Phones = []string{"1799"}
	theirs.Aliases = []string{"De Sint", "College"}
	yours := base.with(base.Input())
	yours.ContactPersons[0].Phones = []string{"1788"}
	yours.ContactPersons = slices.Delete(yours.ContactPersons, 1, 2)
	var got []string
	for _, d := range CompareSchoolContact(twoTowns, &base, theirs, yours) {
		got = append(got, d.Field+" "+string(d.By)+" "+fmt.Sprint(len(d.Theirs), len(d.Yours)))
	}
	want := []string{"contactPersons[a] both 4 4", "contactPersons[b] you 4 0", "aliases them 2 1"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	in := MergeSchoolContact(theirs, yours, func(field string) bool { return field == "contactPersons[b]" })
	if len(in.ContactPersons) != 1 || in.ContactPersons[0].Phones[0] != "1799" || len(in.Aliases) != 2 {
		t.Errorf("merged: %+v", in)
	}
}

func TestFreshnessOfASchoolInWords(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, Brussels)
	for days, want := range map[int]string{
		0: "Bevestigd op 23 november 2026", 181: "Laatst bevestigd op 26 mei 2026 (5 maanden geleden)",
		400: "Laatst bevestigd op 19 oktober 2025 (13 maanden geleden), mogelijk verouderd",
	} {
		at := now.AddDate(0, 0, -days)
		v, _ := SchoolContact{AssuredAt: &at}.See(twoTowns, Principal{Role: RoleAdmin}, now)
		if got := v.FreshnessWords(now); got != want {
			t.Errorf("%d days: %q, want %q", days, got, want)
		}
	}
	saved := SchoolContact{}.Saved(SchoolContactInput{Aliases: []string{"De Sint"}}, now)
	v, _ := saved.See(twoTowns, Principal{Role: RoleAdmin}, now)
	if got := v.FreshnessWords(now); got != "Nog niet bevestigd door de school. Gewijzigd op 23 november 2026." {
		t.Errorf("never confirmed: %q", got)
	}
	if got := twoTowns.Locations[1].LocationWords(); got != "Dorp 2 bus 3, 3470 Kortenaken" {
		t.Errorf("location: %q", got)
	}
}
