package main

import (
	"context"
	"errors"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/mail"
)

// tell sends the mails about open reports.
func (r *Reminder) tell(ctx context.Context, f *facts.Facts, now time.Time, done *Done) error {
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
			told, err := r.arrived(ctx, f, report.Report, mail.Zone{Name: name(f, report.Zone), Count: count[report.Zone]}, now)
			if told {
				done.Arrived++
			}
			failed = append(failed, err)
			if errors.Is(err, mail.ErrNoAnswer) {
				return errors.Join(failed...)
			}
		}
	}
	overdue, err := r.overdue(ctx, f, open, now)
	done.Overdue = overdue
	return errors.Join(append(failed, err)...)
}

// arrived tells a zone of one report, where it has an address for that, and tells whether it did.
func (r *Reminder) arrived(ctx context.Context, f *facts.Facts, report directory.Report, zone mail.Zone, now time.Time) (bool, error) {
	at, ok := f.Zone(report.Zone)
	if !ok {
		at.Code = report.Zone // it ended since
	}
	profile, err := r.load(ctx, at)
	if err != nil || len(profile.ManagementEmails()) == 0 {
		return false, err
	}
	mine, err := r.store.ClaimNotice(ctx, report, dynamo.NoticeArrived, now)
	if err != nil || !mine {
		return false, err
	}
	m := mail.ReportArrived(zone, r.baseURL+"/beheer/zones/"+string(report.Zone)+"/meldingen")
	if err := r.send(ctx, profile, m); err != nil {
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
	if err != nil {
		return 0, err
	}
	var failed []error
	for _, report := range claimed {
		failed = append(failed, r.store.NoticeSent(ctx, report, dynamo.NoticeOverdue, now))
	}
	return len(claimed), errors.Join(failed...)
}
