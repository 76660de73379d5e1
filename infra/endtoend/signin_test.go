package endtoend

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/identity"
	"aanspreekpunt/shared/identity/identitytest"
)

// keptForSchools are the numbers and addresses that a zone keeps for schools, as the table has them.
func keptForSchools(t *testing.T, code directory.ZoneCode) []string {
	t.Helper()
	environment := sys.Environment("search")
	environment["AWS_ENDPOINT_URL_DYNAMODB"] = sys.DynamoDB()
	store, err := dynamo.FromEnvironment(func(name string) string { return environment[name] })
	if err != nil {
		t.Fatal(err)
	}
	profile, found, err := store.Profile(t.Context(), code)
	if err != nil || !found {
		t.Fatalf("zone %s: %t, %v", code, found, err)
	}
	var kept []string
	for _, c := range profile.ContactPoints {
		for _, ph := range c.Phones {
			if ph.Visibility != directory.VisiblePublic {
				kept = append(kept, ph.Number)
			}
		}
		for _, e := range c.Emails {
			if e.Visibility != directory.VisiblePublic {
				kept = append(kept, e.Address)
			}
		}
	}
	if len(kept) == 0 {
		t.Fatalf("zone %s keeps nothing for schools", code)
	}
	return kept
}

func (a answer) hasAny(values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return strings.Contains(a.text(), v) })
}

func (a answer) hasAll(values []string) bool {
	return !slices.ContainsFunc(values, func(v string) bool { return !strings.Contains(a.text(), v) })
}

// mint gets tokens from the local system's own way of making them.
func mint(t *testing.T, form url.Values) (access, id string) {
	t.Helper()
	return mintAt(t, sys.Services(), form)
}

func mintAt(t *testing.T, base string, form url.Values) (access, id string) {
	t.Helper()
	response, err := client.PostForm(base+"/dev/token", form)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var tokens struct {
		AccessToken string `json:"access_token"`
		IDToken     string `json:"id_token"`
	}
	if err := json.NewDecoder(response.Body).Decode(&tokens); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("POST /dev/token %v: %d, %v", form, response.StatusCode, err)
	}
	return tokens.AccessToken, tokens.IDToken
}

func police(zones string) url.Values { return url.Values{"role": {"police"}, "zones": {zones}} }
func school(number string) url.Values {
	return url.Values{"role": {"school"}, "institution": {number}}
}

// TestWhoSeesWhatByToken asks zone 5910 as everybody who can have a token.
func TestWhoSeesWhatByToken(t *testing.T) {
	t.Parallel()
	kept := keptForSchools(t, "5910")
	for _, c := range []struct {
		name    string
		form    url.Values
		sees    bool
		changes bool // may change, and so sees what only those may
	}{
		{"police of the zone", police("5910"), true, true},
		{"police of two zones", police("5389,5910"), true, true},
		{"police of another zone", police("5389"), false, false},
		{"police with a former code of the zone", police("5392"), false, false},
		{"police without a zone", police(""), false, false},
		{"administrator", url.Values{"role": {"admin"}}, true, true},
		{"school in the zone", school("990002"), true, false},
		{"school with a location in the zone", school("990000"), true, false},
		{"school outside the zone", school("990001"), false, false},
		{"unknown school", school("555555"), false, false},
		{"CLB of schools in the zone", school("999901"), true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			access, id := mint(t, c.form)
			for _, token := range []string{access, id} {
				for _, path := range []string{"/api/v1/zones/5910", "/api/v1/search?q=5910", "/api/v1/municipalities/24107"} {
					a := get(t, path, "Authorization", "Bearer "+token)
					if a.status != http.StatusOK || a.hasAny(kept) != c.sees || c.sees && path == "/api/v1/zones/5910" && !a.hasAll(kept) {
						t.Errorf("%s: %d, sees what is kept for schools: %t, want %t", path, a.status, a.hasAny(kept), c.sees)
					}
					if cached := a.header.Get("Cache-Control"); cached != "private, no-store" {
						t.Errorf("%s: Cache-Control %q", path, cached)
					}
					if manages := strings.Contains(a.text(), "managementEmail"); manages && !c.changes {
						t.Errorf("%s: has what only the zone's police see", path)
					}
				}
				if a := get(t, "/api/v1/zones/5910/vCard", "Authorization", "Bearer "+token); a.status != http.StatusOK || a.hasAny(kept) {
					t.Errorf("%s: %d, or has what is kept for schools", a.target, a.status)
				}
			}
		})
	}
}

// TestAttacksOnEveryReadingRoute sends every kind of bad token to each route that anyone may read.
func TestAttacksOnEveryReadingRoute(t *testing.T) {
	t.Parallel()
	kept := keptForSchools(t, "5910")
	good, id := mint(t, police("5910"))
	expired, _ := mint(t, url.Values{"role": {"police"}, "zones": {"5910"}, "expiresIn": {"-5"}})
	key, public := identitytest.Stranger(), publicKey(t)
	badCookies := []string{good, expired, unsigned(t, id), resigned(t, id, jose.HS256, public), resigned(t, id, jose.RS256, key), tampered(t, id), "x"}
	const invalid, late, none = "invalidAccessToken", "expiredAccessToken", "noAccessToken"
	attacks := []struct{ name, header, problem string }{
		{"expired", "Bearer " + expired, late},
		{"alg none", "Bearer " + unsigned(t, good), invalid},
		{"HS256 with the public key", "Bearer " + resigned(t, good, jose.HS256, public), invalid},
		{"unknown key", "Bearer " + resigned(t, good, jose.RS256, key), invalid},
		{"tampered", "Bearer " + tampered(t, good), invalid},
		{"signature cut off", "Bearer " + good[:strings.LastIndexByte(good, '.')+1], invalid},
		{"cut short", "Bearer " + good[:len(good)-10], invalid},
		{"no token at all", "Bearer x", invalid},
		{"another scheme", "Basic dXM6c2VjcmV0", none},
		{"no scheme", good, none},
	}
	for _, route := range routes() {
		path := example(t, route)
		isAPI := strings.HasPrefix(path, "/api/")
		t.Run(route.Path, func(t *testing.T) {
			t.Parallel()
			for _, attack := range attacks {
				a := get(t, path, "Authorization", attack.header)
				if a.hasAny(kept) {
					t.Errorf("%s: shows what is kept for schools", attack.name)
				}
				if !isAPI {
					continue // a header means nothing to a page: it is a visitor's
				}
				var p problem
				a.decode(t, &p)
				if a.status != http.StatusUnauthorized || p.Type != "urn:problem-type:belgif:"+attack.problem || !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer") {
					t.Errorf("%s: %d %s, WWW-Authenticate %q", attack.name, a.status, p.Type, a.header.Get("WWW-Authenticate"))
				}
			}
			// A good token in the wrong place is none.
			wrong := []string{"Cookie", identity.CookieName + "=" + id}
			if !isAPI {
				wrong = []string{"Authorization", "Bearer " + id}
			}
			if a := get(t, path, wrong...); a.hasAny(kept) || a.status >= 400 {
				t.Errorf("a good token in the wrong place: %d, shows what is kept: %t", a.status, a.hasAny(kept))
			}
			for _, cookie := range badCookies {
				if a := get(t, path, "Cookie", identity.CookieName+"="+cookie); a.hasAny(kept) || a.status >= 400 {
					t.Errorf("a bad cookie: %d, shows what is kept: %t", a.status, a.hasAny(kept))
				}
			}
		})
	}
}

// browser is somebody's browser: it keeps cookies and follows links of both origins.
type browser struct {
	*testing.T
	cookies map[string]string
}

func (b *browser) do(method, address string, form url.Values) *http.Response {
	b.Helper()
	request, err := http.NewRequestWithContext(b.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		b.Fatal(err)
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for name, value := range b.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	response, err := client.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range response.Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return response
}

// next follows one redirection and gives where it leads.
func (b *browser) next(response *http.Response) string {
	b.Helper()
	response.Body.Close()
	to, err := response.Location()
	if err != nil {
		b.Fatalf("%s: %d leads nowhere", response.Request.URL, response.StatusCode)
	}
	return to.String()
}

func (b *browser) page(path string) string {
	b.Helper()
	response := b.do(http.MethodGet, sys.URL()+path, nil)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		b.Fatalf("%s: %d, %v", path, response.StatusCode, err)
	}
	return string(body)
}

// TestSigningInAsEverybody goes from a zone's page to the issuer and back, as each kind of person, and out again.
func TestSigningInAsEverybody(t *testing.T) {
	t.Parallel()
	kept := keptForSchools(t, "5910")
	for _, c := range []struct {
		person, says string
		sees         bool
	}{
		{"police-5910", "Politiezone Getevallei · <a", true},
		{"police-two", "Voorbeeldorganisatie van twee zones · <a", true},
		{"zone-5344", "Afmelden", false},
		{"school-990002", "(voorbeeld) · <a", true},
		{"school-990000", "(voorbeeld) · <a", true},
		{"school-999901", "Voorbeeld-CLB · <a", true},
		{"admin", "Beheer · <a", true},
		{"police-unlinked", `Mail <a href="mailto:beheer@aanspreekpunt.example">`, false},
		{"nobody", "maar hebt hier nog geen toegang", false},
	} {
		t.Run(c.person, func(t *testing.T) {
			t.Parallel()
			b := &browser{t, map[string]string{}}
			if page := b.page("/zones/5910"); !strings.Contains(page, `href="/aanmelden?terug=%2Fzones%2F5910"`) {
				t.Error("no way to sign in")
			}
			authorize := b.next(b.do(http.MethodGet, sys.URL()+"/aanmelden?terug=%2Fzones%2F5910", nil))
			if !strings.HasPrefix(authorize, sys.Issuer()+"/") || strings.HasPrefix(authorize, sys.URL()) {
				t.Fatalf("sign-in leads to %s, not to the issuer's own origin", authorize)
			}
			callback := b.next(b.do(http.MethodPost, authorize, url.Values{"person": {c.person}}))
			back := b.next(b.do(http.MethodGet, callback, nil))
			if back != sys.URL()+"/zones/5910" || b.cookies[identity.CookieName] == "" {
				t.Fatalf("came back to %s with %d cookies", back, len(b.cookies))
			}
			page := answer{body: []byte(b.page("/zones/5910"))}
			if page.hasAny(shown(kept)) != c.sees || !strings.Contains(page.text(), c.says) {
				t.Errorf("sees what is kept for schools: %t, want %t and %q", page.hasAny(shown(kept)), c.sees, c.says)
			}

			if toCall := strings.Contains(b.page("/dekking"), "Te contacteren"); toCall != (c.person == "admin") {
				t.Errorf("sees which zones to call: %t", toCall)
			}

			end := b.next(b.do(http.MethodPost, sys.URL()+"/afmelden", url.Values{}))
			if b.cookies[identity.CookieName] != "" || !strings.HasPrefix(end, sys.Issuer()+"/logout") {
				t.Errorf("signing out leads to %.60s", end)
			}
			if at := b.next(b.do(http.MethodGet, end, nil)); at != sys.URL()+"/afmelden" || !strings.Contains(b.page("/afmelden"), "Je bent afgemeld") {
				t.Errorf("signed out, led to %s", at)
			}
			if page := (answer{body: []byte(b.page("/zones/5910"))}); page.hasAny(shown(kept)) {
				t.Error("sees what is kept for schools after signing out")
			}
			// At the issuer too: it asks again who one wants to be.
			if r := b.do(http.MethodGet, b.next(b.do(http.MethodGet, sys.URL()+"/aanmelden", nil)), nil); r.StatusCode != http.StatusOK {
				t.Errorf("the issuer signs in at once: %d", r.StatusCode)
			}
		})
	}
	if strings.Contains(functLog.String(), "eyJ") {
		t.Error("a token is in the log")
	}
}

// shown are values as a page's links have them.
func shown(values []string) []string {
	links := make([]string, len(values))
	for i, v := range values {
		links[i] = "tel:" + v
		if strings.Contains(v, "@") {
			links[i] = "mailto:" + v
		}
	}
	return links
}

// payload gives a token's claims.
func payload(t *testing.T, token string) []byte {
	t.Helper()
	claims, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	return claims
}

func unsigned(t *testing.T, token string) string {
	t.Helper()
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none","kid":"`+keyID(t, token)+`"}`)) + "." + encode(payload(t, token)) + "."
}

// resigned is the token under the issuer's key id, signed with another key.
func resigned(t *testing.T, token string, algorithm jose.SignatureAlgorithm, key any) string {
	t.Helper()
	return identitytest.Sign(algorithm, key, keyID(t, token), json.RawMessage(payload(t, token)))
}

// tampered has an administrator's right under the signature of somebody else's.
func tampered(t *testing.T, token string) string {
	t.Helper()
	parts := strings.Split(token, ".")
	changed := strings.Replace(string(payload(t, token)), "Aanspreekpunt-Politie", "Aanspreekpunt-Beheerder", 1)
	if changed == string(payload(t, token)) {
		t.Fatal("nothing to tamper with")
	}
	return parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(changed)) + "." + parts[2]
}

func keyID(t *testing.T, token string) string {
	t.Helper()
	parsed, err := jose.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Signatures[0].Header.KeyID
}

// publicKey is the issuer's, in the form that an attacker takes for a shared secret.
func publicKey(t *testing.T) []byte {
	t.Helper()
	response, err := client.Get(sys.Issuer() + "/keys")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var set jose.JSONWebKeySet
	if err := json.NewDecoder(response.Body).Decode(&set); err != nil || len(set.Keys) == 0 {
		t.Fatalf("keys: %v", err)
	}
	der, err := x509.MarshalPKIXPublicKey(set.Keys[0].Key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// TestSignInPages asks the routes of signing in and out as strangers do.
func TestSignInPages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, path string
		headers      []string
		status       int
		says         string // of the page, or the beginning of Location
	}{
		{"GET", "/aanmelden", nil, 303, sys.Issuer() + "/authorize?"},
		{"HEAD", "/aanmelden", nil, 303, sys.Issuer() + "/authorize?"},
		{"POST", "/aanmelden", nil, 405, "Dat kan hier niet"},
		{"GET", "/aanmelden/terug", nil, 400, "begon niet in deze browser"},
		{"GET", "/aanmelden/terug?code=x&state=y", []string{"Cookie", "__Host-aanmelding-y=a.b.L3pvbmVz"}, 400, "al gebruikt"},
		{"GET", "/aanmelden/terug?error=access_denied&state=y", []string{"Cookie", "__Host-aanmelding-y=a.b.Ly9ldmlsLmV4YW1wbGU"}, 200, `<a href="/">`},
		{"GET", "/aanmelden/terug?error=%3Cscript%3E&state=y", []string{"Cookie", "__Host-aanmelding-y=a.b.L3pvbmVz"}, 400, `href="/zones"`},
		{"GET", "/afmelden", nil, 200, "Je bent afgemeld"},
		{"GET", "/afmelden?terug=//evil.example", []string{"Cookie", identity.CookieName + "=x"}, 200, `<a href="/">`},
		{"POST", "/afmelden", []string{"Cookie", identity.CookieName + "=x", "Sec-Fetch-Site", "same-origin"}, 303, sys.Issuer() + "/logout?"},
		{"POST", "/afmelden", []string{"Cookie", identity.CookieName + "=x", "Origin", "https://evil.example"}, 403, "van een andere website"},
		{"DELETE", "/afmelden", nil, 405, "Dat kan hier niet"},
	} {
		a := ask(t, c.method, c.path, c.headers...)
		said := a.text()
		if c.status >= 300 && c.status < 400 {
			if said = a.header.Get("Location"); !strings.HasPrefix(said, c.says) {
				t.Errorf("%s leads to %s", a.target, said)
			}
		} else if !strings.Contains(said, c.says) || strings.Contains(said, "evil.example") {
			t.Errorf("%s: lacks %q or leads elsewhere: %s", a.target, c.says, said)
		}
		if a.status != c.status || strings.Contains(a.header.Get("Cache-Control"), "public") {
			t.Errorf("%s: %d, Cache-Control %q, want %d", a.target, a.status, a.header.Get("Cache-Control"), c.status)
		}
	}
}

// TestZonesByTheTableOfOrganisations: police whose token names a company number instead of zones keep what the
// administrators linked it to, in every function that asks.
func TestZonesByTheTableOfOrganisations(t *testing.T) {
	t.Parallel()
	access, id := mint(t, url.Values{"role": {"police"}, "institution": {"0000000196"}})
	for _, path := range []string{"/beheer/zones/5389", "/beheer/praktijken"} {
		if a := get(t, path, "Cookie", identity.CookieName+"="+id); a.status != http.StatusOK {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := get(t, "/api/v1/zones/5389/revisions", "Authorization", "Bearer "+access); a.status != http.StatusOK {
		t.Errorf("%s: %d", a.target, a.status)
	}
}
