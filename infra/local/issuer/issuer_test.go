package issuer

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"aanspreekpunt/shared/directory"
)

var people = []Group{
	{Title: "Politie", People: []Person{{ID: "police-5910", Label: "Politie van Getevallei (5910)", GivenName: "Voorbeeld",
		FamilyName: "Politie", Role: directory.RolePolice, Zones: []directory.ZoneCode{"5910"}}}},
	{Title: "Scholen", Menu: true, People: []Person{{ID: "school-990002", Label: "School <b>Tienen</b>", Role: directory.RoleSchool,
		Organisation: "990002", OrganisationName: "School Tienen"}}},
}

const callback = "http://127.0.0.1:8080/aanmelden/terug"

// relyingParty is a service that signs people in here, by the libraries that others use.
type relyingParty struct {
	*testing.T
	issuer   *Issuer
	provider *oidc.Provider
	config   oauth2.Config
	browser  *http.Client
	now      *atomic.Int64
}

func newRelyingParty(t *testing.T) *relyingParty {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	now := &atomic.Int64{}
	now.Store(time.Now().Unix())
	i, err := New("http://"+server.Listener.Addr().String(), people, func() time.Time { return time.Unix(now.Load(), 0) })
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = i
	server.Start()
	t.Cleanup(server.Close)
	provider, err := oidc.NewProvider(context.Background(), server.URL)
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &relyingParty{t, i, provider,
		oauth2.Config{ClientID: ClientID, Endpoint: provider.Endpoint(), RedirectURL: callback, Scopes: []string{"openid"}},
		&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, now}
}

// open is where a sign-in begins.
func (p *relyingParty) open(verifier string) string {
	return p.config.AuthCodeURL("state-1", oidc.Nonce("nonce-1"), oauth2.S256ChallengeOption(verifier))
}

// get fetches an address and gives the answer with its body.
func (p *relyingParty) get(address string) (*http.Response, string) {
	p.Helper()
	response, err := p.browser.Get(address)
	return p.read(response, err)
}

func (p *relyingParty) post(address string, form url.Values) (*http.Response, string) {
	p.Helper()
	response, err := p.browser.PostForm(address, form)
	return p.read(response, err)
}

func (p *relyingParty) read(response *http.Response, err error) (*http.Response, string) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		p.Fatal(err)
	}
	return response, string(body)
}

// answer is the query with which somebody came back to the service.
func (p *relyingParty) answer(response *http.Response) url.Values {
	p.Helper()
	back, err := response.Location()
	if err != nil || response.StatusCode != http.StatusSeeOther || !strings.HasPrefix(back.String(), callback+"?") {
		p.Fatalf("got %d to %q, want 303 to the service", response.StatusCode, response.Header.Get("Location"))
	}
	return back.Query()
}

func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	p := newRelyingParty(t)
	verifier := oauth2.GenerateVerifier()

	response, page := p.get(p.open(verifier))
	if response.StatusCode != http.StatusOK || !strings.Contains(page, "Politie van Getevallei (5910)") {
		t.Fatalf("got %d, want a page to choose from: %s", response.StatusCode, page)
	}
	if !strings.Contains(page, "School &lt;b&gt;Tienen") {
		t.Error("a label is not escaped")
	}
	response, _ = p.post(p.open(verifier), url.Values{"person": {"police-5910"}})
	answer := p.answer(response)
	if answer.Get("state") != "state-1" || answer.Get("iss") != p.issuer.url {
		t.Errorf("came back with %v, want the state and the issuer", answer)
	}
	token, err := p.config.Exchange(context.Background(), answer.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.provider.Verifier(&oidc.Config{ClientID: ClientID}).Verify(context.Background(), raw)
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := id.Claims(&claims); err != nil || id.Nonce != "nonce-1" || id.Subject != "police-5910" {
		t.Errorf("got %+v, %v, want the nonce and the one chosen", id, err)
	}
	if got, _ := json.Marshal(claims["zones"]); string(got) != `["5910"]` {
		t.Errorf("zones are %s", got)
	}

	t.Log("signed in here, one comes straight back")
	response, _ = p.get(p.open(verifier))
	if p.answer(response).Get("code") == "" {
		t.Error("no code without a second choice")
	}
	t.Log("until one signs out")
	response, _ = p.get(p.issuer.url + endPath + "?" + url.Values{"id_token_hint": {raw}, "post_logout_redirect_uri": {"http://localhost:9/afmelden"}}.Encode())
	if to := response.Header.Get("Location"); to != "http://localhost:9/afmelden" {
		t.Errorf("signed out, sent to %q", to)
	}
	if response, _ = p.get(p.open(verifier)); response.StatusCode != http.StatusOK {
		t.Errorf("after signing out: got %d, want the choice", response.StatusCode)
	}
}

func TestChangedMind(t *testing.T) {
	t.Parallel()
	p := newRelyingParty(t)
	response, _ := p.post(p.open(oauth2.GenerateVerifier()), url.Values{"cancel": {"1"}})
	if answer := p.answer(response); answer.Get("error") != "access_denied" || answer.Get("state") != "state-1" {
		t.Errorf("came back with %v", answer)
	}
	if response, page := p.post(p.open(oauth2.GenerateVerifier()), url.Values{"person": {"nobody"}}); response.StatusCode != http.StatusBadRequest ||
		!strings.Contains(page, "Kies iemand, of geef een instellingsnummer") {
		t.Errorf("for nobody: got %d", response.StatusCode)
	}
}

func TestAnySchoolByItsNumber(t *testing.T) {
	t.Parallel()
	p := newRelyingParty(t)
	verifier := oauth2.GenerateVerifier()
	response, _ := p.post(p.open(verifier), url.Values{"institution": {"18"}})
	token, err := p.config.Exchange(context.Background(), p.answer(response).Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.provider.Verifier(&oidc.Config{ClientID: ClientID}).Verify(context.Background(), raw)
	if err != nil || id.Subject != "school-000018" {
		t.Errorf("got %+v, %v", id, err)
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	t.Parallel()
	p := newRelyingParty(t)
	for _, c := range []struct {
		name, parameter, value string
		want                   string // error that the service is told; "": a page, and no way back
	}{
		{"another client", "client_id", "other", ""},
		{"another site", "redirect_uri", "https://evil.example/aanmelden/terug", ""},
		{"a site that looks like this machine", "redirect_uri", "http://127.0.0.1.evil.example/aanmelden/terug", ""},
		{"a user in the address", "redirect_uri", "http://127.0.0.1:8080@evil.example/aanmelden/terug", ""},
		{"another page", "redirect_uri", "http://127.0.0.1:8080/zoeken", ""},
		{"implicit flow", "response_type", "id_token", "unsupported_response_type"},
		{"no OpenID Connect", "scope", "profile", "invalid_scope"},
		{"no state", "state", "", "invalid_request"},
		{"no nonce", "nonce", "", "invalid_request"},
		{"no PKCE", "code_challenge", "", "invalid_request"},
		{"plain PKCE", "code_challenge_method", "plain", "invalid_request"},
	} {
		address, err := url.Parse(p.open(oauth2.GenerateVerifier()))
		if err != nil {
			t.Fatal(err)
		}
		query := address.Query()
		query.Set(c.parameter, c.value)
		address.RawQuery = query.Encode()
		response, _ := p.get(address.String())
		if c.want == "" {
			if response.StatusCode != http.StatusBadRequest || response.Header.Get("Location") != "" {
				t.Errorf("%s: got %d to %q, want 400", c.name, response.StatusCode, response.Header.Get("Location"))
			}
		} else if got := p.answer(response).Get("error"); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCodesThatAreRefused(t *testing.T) {
	t.Parallel()
	p := newRelyingParty(t)
	good := func(verifier string) url.Values {
		response, _ := p.post(p.open(verifier), url.Values{"person": {"police-5910"}})
		return url.Values{"grant_type": {"authorization_code"}, "client_id": {ClientID}, "redirect_uri": {callback},
			"code": {p.answer(response).Get("code")}, "code_verifier": {verifier}}
	}
	for _, c := range []struct {
		name   string
		change func(url.Values)
		want   string
	}{
		{"another verifier", func(f url.Values) { f.Set("code_verifier", oauth2.GenerateVerifier()) }, "invalid_grant"},
		{"no verifier", func(f url.Values) { f.Del("code_verifier") }, "invalid_grant"},
		{"another place to come back to", func(f url.Values) { f.Set("redirect_uri", "http://localhost:8080/aanmelden/terug") }, "invalid_grant"},
		{"a code of nobody", func(f url.Values) { f.Set("code", "x") }, "invalid_grant"},
		{"another client", func(f url.Values) { f.Set("client_id", "other") }, "invalid_client"},
		{"another grant", func(f url.Values) { f.Set("grant_type", "password") }, "unsupported_grant_type"},
		{"a minute later", func(url.Values) { p.now.Add(60) }, "invalid_grant"},
		{"twice", func(f url.Values) {
			if response, _ := p.post(p.issuer.url+tokenPath, maps.Clone(f)); response.StatusCode != http.StatusOK {
				t.Errorf("the first time: %d", response.StatusCode)
			}
		}, "invalid_grant"},
	} {
		form := good(oauth2.GenerateVerifier())
		c.change(form)
		response, body := p.post(p.issuer.url+tokenPath, form)
		var refused struct{ Error string }
		if err := json.Unmarshal([]byte(body), &refused); err != nil || refused.Error != c.want || response.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: got %d %s, want %s", c.name, response.StatusCode, body, c.want)
		}
	}
}

func TestSigningOutLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	p := newRelyingParty(t)
	for name, query := range map[string]url.Values{
		"another site":       {"client_id": {ClientID}, "post_logout_redirect_uri": {"https://evil.example/afmelden"}},
		"another client":     {"client_id": {"other"}, "post_logout_redirect_uri": {"http://127.0.0.1:8080/afmelden"}},
		"somebody's token":   {"id_token_hint": {"abc"}, "post_logout_redirect_uri": {"http://127.0.0.1:8080/afmelden"}},
		"nobody asks at all": {"post_logout_redirect_uri": {"http://127.0.0.1:8080/afmelden"}},
	} {
		if response, _ := p.get(p.issuer.url + endPath + "?" + query.Encode()); response.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: got %d, want 400", name, response.StatusCode)
		}
	}
}

func TestServeToken(t *testing.T) {
	t.Parallel()
	p := newRelyingParty(t)
	keys := oidc.NewRemoteKeySet(context.Background(), p.issuer.url+keysPath)
	for _, c := range []struct {
		form   string
		status int
		claims map[string]any // of both tokens
		expiry time.Duration
	}{
		{"role=police&zones=5910,5389", 200, map[string]any{"sub": "dev-police", "zones": []any{"5910", "5389"}, claimTargetGroup: "LB",
			claimRoles: []any{"Aanspreekpunt-Politie"}}, time.Hour},
		{"role=school&institution=990002&subject=ann", 200, map[string]any{"sub": "ann", claimOrg: "990002", claimTargetGroup: "OV",
			claimRoles: []any{"Aanspreekpunt-School:990002"}}, time.Hour},
		{"role=admin&expiresIn=60", 200, map[string]any{"sub": "dev-admin", claimRoles: []any{"Aanspreekpunt-Beheerder"}}, time.Minute},
		{"role=admin&expiresIn=-5", 200, map[string]any{"sub": "dev-admin"}, -5 * time.Second},
		{"role=visitor", 400, nil, 0},
		{"", 400, nil, 0},
		{"role=police&zones=591", 400, nil, 0},
		{"role=police&zones=59100", 400, nil, 0},
		{"role=admin&expiresIn=soon", 400, nil, 0},
		{"role=admin&expiresIn=9223372036854775807", 400, nil, 0},
	} {
		r := httptest.NewRequest(http.MethodPost, "/dev/token", strings.NewReader(c.form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		p.issuer.ServeToken(w, r)
		if w.Code != c.status {
			t.Errorf("%s: got %d %s, want %d", c.form, w.Code, w.Body, c.status)
		}
		if c.status != http.StatusOK {
			continue
		}
		var tokens Tokens
		if err := json.Unmarshal(w.Body.Bytes(), &tokens); err != nil || tokens.TokenType != "Bearer" || tokens.ExpiresIn != int(c.expiry.Seconds()) {
			t.Errorf("%s: got %s, %v", c.form, w.Body, err)
		}
		for name, raw := range map[string]string{"access": tokens.AccessToken, "id": tokens.IDToken} {
			token, err := oidc.NewVerifier(p.issuer.url, keys, &oidc.Config{SkipClientIDCheck: true, SkipExpiryCheck: true}).Verify(context.Background(), raw)
			if err != nil {
				t.Errorf("%s: %s token: %v", c.form, name, err)
				continue
			}
			var claims map[string]any
			if err := token.Claims(&claims); err != nil {
				t.Fatal(err)
			}
			if claims["token_use"] != name || slices.Contains(token.Audience, ClientID) != (name == "id") || (claims["client_id"] == ClientID) != (name == "access") {
				t.Errorf("%s: the %s token is for %v, client_id %v", c.form, name, token.Audience, claims["client_id"])
			}
			if got := token.Expiry.Unix() - p.now.Load(); got != int64(c.expiry.Seconds()) {
				t.Errorf("%s: expires in %d s", c.form, got)
			}
			for claim, want := range c.claims {
				if got, want := must(json.Marshal(claims[claim])), must(json.Marshal(want)); string(got) != string(want) {
					t.Errorf("%s: %s token has %s %s, want %s", c.form, name, claim, got, want)
				}
			}
		}
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
