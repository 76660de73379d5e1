package directory

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestFreshnessOf(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		m, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for name, tc := range map[string]struct {
		assured, now string
		want         Freshness
	}{
		"just now":                         {"2026-11-23T14:00:00+01:00", "2026-11-23T14:00:00+01:00", FreshnessFresh},
		"by a clock that is ahead":         {"2026-11-25T14:00:00+01:00", "2026-11-23T14:00:00+01:00", FreshnessFresh},
		"180 days ago, to the first hour":  {"2026-05-27T00:30:00+02:00", "2026-11-23T23:59:59+01:00", FreshnessFresh},
		"181 days ago, to the last second": {"2026-05-26T23:59:59+02:00", "2026-11-23T00:00:00+01:00", FreshnessAgeing},
		"365 days ago":                     {"2025-11-23T00:00:00+01:00", "2026-11-23T23:59:59+01:00", FreshnessAgeing},
		"366 days ago":                     {"2025-11-22T23:59:59+01:00", "2026-11-23T00:00:00+01:00", FreshnessStale},
		"a leap day counts":                {"2027-12-01T12:00:00+01:00", "2028-11-30T12:00:00+01:00", FreshnessAgeing},
		"and one more":                     {"2027-12-01T12:00:00+01:00", "2028-12-01T12:00:00+01:00", FreshnessStale},
		"the day is Brussels's, in summer": {"2026-05-26T22:30:00Z", "2026-11-23T12:00:00Z", FreshnessFresh},
		"the day is Brussels's, in winter": {"2026-05-27T10:00:00Z", "2026-11-23T23:30:00Z", FreshnessAgeing},
		// From 180 days before: 2026-03-29 has 23 hours, 2026-10-25 has 25. Neither shifts the day.
		"over the hour that is lost":    {"2025-09-30T23:59:00+02:00", "2026-03-29T03:01:00+02:00", FreshnessFresh},
		"over the hour that comes back": {"2026-04-28T00:01:00+02:00", "2026-10-25T23:59:00+01:00", FreshnessFresh},
		"and a day more":                {"2026-04-28T00:01:00+02:00", "2026-10-26T00:00:00+01:00", FreshnessAgeing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assured := at(tc.assured)
			if got := FreshnessOf(&assured, at(tc.now)); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
	if got := FreshnessOf(nil, testNow()); got != FreshnessUnconfirmed {
		t.Errorf("never confirmed: %s", got)
	}
}

func TestFreshnessOnlyEverFades(t *testing.T) {
	t.Parallel()
	order := map[Freshness]int{FreshnessFresh: 0, FreshnessAgeing: 1, FreshnessStale: 2}
	rapid.Check(t, func(t *rapid.T) {
		assured := time.Unix(rapid.Int64Range(1.5e9, 2e9).Draw(t, "assured"), 0)
		now := assured.Add(time.Duration(rapid.Int64Range(0, 500*24*3600).Draw(t, "later")) * time.Second)
		later := now.Add(time.Duration(rapid.Int64Range(0, 500*24*3600).Draw(t, "still later")) * time.Second)
		if a, b := FreshnessOf(&assured, now), FreshnessOf(&assured, later); order[a] > order[b] {
			t.Fatalf("%s, later %s", a, b)
		}
	})
}

func TestFreshnessWords(t *testing.T) {
	t.Parallel()
	day := func(s Day) *time.Time { m := s.Start().Add(10 * time.Hour); return &m }
	for name, tc := range map[string]struct {
		v    ZoneView
		want string
	}{
		"fresh":  {ZoneView{AssuredAt: day("2026-11-03"), Version: 1}, "Bevestigd op 3 november 2026"},
		"ageing": {ZoneView{AssuredAt: day("2026-03-20"), Version: 1}, "Laatst bevestigd op 20 maart 2026 (8 maanden geleden)"},
		"stale":  {ZoneView{AssuredAt: day("2025-03-20"), Version: 1}, "Laatst bevestigd op 20 maart 2025 (20 maanden geleden), mogelijk verouderd"},
		"facts": {ZoneView{FactsAsOf: "2023-11-08"},
			"Nog niet bevestigd door de politiezone. Gegevens van 8 november 2023."},
		"facts of a month":         {ZoneView{FactsAsOf: "2016-01"}, "Nog niet bevestigd door de politiezone. Gegevens van januari 2016."},
		"facts without a date":     {ZoneView{}, "Nog niet bevestigd door de politiezone."},
		"saved, never confirmed":   {ZoneView{FactsAsOf: "2023-11-08", Version: 2, ModifiedAt: day("2026-10-01")}, "Nog niet bevestigd door de politiezone. Gewijzigd op 1 oktober 2026."},
		"saved, no one knows when": {ZoneView{FactsAsOf: "2023-11-08", Version: 2}, "Nog niet bevestigd door de politiezone."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.v.Freshness = FreshnessOf(tc.v.AssuredAt, testNow())
			if got := tc.v.FreshnessWords(testNow()); got != tc.want {
				t.Errorf("got  %q\nwant %q", got, tc.want)
			}
		})
	}
}
