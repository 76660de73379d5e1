package directory

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// merged is the zone that three zones of Limburg became this morning.
func merged(t *testing.T) ZoneFacts {
	t.Helper()
	_, periods, issues := changed(t, northLimburg(), "2026-11-23 5371>5999 Noord-Limburg; 2026-11-23 5372>5999; 2026-11-23 5377>5999")
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	zones := periods[0].Territory.Zones
	return zones[len(zones)-1]
}

func limburgNames(nis NIS) string {
	for _, m := range northLimburg().Municipalities {
		if m.NIS == nis {
			return m.Name
		}
	}
	return nis.String()
}

// before are the profiles of two of the three zones; Kempenland never saved.
func before() map[ZoneCode]Profile {
	year := testNow().AddDate(-1, 0, 0)
	month := testNow().AddDate(0, -1, 0)
	lommel, hano := primaryOnly("5371", year), primaryOnly("5372", month)
	lommel.AssuredAt, hano.AssuredAt = &year, &month
	lommel.ManagementEmail, lommel.Phone, lommel.Partners = "beheer@lommel.example", "+3211000009", []Partner{{PartnerCLB, "CLB Voorbeeld", ""}}
	hano.ContactPoints[1].Municipalities = []NIS{72037}
	hano.ContactPoints[0].Absence = &Absence{From: "2026-11-20", Replacement: "wacht"}
	hano.ContactPoints = append(hano.ContactPoints, ContactPoint{ID: "wacht", Role: "Wacht", Municipalities: []NIS{72043}})
	return map[ZoneCode]Profile{"5371": lommel, "5372": hano}
}

func TestOnTheDayOfAMergerNobodyLosesAnAnswer(t *testing.T) {
	f := merged(t)
	p := f.Effective(before())
	order := func(q Question) string {
		var list []string
		for _, c := range See(f, limburgNames, p, Principal{}, q, testNow()).CallOrder {
			list = append(list, c.ContactPoint+": "+c.Reason)
		}
		return strings.Join(list, "\n")
	}
	for name, c := range map[string]struct {
		q    Question
		want []string
	}{
		"Lommel": {Question{Municipality: 72020}, []string{
			"5371-vast: vast aanspreekpunt (PLP 41), tot nu toe politiezone Lommel",
			"5371-pesten: alleen voor pesten, tot nu toe politiezone Lommel"}},
		"Pelt, about bullying": {Question{Municipality: 72043, Theme: ThemeBullying}, []string{
			"5372-wacht: aanspreekpunt voor Pelt, tot nu toe politiezone HANO, nu ook vervanger",
			"5372-vast: vast aanspreekpunt (PLP 41), tot nu toe politiezone HANO, bel eerst de vervanger"}},
		"Hamont-Achel": {Question{Municipality: 72037}, []string{
			"5372-wacht: vast aanspreekpunt (PLP 41), tot nu toe politiezone HANO, nu via de vervanger",
			"5372-vast: vast aanspreekpunt (PLP 41), tot nu toe politiezone HANO, bel eerst de vervanger",
			"5372-pesten: alleen voor pesten, tot nu toe politiezone HANO"}},
		"Peer": {Question{Municipality: 72030}, nil},
		"the zone's own page": {Question{}, []string{
			"5371-vast: vast aanspreekpunt (PLP 41) voor scholen in Lommel, tot nu toe politiezone Lommel",
			"5372-wacht: vast aanspreekpunt (PLP 41) voor scholen in Hamont-Achel en Pelt, tot nu toe politiezone HANO, nu via de vervanger",
			"5372-vast: vast aanspreekpunt (PLP 41) voor scholen in Hamont-Achel en Pelt, tot nu toe politiezone HANO, bel eerst de vervanger",
			"5371-pesten: alleen voor pesten, voor scholen in Lommel, tot nu toe politiezone Lommel",
			"5372-pesten: alleen voor pesten, voor scholen in Hamont-Achel, tot nu toe politiezone HANO"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := order(c.q); got != strings.Join(c.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", got, strings.Join(c.want, "\n"))
			}
		})
	}
	v := See(f, limburgNames, p, Principal{}, Question{Municipality: 72020}, testNow())
	if v.Phone != "+3211000009" || v.FactsAsOf != "2026-11-23" || v.Version != 0 {
		t.Errorf("Lommel keeps its desk: %+v", v)
	}
	if v := See(f, limburgNames, p, Principal{}, Question{}, testNow()); v.Phone != "" || v.Desk().Kind != ChannelPolitie || len(v.FormerZones) != 3 || v.FormerZones[1].Phone != "" {
		t.Errorf("the zone itself has no desk yet, and HANO took its number away: %+v", v)
	}
	if point, _ := v.Point("5372-vast"); point.FormerZone != "5372" || !slices.Equal(point.Municipalities, []NIS{72037, 72043}) || point.WithheldPhones != 1 || len(point.Phones) > 0 {
		t.Errorf("as everybody sees it: %+v", point)
	}
	if p.AssuredAt != nil || len(p.Partners) != 1 || !slices.Equal(p.ManagementEmails(), []string{"beheer@lommel.example"}) {
		t.Errorf("%+v", p)
	}
	if _, err := p.Confirmed(testNow()); !errors.Is(err, ErrUndecided) {
		t.Errorf("confirmed: %v", err)
	}
}

func TestTheFirstSaveDecides(t *testing.T) {
	f := merged(t)
	saved := before()
	proposed := f.Effective(saved).Proposed()
	check := Validation{Zone: f, Schools: testValidation().Schools}
	if _, issues := check.Check(proposed.Input()); told(issues) != "contactPoints onePrimary" {
		t.Errorf("several primary points: %s", told(issues))
	}
	if got := proposed.ContactPoints[0].Municipalities; !slices.Equal(got, []NIS{72020}) || proposed.ContactPoints[0].Origin != nil {
		t.Errorf("Lommel's point is proposed for %v", got)
	}
	in := proposed.Input()
	in.ContactPoints[2].Primary = true
	checked, issues := check.Check(in)
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	next := proposed.Saved(checked, testNow())
	saved["5999"] = next
	after := f.Effective(saved)
	if next.Undecided() || after.Undecided() || after.Version != 1 || !reflect.DeepEqual(*after, canonical(next)) {
		t.Errorf("after the save: %+v", after)
	}
	if _, err := after.Confirmed(testNow()); err != nil {
		t.Errorf("confirmed: %v", err)
	}
}

func TestAZoneThatTakesAMunicipalityInKeepsItsOwn(t *testing.T) {
	_, periods, issues := changed(t, northLimburg(), "2026-11-23 72037>5371; 2026-11-23 72043>72020")
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	saved := before()
	own := saved["5371"]
	own.ContactPoints[1].Municipalities = []NIS{72020}
	f := periods[0].Territory.Zones[0]
	of := func(nis NIS) string {
		var list []string
		for _, c := range See(f, limburgNames, f.Effective(saved), Principal{}, Question{Municipality: nis}, testNow()).CallOrder {
			list = append(list, c.ContactPoint)
		}
		return strings.Join(list, " ")
	}
	if got := of(72037); got != "5372-wacht 5372-vast 5372-pesten" {
		t.Errorf("Hamont-Achel, which came: %s", got)
	}
	if got := of(72020); got != "5372-wacht vast 5372-vast pesten" {
		t.Errorf("Lommel, which took Pelt in: %s", got)
	}
	// A save that changes nothing decides, too.
	saved["5371"] = saved["5371"].Saved(saved["5371"].Input(), testNow().Add(time.Hour))
	if got := of(72037); got != "vast" {
		t.Errorf("decided: %s", got)
	}
	// Where the zone of before had nobody, there is somebody now.
	delete(saved, "5372")
	saved["5371"] = own
	if got := of(72037); got != "vast" {
		t.Errorf("nobody before: %s", got)
	}
}

func TestAZoneOfMergedMunicipalitiesKeepsItsLimits(t *testing.T) {
	_, periods, issues := changed(t, northLimburg(), "2026-11-23 72037>72099 Hamont-Pelt; 2026-11-23 72043>72099")
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	f := periods[0].Territory.Zones[1]
	p := f.Effective(before())
	if p.Undecided() || !slices.Equal(p.ContactPoints[2].Municipalities, []NIS{72099}) || len(f.Sources()) > 0 {
		t.Errorf("%+v", p)
	}
	if got := (ZoneFacts{Code: "5371"}).Effective(nil); got != nil {
		t.Errorf("nothing saved and nothing taken over: %+v", got)
	}
}

func TestAPointForWhatWentAwayIsCalledByNobody(t *testing.T) {
	_, periods, issues := changed(t, northLimburg(), "2026-11-23 72037>5371")
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	f := periods[0].Territory.Zones[1]
	v := See(f, limburgNames, f.Effective(before()), Principal{}, Question{}, testNow())
	for _, call := range v.CallOrder {
		if call.ContactPoint == "pesten" {
			t.Errorf("of HANO, for Hamont-Achel: %+v", call)
		}
	}
	if _, kept := v.Point("pesten"); !kept || len(v.CallOrder) != 2 {
		t.Errorf("its police still keep it: %+v", v)
	}
}

func TestWhatAnEndedZoneKeptIsForgottenOnceNobodyShowsIt(t *testing.T) {
	f := merged(t)
	saved := before()
	ended := func(code ZoneCode) string {
		return map[ZoneCode]string{"5371": "2026-11-23", "5372": "2026-11-23"}[code]
	}
	outlived := func(days int) string {
		var codes []string
		for _, p := range Outlived([]ZoneFacts{f}, ended, saved, DayOf(testNow().AddDate(0, 0, days))) {
			codes = append(codes, string(p.Code))
		}
		return strings.Join(codes, " ")
	}
	if got := outlived(2 * PersonalDays); got != "" {
		t.Errorf("%s is forgotten while it is shown", got)
	}
	saved["5999"] = primaryOnly("5999", testNow())
	if got := outlived(PersonalDays - 1); got != "" {
		t.Errorf("%s is forgotten too early", got)
	}
	if got := outlived(PersonalDays); got != "5371 5372" {
		t.Errorf("forgotten: %q", got)
	}
	for code, p := range saved {
		saved[code] = Skeleton(p)
	}
	if got := outlived(PersonalDays); got != "" {
		t.Errorf("%s is forgotten twice", got)
	}
}

func TestLongIdsOfTakenOverPointsStayApart(t *testing.T) {
	f := merged(t)
	long := strings.Repeat("a", maxIDLength)
	saved := map[ZoneCode]Profile{"5371": {Code: "5371", Version: 1, ContactPoints: []ContactPoint{{ID: long[1:] + "b", Role: "A"}, {ID: long, Role: "B"}}}}
	ids := pointIDs(*f.Effective(saved))
	if len(ids) != 2 || ids[0] == ids[1] || !validID(ids[0]) || !validID(ids[1]) {
		t.Errorf("%q", ids)
	}
}
