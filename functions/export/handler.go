package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/publication"
)

// Exporter publishes the data.
type Exporter struct {
	Store      *dynamo.Store
	Open       Shelf // what everybody may have
	Restricted Shelf // all of it, for the ministry
	BaseURL    string
	Log        *slog.Logger
	Clock      func() time.Time // the real time, for the age of files that broken-off runs left
	Unique     func() string    // part of an edition's name
}

// event is what a schedule or an administrator sends.
type event struct {
	Action string     `json:"action"` // publish, the default, or takeOut
	Time   *time.Time `json:"time"`
	Force  bool       `json:"force"` // publish though much would vanish, or though the time lies before the last edition
	Value  string     `json:"value"` // takeOut: a telephone number, an e-mail address, or words
}

// Result tells what a run did.
type Result struct {
	Outcome       string        `json:"outcome"` // published, unchanged or overtaken
	Reason        string        `json:"reason,omitempty"`
	Date          directory.Day `json:"date"` // of the current edition
	Edition       string        `json:"edition,omitempty"`
	Zones         int           `json:"zones"`
	ContactPoints int           `json:"contactPoints"`
	Files         int           `json:"files"`
	Bytes         int64         `json:"bytes"`
	Restricted    string        `json:"restricted"`         // outcome for the restricted data
	Archived      int           `json:"archived,omitempty"` // dates whose files are gone from now on
	Deleted       int           `json:"deleted,omitempty"`  // objects
	TakenOut      []Found       `json:"takenOut,omitempty"`
	// StillPublic are the zones whose police still show a value that is kept out of the open data: until they
	// change it, every run keeps it out.
	StillPublic []directory.ZoneCode `json:"stillPublic,omitempty"`
}

// Found is an edition from which a value was taken.
type Found struct {
	Date       directory.Day        `json:"date"`
	Restricted bool                 `json:"restricted,omitempty"`
	Zones      []directory.ZoneCode `json:"zones"`
}

const (
	outcomePublished = "published"
	outcomeUnchanged = "unchanged"
	outcomeOvertaken = "overtaken"
)

// Handle carries one event out.
func (x *Exporter) Handle(ctx context.Context, e event) (Result, error) {
	r := run{Exporter: x, force: e.Force}
	switch {
	case e.Action != "" && e.Action != "publish" && e.Action != "takeOut":
		return Result{}, fmt.Errorf("event: action %q: want publish or takeOut", e.Action)
	case e.Time == nil || e.Time.IsZero():
		return Result{}, errors.New("event: no time")
	case (e.Action == "takeOut") != (e.Value != ""):
		return Result{}, errors.New("event: takeOut wants a value, and publish has none")
	}
	r.time = *e.Time
	if e.Value != "" {
		v, err := parseValue(e.Value)
		if err != nil {
			return Result{}, err
		}
		r.takeOut = &taking{text: e.Value, value: v}
	}
	result, err := r.run(ctx)
	if err != nil { // which the invocation's line tells
		return Result{}, err
	}
	message := "done"
	if result.Outcome == outcomeOvertaken {
		message = outcomeOvertaken
	}
	x.Log.InfoContext(ctx, message, "outcome", result.Outcome, "reason", result.Reason, "date", result.Date, "edition", result.Edition, "zones", result.Zones,
		"contactPoints", result.ContactPoints, "files", result.Files, "bytes", result.Bytes, "restricted", result.Restricted,
		"archived", result.Archived, "deleted", result.Deleted, "takenOut", len(result.TakenOut), "stillPublic", len(result.StillPublic))
	return result, nil
}

// run is one run of the export.
type run struct {
	*Exporter
	time    time.Time
	force   bool
	takeOut *taking // nil: an ordinary night
	taken   []*taking
	id      string
}

// day is that of the run.
func (r *run) day() directory.Day { return directory.DayOf(r.time) }

func (r *run) run(ctx context.Context) (Result, error) {
	r.id = r.Unique()
	// What is replaced is read first: whatever is read from the table after that is at least as new.
	open, err := r.Open.now(ctx)
	if err != nil {
		return Result{}, err
	}
	restricted, err := r.Restricted.now(ctx)
	if err != nil {
		return Result{}, err
	}
	for _, was := range []published{open, restricted} {
		if last := was.Current.Date; r.day() < last && !r.force {
			return Result{}, fmt.Errorf("event: time %s lies before the current edition of %s; force it if that is right", r.time.Format(time.RFC3339), last)
		}
	}
	kept, err := r.readTaken(ctx)
	if err != nil {
		return Result{}, err
	}
	f, _, err := r.Store.FactsAt(ctx, r.time)
	if err != nil {
		return Result{}, err
	}
	meta := f.Meta()
	a := about{demonstration: meta.Demonstration, baseURL: r.BaseURL, factsAsOf: reducedDate(meta.Territory.AsOf)}
	public, err := newDraft(a)
	if err != nil {
		return Result{}, err
	}
	defer public.remove()
	a.restricted = true
	full, err := newDraft(a)
	if err != nil {
		return Result{}, err
	}
	defer full.remove()
	coverage := directory.NewCoverage(r.day())
	if err := r.collect(ctx, f, public, full, coverage); err != nil {
		return Result{}, err
	}

	result, err := r.publishBoth(ctx, open, restricted, public, full, kept)
	// Coverage is what it is, whether or not anything was published.
	if coverageErr := r.Store.SaveCoverage(ctx, *coverage); coverageErr != nil {
		err = errors.Join(err, coverageErr)
	}
	return result, err
}

// reducedDate is the beginning of a year, month or day; zero for anything else.
func reducedDate(s string) time.Time {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{}
}

// collect reads all zones, page by page, and writes each into both drafts.
func (r *run) collect(ctx context.Context, f *facts.Facts, public, full *draft, coverage *directory.Coverage) error {
	names := func(nis directory.NIS) string {
		if m, ok := f.Municipality(nis); ok {
			return m.Name
		}
		return nis.String()
	}
	next, stop := iter.Pull2(r.Store.Profiles(ctx))
	defer stop()
	p, err, more := next()
	for z := range f.EachZone() {
		for more && err == nil && p.Code < z.Code { // of a zone that ended
			p, err, more = next()
		}
		if err != nil {
			return err
		}
		saved := map[directory.ZoneCode]directory.Profile{}
		if more && p.Code == z.Code {
			saved[p.Code] = p
		}
		for _, code := range z.Sources() { // of zones that changed; nearly none
			before, ok, err := r.Store.Profile(ctx, code)
			if err != nil {
				return err
			}
			if ok {
				saved[code] = before
			}
		}
		profile := z.Effective(saved)
		coverage.Add(z, profile)
		seen := func(p *directory.Profile) Zone {
			return recordOf(directory.See(z, names, p, directory.Principal{}, directory.Question{}, r.time), f, false)
		}
		record, secrets := seen(profile), public.secretsOf(profile, seen)
		for _, t := range r.taken {
			if t.value.takeOut(&record) {
				t.zones = append(t.zones, z.Code)
			}
			secrets = append(secrets, t.value.secrets()...)
		}
		if err := public.add(record, secrets); err != nil {
			return err
		}
		public.touch(z)
		full.touch(z)
		everything := recordOf(directory.See(z, names, profile, directory.Principal{Role: directory.RoleAdmin}, directory.Question{}, r.time), f, true)
		if err := full.add(everything, nil); err != nil {
			return err
		}
	}
	return errors.Join(public.finish(), full.finish())
}

// maxDrop is the part of the zones or contact points that may vanish overnight: one in so many.
const maxDrop = 10

// errRefused: nothing is published until somebody looked.
var errRefused = errors.New("refused")

// guard refuses to publish much less than before. It counts whatever its visibility: who narrows a visibility takes
// nothing away.
func (r *run) guard(was publication.Edition, d *draft) error {
	for _, c := range []struct {
		what     string
		was, now int
	}{{"zones", was.Zones, d.zones}, {"contact points", was.ContactPoints, d.points}} {
		if (c.was-c.now)*maxDrop > c.was && !r.force {
			return fmt.Errorf("%w: %d %s, and the current edition has %d: more than a tenth would vanish; force it if that is right", errRefused, c.now, c.what, c.was)
		}
	}
	return nil
}

func (r *run) publishBoth(ctx context.Context, open, restricted published, public, full *draft, kept keptOut) (Result, error) {
	var result Result
	reason := ""
	for _, of := range []struct {
		shelf Shelf
		was   published
		d     **draft
	}{{r.Open, open, &public}, {r.Restricted, restricted, &full}} {
		err := r.guard(of.was.Current, *of.d)
		if err != nil && r.takeOut != nil {
			// What must go does not wait for somebody to look: it goes from what is published.
			reason = err.Error()
			if *of.d, err = r.without(ctx, of.shelf, of.was.Current, (*of.d).restricted); err == nil {
				defer (*of.d).remove()
			}
		}
		if err != nil {
			return result, err
		}
	}
	// First, so that a run that breaks off here keeps the value out tomorrow.
	err := r.keepOut(ctx, kept)
	if errors.Is(err, errOvertaken) {
		return Result{Outcome: outcomeOvertaken, Reason: err.Error()}, nil
	}
	if err != nil {
		return result, err
	}
	done, err := r.publish(ctx, r.Open, open, public, false)
	if err != nil {
		return result, err
	}
	result = done
	if result.Outcome == outcomeOvertaken {
		return result, nil
	}
	result.Reason = reason
	done, err = r.publish(ctx, r.Restricted, restricted, full, true)
	if err == nil && done.Outcome == outcomeOvertaken && r.takeOut != nil {
		err = errOvertaken // what the other run published still holds the value under its earlier dates
	}
	if err != nil {
		return result, fmt.Errorf("restricted data: %w", err)
	}
	result.Restricted = done.Outcome
	result.Deleted += done.Deleted
	result.TakenOut = append(result.TakenOut, done.TakenOut...)
	for _, t := range r.taken {
		result.StillPublic = append(result.StillPublic, t.zones...)
	}
	return result, nil
}

// publish puts a draft on a shelf, unless what is there is the same. daily is for what must be there anew every day.
func (r *run) publish(ctx context.Context, s Shelf, was published, d *draft, daily bool) (Result, error) {
	next := was.Manifest
	next.Dates, next.Archived = slices.Clone(was.Dates), slices.Clone(was.Archived)
	next.Run = r.id
	result := Result{Outcome: outcomeUnchanged}
	changed := r.takeOut != nil // even if nothing is found: a run that began before must not publish after this one
	staged := []string{}
	undo := func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		for _, name := range staged {
			// What cannot be deleted now, the sweep of a later run deletes.
			_, _ = s.remove(ctx, publication.EditionKey(name, ""), func(string, time.Time) bool { return true })
		}
	}
	stage := func(d *draft, date directory.Day) (publication.Edition, error) {
		e := d.edition
		e.Date, e.Name = date, string(date)+"-"+r.Unique()
		staged = append(staged, e.Name)
		return e, s.stage(ctx, d, e)
	}

	if !d.same(was.Current) || was.Current.Date > r.day() || daily && was.Current.Date != r.day() || s.verify(ctx, d, was.Current) != nil {
		e, err := stage(d, r.day())
		if err != nil {
			undo()
			return result, err
		}
		next.Replace(e)
		result.Outcome, changed = outcomePublished, true
	}
	if r.takeOut != nil {
		if err := r.rewrite(ctx, s, &was.Manifest, &next, d.restricted, stage, &result); err != nil {
			undo()
			return result, err
		}
	}
	archived, err := s.archive(ctx, &next, r.day())
	if err != nil {
		undo()
		return result, err
	}
	result.Archived = archived
	over := r.Clock().Add(-leftOver)
	if r.takeOut != nil {
		// Nothing that another run left may hold the value either, and what began before this swap is overtaken. S3 tells
		// times in whole seconds.
		over = r.Clock().Truncate(time.Second)
	}
	if changed || archived > 0 {
		next.Serial = was.Serial + 1
		err := s.swap(ctx, was, next)
		if errors.Is(err, errOvertaken) {
			undo()
			return Result{Outcome: outcomeOvertaken, Reason: err.Error()}, nil
		}
		if err != nil {
			return result, err // it may be published: nothing is deleted
		}
	}
	c := next.Current
	result.Date, result.Edition, result.Zones, result.ContactPoints, result.Files = c.Date, c.Name, c.Zones, c.ContactPoints, len(c.Files)
	for _, f := range c.Files {
		result.Bytes += f.Size
	}
	result.Deleted, err = s.sweep(ctx, was.Manifest, next, over)
	return result, err
}
