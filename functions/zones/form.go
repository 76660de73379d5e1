package main

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"aanspreekpunt/shared/directory"
)

// The most rows of each list that are read of a form. Each is over what a zone may hold, so that too many are
// refused and not dropped without a word, and bounds what a hostile form costs.
const (
	mostPoints  = 60
	mostRows    = 40
	mostChoices = 250
	largestForm = 1 << 20 // bytes; a zone of 100 kB takes up to three times that when every sign is escaped
)

// form is a whole zone as somebody filled it in, with what they wanted to be done with it.
type form struct {
	in       directory.ZoneInput
	base     int    // the version from which it began
	restored int    // the version that it restores; 0 for none
	dirty    bool   // holds what is not saved yet
	action   string // "samenvatting", "omhoog", ...
	point    int    // the contact point that the action is about; -1 for none
	gone     string // the role or name of what the action took away
}

// removals are the actions that take a row away, with the list of the contact point that it stands in.
var removals = map[string]string{"telefoonweg": "phones", "mailweg": "emails", "urenweg": "openingHours"}

// readForm reads a form that carries the whole zone. It never fails: what it does not know it leaves out, a field
// that came twice counts once, and what makes no sense is for directory.Validation to refuse, as it was typed. What
// a button of the form takes away is taken away here, while rows still have the numbers that the page gave them.
//
// Fields have the names by which an Issue names them: contactPoints[2].phones[0].number.
func readForm(v url.Values) form {
	f := form{base: number(v.Get("versie")), restored: number(v.Get("herstel")), dirty: true}
	action, where, _ := strings.Cut(v.Get("actie"), ":")
	outer, inner, _ := strings.Cut(where, ":")
	f.action = action
	at := "contactPoints[" + outer + "]."
	if list, ok := removals[action]; ok {
		remove(v, at+list+"["+inner+"].")
	}
	switch action {
	case "weg":
		f.gone = v.Get(at + "role")
		remove(v, at)
	case "afwezigheidweg":
		remove(v, at+"absence.")
	case "schoolweg":
		if schools, n := v[at+"institutionNumbers"], number(inner); n < len(schools) {
			v[at+"institutionNumbers"] = slices.Delete(slices.Clone(schools), n, n+1)
		}
	case "partnerweg":
		f.gone = v.Get("partners[" + outer + "].name")
		remove(v, "partners["+outer+"].")
	}
	in := &f.in
	in.Phone, in.Email, in.Website = v.Get("phone"), v.Get("email"), v.Get("website")
	address := directory.Address{Street: v.Get("address.street"), Postcode: v.Get("address.postcode"), Municipality: v.Get("address.municipality")}
	if !blank(address.Street, address.Postcode, address.Municipality) {
		in.Address = &address
	}
	in.ManagementEmail, in.Note, in.Assured = v.Get("managementEmail"), v.Get("note"), v.Get("assured") != ""
	for _, days := range chosen(v["reminderDays"]) {
		n, err := strconv.Atoi(days)
		if err != nil {
			n = -1 // refused, as what it is: no number of days
		}
		in.ReminderDays = append(in.ReminderDays, n)
	}
	partners, _ := rows(v, "partners", mostRows)
	for _, p := range partners {
		in.Partners = append(in.Partners, directory.Partner{Kind: directory.PartnerKind(p.Get("kind")), Name: p.Get("name"), Website: p.Get("website")})
	}
	points, numbers := rows(v, "contactPoints", mostPoints)
	for i, p := range points {
		c := readPoint(p)
		c.Primary = v.Get("primary") == strconv.Itoa(numbers[i])
		in.ContactPoints = append(in.ContactPoints, c)
	}
	f.name(numbers)
	f.point = slices.Index(numbers, number(outer))
	if action == "weg" {
		f.point, _ = slices.BinarySearch(numbers, number(outer)) // the one that now stands there
	}
	return f
}

// remove takes every field away whose name begins so.
func remove(v url.Values, prefix string) {
	maps.DeleteFunc(v, func(name string, _ []string) bool { return strings.HasPrefix(name, prefix) })
}

// tidy takes away the rows in which nothing was filled in.
func (f *form) tidy() {
	f.in.Partners = slices.DeleteFunc(f.in.Partners, func(p directory.Partner) bool { return blank(p.Name, p.Website) })
	for i := range f.in.ContactPoints {
		c := &f.in.ContactPoints[i]
		c.Phones = slices.DeleteFunc(c.Phones, func(p directory.Phone) bool { return blank(p.Number, p.Note) })
		c.Emails = slices.DeleteFunc(c.Emails, func(e directory.Email) bool { return blank(e.Address) })
		c.OpeningHours = slices.DeleteFunc(c.OpeningHours, func(h directory.OpeningHours) bool { return blank(h.Opens, h.Until) })
		c.InstitutionNumbers = slices.DeleteFunc(c.InstitutionNumbers, func(n directory.InstitutionNumber) bool { return blank(string(n)) })
	}
}

func readPoint(v url.Values) directory.ContactPoint {
	c := directory.ContactPoint{
		ID: v.Get("id"), Role: v.Get("role"), Name: v.Get("name"), NameVisibility: directory.Visibility(v.Get("nameVisibility")),
		Availability: v.Get("availability"), AvailabilityPublic: public(v, "availability"),
		OpeningHoursPublic: public(v, "openingHours"), AbsencePublic: public(v, "absence"),
		Languages: chosen(v["languages"]),
	}
	for _, t := range chosen(v["themes"]) {
		c.Themes = append(c.Themes, directory.Theme(t))
	}
	for _, l := range chosen(v["levels"]) {
		c.Levels = append(c.Levels, directory.Level(l))
	}
	for _, m := range chosen(v["municipalities"]) {
		nis, err := directory.ParseNIS(m)
		if err != nil {
			nis = 0 // in no zone
		}
		c.Municipalities = append(c.Municipalities, nis)
	}
	for _, s := range v["institutionNumbers"][:min(mostChoices, len(v["institutionNumbers"]))] {
		c.InstitutionNumbers = append(c.InstitutionNumbers, directory.InstitutionNumber(s))
	}
	phones, _ := rows(v, "phones", mostRows)
	for _, p := range phones {
		c.Phones = append(c.Phones, directory.Phone{Number: p.Get("number"), Visibility: directory.Visibility(p.Get("visibility")), Note: p.Get("note")})
	}
	emails, _ := rows(v, "emails", mostRows)
	for _, p := range emails {
		c.Emails = append(c.Emails, directory.Email{Address: p.Get("address"), Visibility: directory.Visibility(p.Get("visibility"))})
	}
	hours, _ := rows(v, "openingHours", mostRows)
	for _, h := range hours {
		if blank(h.Get("opens"), h.Get("until")) { // a row that is not filled in yet stays one row
			c.OpeningHours = append(c.OpeningHours, directory.OpeningHours{})
			continue
		}
		for _, day := range days(h.Get("day")) {
			c.OpeningHours = append(c.OpeningHours, directory.OpeningHours{Day: day, Opens: clock(h.Get("opens")), Until: clock(h.Get("until"))})
		}
	}
	absence := directory.Absence{From: day(v.Get("absence.from")), Until: day(v.Get("absence.until")), Replacement: v.Get("absence.replacement")}
	if absence != (directory.Absence{}) {
		c.Absence = &absence
	}
	return c
}

// name gives contact points without an id one made of their role, as soon as there is one, and finds the
// replacements that were chosen when they had none yet: "#3" is the third row of the page.
func (f *form) name(numbers []int) {
	points := f.in.ContactPoints
	for i := range points {
		if p := &points[i]; p.ID == "" && !blank(p.Role) {
			p.ID = directory.NewPointID(p.Role, func(id string) bool {
				return slices.ContainsFunc(points, func(c directory.ContactPoint) bool { return c.ID == id })
			})
		}
	}
	for _, p := range points {
		if p.Absence == nil {
			continue
		}
		if row, ok := strings.CutPrefix(p.Absence.Replacement, "#"); ok {
			if i := slices.Index(numbers, number(row)); i >= 0 && points[i].ID != "" {
				p.Absence.Replacement = points[i].ID
			}
		}
	}
}

// rows are the rows of a list in a form, in the order of their numbers, each with its fields' own names.
func rows(v url.Values, list string, most int) (found []url.Values, numbers []int) {
	byNumber := map[int]url.Values{}
	for name, values := range v {
		rest, ok := strings.CutPrefix(name, list+"[")
		if !ok {
			continue
		}
		digits, field, ok := strings.Cut(rest, "].")
		n, err := strconv.Atoi(digits)
		if !ok || err != nil || n < 0 || strconv.Itoa(n) != digits {
			continue
		}
		if byNumber[n] == nil {
			byNumber[n] = url.Values{}
		}
		byNumber[n][field] = values
	}
	numbers = slices.Sorted(maps.Keys(byNumber))
	numbers = numbers[:min(most, len(numbers))]
	for _, n := range numbers {
		found = append(found, byNumber[n])
	}
	return found, numbers
}

// chosen are the values of a field that may be there several times: each once, none empty.
func chosen(values []string) []string {
	var list []string
	for _, v := range values {
		if !blank(v) && !slices.Contains(list, v) && len(list) < mostChoices {
			list = append(list, v)
		}
	}
	return list
}

func public(v url.Values, field string) bool {
	return v.Get(field+"Public") == string(directory.VisiblePublic)
}

func blank(values ...string) bool { return strings.TrimSpace(strings.Join(values, "")) == "" }

// number reads a whole number of 0 or more; what is none counts as 0.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// dayRanges are the choices of a row of opening hours that stand for several days.
var dayRanges = map[string][]int{"1-5": {1, 2, 3, 4, 5}, "1-7": {1, 2, 3, 4, 5, 6, 7}}

func days(choice string) []int {
	if all, ok := dayRanges[choice]; ok {
		return all
	}
	return []int{number(choice)}
}

// clock reads a time of day as people write it, "8", "8.30", "8u30" or "08:30", as HH:mm. What is none comes back
// as it was typed.
func clock(typed string) string {
	plain := strings.ToLower(strings.ReplaceAll(strings.TrimSpace(typed), " ", ""))
	plain = strings.TrimSuffix(strings.TrimSuffix(plain, "uur"), "u")
	hours, minutes, parted := plain, "00", false
	for _, sign := range []string{":", ".", "u", "h"} {
		if h, m, ok := strings.Cut(plain, sign); ok {
			hours, minutes, parted = h, m, true
			break
		}
	}
	if !parted && len(plain) == 4 {
		hours, minutes = plain[:2], plain[2:]
	}
	if len(hours) < 1 || len(hours) > 2 || len(minutes) != 2 || strings.Trim(hours+minutes, "0123456789") != "" {
		return typed
	}
	return fmt.Sprintf("%02s:%s", hours, minutes)
}

// day reads a day as people write it, "4/12/2026" or "2026-12-04", as yyyy-MM-dd. What is none comes back as it was
// typed.
func day(typed string) directory.Day {
	plain := strings.TrimSpace(typed)
	parts := strings.FieldsFunc(plain, func(r rune) bool { return r == '/' || r == '-' || r == '.' || r == ' ' })
	if len(parts) != 3 || len(parts[2]) != 4 || len(parts[0]) > 2 || len(parts[1]) > 2 {
		return directory.Day(plain)
	}
	return directory.Day(fmt.Sprintf("%s-%02s-%02s", parts[2], parts[1], parts[0]))
}

// field is a name and a value of a form.
type field struct{ Name, Value string }

// fields write a whole zone as a form that readForm reads. Two pages carry it that way: the summary, and the
// comparison with somebody else's version.
func fields(in directory.ZoneInput) []field {
	var list []field
	add := func(name, value string) {
		if value != "" {
			list = append(list, field{name, value})
		}
	}
	for i, c := range in.ContactPoints {
		at := fmt.Sprintf("contactPoints[%d].", i)
		list = append(list, field{at + "id", c.ID}, field{at + "role", c.Role}) // also empty: the point is there
		if c.Primary {
			add("primary", strconv.Itoa(i))
		}
		add(at+"name", c.Name)
		add(at+"nameVisibility", string(c.NameVisibility))
		addAll(add, at+"themes", c.Themes)
		addAll(add, at+"levels", c.Levels)
		for _, m := range c.Municipalities {
			add(at+"municipalities", m.String())
		}
		addAll(add, at+"institutionNumbers", c.InstitutionNumbers)
		addAll(add, at+"languages", c.Languages)
		for j, ph := range c.Phones {
			row := fmt.Sprintf("%sphones[%d].", at, j)
			add(row+"number", ph.Number)
			add(row+"visibility", string(ph.Visibility))
			add(row+"note", ph.Note)
		}
		for j, e := range c.Emails {
			row := fmt.Sprintf("%semails[%d].", at, j)
			add(row+"address", e.Address)
			add(row+"visibility", string(e.Visibility))
		}
		add(at+"availability", c.Availability)
		addPublic(add, at+"availability", c.AvailabilityPublic)
		for j, h := range c.OpeningHours {
			row := fmt.Sprintf("%sopeningHours[%d].", at, j)
			add(row+"day", strconv.Itoa(h.Day))
			add(row+"opens", h.Opens)
			add(row+"until", h.Until)
		}
		addPublic(add, at+"openingHours", c.OpeningHoursPublic)
		if c.Absence != nil {
			add(at+"absence.from", string(c.Absence.From))
			add(at+"absence.until", string(c.Absence.Until))
			add(at+"absence.replacement", c.Absence.Replacement)
		}
		addPublic(add, at+"absence", c.AbsencePublic)
	}
	add("phone", in.Phone)
	add("email", in.Email)
	add("website", in.Website)
	if in.Address != nil {
		add("address.street", in.Address.Street)
		add("address.postcode", in.Address.Postcode)
		add("address.municipality", in.Address.Municipality)
	}
	for i, p := range in.Partners {
		row := fmt.Sprintf("partners[%d].", i)
		add(row+"kind", string(p.Kind))
		add(row+"name", p.Name)
		add(row+"website", p.Website)
	}
	add("managementEmail", in.ManagementEmail)
	for _, n := range in.ReminderDays {
		add("reminderDays", strconv.Itoa(n))
	}
	add("note", in.Note)
	if in.Assured {
		add("assured", "ja")
	}
	return list
}

func addAll[T ~string](add func(name, value string), name string, values []T) {
	for _, v := range values {
		add(name, string(v))
	}
}

func addPublic(add func(name, value string), field string, is bool) {
	if is {
		add(field+"Public", string(directory.VisiblePublic))
	}
}

// edit does what a button of the form asks for that adds or moves something, and tells in Dutch what happened, also
// for what readForm took away, and which element gets the focus. It tells false for any other action.
func (f *form) edit() (said, focus string, done bool) {
	points := f.in.ContactPoints
	switch f.action {
	case "toevoegen":
		f.in.ContactPoints = append(points, directory.ContactPoint{Primary: len(points) == 0})
		return "Vul het nieuwe aanspreekpunt in.", idOf(fmt.Sprintf("contactPoints[%d].role", len(points))), true
	case "weg":
		said = cmp.Or(strings.TrimSpace(f.gone), "Het aanspreekpunt") + " is weggehaald. Dat telt pas als je bewaart."
		if f.point < len(points) {
			return said, idOf(fmt.Sprintf("contactPoints[%d]", f.point)), true
		}
		return said, "aanspreekpunt-erbij", true
	case "partner":
		f.in.Partners = append(f.in.Partners, directory.Partner{})
		return "Vul de partner in.", idOf(fmt.Sprintf("partners[%d].kind", len(f.in.Partners)-1)), true
	case "partnerweg":
		return cmp.Or(strings.TrimSpace(f.gone), "De partner") + " is weggehaald. Dat telt pas als je bewaart.", "partner-erbij", true
	case "omhoog", "omlaag", "telefoon", "mail", "school", "uren", "telefoonweg", "mailweg", "schoolweg", "urenweg", "afwezigheidweg":
	default:
		return "", "", false
	}
	if f.point < 0 {
		return "", "", true // no such row: nothing to do, and nothing lost
	}
	c := &points[f.point]
	role := cmp.Or(strings.TrimSpace(c.Role), "Het aanspreekpunt")
	at := fmt.Sprintf("contactPoints[%d]", f.point)
	row := func(list string, n int, field string) string {
		return idOf(fmt.Sprintf("%s.%s[%d]%s", at, list, n, field))
	}
	button := func(list string) string { return list + "-erbij-" + strconv.Itoa(f.point) }
	switch f.action {
	case "omhoog", "omlaag":
		return f.move(role)
	case "telefoon":
		c.Phones = append(c.Phones, directory.Phone{})
		return role + ": vul het telefoonnummer in.", row("phones", len(c.Phones)-1, ".number"), true
	case "mail":
		c.Emails = append(c.Emails, directory.Email{})
		return role + ": vul het e-mailadres in.", row("emails", len(c.Emails)-1, ".address"), true
	case "school":
		c.InstitutionNumbers = append(c.InstitutionNumbers, "")
		return role + ": vul de school in.", row("institutionNumbers", len(c.InstitutionNumbers)-1, ""), true
	case "uren":
		c.OpeningHours = append(c.OpeningHours, directory.OpeningHours{})
		return role + ": vul de uren in.", row("openingHours", len(hourRows(c.OpeningHours))-1, ".day"), true
	case "telefoonweg":
		return role + ": het telefoonnummer is weggehaald.", button("telefoon"), true
	case "mailweg":
		return role + ": het e-mailadres is weggehaald.", button("mail"), true
	case "schoolweg":
		return role + ": de school is weggehaald.", button("school"), true
	case "urenweg":
		return role + ": de uren zijn weggehaald.", button("uren"), true
	}
	return role + ": de afwezigheid is weggehaald.", idOf(at + ".absence.from"), true
}

// move changes places with the contact point above or below.
func (f *form) move(role string) (said, focus string, done bool) {
	points, to, end := f.in.ContactPoints, f.point-1, "bovenaan"
	if f.action == "omlaag" {
		to, end = f.point+1, "onderaan"
	}
	if to < 0 || to >= len(points) {
		return role + " staat al helemaal " + end + ".", idOf(fmt.Sprintf("contactPoints[%d]", f.point)), true
	}
	points[f.point], points[to] = points[to], points[f.point]
	// The same button again, unless the point reached the end of the list, where only the other is left.
	button := f.action
	switch to {
	case 0:
		button = "omlaag"
	case len(points) - 1:
		button = "omhoog"
	}
	return fmt.Sprintf("%s staat nu op plaats %d van %d.", role, to+1, len(points)), fmt.Sprintf("%s-%d", button, to), true
}

// hourRow is a row of opening hours as the form shows it: one span, on one day or on several.
type hourRow struct {
	Day, Opens, Until string
	of                []int // the elements of the list that it stands for
}

// hourRows puts the same span on Monday to Friday, or on all days, in one row.
func hourRows(hours []directory.OpeningHours) []hourRow {
	var list []hourRow
	taken := make([]bool, len(hours))
	for i, h := range hours {
		if taken[i] {
			continue
		}
		row := hourRow{Day: strconv.Itoa(h.Day), Opens: h.Opens, Until: h.Until, of: []int{i}}
		for _, choice := range []string{"1-7", "1-5"} {
			var of []int
			for _, day := range dayRanges[choice] {
				if j := slices.Index(hours, directory.OpeningHours{Day: day, Opens: h.Opens, Until: h.Until}); j >= 0 && !taken[j] {
					of = append(of, j)
				}
			}
			if len(of) == len(dayRanges[choice]) && slices.Contains(of, i) {
				row.Day, row.of = choice, of
				break
			}
		}
		for _, j := range row.of {
			taken[j] = true
		}
		if row.Day == "0" {
			row.Day = ""
		}
		list = append(list, row)
	}
	return list
}

// idOf is the id of the element for a field: no sign in it needs escaping in an address.
func idOf(field string) string {
	return strings.Trim(strings.NewReplacer("[", "-", "].", "-", "]", "", ".", "-").Replace(field), "-")
}
