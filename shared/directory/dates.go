package directory

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

var months = [...]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
	"oktober", "november", "december"}

// weekdays begins on Sunday, as time.Weekday does.
var weekdays = [...]string{"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"}

// DateWords is a day as people read it: "3 november 2026". What is no day is given back as it is.
func DateWords(d Day) string { return ReducedDateWords(string(d)) }

// ReducedDateWords is a date of which the day, or month, may be unknown, as people read it: "2023-11-08" is
// "8 november 2023", "2016-01" is "januari 2016", "2016" stays "2016". What is no date is given back as it is.
func ReducedDateWords(s string) string {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return fmt.Sprintf("%d %s %d", t.Day(), months[t.Month()-1], t.Year())
	}
	if t, err := time.Parse("2006-01", s); err == nil {
		return fmt.Sprintf("%s %d", months[t.Month()-1], t.Year())
	}
	return s
}

// AgoWords is how long before now a day was: "8 maanden geleden". Whole days, then weeks, months and years, each
// rounded down.
func AgoWords(d Day, now time.Time) string {
	today := DayOf(now)
	days, months := d.DaysUntil(today), monthsBetween(d, today)
	switch {
	case days < 0:
		return "op " + DateWords(d)
	case days == 0:
		return "vandaag"
	case days == 1:
		return "gisteren"
	case days < 14:
		return fmt.Sprintf("%d dagen geleden", days)
	case months == 0:
		return fmt.Sprintf("%d weken geleden", days/7)
	case months == 1:
		return "1 maand geleden"
	case months == 12:
		return "1 jaar geleden"
	case months < 24:
		return fmt.Sprintf("%d maanden geleden", months)
	}
	return fmt.Sprintf("%d jaar geleden", months/12)
}

// monthsBetween counts whole calendar months.
func monthsBetween(from, to Day) int {
	a, _ := time.Parse(time.DateOnly, string(from))
	b, _ := time.Parse(time.DateOnly, string(to))
	n := (b.Year()-a.Year())*12 + int(b.Month()) - int(a.Month())
	if b.Day() < a.Day() {
		n--
	}
	return n
}

// FreshnessWords says in a sentence how far the zone's data can be trusted, with the day of its last
// confirmation, or for facts that nobody confirmed the date they are from.
func (v ZoneView) FreshnessWords(now time.Time) string {
	if v.AssuredAt != nil {
		return assuredWords(*v.AssuredAt, v.Freshness, now)
	}
	words := "Nog niet bevestigd door de politiezone."
	switch {
	case v.Version == 0 && v.FactsAsOf != "" && len(v.FormerZones) == 0: // what was taken over is older than the zone
		words += " Gegevens van " + ReducedDateWords(v.FactsAsOf) + "."
	case v.Version > 0 && v.ModifiedAt != nil:
		words += " Gewijzigd op " + DateWords(DayOf(*v.ModifiedAt)) + "."
	}
	return words
}

// assuredWords says when data was last confirmed, and how long ago that is unless it is fresh.
func assuredWords(assuredAt time.Time, f Freshness, now time.Time) string {
	day := DayOf(assuredAt)
	switch f {
	case FreshnessFresh:
		return "Bevestigd op " + DateWords(day)
	case FreshnessStale:
		return "Laatst bevestigd op " + DateWords(day) + " (" + AgoWords(day, now) + "), mogelijk verouderd"
	}
	return "Laatst bevestigd op " + DateWords(day) + " (" + AgoWords(day, now) + ")"
}

// clockWords is a time of day as people read it: "8 uur", "16.30 uur", "middernacht" for the end of a day.
func clockWords(minute int) string {
	switch h, m := minute/60, minute%60; {
	case m != 0:
		return fmt.Sprintf("%d.%02d uur", h, m)
	case h == 24:
		return "middernacht"
	default:
		return strconv.Itoa(h) + " uur"
	}
}

// AndWords joins names as a sentence does: "a", "a en b", "a, b en c".
func AndWords(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " en " + names[last]
}

// InWords joins what values are called, as AndWords does.
func InWords[T any](values []T, word func(T) string) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = word(v)
	}
	return AndWords(names)
}
