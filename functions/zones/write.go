package main

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
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
		body, err := read(r)
		if err != nil {
			return err
		}
		repeat, err := repeatOf(r, z.who, body)
		if err != nil {
			return err
		}
		if done, err := s.again(r.Context(), w, z, repeat); done || err != nil {
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
		after.profile = profile
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
			done, err := s.again(r.Context(), w, z, repeat)
			if !done && err == nil { // it ran out between the two
				err = gateway.Unavailable(errors.New("the recorded answer is gone"))
			}
			return err
		case err != nil:
			return err
		}
		return send(w, answer)
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

// read reads a body of JSON; empty is a body, too.
func read(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, gateway.BadRequest("The body cannot be read")
	}
	if len(body) > maxBody {
		return nil, gateway.PayloadTooLarge(maxBody)
	}
	if given := r.Header.Get("Content-Type"); given != "" && len(body) > 0 {
		if media, _, err := mime.ParseMediaType(given); err != nil || media != "application/json" && !strings.HasSuffix(media, "+json") {
			return nil, gateway.UnsupportedMediaType("application/json")
		}
	}
	return body, nil
}

// longestKey is the longest Idempotency-Key in characters.
const longestKey = 255

// repeatOf is what a request with an Idempotency-Key is recorded under; nil for one without.
func repeatOf(r *http.Request, who directory.Principal, body []byte) (*dynamo.Repeat, error) {
	values, given := r.Header["Idempotency-Key"]
	if !given {
		return nil, nil
	}
	key := strings.Join(values, ",")
	if key == "" || len(key) > longestKey || strings.ContainsFunc(key, func(c rune) bool { return c < ' ' || c > '~' }) {
		return nil, gateway.BadRequest("The request has input that cannot be used",
			gateway.InvalidInput("header", "Idempotency-Key", nil, "Want 1 to 255 visible ASCII characters, such as a UUID"))
	}
	return &dynamo.Repeat{ID: dynamo.RepeatID(who.Subject, r.Method, r.URL.Path, key), Body: dynamo.BodyHash(body)}, nil
}

// again answers a request that was answered before, and tells whether it did. A request without a key never was.
func (s *service) again(ctx context.Context, w http.ResponseWriter, z zone, repeat *dynamo.Repeat) (bool, error) {
	if repeat == nil {
		return false, nil
	}
	recorded, ok, err := s.store.Repeated(ctx, repeat.ID, z.at)
	switch {
	case err != nil:
		return false, gateway.Unavailable(err)
	case !ok:
		return false, nil
	case recorded.Body != repeat.Body:
		return true, gateway.KeyReused()
	}
	return true, send(w, recorded)
}

// answerOf is what the one who asks gets of a zone, as it is recorded for who repeats the request.
func answerOf(r *http.Request, z zone) (dynamo.Repeat, error) {
	body, err := gateway.JSON(z.view().WithLinks(gateway.BaseURL(r)))
	return dynamo.Repeat{Status: http.StatusOK, ETag: gateway.ETag(z.profile.Version, body), Answer: body}, err
}

func send(w http.ResponseWriter, answer dynamo.Repeat) error {
	w.Header().Set("Content-Type", "application/json")
	if answer.ETag != "" {
		w.Header().Set("ETag", answer.ETag)
	}
	w.WriteHeader(answer.Status)
	_, err := w.Write(answer.Answer)
	return err
}

// stale answers a write that was not made from the current version, which is z's: 412, unless the newer version is
// this very request's, sent twice at once.
func (s *service) stale(w http.ResponseWriter, r *http.Request, z zone, repeat *dynamo.Repeat) error {
	if done, err := s.again(r.Context(), w, z, repeat); done || err != nil {
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
	err := decode(body, &in, map[string][]string{
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
		if err := decode(body, &struct{}{}, nil); err != nil {
			return directory.Profile{}, directory.Cause{}, err
		}
	}
	next, err := z.profile.Confirmed(z.at)
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
	if err := decode(body, &in, nil); err != nil {
		return fail(err)
	}
	if in.Version == nil || *in.Version < 1 {
		return fail(badBody("version", "Want the number of a version, 1 or more"))
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
