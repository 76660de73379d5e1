package identity

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"aanspreekpunt/shared/directory"
)

// noon is when these tests take place.
var noon = time.Date(2026, time.November, 23, 11, 0, 0, 0, time.UTC)

// Keys take long to make, so all tests share them.
var (
	rsaKey      = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	strangerKey = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	ecKey       = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) })
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// issuer answers its public keys and counts how often it is asked.
type issuer struct {
	url     string
	fetches atomic.Int32

	mu     sync.Mutex
	keys   []jose.JSONWebKey
	answer http.HandlerFunc // instead of the keys; nil: the keys
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{keys: []jose.JSONWebKey{
		{Key: rsaKey().Public(), KeyID: "rsa", Algorithm: "RS256", Use: "sig"},
		{Key: ecKey().Public(), KeyID: "ec", Algorithm: "ES256", Use: "sig"},
	}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.fetches.Add(1)
		i.mu.Lock()
		keys, answer := i.keys, i.answer
		i.mu.Unlock()
		if answer != nil {
			answer(w, r)
			return
		}
		must(0, json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: keys}))
	}))
	t.Cleanup(server.Close)
	i.url = server.URL
	return i
}

func (i *issuer) set(change func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	change()
}

// fields are a token's claims.
type fields map[string]any

// with gives the claims with some changed; nil takes one away.
func (f fields) with(change fields) fields {
	all := maps.Clone(f)
	for name, value := range change {
		if value == nil {
			delete(all, name)
		} else {
			all[name] = value
		}
	}
	return all
}

// idToken are the claims of a police officer's ID token as our issuer of these tests makes them.
var idToken = fields{
	"iss": "https://issuer.example", "aud": "us", "sub": "42", "exp": noon.Add(time.Hour).Unix(), "iat": noon.Unix(),
	"nonce": "once", "roles": []string{"police"}, "zones": "5910", "given_name": "Voorbeeld", "family_name": "Persoon",
}

func signed(t *testing.T, algorithm jose.SignatureAlgorithm, key any, id string, claims fields) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: key, KeyID: id}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	token, err := signer.Sign(must(json.Marshal(claims)))
	if err != nil {
		t.Fatal(err)
	}
	return must(token.CompactSerialize())
}

func good(t *testing.T, claims fields) string {
	t.Helper()
	return signed(t, jose.RS256, rsaKey(), "rsa", claims)
}

// unsigned is a token with algorithm "none".
func unsigned(claims fields) string {
	encode := func(v any) string { return base64.RawURLEncoding.EncodeToString(must(json.Marshal(v))) }
	return encode(fields{"alg": "none", "kid": "rsa"}) + "." + encode(claims) + "."
}

// publicKeyBytes is what an attacker takes as the shared secret of HS256.
func publicKeyBytes() []byte { return must(x509.MarshalPKIXPublicKey(rsaKey().Public())) }

// testSettings are those of the issuer of these tests.
func testSettings(i *issuer) Settings {
	return Settings{
		Issuer: "https://issuer.example", KeysEndpoint: i.url, ClientID: "us", Audiences: []string{"us", "partner"},
		Roles:      Claim{Name: "roles"},
		RoleValues: map[directory.RoleName]string{"police": "police", "school": "school", "admin": "admin"},
		Zones:      Claim{Name: "zones"}, Organisation: Claim{Name: "org"}, OrganisationName: "orgName",
		Name: []string{"given_name", "family_name"},
	}
}

func clock() time.Time { return noon }
