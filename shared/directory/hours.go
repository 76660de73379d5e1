package directory

import (
	"slices"
	"time"
)

// Reach says whether someone can be reached at a moment, and how that changes next.
type Reach struct {
	Open  bool
	Words string // Dutch: "Bereikbaar tot 16.30 uur." or "Nu niet bereikbaar. Opnieuw maandag vanaf 8 uur."
}

const weekMinutes = 7 * 24 * 60

// span is opening time in minutes since Monday 00:00; until may lie beyond the end of the week.
type span struct{ opens, until int }

// ReachAt reads opening hours at a moment. Hours that touch or overlap count as one span, also across midnight.
// It tells false when there are no valid hours to go by. It reckons by the clock on the wall in Brussels: on a day
// on which the clock changes, eight o'clock stays eight o'clock.
func ReachAt(hours []OpeningHours, now time.Time) (Reach, bool) {
	spans := weekOf(hours)
	if len(spans) == 0 {
		return Reach{}, false
	}
	if len(spans) == 1 && spans[0].until-spans[0].opens >= weekMinutes {
		return Reach{true, "Dag en nacht bereikbaar."}, true
	}
	local := now.In(Brussels)
	today := (int(local.Weekday()) + 6) % 7
	minute := today*24*60 + local.Hour()*60 + local.Minute()
	next := 3 * weekMinutes // later than any span
	for _, s := range spans {
		for _, week := range []int{-weekMinutes, 0, weekMinutes} {
			from, to := s.opens+week, s.until+week
			switch {
			case from <= minute && minute < to:
				return Reach{true, openWords(to, today)}, true
			case from > minute && from < next:
				next = from
			}
		}
	}
	return Reach{false, closedWords(next, today)}, true
}

// openWords says until when; the day is named when it is not today.
func openWords(until, today int) string {
	day, minute := until/(24*60), until%(24*60)
	if minute == 0 {
		day, minute = day-1, 24*60 // the end of a day, not the beginning of the next
	}
	switch day - today {
	case 0:
		return "Bereikbaar tot " + clockWords(minute) + "."
	case 1:
		return "Bereikbaar tot morgen " + clockWords(minute) + "."
	}
	return "Bereikbaar tot " + weekdays[(day+1)%7] + " " + clockWords(minute) + "."
}

// closedWords says from when again; the same day of next week is called so.
func closedWords(opens, today int) string {
	day, minute := opens/(24*60), opens%(24*60)
	when := weekdays[(day+1)%7]
	switch day - today {
	case 0:
		when = "vandaag"
	case 7:
		when = "volgende week " + when
	}
	return "Nu niet bereikbaar. Opnieuw " + when + " vanaf " + clockWords(minute) + "."
}

// weekOf is the week as spans that neither touch nor overlap, ascending; only the last may run past its end.
// Hours that make no sense are left out: they were stored before they were checked.
func weekOf(hours []OpeningHours) []span {
	var spans []span
	for _, h := range hours {
		opens, ok1 := parseClock(h.Opens)
		until, ok2 := parseClock(h.Until)
		if h.Day < 1 || h.Day > 7 || !ok1 || !ok2 || until <= opens {
			continue
		}
		start := (h.Day - 1) * 24 * 60
		spans = append(spans, span{start + opens, start + until})
	}
	slices.SortFunc(spans, func(a, b span) int { return a.opens - b.opens })
	var merged []span
	for _, s := range spans {
		if n := len(merged); n > 0 && s.opens <= merged[n-1].until {
			merged[n-1].until = max(merged[n-1].until, s.until)
			continue
		}
		merged = append(merged, s)
	}
	// Sunday night runs on into Monday morning.
	if n := len(merged); n > 1 && merged[0].opens == 0 && merged[n-1].until == weekMinutes {
		merged[n-1].until += merged[0].until
		merged = merged[1:]
	}
	return merged
}

// parseClock reads HH:mm, up to and including 24:00, as minutes.
func parseClock(s string) (int, bool) {
	if len(s) != 5 || s[2] != ':' || !digits(s[:2]) || !digits(s[3:]) {
		return 0, false
	}
	h, m := int(s[0]-'0')*10+int(s[1]-'0'), int(s[3]-'0')*10+int(s[4]-'0')
	minutes := h*60 + m
	return minutes, m < 60 && minutes <= 24*60
}

// ReachAt reads the contact point's opening hours, as far as this caller may see them, unless the caller sees
// that the person is away.
func (v ContactPointView) ReachAt(now time.Time) (Reach, bool) {
	if v.Absence.covers(DayOf(now)) {
		return Reach{false, "Afwezig" + untilWords(v.Absence) + "."}, true
	}
	return ReachAt(v.OpeningHours, now)
}
