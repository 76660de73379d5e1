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

	"github.com/go-jose/go-jose/v4"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/gateway"
)

// attack is a token that must open nothing, with the problem that a program is told and with words of the reason, so
// that it is known to be refused for its own.
type attack struct{ name, token, problem, reason string }

func attacks(t *testing.T) []attack {
	t.Helper()
	token := good(t, idToken)
	header, rest, _ := strings.Cut(token, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	forged := unsigned(idToken.with(fields{"roles": []string{"admin"}}))
	_, forgedRest, _ := strings.Cut(forged, ".")
	forgedPayload := strings.TrimSuffix(forgedRest, ".")
	return []attack{
		{"no JWT", "abc", "invalidAccessToken", "malformed"},
		{"expired", good(t, idToken.with(fields{"exp": noon.Add(-time.Second).Unix()})), "expiredAccessToken", "expired"},
		{"without expiry", good(t, idToken.with(fields{"exp": nil})), "expiredAccessToken", "expired"},
		{"not yet valid", good(t, idToken.with(fields{"nbf": noon.Add(time.Hour).Unix()})), "invalidAccessToken", "not before"},
		{"wrong audience", good(t, idToken.with(fields{"aud": "them"})), "invalidAccessToken", "somebody else"},
		{"wrong audience, our client_id", good(t, idToken.with(fields{"aud": "them", "client_id": "us"})), "invalidAccessToken", "somebody else"},
		{"wrong client_id", good(t, idToken.with(fields{"aud": nil, "client_id": "them"})), "invalidAccessToken", "somebody else"},
		{"neither audience nor client_id", good(t, idToken.with(fields{"aud": nil})), "invalidAccessToken", "somebody else"},
		{"empty audience", good(t, idToken.with(fields{"aud": ""})), "invalidAccessToken", "somebody else"},
		{"wrong issuer", good(t, idToken.with(fields{"iss": "https://other.example"})), "invalidAccessToken", "different provider"},
		{"issuer with a slash more", good(t, idToken.with(fields{"iss": "https://issuer.example/"})), "invalidAccessToken", "different provider"},
		{"without subject", good(t, idToken.with(fields{"sub": nil})), "invalidAccessToken", "no subject"},
		{"alg none", forged, "invalidAccessToken", "unexpected signature algorithm"},
		{"alg None", strings.Replace(forged, header, "", 1), "invalidAccessToken", "malformed"},
		{"HS256 with the public key", signed(t, jose.HS256, publicKeyBytes(), "rsa", idToken), "invalidAccessToken", "unexpected signature algorithm"},
		{"unknown key", signed(t, jose.RS256, strangerKey(), "stranger", idToken), "invalidAccessToken", "does not have"},
		{"another's key under a known id", signed(t, jose.RS256, strangerKey(), "rsa", idToken), "invalidAccessToken", "does not fit"},
		{"another's key without id", signed(t, jose.RS256, strangerKey(), "", idToken), "invalidAccessToken", "does not fit"},
		{"tampered payload", header + "." + forgedPayload + "." + signature, "invalidAccessToken", "does not fit"},
		{"without signature", header + "." + payload + ".", "invalidAccessToken", "does not fit"},
		{"claims that are no object", func() string {
			signer := must(jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: rsaKey()}, nil))
			return must(must(signer.Sign([]byte(`["sub"]`))).CompactSerialize())
		}(), "invalidAccessToken", "unmarshal"},
	}
}

func TestAttacksOnTheAPI(t *testing.T) {
	t.Parallel()
	v := New(testSettings(newIssuer(t)), nobody{}, http.DefaultClient, clock)
	for _, a := range attacks(t) {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, "/api/v1/zones/5910", nil)
			r.Header.Set("Authorization", "Bearer "+a.token)
			who, err := v.OfAPI(r, territory{})
			if !reflect.DeepEqual(who, directory.Principal{}) {
				t.Errorf("got %+v, want nobody", who)
			}
			wantProblem(t, err, 401, a.problem)
			if cause := errors.Unwrap(err); cause == nil || !strings.Contains(cause.Error(), a.reason) {
				t.Errorf("refused because of %v, want %q", cause, a.reason)
			}
		})
	}
}

func TestAttacksOnPages(t *testing.T) {
	t.Parallel()
	v := New(testSettings(newIssuer(t)), nobody{}, http.DefaultClient, clock)
	cookies := attacks(t)
	cookies = append(cookies,
		attack{name: "access token", token: good(t, idToken.with(fields{"aud": nil, "client_id": "us"}))},
		attack{name: "access token with an audience", token: good(t, idToken.with(fields{"token_use": "access"}))},
		attack{name: "made for another program", token: good(t, idToken.with(fields{"aud": "partner"}))},
		attack{name: "larger than any cookie of ours", token: good(t, idToken.with(fields{"long": strings.Repeat("x", CookieLimit)}))},
	)
	for _, a := range cookies {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, "/zones/5910", nil)
			r.AddCookie(&http.Cookie{Name: CookieName, Value: a.token})
			if who, err := v.OfPage(r, territory{}); err != nil || who.SignedIn() {
				t.Errorf("got %+v, %v, want a visitor", who, err)
			}
		})
	}
}

func TestTokenWhereItBelongs(t *testing.T) {
	t.Parallel()
	v := New(testSettings(newIssuer(t)), nobody{}, http.DefaultClient, clock)
	token := good(t, idToken)
	request := func(header, cookie string) *http.Request {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		if header != "" {
			r.Header.Set("Authorization", header)
		}
		if cookie != "" {
			r.AddCookie(&http.Cookie{Name: CookieName, Value: cookie})
		}
		return r
	}
	twice := request("Bearer "+token, "")
	twice.Header.Add("Authorization", "Bearer "+token)

	for _, c := range []struct {
		name     string
		of       func(*http.Request, Facts) (directory.Principal, error)
		r        *http.Request
		signedIn bool
		problem  string
	}{
		{"header on the API", v.OfAPI, request("Bearer "+token, ""), true, ""},
		{"scheme in small letters", v.OfAPI, request("bearer "+token, ""), true, ""},
		{"cookie on the API", v.OfAPI, request("", token), false, ""},
		{"good cookie, bad header on the API", v.OfAPI, request("Bearer abc", token), false, "invalidAccessToken"},
		{"nothing on the API", v.OfAPI, request("", ""), false, ""},
		{"header without token", v.OfAPI, request("Bearer ", ""), false, "noAccessToken"},
		{"another scheme", v.OfAPI, request("Basic dXM6c2VjcmV0", ""), false, "noAccessToken"},
		{"token without scheme", v.OfAPI, request(token, ""), false, "noAccessToken"},
		{"two tokens", v.OfAPI, twice, false, "invalidAccessToken"},
		{"cookie on a page", v.OfPage, request("", token), true, ""},
		{"header on a page", v.OfPage, request("Bearer "+token, ""), false, ""},
		{"nothing on a page", v.OfPage, request("", ""), false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			who, err := c.of(c.r, territory{})
			if who.SignedIn() != c.signedIn {
				t.Errorf("got %+v, signed in should be %t", who, c.signedIn)
			}
			if c.problem == "" && err != nil {
				t.Errorf("got %v, want no error", err)
			} else if c.problem != "" {
				wantProblem(t, err, 401, c.problem)
			}
		})
	}
}

func TestAlgorithmsOfIssuers(t *testing.T) {
	t.Parallel()
	v := New(testSettings(newIssuer(t)), nobody{}, http.DefaultClient, clock)
	for name, token := range map[string]string{
		"RS256":            signed(t, jose.RS256, rsaKey(), "rsa", idToken),
		"PS256":            signed(t, jose.PS256, rsaKey(), "rsa", idToken),
		"ES256":            signed(t, jose.ES256, ecKey(), "ec", idToken),
		"without a key id": signed(t, jose.ES256, ecKey(), "", idToken),
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		if who, err := v.OfAPI(r, territory{}); err != nil || who.Subject != "42" {
			t.Errorf("%s: got %+v, %v, want subject 42", name, who, err)
		}
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	v := New(testSettings(newIssuer(t)), nobody{}, http.DefaultClient, clock)
	for _, c := range []struct {
		name, token, nonce string
		want               error
	}{
		{"good", good(t, idToken), "once", nil},
		{"another nonce", good(t, idToken), "twice", ErrInvalid},
		{"no nonce on either side", good(t, idToken.with(fields{"nonce": nil})), "", ErrInvalid},
		{"expired", good(t, idToken.with(fields{"exp": 1})), "once", ErrExpired},
		{"access token", good(t, idToken.with(fields{"token_use": "access"})), "once", ErrInvalid},
		{"made for another program", good(t, idToken.with(fields{"aud": "partner"})), "once", ErrInvalid},
	} {
		if err := v.SignIn(context.Background(), c.token, c.nonce); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
}

func wantProblem(t *testing.T, err error, status int, kind string) {
	t.Helper()
	p, ok := errors.AsType[*gateway.Problem](err)
	if !ok {
		t.Fatalf("got %v, want a problem", err)
	}
	if p.Status != status || p.Type != "urn:problem-type:belgif:"+kind {
		t.Errorf("got %d %s, want %d %s", p.Status, p.Type, status, kind)
	}
	if status == http.StatusUnauthorized && !strings.HasPrefix(p.Header.Get("WWW-Authenticate"), "Bearer") {
		t.Errorf("WWW-Authenticate is %q", p.Header.Get("WWW-Authenticate"))
	}
	if strings.Contains(p.Detail, "issuer.example") || strings.Contains(p.Detail, "42") {
		t.Errorf("the detail tells what is inside: %s", p.Detail)
	}
}
