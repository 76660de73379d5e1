package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/identity"
	"aanspreekpunt/shared/identity/identitytest"
)

// request is one that succeeds for the zone's police, of each route of this function.
var requests = map[string]struct{ method, target, body string }{
	"PUT /api/v1/zones/{code}":                     {"PUT", zone5910, ""}, // the body is the stored zone
	"POST /api/v1/zones/{code}/confirmations":      {"POST", zone5910 + "/confirmations", ""},
	"POST /api/v1/zones/{code}/restorations":       {"POST", zone5910 + "/restorations", `{"version":1}`},
	"GET /api/v1/zones/{code}/revisions":           {"GET", zone5910 + "/revisions", ""},
	"GET /api/v1/zones/{code}/revisions/{version}": {"GET", zone5910 + "/revisions/1", ""},
	"GET /api/v1/zones/{code}/schools":             {"GET", zone5910 + "/schools", ""},

	// For the school itself, of which none below is one.
	"GET /api/v1/schools/{institutionNumber}/contact":                {"GET", threeContact, ""},
	"PUT /api/v1/schools/{institutionNumber}/contact":                {"PUT", threeContact, ""},
	"DELETE /api/v1/schools/{institutionNumber}/contact":             {"DELETE", threeContact, ""},
	"POST /api/v1/schools/{institutionNumber}/contact/confirmations": {"POST", threeContact + "/confirmations", ""},

	// For administrators alone: everybody below is refused here too.
	"GET /api/v1/organisations": {"GET", "/api/v1/organisations", ""},
	"PUT /api/v1/organisations": {"PUT", "/api/v1/organisations", ""},
	"POST /api/v1/imports":      {"POST", "/api/v1/imports?apply=rightLines", "Zonecode;Functie\n5910;Kwaad\n"},

	"GET /api/v1/territoryChanges":             {"GET", "/api/v1/territoryChanges", ""},
	"POST /api/v1/territoryChanges":            {"POST", "/api/v1/territoryChanges", `{"steps":[{"date":"2027-01-01","from":"5910","to":"5341"}]}`},
	"GET /api/v1/territoryChanges/{number}":    {"GET", "/api/v1/territoryChanges/1", ""},
	"DELETE /api/v1/territoryChanges/{number}": {"DELETE", "/api/v1/territoryChanges/1", ""},

	"GET /api/v1/zones/{code}/reports":                {"GET", zone5910 + "/reports", ""},
	"GET /api/v1/zones/{code}/reports/{id}":           {"GET", zone5910 + "/reports/aaaaaaaaaaaaaaaaaaaaaaaaaa", ""},
	"POST /api/v1/zones/{code}/reports/{id}/closures": {"POST", zone5910 + "/reports/aaaaaaaaaaaaaaaaaaaaaaaaaa/closures", `{"answer":"Aangepast."}`},
}

// forEverybody is the one write that needs no right.
const forEverybody = "POST /api/v1/zones/{code}/reports"

// TestAttacks asks every route of the API with every wrong credential: refused, and nothing changed.
func TestAttacks(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	before := s.seed(t)
	for _, route := range gateway.Routes() {
		for _, method := range route.Methods {
			if _, ok := requests[method+" "+route.Path]; !ok && method+" "+route.Path != forEverybody && route.Owner == "zones" && strings.HasPrefix(route.Path, "/api/") {
				t.Errorf("%s %s is not attacked", method, route.Path)
			}
		}
	}
	bearer := func(token string) []string { return []string{"Authorization", "Bearer " + token} }
	good := police.Token()
	head, rest, _ := strings.Cut(good, ".")
	body, signature, _ := strings.Cut(rest, ".")
	encode := func(v any) string { return base64.RawURLEncoding.EncodeToString(must(json.Marshal(v))) }
	flipped := []byte(signature)
	flipped[10] ^= 1
	for _, attack := range []struct {
		name    string
		headers []string
		status  int
		kind    string
	}{
		{"no token", nil, 401, "noAccessToken"},
		{"an empty header", []string{"Authorization", ""}, 401, "noAccessToken"},
		{"another scheme", []string{"Authorization", "Basic " + good}, 401, "noAccessToken"},
		{"a session cookie", []string{"Cookie", identity.CookieName + "=" + police.ID().Token()}, 401, "noAccessToken"},
		{"a session cookie and a bad token", []string{"Cookie", identity.CookieName + "=" + police.ID().Token(), "Authorization", "Bearer x"}, 401, "invalidAccessToken"},
		{"an expired token", bearer(police.With(claims{"exp": today.Add(-time.Minute).Unix()}).Token()), 401, "expiredAccessToken"},
		{"a token without an end", bearer(police.With(claims{"exp": nil}).Token()), 401, ""},
		{"a token that is not valid yet", bearer(police.With(claims{"nbf": today.Add(time.Hour).Unix()}).Token()), 401, "invalidAccessToken"},
		{"another audience", bearer(police.With(claims{"client_id": "them"}).Token()), 401, "invalidAccessToken"},
		{"another audience beside our client", bearer(police.With(claims{"aud": "them"}).Token()), 401, "invalidAccessToken"},
		{"another issuer", bearer(police.With(claims{"iss": "https://other.example"}).Token()), 401, "invalidAccessToken"},
		{"no subject", bearer(police.With(claims{"sub": nil}).Token()), 401, "invalidAccessToken"},
		{"alg none", bearer(encode(claims{"alg": "none", "kid": identitytest.KeyID}) + "." + body + "."), 401, "invalidAccessToken"},
		{"alg none with the signature", bearer(encode(claims{"alg": "none"}) + "." + body + "." + signature), 401, "invalidAccessToken"},
		{"HS256 with the public key", bearer(identitytest.Sign(jose.HS256, identitytest.PublicKey(), identitytest.KeyID, police)), 401, "invalidAccessToken"},
		{"an unknown key", bearer(identitytest.Sign(jose.RS256, identitytest.Stranger(), "stranger", police)), 401, "invalidAccessToken"},
		{"another key under a known id", bearer(identitytest.Sign(jose.RS256, identitytest.Stranger(), identitytest.KeyID, police)), 401, "invalidAccessToken"},
		{"tampered claims", bearer(head + "." + encode(police.With(claims{"zones": "5910,5341"})) + "." + signature), 401, "invalidAccessToken"},
		{"a tampered signature", bearer(head + "." + body + "." + string(flipped)), 401, "invalidAccessToken"},
		{"no signature", bearer(head + "." + body + "."), 401, "invalidAccessToken"},
		{"garbage", bearer("\x00\xff"), 401, "invalidAccessToken"},

		{"a school in the zone", bearer(school.Token()), 403, "missingPermission"},
		{"a school outside the zone", bearer(outside.Token()), 403, "missingPermission"},
		{"a school that says it has a zone", bearer(school.With(claims{"zones": "5910"}).Token()), 403, "missingPermission"},
		{"a CLB", bearer(clb.Token()), 403, "missingPermission"},
		{"police of another zone", bearer(others.Token()), 403, "missingPermission"},
		{"police of a former zone that is part of this one", bearer(former.Token()), 403, "missingPermission"},
		{"police of no zone", bearer(unlinked.Token()), 403, "missingPermission"},
		{"somebody without a right", bearer(nobody.Token()), 403, "missingPermission"},
		{"a role that is none", bearer(police.With(claims{"roles": []string{"Police", "administrator"}}).Token()), 403, "missingPermission"},
		{"a zone that only looks like it", bearer(police.With(claims{"zones": "05910,591,59100,5910\u00a0"}).Token()), 403, "missingPermission"},
	} {
		for name, r := range requests {
			if r.method == "PUT" {
				r.body = string(s.shown(t, "5910", officer))
			}
			w := s.ask(nil, r.method, r.target, r.body, append(attack.headers, "If-Match", tag("1"), "Idempotency-Key", "attack")...)
			p := problemOf(t, w)
			if p.Status != attack.status || !strings.HasSuffix(p.Type, ":"+attack.kind) && attack.kind != "" {
				t.Errorf("%s, %s: %d %s", attack.name, name, p.Status, p.Type)
			}
			if authenticate := w.Header().Get("WWW-Authenticate"); (p.Status == 401) != strings.HasPrefix(authenticate, "Bearer") {
				t.Errorf("%s, %s: WWW-Authenticate %q", attack.name, name, authenticate)
			}
			if w.Header().Get("Access-Control-Allow-Origin") != "" && r.method != "GET" || p.Current != nil || w.Header().Get("ETag") != "" {
				t.Errorf("%s, %s: %v", attack.name, name, w.Header())
			}
		}
	}
	if after := s.stored(t, "5910"); after.Version != before.Version || !directory.Same(before, after) {
		t.Errorf("something changed: %+v", after)
	}
	// The same requests are good: with the right token, an ID token too, and for an administrator.
	version := 1
	for _, who := range []string{good, police.ID().Token(), admin.Token(), police.With(claims{"zones": []string{"5341", "5910"}}).Token()} {
		for _, name := range []string{"PUT /api/v1/zones/{code}", "POST /api/v1/zones/{code}/confirmations", "POST /api/v1/zones/{code}/restorations",
			"GET /api/v1/zones/{code}/revisions", "GET /api/v1/zones/{code}/revisions/{version}", "GET /api/v1/zones/{code}/schools"} {
			r := requests[name]
			if r.method == "PUT" {
				r.body = string(s.shown(t, "5910", officer))
			}
			w := s.ask(nil, r.method, r.target, r.body, "Authorization", "Bearer "+who, "If-Match", `"`+itoa(version)+`"`)
			if w.Code != 200 || w.Header().Get("Cache-Control") != "private, no-store" {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
			if r.method != "GET" {
				version++
			}
		}
	}
	logged := s.log.String()
	for _, secret := range []string{good, body, signature, "5910\u00a0"} {
		if strings.Contains(logged, secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}

// TestAttacksOnPages asks every page of management with every wrong cookie and as everybody who may not see it, and
// sends its form: nothing is shown, and nothing changes. A page that is added here is attacked without being named.
func TestAttacksOnPages(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	before := s.seed(t)
	reported, _ := s.report(t, `{"kind":"other","text":"Kanarie"}`)
	forms := map[string]url.Values{
		"/beheer/zones/{code}":           {"versie": {"1"}},
		"/beheer/zones/{code}/aanpassen": {"versie": {"1"}, "actie": {"bewaren"}, "primary": {"0"}, "contactPoints[0].id": {"a"}, "contactPoints[0].role": {"Kwaad"}, "betrokkene": {"ja"}},
		"/beheer/zones/{code}/meldingen": {"melding": {reported}, "answer": {"Gedaan"}},
		"/beheer/organisaties":           row("0", "0000000196", "Kwaad", "5910"),
		"/beheer/invoer/gebied":          {"actie": {"toepassen"}, "stappen": {`[{"date":"2027-01-01","from":"5910","to":"5341"}]`}},
		"/beheer/invoer":                 {"bestand": {strings.Repeat("A", 26)}, "wat": {"juiste"}, "zone": {"5910:1"}},
	}
	id := police.ID()
	good := id.Token()
	head, rest, _ := strings.Cut(good, ".")
	body, signature, _ := strings.Cut(rest, ".")
	encode := func(v any) string { return base64.RawURLEncoding.EncodeToString(must(json.Marshal(v))) }
	cookies := map[string]string{
		"no cookie":                      "",
		"expired":                        id.With(claims{"exp": today.Add(-time.Minute).Unix()}).Token(),
		"not valid yet":                  id.With(claims{"nbf": today.Add(time.Hour).Unix()}).Token(),
		"another audience":               id.With(claims{"aud": "them"}).Token(),
		"another issuer":                 id.With(claims{"iss": "https://other.example"}).Token(),
		"an access token":                police.Token(),
		"alg none":                       encode(claims{"alg": "none", "kid": identitytest.KeyID}) + "." + body + ".",
		"HS256 with the public key":      identitytest.Sign(jose.HS256, identitytest.PublicKey(), identitytest.KeyID, id),
		"an unknown key":                 identitytest.Sign(jose.RS256, identitytest.Stranger(), "stranger", id),
		"another key under a known id":   identitytest.Sign(jose.RS256, identitytest.Stranger(), identitytest.KeyID, id),
		"tampered":                       head + "." + encode(id.With(claims{"roles": []string{"admin"}})) + "." + signature,
		"no signature":                   head + "." + body + ".",
		"a token where a cookie belongs": "Bearer " + good,
	}
	for name, person := range map[string]claims{"a school": school, "a school outside": outside, "a CLB": clb, "other police": others, "former police": former,
		"police of no zone": unlinked, "no right": nobody} {
		cookies[name] = person.ID().Token()
	}
	secrets := []string{"Voorbeeld Bram", "088 10 00 10", "+3288100010", "voorbeeld.bram", "Kanarie", "beheer.5910"}
	for _, route := range gateway.Routes() {
		if route.Owner != "zones" || !strings.HasPrefix(route.Path, "/beheer") {
			continue
		}
		target := strings.ReplaceAll(route.Path, "{code}", "5910")
		for name, cookie := range cookies {
			header := []string{"Cookie", identity.CookieName + "=" + cookie}
			if strings.HasPrefix(cookie, "Bearer ") {
				header = []string{"Authorization", cookie}
			}
			for _, method := range route.Methods {
				var form url.Values
				if method == "POST" {
					if form = forms[route.Path]; form == nil {
						t.Fatalf("no form for %s", route.Path)
					}
				}
				w := s.visit(nil, target, form, header...)
				toSignIn := w.Code == 303 && strings.Contains(w.Header().Get("Location"), "/aanmelden?")
				ownZones := target == "/beheer" && name == "other police" && w.Code == 200
				if w.Code != 401 && w.Code != 403 && !toSignIn && !ownZones {
					t.Errorf("%s, %s %s: %d to %q", name, method, target, w.Code, w.Header().Get("Location"))
				}
				for _, secret := range secrets {
					if strings.Contains(w.Body.String(), secret) {
						t.Errorf("%s, %s %s shows %q", name, method, target, secret)
					}
				}
			}
		}
	}
	if after := s.stored(t, "5910"); after.Version != before.Version || !directory.Same(before, after) {
		t.Errorf("something changed: %+v", after)
	}
	if open := s.reports(t, ""); !open.Items[0].ClosedAt.IsZero() {
		t.Errorf("the report was closed: %+v", open)
	}
	if all, err := s.store.TerritoryChanges(t.Context(), today); err != nil || all.Version != 0 {
		t.Errorf("territory changes %+v, %v", all, err)
	}
	if all, err := s.store.Organisations(t.Context()); err != nil || all.Version != 0 {
		t.Errorf("organisations %+v, %v", all, err)
	}
	// The same forms are good from those whose they are.
	for _, path := range []string{"/beheer/zones/{code}/aanpassen", "/beheer/zones/{code}/meldingen", "/beheer/organisaties"} {
		if w := s.visit(admin, strings.ReplaceAll(path, "{code}", "5910"), forms[path]); w.Code != 303 {
			t.Errorf("%s as an administrator: %d %s", path, w.Code, w.Body)
		}
	}
}

func itoa(n int) string { return string(must(json.Marshal(n))) }

// TestEveryRouteRefusesOtherMethods also keeps HEAD and OPTIONS harmless.
func TestEveryRouteRefusesOtherMethods(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.seed(t)
	for name, r := range requests {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
			if method+name[strings.IndexByte(name, ' '):] == forEverybody {
				continue
			}
			w := s.ask(nil, method, r.target, r.body, "If-Match", tag("1"))
			path := name[strings.IndexByte(name, ' '):]
			_, takes := requests[method+path]
			if method == "HEAD" {
				_, takes = requests["GET"+path]
			}
			want := map[bool]int{true: 401, false: 405}[takes]
			if method == "OPTIONS" {
				want = 204
			}
			if w.Code != want || want != 401 && !slices.Contains(strings.Split(w.Header().Get("Allow"), ", "), r.method) {
				t.Errorf("%s: %s gives %d, Allow %q", name, method, w.Code, w.Header().Get("Allow"))
			}
			if method == "HEAD" && w.Body.Len() > 0 {
				t.Errorf("%s: HEAD has a body", name)
			}
		}
	}
}

// canary are values that 5910 keeps for schools, which stand nowhere else.
var canary = directory.Profile{
	ContactPoints: []directory.ContactPoint{
		{ID: "vast", Role: "Onthaal", Primary: true, Phones: []directory.Phone{{Number: "+3288000001", Visibility: directory.VisiblePublic}}},
		{ID: "geheim", Role: "Inspecteur", Name: "Kanarie Vogel", NameVisibility: directory.VisibleSchools,
			Phones:       []directory.Phone{{Number: "+3288999777", Visibility: directory.VisibleSchools, Note: "kanarienota"}},
			Emails:       []directory.Email{{Address: "kanarie@politie.example", Visibility: directory.VisibleSchools}},
			Availability: "kanarietijd", OpeningHours: []directory.OpeningHours{{Day: 3, Opens: "03:33", Until: "04:44"}},
			Absence: &directory.Absence{From: "2026-11-20", Until: "2027-02-13", Replacement: "vast"}},
	},
	ManagementEmail: "kanariebeheer@politie.example",
}.Input()

// TestWhatIsKeptForSchoolsStaysThere saves values for schools and asks everything as those who may not see them.
func TestWhatIsKeptForSchoolsStaysThere(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.seed(t)
	canary := canary
	canary.Note = "kanariereden"
	saved := s.ask(police, "PUT", zone5910, string(must(json.Marshal(canary))), "If-Match", tag("1"), "Idempotency-Key", "canary")
	if saved.Code != 200 {
		t.Fatalf("%d %s", saved.Code, saved.Body)
	}
	secrets := []string{"Kanarie", "kanarie", "Vogel", "999777", "99 97 77", "03:33", "04:44", "2026-11-20", "2027-02-13"}
	holds := func(text string) string {
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				return secret
			}
		}
		return ""
	}
	if holds(saved.Body.String()) == "" || holds(string(s.shown(t, "5910", officer))) == "" {
		t.Fatal("the police do not see what they saved: this test proves nothing")
	}
	public := string(s.shown(t, "5910", directory.Principal{}))
	if secret := holds(public); secret != "" {
		t.Errorf("a visitor's zone has %q", secret)
	}
	// A visitor's ETag is made of what a visitor sees: other values for schools do not move it.
	changed := canary
	changed.ContactPoints = slices.Clone(canary.ContactPoints)
	changed.ContactPoints[1].Name = "Kanarie Mees"
	changed.ContactPoints[1].Availability = "kanarie later"
	stored := s.stored(t, "5910")
	other := stored.Saved(changed, today)
	other.Version = stored.Version
	zone, _ := demonstrationFacts().Zone("5910")
	names := func(n directory.NIS) string { return n.String() }
	see := func(p directory.Profile) string {
		body := must(gateway.JSON(directory.See(zone, names, &p, directory.Principal{}, directory.Question{}, today)))
		return gateway.ETag(p.Version, body)
	}
	other.ModifiedAt = stored.ModifiedAt
	if see(stored) != see(other) {
		t.Error("the ETag of visitors depends on values for schools")
	}

	for who, person := range map[string]claims{"nobody": nil, "a school": school, "a CLB": clb, "police of another zone": others, "no right": nobody} {
		for name, r := range requests {
			for _, body := range []string{r.body, string(must(json.Marshal(canary))), `{`} {
				w := s.ask(person, r.method, r.target, body, "If-Match", tag("1"), "Idempotency-Key", "canary")
				if secret := holds(w.Body.String() + headerText(w)); secret != "" || w.Code < 400 {
					t.Errorf("%s gets %q from %s: %d", who, secret, name, w.Code)
				}
			}
		}
	}
	// Errors to the police themselves name fields, not values.
	wrong := canary
	wrong.ContactPoints = slices.Clone(canary.ContactPoints)
	wrong.ContactPoints[0].Role = "Kanarie Vogel 088 99 97 77"
	wrong.ContactPoints[1].Phones = []directory.Phone{{Number: "kanarie 999777"}}
	wrong.ContactPoints[1].Absence = &directory.Absence{From: "2026-11-20", Until: "2026-11-31", Replacement: "kanarie"}
	wrong.Partners = []directory.Partner{{Kind: "kanarie", Name: "kanarie@politie.example"}}
	refused := s.ask(police, "PUT", zone5910, string(must(json.Marshal(wrong))), "If-Match", tag("2"))
	if secret := holds(refused.Body.String()); refused.Code != 400 || secret != "" {
		t.Errorf("the problem of a wrong zone: %d with %q: %s", refused.Code, secret, refused.Body)
	}
	unknown := s.ask(police, "PUT", zone5910, `{"contactPoints":[],"phone":7,"extra":"kanarie","email":"\ud800kanarie"}`, "If-Match", tag("2"))
	if secret := holds(unknown.Body.String()); unknown.Code != 400 || secret != "" {
		t.Errorf("the problem of a wrong body: %d with %q", unknown.Code, secret)
	}
	s.log.Lock()
	defer s.log.Unlock()
	if secret := holds(s.log.String()); secret != "" {
		t.Errorf("the log has %q", secret)
	}
}

func headerText(w *httptest.ResponseRecorder) string {
	var b strings.Builder
	_ = w.Header().Write(&b)
	return b.String()
}
