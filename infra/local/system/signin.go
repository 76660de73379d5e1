package system

import (
	"cmp"
	"fmt"
	"net"
	"strings"
	"time"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/infra/local/issuer"
	"aanspreekpunt/infra/reference"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
)

// Organisations of nobody: their numbers are valid in form only. The first is linked to two zones by the seeding.
var linkedOrganisation = directory.Organisation{Number: "0000000196", Name: "Voorbeeldorganisatie van twee zones",
	Zones: []directory.ZoneCode{"5389", "5910"}}

const unlinkedOrganisation directory.CompanyNumber = "0000000295"

// openIssuer starts the issuer on a port of its own, on the front's interface, and gives the template's parameters
// for it.
func (s *System) openIssuer() (map[string]string, error) {
	territory, err := facts.ReadTerritory(reference.FS)
	if err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(cmp.Or(s.options.Listen, "127.0.0.1:0"))
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", s.options.Listen, err)
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return nil, fmt.Errorf("cannot listen for the issuer: %w", err)
	}
	s.issuerURL = "http://" + reachable(listener.Addr())
	s.issuer, err = issuer.New(s.issuerURL, people(territory), time.Now)
	if err != nil {
		return nil, err
	}
	s.listen(listener, s.issuer)
	parameters := map[string]string{"AdministratorEmail": "beheer@aanspreekpunt.example", "MailFrom": "noreply@aanspreekpunt.example",
		"Controller": "De Voorbeeldorganisatie (dit is een demonstratie)", "PrivacyEmail": "privacy@aanspreekpunt.example"}
	for name, value := range s.issuer.Environment() {
		parameters[parameter(name)] = value
	}
	return parameters, nil
}

// parameter is the template's parameter for a variable of a function: OidcJwksUri for OIDC_JWKS_URI.
func parameter(variable string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(variable, "_") {
		b.WriteString(word[:1] + strings.ToLower(word[1:]))
	}
	return b.String()
}

// Issuer is where the OpenID Connect issuer answers, without a slash at the end.
func (s *System) Issuer() string { return s.issuerURL }

// people are those that one can be.
func people(t directory.Territory) []issuer.Group {
	police := func(id, label string, role directory.RoleName) issuer.Person {
		return issuer.Person{ID: id, Label: label, GivenName: "Voorbeeld", FamilyName: "Politie", Role: role}
	}
	school := func(number directory.InstitutionNumber, label string) issuer.Person {
		return issuer.Person{ID: "school-" + string(number), Label: label, GivenName: "Voorbeeld", FamilyName: "School",
			Role: directory.RoleSchool, Organisation: string(number)}
	}
	var zones []issuer.Person
	getevallei := police("police-5910", "Politie van Getevallei (5910)", directory.RolePolice)
	getevallei.Zones = []directory.ZoneCode{"5910"}
	for _, z := range t.Zones {
		p := police("zone-"+string(z.Code), fmt.Sprintf("%s (%s)", z.Name, z.Code), directory.RolePolice)
		p.Zones = []directory.ZoneCode{z.Code}
		zones = append(zones, p)
	}
	two := police("police-two", "Politie van twee zones: 5389 en 5910", directory.RolePolice)
	two.Organisation, two.OrganisationName = string(linkedOrganisation.Number), linkedOrganisation.Name
	unlinked := police("police-unlinked", "Politie van een organisatie die nog niet gekoppeld is", directory.RolePolice)
	unlinked.Organisation, unlinked.OrganisationName = string(unlinkedOrganisation), "Voorbeeldorganisatie zonder zone"
	without := police("nobody", "Iemand die van de organisatie nog geen toegang kreeg", "")
	without.FamilyName, without.OrganisationName = "Persoon", "Voorbeeldorganisatie"
	clb := school(demonstration.CLB, "CLB van scholen in Tienen en Kortenaken")
	clb.OrganisationName = "Voorbeeld-CLB"
	admin := issuer.Person{ID: "admin", Label: "Beheerder", GivenName: "Voorbeeld", FamilyName: "Beheerder", Role: directory.RoleAdmin}
	return []issuer.Group{
		{Title: "Scholen en CLB’s", People: []issuer.Person{
			school(demonstration.TienenSchool, "Vrije Basisschool De Vlinder in Tienen"),
			school(demonstration.ThreeLocations, "Vrije Basisschool De Drie Linden, met vestigingen in twee politiezones"),
			clb,
		}},
		{Title: "Politie", People: []issuer.Person{getevallei, two}},
		{Title: "Politie van een andere zone", People: zones, Menu: true},
		{Title: "Beheer", People: []issuer.Person{admin}},
		{Title: "Zonder toegang", People: []issuer.Person{unlinked, without}},
	}
}
