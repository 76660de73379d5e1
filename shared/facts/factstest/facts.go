package factstest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/infra/reference"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/schoollist"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Territory is all of Flanders and Brussels. It is read once: a test that changes it makes a copy.
var Territory = sync.OnceValue(func() directory.Territory { return must(facts.ReadTerritory(reference.FS)) })

// Only is the territory of a few zones, without anything of before. What holds for them holds for all, and sooner.
func Only(codes ...directory.ZoneCode) directory.Territory {
	all, t := Territory(), directory.Territory{}
	lies := map[directory.NIS]bool{}
	for _, z := range all.Zones {
		if slices.Contains(codes, z.Code) {
			t.Zones = append(t.Zones, z)
		}
	}
	for _, m := range all.Municipalities {
		if slices.Contains(codes, m.Zone) {
			t.Municipalities, lies[m.NIS] = append(t.Municipalities, m), true
		}
	}
	for _, p := range all.Places {
		if lies[p.NIS] {
			t.Places = append(t.Places, p)
		}
	}
	return t
}

// Changed is the whole territory on the day on which it changes in steps, which are loaded at a moment of that day or
// before. The steps need no date.
func Changed(t testing.TB, day directory.Day, loaded time.Time, steps ...directory.TerritoryStep) directory.Territory {
	t.Helper()
	for i := range steps {
		steps[i].Date = day
	}
	checked, issues := directory.CheckTerritorySteps(steps, day, nil)
	periods, _, wrong := directory.TerritoryChanges{}.WithSteps(checked, loaded).Periods(Territory(), day)
	if len(issues)+len(wrong) > 0 {
		t.Fatal(issues, wrong)
	}
	return periods[0].Territory
}

// Schools are the demonstration schools of a territory on a day.
func Schools(t directory.Territory, day directory.Day) []directory.School {
	list := must(schoollist.Read([]schoollist.File{{Name: "scholen.csv", Data: demonstration.SchoolList(Territory())}}, t, day))
	if len(list.Problems) > 0 {
		panic(list.Problems)
	}
	return list.Schools
}

// Build makes the bytes of a territory and schools.
func Build(t directory.Territory, schools []directory.School, meta facts.Meta) []byte {
	return must(facts.Build(t, schools, meta))
}

// Open makes facts of them.
func Open(t directory.Territory, schools []directory.School, meta facts.Meta) *facts.Facts {
	return must(facts.Open(Build(t, schools, meta)))
}
