package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/idempotency"
)

// maxBody is the largest body in bytes, as zones has it: an answer that is sent back has its HTML beside the text.
const maxBody = 300_000

// written is the body of a write. What it can do without may be missing, so that an answer can be sent back unchanged.
type written struct {
	Zone     directory.ZoneCode       `json:"zone"`
	Title    string                   `json:"title"`
	Summary  string                   `json:"summary"`
	Themes   []directory.Theme        `json:"themes"`
	Levels   []directory.Level        `json:"levels"`
	Partners []directory.Partner      `json:"partners"`
	Markdown string                   `json:"markdown"`
	Slug     string                   `json:"slug"`
	Status   directory.PracticeStatus `json:"status"`
	Note     string                   `json:"note"`
}

// ignored are the members of an answer that a write may hold, and that are not looked at.
var ignored = map[string][]string{"": {"self", "zoneCodes", "formerZone", "html", "publishedAt", "modifiedAt", "version", "publishedVersion"}}

func (w written) input() directory.PracticeInput {
	return directory.PracticeInput{Slug: w.Slug, Status: w.Status, Note: w.Note,
		PracticeText: directory.PracticeText{Title: w.Title, Summary: w.Summary, Themes: w.Themes, Levels: w.Levels, Partners: w.Partners, Markdown: w.Markdown}}
}

// told tells a program what is wrong with an input, without its values.
func told(issues []directory.Issue) []gateway.Issue {
	list := make([]gateway.Issue, len(issues))
	for i, issue := range issues {
		list[i] = gateway.InvalidInput("body", issue.Field, nil, issue.Detail)
		list[i].Rule = string(issue.Rule)
	}
	return list
}

// forbidden is the problem of somebody who may not write a practice.
func forbidden() error {
	return gateway.MissingPermission("Only the police of this practice's zone and administrators may do this").InDutch(notYours)
}

// writer finds out who asks the API to write, and refuses whoever may write no practice at all.
func (s *service) writer(w http.ResponseWriter, r *http.Request) (visit, error) {
	gateway.Cache(w, gateway.Private)
	v, err := s.visitor(r)
	if err != nil {
		return v, err
	}
	if !v.who.SignedIn() {
		return v, gateway.NoAccessToken()
	}
	_, err = gateway.Params(r)
	return v, err
}

// writes tells whether somebody may write practices of some zone.
func (v visit) writes() bool {
	return v.who.MayAnywhere(directory.WritePractices)
}

// own finds the practice of a write, or of a look at its history. To those who may not, one that everybody reads is
// forbidden, and any other is not there.
func (s *service) own(w http.ResponseWriter, r *http.Request, v visit, a directory.Action) (directory.Practice, bool, error) {
	p, done, err := s.find(w, r)
	if done || err != nil || v.may(a, p.Zone) {
		return p, done, err
	}
	if _, ok := p.Public(); ok {
		return p, false, forbidden()
	}
	return p, false, missing()
}

// newPractice begins a practice of a zone.
func (s *service) newPractice(zone directory.ZoneCode) (directory.Practice, error) {
	var random [16]byte
	_, err := io.ReadFull(s.random, random[:])
	return directory.Practice{ID: directory.UUID(random), Zone: zone}, err
}

// save stores the version of a practice that comes after p. The error is dynamo.ErrStale when somebody saved since p
// was read, dynamo.ErrRepeated when a request with this key was answered already, or a *gateway.Problem.
func (s *service) save(r *http.Request, v visit, p, next directory.Practice, cause directory.Cause, repeat *dynamo.Repeat) error {
	cause.By = v.who
	err := s.store.SavePractice(r.Context(), dynamo.PracticeSave{Practice: next, Before: p, Revision: directory.NewPracticeRevision(p, next, cause, v.at), Repeat: repeat})
	switch {
	case errors.Is(err, dynamo.ErrTaken):
		issue := gateway.InvalidInput("body", "slug", nil, "Another practice has, or had, this address; "+directory.NextSlug(next.Slug)+" may be free")
		issue.Rule = string(directory.RuleSlugTaken)
		return gateway.Conflict("slugTaken", "Slug Taken", "Another practice has, or had, this address", issue)
	case errors.Is(err, dynamo.ErrTooLarge):
		issue := gateway.InvalidInput("body", "markdown", nil, "With its mark-up, and the version that is published, this text is too large to keep")
		issue.Rule = string(directory.RuleTooLarge)
		return gateway.BadRequest("The text is too large to keep", issue).InDutch("Deze tekst heeft te veel opmaak om te bewaren. Maak hem korter of eenvoudiger.")
	case errors.Is(err, dynamo.ErrFull):
		return gateway.Conflict("tooManyPublished", "Too Many Published", "The list of published practices is full: withdraw one first").
			InDutch("Er staan te veel goede praktijken op deze site. Trek er eerst een in.")
	}
	return unavailable(err)
}

// recorded is an answer under the record of its request; nil for a request without a key.
func recorded(repeat *dynamo.Repeat, answer dynamo.Repeat) *dynamo.Repeat {
	if repeat == nil {
		return nil
	}
	answer.ID, answer.Body = repeat.ID, repeat.Body
	return &answer
}

// writtenAnswer is what somebody gets of what they wrote.
func (v visit) writtenAnswer(r *http.Request, p directory.Practice, status int) (dynamo.Repeat, error) {
	body, err := gateway.JSON(v.answerOf(r, p))
	return dynamo.Repeat{Status: status, ETag: gateway.ETag(p.Version, body), Answer: body}, err
}

// again answers a request that was answered before, and tells whether it did. A new practice says where it is.
func (s *service) again(w http.ResponseWriter, r *http.Request, v visit, repeat *dynamo.Repeat) (bool, error) {
	if repeat == nil {
		return false, nil
	}
	before, ok, err := s.store.Repeated(r.Context(), repeat.ID, v.at)
	if err == nil && ok && before.Status == http.StatusCreated && before.Body == repeat.Body {
		locate(w, before)
	}
	return idempotency.Again(r.Context(), w, s.store, repeat, v.at)
}

// locate says where a new practice is.
func locate(w http.ResponseWriter, created dynamo.Repeat) {
	var a struct{ Self string }
	if json.Unmarshal(created.Answer, &a) == nil {
		w.Header().Set("Location", a.Self)
	}
}

// create is POST: a new practice of a zone.
func (s *service) create(w http.ResponseWriter, r *http.Request) error {
	v, err := s.writer(w, r)
	if err != nil {
		return err
	}
	if !v.writes() {
		return forbidden()
	}
	body, err := gateway.ReadJSON(r, maxBody)
	if err != nil {
		return err
	}
	repeat, err := idempotency.Of(r, v.who.Subject, body)
	if err != nil {
		return err
	}
	if done, err := s.again(w, r, v, repeat); done || err != nil {
		return err
	}
	var sent written
	if err := gateway.DecodeJSON(body, &sent, ignored); err != nil {
		return err
	}
	if _, known := v.facts.Zone(sent.Zone); !known {
		return gateway.BadRequest("The practice cannot be saved like this", gateway.ReferencedNotFound("body", "zone", nil, "Want the code of a zone of today"))
	}
	if !v.who.May(directory.WritePractices, sent.Zone) {
		return forbidden()
	}
	in, html, issues := check(sent.input())
	if in.Status == directory.PracticeWithdrawn {
		issues = append(issues, directory.Issue{Field: "status", Rule: directory.RuleUnknownValue, Detail: "a new practice is a draft or published"})
	}
	if len(issues) > 0 {
		return gateway.BadRequest("The practice cannot be saved like this", told(issues)...)
	}
	p, err := s.newPractice(sent.Zone)
	if err != nil {
		return err
	}
	next := p.Saved(in, html, v.at)
	answer, err := v.writtenAnswer(r, next, http.StatusCreated)
	if err != nil {
		return err
	}
	err = s.save(r, v, p, next, directory.Cause{Kind: directory.RevisionSaved, Note: in.Note}, recorded(repeat, answer))
	if errors.Is(err, dynamo.ErrRepeated) {
		return s.answerAgain(w, r, v, repeat)
	}
	if err != nil {
		return err
	}
	locate(w, answer)
	return idempotency.Send(w, answer)
}

// answerAgain answers a request that was answered while this one was on its way.
func (s *service) answerAgain(w http.ResponseWriter, r *http.Request, v visit, repeat *dynamo.Repeat) error {
	done, err := s.again(w, r, v, repeat)
	if !done && err == nil { // it ran out between the two
		err = gateway.Unavailable(errors.New("the recorded answer is gone"))
	}
	return err
}

// stale answers a write that was not made from the current version, which is p: 412, unless the newer version is this
// very request's, sent twice at once.
func (s *service) stale(w http.ResponseWriter, r *http.Request, v visit, p directory.Practice, repeat *dynamo.Repeat) error {
	if done, err := s.again(w, r, v, repeat); done || err != nil {
		return err
	}
	current, err := v.writtenAnswer(r, p, http.StatusOK)
	if err != nil {
		return err
	}
	return gateway.PreconditionFailed(current.ETag, v.answerOf(r, p))
}

// replace is PUT: the whole practice as the caller wants it.
func (s *service) replace(w http.ResponseWriter, r *http.Request) error {
	v, err := s.writer(w, r)
	if err != nil {
		return err
	}
	p, _, err := s.own(w, r, v, directory.WritePractices)
	if err != nil {
		return err
	}
	body, err := gateway.ReadJSON(r, maxBody)
	if err != nil {
		return err
	}
	repeat, err := idempotency.Of(r, v.who.Subject, body)
	if err != nil {
		return err
	}
	if done, err := s.again(w, r, v, repeat); done || err != nil {
		return err
	}
	versions, err := gateway.IfMatch(r)
	if err != nil {
		return err
	}
	if !slices.Contains(versions, p.Version) {
		return s.stale(w, r, v, p, repeat)
	}
	var sent written
	if err := gateway.DecodeJSON(body, &sent, ignored); err != nil {
		return err
	}
	in := sent.input()
	if in.Slug == "" {
		in.Slug = p.Slug
	}
	if in.Status == "" {
		in.Status = p.Status
	}
	in, html, issues := check(in)
	if today := v.facts.CurrentZones(p.Zone); sent.Zone != "" && sent.Zone != p.Zone && !slices.Contains(today, sent.Zone) {
		issues = append(issues, directory.Issue{Field: "zone", Rule: directory.RuleUnknownValue, Detail: "a practice stays with the zone that wrote it"})
	}
	if len(issues) > 0 {
		return gateway.BadRequest("The practice cannot be saved like this", told(issues)...)
	}
	next := p.Saved(in, html, v.at)
	answer, err := v.writtenAnswer(r, next, http.StatusOK)
	if err != nil {
		return err
	}
	err = s.save(r, v, p, next, directory.Cause{Kind: directory.RevisionSaved, Note: in.Note}, recorded(repeat, answer))
	switch {
	case errors.Is(err, dynamo.ErrStale):
		if p, _, err = s.own(w, r, v, directory.WritePractices); err != nil {
			return err
		}
		return s.stale(w, r, v, p, repeat)
	case errors.Is(err, dynamo.ErrRepeated):
		return s.answerAgain(w, r, v, repeat)
	case err != nil:
		return err
	}
	return idempotency.Send(w, answer)
}

// withdraw is DELETE: nobody but its police reads the practice any more. What was withdrawn already stays so. If-Match
// is looked at where it is given; without it whatever stands there is withdrawn.
func (s *service) withdraw(w http.ResponseWriter, r *http.Request) error {
	v, err := s.writer(w, r)
	if err != nil {
		return err
	}
	for range maxTries {
		p, _, err := s.own(w, r, v, directory.WritePractices)
		if err != nil {
			return err
		}
		if r.Header.Get("If-Match") != "" {
			versions, err := gateway.IfMatch(r)
			if err != nil {
				return err
			}
			if !slices.Contains(versions, p.Version) {
				return s.stale(w, r, v, p, nil)
			}
		}
		if p.Status != directory.PracticeWithdrawn {
			in := p.Input()
			in.Status = directory.PracticeWithdrawn
			err = s.save(r, v, p, p.Saved(in, p.HTML, v.at), directory.Cause{Kind: directory.RevisionSaved}, nil)
		}
		if errors.Is(err, dynamo.ErrStale) {
			continue
		}
		if err == nil {
			w.WriteHeader(http.StatusNoContent)
		}
		return err
	}
	return gateway.Unavailable(errors.New("others keep saving this practice"))
}

// maxTries is how often a write that asks for no version is tried while others save.
const maxTries = 3

// revisionItem is a version in a list: all but its text.
type revisionItem struct {
	Href string `json:"href"`
	directory.PracticeRevision
	Text *struct{} `json:"text,omitempty"` // hides the revision's own
}

func revisionLink(r *http.Request, slug string, version int) string {
	return gateway.Link(r, apiPath+"/"+slug+"/revisions/"+strconv.Itoa(version))
}

// reader finds the practice whose history somebody asks the API for.
func (s *service) reader(w http.ResponseWriter, r *http.Request) (visit, directory.Practice, bool, error) {
	gateway.Cache(w, gateway.Private)
	v, err := s.visitor(r)
	if err != nil {
		return v, directory.Practice{}, false, err
	}
	if !v.who.SignedIn() {
		return v, directory.Practice{}, false, gateway.NoAccessToken()
	}
	p, done, err := s.own(w, r, v, directory.SeePracticeHistory)
	return v, p, done, err
}

// revisions lists a practice's history, newest first. Versions are numbered from 1 without gaps, so that a page's
// versions are known by number.
func (s *service) revisions(w http.ResponseWriter, r *http.Request) error {
	v, p, done, err := s.reader(w, r)
	if done || err != nil {
		return err
	}
	values, err := gateway.Params(r, gateway.PageParam(), gateway.PageSizeParam(200))
	if err != nil {
		return err
	}
	page, size := values.Int("page"), values.Int("pageSize")
	items := []revisionItem{}
	if before := p.Version + 1 - (page-1)*size; before > 1 {
		found, err := s.store.PracticeRevisions(r.Context(), p.ID, before, size, v.at)
		if err != nil {
			return unavailable(err)
		}
		for _, revision := range found {
			items = append(items, revisionItem{Href: revisionLink(r, p.Slug, revision.Version), PracticeRevision: revision})
		}
	}
	return gateway.WriteJSON(w, r, http.StatusOK, struct {
		gateway.Collection
		Items []revisionItem `json:"items"`
	}{gateway.CollectionOf(r, url.Values{}, page, size, p.Version), items})
}

// revision shows one version of a practice.
func (s *service) revision(w http.ResponseWriter, r *http.Request) error {
	v, p, done, err := s.reader(w, r)
	if done || err != nil {
		return err
	}
	if _, err := gateway.Params(r); err != nil {
		return err
	}
	version, err := strconv.ParseUint(r.PathValue("version"), 10, 31)
	if err != nil || strconv.FormatUint(version, 10) != r.PathValue("version") {
		return gateway.NotFound("A version is a whole number, 1 or more")
	}
	revision, err := s.store.PracticeRevision(r.Context(), p.ID, int(version), v.at)
	if errors.Is(err, dynamo.ErrNotFound) {
		return gateway.NotFound("The practice has no such version")
	}
	if err != nil {
		return unavailable(err)
	}
	return gateway.WriteJSON(w, r, http.StatusOK, struct {
		Self string `json:"self"`
		directory.PracticeRevision
	}{revisionLink(r, p.Slug, revision.Version), revision})
}
