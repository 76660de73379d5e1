package dynamo_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
)

func TestBoundaries(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		ctx, store := context.Background(), dynamo.New(table.Client, table.Name)
		if list, err := store.Boundaries(ctx); err != nil || len(list) != 0 {
			t.Fatalf("before the first: %v, %v", list, err)
		}
		ring := []directory.Point{{4.365, 51.146}, {4.4, 51.146}, {4.365, 51.2}}
		for _, want := range [][]directory.Boundary{{{Zone: "5345", Rings: [][]directory.Point{ring}}, {Rings: [][]directory.Point{ring, ring}}}, {{Zone: "5910"}}} {
			if err := store.SaveBoundaries(ctx, want); err != nil {
				t.Fatal(err)
			}
			if got, err := store.Boundaries(ctx); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, %v, want %v", got, err, want)
			}
		}
		if err := store.SaveBoundaries(ctx, []directory.Boundary{{Rings: [][]directory.Point{make([]directory.Point, 100_000)}}}); !errors.Is(err, dynamo.ErrTooLarge) {
			t.Errorf("an outline of 500 kB: got %v", err)
		}
	})
}
