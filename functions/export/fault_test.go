package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts/factstest"
	"aanspreekpunt/shared/publication"
)

// fault fails one call of S3 or DynamoDB, counted from 1, and with dead all that follow, as when the process ends.
// With done the call takes effect and only its answer is lost; only calls that write count then, for the others that
// is the same as failing.
type fault struct {
	mu    sync.Mutex
	at    int // 0: none
	dead  bool
	done  bool
	calls int
	hit   string // what failed first
}

// next counts a call and tells whether it fails, and whether it takes effect first.
func (f *fault) next(what string) (fails, first bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if read := strings.HasPrefix(what, "GET ") || what == "GetItem" || what == "Query"; f.done && read {
		return f.dead && f.at > 0 && f.calls >= f.at, false
	}
	f.calls++
	if f.at == 0 || f.calls < f.at || f.calls > f.at && !f.dead {
		return false, false
	}
	if f.calls == f.at {
		f.hit = what
		return true, f.done
	}
	return true, false
}

func (f *fault) set(at int, dead, done bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at, f.dead, f.done, f.calls, f.hit = at, dead, done, 0, ""
}

// s3 stands between the export and its buckets.
func (f *fault) s3(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fails, first := f.next(r.Method + " " + r.URL.String())
		if !fails {
			next.ServeHTTP(w, r)
			return
		}
		if first {
			next.ServeHTTP(httptest.NewRecorder(), r)
		}
		panic(http.ErrAbortHandler) // the connection breaks
	})
}

// brittle is a table behind a fault.
type brittle struct {
	dynamo.API
	fault *fault
}

var errFault = errors.New("fault")

func brittleCall[I, O any](f *fault, what string, call func() (O, error)) (O, error) {
	fails, first := f.next(what)
	var none O
	if !fails {
		return call()
	}
	if first {
		_, _ = call()
	}
	return none, errFault
}

func (b brittle) GetItem(ctx context.Context, in *dynamodb.GetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return brittleCall[any](b.fault, "GetItem", func() (*dynamodb.GetItemOutput, error) { return b.API.GetItem(ctx, in, o...) })
}

func (b brittle) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return brittleCall[any](b.fault, "Query", func() (*dynamodb.QueryOutput, error) { return b.API.Query(ctx, in, o...) })
}

func (b brittle) PutItem(ctx context.Context, in *dynamodb.PutItemInput, o ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return brittleCall[any](b.fault, "PutItem", func() (*dynamodb.PutItemOutput, error) { return b.API.PutItem(ctx, in, o...) })
}

// whole checks that every edition that the shelves publish is there with every byte.
func (w *world) whole() {
	w.t.Helper()
	for _, s := range []Shelf{w.Open, w.Restricted} {
		m := w.manifest(s)
		for _, d := range m.Dates {
			e, err := publication.NewReader(w.data.Client, nil, s.Bucket).Edition(context.Background(), d.Edition)
			if err != nil {
				w.t.Fatal(err)
			}
			for name, data := range w.files(s, e) {
				f, _ := e.File(name)
				if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != f.SHA256 {
					w.t.Fatalf("%s of %s is not what was published", name, d.Edition)
				}
			}
			if d.Edition == m.Current.Name && (len(e.Files) != len(m.Current.Files) || e.Files[0].SHA256 != m.Current.Files[0].SHA256) {
				w.t.Fatalf("the current edition %s is another than the manifest says", d.Edition)
			}
		}
	}
}

// TestBrokenOffAnywhere lets every call of a run fail, in turn and in each way, and the process die there: what is
// published is the old edition whole or the new one whole, and the next run makes up for it and cleans up.
func TestBrokenOffAnywhere(t *testing.T) {
	t.Parallel()
	for name, mode := range map[string]struct{ dead, done bool }{
		"a call fails":               {false, false},
		"an answer is lost":          {false, true},
		"the process dies after one": {true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fault{}
			w := newWorld(t, f.s3)
			publish(t, w.store, factstest.Only(factstest.Territory().Zones[0].Code, "5341", "5910"), "small")
			w.Store = brittleStore(w, f)
			w.Open.Days, w.Restricted.Days = 2, 2                              // so that every run also archives a day
			w.Clock = func() time.Time { return time.Now().Add(2 * leftOver) } // what broke off is old by the next run
			w.run(0, func(e *event) { e.Force = true })
			unharmed := 0
			for at := 1; unharmed < 2; at++ { // runs that took fewer calls than that; one of each kind
				number := "016 00 " + pairOf(at/100) + " " + pairOf(at%100)
				w.change("5910", func(p *directory.Profile) { p.Phone = "+3216" + strings.ReplaceAll(number[4:], " ", "") })
				before := w.phone()

				f.set(at, mode.dead, mode.done)
				// Every second time a value that an earlier day shows is taken out of it, which is the longer way.
				r, err := w.run(1, func(e *event) {
					if at%2 == 0 {
						e.Action, e.Value = "takeOut", before
					}
				})
				hit := f.hit
				f.set(0, false, false)
				w.whole()
				after := w.phone()
				switch {
				case after != before && after != number:
					t.Fatalf("call %d (%s): %s is published; was %s, should become %s", at, hit, after, before, number)
				case err == nil && r.Outcome == outcomePublished && after != number:
					t.Fatalf("call %d (%s): says %+v, but %s is published", at, hit, r, after)
				}

				if r, err := w.run(0, nil); err != nil || r.Outcome == outcomeOvertaken || w.phone() != number {
					t.Fatalf("after call %d (%s) failed: %+v, %v, %s is published", at, hit, r, err, w.phone())
				}
				w.whole()
				w.nothingLeft()
				if hit != "" {
					unharmed = 0
				} else if unharmed++; at < 20 {
					t.Errorf("a run has %d calls only", at-1)
				}
			}
		})
	}
}

func pairOf(n int) string { return string(rune('0'+n/10)) + string(rune('0'+n%10)) }

func brittleStore(w *world, f *fault) *dynamo.Store {
	return dynamo.New(brittle{w.table.Client, f}, w.table.Name)
}

// phone is the number of zone 5910 in the published table.
func (w *world) phone() string {
	w.t.Helper()
	return find(w.t, rows(w.t, w.published()["zones.csv"]), "code", "5910")["phone"]
}

// nothingLeft checks that the buckets hold only what the manifests name.
func (w *world) nothingLeft() {
	w.t.Helper()
	for _, s := range []Shelf{w.Open, w.Restricted} {
		m := w.manifest(s)
		named := map[string]bool{m.Current.Name: true}
		for _, d := range m.Dates {
			named[d.Edition] = true
		}
		for _, key := range w.objects(s.Bucket) {
			rest, ok := strings.CutPrefix(strings.TrimPrefix(key, "deleted "), publication.EditionsPrefix)
			if edition, _, _ := strings.Cut(rest, "/"); ok && !named[edition] {
				w.t.Fatalf("%s is left over", key)
			}
		}
	}
}
