package filling

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"aanspreekpunt/shared/directory"
)

// Target is a zone that lines are about.
type Target struct {
	Profile        directory.Profile        // what it keeps; its facts while it never saved
	Municipalities map[string]directory.NIS // its own, by name
	ParsePhone     func(typed string) (string, error)
	Check          func(directory.ZoneInput) (directory.ZoneInput, []directory.Issue)
}

// Filled is what the lines that are right make of a zone.
type Filled struct {
	Input    directory.ZoneInput // checked; what the zone would save
	Lines    []int               // that are in it; none: nothing may be saved
	Problems []Problem           // of the others, by line
}

// Fill makes of a zone's rows what it would save. A row with a problem is left out as a whole, and the zone is
// checked again without it, until what remains may be saved or nothing remains.
func Fill(t Target, rows []Row) Filled {
	var out Filled
	rows = slices.Clone(rows)
	for len(rows) > 0 {
		in, origin, wrong := compose(t, rows)
		if len(wrong) == 0 {
			checked, issues := t.Check(in)
			if len(issues) == 0 {
				out.Input = checked
				for _, row := range rows {
					out.Lines = append(out.Lines, row.Line)
				}
				break
			}
			wrong = attribute(issues, origin, rows)
		}
		out.Problems = append(out.Problems, wrong...)
		rows = slices.DeleteFunc(rows, func(r Row) bool {
			return slices.ContainsFunc(wrong, func(p Problem) bool { return p.Line == r.Line })
		})
	}
	slices.SortStableFunc(out.Problems, func(a, b Problem) int { return a.Line - b.Line })
	return out
}

// source is the row that a contact point comes from, and the columns of its phones and addresses.
type source struct {
	line           int // 0: the file says nothing of it
	phones, emails []Column
}

// compose puts rows into what the zone keeps.
func compose(t Target, rows []Row) (directory.ZoneInput, []source, []Problem) {
	in := t.Profile.Input()
	origin := make([]source, len(in.ContactPoints))
	var problems []Problem
	primary := 0 // line that says so
	towns := map[string]directory.NIS{}
	for name, nis := range t.Municipalities {
		towns[fold(name)] = nis
	}
	for _, row := range rows {
		add := func(c Column, message string) {
			problems = append(problems, Problem{Line: row.Line, Column: c, Zone: row.Zone, Message: message})
		}
		at, same := -1, 0
		for i, p := range in.ContactPoints {
			if fold(p.Role) == fold(row.cells[Role]) {
				at, same = i, same+1
			}
		}
		if same > 1 {
			add(Role, "deze zone heeft meer dan één aanspreekpunt met deze functie. Pas ze aan op de pagina van de zone.")
			continue
		}
		if at < 0 {
			id := directory.NewPointID(row.cells[Role], func(id string) bool {
				return slices.ContainsFunc(in.ContactPoints, func(p directory.ContactPoint) bool { return p.ID == id })
			})
			at = len(in.ContactPoints)
			in.ContactPoints = append(in.ContactPoints, directory.ContactPoint{ID: id, Role: row.cells[Role]})
			origin = append(origin, source{})
		}
		p, from := &in.ContactPoints[at], &origin[at]
		from.line = row.Line

		switch said := row.cells[Primary]; fold(said) {
		case "":
		case "ja", "x", "true", "waar", "1":
			if primary > 0 {
				add(Primary, fmt.Sprintf("rij %d is al het vaste aanspreekpunt van deze zone. Er kan er maar één zijn.", primary))
				break
			}
			primary = row.Line
			for i := range in.ContactPoints {
				in.ContactPoints[i].Primary = i == at
			}
		case "nee", "false", "onwaar", "0":
			p.Primary = false
		default:
			add(Primary, "schrijf ja of nee.")
		}
		change(row.cells[Name], &p.Name, func() { p.NameVisibility = directory.VisibleSchools })
		change(row.cells[Availability], &p.Availability, func() { p.AvailabilityPublic = false })
		phones(t, row, p, from)
		emails(row, p, from)
		list(row, Themes, &p.Themes, named(directory.Themes(), directory.Theme.Label), "dit onderwerp kennen we niet. Kies uit: "+labels(directory.Themes(), directory.Theme.Label)+".", add)
		list(row, Levels, &p.Levels, named(directory.Levels(), directory.Level.Label), "dit onderwijsniveau kennen we niet. Kies uit: "+labels(directory.Levels(), directory.Level.Label)+".", add)
		list(row, Languages, &p.Languages, named(directory.Languages(), directory.LanguageLabel), "deze taal kennen we niet. Kies uit: "+labels(directory.Languages(), directory.LanguageLabel)+".", add)
		list(row, Municipalities, &p.Municipalities, towns, "deze gemeente ligt niet in deze zone.", add)
	}
	if len(in.ContactPoints) == 1 && rows[0].cells[Primary] == "" {
		in.ContactPoints[0].Primary = true // every zone has one, and it can be no other
	}
	return in, origin, problems
}

// change puts a cell in a value, and tells when that changed it.
func change(cell string, value *string, changed func()) {
	switch cell {
	case "", *value:
		return
	case Clear:
		*value = ""
	default:
		*value = cell
	}
	changed()
}

func phones(t Target, row Row, p *directory.ContactPoint, from *source) {
	from.phones = make([]Column, len(p.Phones))
	for i, c := range []Column{Phone, Phone2} {
		cell := row.cells[c]
		if cell == "" || cell == Clear {
			continue
		}
		number := cell
		if parsed, err := t.ParsePhone(cell); err == nil {
			number = parsed
		}
		switch {
		case i >= len(p.Phones):
			p.Phones = append(p.Phones, directory.Phone{Number: number, Visibility: directory.VisibleSchools})
			from.phones = append(from.phones, c)
		case p.Phones[i].Number != number: // a note belongs to its number
			p.Phones[i] = directory.Phone{Number: number, Visibility: directory.VisibleSchools}
			from.phones[i] = c
		}
	}
	for i, c := range slices.Backward([]Column{Phone, Phone2}) {
		if row.cells[c] == Clear && i < len(p.Phones) && from.phones[i] == "" {
			p.Phones, from.phones = slices.Delete(p.Phones, i, i+1), slices.Delete(from.phones, i, i+1)
		}
	}
}

func emails(row Row, p *directory.ContactPoint, from *source) {
	from.emails = make([]Column, len(p.Emails))
	for i, c := range []Column{Email, Email2} {
		cell := row.cells[c]
		switch {
		case cell == "" || cell == Clear:
		case i >= len(p.Emails):
			p.Emails = append(p.Emails, directory.Email{Address: cell, Visibility: directory.VisibleSchools})
			from.emails = append(from.emails, c)
		case !strings.EqualFold(p.Emails[i].Address, cell):
			p.Emails[i] = directory.Email{Address: cell, Visibility: directory.VisibleSchools}
			from.emails[i] = c
		}
	}
	for i, c := range slices.Backward([]Column{Email, Email2}) {
		if row.cells[c] == Clear && i < len(p.Emails) && from.emails[i] == "" {
			p.Emails, from.emails = slices.Delete(p.Emails, i, i+1), slices.Delete(from.emails, i, i+1)
		}
	}
}

// list puts a cell with several words in a list.
func list[T comparable](row Row, c Column, values *[]T, known map[string]T, unknown string, add func(Column, string)) {
	cell := row.cells[c]
	switch cell {
	case "":
		return
	case Clear:
		*values = nil
		return
	}
	if v, whole := known[fold(cell)]; whole { // one label has a comma
		*values = []T{v}
		return
	}
	separator := ";"
	if !strings.Contains(cell, ";") {
		separator = ","
	}
	var next []T
	for word := range strings.SplitSeq(cell, separator) {
		if fold(word) == "" {
			continue
		}
		v, ok := known[fold(word)]
		if !ok {
			add(c, unknown)
			return
		}
		if !slices.Contains(next, v) {
			next = append(next, v)
		}
	}
	*values = next
}

// named finds values by their Dutch word, and by their code.
func named[T ~string](values []T, label func(T) string) map[string]T {
	known := map[string]T{}
	for _, v := range values {
		known[fold(label(v))], known[fold(string(v))] = v, v
	}
	return known
}

func labels[T any](values []T, label func(T) string) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = label(v)
	}
	return strings.Join(words, "; ")
}

// attribute tells which line and column each issue of a zone comes from. What no line alone causes concerns all.
func attribute(issues []directory.Issue, origin []source, rows []Row) []Problem {
	var problems []Problem
	zone := rows[0].Zone
	var general []string
	for _, issue := range issues {
		line, column := place(issue.Field, origin)
		if line == 0 {
			if !slices.Contains(general, issue.Message) {
				general = append(general, issue.Message)
			}
			continue
		}
		problems = append(problems, Problem{Line: line, Column: column, Zone: zone, Message: lower(issue.Message)})
	}
	if len(problems) > 0 {
		return problems // the rest may follow from these
	}
	for _, row := range rows {
		for _, message := range general {
			problems = append(problems, Problem{Line: row.Line, Zone: zone, Message: "de zone kan zo niet bewaard worden. " + message})
		}
	}
	return problems
}

func place(field string, origin []source) (int, Column) {
	rest, ok := strings.CutPrefix(field, "contactPoints[")
	if !ok {
		return 0, ""
	}
	digits, member, _ := strings.Cut(rest, "]")
	i, err := strconv.Atoi(digits)
	if err != nil || i >= len(origin) {
		return 0, ""
	}
	from := origin[i]
	channel := func(prefix string, columns []Column, other Column) (Column, bool) {
		rest, ok := strings.CutPrefix(member, prefix)
		if !ok {
			return "", false
		}
		digits, _, _ := strings.Cut(rest, "]")
		if n, err := strconv.Atoi(digits); err == nil && n < len(columns) && columns[n] != "" {
			return columns[n], true
		}
		return other, true
	}
	if c, ok := channel(".phones[", from.phones, Phone); ok {
		return from.line, c
	}
	if c, ok := channel(".emails[", from.emails, Email); ok {
		return from.line, c
	}
	for _, w := range []struct {
		member string
		column Column
	}{{".nameVisibility", Name}, {".name", Name}, {".role", Role}, {".id", Role}, {".themes", Themes}, {".levels", Levels}, {".municipalities", Municipalities},
		{".languages", Languages}, {".availability", Availability}} {
		if strings.HasPrefix(member, w.member) {
			return from.line, w.column
		}
	}
	return from.line, ""
}

// lower begins a sentence behind a colon.
func lower(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
