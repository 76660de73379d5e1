package directory

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CompanyNumber is an organisation's number at the Crossroads Bank for Enterprises: ten digits, the first 0 or 1.
type CompanyNumber string

// ParseCompanyNumber accepts ten digits as such or in the usual writings ("0207.500.123", "BE 0207 500 123"),
// and checks the last two, which guard against typing errors.
func ParseCompanyNumber(s string) (CompanyNumber, error) {
	plain := strings.NewReplacer(".", "", " ", "", "-", "").Replace(strings.TrimPrefix(s, "BE"))
	if len(plain) != 10 || !digits(plain) || plain[0] > '1' {
		return "", fmt.Errorf("company number %q: want ten digits, the first 0 or 1", s)
	}
	number, _ := strconv.Atoi(plain[:8])
	check, _ := strconv.Atoi(plain[8:])
	if 97-number%97 != check {
		return "", fmt.Errorf("company number %q: its last two digits do not fit the others", s)
	}
	return CompanyNumber(plain), nil
}

// Organisation links a company number to the police zones that its staff keep. Administrators keep the table: a
// zone of one municipality may share the city's number, so the number alone gives no right.
type Organisation struct {
	Number CompanyNumber `json:"number"`
	Name   string        `json:"name"`
	Zones  []ZoneCode    `json:"zones"`
}

// Organisations is the whole table, with the version of it that is stored; 0 was never saved.
type Organisations struct {
	Version int
	Items   []Organisation // ascending by number
}

// Find gives the organisation with a number.
func (o Organisations) Find(number CompanyNumber) (Organisation, bool) {
	i := slices.IndexFunc(o.Items, func(one Organisation) bool { return one.Number == number })
	if i < 0 {
		return Organisation{}, false
	}
	return o.Items[i], true
}

const (
	maxOrganisations     = 500
	maxOrganisationName  = 150
	maxOrganisationZones = 20
)

// CheckOrganisations finds everything that is wrong with a table that somebody wants to save, and gives it as it
// would be stored. exists tells whether a zone is one of today. Issues name "items[2].number" and the like.
func CheckOrganisations(in []Organisation, exists func(ZoneCode) bool) ([]Organisation, []Issue) {
	var issues []Issue
	wrong := func(field string, rule Rule, message, detail string) {
		issues = append(issues, Issue{Field: field, Rule: rule, Message: message, Detail: detail})
	}
	if len(in) > maxOrganisations {
		wrong("items", RuleTooMany, fmt.Sprintf("Hou het bij %d organisaties.", maxOrganisations), fmt.Sprintf("Want at most %d", maxOrganisations))
		return nil, issues
	}
	out := make([]Organisation, 0, len(in))
	seen := map[CompanyNumber]bool{}
	for i, o := range in {
		at := fmt.Sprintf("items[%d]", i)
		number, err := ParseCompanyNumber(string(o.Number))
		switch {
		case err != nil:
			wrong(at+".number", RuleInvalidID, "Geef een ondernemingsnummer van tien cijfers. Kijk ook de laatste twee na: die horen bij de andere.", "Want a company number: ten digits, the last two of which fit the others")
		case seen[number]:
			wrong(at+".number", RuleDuplicate, "Deze organisatie staat hier al.", "The number stands here twice")
		}
		seen[number] = true
		name := strings.TrimSpace(o.Name)
		switch {
		case name == "":
			wrong(at+".name", RuleRequired, "Geef de naam van de organisatie.", "Want a name")
		case utf8.RuneCountInString(name) > maxOrganisationName:
			wrong(at+".name", RuleTooLong, fmt.Sprintf("Hou het bij %d tekens.", maxOrganisationName), fmt.Sprintf("Want at most %d characters", maxOrganisationName))
		case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
			wrong(at+".name", RuleInvalidCharacter, "Gebruik alleen gewone tekens.", "Want no control characters")
		}
		zones := slices.Sorted(slices.Values(o.Zones))
		switch {
		case len(zones) == 0:
			wrong(at+".zones", RuleRequired, "Geef minstens één zonecode.", "Want at least one zone")
		case len(zones) > maxOrganisationZones:
			wrong(at+".zones", RuleTooMany, fmt.Sprintf("Hou het bij %d zones.", maxOrganisationZones), fmt.Sprintf("Want at most %d zones", maxOrganisationZones))
		case len(slices.Compact(slices.Clone(zones))) < len(zones):
			wrong(at+".zones", RuleDuplicate, "Geef elke zone één keer.", "Want each zone once")
		case slices.ContainsFunc(zones, func(c ZoneCode) bool { return !exists(c) }):
			wrong(at+".zones", RuleUnknownValue, "Geef zonecodes van vier cijfers, van zones die vandaag bestaan.", "Want codes of zones of today")
		}
		out = append(out, Organisation{number, name, zones})
	}
	slices.SortFunc(out, func(a, b Organisation) int { return strings.Compare(string(a.Number), string(b.Number)) })
	return out, issues
}

// CLB is a centre for pupil guidance with the schools that work with it.
type CLB struct {
	Schools []InstitutionNumber `json:"schools"` // ascending
	Zones   []ZoneCode          `json:"zones"`   // those in which one of the schools has a location, ascending
}
