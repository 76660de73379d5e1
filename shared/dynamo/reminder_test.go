package dynamo_test

import (
	"testing"
	"time"

	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
)

func TestRemindersGoOutOnceAndOnlyForward(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		ctx, s := t.Context(), dynamo.New(table.Client, table.Name)
		confirm := func(about string, step int) dynamo.Reminder {
			return dynamo.Reminder{Zone: "5910", Series: dynamo.ReminderConfirm, About: about, Step: step}
		}
		claim := func(r dynamo.Reminder, at time.Time, want bool) {
			t.Helper()
			if got, err := s.ClaimReminder(ctx, r, at); err != nil || got != want {
				t.Errorf("claim %+v at %s: %t, %v, want %t", r, at, got, err, want)
			}
		}
		sent := func(r dynamo.Reminder) {
			t.Helper()
			if err := s.ReminderSent(ctx, r); err != nil {
				t.Error(err)
			}
		}
		claim(confirm("spring", -90), november, true)
		claim(confirm("spring", -90), november.Add(19*time.Minute), false) // another may be sending it
		claim(confirm("spring", -90), november.Add(20*time.Minute), true)  // and died
		sent(confirm("spring", -90))
		claim(confirm("spring", -90), november.AddDate(0, 0, 1), false)
		claim(confirm("spring", -30), november.AddDate(0, 0, 1), true)
		sent(confirm("spring", -30))
		claim(confirm("spring", -90), november.AddDate(0, 0, 2), false) // the zone changed its days
		claim(confirm("spring", 0), november.AddDate(0, 0, 2), true)
		sent(confirm("spring", 0))
		claim(confirm("summer", -90), november.AddDate(0, 0, 3), true)
		sent(confirm("summer", -90))

		// Other series, zones and the administrators have theirs.
		for _, r := range []dynamo.Reminder{
			{Zone: "5910", Series: dynamo.ReminderAbsence + "#jeugd", About: "summer", Step: -90, Until: november.AddDate(0, 1, 0)},
			{Zone: "5341", Series: dynamo.ReminderConfirm, About: "summer", Step: -90},
			{Series: dynamo.ReminderDigest, About: "summer", Step: -90},
		} {
			claim(r, november, true)
			sent(r)
			claim(r, november.AddDate(1, 0, 0), false)
		}

		for _, at := range []time.Time{november, november.AddDate(0, 0, 14)} {
			if first, err := s.FirstReminderRun(ctx, "5910", at); err != nil || !first.Equal(november) {
				t.Errorf("first run %s, %v, want %s", first, err, november)
			}
		}
		claim(confirm("summer", -90), november.AddDate(0, 0, 14), false) // forgot nothing
		for p, err := range s.Profiles(ctx) {
			t.Errorf("reminders made a profile: %+v, %v", p, err)
		}
	})
}
