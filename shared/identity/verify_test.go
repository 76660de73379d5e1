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
	"aanspreekpunt/shared/identity/identitytest"
)

// attack is a token that must open nothing, with the problem that a program is told and with words of the reason, so
// that it is known to be refused for its own.
type attack struct{ name, token, problem, reason string }

func attacks(t *testing.T) []attack {
	t.Helper()
	token := idToken.Token()
	header, rest, _ := strings.Cut(token, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	forged := idToken.With(fields{"roles": []string{"admin"}}).Unsigned()
	_, forgedRest, _ := strings.Cut(forged, ".")
	forgedPayload := strings.TrimSuffix(forgedRest, ".")
	return []attack{
		{"no JWT", "abc", "invalidAccessToken", "malformed"},
		{"expired", idToken.With(fields{"exp": noon.Add(-time.Second).Unix()}).Token(), "expiredAccessToken", "expired"},
		{"without expiry", idToken.With(fields{"exp": nil}).Token(), "expiredAccessToken", "expired"},
		{"not yet valid", idToken.With(fields{"nbf": noon.Add(time.Hour).Unix()}).Token(), "invalidAccessToken", "not before"},
		{"wrong audience", idToken.With(fields{"aud": "them"}).Token(), "invalidAccessToken", "somebody else"},
		{"wrong audience, our client_id", idToken.With(fields{"aud": "them", "client_id": "us"}).Token(), "invalidAccessToken", "somebody else"},
		{"wrong client_id", idToken.With(fields{"aud": nil, "client_id": "them"}).Token(), "invalidAccessToken", "somebody else"},
		{"neither audience nor client_id", idToken.With(fields{"aud": nil}).Token(), "invalidAccessToken", "somebody else"},
		{"empty audience", idToken.With(fields{"aud": ""}).Token(), "invalidAccessToken", "somebody else"},
		{"wrong issuer", idToken.With(fields{"iss": "https://other.example"}).Token(), "invalidAccessToken", "different provider"},
		{"issuer with a slash more", idToken.With(fields{"iss": "https://issuer.example/"}).Token(), "invalidAccessToken", "different provider"},
		{"without subject", idToken.With(fields{"sub": nil}).Token(), "invalidAccessToken", "no subject"},
		{"alg none", forged, "invalidAccessToken", "unexpected signature algorithm"},
		{"alg None", strings.Replace(forged, header, "", 1), "invalidAccessToken", "malformed"},
		{"HS256 with the public key", identitytest.Sign(jose.HS256, identitytest.PublicKey(), "rsa", idToken), "invalidAccessToken", "unexpected signature algorithm"},
		{"unknown key", identitytest.Sign(jose.RS256, identitytest.Stranger(), "stranger", idToken), "invalidAccessToken", "does not have"},
		{"another's key under a known id", identitytest.Sign(jose.RS256, identitytest.Stranger(), "rsa", idToken), "invalidAccessToken", "does not fit"},
		{"another's key without id", identitytest.Sign(jose.RS256, identitytest.Stranger(), "", idToken), "invalidAccessToken", "does not fit"},
		{"tampered payload", header + "." + forgedPayload + "." + signature, "invalidAccessToken", "does not fit"},
		{"without signature", header + "." + payload + ".", "invalidAccessToken", "does not fit"},
		{"claims that are no object", identitytest.Sign(jose.RS256, identitytest.Key(), identitytest.KeyID, []string{"sub"}), "invalidAccessToken", "unmarshal"},
	}
}

func TestAttacksOnTheAPI(t *testing.T) {
	t.Parallel()
	v := New(testSettings(t, identitytest.New(t)), nobody{}, http.DefaultClient, clock)
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
	v := New(testSettings(t, identitytest.New(t)), nobody{}, http.DefaultClient, clock)
	cookies := attacks(t)
	cookies = append(cookies,
		attack{name: "access token", token: idToken.With(fields{"aud": nil, "client_id": "us"}).Token()},
		attack{name: "access token with an audience", token: idToken.With(fields{"token_use": "access"}).Token()},
		attack{name: "made for another program", token: idToken.With(fields{"aud": "partner"}).Token()},
		attack{name: "larger than any cookie of ours", token: idToken.With(fields{"long": strings.Repeat("x", CookieLimit)}).Token()},
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
	v := New(testSettings(t, identitytest.New(t)), nobody{}, http.DefaultClient, clock)
	token := idToken.Token()
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
	v := New(testSettings(t, identitytest.New(t)), nobody{}, http.DefaultClient, clock)
	for name, token := range map[string]string{
		"RS256":            identitytest.Sign(jose.RS256, identitytest.Key(), "rsa", idToken),
		"PS256":            identitytest.Sign(jose.PS256, identitytest.Key(), "rsa", idToken),
		"ES256":            identitytest.Sign(jose.ES256, identitytest.ECKey(), "ec", idToken),
		"without a key id": identitytest.Sign(jose.ES256, identitytest.ECKey(), "", idToken),
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
	v := New(testSettings(t, identitytest.New(t)), nobody{}, http.DefaultClient, clock)
	for _, c := range []struct {
		name, token, nonce string
		want               error
	}{
		{"good", idToken.Token(), "once", nil},
		{"another nonce", idToken.Token(), "twice", ErrInvalid},
		{"no nonce on either side", idToken.With(fields{"nonce": nil}).Token(), "", ErrInvalid},
		{"expired", idToken.With(fields{"exp": 1}).Token(), "once", ErrExpired},
		{"access token", idToken.With(fields{"token_use": "access"}).Token(), "once", ErrInvalid},
		{"made for another program", idToken.With(fields{"aud": "partner"}).Token(), "once", ErrInvalid},
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
