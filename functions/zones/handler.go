package main

import (
	"context"
	"errors"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/identity"
	"aanspreekpunt/shared/site"
)

// reference holds the reference facts; *dynamo.Reference does.
type reference interface {
	Current(context.Context) (*facts.Facts, error)
	ForZone(ctx context.Context, code string) (*facts.Facts, error)
	PointerDue() bool
	Seen(*dynamo.Pointer)
	Failure() error
}

// store keeps what zones save; *dynamo.Store does.
type store interface {
	Answer(context.Context, dynamo.Wanted) (dynamo.Answer, error)
	Profiles(context.Context) iter.Seq2[directory.Profile, error]
	SaveZone(context.Context, dynamo.ZoneSave) error
	Repeated(ctx context.Context, id string, now time.Time) (dynamo.Repeat, bool, error)
	Revisions(ctx context.Context, code directory.ZoneCode, before, limit int, now time.Time) ([]directory.Revision, bool, error)
	Revision(ctx context.Context, code directory.ZoneCode, version int, now time.Time) (directory.Revision, error)
	reportStore
	organisationStore
	schoolStore
	TerritoryChanges(context.Context, time.Time) (directory.TerritoryChanges, error)
}

// service answers the requests of this function.
type service struct {
	reference reference
	store     store
	verifier  *identity.Verifier
	now       func() time.Time

	sender         sender
	collector      collector
	administrators string // their mail address, shown to those whose organisation is not linked; "" for none
}

// routes has a handler for each path that gateway.Routes gives to zones.
func (s *service) routes() map[string]http.Handler {
	return map[string]http.Handler{
		"/api/v1/organisations": gateway.Handler(s.organisations),
		"/beheer/organisaties":  gateway.Handler(s.organisationsPage),

		"/api/v1/territoryChanges":          gateway.Handler(s.territoryChanges),
		"/api/v1/territoryChanges/{number}": gateway.Handler(s.territoryChange),
		managementPath + "/invoer/gebied":   gateway.Handler(s.territoryPage),

		"/api/v1/imports":                             gateway.Handler(s.importZones),
		managementPath + "/invoer":                    s.signedIn(s.importPage),
		managementPath:                                s.signedIn(s.mine),
		managementPath + "/zones":                     s.signedIn(s.all),
		managementPath + "/zones/{code}":              s.aboutZone(directory.ChangeZone, s.zonePage),
		managementPath + "/zones/{code}/aanpassen":    gateway.Handler(s.editPage),
		managementPath + "/zones/{code}/geschiedenis": s.aboutZone(directory.SeeHistory, s.historyPage),
		"/api/v1/zones/{code}":                        s.writeZone(directory.ChangeZone, change),
		"/api/v1/zones/{code}/confirmations":          s.writeZone(directory.ConfirmZone, confirmation),
		"/api/v1/zones/{code}/restorations":           s.writeZone(directory.RestoreZone, s.restoration),
		"/api/v1/zones/{code}/revisions":              s.read(directory.SeeHistory, s.revisions, gateway.PageParam(), gateway.PageSizeParam(200), formerZoneParam),
		"/api/v1/zones/{code}/revisions/{version}":    s.read(directory.SeeHistory, s.revision, formerZoneParam),
		"/api/v1/zones/{code}/reports":                s.reports(),
		"/api/v1/zones/{code}/reports/{id}":           s.read(directory.SeeReports, s.showReport),
		"/api/v1/zones/{code}/reports/{id}/closures":  gateway.Handler(s.closeReport),
		"/zones/{code}/melden":                        gateway.Handler(s.reportErrorPage),
		"/beheer/zones/{code}/meldingen":              gateway.Handler(s.managedReportsPage),
		"/api/v1/zones/{code}/schools":                s.read(directory.SeeSchoolsOfZone, s.schools, schoolParams()...),
		managementPath + "/zones/{code}/scholen":      s.aboutZone(directory.SeeSchoolsOfZone, s.schoolsPage),

		"/api/v1/schools/{institutionNumber}/contact":               gateway.Handler(s.schoolContact),
		"/api/v1/schools/{institutionNumber}/contact/confirmations": s.writeSchool(confirmContact),
		mySchoolPath:                   s.mySchool(s.schoolPage),
		mySchoolPath + "/aanpassen":    gateway.Handler(s.editSchoolPage),
		mySchoolPath + "/geschiedenis": s.mySchool(s.schoolHistoryPage),
	}
}

// formerZoneParam asks for the history of a zone that ended in this one.
var formerZoneParam = gateway.Param{Name: "formerZone", Check: func(s string) error { _, err := directory.ParseZoneCode(s); return err }}

// current gives the facts to answer from, or 503.
func (s *service) current(r *http.Request) (*facts.Facts, error) {
	f, err := s.reference.ForZone(r.Context(), r.PathValue("code"))
	if err != nil {
		return nil, gateway.Unavailable(err)
	}
	gateway.Warn(r.Context(), s.reference.Failure()) // answered from older facts
	return f, nil
}

// zone is a police zone as one request finds it.
type zone struct {
	directory.ZoneFacts
	facts   *facts.Facts
	profile directory.Profile   // what its police would save unchanged; version 0, from the facts, while they never saved
	shown   *directory.Profile  // what the zone answers with; nil while there is nothing but facts
	who     directory.Principal // who asks
	at      time.Time           // when: all that the request does is done at this moment
}

// zoneOf finds a zone of today that somebody may do something with. Nothing is read for it but facts: its profile
// is empty until load. Rights come first. To those who keep zones, the problem of a code that no zone has any more
// names the successors; to others such a code is as forbidden as any.
func (s *service) zoneOf(f *facts.Facts, who directory.Principal, a directory.Action, code string) (zone, error) {
	c := directory.ZoneCode(code)
	z, exists := f.Zone(c)
	keeps := who.Role == directory.RolePolice || who.Role == directory.RoleAdmin
	switch {
	case !who.May(a, c) && (exists || !keeps):
		return zone{}, gateway.MissingPermission("Only the police of this zone and administrators may do this").InDutch(notYours(f, who))
	case exists:
		return zone{ZoneFacts: z, facts: f, who: who, at: s.now()}, nil
	}
	switch successors := f.CurrentZones(c); len(successors) {
	case 0:
	case 1:
		return zone{}, &movedError{successors[0], gateway.NotFound("This zone ended; it is now part of zone " + string(successors[0])).
			InDutch("Deze politiezone is nu deel van politiezone " + string(successors[0]) + ".")}
	default:
		list := make([]string, len(successors))
		for i, s := range successors {
			list[i] = string(s)
		}
		return zone{}, gateway.NotFound("This zone ended; its municipalities went to the zones " + strings.Join(list, ", ")).
			InDutch("Deze politiezone bestaat niet meer. Haar gemeenten gingen naar de politiezones " + directory.AndWords(list) + ".")
	}
	return zone{}, gateway.NotFound("No police zone of Flanders or Brussels has this code").InDutch("Er is geen politiezone met deze code.")
}

// movedError is the code of a zone that became part of another one. It wraps the 404 that a write gets.
type movedError struct {
	to directory.ZoneCode
	error
}

func (e *movedError) Unwrap() error { return e.error }

// toSuccessor leads the reader of a zone that became part of another one to that one; any other error it gives back, and
// that one to who writes.
func toSuccessor(w http.ResponseWriter, r *http.Request, err error) error {
	moved, ok := errors.AsType[*movedError](err)
	if !ok || r.Method == http.MethodPost {
		return err
	}
	path := strings.Replace(r.URL.EscapedPath(), r.PathValue("code"), string(moved.to), 1)
	if r.URL.RawQuery != "" {
		path += "?" + r.URL.RawQuery
	}
	gateway.Redirect(w, r, path, http.StatusMovedPermanently)
	return nil
}

// notYours says in Dutch which zones somebody keeps who may not do something with another one, or why there are none.
func notYours(f *facts.Facts, who directory.Principal) string {
	var mine []string
	for _, code := range who.Zones {
		if z, ok := f.Zone(code); ok && who.MayChange(code) {
			mine = append(mine, z.Name+" ("+string(code)+")")
		}
	}
	const refused = "Je kan deze politiezone niet aanpassen."
	switch {
	case len(mine) > 0:
		return refused + " Je beheert: " + directory.AndWords(mine) + "."
	case who.Access() == directory.AccessNoRight:
		return refused + " " + site.NoRight(who)
	case who.Access() == directory.AccessUnlinked:
		return refused + " " + site.Unlinked
	}
	return refused
}

// load reads what the zone's police keep, and the reference pointer when it is due, in one request.
func (s *service) load(ctx context.Context, z zone) (zone, error) {
	due := s.reference.PointerDue()
	answer, err := s.store.Answer(ctx, dynamo.Wanted{Zones: directory.WithSources([]directory.ZoneFacts{z.ZoneFacts}), Pointer: due})
	if err != nil {
		return z, gateway.Unavailable(err)
	}
	if due {
		s.reference.Seen(answer.Pointer)
	}
	return z.with(answer.Profiles), nil
}

// with gives the zone what was saved of it, and of the zones that it took municipalities over from.
func (z zone) with(saved map[directory.ZoneCode]directory.Profile) zone {
	z.shown, z.profile = z.Effective(saved), directory.ProfileOfFacts(z.ZoneFacts)
	if z.shown != nil {
		z.profile = z.shown.Proposed()
	}
	return z
}

// profiles reads what several zones keep, and those that they took municipalities over from.
func (s *service) profiles(ctx context.Context, zones []directory.ZoneFacts) (map[directory.ZoneCode]directory.Profile, error) {
	saved := map[directory.ZoneCode]directory.Profile{}
	for some := range slices.Chunk(directory.WithSources(zones), 98) {
		answer, err := s.store.Answer(ctx, dynamo.Wanted{Zones: some})
		if err != nil {
			return nil, gateway.Unavailable(err)
		}
		maps.Copy(saved, answer.Profiles)
	}
	return saved, nil
}

// ended are the zones that ended and of which it took municipalities over: what was kept under their codes is read
// from here.
func (z zone) ended() []directory.ZoneCode {
	return slices.DeleteFunc(z.Sources(), func(code directory.ZoneCode) bool {
		_, exists := z.facts.Zone(code)
		return exists
	})
}

// view is the zone as the one who asks may see it.
func (z zone) view() directory.ZoneView {
	return directory.See(z.ZoneFacts, z.municipality, z.shown, z.who, directory.Question{}, z.at)
}

func (z zone) municipality(nis directory.NIS) string {
	if m, ok := z.facts.Municipality(nis); ok {
		return m.Name
	}
	return nis.String() // cannot happen: facts are checked when they are built
}

// towns are the names of municipalities in alphabetical order.
func (z zone) towns(codes []directory.NIS) []string {
	names := make([]string, len(codes))
	for i, nis := range codes {
		names[i] = z.municipality(nis)
	}
	slices.Sort(names)
	return names
}

// label is the zone's name with its municipalities.
func (z zone) label() string { return directory.ZoneWords(z.Name, z.towns(z.Municipalities)) }

// names are the words for what a profile names by a code.
func (z zone) names() directory.Names {
	return directory.Names{
		Municipality: z.municipality,
		School: func(n directory.InstitutionNumber) string {
			school, _ := z.facts.School(n)
			return school.Name
		},
	}
}

// check finds everything that is wrong with an input for the zone, and gives the input as it would be stored.
func (z zone) check(in directory.ZoneInput) (directory.ZoneInput, []directory.Issue) {
	return directory.Validation{Zone: z.ZoneFacts, Schools: z.facts, ParsePhone: parsePhone}.Check(in)
}

// schools lists the schools with a location in the zone, by name.
func (z zone) schools() []directory.School {
	var list []directory.School
	for school := range z.facts.Schools() {
		if slices.ContainsFunc(school.Locations, func(l directory.Location) bool { return l.Zone == z.Code }) {
			list = append(list, school)
		}
	}
	slices.SortStableFunc(list, func(a, b directory.School) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return list
}

// save stores next, the version of the zone after z's own, with its revision and, for a request with a key, its
// answer. The error is dynamo.ErrStale when somebody saved since z was read, dynamo.ErrRepeated when a request with
// this key was answered already, or a *gateway.Problem.
func (s *service) save(ctx context.Context, z zone, next directory.Profile, cause directory.Cause, repeat *dynamo.Repeat) error {
	err := s.store.SaveZone(ctx, dynamo.ZoneSave{
		Profile:  next,
		Revision: directory.NewRevision(z.profile, next, cause, z.names(), z.at),
		Repeat:   repeat,
	})
	return unavailable(err)
}
