package front

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aanspreekpunt/infra/local/template"
)

var update = flag.Bool("update", false, "write the events of functions that answer requests to events/")

// requestEvents are the requests whose events stand in events/: each route and each way to fail. A name begins with
// the function that answers (search when none is named) and ends in the status that it answers on demonstration data;
// infra/samcheck holds it to that. No token stays good for long, so that zones refuses everybody here.
var requestEvents = []struct {
	function, name, method, target string
	headers                        map[string]string
	body                           string
}{
	{name: "home-200", target: "/"},
	{name: "home-head-200", method: "HEAD", target: "/"},
	{name: "results-200", target: "/zoeken?q=basisschool+tienen"},
	{name: "results-theme-200", target: "/zoeken?q=spijbelen+tienen"},
	{name: "results-nothing-typed-200", target: "/zoeken?q="},
	{name: "results-strange-200", target: "/zoeken?q=%F0%9F%9A%93%3Cscript%3E%27%3B--&q=2&x=%zz"},
	{name: "results-certain-303", target: "/zoeken?q=990001"},
	{name: "school-page-200", target: "/scholen/990001"},
	{name: "school-page-unpadded-unknown-404", target: "/scholen/18"},
	{name: "school-page-unknown-404", target: "/scholen/999999"},
	{name: "zones-page-200", target: "/zones"},
	{name: "zone-page-200", target: "/zones/5910"},
	{name: "zone-page-former-301", target: "/zones/5392"},
	{name: "zone-page-unknown-404", target: "/zones/0000"},
	{name: "municipality-page-200", target: "/gemeenten/24107"},
	{name: "municipality-page-former-301", target: "/gemeenten/12030"},
	{name: "municipality-page-unknown-404", target: "/gemeenten/99999"},
	{name: "about-page-200", target: "/over"},
	{name: "asset-unknown-404", target: "/assets/none.css"},
	{name: "privacy-page-200", target: "/privacy"},
	{name: "accessibility-page-200", target: "/toegankelijkheid"},
	{name: "embedding-page-200", target: "/insluiten?zone=5910"},
	{name: "framed-search-200", target: "/insluiten/zoeken"},
	{name: "framed-zone-200", target: "/insluiten/zones/5910"},
	{name: "security-text-200", target: "/.well-known/security.txt"},
	{name: "favicon-200", target: "/favicon.ico"},
	{name: "robots-200", target: "/robots.txt"},
	{name: "sitemap-200", target: "/sitemap.xml"},
	{name: "default-404", target: "/bestaat/niet"},
	{name: "default-percent-404", target: "/100%25?"},
	{name: "post-405", method: "POST", target: "/zones"},
	{name: "options-204", method: "OPTIONS", target: "/api/v1/search", headers: map[string]string{"Origin": "https://school.example", "Access-Control-Request-Method": "GET"}},

	{name: "api-search-200", target: "/api/v1/search?q=tienen&theme=truancy&pageSize=5"},
	{name: "api-search-gzip-200", target: "/api/v1/search?q=tienen", headers: map[string]string{"Accept-Encoding": "gzip, br"}},
	{name: "api-search-without-q-400", target: "/api/v1/search"},
	{name: "api-search-unknown-input-400", target: "/api/v1/search?q=tienen&sorteer=naam"},
	{name: "api-search-page-0-400", target: "/api/v1/search?q=tienen&page=0"},
	{name: "api-suggestions-200", target: "/api/v1/suggestions?q=tie"},
	{name: "api-school-200", target: "/api/v1/schools/990001"},
	{name: "api-school-malformed-404", target: "/api/v1/schools/abc"},
	{name: "api-school-location-400", target: "/api/v1/schools/990001?location=77"},
	{name: "api-zones-200", target: "/api/v1/zones?page=2&pageSize=50"},
	{name: "api-zone-200", target: "/api/v1/zones/5910?theme=drugs"},
	{name: "api-zone-not-modified-304", target: "/api/v1/zones/5910", headers: map[string]string{"If-None-Match": "*"}},
	{name: "api-zone-former-301", target: "/api/v1/zones/5392"},
	{name: "api-zone-unknown-404", target: "/api/v1/zones/0000"},
	{name: "api-zone-vcard-200", target: "/api/v1/zones/5910/vCard"},
	{name: "api-municipality-200", target: "/api/v1/municipalities/24107"},
	{name: "api-municipality-former-301", target: "/api/v1/municipalities/12030"},
	{name: "api-themes-200", target: "/api/v1/refData/themes"},
	{name: "api-theme-200", target: "/api/v1/refData/themes/truancy"},
	{name: "api-levels-200", target: "/api/v1/refData/levels"},
	{name: "api-level-200", target: "/api/v1/refData/levels/basic"},
	{name: "api-partner-kinds-200", target: "/api/v1/refData/partnerKinds"},
	{name: "api-partner-kind-200", target: "/api/v1/refData/partnerKinds/clb"},
	{name: "api-theme-unknown-404", target: "/api/v1/refData/themes/none"},
	{name: "api-health-200", target: "/api/v1/health"},
	{name: "api-document-200", target: "/api/v1/doc/openapi.yaml"},
	{name: "api-zone-head-200", method: "HEAD", target: "/api/v1/zones/5910"},
	{name: "api-unknown-404", target: "/api/v1/none"},

	{name: "api-zone-bad-token-401", target: "/api/v1/zones/5910", headers: map[string]string{"Authorization": "Bearer none"}},
	{name: "zone-page-bad-cookie-200", target: "/zones/5910", headers: map[string]string{"Cookie": "__Host-sessie=none"}},

	{function: "session", name: "sign-in-303", target: "/aanmelden?terug=%2Fzones%2F5910"},
	{function: "session", name: "callback-unknown-400", target: "/aanmelden/terug?code=none&state=none"},
	{function: "session", name: "sign-out-page-200", target: "/afmelden"},
	{function: "session", name: "sign-out-303", method: "POST", target: "/afmelden", headers: map[string]string{"Cookie": "__Host-sessie=none", "Origin": "http://aanspreekpunt.example", "Sec-Fetch-Site": "same-origin"}},
	{function: "session", name: "sign-out-forged-403", method: "POST", target: "/afmelden", headers: map[string]string{"Cookie": "__Host-sessie=none", "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}},
	{function: "session", name: "put-405", method: "PUT", target: "/afmelden"},

	{function: "opendata", name: "api-coverage-200", target: "/api/v1/coverage"},
	{function: "opendata", name: "coverage-page-200", target: "/dekking"},
	{function: "opendata", name: "download-unknown-404", target: "/opendata/latest/nothing.csv"},
	{function: "opendata", name: "page-200", target: "/opendata"},

	{function: "practices", name: "api-list-200", target: "/api/v1/practices?zone=5392"},
	{function: "practices", name: "api-practice-200", target: "/api/v1/practices/samen-tegen-spijbelen-in-halle"},
	{function: "practices", name: "feed-200", target: "/praktijken/atom.xml"},
	{function: "practices", name: "list-200", target: "/praktijken?theme=truancy"},
	{function: "practices", name: "page-200", target: "/praktijken/samen-tegen-spijbelen-in-halle"},
	{function: "practices", name: "page-unknown-404", target: "/praktijken/nergens"},
	{function: "practices", name: "api-post-no-token-401", method: "POST", target: "/api/v1/practices", headers: map[string]string{"Content-Type": "application/json"}, body: `{"zone":"5910","title":"Voorbeeld"}`},
	{function: "practices", name: "api-put-no-token-401", method: "PUT", target: "/api/v1/practices/samen-tegen-spijbelen-in-halle", headers: map[string]string{"Content-Type": "application/json", "If-Match": `"1-x"`}, body: `{"title":"Voorbeeld"}`},
	{function: "practices", name: "api-revisions-no-token-401", target: "/api/v1/practices/samen-tegen-spijbelen-in-halle/revisions"},
	{function: "practices", name: "api-revision-no-token-401", target: "/api/v1/practices/samen-tegen-spijbelen-in-halle/revisions/1"},
	{function: "practices", name: "mine-signed-out-303", target: "/beheer/praktijken"},
	{function: "practices", name: "new-expired-401", method: "POST", target: "/beheer/praktijken/nieuw", headers: map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://aanspreekpunt.example", "Sec-Fetch-Site": "same-origin", "Cookie": "__Host-sessie=none"}, body: "actie=publiceren&title=Voorbeeld&markdown=Een+uur+werk."},
	{function: "practices", name: "manage-signed-out-303", target: "/beheer/praktijken/samen-tegen-spijbelen-in-halle"},
	{function: "practices", name: "edit-signed-out-303", target: "/beheer/praktijken/samen-tegen-spijbelen-in-halle/aanpassen"},
	{function: "practices", name: "history-signed-out-303", target: "/beheer/praktijken/samen-tegen-spijbelen-in-halle/geschiedenis"},

	{function: "zones", name: "organisations-no-token-401", target: "/api/v1/organisations"},
	{function: "zones", name: "import-no-token-401", method: "POST", target: "/api/v1/imports?apply=whole", headers: map[string]string{"Content-Type": "text/csv"}, body: "Zonecode;Functie\n5910;Onthaal\n"},
	{function: "zones", name: "import-page-303", target: "/beheer/invoer"},
	{function: "zones", name: "organisations-page-303", target: "/beheer/organisaties"},
	{function: "zones", name: "territory-no-token-401", target: "/api/v1/territoryChanges"},
	{function: "zones", name: "territory-withdraw-no-token-401", method: "DELETE", target: "/api/v1/territoryChanges/1"},
	{function: "zones", name: "territory-page-303", target: "/beheer/invoer/gebied"},
	{function: "zones", name: "delete-405", method: "DELETE", target: "/api/v1/zones/5910"},
	{function: "zones", name: "patch-405", method: "PATCH", target: "/api/v1/zones/5910"},
	{function: "zones", name: "post-405", method: "POST", target: "/api/v1/zones/5910"},
	{function: "zones", name: "options-204", method: "OPTIONS", target: "/api/v1/zones/5910", headers: map[string]string{"Origin": "https://school.example", "Access-Control-Request-Method": "PUT"}},
	{function: "zones", name: "put-no-token-401", method: "PUT", target: "/api/v1/zones/5910", headers: map[string]string{"Content-Type": "application/json", "If-Match": `"1-x"`}, body: `{"contactPoints":[]}`},
	{function: "zones", name: "put-bad-token-401", method: "PUT", target: "/api/v1/zones/5910", headers: map[string]string{"Content-Type": "application/json", "If-Match": `"1-x"`, "Authorization": "Bearer none"}, body: `{"contactPoints":[]}`},
	{function: "zones", name: "confirmation-no-token-401", method: "POST", target: "/api/v1/zones/5910/confirmations", headers: map[string]string{"If-Match": `"1-x"`}},
	{function: "zones", name: "restoration-no-token-401", method: "POST", target: "/api/v1/zones/5910/restorations", headers: map[string]string{"Content-Type": "application/json", "If-Match": `"1-x"`}, body: `{"version":1}`},
	{function: "zones", name: "revisions-no-token-401", target: "/api/v1/zones/5910/revisions?pageSize=5"},
	{function: "zones", name: "revision-no-token-401", target: "/api/v1/zones/5910/revisions/1"},
	{function: "zones", name: "report-201", method: "POST", target: "/api/v1/zones/5910/reports", headers: map[string]string{"Content-Type": "application/json"}, body: `{"kind":"deadNumber","text":"Het nummer van de jeugdinspecteur werkt niet.","institutionNumber":"990002"}`},
	{function: "zones", name: "report-empty-400", method: "POST", target: "/api/v1/zones/5910/reports", headers: map[string]string{"Content-Type": "application/json"}, body: `{}`},
	{function: "zones", name: "reports-no-token-401", target: "/api/v1/zones/5910/reports"},
	{function: "zones", name: "report-no-token-401", target: "/api/v1/zones/5910/reports/aaaaaaaaaaaaaaaaaaaaaaaaaa"},
	{function: "zones", name: "closure-no-token-401", method: "POST", target: "/api/v1/zones/5910/reports/aaaaaaaaaaaaaaaaaaaaaaaaaa/closures", headers: map[string]string{"Content-Type": "application/json"}, body: `{"answer":"Aangepast."}`},
	{function: "zones", name: "report-page-200", target: "/zones/5910/melden?school=990001"},
	{function: "zones", name: "report-page-empty-400", method: "POST", target: "/zones/5910/melden", headers: map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://aanspreekpunt.example", "Sec-Fetch-Site": "same-origin"}, body: "text="},
	{function: "zones", name: "report-page-former-301", target: "/zones/5392/melden"},
	{function: "zones", name: "report-page-forged-403", method: "POST", target: "/zones/5910/melden", headers: map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, body: "kind=other&text=x"},
	{function: "zones", name: "reports-page-signed-out-303", target: "/beheer/zones/5910/meldingen"},
	{function: "zones", name: "manage-signed-out-303", target: "/beheer"},
	{function: "zones", name: "manage-all-signed-out-303", target: "/beheer/zones?toon=te-contacteren"},
	{function: "zones", name: "manage-zone-signed-out-303", target: "/beheer/zones/5910"},
	{function: "zones", name: "manage-zone-delete-405", method: "DELETE", target: "/beheer/zones/5910"},
	{function: "zones", name: "confirm-forged-403", method: "POST", target: "/beheer/zones/5910", headers: map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, body: "versie=1"},
	{function: "zones", name: "edit-signed-out-303", target: "/beheer/zones/5910/aanpassen"},
	{function: "zones", name: "edit-expired-401", method: "POST", target: "/beheer/zones/5910/aanpassen", headers: map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://aanspreekpunt.example", "Sec-Fetch-Site": "same-origin", "Cookie": "__Host-sessie=none"}, body: "versie=1&contactPoints%5B0%5D.role=Jeugdinspecteur"},
	{function: "zones", name: "history-signed-out-303", target: "/beheer/zones/5910/geschiedenis"},
	{function: "zones", name: "schools-no-token-401", target: "/api/v1/zones/5910/schools"},
	{function: "zones", name: "school-contact-no-token-401", target: "/api/v1/schools/990000/contact"},
	{function: "zones", name: "school-contact-bad-token-401", method: "PUT", target: "/api/v1/schools/990000/contact", headers: map[string]string{"Content-Type": "application/json", "If-Match": `"0-x"`, "Authorization": "Bearer none"}, body: `{"contactPersons":[]}`},
	{function: "zones", name: "school-confirmation-no-token-401", method: "POST", target: "/api/v1/schools/990000/contact/confirmations", headers: map[string]string{"If-Match": `"1-x"`}},
	{function: "zones", name: "my-school-signed-out-303", target: "/mijn-school"},
	{function: "zones", name: "my-school-edit-expired-401", method: "POST", target: "/mijn-school/aanpassen", headers: map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://aanspreekpunt.example", "Sec-Fetch-Site": "same-origin"}, body: "versie=1&actie=bewaren&contactPersons%5B0%5D.role=Directeur"},
	{function: "zones", name: "my-school-history-signed-out-303", target: "/mijn-school/geschiedenis"},
	{function: "zones", name: "schools-page-signed-out-303", target: "/beheer/zones/5910/scholen?hasContact=true"},
}

// TestEventsFolder holds the files in events/ to what the front makes: they stand for what the function really
// gets. Run with -update after a change here.
func TestEventsFolder(t *testing.T) {
	t.Parallel()
	const folder = "../../../events"
	whole, err := template.ReadFile("../../../template.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[string]bool{}
	covered := map[string]bool{}
	for _, e := range requestEvents {
		var made event
		target := func(_ context.Context, data []byte) ([]byte, error) {
			return []byte(`{"statusCode":200}`), json.Unmarshal(data, &made)
		}
		var routes []Route
		for _, f := range whole.Functions {
			for _, r := range f.Routes {
				routes = append(routes, Route{r.Method, r.Path, target})
			}
		}
		method := e.method
		if method == "" {
			method = "GET"
		}
		r := httptest.NewRequest(method, "http://aanspreekpunt.example"+e.target, strings.NewReader(e.body))
		r.Header.Set("Accept", "text/html,application/json;q=0.9")
		r.Header.Set("User-Agent", "events/1")
		for name, value := range e.headers {
			r.Header.Set(name, value)
		}
		New(routes, func() time.Time { return noon }).ServeHTTP(httptest.NewRecorder(), r)
		if made.Version == "" {
			t.Errorf("%s: the front made no event", e.name)
			continue
		}
		covered[made.RouteKey] = true
		// In the cloud it comes over TLS. What is random or the test's own is fixed.
		made.RequestContext.RequestID = "AAAAAAAAAAAAAAA="
		made.RequestContext.HTTP.SourceIP = "203.0.113.7"
		made.Headers["x-forwarded-for"] = "203.0.113.7"
		made.Headers["x-forwarded-proto"] = "https"
		made.Headers["x-forwarded-port"] = "443"
		made.Headers["x-amzn-trace-id"] = "Root=1-6a64a640-000000000000000000000000"

		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(made); err != nil {
			t.Fatal(err)
		}
		file := cmp.Or(e.function, "search") + "-" + e.name + ".json"
		wanted[file] = true
		if *update {
			if err := os.WriteFile(filepath.Join(folder, file), text.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if got, err := os.ReadFile(filepath.Join(folder, file)); err != nil || !bytes.Equal(bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n")), text.Bytes()) {
			t.Errorf("%s is not what the front makes (%v); run go test ./infra/local/front -update", file, err)
		}
	}
	for _, f := range whole.Functions {
		for _, r := range f.Routes {
			if key := (Route{Method: r.Method, Path: r.Path}).key(); !covered[key] {
				t.Errorf("no event for route %s", key)
			}
		}
	}
	for _, file := range slices.Concat(files(t, "opendata-*.json"), files(t, "practices-*.json"), files(t, "search-*.json"), files(t, "session-*.json"), files(t, "zones-*.json")) {
		if !wanted[filepath.Base(file)] {
			t.Errorf("%s stands in events/ and not in this test", filepath.Base(file))
		}
	}
}

func files(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("../../../events", pattern))
	if err != nil || len(found) == 0 {
		t.Fatalf("no events %s: %v", pattern, err)
	}
	return found
}

// TestEventNamesEndInWhatTheyGive keeps the promise on which infra/samcheck relies.
func TestEventNamesEndInWhatTheyGive(t *testing.T) {
	t.Parallel()
	for _, file := range files(t, "*.json") {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		function, _, _ := strings.Cut(name, "-")
		end := name[strings.LastIndexByte(name, '-')+1:]
		var status int
		if _, err := fmt.Sscanf(end, "%3d", &status); err != nil && end != "ok" && end != "error" {
			t.Errorf("%s: want a name that ends in a status, ok or error", name)
		}
		if !slices.Contains([]string{"search", "session", "zones", "opendata", "practices", "refdata", "remind", "export"}, function) {
			t.Errorf("%s: want a name that begins with a function", name)
		}
		data, err := os.ReadFile(file)
		if err != nil || !json.Valid(data) {
			t.Errorf("%s is not JSON (%v)", name, err)
		}
	}
}
