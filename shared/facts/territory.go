package facts

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"aanspreekpunt/shared/directory"
)

// Source says where facts come from and from when they are.
type Source struct {
	AsOf string `json:"asOf,omitempty"` // yyyy, yyyy-MM or yyyy-MM-dd
	Text string `json:"text"`
}

// ReadTerritory parses zones.csv, former_zones.csv, municipalities.csv, former_municipalities.csv and places.csv
// and checks them with CheckTerritory. An error names the file, the line and the rule; several come joined.
func ReadTerritory(fsys fs.FS) (directory.Territory, error) {
	var t directory.Territory
	err := errors.Join(
		readCSV(fsys, "zones.csv", func(r *record) {
			z := directory.ZoneFacts{
				Code:    parse(r, "code", directory.ParseZoneCode),
				RawName: r.must("raw_name"), Name: r.must("name"), NameFr: r.get("name_fr"), Province: r.must("province"),
				Municipalities: parseList(r, "municipalities", directory.ParseNIS),
				Aliases:        r.list("aliases"),
				Phone:          parse(r, "phone", optional(parsePhone)),
				Email:          r.get("email"),
				Website:        parse(r, "website", optional(parseWebsite)),
				AsOf:           parse(r, "contact_as_of", optional(parseReducedDate)),
				Source:         r.get("contact_source"),
			}
			if r.get("street") != "" {
				z.Address = &directory.Address{Street: r.get("street"), Postcode: parse(r, "postcode", directory.ParsePostcode), Municipality: r.must("municipality")}
			}
			slices.Sort(z.Municipalities)
			t.Zones = append(t.Zones, z)
		}),
		readCSV(fsys, "former_zones.csv", func(r *record) {
			t.FormerZones = append(t.FormerZones, directory.FormerZone{
				Code: parse(r, "code", directory.ParseZoneCode), Name: r.must("name"),
				EndedOn:    parse(r, "ended_on", optional(parseReducedDate)),
				Successors: parseList(r, "successors", directory.ParseZoneCode),
			})
		}),
		readCSV(fsys, "municipalities.csv", func(r *record) {
			t.Municipalities = append(t.Municipalities, directory.Municipality{
				NIS: parse(r, "nis", directory.ParseNIS), Name: r.must("name"), NameFr: r.get("name_fr"), Province: r.must("province"),
				Zone: parse(r, "zone", directory.ParseZoneCode),
				Lat:  parse(r, "lat", optional(parseDegrees)), Lon: parse(r, "lon", optional(parseDegrees)),
			})
		}),
		readCSV(fsys, "former_municipalities.csv", func(r *record) {
			t.FormerMunicipalities = append(t.FormerMunicipalities, directory.FormerMunicipality{
				NIS: parse(r, "nis", directory.ParseNIS), Name: r.must("name"),
				EndedOn:    parse(r, "ended_on", optional(parseReducedDate)),
				Successors: parseList(r, "successors", directory.ParseNIS),
			})
		}),
		readCSV(fsys, "places.csv", func(r *record) {
			t.Places = append(t.Places, directory.Place{
				Postcode: parse(r, "postcode", directory.ParsePostcode), Name: r.must("name"),
				Kind: parse(r, "kind", parsePlaceKind), NIS: parse(r, "nis", directory.ParseNIS),
				Lat: parse(r, "lat", optional(parseDegrees)), Lon: parse(r, "lon", optional(parseDegrees)),
			})
		}),
	)
	if err != nil {
		return directory.Territory{}, err
	}
	slices.SortFunc(t.Zones, func(a, b directory.ZoneFacts) int { return cmp.Compare(a.Code, b.Code) })
	slices.SortFunc(t.FormerZones, func(a, b directory.FormerZone) int { return cmp.Compare(a.Code, b.Code) })
	slices.SortFunc(t.Municipalities, func(a, b directory.Municipality) int { return cmp.Compare(a.NIS, b.NIS) })
	slices.SortFunc(t.FormerMunicipalities, func(a, b directory.FormerMunicipality) int { return cmp.Compare(a.NIS, b.NIS) })
	slices.SortFunc(t.Places, func(a, b directory.Place) int {
		return cmp.Or(cmp.Compare(a.Postcode, b.Postcode), cmp.Compare(a.Name, b.Name), cmp.Compare(a.NIS, b.NIS))
	})
	return t, CheckTerritory(t)
}

// ReadSources parses sources.csv: for each file of facts its date and source.
func ReadSources(fsys fs.FS) (map[string]Source, error) {
	sources := map[string]Source{}
	err := readCSV(fsys, "sources.csv", func(r *record) {
		sources[r.must("file")] = Source{AsOf: parse(r, "as_of", parseReducedDate), Text: r.must("source")}
	})
	return sources, err
}

// CheckTerritory tells everything that is wrong with a territory: a code that occurs twice, a municipality that is
// not in exactly one zone or whose zone does not list it, a successor that does not exist, a chain of successors
// that never reaches today, a postcode or place that leads nowhere.
func CheckTerritory(t directory.Territory) error {
	var problems []error
	fail := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }

	zones := map[directory.ZoneCode]bool{}
	listedBy := map[directory.NIS][]directory.ZoneCode{}
	for _, z := range t.Zones {
		if zones[z.Code] {
			fail("zone %s occurs twice", z.Code)
		}
		zones[z.Code] = true
		if len(z.Municipalities) == 0 {
			fail("zone %s has no municipality", z.Code)
		}
		for _, nis := range z.Municipalities {
			listedBy[nis] = append(listedBy[nis], z.Code)
		}
	}
	municipalities := map[directory.NIS]bool{}
	for _, m := range t.Municipalities {
		if municipalities[m.NIS] {
			fail("municipality %s occurs twice", m.NIS)
		}
		municipalities[m.NIS] = true
		switch by := listedBy[m.NIS]; {
		case len(by) != 1:
			fail("municipality %s %s lies in %d zones %v, want exactly one", m.NIS, m.Name, len(by), by)
		case by[0] != m.Zone:
			fail("municipality %s %s names zone %s, but zone %s lists it", m.NIS, m.Name, m.Zone, by[0])
		}
		delete(listedBy, m.NIS)
	}
	for nis, by := range listedBy {
		fail("zone %s lists municipality %s, which does not exist", by[0], nis)
	}

	formerZones := map[directory.ZoneCode][]directory.ZoneCode{}
	for _, f := range t.FormerZones {
		if zones[f.Code] {
			fail("zone %s is both current and former", f.Code)
		}
		if formerZones[f.Code] != nil {
			fail("former zone %s occurs twice", f.Code)
		}
		formerZones[f.Code] = f.Successors
	}
	for code := range formerZones {
		if err := checkSuccessors(code, zones, formerZones); err != nil {
			fail("former zone %s: %w", code, err)
		}
	}
	formerMunicipalities := map[directory.NIS][]directory.NIS{}
	for _, f := range t.FormerMunicipalities {
		if municipalities[f.NIS] {
			fail("municipality %s is both current and former", f.NIS)
		}
		if formerMunicipalities[f.NIS] != nil {
			fail("former municipality %s occurs twice", f.NIS)
		}
		formerMunicipalities[f.NIS] = f.Successors
	}
	for nis := range formerMunicipalities {
		if err := checkSuccessors(nis, municipalities, formerMunicipalities); err != nil {
			fail("former municipality %s: %w", nis, err)
		}
	}
	seen := map[directory.Place]bool{}
	reached := map[directory.NIS]bool{}
	for _, p := range t.Places {
		if !municipalities[p.NIS] {
			fail("postcode %s %s leads to municipality %s, which does not exist", p.Postcode, p.Name, p.NIS)
		}
		key := directory.Place{Postcode: p.Postcode, Name: p.Name, NIS: p.NIS}
		if seen[key] {
			fail("place %s %s occurs twice", p.Postcode, p.Name)
		}
		seen[key] = true
		reached[p.NIS] = true
	}
	for nis := range municipalities {
		if !reached[nis] {
			fail("municipality %s has no postcode", nis)
		}
	}
	slices.SortFunc(problems, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return errors.Join(problems...)
}

// checkSuccessors walks the successors of a code until all of them are of today.
func checkSuccessors[C comparable](code C, current map[C]bool, former map[C][]C) error {
	var walk func(c C, path []C) error
	walk = func(c C, path []C) error {
		if current[c] {
			return nil
		}
		if slices.Contains(path, c) {
			return fmt.Errorf("its successors go round in a circle: %v", append(path, c))
		}
		next := former[c]
		if len(next) == 0 {
			return fmt.Errorf("successor %v does not exist", c)
		}
		for _, n := range next {
			if err := walk(n, append(path, c)); err != nil {
				return err
			}
		}
		return nil
	}
	return walk(code, nil)
}

// record is one row of a CSV file, read by column name. Its first problem is kept in err.
type record struct {
	columns map[string]int
	values  []string
	err     error
}

func (r *record) fail(column, reason string) {
	if r.err == nil {
		r.err = fmt.Errorf("column %s: %s", column, reason)
	}
}

func (r *record) get(column string) string {
	i, ok := r.columns[column]
	if !ok {
		r.fail(column, "is not in the file")
		return ""
	}
	return strings.TrimSpace(r.values[i])
}

func (r *record) must(column string) string {
	v := r.get(column)
	if v == "" {
		r.fail(column, "must not be blank")
	}
	return v
}

func (r *record) list(column string) []string {
	v := r.get(column)
	if v == "" {
		return nil
	}
	return strings.Split(v, "|")
}

func parse[T any](r *record, column string, parser func(string) (T, error)) T {
	v, err := parser(r.get(column))
	if err != nil {
		r.fail(column, err.Error())
	}
	return v
}

func parseList[T any](r *record, column string, parser func(string) (T, error)) []T {
	var result []T
	for _, s := range r.list(column) {
		v, err := parser(s)
		if err != nil {
			r.fail(column, err.Error())
		}
		result = append(result, v)
	}
	if len(result) == 0 {
		r.fail(column, "must not be blank")
	}
	return result
}

// optional lets a parser take a blank cell as the zero value.
func optional[T any](parser func(string) (T, error)) func(string) (T, error) {
	return func(s string) (T, error) {
		if s == "" {
			var zero T
			return zero, nil
		}
		return parser(s)
	}
}

func parsePhone(s string) (string, error) {
	national, belgian := strings.CutPrefix(s, "+32")
	_, err := strconv.ParseUint(national, 10, 64)
	if n := len(national); err != nil || belgian && n != 8 && n != 9 || !belgian && n != 3 && n != 4 {
		return "", fmt.Errorf("%q is no Belgian number in E.164 and no national short number", s)
	}
	return s, nil
}

func parseWebsite(s string) (string, error) {
	if !strings.HasPrefix(s, "https://") {
		return "", fmt.Errorf("%q does not start with https://", s)
	}
	return s, nil
}

func parseReducedDate(s string) (string, error) {
	for _, layout := range []string{"2006", "2006-01", time.DateOnly} {
		if _, err := time.Parse(layout, s); err == nil {
			return s, nil
		}
	}
	return "", fmt.Errorf("%q is not written yyyy, yyyy-MM or yyyy-MM-dd", s)
}

func parseDegrees(s string) (float64, error) { return strconv.ParseFloat(s, 64) }

func parsePlaceKind(s string) (directory.PlaceKind, error) {
	switch k := directory.PlaceKind(s); k {
	case directory.PlaceMunicipality, directory.PlaceOtherLanguage, directory.PlaceSubmunicipality, directory.PlaceFormerMunicipality:
		return k, nil
	}
	return "", fmt.Errorf("%q is no kind of place", s)
}

// readCSV calls row for each record of a file with a header. It tells every row's first problem with its line.
func readCSV(fsys fs.FS, name string, row func(*record)) error {
	f, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	reader := csv.NewReader(f)
	header, err := reader.Read()
	if err != nil {
		return fmt.Errorf("%s: header: %w", name, err)
	}
	columns := map[string]int{}
	for i, c := range header {
		columns[c] = i
	}
	records, err := reader.ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	var problems []error
	for i, values := range records {
		r := record{columns: columns, values: values}
		row(&r)
		if r.err != nil {
			problems = append(problems, fmt.Errorf("%s line %d: %w", name, i+2, r.err))
		}
	}
	return errors.Join(problems...)
}
