package identity

import (
	"errors"
	"net/http"
)

// CookieName is the session cookie. Browsers take a name that begins so only from us, over a protected
// connection, for the whole site: no other host of the domain can set it.
const CookieName = "__Host-sessie"

// CookieLimit is the longest session cookie, name and value together, in bytes: API Gateway takes 10,240 bytes of
// headers, and browsers drop a cookie of more than 4,096 without a word.
const CookieLimit = 3500

// ErrTooLarge is a sign-in whose token does not fit into the cookie.
var ErrTooLarge = errors.New("the ID token is too large for a cookie")

// SessionCookie keeps an ID token until the browser closes; nothing that outlives the token is kept.
func SessionCookie(idToken string) (*http.Cookie, error) {
	if len(CookieName)+len("=")+len(idToken) > CookieLimit {
		return nil, ErrTooLarge
	}
	return cookie(idToken), nil
}

// EndedCookie makes the browser forget the session.
func EndedCookie() *http.Cookie {
	c := cookie("")
	c.MaxAge = -1
	return c
}

func cookie(value string) *http.Cookie {
	return &http.Cookie{Name: CookieName, Value: value, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// Session gives the ID token of a request's session cookie, unverified; "" without one. It is what the issuer
// wants to see of somebody who signs out.
func Session(r *http.Request) string {
	c, err := r.Cookie(CookieName)
	if err != nil || len(c.Value) > CookieLimit {
		return ""
	}
	return c.Value
}
