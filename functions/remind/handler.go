package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/mail"
)

// store keeps reports and profiles; *dynamo.Store does.
type store interface {
	OpenReports(ctx context.Context, before, now time.Time) iter.Seq2[dynamo.StoredReport, error]
	ClaimNotice(context.Context, directory.Report, dynamo.Notice, time.Time) (bool, error)
	NoticeSent(context.Context, directory.Report, dynamo.Notice, time.Time) error
	Profile(context.Context, directory.ZoneCode) (directory.Profile, bool, error)
	ForgetReports(context.Context, time.Time) (int, error)
	ForgetSecrets(context.Context, time.Time) (int, error)
}

// reference holds the reference facts; *dynamo.Reference does.
type reference interface {
	Current(context.Context) (*facts.Facts, error)
}

// sender sends mails; *mail.Sender does.
type sender interface {
	Send(context.Context, mail.Message) error
}

// Reminder does what must be done every day.
type Reminder struct {
	store          store
	reference      reference
	sender         sender
	administrators string // their mail address; "": they are told nothing
	baseURL        string // of the site, without a slash at its end; "": no mail can lead there, so none is sent
	log            *slog.Logger
}

// Done tells what a run did.
type Done struct {
	Time      time.Time `json:"time"`
	Arrived   int       `json:"arrived"`   // reports that a zone was told of
	Overdue   int       `json:"overdue"`   // reports that the administrators were told of
	Forgotten int       `json:"forgotten"` // reports that were deleted
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
	var failed []error
	var err error
	if done.Forgotten, err = r.store.ForgetReports(ctx, now); err != nil {
		failed = append(failed, err)
	}
	if _, err = r.store.ForgetSecrets(ctx, now); err != nil {
		failed = append(failed, err)
	}
	if r.baseURL != "" {
		failed = append(failed, r.tell(ctx, now, &done))
	}
	r.log.InfoContext(ctx, "done", slog.Int("arrived", done.Arrived), slog.Int("overdue", done.Overdue), slog.Int("forgotten", done.Forgotten))
	return done, errors.Join(failed...)
}

// tell sends the mails about open reports.
func (r *Reminder) tell(ctx context.Context, now time.Time, done *Done) error {
	f, err := r.reference.Current(ctx)
	if err != nil {
		return fmt.Errorf("read reference facts: %w", err)
	}
	var open []dynamo.StoredReport
	count := map[directory.ZoneCode]int{}
	for report, err := range r.store.OpenReports(ctx, now, now) {
		if err != nil {
			return err
		}
		open = append(open, report)
		count[report.Zone]++
	}
	var failed []error
	for _, report := range open {
		if !report.ArrivedSent {
			told, err := r.arrived(ctx, report.Report, mail.Zone{Name: name(f, report.Zone), Count: count[report.Zone]}, now)
			if told {
				done.Arrived++
			}
			failed = append(failed, err)
		}
	}
	done.Overdue, err = r.overdue(ctx, f, open, now)
	return errors.Join(append(failed, err)...)
}

// arrived tells a zone of one report, where it has an address for that, and tells whether it did.
func (r *Reminder) arrived(ctx context.Context, report directory.Report, zone mail.Zone, now time.Time) (bool, error) {
	profile, _, err := r.store.Profile(ctx, report.Zone)
	if err != nil || profile.ManagementEmail == "" {
		return false, err
	}
	mine, err := r.store.ClaimNotice(ctx, report, dynamo.NoticeArrived, now)
	if err != nil || !mine {
		return false, err
	}
	m := mail.ReportArrived(profile.ManagementEmail, zone, r.baseURL+"/beheer/zones/"+string(report.Zone)+"/meldingen")
	if err := r.sender.Send(ctx, m); err != nil {
		if errors.Is(err, mail.ErrOff) {
			err = nil
		}
		return false, err
	}
	return true, r.store.NoticeSent(ctx, report, dynamo.NoticeArrived, now)
}

// overdue tells the administrators, in one mail, of the reports that nobody answered in time, and how many it told of.
func (r *Reminder) overdue(ctx context.Context, f *facts.Facts, open []dynamo.StoredReport, now time.Time) (int, error) {
	if r.administrators == "" {
		return 0, nil
	}
	var claimed []directory.Report
	var zones []mail.Zone
	at := map[directory.ZoneCode]int{} // where a zone stands in zones
	for _, report := range open {
		if report.OverdueSent || !report.Overdue(now) {
			continue
		}
		mine, err := r.store.ClaimNotice(ctx, report.Report, dynamo.NoticeOverdue, now)
		if err != nil {
			return 0, err // those that were claimed are told of tomorrow
		}
		if !mine {
			continue
		}
		claimed = append(claimed, report.Report)
		i, listed := at[report.Zone]
		if !listed {
			i, at[report.Zone] = len(zones), len(zones)
			zones = append(zones, mail.Zone{Name: name(f, report.Zone)})
		}
		zones[i].Count++
	}
	if len(claimed) == 0 {
		return 0, nil
	}
	err := r.sender.Send(ctx, mail.ReportsOverdue(r.administrators, zones, directory.OverdueDays, r.baseURL+"/beheer/zones"))
	if errors.Is(err, mail.ErrOff) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	var failed []error
	for _, report := range claimed {
		failed = append(failed, r.store.NoticeSent(ctx, report, dynamo.NoticeOverdue, now))
	}
	return len(claimed), errors.Join(failed...)
}

// name is a zone in words, with its code: there are zones of the same name.
func name(f *facts.Facts, code directory.ZoneCode) string {
	if z, ok := f.Zone(code); ok {
		return "Politiezone " + z.Name + " (" + string(code) + ")"
	}
	return "Politiezone " + string(code) // it ended since
}
