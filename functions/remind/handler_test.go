package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/facts/factstest"
	"aanspreekpunt/shared/mail"
)

// territory has six of the zones: what holds for them holds for all.
var territory = sync.OnceValue(func() *facts.Facts { return factstest.Open(sixZones(), nil, facts.Meta{}) })

func sixZones() directory.Territory {
	return factstest.Only("5341", "5344", "5350", "5388", "5905", "5910")
}

type held struct{ err error }

func (h held) FactsAt(context.Context, time.Time) (*facts.Facts, dynamo.Pointer, error) {
	return territory(), dynamo.Pointer{}, h.err
}

// outbox takes mails, or fails.
type outbox struct {
	sent []mail.Message
	err  error
}

func (o *outbox) Send(_ context.Context, m mail.Message) error {
	if o.err == nil {
		o.sent = append(o.sent, m)
	}
	return o.err
}

type world struct {
	*Reminder
	t      *testing.T
	store  *dynamo.Store
	outbox *outbox
	log    *strings.Builder
}

func reminder(w *world) *Reminder {
	return &Reminder{w.store, held{}, w.outbox, "beheer@aanspreekpunt.example", "https://aanspreekpunt.example", slog.New(slog.NewTextHandler(w.log, nil))}
}

const canary = "kanarie"

func newWorld(t *testing.T, table *dynamotest.Table) world {
	t.Helper()
	w := world{t: t, store: dynamo.New(table.Client, table.Name), outbox: &outbox{}, log: &strings.Builder{}}
	w.Reminder = reminder(&w)
	for code, address := range map[directory.ZoneCode]string{"5910": "beheer@politie.example", "5341": ""} {
		p := directory.Profile{Code: code, Version: 1, ManagementEmail: address, AssuredAt: &start,
			ContactPoints: []directory.ContactPoint{{ID: "a", Role: canary, Name: canary, Primary: true, Phones: []directory.Phone{{Number: "+3288123456"}}}}}
		revision := directory.Revision{Zone: code, Version: 1, Kind: directory.RevisionSaved, Profile: p}
		if err := w.store.SaveZone(t.Context(), dynamo.ZoneSave{Profile: p, Revision: revision}); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

var start = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

func day(n int) time.Time { return start.AddDate(0, 0, n) }

// report stores one, as functions/zones does, whose notice of arrival was not sent.
func (w world) report(id string, code directory.ZoneCode, at time.Time) directory.Report {
	w.t.Helper()
	r := directory.NewReport(id, code, directory.ReportInput{Kind: directory.ReportOther, Text: canary, ReplyTo: canary + "@school.example"}, at)
	if err := w.store.SaveReport(w.t.Context(), r, nil); err != nil {
		w.t.Fatal(err)
	}
	return r
}

// run is the function at a moment; it gives the mails that went out.
func (w world) run(at time.Time) (Done, []mail.Message, error) {
	w.t.Helper()
	w.outbox.sent = nil
	var event struct {
		Time *time.Time `json:"time"`
	}
	if err := json.Unmarshal([]byte(`{"time":"`+at.Format(time.RFC3339)+`"}`), &event); err != nil {
		w.t.Fatal(err)
	}
	done, err := w.Handle(w.t.Context(), event)
	for _, m := range w.outbox.sent {
		if strings.Contains(m.Text()+m.HTML()+m.Subject, canary) || strings.Contains(m.Text(), "123456") {
			w.t.Errorf("a mail tells too much: %s", m.Text())
		}
	}
	if strings.Contains(w.log.String(), canary) {
		w.t.Errorf("the log tells of a report: %s", w.log)
	}
	return done, w.outbox.sent, err
}

// wants runs the function and checks what it did about reports; it gives the mails about them.
func (w world) wants(at time.Time, arrived, overdue, forgotten, mails int) []mail.Message {
	w.t.Helper()
	done, sent, err := w.run(at)
	sent = slices.DeleteFunc(sent, func(m mail.Message) bool { return !strings.Contains(strings.ToLower(m.Subject), "melding") })
	if err != nil || done.Arrived != arrived || done.Overdue != overdue || done.Forgotten != forgotten || len(sent) != mails {
		w.t.Errorf("on %s: %+v and %d mails, %v; want %d, %d, %d and %d", at, done, len(sent), err, arrived, overdue, forgotten, mails)
	}
	return sent
}

func TestFromArrivalToForgetting(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		w := newWorld(t, table)
		w.report("one", "5910", day(0))
		w.report("two", "5910", day(0))
		w.report("three", "5341", day(1)) // whose zone has no address

		sent := w.wants(day(2), 2, 0, 0, 2)
		for _, m := range sent {
			if m.To != "beheer@politie.example" || !strings.Contains(m.Text(), "Er staan 2 meldingen open.") || m.Link != "https://aanspreekpunt.example/beheer/zones/5910/meldingen" {
				t.Errorf("got %+v", m)
			}
		}
		w.wants(day(3), 0, 0, 0, 0)
		w.wants(day(13), 0, 0, 0, 0)
		sent = w.wants(day(14), 0, 2, 0, 1)
		if len(sent) == 1 && (sent[0].To != "beheer@aanspreekpunt.example" || !strings.Contains(sent[0].Text(), "(5910): 2 meldingen") || strings.Contains(sent[0].Text(), "5341")) {
			t.Errorf("got %+v", sent[0])
		}
		sent = w.wants(day(15), 0, 1, 0, 1)
		if len(sent) == 1 && (!strings.Contains(sent[0].Text(), "(5341): 1 melding\r\n") || strings.Contains(sent[0].Text(), "5910")) {
			t.Errorf("got %+v", sent[0])
		}
		w.wants(day(16), 0, 0, 0, 0)
		w.wants(day(180), 0, 0, 2, 0)
		w.wants(day(181), 0, 0, 1, 0)
		for r := range w.store.OpenReports(t.Context(), day(999), day(0)) {
			t.Errorf("%s is still there", r.ID)
		}
	})
}

func TestAnswersEndReminding(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dynamotest.New(t))
	r := w.report("one", "5910", day(0))
	if err := w.store.CloseReport(t.Context(), r.Closed("Aangepast.", day(1)), nil); err != nil {
		t.Fatal(err)
	}
	w.wants(day(20), 0, 0, 0, 0)
	w.wants(day(31), 0, 0, 1, 0)
}

// TestNoMailIsLost lets a run die, or SES fail, at each step: the next run makes up for it.
func TestNoMailIsLost(t *testing.T) {
	t.Parallel()
	died := errors.New("died")
	for name, breakAt := range map[string]func(*world){
		"SES does not answer":             func(w *world) { w.outbox.err = died },
		"dies before the mail is marked":  func(w *world) { w.Reminder.store = &dying{Store: w.store, sent: died} },
		"dies before the mail is claimed": func(w *world) { w.Reminder.store = &dying{Store: w.store, claim: died} },
		"the profile cannot be read":      func(w *world) { w.Reminder.store = &dying{Store: w.store, profile: died} },
		"no reference facts":              func(w *world) { w.reference = held{died} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, dynamotest.New(t))
			w.report("one", "5910", day(0))
			broken := w
			r := *w.Reminder
			o := *w.outbox
			broken.Reminder, broken.outbox = &r, &o
			r.sender = broken.outbox
			breakAt(&broken)
			for _, at := range []time.Time{day(1), day(14)} {
				if _, _, err := broken.run(at); !errors.Is(err, died) {
					t.Errorf("on %s: %v, want what went wrong", at, err)
				}
			}
			if name == "the profile cannot be read" { // which the administrators' mail does without
				w.wants(day(15), 1, 0, 0, 1)
				return
			}
			sent := w.wants(day(15), 1, 1, 0, 2) // again, perhaps; but not never
			if len(sent) == 2 && sent[0].To == sent[1].To {
				t.Errorf("both to %s", sent[0].To)
			}
			w.wants(day(16), 0, 0, 0, 0)
		})
	}
}

// TestTheSameEventAgainSendsNothing: what its first run claimed is that run's, which may still be sending it.
func TestTheSameEventAgainSendsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dynamotest.New(t))
	w.report("one", "5910", day(0))
	at := day(1)
	w.outbox.err = errors.New("SES does not answer")
	if _, _, err := w.run(at); err == nil {
		t.Fatal("no error")
	}
	w.outbox.err = nil
	w.wants(at, 0, 0, 0, 0)
	w.wants(at.Add(19*time.Minute), 0, 0, 0, 0)
	w.wants(at.Add(20*time.Minute), 1, 0, 0, 1)
}

// dying is a store that fails at a step.
type dying struct {
	*dynamo.Store
	claim, sent, profile, reminded error
}

func (d *dying) ReminderSent(ctx context.Context, r dynamo.Reminder) error {
	if d.reminded != nil {
		return d.reminded
	}
	return d.Store.ReminderSent(ctx, r)
}

func (d *dying) ClaimNotice(ctx context.Context, r directory.Report, n dynamo.Notice, now time.Time) (bool, error) {
	if d.claim != nil {
		return false, d.claim
	}
	return d.Store.ClaimNotice(ctx, r, n, now)
}

func (d *dying) NoticeSent(ctx context.Context, r directory.Report, n dynamo.Notice, now time.Time) error {
	if d.sent != nil {
		return d.sent
	}
	return d.Store.NoticeSent(ctx, r, n, now)
}

func (d *dying) Profile(ctx context.Context, code directory.ZoneCode) (directory.Profile, bool, error) {
	if d.profile != nil {
		return directory.Profile{}, false, d.profile
	}
	return d.Store.Profile(ctx, code)
}

// TestForgettingNeedsNoMail: what stops the mails stops nothing else.
func TestForgettingNeedsNoMail(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Reminder){
		"no reference facts": func(r *Reminder) { r.reference = held{errors.New("none")} },
		"no sender":          func(r *Reminder) { r.sender = nil },
		"no administrators":  func(r *Reminder) { r.administrators = "" },
	} {
		w := newWorld(t, dynamotest.New(t))
		w.report("old", "5910", day(0))
		w.report("new", "5910", day(160))
		change(w.Reminder)
		done, _, err := w.run(day(180))
		if done.Forgotten != 1 || done.Personal != 2 || (err != nil) != (name == "no reference facts") {
			t.Errorf("%s: %+v, %v", name, done, err)
		}
	}
}

func TestNothingHappensWithoutATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dynamotest.New(t))
	w.report("one", "5910", day(0))
	for _, text := range []string{`{}`, `{"time":null}`, `{"time":"0001-01-01T00:00:00Z"}`} {
		var event struct {
			Time *time.Time `json:"time"`
		}
		if err := json.Unmarshal([]byte(text), &event); err != nil {
			t.Fatal(err)
		}
		if done, err := w.Handle(t.Context(), event); err == nil || len(w.outbox.sent) > 0 {
			t.Errorf("%s: %+v, %v", text, done, err)
		}
	}
}

// merged is the territory on the day after 5344 and 5350 became a part of 5910, which did not decide yet.
type merged struct{}

func (merged) FactsAt(context.Context, time.Time) (*facts.Facts, dynamo.Pointer, error) {
	return factstest.Open(oneZone(), nil, facts.Meta{}), dynamo.Pointer{}, nil
}

func oneZone() directory.Territory {
	t := factstest.Only("5910")
	z := &t.Zones[0]
	for i, before := range []directory.ZoneCode{"5344", "5350"} {
		z.Lineages = append(z.Lineages, directory.Lineage{NIS: z.Municipalities[i], Keepers: []directory.Keeper{{Zone: before, Until: day(1)}}})
		z.Predecessors = append(z.Predecessors, directory.Predecessor{Code: before, Name: "Vroeger " + string(before)})
	}
	return t
}

// TestTheTerritoryIsThatOfTheEvent, whatever the clock of the machine says.
func TestTheTerritoryIsThatOfTheEvent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dynamotest.New(t))
	w.reference = w.store
	if err := dynamo.PublishReference(t.Context(), w.store, dynamo.Publication{Version: "six", Data: factstest.Build(sixZones(), nil, facts.Meta{}), At: start,
		Upcoming: []dynamo.UpcomingFacts{{Upcoming: dynamo.Upcoming{Date: directory.DayOf(day(7)), Version: "one"}, Data: factstest.Build(oneZone(), nil, facts.Meta{})}}}); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 7} {
		_, sent, err := w.run(day(n))
		called := slices.ContainsFunc(sent, func(m mail.Message) bool { return m.To == w.administrators && strings.Contains(m.Text(), "(5344)") })
		if err != nil || called != (n == 0) {
			t.Errorf("day %d: %v, %+v", n, err, sent)
		}
	}
}

// TestAZoneThatDidNotDecideYet is reminded at the addresses of those that it took over, by the oldest of their confirmations.
func TestAZoneThatDidNotDecideYet(t *testing.T) {
	t.Parallel()
	w := world{t: t, outbox: &outbox{}, log: &strings.Builder{}}
	table := dynamotest.New(t)
	w.store = dynamo.New(table.Client, table.Name)
	w.Reminder = reminder(&w)
	w.reference = merged{}
	w.save("5344", day(-100), both(reachable, confirms))
	w.save("5350", day(-50), both(reachable, confirms))
	w.report("one", "5910", day(2))
	done, sent, err := w.run(day(265)) // 365 after the older confirmation
	var to []string
	for _, m := range sent {
		to = append(to, m.To+" "+m.Link)
	}
	const report, zone = " https://aanspreekpunt.example/beheer/zones/5910/meldingen", " https://aanspreekpunt.example/beheer/zones/5910"
	if want := []string{"beheer.5344@politie.example" + zone, "beheer.5350@politie.example" + zone}; err != nil || done.Reminded != 1 || !slices.Equal(to, want) {
		t.Errorf("%+v, %v, mails to %q, want %q", done, err, to, want)
	}
	w.report("two", "5910", day(265))
	if _, sent, err := w.run(day(266)); err != nil || len(sent) != 3 || sent[0].To+" "+sent[0].Link != "beheer.5344@politie.example"+report {
		t.Errorf("%v, %+v", err, sent)
	}
	w.save("5910", day(266), both(reachable, confirms)) // it decides
	if _, sent, err := w.run(day(267)); err != nil || len(sent) != 0 {
		t.Errorf("after it decided: %v, %+v", err, sent)
	}
}

func TestAZoneThatEnded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dynamotest.New(t))
	w.report("one", "5392", day(0))
	if sent := w.wants(day(14), 0, 1, 0, 1); len(sent) == 1 && !strings.Contains(sent[0].Text(), "Politiezone 5392: 1 melding") {
		t.Errorf("got %s", sent[0].Text())
	}
}
