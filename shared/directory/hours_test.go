package directory

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestReachAt(t *testing.T) {
	t.Parallel()
	var office, nights []OpeningHours
	for d := 1; d <= 5; d++ {
		office = append(office, OpeningHours{d, "08:00", "12:00"}, OpeningHours{d, "13:00", "16:30"})
		nights = append(nights, OpeningHours{d, "00:00", "06:15"}, OpeningHours{d, "22:00", "24:00"})
	}
	var always []OpeningHours
	for d := 1; d <= 7; d++ {
		always = append(always, OpeningHours{d, "00:00", "24:00"})
	}
	monday := []OpeningHours{{1, "09:00", "10:00"}}
	weekend := []OpeningHours{{6, "00:00", "24:00"}, {7, "00:00", "24:00"}, {1, "00:00", "06:00"}}
	for _, tc := range []struct {
		hours []OpeningHours
		now   string // 2026-11-23 is a Monday
		open  bool
		want  string
	}{
		{office, "2026-11-23T14:00", true, "Bereikbaar tot 16.30 uur."},
		{office, "2026-11-23T08:00", true, "Bereikbaar tot 12 uur."},
		{office, "2026-11-23T07:59", false, "Nu niet bereikbaar. Opnieuw vandaag vanaf 8 uur."},
		{office, "2026-11-23T12:00", false, "Nu niet bereikbaar. Opnieuw vandaag vanaf 13 uur."},
		{office, "2026-11-23T16:30", false, "Nu niet bereikbaar. Opnieuw dinsdag vanaf 8 uur."},
		{office, "2026-11-27T18:00", false, "Nu niet bereikbaar. Opnieuw maandag vanaf 8 uur."},
		{office, "2026-11-29T23:59", false, "Nu niet bereikbaar. Opnieuw maandag vanaf 8 uur."},
		{monday, "2026-11-23T10:00", false, "Nu niet bereikbaar. Opnieuw volgende week maandag vanaf 9 uur."},
		{monday, "2026-11-24T10:00", false, "Nu niet bereikbaar. Opnieuw maandag vanaf 9 uur."},
		{[]OpeningHours{{3, "14:05", "14:30"}, {3, "14:30", "15:00"}, {3, "14:40", "14:50"}}, "2026-11-25T14:30", true, "Bereikbaar tot 15 uur."},
		{nights, "2026-11-23T23:00", true, "Bereikbaar tot morgen 6.15 uur."},
		{nights, "2026-11-24T03:00", true, "Bereikbaar tot 6.15 uur."},
		{nights, "2026-11-27T23:00", true, "Bereikbaar tot middernacht."},
		{nights, "2026-11-28T00:00", false, "Nu niet bereikbaar. Opnieuw maandag vanaf 0 uur."},
		{weekend, "2026-11-28T12:00", true, "Bereikbaar tot maandag 6 uur."},
		{weekend, "2026-11-29T12:00", true, "Bereikbaar tot morgen 6 uur."},
		{weekend, "2026-11-23T05:59", true, "Bereikbaar tot 6 uur."},
		{weekend, "2026-11-23T06:00", false, "Nu niet bereikbaar. Opnieuw zaterdag vanaf 0 uur."},
		{always, "2026-11-23T03:00", true, "Dag en nacht bereikbaar."},
		// The clock jumps from two to three on 2026-03-29 and back on 2026-10-25, both Sundays.
		{[]OpeningHours{{7, "03:00", "05:00"}}, "2026-03-29T03:00", true, "Bereikbaar tot 5 uur."},
		{[]OpeningHours{{7, "02:00", "05:00"}}, "2026-03-29T01:59", false, "Nu niet bereikbaar. Opnieuw vandaag vanaf 2 uur."},
		{[]OpeningHours{{7, "03:00", "05:00"}}, "2026-10-25T02:59", false, "Nu niet bereikbaar. Opnieuw vandaag vanaf 3 uur."},
		{[]OpeningHours{{7, "08:00", "24:00"}}, "2026-10-25T20:00", true, "Bereikbaar tot middernacht."},
	} {
		t.Run(tc.now+" "+tc.want, func(t *testing.T) {
			t.Parallel()
			now, err := time.ParseInLocation("2006-01-02T15:04", tc.now, Brussels)
			if err != nil {
				t.Fatal(err)
			}
			for _, now := range []time.Time{now, now.UTC()} { // wherever the clock of the machine stands
				if got, ok := ReachAt(tc.hours, now); !ok || got.Open != tc.open || got.Words != tc.want {
					t.Errorf("got %v %+v, want %v %q", ok, got, tc.open, tc.want)
				}
			}
		})
	}
}

func TestReachAtWithoutValidHours(t *testing.T) {
	t.Parallel()
	for _, hours := range [][]OpeningHours{
		nil, {{0, "08:00", "12:00"}}, {{8, "08:00", "12:00"}}, {{1, "12:00", "08:00"}}, {{1, "08:00", "08:00"}},
		{{1, "8:00", "12:00"}}, {{1, "08:60", "12:00"}}, {{1, "08:00", "24:01"}}, {{1, "aa:bb", "12:00"}}, {{1, "08.00", "12.00"}},
	} {
		if got, ok := ReachAt(hours, testNow()); ok {
			t.Errorf("%v: %+v", hours, got)
		}
	}
}

// TestReachAtAgreesWithTheHours walks on minute by minute to find when the hours change.
func TestReachAtAgreesWithTheHours(t *testing.T) {
	t.Parallel()
	clock := func(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }
	openAt := func(hours []OpeningHours, minute int) bool {
		day, at := minute%weekMinutes/1440+1, clock(minute%1440)
		for _, h := range hours {
			if h.Day == day && h.Opens <= at && at < h.Until {
				return true
			}
		}
		return false
	}
	rapid.Check(t, func(t *rapid.T) {
		var hours []OpeningHours
		for range rapid.IntRange(1, 8).Draw(t, "spans") {
			opens := rapid.IntRange(0, 95).Draw(t, "opens")
			until := rapid.IntRange(opens+1, 96).Draw(t, "until")
			hours = append(hours, OpeningHours{rapid.IntRange(1, 7).Draw(t, "day"), clock(15 * opens), clock(15 * until)})
		}
		minute := rapid.IntRange(0, weekMinutes-1).Draw(t, "minute")
		now := time.Date(2026, 11, 23, 0, minute, 30, 0, Brussels)
		got, ok := ReachAt(hours, now)
		if !ok || got.Open != openAt(hours, minute) {
			t.Fatalf("%v %+v, want open %v", ok, got, !got.Open)
		}
		next := minute + 1
		for openAt(hours, next) == got.Open {
			next++
		}
		want := closedWords(next, minute/1440)
		if got.Open {
			want = openWords(next, minute/1440)
		}
		if got.Words != want {
			t.Fatalf("got %q, want %q", got.Words, want)
		}
	})
}

func TestAPointThatIsAwayIsNotOpen(t *testing.T) {
	t.Parallel()
	v := ContactPointView{OpeningHours: []OpeningHours{{1, "08:00", "18:00"}}}
	for name, tc := range map[string]struct {
		absence *Absence
		want    string
	}{
		"there":              {nil, "Bereikbaar tot 18 uur."},
		"back already":       {&Absence{From: "2026-11-01", Until: "2026-11-22"}, "Bereikbaar tot 18 uur."},
		"away":               {&Absence{From: "2026-11-01", Until: "2026-11-23"}, "Afwezig tot en met 23 november 2026."},
		"away for who knows": {&Absence{From: "2026-11-01"}, "Afwezig."},
	} {
		v.Absence = tc.absence
		if got, ok := v.ReachAt(testNow()); !ok || got.Words != tc.want {
			t.Errorf("%s: %v %q, want %q", name, ok, got.Words, tc.want)
		}
	}
}
