package identitytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// What a good token says of who made it and for whom.
const (
	URL      = "https://issuer.example"
	ClientID = "us"
)

// Names of the issuer's keys.
const (
	KeyID   = "rsa"
	ECKeyID = "ec"
)

// The issuer's keys, and one that is not. They take long to make, so all tests of a package share them.
var (
	Key      = sync.OnceValue(newRSA)
	ECKey    = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) })
	Stranger = sync.OnceValue(newRSA)
)

func newRSA() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) }

// PublicKey is the issuer's in the form that an attacker takes for a shared secret.
func PublicKey() []byte { return must(x509.MarshalPKIXPublicKey(Key().Public())) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Issuer gives its public keys to whoever asks. It is gone when the test ends.
type Issuer struct {
	KeysURL string
	Fetches atomic.Int32 // how often it was asked

	mu     sync.Mutex
	keys   []jose.JSONWebKey
	answer http.HandlerFunc
}

// New starts an issuer with Key and ECKey.
func New(t testing.TB) *Issuer {
	t.Helper()
	i := &Issuer{keys: []jose.JSONWebKey{
		{Key: Key().Public(), KeyID: KeyID, Algorithm: "RS256", Use: "sig"},
		{Key: ECKey().Public(), KeyID: ECKeyID, Algorithm: "ES256", Use: "sig"},
	}}
	server := httptest.NewServer(http.HandlerFunc(i.serve))
	t.Cleanup(server.Close)
	i.KeysURL = server.URL
	return i
}

func (i *Issuer) serve(w http.ResponseWriter, r *http.Request) {
	i.Fetches.Add(1)
	i.mu.Lock()
	keys, answer := i.keys, i.answer
	i.mu.Unlock()
	if answer != nil {
		answer(w, r)
		return
	}
	_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: keys}) // who went away is no failure of the issuer
}

// Change gives the issuer other keys.
func (i *Issuer) Change(keys ...jose.JSONWebKey) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = keys
}

// Answer has a handler answer instead of the keys; nil: the keys again.
func (i *Issuer) Answer(h http.HandlerFunc) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.answer = h
}

// Getenv is the environment from which identity.FromEnvironment makes the settings for this issuer.
func (i *Issuer) Getenv(name string) string {
	return map[string]string{
		"OIDC_ISSUER":                  URL,
		"OIDC_AUTHORIZATION_ENDPOINT":  URL + "/authorize",
		"OIDC_TOKEN_ENDPOINT":          URL + "/token",
		"OIDC_JWKS_URI":                i.KeysURL,
		"OIDC_CLIENT_ID":               ClientID,
		"OIDC_CLAIM_ROLES":             "roles",
		"OIDC_ROLE_SCHOOL":             "school",
		"OIDC_ROLE_POLICE":             "police",
		"OIDC_ROLE_ADMIN":              "admin",
		"OIDC_CLAIM_ZONES":             "zones",
		"OIDC_CLAIM_ORGANISATION":      "org",
		"OIDC_CLAIM_ORGANISATION_NAME": "orgName",
		"OIDC_CLAIM_NAME":              "given_name,family_name",
	}[name]
}
