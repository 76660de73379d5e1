package demonstration

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"aanspreekpunt/shared/directory"
)

// Demonstration schools that tests and the guide refer to. The others follow from 990010, ascending by
// municipality code.
const (
	// ThreeLocations has three locations: Kortenaken (zone 5389, the head office) and twice Tienen (zone 5910).
	ThreeLocations directory.InstitutionNumber = "990000"
	// KortenakenSchool lies in Kortenaken, zone 5389, with postcode 3470.
	KortenakenSchool directory.InstitutionNumber = "990001"
	// TienenSchool lies in Tienen, zone 5910, with postcode 3470 too.
	TienenSchool directory.InstitutionNumber = "990002"
	// TienenSecondary is a secondary school in Tienen, postcode 3300.
	TienenSecondary directory.InstitutionNumber = "990003"

	// CLB works with the schools above, and is in no list: the ministry's list has none.
	CLB directory.InstitutionNumber = "999901"

	firstNumbered = 990010
)

// Suffix ends the name of every demonstration school.
const Suffix = " (voorbeeld)"

// columns are those of the ministry's export, in its order.
var columns = []string{"schoolnummer", "intern_vplnummer", "net", "naam", "hoofdzetel", "adres", "straat", "huisnummer",
	"busnummer", "postcode", "gemeente", "niscode", "provinciecode", "provincie", "VWO-vestigingsplaatscode",
	"crab-code", "crab-huisnr", "lx", "ly", "kbo-nummer", "telefoon", "fax", "e-mail", "website", "beheerder(s)",
	"soort instelling", "onderwijsniveau", "instellingstype", "begindatum", "einddatum", "status erkenning", "clb",
	"bestuur", "scholengemeenschap", "taalstelsel", "ingerichte hoofdstructuren"}

const (
	free      = "Vrij gesubsidieerd onderwijs"
	municipal = "Officieel gesubsidieerd onderwijs"
	community = "Gemeenschapsonderwijs"
)

// school is one row of the list: a school at one of its locations.
type school struct {
	number   int
	location int
	head     bool
	form     form
	name     string // without Suffix
	street   string
	house    string
	place    directory.Place
	province string
}

// form is what kind of school it is, in the ministry's words.
type form struct{ network, level, kind, structures string }

var (
	freeBasic      = form{free, "BaO", "Basisschool", "111-211"}
	freeNursery    = form{free, "BaO", "Autonome kleuterschool", "111"}
	freePrimary    = form{free, "BaO", "Autonome lagere school", "211"}
	municipalBasic = form{municipal, "BaO", "Basisschool", "111-211"}
	communityBasic = form{community, "BaO", "Basisschool", "111-211"}
	specialBasic   = form{community, "BaO", "Basisschool voor buitengewoon onderwijs", "121-221"}
	freeSecondary  = form{free, "SO", "School voor voltijds gewoon secundair onderwijs", "311"}
	goSecondary    = form{community, "SO", "School voor voltijds gewoon secundair onderwijs", "311"}
	specialSecond  = form{free, "SO", "School voor buitengewoon secundair onderwijs", "321"}
	arts           = form{municipal, "DKO", "Instelling voor deeltijds kunstonderwijs", "411"}
	adults         = form{community, "VWO", "Centrum voor Volwassenenonderwijs", "511"}
)

// pattern makes a school's name out of its place.
type pattern struct {
	form form
	name string // %s stands for the place's name
}

// Basic schools: many share a bare name, as in life, and can only be told apart by where they lie.
var basicPatterns = []pattern{
	{freeBasic, "Vrije Basisschool"},
	{communityBasic, "GO! basisschool De Springplank %s"},
	{municipalBasic, "Gemeentelijke Basisschool"},
	{freeBasic, "De Regenboog"},
	{freeBasic, "Vrije Basisschool - Sint-Jozef"},
	{municipalBasic, "GBS De Zonnebloem"},
	{freeBasic, "Vrije Basisschool Heilig Hart %s"},
	{communityBasic, "GO! basisschool 't Kasteeltje"},
	{freeBasic, "VBS Sint-Martinus"},
	{municipalBasic, "Gemeentelijke Basisschool - De Puzzel"},
	{freePrimary, "Vrije Lagere School"},
	{freeBasic, "Sint-Jan Berchmansschool %s"},
	{freeBasic, "Vrije Basisschool - Onze-Lieve-Vrouw"},
	{communityBasic, "BS De Kleine Prins"},
	{municipalBasic, "Gemeentelijke Basisschool De Linde %s"},
	{freeBasic, "Vrije Basisschool"},
	{freeNursery, "Vrije Kleuterschool Mater Dei"},
	{communityBasic, "GO! basisschool De Regenboog %s"},
	{freeBasic, "Vrije Basisschool - Pius X"},
	{municipalBasic, "GBS 't Klavertje %s"},
	{specialBasic, "MPI De Boomhut %s"},
	{freeBasic, "Suikerspin"},
	{freeBasic, "Vrije Basisschool - O.-L.-V.-Visitatie"},
	{municipalBasic, "Gemeentelijke Basisschool"},
	{freeBasic, "Don Bosco %s"},
	{communityBasic, "GO! freinetschool De Vlieger"},
	{freeBasic, "Vrije Basisschool Sint-Lutgardis %s"},
	{municipalBasic, "Gemeentelijke Basisschool - Klim-Op"},
	{freeBasic, "Mozaïek"},
}

var secondaryPatterns = []pattern{
	{goSecondary, "GO! atheneum %s"},
	{freeSecondary, "Sint-Jozefscollege"},
	{goSecondary, "KTA %s"},
	{freeSecondary, "Onze-Lieve-Vrouwecollege %s"},
	{freeSecondary, "Vrij Technisch Instituut"},
	{goSecondary, "GO! middenschool %s"},
	{freeSecondary, "Don Bosco Technisch Instituut"},
	{freeSecondary, "Heilig-Hartinstituut %s"},
	{specialSecond, "BuSO De Hoeksteen"},
	{freeSecondary, "Sint-Franciscusinstituut %s"},
	{goSecondary, "GO! technisch atheneum De Horizon"},
	{freeSecondary, "Sint-Pieterscollege"},
	{freeSecondary, "Instituut Ter Linde %s"},
}

var artsPatterns = []pattern{
	{arts, "Gemeentelijke Academie voor Muziek, Woord en Dans"},
	{arts, "Stedelijke Kunstacademie %s"},
	{arts, "Academie voor Beeldende Kunst %s"},
}

var adultPatterns = []pattern{
	{adults, "Centrum voor Volwassenenonderwijs %s"},
	{adults, "CVO De Brug"},
}

// streets are names that a great many villages and towns have.
var streets = []string{"Schoolstraat", "Kerkstraat", "Dorpsstraat", "Kloosterstraat", "Nieuwstraat", "Stationsstraat",
	"Molenstraat", "Hoogstraat", "Veldstraat", "Kapelstraat", "Kasteelstraat", "Groenstraat", "Kerkplein", "Parklaan",
	"Collegestraat", "Beekstraat", "Zandstraat"}

// SchoolList is a list of demonstration schools in the ministry's CSV format: UTF-8 with a byte order mark,
// semicolons, every field quoted, lines that end in a bare carriage return, institution numbers unpadded. Every
// municipality of the territory has at least two schools, spread over its places.
func SchoolList(t directory.Territory) []byte {
	var b strings.Builder
	b.WriteString("\ufeff")
	writeRow(&b, columns)
	for _, s := range schools(t) {
		writeRow(&b, s.fields())
	}
	return []byte(b.String())
}

func writeRow(b *strings.Builder, fields []string) {
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(`"` + strings.ReplaceAll(f, `"`, `""`) + `"`)
	}
	b.WriteByte('\r')
}

// fields are the row's values in the order of columns.
func (s school) fields() []string {
	number := fmt.Sprint(s.number)
	head := "False"
	if s.head {
		head = "True"
	}
	province, language := s.province, "Nederlandstalig"
	if province == "Brussel" {
		province = "Brussels Hoofdstedelijk Gewest"
	}
	clb := ""
	if s.number < firstNumbered {
		clb = string(CLB)
	}
	return []string{number, fmt.Sprint(s.location), s.form.network, s.name + Suffix, head,
		fmt.Sprintf("%s %s, %s %s", s.street, s.house, s.place.Postcode, s.place.Name), s.street, s.house,
		"", s.place.Postcode, s.place.Name, s.place.NIS.String(), "", province, "",
		"", "", "0", "0", "", schoolPhone(s.number), "", "info@school" + number + ".example",
		"www.school" + number + ".example", "",
		"Onderwijsinstelling", s.form.level, s.form.kind, "01/01/0001", "31/12/4444", "S", clb,
		"", "", language, s.form.structures}
}

// schools are all rows of the list.
func schools(t directory.Territory) []school {
	list := fixedSchools(t)
	number := firstNumbered
	for i, m := range t.Municipalities {
		places := placesOf(t, m)
		if len(places) == 0 {
			continue // facts.CheckTerritory refuses a municipality without a postcode
		}
		add := func(patterns []pattern, turn int) {
			p, place := patterns[turn%len(patterns)], places[turn%len(places)]
			name := p.name
			if strings.Contains(name, "%s") {
				name = fmt.Sprintf(name, place.Name)
			}
			list = append(list, school{
				number: number, location: 1, head: true, form: p.form, name: name,
				street: streets[(number*7+i)%len(streets)], house: house(number),
				place: place, province: m.Province,
			})
			number++
		}
		add(basicPatterns, 2*i)
		add(basicPatterns, 2*i+1)
		if len(places) > 5 {
			add(basicPatterns, 3*i+2)
		}
		if i%3 != 2 {
			add(secondaryPatterns, i)
		}
		if i%5 == 0 {
			add(artsPatterns, i/5)
		}
		if i%11 == 3 {
			add(adultPatterns, i/11)
		}
	}
	return list
}

// fixedSchools are the ones that have a name in this package.
func fixedSchools(t directory.Territory) []school {
	var list []school
	add := func(number directory.InstitutionNumber, location int, f form, name, street, house, postcode, place string) {
		i := slices.IndexFunc(t.Places, func(p directory.Place) bool { return p.Postcode == postcode && p.Name == place })
		if i < 0 {
			return // a territory without Tienen, as small tests use, goes without these schools
		}
		n, _ := strconv.Atoi(string(number)) // one of the constants above
		list = append(list, school{number: n, location: location, head: location == 1, form: f, name: name,
			street: street, house: house, place: t.Places[i], province: "Vlaams-Brabant"})
	}
	const three = "Vrije Basisschool De Drie Linden"
	add(ThreeLocations, 1, freeBasic, three, "Dorpsstraat", "14", "3470", "Kortenaken")
	add(ThreeLocations, 2, freeBasic, three, "Kapelstraat", "3", "3300", "Oplinter")
	add(ThreeLocations, 3, freeBasic, three, "Nieuwstraat", "27", "3300", "Tienen")
	add(KortenakenSchool, 1, municipalBasic, "Gemeentelijke Basisschool De Vlinder", "Schoolstraat", "5", "3470", "Ransberg")
	add(TienenSchool, 1, freeBasic, "Vrije Basisschool De Vlinder", "Kerkstraat", "8", "3470", "Sint-Margriete-Houtem")
	add(TienenSecondary, 1, freeSecondary, "Sint-Jozefsinstituut Tienen", "Collegestraat", "2", "3300", "Tienen")
	return list
}

// placesOf are the places of a municipality that a Dutch school list names, the municipality's own name first.
func placesOf(t directory.Territory, m directory.Municipality) []directory.Place {
	var own, others []directory.Place
	for _, p := range t.Places {
		switch {
		case p.NIS != m.NIS || p.Kind == directory.PlaceOtherLanguage:
		case p.Name == m.Name:
			own = append(own, p)
		case p.Kind == directory.PlaceSubmunicipality:
			others = append(others, p)
		}
	}
	if len(own) == 0 && len(others) == 0 { // the postcode list spells the municipality's name otherwise
		for _, p := range t.Places {
			if p.NIS == m.NIS && p.Kind != directory.PlaceOtherLanguage {
				own = append(own, p)
			}
		}
	}
	return append(own, others...)
}

func house(number int) string {
	n := fmt.Sprint(1 + number*13%119)
	if number%17 == 0 {
		n += "A"
	}
	return n
}

// schoolPhone is a number that cannot ring (see the package comment), as the ministry writes numbers.
func schoolPhone(number int) string {
	n := number % 10000
	return fmt.Sprintf("088 99 %02d %02d", n/100, n%100)
}
