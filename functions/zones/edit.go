package main

import (
	"cmp"
	"context"
	"errors"
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

// stale tells whether somebody saved since the zone was read.
func stale(err error) bool { return errors.Is(err, dynamo.ErrStale) }

// base is the version from which somebody began, and whether it is known.
func (s *service) base(ctx context.Context, z zone, version int) (directory.Profile, bool, error) {
	if version == 0 {
		return directory.ProfileOfFacts(z.ZoneFacts), true, nil
	}
	r, err := s.store.Revision(ctx, z.Code, version, z.at)
	if errors.Is(err, dynamo.ErrNotFound) {
		return directory.Profile{}, false, nil
	}
	return r.Profile, err == nil && !r.Forgotten, unavailable(err)
}

// onlyConfirmed tells whether nothing but confirmations came since a version. The kinds of the versions tell it even
// when what the version held of persons is forgotten.
func (s *service) onlyConfirmed(ctx context.Context, z zone, since int) (bool, error) {
	between := z.profile.Version - since
	if since < 1 || between < 1 || between > rowsPerPage {
		return false, nil
	}
	found, _, err := s.store.Revisions(ctx, z.Code, z.profile.Version+1, between, z.at)
	if err != nil {
		return false, unavailable(err)
	}
	return len(found) == between && !slices.ContainsFunc(found, func(r directory.Revision) bool { return r.Kind != directory.RevisionConfirmed }), nil
}

// readPost reads a form. Nobody's browser sends one that is too large or broken.
func readPost(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, largestForm)
	if err := r.ParseForm(); err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, gateway.PayloadTooLarge(largestForm).InDutch("Dit formulier is te groot om te bewaren. Maak de teksten korter.")
		}
		return nil, gateway.BadRequest("The form cannot be read").InDutch("We kunnen dit formulier niet lezen. Er is niets veranderd.")
	}
	return r.PostForm, nil
}

// step is a page on the way to a save. All of them carry the whole zone.
type saveStep struct {
	Code      directory.ZoneCode
	Path      string // of the zone's page
	Action    string // where the form goes
	Name      string
	Heading   string
	Former    string // Dutch: the zones of before whose points the zone shows until it saves
	Base      int
	Restored  int
	Hidden    []field
	Notice    string // why one is here again
	SignIn    string // address to sign in, in another tab
	Said      string // what a button did
	Problems  []problem
	Dirty     bool
	Seconds   int // until the session ends; 0 for unknown
	Edit      editView
	Changes   []directory.Change
	Going     []directory.PublicValue
	Question  string
	GoingBad  string
	Note      control
	Assured   bool
	CanAssure bool
	Rows      []choiceRow
	Current   int
	By        string // who saved in between
	Next      string // Dutch: where the choices lead; "" for the summary
}

// choiceRow is a field in which two versions disagree.
type choiceRow struct {
	ID, Name, Label, Error string
	Theirs, Yours          []directory.Shown
	Who                    string // Dutch: who changed it
	Chosen                 string // "hun", "mijn" or ""
}

// step begins a page for a form.
func (z zone) step(f form) saveStep {
	st := saveStep{Code: z.Code, Path: z.path(), Action: z.path() + "/aanpassen", Name: "Politiezone " + z.Name,
		Former: formerWords(z), Base: f.base, Restored: f.restored, Dirty: f.dirty, Assured: f.in.Assured}
	if !z.who.Expires.IsZero() {
		st.Seconds = max(1, int(z.who.Expires.Sub(z.at)/time.Second))
	}
	return st
}

// hidden are the fields that a page carries along; what it asks itself is left out.
func hidden(in directory.ZoneInput, asked ...string) []field {
	return slices.DeleteFunc(fields(in), func(f field) bool { return slices.Contains(asked, f.Name) })
}

// editPage shows the form of a zone, and takes it.
func (s *service) editPage(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodPost {
		gateway.Cache(w, gateway.Private)
		return s.submit(w, r)
	}
	return s.aboutZone(directory.ChangeZone, func(w http.ResponseWriter, r *http.Request, z zone) error {
		return s.showForm(w, r, http.StatusOK, z, form{in: z.profile.Input(), base: z.profile.Version}, saveStep{}, nil, "")
	})(w, r)
}

// showForm shows the form as it was filled in. extra has what the page says beside it.
func (s *service) showForm(w http.ResponseWriter, r *http.Request, status int, z zone, f form, extra saveStep, issues []directory.Issue, focus string) error {
	st := z.step(f)
	st.Notice, st.SignIn, st.Said = extra.Notice, extra.SignIn, extra.Said
	st.Heading = st.Name + " aanpassen"
	st.Hidden = slices.DeleteFunc(fields(f.in), func(f field) bool { return f.Name != "note" && f.Name != "assured" })
	st.Problems = problemsOf(f.in, issues)
	st.Edit = newEditView(z, f.in, issues, focus)
	title := "Aanpassen · " + st.Name
	switch {
	case len(st.Problems) > 0:
		title = site.Count(len(st.Problems), "fout", "fouten") + " · " + title
	case st.Said != "":
		title = st.Said + " · " + title
	case st.SignIn != "":
		title = "Je bent afgemeld · " + title
	case st.Notice != "":
		title = "Niet bewaard · " + title
	}
	return s.show(w, r, status, editTemplate, title, z.visit(), st)
}

// submit takes the form of a zone, whichever of its buttons was used. What was typed is in every answer but that of
// a form that cannot be read at all: also when the session ended, when the right went, and when the store is down.
func (s *service) submit(w http.ResponseWriter, r *http.Request) error {
	posted, err := readPost(w, r)
	if err != nil {
		return err
	}
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	facts, ok := v.facts.Zone(directory.ZoneCode(r.PathValue("code")))
	if !ok {
		_, err := s.zoneOf(v.facts, v.who, directory.ChangeZone, r.PathValue("code"))
		if err == nil {
			err = gateway.NotFound("No such zone")
		}
		return err
	}
	// Nothing is read of the zone for those who may not: their page holds what they sent and public facts.
	z := zone{ZoneFacts: facts, facts: v.facts, who: v.who, at: v.at}
	f := readForm(posted)
	z.findSchools(&f.in)
	switch {
	case !v.who.SignedIn() && f.action == "herstellen":
		gateway.Redirect(w, r, "/aanmelden?"+url.Values{"terug": {z.path() + "/geschiedenis"}}.Encode(), http.StatusSeeOther)
		return nil
	case !v.who.SignedIn():
		return s.showForm(w, r, http.StatusUnauthorized, z, f, saveStep{Notice: site.SignedOut, SignIn: "/aanmelden?" + url.Values{"terug": {managementPath}}.Encode()}, nil, "")
	case !v.who.May(directory.ChangeZone, z.Code) && f.action != "herstellen":
		return s.showForm(w, r, http.StatusForbidden, z, f, saveStep{Notice: notYours(v.facts, v.who)}, nil, "")
	case !v.who.May(directory.ChangeZone, z.Code):
		return gateway.MissingPermission("Only the police of this zone and administrators may do this").InDutch(notYours(v.facts, v.who))
	}
	if said, focus, done := f.edit(); done {
		return s.showForm(w, r, http.StatusOK, z, f, saveStep{Said: said}, nil, focus)
	}
	if f.action == "terug" {
		f.restored = 0 // what is changed by hand is no restoration any more
		return s.showForm(w, r, http.StatusOK, z, f, saveStep{}, nil, "")
	}
	if err := s.proceed(w, r, z, f, posted); err != nil {
		if p, ok := errors.AsType[*gateway.Problem](err); ok && p.Status == http.StatusServiceUnavailable && f.action != "herstellen" {
			gateway.Warn(r.Context(), err)
			return s.showForm(w, r, http.StatusServiceUnavailable, z, f, saveStep{Notice: site.NotSaved}, nil, "")
		}
		return err
	}
	return nil
}

// proceed goes the next step towards a save: restoring and merging lead to the summary, the summary to the save.
func (s *service) proceed(w http.ResponseWriter, r *http.Request, z zone, f form, posted url.Values) error {
	z, err := s.load(r.Context(), z)
	if err != nil {
		return err
	}
	if f.action == "herstellen" {
		old, err := s.store.Revision(r.Context(), z.Code, f.restored, z.at)
		if errors.Is(err, dynamo.ErrNotFound) {
			return gateway.NotFound("The zone has no such version").InDutch("Deze versie bestaat niet.")
		}
		if err != nil {
			return unavailable(err)
		}
		f.in, f.base = directory.RestoreInput(old.Profile, z.profile), z.profile.Version
	}
	f.tidy()
	z.keepOrder(&f.in)
	checked, issues := z.check(f.in)
	// One without a function has no id yet: that its function lacks says enough.
	issues = slices.DeleteFunc(slices.Clone(issues), func(i directory.Issue) bool {
		return i.Rule == directory.RuleInvalidID && slices.ContainsFunc(issues, func(o directory.Issue) bool {
			return o.Rule == directory.RuleRequired && o.Field == strings.TrimSuffix(i.Field, ".id")+".role"
		})
	})
	onlyNote := len(issues) > 0 && !slices.ContainsFunc(issues, func(i directory.Issue) bool { return i.Field != "note" })
	if len(issues) > 0 && !onlyNote {
		extra := saveStep{}
		if f.action == "herstellen" {
			extra.Notice = "Deze oude versie kan niet meer helemaal terug. Verbeter wat hieronder staat."
			f.restored = 0
		}
		return s.showForm(w, r, http.StatusBadRequest, z, f, extra, issues, "")
	}
	if !onlyNote {
		f.in = checked
	}
	for {
		again, err := s.settle(w, r, z, f, checked, issues, posted)
		if !again {
			return err
		}
		if z, err = s.load(r.Context(), z); err != nil {
			return err
		}
	}
}

// settle compares what was sent with what is stored, and answers: with a comparison, the summary, or a save. It
// tells true when somebody saved at the same moment and the zone must be read again.
func (s *service) settle(w http.ResponseWriter, r *http.Request, z zone, f form, checked directory.ZoneInput, issues []directory.Issue, posted url.Values) (again bool, err error) {
	next := z.profile.Saved(checked, z.at)
	if f.base != z.profile.Version {
		base, known, err := s.base(r.Context(), z, f.base)
		if err != nil {
			return false, err
		}
		confirmed, err := s.onlyConfirmed(r.Context(), z, f.base)
		if err != nil {
			return false, err
		}
		switch {
		case directory.Same(z.profile, next):
			if f.action == "bewaren" && (!checked.Assured || assuredToday(z)) {
				gateway.Redirect(w, r, z.path()+"?gelukt=stond-er-al", http.StatusSeeOther) // the same click twice
				return false, nil
			}
		case confirmed || known && directory.OnlyConfirmed(base, z.profile):
		default:
			merged, done, err := s.merge(w, r, z, f, next, base, known, posted)
			if done || err != nil {
				return false, err
			}
			f.in = merged.Input()
			f.in.Note, f.in.Assured = checked.Note, checked.Assured
			if checked, issues = z.check(f.in); len(issues) > 0 {
				f.base = z.profile.Version
				return false, s.showForm(w, r, http.StatusBadRequest, z, f, saveStep{}, issues, "")
			}
			f.in, f.action = checked, "samenvatting"
			next = z.profile.Saved(checked, z.at)
		}
		f.base = z.profile.Version
	}
	changes, going := directory.Diff(z.profile, next, z.names()), directory.GoingPublic(z.profile, next)
	st := z.step(f)
	st.Changes, st.Going, st.Question, st.CanAssure = changes, going, directory.PublicQuestion, true
	if f.action != "bewaren" || len(issues) > 0 {
		return false, s.showSummary(w, r, z, f, st, issues)
	}
	if len(changes) == 0 && !checked.Assured && !z.profile.Undecided() {
		return false, s.showSummary(w, r, z, f, st, nil)
	}
	if len(going) > 0 && posted.Get("betrokkene") == "" {
		st.GoingBad = "Vink aan dat de betrokkene dit weet, of ga terug en kies wie het ziet."
		return false, s.showSummary(w, r, z, f, st, nil)
	}
	cause := directory.Cause{Kind: directory.RevisionSaved, By: z.who, Note: checked.Note}
	if f.restored > 0 {
		old, err := s.store.Revision(r.Context(), z.Code, f.restored, z.at)
		if err != nil && !errors.Is(err, dynamo.ErrNotFound) {
			return false, unavailable(err)
		}
		if err == nil {
			in, wrong := z.check(directory.RestoreInput(old.Profile, z.profile))
			if len(wrong) == 0 && directory.Same(next, z.profile.Saved(in, z.at)) { // nothing else came into the form
				cause.Kind, cause.Restored = directory.RevisionRestored, f.restored
			}
		}
	}
	err = s.save(r.Context(), z, next, cause, nil)
	if stale(err) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	gateway.Redirect(w, r, z.path()+"?bewaard="+strconv.Itoa(next.Version), http.StatusSeeOther)
	return false, nil
}

// keepOrder gives lists that hold the same as the stored ones the order in which they are stored: boxes to tick have
// an order of their own, which nobody chose.
func (z zone) keepOrder(in *directory.ZoneInput) {
	in.ReminderDays = orderAs(in.ReminderDays, z.profile.ReminderDays)
	for i := range in.ContactPoints {
		c := &in.ContactPoints[i]
		for _, stored := range z.profile.ContactPoints {
			if stored.ID == c.ID {
				c.Themes, c.Levels = orderAs(c.Themes, stored.Themes), orderAs(c.Levels, stored.Levels)
				c.Municipalities, c.Languages = orderAs(c.Municipalities, stored.Municipalities), orderAs(c.Languages, stored.Languages)
			}
		}
	}
}

func orderAs[T cmp.Ordered](list, stored []T) []T {
	if slices.Equal(slices.Sorted(slices.Values(list)), slices.Sorted(slices.Values(stored))) {
		return stored
	}
	return list
}

func assuredToday(z zone) bool {
	return z.profile.AssuredAt != nil && directory.DayOf(*z.profile.AssuredAt) == directory.DayOf(z.at)
}

// showSummary shows what a save will change and who will see it.
func (s *service) showSummary(w http.ResponseWriter, r *http.Request, z zone, f form, st saveStep, issues []directory.Issue) error {
	st.Hidden = hidden(f.in, "note", "assured")
	st.Heading = "Wat verandert er?"
	b := formBuilder{z: z, errors: map[string]string{}}
	for _, issue := range issues {
		b.errors[issue.Field] = issue.Message
	}
	st.Note = b.text("note", "Waarom? (mag je leeg laten)", f.in.Note, "Voor de geschiedenis. Alleen politie van deze zone en beheerders lezen dit.", "")
	st.Problems = problemsOf(f.in, issues)
	if st.GoingBad != "" {
		st.Problems = append(st.Problems, problem{Anchor: "betrokkene", Where: "Openbaar", Message: st.GoingBad})
	}
	status, title := http.StatusOK, "Samenvatting · "+st.Name
	switch {
	case len(st.Problems) > 0:
		status, title = http.StatusBadRequest, site.Count(len(st.Problems), "fout", "fouten")+" · "+title
	case len(st.Changes) == 0 && st.Former != "":
		st.Heading = "Je neemt alles over zoals het is"
	case len(st.Changes) == 0:
		title = "Niets gewijzigd · " + st.Name
		st.Heading = "Je wijzigde niets"
	case f.restored > 0:
		st.Heading = "Versie " + strconv.Itoa(f.restored) + " herstellen: wat verandert er?"
	}
	return s.show(w, r, status, summaryTemplate, title, z.visit(), st)
}

// merge puts two versions together by the choices that were made; done tells that the page that asks for them was
// shown instead. Nothing is put together without being asked.
func (s *service) merge(w http.ResponseWriter, r *http.Request, z zone, f form, yours, base directory.Profile, known bool, posted url.Values) (merged directory.Profile, done bool, err error) {
	common := &base
	if !known {
		common = nil
	}
	st := z.step(f)
	st.Current = z.profile.Version
	choice, asked := st.ask(directory.Compare(common, z.profile, yours, z.names()), posted, f.action == "samenvoegen")
	if asked && len(st.Problems) == 0 {
		return directory.Merge(z.profile, yours, func(field string) bool { return choice[field] == "mijn" }), false, nil
	}
	st.Heading, st.Notice = "Kies wat blijft", conflictNote
	st.Hidden = hidden(f.in)
	if rev, err := s.store.Revision(r.Context(), z.Code, z.profile.Version, z.at); err == nil {
		st.By = whoWords(rev) + ", " + site.Moment(rev.At)
	} else if !errors.Is(err, dynamo.ErrNotFound) {
		return merged, true, unavailable(err)
	}
	title := "Iemand anders paste deze zone aan · " + st.Name
	status := http.StatusConflict
	if len(st.Problems) > 0 {
		status, title = http.StatusBadRequest, site.Count(len(st.Problems), "fout", "fouten")+" · "+title
	}
	return merged, true, s.show(w, r, status, conflictTemplate, title, z.visit(), st)
}

// ask makes a row of each field in which two versions disagree, with what was chosen for it; asked tells that these very
// choices were shown before, so that one without an answer is a problem.
func (st *saveStep) ask(differences []directory.Difference, posted url.Values, sent bool) (choice map[string]string, asked bool) {
	asked = sent && number(posted.Get("huidig")) == st.Current
	choice = map[string]string{}
	for i, d := range differences {
		row := choiceRow{ID: "keuze-" + strconv.Itoa(i), Name: "keuze[" + d.Field + "]", Label: site.Upper(d.Label), Theirs: d.Theirs, Yours: d.Yours}
		row.Chosen = posted.Get(row.Name)
		if row.Chosen != "hun" && row.Chosen != "mijn" {
			row.Chosen = ""
		}
		switch d.By {
		case directory.ChangedByThem:
			row.Who = "Alleen de ander paste dit aan."
			row.Chosen = cmp.Or(row.Chosen, "hun")
		case directory.ChangedByYou:
			row.Who = "Alleen jij paste dit aan."
			row.Chosen = cmp.Or(row.Chosen, "mijn")
		default:
			row.Who = "Jullie pasten dit allebei aan."
		}
		if row.Chosen == "" && asked {
			row.Error = "Kies wat blijft."
			st.Problems = append(st.Problems, problem{Anchor: row.ID, Where: row.Label, Message: row.Error})
		}
		choice[d.Field] = row.Chosen
		st.Rows = append(st.Rows, row)
	}
	return choice, asked
}
