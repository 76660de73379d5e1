package main

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/facts/factstest"
)

// formOfZone is a zone as the pages carry it.
func formOfZone(in directory.ZoneInput) url.Values {
	v := url.Values{}
	for _, f := range fields(in) {
		v.Add(f.Name, f.Value)
	}
	return v
}

// TestFormsCarryTheWholeZone writes every demonstration zone as a form and reads the same zone back.
func TestFormsCarryTheWholeZone(t *testing.T) {
	t.Parallel()
	for _, p := range demonstration.Profiles(factstest.Territory(), today) {
		got := p.Saved(readForm(formOfZone(p.Input())).in, today)
		if !directory.Same(p, got) {
			t.Errorf("%s: %v", p.Code, directory.Diff(p, got, directory.Names{}))
		}
	}
}

func TestClockAndDayAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"8": "08:00", "08:30": "08:30", "8.30": "08:30", "8u30": "08:30", "16u": "16:00", "16 uur": "16:00", "0830": "08:30",
		"24:00": "24:00", "8:5": "8:5", "half negen": "half negen", "": "", "8:30:00": "8:30:00", "99": "99:00"} {
		if got := clock(typed); got != want {
			t.Errorf("clock(%q) = %q, want %q", typed, got, want)
		}
	}
	for typed, want := range map[string]directory.Day{"2026-12-04": "2026-12-04", "4/12/2026": "2026-12-04", "04-12-2026": "2026-12-04", "31.2.2026": "2026-02-31",
		"morgen": "morgen", "": "", "4/12/26": "4/12/26"} {
		if got := day(typed); got != want {
			t.Errorf("day(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestHoursOfTheSameSpanShareARow(t *testing.T) {
	t.Parallel()
	var hours []directory.OpeningHours
	for day := 1; day <= 5; day++ {
		hours = append(hours, directory.OpeningHours{Day: day, Opens: "08:00", Until: "12:00"}, directory.OpeningHours{Day: day, Opens: "13:00", Until: "16:30"})
	}
	hours = append(hours, directory.OpeningHours{Day: 6, Opens: "08:00", Until: "12:00"}, directory.OpeningHours{})
	var got []string
	for _, r := range hourRows(hours) {
		got = append(got, fmt.Sprint(r.Day, " ", r.Opens, "-", r.Until, " ", r.of))
	}
	want := []string{"1-5 08:00-12:00 [0 2 4 6 8]", "1-5 13:00-16:30 [1 3 5 7 9]", "6 08:00-12:00 [10]", " - [11]"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestFormsThatNoPageMade sends what no browser of ours would: each answer is a page, and nothing is saved.
func TestFormsThatNoPageMade(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.seed(t)
	good := formIn(t, s.look(police, edit5910).Body.String())
	huge := with(good, "contactPoints[0].role", strings.Repeat("é", 50_000), "actie", "samenvatting")
	tooMany := url.Values{"actie": {"samenvatting"}, "versie": {"1"}}
	for i := range 300 {
		tooMany.Set(fmt.Sprintf("contactPoints[%d].role", i), "Dienst")
	}
	rows := with(good, "actie", "samenvatting")
	for i := range 300 {
		rows.Set(fmt.Sprintf("contactPoints[0].phones[%d].number", i), "016")
	}
	twice := with(good, "actie", "samenvatting")
	twice["contactPoints[0].role"] = []string{"Eerste", "Tweede"}
	twice["contactPoints[1].id"] = []string{"vast-aanspreekpunt", "x"}
	unknown := with(good, "actie", "samenvatting", "contactPoints[0].geheim", "x", "contactPoints[-1].role", "x", "contactPoints[007].role", "x",
		"contactPoints[99999999999999999999].role", "x", "contactPoints[].role", "x", "contactPoints[0]role", "x", "version", "99", "assuredAt", "2000-01-01")
	for name, f := range map[string]struct {
		form   url.Values
		status int
	}{
		"nothing":                     {url.Values{}, 400},
		"only a button":               {url.Values{"actie": {"bewaren"}}, 400},
		"an unknown button":           {with(good, "actie", "wissen"), 200},
		"unknown fields":              {unknown, 200},
		"fields that repeat":          {twice, 400},
		"100 kB in a field":           {huge, 400},
		"too many points":             {tooMany, 400},
		"too many rows":               {rows, 400},
		"a version to come":           {with(good, "versie", "77", "phone", "016 88 00 01", "actie", "bewaren"), 409},
		"a version that is no number": {with(good, "versie", "-1e9", "phone", "016 88 00 01", "actie", "bewaren"), 409},
		"a restoration of nothing":    {url.Values{"actie": {"herstellen"}, "herstel": {"99"}}, 404},
		"choices without a conflict":  {with(good, "actie", "samenvoegen", "keuze[phone]", "mijn", "huidig", "1"), 200},
		"hostile days":                {with(good, "actie", "samenvatting", "contactPoints[0].openingHours[0].day", "9", "contactPoints[0].absence.from", "2026-02-31", "reminderDays", "1e3"), 400},
		"hostile choices":             {with(good, "actie", "samenvatting", "contactPoints[0].themes", "<b>", "contactPoints[0].nameVisibility", "all", "contactPoints[0].municipalities", "1", "primary", "77", "contactPoints[0].absence.replacement", "#9"), 400},
	} {
		page := wantPage(t, s.post(police, edit5910, f.form), f.status)
		if !strings.Contains(page, "<h1>") || strings.Contains(page, "<b>") {
			t.Errorf("%s: %s", name, page)
		}
		everyErrorLeadsSomewhere(t, name, page)
	}
	if w := s.post(police, edit5910, with(good, "email", strings.Repeat("x", largestForm))); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("over the limit: %d", w.Code)
	}
	if s.stored(t, "5910").Version != 1 {
		t.Error("something was saved")
	}
}

var (
	errorLink = regexp.MustCompile(`<li><a href="#([^"]*)">`)
	anyID     = regexp.MustCompile(` id="([^"]*)"`)
)

// everyErrorLeadsSomewhere follows the links at the top of a page, and holds ids to be there once.
func everyErrorLeadsSomewhere(t *testing.T, name, page string) {
	t.Helper()
	ids := map[string]bool{}
	for _, m := range anyID.FindAllStringSubmatch(page, -1) {
		if ids[m[1]] {
			t.Errorf("%s: two elements have the id %q", name, m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range errorLink.FindAllStringSubmatch(page, -1) {
		if !ids[m[1]] {
			t.Errorf("%s: no element for the error at %q", name, m[1])
		}
	}
}

// TestHostileTextInEveryField types what means harm into each field in turn: it is refused at its field or kept as
// text, shown again as it was typed, and never markup.
func TestHostileTextInEveryField(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.seed(t)
	good := formIn(t, s.look(police, edit5910).Body.String())
	for _, value := range []string{`"><script>alert(1)</script>' onfocus='alert(1) </select><img src=x onerror=alert(1)>{{.Secret}}`, "javascript:alert(1)"} {
		for name := range good {
			if name == "versie" {
				continue
			}
			w := s.post(police, edit5910, with(good, name, value, "actie", "samenvatting"))
			page := w.Body.String()
			if w.Code != 200 && w.Code != 400 {
				t.Errorf("%s: %d", name, w.Code)
			}
			if strings.Contains(page, "<script>") || strings.Contains(page, "<img src=x") || strings.Contains(page, `href="javascript:`) || strings.Contains(page, ` onfocus='`) {
				t.Errorf("%s: %q is markup", name, value)
			}
			if w.Code == 400 && !strings.HasSuffix(name, ".kind") && !strings.Contains(name, "openingHours") && !strings.Contains(name, "reminder") && !strings.Contains(name, "municipalities") &&
				name != "primary" && !strings.Contains(html.UnescapeString(page), value) {
				t.Errorf("%s: what was typed is gone", name)
			}
			everyErrorLeadsSomewhere(t, name, page)
		}
	}
}
