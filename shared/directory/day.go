package directory

import (
	"fmt"
	"time"
)

// Brussels is the time zone in which all days of the service are reckoned, right for every moment from 1997 on.
//
// Lambda's base image has no zone data, and time/tzdata would add the zones of the whole world to each function: a
// fiftieth of search's package. So it is made of the one rule that counts; a test compares it with time/tzdata.
var Brussels = zone("Europe/Brussels", "CET-1CEST,M3.5.0,M10.5.0/3")

// zone makes a time zone of a rule as POSIX writes it in TZ: in the format of the zone files (RFC 9636), without any
// moment of the past at which the rule was another.
func zone(name, rule string) *time.Location {
	const (
		// Version 2, whose data stands twice; no leap seconds and no moments of change, one kind of time, four
		// characters of abbreviations.
		header = "TZif2" + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
			"\x00\x00\x00\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x01" + "\x00\x00\x00\x04"
		winter = "\x00\x00\x0e\x10" + "\x00" + "\x00" + "CET\x00" // 3,600 seconds before UTC; not summer; the name
	)
	location, err := time.LoadLocationFromTZData(name, []byte(header+winter+header+winter+"\n"+rule+"\n"))
	if err != nil {
		panic(fmt.Sprintf("time zone %s: %v", name, err)) // cannot happen: the rule stands above
	}
	return location
}

// Day is a calendar day in Europe/Brussels, written yyyy-MM-dd, so that days compare as strings.
type Day string

// DayOf is the day in Brussels at a moment.
func DayOf(t time.Time) Day { return Day(t.In(Brussels).Format(time.DateOnly)) }

// ParseDay accepts an existing day written yyyy-MM-dd.
func ParseDay(s string) (Day, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", fmt.Errorf("day %q: want an existing day written yyyy-MM-dd", s)
	}
	return Day(s), nil
}

// Start is the moment at which the day begins in Brussels.
func (d Day) Start() time.Time {
	t, err := time.ParseInLocation(time.DateOnly, string(d), Brussels)
	if err != nil {
		return time.Time{}
	}
	return t
}

// Plus is the day so many days later, or earlier where n is negative. d must be an existing day.
func (d Day) Plus(n int) Day {
	t, _ := time.Parse(time.DateOnly, string(d)) // in UTC, where every day has 24 hours
	return Day(t.AddDate(0, 0, n).Format(time.DateOnly))
}

// DaysUntil counts the calendar days from d to later; negative when later lies before d. Both must be existing days.
func (d Day) DaysUntil(later Day) int {
	// Reckoned in UTC, where every day has 24 hours.
	from, _ := time.Parse(time.DateOnly, string(d))
	to, _ := time.Parse(time.DateOnly, string(later))
	return int(to.Sub(from) / (24 * time.Hour))
}
