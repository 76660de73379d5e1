package directory

import (
	"fmt"
	"time"
	_ "time/tzdata" // Lambda's base image has no zone data
)

// Brussels is the time zone in which all days of the service are reckoned.
var Brussels = mustLoad("Europe/Brussels")

func mustLoad(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(fmt.Sprintf("time zone %s: %v", name, err)) // cannot happen: the zone data is embedded
	}
	return loc
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
