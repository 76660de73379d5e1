package endtoend

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"aanspreekpunt/infra"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/gateway"
)

// examples has a path for each route of the table; {school} is a demonstration school, {asset} an asset of home.
var examples = map[string]string{
	"/{$}":                                "/",
	"/zoeken":                             "/zoeken?q=kerkstraat",
	"/scholen/{institutionNumber}":        "/scholen/{school}",
	"/zones":                              "/zones",
	"/zones/{code}":                       "/zones/5910",
	"/gemeenten/{nis}":                    "/gemeenten/24107",
	"/over":                               "/over",
	"/privacy":                            "/privacy",
	"/toegankelijkheid":                   "/toegankelijkheid",
	"/insluiten":                          "/insluiten?zone=5910",
	"/insluiten/zoeken":                   "/insluiten/zoeken",
	"/insluiten/zones/{code}":             "/insluiten/zones/5910",
	"/.well-known/security.txt":           "/.well-known/security.txt",
	"/assets/{file}":                      "{asset}",
	"/favicon.ico":                        "/favicon.ico",
	"/robots.txt":                         "/robots.txt",
	"/sitemap.xml":                        "/sitemap.xml",
	"/api/v1/search":                      "/api/v1/search?q=kerkstraat",
	"/api/v1/suggestions":                 "/api/v1/suggestions?q=kerks",
	"/api/v1/schools/{institutionNumber}": "/api/v1/schools/{school}",
	"/api/v1/zones":                       "/api/v1/zones?pageSize=200",
	"/api/v1/zones/{code}":                "/api/v1/zones/5910",
	"/api/v1/zones/{code}/vCard":          "/api/v1/zones/5910/vCard",
	"/api/v1/municipalities/{nis}":        "/api/v1/municipalities/24107",
	"/api/v1/refData/themes":              "/api/v1/refData/themes",
	"/api/v1/refData/themes/{code}":       "/api/v1/refData/themes/truancy",
	"/api/v1/refData/levels":              "/api/v1/refData/levels",
	"/api/v1/refData/levels/{code}":       "/api/v1/refData/levels/basic",
	"/api/v1/refData/partnerKinds":        "/api/v1/refData/partnerKinds",
	"/api/v1/refData/partnerKinds/{code}": "/api/v1/refData/partnerKinds/clb",
	"/opendata":                           "/opendata",
	"/opendata/{edition}/{file}":          "/opendata/latest/zones.csv",
	"/dekking":                            "/dekking",
	"/api/v1/coverage":                    "/api/v1/coverage",
	"/praktijken":                         "/praktijken",
	"/praktijken/{slug}":                  "/praktijken/samen-tegen-spijbelen-in-halle",
	"/praktijken/atom.xml":                "/praktijken/atom.xml",
	"/api/v1/practices":                   "/api/v1/practices",
	"/api/v1/practices/{slug}":            "/api/v1/practices/samen-tegen-spijbelen-in-halle",
	"/api/v1/health":                      "/api/v1/health",
	"/api/v1/doc/openapi.yaml":            "/api/v1/doc/openapi.yaml",
}

// example fills in an example's school and asset.
func example(t *testing.T, route gateway.Route) string {
	t.Helper()
	path, ok := examples[route.Path]
	if !ok {
		t.Fatalf("no example of %s", route.Path)
	}
	if before, after, ok := strings.Cut(path, "{school}"); ok {
		path = before + aSchool(t) + after
	}
	if path == "{asset}" {
		path = regexp.MustCompile(`/assets/[^"]+`).FindString(get(t, "/").text())
	}
	return path
}

// aSchool is the number of a demonstration school.
func aSchool(t *testing.T) string {
	t.Helper()
	var found struct {
		Items []struct{ Kind, InstitutionNumber string }
	}
	get(t, "/api/v1/search?q=voorbeeld&pageSize=50").decode(t, &found)
	for _, item := range found.Items {
		if item.Kind == "school" {
			return item.InstitutionNumber
		}
	}
	t.Fatal("there is no demonstration school")
	return ""
}

// routes lists the routes of the look-up, of open data and of good practices, which anyone may ask.
func routes() []gateway.Route {
	var all []gateway.Route
	for _, route := range gateway.Routes() {
		public := route.Owner == "search" || route.Owner == "opendata" || examples[route.Path] != "" && slices.Contains(route.Methods, http.MethodGet)
		if route.Path != gateway.DefaultPath && public {
			all = append(all, route)
		}
	}
	return all
}

// TestEveryRoute asks each route as browsers and scripts do: GET, HEAD, again with the ETag, compressed, with
// OPTIONS and with a method that it does not take.
func TestEveryRoute(t *testing.T) {
	for _, route := range routes() {
		t.Run(route.Path, func(t *testing.T) {
			t.Parallel()
			path := example(t, route)
			isAPI := strings.HasPrefix(path, "/api/")
			full := get(t, path, "Origin", "https://school.example")
			if full.status == 302 && path == "/favicon.ico" { // an asset
				path = strings.TrimPrefix(full.header.Get("Location"), sys.URL())
				full = get(t, path)
			}
			if full.status != 200 || len(full.body) == 0 {
				t.Fatalf("%s: %d with %d bytes", path, full.status, len(full.body))
			}
			if (isAPI || route.Public) != (full.header.Get("Access-Control-Allow-Origin") == "*") {
				t.Errorf("Access-Control-Allow-Origin %q", full.header.Get("Access-Control-Allow-Origin"))
			}
			caching := full.header.Get("Cache-Control")
			head := ask(t, http.MethodHead, path)
			for _, name := range []string{"Content-Type", "ETag", "Cache-Control", "Vary"} {
				if head.status != 200 || head.header.Get(name) != full.header.Get(name) {
					t.Errorf("HEAD: %d, %s %q; GET %q", head.status, name, head.header.Get(name), full.header.Get(name))
				}
			}
			if caching != "no-store" {
				tag := full.header.Get("ETag")
				if !regexp.MustCompile(`^"(\d+-)?[\w-]+"$`).MatchString(tag) {
					t.Errorf("ETag %s", tag)
				}
				for _, sent := range []string{tag, `"x", W/` + tag, "*"} {
					if again := get(t, path, "If-None-Match", sent); again.status != 304 || len(again.body) > 0 || again.header.Get("ETag") != tag {
						t.Errorf("If-None-Match %s: %d with %d bytes and ETag %s", sent, again.status, len(again.body), again.header.Get("ETag"))
					}
				}
				if other := get(t, path, "If-None-Match", `"x"`); other.status != 200 {
					t.Errorf("If-None-Match of something else: %d", other.status)
				}
				packed := get(t, path, "Accept-Encoding", "gzip, br")
				if isPacked := packed.header.Get("Content-Encoding") == "gzip"; isPacked {
					if strings.TrimSuffix(packed.header.Get("ETag"), `-gz"`) != strings.TrimSuffix(tag, `"`) || len(packed.body) >= len(full.body) {
						t.Errorf("compressed: ETag %s of %s, %d bytes of %d", packed.header.Get("ETag"), tag, len(packed.body), len(full.body))
					}
				} else if len(full.body) >= 1024 && !strings.HasPrefix(full.header.Get("Content-Type"), "image/") {
					t.Errorf("%d bytes of %s are not compressed", len(full.body), full.header.Get("Content-Type"))
				}
				if !strings.Contains(full.header.Get("Vary"), "Accept-Encoding") {
					t.Errorf("Vary %q", full.header.Get("Vary"))
				}
			}
			options := ask(t, http.MethodOptions, path)
			refused := ask(t, http.MethodPatch, path)
			if options.status != 204 || refused.status != 405 {
				t.Errorf("OPTIONS %d, PATCH %d", options.status, refused.status)
			}
			for _, a := range []answer{options, refused} {
				want := "GET, HEAD, OPTIONS"
				switch route.Path { // what those who signed in may do there
				case "/api/v1/zones/{code}":
					want = "GET, HEAD, OPTIONS, PUT" // by another function
				case "/api/v1/practices":
					want = "GET, HEAD, OPTIONS, POST"
				case "/api/v1/practices/{slug}":
					want = "DELETE, GET, HEAD, OPTIONS, PUT"
				}
				if allow := a.header.Get("Allow"); allow != want {
					t.Errorf("%s: Allow %q, want %q", a.target, allow, want)
				}
			}
			if (isAPI || route.Public) != (options.header.Get("Access-Control-Allow-Origin") == "*") || refused.header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("OPTIONS and PATCH: %v %v", options.header, refused.header)
			}
		})
	}
}

func TestContactDataIsNeverShownFromACacheWithoutAsking(t *testing.T) {
	for _, path := range []string{"/", "/zoeken?q=tienen", "/zones/5910", "/gemeenten/24107", "/scholen/" + aSchool(t), "/api/v1/search?q=tienen", "/api/v1/zones/5910", "/api/v1/zones/5910/vCard"} {
		a := get(t, path)
		if a.header.Get("Cache-Control") != "no-cache" || a.header.Get("Vary") != "Authorization, Cookie, Accept-Encoding" {
			t.Errorf("%s: %d: Cache-Control %q, Vary %q", path, a.status, a.header.Get("Cache-Control"), a.header.Get("Vary"))
		}
	}
}

func TestTheZonesETagBeginsWithItsVersion(t *testing.T) {
	a := get(t, "/api/v1/zones/5910")
	var zone struct{ Version int }
	a.decode(t, &zone)
	if want := regexp.MustCompile(`^"1-[\w-]+"$`); zone.Version != 1 || !want.MatchString(a.header.Get("ETag")) {
		t.Errorf("version %d has ETag %s", zone.Version, a.header.Get("ETag"))
	}
}

// TestThePromisedZone: zone 5910 always has a primary contact point, one for a theme, and values for schools alone.
func TestThePromisedZone(t *testing.T) {
	var zone struct {
		ContactPoints []struct {
			ID       string
			Primary  bool
			Themes   []string
			Withheld int
			Phones   []struct{ Visibility string }
			Emails   []struct{ Visibility string }
		}
		CallOrder []struct{ ContactPoint, ReasonCode string }
	}
	get(t, "/api/v1/zones/5910").decode(t, &zone)
	primaries, withheld, theme := 0, 0, ""
	var themed string
	for _, p := range zone.ContactPoints {
		if p.Primary {
			primaries++
		}
		if len(p.Themes) > 0 {
			theme, themed = p.Themes[0], p.ID
		}
		withheld += p.Withheld
		for _, v := range append(p.Phones, p.Emails...) {
			if v.Visibility != "public" {
				t.Errorf("%s shows a visitor a value for schools", p.ID)
			}
		}
	}
	if primaries != 1 || withheld == 0 || theme == "" {
		t.Fatalf("%d primary contact points, %d values withheld, theme %q", primaries, withheld, theme)
	}
	get(t, "/api/v1/zones/5910?theme="+theme).decode(t, &zone)
	if first := zone.CallOrder[0]; first.ContactPoint != themed || first.ReasonCode != "theme" {
		t.Errorf("asked for %s, the first to call is %+v, want %s", theme, first, themed)
	}
}

// TestNoDeadEnd: every zone's page and every municipality's zone has a way in beside 101 and 112.
func TestNoDeadEnd(t *testing.T) {
	var zones struct {
		Total int
		Items []struct{ Href, Code string }
	}
	get(t, "/api/v1/zones?pageSize=200").decode(t, &zones)
	if zones.Total != 107 || len(zones.Items) != 107 {
		t.Fatalf("%d zones of %d", len(zones.Items), zones.Total)
	}
	channel := regexp.MustCompile(`href="(tel:\+|mailto:|https://www\.politie\.be/\d{4})`)
	for _, zone := range zones.Items {
		if page := get(t, "/zones/"+zone.Code); page.status != 200 || !channel.MatchString(page.text()) {
			t.Errorf("%s: %d without a way in", page.target, page.status)
		}
		if path, ok := strings.CutPrefix(zone.Href, sys.URL()); !ok || get(t, path).status != 200 {
			t.Errorf("%s leads nowhere", zone.Href)
		}
	}
}

// TestLinksLeadSomewhere follows every link of our own from pages and API answers of each kind.
func TestLinksLeadSomewhere(t *testing.T) {
	link := regexp.MustCompile(`(?:href|src|action)="(/[^"]*)"|"(?:href|self|first|prev|next|last)":"([^"]+)"`)
	seen := map[string]bool{}
	for _, route := range routes() {
		for _, match := range link.FindAllStringSubmatch(get(t, example(t, route)).text(), 40) {
			target := strings.ReplaceAll(match[1], "&amp;", "&")
			if match[2] != "" {
				path, own := strings.CutPrefix(strings.ReplaceAll(match[2], `\u0026`, "&"), sys.URL())
				if !own {
					t.Errorf("%s links to %s", route.Path, match[2])
				}
				target = path
			}
			target, _, _ = strings.Cut(target, "#")
			if target == "" || seen[target] {
				continue
			}
			seen[target] = true
			if a := get(t, target); a.status != 200 && a.status != 303 {
				t.Errorf("%s leads from %s to %d", target, route.Path, a.status)
			}
		}
	}
	if len(seen) < 50 {
		t.Errorf("only %d links were found", len(seen))
	}
}

func TestCodeListsHaveDutchWords(t *testing.T) {
	var themes struct{ Items []struct{ Code, Name string } }
	get(t, "/api/v1/refData/themes").decode(t, &themes)
	for i, theme := range directory.Themes() {
		if i >= len(themes.Items) || themes.Items[i].Code != string(theme) || themes.Items[i].Name != theme.Label() {
			t.Errorf("theme %d of %v is not %s", i, themes.Items, theme)
		}
	}
}

// TestPagesAreSmall: a page with all that it needs is at most 30 kB on the wire.
func TestPagesAreSmall(t *testing.T) {
	const most = 30_000 // bytes
	needed := regexp.MustCompile(`(?:href|src)="(/(?:assets/[^"]+|favicon\.ico))"`)
	for _, path := range []string{"/", "/zoeken?q=kerkstraat", "/zoeken?q=3470", "/zoeken?q=tienen", "/zoeken?q=xqzwv", "/scholen/" + aSchool(t), "/zones", "/zones/5910", "/gemeenten/24107", "/opendata", "/dekking", "/over", "/privacy", "/insluiten?zone=5910", "/insluiten/zones/5910", "/nergens"} {
		page := get(t, path).text()
		size := len(get(t, path, "Accept-Encoding", "gzip").body)
		seen := map[string]bool{}
		for _, match := range needed.FindAllStringSubmatch(page, -1) {
			if !seen[match[1]] {
				seen[match[1]] = true
				size += len(get(t, match[1], "Accept-Encoding", "gzip").body)
			}
		}
		t.Logf("%s: %d bytes", path, size)
		if len(seen) < 2 || size > most {
			t.Errorf("%s with %d assets is %d bytes, want at most %d", path, len(seen), size, most)
		}
	}
}

func TestTheDocumentIsServedAsItIs(t *testing.T) {
	if got := get(t, "/api/v1/doc/openapi.yaml"); got.text() != string(infra.OpenAPI) {
		t.Errorf("%d bytes, the document has %d", len(got.body), len(infra.OpenAPI))
	}
}

func TestUnknownPaths(t *testing.T) {
	for _, path := range []string{"/nergens", "/zones/5910/x", "/beheer/nergens", "/wp-login.php", "/.env", "/Zones"} {
		a := get(t, path)
		if a.status != 404 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") || a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %s", path, a.status, a.header.Get("Content-Type"))
		}
	}
	for _, path := range []string{"/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v1/zones/5910/x", "/api/v2/zones", "/api/v1/zones/"} {
		if a := get(t, path); a.status != 404 || a.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	for from, to := range map[string]string{"/zones/": "/zones", "/zones/5910/?theme=drugs": "/zones/5910?theme=drugs", "/over/": "/over",
		"/praktijken/": "/praktijken", "/beheer/": "/beheer", "/opendata/": "/opendata", "/dekking/": "/dekking", "/aanmelden/": "/aanmelden"} {
		if a := get(t, from); a.status != 308 || a.header.Get("Location") != sys.URL()+to {
			t.Errorf("%s: %d to %s, want %s", from, a.status, a.header.Get("Location"), to)
		}
	}
}

func TestTraceIDsAndSecondTabs(t *testing.T) {
	const trace = "4bf92f35-77b3-4da6-a3ce-929d0e0e4736"
	if got := get(t, "/api/v1/zones/5910", "BelGov-Trace-Id", trace).header.Get("BelGov-Trace-Id"); got != trace {
		t.Errorf("trace id %q came back as %q", trace, got)
	}
	if got := get(t, "/zones", "BelGov-Trace-Id", "not one of ours").header.Get("BelGov-Trace-Id"); got == "not one of ours" {
		t.Errorf("trace id %q came back", got)
	}
	if !strings.Contains(functLog.String(), trace) {
		t.Error("the log does not have the trace id")
	}
}

func TestAQueryComesBackInSelfAsItWas(t *testing.T) {
	for _, q := range []string{"sint-jozef 3300", "a&b=c", "50% + 1", "é€ü", `"x"`} {
		var found struct{ Self string }
		get(t, "/api/v1/search?q="+url.QueryEscape(q)).decode(t, &found)
		self, err := url.Parse(found.Self)
		if err != nil || self.Query().Get("q") != q {
			t.Errorf("%q: self %s, error %v", q, found.Self, err)
			continue
		}
		if again := get(t, self.RequestURI()); again.status != 200 {
			t.Errorf("%s: %d", found.Self, again.status)
		}
	}
}
