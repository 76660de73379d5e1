package identity

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"aanspreekpunt/shared/directory"
)

// Settings are what differs between issuers. See the package's documentation for the environment they come from.
type Settings struct {
	Issuer                string
	AuthorizationEndpoint string
	TokenEndpoint         string
	KeysEndpoint          string
	EndSessionEndpoint    string // "": people sign out here only
	EndSessionReturn      string // name of the parameter with the address to come back to
	ClientID              string
	ClientSecret          string // "": a public client
	Scopes                []string
	Audiences             []string // whose tokens the API accepts; ClientID first

	Roles            Claim
	RoleValues       map[directory.RoleName]string
	Zones            Claim
	Organisation     Claim
	OrganisationName string // a claim that is one text
	TargetGroup      Claim
	TargetGroups     map[directory.RoleName]string // the value of TargetGroup that a role needs; none: any
	Name             []string                      // claims that make up a person's name
}

// Claim says where values stand in a token: a claim's name, and a prefix that marks those that are meant.
type Claim struct{ Name, Prefix string }

// FromEnvironment reads the settings. The error names every variable that lacks or cannot be.
func FromEnvironment(getenv func(string) string) (Settings, error) {
	var errs []error
	required := func(name string) string {
		value := getenv(name)
		if value == "" {
			errs = append(errs, fmt.Errorf("%s is not set", name))
		}
		return value
	}
	endpoint := func(name string) string {
		address := getenv(name)
		if u, err := url.Parse(address); address != "" && (err != nil || u.Host == "" || !protected(u)) {
			errs = append(errs, fmt.Errorf("%s: want an https address", name))
		}
		return address
	}
	claim := func(name string) Claim {
		claim, prefix, _ := strings.Cut(getenv(name), " ")
		return Claim{claim, prefix}
	}
	required("OIDC_ISSUER")
	required("OIDC_AUTHORIZATION_ENDPOINT")
	required("OIDC_TOKEN_ENDPOINT")
	required("OIDC_JWKS_URI")
	required("OIDC_CLAIM_ROLES")
	client := required("OIDC_CLIENT_ID")
	s := Settings{
		Issuer:                endpoint("OIDC_ISSUER"),
		AuthorizationEndpoint: endpoint("OIDC_AUTHORIZATION_ENDPOINT"),
		TokenEndpoint:         endpoint("OIDC_TOKEN_ENDPOINT"),
		KeysEndpoint:          endpoint("OIDC_JWKS_URI"),
		EndSessionEndpoint:    endpoint("OIDC_END_SESSION_ENDPOINT"),
		EndSessionReturn:      cmp.Or(getenv("OIDC_END_SESSION_RETURN"), standardReturn),
		ClientID:              client,
		ClientSecret:          getenv("OIDC_CLIENT_SECRET"),
		Scopes:                strings.Fields(cmp.Or(getenv("OIDC_SCOPE"), "openid")),
		Audiences:             append([]string{client}, separate(getenv("OIDC_AUDIENCES"))...),
		Roles:                 claim("OIDC_CLAIM_ROLES"),
		RoleValues: values(map[directory.RoleName]string{
			directory.RoleSchool: getenv("OIDC_ROLE_SCHOOL"),
			directory.RolePolice: getenv("OIDC_ROLE_POLICE"),
			directory.RoleAdmin:  getenv("OIDC_ROLE_ADMIN"),
		}),
		Zones:            claim("OIDC_CLAIM_ZONES"),
		Organisation:     claim("OIDC_CLAIM_ORGANISATION"),
		OrganisationName: getenv("OIDC_CLAIM_ORGANISATION_NAME"),
		TargetGroup:      claim("OIDC_CLAIM_TARGET_GROUP"),
		TargetGroups: values(map[directory.RoleName]string{
			directory.RoleSchool: getenv("OIDC_TARGET_GROUP_SCHOOL"),
			directory.RolePolice: getenv("OIDC_TARGET_GROUP_POLICE"),
		}),
		Name: separate(getenv("OIDC_CLAIM_NAME")),
	}
	if len(errs) > 0 {
		return Settings{}, fmt.Errorf("sign-in: %w", errors.Join(errs...))
	}
	return s, nil
}

// standardReturn is the parameter's name in OpenID Connect RP-Initiated Logout.
const standardReturn = "post_logout_redirect_uri"

// EndSession is where the browser goes to end the session at the issuer and come back to an address of ours; ""
// when the issuer has no such place. The ID token is the hint that spares people a question there; an issuer with
// a parameter of its own knows no hints.
func (s Settings) EndSession(back, idToken string) string {
	u, err := url.Parse(s.EndSessionEndpoint)
	if s.EndSessionEndpoint == "" || err != nil {
		return ""
	}
	query := u.Query()
	query.Set("client_id", s.ClientID)
	query.Set(s.EndSessionReturn, back)
	if s.EndSessionReturn == standardReturn && idToken != "" {
		query.Set("id_token_hint", idToken)
	}
	u.RawQuery = query.Encode()
	return u.String()
}

// Origins are the issuer's origins to which a form of ours may lead, for the content security policy.
func (s Settings) Origins() []string {
	var origins []string
	for _, endpoint := range []string{s.AuthorizationEndpoint, s.EndSessionEndpoint} {
		u, err := url.Parse(endpoint)
		if origin := u.Scheme + "://" + u.Host; err == nil && endpoint != "" && (len(origins) == 0 || origins[0] != origin) {
			origins = append(origins, origin)
		}
	}
	return origins
}

// protected tells whether nobody on the way can change what is said: https, or this very machine, which a container
// under `sam local` knows as host.docker.internal.
func protected(u *url.URL) bool {
	switch u.Hostname() {
	case "127.0.0.1", "::1", "localhost", "host.docker.internal":
		return u.Scheme == "http" || u.Scheme == "https"
	}
	return u.Scheme == "https"
}

// values leaves out the roles that have no value: an empty one would match nothing or, worse, everything.
func values(all map[directory.RoleName]string) map[directory.RoleName]string {
	for role, value := range all {
		if value == "" {
			delete(all, role)
		}
	}
	return all
}

// separate splits a list that is written with commas or spaces.
func separate(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
