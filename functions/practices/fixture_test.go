package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
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
)

// today is the moment at which the tests' service runs: a Monday morning in Brussels.
var today = time.Date(2026, 11, 23, 10, 0, 0, 0, directory.Brussels)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// someFacts are made once for all tests.
var someFacts = sync.OnceValue(func() *facts.Facts { return factstest.Open(factstest.Territory(), nil, facts.Meta{}) })

type heldFacts struct{ facts *facts.Facts }

func (h heldFacts) Current(context.Context) (*facts.Facts, error) {
	if h.facts == nil {
		return nil, dynamo.ErrBroken
	}
	return h.facts, nil
}
func (h heldFacts) Latest(ctx context.Context) (*facts.Facts, error) { return h.Current(ctx) }
func (h heldFacts) Failure() error                                   { return nil }

// system is the function on a table of its own and an issuer of its own.
type system struct {
	http.Handler
	t       *testing.T
	service *service
	store   *dynamo.Store
	log     *bytes.Buffer // safe to read after the requests
}

// newSystem serves from a table. wrap, when there is one, stands between the store and DynamoDB.
func newSystem(t *testing.T, table *dynamotest.Table, wrap func(dynamo.API) dynamo.API) *system {
	t.Helper()
	var client dynamo.API = table.Client
	if wrap != nil {
		client = wrap(client)
	}
	s := &system{t: t, store: dynamo.New(client, table.Name), log: &bytes.Buffer{}}
	now := func() time.Time { return today }
	verifier := identity.New(must(identity.FromEnvironment(identitytest.New(t).Getenv)), nil, http.DefaultClient, now)
	s.service = &service{reference: heldFacts{someFacts()}, store: s.store, verifier: verifier, now: now, random: rand.Reader}
	s.Handler = must(gateway.Mux("practices", s.service.routes(), gateway.Options{
		BaseURL: "https://aanspreekpunt.example", ErrorPage: s.service.errorPage, Log: slog.New(slog.NewJSONHandler(s.log, nil)), Now: now,
	}))
	return s
}

// person is somebody with a role; nil is a visitor.
type person = identitytest.Claims

func somebody(role, zones string) person { return identitytest.Access(role, zones, "", today) }

var (
	police   = somebody("police", "5910")
	others   = somebody("police", "5341")
	former   = somebody("police", "5392") // Tienen-Hoegaarden became part of 5910
	several  = somebody("police", "5341 5910")
	admin    = somebody("admin", "")
	school   = somebody("school", "")
	nobody   = somebody("", "5910")
	visitors = []person{nil, school, nobody, others, former} // who may write nothing of 5910
)

// ask sends a request of a program; headers are name and value in turn.
func (s *system) ask(who person, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if who != nil {
		r.Header.Set("Authorization", "Bearer "+who.Token())
	}
	for pair := range slices.Chunk(headers, 2) {
		r.Header.Set(pair[0], pair[1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// visit asks for a page as a browser does.
func (s *system) visit(who person, target string) *httptest.ResponseRecorder {
	return s.browse(who, httptest.NewRequest(http.MethodGet, target, nil))
}

// post sends a form; fields are name and value in turn.
func (s *system) post(who person, target string, fields ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for pair := range slices.Chunk(fields, 2) {
		form.Add(pair[0], pair[1])
	}
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return s.browse(who, r)
}

func (s *system) browse(who person, r *http.Request) *httptest.ResponseRecorder {
	if who != nil {
		r.AddCookie(&http.Cookie{Name: identity.CookieName, Value: who.ID().Token()})
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// text is a whole practice as JSON, with some members changed; nil takes one away.
func text(changes ...any) string {
	all := map[string]any{"zone": "5910", "title": "Samen tegen spijbelen", "summary": "Eén formulier.", "themes": []string{"truancy"}, "levels": []string{"basic"},
		"partners": []any{map[string]any{"kind": "clb", "name": "CLB Voorbeeld"}}, "markdown": "## Zo gaat het\n\nMet **één** formulier.", "status": "published"}
	for pair := range slices.Chunk(changes, 2) {
		all[pair[0].(string)] = pair[1]
		if pair[1] == nil {
			delete(all, pair[0].(string))
		}
	}
	return string(must(json.Marshal(all)))
}

// create writes a practice and gives its slug and ETag.
func (s *system) create(changes ...any) (slug, etag string) {
	s.t.Helper()
	w := s.ask(admin, "POST", apiPath, text(changes...))
	if w.Code != 201 {
		s.t.Fatalf("%d %s", w.Code, w.Body)
	}
	return read[answer](s.t, w).Slug, w.Header().Get("ETag")
}

// createFormer stores "Van vroeger", which the police of Tienen-Hoegaarden published before it became part of 5910.
func (s *system) createFormer() {
	s.t.Helper()
	begun := directory.Practice{ID: "0d2f1c1e-0000-8000-8000-000000000001", Zone: "5392"}
	p := begun.Saved(directory.PracticeInput{PracticeText: directory.PracticeText{Title: "Van vroeger", Summary: "S", Themes: []directory.Theme{"drugs"}, Markdown: "T"}, Slug: "van-vroeger", Status: "published"}, "<p>T</p>", today)
	if err := s.store.SavePractice(s.t.Context(), dynamo.PracticeSave{Practice: p, Revision: directory.NewPracticeRevision(begun, p, directory.Cause{Kind: directory.RevisionImported}, today)}); err != nil {
		s.t.Fatal(err)
	}
}

// read decodes an answer.
func read[T any](t *testing.T, w *httptest.ResponseRecorder) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	return v
}

// rules are the broken rules of a problem, by field.
func rules(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var found []string
	for _, issue := range read[gateway.Problem](t, w).Issues {
		found = append(found, issue.Name+" "+issue.Rule)
	}
	return strings.Join(found, ", ")
}

func wants(t *testing.T, page *httptest.ResponseRecorder, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(page.Body.String(), part) {
			t.Errorf("%d: the page lacks %q:\n%s", page.Code, part, content.FindString(page.Body.String()))
		}
	}
}

func lacks(t *testing.T, page *httptest.ResponseRecorder, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(page.Body.String(), part) {
			t.Errorf("%d: the page has %q:\n%s", page.Code, part, content.FindString(page.Body.String()))
		}
	}
}

var content = regexp.MustCompile(`(?s)<main.*</main>`)

// storeZone keeps the demonstration profile of 5910.
func (s *system) storeZone() {
	s.t.Helper()
	for _, p := range demonstration.Profiles(factstest.Territory(), today) {
		if p.Code != demonstration.GuideZone {
			continue
		}
		err := s.store.SaveZone(s.t.Context(), dynamo.ZoneSave{Profile: p, Revision: directory.NewRevision(directory.Profile{Code: p.Code}, p, directory.Cause{Kind: directory.RevisionSaved}, directory.Names{}, today)})
		if err != nil {
			s.t.Fatal(err)
		}
	}
}
