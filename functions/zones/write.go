package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/idempotency"
)

// nextVersion makes the next version of a zone from a request's body, and tells how it came about.
type nextVersion func(ctx context.Context, z zone, body []byte) (directory.Profile, directory.Cause, error)

// write answers a request of the API that makes a new version of a zone. In this order it looks at who asks, at the
// zone's code, at the Idempotency-Key, at If-Match and only then into the body, so that a refusal tells nobody more
// than they may know and a repeated request gets its answer whatever became of the zone since.
func (s *service) write(a directory.Action, next nextVersion) gateway.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		gateway.Cache(w, gateway.Private)
		z, err := s.admitted(r, a)
		if err != nil {
			return err
		}
		if _, err := gateway.Params(r); err != nil {
			return err
		}
		body, err := gateway.ReadJSON(r, maxBody)
		if err != nil {
			return err
		}
		repeat, err := idempotency.Of(r, z.who.Subject, body)
		if err != nil {
			return err
		}
		if done, err := idempotency.Again(r.Context(), w, s.store, repeat, z.at); done || err != nil {
			return err
		}
		versions, err := gateway.IfMatch(r)
		if err != nil {
			return err
		}
		if z, err = s.load(r.Context(), z); err != nil {
			return err
		}
		if !slices.Contains(versions, z.profile.Version) {
			return s.stale(w, r, z, repeat)
		}
		profile, cause, err := next(r.Context(), z, body)
		if err != nil {
			return err
		}
		after := z
		after.profile, after.shown = profile, &profile
		answer, err := answerOf(r, after)
		if err != nil {
			return err
		}
		if repeat != nil {
			repeat.Status, repeat.ETag, repeat.Answer = answer.Status, answer.ETag, answer.Answer
		}
		err = s.save(r.Context(), z, profile, cause, repeat)
		switch {
		case errors.Is(err, dynamo.ErrStale):
			if z, err = s.load(r.Context(), z); err != nil {
				return err
			}
			return s.stale(w, r, z, repeat)
		case errors.Is(err, dynamo.ErrRepeated):
			done, err := idempotency.Again(r.Context(), w, s.store, repeat, z.at)
			if !done && err == nil { // it ran out between the two
				err = gateway.Unavailable(errors.New("the recorded answer is gone"))
			}
			return err
		case err != nil:
			return err
		}
		return idempotency.Send(w, answer)
	}
}

// admitted tells which zone a request of the API is about, once its caller may do what it asks for.
func (s *service) admitted(r *http.Request, a directory.Action) (zone, error) {
	f, err := s.current(r.Context())
	if err != nil {
		return zone{}, err
	}
	who, err := s.verifier.OfAPI(r, f)
	if err != nil {
		return zone{}, err
	}
	if !who.SignedIn() {
		return zone{}, gateway.NoAccessToken()
	}
	return s.zoneOf(f, who, a, r.PathValue("code"))
}

// maxBody is the largest body in bytes: a zone as GET answers it is the profile with facts and call order beside
// it, and JSON may escape every sign.
const maxBody = 3 * directory.MaxProfileBytes

// answerOf is what the one who asks gets of a zone, as it is recorded for who repeats the request.
func answerOf(r *http.Request, z zone) (dynamo.Repeat, error) {
	body, err := gateway.JSON(z.view().WithLinks(gateway.BaseURL(r)))
	return dynamo.Repeat{Status: http.StatusOK, ETag: gateway.ETag(z.profile.Version, body), Answer: body}, err
}

// stale answers a write that was not made from the current version, which is z's: 412, unless the newer version is
// this very request's, sent twice at once.
func (s *service) stale(w http.ResponseWriter, r *http.Request, z zone, repeat *dynamo.Repeat) error {
	if done, err := idempotency.Again(r.Context(), w, s.store, repeat, z.at); done || err != nil {
		return err
	}
	current, err := answerOf(r, z)
	if err != nil {
		return err
	}
	return gateway.PreconditionFailed(current.ETag, z.view().WithLinks(gateway.BaseURL(r)))
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
	if len(body) > 0 {
		if err := gateway.DecodeJSON(body, &struct{}{}, nil); err != nil {
			return directory.Profile{}, directory.Cause{}, err
		}
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
