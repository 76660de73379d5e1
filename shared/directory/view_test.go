package directory

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var getevallei = ZoneFacts{
	Code: "5910", Name: "Getevallei", Province: "Vlaams-Brabant", Municipalities: []NIS{24041, 24107},
	Phone: "+3216805805", Email: "zone@facts.example", Website: "https://facts.example/",
	Address: &Address{"Straat 1", "3300", "Tienen"}, AsOf: "2023-11-08",
}

// outsiders see what a visitor sees of zone 5910; insiders see what it keeps for schools.
var (
	outsiders = map[string]Principal{
		"visitor":                  {},
		"school of another zone":   {Role: RoleSchool, Zones: []ZoneCode{"5389"}},
		"police of another zone":   {Role: RolePolice, Zones: []ZoneCode{"5905", "5344"}},
		"school without a zone":    {Role: RoleSchool},
		"unknown role":             {Role: "mayor", Zones: []ZoneCode{"5910"}},
		"no role but with a zone":  {Zones: []ZoneCode{"5910"}},
		"role in another spelling": {Role: "Admin", Zones: []ZoneCode{"5910"}},
	}
	insiders = map[string]Principal{
		"school of the zone":     {Role: RoleSchool, Zones: []ZoneCode{"5389", "5910"}},
		"police of the zone":     {Role: RolePolice, Zones: []ZoneCode{"5910"}},
		"administrator":          {Role: RoleAdmin},
		"administrator of zones": {Role: RoleAdmin, Zones: []ZoneCode{"5389"}},
	}
)

func TestMaySeeAndMayChange(t *testing.T) {
	t.Parallel()
	for name, p := range outsiders {
		if p.MaySeeSchoolsValues("5910") || p.MayChange("5910") {
			t.Errorf("%s may see or change", name)
		}
	}
	for name, p := range insiders {
		if !p.MaySeeSchoolsValues("5910") {
			t.Errorf("%s may not see", name)
		}
		if got, want := p.MayChange("5910"), p.Role != RoleSchool; got != want {
			t.Errorf("%s may change: %v", name, got)
		}
	}
}

func asJSON(t interface{ Fatal(...any) }, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestNothingKeptForSchoolsReachesAnOutsider(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, q := profileOf().Draw(t, "profile"), questionOf().Draw(t, "question")
		for name, who := range outsiders {
			v := See(getevallei, testNames, &p, who, q, testNow())
			text := asJSON(t, v)
			for _, kept := range []string{"canary", "13:37", "1337"} {
				if strings.Contains(text, kept) {
					t.Fatalf("%s sees %s in %s", name, kept, text)
				}
			}
			public := false // whether anyone's absence is
			for i, c := range p.ContactPoints {
				public = public || c.Absence != nil && c.AbsencePublic
				if !c.AbsencePublic && v.ContactPoints[i].Absence != nil {
					t.Fatalf("%s sees an absence: %s", name, text)
				}
			}
			if !public && (strings.Contains(text, "afwezig") || strings.Contains(text, "tot en met")) {
				t.Fatalf("%s reads of an absence: %s", name, text)
			}
		}
	})
}

// TestAnOutsidersViewDoesNotDependOnWhatIsKept changes every value that is kept for schools, and sees that an
// outsider gets the same bytes: not a length, a date or an order gives anything away.
func TestAnOutsidersViewDoesNotDependOnWhatIsKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, q := profileOf().Draw(t, "profile"), questionOf().Draw(t, "question")
		other := p
		other.ManagementEmail, other.ReminderDays = "", nil
		other.ContactPoints = nil
		for _, c := range p.ContactPoints {
			if c.NameVisibility != VisiblePublic && c.Name != "" {
				c.Name = "Iemand anders"
			}
			c.Phones = append([]Phone{}, c.Phones...)
			for i := range c.Phones {
				if c.Phones[i].Visibility != VisiblePublic {
					c.Phones[i] = Phone{Number: "+32470123456", Visibility: VisibleSchools}
				}
			}
			c.Emails = append([]Email{}, c.Emails...)
			for i := range c.Emails {
				if c.Emails[i].Visibility != VisiblePublic {
					c.Emails[i] = Email{"anders@zone.example", VisibleSchools}
				}
			}
			if !c.AvailabilityPublic && c.Availability != "" {
				c.Availability = "nooit"
			}
			if !c.OpeningHoursPublic && c.OpeningHours != nil {
				c.OpeningHours = []OpeningHours{{7, "01:00", "02:00"}, {6, "01:00", "02:00"}}
			}
			if c.Absence != nil && !c.AbsencePublic && c.Absence.covers(testDay) {
				c.Absence = &Absence{From: "2026-10-05", Until: "2027-01-31", Replacement: c.Absence.Replacement}
			}
			other.ContactPoints = append(other.ContactPoints, c)
		}
		one, two := See(getevallei, testNames, &p, Principal{}, q, testNow()), See(getevallei, testNames, &other, Principal{}, q, testNow())
		if a, b := asJSON(t, one), asJSON(t, two); a != b {
			t.Fatalf("differs by what is kept:\n%s\n%s", a, b)
		}
	})
}

// TestAnAbsenceNobodyStepsInForShowsNowhere: without a replacement a visitor cannot tell that someone is away.
func TestAnAbsenceNobodyStepsInForShowsNowhere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, q := profileOf().Draw(t, "profile"), questionOf().Draw(t, "question")
		other := p
		other.ContactPoints = append([]ContactPoint{}, p.ContactPoints...)
		for i := range other.ContactPoints {
			p.ContactPoints[i].AbsencePublic, other.ContactPoints[i].AbsencePublic = false, false
			if a := p.ContactPoints[i].Absence; a != nil {
				a.Replacement = ""
			}
			other.ContactPoints[i].Absence = nil
		}
		one, two := See(getevallei, testNames, &p, Principal{}, q, testNow()), See(getevallei, testNames, &other, Principal{}, q, testNow())
		if a, b := asJSON(t, one), asJSON(t, two); a != b {
			t.Fatalf("an absence shows:\n%s\n%s", a, b)
		}
	})
}

func TestOutsidersSeeEverythingPublicAndTheCountOfTheRest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := profileOf().Draw(t, "profile")
		v := See(getevallei, testNames, &p, Principal{}, Question{}, testNow())
		for i, c := range p.ContactPoints {
			got := v.ContactPoints[i]
			if got.ID != c.ID || got.Role != c.Role || got.Primary != c.Primary {
				t.Fatalf("order or role changed: %+v", got)
			}
			all := seePoint(c, true)
			count := func(c ContactPointView) int {
				n := len(c.Phones) + len(c.Emails)
				for _, there := range []bool{c.Name != "", c.Availability != "", len(c.OpeningHours) > 0} {
					if there {
						n++
					}
				}
				return n
			}
			if all.Withheld != 0 || got.Withheld != count(all)-count(got) {
				t.Fatalf("withheld %d of %d, shown %d", got.Withheld, count(all), count(got))
			}
			if got.WithheldPhones != len(c.Phones)-len(got.Phones) || got.WithheldEmails != len(c.Emails)-len(got.Emails) {
				t.Fatalf("withheld phones %d, emails %d: %+v", got.WithheldPhones, got.WithheldEmails, got)
			}
			for _, ph := range c.Phones {
				if public := ph.Visibility == VisiblePublic; public != strings.Contains(asJSON(t, got), `"`+ph.Number+`"`) {
					t.Fatalf("%+v in %+v", ph, got)
				}
			}
			for _, e := range c.Emails {
				if public := e.Visibility == VisiblePublic; public != strings.Contains(asJSON(t, got), `"`+e.Address+`"`) {
					t.Fatalf("%+v in %+v", e, got)
				}
			}
			if (c.Name != "" && c.NameVisibility == VisiblePublic) != (got.Name != "") {
				t.Fatalf("name: %+v", got)
			}
			if (c.Absence != nil && c.AbsencePublic) != (got.Absence != nil) {
				t.Fatalf("absence: %+v", got)
			}
		}
	})
}

func TestInsidersSeeEverything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := profileOf().Draw(t, "profile")
		for name, who := range insiders {
			v := See(getevallei, testNames, &p, who, Question{}, testNow())
			for i, c := range p.ContactPoints {
				got := v.ContactPoints[i]
				if got.Withheld != 0 || got.Name != c.Name || len(got.Phones) != len(c.Phones) || len(got.Emails) != len(c.Emails) ||
					got.Availability != c.Availability || !reflect.DeepEqual(got.OpeningHours, c.OpeningHours) || !reflect.DeepEqual(got.Absence, c.Absence) {
					t.Fatalf("%s sees %+v of %+v", name, got, c)
				}
				for j, ph := range got.Phones {
					if ph.Number != c.Phones[j].Number || ph.Note != c.Phones[j].Note || ph.Visibility == "" {
						t.Fatalf("%s sees %+v of %+v", name, ph, c.Phones[j])
					}
				}
			}
			if who.MayChange("5910") != (v.ManagementEmail != "" && len(v.ReminderDays) > 0) {
				t.Fatalf("%s sees management %q %v", name, v.ManagementEmail, v.ReminderDays)
			}
		}
	})
}

// TestWhoKeepsAZoneIsToldThatItChoseNoReminders: the member is there, empty, for them alone.
func TestWhoKeepsAZoneIsToldThatItChoseNoReminders(t *testing.T) {
	t.Parallel()
	for _, p := range []*Profile{nil, {Version: 1}} {
		for name, who := range map[string]Principal{"visitor": {}, "police": insiders["police of the zone"], "administrator": insiders["administrator"]} {
			text := asJSON(t, See(getevallei, testNames, p, who, Question{}, testNow()))
			if keeps := who.MayChange("5910"); keeps != strings.Contains(text, `"reminderDays":[]`) || keeps != strings.Contains(text, "reminderDays") {
				t.Errorf("%s: %s", name, text)
			}
		}
	}
}

func TestAViewHasNoNulls(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := profileOf().Draw(t, "profile")
		for _, p := range []*Profile{nil, &p} {
			if text := asJSON(t, See(getevallei, testNames, p, Principal{}, Question{}, testNow())); strings.Contains(text, "null") {
				t.Fatal(text)
			}
		}
	})
}

func TestAContactPointInAViewSharesNothingWithTheProfile(t *testing.T) {
	t.Parallel()
	p := Profile{Code: "5910", Version: 1, ContactPoints: []ContactPoint{{
		ID: "a", Phones: []Phone{{"+3216000000", VisiblePublic, ""}}, Themes: []Theme{ThemeDrugs},
		Absence: &Absence{From: "2026-11-01"}, OpeningHours: []OpeningHours{{1, "08:00", "12:00"}},
	}}}
	before := asJSON(t, p)
	v := See(getevallei, testNames, &p, Principal{Role: RoleAdmin}, Question{}, testNow())
	c := v.ContactPoints[0]
	c.Phones[0].Number, c.Themes[0], c.Absence.From, c.OpeningHours[0].Day = "x", "x", "x", 9
	if after := asJSON(t, p); after != before {
		t.Errorf("changing the view changed the profile: %s", after)
	}
}

func TestFactsUntilTheFirstSaveTheProfileAfterwards(t *testing.T) {
	t.Parallel()
	saved := time.Date(2026, 11, 3, 10, 0, 0, 0, Brussels)
	for name, tc := range map[string]struct {
		profile *Profile
		want    ZoneView
	}{
		"never saved": {nil, ZoneView{Phone: "+3216805805", Email: "zone@facts.example", Website: "https://facts.example/",
			Address: &Address{"Straat 1", "3300", "Tienen"}, Freshness: FreshnessUnconfirmed}},
		"saved": {&Profile{Version: 2, Phone: "+3216000000", Website: "https://zone.example/", AssuredAt: &saved, ModifiedAt: &saved},
			ZoneView{Phone: "+3216000000", Website: "https://zone.example/", AssuredAt: inUTC(&saved), ModifiedAt: inUTC(&saved), Freshness: FreshnessFresh, Version: 2}},
		"what the police took away stays away": {&Profile{Version: 1}, ZoneView{Freshness: FreshnessUnconfirmed, Version: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := See(getevallei, testNames, tc.profile, Principal{}, Question{}, testNow())
			want := tc.want
			want.Code, want.Name, want.Province, want.FactsAsOf = "5910", "Getevallei", "Vlaams-Brabant", "2023-11-08"
			want.Municipalities = []MunicipalityView{{NIS: 24041, Name: "Hoegaarden"}, {NIS: 24107, Name: "Tienen"}}
			want.ContactPoints, want.CallOrder, want.Partners = []ContactPointView{}, []Call{}, []Partner{}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

// TestZoneJSON fixes the names of the contract.
func TestZoneJSON(t *testing.T) {
	t.Parallel()
	assured := time.Date(2026, 11, 3, 9, 30, 0, 0, Brussels)
	p := Profile{Code: "5910", Version: 4, AssuredAt: &assured, ModifiedAt: &assured, Phone: "+3216805805",
		Partners: []Partner{{PartnerCLB, "CLB", ""}},
		ContactPoints: []ContactPoint{{ID: "vast", Role: "Jeugdinspecteur", Name: "An", Primary: true, Languages: []string{"nl"},
			Phones: []Phone{{"+3216000001", VisiblePublic, "balie"}, {"+3216000002", VisibleSchools, ""}}, Emails: []Email{{"a@zone.example", VisiblePublic}}}}}
	v := See(getevallei, testNames, &p, Principal{}, Question{}, testNow())
	linked := v.WithLinks("https://a.example")
	want := `{"self":"https://a.example/api/v1/zones/5910","code":"5910","name":"Getevallei","province":"Vlaams-Brabant",` +
		`"municipalities":[{"nis":24041,"name":"Hoegaarden","href":"https://a.example/api/v1/municipalities/24041"},` +
		`{"nis":24107,"name":"Tienen","href":"https://a.example/api/v1/municipalities/24107"}],` +
		`"phone":"+3216805805","factsAsOf":"2023-11-08",` +
		`"contactPoints":[{"id":"vast","role":"Jeugdinspecteur","nameVisibility":"schools","primary":true,"themes":[],"levels":[],` +
		`"municipalities":[],"institutionNumbers":[],"languages":["nl"],"phones":[{"number":"+3216000001","visibility":"public","note":"balie"}],` +
		`"emails":[{"address":"a@zone.example","visibility":"public"}],"withheld":2}],` +
		`"callOrder":[{"contactPoint":"vast","reason":"vast aanspreekpunt (PLP 41)","reasonCode":"primary"}],` +
		`"partners":[{"kind":"clb","name":"CLB"}],"assuredAt":"2026-11-03T08:30:00Z","modifiedAt":"2026-11-03T08:30:00Z",` +
		`"freshness":"fresh","version":4}`
	if got := asJSON(t, linked); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if v.Self != "" || v.Municipalities[0].Href != "" {
		t.Error("WithLinks changed the view it was called on")
	}
	if c, ok := v.Point("vast"); !ok || c.Role != "Jeugdinspecteur" {
		t.Errorf("Point: %+v %v", c, ok)
	}
	if _, ok := v.Point("weg"); ok {
		t.Error("Point finds what is not there")
	}
}

// BenchmarkSee is a zone with six contact points, one of them away, for a school's question.
func BenchmarkSee(b *testing.B) {
	var p Profile
	for i := range 6 {
		p.ContactPoints = append(p.ContactPoints, contactPointOf(i, 6, i == 0).Example(i))
	}
	p.ContactPoints[0].Absence = &Absence{From: "2026-11-20", Until: "2026-12-04", Replacement: "p3"}
	q := Question{Theme: ThemeTruancy, Level: LevelBasic, Municipality: 24107, School: "000018"}
	b.ReportAllocs()
	for b.Loop() {
		See(getevallei, testNames, &p, Principal{}, q, testNow())
	}
}

// Every moment that leaves the directory is in UTC, however it was kept.
func TestSeeGivesMomentsInUTC(t *testing.T) {
	t.Parallel()
	saved := time.Date(2026, 7, 6, 10, 0, 0, 0, Brussels)
	v := See(ZoneFacts{Code: "5910"}, func(NIS) string { return "" }, &Profile{Version: 1, AssuredAt: &saved, ModifiedAt: &saved}, Principal{}, Question{}, saved)
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"assuredAt":"2026-07-06T08:00:00Z"`, `"modifiedAt":"2026-07-06T08:00:00Z"`} {
		if !strings.Contains(string(body), want) {
			t.Errorf("%s lacks %s", body, want)
		}
	}
}
