package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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

// schoolForm is all that a school keeps as somebody filled it in, with what they wanted to be done with it.
type schoolForm struct {
	in     directory.SchoolContactInput
	base   int // the version from which it began
	dirty  bool
	action string
	point  int    // the person that the action is about; -1 for none
	gone   string // the role of whom the action took away
}

// phoneRows is how many numbers of a person the form asks for, at least.
const phoneRows = 2

// readSchoolForm reads a form as readForm does that of a zone: fields have the names by which an Issue names them.
func readSchoolForm(v url.Values) schoolForm {
	f := schoolForm{base: number(v.Get("versie")), dirty: true}
	action, where, _ := strings.Cut(v.Get("actie"), ":")
	f.action = action
	f.in.Assured = v.Get("assured") != ""
	if action == "weg" {
		f.gone = v.Get("contactPersons[" + where + "].role")
		remove(v, "contactPersons["+where+"].")
	}
	persons, numbers := rows(v, "contactPersons", mostRows)
	for _, p := range persons {
		person := directory.ContactPerson{ID: p.Get("id"), Role: p.Get("role"), Name: p.Get("name"), Email: p.Get("email"), Availability: p.Get("availability")}
		for i := range mostRows {
			if phone := p.Get(fmt.Sprintf("phones[%d]", i)); !blank(phone) {
				person.Phones = append(person.Phones, phone)
			}
		}
		for _, l := range chosen(p["locations"]) {
			person.Locations = append(person.Locations, number(l)) // what is no number is in no list
		}
		f.in.ContactPersons = append(f.in.ContactPersons, person)
	}
	for i := range mostRows {
		if alias := v.Get(fmt.Sprintf("aliases[%d]", i)); !blank(alias) {
			f.in.Aliases = append(f.in.Aliases, alias)
		}
	}
	f.point = slices.Index(numbers, number(where))
	if action == "weg" {
		f.point, _ = slices.BinarySearch(numbers, number(where)) // the one that now stands there
	}
	return f
}

// schoolFields write all that a school keeps as a form that readSchoolForm reads.
func schoolFields(in directory.SchoolContactInput) []field {
	var list []field
	add := func(name, value string) {
		if value != "" {
			list = append(list, field{name, value})
		}
	}
	for i, p := range in.ContactPersons {
		at := fmt.Sprintf("contactPersons[%d].", i)
		list = append(list, field{at + "id", p.ID}) // also empty: the person is there
		add(at+"role", p.Role)
		add(at+"name", p.Name)
		for j, phone := range p.Phones {
			add(fmt.Sprintf("%sphones[%d]", at, j), phone)
		}
		add(at+"email", p.Email)
		add(at+"availability", p.Availability)
		for _, l := range p.Locations {
			add(at+"locations", strconv.Itoa(l))
		}
	}
	for i, a := range in.Aliases {
		add(fmt.Sprintf("aliases[%d]", i), a)
	}
	if in.Assured {
		add("assured", "ja")
	}
	return list
}

// tidy takes away persons of whom nothing was filled in.
func (f *schoolForm) tidy() {
	f.in.ContactPersons = slices.DeleteFunc(f.in.ContactPersons, func(p directory.ContactPerson) bool {
		return blank(p.Role, p.Name, p.Email, p.Availability) && len(p.Phones) == 0
	})
}

// edit does what a button of the form asks for, tells in Dutch what happened, and which element gets the focus. It tells
// false for any other action.
func (f *schoolForm) edit() (said, focus string, done bool) {
	persons := f.in.ContactPersons
	at := func(i int) string { return idOf(fmt.Sprintf("contactPersons[%d]", i)) }
	switch f.action {
	case "toevoegen":
		f.in.ContactPersons = append(persons, directory.ContactPerson{})
		return "Vul de nieuwe contactpersoon in.", at(len(persons)) + "-role", true
	case "weg":
		said = cmp.Or(strings.TrimSpace(f.gone), "De contactpersoon") + " is weggehaald. Dat telt pas als je bewaart."
		if f.point < len(persons) {
			return said, at(f.point), true
		}
		return said, "persoon-erbij", true
	case "omhoog", "omlaag":
		to := f.point - 1
		if f.action == "omlaag" {
			to = f.point + 1
		}
		if f.point < 0 || to < 0 || to >= len(persons) {
			return "", "", true // no such row: nothing to do, and nothing lost
		}
		persons[f.point], persons[to] = persons[to], persons[f.point]
		return fmt.Sprintf("%s staat nu op plaats %d van %d.", cmp.Or(strings.TrimSpace(persons[to].Role), "De contactpersoon"), to+1, len(persons)), at(to), true
	}
	return "", "", false
}

// schoolStep is the form of a school as a page shows it.
type schoolStep struct {
	saveStep
	Back        string
	PersonsBad  string
	Persons     []personView
	AddPerson   site.Act
	Aliases     []site.Control
	AliasesBad  string
	Number      directory.InstitutionNumber
	MostAliases int
}

type personView struct {
	ID, Legend, PersonID, Error string
	Index                       int
	Focus                       bool
	Controls                    []site.Control
	Locations                   site.Choices // no options for a school with one location
	Up, Down                    *site.Act
	Remove                      site.Act
}

// schoolFieldWords says in Dutch which field of a school's form an error is about.
func schoolFieldWords(at string) string {
	rest, ok := strings.CutPrefix(at, "contactPersons[")
	if !ok {
		if strings.HasPrefix(at, "aliases") {
			return "Ook gekend als"
		}
		return "Contactpersonen"
	}
	digits, part, _ := strings.Cut(rest, "]")
	n, _ := strconv.Atoi(digits)
	who := "Contactpersoon " + strconv.Itoa(n+1)
	for _, w := range []struct{ part, word string }{{".role", "functie"}, {".name", "naam"}, {".phones", "telefoon"}, {".email", "e-mail"},
		{".availability", "bereikbaarheid"}, {".locations", "vestigingen"}} {
		if strings.HasPrefix(part, w.part) {
			return who + ", " + w.word
		}
	}
	return who
}

// schoolShownAt is the field at which the form says what is wrong with another.
func schoolShownAt(at string) string {
	if i := strings.Index(at, ".locations["); i >= 0 {
		return at[:i] + ".locations"
	}
	if strings.HasSuffix(at, ".phones") {
		return at + "[0]"
	}
	return strings.TrimSuffix(at, ".id")
}

// schoolStepOf shows an input with what is wrong with it.
func (d *ownSchool) schoolStepOf(f schoolForm, issues []directory.Issue, focus string) schoolStep {
	in := f.in
	st := schoolStep{saveStep: d.step(f), Back: d.path(""), Number: d.Number, MostAliases: directory.MaxAliases}
	b := formBuilder{errors: map[string]string{}, focus: focus}
	for _, issue := range issues {
		at := schoolShownAt(issue.Field)
		if b.errors[at] == "" {
			b.errors[at] = issue.Message
		}
		p := site.Problem{Anchor: idOf(at), Where: schoolFieldWords(at), Message: issue.Message}
		if !slices.Contains(st.Problems, p) {
			st.Problems = append(st.Problems, p)
		}
	}
	st.PersonsBad, st.AliasesBad = b.errors["contactPersons"], b.errors["aliases"]
	st.AddPerson = b.act("persoon-erbij", "toevoegen", "Nog iemand toevoegen", "")
	persons := in.ContactPersons
	if len(persons) == 0 {
		persons = []directory.ContactPerson{{}}
	}
	for i, p := range persons {
		st.Persons = append(st.Persons, d.person(b, i, len(persons), p))
	}
	for i := range max(directory.MaxAliases, len(in.Aliases)) {
		value := ""
		if i < len(in.Aliases) {
			value = in.Aliases[i]
		}
		st.Aliases = append(st.Aliases, b.text(fmt.Sprintf("aliases[%d]", i), "Naam "+strconv.Itoa(i+1), value, "", ""))
	}
	return st
}

func (d *ownSchool) person(b formBuilder, i, of int, p directory.ContactPerson) personView {
	at, n := fmt.Sprintf("contactPersons[%d]", i), strconv.Itoa(i)
	title := cmp.Or(strings.TrimSpace(p.Role), "contactpersoon "+strconv.Itoa(i+1))
	v := personView{ID: idOf(at), Legend: site.Upper(title), PersonID: p.ID, Index: i, Error: b.errors[at], Focus: b.focus == idOf(at),
		Remove: b.act("weg-"+n, "weg:"+n, "Weghalen", title)}
	v.Controls = append(v.Controls, b.text(at+".role", "Functie", p.Role, "Bijvoorbeeld directeur of leerlingbegeleider.", ""),
		b.text(at+".name", "Naam", p.Name, "Mag je leeg laten.", ""))
	for j := range max(phoneRows, len(p.Phones)) {
		value := ""
		if j < len(p.Phones) {
			value = shownPhone(p.Phones[j])
		}
		label := "Telefoon"
		if j > 0 {
			label = "Telefoon " + strconv.Itoa(j+1) + " (mag leeg)"
		}
		v.Controls = append(v.Controls, b.text(fmt.Sprintf("%s.phones[%d]", at, j), label, value, "", "tel"))
	}
	v.Controls = append(v.Controls, b.text(at+".email", "E-mail", p.Email, "", "email"),
		b.text(at+".availability", "Wanneer bereikbaar?", p.Availability, "Bijvoorbeeld: tijdens de schooluren. Mag je leeg laten.", ""))
	if len(d.Locations) > 1 || len(p.Locations) > 0 {
		var known []int
		for _, l := range d.Locations {
			known = append(known, l.Number)
		}
		v.Locations = b.choices(at+".locations", "Voor welke vestigingen?", "Niets aangevinkt: voor alle vestigingen.",
			optionsOf(known, p.Locations, strconv.Itoa, d.locationWords))
	}
	if i > 0 {
		a := b.act("omhoog-"+n, "omhoog:"+n, "Omhoog", title)
		v.Up = &a
	}
	if i < of-1 {
		a := b.act("omlaag-"+n, "omlaag:"+n, "Omlaag", title)
		v.Down = &a
	}
	return v
}

func (d *ownSchool) locationWords(n int) string {
	return personCards(d.School, []directory.ContactPerson{{Locations: []int{n}}})[0].Where[0]
}

// step begins a page for a form.
func (d *ownSchool) step(f schoolForm) saveStep {
	st := saveStep{Path: d.path(""), Action: d.path("/aanpassen"), Name: d.Name, Base: f.base, Dirty: f.dirty, Assured: f.in.Assured}
	if !d.who.Expires.IsZero() {
		st.Seconds = max(1, int(d.who.Expires.Sub(d.at)/time.Second))
	}
	return st
}

// editSchoolPage shows the form of a school, and takes it.
func (s *service) editSchoolPage(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodPost {
		return s.mySchool(func(w http.ResponseWriter, r *http.Request, d *ownSchool) error {
			f := schoolForm{in: d.contact.Input(), base: d.contact.Version}
			f.in.Assured = d.contact.Empty() // who fills it in for the first time knows that it is right
			return s.showSchoolForm(w, r, http.StatusOK, d, f, saveStep{}, nil, "")
		})(w, r)
	}
	gateway.Cache(w, gateway.Private)
	posted, err := readPost(w, r)
	if err != nil {
		return err
	}
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	f := readSchoolForm(posted)
	d, is := s.chosenSchool(r, v, ownSchools(v))
	if !is { // nothing is read for them: their page holds what they sent, and what everybody knows of a school
		d.School, _ = v.facts.School(directory.InstitutionNumber(posted.Get("school")))
	}
	switch {
	case !v.who.SignedIn():
		return s.showSchoolForm(w, r, http.StatusUnauthorized, d, f, saveStep{Notice: site.SignedOut, SignIn: "/aanmelden?" + url.Values{"terug": {mySchoolPath}}.Encode()}, nil, "")
	case !is:
		return s.showSchoolForm(w, r, http.StatusForbidden, d, f, saveStep{Notice: notYourSchool}, nil, "")
	}
	if said, focus, done := f.edit(); done {
		return s.showSchoolForm(w, r, http.StatusOK, d, f, saveStep{Said: said}, nil, focus)
	}
	if f.action == "terug" {
		return s.showSchoolForm(w, r, http.StatusOK, d, f, saveStep{}, nil, "")
	}
	err = s.submitSchool(w, r, d, f, posted)
	if p, ok := errors.AsType[*gateway.Problem](err); ok && p.Status == http.StatusServiceUnavailable {
		gateway.Warn(r.Context(), err)
		return s.showSchoolForm(w, r, http.StatusServiceUnavailable, d, f, saveStep{Notice: site.NotSaved}, nil, "")
	}
	return err
}

// showSchoolForm shows the form as it was filled in. extra has what the page says beside it.
func (s *service) showSchoolForm(w http.ResponseWriter, r *http.Request, status int, d *ownSchool, f schoolForm, extra saveStep, issues []directory.Issue, focus string) error {
	st := d.schoolStepOf(f, issues, focus)
	st.Notice, st.SignIn, st.Said = extra.Notice, extra.SignIn, extra.Said
	title := "Aanpassen · Mijn school"
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
	return s.show(w, r, status, editSchoolTemplate, title, d.visit, st)
}

// submitSchool checks what was sent and saves it, or asks what shall stay when somebody saved in between.
func (s *service) submitSchool(w http.ResponseWriter, r *http.Request, d *ownSchool, f schoolForm, posted url.Values) error {
	if err := d.load(r.Context()); err != nil {
		return err
	}
	f.tidy()
	checked, issues := d.check(f.in)
	if len(issues) > 0 {
		return s.showSchoolForm(w, r, http.StatusBadRequest, d, f, saveStep{}, issues, "")
	}
	f.in = checked
	for {
		next := d.contact.Saved(checked, d.at)
		same := directory.SameSchoolContact(d.contact, next)
		if same && (!checked.Assured || d.contact.Empty() || f.base != d.contact.Version && d.assuredToday()) {
			gateway.Redirect(w, r, d.path("", "gelukt", "stond-er-al"), http.StatusSeeOther) // nothing to save, or the same click twice
			return nil
		}
		if f.base != d.contact.Version {
			confirmed, err := d.onlyConfirmed(r.Context(), f.base)
			if err != nil {
				return err
			}
			if !confirmed && !same {
				return s.mergeSchool(w, r, d, f, next, posted)
			}
		}
		err := d.saveContact(r.Context(), d.contact, next, directory.RevisionSaved, nil)
		if err == nil {
			gateway.Redirect(w, r, d.path("", "gelukt", "bewaard"), http.StatusSeeOther)
		}
		if !stale(err) {
			return err
		}
		if err := d.load(r.Context()); err != nil {
			return err
		}
	}
}

func (d *keptSchool) assuredToday() bool {
	return d.contact.AssuredAt != nil && directory.DayOf(*d.contact.AssuredAt) == directory.DayOf(d.at)
}

// base is the version from which somebody began; nil when it is not known any more.
func (d *keptSchool) base(ctx context.Context, version int) (*directory.SchoolContact, error) {
	if version == 0 {
		return &directory.SchoolContact{}, nil
	}
	r, err := d.s.store.SchoolRevision(ctx, d.contact, version, d.at)
	if errors.Is(err, dynamo.ErrNotFound) {
		return nil, nil
	}
	return r.Contact, unavailable(err)
}

// mergeSchool asks what shall stay of two versions. What was chosen comes back in the form, to be looked at and saved.
func (s *service) mergeSchool(w http.ResponseWriter, r *http.Request, d *ownSchool, f schoolForm, yours directory.SchoolContact, posted url.Values) error {
	base, err := d.base(r.Context(), f.base)
	if err != nil {
		return err
	}
	st := d.step(f)
	st.Current, st.Next = d.contact.Version, "Verder"
	choice, asked := st.ask(directory.CompareSchoolContact(d.School, base, d.contact, yours), posted, f.action == "samenvoegen")
	if asked && len(st.Problems) == 0 {
		f.in, f.base = directory.MergeSchoolContact(d.contact, yours, func(field string) bool { return choice[field] == "mijn" }), d.contact.Version
		f.in.Assured = st.Assured
		return s.showSchoolForm(w, r, http.StatusOK, d, f, saveStep{Said: "Samengevoegd. Kijk het na en bewaar."}, nil, "")
	}
	st.Heading, st.Notice, st.Hidden = "Kies wat blijft", schoolConflict, schoolFields(f.in)
	if rev, err := s.store.SchoolRevision(r.Context(), d.contact, d.contact.Version, d.at); err == nil {
		st.By = schoolWhoWords(rev) + ", " + site.Moment(rev.At)
	} else if !errors.Is(err, dynamo.ErrNotFound) {
		return unavailable(err)
	}
	title, status := "Iemand anders paste dit aan · Mijn school", http.StatusConflict
	if len(st.Problems) > 0 {
		title, status = site.Count(len(st.Problems), "fout", "fouten")+" · "+title, http.StatusBadRequest
	}
	return s.show(w, r, status, conflictTemplate, title, d.visit, st)
}
