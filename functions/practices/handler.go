package main

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/identity"
)

// reference holds the reference facts; *dynamo.Reference does.
type reference interface {
	Current(context.Context) (*facts.Facts, error)
	Latest(context.Context) (*facts.Facts, error)
	Failure() error
}

// store keeps practices; *dynamo.Store does.
type store interface {
	Answer(context.Context, dynamo.Wanted) (dynamo.Answer, error)
	PracticeTitles(context.Context) ([]directory.PracticeTitle, error)
	Practice(ctx context.Context, slug string) (directory.Practice, error)
	Practices(context.Context) iter.Seq2[directory.Practice, error]
	PracticesOf(context.Context, directory.ZoneCode) iter.Seq2[directory.Practice, error]
	SavePractice(context.Context, dynamo.PracticeSave) error
	PracticeRevisions(ctx context.Context, id string, before, limit int, now time.Time) ([]directory.PracticeRevision, error)
	PracticeRevision(ctx context.Context, id string, version int, now time.Time) (directory.PracticeRevision, error)
	Repeated(ctx context.Context, id string, now time.Time) (dynamo.Repeat, bool, error)
}

// service answers the requests of this function.
type service struct {
	reference      reference
	store          store
	verifier       *identity.Verifier
	now            func() time.Time
	random         io.Reader // for the IDs of new practices
	administrators string    // their mail address, shown to those whose organisation is not linked; "" for none
}

// The addresses of the pages.
const (
	publicPath     = "/praktijken"
	feedPath       = publicPath + "/atom.xml"
	managementPath = "/beheer/praktijken"
	apiPath        = "/api/v1/practices"
)

// routes has a handler for each path that gateway.Routes gives to practices.
func (s *service) routes() map[string]http.Handler {
	return map[string]http.Handler{
		publicPath:             s.read(s.listPage),
		publicPath + "/{slug}": s.read(s.practicePage),
		feedPath:               gateway.Handler(s.feed),

		managementPath: s.signedIn(s.minePage),
		managementPath + "/" + directory.ReservedSlug: gateway.Handler(s.newPage),
		managementPath + "/{slug}":                    s.about(directory.WritePractices, s.managePage),
		managementPath + "/{slug}/aanpassen":          gateway.Handler(s.editPage),
		managementPath + "/{slug}/geschiedenis":       s.about(directory.SeePracticeHistory, s.historyPage),

		apiPath:                                 gateway.Handler(s.practices),
		apiPath + "/{slug}":                     gateway.Handler(s.practice),
		apiPath + "/{slug}/revisions":           gateway.Handler(s.revisions),
		apiPath + "/{slug}/revisions/{version}": gateway.Handler(s.revision),
	}
}

// visit is one request: who asks, when, and the facts to go by.
type visit struct {
	facts *facts.Facts
	who   directory.Principal
	at    time.Time
}

// current gives the facts to answer from, or 503.
func (s *service) current(ctx context.Context) (*facts.Facts, error) {
	f, err := s.reference.Latest(ctx)
	if err != nil {
		return nil, gateway.Unavailable(err)
	}
	gateway.Warn(ctx, s.reference.Failure()) // answered from older facts
	return f, nil
}

// visitor finds out who asks.
func (s *service) visitor(r *http.Request) (visit, error) {
	f, err := s.current(r.Context())
	if err != nil {
		return visit{}, err
	}
	of := s.verifier.OfPage
	if strings.HasPrefix(r.URL.Path, "/api/") {
		of = s.verifier.OfAPI
	}
	who, err := of(r, f)
	return visit{f, who, s.now()}, err
}

// unavailable makes a problem of what may work in a moment, and leaves other errors.
func unavailable(err error) error {
	if errors.Is(err, dynamo.ErrUnavailable) {
		return gateway.Unavailable(err)
	}
	return err
}

// zones are the zones of today of a practice: its own, or those that it became part of.
func (v visit) zones(code directory.ZoneCode) []directory.ZoneFacts {
	var list []directory.ZoneFacts
	for _, c := range v.facts.CurrentZones(code) {
		if z, ok := v.facts.Zone(c); ok {
			list = append(list, z)
		}
	}
	return list
}

// may tells whether somebody may do something with a practice: with one whose zone was divided, the police of each of
// its successors may.
func (v visit) may(a directory.Action, code directory.ZoneCode) bool {
	return v.who.Role == directory.RoleAdmin && v.who.May(a, code) ||
		slices.ContainsFunc(v.facts.CurrentZones(code), func(c directory.ZoneCode) bool { return v.who.May(a, c) })
}

func (v visit) municipality(nis directory.NIS) string {
	if m, ok := v.facts.Municipality(nis); ok {
		return m.Name
	}
	return nis.String() // cannot happen: facts are checked when they are built
}

func (v visit) municipalities(z directory.ZoneFacts) []string {
	names := make([]string, len(z.Municipalities))
	for i, nis := range z.Municipalities {
		names[i] = v.municipality(nis)
	}
	slices.Sort(names)
	return names
}

// missing is the problem of an address at which there is nothing for this caller.
func missing() *gateway.Problem {
	return gateway.NotFound("No good practice has this address").InDutch("Deze goede praktijk is er niet, of niet meer.")
}

// follow reads the practice at an address, or at the one that it has now.
func (s *service) follow(ctx context.Context, slug string) (directory.Practice, error) {
	for {
		if !directory.ValidSlug(slug) {
			return directory.Practice{}, missing()
		}
		p, err := s.store.Practice(ctx, slug)
		moved, isMoved := errors.AsType[*dynamo.MovedError](err) // each leads to a later one: there is an end
		switch {
		case errors.Is(err, dynamo.ErrNotFound):
			return p, missing()
		case !isMoved:
			return p, unavailable(err)
		}
		slug = moved.Slug
	}
}

// find reads the practice at the address of a request. A former address leads to the new one on GET: then done is
// true. An address that nobody ever had is 404.
func (s *service) find(w http.ResponseWriter, r *http.Request) (p directory.Practice, done bool, err error) {
	slug := r.PathValue("slug")
	if !directory.ValidSlug(slug) {
		return p, false, missing()
	}
	p, err = s.store.Practice(r.Context(), slug)
	moved, isMoved := errors.AsType[*dynamo.MovedError](err)
	switch {
	case errors.Is(err, dynamo.ErrNotFound):
		return p, false, missing()
	case isMoved && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		to := url.URL{Path: r.URL.Path, RawQuery: r.URL.RawQuery}
		for _, base := range []string{publicPath, managementPath, apiPath} {
			if rest, ok := strings.CutPrefix(r.URL.Path, base+"/"+slug); ok {
				to.Path = base + "/" + moved.Slug + rest
			}
		}
		gateway.Redirect(w, r, to.String(), http.StatusMovedPermanently)
		return p, true, nil
	case isMoved:
		return p, false, gateway.NotFound("This practice moved to " + moved.Slug).InDutch("Deze praktijk heeft nu een ander webadres: " + publicPath + "/" + moved.Slug)
	}
	return p, false, unavailable(err)
}
