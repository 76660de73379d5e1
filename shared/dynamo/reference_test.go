package dynamo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func publish(t *testing.T, s *dynamo.Store, version string, data []byte, previous string) {
	t.Helper()
	p := pointerOf(t, s)
	if p.Version != previous {
		t.Fatalf("the pointer names %q, not %q", p.Version, previous)
	}
	if err := dynamo.PublishReference(t.Context(), s, dynamo.Publication{Version: version, Data: data, At: noon, Previous: p}); err != nil {
		t.Fatal(err)
	}
}

// pointerOf is the pointer as it is stored; the zero Pointer when there is none.
func pointerOf(t *testing.T, s *dynamo.Store) dynamo.Pointer {
	t.Helper()
	p, _, err := s.Pointer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// noise does not compress, so that it takes several parts.
func noise(size int, seed uint64) []byte {
	random := rand.New(rand.NewPCG(seed, 1))
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(random.Uint32())
	}
	return data
}

// items gives the sort keys of a version, with the items.
func items(t *testing.T, table *dynamotest.Table, version string) map[string]map[string]types.AttributeValue {
	t.Helper()
	found := map[string]map[string]types.AttributeValue{}
	pages := dynamodb.NewQueryPaginator(table.Client, &dynamodb.QueryInput{
		TableName: &table.Name, KeyConditionExpression: aws.String("pk = :pk"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":pk": &types.AttributeValueMemberS{Value: "REFERENCE#" + version}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			found[item["sk"].(*types.AttributeValueMemberS).Value] = item
		}
	}
	return found
}

func change(t *testing.T, table *dynamotest.Table, item map[string]types.AttributeValue) {
	t.Helper()
	if _, err := table.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table.Name, Item: item}); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, table *dynamotest.Table, version, sk string) {
	t.Helper()
	if _, err := table.Client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &table.Name, Key: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "REFERENCE#" + version}, "sk": &types.AttributeValueMemberS{Value: sk},
	}}); err != nil {
		t.Fatal(err)
	}
}

func TestReference(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := dynamo.New(table.Client, table.Name)
		// The store of a function takes binary values out of an answer before the SDK reads it, this one does not.
		functions, err := dynamo.FromEnvironment(table.Getenv)
		if err != nil {
			t.Fatal(err)
		}
		for _, store := range []*dynamo.Store{s, functions} {
			if _, err := store.Reference(t.Context(), "none"); !errors.Is(err, dynamo.ErrNotFound) {
				t.Errorf("an unknown version: got %v", err)
			}
		}
		previous := ""
		for _, size := range []int{1, 349_000, 2_500_000} { // the last takes ten parts and three pages
			version, data := fmt.Sprint("v", size), noise(size, 1)
			publish(t, s, version, data, previous)
			previous = version
			for _, store := range []*dynamo.Store{s, functions} {
				got, err := store.Reference(t.Context(), version)
				if err != nil || !bytes.Equal(got, data) {
					t.Errorf("%d bytes: got %d bytes back, %v", size, len(got), err)
				}
			}
			for sk, item := range items(t, table, version) {
				if data, ok := item["data"].(*types.AttributeValueMemberB); ok && len(data.Value) > 350_000 {
					t.Errorf("%s holds %d bytes", sk, len(data.Value))
				}
			}
		}
		p, ok, err := s.Pointer(t.Context())
		if err != nil || !ok || p.Version != previous || !p.PublishedAt.Equal(noon) {
			t.Errorf("got pointer %+v, %t, %v", p, ok, err)
		}
	})
}

func TestReferenceNamesWhatIsBroken(t *testing.T) {
	t.Parallel()
	table := dynamotest.New(t)
	s := dynamo.New(table.Client, table.Name)
	functions, err := dynamo.FromEnvironment(table.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	publish(t, s, "v1", noise(1_000_000, 1), "")
	whole := items(t, table, "v1")
	part := func(n int) map[string]types.AttributeValue { return whole[fmt.Sprintf("PART#%03d", n)] }
	with := func(item map[string]types.AttributeValue, name string, value types.AttributeValue) map[string]types.AttributeValue {
		copied := map[string]types.AttributeValue{name: value}
		for k, v := range item {
			if k != name {
				copied[k] = v
			}
		}
		return copied
	}
	bytesOf := func(n int) []byte { return part(n)["data"].(*types.AttributeValueMemberB).Value }
	flipped := slices.Clone(bytesOf(1))
	flipped[0] ^= 1
	// checked is a part with other bytes whose checksum is right.
	checked := func(n int, data []byte) map[string]types.AttributeValue {
		table := crc32.MakeTable(crc32.Castagnoli)
		sum := crc32.Update(crc32.Checksum(fmt.Appendf(nil, "v1 PART#%03d", n), table), table, data)
		return with(with(part(n), "data", &types.AttributeValueMemberB{Value: data}), "checksum", &types.AttributeValueMemberN{Value: fmt.Sprint(sum)})
	}
	for _, c := range []struct {
		name, want string
		remove     []string
		change     []map[string]types.AttributeValue
	}{
		{"manifest gone", "manifest: it is missing", []string{"MANIFEST"}, nil},
		{"first part gone", "part 1 of 4 is missing", []string{"PART#000"}, nil},
		{"second part gone", "part 2 of 4 is missing", []string{"PART#001"}, nil},
		{"last part gone", "part 4 of 4 is missing", []string{"PART#003"}, nil},
		{"a part cut off", "part 2 of 4 does not match its checksum", nil, []map[string]types.AttributeValue{with(part(1), "data", &types.AttributeValueMemberB{Value: bytesOf(1)[:1000]})}},
		{"a bit changed", "part 2 of 4 does not match its checksum", nil, []map[string]types.AttributeValue{with(part(1), "data", &types.AttributeValueMemberB{Value: flipped})}},
		{"a checksum of broken bytes", "part 2 of 4: ", nil, []map[string]types.AttributeValue{checked(1, flipped)}},
		{"a part of another length", "part 4 of 4: ", nil, []map[string]types.AttributeValue{checked(3, bytesOf(0))}},
		{"no data", "part 3 of 4 has no data", nil, []map[string]types.AttributeValue{with(part(2), "data", &types.AttributeValueMemberS{Value: "x"})}},
		{"no checksum", "part 3 of 4 does not match its checksum", nil, []map[string]types.AttributeValue{with(part(2), "checksum", &types.AttributeValueMemberS{Value: "x"})}},
		{"two parts exchanged", "part 1 of 4 does not match its checksum", nil, []map[string]types.AttributeValue{with(part(0), "sk", part(1)["sk"]), with(part(1), "sk", part(0)["sk"])}},
		{"a part too many", "5 parts, but the manifest says 4", nil, []map[string]types.AttributeValue{with(part(2), "sk", &types.AttributeValueMemberS{Value: "PART#004"})}},
		{"manifest without a size", "manifest: size is missing", nil, []map[string]types.AttributeValue{with(whole["MANIFEST"], "size", &types.AttributeValueMemberS{Value: "x"})}},
		{"manifest without a part size", "manifest: partSize is missing", nil, []map[string]types.AttributeValue{with(whole["MANIFEST"], "partSize", &types.AttributeValueMemberS{Value: "x"})}},
		{"manifest of nothing", "manifest: 0 bytes", nil, []map[string]types.AttributeValue{with(whole["MANIFEST"], "size", &types.AttributeValueMemberN{Value: "0"})}},
		{"manifest of too much", "manifest: 100000001 bytes", nil, []map[string]types.AttributeValue{with(whole["MANIFEST"], "size", &types.AttributeValueMemberN{Value: "100000001"})}},
		{"manifest of crumbs", "in parts of 1", nil, []map[string]types.AttributeValue{with(whole["MANIFEST"], "partSize", &types.AttributeValueMemberN{Value: "1"})}},
		{"another size", "part 4 of 4: ", nil, []map[string]types.AttributeValue{with(whole["MANIFEST"], "size", &types.AttributeValueMemberN{Value: "999999"})}},
	} {
		for _, sk := range c.remove {
			remove(t, table, "v1", sk)
		}
		for _, item := range c.change {
			change(t, table, item)
		}
		_, err := functions.Reference(t.Context(), "v1")
		if !errors.Is(err, dynamo.ErrBroken) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
		remove(t, table, "v1", "PART#004")
		for _, item := range whole {
			change(t, table, item)
		}
	}
	if _, err := s.Reference(t.Context(), "v1"); err != nil {
		t.Errorf("put back: %v", err)
	}
}

func TestPublishKeepsThreeVersions(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := dynamo.New(table.Client, table.Name)
		previous := ""
		for i := range 5 {
			version := fmt.Sprint("v", i)
			publish(t, s, version, []byte(version), previous)
			previous = version
		}
		p, _, err := s.Pointer(t.Context())
		if err != nil || !slices.Equal(p.Kept, []string{"v4", "v3", "v2"}) {
			t.Errorf("got %+v, %v", p, err)
		}
		for i, want := range []int{0, 0, 2, 2, 2} {
			if got := items(t, table, fmt.Sprint("v", i)); len(got) != want {
				t.Errorf("v%d has %d items, want %d", i, len(got), want)
			}
		}
		// Back to an older version: it is current again, and nothing is lost.
		publish(t, s, "v2", []byte("v2"), "v4")
		if p, _, err = s.Pointer(t.Context()); err != nil || !slices.Equal(p.Kept, []string{"v2", "v4", "v3"}) {
			t.Errorf("got %+v, %v", p, err)
		}
		for _, version := range p.Kept {
			if _, err := s.Reference(t.Context(), version); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestPublishRefuses(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := dynamo.New(table.Client, table.Name)
		publish(t, s, "v0", []byte("facts"), "")
		old := pointerOf(t, s)
		publish(t, s, "v1", []byte("facts"), "v0")
		for _, previous := range []dynamo.Pointer{{}, old} {
			if err := dynamo.PublishReference(t.Context(), s, dynamo.Publication{Version: "v2", Data: []byte("facts"), At: noon, Previous: previous}); !errors.Is(err, dynamo.ErrStale) {
				t.Errorf("previous %q: got %v", previous.Version, err)
			}
		}
		if err := dynamo.PublishReference(t.Context(), s, dynamo.Publication{Version: "v2", At: noon, Previous: pointerOf(t, s)}); err == nil {
			t.Error("no data: no error")
		}
		if p, _, err := s.Pointer(t.Context()); err != nil || p.Version != "v1" {
			t.Errorf("got %+v, %v", p, err)
		}
	})
}

func TestPublishHasOneWinner(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := dynamo.New(table.Client, table.Name)
		publish(t, s, "v0", []byte("facts"), "")
		previous := pointerOf(t, s)
		var won atomic.Value
		var wins atomic.Int64
		var group sync.WaitGroup
		for i := range 8 {
			group.Go(func() {
				version := fmt.Sprint("v", i+1)
				switch err := dynamo.PublishReference(t.Context(), s, dynamo.Publication{Version: version, Data: []byte(version), At: noon, Previous: previous}); {
				case err == nil:
					wins.Add(1)
					won.Store(version)
				case !errors.Is(err, dynamo.ErrStale):
					t.Error(err)
				}
			})
		}
		group.Wait()
		p, _, err := s.Pointer(t.Context())
		if err != nil || wins.Load() != 1 || p.Version != won.Load() {
			t.Fatalf("%d won, the last %v; the pointer is %+v, %v", wins.Load(), won.Load(), p, err)
		}
		if data, err := s.Reference(t.Context(), p.Version); err != nil || string(data) != p.Version {
			t.Errorf("got %q, %v", data, err)
		}
	})
}

// Whichever write fails, the pointer names a version that can be read; what is left over goes an hour later.
func TestPublishBreaksOffAnywhere(t *testing.T) {
	t.Parallel()
	for fail := int64(1); ; fail++ {
		table := dynamotest.New(t)
		b := &between{API: table.Client}
		s := dynamo.New(b, table.Name)
		for i := range 3 {
			publish(t, s, fmt.Sprint("v", i), noise(500_000, uint64(i)), map[bool]string{true: fmt.Sprint("v", i-1)}[i > 0])
		}
		previous := pointerOf(t, s)
		b.writes.Store(0)
		b.write = func(n int64) error {
			if n == fail {
				return errThrottled
			}
			return nil
		}
		err := dynamo.PublishReference(t.Context(), s, dynamo.Publication{Version: "v3", Data: noise(500_000, 3), At: noon, Previous: previous})
		done := b.writes.Load() < fail
		if !done && !errors.Is(err, dynamo.ErrUnavailable) {
			t.Errorf("write %d failed: got %v", fail, err)
		}
		p, _, pointerErr := s.Pointer(t.Context())
		if pointerErr != nil {
			t.Fatal(pointerErr)
		}
		if !done && errors.Is(err, dynamo.ErrLeftOver) != (p.Version == "v3") {
			t.Errorf("write %d failed: the pointer names %s, and the error is %v", fail, p.Version, err)
		}
		for _, version := range p.Kept {
			if _, err := s.Reference(t.Context(), version); err != nil {
				t.Errorf("write %d failed: %v", fail, err)
			}
		}
		b.write = nil
		if err := dynamo.PublishReference(t.Context(), s, dynamo.Publication{Version: "v4", Data: []byte("facts"), At: noon.Add(2 * time.Hour), Previous: p}); err != nil {
			t.Errorf("write %d failed, then: %v", fail, err)
		}
		after, _, _ := s.Pointer(t.Context())
		for i := range 4 {
			version := fmt.Sprint("v", i)
			if left := len(items(t, table, version)); left > 0 != slices.Contains(after.Kept, version) {
				t.Errorf("write %d failed: %d items of %s are left, kept are %v", fail, left, version, after.Kept)
			}
		}
		if done {
			return
		}
	}
}

func TestBrokenPointer(t *testing.T) {
	t.Parallel()
	table := dynamotest.New(t)
	s := dynamo.New(table.Client, table.Name)
	for _, pointer := range []string{"{", `{"version":""}`} {
		change(t, table, map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "REFERENCE"}, "sk": &types.AttributeValueMemberS{Value: "POINTER"}, "pointer": &types.AttributeValueMemberS{Value: pointer},
		})
		_, _, err := s.Pointer(t.Context())
		_, batch := s.Answer(context.Background(), dynamo.Wanted{Pointer: true})
		if !errors.Is(err, dynamo.ErrBroken) || !errors.Is(batch, dynamo.ErrBroken) {
			t.Errorf("%s: got %v and %v", pointer, err, batch)
		}
	}
}
