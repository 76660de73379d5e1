package directory

import (
	"fmt"
	"time"

	"pgregory.net/rapid"
)

// The generators below make whole zones: few themes, places and schools, so that limits often meet questions,
// and absences around one day with replacements that may be missing, circular, or away themselves.

var (
	testMunicipalities = []NIS{24107, 24041, 24059}
	testSchools        = []InstitutionNumber{"000018", "000026"}
	testThemes         = []Theme{ThemeTruancy, ThemeDrugs}
	testDay            = Day("2026-11-23")
)

func testNow() time.Time { return time.Date(2026, 11, 23, 14, 0, 0, 0, Brussels) }

func testNames(nis NIS) string {
	return map[NIS]string{24107: "Tienen", 24041: "Hoegaarden", 24059: "Landen"}[nis]
}

func someOf[T any](from []T) *rapid.Generator[[]T] {
	return rapid.Custom(func(t *rapid.T) []T {
		var some []T
		for _, v := range from {
			if rapid.IntRange(0, 3).Draw(t, "in") == 0 {
				some = append(some, v)
			}
		}
		return some
	})
}

func visibility() *rapid.Generator[Visibility] {
	return rapid.SampledFrom([]Visibility{VisiblePublic, VisibleSchools, ""})
}

// contactPointsOf makes up to six contact points. What is kept for schools carries the word "canary".
func contactPointsOf() *rapid.Generator[[]ContactPoint] {
	return rapid.Custom(func(t *rapid.T) []ContactPoint {
		n := rapid.IntRange(0, 6).Draw(t, "points")
		primary := rapid.IntRange(0, 6).Draw(t, "primary")
		var points []ContactPoint
		for i := range n {
			points = append(points, contactPointOf(i, n, i == primary).Draw(t, "point"))
		}
		return points
	})
}

func contactPointOf(i, n int, primary bool) *rapid.Generator[ContactPoint] {
	return rapid.Custom(func(t *rapid.T) ContactPoint {
		mark := func(v Visibility, s string) string {
			if v == VisiblePublic {
				return s
			}
			return "canary-" + s
		}
		flag := func(b bool) Visibility {
			if b {
				return VisiblePublic
			}
			return VisibleSchools
		}
		c := ContactPoint{
			ID:                 fmt.Sprintf("p%d", i),
			Role:               "Functie",
			Primary:            primary,
			Themes:             someOf(testThemes).Draw(t, "themes"),
			Levels:             someOf(Levels()).Draw(t, "levels"),
			Municipalities:     someOf(testMunicipalities).Draw(t, "municipalities"),
			InstitutionNumbers: someOf(testSchools).Draw(t, "schools"),
			NameVisibility:     visibility().Draw(t, "nameVisibility"),
			AvailabilityPublic: rapid.Bool().Draw(t, "availabilityPublic"),
			OpeningHoursPublic: rapid.Bool().Draw(t, "openingHoursPublic"),
			AbsencePublic:      rapid.Bool().Draw(t, "absencePublic"),
		}
		if rapid.Bool().Draw(t, "named") {
			c.Name = mark(c.NameVisibility, fmt.Sprintf("naam%d", i))
		}
		for j := range rapid.IntRange(0, 2).Draw(t, "phones") {
			v := visibility().Draw(t, "phoneVisibility")
			c.Phones = append(c.Phones, Phone{mark(v, fmt.Sprintf("+321600%d%d", i, j)), v, mark(v, "nota")})
		}
		for j := range rapid.IntRange(0, 2).Draw(t, "emails") {
			v := visibility().Draw(t, "emailVisibility")
			c.Emails = append(c.Emails, Email{mark(v, fmt.Sprintf("mail%d.%d@zone.example", i, j)), v})
		}
		if rapid.Bool().Draw(t, "available") {
			c.Availability = mark(flag(c.AvailabilityPublic), "weekdagen")
		}
		if rapid.Bool().Draw(t, "hours") {
			// 13:37 occurs in no other value.
			c.OpeningHours = []OpeningHours{{Day: 1, Opens: "08:00", Until: map[bool]string{true: "12:00", false: "13:37"}[c.OpeningHoursPublic]}}
		}
		if rapid.IntRange(0, 2).Draw(t, "away") == 0 {
			a := Absence{
				From:        rapid.SampledFrom([]Day{"2026-11-01", testDay, "2026-11-24"}).Draw(t, "from"),
				Until:       rapid.SampledFrom([]Day{"", "2026-11-22", testDay, "2026-12-04"}).Draw(t, "until"),
				Replacement: rapid.SampledFrom([]string{"", "unknown", fmt.Sprintf("p%d", rapid.IntRange(0, n-1).Draw(t, "in"))}).Draw(t, "replacement"),
			}
			c.Absence = &a
		}
		return c
	})
}

func profileOf() *rapid.Generator[Profile] {
	return rapid.Custom(func(t *rapid.T) Profile {
		assured := testNow().AddDate(0, 0, -rapid.IntRange(0, 500).Draw(t, "days"))
		return Profile{
			Code: "5910", Version: 3,
			ContactPoints:   contactPointsOf().Draw(t, "contactPoints"),
			Phone:           "+3216000000",
			AssuredAt:       &assured,
			ManagementEmail: "canary-beheer@zone.example",
			ReminderDays:    []int{90, 1337},
		}
	})
}

func questionOf() *rapid.Generator[Question] {
	return rapid.Custom(func(t *rapid.T) Question {
		return Question{
			Theme:        rapid.SampledFrom([]Theme{"", ThemeTruancy, ThemeDrugs, ThemeTheft}).Draw(t, "theme"),
			Level:        rapid.SampledFrom([]Level{"", LevelBasic, LevelSecondary}).Draw(t, "level"),
			Municipality: rapid.SampledFrom([]NIS{0, 24107, 24041}).Draw(t, "municipality"),
			School:       rapid.SampledFrom([]InstitutionNumber{"", "000018", "000099"}).Draw(t, "school"),
		}
	})
}
