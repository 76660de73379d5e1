package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/filling"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/site"
)

var territoryTemplate = page("territory")

const (
	territoryTitle = "Wijzigingen van zones en gemeenten"
	territoryPath  = managementPath + "/invoer/gebied"
)

// territoryView is the page of territory changes in each of its states.
type territoryView struct {
	Heading  string
	Problems []problem
	Notice   string       // Dutch: why nothing was done with what was typed
	SignIn   string       // address to sign in; "" where that does not help
	Rows     string       // that were typed, or read from a file
	RowsBad  bool         // something is wrong with them
	Preview  []changeView // of what they would do
	Steps    string       // the same rows, for the button that applies them
	Done     string       // Dutch: what was just done
	Ask      *changeView  // to be withdrawn, when that is said once more
	Upcoming []changeView
	Past     []changeView
}

// changeView is a change in words.
type changeView struct {
	Number  int
	Date    string
	Effects []string
	Loaded  string
	State   string // Dutch, of one that was withdrawn
}

// viewOf tells a change in words.
func viewOf(list directory.TerritoryChanges, c directory.TerritoryChange, name func(string) string) changeView {
	view := changeView{Number: c.Number, Date: site.Day(string(c.Date)), Effects: effects(c, name)}
	by := func(withdrawn bool) string {
		if who := list.By(c.Number, withdrawn); who != "" {
			return " door " + who
		}
		return ""
	}
	view.Loaded = "Opgeladen op " + site.Moment(c.LoadedAt) + by(false) + "."
	if c.WithdrawnAt != nil {
		view.State = "Ingetrokken op " + site.Moment(*c.WithdrawnAt) + by(true) + "."
	}
	return view
}

// effects says in Dutch what a change does, zone by zone and municipality by municipality.
func effects(c directory.TerritoryChange, name func(string) string) []string {
	of := func(code string) string {
		if n := name(code); n != "" {
			return n + " (" + code + ")"
		}
		return code
	}
	begins := func(code string) bool {
		return slices.ContainsFunc(c.Steps, func(s directory.TerritoryStep) bool { return s.To == code && s.Name != "" })
	}
	var words []string
	var merged []directory.NIS
	for _, m := range c.Moves {
		if m.From != m.To && !slices.Contains(merged, m.To) {
			merged = append(merged, m.To)
			var parts []string
			for _, o := range c.Moves {
				if o.To == m.To && o.From != o.To {
					parts = append(parts, of(o.From.String()))
				}
			}
			into := "Gemeente " + of(m.To.String()) + " neemt " + directory.AndWords(parts) + " op."
			if begins(m.To.String()) {
				into = "Nieuwe gemeente " + of(m.To.String()) + ", uit " + directory.AndWords(parts) + "."
			}
			words = append(words, into)
		}
	}
	var to []directory.ZoneCode
	for _, m := range c.Moves {
		if m.FromZone != m.ToZone && !slices.Contains(to, m.ToZone) {
			to = append(to, m.ToZone)
		}
	}
	for _, zone := range to {
		var from []string
		for _, p := range c.Predecessors {
			var towns []string
			for _, m := range c.Moves {
				if town := name(m.To.String()); m.ToZone == zone && m.FromZone == p.Code && m.FromZone != m.ToZone && !slices.Contains(towns, town) {
					towns = append(towns, town)
				}
			}
			if len(towns) > 0 {
				from = append(from, directory.AndWords(towns)+" van politiezone "+of(string(p.Code)))
			}
		}
		verb := "Politiezone " + of(string(zone)) + " krijgt "
		if begins(string(zone)) {
			verb = "Nieuwe politiezone " + of(string(zone)) + " met "
		}
		words = append(words, verb+strings.Join(from, "; ")+".")
	}
	for _, code := range c.Ends {
		words = append(words, "Politiezone "+of(string(code))+" houdt op. Haar code en naam blijven doorverwijzen, en haar aanspreekpunten gelden voor haar gemeenten tot de nieuwe zone beslist.")
		var into []directory.ZoneCode
		for _, m := range c.Moves {
			if m.FromZone == code && !slices.Contains(into, m.ToZone) {
				into = append(into, m.ToZone)
			}
		}
		if len(into) == 1 {
			words = append(words, "Wie politiezone "+of(string(code))+" beheert, beheert dan politiezone "+of(string(into[0]))+".")
		} else {
			words = append(words, "Wie politiezone "+of(string(code))+" beheert, beheert dan geen van haar opvolgers, tot je organisaties en rechten aanpast.")
		}
	}
	return words
}

// territoryPage shows the changes of the territory, checks and loads new ones, and withdraws them.
func (s *service) territoryPage(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodPost {
		return s.territoryPosted(w, r)
	}
	return s.signedIn(s.territoryShown)(w, r)
}

func (s *service) territoryShown(w http.ResponseWriter, r *http.Request, v visit) error {
	if !v.who.May(directory.ManageReferenceData, "") {
		return gateway.MissingPermission("Only administrators may do this").InDutch(onlyAdmins)
	}
	if r.URL.Query().Get("sjabloon") == "csv" {
		return download(w, "wijzigingen-zones.csv", csvType+"; charset=utf-8", []byte("\ufeff"+territoryHeader+"\r\n"))
	}
	view := territoryView{Heading: territoryTitle}
	switch r.URL.Query().Get("gelukt") {
	case "opgeladen":
		view.Done = "Opgeladen. Vanaf de datum antwoordt de site met het nieuwe gebied. Tot dan verandert er niets."
	case "geldt":
		view.Done = "Opgeladen. De wijziging geldt binnen enkele seconden."
	case "stond-er-al":
		view.Done = "Deze wijziging stond er al."
	case "ingetrokken":
		view.Done = "Ingetrokken. De wijziging gaat niet door."
	}
	return s.showTerritory(w, r, http.StatusOK, v, view)
}

const territoryHeader = "Datum;Van;Naar;Naam;Telefoon;E-mail;Website"

// showTerritory shows the page with every change that was loaded; a page with a notice has only what was typed.
func (s *service) showTerritory(w http.ResponseWriter, r *http.Request, status int, v visit, view territoryView) error {
	if view.Notice != "" {
		state := "Niet bewaard"
		if view.SignIn != "" {
			state = "Je bent afgemeld"
		}
		return s.show(w, r, status, territoryTemplate, state+" · "+view.Heading, v, view)
	}
	list, err := s.store.TerritoryChanges(r.Context(), v.at)
	if err != nil {
		return unavailable(err)
	}
	name := territoryNames(v.facts, list.Items)
	items := slices.Clone(list.Items)
	slices.SortStableFunc(items, func(a, b directory.TerritoryChange) int { return strings.Compare(string(a.Date), string(b.Date)) })
	for _, c := range items {
		if stateOf(c, v.at) == "upcoming" {
			view.Upcoming = append(view.Upcoming, viewOf(list, c, name))
		} else {
			view.Past = append([]changeView{viewOf(list, c, name)}, view.Past...)
		}
	}
	view.RowsBad = len(view.Problems) > 0
	title := view.Heading
	if n := len(view.Problems); n > 0 {
		title = site.Count(n, "fout", "fouten") + " · " + title
	}
	return s.show(w, r, status, territoryTemplate, title, v, view)
}

// territoryForm is what the form was sent with.
type territoryForm struct {
	action, which string // which: the number of a change
	rows          string // as they were typed, or those that were checked
	steps         []directory.TerritoryStep
	file          []byte
	refused       string // Dutch: why there is nothing to go on with
	status        int    // when it is refused
}

// readTerritoryForm reads the form: rows or a file to check, rows to apply, or a change to withdraw.
func readTerritoryForm(r *http.Request) (f territoryForm, err error) {
	r.Body = http.MaxBytesReader(nil, r.Body, filling.MaxFile+64<<10)
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if media == "multipart/form-data" {
		err = r.ParseMultipartForm(filling.MaxFile)
		if file, _, fileErr := r.FormFile("bestand"); err == nil && fileErr == nil {
			defer file.Close()
			f.file, err = io.ReadAll(file)
		}
	} else {
		err = r.ParseForm()
	}
	f.rows = r.PostForm.Get("rijen")
	if _, huge := errors.AsType[*http.MaxBytesError](err); huge {
		f.refused, f.status = "Dit bestand is te groot. 2 MB is het meeste.", http.StatusRequestEntityTooLarge
		return f, nil
	}
	if err != nil {
		return f, gateway.BadRequest("The form cannot be read").InDutch("Dit formulier kunnen we niet lezen. Er is niets bewaard.")
	}
	f.action, f.which, _ = strings.Cut(r.PostForm.Get("actie"), ":")
	if f.action == "toepassen" {
		if err := json.Unmarshal([]byte(r.PostForm.Get("stappen")), &f.steps); err != nil {
			f.refused, f.status = "Plak eerst rijen of kies een bestand.", http.StatusBadRequest
			return f, nil
		}
		f.rows = rowsWords(f.steps)
	}
	return f, nil
}

// territoryPosted takes the form. What was typed is in every answer but that of a form that cannot be read at all: also
// when the session ended, when the right went, and when the store or refdata is down.
func (s *service) territoryPosted(w http.ResponseWriter, r *http.Request) error {
	gateway.Cache(w, gateway.Private)
	f, err := readTerritoryForm(r)
	if err != nil {
		return err
	}
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	view := territoryView{Heading: territoryTitle, Rows: f.rows}
	withdraws := f.action == "intrekken" || f.action == "zeker"
	switch {
	case !v.who.SignedIn() && withdraws:
		gateway.Redirect(w, r, site.SignIn(r), http.StatusSeeOther)
		return nil
	case !v.who.SignedIn():
		view.Notice, view.SignIn = site.SignedOut, site.SignIn(r)
		return s.showTerritory(w, r, http.StatusUnauthorized, v, view)
	case !v.who.May(directory.ManageReferenceData, "") && withdraws:
		return gateway.MissingPermission("Only administrators may do this").InDutch(onlyAdmins)
	case !v.who.May(directory.ManageReferenceData, ""):
		view.Notice = onlyAdmins
		return s.showTerritory(w, r, http.StatusForbidden, v, view)
	case withdraws:
		return s.territoryWithdrawn(w, r, v, view, number(f.which), f.action == "zeker")
	}
	err = s.territoryTyped(w, r, v, f)
	if p, ok := errors.AsType[*gateway.Problem](err); ok && p.Status == http.StatusServiceUnavailable {
		gateway.Warn(r.Context(), err)
		view.Notice = notLoaded
		return s.showTerritory(w, r, http.StatusServiceUnavailable, v, view)
	}
	return err
}

// territoryTyped checks rows and shows what they would do, or loads those that were checked.
func (s *service) territoryTyped(w http.ResponseWriter, r *http.Request, v visit, f territoryForm) error {
	view := territoryView{Heading: territoryTitle, Rows: f.rows}
	refuse := func(status int, why string) error {
		view.Problems = []problem{{Anchor: "rijen", Where: "Rijen", Message: why}}
		return s.showTerritory(w, r, status, v, view)
	}
	if f.refused != "" {
		return refuse(f.status, f.refused)
	}
	apply := f.action == "toepassen"
	steps := f.steps
	if !apply {
		data := f.file
		if len(data) == 0 {
			data = []byte(f.rows)
		}
		read, err := s.collector.collect(r.Context(), collect{Action: "readTerritory", Time: v.at, File: data})
		if err != nil {
			return gateway.Unavailable(err)
		}
		if read.Refused != "" {
			return refuse(http.StatusBadRequest, read.Refused)
		}
		steps = read.Steps
	}
	view.Rows = rowsWords(steps)
	answer, issues, err := s.changeTerritory(r.Context(), v, steps, apply, nil)
	if err != nil {
		return err
	}
	if len(issues) > 0 {
		for _, issue := range issues {
			view.Problems = append(view.Problems, problem{Anchor: "rijen", Where: whereInRows(issue.Field), Message: issue.Message})
		}
		return s.showTerritory(w, r, http.StatusBadRequest, v, view)
	}
	if apply {
		done := "opgeladen"
		switch {
		case answer.Outcome == "unchanged":
			done = "stond-er-al"
		case !slices.ContainsFunc(answer.Changes, func(c directory.TerritoryChange) bool { return stateOf(c, v.at) == "upcoming" }):
			done = "geldt"
		}
		gateway.Redirect(w, r, territoryPath+"?gelukt="+done, http.StatusSeeOther)
		return nil
	}
	list, err := s.store.TerritoryChanges(r.Context(), v.at)
	if err != nil {
		return unavailable(err)
	}
	name := territoryNames(v.facts, append(slices.Clone(list.Items), answer.Changes...))
	for _, c := range answer.Changes {
		view.Preview = append(view.Preview, viewOf(list, c, name))
	}
	checked, err := json.Marshal(steps)
	if err != nil {
		return err
	}
	view.Heading, view.Steps = "Voorbeeld: nog niets is bewaard", string(checked)
	return s.showTerritory(w, r, http.StatusOK, v, view)
}

// territoryWithdrawn asks whether a change is to be withdrawn, and does it when that is sure.
func (s *service) territoryWithdrawn(w http.ResponseWriter, r *http.Request, v visit, view territoryView, number int, sure bool) error {
	list, err := s.store.TerritoryChanges(r.Context(), v.at)
	if err != nil {
		return unavailable(err)
	}
	change, ok := list.Find(number)
	if !ok {
		return gateway.NotFound("No change of the territory has this number").InDutch("Deze wijziging bestaat niet.")
	}
	answer, err := s.withdraw(r.Context(), v, number, sure)
	if err != nil {
		return err
	}
	if len(answer.Issues) > 0 {
		for _, issue := range answer.Issues {
			view.Problems = append(view.Problems, problem{Anchor: fmt.Sprintf("wijziging-%d", number), Where: "Wijziging van " + site.Day(string(change.Date)), Message: issue.Message})
		}
		return s.showTerritory(w, r, http.StatusConflict, v, view)
	}
	if sure {
		gateway.Redirect(w, r, territoryPath+"?gelukt=ingetrokken", http.StatusSeeOther)
		return nil
	}
	view.Heading = "Deze wijziging intrekken?"
	ask := viewOf(list, change, territoryNames(v.facts, list.Items))
	view.Ask = &ask
	return s.showTerritory(w, r, http.StatusOK, v, view)
}

// rowsWords writes steps as the rows of a file.
func rowsWords(steps []directory.TerritoryStep) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma = ';'
	columns := strings.Split(territoryHeader, ";")
	rows := [][]string{columns}
	for _, s := range steps {
		rows = append(rows, []string{string(s.Date), s.From, s.To, s.Name, s.Phone, s.Email, s.Website})
	}
	contact := slices.ContainsFunc(steps, func(s directory.TerritoryStep) bool { return s.Phone+s.Email+s.Website != "" })
	for _, row := range rows {
		if !contact {
			row = row[:4]
		}
		_ = w.Write(row) // to memory
	}
	w.Flush()
	return b.String()
}

// whereInRows says in Dutch which row and column an issue is about.
func whereInRows(field string) string {
	var step int
	if _, err := fmt.Sscanf(field, "steps[%d]", &step); err != nil {
		return "Alles samen"
	}
	_, member, _ := strings.Cut(field, "].")
	columns := map[string]string{"date": "Datum", "from": "Van", "to": "Naar", "name": "Naam", "phone": "Telefoon", "email": "E-mail", "website": "Website"}
	return fmt.Sprintf("Rij %d, %s", step+2, columns[member])
}
