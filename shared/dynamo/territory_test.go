package dynamo_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
)

// upcoming are facts for a day to come.
func upcoming(date directory.Day, version string) dynamo.UpcomingFacts {
	return dynamo.UpcomingFacts{Upcoming: dynamo.Upcoming{Date: date, Version: version}, Data: []byte(version)}
}

// aChange is a version of the list with so many changes.
func aChange(version int, by string) *dynamo.TerritorySave {
	save := &dynamo.TerritorySave{Changes: directory.TerritoryChanges{Version: version}, At: noon}
	for n := range version {
		save.Changes.Items = append(save.Changes.Items, directory.TerritoryChange{Number: n + 1, Date: "2027-01-01", LoadedAt: noon,
			Steps: []directory.TerritoryStep{{Date: "2027-01-01", From: "5371", To: "5372"}}, Moves: []directory.Move{}})
	}
	save.Acts = []directory.TerritoryAct{{Change: version, At: noon, Name: by, Subject: "subject"}}
	return save
}

func TestPointerChoosesByTheDay(t *testing.T) {
	p := dynamo.Pointer{Version: "a", Upcoming: []dynamo.Upcoming{{Date: "2027-01-01", Version: "b"}, {Date: "2027-06-01", Version: "c"}}}
	for day, want := range map[directory.Day]string{"2026-12-31": "a", "2027-01-01": "b", "2027-05-31": "b", "2027-06-01": "c", "2030-01-01": "c"} {
		if got := p.VersionOn(day); got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
}

func TestTerritoryChangesAreStoredWithTheFacts(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := dynamo.New(table.Client, table.Name)
		if list, err := s.TerritoryChanges(t.Context(), noon); err != nil || list.Version != 0 || len(list.Items) > 0 {
			t.Fatalf("at first: %+v, %v", list, err)
		}
		publish(t, s, "v0", []byte("facts"), "")
		before := pointerOf(t, s)
		first := dynamo.Publication{Version: "v0", Data: []byte("facts"), Upcoming: []dynamo.UpcomingFacts{upcoming("2027-01-01", "u1")},
			At: noon, Previous: before, Territory: aChange(1, "An Voorbeeld")}
		if err := dynamo.PublishReference(t.Context(), s, first); err != nil {
			t.Fatal(err)
		}
		list, err := s.TerritoryChanges(t.Context(), noon)
		if err != nil || !reflect.DeepEqual(list.Items, first.Territory.Changes.Items) || list.Version != 1 || list.By(1, false) != "An Voorbeeld" || list.By(1, true) != "" {
			t.Errorf("got %+v, %v", list, err)
		}
		if list, _ := s.TerritoryChanges(t.Context(), noon.AddDate(0, 0, directory.PersonalDays)); list.By(1, false) != "" || len(list.Items) != 1 {
			t.Errorf("who did it is not forgotten: %+v", list)
		}
		p := pointerOf(t, s)
		if p.Version != "v0" || !slices.Equal(p.Upcoming, []dynamo.Upcoming{{Date: "2027-01-01", Version: "u1"}}) {
			t.Errorf("pointer: %+v", p)
		}

		// One who read before that changes nothing: not the pointer, not the list, not the name.
		late := first
		late.Territory = aChange(1, "Bo Voorbeeld")
		if err := dynamo.PublishReference(t.Context(), s, late); !errors.Is(err, dynamo.ErrStale) {
			t.Errorf("from an old pointer: %v", err)
		}
		late.Previous = p // the pointer is right, and the list is not
		if err := dynamo.PublishReference(t.Context(), s, late); err == nil {
			t.Error("over a version of the list that is there")
		}
		if list, err := s.TerritoryChanges(t.Context(), noon); err != nil || list.By(1, false) != "An Voorbeeld" || pointerOf(t, s).PublishedAt != p.PublishedAt {
			t.Errorf("got %+v, %v", list, err)
		}
	})
}

func TestUpcomingFactsStayUntilTheirDayAndAfterIt(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := dynamo.New(table.Client, table.Name)
		next := func(at time.Time, version string, coming ...dynamo.UpcomingFacts) {
			t.Helper()
			if err := dynamo.PublishReference(t.Context(), s, dynamo.Publication{Version: version, Data: []byte(version), Upcoming: coming, At: at, Previous: pointerOf(t, s)}); err != nil {
				t.Fatal(err)
			}
			p := pointerOf(t, s)
			for _, v := range p.Kept {
				if data, err := s.Reference(t.Context(), v); err != nil || string(data) != v {
					t.Errorf("kept %s: %q, %v", v, data, err)
				}
			}
			for _, u := range p.Upcoming {
				if data, err := s.Reference(t.Context(), u.Version); err != nil || string(data) != u.Version {
					t.Errorf("upcoming %s: %q, %v", u.Version, data, err)
				}
			}
		}
		later := upcoming("2027-01-01", "new")
		for _, version := range []string{"a", "b", "c", "d", "e"} { // five imports of schools before the day
			next(noon, version, later)
		}
		if p := pointerOf(t, s); !slices.Equal(p.Kept, []string{"e", "d", "c"}) {
			t.Errorf("kept %v", p.Kept)
		}
		// Rebuilt with other schools, the one before goes.
		next(noon, "f", upcoming("2027-01-01", "new2"))
		if got := items(t, table, "new"); len(got) > 0 {
			t.Errorf("%d items left of what is upcoming no more", len(got))
		}
		// After its day it is current by the next publication, and one behind it stays readable: an instance that
		// read the old pointer may be about to load it.
		newYear := time.Date(2027, 1, 1, 3, 0, 0, 0, time.UTC)
		next(newYear, "g")
		if p := pointerOf(t, s); !slices.Equal(p.Kept, []string{"g", "new2", "f"}) || len(p.Upcoming) > 0 {
			t.Errorf("%+v", p)
		}
	})
}

func TestHolderTurnsAtMidnightInBrussels(t *testing.T) {
	t.Parallel()
	table, c := dynamotest.New(t), new(clock)
	s := dynamo.New(table.Client, table.Name)
	err := dynamo.PublishReference(t.Context(), s, dynamo.Publication{Version: "old", Data: built(t, "old"), At: noon,
		Upcoming: []dynamo.UpcomingFacts{{Upcoming: dynamo.Upcoming{Date: "2026-11-24", Version: "new"}, Data: built(t, "new")}}})
	if err != nil {
		t.Fatal(err)
	}
	r := dynamo.NewReference(s, c.Now)
	c.advance(10*time.Hour + 59*time.Minute + 59*time.Second) // 23.59.59 in Brussels
	if got := current(t, r); got != "old" {
		t.Errorf("before midnight: %s", got)
	}
	c.advance(time.Second)
	if got := current(t, r); got != "new" || r.Degraded() {
		t.Errorf("at midnight: %s", got)
	}
	if f, p, err := s.FactsAt(t.Context(), noon); err != nil || f.Meta().Territory.Text != "old" || p.Version != "old" {
		t.Errorf("facts at noon: %v", err)
	}
	if f, _, err := s.FactsAt(t.Context(), noon.Add(11*time.Hour)); err != nil || f.Meta().Territory.Text != "new" {
		t.Errorf("facts at midnight: %v", err)
	}
	// One that starts on the day begins with what is current.
	if got := current(t, dynamo.NewReference(s, c.Now)); got != "new" {
		t.Errorf("a cold start on the day: %s", got)
	}
}

func TestHolderGoesOnWhenTheNewFactsCannotBeRead(t *testing.T) {
	t.Parallel()
	table, c := dynamotest.New(t), new(clock)
	s := dynamo.New(table.Client, table.Name)
	err := dynamo.PublishReference(t.Context(), s, dynamo.Publication{Version: "old", Data: built(t, "old"), At: noon,
		Upcoming: []dynamo.UpcomingFacts{{Upcoming: dynamo.Upcoming{Date: "2026-11-24", Version: "new"}, Data: []byte("broken")}}})
	if err != nil {
		t.Fatal(err)
	}
	r := dynamo.NewReference(s, c.Now)
	current(t, r)
	c.advance(12 * time.Hour)
	if got := current(t, r); got != "old" || !r.Degraded() || !errors.Is(r.Failure(), dynamo.ErrBroken) {
		t.Errorf("got %s, degraded %t, %v", got, r.Degraded(), r.Failure())
	}
}

// Whichever write fails, the list of changes and the pointer are both the old ones or both the new ones, and every
// version that the pointer names can be read.
func TestATerritoryChangeBreaksOffAnywhere(t *testing.T) {
	t.Parallel()
	for fail := int64(1); ; fail++ {
		table := dynamotest.New(t)
		b := &between{API: table.Client}
		s := dynamo.New(b, table.Name)
		publish(t, s, "v0", []byte("v0"), "")
		before := pointerOf(t, s)
		b.writes.Store(0)
		b.write = func(n int64) error {
			if n == fail {
				return errThrottled
			}
			return nil
		}
		err := dynamo.PublishReference(t.Context(), s, dynamo.Publication{Version: "v1", Data: []byte("v1"), At: noon, Previous: before, Territory: aChange(1, "An Voorbeeld"),
			Upcoming: []dynamo.UpcomingFacts{upcoming("2027-01-01", "u1"), upcoming("2027-06-01", "u2")}})
		done := b.writes.Load() < fail
		b.write = nil
		p := pointerOf(t, s)
		list, listErr := s.TerritoryChanges(t.Context(), noon)
		if listErr != nil || (p.Version == "v1") != (list.Version == 1) || (len(p.Upcoming) == 2) != (p.Version == "v1") {
			t.Errorf("write %d failed: the pointer is %+v, the list %+v, %v", fail, p, list, listErr)
		}
		if (err == nil || errors.Is(err, dynamo.ErrLeftOver)) != (p.Version == "v1") {
			t.Errorf("write %d failed: %v, and the pointer names %s", fail, err, p.Version)
		}
		versions := slices.Clone(p.Kept)
		for _, u := range p.Upcoming {
			versions = append(versions, u.Version)
		}
		for _, version := range versions {
			if _, err := s.Reference(t.Context(), version); err != nil {
				t.Errorf("write %d failed: %v", fail, err)
			}
		}
		if done {
			if err != nil || fail < 8 {
				t.Errorf("after %d writes: %v", fail-1, err)
			}
			return
		}
	}
}
