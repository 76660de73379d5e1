package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/facts/factstest"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/identity"
	"aanspreekpunt/shared/identity/identitytest"
	"aanspreekpunt/shared/publication"
	"aanspreekpunt/shared/publication/publicationtest"
)

// today is the moment at which the tests' service runs: a Monday morning in Brussels.
var today = time.Date(2026, 11, 23, 10, 0, 0, 0, directory.Brussels)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// What all tests share is made once.
var (
	heldFacts = sync.OnceValue(func() *facts.Facts {
		return factstest.Open(factstest.Territory(), nil, facts.Meta{Demonstration: true})
	})
)

type loaded struct{ facts *facts.Facts }

func (l loaded) Current(context.Context) (*facts.Facts, error) { return l.facts, nil }
func (l loaded) PointerDue() bool                              { return false }
func (l loaded) Seen(*dynamo.Pointer)                          {}
func (l loaded) Failure() error                                { return nil }

// system is the function on a table of its own and an issuer of its own.
type system struct {
	http.Handler
	service *service
	store   *dynamo.Store
	bucket  *publicationtest.Bucket
	down    *atomic.Bool // the bucket does not answer
}

func start(t *testing.T) *system {
	t.Helper()
	table := dynamotest.New(t)
	s := &system{store: dynamo.New(table.Client, table.Name), down: new(atomic.Bool)}
	s.bucket = publicationtest.New(t, func(bucket http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if s.down.Load() {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			bucket.ServeHTTP(w, r)
		})
	})
	reader := publication.NewReader(s.bucket.Client, s3.NewPresignClient(s.bucket.Client), s.bucket.Name)
	clock := func() time.Time { return today }
	verifier := identity.New(must(identity.FromEnvironment(identitytest.New(t).Getenv)), s.store, http.DefaultClient, clock)
	s.service = &service{published: reader, reference: loaded{heldFacts()}, store: s.store, verifier: verifier, now: clock}
	s.Handler = must(gateway.Mux("opendata", s.service.routes(), gateway.Options{
		BaseURL: "https://aanspreekpunt.example", ErrorPage: s.service.errorPage, Log: slog.New(slog.NewJSONHandler(io.Discard, nil)), Now: clock,
	}))
	return s
}

// keep stores what the demonstration zones keep.
func (s *system) keep(t *testing.T) {
	t.Helper()
	for _, p := range demonstration.Profiles(factstest.Territory(), today) {
		s.save(t, p)
	}
}

// save stores a profile as its zone's first version.
func (s *system) save(t *testing.T, p directory.Profile) {
	t.Helper()
	first := directory.NewRevision(directory.Profile{Code: p.Code}, p, directory.Cause{Kind: directory.RevisionSaved}, directory.Names{Municipality: factstest.Territory().Names()}, today)
	if err := s.store.SaveZone(t.Context(), dynamo.ZoneSave{Profile: p, Revision: first}); err != nil {
		t.Fatal(err)
	}
}

// session is the cookie of somebody with a role, for a zone.
func session(role, zone string) string {
	return must(identity.SessionCookie(identitytest.Access(role, zone, "", today).ID().Token())).String()
}

// ask sends a request; headers are name and value in turn.
func (s *system) ask(method, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(headers); i += 2 {
		value := headers[i+1]
		if headers[i] == "Cookie" {
			value, _, _ = strings.Cut(value, ";")
		}
		r.Header.Set(headers[i], value)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// want checks an answer's status and what its body has and lacks ("-" before it), and gives the body.
func want(t *testing.T, w *httptest.ResponseRecorder, status int, has ...string) string {
	t.Helper()
	body := w.Body.String()
	if w.Code != status {
		t.Fatalf("status %d, want %d: %.300s", w.Code, status, body)
	}
	for _, h := range has {
		if lacks, no := strings.CutPrefix(h, "-"); no && strings.Contains(body, lacks) {
			t.Errorf("has %q", lacks)
		} else if !no && !strings.Contains(body, h) {
			t.Errorf("lacks %q", h)
		}
	}
	return body
}
