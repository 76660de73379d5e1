package main

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"aanspreekpunt/shared/directory"
)

// holds tells in which files of the kept editions of a shelf a text stands.
func (w *world) holds(s Shelf, text string) []string {
	w.t.Helper()
	var where []string
	m := w.manifest(s)
	for _, d := range m.Dates {
		e, err := s.reader().Edition(w.t.Context(), d.Edition)
		if err != nil {
			w.t.Fatal(err)
		}
		for name, data := range w.files(s, e) {
			if strings.Contains(unpacked(w.t, name, data), text) {
				where = append(where, string(d.Date)+" "+name)
			}
		}
	}
	return where
}

func takeOut(value string) func(*event) {
	return func(e *event) { e.Action, e.Value = "takeOut", value }
}

// TestAValueIsTakenOutOfEveryDay: of the open data and of the restricted data of earlier days, all versions of it.
func TestAValueIsTakenOutOfEveryDay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		value  string // as an administrator types it
		forms  []string
		remove func(*directory.ContactPoint)
	}{
		"a number":        {"088/12.34.56", []string{"088 12 34 56", "+3288123456"}, func(p *directory.ContactPoint) { p.Phones = p.Phones[1:] }},
		"an address":      {"Drugs@Voorbeeld.example", []string{"drugs@voorbeeld.example"}, func(p *directory.ContactPoint) { p.Emails = nil }},
		"words":           {"drugspreventie", []string{"Drugspreventie"}, func(p *directory.ContactPoint) { p.Role = "Contact" }},
		"a foreign one":   {"+31 6 1234 5678", []string{"+31612345678", "0031 612 34 56 78"}, func(p *directory.ContactPoint) { p.Phones = nil }},
		"a kept-back one": {canaryPhone, []string{canaryPhone, "088 99 00 11"}, func(p *directory.ContactPoint) { p.Phones = p.Phones[:1] }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			w.wants(0, outcomePublished)
			w.change("5910", func(p *directory.Profile) { p.Phone = "+3216000000" })
			w.wants(1, outcomePublished)
			// Its police have changed it.
			w.change("5910", func(p *directory.Profile) {
				i := 0
				if name == "an address" || name == "words" || name == "a foreign one" {
					i = 1
				}
				c.remove(&p.ContactPoints[i])
			})
			inOpen, inRestricted := len(w.holds(w.Open, c.forms[0])) > 0, len(w.holds(w.Restricted, c.forms[0])) > 0
			if name != "a kept-back one" && !inOpen || !inRestricted {
				t.Fatalf("before: open data %v, restricted data %v", inOpen, inRestricted)
			}

			r, err := w.run(1, takeOut(c.value))
			if err != nil || r.Outcome != outcomePublished && inOpen || len(r.StillPublic) > 0 {
				t.Fatalf("%+v, %v", r, err)
			}
			days := map[bool]int{}
			for _, f := range r.TakenOut {
				days[f.Restricted]++
				if len(f.Zones) != 1 || f.Zones[0] != "5910" {
					t.Errorf("%+v", f)
				}
			}
			if days[true] != 2 || inOpen && days[false] != 2 {
				t.Errorf("%+v", r.TakenOut)
			}
			for _, form := range c.forms {
				for _, s := range []Shelf{w.Open, w.Restricted} {
					if where := w.holds(s, form); len(where) > 0 {
						t.Errorf("%q still stands in %v of %s", form, where, s.Bucket)
					}
				}
			}
			w.whole()
			w.nothingLeft()
			if strings.Contains(w.log.String(), c.value) {
				t.Errorf("the log tells it: %s", w.log)
			}
			if m := w.manifest(w.Open); len(m.Dates) < 2 || m.Dates[0].Date != "2026-11-02" {
				t.Errorf("%+v", m.Dates)
			}
			w.wants(0, outcomeUnchanged)
			w.wants(1, outcomeUnchanged)
		})
	}
}

// TestAValueThatPoliceStillShow is kept out of the open data until they change it, and named by its zone.
func TestAValueThatPoliceStillShow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.wants(0, outcomePublished)
	r, err := w.run(0, takeOut("drugs@voorbeeld.example"))
	if err != nil || r.Outcome != outcomePublished || len(r.StillPublic) != 1 || r.StillPublic[0] != "5910" || len(r.TakenOut) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	if where := w.holds(w.Open, "drugs@voorbeeld.example"); len(where) > 0 {
		t.Errorf("still in %v", where)
	}
	r = w.wants(1, outcomeUnchanged)
	if len(r.StillPublic) != 1 {
		t.Errorf("%+v", r)
	}
	// They keep it for schools: nothing has to be kept out any more.
	w.change("5910", func(p *directory.Profile) { p.ContactPoints[1].Emails[0].Visibility = directory.VisibleSchools })
	if r := w.wants(1, outcomePublished); len(r.StillPublic) > 0 {
		t.Errorf("%+v", r)
	}
	w.change("5910", func(p *directory.Profile) { p.ContactPoints[1].Emails[0].Visibility = directory.VisiblePublic })
	w.wants(1, outcomePublished)
	if where := w.holds(w.Open, "drugs@voorbeeld.example"); len(where) == 0 {
		t.Error("what they made public again is not published")
	}
}

// TestAValueGoesThoughTooMuchWouldVanish: the table is not looked at then, only what is published.
func TestAValueGoesThoughTooMuchWouldVanish(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.wants(0, outcomePublished)
	w.change("5910", func(p *directory.Profile) { p.ContactPoints = p.ContactPoints[:1] })
	w.change("5341", func(p *directory.Profile) { p.ContactPoints = p.ContactPoints[:1] })
	if r, err := w.run(1, nil); !errors.Is(err, errRefused) {
		t.Fatalf("%+v, %v", r, err)
	}
	r, err := w.run(0, takeOut("drugs@voorbeeld.example"))
	if err != nil || r.Outcome != outcomePublished || r.ContactPoints != 4 || r.Reason == "" {
		t.Fatalf("%+v, %v", r, err)
	}
	for _, s := range []Shelf{w.Open, w.Restricted} {
		if where := w.holds(s, "drugs@voorbeeld.example"); len(where) > 0 {
			t.Errorf("still in %v", where)
		}
	}
	if _, err := w.run(1, nil); !errors.Is(err, errRefused) {
		t.Errorf("the next night: %v", err)
	}
}

// TestARunThatBeganBefore publishes nothing after a value was taken out.
func TestARunThatBeganBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.wants(0, outcomePublished)
	was, err := w.Open.now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r, err := w.run(0, takeOut("nergens@voorbeeld.example")); err != nil || r.Outcome != outcomeUnchanged {
		t.Fatalf("%+v, %v", r, err)
	}
	next := was.Manifest
	next.Serial++
	if err := w.Open.swap(t.Context(), was, next); !errors.Is(err, errOvertaken) {
		t.Errorf("%v", err)
	}
}

func TestHowAValueIsRead(t *testing.T) {
	t.Parallel()
	for typed, number := range map[string]string{
		"016 66 55 11": "+3216665511", "+32 16 66 55 11": "+3216665511", "0032-16/66.55.11": "+3216665511", "016665511": "+3216665511",
		"+31 6 12345678": "+31612345678", "1701": "1701",
	} {
		v, err := parseValue(typed)
		if err != nil || !v.isPhone(number) {
			t.Errorf("%q is not %s: %+v, %v", typed, number, v, err)
		}
	}
	for _, typed := range []string{"jan@voorbeeld.example", "Jan Peeters"} {
		if v, err := parseValue(typed); err != nil || v.digits != "" || !v.in("x "+strings.ToUpper(typed)) || v.in("iets anders") {
			t.Errorf("%q: %+v, %v", typed, v, err)
		}
	}
}

// TestATakeOutLeavesWhatIsPublishedMeanwhile: it deletes what others left over, but nothing of a run that began after it
// published.
func TestATakeOutLeavesWhatIsPublishedMeanwhile(t *testing.T) {
	t.Parallel()
	var meanwhile func()
	w := newWorld(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if then := meanwhile; then != nil && r.URL.Query().Has("versions") { // the take-out published, and looks for what to delete
				meanwhile = nil
				then()
			}
			next.ServeHTTP(rw, r)
		})
	})
	w.wants(0, outcomePublished)
	other := *w.Exporter
	meanwhile = func() {
		w.change("5910", func(p *directory.Profile) { p.Phone = "+3216000000" })
		if r, err := other.Handle(t.Context(), event{Time: &w.now}); err != nil || r.Outcome != outcomePublished {
			t.Errorf("%+v, %v", r, err)
		}
	}
	if _, err := w.run(1, takeOut("drugspreventie")); !errors.Is(err, errOvertaken) { // days that the ministry reads still hold it
		t.Errorf("%v, want that it was overtaken", err)
	}
	if w.whole(); w.phone() != "016 00 00 00" {
		t.Error("what was published meanwhile is gone")
	}
	if r, err := w.run(0, takeOut("drugspreventie")); err != nil || r.Restricted == outcomeOvertaken {
		t.Errorf("again: %+v, %v", r, err)
	}
}

// TestANameThatBecameAnIdIsTakenOut, with what refers to it.
func TestANameThatBecameAnIdIsTakenOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.change("5910", func(p *directory.Profile) {
		p.ContactPoints[0].ID, p.ContactPoints[0].Role = "inspecteur-jan-voorbeeld", "Inspecteur Jan Voorbeeld"
		p.ContactPoints[1].Absence.Replacement = "inspecteur-jan-voorbeeld"
	})
	w.wants(0, outcomePublished)
	w.change("5910", func(p *directory.Profile) { p.Phone = "+3216000000" })
	w.wants(1, outcomePublished)
	if where := w.holds(w.Open, "jan-voorbeeld"); len(where) < 8 {
		t.Fatalf("before: %v", where)
	}
	if _, err := w.run(0, takeOut("Jan Voorbeeld")); err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"jan-voorbeeld", "Jan Voorbeeld"} {
		if where := w.holds(w.Open, form); len(where) > 0 {
			t.Errorf("%q still stands in %v", form, where)
		}
	}
	points := rows(t, w.published()["contact-points.csv"])
	if c := find(t, points, "replacement", "aanspreekpunt"); c["id"] != "drugs" || find(t, points, "id", "aanspreekpunt")["role"] != roleWithout {
		t.Errorf("%v", points)
	}
}
