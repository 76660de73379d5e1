package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
)

var saved = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)

// save is a version of zone 5910 as an officer wrote it.
func save(version int, note string) dynamo.ZoneSave {
	at := saved.Add(time.Duration(version) * time.Minute)
	p := profile("5910", version)
	p.ContactPoints[0].Name = "Voorbeeld Agent"
	return dynamo.ZoneSave{
		Profile: p,
		Revision: directory.Revision{
			Zone: "5910", Version: version, Kind: directory.RevisionSaved, At: at, Role: directory.RolePolice,
			Name: "Voorbeeld Inspecteur", Subject: "sub-1", Note: note, Changes: []directory.Change{}, Profile: p,
		},
	}
}

func mustSave(t *testing.T, s *dynamo.Store, saves ...dynamo.ZoneSave) {
	t.Helper()
	for _, one := range saves {
		if err := s.SaveZone(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
}

// transactions stands before DynamoDB's transactions.
type transactions struct {
	dynamo.API
	tries  atomic.Int64
	before func(try int64) error // called before each try; an error is its answer
	after  func(try int64) error // called after each try that succeeded
}

func (c *transactions) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	try := c.tries.Add(1)
	if c.before != nil {
		if err := c.before(try); err != nil {
			return nil, err
		}
	}
	out, err := c.API.TransactWriteItems(ctx, in, o...)
	if err == nil && c.after != nil {
		err = c.after(try)
	}
	return out, err
}

func cancelled(codes ...string) error {
	e := &types.TransactionCanceledException{}
	for _, code := range codes {
		e.CancellationReasons = append(e.CancellationReasons, types.CancellationReason{Code: aws.String(code)})
	}
	return e
}

func TestSaveZoneKeepsEveryVersion(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := dynamo.New(table.Client, table.Name)
		for version := 1; version <= 12; version++ {
			mustSave(t, s, save(version, fmt.Sprint("note ", version)))
		}
		if p, ok, err := s.Profile(t.Context(), "5910"); err != nil || !ok || p.Version != 12 {
			t.Fatalf("profile: got version %d, %v, %v", p.Version, ok, err)
		}
		page, more, err := s.Revisions(t.Context(), "5910", 0, 5, saved)
		if err != nil || !more || len(page) != 5 || page[0].Version != 12 || page[4].Version != 8 {
			t.Fatalf("newest five: got %d versions, more %v, %v", len(page), more, err)
		}
		if page[0].Name != "Voorbeeld Inspecteur" || page[0].Note != "note 12" || page[0].Profile.ContactPoints[0].Name != "Voorbeeld Agent" || page[0].Forgotten {
			t.Errorf("newest: got %+v", page[0])
		}
		page, more, err = s.Revisions(t.Context(), "5910", 3, 5, saved)
		if err != nil || more || len(page) != 2 || page[0].Version != 2 || page[1].Version != 1 {
			t.Errorf("below version 3: got %d versions, more %v, %v", len(page), more, err)
		}
		if page, more, err = s.Revisions(t.Context(), "5341", 0, 5, saved); err != nil || more || len(page) != 0 {
			t.Errorf("zone without history: got %d versions, more %v, %v", len(page), more, err)
		}
		if r, err := s.Revision(t.Context(), "5910", 7, saved); err != nil || r.Version != 7 || r.Note != "note 7" {
			t.Errorf("version 7: got %+v, %v", r, err)
		}
		if _, err := s.Revision(t.Context(), "5910", 13, saved); !errors.Is(err, dynamo.ErrNotFound) {
			t.Errorf("version 13: got %v, want not found", err)
		}
	})
}

func TestPersonalValuesAreGoneAtTheirTime(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := dynamo.New(table.Client, table.Name)
		mustSave(t, s, save(1, "because"))
		over := saved.Add(time.Minute).AddDate(0, 0, directory.PersonalDays)
		if r, err := s.Revision(t.Context(), "5910", 1, over.Add(-time.Second)); err != nil || r.Name == "" || r.Forgotten {
			t.Errorf("a second before: got %+v, %v", r, err)
		}
		// DynamoDB deletes expired items when it likes: here it never did.
		r, err := s.Revision(t.Context(), "5910", 1, over)
		if err != nil || !r.Forgotten || r.Name != "" || r.Subject != "" || r.Note != "" || r.Profile.ContactPoints[0].Name != "" {
			t.Errorf("at the time: got %+v, %v", r, err)
		}
		if r.Profile.ContactPoints[0].Role != "Voorbeeld" {
			t.Errorf("the skeleton lost the role: %+v", r.Profile)
		}
	})
}

func TestOfManyWritersExactlyOneSaves(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := dynamo.New(table.Client, table.Name)
		mustSave(t, s, save(1, ""))
		var won, stale atomic.Int64
		var writers sync.WaitGroup
		for i := range 100 {
			writers.Go(func() {
				switch err := s.SaveZone(t.Context(), save(2, fmt.Sprint("writer ", i))); {
				case err == nil:
					won.Add(1)
				case errors.Is(err, dynamo.ErrStale):
					stale.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		writers.Wait()
		if won.Load() != 1 || stale.Load() != 99 {
			t.Errorf("%d saved and %d were stale, want 1 and 99", won.Load(), stale.Load())
		}
		if page, _, err := s.Revisions(t.Context(), "5910", 0, 10, saved); err != nil || len(page) != 2 {
			t.Errorf("history: got %d versions, %v, want 2", len(page), err)
		}
	})
}

func TestSaveZoneIsWholeOrAbsent(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := dynamo.New(table.Client, table.Name)
		mustSave(t, s, save(1, ""))
		repeat := dynamo.Repeat{ID: dynamo.RepeatID("sub-1", "PUT", "/api/v1/zones/5910", "key"), Body: "b", Status: 200, ETag: `"2-x"`, Answer: []byte(`{"version":2}`)}
		second := save(2, "second")
		second.Repeat = &repeat

		// The process dies before the transaction: nothing is there.
		dying := dynamo.New(&transactions{API: table.Client, before: func(int64) error { return errors.New("connection lost") }}, table.Name)
		if err := dying.SaveZone(t.Context(), second); !errors.Is(err, dynamo.ErrUnavailable) {
			t.Fatalf("got %v, want unavailable", err)
		}
		if _, ok, err := s.Repeated(t.Context(), repeat.ID, saved); ok || err != nil {
			t.Fatalf("an answer was recorded for nothing: %v", err)
		}
		// The answer is lost after the transaction: all of it is there, and a repeat gets the recorded answer.
		dying = dynamo.New(&transactions{API: table.Client, after: func(int64) error { return errors.New("connection lost") }}, table.Name)
		if err := dying.SaveZone(t.Context(), second); !errors.Is(err, dynamo.ErrUnavailable) {
			t.Fatalf("got %v, want unavailable", err)
		}
		if p, _, err := s.Profile(t.Context(), "5910"); err != nil || p.Version != 2 {
			t.Errorf("profile: got version %d, %v", p.Version, err)
		}
		if r, err := s.Revision(t.Context(), "5910", 2, saved); err != nil || r.Note != "second" {
			t.Errorf("revision: got %+v, %v", r, err)
		}
		got, ok, err := s.Repeated(t.Context(), repeat.ID, saved)
		if err != nil || !ok || got.Status != 200 || got.ETag != repeat.ETag || string(got.Answer) != string(repeat.Answer) || got.Body != "b" {
			t.Errorf("recorded answer: got %+v, %v, %v", got, ok, err)
		}
		if err := s.SaveZone(t.Context(), second); !errors.Is(err, dynamo.ErrRepeated) {
			t.Errorf("the same again: got %v, want repeated", err)
		}
		// A stale save with a key of its own records no answer.
		other := second
		other.Repeat = &dynamo.Repeat{ID: dynamo.RepeatID("sub-1", "PUT", "/api/v1/zones/5910", "other")}
		if err := s.SaveZone(t.Context(), other); !errors.Is(err, dynamo.ErrStale) {
			t.Errorf("another key: got %v, want stale", err)
		}
		if _, ok, _ := s.Repeated(t.Context(), other.Repeat.ID, saved); ok {
			t.Error("a refused save recorded an answer")
		}
	})
}

func TestRecordedAnswersExpire(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := dynamo.New(table.Client, table.Name)
		first := save(1, "")
		first.Repeat = &dynamo.Repeat{ID: "id", Status: 200}
		mustSave(t, s, first)
		for at, want := range map[time.Time]bool{first.Revision.At.Add(24*time.Hour - time.Second): true, first.Revision.At.Add(24 * time.Hour): false} {
			if _, ok, err := s.Repeated(t.Context(), "id", at); ok != want || err != nil {
				t.Errorf("at %v: got %v, %v, want %v", at, ok, err, want)
			}
		}
		later := save(2, "")
		later.Revision.At = first.Revision.At.Add(24 * time.Hour)
		later.Repeat = &dynamo.Repeat{ID: "id", Status: 201}
		mustSave(t, s, later)
		if got, ok, err := s.Repeated(t.Context(), "id", later.Revision.At); err != nil || !ok || got.Status != 201 {
			t.Errorf("the key used anew: got %+v, %v, %v", got, ok, err)
		}
	})
}

// Local servers never answer TransactionConflict, so these do it for them.
func TestSaveZoneAmongOtherTransactions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before func(t *testing.T, s *dynamo.Store, try int64) error
		want   error
		tries  int64
	}{
		"conflict twice, then free": {func(_ *testing.T, _ *dynamo.Store, try int64) error {
			if try <= 2 {
				return cancelled("TransactionConflict", "None", "None")
			}
			return nil
		}, nil, 3},
		"throttled once": {func(_ *testing.T, _ *dynamo.Store, try int64) error {
			if try == 1 {
				return cancelled("None", "ThrottlingError", "None")
			}
			return nil
		}, nil, 2},
		"conflict, and the other one won": {func(t *testing.T, s *dynamo.Store, try int64) error {
			mustSave(t, s, save(2, "the other"))
			return cancelled("TransactionConflict", "None", "None")
		}, dynamo.ErrStale, 1},
		"conflict without end": {func(*testing.T, *dynamo.Store, int64) error {
			return cancelled("None", "TransactionConflict", "None")
		}, dynamo.ErrUnavailable, 3},
		"in progress, then done": {func(_ *testing.T, _ *dynamo.Store, try int64) error {
			if try == 1 {
				return &types.TransactionInProgressException{}
			}
			return nil
		}, nil, 2},
		"history ahead of the profile": {func(*testing.T, *dynamo.Store, int64) error {
			return cancelled("None", "ConditionalCheckFailed", "None")
		}, dynamo.ErrBroken, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			table := dynamotest.New(t)
			plain := dynamo.New(table.Client, table.Name)
			mustSave(t, plain, save(1, ""))
			client := &transactions{API: table.Client, before: func(try int64) error { return c.before(t, plain, try) }}
			if err := dynamo.New(client, table.Name).SaveZone(t.Context(), save(2, "")); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if client.tries.Load() != c.tries {
				t.Errorf("tried %d times, want %d", client.tries.Load(), c.tries)
			}
		})
	}
}

func TestSaveZoneRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	table := dynamotest.New(t)
	s := dynamo.New(table.Client, table.Name)
	large := save(1, "")
	large.Profile.ContactPoints[0].Role = strings.Repeat("é", 50_001)
	if err := s.SaveZone(t.Context(), large); !errors.Is(err, dynamo.ErrTooLarge) {
		t.Errorf("100 kB: got %v, want too large", err)
	}
	for name, broken := range map[string]func(*dynamo.ZoneSave){
		"version 0":           func(s *dynamo.ZoneSave) { s.Profile.Version, s.Revision.Version = 0, 0 },
		"revision of another": func(s *dynamo.ZoneSave) { s.Revision.Zone = "5341" },
		"other version":       func(s *dynamo.ZoneSave) { s.Revision.Version = 2 },
		"malformed code":      func(s *dynamo.ZoneSave) { s.Profile.Code, s.Revision.Zone = "59#10", "59#10" },
	} {
		one := save(1, "")
		broken(&one)
		if err := s.SaveZone(t.Context(), one); err == nil {
			t.Errorf("%s: was saved", name)
		}
	}
	if _, ok, err := s.Profile(t.Context(), "5910"); ok || err != nil {
		t.Errorf("something was written: %v", err)
	}
}
