package dynamo_test

import (
	"errors"
	"strings"
	"testing"

	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
)

// TestCheck: a table that is not there, or lacks its index, is told with the setting that names it.
func TestCheck(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		if err := dynamo.New(table.Client, table.Name).Check(t.Context(), dynamo.Profiles); err != nil {
			t.Errorf("a whole table: %v", err)
		}
		wrong := map[string]string{"absent": "there is no table absent"}
		if table.Official { // minidyn does not say so
			wrong[dynamotest.WithoutIndex(t, table).Name] = "has no index byKind"
		}
		for name, want := range wrong {
			s := dynamo.New(table.Client, name)
			if err := s.Check(t.Context(), dynamo.Profiles); !errors.Is(err, dynamo.ErrSetUp) || !strings.Contains(err.Error(), "TABLE_NAME: ") || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %s", err, want)
			}
		}
		if _, _, err := dynamo.New(table.Client, "absent").Pointer(t.Context()); !errors.Is(err, dynamo.ErrUnavailable) || !errors.Is(err, dynamo.ErrSetUp) {
			t.Errorf("a read of no table: %v", err)
		}
	})
	unreachable := fromEnvironment(t, "http://127.0.0.1:1")
	if err := unreachable.Check(t.Context(), dynamo.Profiles); err != nil {
		t.Errorf("a store that may answer later: %v", err)
	}
}
