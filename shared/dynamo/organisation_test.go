package dynamo_test

import (
	"context"
	"reflect"
	"testing"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
)

func TestOrganisations(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		ctx, store := context.Background(), dynamo.New(table.Client, table.Name)
		if o, found, err := store.Organisation(ctx, "0000000196"); found || err != nil {
			t.Fatalf("before it is linked: got %+v, %t, %v", o, found, err)
		}
		for _, want := range []directory.Organisation{
			{Number: "0000000196", Name: "Voorbeeld", Zones: []directory.ZoneCode{"5910"}},
			{Number: "0000000196", Name: "Voorbeeld", Zones: []directory.ZoneCode{"5389", "5910"}},
		} {
			if err := store.PutOrganisation(ctx, want); err != nil {
				t.Fatal(err)
			}
			if got, found, err := store.Organisation(ctx, want.Number); err != nil || !found || !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, %t, %v, want %+v", got, found, err, want)
			}
		}
		if _, found, err := store.Organisation(ctx, "0000000295"); found || err != nil {
			t.Errorf("another number: %t, %v", found, err)
		}
	})
}
