package main

import (
	"context"
	"embed"
	"io"
	"iter"
	"net/http"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/identity"
	"aanspreekpunt/shared/publication"
	"aanspreekpunt/shared/site"
)

// reference holds the reference facts; *dynamo.Reference does.
type reference interface {
	Current(context.Context) (*facts.Facts, error)
	PointerDue() bool
	Seen(*dynamo.Pointer)
	Failure() error
}

// store has the counts of coverage and what they are made of; *dynamo.Store does.
type store interface {
	Answer(context.Context, dynamo.Wanted) (dynamo.Answer, error)
	CoverageSince(ctx context.Context, from directory.Day) ([]directory.Coverage, error)
	Boundaries(context.Context) ([]directory.Boundary, error)
	Profiles(context.Context) iter.Seq2[directory.Profile, error]
}

// published is what the export published; *publication.Reader reads it.
type published interface {
	Manifest(context.Context) (publication.Manifest, string, error)
	On(context.Context, publication.Manifest, directory.Day) (publication.Edition, error)
	Archived(context.Context, directory.Day) (publication.Edition, error)
	Open(ctx context.Context, e publication.Edition, file string) (io.ReadCloser, error)
	Presign(ctx context.Context, e publication.Edition, file string, lasts time.Duration) (string, error)
}

// service answers the requests of this function.
type service struct {
	published published
	reference reference
	store     store
	verifier  *identity.Verifier
	now       func() time.Time
	// administrators is the mail address of those who link organisations; "" when none is told.
	administrators string
}

// routes has a handler for each path that gateway.Routes gives to opendata.
func (s *service) routes() map[string]http.Handler {
	return map[string]http.Handler{
		"/opendata":                  gateway.Handler(s.openDataPage),
		"/opendata/{edition}/{file}": gateway.Handler(s.download),
		"/dekking":                   gateway.Handler(s.coveragePage),
		"/api/v1/coverage":           gateway.Handler(s.coverage),
	}
}

// current gives the facts to answer from, or 503, and looks for newer ones when that is due.
func (s *service) current(ctx context.Context) (*facts.Facts, error) {
	f, err := s.reference.Current(ctx)
	if err != nil {
		return nil, gateway.Unavailable(err)
	}
	gateway.Warn(ctx, s.reference.Failure()) // answered from older facts
	if s.reference.PointerDue() {
		answer, err := s.store.Answer(ctx, dynamo.Wanted{Pointer: true})
		if err != nil {
			return nil, gateway.Unavailable(err)
		}
		s.reference.Seen(answer.Pointer)
	}
	return f, nil
}

//go:embed *.gohtml
var files embed.FS

// visit finds the facts to go by, and who looks at a page.
func (s *service) visit(r *http.Request) (*facts.Facts, directory.Principal, error) {
	f, err := s.current(r.Context())
	if err != nil {
		return nil, directory.Principal{}, err
	}
	who, err := s.verifier.OfPage(r, f)
	return f, who, err
}

// page writes a page for whoever looks at it. What a signed-in person gets is kept by no cache: who tells.
func (s *service) page(w http.ResponseWriter, r *http.Request, status int, t *site.Template, p site.Page, f *facts.Facts, who directory.Principal, data any) error {
	if who.SignedIn() {
		gateway.Cache(w, gateway.Private)
	}
	p.Path, p.Account = r.URL.Path, site.AccountOf(r, who, s.administrators)
	p.Demonstration = f != nil && f.Meta().Demonstration
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	return t.Render(w, p, data)
}

// errorPage shows a problem to a person.
func (s *service) errorPage(w http.ResponseWriter, r *http.Request, p *gateway.Problem) {
	m := site.MessageOf(p)
	m.Links = []site.Entry{{Path: "/opendata", Name: "Open data"}, {Path: "/", Name: "Naar Opzoeken"}}
	f, _ := s.reference.Current(r.Context()) // without facts the page only fails to say whether they are made up
	var who directory.Principal
	if f != nil {
		who, _ = s.verifier.OfPage(r, f) // a visitor's page does for an error
	}
	if err := s.page(w, r, p.Status, site.MessageTemplate, site.Page{Title: m.Heading, NoIndex: true}, f, who, m); err != nil {
		panic(err) // gateway then answers without a page
	}
}
