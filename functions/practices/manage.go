package main

import (
	"cmp"
	"context"
	"errors"
	"html/template"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/site"
)

var (
	mineTemplate   = page("mine")
	manageTemplate = page("manage")
	editTemplate   = page("edit")
)

// signedIn serves a page to those who signed in, and sends others to do that and come back. What it shows is kept by
// no cache.
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

// about serves a page about a practice to those who may do something with it.
func (s *service) about(a directory.Action, h func(http.ResponseWriter, *http.Request, visit, directory.Practice) error) gateway.Handler {
	return s.signedIn(func(w http.ResponseWriter, r *http.Request, v visit) error {
		p, done, err := s.own(w, r, v, a)
		if done || err != nil {
			return err
		}
		return h(w, r, v, p)
	})
}

// manage shows a page of management. None of these is for search engines.
func (s *service) manage(w http.ResponseWriter, r *http.Request, status int, t *site.Template, title string, v visit, data any) error {
	page := site.Page{Title: title, Path: "/beheer", NoIndex: true}
	return s.show(w, r, status, t, page, v, data)
}

// ownZones are the zones of which somebody may write a new practice.
func (v visit) ownZones() []directory.ZoneFacts {
	if v.who.Role == directory.RoleAdmin {
		return v.facts.Zones()
	}
	var list []directory.ZoneFacts
	for _, code := range v.who.Zones {
		if z, ok := v.facts.Zone(code); ok && v.who.May(directory.WritePractices, code) {
			list = append(list, z)
		}
	}
	return list
}

// row is a practice in the list of its police.
type row struct {
	Path, Title, Zone, State, Modified string
}

type mineData struct {
	Rows  []row
	Pager site.Pager
}

// minePage lists the practices that somebody may write, or says why there are none.
func (s *service) minePage(w http.ResponseWriter, r *http.Request, v visit) error {
	if !v.writes() {
		m := site.Message{Heading: "Goede praktijken schrijven", Links: []site.Entry{toAll, toSearch}}
		switch {
		case v.who.Access() == directory.AccessNoRight:
			m.Sentence = site.NoRight(v.who)
		case v.who.Role == directory.RoleSchool:
			m.Sentence = schoolNote
		default:
			m.Sentence, m.Mail = site.Unlinked, s.administrators
		}
		return s.manage(w, r, http.StatusForbidden, site.MessageTemplate, m.Heading, v, m)
	}
	mine, err := s.mine(r.Context(), v)
	if err != nil {
		return unavailable(err)
	}
	slices.SortFunc(mine, func(a, b directory.Practice) int {
		return cmp.Or(b.ModifiedAt.Compare(a.ModifiedAt), strings.Compare(a.Title, b.Title))
	})
	data := mineData{Pager: site.PagerOf(managementPath, url.Values{}, number(r.URL.Query().Get("page")), practicesPerPage, len(mine))}
	for _, p := range mine[data.Pager.From:data.Pager.To] {
		data.Rows = append(data.Rows, row{managementPath + "/" + p.Slug, p.Title, v.zoneWords(p.Zone), stateWords(p), site.Date(p.ModifiedAt)})
	}
	return s.manage(w, r, http.StatusOK, mineTemplate, data.Pager.Title("Mijn goede praktijken"), v, data)
}

// mine reads the practices that somebody may write: an administrator all, the police those of their zones and of the
// former zones that these stand for.
func (s *service) mine(ctx context.Context, v visit) (list []directory.Practice, err error) {
	if v.who.Role == directory.RoleAdmin {
		return collect(s.store.Practices(ctx), list)
	}
	var codes []directory.ZoneCode
	for _, zone := range v.who.Zones {
		codes = append(codes, v.facts.CodesOf(zone)...)
	}
	slices.Sort(codes)
	for _, code := range slices.Compact(codes) {
		if list, err = collect(s.store.PracticesOf(ctx, code), list); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// collect adds practices to a list, unless one of them cannot be read.
func collect(practices iter.Seq2[directory.Practice, error], list []directory.Practice) ([]directory.Practice, error) {
	for p, err := range practices {
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// manageData is the page of a practice for its police.
type manageData struct {
	Title, Path, Zone string
	State             string
	Version           int
	Draft, Withdrawn  bool
	Public            string // its public address; "" when nobody but its police reads it
	Done              string // Dutch: what was just done
	Warning           string // Dutch: why something was not done
	Summary           string
	HTML              template.HTML
	About             string
	Partners          []directory.Partner
	Modified          string
}

func (s *service) managePage(w http.ResponseWriter, r *http.Request, v visit, p directory.Practice) error {
	if r.Method == http.MethodPost {
		return s.turn(w, r, v, p)
	}
	done := map[string]string{
		"concept":      "Bewaard als concept. Alleen politie van deze zone ziet deze versie.",
		"gepubliceerd": "Gepubliceerd. Iedereen kan deze praktijk nu lezen.",
		"ingetrokken":  "Ingetrokken. Alleen politie van deze zone ziet deze praktijk nog. Je kan ze opnieuw publiceren.",
		"stond-er-al":  "Dit stond er al zo: er was niets meer te bewaren.",
	}[r.URL.Query().Get("gelukt")]
	return s.showManage(w, r, http.StatusOK, v, p, manageData{Done: done})
}

func (s *service) showManage(w http.ResponseWriter, r *http.Request, status int, v visit, p directory.Practice, data manageData) error {
	data.Title, data.Path, data.Zone = p.Title, managementPath+"/"+p.Slug, v.zoneWords(p.Zone)
	data.State, data.Version = stateWords(p), p.Version
	data.Draft, data.Withdrawn = p.Status == directory.PracticeDraft, p.Status == directory.PracticeWithdrawn
	data.Summary, data.HTML, data.About, data.Partners = p.Summary, template.HTML(p.HTML), aboutWords(p.Themes, p.Levels), p.Partners
	data.Modified = site.Moment(p.ModifiedAt)
	if _, ok := p.Public(); ok {
		data.Public = publicPath + "/" + p.Slug
	}
	title := p.Title
	switch {
	case data.Warning != "":
		title = "Niet gelukt · " + title
	case data.Done != "":
		title = "Gelukt · " + title
	}
	return s.manage(w, r, status, manageTemplate, title, v, data)
}

// turn publishes the version that stood on the page, or withdraws the practice.
func (s *service) turn(w http.ResponseWriter, r *http.Request, v visit, p directory.Practice) error {
	posted, err := readPost(w, r)
	if err != nil {
		return err
	}
	status, done := directory.PracticePublished, "gepubliceerd"
	if posted.Get("actie") == "intrekken" {
		status, done = directory.PracticeWithdrawn, "ingetrokken"
	}
	if p.Status == status { // the same click twice
		gateway.Redirect(w, r, managementPath+"/"+p.Slug+"?gelukt="+done, http.StatusSeeOther)
		return nil
	}
	moved := func(p directory.Practice) error {
		return s.showManage(w, r, http.StatusConflict, v, p, manageData{Warning: movedOn})
	}
	if number(posted.Get("versie")) != p.Version {
		return moved(p)
	}
	in := p.Input()
	in.Status = status
	html := p.HTML
	if status == directory.PracticePublished { // a draft may lack what readers need
		checked, checkedHTML, issues := check(in)
		if len(issues) > 0 {
			f := formOf(p)
			return s.showForm(w, r, http.StatusBadRequest, v, p, f, step{}, issues)
		}
		in, html = checked, checkedHTML
	}
	err = s.save(r, v, p, p.Saved(in, html, v.at), directory.Cause{Kind: directory.RevisionSaved}, nil)
	if errors.Is(err, dynamo.ErrStale) {
		if p, err = s.follow(r.Context(), p.Slug); err != nil {
			return err
		}
		return moved(p)
	}
	if err != nil {
		return err
	}
	gateway.Redirect(w, r, managementPath+"/"+p.Slug+"?gelukt="+done, http.StatusSeeOther)
	return nil
}

// step is what the form's page says beside the form.
type step struct {
	Heading   string
	Action    string // where the form goes
	Back      string // where one goes without saving
	Base      int
	Restored  int
	Notice    string // why one is here again
	SignIn    string // address to sign in, in another tab
	Said      string // what a button did
	Problems  []site.Problem
	Dirty     bool
	Seconds   int // until the session ends; 0 for unknown
	Edit      editView
	Preview   *preview
	Conflicts []difference
	By        string // who saved in between
}

type preview struct {
	Title, Summary, About string
	HTML                  template.HTML
}

func (v visit) zoneLabel(z directory.ZoneFacts) string {
	return directory.ZoneWords(z.Name, v.municipalities(z))
}

// showForm shows the form as it was filled in; st has what the page says beside it.
func (s *service) showForm(w http.ResponseWriter, r *http.Request, status int, v visit, p directory.Practice, f form, st step, issues []directory.Issue) error {
	st.Heading, st.Action, st.Back = "Nieuwe goede praktijk", managementPath+"/"+directory.ReservedSlug, managementPath
	if p.Slug != "" {
		st.Back = managementPath + "/" + p.Slug
		st.Heading, st.Action = "Goede praktijk aanpassen", st.Back+"/aanpassen"
	}
	st.Base, st.Restored, st.Dirty = f.base, f.restored, f.dirty
	st.Said = cmp.Or(st.Said, f.said)
	if !v.who.Expires.IsZero() {
		st.Seconds = max(1, int(v.who.Expires.Sub(v.at)/time.Second))
	}
	st.Problems = problemsOf(issues)
	st.Edit = newEditView(f, p, v.ownZones(), v.zoneLabel, issues)
	title := cmp.Or(strings.TrimSpace(f.in.Title), st.Heading)
	switch {
	case len(st.Problems) > 0:
		title = site.Count(len(st.Problems), "fout", "fouten") + " · " + title
	case len(st.Conflicts) > 0:
		title = "Iemand anders paste dit aan · " + title
	case st.SignIn != "":
		title = "Je bent afgemeld · " + title
	case st.Notice != "":
		title = "Niet bewaard · " + title
	case st.Said != "":
		title = st.Said + " · " + title
	case st.Preview != nil:
		title = "Voorbeeld · " + title
	}
	return s.manage(w, r, status, editTemplate, title, v, st)
}

// newPage shows the form of a new practice, and takes it.
func (s *service) newPage(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodPost {
		gateway.Cache(w, gateway.Private)
		return s.submit(w, r, "")
	}
	return s.signedIn(func(w http.ResponseWriter, r *http.Request, v visit) error {
		zones := v.ownZones()
		if len(zones) == 0 {
			return forbidden()
		}
		f := form{}
		if len(zones) == 1 {
			f.zone = zones[0].Code
		}
		return s.showForm(w, r, http.StatusOK, v, directory.Practice{}, f, step{}, nil)
	})(w, r)
}

// editPage shows the form of a practice, and takes it.
func (s *service) editPage(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodPost {
		gateway.Cache(w, gateway.Private)
		return s.submit(w, r, r.PathValue("slug"))
	}
	return s.about(directory.WritePractices, func(w http.ResponseWriter, r *http.Request, v visit, p directory.Practice) error {
		return s.showForm(w, r, http.StatusOK, v, p, formOf(p), step{}, nil)
	})(w, r)
}

// submit takes the form of the practice at an address, or with "" of a new one, whichever of its buttons was used.
// What was typed is in every answer but that of a form that cannot be read at all: also when the session ended, when
// the right went, when the practice moved, and when the store is down.
func (s *service) submit(w http.ResponseWriter, r *http.Request, slug string) error {
	posted, err := readPost(w, r)
	if err != nil {
		return err
	}
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	f := readForm(posted)
	// What stands for the practice on a page for those who may not see it, or while it cannot be read: its address.
	unseen := directory.Practice{Slug: slug, Version: f.base}
	if !v.who.SignedIn() {
		if f.action == "herstellen" {
			gateway.Redirect(w, r, "/aanmelden?"+url.Values{"terug": {managementPath + "/" + slug + "/geschiedenis"}}.Encode(), http.StatusSeeOther)
			return nil
		}
		return s.showForm(w, r, http.StatusUnauthorized, v, unseen, f, step{Notice: site.SignedOut, SignIn: "/aanmelden?" + url.Values{"terug": {managementPath}}.Encode()}, nil)
	}
	var p directory.Practice
	var allowed bool
	if slug == "" {
		zones := v.ownZones()
		if allowed = len(zones) > 0; len(zones) == 1 {
			f.zone = zones[0].Code
		}
	} else {
		p, err = s.follow(r.Context(), slug)
		if problem, ok := errors.AsType[*gateway.Problem](err); ok && problem.Status == http.StatusServiceUnavailable && f.action != "herstellen" {
			gateway.Warn(r.Context(), err)
			return s.showForm(w, r, problem.Status, v, unseen, f, step{Notice: site.NotSaved}, nil)
		}
		if err != nil {
			return err
		}
		allowed = v.may(directory.WritePractices, p.Zone)
	}
	switch {
	case !allowed && f.action == "herstellen":
		return forbidden()
	case !allowed:
		return s.showForm(w, r, http.StatusForbidden, v, unseen, f, step{Notice: notYours}, nil)
	case f.action == "partner", f.action == "partnerweg":
		return s.showForm(w, r, http.StatusOK, v, p, f, step{}, nil)
	case f.action == "herstellen":
		return s.restore(w, r, v, p, f)
	}
	f.tidy()
	err = s.proceed(w, r, v, p, f)
	if problem, ok := errors.AsType[*gateway.Problem](err); ok {
		switch problem.Status {
		case http.StatusServiceUnavailable:
			gateway.Warn(r.Context(), err)
			return s.showForm(w, r, problem.Status, v, p, f, step{Notice: site.NotSaved}, nil)
		case http.StatusConflict:
			if len(problem.Issues) > 0 {
				slug := cmp.Or(f.in.Slug, directory.NewSlug(f.in.Title))
				return s.showForm(w, r, problem.Status, v, p, f, step{}, []directory.Issue{{Field: "slug", Rule: directory.RuleSlugTaken,
					Message: "Dit webadres is of was van een andere praktijk. Kies een ander, bijvoorbeeld " + directory.NextSlug(slug) + "."}})
			}
			return s.showForm(w, r, problem.Status, v, p, f, step{Notice: problem.Dutch}, nil)
		}
	}
	return err
}

// restore fills the form with an older version, for somebody to save.
func (s *service) restore(w http.ResponseWriter, r *http.Request, v visit, p directory.Practice, f form) error {
	old, err := s.store.PracticeRevision(r.Context(), p.ID, f.restored, v.at)
	if errors.Is(err, dynamo.ErrNotFound) {
		return gateway.NotFound("The practice has no such version").InDutch("Deze versie bestaat niet.")
	}
	if err != nil {
		return unavailable(err)
	}
	restored := formOf(p)
	restored.in.PracticeText, restored.restored, restored.dirty = old.Text, f.restored, true
	return s.showForm(w, r, http.StatusOK, v, p, restored, step{Said: "Versie " + strconv.Itoa(f.restored) + " staat in het formulier. Er is nog niets bewaard: kijk het na en bewaar."}, nil)
}

// proceed checks the form, and shows a preview, asks about what somebody else changed, or saves.
func (s *service) proceed(w http.ResponseWriter, r *http.Request, v visit, p directory.Practice, f form) error {
	if f.in.Slug == "" && p.Version > 0 {
		f.in.Slug = p.Slug
	}
	checked, html, issues := check(f.in)
	if p.Version == 0 && !v.who.May(directory.WritePractices, f.zone) {
		issues = append(issues, directory.Issue{Field: "zone", Rule: directory.RuleRequired, Message: "Kies een politiezone waarvoor je mag schrijven."})
	}
	if f.action != "concept" && f.action != "publiceren" {
		if len(html) > 0 || strings.TrimSpace(f.in.Title+f.in.Summary) != "" {
			st := step{Preview: &preview{checked.Title, checked.Summary, aboutWords(checked.Themes, checked.Levels), template.HTML(html)}}
			return s.showForm(w, r, http.StatusOK, v, p, f, st, issues)
		}
		return s.showForm(w, r, http.StatusOK, v, p, f, step{Notice: "Schrijf eerst iets: er is nog niets om te tonen."}, nil)
	}
	if len(issues) > 0 {
		return s.showForm(w, r, http.StatusBadRequest, v, p, f, step{}, issues)
	}
	for {
		done := map[directory.PracticeStatus]string{directory.PracticeDraft: "concept", directory.PracticePublished: "gepubliceerd"}[checked.Status]
		next := p.Saved(checked, html, v.at)
		if f.base != p.Version {
			if same := len(directory.ChangedPracticeFields(p, next)) == 0 && p.Status == next.Status; same {
				gateway.Redirect(w, r, managementPath+"/"+p.Slug+"?gelukt="+done, http.StatusSeeOther) // the same click twice
				return nil
			}
			return s.conflict(w, r, v, p, f, next)
		}
		cause := directory.Cause{Kind: directory.RevisionSaved, Note: checked.Note}
		if p.Version == 0 {
			begun, err := s.newPractice(f.zone)
			if err != nil {
				return err
			}
			p = begun
			next = p.Saved(checked, html, v.at)
		} else if f.restored > 0 {
			old, err := s.store.PracticeRevision(r.Context(), p.ID, f.restored, v.at)
			if err != nil && !errors.Is(err, dynamo.ErrNotFound) {
				return unavailable(err)
			}
			was := directory.Practice{Slug: next.Slug, PracticeText: old.Text}
			if err == nil && len(directory.ChangedPracticeFields(was, next)) == 0 { // nothing else came into the form
				cause.Kind, cause.Restored = directory.RevisionRestored, f.restored
			}
		}
		err := s.save(r, v, p, next, cause, nil)
		if errors.Is(err, dynamo.ErrStale) {
			if p, err = s.follow(r.Context(), p.Slug); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		gateway.Redirect(w, r, managementPath+"/"+next.Slug+"?gelukt="+done, http.StatusSeeOther)
		return nil
	}
}

// difference is a field in which what somebody else saved and what one wrote disagree.
type difference struct {
	Label, Theirs string
	Long          bool   // a text of several lines
	Who           string // Dutch: who changed it
}

// conflict shows the form with what one wrote, and beside it what somebody else saved since. A field that only the
// other changed holds theirs already. Saving from there is made from the newest version.
func (s *service) conflict(w http.ResponseWriter, r *http.Request, v visit, p directory.Practice, f form, yours directory.Practice) error {
	base, known := directory.Practice{}, false
	if old, err := s.store.PracticeRevision(r.Context(), p.ID, f.base, v.at); err == nil {
		base, known = directory.Practice{Slug: old.Slug, PracticeText: old.Text}, true
	} else if !errors.Is(err, dynamo.ErrNotFound) {
		return unavailable(err)
	}
	st := step{Notice: conflictNote}
	for _, field := range directory.ChangedPracticeFields(p, yours) {
		d := difference{Label: directory.PracticeFieldLabel(field), Theirs: fieldWords(p, field), Long: field == "markdown", Who: "Jullie pasten dit allebei aan. In het formulier staat wat jij schreef."}
		switch {
		case known && !slices.Contains(directory.ChangedPracticeFields(base, p), field):
			continue // only you changed it, and it stands in the form
		case known && !slices.Contains(directory.ChangedPracticeFields(base, yours), field):
			d.Who = "Alleen de ander paste dit aan. Het staat zo in het formulier."
			f.in = withField(f.in, p, field)
		}
		st.Conflicts = append(st.Conflicts, d)
	}
	if p.Status != yours.Status && len(st.Conflicts) == 0 {
		st.Conflicts = append(st.Conflicts, difference{Label: "Toestand", Theirs: site.Upper(stateWords(p)), Who: "De ander bewaarde zonder iets te veranderen dat jij veranderde."})
	}
	if len(st.Conflicts) == 0 {
		st.Conflicts = []difference{{Label: "Versie " + strconv.Itoa(p.Version), Theirs: "De ander veranderde niets dat jij ook veranderde.", Who: "Jouw tekst staat in het formulier."}}
	}
	if latest, err := s.store.PracticeRevision(r.Context(), p.ID, p.Version, v.at); err == nil {
		st.By = whoWords(latest) + ", " + site.Moment(latest.At)
	} else if !errors.Is(err, dynamo.ErrNotFound) {
		return unavailable(err)
	}
	f.base, f.restored = p.Version, 0
	return s.showForm(w, r, http.StatusConflict, v, p, f, st, nil)
}

// withField is an input with one field as a practice has it.
func withField(in directory.PracticeInput, p directory.Practice, field string) directory.PracticeInput {
	switch field {
	case "title":
		in.Title = p.Title
	case "summary":
		in.Summary = p.Summary
	case "themes":
		in.Themes = p.Themes
	case "levels":
		in.Levels = p.Levels
	case "partners":
		in.Partners = p.Partners
	case "markdown":
		in.Markdown = p.Markdown
	case "slug":
		in.Slug = p.Slug
	}
	return in
}
