package directory

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// lines writes a call order as a reader of these tests wants to see it: "id: reason".
func lines(calls []Call) []string {
	list := []string{}
	for _, c := range calls {
		list = append(list, c.ContactPoint+": "+c.Reason)
	}
	return list
}

func TestCallOrder(t *testing.T) {
	t.Parallel()
	var (
		primary   = ContactPoint{ID: "vast", Primary: true}
		truancy   = ContactPoint{ID: "spijbelen", Themes: []Theme{ThemeTruancy}}
		drugs     = ContactPoint{ID: "drugs", Themes: []Theme{ThemeDrugs, ThemeTheft}}
		secondary = ContactPoint{ID: "secundair", Levels: []Level{LevelSecondary}}
		tienen    = ContactPoint{ID: "tienen", Municipalities: []NIS{24107}}
		oneSchool = ContactPoint{ID: "school", InstitutionNumbers: []InstitutionNumber{"000018"}}
		everyone  = ContactPoint{ID: "iedereen"}
		limited   = ContactPoint{ID: "beperkt", Themes: []Theme{ThemeTruancy}, Levels: []Level{LevelSecondary}}
	)
	with := func(c ContactPoint, change func(*ContactPoint)) ContactPoint { change(&c); return c }
	away := func(c ContactPoint, until Day, replacement string) ContactPoint {
		return with(c, func(c *ContactPoint) {
			c.Absence = &Absence{From: "2026-11-20", Until: until, Replacement: replacement}
		})
	}
	school := Question{Level: LevelSecondary, Municipality: 24107, School: "000018"}

	for name, tc := range map[string]struct {
		points  []ContactPoint
		q       Question
		trusted bool
		want    []string
	}{
		"nobody": {nil, school, false, []string{}},
		"the more specific first, then the primary, then those for one theme": {
			[]ContactPoint{drugs, primary, everyone, secondary, tienen, oneSchool, truancy}, school, false,
			[]string{"school: aanspreekpunt voor deze school", "tienen: aanspreekpunt voor Tienen",
				"secundair: aanspreekpunt voor het secundair onderwijs", "iedereen: aanspreekpunt voor alle scholen van de zone",
				"vast: vast aanspreekpunt (PLP 41)", "drugs: alleen voor drugs en diefstal", "spijbelen: alleen voor spijbelen"}},
		"those for the theme first, then the rest as without a theme": {
			[]ContactPoint{drugs, primary, secondary, truancy}, Question{Theme: ThemeTruancy, Level: LevelSecondary}, false,
			[]string{"spijbelen: aanspreekpunt voor spijbelen", "secundair: aanspreekpunt voor het secundair onderwijs",
				"vast: vast aanspreekpunt (PLP 41)", "drugs: alleen voor drugs en diefstal"}},
		"the police's own order within a group": {
			[]ContactPoint{with(tienen, func(c *ContactPoint) { c.ID = "b" }), with(tienen, func(c *ContactPoint) { c.ID = "a" })}, school, false,
			[]string{"b: aanspreekpunt voor Tienen", "a: aanspreekpunt voor Tienen"}},
		"a limit that does not fit hides a point": {
			[]ContactPoint{primary, secondary, tienen, oneSchool}, Question{Level: LevelBasic, Municipality: 24041, School: "000026"}, false,
			[]string{"vast: vast aanspreekpunt (PLP 41)"}},
		"a limit that does not fit hides a point for the theme too": {
			[]ContactPoint{limited, primary}, Question{Theme: ThemeTruancy, Level: LevelBasic}, false,
			[]string{"vast: vast aanspreekpunt (PLP 41)"}},
		"one limit of two that does not fit is enough": {
			[]ContactPoint{with(tienen, func(c *ContactPoint) { c.Levels = []Level{LevelBasic} })}, school, false, []string{}},
		"the primary one is never hidden, whatever its limits": {
			[]ContactPoint{with(primary, func(c *ContactPoint) { c.Levels = []Level{LevelBasic}; c.Themes = []Theme{ThemeDrugs} })},
			Question{Theme: ThemeDrugs, Level: LevelSecondary}, false, []string{"vast: vast aanspreekpunt (PLP 41)"}},
		"the primary one comes once, with those for the theme when it is for that theme": {
			[]ContactPoint{drugs, with(primary, func(c *ContactPoint) { c.Themes = []Theme{ThemeTruancy} }), secondary},
			Question{Theme: ThemeTruancy, Level: LevelSecondary}, false,
			[]string{"vast: aanspreekpunt voor spijbelen, ook vast aanspreekpunt (PLP 41)",
				"secundair: aanspreekpunt voor het secundair onderwijs", "drugs: alleen voor drugs en diefstal"}},
		"who is for some schools comes behind the primary one when nobody said which school asks": {
			[]ContactPoint{secondary, tienen, oneSchool, everyone, primary, limited}, Question{}, false,
			[]string{"iedereen: aanspreekpunt voor alle scholen van de zone", "vast: vast aanspreekpunt (PLP 41)",
				"secundair: alleen voor het secundair onderwijs", "tienen: alleen voor scholen in Tienen",
				"school: alleen voor bepaalde scholen", "beperkt: alleen voor spijbelen, voor het secundair onderwijs"}},
		"and behind those who surely fit for a theme": {
			[]ContactPoint{limited, truancy, primary}, Question{Theme: ThemeTruancy}, false,
			[]string{"spijbelen: aanspreekpunt voor spijbelen", "beperkt: aanspreekpunt voor spijbelen, alleen voor het secundair onderwijs",
				"vast: vast aanspreekpunt (PLP 41)"}},
		"several limits in words": {
			[]ContactPoint{{ID: "p", Levels: []Level{LevelBasic, LevelSecondary}, Municipalities: []NIS{24107, 24041, 24059}}}, Question{}, false,
			[]string{"p: alleen voor het basisonderwijs en het secundair onderwijs in Tienen, Hoegaarden en Landen"}},
		"the replacement takes the place; visitors read no more than that": {
			[]ContactPoint{away(primary, "2026-12-04", "drugs"), secondary, drugs}, Question{Level: LevelSecondary}, false,
			[]string{"secundair: aanspreekpunt voor het secundair onderwijs", "drugs: vast aanspreekpunt (PLP 41), nu via de vervanger",
				"vast: vast aanspreekpunt (PLP 41), bel eerst de vervanger"}},
		"who may see an absence reads until when": {
			[]ContactPoint{away(primary, "2026-12-04", "drugs"), drugs}, Question{}, true,
			[]string{"drugs: vervangt het vast aanspreekpunt tot en met 4 december 2026",
				"vast: vast aanspreekpunt (PLP 41), afwezig tot en met 4 december 2026"}},
		"and by whose name": {
			[]ContactPoint{with(away(primary, "2026-12-04", "drugs"), func(c *ContactPoint) { c.Name = "An" }), drugs}, Question{}, true,
			[]string{"drugs: vervangt het vast aanspreekpunt tot en met 4 december 2026, in de plaats van An",
				"vast: vast aanspreekpunt (PLP 41), afwezig tot en met 4 december 2026"}},
		"a public absence is for everyone, the name still is not": {
			[]ContactPoint{with(away(truancy, "", "vast"), func(c *ContactPoint) { c.AbsencePublic = true; c.Name = "An" }), primary},
			Question{Theme: ThemeTruancy}, false,
			[]string{"vast: vervangt voorlopig het aanspreekpunt voor spijbelen", "spijbelen: aanspreekpunt voor spijbelen, afwezig"}},
		"a replacement that stands before already stays there": {
			[]ContactPoint{away(primary, "2026-12-04", "secundair"), secondary}, Question{Level: LevelSecondary}, false,
			[]string{"secundair: aanspreekpunt voor het secundair onderwijs, nu ook vervanger",
				"vast: vast aanspreekpunt (PLP 41), bel eerst de vervanger"}},
		"and says so to who may see it": {
			[]ContactPoint{away(primary, "2026-12-04", "secundair"), secondary}, Question{Level: LevelSecondary}, true,
			[]string{"secundair: aanspreekpunt voor het secundair onderwijs, vervangt ook het vast aanspreekpunt tot en met 4 december 2026",
				"vast: vast aanspreekpunt (PLP 41), afwezig tot en met 4 december 2026"}},
		"a replacement's own limits do not hide it": {
			[]ContactPoint{away(primary, "2026-12-04", "secundair"), secondary}, Question{Level: LevelBasic}, false,
			[]string{"secundair: vast aanspreekpunt (PLP 41), nu via de vervanger", "vast: vast aanspreekpunt (PLP 41), bel eerst de vervanger"}},
		"one who is hidden brings no replacement": {
			[]ContactPoint{primary, away(secondary, "2026-12-04", "school"), oneSchool}, Question{Level: LevelBasic, School: "000026"}, false,
			[]string{"vast: vast aanspreekpunt (PLP 41)"}},
		"a replacement who is away too passes it on": {
			[]ContactPoint{away(primary, "2026-12-04", "spijbelen"), away(truancy, "2026-11-30", "drugs"), drugs}, Question{}, false,
			[]string{"drugs: vast aanspreekpunt (PLP 41), nu via de vervanger", "vast: vast aanspreekpunt (PLP 41), bel eerst de vervanger",
				"spijbelen: alleen voor spijbelen, bel eerst de vervanger"}},
		"a circle of replacements leaves everyone in place": {
			[]ContactPoint{away(primary, "2026-12-04", "spijbelen"), away(truancy, "2026-12-04", "vast")}, Question{}, false,
			[]string{"vast: vast aanspreekpunt (PLP 41)", "spijbelen: alleen voor spijbelen"}},
		"one's own replacement is none": {
			[]ContactPoint{away(primary, "2026-12-04", "vast"), drugs}, Question{}, false,
			[]string{"vast: vast aanspreekpunt (PLP 41)", "drugs: alleen voor drugs en diefstal"}},
		"nobody to step in: visitors see nothing of it": {
			[]ContactPoint{away(primary, "2026-12-04", ""), drugs}, Question{}, false,
			[]string{"vast: vast aanspreekpunt (PLP 41)", "drugs: alleen voor drugs en diefstal"}},
		"nobody to step in: schools do": {
			[]ContactPoint{away(primary, "2026-12-04", "weg"), drugs}, Question{}, true,
			[]string{"vast: vast aanspreekpunt (PLP 41), afwezig tot en met 4 december 2026", "drugs: alleen voor drugs en diefstal"}},
		"one for two who are away": {
			[]ContactPoint{away(secondary, "2026-12-04", "drugs"), away(primary, "2026-11-30", "drugs"), drugs}, Question{Level: LevelSecondary}, true,
			[]string{"drugs: vervangt het aanspreekpunt voor het secundair onderwijs tot en met 4 december 2026",
				"secundair: aanspreekpunt voor het secundair onderwijs, afwezig tot en met 4 december 2026",
				"vast: vast aanspreekpunt (PLP 41), afwezig tot en met 30 november 2026"}},
		"the last day of an absence counts": {
			[]ContactPoint{away(primary, "2026-11-23", "drugs"), drugs}, Question{}, false,
			[]string{"drugs: vast aanspreekpunt (PLP 41), nu via de vervanger", "vast: vast aanspreekpunt (PLP 41), bel eerst de vervanger"}},
		"so does the first": {
			[]ContactPoint{with(primary, func(c *ContactPoint) { c.Absence = &Absence{From: "2026-11-23", Replacement: "drugs"} }), drugs}, Question{}, false,
			[]string{"drugs: vast aanspreekpunt (PLP 41), nu via de vervanger", "vast: vast aanspreekpunt (PLP 41), bel eerst de vervanger"}},
		"the day after it does not": {
			[]ContactPoint{away(primary, "2026-11-22", "drugs"), drugs}, Question{}, true,
			[]string{"vast: vast aanspreekpunt (PLP 41)", "drugs: alleen voor drugs en diefstal"}},
		"nor the day before it": {
			[]ContactPoint{with(primary, func(c *ContactPoint) { c.Absence = &Absence{From: "2026-11-24", Replacement: "drugs"} }), drugs}, Question{}, true,
			[]string{"vast: vast aanspreekpunt (PLP 41)", "drugs: alleen voor drugs en diefstal"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := lines(callOrder(tc.points, testNames, tc.trusted, tc.q, testDay)); !slices.Equal(got, tc.want) {
				t.Errorf("got  %q\nwant %q", got, tc.want)
			}
		})
	}
}

func TestTheOrderWithinALargeGroupIsThePolices(t *testing.T) {
	t.Parallel()
	var points []ContactPoint
	var drugs, others []string
	for i := range 60 {
		c := ContactPoint{ID: fmt.Sprintf("p%d", i*37%60), Themes: []Theme{ThemeDrugs}}
		if i*i%7 < 3 {
			c.Themes = []Theme{ThemeTheft}
			others = append(others, c.ID)
		} else {
			drugs = append(drugs, c.ID)
		}
		points = append(points, c)
	}
	if got := ids(callOrder(points, testNames, false, Question{Theme: ThemeDrugs}, testDay)); !slices.Equal(got, append(drugs, others...)) {
		t.Errorf("got %q", got)
	}
}

// groupsOf says the rule again, group by group, for zones in which nobody is away.
func groupsOf(points []ContactPoint, q Question) []string {
	excludes := func(c ContactPoint) bool {
		return q.Level != "" && len(c.Levels) > 0 && !slices.Contains(c.Levels, q.Level) ||
			q.Municipality != 0 && len(c.Municipalities) > 0 && !slices.Contains(c.Municipalities, q.Municipality) ||
			q.School != "" && len(c.InstitutionNumbers) > 0 && !slices.Contains(c.InstitutionNumbers, q.School)
	}
	unsaid := func(c ContactPoint) bool {
		return q.Level == "" && len(c.Levels) > 0 || q.Municipality == 0 && len(c.Municipalities) > 0 || q.School == "" && len(c.InstitutionNumbers) > 0
	}
	asked := func(c ContactPoint) bool { return q.Theme != "" && slices.Contains(c.Themes, q.Theme) }
	plain := func(c ContactPoint) bool { return !c.Primary && len(c.Themes) == 0 && !excludes(c) && !unsaid(c) }
	school := func(c ContactPoint) bool { return len(c.InstitutionNumbers) > 0 }
	place := func(c ContactPoint) bool { return !school(c) && len(c.Municipalities) > 0 }
	level := func(c ContactPoint) bool { return !school(c) && !place(c) && len(c.Levels) > 0 }

	var order []string
	group := func(belongs func(ContactPoint) bool) {
		for _, c := range points {
			if belongs(c) && !slices.Contains(order, c.ID) {
				order = append(order, c.ID)
			}
		}
	}
	group(func(c ContactPoint) bool { return asked(c) && !excludes(c) && !unsaid(c) })
	group(func(c ContactPoint) bool { return asked(c) && !excludes(c) })
	group(func(c ContactPoint) bool { return plain(c) && school(c) })
	group(func(c ContactPoint) bool { return plain(c) && place(c) })
	group(func(c ContactPoint) bool { return plain(c) && level(c) })
	group(plain)
	group(func(c ContactPoint) bool { return c.Primary })
	group(func(c ContactPoint) bool { return len(c.Themes) == 0 && !excludes(c) })
	group(func(c ContactPoint) bool { return !excludes(c) })
	return order
}

func ids(calls []Call) []string {
	var list []string
	for _, c := range calls {
		list = append(list, c.ContactPoint)
	}
	return list
}

func TestCallOrderIsTheGroupsOfTheRule(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		points, q := contactPointsOf().Draw(t, "points"), questionOf().Draw(t, "question")
		for i := range points {
			points[i].Absence = nil
		}
		if got, want := ids(callOrder(points, testNames, false, q, testDay)), groupsOf(points, q); !slices.Equal(got, want) {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

func TestCallOrderWithAbsences(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		points, q := contactPointsOf().Draw(t, "points"), questionOf().Draw(t, "question")
		byID := map[string]ContactPoint{}
		for _, c := range points {
			byID[c.ID] = c
		}
		calls := callOrder(points, testNames, false, q, testDay)
		order := ids(calls)
		seen := map[string]int{}
		for i, c := range calls {
			if _, twice := seen[c.ContactPoint]; twice {
				t.Fatalf("%q stands twice: %q", c.ContactPoint, order)
			}
			if _, known := byID[c.ContactPoint]; !known {
				t.Fatalf("%q is no contact point", c.ContactPoint)
			}
			if c.Reason == "" || c.ReasonCode == "" {
				t.Fatalf("no reason: %+v", c)
			}
			seen[c.ContactPoint] = i
		}
		present := groupsOf(points, q) // who stands in the order without anyone being away
		for _, id := range present {
			if _, there := seen[id]; !there {
				t.Fatalf("%q got lost: %q", id, order)
			}
		}
		stepIn := map[string]bool{}
		for _, c := range points {
			in, found := ContactPoint{}, false
			for next, hops := c, 0; hops < len(points) && next.Absence.covers(testDay); hops++ {
				if next, found = byID[next.Absence.Replacement]; !found {
					break
				}
				in = next
			}
			if !found || in.Absence.covers(testDay) || !slices.Contains(present, c.ID) {
				continue
			}
			stepIn[in.ID] = true
			if seen[in.ID] > seen[c.ID] {
				t.Fatalf("%q is away and stands before %q: %q", c.ID, in.ID, order)
			}
		}
		for _, id := range order {
			if !slices.Contains(present, id) && !stepIn[id] {
				t.Fatalf("%q should be hidden: %q", id, order)
			}
		}
		// Who does not step in keeps their place among the others who do not.
		still := func(list []string) []string {
			return slices.DeleteFunc(slices.Clone(list), func(id string) bool { return stepIn[id] })
		}
		if got, want := still(order), still(present); !slices.Equal(got, want) {
			t.Fatalf("an absence moved others: %q, want %q", got, want)
		}
		if trusted := ids(callOrder(points, testNames, true, q, testDay)); !slices.Equal(trusted, order) {
			t.Fatalf("the order depends on who asks: %q for schools, %q for visitors", trusted, order)
		}
	})
}

func TestQuestionOf(t *testing.T) {
	t.Parallel()
	s := School{Number: "990000", Level: LevelBasic, Locations: []Location{
		{Number: 1, NIS: 24054, Zone: "5389"}, {Number: 2, NIS: 24107, Zone: "5910"}, {Number: 3, NIS: 24041, Zone: "5910"}, {Number: 5, NIS: 24107, Zone: "5910"},
	}}
	for name, tc := range map[string]struct {
		zone     ZoneCode
		location int
		want     NIS
	}{
		"one location in the zone":                {"5389", 0, 24054},
		"several municipalities leave it open":    {"5910", 0, 0},
		"a chosen location settles it":            {"5910", 3, 24041},
		"a location in another zone says nothing": {"5910", 1, 0},
		"no location there":                       {"5340", 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := Question{ThemeDrugs, LevelBasic, tc.want, "990000"}
			if got := QuestionOf(s, tc.zone, tc.location, ThemeDrugs); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}
