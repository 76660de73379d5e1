package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
)

const writers = 100

// TestOfManyWritersWithOneVersionOneSaves: 100 people save what they began from the same version.
func TestOfManyWritersWithOneVersionOneSaves(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := newSystem(t, table, nil)
		s.seed(t)
		body := s.shown(t, "5910", officer)
		answers := make([]*httptest.ResponseRecorder, writers)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() {
				answers[i] = s.ask(police, "PUT", zone5910, edit(t, body, "note", fmt.Sprint("schrijver ", i)), "If-Match", tag("1"))
			})
		}
		all.Wait()
		count := map[int]int{}
		winner := -1
		for i, w := range answers {
			count[w.Code]++
			if w.Code == 200 {
				winner = i
			}
		}
		if count[200] != 1 || count[412] != writers-1 {
			t.Fatalf("answers by status: %v, want one 200 and %d times 412", count, writers-1)
		}
		history, more, err := s.store.Revisions(t.Context(), "5910", 0, 10, s.now)
		if err != nil || more || len(history) != 2 || history[0].Note != fmt.Sprint("schrijver ", winner) || s.stored(t, "5910").Version != 2 {
			t.Errorf("history of %d versions, %v; the newest by %q, want writer %d", len(history), err, history[0].Note, winner)
		}
	})
}

// TestWritersWhoTryAgainLoseNothing: the same 100 at once, each taking the current state of a 412 as their new
// beginning. Those who try again do so five at a time, or most of the work would be for nothing.
func TestWritersWhoTryAgainLoseNothing(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := newSystem(t, table, nil)
		s.seed(t)
		body := s.shown(t, "5910", officer)
		again := make(chan struct{}, 5)
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() {
				seen, version := body, tag("1")
				for try := 0; ; try++ {
					if try == 1 {
						again <- struct{}{}
						defer func() { <-again }()
					}
					// Each adds a partner of its own to those that it saw.
					var zone map[string]any
					if err := json.Unmarshal(seen, &zone); err != nil {
						t.Error(err)
						return
					}
					partners, _ := zone["partners"].([]any)
					if len(partners) >= 20 { // a zone takes thirty
						partners = partners[1:]
					}
					zone["partners"] = append(partners, map[string]string{"kind": "workingGroup", "name": fmt.Sprint("Werkgroep ", words(i))})
					zone["note"] = fmt.Sprint("schrijver ", i)
					w := s.ask(police, "PUT", zone5910, string(must(json.Marshal(zone))), "If-Match", version)
					switch w.Code {
					case 200:
						return
					case 412:
						var p struct{ Current json.RawMessage }
						if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
							t.Error(err)
							return
						}
						seen, version = p.Current, w.Header().Get("ETag")
					case 503: // a busy server: the same again
					default:
						t.Errorf("writer %d: %d %s", i, w.Code, w.Body)
						return
					}
				}
			})
		}
		all.Wait()
		history, more, err := s.store.Revisions(t.Context(), "5910", 0, writers+10, s.now)
		if err != nil || more || len(history) != writers+1 {
			t.Fatalf("%d versions, %v, want %d", len(history), err, writers+1)
		}
		found := map[string]bool{}
		for i, r := range history[:writers] {
			found[r.Note] = true
			added := false
			for _, c := range r.Changes {
				added = added || c.Kind == directory.ChangeAdded && strings.HasPrefix(c.New.Words, "Werkgroep ")
			}
			if r.Version != writers+1-i || !added {
				t.Errorf("version %d changes %+v", r.Version, r.Changes)
			}
		}
		if len(found) != writers {
			t.Errorf("%d of %d changes are in the history", len(found), writers)
		}
	})
}

// words writes a number without digits that a validation could take for a phone number.
func words(n int) string {
	return string(rune('a'+n/26)) + string(rune('a'+n%26))
}

// steps fails calls to DynamoDB at chosen points, as a process does that dies there: nothing that comes after is done.
type steps struct {
	dynamo.API
	dead   atomic.Bool
	calls  atomic.Int32
	dieAt  int32 // at this call, from 1; 0: never
	behind bool  // after DynamoDB did it, before we know
}

var errKilled = errors.New("the process is gone")

func step[I, O any](ctx context.Context, s *steps, call func(context.Context, *I, ...func(*dynamodb.Options)) (*O, error), in *I, o []func(*dynamodb.Options)) (*O, error) {
	n := s.calls.Add(1)
	if s.dead.Load() {
		return nil, errKilled
	}
	if n == s.dieAt && !s.behind {
		s.dead.Store(true)
		return nil, errKilled
	}
	out, err := call(ctx, in, o...)
	if n == s.dieAt {
		s.dead.Store(true)
		return nil, errKilled
	}
	return out, err
}

func (s *steps) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	return step(ctx, s, s.API.BatchGetItem, in, o)
}
func (s *steps) GetItem(ctx context.Context, in *dynamodb.GetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return step(ctx, s, s.API.GetItem, in, o)
}
func (s *steps) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return step(ctx, s, s.API.Query, in, o)
}
func (s *steps) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	return step(ctx, s, s.API.TransactWriteItems, in, o)
}

// TestASaveIsWholeOrAbsent kills the process before and after each call that a write makes to DynamoDB. Then another
// process gets the same request with the same key: it is done once in all.
func TestASaveIsWholeOrAbsent(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		healthy := newSystem(t, table, nil)
		healthy.seed(t)
		version, kills := 1, 0
		for _, name := range []string{"PUT /api/v1/zones/{code}", "POST /api/v1/zones/{code}/confirmations", "POST /api/v1/zones/{code}/restorations"} {
			r := requests[name]
			for _, behind := range []bool{false, true} {
				for at := int32(1); ; at++ {
					if r.method == "PUT" {
						r.body = edit(t, healthy.shown(t, "5910", officer), "website", fmt.Sprintf("https://politie.example/%d/%v", at, behind))
					}
					key := fmt.Sprint(name, behind, at)
					headers := []string{"If-Match", tag(fmt.Sprint(version)), "Idempotency-Key", key}
					client := &steps{dieAt: at, behind: behind}
					dying := newSystem(t, table, func(api dynamo.API) dynamo.API { client.API = api; return client })
					first := dying.ask(police, r.method, r.target, r.body, headers...)
					if !client.dead.Load() { // it makes fewer calls than this: every point was killed
						if first.Code != 200 {
							t.Fatalf("%s: %d %s", name, first.Code, first.Body)
						}
						version++
						break
					}
					kills++
					if first.Code != 503 {
						t.Errorf("%s killed at call %d (behind %v): %d", name, at, behind, first.Code)
					}
					// Whole or absent, before anybody repairs anything.
					p := healthy.stored(t, "5910")
					history, _, err := healthy.store.Revisions(t.Context(), "5910", 0, 1, today)
					if err != nil || history[0].Version != p.Version || !directory.Same(history[0].Profile, p) || p.Version != version && p.Version != version+1 {
						t.Fatalf("%s killed at call %d (behind %v): profile %d, history %d, %v; was %d", name, at, behind, p.Version, history[0].Version, err, version)
					}
					again := healthy.ask(police, r.method, r.target, r.body, headers...)
					version++
					if again.Code != 200 || healthy.stored(t, "5910").Version != version {
						t.Fatalf("%s again after call %d (behind %v): %d, version %d, want %d", name, at, behind, again.Code, healthy.stored(t, "5910").Version, version)
					}
					if third := healthy.ask(police, r.method, r.target, r.body, headers...); third.Code != 200 || third.Body.String() != again.Body.String() || third.Header().Get("ETag") != again.Header().Get("ETag") {
						t.Errorf("%s a third time: %d with another answer", name, third.Code)
					}
					if healthy.stored(t, "5910").Version != version {
						t.Fatalf("%s a third time made a version", name)
					}
				}
			}
		}
		if kills < 18 { // at least key, zone and transaction of three writes, before and after
			t.Errorf("only %d points were killed", kills)
		}
		history, _, err := healthy.store.Revisions(t.Context(), "5910", 0, 200, today)
		if err != nil || len(history) != version {
			t.Errorf("%d versions in the history, %v, want %d", len(history), err, version)
		}
	})
}

func TestARepeatedRequestIsDoneOnce(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := newSystem(t, table, nil)
		s.seed(t)
		body := string(s.shown(t, "5910", officer))
		put := func(person claims, path, body, key, version string) *httptest.ResponseRecorder {
			return s.ask(person, "PUT", path, body, "If-Match", tag(version), "Idempotency-Key", key)
		}
		first := put(police, zone5910, body, "k1", "1")
		if first.Code != 200 {
			t.Fatal(first.Body)
		}
		// The recorded answer, whatever became of the zone and whatever If-Match says now, or does not say.
		if w := s.ask(admin, "POST", zone5910+"/confirmations", "", "If-Match", tag("2")); w.Code != 200 {
			t.Fatal(w.Body)
		}
		for _, again := range []*httptest.ResponseRecorder{put(police, zone5910, body, "k1", "1"), put(police, zone5910, body, "k1", "77"),
			s.ask(police, "PUT", zone5910, body, "Idempotency-Key", "k1")} {
			if again.Code != 200 || again.Body.String() != first.Body.String() || again.Header().Get("ETag") != first.Header().Get("ETag") || again.Header().Get("Cache-Control") != "private, no-store" {
				t.Errorf("again: %d %s", again.Code, again.Body)
			}
		}
		for name, test := range map[string]struct {
			w      *httptest.ResponseRecorder
			status int
			kind   string
		}{
			"another body":                 {put(police, zone5910, edit(t, []byte(body), "note", "x"), "k1", "3"), 422, "idempotencyKeyReused"},
			"the body written another way": {put(police, zone5910, " "+body, "k1", "3"), 422, "idempotencyKeyReused"},
			"somebody else's key":          {put(admin, zone5910, body, "k1", "1"), 412, "preconditionFailed"},
			"the right comes first":        {put(others, zone5910, body, "k1", "1"), 403, "missingPermission"},
			"another path":                 {s.ask(police, "POST", zone5910+"/confirmations", "", "If-Match", tag("1"), "Idempotency-Key", "k1"), 412, "preconditionFailed"},
			"an empty key":                 {put(police, zone5910, body, "", "3"), 400, "badRequest"},
			"a key that is too long":       {put(police, zone5910, body, strings.Repeat("k", 256), "3"), 400, "badRequest"},
			"a key that is no text":        {put(police, zone5910, body, "k\u00e9", "3"), 400, "badRequest"},
		} {
			if p := problemOf(t, test.w); p.Status != test.status || !strings.HasSuffix(p.Type, ":"+test.kind) {
				t.Errorf("%s: %d %s %s", name, p.Status, p.Type, p.Detail)
			}
		}
		// A refused request is not recorded: put right, it may keep its key.
		if w := put(police, zone5910, `{}`, "k2", "3"); w.Code != 400 {
			t.Errorf("%d", w.Code)
		}
		if w := put(police, zone5910, body, "k2", "3"); w.Code != 200 {
			t.Errorf("after a refusal: %d %s", w.Code, w.Body)
		}
		if v := s.stored(t, "5910").Version; v != 4 {
			t.Errorf("version %d, want 4", v)
		}
		// A day later the key is new.
		s.now = today.Add(24*time.Hour + time.Second)
		later := police.With(claims{"exp": s.now.Add(time.Hour).Unix()})
		if w := put(later, zone5910, body, "k1", "1"); w.Code != 412 {
			t.Errorf("after 24 hours: %d", w.Code)
		}
	})
}

// TestManyRepeatsAtOnceAreDoneOnce: an impatient client sends one request many times over.
func TestManyRepeatsAtOnceAreDoneOnce(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := newSystem(t, table, nil)
		s.seed(t)
		body := string(s.shown(t, "5910", officer))
		answers := make([]*httptest.ResponseRecorder, 30)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() {
				answers[i] = s.ask(police, "PUT", zone5910, body, "If-Match", tag("1"), "Idempotency-Key", "one")
			})
		}
		all.Wait()
		for _, w := range answers {
			if w.Code != 200 || w.Body.String() != answers[0].Body.String() {
				t.Errorf("%d %.200s", w.Code, w.Body)
			}
		}
		if v := s.stored(t, "5910").Version; v != 2 {
			t.Errorf("version %d, want 2", v)
		}
	})
}

// failing answers every call of one kind with an error.
type failing struct {
	dynamo.API
	transact, read error
}

func (f failing) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	if f.transact != nil {
		return nil, f.transact
	}
	return f.API.TransactWriteItems(ctx, in, o...)
}

func (f failing) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	if f.read != nil {
		return nil, f.read
	}
	return f.API.BatchGetItem(ctx, in, o...)
}

func TestDynamoDBInTrouble(t *testing.T) {
	t.Parallel()
	table := dynamotest.New(t)
	healthy := newSystem(t, table, nil)
	healthy.seed(t)
	body := string(healthy.shown(t, "5910", officer))
	for name, f := range map[string]failing{
		"throttled writes": {transact: conflict("ThrottlingError")},
		"endless conflict": {transact: conflict("TransactionConflict")},
		"time-out":         {transact: context.DeadlineExceeded},
		"no reads":         {read: errors.New("secret: 10.0.0.1 refused")},
	} {
		s := newSystem(t, table, func(api dynamo.API) dynamo.API { f.API = api; return f })
		w := s.ask(police, "PUT", zone5910, body, "If-Match", tag("1"))
		if p := problemOf(t, w); p.Status != 503 || w.Header().Get("Retry-After") == "" || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		if !strings.Contains(s.log.String(), `"cause"`) {
			t.Errorf("%s: the log does not say why", name)
		}
	}
	if v := healthy.stored(t, "5910").Version; v != 1 {
		t.Errorf("version %d, want 1", v)
	}
}

// TestAConflictThatPasses: DynamoDB refuses a transaction that meets another one; ours tries again.
func TestAConflictThatPasses(t *testing.T) {
	t.Parallel()
	table := dynamotest.New(t)
	var tries atomic.Int32
	s := newSystem(t, table, func(api dynamo.API) dynamo.API { return &conflictOnce{API: api, tries: &tries} })
	newSystem(t, table, nil).seed(t)
	if w := s.ask(police, "PUT", zone5910, string(s.shown(t, "5910", officer)), "If-Match", tag("1")); w.Code != 200 || tries.Load() != 2 {
		t.Errorf("%d after %d tries: %s", w.Code, tries.Load(), w.Body)
	}
}

type conflictOnce struct {
	dynamo.API
	tries *atomic.Int32
}

func (c *conflictOnce) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	if c.tries.Add(1) == 1 {
		return nil, conflict("TransactionConflict")
	}
	return c.API.TransactWriteItems(ctx, in, o...)
}

// conflict is how DynamoDB cancels a transaction; the local servers never do it for these reasons.
func conflict(code string) error {
	return &types.TransactionCanceledException{CancellationReasons: []types.CancellationReason{{Code: &code}, {}, {}}}
}
