package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/facts/factstest"
	"aanspreekpunt/shared/identity"
)

// noFacts is a holder whose start failed.
type noFacts struct{ heldFacts }

func (noFacts) Current(context.Context) (*facts.Facts, error) { return nil, dynamo.ErrBroken }
func (noFacts) ForZone(context.Context, string) (*facts.Facts, error) {
	return nil, dynamo.ErrBroken
}

// TestOthersInTrouble: without an issuer or without facts nobody can be told apart from anybody: 503, and nothing
// changes.
func TestOthersInTrouble(t *testing.T) {
	t.Parallel()
	table := dynamotest.New(t)
	healthy := newSystem(t, table, nil)
	healthy.seed(t)
	body := string(healthy.shown(t, "5910", officer))
	answers := func(h http.HandlerFunc) string {
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		return server.URL
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	verifier := func(keys string) *identity.Verifier {
		return identity.New(identity.Settings{Issuer: "https://issuer.example", KeysEndpoint: keys, ClientID: "us", Audiences: []string{"us"},
			Roles: identity.Claim{Name: "roles"}, RoleValues: map[directory.RoleName]string{directory.RolePolice: "police"}, Zones: identity.Claim{Name: "zones"},
		}, nil, &http.Client{Timeout: 100 * time.Millisecond}, func() time.Time { return today })
	}
	for name, spoil := range map[string]func(*service){
		"the issuer is gone": func(s *service) { s.verifier = verifier(gone.URL) },
		"the issuer is slow": func(s *service) {
			s.verifier = verifier(answers(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		},
		"the issuer is broken": func(s *service) {
			s.verifier = verifier(answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }))
		},
		"its keys are no keys": func(s *service) {
			s.verifier = verifier(answers(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }))
		},
		"the facts are missing": func(s *service) { s.reference = noFacts{} },
	} {
		s := newSystem(t, table, nil)
		spoil(s.service)
		for _, r := range requests {
			if r.method == "PUT" {
				r.body = body
			}
			w := s.ask(police, r.method, r.target, r.body, "If-Match", tag("1"))
			if p := problemOf(t, w); p.Status != 503 || w.Header().Get("Retry-After") == "" {
				t.Errorf("%s, %s %s: %d %s", name, r.method, r.target, w.Code, w.Body)
			}
		}
		if log := s.log.String(); !strings.Contains(log, `"cause"`) || strings.Contains(log, police.Token()) {
			t.Errorf("%s: the log is %s", name, log)
		}
	}
	if v := healthy.stored(t, "5910").Version; v != 1 {
		t.Errorf("version %d", v)
	}
}

// TestConfirmingWithASave: "alles klopt" ticked.
func TestConfirmingWithASave(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	p := s.seed(t)
	in := p.Input()
	in.Assured = true
	if w := s.ask(police, "PUT", zone5910, string(must(json.Marshal(in))), "If-Match", tag("1")); w.Code != 200 {
		t.Fatal(w.Body)
	}
	after := s.stored(t, "5910")
	if !after.AssuredAt.Equal(today) || !after.ModifiedAt.Equal(*p.ModifiedAt) {
		t.Errorf("nothing changed and all is right: assured %v, modified %v", after.AssuredAt, after.ModifiedAt)
	}
	s.now = today.Add(time.Minute)
	in.Website = "https://politie.example/nieuw"
	if w := s.ask(police, "PUT", zone5910, string(must(json.Marshal(in))), "If-Match", tag("2")); w.Code != 200 {
		t.Fatal(w.Body)
	}
	if after = s.stored(t, "5910"); !after.AssuredAt.Equal(s.now) || !after.ModifiedAt.Equal(s.now) {
		t.Errorf("changed and all is right: assured %v, modified %v", after.AssuredAt, after.ModifiedAt)
	}
	history, _, err := s.store.Revisions(t.Context(), "5910", 0, 2, s.now)
	if err != nil || history[0].Kind != directory.RevisionSaved || !history[0].Assured || history[1].Kind != directory.RevisionConfirmed {
		t.Errorf("history %+v, %v", history, err)
	}
	// Who confirmed is never public.
	if public := string(s.shown(t, "5910", directory.Principal{})); strings.Contains(public, "police5910") || strings.Contains(public, "Voorbeeld Persoon") {
		t.Error("the public zone tells who saved it")
	}
}

// TestAZoneThatWasDivided: its code leads to no single zone, so that a read gets no redirect.
func TestAZoneThatWasDivided(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	territory := factstest.Territory()
	territory.FormerZones = append(slices.Clone(territory.FormerZones), directory.FormerZone{Code: "5299", Name: "Voorbeeld", Successors: []directory.ZoneCode{"5341", "5910"}})
	s.service.reference = heldFacts{must(facts.Open(must(facts.Build(territory, nil, facts.Meta{}))))}
	for _, method := range []string{"GET", "PUT"} {
		path := "/api/v1/zones/5299"
		if method == "GET" {
			path += "/revisions"
		}
		if p := problemOf(t, s.ask(police, method, path, `{}`)); p.Status != 404 || !strings.Contains(p.Detail, "5341, 5910") {
			t.Errorf("%s: %d %s", method, p.Status, p.Detail)
		}
	}
}

// TestAStaleFirstSave: somebody made the first version meanwhile, or the caller dreamt of one.
func TestAStaleFirstSave(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	first := `{"contactPoints":[{"id":"onthaal","role":"Onthaal","primary":true}]}`
	w := s.ask(others, "PUT", "/api/v1/zones/5341", first, "If-Match", tag("1"))
	if p := problemOf(t, w); p.Status != 412 || !strings.HasPrefix(w.Header().Get("ETag"), `"0-`) || p.Current == nil {
		t.Errorf("%d, ETag %s", w.Code, w.Header().Get("ETag"))
	}
	if saved := s.ask(others, "PUT", "/api/v1/zones/5341", first, "If-Match", w.Header().Get("ETag")); saved.Code != 200 {
		t.Errorf("%d %s", saved.Code, saved.Body)
	}
	if again := s.ask(others, "PUT", "/api/v1/zones/5341", first, "If-Match", w.Header().Get("ETag")); again.Code != 412 {
		t.Errorf("a second first save: %d", again.Code)
	}
}
