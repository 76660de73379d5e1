package directory

import "strings"

// functionalWords begin the local part of an address that belongs to a service: "jeugd.tienen@", "pz5910@". The
// short ones must be the whole word, or "info" and digits.
var functionalWords = []string{"aanspreekpunt", "administratie", "agressie", "algemeen", "buurt", "commissariaat", "communicatie",
	"contact", "diefstal", "dienst", "drugs", "gezin", "helpdesk", "info", "interventie", "jeugd", "kabinet", "leerling", "leerplicht",
	"local", "lokale", "meldpunt", "milieu", "netwerk", "onthaal", "pesten", "police", "politie", "preventie", "radicalisering",
	"recherche", "scholen", "school", "secretariaat", "slachtoffer", "sociaal", "spijbel", "team", "verkeer", "wijkwerking",
	"wijkdienst", "zeden", "zone"}

var functionalShortWords = []string{"clb", "dpo", "gas", "hq", "io", "lop", "lpa", "pol", "pz", "pzl", "sec", "wijk"}

// PersonalAddress tells whether an e-mail address looks like one person's: it does unless its first word is that
// of a service. It would rather take a mailbox for a person than the reverse, since all that follows is a question.
func PersonalAddress(address string) bool {
	local, _ := cutAddress(strings.ToLower(address))
	first, _, _ := strings.Cut(strings.NewReplacer("_", ".", "-", ".", "+", ".").Replace(local), ".")
	for _, w := range functionalWords {
		if strings.HasPrefix(first, w) {
			return false
		}
	}
	first = strings.TrimRight(first, "0123456789")
	for _, w := range functionalShortWords {
		if first == w {
			return false
		}
	}
	return first != "" || local == ""
}

// PublicValue is a value that a save makes public.
type PublicValue struct {
	Field string // as in Change
	Label string // Dutch: "Jeugdinspecteur: naam"
	Value string
}

// GoingPublic lists the names of persons and the addresses that look like a person's which everybody will be able
// to read after a save and which nobody could before it. The summary asks about them once: PublicQuestion.
func GoingPublic(old, next Profile) []PublicValue {
	public := map[string]bool{}
	for _, v := range personalPublicValues(old) {
		public[strings.ToLower(v.Value)] = true
	}
	var going []PublicValue
	for _, v := range personalPublicValues(next) {
		if !public[strings.ToLower(v.Value)] {
			going = append(going, v)
		}
	}
	return going
}

// PublicQuestion is asked before a name or a personal address becomes public.
const PublicQuestion = "Iedereen op het internet kan dit zien en bewaren, ook in de open data. Weet de betrokkene dat?"

func personalPublicValues(p Profile) []PublicValue {
	var values []PublicValue
	for _, c := range p.ContactPoints {
		if c.Name != "" && c.NameVisibility == VisiblePublic {
			values = append(values, PublicValue{pointPath(c.ID, "name"), c.Role + ": naam", c.Name})
		}
		for _, e := range c.Emails {
			if e.Visibility == VisiblePublic && PersonalAddress(e.Address) {
				values = append(values, PublicValue{pointPath(c.ID, "emails"), c.Role + ": e-mail", e.Address})
			}
		}
	}
	if p.Email != "" && PersonalAddress(p.Email) {
		values = append(values, PublicValue{"email", "E-mail van de zone", p.Email})
	}
	return values
}

// The values below belong to a person and are forgotten in old versions. A number or address of a contact point
// with a name is that person's, whoever may see it; so is a mobile number, and what is kept for schools.

func personalPhone(c ContactPoint, ph Phone) bool {
	return c.Name != "" || ph.Visibility != VisiblePublic || mobile(ph.Number)
}

func personalEmail(c ContactPoint, e Email) bool {
	return c.Name != "" || e.Visibility != VisiblePublic || PersonalAddress(e.Address)
}

func personalAvailability(c ContactPoint) bool { return c.Name != "" || !c.AvailabilityPublic }

func personalOpeningHours(c ContactPoint) bool { return c.Name != "" || !c.OpeningHoursPublic }

func mobile(number string) bool {
	return strings.HasPrefix(number, "+324") && len(number) == len("+32470123456")
}
