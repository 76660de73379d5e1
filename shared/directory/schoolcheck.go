package directory

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The most that a school may keep. Lengths are in characters.
const (
	MaxContactPersons = 20
	MaxAliases        = 5

	maxPersonPhones   = 3
	minAliasLength    = 2
	maxAliasLength    = 80
	mostDigitsInAlias = 3 // postcodes and codes of zones have four
)

// The rules that only a school's contact has.
const (
	RuleUnreachable     Rule = "unreachable"     // neither phone nor e-mail
	RuleUnknownLocation Rule = "unknownLocation" // no location of the school has this number
	RuleInvalidName     Rule = "invalidName"     // too short for a name of a school, numbers in it, or a place's
)

// SchoolValidation is what a school's input is checked against.
type SchoolValidation struct {
	School School
	// ParsePhone is as in Validation.
	ParsePhone func(typed string) (string, error)
	// Place tells whether a municipality or place is called so: a school known by that name alone would stand in the way
	// of everybody who looks for the place. Nil knows none.
	Place func(name string) bool
}

// Check finds everything that is wrong with an input, and gives the input as it would be stored; see Validation.Check.
// Persons without an id get one of their role.
func (v SchoolValidation) Check(in SchoolContactInput) (SchoolContactInput, []Issue) {
	c := checker{v: Validation{ParsePhone: v.ParsePhone}}
	out := SchoolContact{ContactPersons: in.ContactPersons, Aliases: in.Aliases}.Input()
	out.Assured = in.Assured
	if c.atMost("contactPersons", len(out.ContactPersons), MaxContactPersons) {
		for i := range out.ContactPersons {
			c.person(fmt.Sprintf("contactPersons[%d]", i), &out.ContactPersons[i], v.School)
		}
		c.personIDs(out.ContactPersons)
	}
	if c.atMost("aliases", len(out.Aliases), MaxAliases) {
		for i := range out.Aliases {
			c.alias(fmt.Sprintf("aliases[%d]", i), out.Aliases, i, v)
		}
	}
	for i := range c.issues {
		issue := &c.issues[i]
		switch {
		case strings.HasPrefix(issue.Field, "aliases") && (issue.Rule == RulePhoneInText || issue.Rule == RuleEmailInText):
			issue.Message = "Een naam van een school heeft geen telefoonnummer of e-mailadres. Iedereen kan deze namen zien."
		case issue.Rule == RulePhoneInText:
			issue.Message = "Hier staat een telefoonnummer. Zet het in het veld Telefoon."
		case issue.Rule == RuleEmailInText:
			issue.Message = "Hier staat een e-mailadres. Zet het in het veld E-mail."
		case issue.Rule == RuleInvalidEmail:
			issue.Message = "Dit is geen e-mailadres. Schrijf het zoals directie@school.example."
		}
	}
	return out, c.issues
}

// person checks one person by themselves.
func (c *checker) person(at string, p *ContactPerson, s School) {
	if p.ID != "" && !validID(p.ID) {
		c.add(at+".id", RuleInvalidID, "Deze persoon heeft geen geldig kenmerk. Voeg hem of haar opnieuw toe.",
			fmt.Sprintf("want 1 to %d lower-case letters, digits and hyphens, not beginning with a hyphen, or none", maxIDLength))
	}
	p.Role = c.text(at+".role", p.Role, true, maxRoleLength)
	p.Name = c.text(at+".name", p.Name, false, maxNameLength)
	if c.atMost(at+".phones", len(p.Phones), maxPersonPhones) {
		for i := range p.Phones {
			field := fmt.Sprintf("%s.phones[%d]", at, i)
			p.Phones[i] = c.phone(field, p.Phones[i], true)
			single(c, field, p.Phones, i)
		}
	}
	p.Email = c.email(at+".email", p.Email, false)
	if len(p.Phones) == 0 && p.Email == "" {
		c.add(at+".phones", RuleUnreachable, "Vul een telefoonnummer of een e-mailadres in: anders kan de politie niemand bereiken.", "want a phone or an email")
	}
	p.Availability = c.text(at+".availability", p.Availability, false, maxAvailabilityLength)
	if c.atMost(at+".locations", len(p.Locations), maxLimits) {
		for i, n := range p.Locations {
			field := fmt.Sprintf("%s.locations[%d]", at, i)
			known := slices.ContainsFunc(s.Locations, func(l Location) bool { return l.Number == n })
			if single(c, field, p.Locations, i) && !known {
				c.add(field, RuleUnknownLocation, "Deze vestiging staat niet meer in de lijst van het ministerie. Vink ze uit.", "no location of this school has this number")
			}
		}
	}
}

// personIDs gives ids to those who have none, and finds those that stand twice.
func (c *checker) personIDs(persons []ContactPerson) {
	for i := range persons {
		p := &persons[i]
		others := func(id string) bool {
			return slices.ContainsFunc(persons, func(o ContactPerson) bool { return o.ID == id })
		}
		switch {
		case p.ID == "" && p.Role != "":
			p.ID = NewPointID(p.Role, others)
		case slices.ContainsFunc(persons[:i], func(o ContactPerson) bool { return o.ID == p.ID && p.ID != "" }):
			c.add(fmt.Sprintf("contactPersons[%d].id", i), RuleDuplicate, "Deze persoon staat er twee keer. Haal er één weg.", "the same id stands before")
		}
	}
}

// alias checks one of the names by which a school is known. Everybody sees it, and search finds the school by it, so it
// may hold no number that search would read as a postcode or a code.
func (c *checker) alias(field string, aliases []string, i int, v SchoolValidation) {
	if !c.sound(field, aliases[i]) {
		return
	}
	aliases[i] = c.text(field, aliases[i], true, maxAliasLength)
	alias := aliases[i]
	letters, digits, most := 0, 0, 0
	for _, r := range alias {
		switch {
		case unicode.IsDigit(r):
			digits++
			most = max(most, digits)
			continue
		case unicode.IsLetter(r):
			letters++
		}
		digits = 0
	}
	same := func(o string) bool { return strings.EqualFold(o, alias) }
	switch {
	case alias == "":
	case utf8.RuneCountInString(alias) < minAliasLength || letters < minAliasLength:
		c.add(field, RuleInvalidName, "Dit is te kort om een school aan te herkennen. Schrijf de naam zoals mensen hem zeggen.", fmt.Sprintf("want at least %d letters", minAliasLength))
	case most > mostDigitsInAlias:
		c.add(field, RuleInvalidName, "In een naam hoort geen postcode, nummer of code. Schrijf alleen de naam.", fmt.Sprintf("want at most %d digits in a row", mostDigitsInAlias))
	case v.Place != nil && v.Place(alias):
		c.add(field, RuleInvalidName, "Zo heet een gemeente of plaats. Schrijf er iets bij, bijvoorbeeld welke school het is.", "a municipality or place is called so")
	case same(v.School.Name):
		c.add(field, RuleDuplicate, "Zo heet je school al. Zoeken vindt die naam vanzelf.", "the school has this name already")
	case slices.ContainsFunc(aliases[:i], same):
		c.add(field, RuleDuplicate, "Deze naam staat er al.", "the same name stands before")
	}
}
