package identity

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

// Why somebody is not who they claim to be. The errors of this package wrap one of these, with what was wrong for
// the log.
var (
	ErrNoToken = errors.New("no bearer token")
	ErrInvalid = errors.New("invalid token")
	ErrExpired = errors.New("expired token")
	// ErrIssuer says nothing about the token: the issuer's keys could not be read.
	ErrIssuer = errors.New("issuer cannot be reached")
)

// algorithms are those with which issuers sign: all with a private key. "none" and those with a shared secret are
// not among them.
var algorithms = []string{oidc.RS256, oidc.PS256, oidc.ES256}

// Verifier tells who somebody is. Any number of goroutines may use it.
type Verifier struct {
	settings      Settings
	organisations Organisations
	keys          *keySet
	config        *oidc.Config
}

// New makes a Verifier. client fetches the issuer's keys when the first token comes; now is the clock.
func New(s Settings, organisations Organisations, client *http.Client, now func() time.Time) *Verifier {
	return &Verifier{
		settings:      s,
		organisations: organisations,
		keys:          newKeySet(s.KeysEndpoint, client, now),
		config: &oidc.Config{
			SkipClientIDCheck:    true, // not every access token has an audience: see meant
			SupportedSigningAlgs: algorithms,
			Now:                  now,
		},
	}
}

// attempt stands between go-oidc and the keys for one token, and remembers why the keys refused it: go-oidc keeps
// no more than the text of that error.
type attempt struct {
	keys    *keySet
	refused error
}

// VerifySignature is for go-oidc, which has checked the algorithm.
func (a *attempt) VerifySignature(ctx context.Context, raw string) ([]byte, error) {
	token, err := jose.ParseSigned(raw, []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.ES256})
	if err != nil {
		return nil, err
	}
	payload, err := a.keys.verify(ctx, token)
	a.refused = err
	return payload, err
}

// claims are what a verified token says.
type claims struct {
	token  *oidc.IDToken
	values map[string]any
}

// verify checks a token's signature, issuer and time.
func (v *Verifier) verify(ctx context.Context, raw string) (claims, error) {
	a := &attempt{keys: v.keys}
	token, err := oidc.NewVerifier(v.settings.Issuer, a, v.config).Verify(ctx, raw)
	var expired *oidc.TokenExpiredError
	switch {
	case errors.Is(a.refused, ErrIssuer):
		return claims{}, a.refused
	case errors.As(err, &expired):
		return claims{}, fmt.Errorf("%w: %w", ErrExpired, err)
	case err != nil:
		return claims{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	case token.Subject == "":
		return claims{}, fmt.Errorf("%w: it has no subject", ErrInvalid)
	}
	c := claims{token: token}
	if err := token.Claims(&c.values); err != nil {
		return claims{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return c, nil
}

// meant checks that a token was made for the API: its audience is ours or, when it has none, the client that it
// was given to (Cognito's access tokens).
func (v *Verifier) meant(c claims) error {
	audience := c.token.Audience
	if len(audience) == 0 {
		client, _ := c.values["client_id"].(string)
		audience = []string{client}
	}
	for _, a := range audience {
		if a != "" && slices.Contains(v.settings.Audiences, a) {
			return nil
		}
	}
	return fmt.Errorf("%w: made for somebody else", ErrInvalid)
}

// signIn checks that a token tells who signed in here: an ID token, made for us and nobody else's client.
func (v *Verifier) signIn(c claims) error {
	use, _ := c.values["token_use"].(string)
	if use != "" && use != "id" || !slices.Contains(c.token.Audience, v.settings.ClientID) {
		return fmt.Errorf("%w: no ID token made for us", ErrInvalid)
	}
	return nil
}

// SignIn checks the ID token that the issuer gave for a code. nonce is what the sign-in began with.
func (v *Verifier) SignIn(ctx context.Context, idToken, nonce string) error {
	c, err := v.verify(ctx, idToken)
	if err != nil {
		return err
	}
	if nonce == "" || c.token.Nonce != nonce {
		return fmt.Errorf("%w: not made for this sign-in", ErrInvalid)
	}
	return v.signIn(c)
}

// bearer takes the token out of an Authorization header.
func bearer(header string) (string, error) {
	scheme, token, _ := strings.Cut(header, " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", ErrNoToken
	}
	return token, nil
}
