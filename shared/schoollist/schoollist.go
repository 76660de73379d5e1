package schoollist

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"aanspreekpunt/shared/directory"
)

// Bounds of what a list says of one school.
const (
	maxText      = 200  // characters of a text that people are shown; the longest of 2022 has 94
	maxLocations = 1000 // rows that count
)

// File is one file of a list: a CSV export, or one page of the JSON API.
type File struct {
	Name string // for messages
	Data []byte
}

// Problem is something in one row that an operator should know about.
type Problem struct {
	File   string `json:"file"`
	Line   int    `json:"line"`             // line of a CSV file, or element of a JSON page's content; both count from 1
	Number string `json:"number,omitempty"` // institution number as written
	Reason string `json:"reason"`           // English; never holds an e-mail address
	Kept   bool   `json:"kept,omitempty"`   // true: the location is in the list, only a value of it is not
}

// Ended is a row left out because the school or location has ended.
type Ended struct {
	File   string                      `json:"file"`
	Line   int                         `json:"line"`
	Number directory.InstitutionNumber `json:"number"`
	On     directory.Day               `json:"on"` // the last day
}

// List is what was read.
type List struct {
	Schools  []directory.School // ascending by number
	Problems []Problem          // in the order of files and lines
	Ended    []Ended            // in the order of files and lines
	Others   int                // rows of institutions that are no schools: boards, CLBs, boarding houses
}

// Unplaced counts the problems for which a row was left out.
func (l List) Unplaced() int {
	n := 0
	for _, p := range l.Problems {
		if !p.Kept {
			n++
		}
	}
	return n
}

// IncompleteError says which pages of the JSON API a set of files still lacks.
type IncompleteError struct {
	Waiting []string // such as "instelling: page 2 of 3"
}

func (e *IncompleteError) Error() string {
	return "the set of pages is incomplete, waiting for " + strings.Join(e.Waiting, "; ")
}

// Read reads a list: one or more CSV exports, or all pages of both resources of the JSON API. Schools that ended
// before today are left out and reported. The error is an *IncompleteError when pages are missing; any other
// error means that the files are no list that can be used, and names file, line and reason.
func Read(files []File, t directory.Territory, today directory.Day) (List, error) {
	if len(files) == 0 {
		return List{}, errors.New("no file given")
	}
	var exports, pages []File
	for _, f := range files {
		if start := bytes.TrimLeft(bytes.TrimPrefix(f.Data, byteOrderMark), " \t\r\n"); len(start) == 0 {
			return List{}, fmt.Errorf("%s: line 1: the file is empty", f.Name)
		} else if start[0] == '{' {
			pages = append(pages, f)
		} else {
			exports = append(exports, f)
		}
	}
	if len(exports) > 0 && len(pages) > 0 {
		return List{}, fmt.Errorf("%s is CSV and %s is JSON: a list is one or the other", exports[0].Name, pages[0].Name)
	}
	l := &reading{placer: newPlacer(t), today: today}
	var rows []row
	var err error
	if len(pages) > 0 {
		rows, err = l.readPages(pages)
	} else {
		rows, err = l.readExports(exports)
	}
	if err != nil {
		return List{}, err
	}
	if err := l.assemble(rows); err != nil {
		return List{}, err
	}
	if len(l.list.Schools) == 0 {
		return List{}, fmt.Errorf("%s: no school in the list is open and can be placed", files[0].Name)
	}
	return l.list, nil
}

// reading is one run of Read.
type reading struct {
	list   List
	placer *placer
	today  directory.Day
}

// row is one location with what the list says of its school, in the words of either format.
type row struct {
	file                               string
	line                               int
	number, name, network, kind, level string
	location                           string
	headOffice                         bool
	street, houseNumber, box           string
	postcode, municipality, nis        string
	lat, lon                           float64 // WGS84; 0 when unknown
	phone, website, clb                string
	ends                               string
}

func (r row) problem(kept bool, format string, args ...any) Problem {
	return Problem{File: r.file, Line: r.line, Number: r.number, Reason: fmt.Sprintf(format, args...), Kept: kept}
}

func (l *reading) report(p Problem) { l.list.Problems = append(l.list.Problems, p) }

// placed is a row whose municipality of today is known.
type placed struct {
	row
	at directory.Location
}

// assemble places every row and joins the rows of a school.
func (l *reading) assemble(rows []row) error {
	schools := map[directory.InstitutionNumber][]placed{}
	type location struct {
		school directory.InstitutionNumber
		number int
	}
	known := map[location]row{} // those with a number of their own
	for _, r := range rows {
		number, at, problem, ok := l.locate(r)
		if problem != nil {
			l.report(*problem)
		}
		if !ok {
			continue
		}
		if at.Number > 0 {
			this := location{number, at.Number}
			if before, twice := known[this]; twice {
				if !before.sameAs(r) { // the exports of two levels may overlap
					l.report(r.problem(false, "location %d stands at %s line %d already, with other values", at.Number, before.file, before.line))
				}
				continue
			}
			known[this] = r
		}
		if len(schools[number]) == maxLocations {
			return fmt.Errorf("%s: line %d: school %s has more than %d locations", r.file, r.line, number, maxLocations)
		}
		schools[number] = append(schools[number], placed{r, at})
	}
	for number, locations := range schools {
		l.list.Schools = append(l.list.Schools, l.school(number, locations))
	}
	slices.SortFunc(l.list.Schools, func(a, b directory.School) int { return cmp.Compare(a.Number, b.Number) })
	order := map[string]int{}
	for i, r := range rows {
		if _, ok := order[r.file]; !ok {
			order[r.file] = i
		}
	}
	slices.SortStableFunc(l.list.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(order[a.File], order[b.File]), cmp.Compare(a.Line, b.Line))
	})
	return nil
}

// locate gives the institution number and the location of a row; ok is false for one that is left out.
func (l *reading) locate(r row) (number directory.InstitutionNumber, at directory.Location, problem *Problem, ok bool) {
	out := func(format string, args ...any) (directory.InstitutionNumber, directory.Location, *Problem, bool) {
		p := r.problem(false, format, args...)
		return "", directory.Location{}, &p, false
	}
	number, err := directory.ParseInstitutionNumber(r.number)
	if err != nil {
		return out("%v", err)
	}
	switch ends, valid := parseEnd(r.ends); {
	case !valid:
		return out("end date %q: want dd/mm/yyyy or yyyy-mm-dd", r.ends)
	case ends != "" && ends < l.today:
		l.list.Ended = append(l.list.Ended, Ended{File: r.file, Line: r.line, Number: number, On: ends})
		return "", directory.Location{}, nil, false
	}
	locationNumber := 0
	if r.location != "" {
		if locationNumber, err = strconv.Atoi(r.location); err != nil || locationNumber < 0 {
			return out("location number %q: want a whole number", r.location)
		}
	}
	if r.name == "" {
		return out("the school has no name")
	}
	for _, shown := range []struct{ what, text string }{
		{"name", r.name}, {"street", r.street}, {"house number", r.houseNumber}, {"box", r.box}, {"municipality", r.municipality}, {"type", r.kind}, {"network", r.network},
	} {
		if n := utf8.RuneCountInString(shown.text); n > maxText {
			return out("the %s has %d characters: want at most %d", shown.what, n, maxText)
		}
	}
	municipality, reason := l.placer.place(r)
	if reason != "" {
		return out("%s", reason)
	}
	if r.lat != 0 && !inBelgium(r.lat, r.lon) {
		p := r.problem(true, "the coordinates lie outside Belgium; left out")
		problem, r.lat, r.lon = &p, 0, 0
	}
	return number, directory.Location{
		Number: locationNumber, HeadOffice: r.headOffice,
		Street: r.street, HouseNumber: r.houseNumber, Box: r.box,
		Postcode: r.postcode, Place: l.placer.spelling(r), Municipality: municipality.Name,
		NIS: municipality.NIS, Zone: municipality.Zone, Lat: r.lat, Lon: r.lon,
	}, problem, true
}

// school joins the locations of one school. What the row of the head office says of the school counts.
func (l *reading) school(number directory.InstitutionNumber, locations []placed) directory.School {
	slices.SortStableFunc(locations, func(a, b placed) int {
		if a.at.HeadOffice != b.at.HeadOffice {
			if a.at.HeadOffice {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.at.Number, b.at.Number)
	})
	head := locations[0]
	s := directory.School{Number: number, Name: head.name, Type: head.kind, Network: head.network, Phone: phone(head.phone)}
	var known bool
	if s.Level, known = level(head.level, head.kind, head.name); !known {
		l.report(head.problem(true, "education level %q is unknown; shown with other education", head.level))
	}
	if s.Website, known = website(head.website); !known {
		if strings.Contains(head.website, "@") {
			l.report(head.problem(true, "the website is an e-mail address; left out"))
		} else {
			l.report(head.problem(true, "website %.80q is no web address; left out", head.website))
		}
	}
	if head.clb != "" {
		clb, err := directory.ParseInstitutionNumber(head.clb)
		if err != nil {
			l.report(head.problem(true, "CLB: %v; left out", err))
		}
		s.CLB = clb
	}
	used := map[int]bool{}
	for _, p := range locations {
		used[p.at.Number] = true
	}
	next := 1
	for i, p := range locations {
		if p.name != head.name {
			l.report(p.problem(true, "the school is called %q here; the name of its first location counts", p.name))
		}
		if i > 0 && p.at.HeadOffice {
			l.report(p.problem(true, "a second head office; the first one counts"))
			p.at.HeadOffice = false
		}
		// Institutions of higher education have location 0, which in our words is the school as a whole.
		if p.at.Number == 0 {
			for used[next] {
				next++
			}
			p.at.Number, used[next] = next, true
		}
		s.Locations = append(s.Locations, p.at)
	}
	return s
}

// sameAs tells whether two rows say the same, wherever they stand.
func (r row) sameAs(o row) bool {
	r.file, r.line = o.file, o.line
	return r == o
}
