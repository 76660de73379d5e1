package gateway

import (
	"net/http"
	"strings"
)

// traceHeader carries the id that follows a request through Belgian governments' systems.
const traceHeader = "Belgov-Trace-Id"

// releaseHeader says which release of the system answered.
const releaseHeader = "Aanspreekpunt-Release"

// validTrace gives a caller's trace id back when it can be one: 1 to 36 letters, digits and hyphens, as in a
// UUID. Anything else counts as none, so that nobody writes into our log.
func validTrace(s string) string {
	if len(s) > 36 {
		return ""
	}
	for i := range len(s) {
		c := s[i]
		if c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return ""
		}
	}
	return s
}

const (
	pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
		"manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
	dataPolicy = "default-src 'none'; frame-ancestors 'none'"
)

// headers adds what every answer has, and lets any origin read what is public.
func (e endpoint) headers(h http.Header, r *http.Request, x *exchange) {
	api := isAPI(r.URL.Path)
	set := func(name, value string) {
		if _, own := h[name]; !own {
			h[name] = []string{value}
		}
	}
	set(traceHeader, x.trace)
	set("X-Content-Type-Options", "nosniff")
	set("Referrer-Policy", "same-origin") // no-referrer would make the Origin of our own forms "null"
	set("Strict-Transport-Security", "max-age=31536000")
	set("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()")
	set("Cache-Control", string(Revalidate))
	if api {
		set("Content-Security-Policy", dataPolicy)
	} else {
		policy := pagePolicy
		switch {
		case r.URL.Path == embedding:
			policy = "frame-src 'self'; " + policy
		case Framed(r): // its errors, too
			policy = strings.Replace(policy, "frame-ancestors 'none'", "frame-ancestors *", 1)
		}
		set("Content-Security-Policy", strings.Join(append([]string{policy}, x.forms...), " "))
		set("Cross-Origin-Opener-Policy", "same-origin")
	}
	h.Set("Vary", varyOn(h))
	if e.public || api && e.path == DefaultPath {
		switch r.Method {
		case http.MethodGet, http.MethodHead:
			set("Access-Control-Allow-Origin", "*")
			set("Access-Control-Expose-Headers", "Aanspreekpunt-Release, BelGov-Trace-Id, Content-Location, ETag, Location, Retry-After")
		case http.MethodOptions:
			set("Access-Control-Allow-Origin", "*")
			set("Access-Control-Allow-Methods", "GET, HEAD")
			set("Access-Control-Allow-Headers", "BelGov-Trace-Id, If-None-Match")
			set("Access-Control-Max-Age", "86400")
		}
	}
}

// Framed tells whether the answer to a request may stand in a frame on any site. It must then be the same for everybody.
func Framed(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, framed) }

// varyOn says which request headers an answer depends on. What is the same for everyone depends on its coding
// alone.
func varyOn(h http.Header) string {
	if strings.HasPrefix(h.Get("Cache-Control"), "public") {
		return "Accept-Encoding"
	}
	return "Authorization, Cookie, Accept-Encoding"
}
