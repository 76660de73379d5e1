package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/facts/factstest"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/identity"
	"aanspreekpunt/shared/identity/identitytest"
	"aanspreekpunt/shared/mail"
)

// today is the moment at which the tests' service runs: a Monday morning in Brussels.
var today = time.Date(2026, 11, 23, 10, 0, 0, 0, directory.Brussels)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// demonstrationFacts are the territory and the demonstration schools, built once for all tests.
var demonstrationFacts = sync.OnceValue(func() *facts.Facts {
	all := factstest.Territory()
	return factstest.Open(all, factstest.Schools(all, directory.DayOf(today)), facts.Meta{Demonstration: true})
})

// demonstrationProfile is what the demonstration zone with everything keeps: 5910.
func demonstrationProfile(t testing.TB) directory.Profile {
	t.Helper()
	for _, p := range demonstration.Profiles(factstest.Territory(), today) {
		if p.Code == demonstration.GuideZone {
			return p
		}
	}
	t.Fatal("zone 5910 has no demonstration profile")
	return directory.Profile{}
}

type heldFacts struct{ facts *facts.Facts }

func (h heldFacts) Current(context.Context) (*facts.Facts, error)         { return h.facts, nil }
func (h heldFacts) ForZone(context.Context, string) (*facts.Facts, error) { return h.facts, nil }
func (h heldFacts) PointerDue() bool                                      { return false }
func (h heldFacts) Seen(*dynamo.Pointer)                                  {}
func (h heldFacts) Failure() error                                        { return nil }

// system is the function on a table of its own and an issuer of its own.
type system struct {
	http.Handler
	service *service
	store   *dynamo.Store
	table   *dynamotest.Table
	log     *lockedBuffer
	outbox  *outbox
	now     time.Time // of the service; tests that move it do so between requests
}

type lockedBuffer struct {
	sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.Lock()
	defer b.Unlock()
	return b.Buffer.Write(p)
}

// outbox takes mails, or fails.
type outbox struct {
	sync.Mutex
	sent []mail.Message
	err  error
}

func (o *outbox) Send(_ context.Context, m mail.Message) error {
	o.Lock()
	defer o.Unlock()
	if o.err == nil {
		o.sent = append(o.sent, m)
	}
	return o.err
}

// newSystem serves from a table. wrap, when there is one, stands between the store and DynamoDB.
func newSystem(t testing.TB, table *dynamotest.Table, wrap func(dynamo.API) dynamo.API) *system {
	t.Helper()
	var client dynamo.API = table.Client
	if wrap != nil {
		client = wrap(client)
	}
	s := &system{store: dynamo.New(client, table.Name), table: table, log: &lockedBuffer{}, outbox: &outbox{}, now: today}
	clock := func() time.Time { return s.now }
	verifier := identity.New(must(identity.FromEnvironment(identitytest.New(t).Getenv)), s.store, http.DefaultClient, clock)
	s.service = &service{reference: heldFacts{demonstrationFacts()}, store: s.store, verifier: verifier, now: clock, sender: s.outbox, collector: &shelf{files: map[string][]byte{}, store: s.store}}
	s.Handler = must(gateway.Mux("zones", s.service.routes(), gateway.Options{
		BaseURL: "https://aanspreekpunt.example", ErrorPage: s.service.errorPage, Log: slog.New(slog.NewJSONHandler(io.Writer(s.log), nil)), Now: clock,
	}))
	return s
}

type claims = identitytest.Claims

// access are the claims of an access token of a person.
func access(role, zones, organisation string) claims {
	return identitytest.Access(role, zones, organisation, today)
}

// People of the tests.
var (
	police   = access("police", "5910", "")
	others   = access("police", "5341", "")
	former   = access("police", "5392", "") // Tienen-Hoegaarden became part of 5910
	admin    = access("admin", "", "")
	school   = access("school", "", string(demonstration.TienenSchool))
	outside  = access("school", "", "999998")
	clb      = access("school", "", string(demonstration.CLB))
	nobody   = access("", "5910", "")
	unlinked = access("police", "", "0000000295")
)

// ask sends a request of a person (nil: nobody); headers are name and value in turn.
func (s *system) ask(person claims, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if person != nil {
		r.Header.Set("Authorization", "Bearer "+person.Token())
	}
	for pair := range slices.Chunk(headers, 2) {
		r.Header.Set(pair[0], pair[1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// seed stores the demonstration profile of 5910 as its first version.
func (s *system) seed(t testing.TB) directory.Profile {
	t.Helper()
	p := demonstrationProfile(t)
	err := s.store.SaveZone(t.Context(), dynamo.ZoneSave{Profile: p,
		Revision: directory.NewRevision(directory.Profile{Code: p.Code}, p, directory.Cause{Kind: directory.RevisionSaved, By: directory.Principal{Role: directory.RolePolice}}, directory.Names{}, today)})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// stored is the profile in the table; version 0 when there is none.
func (s *system) stored(t testing.TB, code directory.ZoneCode) directory.Profile {
	t.Helper()
	p, _, err := dynamo.New(s.table.Client, s.table.Name).Profile(context.Background(), code)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// shown is the zone as the look-up gives it to somebody with a role, as JSON.
func (s *system) shown(t testing.TB, code directory.ZoneCode, who directory.Principal) []byte {
	t.Helper()
	f := demonstrationFacts()
	z, ok := f.Zone(code)
	if !ok {
		t.Fatalf("no zone %s", code)
	}
	var profile *directory.Profile
	if p := s.stored(t, code); p.Version > 0 {
		profile = &p
	}
	names := func(nis directory.NIS) string { m, _ := f.Municipality(nis); return m.Name }
	return must(gateway.JSON(directory.See(z, names, profile, who, directory.Question{}, s.now).WithLinks("https://aanspreekpunt.example")))
}

var officer = directory.Principal{Role: directory.RolePolice, Subject: "police5910", Zones: []directory.ZoneCode{"5910"}}

// tag is an If-Match of a version, by someone who saw it in another way.
func tag(version string) string { return `"` + version + `-seen"` }

// problemOf reads an answer's problem.
func problemOf(t testing.TB, w *httptest.ResponseRecorder) gateway.Problem {
	t.Helper()
	var p gateway.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Header().Get("Content-Type") != "application/problem+json" || p.Status != w.Code {
		t.Fatalf("%d is no problem: %s", w.Code, w.Body)
	}
	return p
}

// edit changes one member of a zone's JSON; nil takes it away.
func edit(t testing.TB, zone []byte, name string, value any) string {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal(zone, &all); err != nil {
		t.Fatal(err)
	}
	all[name] = value
	if value == nil {
		delete(all, name)
	}
	return string(must(json.Marshal(all)))
}
