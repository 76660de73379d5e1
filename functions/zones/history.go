package main

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

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
		if moved, ok := errors.AsType[*movedError](err); ok {
			path := strings.Replace(r.URL.EscapedPath(), r.PathValue("code"), string(moved.to), 1)
			if r.URL.RawQuery != "" {
				path += "?" + r.URL.RawQuery
			}
			gateway.Redirect(w, r, path, http.StatusMovedPermanently)
			return nil
		}
		if err != nil {
			return err
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
	page, size, total := v.Int("page"), v.Int("pageSize"), z.profile.Version
	var found []directory.Revision
	if before := total + 1 - (page-1)*size; before > 1 {
		if found, _, err = s.store.Revisions(r.Context(), z.Code, before, size, z.at); err != nil {
			return unavailable(err)
		}
	}
	items := make([]revisionItem, len(found))
	for i, revision := range found {
		items[i] = revisionItem{Href: revisionLink(r, z.Code, revision.Version), Revision: revision}
	}
	return gateway.WriteJSON(w, r, http.StatusOK, struct {
		gateway.Collection
		Items []revisionItem `json:"items"`
	}{gateway.CollectionOf(r, url.Values{}, page, size, total), items})
}

func revisionLink(r *http.Request, code directory.ZoneCode, version int) string {
	return gateway.Link(r, "/api/v1/zones/"+string(code)+"/revisions/"+strconv.Itoa(version))
}

// revision shows one version of a zone.
func (s *service) revision(w http.ResponseWriter, r *http.Request, z zone, _ gateway.Values) error {
	version, err := strconv.ParseUint(r.PathValue("version"), 10, 31)
	if err != nil || strconv.FormatUint(version, 10) != r.PathValue("version") {
		return gateway.NotFound("A version is a whole number, 1 or more")
	}
	revision, err := s.store.Revision(r.Context(), z.Code, int(version), z.at)
	if errors.Is(err, dynamo.ErrNotFound) {
		return gateway.NotFound("The zone has no such version")
	}
	if err != nil {
		return unavailable(err)
	}
	return gateway.WriteJSON(w, r, http.StatusOK, struct {
		Self string `json:"self"`
		directory.Revision
	}{revisionLink(r, z.Code, revision.Version), revision})
}

type municipalityName struct {
	NIS  directory.NIS `json:"nis"`
	Name string        `json:"name"`
	Href string        `json:"href"`
}

// schoolItem is a school of a zone with those of its locations that lie there.
type schoolItem struct {
	Href              string                      `json:"href"`
	InstitutionNumber directory.InstitutionNumber `json:"institutionNumber"`
	Name              string                      `json:"name"`
	Level             directory.Level             `json:"level"`
	Type              string                      `json:"type,omitempty"`
	Locations         []schoolLocation            `json:"locations"`
}

type schoolLocation struct {
	Number       int              `json:"number"`
	Street       string           `json:"street,omitempty"`
	HouseNumber  string           `json:"houseNumber,omitempty"`
	Postcode     string           `json:"postcode"`
	Place        string           `json:"place"`
	Municipality municipalityName `json:"municipality"`
}

// schools lists the schools with a location in the zone, by name.
func (s *service) schools(w http.ResponseWriter, r *http.Request, z zone, v gateway.Values) error {
	all := z.schools()
	page, size := v.Int("page"), v.Int("pageSize")
	items := []schoolItem{}
	for _, school := range all[min((page-1)*size, len(all)):min(page*size, len(all))] {
		item := schoolItem{Href: gateway.Link(r, "/api/v1/schools/"+string(school.Number)), InstitutionNumber: school.Number,
			Name: school.Name, Level: school.Level, Type: school.Type, Locations: []schoolLocation{}}
		for _, l := range school.Locations {
			if l.Zone == z.Code {
				item.Locations = append(item.Locations, schoolLocation{l.Number, l.Street, l.HouseNumber, l.Postcode, l.Place,
					municipalityName{l.NIS, l.Municipality, gateway.Link(r, "/api/v1/municipalities/"+l.NIS.String())}})
			}
		}
		items = append(items, item)
	}
	return gateway.WriteJSON(w, r, http.StatusOK, struct {
		gateway.Collection
		Items []schoolItem `json:"items"`
	}{gateway.CollectionOf(r, url.Values{}, page, size, len(all)), items})
}
