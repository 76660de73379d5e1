package issuer

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"aanspreekpunt/shared/directory"
)

// ClientID is the service's name at this issuer. It is a public client: PKCE guards its codes.
const ClientID = "aanspreekpunt"

const (
	authorizePath = "/authorize"
	tokenPath     = "/token"
	keysPath      = "/keys"
	endPath       = "/logout"

	// Where the service comes back to. Any port of this machine may be the service's: it runs under SAM too.
	callbackPath  = "/aanmelden/terug"
	signedOutPath = "/afmelden"

	codeLifetime  = time.Minute
	tokenLifetime = time.Hour
	sessionCookie = "issuer-session"
)

// Issuer is one issuer. Any number of goroutines may use it.
type Issuer struct {
	url    string
	groups []Group
	now    func() time.Time
	key    *rsa.PrivateKey
	keyID  string
	mux    *http.ServeMux

	mu       sync.Mutex
	codes    map[string]grant  // by code
	sessions map[string]Person // by cookie
}

// grant is a code that waits to be exchanged.
type grant struct {
	person    Person
	redirect  string
	nonce     string
	challenge string
	expires   time.Time
}

// New makes an issuer that answers at an address, "http://127.0.0.1:4000", and offers people to be. now is the
// clock.
func New(address string, groups []Group, now func() time.Time) (*Issuer, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("signing key of the issuer: %w", err)
	}
	i := &Issuer{url: address, groups: groups, now: now, key: key, keyID: rand.Text(), mux: http.NewServeMux(),
		codes: map[string]grant{}, sessions: map[string]Person{}}
	i.mux.HandleFunc("GET /.well-known/openid-configuration", i.discovery)
	i.mux.HandleFunc("GET "+keysPath, i.keys)
	i.mux.HandleFunc("GET "+authorizePath, i.authorize)
	i.mux.HandleFunc("POST "+authorizePath, i.choose)
	i.mux.HandleFunc("POST "+tokenPath, i.token)
	i.mux.HandleFunc("GET "+endPath, i.end)
	i.mux.HandleFunc("POST "+endPath, i.end)
	i.mux.HandleFunc("GET /style.css", func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, files, "style.css") })
	i.mux.HandleFunc("GET /{$}", i.home)
	return i, nil
}

// ServeHTTP answers the issuer's own origin.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	i.mux.ServeHTTP(w, r)
}

func (i *Issuer) discovery(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer":                                         i.url,
		"authorization_endpoint":                         i.url + authorizePath,
		"token_endpoint":                                 i.url + tokenPath,
		"jwks_uri":                                       i.url + keysPath,
		"end_session_endpoint":                           i.url + endPath,
		"response_types_supported":                       []string{"code"},
		"grant_types_supported":                          []string{"authorization_code"},
		"scopes_supported":                               []string{"openid"},
		"subject_types_supported":                        []string{"public"},
		"id_token_signing_alg_values_supported":          []string{"RS256"},
		"token_endpoint_auth_methods_supported":          []string{"none"},
		"code_challenge_methods_supported":               []string{"S256"},
		"authorization_response_iss_parameter_supported": true,
	})
}

func (i *Issuer) keys(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: i.key.Public(), KeyID: i.keyID, Algorithm: string(jose.RS256), Use: "sig"},
	}})
}

// ask is what the service asks when it sends somebody to sign in.
type ask struct{ redirect, state, nonce, challenge string }

// asked reads and checks the request to sign in. When it cannot even be sent back, it answers itself and tells false.
func (i *Issuer) asked(w http.ResponseWriter, r *http.Request) (ask, bool) {
	q := r.URL.Query()
	a := ask{q.Get("redirect_uri"), q.Get("state"), q.Get("nonce"), q.Get("code_challenge")}
	if q.Get("client_id") != ClientID || !ours(a.redirect, callbackPath) {
		http.Error(w, "Deze toepassing is hier niet bekend.", http.StatusBadRequest)
		return a, false
	}
	refuse := func(code, description string) {
		i.back(w, r, a, url.Values{"error": {code}, "error_description": {description}})
	}
	switch {
	case q.Get("response_type") != "code":
		refuse("unsupported_response_type", "only code")
	case !contains(q.Get("scope"), "openid"):
		refuse("invalid_scope", "openid is needed")
	case a.state == "" || a.nonce == "":
		refuse("invalid_request", "state and nonce are needed")
	case len(a.challenge) != 43 || q.Get("code_challenge_method") != "S256":
		refuse("invalid_request", "PKCE with S256 is needed")
	default:
		return a, true
	}
	return a, false
}

// back sends the browser back to the service.
func (i *Issuer) back(w http.ResponseWriter, r *http.Request, a ask, answer url.Values) {
	answer.Set("state", a.state)
	answer.Set("iss", i.url)
	http.Redirect(w, r, a.redirect+"?"+answer.Encode(), http.StatusSeeOther)
}

// authorize shows who one can be, or goes straight back for somebody who is signed in here already.
func (i *Issuer) authorize(w http.ResponseWriter, r *http.Request) {
	a, ok := i.asked(w, r)
	if !ok {
		return
	}
	if person, ok := i.session(r); ok {
		i.grant(w, r, a, person)
		return
	}
	i.show(w, page{Groups: i.groups, Action: authorizePath + "?" + r.URL.RawQuery})
}

// choose signs in as the person chosen.
func (i *Issuer) choose(w http.ResponseWriter, r *http.Request) {
	a, ok := i.asked(w, r)
	if !ok {
		return
	}
	if r.PostFormValue("cancel") != "" {
		i.back(w, r, a, url.Values{"error": {"access_denied"}})
		return
	}
	person, ok := i.person(r.PostFormValue("person"))
	if number, err := directory.ParseInstitutionNumber(r.PostFormValue("institution")); err == nil {
		person, ok = anySchool(number), true
	}
	if !ok {
		w.WriteHeader(http.StatusBadRequest)
		i.show(w, page{Groups: i.groups, Action: authorizePath + "?" + r.URL.RawQuery, Error: "Kies iemand, of geef een instellingsnummer van zes cijfers."})
		return
	}
	session := rand.Text()
	i.mu.Lock()
	i.sessions[session] = person
	i.mu.Unlock()
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: session, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	i.grant(w, r, a, person)
}

func (i *Issuer) grant(w http.ResponseWriter, r *http.Request, a ask, person Person) {
	code := rand.Text()
	i.mu.Lock()
	maps.DeleteFunc(i.codes, func(_ string, g grant) bool { return !i.now().Before(g.expires) })
	i.codes[code] = grant{person, a.redirect, a.nonce, a.challenge, i.now().Add(codeLifetime)}
	i.mu.Unlock()
	i.back(w, r, a, url.Values{"code": {code}})
}

// session tells who is signed in here.
func (i *Issuer) session(r *http.Request) (Person, bool) {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return Person{}, false
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	person, ok := i.sessions[cookie.Value]
	return person, ok
}

func (i *Issuer) person(id string) (Person, bool) {
	for _, g := range i.groups {
		for _, p := range g.People {
			if p.ID == id {
				return p, true
			}
		}
	}
	return Person{}, false
}

// token exchanges a code, once.
func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	refuse := func(code string) { writeJSON(w, http.StatusBadRequest, map[string]string{"error": code}) }
	if r.PostFormValue("grant_type") != "authorization_code" {
		refuse("unsupported_grant_type")
		return
	}
	if r.PostFormValue("client_id") != ClientID {
		refuse("invalid_client")
		return
	}
	code := r.PostFormValue("code")
	i.mu.Lock()
	g, ok := i.codes[code]
	delete(i.codes, code)
	i.mu.Unlock()
	challenge := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !ok || !i.now().Before(g.expires) || g.redirect != r.PostFormValue("redirect_uri") ||
		g.challenge != base64.RawURLEncoding.EncodeToString(challenge[:]) {
		refuse("invalid_grant")
		return
	}
	tokens, err := i.Mint(g.person, g.nonce, tokenLifetime)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	writeJSON(w, http.StatusOK, tokens)
}

// end ends the session here and goes back to the service, or says so when nobody asked to go back.
func (i *Issuer) end(w http.ResponseWriter, r *http.Request) {
	if cookie, err := r.Cookie(sessionCookie); err == nil {
		i.mu.Lock()
		delete(i.sessions, cookie.Value)
		i.mu.Unlock()
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	back := r.FormValue("post_logout_redirect_uri")
	if back == "" {
		i.show(w, page{Message: "Je bent hier afgemeld."})
		return
	}
	if !ours(back, signedOutPath) || !i.knows(r.FormValue("client_id"), r.FormValue("id_token_hint")) {
		http.Error(w, "Je bent hier afgemeld. De toepassing die je terug wil, is hier niet bekend.", http.StatusBadRequest)
		return
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
}

// knows tells whether the service asks: by its name, or by a token that it got here, expired or not.
func (i *Issuer) knows(client, hint string) bool {
	if hint == "" {
		return client == ClientID
	}
	token, err := jwt.ParseSigned(hint, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return false
	}
	var c jwt.Claims
	return token.Claims(i.key.Public(), &c) == nil && c.Issuer == i.url && c.Audience.Contains(ClientID)
}

func (i *Issuer) home(w http.ResponseWriter, r *http.Request) {
	message := "Niemand is hier aangemeld."
	if person, ok := i.session(r); ok {
		message = "Je bent hier aangemeld als: " + person.Label + "."
	}
	i.show(w, page{Message: message})
}

// ours tells whether an address is the service's on this machine.
func ours(address, path string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || u.User != nil || u.Path != path || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

func contains(list, word string) bool {
	for _, w := range splitWords(list) {
		if w == word {
			return true
		}
	}
	return false
}

//go:embed page.gohtml style.css
var files embed.FS

var pages = sync.OnceValue(func() *template.Template { return template.Must(template.ParseFS(files, "page.gohtml")) })

type page struct {
	Groups  []Group
	Action  string
	Error   string
	Message string
}

func (i *Issuer) show(w http.ResponseWriter, p page) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := pages().Execute(w, p); err != nil {
		panic(http.ErrAbortHandler) // the browser went away, or a test sees a page cut off
	}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(http.ErrAbortHandler)
	}
}
