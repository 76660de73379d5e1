package directory

import (
	"slices"
	"time"
)

// Days of reminding.
const (
	AbsenceDays = 7  // before an absence ends, its zone hears of it
	AskingDays  = 30 // after its first reminder run a zone that never confirmed is the administrators' to call
)

// askSteps are the days after its first reminder run on which a zone that never confirmed is asked, ascending.
var askSteps = []int{0, 14, AskingDays}

// reminderDays are the days before their data goes stale on which zones are reminded that chose none themselves.
var reminderDays = []int{90, 30, 7, 0}

// LastGoodDay is the last day on which data that was confirmed at a moment is not stale.
func LastGoodDay(assuredAt time.Time) Day { return DayOf(assuredAt).Plus(AgeingDays) }

// ReminderDue gives the threshold that a zone has reached on its way from its last confirmation to stale: so many
// days before, as the zone itself chose or else 90, 30, 7 and 0. It is the lowest one reached, whatever was missed;
// false before the first, and for a zone that never confirmed.
func (p Profile) ReminderDue(now time.Time) (int, bool) {
	if p.AssuredAt == nil {
		return 0, false
	}
	days := p.ReminderDays
	if len(days) == 0 {
		days = reminderDays
	}
	left := DayOf(now).DaysUntil(LastGoodDay(*p.AssuredAt))
	lowest, due := 0, false
	for _, d := range days {
		if left <= d && (!due || d < lowest) {
			lowest, due = d, true
		}
	}
	return lowest, due
}

// AskDue gives the step that a zone has reached that never confirmed: the day on which it is asked, counted from its
// first reminder run. It is the last one reached, whatever was missed.
func AskDue(first, now time.Time) int {
	day := DayOf(first).DaysUntil(DayOf(now))
	step := 0
	for _, s := range askSteps {
		if s <= day {
			step = s
		}
	}
	return step
}

// ToCall tells whether the time to ask a zone that never confirmed is over, so that the administrators call it.
func ToCall(first, now time.Time) bool { return DayOf(first).DaysUntil(DayOf(now)) > AskingDays }

// EndingAbsences gives the contact points that are away and are expected back within seven days, today included. Who
// is away for less than that in all is not among them: the zone only just said so.
func (p Profile) EndingAbsences(now time.Time) []ContactPoint {
	today := DayOf(now)
	return slices.DeleteFunc(slices.Clone(p.ContactPoints), func(c ContactPoint) bool {
		if c.Absence == nil || c.Absence.Until == "" {
			return true
		}
		told := c.Absence.Until.Plus(-AbsenceDays)
		return today < told || today > c.Absence.Until || c.Absence.From > told
	})
}
