package identity

import (
	"testing"
	"time"

	"aanspreekpunt/shared/identity/identitytest"
)

// noon is when these tests take place.
var noon = time.Date(2026, time.November, 23, 11, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

type fields = identitytest.Claims

// idToken are the claims of a police officer's ID token as our issuer of these tests makes them.
var idToken = fields{
	"iss": identitytest.URL, "aud": identitytest.ClientID, "sub": "42", "exp": noon.Add(time.Hour).Unix(), "iat": noon.Unix(),
	"nonce": "once", "roles": []string{"police"}, "zones": "5910", "given_name": "Voorbeeld", "family_name": "Persoon",
}

// testSettings are those of the issuer of these tests.
func testSettings(t *testing.T, i *identitytest.Issuer) Settings {
	t.Helper()
	s, err := FromEnvironment(i.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	s.Audiences = append(s.Audiences, "partner")
	return s
}
