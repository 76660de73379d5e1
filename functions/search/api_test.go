package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	vcard "github.com/emersion/go-vcard"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/shared/directory"
)

// object reads a JSON answer with a status.
func (s *system) object(t testing.TB, path string, status int) map[string]any {
	t.Helper()
	w := s.get(t, path)
	if w.Code != status {
		t.Fatalf("GET %s: status %d, want %d\n%s", path, w.Code, status, w.Body)
	}
	var v map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	return v
}

// at walks into a JSON value: names of members, and numbers of items.
func at[T any](t testing.TB, v any, path ...any) T {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			v = v.(map[string]any)[step]
		case int:
			v = v.([]any)[step]
		}
	}
	got, ok := v.(T)
	if !ok {
		t.Fatalf("%v is %T %v", path, v, v)
	}
	return got
}

func TestSearchJSON(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	v := s.object(t, "/api/v1/search?q=de+vlinder", http.StatusOK)
	if total := at[float64](t, v, "total"); total != 2 {
		t.Fatalf("total %v, want 2", total)
	}
	first := at[map[string]any](t, v, "items", 0)
	for member, want := range map[string]any{"kind": "school", "level": "basic", "locations": float64(1)} {
		if first[member] != want {
			t.Errorf("%s is %v, want %v", member, first[member], want)
		}
	}
	for _, code := range []string{"5910", "5389"} {
		if self := at[string](t, v, "embedded", "zones", code, "self"); self != "https://example.com/api/v1/zones/"+code {
			t.Errorf("zone %s: self %q", code, self)
		}
	}
	if n := s.store.reads.Load(); n != 1 {
		t.Errorf("%d reads, want 1", n)
	}
}

func TestSearchJSONPages(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	first := s.object(t, "/api/v1/search?q=basisschool&pageSize=20", http.StatusOK)
	if _, ok := first["prev"]; ok {
		t.Error("the first page has a page before it")
	}
	next, err := url.Parse(at[string](t, first, "next"))
	if err != nil {
		t.Fatal(err)
	}
	second := s.object(t, next.RequestURI(), http.StatusOK)
	if at[float64](t, second, "page") != 2 || at[string](t, second, "self") != next.String() || at[string](t, second, "prev") != at[string](t, first, "self") {
		t.Errorf("page %v, self %v, prev %v", second["page"], second["self"], second["prev"])
	}
	last, err := url.Parse(at[string](t, first, "last"))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := s.object(t, last.RequestURI(), http.StatusOK)["next"]; ok {
		t.Error("the last page has a page after it")
	}
	beyond := s.object(t, "/api/v1/search?q=basisschool&page=1000000000&pageSize=50", http.StatusOK)
	if len(at[[]any](t, beyond, "items")) != 0 {
		t.Error("a page after the last has items")
	}
}

func TestSearchReadsAtMostTenZones(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	v := s.object(t, "/api/v1/search?q=regenboog&pageSize=50", http.StatusOK)
	if n := len(at[map[string]any](t, v, "embedded", "zones")); n != 10 || s.store.most.Load() != 10 {
		t.Errorf("%d zones embedded, %d read at once, want 10", n, s.store.most.Load())
	}
	s.page(t, "/zoeken?q=regenboog", http.StatusOK)
	if s.store.most.Load() > 10 {
		t.Errorf("a page read %d zones", s.store.most.Load())
	}
}

func TestSearchFiltersByLevel(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	all := at[float64](t, s.object(t, "/api/v1/search?q=tienen&pageSize=50", http.StatusOK), "total")
	v := s.object(t, "/api/v1/search?q=tienen&level=secondary&pageSize=50", http.StatusOK)
	items := at[[]any](t, v, "items")
	if total := at[float64](t, v, "total"); total >= all || int(total) != len(items) {
		t.Errorf("total %v of %v, %d items", total, all, len(items))
	}
	for i := range items {
		if level, ok := items[i].(map[string]any)["level"]; ok && level != "secondary" {
			t.Errorf("item %d is of level %v", i, level)
		}
	}
}

func TestSearchRecognisesATheme(t *testing.T) {
	t.Parallel()
	v := newSystem(t).object(t, "/api/v1/search?q=spijbelen+tienen", http.StatusOK)
	if theme := at[string](t, v, "theme"); theme != "truancy" {
		t.Errorf("theme %q", theme)
	}
	if reason := at[string](t, v, "embedded", "zones", "5910", "callOrder", 0, "reasonCode"); reason != "theme" {
		t.Errorf("first to call because of %q", reason)
	}
}

func TestSearchFindsAFormerZone(t *testing.T) {
	t.Parallel()
	v := newSystem(t).object(t, "/api/v1/search?q=5392", http.StatusOK)
	it := at[map[string]any](t, v, "items", 0)
	if it["kind"] != "zone" || it["code"] != "5910" || it["name"] != "Getevallei" || at[string](t, it, "former", "code") != "5392" {
		t.Errorf("got %v", it)
	}
}

func TestSuggestions(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	v := s.object(t, "/api/v1/suggestions?q=tien", http.StatusOK)
	items := at[[]any](t, v, "items")
	if len(items) == 0 || len(items) > 8 || at[string](t, items[0], "name") != "Tienen" {
		t.Errorf("got %v", items)
	}
	if s.store.reads.Load() != 0 {
		t.Error("suggestions read contact data")
	}
	if items := at[[]any](t, s.object(t, "/api/v1/suggestions?q=+", http.StatusOK), "items"); len(items) != 0 {
		t.Errorf("nothing typed suggests %v", items)
	}
}

func TestSchoolJSON(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	path := "/api/v1/schools/" + string(demonstration.ThreeLocations)
	v := s.object(t, path, http.StatusOK)
	if n := len(at[[]any](t, v, "locations")); n != 3 {
		t.Errorf("%d locations", n)
	}
	if zones := at[map[string]any](t, v, "embedded", "zones"); len(zones) != 2 {
		t.Errorf("%d zones", len(zones))
	}
	one := s.object(t, path+"?location=2&theme=drugs", http.StatusOK)
	if zones := at[map[string]any](t, one, "embedded", "zones"); len(zones) != 1 || zones["5910"] == nil {
		t.Errorf("zones of location 2: %v", zones)
	}
	if at[float64](t, one, "location") != 2 || at[string](t, one, "theme") != "drugs" || len(at[[]any](t, one, "zoneCodes")) != 2 {
		t.Errorf("got %v", one)
	}
	if p := s.object(t, path+"?location=9", http.StatusBadRequest); !strings.HasSuffix(at[string](t, p, "issues", 0, "type"), "referencedResourceNotFound") {
		t.Errorf("got %v", p)
	}
}

func TestZoneJSONCarriesItsVersion(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	w := s.get(t, "/api/v1/zones/5910")
	if tag := w.Header().Get("ETag"); !strings.HasPrefix(tag, `"1-`) {
		t.Errorf("ETag %s", tag)
	}
	if tag := s.get(t, "/api/v1/zones/5389").Header().Get("ETag"); !strings.HasPrefix(tag, `"0-`) {
		t.Errorf("ETag of a zone that never saved: %s", tag)
	}
	v := s.object(t, "/api/v1/zones/5910?theme=truancy&school="+string(demonstration.TienenSecondary), http.StatusOK)
	order := at[[]any](t, v, "callOrder")
	if len(order) < 2 || at[string](t, order[0], "reasonCode") != "theme" || at[string](t, order[1], "reasonCode") != "level" {
		t.Errorf("call order %v", order)
	}
	if p := s.object(t, "/api/v1/zones/5910?school=990999999", http.StatusBadRequest); p["status"] != float64(400) {
		t.Errorf("got %v", p)
	}
	s.object(t, "/api/v1/zones/5910?school=999998", http.StatusBadRequest)
}

func TestFormerCodesRedirect(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	s.redirects(t, "/api/v1/zones/5392?theme=drugs", http.StatusMovedPermanently, "/api/v1/zones/5910?theme=drugs")
	s.redirects(t, "/api/v1/zones/5392/vCard", http.StatusMovedPermanently, "/api/v1/zones/5910/vCard")
	s.redirects(t, "/api/v1/municipalities/12030", http.StatusMovedPermanently, "/api/v1/municipalities/12041")
}

func TestZonesJSON(t *testing.T) {
	t.Parallel()
	v := newSystem(t).object(t, "/api/v1/zones?pageSize=200", http.StatusOK)
	if total, items := at[float64](t, v, "total"), at[[]any](t, v, "items"); total != 107 || len(items) != 107 {
		t.Errorf("total %v, %d items", total, len(items))
	}
	if first := at[map[string]any](t, v, "items", 0); first["code"] != "5339" || first["href"] != "https://example.com/api/v1/zones/5339" {
		t.Errorf("first %v", first)
	}
}

func TestMunicipalityJSON(t *testing.T) {
	t.Parallel()
	v := newSystem(t).object(t, "/api/v1/municipalities/24107", http.StatusOK)
	if v["name"] != "Tienen" || v["zoneCode"] != "5910" || len(at[[]any](t, v, "places")) < 5 || at[string](t, v, "embedded", "zones", "5910", "name") != "Getevallei" {
		t.Errorf("got %v", v)
	}
}

func TestCodeLists(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	for list, want := range map[string]int{"themes": len(directory.Themes()), "levels": 3, "partnerKinds": 5} {
		v := s.object(t, "/api/v1/refData/"+list, http.StatusOK)
		items := at[[]any](t, v, "items")
		if len(items) != want || at[float64](t, v, "total") != float64(want) {
			t.Errorf("%s has %d items", list, len(items))
		}
		for i := range items {
			href, err := url.Parse(at[string](t, items, i, "href"))
			if err != nil {
				t.Fatal(err)
			}
			if one := s.object(t, href.RequestURI(), http.StatusOK); one["code"] != at[string](t, items, i, "code") || one["self"] != href.String() {
				t.Errorf("%s gives %v", href, one)
			}
		}
		s.object(t, "/api/v1/refData/"+list+"/nothing", http.StatusNotFound)
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		harm   func(*system)
		status int
		want   string
	}{
		"all is well":        {func(*system) {}, 200, "UP"},
		"the store is down":  {func(s *system) { s.store.err = errors.New("down") }, 200, "DEGRADED"},
		"facts are old":      {func(s *system) { s.reference.degraded = true }, 200, "DEGRADED"},
		"there are no facts": {func(s *system) { s.reference.facts, s.reference.err = nil, errors.New("none") }, 503, "DOWN"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSystem(t)
			c.harm(s)
			w := s.get(t, "/api/v1/health")
			if w.Code != c.status || strings.TrimSpace(w.Body.String()) != `{"status":"`+c.want+`"}` {
				t.Errorf("%d %s, want %d %s", w.Code, w.Body, c.status, c.want)
			}
		})
	}
}

func TestThePointerIsReadAlongWhenItIsDue(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	s.object(t, "/api/v1/zones/5910", http.StatusOK)
	if s.store.pointers.Load() != 0 || s.reference.seen.Load() != 0 {
		t.Error("the pointer was read before it was due")
	}
	s.reference.due = true
	s.object(t, "/api/v1/zones/5910", http.StatusOK)
	if s.store.pointers.Load() != 1 || s.reference.seen.Load() != 1 || s.store.reads.Load() != 2 {
		t.Errorf("%d reads, %d of them with the pointer, %d noted", s.store.reads.Load(), s.store.pointers.Load(), s.reference.seen.Load())
	}
}

func TestProblemsWhileTheStoreIsDown(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	s.store.err = errors.New("throttled by the store")
	for _, path := range []string{"/api/v1/search?q=tienen", "/api/v1/zones/5910", "/api/v1/zones/5910/vCard", "/api/v1/schools/990000", "/api/v1/municipalities/24107"} {
		v := s.object(t, path, http.StatusServiceUnavailable)
		if v["type"] != "urn:problem-type:belgif:serviceUnavailable" || strings.Contains(s.get(t, path).Body.String(), "throttled") {
			t.Errorf("%s: %v", path, v)
		}
	}
}

func TestVCard(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	p := s.store.profiles["5910"]
	p.ContactPoints[0].Role = `Agent; "school, jeugd" \ wijk ` + strings.Repeat("én nog veel meer ", 8)
	w := s.get(t, "/api/v1/zones/5910/vCard")
	if kind := w.Header().Get("Content-Type"); w.Code != http.StatusOK || kind != "text/vcard; charset=utf-8" {
		t.Fatalf("%d, %s", w.Code, kind)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(w.Body.String(), "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("line of %d bytes: %q", len(line), line)
		}
	}
	decoder := vcard.NewDecoder(strings.NewReader(w.Body.String()))
	var cards []vcard.Card
	for {
		card, err := decoder.Decode()
		if err != nil {
			break
		}
		cards = append(cards, card)
	}
	if len(cards) < 2 {
		t.Fatalf("%d cards", len(cards))
	}
	desk := cards[len(cards)-1]
	if desk.Value(vcard.FieldFormattedName) != "Onthaal politie Getevallei" || desk.Value(vcard.FieldTelephone) != "+3216805805" {
		t.Errorf("the desk is %v", desk)
	}
	if title := strings.ReplaceAll(cards[0].Value(vcard.FieldTitle), `\;`, ";"); title != p.ContactPoints[0].Role { // the reader leaves \; as it is
		t.Errorf("title %q, want %q", title, p.ContactPoints[0].Role)
	}
	for i, card := range cards {
		if card.Value(vcard.FieldTelephone) == "" && card.Value(vcard.FieldEmail) == "" || !strings.Contains(card.Value(vcard.FieldNote), "Voorbeeldgegevens") {
			t.Errorf("card %d is %v", i, card)
		}
	}
}

// Whatever is sent, the answer is a clear page or problem, never our own failure, and the log has none of it.
func TestBadInput(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	queries := map[string]string{
		"empty": "", "a blank": "+", "one letter": "a", "8 kB": strings.Repeat("lang", 2000), "201 characters": strings.Repeat("é", 201),
		"emoji": url.QueryEscape("🚓👮‍♀️"), "right to left": url.QueryEscape("مدرسة \u202eneneit"), "control characters": "tie%00nen%1b%0d%0aSet-Cookie:x",
		"broken percent": "%zz%", "broken UTF-8": "%ff%fe", "half a surrogate": "%ed%a0%80", "SQL": url.QueryEscape(`' OR 1=1; DROP TABLE zones; --`),
		"HTML": url.QueryEscape(`<script>alert("q")</script><img src=x onerror=alert(1)>`), "a template": url.QueryEscape(`{{.Page}}${7*7}`),
		"punctuation": url.QueryEscape(`"'’.,-_/\|()[]*?`), "many words": strings.Repeat("a+", 90), "digits": "12345678901234567890",
	}
	for name, q := range queries {
		for _, path := range []string{"/zoeken?q=", "/zoeken?letterlijk=1&q=", "/zoeken?theme=drugs&q=", "/zoeken?theme=nothing&q=", "/zoeken?page=2&q=", "/zoeken?keuze=", "/zoeken?q=tienen&" + "theme=",
			"/api/v1/search?q=", "/api/v1/suggestions?q=", "/api/v1/search?q=tienen&theme=", "/api/v1/search?q=tienen&page=", "/api/v1/zones?page=", "/api/v1/zones/5910?school=",
			"/scholen/990000?location=", "/zones/5910?vroeger=", "/zones/5910?theme=", "/gemeenten/24107?vroeger=", "/?utm_source=", "/over?x="} {
			w := s.get(t, path+q)
			if w.Code >= 500 {
				t.Errorf("%s as %s: status %d", name, path, w.Code)
			}
			body := w.Body.String()
			if w.Code >= 300 && w.Code < 400 {
				continue
			}
			if api := strings.HasPrefix(path, "/api/"); api != strings.Contains(w.Header().Get("Content-Type"), "json") {
				t.Errorf("%s as %s: Content-Type %q", name, path, w.Header().Get("Content-Type"))
			}
			if strings.Contains(body, "<script>alert") || strings.Contains(body, "onerror=alert(1)>") && !strings.Contains(body, "&gt;") {
				t.Errorf("%s as %s: what was sent comes back unescaped", name, path)
			}
		}
	}
	for _, path := range []string{"/zones/%20", "/zones/59100", "/zones/٥٩١٠", "/scholen/%00", "/scholen/1234567", "/scholen/-1", "/gemeenten/abc", "/gemeenten/1e4", "/assets/%2e%2e", "/zones/5910%00",
		"/api/v1/zones/59", "/api/v1/schools/x", "/api/v1/municipalities/0", "/api/v1/refData/themes/x", "/api/v1/nothing", "/api/v2/zones"} {
		if w := s.get(t, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, w.Code)
		}
	}
	for _, word := range []string{"langlang", "alert", "DROP", "neneit", "Set-Cookie"} {
		if strings.Contains(s.log.String(), word) {
			t.Errorf("the log has %q", word)
		}
	}
}

func TestInputOfTheAPIIsStrict(t *testing.T) {
	t.Parallel()
	s := newSystem(t)
	for path, issue := range map[string]string{
		"/api/v1/search":                               "schemaViolation",
		"/api/v1/search?q=a&theme=spijbelen":           "schemaViolation",
		"/api/v1/search?q=a&level=kleuter":             "schemaViolation",
		"/api/v1/search?q=a&page=0":                    "schemaViolation",
		"/api/v1/search?q=a&pageSize=51":               "schemaViolation",
		"/api/v1/search?q=a&sort=name":                 "unknownInput",
		"/api/v1/search?q=a&q=b":                       "invalidInput",
		"/api/v1/search?q=" + strings.Repeat("a", 201): "schemaViolation",
		"/api/v1/zones?pageSize=201":                   "schemaViolation",
		"/api/v1/zones/5910?q=a":                       "unknownInput",
		"/api/v1/refData/themes?page=1":                "unknownInput",
		"/api/v1/health?x=1":                           "unknownInput",
	} {
		v := s.object(t, path, http.StatusBadRequest)
		if got := at[string](t, v, "issues", 0, "type"); !strings.HasSuffix(got, ":"+issue) {
			t.Errorf("%s: %s, want %s", path, got, issue)
		}
	}
}
