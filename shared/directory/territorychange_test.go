package directory

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// northLimburg are three zones of six municipalities, and one beside them.
func northLimburg() Territory {
	zone := func(code ZoneCode, name, phone string, municipalities ...NIS) ZoneFacts {
		return ZoneFacts{Code: code, RawName: name, Name: name, Province: "Limburg", Municipalities: municipalities, Phone: phone}
	}
	t := Territory{
		Zones: []ZoneFacts{
			zone("5371", "Lommel", "+3211000001", 72020),
			zone("5372", "HANO", "+3211000002", 72037, 72043),
			zone("5377", "Kempenland", "", 71034, 72030, 72038),
			zone("5381", "Riemst", "", 73066),
		},
		FormerZones:          []FormerZone{{"5370", "Hasselt", "", []ZoneCode{"5381"}}},
		FormerMunicipalities: []FormerMunicipality{{72029, "Overpelt", "2019-01-01", []NIS{72043}}},
	}
	names := map[NIS]string{72020: "Lommel", 72037: "Hamont-Achel", 72043: "Pelt", 71034: "Leopoldsburg", 72030: "Peer", 72038: "Hechtel-Eksel", 73066: "Riemst"}
	for _, nis := range slices.Sorted(maps.Keys(names)) {
		for _, z := range t.Zones {
			if slices.Contains(z.Municipalities, nis) {
				t.Municipalities = append(t.Municipalities, Municipality{NIS: nis, Name: names[nis], Province: "Limburg", Zone: z.Code, Lat: 51, Lon: 5})
			}
		}
		t.Places = append(t.Places, Place{fmt.Sprint(3000 + nis%1000), names[nis], PlaceMunicipality, nis, 51, 5})
	}
	return t
}

func TestTerritoryStepsByThemselves(t *testing.T) {
	const day = "2027-01-01"
	for name, c := range map[string]struct {
		step TerritoryStep
		want string // field and rule; "" for none
	}{
		"a zone":                        {TerritoryStep{Date: day, From: "5371", To: "5372"}, ""},
		"spaces around":                 {TerritoryStep{Date: " 2027-01-01 ", From: " 5371", To: "5999 ", Name: "Noord  Limburg"}, ""},
		"a municipality":                {TerritoryStep{Date: day, From: "72020", To: "5372"}, ""},
		"no date":                       {TerritoryStep{From: "5371", To: "5372"}, "steps[0].date invalidDay"},
		"a day that does not exist":     {TerritoryStep{Date: "2027-02-29", From: "5371", To: "5372"}, "steps[0].date invalidDay"},
		"a date the other way around":   {TerritoryStep{Date: "01-01-2027", From: "5371", To: "5372"}, "steps[0].date invalidDay"},
		"before there were zones":       {TerritoryStep{Date: "2001-12-31", From: "5371", To: "5372"}, "steps[0].date outOfRange"},
		"too far ahead":                 {TerritoryStep{Date: "2035-01-01", From: "5371", To: "5372"}, "steps[0].date outOfRange"},
		"no code":                       {TerritoryStep{Date: day, From: "Lommel", To: "5372"}, "steps[0].from invalidId"},
		"six digits":                    {TerritoryStep{Date: day, From: "5371", To: "537200"}, "steps[0].to invalidId"},
		"to itself":                     {TerritoryStep{Date: day, From: "5371", To: "5371"}, "steps[0].to cycle"},
		"a zone into a municipality":    {TerritoryStep{Date: day, From: "5371", To: "72020"}, "steps[0].to unknownValue"},
		"a number in the name":          {TerritoryStep{Date: day, From: "5371", To: "5999", Name: "Bel 011 39 98 99"}, "steps[0].name phoneInText"},
		"a long name":                   {TerritoryStep{Date: day, From: "5371", To: "5999", Name: strings.Repeat("x", 61)}, "steps[0].name tooLong"},
		"contact data without a name":   {TerritoryStep{Date: day, From: "5371", To: "5999", Phone: "+3211000000"}, "steps[0].name required"},
		"a phone that is none":          {TerritoryStep{Date: day, From: "5371", To: "5999", Name: "Noord", Phone: "12"}, "steps[0].phone invalidPhone"},
		"a municipality with a website": {TerritoryStep{Date: day, From: "72020", To: "72099", Name: "Noord", Website: "https://noord.example"}, "steps[0].phone unknownValue"},
	} {
		t.Run(name, func(t *testing.T) {
			out, issues := CheckTerritorySteps([]TerritoryStep{c.step}, testDay, nil)
			if got := told(issues); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if c.want == "" && (len(out) != 1 || strings.TrimSpace(out[0].To) != out[0].To || strings.Contains(out[0].Name, "  ")) {
				t.Errorf("not tidied: %+v", out)
			}
		})
	}
	if _, issues := CheckTerritorySteps(nil, testDay, nil); told(issues) != "steps required" {
		t.Errorf("nothing at all: %q", told(issues))
	}
	if _, issues := CheckTerritorySteps(make([]TerritoryStep, MaxTerritorySteps+1), testDay, nil); told(issues) != "steps tooMany" {
		t.Errorf("too many: %q", told(issues))
	}
}

// told lists issues by field and rule.
func told(issues []Issue) string {
	var list []string
	for _, i := range issues {
		list = append(list, i.Field+" "+string(i.Rule))
	}
	return strings.Join(list, ", ")
}

// steps reads "2027-01-01 5371>5999 Noord-Limburg; …".
func stepsOf(t interface{ Fatalf(string, ...any) }, text string) []TerritoryStep {
	var in []TerritoryStep
	for one := range strings.SplitSeq(text, ";") {
		words := strings.SplitN(strings.TrimSpace(one), " ", 3)
		from, to, _ := strings.Cut(words[1], ">")
		s := TerritoryStep{Date: Day(words[0]), From: from, To: to}
		if len(words) == 3 {
			s.Name = words[2]
		}
		in = append(in, s)
	}
	out, issues := CheckTerritorySteps(in, testDay, nil)
	if len(issues) > 0 {
		t.Fatalf("steps: %s", told(issues))
	}
	return out
}

// changed loads lists of steps one after the other, each at noon of the test's day.
func changed(t interface{ Fatalf(string, ...any) }, base Territory, lists ...string) (TerritoryChanges, []Period, []Issue) {
	var all TerritoryChanges
	var periods []Period
	for i, list := range lists {
		var issues []Issue
		periods, all, issues = all.WithSteps(stepsOf(t, list), testNow()).Periods(base, testDay)
		if len(issues) > 0 {
			if i < len(lists)-1 {
				t.Fatalf("list %d: %s", i, told(issues))
			}
			return all, nil, issues
		}
		for j := range all.Items { // as it is stored
			for k := range all.Items[j].Steps {
				all.Items[j].Steps[k].at = 0
			}
		}
	}
	return all, periods, nil
}

func TestTerritoryChangesThatDoNotFit(t *testing.T) {
	for name, c := range map[string]struct {
		lists []string
		want  string
	}{
		"an unknown zone":                                           {[]string{"2027-01-01 5399>5372"}, "steps[0].from unknownCode"},
		"an unknown municipality":                                   {[]string{"2027-01-01 79999>5372"}, "steps[0].from unknownCode"},
		"into an unknown zone without a name":                       {[]string{"2027-01-01 5371>5999"}, "steps[0].to unknownCode"},
		"a zone that ended":                                         {[]string{"2027-01-01 5370>5372"}, "steps[0].from unknownCode"},
		"into a zone that ended":                                    {[]string{"2027-01-01 5371>5370"}, "steps[0].to unknownCode"},
		"a code that exists":                                        {[]string{"2027-01-01 5371>5372 Noord"}, "steps[0].name codeExists"},
		"a code that was in use":                                    {[]string{"2027-01-01 5371>5370 Noord"}, "steps[0].to codeExists"},
		"a municipality's code that was in use":                     {[]string{"2027-01-01 72020>72029 Noord"}, "steps[0].to codeExists"},
		"a circle":                                                  {[]string{"2027-01-01 5371>5372; 2027-01-01 5372>5371"}, "steps[0].to cycle, steps[1].to cycle"},
		"a circle of municipalities":                                {[]string{"2027-01-01 72037>72043; 2027-01-01 72043>72037"}, "steps[0].to cycle, steps[1].to cycle"},
		"a circle over the years":                                   {[]string{"2027-01-01 5371>5372; 2028-01-01 5372>5371"}, "steps[1].to unknownCode"},
		"a chain on one day":                                        {[]string{"2027-01-01 5371>5372; 2027-01-01 5372>5377"}, "steps[0].to twoChanges"},
		"twice on one day":                                          {[]string{"2027-01-01 5371>5372; 2027-01-01 5371>5377"}, "steps[1].from twoChanges"},
		"a municipality twice on one day":                           {[]string{"2027-01-01 72037>5371; 2027-01-01 72037>5377"}, "steps[1].from twoChanges"},
		"with its zone and by itself":                               {[]string{"2027-01-01 5372>5999 Noord; 2027-01-01 72037>5377"}, "steps[1].from twoZones"},
		"two changes on one day, loaded apart":                      {[]string{"2027-01-01 5371>5372", "2027-01-01 5377>5372"}, "steps[0].to twoChanges"},
		"a new municipality in two zones":                           {[]string{"2027-01-01 72020>72099 Noord; 2027-01-01 72037>72099"}, "steps[1].to noZone"},
		"a zone that would be empty":                                {[]string{"2027-01-01 5371>5999 Noord; 2027-01-01 72020>72037"}, "steps[0].to noMunicipalities"},
		"two names":                                                 {[]string{"2027-01-01 5371>5999 Noord; 2027-01-01 5372>5999 Zuid"}, "steps[1].name twoChanges"},
		"it is so already":                                          {[]string{"2027-01-01 72020>5371"}, "steps[0].from nothingChanges"},
		"loaded before, said again":                                 {[]string{"2027-01-01 5371>5372", "2027-02-01 5371>5372"}, "steps[0].from nothingChanges"},
		"a later change that does not fit then":                     {[]string{"2028-01-01 5371>5372", "2027-01-01 5371>5377"}, " unknownCode"},
		"a wrong day, one that stands on it, and another wrong one": {[]string{"2027-01-01 5299>5371; 2027-02-01 72020>5372; 2027-03-01 5381>5298"}, "steps[0].from unknownCode, steps[2].to unknownCode"},
		"a day too many":                                            {[]string{tooManyDays()}, "steps tooMany"},
		"a municipality of before to a new name":                    {[]string{"2027-01-01 72029>72099 Noord"}, "steps[0].from unknownCode"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, issues := changed(t, northLimburg(), c.lists...)
			if got := told(issues); got != c.want {
				t.Errorf("got %q, want %q: %+v", got, c.want, issues)
			}
			for _, i := range issues {
				if i.Message == "" || i.Detail == "" {
					t.Errorf("says nothing: %+v", i)
				}
			}
		})
	}
}

func tooManyDays() string {
	var list []string
	for i := range MaxUpcomingDays + 1 {
		to := []string{"5371", "5372"}[(i+1)%2]
		list = append(list, fmt.Sprintf("2027-01-%02d 72043>%s", i+1, to))
	}
	list[0] = "2027-01-01 72043>5377"
	return strings.Join(list, ";")
}

func TestTerritoryChangesOfEachKind(t *testing.T) {
	for name, c := range map[string]struct {
		steps string
		want  string // zones with their municipalities
		ended string // with their successors
	}{
		"zones merge into a new one": {"2027-01-01 5371>5999 Noord-Limburg; 2027-01-01 5372>5999; 2027-01-01 5377>5999",
			"5381[73066] 5999[71034 72020 72030 72037 72038 72043]", "5370>[5381] 5371>[5999] 5372>[5999] 5377>[5999]"},
		"a zone joins one that is there": {"2027-01-01 5371>5372", "5372[72020 72037 72043] 5377[71034 72030 72038] 5381[73066]", "5370>[5381] 5371>[5372]"},
		"a zone splits": {"2027-01-01 72037>5371; 2027-01-01 72043>5377",
			"5371[72020 72037] 5377[71034 72030 72038 72043] 5381[73066]", "5370>[5381] 5372>[5371 5377]"},
		"a municipality moves": {"2027-01-01 72037>5371", "5371[72020 72037] 5372[72043] 5377[71034 72030 72038] 5381[73066]", "5370>[5381]"},
		"municipalities merge into a new one": {"2027-01-01 72037>72099 Hamont-Pelt; 2027-01-01 72043>72099",
			"5371[72020] 5372[72099] 5377[71034 72030 72038] 5381[73066]", "5370>[5381]"},
		"municipalities of two zones merge": {"2027-01-01 72037>72099 Hamont-Lommel; 2027-01-01 72020>72099; 2027-01-01 72099>5372",
			"5372[72043 72099] 5377[71034 72030 72038] 5381[73066]", "5370>[5381] 5371>[5372]"},
		"one takes another in": {"2027-01-01 72037>72020", "5371[72020] 5372[72043] 5377[71034 72030 72038] 5381[73066]", "5370>[5381]"},
		"a number changes":     {"2027-01-01 5381>5998 Riemst", "5371[72020] 5372[72037 72043] 5377[71034 72030 72038] 5998[73066]", "5370>[5381] 5381>[5998]"},
		"two days": {"2027-01-01 5371>5999 Noord; 2028-01-01 5999>5372",
			"5372[72020 72037 72043] 5377[71034 72030 72038] 5381[73066]", "5370>[5381] 5371>[5372] 5999>[5372]"},
	} {
		t.Run(name, func(t *testing.T) {
			_, periods, issues := changed(t, northLimburg(), c.steps)
			if len(issues) > 0 {
				t.Fatalf("%+v", issues)
			}
			if got := zonesIn(periods[0].Territory); got != zonesIn(northLimburg()) {
				t.Errorf("today already: %s", got)
			}
			last := periods[len(periods)-1].Territory
			if got := zonesIn(last); got != c.want {
				t.Errorf("zones: got %s\nwant %s", got, c.want)
			}
			var ended []string
			for _, f := range last.FormerZones {
				ended = append(ended, fmt.Sprintf("%s>%v", f.Code, f.Successors))
			}
			if got := strings.Join(ended, " "); got != c.ended {
				t.Errorf("ended: got %s\nwant %s", got, c.ended)
			}
		})
	}
}

func zonesIn(t Territory) string {
	var list []string
	for _, z := range t.Zones {
		list = append(list, fmt.Sprintf("%s%v", z.Code, z.Municipalities))
	}
	return strings.Join(list, " ")
}

func TestTerritoryChangesOfTodayAndBeforeHoldAtOnce(t *testing.T) {
	_, periods, issues := changed(t, northLimburg(), "2026-11-23 5371>5372; 2026-11-24 5377>5372")
	if len(issues) > 0 || len(periods) != 2 || periods[0].From != "" || periods[1].From != "2026-11-24" {
		t.Fatalf("%+v %v", periods, issues)
	}
	if got := zonesIn(periods[0].Territory); got != "5372[72020 72037 72043] 5377[71034 72030 72038] 5381[73066]" {
		t.Errorf("today: %s", got)
	}
	if got := zonesIn(periods[1].Territory); got != "5372[71034 72020 72030 72037 72038 72043] 5381[73066]" {
		t.Errorf("tomorrow: %s", got)
	}
}

func TestNewMunicipalityKeepsPostcodesAndNames(t *testing.T) {
	_, periods, issues := changed(t, northLimburg(), "2027-01-01 72037>72099 Hamont-Pelt; 2027-01-01 72043>72099")
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	var got []string
	for _, p := range periods[1].Territory.Places {
		if p.NIS == 72099 {
			got = append(got, fmt.Sprintf("%s %s %s", p.Postcode, p.Name, p.Kind))
		}
	}
	want := []string{"3037 Hamont-Achel former_municipality", "3037 Hamont-Pelt municipality", "3043 Hamont-Pelt municipality", "3043 Pelt former_municipality"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestWithdrawnChangesDoNothing(t *testing.T) {
	all, _, _ := changed(t, northLimburg(), "2027-01-01 5371>5999 Noord", "2028-01-01 5999>5372", "2026-11-23 5377>5372")
	next, issues := all.Withdraw(1, testNow())
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	if _, _, issues := next.Periods(northLimburg(), testDay); told(issues) != " unknownCode" || !strings.Contains(issues[0].Message, "Wijziging 2 van 1 januari 2028") {
		t.Errorf("one on which another one stands: %+v", issues)
	}
	next, _ = all.Withdraw(2, testNow())
	if next, issues = next.Withdraw(1, testNow()); len(issues) > 0 {
		t.Fatal(issues)
	}
	if periods, _, issues := next.Periods(northLimburg(), testDay); len(periods) != 1 || len(issues) > 0 || next.Items[0].WithdrawnAt == nil {
		t.Errorf("%d periods, %v", len(periods), issues)
	}
	if _, issues := all.Withdraw(3, testNow()); told(issues) != "number inForce" {
		t.Errorf("in force: %v", issues)
	}
	if _, issues := all.Withdraw(9, testNow()); told(issues) != "number unknownValue" {
		t.Errorf("unknown: %v", issues)
	}
	if again, issues := next.Withdraw(1, testNow()); len(issues) > 0 || again.Version != next.Version {
		t.Errorf("withdrawn twice: %v", issues)
	}
}

func TestAChangeThatAnEarlierDayDidAlreadyDoesNothing(t *testing.T) {
	all, periods, issues := changed(t, northLimburg(), "2028-01-01 72037>5371", "2027-01-01 72037>5371")
	if len(issues) > 0 || len(all.Items[0].Moves) > 0 || len(all.Items[1].Moves) != 1 {
		t.Fatalf("%v %+v", issues, all)
	}
	last := periods[len(periods)-1].Territory.Zones[0]
	if len(last.Lineages) != 1 || len(last.Lineages[0].Keepers) != 1 || DayOf(last.Lineages[0].Keepers[0].Until) != "2027-01-01" {
		t.Errorf("%+v", last.Lineages)
	}
}

func TestTheSameStepsAreKnownAgain(t *testing.T) {
	const list = "2027-01-01 5371>5999 Noord; 2028-01-01 5999>5372"
	all, _, _ := changed(t, northLimburg(), list)
	if found, ok := all.Loaded(stepsOf(t, list)); !ok || len(found) != 2 {
		t.Errorf("not known again: %v", found)
	}
	if _, ok := all.Loaded(stepsOf(t, "2027-01-01 5371>5999 Noorden")); ok {
		t.Error("others are known")
	}
}

// TestNewerFactsKeepWhereMunicipalitiesComeFrom loads a change, and then facts that hold it.
func TestNewerFactsKeepWhereMunicipalitiesComeFrom(t *testing.T) {
	all, periods, _ := changed(t, northLimburg(), "2026-11-23 5371>5999 Noord; 2026-11-23 5372>5999; 2026-11-23 72037>72099 Hamont; 2027-06-01 5999>5377")
	newer := periods[0].Territory
	newer.Zones = slices.Clone(newer.Zones)
	for i := range newer.Zones {
		newer.Zones[i].Lineages, newer.Zones[i].Predecessors = nil, nil
	}
	again, kept, issues := all.Periods(newer, testDay)
	if len(issues) > 0 || !reflect.DeepEqual(again, periods) {
		t.Errorf("issues %v, other territories", issues)
	}
	if !reflect.DeepEqual(kept.Items, all.Items) {
		t.Errorf("the list changed: %+v", kept)
	}
}

// primaryOnly is a profile with a primary point and one for bullying.
func primaryOnly(code ZoneCode, saved time.Time) Profile {
	return Profile{Code: code, Version: 1, SavedAt: &saved, ModifiedAt: &saved, ContactPoints: []ContactPoint{
		{ID: "vast", Role: "Vast " + string(code), Primary: true, Phones: []Phone{{"+3288000000", VisibleSchools, ""}}},
		{ID: "pesten", Role: "Pesten " + string(code), Themes: []Theme{ThemeBullying}},
	}}
}

// TestTerritoryStaysWhole draws any sequence of changes that is accepted, and any saves between them. Then, on every
// day, every municipality lies in exactly one zone, every code leads to those that cover what it covered, and every
// municipality has the primary point of a zone that had it and of no other.
func TestTerritoryStaysWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := northLimburg()
		saved := map[ZoneCode]Profile{}
		for _, z := range base.Zones {
			if rapid.IntRange(0, 4).Draw(t, "saved") > 0 {
				saved[z.Code] = primaryOnly(z.Code, testNow().AddDate(-1, 0, 0))
			}
		}
		var all TerritoryChanges
		periods := []Period{{Territory: base}}
		fresh := 0
		for n := range rapid.IntRange(1, 4).Draw(t, "changes") {
			day := DayOf(testNow().AddDate(0, n, 0))
			now := periods[len(periods)-1].Territory
			var steps []TerritoryStep
			for range rapid.IntRange(1, 3).Draw(t, "steps") {
				s := TerritoryStep{Date: day}
				zones, municipalities := make([]string, 0), make([]string, 0)
				for _, z := range now.Zones {
					zones = append(zones, string(z.Code))
				}
				for _, m := range now.Municipalities {
					municipalities = append(municipalities, m.NIS.String())
				}
				fresh++
				merger := rapid.Bool().Draw(t, "municipality")
				s.From = rapid.SampledFrom(append(municipalities, zones...)).Draw(t, "from")
				if len(s.From) == 5 && merger {
					s.To = rapid.SampledFrom(append(municipalities, "new")).Draw(t, "to")
				} else {
					s.To = rapid.SampledFrom(append(zones, "new")).Draw(t, "to")
				}
				if s.To == "new" {
					s.To, s.Name = fmt.Sprint(5900+fresh), "Nieuw"
					if merger && len(s.From) == 5 {
						s.To = fmt.Sprint(79000 + fresh)
					}
				}
				steps = append(steps, s)
			}
			checked, issues := CheckTerritorySteps(steps, testDay, nil)
			if len(issues) > 0 {
				continue
			}
			next, list, issues := all.WithSteps(checked, testNow()).Periods(base, testDay)
			if len(issues) > 0 {
				continue
			}
			all, periods = list, next
		}
		// Some zones save on a day between the changes.
		for _, p := range periods {
			for _, z := range p.Territory.Zones {
				if p.From != "" && rapid.IntRange(0, 2).Draw(t, "saves") == 0 {
					saved[z.Code] = primaryOnly(z.Code, p.From.Start().Add(12*time.Hour))
				}
			}
		}
		last := map[ZoneCode][]NIS{} // of each zone, on the last day that it was there
		for i, p := range append([]Period{{Territory: base}}, periods...) {
			for _, z := range p.Territory.Zones {
				last[z.Code] = z.Municipalities
			}
			if i > 0 {
				checkWhole(t, base, p, last, saved, all)
			}
		}
	})
}

func checkWhole(t *rapid.T, base Territory, p Period, last map[ZoneCode][]NIS, saved map[ZoneCode]Profile, all TerritoryChanges) {
	zoneOf := map[NIS]ZoneCode{}
	zones := map[ZoneCode]ZoneFacts{}
	for _, z := range p.Territory.Zones {
		zones[z.Code] = z
		for _, nis := range z.Municipalities {
			if zoneOf[nis] != "" {
				t.Fatalf("from %s: %s lies in %s and %s", p.From, nis, zoneOf[nis], z.Code)
			}
			zoneOf[nis] = z.Code
		}
		if len(z.Municipalities) == 0 || z.Province != "Limburg" {
			t.Fatalf("from %s: zone %+v", p.From, z)
		}
	}
	for _, m := range p.Territory.Municipalities {
		if zoneOf[m.NIS] != m.Zone {
			t.Fatalf("from %s: %s says %s and lies in %q", p.From, m.NIS, m.Zone, zoneOf[m.NIS])
		}
	}
	if len(zoneOf) != len(p.Territory.Municipalities) {
		t.Fatalf("from %s: %d municipalities, %d in zones", p.From, len(p.Territory.Municipalities), len(zoneOf))
	}
	former := map[NIS]NIS{}
	for _, f := range p.Territory.FormerMunicipalities {
		former[f.NIS] = f.Successors[0]
	}
	endedZones := map[ZoneCode][]ZoneCode{}
	for _, f := range p.Territory.FormerZones {
		endedZones[f.Code] = f.Successors
	}
	var current func(ZoneCode) []ZoneCode
	current = func(c ZoneCode) []ZoneCode {
		if _, ok := zones[c]; ok {
			return []ZoneCode{c}
		}
		var list []ZoneCode
		for _, next := range endedZones[c] {
			list = append(list, current(next)...)
		}
		return list
	}
	for code, municipalities := range last {
		for _, nis := range municipalities {
			for former[nis] != 0 {
				nis = former[nis]
			}
			if _, still := zones[code]; !still && !slices.Contains(current(code), zoneOf[nis]) {
				t.Fatalf("from %s: %s of zone %s lies in %s, and its code leads to %v", p.From, nis, code, zoneOf[nis], current(code))
			}
		}
	}
	for _, z := range base.Zones {
		for _, nis := range z.Municipalities {
			now := nis
			for former[now] != 0 {
				now = former[now]
			}
			home := zoneOf[now]
			f := zones[home]
			want := expectedKeeper(z.Code, nis, all, p.From, saved)
			at := p.From.Start().Add(24 * time.Hour)
			if p.From == "" {
				at = testNow()
			}
			v := See(f, testNames, f.Effective(saved), Principal{}, Question{Municipality: now}, at)
			primaries := 0
			found := false
			for _, call := range v.CallOrder {
				c, _ := v.Point(call.ContactPoint)
				if c.Primary {
					primaries++
				}
				found = found || c.Role == "Vast "+string(want)
			}
			if _, ok := saved[want]; ok && !found {
				t.Fatalf("from %s: %s (now %s in %s) should be served by %s: %+v", p.From, nis, now, home, want, v.CallOrder)
			}
			if v.Desk().Value == "" {
				t.Fatalf("from %s: %s has no desk", p.From, nis)
			}
			effective := f.Effective(saved)
			if effective != nil {
				proposed := effective.Proposed()
				if ids := pointIDs(proposed); len(slices.Compact(slices.Sorted(slices.Values(ids)))) != len(ids) {
					t.Fatalf("ids %v", ids)
				}
				if n := len(primaryIDs(proposed)); n > 1 {
					t.Fatalf("%d primary points proposed", n)
				}
			}
		}
	}
}

// expectedKeeper follows a municipality of the base through the changes up to a day: the zone whose profile should
// serve it.
func expectedKeeper(zone ZoneCode, nis NIS, all TerritoryChanges, until Day, saved map[ZoneCode]Profile) ZoneCode {
	type stay struct {
		zone  ZoneCode
		since time.Time
	}
	stays := []stay{{zone, time.Time{}}}
	items := slices.Clone(all.Items)
	slices.SortStableFunc(items, func(a, b TerritoryChange) int { return strings.Compare(string(a.Date), string(b.Date)) })
	for _, c := range items {
		if c.Date > max(until, testDay) {
			continue
		}
		for _, m := range c.Moves {
			if m.From == nis {
				if m.ToZone != stays[len(stays)-1].zone {
					stays = append(stays, stay{m.ToZone, c.moment()})
				}
				nis = m.To
				break
			}
		}
	}
	for _, s := range slices.Backward(stays) {
		if p, ok := saved[s.zone]; ok && !p.savedAt().Before(s.since) {
			return s.zone
		}
	}
	return stays[0].zone
}
