package issuer

import (
	"aanspreekpunt/shared/directory"
)

// Person is somebody whom one can be.
type Person struct {
	// ID is unique among the people on offer and becomes the subject of their tokens.
	ID string
	// Label is Dutch: what one chooses.
	Label string

	GivenName, FamilyName string
	// Role is the right that the organisation gave; "" for none.
	Role directory.RoleName
	// Organisation is an institution number or a company number, and OrganisationName its name.
	Organisation, OrganisationName string
	// Zones are written into the token: a police zone's staff without an organisation that is linked.
	Zones []directory.ZoneCode
}

// anySchool is staff of whatever school or CLB has a number.
func anySchool(number directory.InstitutionNumber) Person {
	return Person{ID: "school-" + string(number), Label: "School of CLB " + string(number), GivenName: "Voorbeeld", FamilyName: "School",
		Role: directory.RoleSchool, Organisation: string(number)}
}

// Group is people under a heading.
type Group struct {
	Title  string // Dutch
	People []Person
	// Menu shows them as a menu to choose from: there are many.
	Menu bool
}

// The names and values in this issuer's tokens, which Environment tells the functions.
const (
	claimRoles       = "aanspreekpunt_rol_3d"
	claimZones       = "zones"
	claimOrg         = "vo_orgcode"
	claimOrgName     = "vo_orgnaam"
	claimTargetGroup = "vo_doelgroepcode"
	groupSchools     = "OV"
	groupPolice      = "LB"
	groupMinistry    = "GID"
)

// rights are the application's rights, by role.
var rights = map[directory.RoleName]string{
	directory.RoleSchool: "Aanspreekpunt-School",
	directory.RolePolice: "Aanspreekpunt-Politie",
	directory.RoleAdmin:  "Aanspreekpunt-Beheerder",
}

var targetGroups = map[directory.RoleName]string{
	directory.RoleSchool: groupSchools,
	directory.RolePolice: groupPolice,
	directory.RoleAdmin:  groupMinistry,
}

// claims are what the person's tokens say about them and their rights.
func (p Person) claims() map[string]any {
	claims := map[string]any{"sub": p.ID}
	set := func(name, value string) {
		if value != "" {
			claims[name] = value
		}
	}
	set("given_name", p.GivenName)
	set("family_name", p.FamilyName)
	set(claimOrg, p.Organisation)
	set(claimOrgName, p.OrganisationName)
	set(claimTargetGroup, targetGroups[p.Role])
	if right := rights[p.Role]; right != "" {
		if p.Organisation != "" {
			right += ":" + p.Organisation
		}
		claims[claimRoles] = []string{right}
	}
	if len(p.Zones) > 0 {
		claims[claimZones] = p.Zones
	}
	return claims
}

// Environment is what a function needs to take this issuer's tokens: the settings of shared/identity.
func (i *Issuer) Environment() map[string]string {
	return map[string]string{
		"OIDC_ISSUER":                  i.url,
		"OIDC_AUTHORIZATION_ENDPOINT":  i.url + authorizePath,
		"OIDC_TOKEN_ENDPOINT":          i.url + tokenPath,
		"OIDC_JWKS_URI":                i.url + keysPath,
		"OIDC_END_SESSION_ENDPOINT":    i.url + endPath,
		"OIDC_CLIENT_ID":               ClientID,
		"OIDC_CLAIM_ROLES":             claimRoles,
		"OIDC_ROLE_SCHOOL":             rights[directory.RoleSchool],
		"OIDC_ROLE_POLICE":             rights[directory.RolePolice],
		"OIDC_ROLE_ADMIN":              rights[directory.RoleAdmin],
		"OIDC_CLAIM_ZONES":             claimZones,
		"OIDC_CLAIM_ORGANISATION":      claimOrg,
		"OIDC_CLAIM_ORGANISATION_NAME": claimOrgName,
		"OIDC_CLAIM_TARGET_GROUP":      claimTargetGroup,
		"OIDC_TARGET_GROUP_SCHOOL":     groupSchools,
		"OIDC_TARGET_GROUP_POLICE":     groupPolice,
		"OIDC_CLAIM_NAME":              "given_name,family_name",
	}
}
