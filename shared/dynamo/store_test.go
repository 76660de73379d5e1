package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
)

// between stands between the store and DynamoDB: it counts the requests, and may answer one itself.
type between struct {
	dynamo.API
	reads, queries, writes atomic.Int64

	batchGet func(*dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error)
	query    func(n int64, in *dynamodb.QueryInput) error // called before the nth query, from 1
	write    func(n int64) error                          // called before the nth write, from 1
}

func (b *between) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	b.reads.Add(1)
	if b.batchGet != nil {
		if out, err := b.batchGet(in); out != nil || err != nil {
			return out, err
		}
	}
	return b.API.BatchGetItem(ctx, in, o...)
}

func (b *between) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	n := b.queries.Add(1)
	copied := *in
	if b.query != nil {
		if err := b.query(n, &copied); err != nil {
			return nil, err
		}
	}
	return b.API.Query(ctx, &copied, o...)
}

func (b *between) PutItem(ctx context.Context, in *dynamodb.PutItemInput, o ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	if n := b.writes.Add(1); b.write != nil {
		if err := b.write(n); err != nil {
			return nil, err
		}
	}
	return b.API.PutItem(ctx, in, o...)
}

func (b *between) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	if n := b.writes.Add(1); b.write != nil {
		if err := b.write(n); err != nil {
			return nil, err
		}
	}
	return b.API.TransactWriteItems(ctx, in, o...)
}

func (b *between) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, o ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	if n := b.writes.Add(1); b.write != nil {
		if err := b.write(n); err != nil {
			return nil, err
		}
	}
	return b.API.DeleteItem(ctx, in, o...)
}

var errThrottled = &types.ProvisionedThroughputExceededException{Message: aws.String("slow down")}

func profile(code directory.ZoneCode, version int) directory.Profile {
	return directory.Profile{Code: code, Version: version, ContactPoints: []directory.ContactPoint{{ID: "a", Role: "Voorbeeld", Primary: true}}}
}

func put(t *testing.T, s *dynamo.Store, profiles ...directory.Profile) {
	t.Helper()
	for _, p := range profiles {
		mustSave(t, s, dynamo.ZoneSave{Profile: p, Revision: directory.Revision{Zone: p.Code, Version: p.Version, Kind: directory.RevisionSaved, At: saved, Profile: p}})
	}
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		counting := &between{API: table.Client}
		s := dynamo.New(counting, table.Name)
		put(t, s, profile("5910", 1), profile("5341", 1))
		publish(t, s, "v1", []byte("facts"), "")

		answer, err := s.Answer(t.Context(), dynamo.Wanted{Zones: []directory.ZoneCode{"5910", "9999", "5341", "5910"}, Pointer: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(answer.Profiles) != 2 || answer.Profiles["5910"].ContactPoints[0].Role != "Voorbeeld" || answer.Profiles["5341"].Version != 1 {
			t.Errorf("got profiles %+v", answer.Profiles)
		}
		if answer.Pointer == nil || answer.Pointer.Version != "v1" {
			t.Errorf("got pointer %+v", answer.Pointer)
		}
		if n := counting.reads.Load(); n != 1 {
			t.Errorf("%d requests for one answer", n)
		}
		if answer, err = s.Answer(t.Context(), dynamo.Wanted{Zones: []directory.ZoneCode{"5910"}}); err != nil || answer.Pointer != nil || len(answer.Profiles) != 1 {
			t.Errorf("without pointer: got %+v, %v", answer, err)
		}
		if answer, err = s.Answer(t.Context(), dynamo.Wanted{}); err != nil || len(answer.Profiles) != 0 || counting.reads.Load() != 2 {
			t.Errorf("nothing asked: got %+v, %v after %d requests", answer, err, counting.reads.Load())
		}
	})
}

func TestAnswerWithoutPointer(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		answer, err := dynamo.New(table.Client, table.Name).Answer(t.Context(), dynamo.Wanted{Pointer: true})
		if err != nil || answer.Pointer != nil {
			t.Errorf("got %+v, %v", answer, err)
		}
	})
}

func TestAnswerAsksAgainForUnprocessedKeys(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		// DynamoDB does one key a request and leaves the others.
		b := &between{API: table.Client}
		b.batchGet = func(in *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
			request := in.RequestItems[table.Name]
			one, rest := request, request
			one.Keys, rest.Keys = request.Keys[:1], request.Keys[1:]
			out, err := b.API.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{table.Name: one}})
			if err == nil && len(rest.Keys) > 0 {
				out.UnprocessedKeys = map[string]types.KeysAndAttributes{table.Name: rest}
			}
			return out, err
		}
		s := dynamo.New(b, table.Name)
		put(t, s, profile("5910", 1), profile("5341", 1))
		answer, err := s.Answer(t.Context(), dynamo.Wanted{Zones: []directory.ZoneCode{"5910", "5341", "5340"}})
		if err != nil || len(answer.Profiles) != 2 || b.reads.Load() != 3 {
			t.Errorf("got %+v, %v after %d requests", answer, err, b.reads.Load())
		}
	})
}

func TestAnswerGivesUpOnUnprocessedKeys(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &between{batchGet: func(in *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
			return &dynamodb.BatchGetItemOutput{UnprocessedKeys: in.RequestItems}, nil
		}}
		begin := time.Now()
		answer, err := dynamo.New(b, "table").Answer(t.Context(), dynamo.Wanted{Zones: []directory.ZoneCode{"5910"}})
		if !errors.Is(err, dynamo.ErrUnavailable) || answer.Profiles != nil {
			t.Errorf("got %+v, %v", answer, err)
		}
		if waited := time.Since(begin); b.reads.Load() != 4 || waited < 70*time.Millisecond || waited > 140*time.Millisecond {
			t.Errorf("%d requests in %v", b.reads.Load(), waited)
		}
	})
}

func TestProfile(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := dynamo.New(table.Client, table.Name)
		if p, ok, err := s.Profile(t.Context(), "5910"); ok || err != nil {
			t.Errorf("nothing saved: got %+v, %t, %v", p, ok, err)
		}
		put(t, s, profile("5910", 1), profile("5910", 2))
		if p, ok, err := s.Profile(t.Context(), "5910"); !ok || err != nil || p.Version != 2 {
			t.Errorf("got %+v, %t, %v", p, ok, err)
		}
	})
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		// Two items a page stand for the 1 MB that a real page holds.
		b := &between{API: table.Client, query: func(_ int64, in *dynamodb.QueryInput) error { in.Limit = aws.Int32(2); return nil }}
		s := dynamo.New(b, table.Name)
		publish(t, s, "v1", []byte("facts"), "") // other items of the table and index
		want := map[directory.ZoneCode]bool{}
		for i := range 7 {
			code := directory.ZoneCode(fmt.Sprintf("59%02d", 17-i))
			put(t, s, profile(code, 1))
			want[code] = true
		}
		b.queries.Store(0)
		var last directory.ZoneCode
		for p, err := range s.Profiles(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if p.Code <= last {
				t.Errorf("%s after %s", p.Code, last)
			}
			last = p.Code
			delete(want, p.Code)
		}
		if len(want) != 0 || b.queries.Load() < 4 {
			t.Errorf("missing %v after %d pages", want, b.queries.Load())
		}
		for range s.Profiles(t.Context()) {
			break // a caller may stop
		}

		b.query = func(n int64, in *dynamodb.QueryInput) error {
			in.Limit = aws.Int32(2)
			if in.ExclusiveStartKey != nil {
				return errThrottled
			}
			return nil
		}
		read, failed := 0, error(nil)
		for _, err := range s.Profiles(t.Context()) {
			if err != nil {
				failed = err
			} else {
				read++
			}
		}
		if read != 2 || !errors.Is(failed, dynamo.ErrUnavailable) {
			t.Errorf("throttled at the second page: %d profiles and %v", read, failed)
		}
	})
}

func TestBrokenProfile(t *testing.T) {
	t.Parallel()
	table := dynamotest.New(t)
	s := dynamo.New(table.Client, table.Name)
	change(t, table, map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "ZONE#5910"}, "sk": &types.AttributeValueMemberS{Value: "PROFILE"},
		"gsi1pk": &types.AttributeValueMemberS{Value: "PROFILE"}, "gsi1sk": &types.AttributeValueMemberS{Value: "5910"},
		"profile": &types.AttributeValueMemberS{Value: "{"},
	})
	_, _, one := s.Profile(t.Context(), "5910")
	_, batch := s.Answer(t.Context(), dynamo.Wanted{Zones: []directory.ZoneCode{"5910"}})
	var all error
	for _, err := range s.Profiles(t.Context()) {
		all = err
	}
	for _, err := range []error{one, batch, all} {
		if !errors.Is(err, dynamo.ErrBroken) || !strings.Contains(err.Error(), "5910") {
			t.Errorf("got %v", err)
		}
	}
}

// What DynamoDB itself may answer, and what callers get. Every call of the store meets every failure.
func TestFailures(t *testing.T) {
	t.Parallel()
	exception := func(status int, name string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/x-amz-json-1.0")
			w.WriteHeader(status)
			fmt.Fprintf(w, `{"__type":"com.amazonaws.dynamodb.v20120810#%s","message":"no"}`, name)
		}
	}
	hang := func(_ http.ResponseWriter, r *http.Request) {
		if r.Body != nil {
			r.Body.Close()
		}
		<-r.Context().Done()
	}
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
		timeout time.Duration // of the caller; 0: none
	}{
		{"throttled", exception(400, "ProvisionedThroughputExceededException"), 0},
		{"limited", exception(400, "RequestLimitExceeded"), 0},
		{"broken", exception(500, "InternalServerError"), 0},
		{"no table", exception(400, "ResourceNotFoundException"), 0},
		{"not JSON", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }, 0},
		{"connection lost", func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }, 0},
		{"slow", hang, 50 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(c.handler)
			t.Cleanup(server.Close)
			s := fromEnvironment(t, server.URL)
			for name, call := range calls(s) {
				ctx, cancel := t.Context(), context.CancelFunc(func() {})
				if c.timeout > 0 {
					ctx, cancel = context.WithTimeout(ctx, c.timeout)
				}
				err := call(ctx)
				cancel()
				if !errors.Is(err, dynamo.ErrUnavailable) {
					t.Errorf("%s: got %v", name, err)
				}
			}
		})
	}
	t.Run("nobody there", func(t *testing.T) {
		t.Parallel()
		server := httptest.NewServer(nil)
		server.Close()
		for name, call := range calls(fromEnvironment(t, server.URL)) {
			if err := call(t.Context()); !errors.Is(err, dynamo.ErrUnavailable) {
				t.Errorf("%s: got %v", name, err)
			}
		}
	})
	t.Run("the caller went away", func(t *testing.T) {
		t.Parallel()
		server := httptest.NewServer(http.HandlerFunc(hang))
		t.Cleanup(server.Close)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for name, call := range calls(fromEnvironment(t, server.URL)) {
			if err := call(ctx); !errors.Is(err, context.Canceled) || errors.Is(err, dynamo.ErrUnavailable) {
				t.Errorf("%s: got %v", name, err)
			}
		}
	})
}

func calls(s *dynamo.Store) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"Answer": func(ctx context.Context) error {
			_, err := s.Answer(ctx, dynamo.Wanted{Zones: []directory.ZoneCode{"5910"}, Pointer: true})
			return err
		},
		"Profile":  func(ctx context.Context) error { _, _, err := s.Profile(ctx, "5910"); return err },
		"SaveZone": func(ctx context.Context) error { return s.SaveZone(ctx, save(1, "")) },
		"Profiles": func(ctx context.Context) error {
			for _, err := range s.Profiles(ctx) {
				return err
			}
			return nil
		},
		"Pointer":   func(ctx context.Context) error { _, _, err := s.Pointer(ctx); return err },
		"Reference": func(ctx context.Context) error { _, err := s.Reference(ctx, "v1"); return err },
		"PublishReference": func(ctx context.Context) error {
			return dynamo.PublishReference(ctx, s, dynamo.Publication{Version: "v1", Data: []byte("facts")})
		},
	}
}

func environment(endpoint string) map[string]string {
	return map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
		"TABLE_NAME": "table", "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
	}
}

func fromEnvironment(t *testing.T, endpoint string) *dynamo.Store {
	t.Helper()
	s, err := dynamo.FromEnvironment(func(name string) string { return environment(endpoint)[name] })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFromEnvironment(t *testing.T) {
	t.Parallel()
	var got atomic.Pointer[http.Request]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got.Store(r)
		fmt.Fprint(w, `{}`)
	}))
	t.Cleanup(server.Close)
	if _, ok, err := fromEnvironment(t, server.URL).Pointer(t.Context()); ok || err != nil {
		t.Fatalf("got %t, %v", ok, err)
	}
	header := got.Load().Header
	if header.Get("X-Amz-Security-Token") != "token" || !strings.Contains(header.Get("Authorization"), "Credential=id/") || !strings.Contains(header.Get("Authorization"), "/eu-west-1/dynamodb/") {
		t.Errorf("got headers %v", header)
	}
	for _, name := range []string{"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "TABLE_NAME"} {
		without := maps.Clone(environment(server.URL))
		delete(without, name)
		if _, err := dynamo.FromEnvironment(func(name string) string { return without[name] }); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: got %v", name, err)
		}
	}
}
