package dynamo_test

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
)

func TestOrganisations(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		ctx, store := context.Background(), dynamo.New(table.Client, table.Name)
		now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
		if all, err := store.Organisations(ctx); err != nil || all.Version != 0 || len(all.Items) != 0 {
			t.Fatalf("before the first: got %+v, %v", all, err)
		}
		if o, found, err := store.Organisation(ctx, "0000000196"); found || err != nil {
			t.Fatalf("before it is linked: got %+v, %t, %v", o, found, err)
		}
		for version, want := range map[int]directory.Organisation{
			1: {Number: "0000000196", Name: "Voorbeeld", Zones: []directory.ZoneCode{"5910"}},
		} {
			saved := directory.Organisations{Version: version, Items: []directory.Organisation{want}}
			if err := store.SaveOrganisations(ctx, saved, &dynamo.Repeat{ID: "1", Status: 200}, now); err != nil {
				t.Fatal(err)
			}
			if got, err := store.Organisations(ctx); err != nil || !reflect.DeepEqual(got, saved) {
				t.Errorf("got %+v, %v, want %+v", got, err, saved)
			}
			if got, found, err := store.Organisation(ctx, want.Number); err != nil || !found || !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, %t, %v, want %+v", got, found, err, want)
			}
		}
		if _, found, err := store.Organisation(ctx, "0000000295"); found || err != nil {
			t.Errorf("another number: %t, %v", found, err)
		}
		if r, found, err := store.Repeated(ctx, "1", now); err != nil || !found || r.Status != 200 {
			t.Errorf("the answer was not recorded: %+v, %t, %v", r, found, err)
		}
		for _, stale := range []int{1, 3} {
			if err := store.SaveOrganisations(ctx, directory.Organisations{Version: stale}, nil, now); !errors.Is(err, dynamo.ErrStale) {
				t.Errorf("version %d over 1: got %v, want %v", stale, err, dynamo.ErrStale)
			}
		}
		if err := store.SaveOrganisations(ctx, directory.Organisations{Version: 2}, &dynamo.Repeat{ID: "1"}, now); !errors.Is(err, dynamo.ErrRepeated) && !errors.Is(err, dynamo.ErrStale) {
			t.Errorf("the same key again: got %v", err)
		}

		var group sync.WaitGroup
		var won atomic.Int32
		for range 10 {
			group.Go(func() {
				if store.SaveOrganisations(ctx, directory.Organisations{Version: 2}, nil, now) == nil {
					won.Add(1)
				}
			})
		}
		group.Wait()
		if all, err := store.Organisations(ctx); won.Load() != 1 || err != nil || all.Version != 2 {
			t.Errorf("of ten at once %d won, and the version is %d, %v", won.Load(), all.Version, err)
		}
	})
}
