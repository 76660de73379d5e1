package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/mail"
)

// remind asks zones to confirm, tells them which absences end, and gives the administrators the week's digest.
func (r *Reminder) remind(ctx context.Context, f *facts.Facts, now time.Time, done *Done) error {
	profiles := map[directory.ZoneCode]directory.Profile{}
	for p, err := range r.store.Profiles(ctx) {
		if err != nil {
			return err
		}
		profiles[p.Code] = p
	}
	var failed []error
	var week mail.Digest
	for _, facts := range f.Zones() {
		z := zone{facts, "politiezone " + facts.Name, r.baseURL + "/beheer/zones/" + string(facts.Code), directory.Profile{}}
		if p := facts.Effective(profiles); p != nil {
			z.profile = *p
		}
		asked, call, err := r.confirm(ctx, z, now)
		if asked {
			done.Reminded++
		}
		failed = append(failed, err)
		if !errors.Is(err, mail.ErrNoAnswer) {
			told, err := r.absences(ctx, z, now)
			done.Returning += told
			failed = append(failed, err)
		}
		if err := errors.Join(failed...); errors.Is(err, mail.ErrNoAnswer) {
			return err
		}
		if call {
			week.Unconfirmed = append(week.Unconfirmed, name(f, facts.Code))
		}
		if directory.FreshnessOf(z.profile.AssuredAt, now) == directory.FreshnessStale {
			week.Stale = append(week.Stale, name(f, facts.Code))
		}
		if len(z.profile.ManagementEmails()) == 0 {
			week.Unreachable = append(week.Unreachable, name(f, facts.Code))
		}
	}
	sent, err := r.digest(ctx, week, now)
	done.Digest = sent
	return errors.Join(append(failed, err)...)
}

// zone is what the mails to a zone need.
type zone struct {
	facts   directory.ZoneFacts
	name    string            // "politiezone Getevallei"
	link    string            // where its police see all they keep, and confirm it
	profile directory.Profile // what it answers with; empty when it never saved
}

// confirm asks a zone to confirm its data, if that is due and was not done. It tells whether it did, and whether the
// time to ask is over.
func (r *Reminder) confirm(ctx context.Context, z zone, now time.Time) (asked, call bool, err error) {
	p, reminder := z.profile, dynamo.Reminder{Zone: z.facts.Code, Series: dynamo.ReminderConfirm}
	var m mail.Message
	if p.AssuredAt == nil {
		first, err := r.store.FirstReminderRun(ctx, z.facts.Code, now)
		if err != nil {
			return false, false, err
		}
		call = directory.ToCall(first, now)
		reminder.About, reminder.Step = "never", directory.AskDue(first, now)
		m = mail.NeverConfirmed(z.name, z.link)
	} else {
		days, due := p.ReminderDue(now)
		if !due {
			return false, false, nil
		}
		reminder.About, reminder.Step = p.AssuredAt.UTC().Format(time.RFC3339), -days
		m = mail.ConfirmAgain(z.name, *p.AssuredAt, now, z.link)
	}
	asked, err = r.once(ctx, reminder, z, m, now)
	return asked, call, err
}

// absences tells a zone which absences end within days, each once, and gives how many it told of.
func (r *Reminder) absences(ctx context.Context, z zone, now time.Time) (int, error) {
	told := 0
	var failed []error
	for _, c := range z.profile.EndingAbsences(now) {
		until := c.Absence.Until
		sent, err := r.once(ctx, dynamo.Reminder{
			Zone: z.facts.Code, Series: dynamo.ReminderAbsence + "#" + c.ID, About: string(until), Until: until.Plus(1).Start(),
		}, z, mail.AbsenceEnds(z.name, c.Role, until, z.link), now)
		if sent {
			told++
		}
		failed = append(failed, err)
	}
	return told, errors.Join(failed...)
}

// once sends a reminder that was not sent before to a zone that still is as seen, and tells whether it did. The list
// of zones may lag behind by a moment: whoever confirmed in it is not asked to.
func (r *Reminder) once(ctx context.Context, reminder dynamo.Reminder, seen zone, m mail.Message, now time.Time) (bool, error) {
	if len(seen.profile.ManagementEmails()) == 0 {
		return false, nil
	}
	mine, err := r.store.ClaimReminder(ctx, reminder, now)
	if err != nil || !mine {
		return false, err
	}
	p, err := r.load(ctx, seen.facts)
	if err != nil || p.Version != seen.profile.Version || !sameMoment(p.AssuredAt, seen.profile.AssuredAt) {
		return false, err // whoever saved just now is asked tomorrow, if it is still due
	}
	if err := r.send(ctx, p, m); err != nil {
		return false, fmt.Errorf("zone %s: %w", seen.facts.Code, err)
	}
	return true, r.store.ReminderSent(ctx, reminder)
}

// load reads what a zone answers with at this moment.
func (r *Reminder) load(ctx context.Context, zone directory.ZoneFacts) (directory.Profile, error) {
	saved := map[directory.ZoneCode]directory.Profile{}
	for _, code := range append([]directory.ZoneCode{zone.Code}, zone.Sources()...) {
		p, ok, err := r.store.Profile(ctx, code)
		if err != nil {
			return directory.Profile{}, err
		}
		if ok {
			saved[code] = p
		}
	}
	if p := zone.Effective(saved); p != nil {
		return *p, nil
	}
	return directory.Profile{}, nil
}

// send mails a zone at its own address or, while it has none since it took others over, at theirs.
func (r *Reminder) send(ctx context.Context, p directory.Profile, m mail.Message) error {
	for _, m.To = range p.ManagementEmails() {
		if err := r.sender.Send(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func sameMoment(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}

// digest tells the administrators, once a week from Monday on, which zones they should call, and tells whether it did.
// A week in which there are none at its first run has none.
func (r *Reminder) digest(ctx context.Context, week mail.Digest, now time.Time) (bool, error) {
	if r.administrators == "" {
		return false, nil
	}
	today := directory.DayOf(now)
	reminder := dynamo.Reminder{Series: dynamo.ReminderDigest, About: "week", Step: directory.Day("1970-01-05").DaysUntil(today) / 7} // a Monday
	mine, err := r.store.ClaimReminder(ctx, reminder, now)
	if err != nil || !mine {
		return false, err
	}
	if !week.Empty() {
		if err := r.sender.Send(ctx, mail.WeeklyDigest(r.administrators, week, r.baseURL+"/beheer/zones?toon=te-contacteren")); err != nil {
			return false, err
		}
	}
	return !week.Empty(), r.store.ReminderSent(ctx, reminder)
}
