package directory_test

import (
	"testing"
	"time"
	_ "time/tzdata" // what the rule is compared with, on any machine

	"aanspreekpunt/shared/directory"
)

// TestBrusselsIsAsTheWorldsZonesHaveIt: every hour of a century. When it fails after an update of Go, Belgium has
// another summer time, and the rule in day.go has to follow.
func TestBrusselsIsAsTheWorldsZonesHaveIt(t *testing.T) {
	t.Parallel()
	world, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	if got := directory.Brussels.String(); got != "Europe/Brussels" {
		t.Errorf("it is called %s", got)
	}
	for at := time.Date(1997, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2097; at = at.Add(time.Hour) {
		const layout = "2006-01-02 15:04 MST -0700"
		if got, want := at.In(directory.Brussels).Format(layout), at.In(world).Format(layout); got != want {
			t.Fatalf("%v: %s, want %s", at, got, want)
		}
	}
	for _, wall := range []time.Time{ // hours that are skipped, that come twice, and ordinary ones
		time.Date(2026, 3, 29, 2, 30, 0, 0, time.UTC), time.Date(2026, 10, 25, 2, 30, 0, 0, time.UTC), time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2028, 2, 29, 23, 59, 59, 0, time.UTC),
	} {
		there := func(l *time.Location) time.Time {
			return time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, l)
		}
		if got, want := there(directory.Brussels), there(world); !got.Equal(want) {
			t.Errorf("%v on the wall is %v, want %v", wall, got.UTC(), want.UTC())
		}
	}
}
