package directory

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestCoverageOf(t *testing.T) {
	t.Parallel()
	day := Day("2026-11-23")
	daysAgo := func(n int) *time.Time {
		at := time.Date(2026, 11, 23-n, 23, 59, 0, 0, Brussels)
		return &at
	}
	primary, other := ContactPoint{ID: "a", Primary: true}, ContactPoint{ID: "b"}
	for name, c := range map[string]struct {
		profile *Profile
		want    CoverageState
	}{
		"never saved":                       {nil, CoverageNone},
		"nothing in it":                     {&Profile{}, CoverageNone},
		"confirmed without a contact point": {&Profile{AssuredAt: daysAgo(1)}, CoverageNone},
		"confirmed without a primary one":   {&Profile{AssuredAt: daysAgo(1), ContactPoints: []ContactPoint{other}}, CoverageNone},
		"never confirmed":                   {&Profile{ContactPoints: []ContactPoint{primary}}, CoverageNone},
		"confirmed on the day":              {&Profile{AssuredAt: daysAgo(0), ContactPoints: []ContactPoint{primary}}, CoverageFresh},
		"180 days ago":                      {&Profile{AssuredAt: daysAgo(180), ContactPoints: []ContactPoint{other, primary}}, CoverageFresh},
		"181 days ago":                      {&Profile{AssuredAt: daysAgo(181), ContactPoints: []ContactPoint{primary}}, CoverageAgeing},
		"365 days ago":                      {&Profile{AssuredAt: daysAgo(365), ContactPoints: []ContactPoint{primary}}, CoverageAgeing},
		"366 days ago":                      {&Profile{AssuredAt: daysAgo(366), ContactPoints: []ContactPoint{primary}}, CoverageStale},
	} {
		if got := CoverageOf(c.profile, day); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func TestCoverageCountsEveryZoneOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := NewCoverage(testDay)
		zones, with := rapid.IntRange(0, 30).Draw(t, "zones"), 0
		for i := range zones {
			f := ZoneFacts{Code: ZoneCode(fmt.Sprintf("%04d", i)), Province: rapid.SampledFrom(append(Provinces(), "elders")).Draw(t, "province")}
			var p *Profile
			if rapid.Bool().Draw(t, "saved") {
				drawn := profileOf().Draw(t, "profile")
				p = &drawn
				if slices.ContainsFunc(p.ContactPoints, func(c ContactPoint) bool { return c.Primary }) {
					with++
				}
			}
			c.Add(f, p)
		}
		total := c.Total()
		if total.Zones != zones || len(c.States) != zones || total.WithContactPoint != with {
			t.Fatalf("of %d zones, %d with a contact point: %+v, %d states", zones, with, total, len(c.States))
		}
		for _, p := range append(c.Provinces, ProvinceCoverage{CoverageCount: total}) {
			sum := 0
			for _, s := range CoverageStates() {
				sum += p.Of(s)
			}
			if sum != p.Zones || p.Zones-p.None > p.WithContactPoint {
				t.Fatalf("%+v: the states do not add up", p)
			}
		}
		for i, name := range Provinces() {
			if c.Provinces[i].Province != name {
				t.Fatalf("provinces in another order: %+v", c.Provinces)
			}
		}
	})
}
