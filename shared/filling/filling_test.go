package filling_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/filling"
)

var zone = directory.ZoneFacts{Code: "5910", Name: "Getevallei", Province: "Vlaams-Brabant", Municipalities: []directory.NIS{24107, 24041}}

type noSchools struct{}

func (noSchools) School(directory.InstitutionNumber) (directory.School, bool) {
	return directory.School{}, false
}

// parse stands for the parser of phone numbers: Belgian ones with their 0, and E.164.
func parse(typed string) (string, error) {
	digits := strings.NewReplacer(" ", "", "/", "", ".", "").Replace(typed)
	if rest, ok := strings.CutPrefix(digits, "0"); ok && len(rest) >= 8 && strings.Trim(rest, "0123456789") == "" {
		return "+32" + rest, nil
	}
	if strings.HasPrefix(digits, "+32") {
		return digits, nil
	}
	return "", errors.New("not a phone number")
}

func target(p directory.Profile) filling.Target {
	return filling.Target{
		Profile: p, Municipalities: map[string]directory.NIS{"Tienen": 24107, "Hoegaarden": 24041}, ParsePhone: parse,
		Check: directory.Validation{Zone: zone, Schools: noSchools{}, ParsePhone: parse}.Check,
	}
}

func table(lines ...string) filling.Table {
	var t filling.Table
	for i, l := range lines {
		t.Lines = append(t.Lines, filling.Line{Number: i + 1, Cells: strings.Split(l, "|")})
	}
	return t
}

func said(problems []filling.Problem) string {
	words := make([]string, len(problems))
	for i, p := range problems {
		words[i] = p.String()
	}
	return strings.Join(words, "\n")
}

// kept is a zone that saved before: a public number with a note, a name, and a second point.
func kept() directory.Profile {
	return directory.Profile{Code: "5910", Version: 3, ContactPoints: []directory.ContactPoint{
		{ID: "jeugd", Role: "Jeugdinspecteur", Name: "Voorbeeld Een", NameVisibility: directory.VisiblePublic, Primary: true,
			Phones:       []directory.Phone{{Number: "+3216665511", Visibility: directory.VisiblePublic, Note: "overdag"}, {Number: "+3216665512", Visibility: directory.VisiblePublic}},
			Emails:       []directory.Email{{Address: "jeugd@politie.example", Visibility: directory.VisiblePublic}},
			Availability: "Elke werkdag", AvailabilityPublic: true, Themes: []directory.Theme{directory.ThemeDrugs}},
		{ID: "wijk", Role: "Wijkwerking"},
	}}
}

func fill(t *testing.T, p directory.Profile, lines ...string) filling.Filled {
	t.Helper()
	rows, problems, err := filling.Read(table(lines...))
	if err != nil || len(problems) > 0 {
		t.Fatalf("read: %v, %s", err, said(problems))
	}
	return filling.Fill(target(p), rows)
}

func TestALineBecomesAContactPointKeptForSchools(t *testing.T) {
	t.Parallel()
	got := fill(t, directory.ProfileOfFacts(zone),
		" telefoon |FUNCTIE|Zonecode|Politiezone|Naam|E-mail|Onderwerpen|Onderwijsniveaus|Gemeenten|Talen|Bereikbaarheid",
		"16665511|Jeugdinspecteur|5910|wat dan ook|Voorbeeld Een|jeugd@politie.example|Drugs, spijbelen|secundair onderwijs|tienen; Hoegaarden|Nederlands, fr|Elke werkdag")
	if len(got.Problems) > 0 || len(got.Input.ContactPoints) != 1 {
		t.Fatalf("%s\n%+v", said(got.Problems), got.Input)
	}
	p := got.Input.ContactPoints[0]
	want := fmt.Sprint(directory.ContactPoint{ID: "jeugdinspecteur", Role: "Jeugdinspecteur", Name: "Voorbeeld Een", NameVisibility: "schools", Primary: true,
		Themes: []directory.Theme{"drugs", "truancy"}, Levels: []directory.Level{"secondary"}, Municipalities: []directory.NIS{24107, 24041},
		Languages: []string{"nl", "fr"}, Phones: []directory.Phone{{Number: "+3216665511", Visibility: "schools"}},
		Emails: []directory.Email{{Address: "jeugd@politie.example", Visibility: "schools"}}, Availability: "Elke werkdag"})
	if fmt.Sprint(p) != want {
		t.Errorf("got  %v\nwant %s", p, want)
	}
	if got.Input.Assured || !slices.Equal(got.Lines, []int{2}) {
		t.Errorf("assured %v, lines %v", got.Input.Assured, got.Lines)
	}
}

func TestBlankChangesNothingAndTheWordClears(t *testing.T) {
	t.Parallel()
	const header = "Zonecode|Functie|Naam|Telefoon|Telefoon 2|E-mail|E-mail 2|Onderwerpen|Bereikbaarheid|Vast aanspreekpunt"
	for name, test := range map[string]struct {
		line string
		want func(*directory.ContactPoint)
	}{
		"blank":              {"5910|jeugdinspecteur||||||||", func(*directory.ContactPoint) {}},
		"the same, as typed": {"5910|Jeugdinspecteur|Voorbeeld Een|016 66 55 11|016/66.55.12|JEUGD@politie.example||drugs|Elke werkdag|ja", func(*directory.ContactPoint) {}},
		"clears the first":   {"5910|Jeugdinspecteur||WISSEN||||||", func(p *directory.ContactPoint) { p.Phones = p.Phones[1:] }},
		"clears both":        {"5910|Jeugdinspecteur||WISSEN|WISSEN|||||", func(p *directory.ContactPoint) { p.Phones = []directory.Phone{} }},
		"clears a missing":   {"5910|Jeugdinspecteur|||||WISSEN|||", func(*directory.ContactPoint) {}},
		"clears the rest": {"5910|Jeugdinspecteur|WISSEN|||WISSEN||WISSEN|WISSEN|", func(p *directory.ContactPoint) {
			p.Name, p.NameVisibility, p.Emails, p.Themes, p.Availability, p.AvailabilityPublic = "", "schools", []directory.Email{}, []directory.Theme{}, "", false
		}},
		"another number": {"5910|Jeugdinspecteur||016 66 55 13||||||", func(p *directory.ContactPoint) {
			p.Phones[0] = directory.Phone{Number: "+3216665513", Visibility: "schools"}
		}},
		"another name, hours": {"5910|Jeugdinspecteur|Voorbeeld Twee||||||Ook zaterdag|", func(p *directory.ContactPoint) {
			p.Name, p.NameVisibility, p.Availability, p.AvailabilityPublic = "Voorbeeld Twee", "schools", "Ook zaterdag", false
		}},
		"a second address": {"5910|Jeugdinspecteur||||ander@politie.example|tweede@politie.example|||", func(p *directory.ContactPoint) {
			p.Emails = []directory.Email{{Address: "ander@politie.example", Visibility: "schools"}, {Address: "tweede@politie.example", Visibility: "schools"}}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := fill(t, kept(), header, test.line)
			if len(got.Problems) > 0 {
				t.Fatal(said(got.Problems))
			}
			want := kept().Input()
			test.want(&want.ContactPoints[0])
			if fmt.Sprint(got.Input) != fmt.Sprint(want) {
				t.Errorf("got  %v\nwant %v", got.Input, want)
			}
		})
	}
}

func TestAnotherPrimary(t *testing.T) {
	t.Parallel()
	got := fill(t, kept(), "Zonecode|Functie|Vast aanspreekpunt", "5910|Onthaal|Ja")
	if points := got.Input.ContactPoints; len(got.Problems) > 0 || len(points) != 3 || points[0].Primary || !points[2].Primary {
		t.Errorf("%s\n%+v", said(got.Problems), points)
	}
}

func TestProblemsOfLines(t *testing.T) {
	t.Parallel()
	const header = "Zonecode|Functie|Telefoon|Telefoon 2|E-mail|Naam|Onderwerpen|Gemeenten|Vast aanspreekpunt|Bereikbaarheid|Talen"
	tests := map[string]struct {
		lines []string
		want  string
	}{
		"two numbers":         {[]string{"5910|A|016 66 55 11 / 0470 12 34 56||||||ja"}, "Rij 2, Telefoon: twee nummers. Zet het tweede in 'Telefoon 2'."},
		"two in the second":   {[]string{"5910|A||+32 16 66 55 11 of +32 16 66 55 12|||||ja"}, "Rij 2, Telefoon 2: twee nummers. Er is plaats voor één."},
		"cut by Excel":        {[]string{"5910|A|4,7E+08||||||ja"}, "Rij 2, Telefoon: het rekenblad kortte dit nummer af."},
		"no number":           {[]string{"5910|A|bel maar||||||ja"}, "Rij 2, Telefoon: dit is geen telefoonnummer."},
		"no address":          {[]string{"5910|A|||geen||||ja"}, "Rij 2, E-mail: "},
		"formula":             {[]string{"5910|A||||=HYPERLINK(\"x\")|||ja"}, "Rij 2, Naam: een formule. Plak de waarde zelf."},
		"error of the sheet":  {[]string{"5910|A||||#N/A|||ja"}, "Rij 2, Naam: een fout van het rekenblad."},
		"no zone":             {[]string{"|A"}, "Rij 2, Zonecode: vul de code"},
		"no code":             {[]string{"Tienen|A"}, "Rij 2, Zonecode: dit is geen code"},
		"no role":             {[]string{"5910|"}, "Rij 2, Functie: vul de functie in."},
		"clears a role":       {[]string{"5910|WISSEN"}, "Rij 2, Functie: een functie kan je niet wissen."},
		"unknown theme":       {[]string{"5910|A|||||voetbal||ja"}, "Rij 2, Onderwerpen: dit onderwerp kennen we niet. Kies uit: drugs; "},
		"another zone's town": {[]string{"5910|A||||||Gent|ja"}, "Rij 2, Gemeenten: deze gemeente ligt niet in deze zone."},
		"unknown language":    {[]string{"5910|A|||||||ja||Klingon"}, "Rij 2, Talen: deze taal kennen we niet."},
		"neither yes nor no":  {[]string{"5910|A|||||||misschien"}, "Rij 2, Vast aanspreekpunt: schrijf ja of nee."},
		"number in text":      {[]string{"5910|A|||||||ja|bel 016 66 55 11"}, "Rij 2, Bereikbaarheid: "},
		"hidden characters":   {[]string{"5910|A\x00"}, "Rij 2, Functie: "},
		"too long":            {[]string{"5910|" + strings.Repeat("lang", 2000)}, "Rij 2, Functie: "},
		"twice":               {[]string{"5910|Onthaal|||||||ja", "5910| onthaal "}, "Rij 3, Functie: deze functie van deze zone staat ook op rij 2."},
		"two primaries":       {[]string{"5910|A|||||||ja", "5910|B|||||||ja"}, "Rij 3, Vast aanspreekpunt: rij 2 is al het vaste aanspreekpunt"},
		"no primary":          {[]string{"5910|A", "5910|B"}, "Rij 2: de zone kan zo niet bewaard worden. Duid één vast aanspreekpunt (PLP 41) aan.\nRij 3: "},
		"beside the columns":  {[]string{"5910|A|||||||ja|||extra"}, "Rij 2: op plaats 12 staat iets zonder kolomnaam erboven."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, problems, err := filling.Read(table(append([]string{header}, test.lines...)...))
			if err != nil {
				t.Fatal(err)
			}
			filled := filling.Fill(target(directory.ProfileOfFacts(zone)), rows)
			problems = append(problems, filled.Problems...)
			if !strings.HasPrefix(said(problems), test.want) {
				t.Errorf("said %q\nwant %q", said(problems), test.want)
			}
			for _, p := range problems {
				if slices.Contains(filled.Lines, p.Line) {
					t.Errorf("line %d has a problem and is taken", p.Line)
				}
			}
		})
	}
}

func TestLinesThatAreRightGoOnWithoutTheOthers(t *testing.T) {
	t.Parallel()
	got := fill(t, directory.ProfileOfFacts(zone), "Zonecode|Functie|Telefoon|Vast aanspreekpunt", "5910|A|016 66 55 11|ja", "5910|B|bel maar|", "5910|C||")
	if !slices.Equal(got.Lines, []int{2, 4}) || len(got.Problems) != 1 || len(got.Input.ContactPoints) != 2 {
		t.Errorf("lines %v, %s", got.Lines, said(got.Problems))
	}
	// Without the primary one, which is wrong, the zone cannot be saved: nothing of it is.
	got = fill(t, directory.ProfileOfFacts(zone), "Zonecode|Functie|Telefoon|Vast aanspreekpunt", "5910|A|bel maar|ja", "5910|B||", "5910|C||")
	if len(got.Lines) != 0 || len(got.Problems) != 3 {
		t.Errorf("lines %v, %s", got.Lines, said(got.Problems))
	}
}

func TestLostZeros(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"16665511": "+3216665511", "470123456": "+32470123456", "3216665511": "+3216665511", "32470123456": "+32470123456",
		"16665511.0": "+3216665511", "016 66 55 11": "+3216665511", "+32 16 66 55 11": "+3216665511", "16/66.55.11": "+3216665511",
	} {
		got := fill(t, directory.ProfileOfFacts(zone), "Zonecode|Functie|Telefoon", "5910|A|"+typed)
		if len(got.Lines) != 1 || got.Input.ContactPoints[0].Phones[0].Number != want {
			t.Errorf("%s: %s, %+v; want %s", typed, said(got.Problems), got.Input.ContactPoints, want)
		}
	}
	for _, typed := range []string{"112", "1712", "123456789"} { // nothing is lost, or nobody knows what
		got := fill(t, directory.ProfileOfFacts(zone), "Zonecode|Functie|Telefoon", "5910|A|"+typed)
		if len(got.Problems) != 1 { // this test's parser takes none of them as they are
			t.Errorf("%s was made a number: %+v", typed, got.Input.ContactPoints)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	many := []string{"Zonecode|Functie"}
	for range filling.MaxLines + 1 {
		many = append(many, "5910|A")
	}
	for name, test := range map[string]struct {
		lines []string
		want  string
	}{
		"nothing":        {nil, "leeg"},
		"blank":          {[]string{" | ", "\u00a0"}, "leeg"},
		"header only":    {[]string{"Zonecode|Functie", "|"}, "geen enkele rij"},
		"no code":        {[]string{"Functie", "A"}, "Zonecode ontbreekt"},
		"no role":        {[]string{"Zonecode", "5910"}, "Functie ontbreekt"},
		"unknown":        {[]string{"Zonecode|Functie|Geheim", "5910|A|x"}, "op plaats 3"},
		"twice":          {[]string{"Zonecode|Functie|functie ", "5910|A|B"}, "twee keer"},
		"too many lines": {many, "Splits"},
	} {
		_, _, err := filling.Read(table(test.lines...))
		if wrong, ok := errors.AsType[*filling.HeaderError](err); !ok || !strings.Contains(wrong.Dutch, test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
	if _, _, err := filling.Read(table(many[:filling.MaxLines+1]...)); err != nil {
		t.Errorf("as many lines as may be: %v", err)
	}
}
