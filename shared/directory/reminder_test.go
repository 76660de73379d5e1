package directory

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestReminderDue(t *testing.T) {
	t.Parallel()
	assured := Day("2026-03-12").Start().Add(10 * time.Hour) // good to 12 March 2027
	for name, c := range map[string]struct {
		days []int
		now  Day
		want int // -1: none
	}{
		"fresh":                              {nil, "2026-03-12", -1},
		"91 days before":                     {nil, "2026-12-11", -1},
		"90 days before":                     {nil, "2026-12-12", 90},
		"between two":                        {nil, "2027-02-09", 90},
		"30 days before":                     {nil, "2027-02-10", 30},
		"7 days before":                      {nil, "2027-03-05", 7},
		"on the last day":                    {nil, "2027-03-12", 0},
		"stale for a year":                   {nil, "2028-03-12", 0},
		"by a clock that is behind":          {nil, "2026-01-01", -1},
		"the zone's own days, in any order":  {[]int{14, 60}, "2027-01-11", 60},
		"the lower one of them":              {[]int{14, 60}, "2027-02-26", 14},
		"one day for all, long ago":          {[]int{180}, "2029-01-01", 180},
		"the earliest day that one may have": {[]int{180}, "2026-09-13", 180},
	} {
		p := Profile{AssuredAt: &assured, ReminderDays: c.days}
		got, due := p.ReminderDue(c.now.Start().Add(23 * time.Hour))
		if due != (c.want >= 0) || due && got != c.want {
			t.Errorf("%s: %d %t, want %d", name, got, due, c.want)
		}
	}
	if _, due := (Profile{}).ReminderDue(testNow()); due {
		t.Error("a zone that never confirmed goes stale")
	}
}

// TestRemindersOnlyComeNearer: a step never goes back, and data that is stale has reached the lowest.
func TestRemindersOnlyComeNearer(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		assured := time.Unix(rapid.Int64Range(1.5e9, 2e9).Draw(t, "assured"), 0)
		days := rapid.SliceOfNDistinct(rapid.IntRange(0, maxReminderDay), 0, maxReminders, rapid.ID[int]).Draw(t, "days")
		p := Profile{AssuredAt: &assured, ReminderDays: days}
		last := maxReminderDay + 1
		for hours := 0; hours < 24*400; hours += rapid.IntRange(1, 1000).Draw(t, "hours") {
			now := assured.Add(time.Duration(hours) * time.Hour)
			step, due := p.ReminderDue(now)
			if due && step > last {
				t.Fatalf("%d days before comes behind %d", step, last)
			}
			if due {
				last = step
			}
			if !due && FreshnessOf(&assured, now) == FreshnessStale {
				t.Fatal("stale, and nothing is due")
			}
		}
	})
}

func TestAskingAZoneThatNeverConfirmed(t *testing.T) {
	t.Parallel()
	first := Day("2026-10-20").Start().Add(5 * time.Hour) // the clock goes back on the 25th
	for _, c := range []struct {
		after, step int
		call        bool
	}{{0, 0, false}, {1, 0, false}, {13, 0, false}, {14, 14, false}, {29, 14, false}, {30, 30, false}, {31, 30, true}, {999, 30, true}} {
		now := DayOf(first).Plus(c.after).Start()
		if step, call := AskDue(first, now), ToCall(first, now); step != c.step || call != c.call {
			t.Errorf("after %d days: %d, %t; want %d, %t", c.after, step, call, c.step, c.call)
		}
	}
}

func TestEndingAbsences(t *testing.T) {
	t.Parallel()
	p := Profile{ContactPoints: []ContactPoint{
		{ID: "here"},
		{ID: "for-good", Absence: &Absence{From: "2026-11-01"}},
		{ID: "a-week", Absence: &Absence{From: "2026-11-21", Until: "2026-11-28"}},
		{ID: "days", Absence: &Absence{From: "2026-11-22", Until: "2026-11-28"}},
		{ID: "weeks", Absence: &Absence{From: "2026-11-02", Until: "2026-12-01"}},
	}}
	for day, want := range map[Day]string{
		"2026-11-20": "", "2026-11-21": "a-week", "2026-11-23": "a-week", "2026-11-24": "a-week weeks", "2026-11-28": "a-week weeks",
		"2026-11-29": "weeks", "2026-12-01": "weeks", "2026-12-02": "",
	} {
		var got []string
		for _, c := range p.EndingAbsences(day.Start().Add(23 * time.Hour)) {
			got = append(got, c.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("on %s: %q, want %q", day, got, want)
		}
	}
	if len(p.ContactPoints) != 5 || p.ContactPoints[0].ID != "here" {
		t.Error("the profile was changed")
	}
}
