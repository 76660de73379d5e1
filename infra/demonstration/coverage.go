package demonstration

import (
	"time"

	"aanspreekpunt/shared/directory"
)

// weeksCounted is how far back the demonstration's counts of coverage go.
const weeksCounted = 52

// Coverage is what counting the demonstration zones would have given, once a week up to now, the oldest first: each
// zone is there from the day on which it last changed something.
func Coverage(t directory.Territory, now time.Time) []directory.Coverage {
	saved := map[directory.ZoneCode]directory.Profile{}
	for _, p := range Profiles(t, now) {
		saved[p.Code] = p
	}
	var counts []directory.Coverage
	for week := weeksCounted; week >= 0; week-- {
		c := directory.NewCoverage(day(now, -7*week))
		for _, z := range t.Zones {
			if p, ok := saved[z.Code]; ok && directory.DayOf(*p.ModifiedAt) <= c.Day {
				c.Add(z, &p)
			} else {
				c.Add(z, nil)
			}
		}
		counts = append(counts, *c)
	}
	return counts
}
