package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/site"
)

// The parts of a form, as every function's pages show them.
type (
	control = site.Control
	option  = site.Option
	choices = site.Choices
	act     = site.Act
	problem = site.Problem
)

// editView is the form of a zone.
type editView struct {
	Points      []pointView
	AddPoint    act
	NoPrimary   string // what is wrong with the choice of the primary contact point
	Zone        []control
	Partners    []partnerView
	PartnersBad string
	AddPartner  act
	Management  control
	Reminders   choices
	Schools     []schoolOption
}

type pointView struct {
	ID, Legend     string // of the fieldset
	Index          int
	PointID        string // the contact point's own id
	Error          string
	Primary, Focus bool
	Up, Down       *act
	Remove         act
	Role           control
	Name, NameSeen control
	Phones         []channelView
	PhonesBad      string
	AddPhone       act
	Emails         []channelView
	EmailsBad      string
	AddEmail       act
	Limits         section
	Themes, Levels choices
	Towns          choices
	Schools        []channelView
	SchoolsBad     string
	AddSchool      act
	Languages      choices
	Reach          section
	Availability   control
	AvailableSeen  control
	Hours          []hoursView
	HoursBad       string
	HoursID        string
	AddHours       act
	HoursSeen      control
	Away           section
	From, Until    control
	Replacement    control
	AwaySeen       control
	NotAway        *act
}

// section is a part of a contact point that is folded until it is needed.
type section struct {
	Summary string // Dutch: what it is about
	State   string // Dutch: what stands in it; "" for nothing
	Open    bool
}

type channelView struct {
	ID       string
	Controls []control
	Error    string
	Remove   *act
}

type hoursView struct {
	ID, Error         string
	Day, Opens, Until control
	Remove            *act
}

type partnerView struct {
	Kind, Name, Website control
	Remove              act
}

type schoolOption struct{ Number, Name string }

// formBuilder makes the view of a form. Errors that it put beside a field are marked as told.
type formBuilder struct {
	z      zone
	in     directory.ZoneInput
	errors map[string]string // by the field's name
	focus  string            // id of the element that gets the focus
}

// newEditView shows an input with what is wrong with it.
func newEditView(z zone, in directory.ZoneInput, issues []directory.Issue, focus string) editView {
	b := formBuilder{z: z, in: in, errors: map[string]string{}, focus: focus}
	for _, issue := range issues {
		at := shownAt(in, issue.Field)
		if b.errors[at] == "" {
			b.errors[at] = issue.Message
		}
	}
	v := editView{
		NoPrimary: b.errors["contactPoints"], PartnersBad: b.errors["partners"],
		AddPoint:   b.act("aanspreekpunt-erbij", "toevoegen", "Aanspreekpunt toevoegen", ""),
		AddPartner: b.act("partner-erbij", "partner", "Partner toevoegen", ""),
		Management: b.text("managementEmail", "Beheeradres", in.ManagementEmail, hintManagement, "email"),
		Schools:    b.schoolOptions(),
	}
	for i := range in.ContactPoints {
		v.Points = append(v.Points, b.point(i))
	}
	address := directory.Address{}
	if in.Address != nil {
		address = *in.Address
	}
	v.Zone = []control{
		b.text("phone", "Telefoon van het onthaal", shownPhone(in.Phone), "Bijvoorbeeld 016 66 55 11.", "tel"),
		b.text("email", "E-mail van de zone", in.Email, "", "email"),
		b.text("website", "Website", in.Website, "Begint met https://", "url"),
		b.text("address.street", "Straat en huisnummer", address.Street, "", ""),
		b.text("address.postcode", "Postcode", address.Postcode, "", "numeric"),
		b.text("address.municipality", "Gemeente", address.Municipality, "", ""),
	}
	for i, p := range in.Partners {
		at := fmt.Sprintf("partners[%d].", i)
		kind := b.text(at+"kind", "Soort partner", string(p.Kind), "", "")
		kind.Options = []option{{Value: "", Label: "Kies", On: p.Kind == ""}}
		for _, k := range directory.PartnerKinds() {
			kind.Options = append(kind.Options, option{Value: string(k), Label: site.Upper(k.Label()), On: k == p.Kind})
		}
		name := strings.TrimSpace(p.Name)
		if name == "" {
			name = "partner " + strconv.Itoa(i+1)
		}
		v.Partners = append(v.Partners, partnerView{kind, b.text(at+"name", "Naam van de partner", p.Name, "", ""),
			b.text(at+"website", "Website van de partner", p.Website, "", "url"), b.act("", "partnerweg:"+strconv.Itoa(i), "Weghalen", name)})
	}
	v.Reminders = b.choices("reminderDays", "Wanneer herinneren we je?", hintReminders, reminderOptions(in.ReminderDays))
	return v
}

// shownAt is the field at which a page says what is wrong with another: a group of boxes has one place for that, and
// several days of opening hours share a row.
func shownAt(in directory.ZoneInput, at string) string {
	for _, group := range []string{"themes[", "levels[", "municipalities[", "languages[", "reminderDays["} {
		if i := strings.Index(at, group); i >= 0 {
			return at[:i+len(group)-1]
		}
	}
	if point, ok := strings.CutSuffix(at, ".id"); ok {
		return point
	}
	if before, after, ok := strings.Cut(at, ".openingHours["); ok {
		number, part, _ := strings.Cut(after, "]")
		var point, element int
		if _, err := fmt.Sscanf(before+" "+number, "contactPoints[%d] %d", &point, &element); err == nil && point < len(in.ContactPoints) {
			for row, r := range hourRows(in.ContactPoints[point].OpeningHours) {
				if slices.Contains(r.of, element) {
					if part == "" {
						part = ".day"
					}
					return fmt.Sprintf("%s.openingHours[%d]%s", before, row, part)
				}
			}
		}
	}
	return at
}

// problemsOf lists what is wrong for the top of the page, each with the place where it is said again.
func problemsOf(in directory.ZoneInput, issues []directory.Issue) []problem {
	var list []problem
	for _, issue := range issues {
		at := shownAt(in, issue.Field)
		p := problem{Anchor: idOf(at), Where: whereWords(in, at), Message: issue.Message}
		if at == "" {
			p.Anchor = "formulier"
		}
		if at == "contactPoints" {
			p.Anchor = "vast-aanspreekpunt"
		}
		if !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}

func (b *formBuilder) text(name, label, value, hint, kind string) control {
	c := control{ID: idOf(name), Name: name, Label: label, Hint: hint, Value: value, Error: b.errors[name]}
	switch kind {
	case "date":
		c.Kind = kind
		if _, err := directory.ParseDay(value); err != nil && value != "" {
			c.Kind = "text" // a browser shows nothing of a date that does not exist
		}
	case "numeric", "tel", "email", "url":
		c.Mode = kind
	}
	c.Focus = c.ID == b.focus
	return c
}

// seen is the choice of who sees a value.
func (b *formBuilder) seen(name, label string, v directory.Visibility) control {
	c := control{ID: idOf(name), Name: name, Label: label, Error: b.errors[name], Radio: true}
	c.Options = []option{
		{Value: string(directory.VisibleSchools), Label: directory.SeenBySchools.Label(), On: v != directory.VisiblePublic},
		{Value: string(directory.VisiblePublic), Label: directory.SeenByEveryone.Label(), On: v == directory.VisiblePublic},
	}
	if v != "" && v != directory.VisibleSchools && v != directory.VisiblePublic { // only a hostile form has one
		c.Options[0].On = false
		c.Options = append(c.Options, option{Value: string(v), Label: string(v), On: true})
	}
	return c
}

func visibility(isPublic bool) directory.Visibility {
	if isPublic {
		return directory.VisiblePublic
	}
	return directory.VisibleSchools
}

func (b *formBuilder) choices(name, legend, hint string, options []option) choices {
	return choices{ID: idOf(name), Name: name, Legend: legend, Hint: hint, Error: b.errors[name], Options: options}
}

func (b *formBuilder) act(id, action, text, of string) act {
	return act{ID: id, Action: action, Text: text, Of: of, Focus: id != "" && id == b.focus}
}

// optionsOf are the boxes for a list; a value that is not in it stands behind, as it came.
func optionsOf[T comparable](known, on []T, value func(T) string, label func(T) string) []option {
	var list []option
	for _, k := range known {
		list = append(list, option{Value: value(k), Label: label(k), On: slices.Contains(on, k)})
	}
	for _, o := range on {
		if !slices.Contains(known, o) {
			list = append(list, option{Value: value(o), Label: label(o), On: true})
		}
	}
	return list
}

func (b *formBuilder) point(i int) pointView {
	c := b.in.ContactPoints[i]
	at := fmt.Sprintf("contactPoints[%d]", i)
	title := strings.TrimSpace(c.Role)
	if title == "" {
		title = "aanspreekpunt " + strconv.Itoa(i+1)
	}
	n := strconv.Itoa(i)
	p := pointView{
		ID: idOf(at), Index: i, PointID: c.ID, Error: b.errors[at], Primary: c.Primary, Focus: b.focus == idOf(at),
		Legend:       site.Upper(title),
		Remove:       b.act("weg-"+n, "weg:"+n, "Aanspreekpunt weghalen", title),
		Role:         b.text(at+".role", "Functie", c.Role, "Iedereen ziet dit. Bijvoorbeeld Jeugdinspecteur.", ""),
		Name:         b.text(at+".name", "Naam", c.Name, "Mag je leeg laten.", ""),
		NameSeen:     b.seen(at+".nameVisibility", "Wie ziet de naam?", c.NameVisibility),
		PhonesBad:    b.errors[at+".phones"],
		AddPhone:     b.act("telefoon-erbij-"+n, "telefoon:"+n, "Telefoon toevoegen", title),
		EmailsBad:    b.errors[at+".emails"],
		AddEmail:     b.act("mail-erbij-"+n, "mail:"+n, "E-mail toevoegen", title),
		AddSchool:    b.act("school-erbij-"+n, "school:"+n, "School toevoegen", title),
		AddHours:     b.act("uren-erbij-"+n, "uren:"+n, "Uren toevoegen", title),
		Availability: b.text(at+".availability", "Bereikbaarheid in woorden", c.Availability, "Bijvoorbeeld: tijdens de schooluren. Geen nummers of adressen.", ""),
	}
	if i > 0 {
		a := b.act("omhoog-"+n, "omhoog:"+n, "Omhoog", title)
		p.Up = &a
	}
	if i < len(b.in.ContactPoints)-1 {
		a := b.act("omlaag-"+n, "omlaag:"+n, "Omlaag", title)
		p.Down = &a
	}
	p.AvailableSeen = b.seen(at+".availabilityPublic", "Wie ziet dat?", visibility(c.AvailabilityPublic))
	b.channels(&p, c, at, title)
	b.limits(&p, c, at, title)
	b.hours(&p, c, at, title)
	b.absence(&p, c, at, title)
	return p
}

// channels are phones and addresses: one empty row of each where there is none yet.
func (b *formBuilder) channels(p *pointView, c directory.ContactPoint, at, title string) {
	phones, emails := c.Phones, c.Emails
	if len(phones) == 0 {
		phones = []directory.Phone{{}}
	}
	if len(emails) == 0 {
		emails = []directory.Email{{}}
	}
	for j, ph := range phones {
		row := fmt.Sprintf("%s.phones[%d]", at, j)
		label := ordinal("Telefoon", j, len(phones))
		v := channelView{ID: idOf(row), Controls: []control{
			b.text(row+".number", label, shownPhone(ph.Number), "", "tel"),
			b.seen(row+".visibility", "Wie ziet dit nummer?", ph.Visibility),
			b.text(row+".note", "Uitleg bij dit nummer", ph.Note, "", ""),
		}}
		if len(c.Phones) > 0 {
			a := b.act("", fmt.Sprintf("telefoonweg:%d:%d", p.Index, j), "Weghalen", strings.ToLower(label[:1])+label[1:]+" van "+title)
			v.Remove = &a
		}
		p.Phones = append(p.Phones, v)
	}
	for j, e := range emails {
		row := fmt.Sprintf("%s.emails[%d]", at, j)
		label := ordinal("E-mail", j, len(emails))
		v := channelView{ID: idOf(row), Controls: []control{
			b.text(row+".address", label, e.Address, "", "email"),
			b.seen(row+".visibility", "Wie ziet dit adres?", e.Visibility),
		}}
		if len(c.Emails) > 0 {
			a := b.act("", fmt.Sprintf("mailweg:%d:%d", p.Index, j), "Weghalen", strings.ToLower(label[:1])+label[1:]+" van "+title)
			v.Remove = &a
		}
		p.Emails = append(p.Emails, v)
	}
}

// limits say for whom a contact point is there.
func (b *formBuilder) limits(p *pointView, c directory.ContactPoint, at, title string) {
	plain := func(s string) string { return s }
	p.Themes = b.choices(at+".themes", "Onderwerpen", "Niets aangevinkt: voor alles.",
		optionsOf(directory.Themes(), c.Themes, func(t directory.Theme) string { return string(t) }, func(t directory.Theme) string { return site.Upper(t.Label()) }))
	p.Levels = b.choices(at+".levels", "Onderwijsniveaus", "Niets aangevinkt: alle niveaus.",
		optionsOf(directory.Levels(), c.Levels, func(l directory.Level) string { return string(l) }, func(l directory.Level) string { return site.Upper(l.Label()) }))
	if len(b.z.Municipalities) > 1 || len(c.Municipalities) > 0 {
		p.Towns = b.choices(at+".municipalities", "Gemeenten", "Niets aangevinkt: de hele zone.",
			optionsOf(b.z.Municipalities, c.Municipalities, directory.NIS.String, b.z.municipality))
	}
	p.Languages = b.choices(at+".languages", "Talen", "", optionsOf(directory.Languages(), c.Languages, plain, directory.LanguageLabel))
	p.SchoolsBad = b.errors[at+".institutionNumbers"]
	for j, number := range c.InstitutionNumbers {
		row := fmt.Sprintf("%s.institutionNumbers[%d]", at, j)
		value := string(number)
		if school, ok := b.z.facts.School(number); ok {
			value += " " + school.Name
		}
		c := b.text(row, ordinal("School", j, len(c.InstitutionNumbers)), value, "Naam of instellingsnummer.", "")
		c.Name, c.List = at+".institutionNumbers", "scholen"
		a := b.act("", fmt.Sprintf("schoolweg:%d:%d", p.Index, j), "Weghalen", "school van "+title)
		p.Schools = append(p.Schools, channelView{ID: idOf(row) + "-rij", Controls: []control{c}, Remove: &a})
	}
	p.Limits = section{Summary: "Waarvoor en voor wie", State: limitWords(b.z, c), Open: b.opens(at, ".themes", ".levels", ".municipalities", ".institutionNumbers", ".languages")}
}

func (b *formBuilder) hours(p *pointView, c directory.ContactPoint, at, title string) {
	p.HoursID, p.HoursBad = idOf(at+".openingHours"), b.errors[at+".openingHours"]
	rows := hourRows(c.OpeningHours)
	for j, h := range rows {
		row := fmt.Sprintf("%s.openingHours[%d]", at, j)
		v := hoursView{ID: idOf(row), Error: b.errors[row],
			Day:   b.text(row+".day", "Dag", h.Day, "", ""),
			Opens: b.text(row+".opens", "Van", h.Opens, "", "numeric"), Until: b.text(row+".until", "Tot", h.Until, "", "numeric")}
		v.Opens.Mode, v.Until.Mode = "", "" // a phone's number keys have no colon
		v.Day.Options = dayOptions(h.Day)
		a := b.act("", fmt.Sprintf("urenweg:%d:%d", p.Index, j), "Weghalen", ordinal("uren", j, len(rows))+" van "+title)
		v.Remove = &a
		p.Hours = append(p.Hours, v)
	}
	p.HoursSeen = b.seen(at+".openingHoursPublic", "Wie ziet deze uren?", visibility(c.OpeningHoursPublic))
	week := slices.Clone(c.OpeningHours) // a row of several days typed its hours row by row
	slices.SortStableFunc(week, func(a, b directory.OpeningHours) int { return a.Day - b.Day })
	state := directory.HoursWords(week)
	if state == "" {
		state = strings.TrimSpace(c.Availability)
	}
	p.Reach = section{Summary: "Uren en bereikbaarheid", State: state, Open: b.opens(at, ".openingHours", ".availability")}
}

func (b *formBuilder) absence(p *pointView, c directory.ContactPoint, at, title string) {
	a := directory.Absence{}
	if c.Absence != nil {
		a = *c.Absence
		remove := b.act("", "afwezigheidweg:"+strconv.Itoa(p.Index), "Afwezigheid weghalen", title)
		p.NotAway = &remove
	}
	p.From = b.text(at+".absence.from", "Eerste dag", string(a.From), "", "date")
	p.Until = b.text(at+".absence.until", "Laatste dag", string(a.Until), "Leeg: nog niet geweten.", "date")
	p.Replacement = b.text(at+".absence.replacement", "Vervanger", a.Replacement, "", "")
	p.Replacement.Options = []option{{Value: "", Label: "Geen vervanger", On: a.Replacement == ""}}
	found := a.Replacement == ""
	for i, other := range b.in.ContactPoints {
		if i == p.Index {
			continue
		}
		value, label := other.ID, strings.TrimSpace(other.Role)
		if value == "" {
			value = "#" + strconv.Itoa(i)
		}
		if label == "" {
			label = "Aanspreekpunt " + strconv.Itoa(i+1)
		}
		on := value == a.Replacement && !found
		found = found || on
		p.Replacement.Options = append(p.Replacement.Options, option{Value: value, Label: label, On: on})
	}
	if !found {
		p.Replacement.Options = append(p.Replacement.Options, option{Value: a.Replacement, Label: "Onbekend aanspreekpunt", On: true})
	}
	p.AwaySeen = b.seen(at+".absencePublic", "Wie ziet de afwezigheid?", visibility(c.AbsencePublic))
	p.Away = section{Summary: "Afwezigheid", State: awayWords(c.Absence), Open: b.opens(at, ".absence")}
}

// opens tells whether a folded part must be open: something is wrong in it, or the focus goes there.
func (b *formBuilder) opens(at string, parts ...string) bool {
	for _, part := range parts {
		for field := range b.errors {
			if strings.HasPrefix(field, at+part) {
				return true
			}
		}
		if strings.HasPrefix(b.focus, idOf(at+part)) {
			return true
		}
	}
	n := strings.TrimSuffix(strings.TrimPrefix(at, "contactPoints["), "]")
	return slices.Contains(parts, ".openingHours") && b.focus == "uren-erbij-"+n || slices.Contains(parts, ".themes") && b.focus == "school-erbij-"+n
}

// schoolOptions are the zone's schools to choose from while typing.
func (b *formBuilder) schoolOptions() []schoolOption {
	var list []schoolOption
	for _, s := range b.z.schools() {
		name := s.Name
		if i := slices.IndexFunc(s.Locations, func(l directory.Location) bool { return l.Zone == b.z.Code }); i >= 0 {
			name += ", " + s.Locations[i].Place
		}
		list = append(list, schoolOption{string(s.Number), name})
	}
	return list
}

// findSchools puts the number in the place of what was typed or chosen for a school: "012345 Sint-Jozef", or its
// full name when no other school of the zone has it.
func (z zone) findSchools(in *directory.ZoneInput) {
	var byName map[string][]directory.InstitutionNumber
	for i := range in.ContactPoints {
		for j, typed := range in.ContactPoints[i].InstitutionNumbers {
			text := strings.TrimSpace(string(typed))
			if first, _, _ := strings.Cut(text, " "); first != "" {
				if n, err := directory.ParseInstitutionNumber(first); err == nil {
					in.ContactPoints[i].InstitutionNumbers[j] = n
					continue
				}
			}
			if text == "" {
				continue
			}
			if byName == nil {
				byName = map[string][]directory.InstitutionNumber{}
				for _, s := range z.schools() {
					name := strings.ToLower(s.Name)
					byName[name] = append(byName[name], s.Number)
				}
			}
			if found := byName[strings.ToLower(text)]; len(found) == 1 {
				in.ContactPoints[i].InstitutionNumbers[j] = found[0]
			}
		}
	}
}
