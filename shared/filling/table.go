package filling

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"aanspreekpunt/shared/directory"
)

// MaxLines is how many lines a file may have below its header.
const MaxLines = 10_000

// MaxFile is the largest file in bytes: as base64 in JSON it must pass through a call of a function, 6 MB.
const MaxFile = 2 << 20

// Table is a sheet as it stands in a file.
type Table struct {
	Lines []Line `json:"lines"` // the first with anything in it is the header
}

// Line is one line of a sheet. Blank lines may be left out.
type Line struct {
	Number   int      `json:"number"` // as the spreadsheet counts, from 1
	Cells    []string `json:"cells"`
	Formulas []int    `json:"formulas,omitempty"` // indexes of cells that hold a formula
}

// Column is the name of a column, as its header says it.
type Column string

// The columns. Name of the zone is there for people only: the code counts.
const (
	ZoneCode       Column = "Zonecode"
	ZoneName       Column = "Politiezone"
	Role           Column = "Functie"
	Name           Column = "Naam"
	Primary        Column = "Vast aanspreekpunt"
	Phone          Column = "Telefoon"
	Phone2         Column = "Telefoon 2"
	Email          Column = "E-mail"
	Email2         Column = "E-mail 2"
	Themes         Column = "Onderwerpen"
	Levels         Column = "Onderwijsniveaus"
	Municipalities Column = "Gemeenten"
	Languages      Column = "Talen"
	Availability   Column = "Bereikbaarheid"
)

// Columns are all columns in the order of the template file.
func Columns() []Column {
	return []Column{ZoneCode, ZoneName, Role, Name, Primary, Phone, Phone2, Email, Email2, Themes, Levels, Municipalities, Languages, Availability}
}

// Clear is the word that empties a value.
const Clear = "WISSEN"

// HeaderError tells in Dutch why a table's header cannot be used.
type HeaderError struct{ Dutch string }

func (e *HeaderError) Error() string { return "header: " + e.Dutch }

// Problem is something wrong with a line, in Dutch. It never repeats a value.
type Problem struct {
	Line    int                `json:"line"` // 0: the zone as a whole
	Column  Column             `json:"column,omitempty"`
	Zone    directory.ZoneCode `json:"zone,omitempty"` // when the line names one of four digits
	Message string             `json:"message"`
}

// String is the problem as a page shows it: "Rij 14, Telefoon: twee nummers. …".
func (p Problem) String() string {
	var where []string
	if p.Line > 0 {
		where = append(where, fmt.Sprintf("Rij %d", p.Line))
	} else {
		where = append(where, "Politiezone "+string(p.Zone))
	}
	if p.Column != "" {
		where = append(where, string(p.Column))
	}
	return strings.Join(where, ", ") + ": " + p.Message
}

// Row is a line that can be understood.
type Row struct {
	Line  int
	Zone  directory.ZoneCode
	cells map[Column]string // not blank
}

// Read finds the columns of a table and the rows below, and what is wrong with them as they stand. The error is a
// *HeaderError.
func Read(t Table) ([]Row, []Problem, error) {
	lines := slices.DeleteFunc(slices.Clone(t.Lines), func(l Line) bool {
		return len(l.Formulas) == 0 && !slices.ContainsFunc(l.Cells, func(c string) bool { return plain(c) != "" })
	})
	if len(lines) == 0 {
		return nil, nil, &HeaderError{"Het bestand is leeg."}
	}
	columns, err := header(lines[0])
	if err != nil {
		return nil, nil, err
	}
	lines = lines[1:]
	switch {
	case len(lines) == 0:
		return nil, nil, &HeaderError{"Onder de kolomnamen staat geen enkele rij."}
	case len(lines) > MaxLines:
		return nil, nil, &HeaderError{fmt.Sprintf("Het bestand heeft %d rijen. Splits het: 10.000 rijen is het meeste.", len(lines))}
	}
	var rows []Row
	var problems []Problem
	seen := map[string]int{}
	for _, l := range lines {
		row, wrong := read(l, columns)
		if len(wrong) == 0 {
			id := string(row.Zone) + " " + fold(row.cells[Role])
			if first, again := seen[id]; again {
				wrong = append(wrong, Problem{Line: l.Number, Column: Role, Zone: row.Zone, Message: fmt.Sprintf("deze functie van deze zone staat ook op rij %d. Voeg de rijen samen.", first)})
			} else {
				seen[id] = l.Number
			}
		}
		if len(wrong) > 0 {
			problems = append(problems, wrong...)
			continue
		}
		rows = append(rows, row)
	}
	return rows, problems, nil
}

// header finds which column stands where; "" is one without a name.
func header(l Line) ([]Column, error) {
	columns := make([]Column, len(l.Cells))
	for i, cell := range l.Cells {
		name := fold(cell)
		if name == "" {
			continue
		}
		at := slices.IndexFunc(Columns(), func(c Column) bool { return fold(string(c)) == name })
		if at < 0 {
			return nil, &HeaderError{fmt.Sprintf("We kennen de kolom op plaats %d van de eerste rij niet. Gebruik de namen van het voorbeeldbestand.", i+1)}
		}
		if slices.Contains(columns, Columns()[at]) {
			return nil, &HeaderError{fmt.Sprintf("De kolom %s staat er twee keer.", Columns()[at])}
		}
		columns[i] = Columns()[at]
	}
	for _, needed := range []Column{ZoneCode, Role} {
		if !slices.Contains(columns, needed) {
			return nil, &HeaderError{fmt.Sprintf("De kolom %s ontbreekt. Ze staat in de eerste rij.", needed)}
		}
	}
	return columns, nil
}

var fourDigits = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\d{4}$`) })

func read(l Line, columns []Column) (Row, []Problem) {
	row := Row{Line: l.Number, cells: map[Column]string{}}
	var problems []Problem
	add := func(c Column, message string) {
		problems = append(problems, Problem{Line: l.Number, Column: c, Message: message})
	}
	for i := range max(len(l.Cells), len(columns)) {
		var cell string
		if i < len(l.Cells) {
			cell = strings.TrimSpace(strings.ReplaceAll(l.Cells[i], "\u00a0", " "))
		}
		var c Column
		if i < len(columns) {
			c = columns[i]
		}
		formula := slices.Contains(l.Formulas, i) || strings.HasPrefix(cell, "=")
		switch {
		case c == "" && (cell != "" || formula):
			add("", fmt.Sprintf("op plaats %d staat iets zonder kolomnaam erboven.", i+1))
		case c == "" || c == ZoneName:
		case formula:
			add(c, "een formule. Plak de waarde zelf.")
		case strings.HasPrefix(cell, "#") && strings.ToUpper(cell) == cell: // #N/A, #REF!
			add(c, "een fout van het rekenblad. Vul de waarde zelf in.")
		case cell != "":
			row.cells[c] = cell
		}
	}
	code := row.cells[ZoneCode]
	switch {
	case slices.ContainsFunc(problems, func(p Problem) bool { return p.Column == ZoneCode }):
	case code == "":
		add(ZoneCode, "vul de code van de politiezone in.")
	case !fourDigits().MatchString(code):
		add(ZoneCode, "dit is geen code van vier cijfers, zoals 5910.")
	default:
		row.Zone = directory.ZoneCode(code)
	}
	switch role := row.cells[Role]; {
	case slices.ContainsFunc(problems, func(p Problem) bool { return p.Column == Role }):
	case role == "":
		add(Role, "vul de functie in.")
	case role == Clear:
		add(Role, "een functie kan je niet wissen. Haal het aanspreekpunt weg op de pagina van de zone.")
	}
	for _, c := range []Column{Phone, Phone2} {
		number := row.cells[c]
		if number == "" || number == Clear {
			continue
		}
		repaired, wrong := repair(number)
		switch {
		case wrong == "":
			row.cells[c] = repaired
		case wrong == twoNumbers && c == Phone:
			add(c, "twee nummers. Zet het tweede in 'Telefoon 2'.")
		case wrong == twoNumbers:
			add(c, "twee nummers. Er is plaats voor één.")
		default:
			add(c, wrong)
		}
	}
	for i := range problems {
		problems[i].Zone = row.Zone
	}
	return row, problems
}

const twoNumbers = "twee nummers"

var scientific = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)^\d([.,]\d+)?e\+?\d+$`) })

// repair gives back what a spreadsheet takes from a phone number that it takes for a number: the 0 in front, or the
// + of an international one. It tells in Dutch what it cannot repair.
func repair(number string) (repaired, wrong string) {
	if scientific().MatchString(number) {
		return "", "het rekenblad kortte dit nummer af. Maak van de kolom tekst en typ het nummer opnieuw."
	}
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	if len(digits) > 15 || strings.Count(number, "+") > 1 { // no number has more than fifteen digits
		return "", twoNumbers
	}
	bare := strings.TrimSuffix(number, ".0")
	if strings.Trim(bare, "0123456789 ./-") != "" || strings.HasPrefix(digits, "0") {
		return number, ""
	}
	if strings.HasSuffix(number, ".0") && strings.Trim(bare, "0123456789") == "" {
		digits = bare
	}
	switch n := len(digits); {
	case n == 8, n == 9 && digits[0] == '4' && digits[1] >= '5':
		return "0" + digits, ""
	case (n == 10 || n == 11) && strings.HasPrefix(digits, "32"):
		return "+" + digits, ""
	}
	return number, ""
}

// plain is a cell without what cannot be seen at its ends.
func plain(s string) string {
	return strings.TrimSpace(strings.TrimPrefix(strings.ReplaceAll(s, "\u00a0", " "), "\ufeff"))
}

// fold is a text as it is compared: case and spaces do not matter.
func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(plain(s)), " ")) }
