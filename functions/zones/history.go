package main

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
)

// read answers a GET of the API about a zone to those who may. The code of a zone that became part of another one
// leads there.
func (s *service) read(a directory.Action, show func(http.ResponseWriter, *http.Request, zone, gateway.Values) error, params ...gateway.Param) gateway.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		gateway.Cache(w, gateway.Private)
		z, err := s.admitted(r, a)
		if err != nil {
			return toSuccessor(w, r, err)
		}
		v, err := gateway.Params(r, params...)
		if err != nil {
			return err
		}
		return show(w, r, z, v)
	}
}

// revisionItem is a version in a list: all but the zone as it was.
type revisionItem struct {
	Href string `json:"href"`
	directory.Revision
	Profile *struct{} `json:"profile,omitempty"` // hides the revision's own
}

// revisions lists a zone's history, newest first. Versions are numbered from 1 without gaps, so that a page's
// versions are known by number.
func (s *service) revisions(w http.ResponseWriter, r *http.Request, z zone, v gateway.Values) error {
	z, err := s.load(r.Context(), z)
	if err != nil {
		return err
	}
	of, total, err := s.historyOf(r, z, v.Get("formerZone"))
	if err != nil {
		return err
	}
	page, size := v.Int("page"), v.Int("pageSize")
	query := url.Values{}
	former := []formerHistory{}
	if of != z.Code {
		query.Set("formerZone", string(of))
	} else {
		for _, code := range z.ended() {
			before, _ := z.facts.FormerZone(code)
			former = append(former, formerHistory{code, before.Name, gateway.Link(r, "/api/v1/zones/"+string(z.Code)+"/revisions?formerZone="+string(code))})
		}
	}
	var found []directory.Revision
	if before := total + 1 - (page-1)*size; before > 1 {
		if found, _, err = s.store.Revisions(r.Context(), of, before, size, z.at); err != nil {
			return unavailable(err)
		}
	}
	items := make([]revisionItem, len(found))
	for i, revision := range found {
		items[i] = revisionItem{Href: revisionLink(r, z.Code, of, revision.Version), Revision: revision}
	}
	return gateway.WriteJSON(w, r, http.StatusOK, struct {
		gateway.Collection
		Items       []revisionItem  `json:"items"`
		FormerZones []formerHistory `json:"formerZones,omitempty"`
	}{gateway.CollectionOf(r, query, page, size, total), items, former})
}

// formerHistory leads to the history of a zone that ended in this one.
type formerHistory struct {
	Code directory.ZoneCode `json:"code"`
	Name string             `json:"name"`
	Href string             `json:"href"`
}

// revisionLink is the address of a version of a zone, or of one that ended in it.
func revisionLink(r *http.Request, code, of directory.ZoneCode, version int) string {
	path := "/api/v1/zones/" + string(code) + "/revisions/" + strconv.Itoa(version)
	if of != code {
		path += "?formerZone=" + string(of)
	}
	return gateway.Link(r, path)
}

// revision shows one version of a zone.
func (s *service) revision(w http.ResponseWriter, r *http.Request, z zone, v gateway.Values) error {
	of, _, err := s.historyOf(r, z, v.Get("formerZone"))
	if err != nil {
		return err
	}
	version, err := strconv.ParseUint(r.PathValue("version"), 10, 31)
	if err != nil || strconv.FormatUint(version, 10) != r.PathValue("version") {
		return gateway.NotFound("A version is a whole number, 1 or more")
	}
	revision, err := s.store.Revision(r.Context(), of, int(version), z.at)
	if errors.Is(err, dynamo.ErrNotFound) {
		return gateway.NotFound("The zone has no such version")
	}
	if err != nil {
		return unavailable(err)
	}
	return gateway.WriteJSON(w, r, http.StatusOK, struct {
		Self string `json:"self"`
		directory.Revision
	}{revisionLink(r, z.Code, of, revision.Version), revision})
}
