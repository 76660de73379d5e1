package main

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/site"
)

const mySchoolPath = "/mijn-school"

// ownSchools are the schools of a visitor's organisation, by number. A CLB is none.
func ownSchools(v visit) []directory.School {
	var list []directory.School
	for _, n := range v.who.Own {
		if s, ok := v.facts.School(n); ok && v.who.MayWithSchool(directory.ChangeSchoolContact, s) {
			list = append(list, s)
		}
	}
	return list
}

// mySchool serves a page about the school of the one who asks: the only one, or the one of several that the query names.
// Others are told why there is none, and a CLB sees its zones.
func (s *service) mySchool(h func(http.ResponseWriter, *http.Request, *ownSchool) error) gateway.Handler {
	return s.signedIn(func(w http.ResponseWriter, r *http.Request, v visit) error {
		own := ownSchools(v)
		say := func(sentence, mail string) error {
			m := site.Message{Heading: "Mijn school", Sentence: sentence, Mail: mail, Links: []site.Entry{toSearch}}
			if v.who.Role == directory.RolePolice || v.who.Role == directory.RoleAdmin {
				m.Links = []site.Entry{toMine, toSearch}
			}
			return s.show(w, r, http.StatusForbidden, site.MessageTemplate, m.Heading, v, m)
		}
		switch {
		case v.who.Access() == directory.AccessNoRight:
			return say(site.NoRight(v.who), "")
		case v.who.Role != directory.RoleSchool:
			return say(forSchools, "")
		case v.who.Access() == directory.AccessUnlinked:
			return say(unlistedSchool, s.administrators)
		case len(own) == 0:
			return s.show(w, r, http.StatusOK, clbTemplate, "Mijn scholen en hun politiezones", v, struct{ Zones []zoneLink }{zoneLinks(v, nil)})
		case len(own) > 1 && !r.URL.Query().Has("school"):
			return s.show(w, r, http.StatusOK, choiceTemplate, "Mijn scholen", v, struct{ Schools []directory.School }{own})
		}
		d, is := s.chosenSchool(r, v, own)
		if !is {
			return say(notYourSchool, "")
		}
		if err := d.load(r.Context()); err != nil {
			return err
		}
		return h(w, r, d)
	})
}

// ownSchool is the school of the one who asks for a page.
type ownSchool struct {
	*keptSchool
	visit   visit
	several bool // it is one of several
}

// chosenSchool is the one of somebody's own schools that the query names, or the only one where it names none. It is false,
// and the school an empty one, where that is none of theirs.
func (s *service) chosenSchool(r *http.Request, v visit, own []directory.School) (d *ownSchool, is bool) {
	d = &ownSchool{keptSchool: &keptSchool{s: s, facts: v.facts, who: v.who, at: v.at}, visit: v, several: r.URL.Query().Has("school")}
	for _, o := range own {
		if given := r.URL.Query().Get("school"); string(o.Number) == given || given == "" && len(own) == 1 {
			d.School, d.several = o, len(own) > 1
			return d, true
		}
	}
	return d, false
}

// path is the address of a page about the school, "" or "/aanpassen", with what the query shall say.
func (d *ownSchool) path(page string, query ...string) string {
	q := url.Values{}
	if d.several {
		q.Set("school", string(d.Number))
	}
	for i := 0; i+1 < len(query); i += 2 {
		q.Set(query[i], query[i+1])
	}
	if len(q) == 0 {
		return mySchoolPath + page
	}
	return mySchoolPath + page + "?" + q.Encode()
}

// zoneLink leads to the answer of a zone, or of a school's locations in it.
type zoneLink struct {
	Name, Towns, Path string
	Places            []placeLink
}

type placeLink struct{ Path, Words string }

// zoneLinks are the zones of the one who asks; of a school those in which it has a location.
func zoneLinks(v visit, s *directory.School) []zoneLink {
	codes := v.who.Zones
	if s != nil {
		codes = s.Zones()
	}
	var list []zoneLink
	for _, code := range codes {
		f, ok := v.facts.Zone(code)
		if !ok {
			continue
		}
		z := zone{ZoneFacts: f, facts: v.facts}
		link := zoneLink{Name: "Politiezone " + f.Name, Towns: directory.AndWords(z.towns(f.Municipalities)), Path: "/zones/" + string(code)}
		if s != nil {
			for _, l := range s.Locations {
				if l.Zone != code {
					continue
				}
				p := placeLink{"/scholen/" + string(s.Number), l.LocationWords()}
				if len(s.Locations) > 1 {
					p.Path += "?location=" + strconv.Itoa(l.Number)
				}
				link.Places = append(link.Places, p)
			}
		}
		list = append(list, link)
	}
	return list
}

// schoolView is the page of a school's own.
type schoolView struct {
	School           directory.School
	Zones            []zoneLink
	Several          bool
	Self             string
	Edit, History    string
	Persons          []personCard
	Aliases          []string
	Empty            bool
	Version          int
	Freshness, Class string
	PersonalDays     int
	Saved            bool
	Confirmed        bool
	Already          bool   // what was to be saved stood there already
	Deleted          bool   // all was just deleted
	Warning          string // why what was asked was not done
	Asking           bool   // whether all shall be deleted
}

// schoolPage shows what the school keeps, and takes its confirmation or its wish to have all deleted.
func (s *service) schoolPage(w http.ResponseWriter, r *http.Request, d *ownSchool) error {
	if r.Method == http.MethodPost {
		return s.actOnSchool(w, r, d)
	}
	done := r.URL.Query().Get("gelukt")
	return s.showSchool(w, r, http.StatusOK, d, schoolView{Saved: done == "bewaard", Confirmed: done == "bevestigd" && !d.contact.Empty(),
		Already: done == "stond-er-al", Deleted: done == "gewist" && d.contact.Empty()})
}

func (s *service) showSchool(w http.ResponseWriter, r *http.Request, status int, d *ownSchool, data schoolView) error {
	v := d.view()
	data.School, data.Zones, data.Several, data.PersonalDays = d.School, zoneLinks(d.visit, &d.School), d.several, directory.PersonalDays
	data.Self, data.Edit, data.History = d.path(""), d.path("/aanpassen"), d.path("/geschiedenis")
	data.Persons, data.Aliases, data.Empty, data.Version = personCards(d.School, v.ContactPersons), v.Aliases, d.contact.Empty(), v.Version
	data.Freshness, data.Class = v.FreshnessWords(d.at), site.FreshnessClass(v.Freshness)
	title := "Mijn school"
	switch {
	case data.Warning != "":
		title = "Niet gelukt · " + title
	case data.Asking:
		title = "Alles wissen? · " + title
	case data.Deleted:
		title = "Gewist · " + title
	case data.Confirmed:
		title = "Bevestigd · " + title
	case data.Saved || data.Already:
		title = "Bewaard · " + title
	}
	return s.show(w, r, status, schoolTemplate, title, d.visit, data)
}

// actOnSchool confirms what stood on the page, or deletes it after asking.
func (s *service) actOnSchool(w http.ResponseWriter, r *http.Request, d *ownSchool) error {
	v, err := readPost(w, r)
	if err != nil {
		return err
	}
	var result string
	var next directory.SchoolContact
	var kind directory.RevisionKind
	for {
		seen, current := number(v.Get("versie")), d.contact.Version
		if seen != current {
			confirmed, err := d.onlyConfirmed(r.Context(), seen)
			if err != nil {
				return err
			}
			if !confirmed {
				return s.showSchool(w, r, http.StatusConflict, d, schoolView{Warning: schoolMovedOn})
			}
		}
		switch v.Get("actie") {
		case "wissen":
			return s.showSchool(w, r, http.StatusOK, d, schoolView{Asking: true})
		case "wissen-zeker":
			result, next, kind = "gewist", d.contact.Deleted(d.at), directory.RevisionDeleted
		default:
			result, kind = "bevestigd", directory.RevisionConfirmed
			if seen != current { // somebody, or the same click, confirmed the very same
				gateway.Redirect(w, r, d.path("", "gelukt", result), http.StatusSeeOther)
				return nil
			}
			if next, err = d.contact.Confirmed(d.at); errors.Is(err, directory.ErrNeverSaved) {
				return s.showSchool(w, r, http.StatusConflict, d, schoolView{Warning: nothingKept})
			}
		}
		err := d.saveContact(r.Context(), d.contact, next, kind, nil)
		if err == nil {
			gateway.Redirect(w, r, d.path("", "gelukt", result), http.StatusSeeOther)
		}
		if !stale(err) {
			return err
		}
		if err := d.load(r.Context()); err != nil {
			return err
		}
	}
}

// onlyConfirmed tells whether nothing but confirmations came since a version.
func (d *keptSchool) onlyConfirmed(ctx context.Context, since int) (bool, error) {
	between := d.contact.Version - since
	if since < 1 || between < 1 || between > rowsPerPage {
		return false, nil
	}
	found, _, err := d.s.store.SchoolRevisions(ctx, d.contact, d.contact.Version+1, between, d.at)
	if err != nil {
		return false, unavailable(err)
	}
	return len(found) == between && !slices.ContainsFunc(found, func(r directory.SchoolRevision) bool { return r.Kind != directory.RevisionConfirmed }), nil
}

// schoolHistory is the page with the versions of what a school keeps.
type schoolHistory struct {
	School       directory.School
	Back         string
	Current      int
	PersonalDays int
	Versions     []directory.SchoolRevision
	Pager        site.Pager
}

// schoolHistoryPage shows who changed what and when.
func (s *service) schoolHistoryPage(w http.ResponseWriter, r *http.Request, d *ownSchool) error {
	query := url.Values{}
	if d.several {
		query.Set("school", string(d.Number))
	}
	data := schoolHistory{School: d.School, Back: d.path(""), Current: d.contact.Version, PersonalDays: directory.PersonalDays,
		Pager: pagerOf(r, query, d.contact.Version)}
	if before := data.Current + 1 - data.Pager.From; before > 1 {
		found, _, err := s.store.SchoolRevisions(r.Context(), d.contact, before, rowsPerPage, d.at)
		if err != nil {
			return unavailable(err)
		}
		data.Versions = found
	}
	return s.show(w, r, http.StatusOK, schoolHistoryTemplate, data.Pager.Title("Geschiedenis")+" · Mijn school", d.visit, data)
}
