package main

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
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
	Of                string       // code of the zone of before whose history it is; "" for the zone's own
	Before            []formerZone // zones that ended in it, whose histories are here too
	Query             string       // what leads to this history, before the rest of a query
}

// formerZone is a zone that ended, with the way to its history.
type formerZone struct{ Path, Name string }

// historyOf tells whose history is looked at: the zone's own, or that of one that ended in it.
func (s *service) historyOf(r *http.Request, z zone, asked string) (directory.ZoneCode, int, error) {
	if asked == "" {
		return z.Code, z.profile.Version, nil
	}
	code := directory.ZoneCode(asked)
	if !slices.Contains(z.ended(), code) {
		return "", 0, gateway.NotFound("No zone with this code ended in this one").InDutch("Deze zone werd geen deel van " + z.Name + ".")
	}
	answer, err := s.store.Answer(r.Context(), dynamo.Wanted{Zones: []directory.ZoneCode{code}})
	if err != nil {
		return "", 0, gateway.Unavailable(err)
	}
	return code, answer.Profiles[code].Version, nil
}

// historyPage shows who changed what and when: ?versie= one version, ?van= and ?met= the difference of two.
func (s *service) historyPage(w http.ResponseWriter, r *http.Request, z zone) error {
	q := r.URL.Query()
	data := historyData{Code: z.Code, Name: "Politiezone " + z.Name, Path: z.path(), Self: z.path() + "/geschiedenis", PersonalDays: directory.PersonalDays}
	of, current, err := s.historyOf(r, z, q.Get("zone"))
	if err != nil {
		return err
	}
	data.Current = current
	query := url.Values{}
	if of != z.Code {
		before, _ := z.facts.FormerZone(of)
		data.Of, data.Name, data.Query = string(of), "Politiezone "+before.Name+" ("+string(of)+"), nu deel van "+z.Name, "zone="+string(of)+"&"
		query.Set("zone", string(of))
	} else {
		for _, code := range z.ended() {
			before, _ := z.facts.FormerZone(code)
			data.Before = append(data.Before, formerZone{data.Self + "?zone=" + string(code), "Politiezone " + before.Name + " (" + string(code) + ")"})
		}
	}
	switch {
	case q.Has("versie"):
		revision, err := s.versionOf(r, z, of, current, q.Get("versie"))
		if err != nil {
			return err
		}
		data.Revision, data.Parts = revision, partsOf(revision.Profile, z.names())
		data.Restorable = of == z.Code && revision.Version != current
		return s.show(w, r, http.StatusOK, versionTemplate, "Versie "+strconv.Itoa(revision.Version)+" · "+data.Name, z.visit(), data)
	case q.Has("van") && q.Has("met") && q.Get("van") != q.Get("met"):
		if data.Old, err = s.versionOf(r, z, of, current, q.Get("van")); err != nil {
			return err
		}
		if data.New, err = s.versionOf(r, z, of, current, q.Get("met")); err != nil {
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
	data.Pager = pagerOf(r, query, data.Current)
	if before := data.Current + 1 - data.Pager.From; before > 1 {
		found, _, err := s.store.Revisions(r.Context(), of, before, rowsPerPage, z.at)
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

// versionOf reads a version of a zone, or of one that ended in it, of which so many are known.
func (s *service) versionOf(r *http.Request, z zone, of directory.ZoneCode, current int, typed string) (directory.Revision, error) {
	n := number(typed)
	missing := gateway.NotFound("The zone has no such version").InDutch("Deze versie bestaat niet.")
	if n == 0 || n > current {
		return directory.Revision{}, missing
	}
	revision, err := s.store.Revision(r.Context(), of, n, z.at)
	if errors.Is(err, dynamo.ErrNotFound) {
		return revision, missing
	}
	return revision, unavailable(err)
}
