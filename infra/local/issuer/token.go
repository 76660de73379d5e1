package issuer

import (
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"aanspreekpunt/shared/directory"
)

// Tokens are the answer of a token endpoint.
type Tokens struct {
	AccessToken string `json:"access_token"`
	IDToken     string `json:"id_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"` // seconds; negative for tokens that were made expired
}

// Mint makes the tokens of a person. nonce may be "". A negative lifetime makes tokens that have expired.
func (i *Issuer) Mint(p Person, nonce string, lifetime time.Duration) (Tokens, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: i.key, KeyID: i.keyID}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return Tokens{}, fmt.Errorf("tokens of %s: %w", p.ID, err)
	}
	now := i.now()
	common := p.claims()
	maps.Copy(common, map[string]any{"iss": i.url, "iat": now.Unix(), "exp": now.Add(lifetime).Unix(), "auth_time": now.Unix()})
	sign := func(own map[string]any) string {
		claims := maps.Clone(common)
		maps.Copy(claims, own)
		token, signErr := jwt.Signed(signer).Claims(claims).Serialize()
		if signErr != nil {
			err = fmt.Errorf("tokens of %s: %w", p.ID, signErr)
		}
		return token
	}
	id := map[string]any{"aud": ClientID, "token_use": "id"}
	if nonce != "" {
		id["nonce"] = nonce
	}
	tokens := Tokens{
		AccessToken: sign(map[string]any{"client_id": ClientID, "token_use": "access", "scope": "openid", "jti": rand.Text()}),
		IDToken:     sign(id),
		TokenType:   "Bearer",
		ExpiresIn:   int(lifetime / time.Second),
	}
	return tokens, err
}

// longestLifetime is how far ahead or back tokens can be made to expire.
const longestLifetime = 10 * 365 * 24 * time.Hour

// ServeToken makes tokens for a test or a script without a sign-in: a form with role (police, school or admin),
// zones (a comma between them), institution, subject and expiresIn (seconds, may be negative). The runner serves it
// as POST /dev/token; no deployed function can.
func (i *Issuer) ServeToken(w http.ResponseWriter, r *http.Request) {
	refuse := func(reason string) { writeJSON(w, http.StatusBadRequest, map[string]string{"error": reason}) }
	p := Person{
		ID:           r.PostFormValue("subject"),
		Role:         directory.RoleName(r.PostFormValue("role")),
		Organisation: r.PostFormValue("institution"),
		GivenName:    "Voorbeeld",
	}
	if _, known := rights[p.Role]; !known {
		refuse("role: want police, school or admin")
		return
	}
	p.FamilyName = map[directory.RoleName]string{"police": "Politie", "school": "School", "admin": "Beheerder"}[p.Role]
	if p.ID == "" {
		p.ID = "dev-" + string(p.Role)
	}
	for _, code := range splitWords(r.PostFormValue("zones")) {
		zone, err := directory.ParseZoneCode(code)
		if err != nil {
			refuse(err.Error())
			return
		}
		p.Zones = append(p.Zones, zone)
	}
	lifetime := tokenLifetime
	if text := r.PostFormValue("expiresIn"); text != "" {
		seconds, err := strconv.Atoi(text)
		lifetime = time.Duration(seconds) * time.Second
		if err != nil || lifetime/time.Second != time.Duration(seconds) || max(lifetime, -lifetime) > longestLifetime {
			refuse("expiresIn: want a number of seconds")
			return
		}
	}
	tokens, err := i.Mint(p, "", lifetime)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, http.StatusOK, tokens)
}

// splitWords splits a list with commas or spaces.
func splitWords(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
