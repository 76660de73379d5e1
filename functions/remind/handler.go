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
	"aanspreekpunt/shared/mail"
)

// store keeps reports, profiles and what was sent; *dynamo.Store does.
type store interface {
	OpenReports(ctx context.Context, before, now time.Time) iter.Seq2[dynamo.StoredReport, error]
	ClaimNotice(context.Context, directory.Report, dynamo.Notice, time.Time) (bool, error)
	NoticeSent(context.Context, directory.Report, dynamo.Notice, time.Time) error
	Profile(context.Context, directory.ZoneCode) (directory.Profile, bool, error)
	Profiles(context.Context) iter.Seq2[directory.Profile, error]
	FirstReminderRun(context.Context, directory.ZoneCode, time.Time) (time.Time, error)
	ClaimReminder(context.Context, dynamo.Reminder, time.Time) (bool, error)
	ReminderSent(context.Context, dynamo.Reminder) error
	ForgetReports(context.Context, time.Time) (int, error)
	ForgetPersonal(context.Context, time.Time) (int, error)
	ForgetProfile(context.Context, directory.Profile) error
	ForgetSchoolContacts(ctx context.Context, known func(directory.InstitutionNumber) bool, now time.Time) (int, error)
	ForgetSecrets(context.Context, time.Time) (int, error)
}

// reference has the reference facts of a moment; *dynamo.Store does.
type reference interface {
	FactsAt(context.Context, time.Time) (*facts.Facts, dynamo.Pointer, error)
}

// sender sends mails; *mail.Sender does.
type sender interface {
	Send(context.Context, mail.Message) error
}

// Reminder does what must be done every day.
type Reminder struct {
	store          store
	reference      reference
	sender         sender // nil: no mail is sent, and no zone's days of reminding begin
	administrators string // their mail address; "": they are told nothing
	baseURL        string // of the site, without a slash at its end
	log            *slog.Logger
}

// Done tells what a run did.
type Done struct {
	Time      time.Time `json:"time"`
	Arrived   int       `json:"arrived"`   // reports that a zone was told of
	Overdue   int       `json:"overdue"`   // reports that the administrators were told of
	Reminded  int       `json:"reminded"`  // zones that were asked to confirm
	Returning int       `json:"returning"` // absences whose end a zone was told of
	Digest    bool      `json:"digest"`    // the administrators got the week's
	Forgotten int       `json:"forgotten"` // reports that were deleted
	Personal  int       `json:"personal"`  // items with personal values of old versions that were deleted
	Schools   int       `json:"schools"`   // contacts of schools that are no longer listed that were deleted
	Ended     int       `json:"ended"`     // zones that ended of which what is personal was forgotten
}

// Handle does all that is due at the event's time. What fails does not keep the rest from being done; the error then
// says all that failed, and the next run makes up for it.
func (r *Reminder) Handle(ctx context.Context, event struct {
	Time *time.Time `json:"time"`
}) (Done, error) {
	if event.Time == nil || event.Time.IsZero() {
		return Done{}, errors.New("event: no time")
	}
	now := *event.Time
	done := Done{Time: now}
	var failed [6]error
	done.Forgotten, failed[0] = r.store.ForgetReports(ctx, now)
	done.Personal, failed[1] = r.store.ForgetPersonal(ctx, now)
	_, failed[2] = r.store.ForgetSecrets(ctx, now)
	if f, _, err := r.reference.FactsAt(ctx, now); err != nil {
		failed[3] = fmt.Errorf("read reference facts: %w", err)
	} else {
		known := func(number directory.InstitutionNumber) bool { _, ok := f.School(number); return ok }
		done.Schools, failed[3] = r.store.ForgetSchoolContacts(ctx, known, now)
		done.Ended, failed[5] = r.forgetEnded(ctx, f, now)
		failed[4] = r.mail(ctx, f, now, &done)
	}
	r.log.InfoContext(ctx, "done", slog.Int("arrived", done.Arrived), slog.Int("overdue", done.Overdue),
		slog.Int("reminded", done.Reminded), slog.Int("returning", done.Returning), slog.Bool("digest", done.Digest),
		slog.Int("forgotten", done.Forgotten), slog.Int("personal", done.Personal), slog.Int("schools", done.Schools), slog.Int("ended", done.Ended))
	return done, errors.Join(failed[:]...)
}

// forgetEnded takes what is personal out of what zones kept that ended long ago, and tells of how many.
func (r *Reminder) forgetEnded(ctx context.Context, f *facts.Facts, now time.Time) (int, error) {
	zones := f.Zones()
	if !slices.ContainsFunc(zones, func(z directory.ZoneFacts) bool { return len(z.Sources()) > 0 }) {
		return 0, nil
	}
	saved := map[directory.ZoneCode]directory.Profile{}
	for p, err := range r.store.Profiles(ctx) {
		if err != nil {
			return 0, err
		}
		saved[p.Code] = p
	}
	ended := func(code directory.ZoneCode) string { z, _ := f.FormerZone(code); return z.EndedOn }
	n := 0
	for _, p := range directory.Outlived(zones, ended, saved, directory.DayOf(now)) {
		if err := r.store.ForgetProfile(ctx, p); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// mail sends the mails that are due.
func (r *Reminder) mail(ctx context.Context, f *facts.Facts, now time.Time, done *Done) error {
	if r.sender == nil {
		return nil
	}
	err := r.tell(ctx, f, now, done)
	if errors.Is(err, mail.ErrNoAnswer) {
		return err // nor would the others get any: they go out tomorrow
	}
	return errors.Join(err, r.remind(ctx, f, now, done))
}

// name is a zone in words, with its code: there are zones of the same name.
func name(f *facts.Facts, code directory.ZoneCode) string {
	if z, ok := f.Zone(code); ok {
		return "Politiezone " + z.Name + " (" + string(code) + ")"
	}
	return "Politiezone " + string(code) // it ended since
}
