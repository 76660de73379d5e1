package main

import (
	"slices"
	"strconv"
	"strings"

	"aanspreekpunt/shared/cell"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/publication"
)

// table is one sheet of the data: a CSV file, and a sheet of the spreadsheet. Columns are never renamed, moved or
// taken away, and new ones come last: contract.json says which were promised, and a test compares.
type table struct {
	file    string // of the CSV
	name    string // of the table in datapackage.json
	sheet   string // Dutch
	about   string // Dutch, a sentence
	columns []column
	primary []string // columns that tell rows apart
	foreign map[string]target
	rows    func(z Zone, add func(row ...string)) // a cell for each of columns
}

// target is what a column's value must be found in.
type target struct{ resource, column string }

// column is a column of a table.
type column struct {
	name  string
	kind  string // of the Table Schema: string, integer, boolean, datetime
	about string // Dutch
	of    kindOf
}

// kindOf says more of a column.
type kindOf int

const (
	one        kindOf = iota
	several           // values, with listMark between
	restricted        // only in the restricted data
)

// of gives the columns that one kind of data has.
func (t table) of(all bool) []column {
	if all {
		return t.columns
	}
	return slices.DeleteFunc(slices.Clone(t.columns), func(c column) bool { return c.of == restricted })
}

const (
	kindText, kindCount, kindYesNo, kindMoment = "string", "integer", "boolean", "datetime"
	aboutRemark                                = "Leeg, of een waarschuwing die bij deze rij hoort"
)

// tables are the tables of every edition, in the order in which to offer them.
func tables(demonstration bool) []table {
	remark := func(z Zone) string {
		if demonstration {
			return strings.TrimSpace(publication.DemonstrationNote + " " + z.unconfirmed())
		}
		return z.unconfirmed()
	}
	return []table{
		{
			file: "zones.csv", name: "zones", sheet: "Politiezones", about: "De politiezones, met hun onthaal en de dag waarop de politie de gegevens bevestigde.",
			columns: []column{
				{"code", kindText, "Code van de politiezone: vier cijfers", one},
				{"name", kindText, "Naam, zonder het woord Politiezone", one},
				{"nameFr", kindText, "Franse naam van een Brusselse zone", one},
				{"province", kindText, "Vlaamse provincie, of Brussel", one},
				{"municipalities", kindText, "Namen van de gemeenten van de zone", several},
				{"municipalityCodes", kindText, "NIS-codes van die gemeenten, in dezelfde volgorde", several},
				{"phone", kindText, "Telefoonnummer van het onthaal", one},
				{"email", kindText, "E-mailadres van het onthaal", one},
				{"website", kindText, "Website van de zone", one},
				{"street", kindText, "Straat en huisnummer", one},
				{"postcode", kindText, "Postcode van het adres", one},
				{"city", kindText, "Gemeente van het adres", one},
				{"factsAsOf", kindText, "Datum van de gegevens van een zone die zelf nog niets invulde: jaar, maand of dag", one},
				{"contactPoints", kindCount, "Aantal aanspreekpunten van de zone", one},
				{"assuredAt", kindMoment, "Wanneer de politie de gegevens het laatst bevestigde; leeg: nog nooit", one},
				{"modifiedAt", kindMoment, "Wanneer de gegevens het laatst wijzigden; leeg: de zone vulde nog niets in", one},
				{"remark", kindText, aboutRemark, one},
				{"managementEmail", kindText, "E-mailadres voor het beheer", restricted},
			},
			primary: []string{"code"},
			rows: func(z Zone, add func(...string)) {
				a := directory.Address{}
				if z.Address != nil {
					a = *z.Address
				}
				add(string(z.Code), z.Name, z.NameFr, z.Province,
					listCell(z.Municipalities, func(m Municipality) string { return m.Name }),
					listCell(z.Municipalities, func(m Municipality) string { return m.NIS.String() }),
					cell.Phone(z.Phone), z.Email, z.Website, a.Street, a.Postcode, a.Municipality, z.FactsAsOf,
					strconv.Itoa(len(z.ContactPoints)), timeCell(z.AssuredAt), timeCell(z.ModifiedAt), remark(z), z.ManagementEmail)
			},
		},
		{
			file: "contact-points.csv", name: "contact-points", sheet: "Aanspreekpunten", about: "De aanspreekpunten voor scholen van elke zone, in de volgorde van de politie.",
			columns: []column{
				{"zone", kindText, "Code van de politiezone", one},
				{"zoneName", kindText, "Naam van de zone", one},
				{"id", kindText, "Naam van het aanspreekpunt in de zone, die niet wijzigt", one},
				{"role", kindText, "Functie", one},
				{"primary", kindYesNo, "Of dit het vaste aanspreekpunt van omzendbrief PLP 41 is", one},
				{"themes", kindText, "Onderwerpen; leeg: alle", several},
				{"levels", kindText, "Onderwijsniveaus; leeg: alle", several},
				{"municipalities", kindText, "NIS-codes van de gemeenten waarvoor dit punt dient; leeg: alle van de zone", several},
				{"institutionNumbers", kindText, "Instellingsnummers van de scholen waarvoor dit punt dient; leeg: alle", several},
				{"languages", kindText, "Talen; leeg: Nederlands", several},
				{"phones", kindText, "Telefoonnummers", several},
				{"emails", kindText, "E-mailadressen", several},
				{"availability", kindText, "Bereikbaarheid, in woorden", one},
				{"openingHours", kindText, "Wekelijkse uren zoals schema.org ze schrijft: Mo 08:00-16:30", several},
				{"absentFrom", kindText, "Eerste dag van een afwezigheid", one},
				{"absentUntil", kindText, "Laatste dag ervan; leeg: onbekend", one},
				{"replacement", kindText, "id van het aanspreekpunt dat vervangt", one},
				{"withheld", kindCount, "Hoeveel gegevens alleen voor scholen, CLB’s en politie zijn en hier dus niet staan", one},
				{"assuredAt", kindMoment, "Wanneer de politie de gegevens van de zone het laatst bevestigde", one},
				{"remark", kindText, aboutRemark, one},
				{"name", kindText, "Naam van de persoon of dienst", restricted},
				{"nameVisibility", kindText, "Wie die naam mag zien: public of schools", restricted},
				{"formerZone", kindText, "Code van de vroegere zone waarvan dit punt is overgenomen, tot de zone zelf beslist", one},
			},
			primary: []string{"zone", "id"},
			foreign: map[string]target{"zone": {"zones", "code"}},
			rows: func(z Zone, add func(...string)) {
				for _, c := range z.ContactPoints {
					absence := directory.Absence{}
					if c.Absence != nil {
						absence = *c.Absence
					}
					add(string(z.Code), z.Name, c.ID, c.Role, boolCell(c.Primary), listCell(c.Themes, plain), listCell(c.Levels, plain),
						listCell(c.Municipalities, directory.NIS.String), listCell(c.InstitutionNumbers, plain), listCell(c.Languages, plain),
						listCell(c.Phones, func(p directory.Phone) string { return cell.Phone(p.Number) }),
						listCell(c.Emails, func(e directory.Email) string { return e.Address }),
						c.Availability, listCell(c.OpeningHours, hoursText), string(absence.From), string(absence.Until), absence.Replacement,
						strconv.Itoa(c.Withheld), timeCell(z.AssuredAt), remark(z), c.Name, string(c.NameVisibility), string(c.FormerZone))
				}
			},
		},
		{
			file: "channels.csv", name: "channels", sheet: "Nummers en adressen", about: "Elk telefoonnummer en e-mailadres op een eigen rij, van het onthaal van de zones en van hun aanspreekpunten.",
			columns: []column{
				{"zone", kindText, "Code van de politiezone", one},
				{"contactPoint", kindText, "id van het aanspreekpunt; leeg: het onthaal van de zone", one},
				{"kind", kindText, "phone of email", one},
				{"value", kindText, "Het nummer of adres", one},
				{"note", kindText, "Wat de politie erbij schreef", one},
				{"remark", kindText, aboutRemark, one},
				{"visibility", kindText, "Wie het mag zien: public of schools", restricted},
				{"formerZone", kindText, "Code van de vroegere zone, die hier nog voor haar gemeenten geldt", one},
			},
			foreign: map[string]target{"zone": {"zones", "code"}},
			rows: func(z Zone, add func(...string)) {
				for _, c := range channels(z) {
					add(string(z.Code), c.point, c.kind, c.value, c.note, remark(z), string(c.visibility), string(c.former))
				}
			},
		},
		{
			file: "partners.csv", name: "partners", sheet: "Partners", about: "Organisaties waarmee een zone voor scholen samenwerkt.",
			columns: []column{
				{"zone", kindText, "Code van de politiezone", one},
				{"kind", kindText, "Soort: preventionService, clb, lop, prosecutor of workingGroup", one},
				{"name", kindText, "Naam", one},
				{"website", kindText, "Website", one},
				{"remark", kindText, aboutRemark, one},
			},
			foreign: map[string]target{"zone": {"zones", "code"}},
			rows: func(z Zone, add func(...string)) {
				for _, p := range z.Partners {
					add(string(z.Code), string(p.Kind), p.Name, p.Website, remark(z))
				}
			},
		},
		{
			file: "municipalities.csv", name: "municipalities", sheet: "Gemeenten", about: "De gemeenten met de politiezone waarin ze liggen.",
			columns: []column{
				{"nis", kindCount, "NIS-code", one},
				{"name", kindText, "Naam", one},
				{"nameFr", kindText, "Franse naam van een Brusselse gemeente", one},
				{"province", kindText, "Vlaamse provincie, of Brussel", one},
				{"zone", kindText, "Code van de politiezone", one},
				{"zoneName", kindText, "Naam van de zone", one},
			},
			primary: []string{"nis"},
			foreign: map[string]target{"zone": {"zones", "code"}},
			rows: func(z Zone, add func(...string)) {
				for _, m := range z.Municipalities {
					add(m.NIS.String(), m.Name, m.NameFr, z.Province, string(z.Code), z.Name)
				}
			},
		},
	}
}

// channel is one number or address.
type channel struct {
	point, kind, value, note string
	visibility               directory.Visibility
	former                   directory.ZoneCode
}

// channels are the zone's numbers and addresses one by one, those of its desk first.
func channels(z Zone) []channel {
	var all []channel
	desk := func(phone, email string, former directory.ZoneCode) {
		if phone != "" {
			all = append(all, channel{"", "phone", cell.Phone(phone), "", directory.VisiblePublic, former})
		}
		if email != "" {
			all = append(all, channel{"", "email", email, "", directory.VisiblePublic, former})
		}
	}
	desk(z.Phone, z.Email, "")
	for _, f := range z.FormerZones {
		desk(f.Phone, f.Email, f.Code)
	}
	for _, c := range z.ContactPoints {
		for _, p := range c.Phones {
			all = append(all, channel{c.ID, "phone", cell.Phone(p.Number), p.Note, p.Visibility, c.FormerZone})
		}
		for _, e := range c.Emails {
			all = append(all, channel{c.ID, "email", e.Address, "", e.Visibility, c.FormerZone})
		}
	}
	return all
}

// rowsOf gives the rows of a zone for one kind of data, safe for a spreadsheet.
func (t table) rowsOf(z Zone, all bool) [][]string {
	var rows [][]string
	t.rows(z, func(cells ...string) {
		row := cells[:0]
		for i, text := range cells {
			if all || t.columns[i].of != restricted {
				row = append(row, cell.Text(text))
			}
		}
		rows = append(rows, row)
	})
	return rows
}
