package identitytest

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Claims are what a token says.
type Claims map[string]any

// Access are the claims of an access token that somebody got at a moment, for an hour. role is "school", "police",
// "admin" or none of these, zones are codes with a space or a comma between them.
func Access(role, zones, organisation string, at time.Time) Claims {
	return Claims{"iss": URL, "client_id": ClientID, "token_use": "access", "sub": role + zones + organisation,
		"iat": at.Unix(), "exp": at.Add(time.Hour).Unix(), "given_name": "Voorbeeld", "family_name": "Persoon",
		"roles": []string{role}, "zones": zones, "org": organisation}
}

// With gives the claims with some changed; nil takes one away.
func (c Claims) With(change Claims) Claims {
	all := maps.Clone(c)
	for name, value := range change {
		if value == nil {
			delete(all, name)
		} else {
			all[name] = value
		}
	}
	return all
}

// ID are the claims of the same person's ID token, which a session cookie holds.
func (c Claims) ID() Claims {
	return c.With(Claims{"client_id": nil, "aud": ClientID, "token_use": "id"})
}

// Token is a token with these claims that the issuer signed with Key.
func (c Claims) Token() string { return Sign(jose.RS256, Key(), KeyID, c) }

// Unsigned is a token with algorithm "none".
func (c Claims) Unsigned() string {
	encode := func(v any) string { return base64.RawURLEncoding.EncodeToString(must(json.Marshal(v))) }
	return encode(Claims{"alg": "none", "kid": KeyID}) + "." + encode(c) + "."
}

// Sign signs claims, whatever they are, with a key that goes by an id.
func Sign(algorithm jose.SignatureAlgorithm, key any, id string, claims any) string {
	signer := must(jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: key, KeyID: id}}, nil))
	return must(must(signer.Sign(must(json.Marshal(claims)))).CompactSerialize())
}
