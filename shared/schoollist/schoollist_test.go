package schoollist_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"aanspreekpunt/infra/reference"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/schoollist"
)

const today = directory.Day("2026-11-23")

var territory = sync.OnceValues(func() (directory.Territory, error) { return facts.ReadTerritory(reference.FS) })

func readTerritory(t testing.TB) directory.Territory {
	t.Helper()
	read, err := territory()
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// columns is a header as the ministry writes it since 2023.
var columns = []string{
	"schoolnummer", "intern_vplnummer", "net", "naam", "hoofdzetel", "adres", "straat", "huisnummer", "busnummer", "postcode", "gemeente",
	"niscode", "provinciecode", "provincie", "VWO-vestigingsplaatscode", "crab-code", "crab-huisnr", "lx", "ly", "kbo-nummer", "telefoon",
	"fax", "e-mail", "website", "beheerder(s)", "soort instelling", "onderwijsniveau", "instellingstype", "begindatum", "einddatum",
	"status erkenning", "clb", "bestuur", "scholengemeenschap", "leersteuncentrum", "taalstelsel", "ingerichte hoofdstructuren", "aanmelden",
}

// line is one row: what it does not name has an ordinary value.
type line map[string]string

func (l line) value(column string) string {
	if v, ok := l[column]; ok {
		return v
	}
	switch column {
	case "schoolnummer":
		return "990001"
	case "intern_vplnummer":
		return "1"
	case "net":
		return "Gemeenschapsonderwijs"
	case "naam":
		return "De Kersenboom (voorbeeld)"
	case "hoofdzetel":
		return "True"
	case "straat":
		return "Voorbeeldstraat"
	case "huisnummer":
		return "7"
	case "postcode":
		return "3300"
	case "gemeente":
		return "Tienen"
	case "niscode":
		return "24107"
	case "lx", "ly":
		return "0"
	case "kbo-nummer":
		return `"KBO  0000.000.000"`
	case "e-mail":
		return "directie@kersenboom.example"
	case "beheerder(s)":
		return "Voorbeeld Directeur"
	case "soort instelling":
		return "Onderwijsinstelling"
	case "onderwijsniveau":
		return "BaO"
	case "instellingstype":
		return "Basisschool"
	case "begindatum":
		return "01/01/0001"
	case "einddatum":
		return "31/12/4444"
	}
	return ""
}

// export writes rows in the ministry's own form.
func export(header []string, lineEnd string, rows ...line) schoollist.File {
	var b strings.Builder
	b.WriteString("\ufeff")
	quoted := func(value func(string) string) {
		for i, c := range header {
			if i > 0 {
				b.WriteString(";")
			}
			b.WriteString(`"` + strings.ReplaceAll(value(c), `"`, `""`) + `"`)
		}
		b.WriteString(lineEnd)
	}
	quoted(func(c string) string { return c })
	for _, r := range rows {
		quoted(r.value)
	}
	return schoollist.File{Name: "export.csv", Data: []byte(b.String())}
}

func read(t testing.TB, files ...schoollist.File) schoollist.List {
	t.Helper()
	list, err := schoollist.Read(files, readTerritory(t), today)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestReadsAnExport(t *testing.T) {
	t.Parallel()
	list := read(t, export(columns, "\r",
		line{
			"schoolnummer": "18", "telefoon": "016 00 00 00", "website": "www.kersenboom.example", "clb": "114331", "busnummer": "B",
			"lx": "190000", "ly": "165000",
		},
		line{"schoolnummer": "18", "intern_vplnummer": "4", "hoofdzetel": "False", "straat": "Andere Straat", "postcode": "3320", "gemeente": "Hoegaarden", "niscode": "24041"},
		line{"schoolnummer": "18", "intern_vplnummer": "2", "hoofdzetel": "False", "postcode": "2150", "gemeente": "Borsbeek", "niscode": "11007"},
	))
	want := directory.School{
		Number: "000018", Name: "De Kersenboom (voorbeeld)", Level: directory.LevelBasic, Type: "Basisschool", Network: "Gemeenschapsonderwijs",
		Phone: "016 00 00 00", Website: "https://www.kersenboom.example", CLB: "114331",
		Locations: []directory.Location{
			{Number: 1, HeadOffice: true, Street: "Voorbeeldstraat", HouseNumber: "7", Box: "B", Postcode: "3300", Place: "Tienen", Municipality: "Tienen", NIS: 24107, Zone: "5910", Lat: 50.79409, Lon: 4.9361},
			{Number: 2, Street: "Voorbeeldstraat", HouseNumber: "7", Postcode: "2150", Place: "Borsbeek", Municipality: "Antwerpen", NIS: 11002, Zone: "5345"},
			{Number: 4, Street: "Andere Straat", HouseNumber: "7", Postcode: "3320", Place: "Hoegaarden", Municipality: "Hoegaarden", NIS: 24041, Zone: "5910"},
		},
	}
	if len(list.Schools) != 1 || len(list.Problems) != 0 {
		t.Fatalf("got %d schools and problems %v", len(list.Schools), list.Problems)
	}
	if got, want := asJSON(t, list.Schools[0]), asJSON(t, want); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestLineEndsAndColumnOrderDoNotMatter(t *testing.T) {
	t.Parallel()
	rows := []line{{}, {"schoolnummer": "990002", "naam": "Het \"Anker\"; aan zee (voorbeeld)", "niscode": "35013", "postcode": "8400", "gemeente": "Oostende"}}
	want := asJSON(t, read(t, export(columns, "\r", rows...)).Schools)
	if !strings.Contains(want, `Het \"Anker\"; aan zee`) {
		t.Fatalf("quotes or semicolons in a name are lost: %s", want)
	}
	backwards := slices.Clone(columns)
	slices.Reverse(backwards)
	without := slices.DeleteFunc(slices.Clone(columns), func(c string) bool { return c == "leersteuncentrum" || c == "aanmelden" || c == "e-mail" })
	for name, file := range map[string]schoollist.File{
		"CRLF": export(columns, "\r\n", rows...), "LF": export(columns, "\n", rows...),
		"backwards": export(backwards, "\r", rows...), "2022": export(without, "\r", rows...),
		"no mark": {Name: "x", Data: export(columns, "\r", rows...).Data[3:]},
	} {
		if got := asJSON(t, read(t, file).Schools); got != want {
			t.Errorf("%s: got  %s\nwant %s", name, got, want)
		}
	}
}

// TestPeoplesHandsOnAnExport reads what spreadsheet programs and pasted text leave in a file.
func TestPeoplesHandsOnAnExport(t *testing.T) {
	t.Parallel()
	blank := line{}
	for _, c := range columns {
		blank[c] = ""
	}
	list := read(t, export(columns, "\r\n", line{"naam": "  De\u00a0Kersenboom \r\n\x00(voor\u00adbeeld\u202e) ", "straat": "Voorbeeld\u200bstraat"}, blank))
	if len(list.Schools) != 1 || len(list.Problems) != 0 {
		t.Fatalf("got %d schools, problems %v", len(list.Schools), list.Problems)
	}
	if s := list.Schools[0]; s.Name != "De Kersenboom (voorbeeld)" || s.Locations[0].Street != "Voorbeeldstraat" {
		t.Errorf("got %q in %q", s.Name, s.Locations[0].Street)
	}
}

func TestKeepsNoPersonalData(t *testing.T) {
	t.Parallel()
	list := read(t, export(columns, "\r", line{"website": "directie@kersenboom.example"}, line{"schoolnummer": "x", "naam": "y@z.example"}))
	got := asJSON(t, list)
	for _, secret := range []string{"@", "Voorbeeld Directeur", "0000.000.000"} {
		if strings.Contains(got, secret) {
			t.Errorf("%q is kept: %s", secret, got)
		}
	}
}

func TestRefusesWhatIsNoList(t *testing.T) {
	t.Parallel()
	whole := export(columns, "\r", line{}, line{"schoolnummer": "990002"})
	changed := func(old, new string) []byte { return []byte(strings.Replace(string(whole.Data), old, new, 1)) }
	var many []line
	for n := range 1001 {
		many = append(many, line{"intern_vplnummer": strconv.Itoa(n + 1), "hoofdzetel": "False"})
	}
	for _, c := range []struct{ name, data, want string }{
		{"a school everywhere", string(export(columns, "\r", many...).Data), "export.csv: line 1002: school 990001 has more than 1000 locations"},
		{"empty", "", "export.csv: line 1: the file is empty"},
		{"only a mark", "\ufeff", "export.csv: line 1: the file is empty"},
		{"a web page", "<!DOCTYPE html>\n<html><body>Onderhoud</body></html>\n", "export.csv: line 1: not the ministry's list of schools"},
		{"a web page in one line", "<html><body>&nbsp;503</body></html>", "export.csv: line 1: not the ministry's list of schools"},
		{"separated by commas", strings.ReplaceAll(string(whole.Data), `";"`, `","`), "export.csv: line 1: its columns are not separated by ;"},
		{"separated by tabs", strings.ReplaceAll(string(whole.Data), `";"`, "\"\t\""), "export.csv: line 1: its columns are not separated by ;"},
		{"no row", string(export(columns, "\r").Data), "export.csv: line 1: a header without schools"},
		{"a column lost", string(changed(`"telefoon"`, `"tel"`)), "export.csv: line 1: columns missing: telefoon"},
		{"a column twice", string(changed(`"fax"`, `"naam"`)), `export.csv: line 1: column "naam" stands there twice`},
		{"a quote too many", string(changed(`"Tienen"`, `"Tie"nen"`)), "export.csv: line 2: a quote is broken"},
		{"a field too many", string(changed(`"Tienen";`, `"Tienen";"";`)), "export.csv: line 2: another number of fields"},
		{"not UTF-8", string(changed("Kersenboom", "Kersenb\xf6\xf6m")), "export.csv: line 2: not UTF-8"},
		{"not a truth", string(changed(`"True"`, `"Ja"`)), `export.csv: line 2: hoofdzetel is "Ja"`},
		{"cut off in a word", string(whole.Data[:strings.LastIndex(string(whole.Data), "schoo")]), "export.csv: line 3: the file is cut off"},
		{"cut off after a quote", string(whole.Data[:strings.LastIndex(string(whole.Data), "Basisschool")]), "export.csv: line 3: a quote is broken, or the file is cut off"},
		{"cut off between fields", string(whole.Data[:strings.LastIndex(string(whole.Data), `;"Basisschool`)]), "export.csv: line 3: another number of fields"},
		{"all ended", string(export(columns, "\r", line{"einddatum": "31/08/2020"}).Data), "export.csv: no school in the list is open"},
	} {
		_, err := schoollist.Read([]schoollist.File{{Name: "export.csv", Data: []byte(c.data)}}, readTerritory(t), today)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s…", c.name, err, c.want)
		}
	}
	if _, err := schoollist.Read(nil, readTerritory(t), today); err == nil {
		t.Error("no files at all: no error")
	}
}

// A file cut off anywhere is refused, except exactly between two rows, where nobody can tell.
func TestCutOffAnywhere(t *testing.T) {
	t.Parallel()
	whole := export(columns, "\r", line{}, line{"schoolnummer": "990002", "naam": "Met \"quotes\""}, line{"schoolnummer": "990003"}).Data
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, len(whole)-1).Draw(t, "length")
		_, err := schoollist.Read([]schoollist.File{{Name: "x", Data: whole[:n]}}, must(territory()), today)
		between := n == len(whole)-1 || whole[n] == '\r' || n > 0 && whole[n-1] == '\r'
		header := strings.Count(string(whole[:n]), "\r") == 0 || n > 0 && strings.Count(string(whole[:n]), "\r") == 1 && whole[n-1] == '\r'
		if complete := between && !header; complete != (err == nil) {
			t.Fatalf("cut at %d (…%q): error %v", n, whole[max(0, n-30):n], err)
		}
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestPlacesARow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		row    line
		nis    directory.NIS
		zone   directory.ZoneCode
		reason string
	}{
		{"as it is today", line{}, 24107, "5910", ""},
		{"merged in 2025", line{"niscode": "73006", "postcode": "3740", "gemeente": "Bilzen"}, 73110, "5381", ""},
		{"same name, new code", line{"niscode": "71022", "postcode": "3500", "gemeente": "Hasselt"}, 71072, "5907", ""},
		{"merged in 2019 and read by its old code", line{"niscode": "12030", "postcode": "2870", "gemeente": "Puurs"}, 12041, "5913", ""},
		{"a homonym elsewhere: Beveren in Roeselare", line{"niscode": "36015", "postcode": "8800", "gemeente": "Beveren"}, 36015, "5453", ""},
		{"without a code", line{"niscode": ""}, 24107, "5910", ""},
		{"code and name without a known postcode", line{"postcode": "3399"}, 24107, "5910", ""},
		{"a French name", line{"niscode": "21015", "postcode": "1030", "gemeente": "Schaerbeek"}, 21015, "5344", ""},
		{"shouted", line{"gemeente": "TIENEN"}, 24107, "5910", ""},
		{"a code of tomorrow, postcode and name agree", line{"niscode": "24999"}, 24107, "5910", ""},
		{"two against the postcode", line{"postcode": "2000"}, 24107, "5910", ""},
		{"two against the code", line{"niscode": "11002"}, 24107, "5910", ""},
		{"3470 by its code", line{"niscode": "24054", "postcode": "3470", "gemeente": "Kortenaken"}, 24054, "5389", ""},
		{"3470 by its place", line{"niscode": "", "postcode": "3470", "gemeente": "Sint-Margriete-Houtem"}, 24107, "5910", ""},
		{"3470 by its coordinates", line{"niscode": "", "postcode": "3470", "gemeente": "", "lx": "201000", "ly": "176500"}, 24054, "5389", ""},
		{"3470 with nothing else", line{"niscode": "", "postcode": "3470", "gemeente": ""}, 0, "", "leave Kortenaken or Tienen and there are no coordinates to decide"},
		{"Wallonia", line{"niscode": "62063", "postcode": "4000", "gemeente": "Liège"}, 0, "", "are not in Flanders or Brussels"},
		{"an unknown code and a postcode", line{"niscode": "62063", "gemeente": "Liège"}, 0, "", "only one of them is known"},
		{"a contradiction", line{"niscode": "11002", "postcode": "8400", "gemeente": "Tienen"}, 0, "", "contradict each other"},
		{"no postcode", line{"postcode": ""}, 0, "", `postcode "": want four digits`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			row := line{"schoolnummer": "990002"}
			for k, v := range c.row {
				row[k] = v
			}
			list := read(t, export(columns, "\r", line{}, row))
			if c.reason != "" {
				if len(list.Schools) != 1 || len(list.Problems) != 1 || list.Unplaced() != 1 {
					t.Fatalf("got %d schools, problems %v", len(list.Schools), list.Problems)
				}
				p := list.Problems[0]
				if p.File != "export.csv" || p.Line != 3 || p.Number != "990002" || !strings.Contains(p.Reason, c.reason) {
					t.Errorf("got problem %+v", p)
				}
				return
			}
			if len(list.Schools) != 2 || len(list.Problems) != 0 {
				t.Fatalf("got %d schools, problems %v", len(list.Schools), list.Problems)
			}
			if got := list.Schools[1].Locations[0]; got.NIS != c.nis || got.Zone != c.zone {
				t.Errorf("got %d %s in zone %s, want %d in %s", got.NIS, got.Municipality, got.Zone, c.nis, c.zone)
			}
		})
	}
}

func TestReportsRows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, reason string
		kept         bool
		row          line
	}{
		{"number", "want one to six digits", false, line{"schoolnummer": "1234567"}},
		{"end date", "end date \"soon\"", false, line{"einddatum": "soon"}},
		{"location", "location number \"A\"", false, line{"intern_vplnummer": "A"}},
		{"name", "the school has no name", false, line{"naam": ""}},
		{"name of blanks", "the school has no name", false, line{"naam": "\u00a0\u200b\t"}},
		{"long name", "the name has 201 characters: want at most 200", false, line{"naam": strings.Repeat("é", 201)}},
		{"long street", "the street has 70000 characters", false, line{"straat": strings.Repeat("s", 70_000)}},
		{"long website", "is no web address", true, line{"website": "www.kersenboom.example/" + strings.Repeat("x", 200)}},
		{"level", "education level \"KK\" is unknown", true, line{"onderwijsniveau": "KK"}},
		{"website", "website \"geen\" is no web address", true, line{"website": "geen"}},
		{"clb", "CLB: institution number \"x\"", true, line{"clb": "x"}},
		{"coordinates", "are no numbers", true, line{"lx": "veel"}},
		{"far away", "outside Belgium", true, line{"lx": "900000", "ly": "900000"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			row := line{"schoolnummer": "990002"}
			for k, v := range c.row {
				row[k] = v
			}
			list := read(t, export(columns, "\r", line{}, row))
			schools := 1
			if c.kept {
				schools = 2
			}
			if len(list.Schools) != schools || len(list.Problems) != 1 {
				t.Fatalf("got %d schools, problems %v", len(list.Schools), list.Problems)
			}
			if p := list.Problems[0]; p.Line != 3 || p.Kept != c.kept || !strings.Contains(p.Reason, c.reason) {
				t.Errorf("got %+v", p)
			}
		})
	}
}

func TestLeavesOutWhatEnded(t *testing.T) {
	t.Parallel()
	list := read(t, export(columns, "\r",
		line{},
		line{"intern_vplnummer": "2", "hoofdzetel": "False", "einddatum": "31/08/2024"},
		line{"schoolnummer": "990002", "einddatum": "22/11/2026"},
		line{"schoolnummer": "990003", "einddatum": "23/11/2026"},
		line{"schoolnummer": "990004", "soort instelling": "Centrum voor leerlingenbegeleiding"},
	))
	if got := numbers(list.Schools); !slices.Equal(got, []directory.InstitutionNumber{"990001", "990003"}) {
		t.Errorf("got %v: a school is open on its last day", got)
	}
	want := []schoollist.Ended{{File: "export.csv", Line: 3, Number: "990001", On: "2024-08-31"}, {File: "export.csv", Line: 4, Number: "990002", On: "2026-11-22"}}
	if !slices.Equal(list.Ended, want) || list.Others != 1 || len(list.Schools[0].Locations) != 1 {
		t.Errorf("got ended %v, %d others, locations %v", list.Ended, list.Others, list.Schools[0].Locations)
	}
}

func numbers(schools []directory.School) []directory.InstitutionNumber {
	var out []directory.InstitutionNumber
	for _, s := range schools {
		out = append(out, s.Number)
	}
	return out
}

func TestLocations(t *testing.T) {
	t.Parallel()
	// Several files overlap, one location is told in two ways, one has no number, and two call themselves head office.
	first := export(columns, "\r", line{"intern_vplnummer": "0"}, line{"intern_vplnummer": "2", "straat": "Tweede Straat"})
	second := export(columns, "\r", line{"intern_vplnummer": "2", "straat": "Tweede Straat"}, line{"intern_vplnummer": "1", "straat": "Derde Straat", "hoofdzetel": "False", "naam": "Een Andere (voorbeeld)"},
		line{"intern_vplnummer": "2", "straat": "Vierde Straat"})
	second.Name = "second.csv"
	list := read(t, first, second)
	var got []string
	for _, l := range list.Schools[0].Locations {
		got = append(got, fmt.Sprintf("%d %t %s", l.Number, l.HeadOffice, l.Street))
	}
	if want := []string{"3 true Voorbeeldstraat", "2 false Tweede Straat", "1 false Derde Straat"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	var reasons []string
	for _, p := range list.Problems {
		reasons = append(reasons, fmt.Sprintf("%s:%d %t %s", p.File, p.Line, p.Kept, p.Reason))
	}
	want := []string{
		"export.csv:3 true a second head office; the first one counts",
		`second.csv:3 true the school is called "Een Andere (voorbeeld)" here; the name of its first location counts`,
		"second.csv:4 false location 2 stands at export.csv line 3 already, with other values",
	}
	if !slices.Equal(reasons, want) {
		t.Errorf("got %q, want %q", reasons, want)
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	before := []directory.School{{Number: "000001", Name: "A"}, {Number: "000002", Name: "B"}, {Number: "000003", Name: "C", Locations: []directory.Location{{Number: 1}}}}
	after := []directory.School{{Number: "000003", Name: "D", Locations: []directory.Location{{Number: 2}}}, {Number: "000004", Name: "E"}, {Number: "000001", Name: "A"}}
	got := asJSON(t, schoollist.Compare(before, after))
	want := `{"added":[{"number":"000004","name":"E"}],"changed":[{"number":"000003","name":"D","what":["name","locations"]}],"vanished":[{"number":"000002","name":"B"}]}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := asJSON(t, schoollist.Compare(after, after)); got != `{"added":[],"changed":[],"vanished":[]}` {
		t.Errorf("a list differs from itself: %s", got)
	}
}

// What is added one way has vanished the other way.
func TestCompareBothWays(t *testing.T) {
	t.Parallel()
	schools := rapid.Custom(func(t *rapid.T) []directory.School {
		set := rapid.MapOf(rapid.IntRange(1, 9), rapid.StringMatching(`[ab]`)).Draw(t, "schools")
		var list []directory.School
		for n, name := range set {
			list = append(list, directory.School{Number: directory.InstitutionNumber(fmt.Sprintf("%06d", n)), Name: name})
		}
		return list
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := schools.Draw(t, "a"), schools.Draw(t, "b")
		there, back := schoollist.Compare(a, b), schoollist.Compare(b, a)
		if !slices.Equal(there.Added, back.Vanished) || !slices.Equal(there.Vanished, back.Added) || len(there.Changed) != len(back.Changed) {
			t.Fatalf("there %+v, back %+v", there, back)
		}
		if len(a)-len(there.Vanished)+len(there.Added) != len(b) {
			t.Fatalf("%d schools, %+v, gives %d", len(a), there, len(b))
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add(export(columns, "\r", line{}).Data)
	f.Add(institutionPages(1, school(990001, nil))[0].Data)
	f.Add([]byte(`{"meta":{"total_elements":1,"total_pages":1,"number":1},"content":[{"instelling_naam":[]}]}`))
	small := directory.Territory{
		Municipalities: []directory.Municipality{{NIS: 24107, Name: "Tienen", Zone: "5910"}, {NIS: 24041, Name: "Hoegaarden", Zone: "5910"}},
		Places:         []directory.Place{{Postcode: "3300", Name: "Tienen", NIS: 24107}, {Postcode: "3320", Name: "Hoegaarden", NIS: 24041}},
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := schoollist.Read([]schoollist.File{{Name: "f", Data: data}}, small, today)
		var incomplete *schoollist.IncompleteError
		if err != nil && !errors.As(err, &incomplete) && !strings.HasPrefix(err.Error(), "f: ") {
			t.Errorf("an error that does not name the file: %v", err)
		}
		for _, s := range list.Schools {
			if len(s.Locations) == 0 || s.Locations[0].Zone == "" {
				t.Errorf("a school without a zone: %+v", s)
			}
		}
	})
}
