package identity

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/identity/identitytest"
)

// territory is a small world: Getevallei and Hageland, a school in both, one in Getevallei, and their CLB. 5391 joined
// Getevallei by a change that an administrator loaded; 5392 did before that, and 5393 was divided.
type territory struct{}

func (territory) Zone(code directory.ZoneCode) (directory.ZoneFacts, bool) {
	name, ok := map[directory.ZoneCode]string{"5910": "Getevallei", "5389": "Hageland"}[code]
	z := directory.ZoneFacts{Code: code, Name: name}
	if code == "5910" {
		z.Lineages = []directory.Lineage{{NIS: 24107, Keepers: []directory.Keeper{{Zone: "5391"}}}, {NIS: 24041, Keepers: []directory.Keeper{{Zone: "5393"}}}}
	}
	return z, ok
}

func (territory) CurrentZones(code directory.ZoneCode) []directory.ZoneCode {
	return map[directory.ZoneCode][]directory.ZoneCode{"5910": {"5910"}, "5389": {"5389"}, "5391": {"5910"}, "5392": {"5910"}, "5393": {"5389", "5910"}}[code]
}

func (territory) School(number directory.InstitutionNumber) (directory.School, bool) {
	s, ok := map[directory.InstitutionNumber]directory.School{
		"000018": {Number: "000018", Name: "De Linde", Locations: []directory.Location{{Zone: "5910"}}},
		"990000": {Number: "990000", Name: "De Brug", Locations: []directory.Location{{Zone: "5910"}, {Zone: "5389"}, {Zone: "5910"}}},
	}[number]
	return s, ok
}

func (territory) CLB(number directory.InstitutionNumber) (directory.CLB, bool) {
	return directory.CLB{Schools: []directory.InstitutionNumber{"000018", "990000"},
		Zones: []directory.ZoneCode{"5389", "5910"}}, number == "114331"
}

// linked is a table with one organisation; nobody is one without any.
type (
	linked struct{}
	nobody struct{}
	broken struct{}
)

const companyOfTwoZones = directory.CompanyNumber("0207500123")

func (linked) Organisation(_ context.Context, number directory.CompanyNumber) (directory.Organisation, bool, error) {
	if number != companyOfTwoZones {
		return directory.Organisation{}, false, nil
	}
	return directory.Organisation{Number: number, Zones: []directory.ZoneCode{"5910", "5389"}}, true, nil
}

func (nobody) Organisation(context.Context, directory.CompanyNumber) (directory.Organisation, bool, error) {
	return directory.Organisation{}, false, nil
}

func (broken) Organisation(context.Context, directory.CompanyNumber) (directory.Organisation, bool, error) {
	return directory.Organisation{}, false, errors.New("the table does not answer")
}

// preset reads the settings that the package's documentation gives for an issuer, so that it stays true.
func preset(t *testing.T, i *identitytest.Issuer, title string) Settings {
	t.Helper()
	environment := documented(t, title)
	environment["OIDC_CLIENT_ID"] = "us"
	s, err := FromEnvironment(func(name string) string { return environment[name] })
	if err != nil {
		t.Fatal(err)
	}
	s.KeysEndpoint = i.KeysURL
	return s
}

func TestPrincipalOfEachIssuersTokens(t *testing.T) {
	t.Parallel()
	i := identitytest.New(t)
	cognito, acm := preset(t, i, "Amazon Cognito"), preset(t, i, "ACM/IDM of the Flemish government")

	// As Cognito writes them: the access token has client_id and no aud.
	cognitoID := fields{
		"sub": "c0ffee", "iss": cognito.Issuer, "aud": "us", "token_use": "id", "cognito:username": "c0ffee",
		"event_id": "e", "origin_jti": "o", "auth_time": noon.Unix(), "iat": noon.Unix(), "exp": noon.Add(time.Hour).Unix(),
		"jti": "j", "given_name": "Voorbeeld", "family_name": "Persoon", "email": "voorbeeld@politie.example", "email_verified": true,
	}
	cognitoAccess := fields{
		"sub": "c0ffee", "iss": cognito.Issuer, "client_id": "us", "token_use": "access", "scope": "openid", "version": 2,
		"username": "c0ffee", "event_id": "e", "origin_jti": "o", "auth_time": noon.Unix(), "iat": noon.Unix(),
		"exp": noon.Add(time.Hour).Unix(), "jti": "j",
	}
	acmID := fields{
		"sub": "a1b2", "iss": acm.Issuer, "aud": "us", "azp": "us", "at_hash": "h", "exp": noon.Add(time.Hour).Unix(), "iat": noon.Unix(),
		"given_name": "Voorbeeld", "family_name": "Persoon", "vo_id": "x",
	}
	acmSchool := acmID.With(fields{"vo_doelgroepcode": "OV", "vo_orgcode": "000018", "vo_orgnaam": "Basisschool De Linde",
		"APP_rol_3d": []string{"APP-School:000018"}})
	acmPolice := acmID.With(fields{"vo_doelgroepcode": "LB", "vo_orgcode": "0207500123", "vo_orgnaam": "Lokale politie Voorbeeld",
		"APP_rol_3d": []string{"APP-Politie:0207500123"}})
	groups := func(names ...string) fields { return fields{"cognito:groups": names} }
	expires := noon.Add(time.Hour)

	for _, c := range []struct {
		name     string
		settings Settings
		claims   fields
		want     directory.Principal
		access   directory.Access
	}{
		{"Cognito ID token, police", cognito, cognitoID.With(groups("police", "zone-5910")),
			directory.Principal{Role: "police", Subject: "c0ffee", Name: "Voorbeeld Persoon", Zones: []directory.ZoneCode{"5910"},
				Organisation: "Politiezone Getevallei"}, directory.AccessGranted},
		{"Cognito access token, police", cognito, cognitoAccess.With(groups("police", "zone-5910")),
			directory.Principal{Role: "police", Subject: "c0ffee", Zones: []directory.ZoneCode{"5910"},
				Organisation: "Politiezone Getevallei"}, directory.AccessGranted},
		{"police of two zones", cognito, cognitoAccess.With(groups("zone-5910", "police", "zone-5389", "zone-5910")),
			directory.Principal{Role: "police", Subject: "c0ffee", Zones: []directory.ZoneCode{"5389", "5910"},
				Organisation: "Politiezone Hageland en politiezone Getevallei"}, directory.AccessGranted},
		{"police with a former zone's code", cognito, cognitoAccess.With(groups("police", "zone-5392")),
			directory.Principal{Role: "police", Subject: "c0ffee"}, directory.AccessUnlinked},
		{"police of a zone that a loaded change made part of another", cognito, cognitoAccess.With(groups("police", "zone-5391")),
			directory.Principal{Role: "police", Subject: "c0ffee", Zones: []directory.ZoneCode{"5910"},
				Organisation: "Politiezone Getevallei"}, directory.AccessGranted},
		{"police of a zone that a loaded change divided", cognito, cognitoAccess.With(groups("police", "zone-5393")),
			directory.Principal{Role: "police", Subject: "c0ffee"}, directory.AccessUnlinked},
		{"a zone's group without the right", cognito, cognitoAccess.With(groups("zone-5910")),
			directory.Principal{Subject: "c0ffee"}, directory.AccessNoRight},
		{"no groups at all", cognito, cognitoID, directory.Principal{Subject: "c0ffee", Name: "Voorbeeld Persoon"}, directory.AccessNoRight},
		{"attributes that a user may write", cognito, cognitoID.With(fields{"custom:zones": "5910", "custom:role": "police", "zones": "5910"}),
			directory.Principal{Subject: "c0ffee", Name: "Voorbeeld Persoon"}, directory.AccessNoRight},
		{"administrator", cognito, cognitoAccess.With(groups("admin")),
			directory.Principal{Role: "admin", Subject: "c0ffee", Organisation: "Beheer"}, directory.AccessGranted},
		{"school by a group", cognito, cognitoAccess.With(groups("school", "institution-000018")),
			directory.Principal{Role: "school", Subject: "c0ffee", Zones: []directory.ZoneCode{"5910"}, Organisation: "De Linde",
				Own: []directory.InstitutionNumber{"000018"}, Institutions: []directory.InstitutionNumber{"000018"}}, directory.AccessGranted},

		{"ACM/IDM, school", acm, acmSchool,
			directory.Principal{Role: "school", Subject: "a1b2", Name: "Voorbeeld Persoon", Zones: []directory.ZoneCode{"5910"},
				Organisation: "Basisschool De Linde", Own: []directory.InstitutionNumber{"000018"},
				Institutions: []directory.InstitutionNumber{"000018"}}, directory.AccessGranted},
		{"ACM/IDM, number without its zeros", acm, acmSchool.With(fields{"vo_orgcode": "18", "APP_rol_3d": []string{"APP-School:18"}}),
			directory.Principal{Role: "school", Subject: "a1b2", Name: "Voorbeeld Persoon", Zones: []directory.ZoneCode{"5910"},
				Organisation: "Basisschool De Linde", Own: []directory.InstitutionNumber{"000018"},
				Institutions: []directory.InstitutionNumber{"000018"}}, directory.AccessGranted},
		{"ACM/IDM, school with locations in two zones", acm, acmSchool.With(fields{"vo_orgcode": "990000", "vo_orgnaam": nil,
			"APP_rol_3d": "APP-School"}),
			directory.Principal{Role: "school", Subject: "a1b2", Name: "Voorbeeld Persoon", Zones: []directory.ZoneCode{"5389", "5910"},
				Organisation: "De Brug", Own: []directory.InstitutionNumber{"990000"},
				Institutions: []directory.InstitutionNumber{"990000"}}, directory.AccessGranted},
		{"ACM/IDM, CLB", acm, acmSchool.With(fields{"vo_orgcode": "114331", "vo_orgnaam": "CLB Voorbeeld", "APP_rol_3d": []string{"APP-School:114331"}}),
			directory.Principal{Role: "school", Subject: "a1b2", Name: "Voorbeeld Persoon", Zones: []directory.ZoneCode{"5389", "5910"},
				Organisation: "CLB Voorbeeld", Own: []directory.InstitutionNumber{"114331"},
				Institutions: []directory.InstitutionNumber{"000018", "114331", "990000"}}, directory.AccessGranted},
		{"ACM/IDM, unknown school", acm, acmSchool.With(fields{"vo_orgcode": "555555", "APP_rol_3d": []string{"APP-School:555555"}}),
			directory.Principal{Role: "school", Subject: "a1b2", Name: "Voorbeeld Persoon", Organisation: "Basisschool De Linde"}, directory.AccessUnlinked},
		{"ACM/IDM, organisation without the right", acm, acmSchool.With(fields{"APP_rol_3d": nil}),
			directory.Principal{Subject: "a1b2", Name: "Voorbeeld Persoon", Organisation: "Basisschool De Linde"}, directory.AccessNoRight},
		{"ACM/IDM, right for another organisation", acm, acmSchool.With(fields{"APP_rol_3d": []string{"APP-School:990000"}}),
			directory.Principal{Subject: "a1b2", Name: "Voorbeeld Persoon", Organisation: "Basisschool De Linde"}, directory.AccessNoRight},
		{"ACM/IDM, an enterprise whose number looks like a school's", acm, acmSchool.With(fields{"vo_doelgroepcode": "EA"}),
			directory.Principal{Subject: "a1b2", Name: "Voorbeeld Persoon", Organisation: "Basisschool De Linde"}, directory.AccessNoRight},
		{"ACM/IDM, police of a linked organisation", acm, acmPolice,
			directory.Principal{Role: "police", Subject: "a1b2", Name: "Voorbeeld Persoon", Zones: []directory.ZoneCode{"5389", "5910"},
				Organisation: "Lokale politie Voorbeeld"}, directory.AccessGranted},
		{"ACM/IDM, police of an organisation that is not linked", acm, acmPolice.With(fields{"vo_orgcode": "0403199702",
			"APP_rol_3d": []string{"APP-Politie:0403199702"}}),
			directory.Principal{Role: "police", Subject: "a1b2", Name: "Voorbeeld Persoon", Organisation: "Lokale politie Voorbeeld"},
			directory.AccessUnlinked},
		{"ACM/IDM, school staff with police's right", acm, acmSchool.With(fields{"APP_rol_3d": []string{"APP-Politie:000018"}}),
			directory.Principal{Subject: "a1b2", Name: "Voorbeeld Persoon", Organisation: "Basisschool De Linde"}, directory.AccessNoRight},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.Header.Set("Authorization", "Bearer "+c.claims.Token())
			got, err := New(c.settings, linked{}, http.DefaultClient, clock).OfAPI(r, territory{})
			if err != nil {
				t.Fatal(errors.Unwrap(err))
			}
			c.want.Expires = expires
			got.Expires = got.Expires.UTC()
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("\ngot  %+v\nwant %+v", got, c.want)
			}
			if got.Access() != c.access {
				t.Errorf("access is %d, want %d", got.Access(), c.access)
			}
			if c.access != directory.AccessGranted && got.MaySeeSchoolsValues("5910") {
				t.Error("sees what the zone keeps for schools")
			}
		})
	}
}

func TestTableOfOrganisationsDoesNotAnswer(t *testing.T) {
	t.Parallel()
	i := identitytest.New(t)
	token := idToken.With(fields{"zones": nil, "org": string(companyOfTwoZones)}).Token()
	v := New(testSettings(t, i), broken{}, http.DefaultClient, clock)
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	r.AddCookie(&http.Cookie{Name: CookieName, Value: token})
	_, err := v.OfAPI(r, territory{})
	wantProblem(t, err, 503, "serviceUnavailable")
	_, err = v.OfPage(r, territory{})
	wantProblem(t, err, 503, "serviceUnavailable")
}

func TestHostileClaims(t *testing.T) {
	t.Parallel()
	i := identitytest.New(t)
	v := New(testSettings(t, i), linked{}, http.DefaultClient, clock)
	for name, change := range map[string]fields{
		"zones of no zone":        {"zones": []any{"", "*", "9999", "5910 ", 5910, nil, map[string]any{}}},
		"zones that are a number": {"zones": 5910},
		"zone with a wild card":   {"zones": "59??"},
		"role that is a prefix":   {"roles": []string{"policeman"}},
		"role in other letters":   {"roles": []string{"POLICE"}},
		"role that is an object":  {"roles": map[string]any{"police": true}},
		"role bound to nothing":   {"roles": []string{"police:"}},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Authorization", "Bearer "+idToken.With(change).Token())
		who, err := v.OfAPI(r, territory{})
		if err != nil {
			t.Errorf("%s: %v", name, errors.Unwrap(err))
		}
		if who.Access() == directory.AccessGranted || who.MayChange("5910") {
			t.Errorf("%s: got %+v, want no access", name, who)
		}
	}
}

func TestCookie(t *testing.T) {
	t.Parallel()
	room := CookieLimit - len(CookieName) - len("=")
	c, err := SessionCookie(strings.Repeat("x", room))
	if err != nil {
		t.Fatal(err)
	}
	if want := "; Path=/; HttpOnly; Secure; SameSite=Lax"; !strings.HasSuffix(c.String(), "x"+want) || !strings.HasPrefix(c.String(), "__Host-") {
		t.Errorf("got %.20s…%s, want a __Host- name and %q", c, c.String()[CookieLimit:], want)
	}
	if _, err := SessionCookie(strings.Repeat("x", room+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v for a byte too many, want %v", err, ErrTooLarge)
	}
	if end := EndedCookie().String(); end != CookieName+"=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax" {
		t.Errorf("got %q to end a session", end)
	}
}
