package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/site"
)

// organisationStore keeps the table of organisations; *dynamo.Store does.
type organisationStore interface {
	Organisations(context.Context) (directory.Organisations, error)
	SaveOrganisations(ctx context.Context, table directory.Organisations, repeat *dynamo.Repeat, now time.Time) error
}

// organisations answers GET and PUT of the table as JSON, for administrators.
func (s *service) organisations(w http.ResponseWriter, r *http.Request) error {
	gateway.Cache(w, gateway.Private)
	v, err := s.caller(r)
	switch {
	case err != nil:
		return err
	case !v.who.May(directory.ManageOrganisations, ""):
		return gateway.MissingPermission("Only administrators may do this")
	case r.Method == http.MethodPut:
		return s.write(w, r, v.who, v.at, &organisationsDraft{s: s, facts: v.facts, at: v.at})
	}
	if _, err := gateway.Params(r); err != nil {
		return err
	}
	table, err := s.store.Organisations(r.Context())
	if err != nil {
		return unavailable(err)
	}
	gateway.SetVersion(w, table.Version)
	return gateway.WriteJSON(w, r, http.StatusOK, toldOrganisations(r, table))
}

// toldOrganisations is the table as JSON.
func toldOrganisations(r *http.Request, table directory.Organisations) any {
	items := table.Items
	if items == nil {
		items = []directory.Organisation{}
	}
	return struct {
		Self    string                   `json:"self"`
		Total   int                      `json:"total"`
		Version int                      `json:"version"`
		Items   []directory.Organisation `json:"items"`
	}{gateway.Link(r, r.URL.Path), len(items), table.Version, items}
}

// organisationMembers are what GET gives beside items, and PUT takes back without reading it.
var organisationMembers = map[string][]string{"": {"self", "total", "version"}}

// organisationsDraft is the whole table, which is written at once.
type organisationsDraft struct {
	directory.Organisations
	s     *service
	facts *facts.Facts
	at    time.Time
}

func (d *organisationsDraft) load(ctx context.Context) (err error) {
	d.Organisations, err = d.s.store.Organisations(ctx)
	return unavailable(err)
}

func (d *organisationsDraft) version() int { return d.Version }

func (d *organisationsDraft) next(_ context.Context, body []byte) error {
	var in struct {
		Items []directory.Organisation `json:"items"`
	}
	if err := gateway.DecodeJSON(body, &in, organisationMembers); err != nil {
		return err
	}
	if in.Items == nil {
		return gateway.BadBody("items", "The member is required: an empty list is a table of nobody")
	}
	items, issues := directory.CheckOrganisations(in.Items, ofToday(d.facts))
	if len(issues) > 0 {
		return gateway.BadRequest("The table cannot be saved like this", told(issues)...)
	}
	d.Organisations = directory.Organisations{Version: d.Version + 1, Items: items}
	return nil
}

func (d *organisationsDraft) shown(r *http.Request) any { return toldOrganisations(r, d.Organisations) }

func (d *organisationsDraft) save(ctx context.Context, repeat *dynamo.Repeat) error {
	return unavailable(d.s.store.SaveOrganisations(ctx, d.Organisations, repeat, d.at))
}

// ofToday tells whether a zone is one of today.
func ofToday(f *facts.Facts) func(directory.ZoneCode) bool {
	return func(code directory.ZoneCode) bool {
		_, ok := f.Zone(code)
		return ok
	}
}

//go:embed organisations.gohtml
var organisationFiles embed.FS

var organisationsTemplate = site.NewForm(organisationFiles, nil, "organisations.gohtml")

// organisationsView is the page with the table of organisations.
type organisationsView struct {
	Version int // that the rows were made from
	Rows    []organisationRow
	Errors  []organisationError
	Notice  string // Dutch: why nothing was saved
	SignIn  string // address to sign in; "" where that does not help
	Saved   bool
	Current []directory.Organisation // what somebody else saved meanwhile
}

type organisationRow struct {
	Number, Name, Zones                string
	NumberError, NameError, ZonesError string
}

type organisationError struct{ Anchor, Where, Message string }

// emptyRows are for what is to be added.
const emptyRows = 3

// organisationsPage shows the table in a form, and saves it.
func (s *service) organisationsPage(w http.ResponseWriter, r *http.Request) error {
	gateway.Cache(w, gateway.Private)
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	show := func(status int, view organisationsView) error {
		for range emptyRows {
			view.Rows = append(view.Rows, organisationRow{})
		}
		title := "Organisaties"
		if n := len(view.Errors); n > 0 {
			title = site.Count(n, "fout", "fouten") + " · " + title
		}
		return s.show(w, r, status, organisationsTemplate, title, v, view)
	}
	if r.Method != http.MethodPost {
		switch {
		case !v.who.SignedIn():
			gateway.Redirect(w, r, site.SignIn(r), http.StatusSeeOther)
			return nil
		case !v.who.May(directory.ManageOrganisations, ""):
			return gateway.MissingPermission("Only administrators may do this").InDutch(onlyAdmins)
		}
		stored, err := s.store.Organisations(r.Context())
		if err != nil {
			return unavailable(err)
		}
		view := organisationsView{Version: stored.Version, Saved: r.URL.Query().Has("bewaard")}
		for _, o := range stored.Items {
			view.Rows = append(view.Rows, organisationRow{Number: string(o.Number), Name: o.Name, Zones: joined(o.Zones)})
		}
		return show(http.StatusOK, view)
	}

	// What was typed is in every answer but that of a form that cannot be read.
	in, view, err := typedOrganisations(r)
	if err != nil {
		return err
	}
	switch {
	case !v.who.SignedIn():
		view.Notice, view.SignIn = site.SignedOut, site.SignIn(r)
		return show(http.StatusUnauthorized, view)
	case !v.who.May(directory.ManageOrganisations, ""):
		view.Notice = onlyAdmins
		return show(http.StatusForbidden, view)
	}
	newer, issues, err := s.saveOrganisations(r.Context(), v, view.Version, in)
	problem, isProblem := errors.AsType[*gateway.Problem](err)
	switch {
	case isProblem && problem.Status == http.StatusServiceUnavailable:
		gateway.Warn(r.Context(), err)
		view.Notice = site.NotSaved
		return show(http.StatusServiceUnavailable, view)
	case err != nil:
		return err
	case len(issues) > 0:
		view.mark(issues)
		return show(http.StatusBadRequest, view)
	case newer != nil:
		view.Version, view.Current = newer.Version, newer.Items
		view.Notice = "Iemand anders paste deze lijst intussen aan. Onderaan staat wat nu bewaard is; hier staat nog wat jij typte. Neem over wat moet blijven en bewaar dan opnieuw."
		return show(http.StatusConflict, view)
	}
	gateway.Redirect(w, r, "/beheer/organisaties?bewaard", http.StatusSeeOther)
	return nil
}

// saveOrganisations saves the table that was made from a version, unless something is wrong with it or somebody saved a
// newer one, which it then gives.
func (s *service) saveOrganisations(ctx context.Context, v visit, from int, in []directory.Organisation) (newer *directory.Organisations, issues []directory.Issue, err error) {
	stored, err := s.store.Organisations(ctx)
	if err != nil {
		return nil, nil, unavailable(err)
	}
	if stored.Version != from {
		return &stored, nil, nil
	}
	items, issues := directory.CheckOrganisations(in, ofToday(v.facts))
	if len(issues) > 0 {
		return nil, issues, nil
	}
	err = s.store.SaveOrganisations(ctx, directory.Organisations{Version: stored.Version + 1, Items: items}, nil, v.at)
	if errors.Is(err, dynamo.ErrStale) {
		stored, err = s.store.Organisations(ctx)
		newer = &stored
	}
	return newer, nil, unavailable(err)
}

// typedOrganisations reads the form. A row with nothing in it is none: that is how one is taken away.
func typedOrganisations(r *http.Request) ([]directory.Organisation, organisationsView, error) {
	r.Body = http.MaxBytesReader(nil, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		return nil, organisationsView{}, gateway.BadRequest("The form cannot be read").InDutch("Dit formulier kunnen we niet lezen. Er is niets bewaard.")
	}
	var view organisationsView
	view.Version, _ = strconv.Atoi(r.PostForm.Get("versie")) // a version that is none is stale
	numbers, names, zones := r.PostForm["nummer"], r.PostForm["naam"], r.PostForm["zones"]
	var in []directory.Organisation
	for i := range min(len(numbers), len(names), len(zones)) {
		row := organisationRow{Number: strings.TrimSpace(numbers[i]), Name: strings.TrimSpace(names[i]), Zones: strings.TrimSpace(zones[i])}
		if row == (organisationRow{}) {
			continue
		}
		o := directory.Organisation{Number: directory.CompanyNumber(row.Number), Name: row.Name}
		for _, code := range strings.FieldsFunc(row.Zones, func(c rune) bool { return c == ',' || c == ';' || c == ' ' }) {
			o.Zones = append(o.Zones, directory.ZoneCode(code))
		}
		in, view.Rows = append(in, o), append(view.Rows, row)
	}
	return in, view, nil
}

// mark says at each field what is wrong with it, and above the form in a list.
func (v *organisationsView) mark(issues []directory.Issue) {
	for _, issue := range issues {
		var row int
		var member string
		if _, err := fmt.Sscanf(strings.NewReplacer("[", " ", "].", " ").Replace(issue.Field), "items %d %s", &row, &member); err != nil || row >= len(v.Rows) {
			v.Errors = append(v.Errors, organisationError{"lijst", "De hele lijst", issue.Message})
			continue
		}
		at, what := &v.Rows[row], "Zones"
		switch member {
		case "number":
			at.NumberError, what = issue.Message, "Ondernemingsnummer"
		case "name":
			at.NameError, what = issue.Message, "Naam"
		default:
			at.ZonesError = issue.Message
		}
		v.Errors = append(v.Errors, organisationError{fmt.Sprintf("%s-%d", member, row), fmt.Sprintf("Rij %d, %s", row+1, what), issue.Message})
	}
}

func joined(codes []directory.ZoneCode) string {
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = string(c)
	}
	return strings.Join(words, ", ")
}

// Position is the row's number as people count.
func (organisationRow) Position(i int) int { return i + 1 }
