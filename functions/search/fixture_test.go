package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"aanspreekpunt/infra"
	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/facts/factstest"
	"aanspreekpunt/shared/gateway"
)

// today is the moment at which the tests' service runs: a Monday morning in Brussels.
var today = time.Date(2026, 11, 23, 10, 0, 0, 0, directory.Brussels)

// demonstrationFacts are the territory and the demonstration schools, built once for all tests.
var demonstrationFacts = sync.OnceValue(func() *facts.Facts {
	all := factstest.Territory()
	return factstest.Open(all, factstest.Schools(all, directory.DayOf(today)), facts.Meta{Demonstration: true,
		Territory: facts.Source{AsOf: "2025-01-01", Text: "Vlaamse en Belgische overheden"}, Schools: facts.Source{AsOf: "2026-11-23", Text: "Voorbeeldscholen"}})
})

// fakeReference holds facts, or an error.
type fakeReference struct {
	facts    *facts.Facts
	err      error
	pointer  dynamo.Pointer
	due      bool
	degraded bool
	seen     atomic.Int32
}

func (f *fakeReference) Current(context.Context) (*facts.Facts, error) { return f.facts, f.err }
func (f *fakeReference) ForZone(context.Context, string) (*facts.Facts, error) {
	return f.facts, f.err
}
func (f *fakeReference) Loaded() dynamo.Pointer { return f.pointer }
func (f *fakeReference) PointerDue() bool       { return f.due }
func (f *fakeReference) Seen(*dynamo.Pointer)   { f.seen.Add(1) }
func (f *fakeReference) Degraded() bool         { return f.degraded }
func (f *fakeReference) Failure() error         { return nil }

// fakeStore holds profiles, or an error, and counts what it is asked.
type fakeStore struct {
	profiles  map[directory.ZoneCode]directory.Profile
	practices []directory.PracticeTitle
	err       error
	reads     atomic.Int32
	pointers  atomic.Int32
	most      atomic.Int32 // zones of the largest read
}

func (f *fakeStore) Answer(_ context.Context, wanted dynamo.Wanted) (dynamo.Answer, error) {
	f.reads.Add(1)
	f.most.Store(max(f.most.Load(), int32(len(wanted.Zones))))
	if f.err != nil {
		return dynamo.Answer{}, f.err
	}
	answer := dynamo.Answer{Profiles: map[directory.ZoneCode]directory.Profile{}}
	for _, c := range wanted.Zones {
		if p, ok := f.profiles[c]; ok {
			answer.Profiles[c] = p
		}
	}
	if wanted.Pointer {
		f.pointers.Add(1)
		answer.Pointer = &dynamo.Pointer{Version: "1"}
	}
	if wanted.Practices {
		answer.Practices = f.practices
	}
	return answer, nil
}

// site is the function with everything around it replaced.
type system struct {
	http.Handler
	service   *service
	reference *fakeReference
	store     *fakeStore
	log       *bytes.Buffer // safe to read after the requests
}

// newSystem is a service on demonstration schools and demonstration contact points.
func newSystem(t testing.TB) *system {
	t.Helper()
	profiles := map[directory.ZoneCode]directory.Profile{}
	for _, p := range demonstration.Profiles(factstest.Territory(), today) {
		profiles[p.Code] = p
	}
	s := &system{reference: &fakeReference{facts: demonstrationFacts(), pointer: dynamo.Pointer{Version: "1", Demonstration: true}},
		store: &fakeStore{profiles: profiles}, log: &bytes.Buffer{}}
	s.service = &service{reference: s.reference, store: s.store, now: func() time.Time { return today }, openAPI: infra.OpenAPI,
		callers: people{}}
	var err error
	s.Handler, err = gateway.Mux("search", s.service.routes(), gateway.Options{
		ErrorPage: s.service.errorPage, Log: slog.New(slog.NewJSONHandler(io.Writer(s.log), nil)), Now: func() time.Time { return today }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// get asks for a path as a browser does that reads no gzip.
func (s *system) get(t testing.TB, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}
