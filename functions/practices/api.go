package main

import (
	"net/http"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/gateway"
)

// item is a practice in a list.
type item struct {
	Href        string               `json:"href"`
	Slug        string               `json:"slug"`
	Title       string               `json:"title"`
	Summary     string               `json:"summary"`
	Zone        directory.ZoneCode   `json:"zone"`
	ZoneCodes   []directory.ZoneCode `json:"zoneCodes"` // of today: several when the zone was divided
	Themes      []directory.Theme    `json:"themes"`
	Levels      []directory.Level    `json:"levels"`
	PublishedAt time.Time            `json:"publishedAt"`
	ModifiedAt  time.Time            `json:"modifiedAt"`
}

// answer is one practice as somebody may see it. All of it can be sent back with PUT: what the service reckons itself
// is ignored there.
type answer struct {
	Self        string                   `json:"self"`
	Slug        string                   `json:"slug"`
	Title       string                   `json:"title"`
	Summary     string                   `json:"summary"`
	Zone        directory.ZoneCode       `json:"zone"`
	ZoneCodes   []directory.ZoneCode     `json:"zoneCodes"`
	FormerZone  directory.ZoneCode       `json:"formerZone,omitempty"` // under which it was written
	Themes      []directory.Theme        `json:"themes"`
	Levels      []directory.Level        `json:"levels"`
	Partners    []directory.Partner      `json:"partners"`
	Markdown    string                   `json:"markdown"`
	HTML        string                   `json:"html"`
	Status      directory.PracticeStatus `json:"status"`
	PublishedAt *time.Time               `json:"publishedAt,omitempty"`
	ModifiedAt  time.Time                `json:"modifiedAt"`
	Version     int                      `json:"version"`
	// PublishedVersion is the version that everybody reads; only for those who may change the practice.
	PublishedVersion int `json:"publishedVersion,omitempty"`
}

func (v visit) codes(code directory.ZoneCode) (first directory.ZoneCode, all []directory.ZoneCode) {
	if all = v.facts.CurrentZones(code); len(all) == 0 {
		all = []directory.ZoneCode{code} // cannot happen: only zones of the facts write
	}
	return all[0], all
}

// answerOf is a practice for those who may change it: its newest version.
func (v visit) answerOf(r *http.Request, p directory.Practice) answer {
	a := v.answerText(r, p, p.Version, p.PracticeText, p.HTML, p.ModifiedAt)
	a.Status = p.Status
	if live, ok := p.Public(); ok {
		a.PublishedVersion = live.Version
	}
	return a
}

// publicAnswerOf is what everybody reads of it.
func (v visit) publicAnswerOf(r *http.Request, p directory.Practice, live directory.LivePractice) answer {
	a := v.answerText(r, p, live.Version, live.PracticeText, live.HTML, live.ModifiedAt)
	a.Status = directory.PracticePublished
	return a
}

func (v visit) answerText(r *http.Request, p directory.Practice, version int, t directory.PracticeText, html string, modified time.Time) answer {
	a := answer{Self: gateway.Link(r, apiPath+"/"+p.Slug), Slug: p.Slug, Title: t.Title, Summary: t.Summary, Themes: list(t.Themes), Levels: list(t.Levels),
		Partners: list(t.Partners), Markdown: t.Markdown, HTML: html, PublishedAt: p.PublishedAt, ModifiedAt: modified, Version: version}
	if a.Zone, a.ZoneCodes = v.codes(p.Zone); a.Zone != p.Zone {
		a.FormerZone = p.Zone
	}
	return a
}

func list[T any](values []T) []T {
	if values == nil {
		return []T{}
	}
	return values
}

// practices lists the published practices, and takes new ones.
func (s *service) practices(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodPost {
		return s.create(w, r)
	}
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	if v.who.SignedIn() {
		gateway.Cache(w, gateway.Private)
	}
	values, err := gateway.Params(r, append(filterParams(), gateway.PageSizeParam(200))...)
	if err != nil {
		return err
	}
	titles, err := s.store.PracticeTitles(r.Context())
	if err != nil {
		return unavailable(err)
	}
	f := filterOf(values)
	found := f.of(v, v.known(titles))
	page, size := values.Int("page"), values.Int("pageSize")
	items := []item{}
	for _, k := range found[min((page-1)*size, len(found)):min(page*size, len(found))] {
		zone, codes := v.codes(k.Zone)
		items = append(items, item{gateway.Link(r, apiPath+"/"+k.Slug), k.Slug, k.Title, k.Summary, zone, codes, list(k.Themes), list(k.Levels), k.PublishedAt, k.ModifiedAt})
	}
	return gateway.WriteJSON(w, r, http.StatusOK, struct {
		gateway.Collection
		Items []item `json:"items"`
	}{gateway.CollectionOf(r, f.query(), page, size, len(found)), items})
}

// practice shows one practice: the published version, or to those who may change it the newest. They change and
// withdraw it here, too.
func (s *service) practice(w http.ResponseWriter, r *http.Request) error {
	switch r.Method {
	case http.MethodPut:
		return s.replace(w, r)
	case http.MethodDelete:
		return s.withdraw(w, r)
	}
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	if v.who.SignedIn() {
		gateway.Cache(w, gateway.Private)
	}
	if _, err := gateway.Params(r); err != nil {
		return err
	}
	p, done, err := s.find(w, r)
	if done || err != nil {
		return err
	}
	var a answer
	if live, ok := p.Public(); v.may(directory.WritePractices, p.Zone) {
		a = v.answerOf(r, p)
	} else if ok {
		a = v.publicAnswerOf(r, p, live)
	} else {
		return missing()
	}
	gateway.SetVersion(w, a.Version)
	return gateway.WriteJSON(w, r, http.StatusOK, a)
}
