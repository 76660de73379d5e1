package dynamo_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
)

func TestCount(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := dynamo.New(table.Client, table.Name)
		limit := dynamo.Limit{Name: "TEST", Most: 2, Window: time.Hour}
		for i, c := range []struct {
			of   string
			at   time.Duration
			wait time.Duration
		}{
			{"a", 0, 0},
			{"a", 10 * time.Minute, 0},
			{"a", 20 * time.Minute, 40 * time.Minute},
			{"b", 20 * time.Minute, 0},
			{"a", time.Hour - time.Second, time.Second},
			{"a", time.Hour, 0}, // the window is over; DynamoDB has deleted nothing
			{"a", 90 * time.Minute, 0},
			{"a", 91 * time.Minute, 29 * time.Minute},
		} {
			if wait, err := s.Count(t.Context(), limit, c.of, november.Add(c.at)); err != nil || wait != c.wait {
				t.Errorf("%d, %s after %s: wait %s, %v, want %s", i, c.of, c.at, wait, err, c.wait)
			}
		}
	})
}

func TestManyAtOnceAreCountedOneByOne(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := dynamo.New(table.Client, table.Name)
		limit := dynamo.Limit{Name: "TEST", Most: 7, Window: time.Hour}
		var allowed atomic.Int64
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				wait, err := s.CountSource(t.Context(), limit, "192.0.2.1", november)
				if err != nil {
					t.Error(err)
				}
				if err == nil && wait == 0 {
					allowed.Add(1)
				}
			})
		}
		all.Wait()
		if n := allowed.Load(); n != 7 {
			t.Errorf("%d were allowed, want 7", n)
		}
	})
}

func TestNobodyCanTellWhereSomebodyCameFrom(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := dynamo.New(table.Client, table.Name)
		limit := dynamo.Limit{Name: "TEST", Most: 1, Window: time.Hour}
		today := time.Date(2026, 11, 3, 22, 30, 0, 0, time.UTC) // half past eleven in Brussels
		count := func(from string, at time.Time, allowed bool) {
			t.Helper()
			if wait, err := s.CountSource(t.Context(), limit, from, at); err != nil || (wait == 0) != allowed {
				t.Errorf("%s at %s: wait %s, %v, want allowed %t", from, at, wait, err, allowed)
			}
		}
		count("192.0.2.1", today, true)
		count("192.0.2.1", today, false)
		count("192.0.2.2", today, true)
		count("192.0.2.1", today.Add(time.Hour), true) // another day's secret

		all, err := table.Client.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String(table.Name)})
		if err != nil {
			t.Fatal(err)
		}
		secrets := 0
		for _, item := range all.Items {
			if written := fmt.Sprintf("%#v", item); strings.Contains(written, "192.0.2") {
				t.Errorf("stored: %s", written)
			}
			if _, ok := item["secret"]; ok {
				secrets++
			}
			if item["expiresAt"] == nil {
				t.Error("stored for ever")
			}
		}
		if secrets != 2 || len(all.Items) != 5 {
			t.Errorf("%d secrets among %d items, want 2 among 5", secrets, len(all.Items))
		}
		for i, want := range []int{1, 0} {
			if n, err := s.ForgetSecrets(t.Context(), today.Add(time.Hour)); err != nil || n != want {
				t.Errorf("forgot %d, %v the %d. time, want %d", n, err, i+1, want)
			}
		}
		count("192.0.2.1", today.Add(2*time.Hour-time.Minute), false) // today's secret is still there
	})
}
