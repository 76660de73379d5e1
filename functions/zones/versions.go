package main

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/site"
)

// historyData is the history of a zone, one version of it, or what changed between two.
type historyData struct {
	Code              directory.ZoneCode
	Name, Path, Self  string
	Current           int
	Versions          []directory.Revision
	From, To          int // preselected to compare
	Pager             site.Pager
	Revision          directory.Revision
	Parts             []part
	Restorable        bool
	Old, New          directory.Revision
	Changes           []directory.Change
	PersonalDays      int
	CompareBad        string
	ForgottenSomeFrom bool
}

// historyPage shows who changed what and when: ?versie= one version, ?van= and ?met= the difference of two.
func (s *service) historyPage(w http.ResponseWriter, r *http.Request, z zone) error {
	q := r.URL.Query()
	data := historyData{Code: z.Code, Name: "Politiezone " + z.Name, Path: z.path(), Self: z.path() + "/geschiedenis", Current: z.profile.Version,
		PersonalDays: directory.PersonalDays}
	switch {
	case q.Has("versie"):
		revision, err := s.versionOf(r, z, q.Get("versie"))
		if err != nil {
			return err
		}
		data.Revision, data.Parts = revision, partsOf(revision.Profile, z.names())
		data.Restorable = revision.Version != z.profile.Version
		return s.show(w, r, http.StatusOK, versionTemplate, "Versie "+strconv.Itoa(revision.Version)+" · "+data.Name, z.visit(), data)
	case q.Has("van") && q.Has("met") && q.Get("van") != q.Get("met"):
		var err error
		if data.Old, err = s.versionOf(r, z, q.Get("van")); err != nil {
			return err
		}
		if data.New, err = s.versionOf(r, z, q.Get("met")); err != nil {
			return err
		}
		if data.Old.Version > data.New.Version {
			data.Old, data.New = data.New, data.Old
		}
		data.Changes = directory.Diff(data.Old.Profile, data.New.Profile, z.names())
		data.ForgottenSomeFrom = data.Old.Forgotten != data.New.Forgotten
		return s.show(w, r, http.StatusOK, compareTemplate, "Versie "+strconv.Itoa(data.Old.Version)+" en "+strconv.Itoa(data.New.Version)+" · "+data.Name, z.visit(), data)
	case q.Has("van") || q.Has("met"):
		data.CompareBad = "Kies twee verschillende versies om te vergelijken."
	}
	// Versions are numbered from 1 without gaps, so that a page's versions are known by number.
	data.Pager = pagerOf(r, url.Values{}, data.Current)
	if before := data.Current + 1 - data.Pager.From; before > 1 {
		found, _, err := s.store.Revisions(r.Context(), z.Code, before, rowsPerPage, z.at)
		if err != nil {
			return unavailable(err)
		}
		data.Versions = found
	}
	if len(data.Versions) > 1 {
		data.To, data.From = data.Versions[0].Version, data.Versions[1].Version
	}
	title := data.Pager.Title("Geschiedenis") + " · " + data.Name
	status := http.StatusOK
	if data.CompareBad != "" {
		title, status = "1 fout · "+title, http.StatusBadRequest
	}
	return s.show(w, r, status, historyTemplate, title, z.visit(), data)
}

func (s *service) versionOf(r *http.Request, z zone, typed string) (directory.Revision, error) {
	n := number(typed)
	missing := gateway.NotFound("The zone has no such version").InDutch("Deze versie bestaat niet.")
	if n == 0 || n > z.profile.Version {
		return directory.Revision{}, missing
	}
	revision, err := s.store.Revision(r.Context(), z.Code, n, z.at)
	if errors.Is(err, dynamo.ErrNotFound) {
		return revision, missing
	}
	return revision, unavailable(err)
}
