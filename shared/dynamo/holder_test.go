package dynamo_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/infra/reference"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/facts"
)

// built gives the bytes of facts that call themselves by a name.
func built(t *testing.T, name string) []byte {
	t.Helper()
	territory, err := facts.ReadTerritory(reference.FS)
	if err != nil {
		t.Fatal(err)
	}
	data, err := facts.Build(territory, nil, facts.Meta{Territory: facts.Source{Text: name}})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// clock is a time that only the test moves.
type clock struct{ now atomic.Int64 }

func (c *clock) Now() time.Time          { return noon.Add(time.Duration(c.now.Load())) }
func (c *clock) advance(d time.Duration) { c.now.Add(int64(d)) }

func current(t *testing.T, r *dynamo.Reference) string {
	t.Helper()
	f, err := r.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return f.Meta().Territory.Text
}

func seen(t *testing.T, s *dynamo.Store, r *dynamo.Reference) {
	t.Helper()
	answer, err := s.Answer(t.Context(), dynamo.Wanted{Pointer: true})
	if err != nil {
		t.Fatal(err)
	}
	r.Seen(answer.Pointer)
}

func TestHolderFollowsThePointer(t *testing.T) {
	t.Parallel()
	table := dynamotest.New(t)
	s := dynamo.New(table.Client, table.Name)
	publish(t, s, "v1", built(t, "one"), "")
	r := dynamo.NewReference(s, new(clock).Now)
	if !r.Degraded() {
		t.Error("a holder that holds nothing is not degraded")
	}
	if err := r.Load(t.Context()); err != nil || r.Degraded() || r.Loaded().Version != "v1" {
		t.Fatalf("got %v, degraded %t, loaded %+v", err, r.Degraded(), r.Loaded())
	}
	publish(t, s, "v2", built(t, "two"), "v1")
	if got := current(t, r); got != "one" {
		t.Errorf("nobody saw the new pointer, and yet: %s", got)
	}
	seen(t, s, r)
	if r.Loaded().Version != "v1" {
		t.Error("the request that sees the new pointer must not load it")
	}
	if got := current(t, r); got != "two" || r.Degraded() || r.Loaded().Version != "v2" {
		t.Errorf("the next request: got %s, degraded %t, loaded %+v", got, r.Degraded(), r.Loaded())
	}
}

func TestHolderWithNothingToLoad(t *testing.T) {
	t.Parallel()
	table := dynamotest.New(t)
	s := dynamo.New(table.Client, table.Name)
	r := dynamo.NewReference(s, new(clock).Now)
	if err := r.Load(t.Context()); !errors.Is(err, dynamo.ErrNotFound) || !r.Degraded() {
		t.Errorf("got %v, degraded %t", err, r.Degraded())
	}
	if _, err := r.Current(t.Context()); !errors.Is(err, dynamo.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	publish(t, s, "v1", []byte("no facts at all"), "")
	if _, err := r.Current(t.Context()); !errors.Is(err, dynamo.ErrBroken) {
		t.Errorf("bytes that are no facts: got %v", err)
	}
	publish(t, s, "v2", built(t, "two"), "v1")
	if got := current(t, r); got != "two" || r.Degraded() {
		t.Errorf("got %s, degraded %t", got, r.Degraded())
	}
}

func TestHolderGoesOnWithWhatItHas(t *testing.T) {
	t.Parallel()
	table := dynamotest.New(t)
	b, c := &between{API: table.Client}, new(clock)
	s := dynamo.New(b, table.Name)
	publish(t, s, "v1", built(t, "one"), "")
	r := dynamo.NewReference(s, c.Now)
	if err := r.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	publish(t, s, "v2", built(t, "two"), "v1")
	seen(t, s, r)
	b.query = func(int64, *dynamodb.QueryInput) error { return errThrottled }
	b.queries.Store(0)
	for range 3 {
		if got := current(t, r); got != "one" || !r.Degraded() {
			t.Errorf("got %s, degraded %t", got, r.Degraded())
		}
	}
	if n := b.queries.Load(); n != 1 {
		t.Errorf("%d tries at once: every request would wait", n)
	}
	c.advance(10 * time.Second)
	if got := current(t, r); got != "one" || b.queries.Load() != 2 {
		t.Errorf("later: got %s after %d tries", got, b.queries.Load())
	}
	b.query = nil
	c.advance(10 * time.Second)
	if got := current(t, r); got != "two" || r.Degraded() {
		t.Errorf("when DynamoDB is back: got %s, degraded %t", got, r.Degraded())
	}

	r.Seen(nil)
	if got := current(t, r); got != "two" || !r.Degraded() || !errors.Is(r.Failure(), dynamo.ErrNotFound) {
		t.Errorf("the pointer is gone: got %s, degraded %t, failure %v", got, r.Degraded(), r.Failure())
	}
	seen(t, s, r)
	if r.Degraded() || r.Failure() != nil {
		t.Error("the pointer is back, and still degraded")
	}

	// A broken version is withdrawn by pointing at the one before.
	publish(t, s, "v3", []byte("broken"), "v2")
	seen(t, s, r)
	if got := current(t, r); got != "two" || !r.Degraded() || !errors.Is(r.Failure(), dynamo.ErrBroken) {
		t.Errorf("a broken version: got %s, degraded %t, failure %v", got, r.Degraded(), r.Failure())
	}
	publish(t, s, "v2", built(t, "two"), "v3")
	seen(t, s, r)
	if got := current(t, r); got != "two" || r.Degraded() {
		t.Errorf("withdrawn: got %s, degraded %t", got, r.Degraded())
	}
}

func TestPointerDue(t *testing.T) {
	t.Parallel()
	table, c := dynamotest.New(t), new(clock)
	s := dynamo.New(table.Client, table.Name)
	publish(t, s, "v1", built(t, "one"), "")
	r := dynamo.NewReference(s, c.Now)
	if err := r.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		wait time.Duration
		due  bool
	}{{0, false}, {5 * time.Second, false}, {time.Millisecond, true}} {
		if c.advance(step.wait); r.PointerDue() != step.due {
			t.Errorf("after %v more: due %t", step.wait, r.PointerDue())
		}
	}
	if seen(t, s, r); r.PointerDue() {
		t.Error("due although it was just seen")
	}
}

func TestLatestReadsThePointerItself(t *testing.T) {
	t.Parallel()
	table, c := dynamotest.New(t), new(clock)
	s := dynamo.New(table.Client, table.Name)
	publish(t, s, "v1", built(t, "one"), "")
	r := dynamo.NewReference(s, c.Now)
	latest := func(want string) {
		t.Helper()
		f, err := r.Latest(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Meta().Territory.Text; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	latest("one")
	publish(t, s, "v2", built(t, "two"), "v1")
	latest("one") // read just now
	c.advance(5*time.Second + time.Millisecond)
	latest("two")
}

func TestAZoneThatHasJustBegunIsKnown(t *testing.T) {
	t.Parallel()
	table, c := dynamotest.New(t), new(clock)
	s := dynamo.New(table.Client, table.Name)
	publish(t, s, "v1", built(t, "one"), "")
	territory, err := facts.ReadTerritory(reference.FS)
	if err != nil {
		t.Fatal(err)
	}
	today := directory.DayOf(noon)
	steps, issues := directory.CheckTerritorySteps([]directory.TerritoryStep{{Date: today, From: "5371", To: "5999", Name: "Testzone"}}, today, nil)
	periods, _, wrong := directory.TerritoryChanges{}.WithSteps(steps, noon).Periods(territory, today)
	if len(issues)+len(wrong) > 0 {
		t.Fatal(issues, wrong)
	}
	merged, err := facts.Build(periods[0].Territory, nil, facts.Meta{})
	if err != nil {
		t.Fatal(err)
	}
	r := dynamo.NewReference(s, c.Now)
	knows := func(asked string, code directory.ZoneCode, want bool) {
		t.Helper()
		f, err := r.ForZone(t.Context(), asked)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(f.CurrentZones(code)) > 0; got != want {
			t.Errorf("asked for %q: knows %s: %t", asked, code, got)
		}
	}
	knows("5999", "5999", false)
	publish(t, s, "v2", merged, "v1")
	c.advance(5*time.Second + time.Millisecond)
	for _, asked := range []string{"", "truancy", "5910", "5371"} {
		knows(asked, "5999", false) // no read for these: what they ask for brings the pointer along
	}
	knows("5999", "5999", true)
}

func TestHolderLoadsOnceForAll(t *testing.T) {
	t.Parallel()
	table := dynamotest.New(t)
	b := &between{API: table.Client}
	s := dynamo.New(b, table.Name)
	publish(t, s, "v1", built(t, "one"), "")
	r := dynamo.NewReference(s, new(clock).Now)
	many := func(want ...string) {
		var group sync.WaitGroup
		for range 16 {
			group.Go(func() {
				f, err := r.Current(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				if got := f.Meta().Territory.Text; got != want[0] && got != want[len(want)-1] {
					t.Errorf("got %s, want one of %v", got, want)
				}
				r.Degraded()
				if r.PointerDue() {
					t.Error("due")
				}
				r.Loaded()
			})
		}
		group.Wait()
	}
	b.queries.Store(0)
	many("one")
	if n := b.queries.Load(); n != 1 {
		t.Errorf("a cold start under load read the parts %d times", n)
	}
	publish(t, s, "v2", built(t, "two"), "v1")
	seen(t, s, r)
	b.queries.Store(0)
	many("one", "two")
	if n := b.queries.Load(); n != 1 {
		t.Errorf("a new version was read %d times", n)
	}
	if got := current(t, r); got != "two" {
		t.Errorf("got %s", got)
	}
}

// stuck never answers a query until the caller gives up.
type stuck struct {
	dynamo.API
	pointer map[string]types.AttributeValue
}

func (s stuck) GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return &dynamodb.GetItemOutput{Item: s.pointer}, nil
}

func (s stuck) Query(ctx context.Context, _ *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestLoadHasADeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := stuck{pointer: map[string]types.AttributeValue{"pointer": &types.AttributeValueMemberS{Value: `{"version":"v1"}`}}}
		r := dynamo.NewReference(dynamo.New(api, "table"), time.Now)
		begin := time.Now()
		if err := r.Load(t.Context()); !errors.Is(err, dynamo.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
		if waited := time.Since(begin); waited > 8*time.Second {
			t.Errorf("a start waited %v for a page", waited)
		}
	})
}
