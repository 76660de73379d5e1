package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
)

func TestCoverageIsASeriesOfDays(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		ctx, store := context.Background(), dynamo.New(table.Client, table.Name)
		count := func(day directory.Day, state directory.CoverageState, zones int) directory.Coverage {
			return directory.Coverage{Day: day, States: map[directory.ZoneCode]directory.CoverageState{"5910": state},
				Provinces: []directory.ProvinceCoverage{{Province: "Vlaams-Brabant", CoverageCount: directory.CoverageCount{Zones: zones}}}}
		}
		without := func(c directory.Coverage) directory.Coverage { c.States = nil; return c }
		since := func(from directory.Day) []directory.Coverage {
			t.Helper()
			days, err := store.CoverageSince(ctx, from)
			if err != nil {
				t.Fatal(err)
			}
			return days
		}
		save := func(c directory.Coverage) {
			t.Helper()
			if err := store.SaveCoverage(ctx, c); err != nil {
				t.Fatal(err)
			}
		}
		if days := since("2020-01-01"); len(days) != 0 {
			t.Fatalf("before the first: %+v", days)
		}
		first, second := count("2026-11-22", directory.CoverageFresh, 1), count("2026-11-23", directory.CoverageAgeing, 2)
		save(second)
		save(first) // late: it is a day of the series, and the zones' states stay those of the later day
		if got, want := since("2026-11-01"), []directory.Coverage{without(first), second}; !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		again := count("2026-11-23", directory.CoverageStale, 3)
		save(again)
		if got, want := since("2026-11-23"), []directory.Coverage{again}; !reflect.DeepEqual(got, want) {
			t.Errorf("the same day again: got %+v, want %+v", got, want)
		}
		if got := since("2026-11-24"); len(got) != 0 {
			t.Errorf("after the last day: %+v", got)
		}
		big := count("2026-11-24", directory.CoverageNone, 1)
		for i := range 9000 {
			big.States[directory.ZoneCode(fmt.Sprintf("%04d", i))] = directory.CoverageState(strings.Repeat("x", 30))
		}
		if err := store.SaveCoverage(ctx, big); !errors.Is(err, dynamo.ErrTooLarge) {
			t.Errorf("an item of over 350 kB: got %v", err)
		}
	})
}
