package demonstration_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/infra/reference"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/schoollist"
)

func territory(t *testing.T) directory.Territory {
	t.Helper()
	terr, err := facts.ReadTerritory(reference.FS)
	if err != nil {
		t.Fatal(err)
	}
	return terr
}

// rows reads the list as the plain CSV it is, by column name.
func rows(t *testing.T, terr directory.Territory) []map[string]string {
	t.Helper()
	data, found := bytes.CutPrefix(demonstration.SchoolList(terr), []byte("\ufeff"))
	if !found {
		t.Fatal("no byte order mark")
	}
	if bytes.ContainsRune(data, '\n') || !bytes.HasSuffix(data, []byte("\"\r")) {
		t.Fatal("lines do not end in a bare carriage return")
	}
	r := csv.NewReader(bytes.NewReader(bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))))
	r.Comma = ';'
	records, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]string
	for _, rec := range records[1:] {
		row := map[string]string{}
		for i, column := range records[0] {
			row[column] = rec[i]
		}
		list = append(list, row)
	}
	return list
}

// The zone number 088 was never given out in Belgium: nobody's telephone can ring.
var (
	silentNational = regexp.MustCompile(`^088 \d\d \d\d \d\d$`)
	silent         = regexp.MustCompile(`^\+3288\d{6}$`)
)

func TestEverySchoolIsVisiblyADemonstration(t *testing.T) {
	t.Parallel()
	number := regexp.MustCompile(`^99\d{4}$`)
	for _, r := range rows(t, territory(t)) {
		if !strings.HasSuffix(r["naam"], " (voorbeeld)") || !number.MatchString(r["schoolnummer"]) ||
			!silentNational.MatchString(r["telefoon"]) || !strings.HasSuffix(r["e-mail"], ".example") || !strings.HasSuffix(r["website"], ".example") {
			t.Errorf("not a demonstration: %v", r)
		}
	}
}

func TestEveryMunicipalityHasTwoSchoolsAtRealPlaces(t *testing.T) {
	t.Parallel()
	terr := territory(t)
	type placed struct{ postcode, name, nis string }
	real := map[placed]bool{}
	for _, p := range terr.Places {
		real[placed{p.Postcode, p.Name, p.NIS.String()}] = true
	}
	schools := map[string]map[string]bool{}
	levels, submunicipalities, homonyms := map[string]int{}, 0, map[string]int{}
	seen := map[[2]string]bool{}
	for _, r := range rows(t, terr) {
		if !real[placed{r["postcode"], r["gemeente"], r["niscode"]}] {
			t.Errorf("%s lies in %s %s, which is not in %s", r["naam"], r["postcode"], r["gemeente"], r["niscode"])
		}
		if id := [2]string{r["schoolnummer"], r["intern_vplnummer"]}; seen[id] {
			t.Errorf("%v stands there twice", id)
		} else {
			seen[id] = true
		}
		if schools[r["niscode"]] == nil {
			schools[r["niscode"]] = map[string]bool{}
		}
		schools[r["niscode"]][r["schoolnummer"]] = true
		levels[r["onderwijsniveau"]]++
		homonyms[r["naam"]]++
		if terr.Names()(mustNIS(t, r["niscode"])) != r["gemeente"] {
			submunicipalities++
		}
	}
	for _, m := range terr.Municipalities {
		if n := len(schools[m.NIS.String()]); n < 2 {
			t.Errorf("%s has %d schools", m.Name, n)
		}
	}
	for _, level := range []string{"BaO", "SO", "DKO", "VWO"} {
		if levels[level] < 20 {
			t.Errorf("%d schools of level %s", levels[level], level)
		}
	}
	if submunicipalities < 200 {
		t.Errorf("only %d schools in submunicipalities", submunicipalities)
	}
	for _, name := range []string{"De Regenboog (voorbeeld)", "Vrije Basisschool (voorbeeld)", "Gemeentelijke Basisschool (voorbeeld)"} {
		if homonyms[name] < 20 {
			t.Errorf("%d schools are called %s", homonyms[name], name)
		}
	}
}

func mustNIS(t *testing.T, s string) directory.NIS {
	t.Helper()
	nis, err := directory.ParseNIS(s)
	if err != nil {
		t.Fatal(err)
	}
	return nis
}

// TestTheListReadsLikeTheMinistrys puts the list through the same reader as the real one.
func TestTheListReadsLikeTheMinistrys(t *testing.T) {
	t.Parallel()
	terr := territory(t)
	list, err := schoollist.Read([]schoollist.File{{Name: "voorbeeld.csv", Data: demonstration.SchoolList(terr)}}, terr, directory.DayOf(moments()[0]))
	if err != nil {
		t.Fatal(err)
	}
	if len(list.Problems) > 0 {
		t.Fatalf("%d problems, such as %+v", len(list.Problems), list.Problems[0])
	}
	byNumber := map[directory.InstitutionNumber]directory.School{}
	levels := map[directory.Level]bool{}
	for _, s := range list.Schools {
		byNumber[s.Number] = s
		levels[s.Level] = true
	}
	if len(levels) != len(directory.Levels()) {
		t.Errorf("levels: %v", slices.Collect(maps.Keys(levels)))
	}
	for number, want := range map[directory.InstitutionNumber][]struct {
		zone     directory.ZoneCode
		postcode string
	}{
		demonstration.ThreeLocations:   {{"5389", "3470"}, {"5910", "3300"}, {"5910", "3300"}},
		demonstration.KortenakenSchool: {{"5389", "3470"}},
		demonstration.TienenSchool:     {{"5910", "3470"}},
		demonstration.TienenSecondary:  {{"5910", "3300"}},
	} {
		s := byNumber[number]
		if len(s.Locations) != len(want) {
			t.Errorf("%s: %+v", number, s)
			continue
		}
		for i, l := range s.Locations {
			if l.Zone != want[i].zone || l.Postcode != want[i].postcode || l.HeadOffice != (i == 0) {
				t.Errorf("%s, location %d: %+v", number, i+1, l)
			}
		}
	}
	if byNumber[demonstration.TienenSecondary].Level != directory.LevelSecondary {
		t.Errorf("%+v", byNumber[demonstration.TienenSecondary])
	}
}

func TestTheDataIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	terr := territory(t)
	if !bytes.Equal(demonstration.SchoolList(terr), demonstration.SchoolList(territory(t))) {
		t.Error("the school list differs")
	}
	at := func(now time.Time) string {
		b, err := json.Marshal(demonstration.Profiles(terr, now))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, directory.Brussels)
	if at(now) != at(now.Add(8*time.Hour)) {
		t.Error("the profiles differ within a day")
	}
	days := regexp.MustCompile(`"\d{4}-\d\d-\d\d[^"]*"`)
	if later := now.AddDate(1, 0, 0); at(now) == at(later) || days.ReplaceAllString(at(now), "day") != days.ReplaceAllString(at(later), "day") {
		t.Error("more than days depends on now")
	}
}

// moments are days on which dates are easily reckoned wrong: an ordinary one, both changes of the clock, a leap
// day, and the hour before and after midnight.
func moments() []time.Time {
	at := func(y int, m time.Month, d, h, min int) time.Time {
		return time.Date(y, m, d, h, min, 0, 0, directory.Brussels)
	}
	return []time.Time{at(2026, 11, 23, 14, 0), at(2026, 3, 29, 4, 0), at(2026, 10, 25, 0, 30), at(2028, 2, 29, 23, 30), at(2027, 1, 1, 0, 0)}
}

func TestEveryProfileIsVisiblyADemonstration(t *testing.T) {
	t.Parallel()
	terr := territory(t)
	zones := map[directory.ZoneCode]directory.ZoneFacts{}
	for _, z := range terr.Zones {
		zones[z.Code] = z
	}
	numbers := map[string]bool{}
	for _, p := range demonstration.Profiles(terr, moments()[0]) {
		z := zones[p.Code]
		if p.Phone != z.Phone || p.Email != z.Email || p.Website != z.Website || p.Address != z.Address {
			t.Errorf("zone %s lost its real desk: %+v", p.Code, p)
		}
		if !strings.HasSuffix(p.ManagementEmail, "@voorbeeld.example") {
			t.Errorf("zone %s: %s", p.Code, p.ManagementEmail)
		}
		for _, partner := range p.Partners {
			if !strings.HasSuffix(partner.Name, "(voorbeeld)") || partner.Website != "" && !strings.HasSuffix(partner.Website, ".example") {
				t.Errorf("zone %s: %+v", p.Code, partner)
			}
		}
		for _, c := range p.ContactPoints {
			if c.Name != "" && !strings.HasPrefix(c.Name, "Voorbeeld ") {
				t.Errorf("zone %s: %s", p.Code, c.Name)
			}
			for _, ph := range c.Phones {
				if !silent.MatchString(ph.Number) || numbers[ph.Number] {
					t.Errorf("zone %s: %s could ring, or is given twice", p.Code, ph.Number)
				}
				numbers[ph.Number] = true
			}
			for _, e := range c.Emails {
				if !strings.HasSuffix(e.Address, "@voorbeeld.example") {
					t.Errorf("zone %s: %s", p.Code, e.Address)
				}
			}
		}
	}
}

func TestProfilesAreOnesThatPoliceCouldSave(t *testing.T) {
	t.Parallel()
	terr := territory(t)
	zones := map[directory.ZoneCode]directory.ZoneFacts{}
	for _, z := range terr.Zones {
		zones[z.Code] = z
	}
	id := regexp.MustCompile(`^[a-z0-9-]+$`)
	for _, p := range demonstration.Profiles(terr, moments()[0]) {
		primaries, seen := 0, map[string]bool{}
		for _, c := range p.ContactPoints {
			if c.Primary {
				primaries++
			}
			if !id.MatchString(c.ID) || seen[c.ID] || c.Role == "" || len(c.Phones)+len(c.Emails) == 0 {
				t.Errorf("zone %s: %+v", p.Code, c)
			}
			seen[c.ID] = true
			for _, nis := range c.Municipalities {
				if !slices.Contains(zones[p.Code].Municipalities, nis) {
					t.Errorf("zone %s: %d is not one of its municipalities", p.Code, nis)
				}
			}
			if len(c.OpeningHours) > 0 {
				if _, ok := directory.ReachAt(c.OpeningHours, moments()[0]); !ok {
					t.Errorf("zone %s: %v", p.Code, c.OpeningHours)
				}
			}
		}
		for _, c := range p.ContactPoints {
			if c.Absence != nil && (c.Absence.Replacement == c.ID || !seen[c.Absence.Replacement]) {
				t.Errorf("zone %s: %+v", p.Code, c.Absence)
			}
		}
		if primaries != 1 || p.Version != 1 || p.ModifiedAt == nil {
			t.Errorf("zone %s: %d primary contact points, version %d, modified %v", p.Code, primaries, p.Version, p.ModifiedAt)
		}
	}
}

func TestEveryStateIsThereWhateverTheDay(t *testing.T) {
	t.Parallel()
	terr := territory(t)
	for _, now := range moments() {
		profiles := map[directory.ZoneCode]directory.Profile{}
		states := map[directory.Freshness]int{}
		for _, p := range demonstration.Profiles(terr, now) {
			profiles[p.Code] = p
			states[directory.FreshnessOf(p.AssuredAt, now)]++
			if p.ModifiedAt.After(now) || p.AssuredAt != nil && p.AssuredAt.After(now) {
				t.Errorf("%s: zone %s is of later", now, p.Code)
			}
		}
		if none := len(terr.Zones) - len(profiles); none < 5 || none > 15 {
			t.Errorf("%s: %d zones keep nothing", now, none)
		}
		for _, f := range []directory.Freshness{directory.FreshnessFresh, directory.FreshnessAgeing, directory.FreshnessStale, directory.FreshnessUnconfirmed} {
			if states[f] < 8 {
				t.Errorf("%s: %d zones are %s", now, states[f], f)
			}
		}

		see := func(code directory.ZoneCode, who directory.Principal, q directory.Question) directory.ZoneView {
			i := slices.IndexFunc(terr.Zones, func(z directory.ZoneFacts) bool { return z.Code == code })
			p := profiles[code]
			return directory.See(terr.Zones[i], terr.Names(), &p, who, q, now)
		}
		admin := directory.Principal{Role: directory.RoleAdmin}

		guide := see(demonstration.GuideZone, directory.Principal{}, directory.Question{Theme: directory.ThemeTruancy})
		withheld := 0
		for _, c := range guide.ContactPoints {
			withheld += c.Withheld
		}
		if guide.Freshness != directory.FreshnessFresh || withheld == 0 || len(guide.CallOrder) < 2 ||
			guide.CallOrder[0].ReasonCode != directory.ReasonTheme || guide.CallOrder[1].ReasonCode != directory.ReasonPrimary {
			t.Errorf("%s: the guide zone is %s, keeps %d values, order %+v", now, guide.Freshness, withheld, guide.CallOrder)
		}

		absent := see(demonstration.AbsentZone, admin, directory.Question{})
		if len(absent.CallOrder) < 2 || absent.CallOrder[0].ReasonCode != directory.ReasonReplacement ||
			!strings.HasPrefix(absent.CallOrder[0].Reason, "vervangt het vast aanspreekpunt tot en met ") {
			t.Errorf("%s: the absent zone's order is %+v", now, absent.CallOrder)
		}
	}
}

func TestProfilesShowWhatAContactPointCanHave(t *testing.T) {
	t.Parallel()
	have := map[string]int{}
	count := func(what string, there bool) {
		if there {
			have[what]++
		}
	}
	for _, p := range demonstration.Profiles(territory(t), moments()[0]) {
		count("partners", len(p.Partners) > 0)
		for _, c := range p.ContactPoints {
			count("themes", len(c.Themes) > 0)
			count("levels", len(c.Levels) > 0)
			count("municipalities", len(c.Municipalities) > 0)
			count("languages", len(c.Languages) > 0)
			count("public hours", len(c.OpeningHours) > 0 && c.OpeningHoursPublic)
			count("hours for schools", len(c.OpeningHours) > 0 && !c.OpeningHoursPublic)
			count("availability", c.Availability != "")
			count("absence", c.Absence != nil)
			count("service without a name", c.Name == "")
			count("public number", slices.ContainsFunc(c.Phones, func(ph directory.Phone) bool { return ph.Visibility == directory.VisiblePublic }))
			count("number for schools", slices.ContainsFunc(c.Phones, func(ph directory.Phone) bool { return ph.Visibility == directory.VisibleSchools }))
		}
	}
	for _, what := range []string{"partners", "themes", "levels", "municipalities", "languages", "public hours", "hours for schools",
		"availability", "absence", "service without a name", "public number", "number for schools"} {
		if have[what] < 3 {
			t.Errorf("%d × %s", have[what], what)
		}
	}
}

func TestCoverageGrowsUpToToday(t *testing.T) {
	t.Parallel()
	terr, now := territory(t), time.Date(2026, 11, 23, 10, 0, 0, 0, directory.Brussels)
	counts := demonstration.Coverage(terr, now)
	first, last := counts[0], counts[len(counts)-1]
	if first.Day != "2025-11-24" || last.Day != "2026-11-23" || len(counts) != 53 {
		t.Fatalf("%d counts from %s to %s", len(counts), first.Day, last.Day)
	}
	if a, b := first.Total(), last.Total(); a.Zones != len(terr.Zones) || b.Zones != len(terr.Zones) || a.WithContactPoint >= b.WithContactPoint || b.Fresh == 0 || b.Ageing == 0 || b.Stale == 0 || b.None == 0 {
		t.Errorf("first %+v, last %+v", a, b)
	}
}
