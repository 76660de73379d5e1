package main

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/gateway"
)

// reference holds the reference facts; *dynamo.Reference does.
type reference interface {
	Current(context.Context) (*facts.Facts, error)
	ForZone(ctx context.Context, code string) (*facts.Facts, error)
	Loaded() dynamo.Pointer
	PointerDue() bool
	Seen(*dynamo.Pointer)
	Degraded() bool
	Failure() error
}

// store reads what zones keep; *dynamo.Store does.
type store interface {
	Answer(context.Context, dynamo.Wanted) (dynamo.Answer, error)
}

// answers and organisations are what this function needs of *dynamo.Store, one function each: templates look methods up
// by name, so that a Store in an interface would bring along all that it can write.
type (
	answers       func(context.Context, dynamo.Wanted) (dynamo.Answer, error)
	organisations func(context.Context, directory.CompanyNumber) (directory.Organisation, bool, error)
)

func (a answers) Answer(ctx context.Context, wanted dynamo.Wanted) (dynamo.Answer, error) {
	return a(ctx, wanted)
}

func (o organisations) Organisation(ctx context.Context, number directory.CompanyNumber) (directory.Organisation, bool, error) {
	return o(ctx, number)
}

// service answers the requests of this function.
type service struct {
	reference reference
	store     store
	now       func() time.Time
	openAPI   []byte // the API's document
	edition   atomic.Pointer[edition]
	callers   callers
	operator
}

// routes has a handler for each path that gateway.Routes gives to search.
func (s *service) routes() map[string]http.Handler {
	themes, levels := codesOf("themes", directory.Themes()), codesOf("levels", directory.Levels())
	kinds := codesOf("partnerKinds", directory.PartnerKinds())
	handlers := map[string]gateway.Handler{
		"/{$}":                         s.homePage,
		"/zoeken":                      s.resultsPage,
		"/scholen/{institutionNumber}": s.schoolPage,
		"/zones":                       s.zonesPage,
		"/zones/{code}":                s.zonePage,
		"/gemeenten/{nis}":             s.municipalityPage,
		"/over":                        s.aboutPage,
		"/privacy":                     s.privacyPage,
		"/toegankelijkheid":            s.accessibilityPage,
		"/insluiten":                   s.embeddingPage,

		"/api/v1/search":                      s.search,
		"/api/v1/suggestions":                 s.suggestions,
		"/api/v1/schools/{institutionNumber}": s.school,
		"/api/v1/zones":                       s.zones,
		"/api/v1/zones/{code}":                s.zone,
		"/api/v1/zones/{code}/vCard":          s.vCard,
		"/api/v1/municipalities/{nis}":        s.municipality,
		"/api/v1/refData/themes":              themes.all,
		"/api/v1/refData/themes/{code}":       themes.one,
		"/api/v1/refData/levels":              levels.all,
		"/api/v1/refData/levels/{code}":       levels.one,
		"/api/v1/refData/partnerKinds":        kinds.all,
		"/api/v1/refData/partnerKinds/{code}": kinds.one,
		"/api/v1/health":                      s.health,
		"/api/v1/doc/openapi.yaml":            s.document,
	}
	routes := map[string]http.Handler{ // the same for everybody, so nobody is asked who they are
		"/assets/{file}": gateway.Handler(s.asset),
		"/favicon.ico":   gateway.Handler(s.favicon),
		"/robots.txt":    gateway.Handler(s.robots),
		"/sitemap.xml":   gateway.Handler(s.sitemap),

		"/.well-known/security.txt": gateway.Handler(s.securityText),
		"/insluiten/zoeken":         gateway.Handler(s.framedSearch),
		"/insluiten/zones/{code}":   gateway.Handler(s.framedZone),
	}
	for path, h := range handlers {
		routes[path] = s.identified(h)
	}
	return routes
}

// current gives the facts to answer from, or 503.
func (s *service) current(r *http.Request) (*edition, error) {
	f, err := s.reference.ForZone(r.Context(), r.PathValue("code"))
	if err != nil {
		return nil, gateway.Unavailable(err)
	}
	gateway.Warn(r.Context(), s.reference.Failure()) // answered from older facts
	e := s.edition.Load()
	if e == nil || e.Facts != f {
		e = newEdition(f)
		s.edition.Store(e)
	}
	return e, nil
}

// read fetches what the zones keep, with the zones that they took municipalities over from, and the reference pointer
// when it is due, in one request.
func (s *service) read(ctx context.Context, f *edition, codes []directory.ZoneCode) (map[directory.ZoneCode]directory.Profile, error) {
	answer, err := s.fetch(ctx, f, codes, false)
	return answer.Profiles, err
}

// fetch is read, and with it the titles of published practices, in the same request.
func (s *service) fetch(ctx context.Context, f *edition, codes []directory.ZoneCode, practices bool) (dynamo.Answer, error) {
	zones := make([]directory.ZoneFacts, 0, len(codes))
	for _, code := range codes {
		if z, ok := f.Zone(code); ok {
			zones = append(zones, z)
		}
	}
	due := s.reference.PointerDue()
	answer, err := s.store.Answer(ctx, dynamo.Wanted{Zones: directory.WithSources(zones), Pointer: due, Practices: practices})
	if err != nil {
		return dynamo.Answer{}, gateway.Unavailable(err)
	}
	if due {
		s.reference.Seen(answer.Pointer)
	}
	return answer, nil
}

// see is one zone as the caller may see it.
func (s *service) see(ctx context.Context, f *edition, code directory.ZoneCode, profiles map[directory.ZoneCode]directory.Profile, q directory.Question) (directory.ZoneView, bool) {
	zone, ok := f.Zone(code)
	if !ok {
		return directory.ZoneView{}, false
	}
	return directory.See(zone, f.name, zone.Effective(profiles), callerOf(ctx), q, s.now()), true
}
