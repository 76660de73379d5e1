package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/mail"
)

var update = flag.Bool("update", false, "write testdata anew")

// The two years of the story: four changes of the clock and a leap day lie in them.
const firstDay, lastDay = directory.Day("2026-11-02"), directory.Day("2028-11-01")

// deed is what police do on a day, at an hour in Brussels, after that day's run.
type deed struct {
	day   directory.Day
	hour  string // "15:00"; a run is at six
	code  directory.ZoneCode
	words string
	do    func(*directory.Profile, time.Time)
}

func confirms(p *directory.Profile, at time.Time) { p.AssuredAt = &at }

func reachable(p *directory.Profile, _ time.Time) {
	p.ManagementEmail = "beheer." + string(p.Code) + "@politie.example"
}

func both(deeds ...func(*directory.Profile, time.Time)) func(*directory.Profile, time.Time) {
	return func(p *directory.Profile, at time.Time) {
		for _, do := range deeds {
			do(p, at)
		}
	}
}

func remindedBefore(days ...int) func(*directory.Profile, time.Time) {
	return func(p *directory.Profile, _ time.Time) { p.ReminderDays = days }
}

// away has a contact point absent from a first day to a last one.
func away(id string, from, until directory.Day) func(*directory.Profile, time.Time) {
	return func(p *directory.Profile, _ time.Time) {
		i := slices.IndexFunc(p.ContactPoints, func(c directory.ContactPoint) bool { return c.ID == id })
		p.ContactPoints[i].Absence = &directory.Absence{From: from, Until: until}
	}
}

var deeds = []deed{
	{"2026-03-12", "10:00", "5910", "bevestigt", both(reachable, confirms)},
	{"2026-10-31", "00:30", "5905", "bevestigt, een half uur na middernacht", both(reachable, confirms)},
	{"2026-11-01", "12:00", "5350", "bevestigt, en wil 60 en 14 dagen vooraf een mail", both(reachable, confirms, remindedBefore(60, 14))},
	{"2026-11-01", "12:00", "5341", "bewaart, zonder beheeradres", func(*directory.Profile, time.Time) {}},
	{"2026-11-01", "12:00", "5388", "bewaart, met beheeradres", reachable},
	{"2026-11-22", "15:00", "5388", "bevestigt", confirms},
	{"2026-12-12", "15:00", "5341", "vult een beheeradres in", reachable},
	{"2027-01-10", "15:00", "5344", "bewaart en bevestigt, met beheeradres", both(reachable, confirms)},
	{"2027-02-01", "15:00", "5341", "bevestigt", confirms},
	{"2027-02-20", "15:00", "5910", "bevestigt", confirms},
	{"2027-02-27", "15:00", "5905", "jeugd is afwezig van 1 maart tot en met 4 april 2027", away("jeugd", "2027-03-01", "2027-04-04")},
	{"2027-04-01", "15:00", "5905", "… en blijft langer afwezig, tot en met 30 april", away("jeugd", "2027-03-01", "2027-04-30")},
	{"2027-05-09", "15:00", "5905", "jeugd is afwezig van 10 tot en met 14 mei", away("jeugd", "2027-05-10", "2027-05-14")},
	{"2027-06-01", "15:00", "5905", "onthaal is afwezig zonder einddatum", away("onthaal", "2027-06-01", "")},
	{"2027-09-10", "15:00", "5350", "wil alleen 90 dagen vooraf een mail", remindedBefore(90)},
	{"2027-10-20", "15:00", "5350", "wil weer mails zoals iedereen", remindedBefore()},
	{"2027-11-05", "15:00", "5350", "bevestigt", confirms},
	{"2027-11-19", "15:00", "5905", "jeugd is afwezig tot en met 28 januari 2028, onthaal tot en met 24 december", both(away("jeugd", "2027-11-19", "2028-01-28"), away("onthaal", "2027-06-01", "2027-12-24"))},
	{"2027-12-31", "15:00", "5344", "bevestigt", confirms},
	{"2028-01-10", "15:00", "5388", "bevestigt", confirms},
	{"2028-02-29", "23:30", "5910", "bevestigt, een half uur voor middernacht", confirms},
	{"2028-03-01", "15:00", "5341", "bevestigt", confirms},
	{"2028-04-01", "15:00", "5905", "bevestigt, en de twee zijn terug", both(confirms, func(p *directory.Profile, _ time.Time) {
		for i := range p.ContactPoints {
			p.ContactPoints[i].Absence = nil
		}
	})},
}

// troubles are the days on which something went wrong. From the 20th of November 2027 on nothing ran for two months.
var troubles = map[directory.Day]string{
	"2027-11-01": "SES antwoordt niet",
	"2028-02-13": "de run sterft na het versturen",
	"2028-08-06": "de run sterft voor het versturen",
	"2028-10-28": "SES weigert",
}

func down(day directory.Day) bool { return "2027-11-20" <= day && day <= "2028-01-25" }

// TestTwoYears lives through two years of days and counts every mail. testdata/two-years.txt has them, to be read;
// -update writes it anew.
func TestTwoYears(t *testing.T) {
	t.Parallel()
	const golden = "testdata/two-years.txt"
	first, second := twoYears(t, true), twoYears(t, false)
	if first != second {
		t.Error("the same two years with one run a day gave other mails than with two")
	}
	if *update {
		if err := os.WriteFile(filepath.FromSlash(golden), []byte(first), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(filepath.FromSlash(golden))
	if err != nil {
		t.Fatal(err)
	}
	got, wanted := strings.Split(first, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(got), len(wanted)) {
		if i >= len(got) || i >= len(wanted) || got[i] != wanted[i] {
			t.Fatalf("line %d:\n got %q\nwant %q", i+1, append(got, "")[min(i, len(got))], append(wanted, "")[min(i, len(wanted))])
		}
	}
}

// twoYears gives the story. Twice: each day has a second run, which mails nothing.
func twoYears(t *testing.T, twice bool) string {
	t.Helper()
	w := world{t: t, outbox: &outbox{}, log: &strings.Builder{}}
	table := dynamotest.New(t)
	w.store = dynamo.New(table.Client, table.Name)
	w.Reminder = reminder(&w)
	var story strings.Builder
	left, mails, forgotten := slices.Clone(deeds), 0, 0
	for day := deeds[0].day; day <= lastDay; day = day.Plus(1) {
		weekday := []string{"zo", "ma", "di", "wo", "do", "vr", "za"}[day.Start().Weekday()]
		if day >= firstDay && !down(day) {
			run := clock(t, day, "06:00")
			sent, done := w.tellRun(&story, day, weekday, run)
			mails, forgotten = mails+sent, forgotten+done.Personal
			if twice && troubles[day] == "" { // and once more, after whatever another run may have claimed ran out
				if _, again, err := w.run(run.Add(time.Hour)); len(again) > 0 || err != nil {
					t.Errorf("%s: the second run mailed %d times, %v", day, len(again), err)
				}
			}
		}
		for len(left) > 0 && left[0].day == day {
			d := left[0]
			left = left[1:]
			w.save(d.code, clock(t, day, d.hour), d.do)
			fmt.Fprintf(&story, "%s %s %s  %s %s\n", day, weekday, d.hour, d.code, d.words)
		}
	}
	fmt.Fprintf(&story, "%d mails, %d versions of %d without their personal values\n", mails, forgotten, len(deeds))
	return story.String()
}

// tellRun runs the function on a day, tells each mail that went out, and gives how many and what was done.
func (w world) tellRun(story *strings.Builder, day directory.Day, weekday string, at time.Time) (int, Done) {
	w.t.Helper()
	trouble := troubles[day]
	failed := errors.New("failed")
	broken := &dying{Store: w.store}
	r := *w.Reminder
	r.store = broken
	w.Reminder, w.outbox.err = &r, nil
	switch trouble {
	case "SES antwoordt niet":
		w.outbox.err = fmt.Errorf("%w: %w", mail.ErrNoAnswer, failed)
	case "SES weigert":
		w.outbox.err = failed
	case "de run sterft voor het versturen":
		broken.profile = failed
	case "de run sterft na het versturen":
		broken.reminded = failed
	}
	if trouble != "" {
		fmt.Fprintf(story, "%s %s 06:00  %s\n", day, weekday, trouble)
	}
	done, sent, err := w.run(at)
	if errors.Is(err, failed) != (trouble != "") {
		w.t.Errorf("%s: %q: %v", day, trouble, err)
	}
	w.outbox.err = nil
	for _, m := range sent {
		fmt.Fprintf(story, "%s %s 06:00      > %s: %s\n", day, weekday, m.To, m.Subject)
		for _, words := range m.Paragraphs[:len(m.Paragraphs)-2] {
			fmt.Fprintf(story, "                         %s\n", words)
		}
	}
	return len(sent), done
}

// save is a new version of a zone.
func (w world) save(code directory.ZoneCode, at time.Time, change func(*directory.Profile, time.Time)) {
	w.t.Helper()
	p, ok, err := w.store.Profile(w.t.Context(), code)
	if err != nil {
		w.t.Fatal(err)
	}
	if !ok {
		number := []directory.Phone{{Number: "+3288123456"}}
		p = directory.Profile{Code: code, ContactPoints: []directory.ContactPoint{
			{ID: "onthaal", Role: "Onthaal", Name: canary, Primary: true, Phones: number},
			{ID: "jeugd", Role: "Jeugdinspecteur", Name: canary, Phones: number},
		}}
	}
	p.Version++
	change(&p, at)
	revision := directory.Revision{Zone: code, Version: p.Version, Kind: directory.RevisionSaved, Profile: p, At: at}
	if err := w.store.SaveZone(w.t.Context(), dynamo.ZoneSave{Profile: p, Revision: revision}); err != nil {
		w.t.Fatal(err)
	}
}

// clock is an hour of a day in Brussels.
func clock(t *testing.T, day directory.Day, hour string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", string(day)+" "+hour, directory.Brussels)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// TestDeedsAreInOrder keeps the story readable.
func TestDeedsAreInOrder(t *testing.T) {
	t.Parallel()
	if !slices.IsSortedFunc(deeds, func(a, b deed) int { return cmp.Compare(a.day, b.day) }) {
		t.Error("want the deeds in the order of their days")
	}
}

// lagging lists zones as they were, as an index may.
type lagging struct {
	*dynamo.Store
	old []directory.Profile
}

func (l *lagging) Profiles(context.Context) iter.Seq2[directory.Profile, error] {
	return func(yield func(directory.Profile, error) bool) {
		for _, p := range l.old {
			if !yield(p, nil) {
				return
			}
		}
	}
}

// TestNobodyIsAskedWhoJustConfirmed: the list of zones may be older than the confirmation.
func TestNobodyIsAskedWhoJustConfirmed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dynamotest.New(t))
	at := day(365)
	before, _, err := w.store.Profile(t.Context(), "5910")
	if err != nil {
		t.Fatal(err)
	}
	w.save("5910", at.Add(-time.Second), confirms)
	w.Reminder.store = &lagging{w.store, []directory.Profile{before}}
	if done, sent, err := w.run(at); err != nil || done.Reminded != 0 {
		t.Errorf("%+v, %v, %v", done, sent, err)
	}
	w.Reminder.store = &lagging{w.store, []directory.Profile{before}} // an hour later it still lags
	if done, sent, err := w.run(at.Add(time.Hour)); err != nil || done.Reminded != 0 {
		t.Errorf("%+v, %v, %v", done, sent, err)
	}
}

// silent counts how often it is asked, and never answers.
type silent int

func (s *silent) Send(context.Context, mail.Message) error { *s++; return mail.ErrNoAnswer }

// TestSilenceIsWaitedForOnce: where SES does not answer, a run does not wait for every zone in turn.
func TestSilenceIsWaitedForOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dynamotest.New(t))
	w.save("5344", start, both(reachable, confirms))
	asked := new(silent)
	w.sender = asked
	if _, _, err := w.run(day(365)); !errors.Is(err, mail.ErrNoAnswer) || *asked != 1 {
		t.Errorf("reminders: SES was asked %d times, %v", *asked, err)
	}
	w.report("one", "5910", day(365))
	w.report("two", "5910", day(365))
	if _, _, err := w.run(day(366)); !errors.Is(err, mail.ErrNoAnswer) || *asked != 2 {
		t.Errorf("reports: SES was asked %d times, %v", *asked, err)
	}
	w.sender = w.outbox
	if done, sent, err := w.run(day(367)); err != nil || done.Reminded != 2 || done.Arrived != 2 || len(sent) != 5 {
		t.Errorf("afterwards: %+v, %d mails, %v", done, len(sent), err)
	}
}

// TestTwoRunsAtOnce mail once between them.
func TestTwoRunsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dynamotest.New(t))
	boxes := [2]outbox{}
	var wait sync.WaitGroup
	for i := range boxes {
		r := *w.Reminder
		r.sender = &boxes[i]
		wait.Go(func() {
			now := day(365)
			if _, err := r.Handle(t.Context(), struct {
				Time *time.Time `json:"time"`
			}{&now}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := len(boxes[0].sent) + len(boxes[1].sent); n != 2 { // to the zone, and the digest
		t.Errorf("%d mails, want 2: %+v", n, boxes)
	}
}
