package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/facts/factstest"
)

// lommelEnded are facts in which Lommel became part of HANO on a day.
type lommelEnded struct {
	t *testing.T
	directory.Day
}

func (e lommelEnded) FactsAt(context.Context, time.Time) (*facts.Facts, dynamo.Pointer, error) {
	t := factstest.Changed(e.t, e.Day, e.Start(), directory.TerritoryStep{From: "5371", To: "5372"})
	return factstest.Open(t, nil, facts.Meta{}), dynamo.Pointer{}, nil
}

// TestWhatAnEndedZoneKeptOfPersonsGoes is kept while its points still serve its municipality, and goes 400 days after
// the end once the successor has points of its own.
func TestWhatAnEndedZoneKeptOfPersonsGoes(t *testing.T) {
	t.Parallel()
	w := world{t: t, outbox: &outbox{}, log: &strings.Builder{}}
	table := dynamotest.New(t)
	w.store = dynamo.New(table.Client, table.Name)
	w.Reminder = reminder(&w)
	w.reference = lommelEnded{t, directory.DayOf(day(1))}
	saves := func(p *directory.Profile, at time.Time) { p.SavedAt = &at }
	w.save("5371", day(-100), saves)
	w.save("5372", day(-100), saves)
	keeps := func(at time.Time, want int) bool {
		t.Helper()
		done, _, err := w.run(at)
		if err != nil || done.Ended != want {
			t.Errorf("%s: %+v, %v", at, done, err)
		}
		p, _, err := w.store.Profile(t.Context(), "5371")
		if err != nil {
			t.Fatal(err)
		}
		return p.ContactPoints[0].Name != ""
	}
	if !keeps(day(1+2*directory.PersonalDays), 0) {
		t.Error("it goes while it is shown")
	}
	w.save("5372", day(10), saves)
	if !keeps(day(directory.PersonalDays), 0) {
		t.Error("it goes too early")
	}
	if keeps(day(1+directory.PersonalDays), 1) {
		t.Error("it stays")
	}
	if keeps(day(2+directory.PersonalDays), 0) {
		t.Error("it came back")
	}
}
