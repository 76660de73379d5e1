package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/idempotency"
)

// draft is what a write of the API makes a new version of.
type draft interface {
	load(context.Context) error                  // reads what is stored
	version() int                                // of what was read, or of what next made of it
	next(ctx context.Context, body []byte) error // makes the next version of what was read
	shown(*http.Request) any                     // what the one who asks gets of it
	save(context.Context, *dynamo.Repeat) error  // stores what next made: dynamo.ErrStale, dynamo.ErrRepeated, or a problem
}

// write answers a request of the API that makes a new version of something, once who asks may. In this order it looks at
// the Idempotency-Key, at If-Match and only then into the body, so that a refusal tells nobody more than they may know
// and a repeated request gets its answer whatever became of the thing since.
func (s *service) write(w http.ResponseWriter, r *http.Request, who directory.Principal, at time.Time, d draft) error {
	if _, err := gateway.Params(r); err != nil {
		return err
	}
	body, err := gateway.ReadJSON(r, maxBody)
	if err != nil {
		return err
	}
	repeat, err := idempotency.Of(r, who.Subject, body)
	if err != nil {
		return err
	}
	if done, err := idempotency.Again(r.Context(), w, s.store, repeat, at); done || err != nil {
		return err
	}
	versions, err := gateway.IfMatch(r)
	if err != nil {
		return err
	}
	if err := d.load(r.Context()); err != nil {
		return err
	}
	if !slices.Contains(versions, d.version()) {
		return s.stale(w, r, at, d, repeat)
	}
	if err := d.next(r.Context(), body); err != nil {
		return err
	}
	answer, err := answerOf(r, d)
	if err != nil {
		return err
	}
	if repeat != nil {
		repeat.Status, repeat.ETag, repeat.Answer = answer.Status, answer.ETag, answer.Answer
	}
	err = d.save(r.Context(), repeat)
	switch {
	case errors.Is(err, dynamo.ErrStale):
		if err := d.load(r.Context()); err != nil {
			return err
		}
		return s.stale(w, r, at, d, repeat)
	case errors.Is(err, dynamo.ErrRepeated):
		done, err := idempotency.Again(r.Context(), w, s.store, repeat, at)
		if !done && err == nil { // it ran out between the two
			err = gateway.Unavailable(errors.New("the recorded answer is gone"))
		}
		return err
	case err != nil:
		return err
	}
	return idempotency.Send(w, answer)
}

// nextVersion makes the next version of a zone from a request's body, and tells how it came about.
type nextVersion func(ctx context.Context, z zone, body []byte) (directory.Profile, directory.Cause, error)

// writeZone answers a request of the API that makes a new version of a zone.
func (s *service) writeZone(a directory.Action, next nextVersion) gateway.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		gateway.Cache(w, gateway.Private)
		z, err := s.admitted(r, a)
		if err != nil {
			return err
		}
		return s.write(w, r, z.who, z.at, &zoneDraft{s: s, zone: z, change: next})
	}
}

// zoneDraft is a zone that is written.
type zoneDraft struct {
	zone
	s      *service
	change nextVersion
	stored zone // as it was read
	cause  directory.Cause
}

func (d *zoneDraft) load(ctx context.Context) (err error) {
	d.zone, err = d.s.load(ctx, d.zone)
	return err
}

func (d *zoneDraft) version() int { return d.profile.Version }

func (d *zoneDraft) next(ctx context.Context, body []byte) (err error) {
	d.stored = d.zone
	if d.profile, d.cause, err = d.change(ctx, d.zone, body); err == nil {
		d.zone.shown = &d.profile
	}
	return err
}

func (d *zoneDraft) shown(r *http.Request) any { return d.view().WithLinks(gateway.BaseURL(r)) }

func (d *zoneDraft) save(ctx context.Context, repeat *dynamo.Repeat) error {
	return d.s.save(ctx, d.stored, d.profile, d.cause, repeat)
}

// caller tells who calls the API, and refuses who shows no token.
func (s *service) caller(r *http.Request) (visit, error) {
	f, err := s.current(r)
	if err != nil {
		return visit{}, err
	}
	who, err := s.verifier.OfAPI(r, f)
	if err == nil && !who.SignedIn() {
		err = gateway.NoAccessToken()
	}
	return visit{f, who, s.now()}, err
}

// admitted tells which zone a request of the API is about, once its caller may do what it asks for.
func (s *service) admitted(r *http.Request, a directory.Action) (zone, error) {
	v, err := s.caller(r)
	if err != nil {
		return zone{}, err
	}
	return s.zoneOf(v.facts, v.who, a, r.PathValue("code"))
}

// maxBody is the largest body in bytes: a zone as GET answers it is the profile with facts and call order beside
// it, and JSON may escape every sign.
const maxBody = 3 * directory.MaxProfileBytes

// answerOf is what the one who asks gets, as it is recorded for who repeats the request.
func answerOf(r *http.Request, d draft) (dynamo.Repeat, error) {
	body, err := gateway.JSON(d.shown(r))
	return dynamo.Repeat{Status: http.StatusOK, ETag: gateway.ETag(d.version(), body), Answer: body}, err
}

// stale answers a write that was not made from the current version, which is d's: 412, unless the newer version is
// this very request's, sent twice at once.
func (s *service) stale(w http.ResponseWriter, r *http.Request, at time.Time, d draft, repeat *dynamo.Repeat) error {
	if done, err := idempotency.Again(r.Context(), w, s.store, repeat, at); done || err != nil {
		return err
	}
	current, err := answerOf(r, d)
	if err != nil {
		return err
	}
	return gateway.PreconditionFailed(current.ETag, d.shown(r))
}

// unavailable makes a problem of what may work in a moment, and leaves other errors.
func unavailable(err error) error {
	if errors.Is(err, dynamo.ErrUnavailable) {
		return gateway.Unavailable(err)
	}
	return err
}

// change is PUT: the whole zone as the caller wants it.
func change(_ context.Context, z zone, body []byte) (directory.Profile, directory.Cause, error) {
	var in directory.ZoneInput
	err := gateway.DecodeJSON(body, &in, map[string][]string{
		"":              directory.ReadOnlyZoneMembers(),
		"contactPoints": directory.ReadOnlyContactPointMembers(),
	})
	if err != nil {
		return directory.Profile{}, directory.Cause{}, err
	}
	checked, issues := z.check(in)
	if len(issues) > 0 {
		return directory.Profile{}, directory.Cause{}, gateway.BadRequest("The zone cannot be saved like this", told(issues)...)
	}
	return z.profile.Saved(checked, z.at), directory.Cause{Kind: directory.RevisionSaved, By: z.who, Note: checked.Note}, nil
}

// told tells a program what is wrong with an input, without its values.
func told(issues []directory.Issue) []gateway.Issue {
	list := make([]gateway.Issue, len(issues))
	for i, issue := range issues {
		make := gateway.InvalidInput
		if issue.Rule == directory.RuleUnknownSchool || issue.Rule == directory.RuleUnknownReplacement {
			make = gateway.ReferencedNotFound
		}
		list[i] = make("body", issue.Field, nil, issue.Detail)
		list[i].Rule = string(issue.Rule)
	}
	return list
}

// confirmation says that all of the current version is right. There is nothing in its body.
func confirmation(_ context.Context, z zone, body []byte) (directory.Profile, directory.Cause, error) {
	if err := nothingIn(body); err != nil {
		return directory.Profile{}, directory.Cause{}, err
	}
	next, err := z.profile.Confirmed(z.at)
	if errors.Is(err, directory.ErrUndecided) {
		err = gateway.Conflict("nothingToConfirm", "Nothing To Confirm", "The zone took municipalities over: PUT its contact points first, with one primary one").
			InDutch(undecidedNote)
	}
	if errors.Is(err, directory.ErrNeverSaved) {
		err = gateway.Conflict("nothingToConfirm", "Nothing To Confirm", "The zone never saved anything: PUT its contact points first").
			InDutch("Deze zone heeft nog geen aanspreekpunten bewaard. Vul ze eerst in.")
	}
	return next, directory.Cause{Kind: directory.RevisionConfirmed, By: z.who}, err
}

// restoration makes an older version the next one, and nothing more public than it is today.
func (s *service) restoration(ctx context.Context, z zone, body []byte) (directory.Profile, directory.Cause, error) {
	fail := func(err error) (directory.Profile, directory.Cause, error) {
		return directory.Profile{}, directory.Cause{}, err
	}
	var in struct {
		Version *int   `json:"version"`
		Note    string `json:"note"`
	}
	if err := gateway.DecodeJSON(body, &in, nil); err != nil {
		return fail(err)
	}
	if in.Version == nil || *in.Version < 1 {
		return fail(gateway.BadBody("version", "Want the number of a version, 1 or more"))
	}
	old, err := s.store.Revision(ctx, z.Code, *in.Version, z.at)
	if errors.Is(err, dynamo.ErrNotFound) {
		return fail(gateway.BadRequest("The version cannot be restored",
			gateway.ReferencedNotFound("body", "version", strconv.Itoa(*in.Version), "The zone has no such version")))
	}
	if err != nil {
		return fail(unavailable(err))
	}
	wanted := directory.RestoreInput(old.Profile, z.profile)
	wanted.Note = in.Note
	checked, issues := z.check(wanted)
	if len(issues) > 0 {
		return fail(gateway.Conflict("notRestorable", "Not Restorable",
			"What this version held cannot be saved any more; PUT it with these put right", told(issues)...))
	}
	return z.profile.Saved(checked, z.at),
		directory.Cause{Kind: directory.RevisionRestored, By: z.who, Note: checked.Note, Restored: *in.Version}, nil
}
