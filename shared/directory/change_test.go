package directory

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func wordNames() Names {
	return Names{Municipality: testNames, School: func(n InstitutionNumber) string { return "School " + string(n) }}
}

// inputOf makes inputs that break no rule. Ids come from a small store, so that two inputs often share some, in
// another order. What must be forgotten can be told by its looks: names and texts kept for schools hold "canary",
// numbers 999 when kept for schools, 777 when a person's, 888 when mobile.
func inputOf() *rapid.Generator[ZoneInput] {
	return rapid.Custom(func(t *rapid.T) ZoneInput {
		ids := rapid.Permutation([]string{"a", "b", "c", "d", "e"}).Draw(t, "ids")[:rapid.IntRange(1, 5).Draw(t, "points")]
		primary := rapid.SampledFrom(ids).Draw(t, "primary")
		in := ZoneInput{
			Phone:           rapid.SampledFrom([]string{"", "+3216000001", "+32470888001"}).Draw(t, "phone"),
			Email:           rapid.SampledFrom([]string{"", "info@zone.example", "canary.direct@zone.example"}).Draw(t, "email"),
			Website:         rapid.SampledFrom([]string{"", "https://www.politie.be/5910"}).Draw(t, "website"),
			ManagementEmail: rapid.SampledFrom([]string{"", "canary-beheer@zone.example"}).Draw(t, "managementEmail"),
			ReminderDays:    someOf([]int{90, 30}).Draw(t, "reminderDays"),
			Partners:        someOf([]Partner{{PartnerCLB, "CLB", ""}, {PartnerLOP, "LOP", "https://lop.example"}}).Draw(t, "partners"),
		}
		if rapid.Bool().Draw(t, "address") {
			in.Address = &Address{"Voorbeeldstraat 1", "3300", rapid.SampledFrom([]string{"Tienen", "Hoegaarden"}).Draw(t, "town")}
		}
		for i, id := range ids {
			c := ContactPoint{
				ID: id, Role: rapid.SampledFrom([]string{"Onthaal", "Inspecteur"}).Draw(t, "role"), Primary: id == primary,
				Themes: someOf(testThemes).Draw(t, "themes"), Levels: someOf(Levels()).Draw(t, "levels"), Municipalities: someOf(testMunicipalities).Draw(t, "municipalities"),
				InstitutionNumbers: someOf([]InstitutionNumber{"000018", "000034"}).Draw(t, "schools"), Languages: someOf(Languages()).Draw(t, "languages"),
				NameVisibility: visibility().Draw(t, "nameVisibility"), AvailabilityPublic: rapid.Bool().Draw(t, "availabilityPublic"),
				OpeningHoursPublic: rapid.Bool().Draw(t, "openingHoursPublic"), AbsencePublic: rapid.Bool().Draw(t, "absencePublic"),
			}
			if rapid.Bool().Draw(t, "named") {
				c.Name = "Canary " + rapid.SampledFrom([]string{"Een", "Twee"}).Draw(t, "name")
			}
			for j := range rapid.IntRange(0, 2).Draw(t, "phones") {
				ph := Phone{fmt.Sprintf("+321600%d%d%d%d", i, j, rapid.IntRange(0, 1).Draw(t, "digit"), 0), visibility().Draw(t, "v"), ""}
				switch {
				case ph.Visibility != VisiblePublic:
					ph.Number, ph.Note = fmt.Sprintf("+3216999%d%d0", i, j), "canary"
				case rapid.IntRange(0, 2).Draw(t, "mobile") == 0:
					ph.Number = fmt.Sprintf("+32470888%d%d0", i, j)
				case c.Name != "":
					ph.Number, ph.Note = fmt.Sprintf("+3216777%d%d0", i, j), "canary"
				default:
					ph.Note = rapid.SampledFrom([]string{"", "nota"}).Draw(t, "note")
				}
				c.Phones = append(c.Phones, ph)
			}
			for j := range rapid.IntRange(0, 2).Draw(t, "emails") {
				e := Email{fmt.Sprintf("jeugd%d@zone.example", j), visibility().Draw(t, "v")}
				if e.Visibility != VisiblePublic || c.Name != "" || rapid.Bool().Draw(t, "personal") {
					e.Address = fmt.Sprintf("canary.%d@zone.example", j)
				}
				c.Emails = append(c.Emails, e)
			}
			if rapid.Bool().Draw(t, "available") {
				c.Availability = "weekdagen"
				if !c.AvailabilityPublic || c.Name != "" {
					c.Availability = "canary"
				}
			}
			if rapid.Bool().Draw(t, "hours") {
				c.OpeningHours = []OpeningHours{{1, "08:30", rapid.SampledFrom([]string{"12:00", "16:30"}).Draw(t, "until")}}
				if !c.OpeningHoursPublic || c.Name != "" {
					c.OpeningHours[0].Until = "13:37"
				}
			}
			if rapid.IntRange(0, 2).Draw(t, "away") == 0 {
				// Absences of different people never overlap, so that no circle arises.
				c.Absence = &Absence{From: Day(fmt.Sprintf("1937-0%d-01", i+1)), Until: Day(fmt.Sprintf("1937-0%d-28", i+1))}
				if other := rapid.SampledFrom(ids).Draw(t, "replacement"); other != id {
					c.Absence.Replacement = other
				}
			}
			in.ContactPoints = append(in.ContactPoints, c)
		}
		return in
	})
}

// versionOf makes profiles as they are stored.
func versionOf() *rapid.Generator[Profile] {
	return rapid.Custom(func(t *rapid.T) Profile {
		in, issues := testValidation().Check(inputOf().Draw(t, "input"))
		if len(issues) > 0 {
			t.Fatalf("the generator breaks a rule: %+v", issues)
		}
		assured := testNow().AddDate(0, 0, -rapid.IntRange(0, 500).Draw(t, "days"))
		return Profile{Code: "5910", Version: 3, AssuredAt: &assured}.Saved(in, testNow())
	})
}

// noData are the members of a profile that police do not change.
var noData = []string{"Code", "Version", "AssuredAt", "ModifiedAt", "SavedAt", "Former", "Origin"}

func withoutMoments(p Profile) Profile {
	p.Code, p.Version, p.AssuredAt, p.ModifiedAt, p.SavedAt = "", 0, nil, nil, nil
	return canonical(p)
}

func TestDiffIsEmptyExactlyWhenEqual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := versionOf().Draw(t, "a"), versionOf().Draw(t, "b")
		equal := reflect.DeepEqual(withoutMoments(a), withoutMoments(b))
		if none := len(Diff(a, b, wordNames())) == 0; none != equal {
			t.Fatalf("no change: %t, equal: %t", none, equal)
		}
		if Same(a, b) != equal {
			t.Fatalf("same: %t, equal: %t", Same(a, b), equal)
		}
		if changes := Diff(a, a, wordNames()); len(changes) > 0 {
			t.Fatalf("a version differs from itself: %+v", changes)
		}
		for _, c := range Diff(a, b, wordNames()) {
			if c.Label == "" || c.Field == "" || c.Kind.Label() == string(c.Kind) || c.Old == nil && c.New == nil {
				t.Fatalf("change says nothing: %+v", c)
			}
		}
	})
}

// TestMergeIsComplete tells that nothing is lost on either side, and that choices are what changes.
func TestMergeIsComplete(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		theirs, yours := versionOf().Draw(t, "theirs"), versionOf().Draw(t, "yours")
		none, all := func(string) bool { return false }, func(string) bool { return true }
		if got := Merge(theirs, yours, none); !reflect.DeepEqual(withoutMoments(got), withoutMoments(theirs)) {
			t.Fatalf("nothing chosen: %+v\nwant %+v", got, theirs)
		}
		if got := Merge(theirs, yours, all); !reflect.DeepEqual(withoutMoments(got), withoutMoments(yours)) {
			t.Fatalf("all chosen: %+v\nwant %+v", got, yours)
		}
		differences := Compare(nil, theirs, yours, wordNames())
		if (len(differences) == 0) != Same(theirs, yours) {
			t.Fatalf("%d differences, same: %t", len(differences), Same(theirs, yours))
		}
		if len(differences) == 0 {
			return
		}
		chosen := map[string]bool{}
		for _, d := range differences {
			chosen[d.Field] = rapid.Bool().Draw(t, d.Field)
		}
		merged := Merge(theirs, yours, func(field string) bool { return chosen[field] })
		if merged.Version != theirs.Version {
			t.Fatalf("version %d, want theirs", merged.Version)
		}
		for _, d := range differences {
			if strings.Contains(d.Field, "].") || d.Field == primaryField || d.Field == orderField { // a point may have gone
				continue
			}
			from := theirs
			if chosen[d.Field] {
				from = yours
			}
			if strings.HasPrefix(d.Field, "contactPoints") {
				id := strings.TrimSuffix(strings.TrimPrefix(d.Field, "contactPoints["), "]")
				if (merged.pointByID(id) == nil) != (from.pointByID(id) == nil) {
					t.Fatalf("%s: not as chosen", d.Field)
				}
			} else if differs(d.Field, merged, from) {
				t.Fatalf("%s: not as chosen", d.Field)
			}
		}
		for _, d := range differences {
			if !strings.Contains(d.Field, "].") {
				continue
			}
			from := theirs
			if chosen[d.Field] {
				from = yours
			}
			if differs(d.Field, merged, from) {
				t.Fatalf("%s: not as chosen", d.Field)
			}
		}
	})
}

// TestNoMemberIsForgotten changes every member of a profile, one at a time and however deep, and wants to see it:
// a member that is added to the profile and not here fails this test.
func TestNoMemberIsForgotten(t *testing.T) {
	in := goodInput()
	full := canonical(Profile{
		ContactPoints: in.ContactPoints, Phone: in.Phone, Email: in.Email, Website: in.Website, Address: in.Address,
		Partners: in.Partners, ManagementEmail: in.ManagementEmail, ReminderDays: in.ReminderDays,
	})
	for i := range full.ContactPoints {
		c := &full.ContactPoints[i]
		other := goodInput().ContactPoints[1-i]
		c.Name, c.Availability = "An Voorbeeld", "weekdagen"
		c.Themes, c.Levels, c.Municipalities = []Theme{ThemeDrugs}, []Level{LevelBasic}, []NIS{24041}
		c.InstitutionNumbers, c.Languages = []InstitutionNumber{"000018"}, []string{"nl"}
		c.OpeningHours, c.Absence = []OpeningHours{{1, "08:30", "12:00"}}, &Absence{"2026-12-01", "2026-12-04", other.ID}
		for j := range c.Phones {
			c.Phones[j].Note = "nota"
		}
	}
	seen := 0
	var visit func(v reflect.Value, path string)
	visit = func(v reflect.Value, path string) {
		try := func(change func(), undo func()) {
			t.Helper()
			seen++
			before := canonical(full)
			change()
			after := canonical(full)
			undo()
			if changes := Diff(before, after, wordNames()); len(changes) == 0 {
				t.Errorf("%s: a change is not seen", path)
			}
			if Same(before, after) {
				t.Errorf("%s: counts as the same", path)
			}
			if len(Compare(nil, before, after, wordNames())) == 0 {
				t.Errorf("%s: no difference is seen", path)
			}
			if got := Merge(before, after, func(string) bool { return true }); !reflect.DeepEqual(got, after) {
				t.Errorf("%s: is not merged", path)
			}
		}
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				if name := v.Type().Field(i).Name; !slices.Contains(noData, name) {
					visit(v.Field(i), path+"."+name)
				}
			}
		case reflect.Pointer:
			if v.IsNil() {
				t.Fatalf("%s: the example has no value", path)
			}
			visit(v.Elem(), path)
			old := v.Interface()
			try(func() { v.SetZero() }, func() { v.Set(reflect.ValueOf(old)) })
		case reflect.Slice:
			if v.Len() == 0 {
				t.Fatalf("%s: the example has no value", path)
			}
			for i := range v.Len() {
				visit(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
			}
			old := reflect.ValueOf(v.Interface())
			try(func() { v.Set(old.Slice(0, v.Len()-1)) }, func() { v.Set(old) })
			if v.Len() > 1 {
				swapped := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
				for i := range v.Len() {
					swapped.Index(i).Set(old.Index(v.Len() - 1 - i))
				}
				try(func() { v.Set(swapped) }, func() { v.Set(old) })
			}
		case reflect.String:
			old := v.String()
			change := old + "x"
			if v.Type() == reflect.TypeFor[Visibility]() {
				change = map[string]string{"public": "schools", "schools": "public"}[old]
			}
			try(func() { v.SetString(change) }, func() { v.SetString(old) })
		case reflect.Int:
			old := v.Int()
			try(func() { v.SetInt(old + 1) }, func() { v.SetInt(old) })
		case reflect.Bool:
			old := v.Bool()
			try(func() { v.SetBool(!old) }, func() { v.SetBool(old) })
		default:
			t.Fatalf("%s: what to do with a %s", path, v.Kind())
		}
	}
	visit(reflect.ValueOf(&full).Elem(), "")
	if seen < 60 {
		t.Errorf("only %d changes were tried", seen)
	}
}

// changeLines writes changes as a reader would see them.
func changeLines(changes []Change) string {
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%s %s", c.Label, c.Kind.Label())
		for _, s := range []*Shown{c.Old, c.New} {
			if s == nil {
				b.WriteString(" | -")
				continue
			}
			fmt.Fprintf(&b, " | %s [%s]", s.Words, s.SeenBy)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestDiffInWords(t *testing.T) {
	v := testValidation()
	checked, issues := v.Check(goodInput())
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	old := Profile{Code: "5910"}.Saved(checked, testNow())
	for _, c := range []struct {
		name   string
		change func(*Profile)
		want   string
	}{
		{"nothing", func(*Profile) {}, ""},
		{"another name for the same function", func(p *Profile) { p.ContactPoints[1].Name = "Bo Voorbeeld" },
			"Jeugdinspecteur: naam gewijzigd | An Voorbeeld [schools] | Bo Voorbeeld [schools]\n"},
		{"the name for everybody", func(p *Profile) { p.ContactPoints[1].NameVisibility = VisiblePublic },
			"Jeugdinspecteur: naam gewijzigd | An Voorbeeld [schools] | An Voorbeeld [everyone]\n"},
		{"another number", func(p *Profile) { p.ContactPoints[0].Phones[0] = Phone{"+3216000002", VisibleSchools, ""} },
			"Onthaal: telefoon gewijzigd | 016 00 00 01 (kantooruren) [everyone] | 016 00 00 02 [schools]\n"},
		{"one of two numbers typed over", func(p *Profile) { p.ContactPoints[1].Phones[1].Number = "+3216000003" },
			"Jeugdinspecteur: telefoon gewijzigd | 1701 [everyone] | 016 00 00 03 [everyone]\n"},
		{"the first of two numbers gone and another behind the second", func(p *Profile) {
			p.ContactPoints[1].Phones = []Phone{p.ContactPoints[1].Phones[1], {"+3216000003", VisibleSchools, ""}}
		}, "Jeugdinspecteur: telefoon nieuw | - | 016 00 00 03 [schools]\nJeugdinspecteur: telefoon weg | 0470 00 00 01 [schools] | -\n"},
		{"one number instead of two", func(p *Profile) { p.ContactPoints[1].Phones = []Phone{{"+3216000003", VisibleSchools, ""}} },
			"Jeugdinspecteur: telefoon gewijzigd | 0470 00 00 01 [schools] | 016 00 00 03 [schools]\nJeugdinspecteur: telefoon weg | 1701 [everyone] | -\n"},
		{"a number for schools only", func(p *Profile) { p.ContactPoints[0].Phones[0].Visibility = VisibleSchools },
			"Onthaal: telefoon gewijzigd | 016 00 00 01 (kantooruren) [everyone] | 016 00 00 01 (kantooruren) [schools]\n"},
		{"one of two numbers for everybody, with a note", func(p *Profile) { p.ContactPoints[1].Phones[0] = Phone{"+32470000001", VisiblePublic, "dringend"} },
			"Jeugdinspecteur: telefoon gewijzigd | 0470 00 00 01 [schools] | 0470 00 00 01 (dringend) [everyone]\n"},
		{"numbers in another order", func(p *Profile) { slices.Reverse(p.ContactPoints[1].Phones) },
			"Jeugdinspecteur: telefoon verplaatst | 0470 00 00 01; 1701 [schools] | 1701; 0470 00 00 01 [schools]\n"},
		{"contact points in another order", func(p *Profile) { slices.Reverse(p.ContactPoints) },
			"Volgorde verplaatst | Onthaal, Jeugdinspecteur [everyone] | Jeugdinspecteur, Onthaal [everyone]\n"},
		{"another primary", func(p *Profile) { setPrimary(p, []string{"jeugd"}) },
			"Vast aanspreekpunt (PLP 41) gewijzigd | Onthaal [everyone] | Jeugdinspecteur [everyone]\n"},
		{"another primary with the same function", func(p *Profile) { p.ContactPoints[0].Role = "Jeugdinspecteur"; setPrimary(p, []string{"jeugd"}) },
			"Vast aanspreekpunt (PLP 41) gewijzigd | Onthaal [everyone] | Jeugdinspecteur [everyone]\n" +
				"Jeugdinspecteur: functie gewijzigd | Onthaal [everyone] | Jeugdinspecteur [everyone]\n"},
		{"limits", func(p *Profile) {
			c := &p.ContactPoints[1]
			c.Themes, c.Levels, c.Municipalities, c.InstitutionNumbers, c.Languages = nil, []Level{LevelBasic}, []NIS{24107, 24041}, nil, []string{"nl", "fr"}
		}, "Jeugdinspecteur: onderwerpen weg | spijbelen, drugs [everyone] | -\n" +
			"Jeugdinspecteur: onderwijsniveaus gewijzigd | secundair onderwijs [everyone] | basisonderwijs [everyone]\n" +
			"Jeugdinspecteur: gemeenten gewijzigd | Tienen [everyone] | Tienen, Hoegaarden [everyone]\n" +
			"Jeugdinspecteur: scholen weg | School 000018 [everyone] | -\n" +
			"Jeugdinspecteur: talen nieuw | - | Nederlands, Frans [everyone]\n"},
		{"back at work, other hours", func(p *Profile) {
			p.ContactPoints[1].Absence = nil
			p.ContactPoints[1].OpeningHours = p.ContactPoints[1].OpeningHours[1:2]
		}, "Jeugdinspecteur: uren gewijzigd | maandag 8.30-12.00 en 13.00-16.30, zondag 0.00-24.00 [everyone] | maandag 13.00-16.30 [everyone]\n" +
			"Jeugdinspecteur: afwezigheid weg | vanaf 1 december 2026 tot en met 4 december 2026, vervangen door Onthaal [schools] | -\n"},
		{"a contact point gone", func(p *Profile) {
			p.ContactPoints = p.ContactPoints[1:]
			p.ContactPoints[0].Absence = nil
			setPrimary(p, []string{"jeugd"})
		},
			"Vast aanspreekpunt (PLP 41) gewijzigd | Onthaal [everyone] | Jeugdinspecteur [everyone]\n" +
				"Jeugdinspecteur: afwezigheid weg | vanaf 1 december 2026 tot en met 4 december 2026, vervangen door Onthaal [schools] | -\n" +
				"Aanspreekpunt weg | Onthaal [everyone] | -\n" +
				"Onthaal: talen weg | Nederlands, Frans [everyone] | -\n" +
				"Onthaal: telefoon weg | 016 00 00 01 (kantooruren) [everyone] | -\n" +
				"Onthaal: e-mail weg | onthaal@zone.example [everyone] | -\n" +
				"Onthaal: bereikbaarheid weg | Op weekdagen, 8.30-16.30 [schools] | -\n"},
		{"a new contact point", func(p *Profile) {
			p.ContactPoints = append(p.ContactPoints, ContactPoint{ID: "wijk", Role: "Wijkinspecteur", Name: "Cis Voorbeeld", AvailabilityPublic: true, Availability: "elke dag"})
		}, "Aanspreekpunt nieuw | - | Wijkinspecteur [everyone]\n" +
			"Wijkinspecteur: naam nieuw | - | Cis Voorbeeld [schools]\n" +
			"Wijkinspecteur: bereikbaarheid nieuw | - | elke dag [everyone]\n"},
		{"the zone itself", func(p *Profile) {
			p.Phone, p.Email, p.Website, p.Address.Postcode, p.Partners, p.ManagementEmail, p.ReminderDays = "", "onthaal@zone.example", "", "3320", nil, "", []int{30}
		}, "Telefoon van de zone weg | 016 66 55 11 [everyone] | -\n" +
			"E-mail van de zone gewijzigd | info@zone.example [everyone] | onthaal@zone.example [everyone]\n" +
			"Website van de zone weg | https://www.politie.be/5910 [everyone] | -\n" +
			"Adres van de zone gewijzigd | Voorbeeldstraat 1, 3300 Tienen [everyone] | Voorbeeldstraat 1, 3320 Tienen [everyone]\n" +
			"Partner weg | Voorbeeld-CLB (CLB), https://clb.example/tienen [everyone] | -\n" +
			"Beheeradres weg | beheer@zone.example [police] | -\n" +
			"Herinneringen gewijzigd | 90, 30, 7, 0 dagen vooraf [police] | 30 dagen vooraf [police]\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			next := canonical(old)
			c.change(&next)
			if got := changeLines(Diff(old, next, wordNames())); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

// TestAnotherPrimaryIsToldWhereWordsAreAlike: two contact points with one function are still two.
func TestAnotherPrimaryIsToldWhereWordsAreAlike(t *testing.T) {
	old := Profile{ContactPoints: []ContactPoint{{ID: "a", Role: "Inspecteur", Primary: true}, {ID: "b", Role: "Inspecteur"}}}
	next := canonical(old)
	setPrimary(&next, []string{"b"})
	want := "Vast aanspreekpunt (PLP 41) gewijzigd | Inspecteur [everyone] | Inspecteur [everyone]\n"
	if got := changeLines(Diff(old, next, wordNames())); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestHoursWordsTakeAnything: what was typed is shown beside what others saved before anybody checked it.
func TestHoursWordsTakeAnything(t *testing.T) {
	for want, hours := range map[string][]OpeningHours{
		"":                                     nil,
		"zondag 9.00-12.00":                    {{7, "09:00", "12:00"}},
		"9.00-12.00, 1.00-x":                   {{-1, "09:00", "12:00"}, {8, "01:00", "x"}},
		"dinsdag - en 10.00-11.00, maandag 1-": {{2, "", ""}, {2, "10:00", "11:00"}, {1, "1", ""}},
		"- en -":                               {{0, "", ""}, {0, "", ""}},
	} {
		if got := HoursWords(hours); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestCodesWithoutANameAreShown: a school may have left the ministry's list since.
func TestCodesWithoutANameAreShown(t *testing.T) {
	old := Profile{ContactPoints: []ContactPoint{{ID: "a", Role: "Onthaal", InstitutionNumbers: []InstitutionNumber{"000018"}}}}
	next := canonical(old)
	next.ContactPoints[0].InstitutionNumbers, next.ContactPoints[0].Municipalities = nil, []NIS{24107}
	unknown := Names{School: func(InstitutionNumber) string { return "" }}
	want := "Onthaal: gemeenten nieuw | - | 24107 [everyone]\nOnthaal: scholen weg | 000018 [everyone] | -\n"
	if got := changeLines(Diff(old, next, unknown)); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestCompareSaysWhoChangedWhat goes through a conflict as two inspectors make it.
func TestCompareSaysWhoChangedWhat(t *testing.T) {
	checked, issues := testValidation().Check(goodInput())
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	base := Profile{Code: "5910"}.Saved(checked, testNow())
	theirs, yours := canonical(base), canonical(base)
	theirs.ContactPoints[0].Role = "Balie"                         // they alone
	yours.ContactPoints[0].Languages = []string{"nl"}              // you alone
	theirs.ContactPoints[1].Name = "Bo Voorbeeld"                  // both
	yours.ContactPoints[1].Name = "Cis Voorbeeld"                  //
	theirs.Website, yours.Website = "https://a.be", "https://a.be" // both the same: no difference
	yours.ContactPoints = append(yours.ContactPoints, ContactPoint{ID: "n", Role: "Nieuw"})
	theirs.ContactPoints = append(theirs.ContactPoints, ContactPoint{ID: "w", Role: "Wijk"})

	got := map[string]ChangedBy{}
	for _, d := range Compare(&base, theirs, yours, wordNames()) {
		got[d.Field] = d.By
		if d.Field == "contactPoints[jeugd].name" && (d.Theirs[0].Words != "Bo Voorbeeld" || d.Yours[0].Words != "Cis Voorbeeld" || d.Yours[0].SeenBy != SeenBySchools) {
			t.Errorf("name: %+v", d)
		}
		if d.Field == "contactPoints[w]" && (len(d.Theirs) != 1 || d.Theirs[0].Words != "Wijk" || d.Yours != nil) {
			t.Errorf("their new point: %+v", d)
		}
	}
	want := map[string]ChangedBy{
		"contactPoints[onthaal].role": ChangedByThem, "contactPoints[onthaal].languages": ChangedByYou, "contactPoints[jeugd].name": ChangedByBoth,
		"contactPoints[n]": ChangedByYou, "contactPoints[w]": ChangedByThem,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}

	// One removed what the other changed: that is for a person to decide; untouched, it is theirs alone.
	theirs, yours = canonical(base), canonical(base)
	theirs.ContactPoints = theirs.ContactPoints[:1]
	if d := Compare(&base, theirs, yours, wordNames()); len(d) != 1 || d[0].By != ChangedByThem {
		t.Errorf("removed by them: %+v", d)
	}
	yours.ContactPoints[1].Name = "Cis Voorbeeld"
	if d := Compare(&base, theirs, yours, wordNames()); len(d) != 1 || d[0].By != ChangedByBoth || d[0].Theirs != nil {
		t.Errorf("removed by them, changed by you: %+v", d)
	}
	if d := Compare(nil, theirs, yours, wordNames()); d[0].By != ChangedByBoth {
		t.Errorf("without a common version: %+v", d)
	}
}

// TestComparisonsTakeAnything: a page compares what was typed before it is known to be right, ids that stand twice
// and days that do not exist included. Nothing panics, and nothing that is compared changes.
func TestComparisonsTakeAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p [3]Profile
		for i := range p {
			p[i] = versionOf().Draw(t, "version")
			garble(t, reflect.ValueOf(&p[i]))
		}
		before := encoded(p)
		Diff(p[0], p[1], wordNames())
		Compare(&p[0], p[1], p[2], wordNames())
		Merge(p[1], p[2], func(string) bool { return rapid.Bool().Draw(t, "choice") })
		GoingPublic(p[0], p[1])
		RestoreInput(p[0], p[1])
		skeleton, personal := NewRevision(p[0], p[1], Cause{Kind: RevisionSaved}, wordNames(), testNow()).Split()
		Join(skeleton, &personal, testNow())
		if encoded(p) != before {
			t.Fatal("a version was changed")
		}
	})
}

// differs tells whether two profiles disagree in a field.
func differs(field string, a, b Profile) bool {
	return slices.ContainsFunc(differences(a, b), func(d difference) bool {
		return d.path == field || strings.HasPrefix(field, d.path+".")
	})
}

func TestOnlyConfirmationsMergeByThemselves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := versionOf().Draw(t, "base")
		confirmed, err := base.Confirmed(testNow().AddDate(0, 0, 1))
		if err != nil || !OnlyConfirmed(base, confirmed) {
			t.Fatalf("a confirmation counts as a change: %v", err)
		}
		changed := canonical(confirmed)
		changed.ContactPoints[0].Role += "x"
		if OnlyConfirmed(base, changed) {
			t.Fatal("a change counts as a confirmation")
		}
	})
}
