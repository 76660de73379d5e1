package main

import (
	"context"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/site"
)

//go:embed parts.gohtml mine.gohtml all.gohtml zone.gohtml edit.gohtml summary.gohtml conflict.gohtml history.gohtml version.gohtml compare.gohtml import.gohtml territory.gohtml schools.gohtml school.gohtml schooledit.gohtml schoolhistory.gohtml schoolchoice.gohtml clb.gohtml
var templates embed.FS

func page(name string) *site.Template {
	return site.NewForm(templates, template.FuncMap{"moment": site.Moment, "who": whoWords, "kind": kindWords,
		"schoolWho": schoolWhoWords, "schoolKind": schoolKindWords, "phone": directory.FormatPhone}, "parts.gohtml", name+".gohtml")
}

var (
	mineTemplate     = page("mine")
	allTemplate      = page("all")
	zoneTemplate     = page("zone")
	editTemplate     = page("edit")
	summaryTemplate  = page("summary")
	conflictTemplate = page("conflict")
	historyTemplate  = page("history")
	versionTemplate  = page("version")
	compareTemplate  = page("compare")

	schoolsTemplate       = page("schools")
	schoolTemplate        = page("school")
	editSchoolTemplate    = page("schooledit")
	schoolHistoryTemplate = page("schoolhistory")
	choiceTemplate        = page("schoolchoice")
	clbTemplate           = page("clb")
)

// visit is one look at a page: who, when, and the facts to go by.
type visit struct {
	facts *facts.Facts
	who   directory.Principal
	at    time.Time
}

// visitor finds out who asks for a page.
func (s *service) visitor(r *http.Request) (visit, error) {
	f, err := s.current(r)
	if err != nil {
		return visit{}, err
	}
	who, err := s.verifier.OfPage(r, f)
	return visit{f, who, s.now()}, err
}

// signedIn serves a page to those who signed in, and sends others to do that and come back. What it shows is kept
// by no cache.
func (s *service) signedIn(h func(http.ResponseWriter, *http.Request, visit) error) gateway.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		gateway.Cache(w, gateway.Private)
		v, err := s.visitor(r)
		if err != nil {
			return err
		}
		if !v.who.SignedIn() {
			gateway.Redirect(w, r, site.SignIn(r), http.StatusSeeOther)
			return nil
		}
		return h(w, r, v)
	}
}

// aboutZone serves a page about a zone to those who may do something with it. The address of a zone that became part
// of another one leads there.
func (s *service) aboutZone(a directory.Action, h func(http.ResponseWriter, *http.Request, zone) error) gateway.Handler {
	return s.signedIn(func(w http.ResponseWriter, r *http.Request, v visit) error {
		z, err := s.zoneOf(v.facts, v.who, a, r.PathValue("code"))
		if err != nil {
			return toSuccessor(w, r, err)
		}
		if z, err = s.load(r.Context(), z); err != nil {
			return err
		}
		return h(w, r, z)
	})
}

// show writes a page. None of these is for search engines.
func (s *service) show(w http.ResponseWriter, r *http.Request, status int, t *site.Template, title string, v visit, data any) error {
	p := site.Page{Title: title, Path: r.URL.Path, NoIndex: true, Account: site.AccountOf(r, v.who, "")}
	p.Account.Notice = "" // these pages say it themselves
	if strings.HasPrefix(p.Path, mySchoolPath) {
		p.Path = mySchoolPath
	} else if strings.HasPrefix(p.Path, managementPath) {
		p.Path = managementPath // the entry of the frame that leads here
	}
	p.Demonstration = v.facts != nil && v.facts.Meta().Demonstration
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	return t.Render(w, p, data)
}

func (z zone) visit() visit { return visit{z.facts, z.who, z.at} }

const managementPath = "/beheer"

func (z zone) path() string { return managementPath + "/zones/" + string(z.Code) }

// errorPage shows a problem to a person.
func (s *service) errorPage(w http.ResponseWriter, r *http.Request, p *gateway.Problem) {
	m := site.MessageOf(p)
	var v visit
	if f, err := s.reference.Current(r.Context()); err == nil {
		v.facts = f
		v.who, _ = s.verifier.OfPage(r, f) // who cannot be found out is shown as a visitor
	}
	if p.Status == http.StatusForbidden && v.who.Access() == directory.AccessUnlinked {
		m.Mail = s.administrators
	}
	unknown := v.facts == nil && strings.HasPrefix(r.URL.Path, managementPath) // they came here signed in, as far as we know
	if unknown || v.who.Access() == directory.AccessGranted && v.who.Role != directory.RoleSchool {
		m.Links = append(m.Links, toMine)
	}
	m.Links = append(m.Links, toSearch)
	if err := s.show(w, r, p.Status, site.MessageTemplate, m.Heading, v, m); err != nil {
		panic(err) // gateway then answers without a page
	}
}

// zoneRow is a zone in a list: nothing that is kept for schools.
type zoneRow struct {
	Path, Name, Towns, Freshness, Class string
	Code                                directory.ZoneCode
	Contact                             bool   // schools cannot count on its contact points: on /dekking it is to be called, too
	Unreachable                         bool   // and there is no address to remind it at
	Open                                string // "Er staan 2 meldingen open."
}

func rowOf(z zone) zoneRow {
	v := z.view()
	return zoneRow{
		Path: z.path(), Code: z.Code, Name: "Politiezone " + z.Name, Towns: directory.AndWords(z.towns(z.Municipalities)),
		Freshness: v.FreshnessWords(z.at), Class: site.FreshnessClass(v.Freshness),
		Contact:     directory.CoverageOf(z.shown, directory.DayOf(z.at)).ToCall(),
		Unreachable: len(z.profile.ManagementEmails()) == 0,
	}
}

// mine lists the zones that somebody keeps, or says why there are none.
func (s *service) mine(w http.ResponseWriter, r *http.Request, v visit) error {
	say := func(m site.Message) error {
		return s.show(w, r, http.StatusForbidden, site.MessageTemplate, m.Heading, v, m)
	}
	m := site.Message{Heading: "Beheer politiezone", Links: []site.Entry{toSearch}}
	switch {
	case v.who.Access() == directory.AccessNoRight:
		m.Sentence = site.NoRight(v.who)
		return say(m)
	case v.who.Role == directory.RoleAdmin:
		gateway.Redirect(w, r, managementPath+"/zones", http.StatusSeeOther)
		return nil
	case v.who.Role == directory.RoleSchool:
		m.Sentence = "Hier houdt de politie de gegevens van haar zone bij. Als school of CLB zoek je ze op bij Opzoeken: aangemeld zie je daar meer."
		m.Links = []site.Entry{toMySchool, toSearch}
		return say(m)
	case v.who.Access() == directory.AccessUnlinked:
		m.Sentence, m.Mail = site.Unlinked, s.administrators
		return say(m)
	}
	rows, err := s.rowsOf(r.Context(), v, v.who.Zones)
	if err != nil {
		return err
	}
	title := "Mijn politiezone"
	if len(rows) > 1 {
		title = "Mijn politiezones"
	}
	return s.show(w, r, http.StatusOK, mineTemplate, title, v, struct {
		Heading string
		Rows    []zoneRow
	}{title, rows})
}

// rowsOf lists zones by code.
func (s *service) rowsOf(ctx context.Context, v visit, codes []directory.ZoneCode) ([]zoneRow, error) {
	var zones []directory.ZoneFacts
	for _, code := range codes {
		if f, ok := v.facts.Zone(code); ok {
			zones = append(zones, f)
		}
	}
	saved, err := s.profiles(ctx, zones)
	if err != nil {
		return nil, err
	}
	var list []zoneRow
	for _, f := range zones {
		z := v.zone(f, saved)
		row := rowOf(z)
		open, err := s.openReports(ctx, z)
		if err != nil {
			return nil, err
		}
		row.Open = reportsWords(open)
		list = append(list, row)
	}
	return list, nil
}

// zone is a zone as this visit finds it, with what was saved.
func (v visit) zone(f directory.ZoneFacts, saved map[directory.ZoneCode]directory.Profile) zone {
	return zone{ZoneFacts: f, facts: v.facts, who: v.who, at: v.at}.with(saved)
}

// rowsPerPage is how many zones or versions a page lists.
const rowsPerPage = 25

// all is the administrators' list of zones.
func (s *service) all(w http.ResponseWriter, r *http.Request, v visit) error {
	if v.who.Role != directory.RoleAdmin {
		return gateway.MissingPermission("Only administrators may see this list").InDutch(onlyAdmins)
	}
	saved := map[directory.ZoneCode]directory.Profile{}
	for p, err := range s.store.Profiles(r.Context()) {
		if err != nil {
			return gateway.Unavailable(err)
		}
		saved[p.Code] = p
	}
	open := map[directory.ZoneCode]int{}
	for report, err := range s.store.OpenReports(r.Context(), v.at.Add(time.Minute), v.at) {
		if err != nil {
			return gateway.Unavailable(err)
		}
		open[report.Zone]++
	}
	var everything, wanted []zoneRow
	for _, f := range v.facts.Zones() {
		row := rowOf(v.zone(f, saved))
		row.Open = reportsWords(open[f.Code])
		everything = append(everything, row)
		if row.Contact {
			wanted = append(wanted, row)
		}
	}
	data := struct {
		Shown        []zoneRow
		Only         bool
		Total, Count int
		Pager        site.Pager
	}{Only: r.URL.Query().Get("toon") == "te-contacteren", Total: len(everything), Count: len(wanted)}
	list, query := everything, url.Values{}
	if data.Only {
		list, query = wanted, url.Values{"toon": {"te-contacteren"}}
	}
	slices.SortStableFunc(list, func(a, b zoneRow) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	data.Pager = pagerOf(r, query, len(list))
	data.Shown = list[data.Pager.From:data.Pager.To]
	title := "Alle politiezones"
	if data.Only {
		title = "Te contacteren politiezones"
	}
	return s.show(w, r, http.StatusOK, allTemplate, data.Pager.Title(title), v, data)
}

func pagerOf(r *http.Request, query url.Values, total int) site.Pager {
	return site.PagerOf(r.URL.Path, query, number(r.URL.Query().Get("page")), rowsPerPage, total)
}

// part is a contact point, or the zone itself, with all that is kept of it.
type part struct {
	Heading string
	Primary bool
	Lines   []line
}

type line struct {
	Label  string
	Values []directory.Shown
}

// partsOf is all that a zone keeps, for those who may change it: each value with who sees it.
func partsOf(p directory.Profile, names directory.Names) []part {
	all := directory.Diff(directory.Profile{}, p, names)
	parts := make([]part, len(p.ContactPoints))
	at := map[string]int{}
	for i, c := range p.ContactPoints {
		parts[i] = part{Heading: site.Upper(c.Role), Primary: c.Primary}
		at[c.ID] = i
	}
	own := part{Heading: "De zone zelf"}
	for _, change := range all {
		if change.New == nil {
			continue
		}
		to, label := &own, change.Label
		if rest, ok := strings.CutPrefix(change.Field, "contactPoints["); ok {
			id, field, _ := strings.Cut(rest, "]")
			if field == "" || field == ".role" {
				continue // its heading says so
			}
			to, label = &parts[at[id]], site.Upper(label[strings.LastIndex(label, ": ")+len(": "):])
		} else if change.Field == "primary" {
			continue // it is marked
		}
		if n := len(to.Lines); n > 0 && to.Lines[n-1].Label == label {
			to.Lines[n-1].Values = append(to.Lines[n-1].Values, *change.New)
			continue
		}
		to.Lines = append(to.Lines, line{label, []directory.Shown{*change.New}})
	}
	return append(parts, own)
}

// zoneData is the page of a zone that one keeps.
type zoneData struct {
	Code             directory.ZoneCode
	Name, Towns      string
	Path, Public     string
	Version          int
	Freshness, Class string
	Modified         string
	Saved            int    // the version that was just saved
	Confirmed        bool   // it was just confirmed
	Already          bool   // what was to be saved stood there already
	Warning          string // why a confirmation was not taken
	Parts            []part
	Confirmable      bool
	Former           string // Dutch: the zones of before whose points it still shows; "" when it decided
	Open             string // "Er staan 2 meldingen open."
}

func (s *service) zonePage(w http.ResponseWriter, r *http.Request, z zone) error {
	if r.Method == http.MethodPost {
		return s.confirm(w, r, z)
	}
	q := r.URL.Query()
	data := zoneData{Confirmed: q.Get("gelukt") == "bevestigd", Already: q.Get("gelukt") == "stond-er-al"}
	if n := number(q.Get("bewaard")); n > 0 && n <= z.profile.Version {
		data.Saved = n
	}
	return s.showZone(w, r, http.StatusOK, z, data)
}

func (s *service) showZone(w http.ResponseWriter, r *http.Request, status int, z zone, data zoneData) error {
	row := rowOf(z)
	data.Code, data.Name, data.Towns, data.Path, data.Public = z.Code, row.Name, row.Towns, z.path(), "/zones/"+string(z.Code)
	data.Version, data.Freshness, data.Class = z.profile.Version, row.Freshness, row.Class
	data.Parts, data.Confirmable = partsOf(z.profile, z.names()), z.profile.Version > 0 && !z.profile.Undecided()
	data.Former = formerWords(z)
	if z.profile.ModifiedAt != nil {
		data.Modified = site.Date(*z.profile.ModifiedAt)
	}
	open, err := s.openReports(r.Context(), z)
	if err != nil {
		return err
	}
	data.Open = reportsWords(open)
	title := "Nakijken · " + row.Name
	switch {
	case data.Warning != "":
		title = "Niet bevestigd · " + row.Name
	case data.Confirmed:
		title = "Bevestigd · " + row.Name
	case data.Saved > 0 || data.Already:
		title = "Bewaard · " + row.Name
	}
	return s.show(w, r, status, zoneTemplate, title, z.visit(), data)
}

// confirm is "Ja, alles klopt nog", said of the version that stood on the page.
func (s *service) confirm(w http.ResponseWriter, r *http.Request, z zone) error {
	v, err := readPost(w, r)
	if err != nil {
		return err
	}
	done := func() error {
		gateway.Redirect(w, r, z.path()+"?gelukt=bevestigd", http.StatusSeeOther)
		return nil
	}
	for {
		if seen := number(v.Get("versie")); seen != z.profile.Version {
			confirmed, err := s.onlyConfirmed(r.Context(), z, seen)
			if err != nil {
				return err
			}
			if confirmed {
				return done() // somebody, or the same click, confirmed the very same
			}
			return s.showZone(w, r, http.StatusConflict, z, zoneData{Warning: movedOn})
		}
		next, err := z.profile.Confirmed(z.at)
		if errors.Is(err, directory.ErrUndecided) {
			return s.showZone(w, r, http.StatusConflict, z, zoneData{Warning: undecidedNote})
		}
		if errors.Is(err, directory.ErrNeverSaved) {
			return s.showZone(w, r, http.StatusConflict, z, zoneData{Warning: neverSaved})
		}
		err = s.save(r.Context(), z, next, directory.Cause{Kind: directory.RevisionConfirmed, By: z.who}, nil)
		if !stale(err) {
			if err == nil {
				err = done()
			}
			return err
		}
		if z, err = s.load(r.Context(), z); err != nil {
			return err
		}
	}
}
