package main

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
)

// attempt is a sign-in that is under way. Its state is in the name of its cookie, so that a browser may have
// several under way, in several tabs, and comes back with its own or with none.
type attempt struct {
	state    string
	nonce    string
	verifier string // of PKCE
	back     string // path of ours
}

const (
	attemptPrefix  = "__Host-aanmelding-"
	attemptSeconds = 600
	// attemptsLimit is how many may be under way: API Gateway takes 10,240 bytes of headers.
	attemptsLimit = 5
	// backLimit is the longest address that is remembered, in bytes.
	backLimit = 500
)

func (a attempt) cookie() *http.Cookie {
	value := a.nonce + "." + a.verifier + "." + base64.RawURLEncoding.EncodeToString([]byte(a.back))
	return attemptCookie(attemptPrefix+a.state, value, attemptSeconds)
}

func attemptCookie(name, value string, seconds int) *http.Cookie {
	// Lax, not Strict: the issuer leads back here from its own site.
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: seconds, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// attemptOf finds the sign-in that a state belongs to among the browser's own.
func attemptOf(r *http.Request, state string) (attempt, bool) {
	if state == "" {
		return attempt{}, false
	}
	c, err := r.Cookie(attemptPrefix + state)
	if err != nil {
		return attempt{}, false
	}
	parts := strings.Split(c.Value, ".")
	if len(parts) != 3 {
		return attempt{}, false
	}
	back, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || parts[0] == "" || parts[1] == "" {
		return attempt{}, false
	}
	return attempt{state, parts[0], parts[1], returnPath(string(back))}, true
}

// forget ends attempts: one by its state, or all when state is "".
func forget(w http.ResponseWriter, r *http.Request, state string) {
	for _, c := range r.Cookies() {
		if strings.HasPrefix(c.Name, attemptPrefix) && (state == "" || c.Name == attemptPrefix+state) {
			http.SetCookie(w, attemptCookie(c.Name, "", -1))
		}
	}
}

// underWay counts the browser's attempts.
func underWay(r *http.Request) int {
	n := 0
	for _, c := range r.Cookies() {
		if strings.HasPrefix(c.Name, attemptPrefix) {
			n++
		}
	}
	return n
}

// returnPath gives an address to come back to when it is a page of ours, and the home page for anything else: an
// address of another site above all.
func returnPath(s string) string {
	u, err := url.Parse(s)
	if err != nil || len(s) > backLimit || !strings.HasPrefix(s, "/") || u.Host != "" || u.Scheme != "" ||
		strings.HasPrefix(u.Path, "//") || strings.ContainsAny(u.Path, "\\\t\r\n") {
		return "/"
	}
	for _, path := range []string{"/aanmelden", "/afmelden", "/api"} { // nobody wants to come back to these
		if u.Path == path || strings.HasPrefix(u.Path, path+"/") {
			return "/"
		}
	}
	return u.EscapedPath() + query(u)
}

func query(u *url.URL) string {
	if u.RawQuery == "" {
		return ""
	}
	return "?" + u.RawQuery
}
