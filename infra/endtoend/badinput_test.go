package endtoend

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// queries are what nobody means but many send. broken ones are no percent-encoded UTF-8.
var queries = []struct {
	name, raw string // raw: as it stands in the address
	broken    bool
}{
	{"empty", "", false},
	{"blanks", "%20%20%09", false},
	{"one letter", "a", false},
	{"punctuation", url.QueryEscape(`.,-'"()/\!`), false},
	{"emoji", url.QueryEscape("🏫👮🏽‍♀️"), false},
	{"right to left", url.QueryEscape("مدرسة \u202eneknok\u202c בית ספר"), false},
	{"control characters", "%00%01%1b%5B31m%7f%0d%0aSet-Cookie:%20a=b", false},
	{"combining marks", url.QueryEscape("Sint-Joze\u0301\u0301\u0301\u0301\u0301f"), false},
	{"SQL", url.QueryEscape(`' OR 1=1; DROP TABLE schools; --`), false},
	{"HTML", url.QueryEscape(`<script>alert(1)</script>`), false},
	{"an attribute", url.QueryEscape(`"><img src=x onerror=alert(1)>`), false},
	{"a template", url.QueryEscape(`{{.Name}} ${7*7} %s%n`), false},
	{"a path", url.QueryEscape(`../../etc/passwd`), false},
	{"JSON", url.QueryEscape(`{"$ne":null}`), false},
	{"only digits", "00000000000000000000000000000000000000000000000000", false},
	{"as long as allowed", strings.Repeat("x%20", 100), false},
	{"many words", strings.Repeat("sint%20", 28), false},
	{"a bare percent sign", "100%", true},
	{"a broken escape", "%zz", true},
	{"half an escape", "a%2", true},
	{"no UTF-8", "%ff%fe", true},
	{"an overlong slash", "%c0%af", true},
	{"a surrogate", "%ed%a0%80", true},
}

// TestBadQueries: a page for people, an answer or a clear problem for programs; never an error of ours, and what
// was typed comes back as text.
func TestBadQueries(t *testing.T) {
	for _, q := range queries {
		t.Run(q.name, func(t *testing.T) {
			t.Parallel()
			for _, path := range []string{"/api/v1/search?q=", "/api/v1/suggestions?q="} {
				a := get(t, path+q.raw)
				if want := map[bool]int{false: 200, true: 400}[q.broken]; a.status != want {
					t.Errorf("%s: %d, want %d", a.target, a.status, want)
				}
				if q.broken && a.issues(t) != "invalidInput q" {
					t.Errorf("%s: issues %s", a.target, a.issues(t))
				}
				if a.header.Get("Set-Cookie") != "" {
					t.Errorf("%s sets a cookie", a.target)
				}
			}
			page := get(t, "/zoeken?q="+q.raw)
			if page.status != 200 && page.status != 303 {
				t.Errorf("%s: %d", page.target, page.status)
			}
			for _, live := range []string{"<script>alert", "<img src=x", "{{.Name}}</", "\x00", "\x1b"} {
				if strings.Contains(page.text(), live) {
					t.Errorf("%s: the page holds %q", page.target, live)
				}
			}
			if page.status == 303 && !strings.HasPrefix(page.header.Get("Location"), sys.URL()+"/") {
				t.Errorf("%s leads to %s", page.target, page.header.Get("Location"))
			}
		})
	}
}

func TestLongQueries(t *testing.T) {
	for _, length := range []int{201, 8 << 10} {
		q := strings.Repeat("x", length)
		for _, path := range []string{"/api/v1/search?q=", "/api/v1/suggestions?q="} {
			a := get(t, path+q)
			if a.status != 400 || a.issues(t) != "schemaViolation q" || len(a.body) > 2000 {
				t.Errorf("%d characters: %d %s in %d bytes", length, a.status, a.issues(t), len(a.body))
			}
		}
		page := get(t, "/zoeken?q="+q)
		if page.status != 400 || !strings.HasPrefix(page.header.Get("Content-Type"), "text/html") || len(page.body) > 60_000 {
			t.Errorf("%d characters: page %d of %d bytes", length, page.status, len(page.body))
		}
	}
	t.Run("too long for the gateway", func(t *testing.T) {
		ours(t, "its gateway has no limit of headers")
		if a := get(t, "/zoeken?q="+strings.Repeat("x", 12<<10)); a.status != 431 {
			t.Errorf("12 kB: %d, want the gateway's 431", a.status)
		}
	})
}

func TestBadCodes(t *testing.T) {
	for _, test := range []struct {
		path   string
		status int
		to     string
	}{
		{"/zones/9999", 404, ""},
		{"/zones/abcd", 404, ""},
		{"/zones/591", 404, ""},
		{"/zones/05910", 404, ""},
		{"/zones/5910%00", 404, ""},
		{"/zones/%F0%9F%8F%AB", 404, ""},
		{"/zones/5910%25", 404, ""},
		{"/zones/5910%3Ftheme=drugs", 404, ""},
		{"/zones/" + strings.Repeat("9", 4000), 404, ""},
		{"/zones/5392", 301, "/zones/5910"},
		{"/zones/5392?theme=truancy", 301, "/zones/5910?theme=truancy"},
		{"/zones/5346", 301, "/zones/5964"},
	} {
		for prefix, path := range map[string]string{"": test.path, "/api/v1": "/api/v1" + test.path} {
			a := get(t, path)
			to := test.to
			if to != "" {
				to = sys.URL() + prefix + to
			}
			if a.status != test.status || withoutFormer(a.header.Get("Location")) != to {
				t.Errorf("%s: %d to %q, want %d to %q", a.target, a.status, a.header.Get("Location"), test.status, to)
			}
		}
	}
	for _, test := range []struct {
		path   string
		status int
		to     string
	}{
		{"/api/v1/zones/5392/vCard", 301, "/api/v1/zones/5910/vCard"},
		{"/api/v1/zones/9999/vCard", 404, ""},
		{"/api/v1/municipalities/99999", 404, ""},
		{"/api/v1/municipalities/1234", 404, ""},
		{"/api/v1/municipalities/024107", 404, ""},
		{"/api/v1/municipalities/tienen", 404, ""},
		{"/api/v1/municipalities/11007", 301, "/api/v1/municipalities/11002"},
		{"/gemeenten/99999", 404, ""},
		{"/gemeenten/tienen", 404, ""},
		{"/gemeenten/11007", 301, "/gemeenten/11002"},
		{"/api/v1/schools/123456", 404, ""},
		{"/api/v1/schools/0", 404, ""},
		{"/api/v1/schools/1234567", 404, ""},
		{"/api/v1/schools/-1", 404, ""},
		{"/api/v1/schools/x", 404, ""},
		{"/scholen/123456", 404, ""},
		{"/scholen/x", 404, ""},
		{"/scholen/1234567", 404, ""},
		{"/api/v1/refData/themes/x", 404, ""},
		{"/api/v1/refData/levels/Basic", 404, ""},
	} {
		to := test.to
		if to != "" {
			to = sys.URL() + to
		}
		a := get(t, test.path)
		if a.status != test.status || withoutFormer(a.header.Get("Location")) != to {
			t.Errorf("%s: %d to %q, want %d to %q", a.target, a.status, a.header.Get("Location"), test.status, to)
		}
	}
}

// withoutFormer takes the code off by which a page says what became of it.
func withoutFormer(location string) string {
	return regexp.MustCompile(`[?&]vroeger=\d+$`).ReplaceAllString(location, "")
}

func TestBadParameters(t *testing.T) {
	for target, want := range map[string]string{
		"/api/v1/search":                                   "schemaViolation q",
		"/api/v1/search?q=a&page=0":                        "schemaViolation page",
		"/api/v1/search?q=a&page=-1":                       "schemaViolation page",
		"/api/v1/search?q=a&page=1.5":                      "schemaViolation page",
		"/api/v1/search?q=a&page=9999999999999999999999":   "schemaViolation page",
		"/api/v1/search?q=a&pageSize=0":                    "schemaViolation pageSize",
		"/api/v1/search?q=a&pageSize=51":                   "schemaViolation pageSize",
		"/api/v1/search?q=a&q=b":                           "invalidInput q",
		"/api/v1/search?q=a&theme=spijbelen":               "schemaViolation theme",
		"/api/v1/search?q=a&theme=drugs&theme=theft":       "invalidInput theme",
		"/api/v1/search?q=a&level=lager&page=x":            "schemaViolation level, schemaViolation page",
		"/api/v1/search?q=a&thema=drugs":                   "unknownInput thema",
		"/api/v1/search?q=a&utm_source=x&fbclid=y":         "unknownInput utm_source, unknownInput fbclid",
		"/api/v1/search?q=a&Q=b":                           "unknownInput Q",
		"/api/v1/search?q=a&%zz=b":                         "invalidInput %zz",
		"/api/v1/suggestions?q=a&page=1":                   "unknownInput page",
		"/api/v1/zones?pageSize=201":                       "schemaViolation pageSize",
		"/api/v1/zones?q=a":                                "unknownInput q",
		"/api/v1/zones/5910?school=x":                      "schemaViolation school",
		"/api/v1/zones/5910?school=123456":                 "referencedResourceNotFound school",
		"/api/v1/zones/5910?theme=":                        "schemaViolation theme",
		"/api/v1/zones/5910/vCard?theme=drugs":             "unknownInput theme",
		"/api/v1/municipalities/24107?x=1":                 "unknownInput x",
		"/api/v1/health?x=1":                               "unknownInput x",
		"/api/v1/refData/themes?lang=nl":                   "unknownInput lang",
		"/api/v1/doc/openapi.yaml?x=1":                     "unknownInput x",
		"/api/v1/schools/" + aSchool(t) + "?location=0":    "schemaViolation location",
		"/api/v1/schools/" + aSchool(t) + "?location=4095": "referencedResourceNotFound location",
	} {
		if a := get(t, target); a.status != 400 || a.issues(t) != want {
			t.Errorf("%s: %d %s, want %s", target, a.status, a.issues(t), want)
		}
	}
}

// TestPagesForgiveParameters: links that others decorated, and the form's own empty choice, give the page.
func TestPagesForgiveParameters(t *testing.T) {
	for target, status := range map[string]int{
		"/?utm_source=x":                             200,
		"/zones/5910?theme=":                         200,
		"/zones/5910?theme=drugs&fbclid=1":           200,
		"/zoeken?q=kerkstraat&theme=":                200,
		"/zoeken?q=kerkstraat&q=x&utm_source=x":      200,
		"/zoeken":                                    200,
		"/zoeken?q=kerkstraat&page=2":                200,
		"/zoeken?q=kerkstraat&page=0":                404,
		"/zoeken?q=kerkstraat&page=x":                404,
		"/zoeken?q=kerkstraat&page=1000000000":       404,
		"/zoeken?q=kerkstraat&page=9999999999999999": 404,
		"/zoeken?q=kerkstraat&theme=x":               200,
		"/zones/5910?theme=x":                        200,
		"/scholen/" + aSchool(t) + "?location=99":    404,
	} {
		if a := get(t, target); a.status != status {
			t.Errorf("%s: %d, want %d", target, a.status, status)
		}
	}
}

func TestPagesOfAList(t *testing.T) {
	type list struct {
		Total, Page                   int
		First, Prev, Next, Last, Self string
		Items                         []struct{ Href string }
	}
	seen := map[string]bool{}
	next := "/api/v1/zones?pageSize=50"
	for range 4 {
		if next == "" {
			break
		}
		var page list
		get(t, next).decode(t, &page)
		for _, item := range page.Items {
			if seen[item.Href] {
				t.Errorf("%s twice", item.Href)
			}
			seen[item.Href] = true
		}
		if (page.Page == 1) != (page.Prev == "") || (page.Self == page.Last) != (page.Next == "") {
			t.Errorf("page %d: prev %q, next %q", page.Page, page.Prev, page.Next)
		}
		next = strings.TrimPrefix(page.Next, sys.URL())
	}
	if len(seen) != 107 || next != "" {
		t.Errorf("%d zones on all pages, then %q", len(seen), next)
	}
	for _, target := range []string{"/api/v1/zones?page=1000000000", "/api/v1/search?q=kerkstraat&page=1000000000&pageSize=50"} {
		var beyond list
		if a := get(t, target); a.status != 200 {
			t.Errorf("%s: %d", target, a.status)
		} else if a.decode(t, &beyond); len(beyond.Items) > 0 || beyond.Total == 0 || beyond.Next != "" || beyond.Prev == "" {
			t.Errorf("%s: %+v", target, beyond)
		}
	}
}

// TestTheLogHasNoQueries: nothing that was typed is in the functions' log, whatever came of it.
func TestTheLogHasNoQueries(t *testing.T) {
	const name = "Zwartepietje"
	for _, target := range []string{"/zoeken?q=", "/api/v1/search?q=", "/api/v1/suggestions?q=", "/zones/", "/api/v1/zones/", "/scholen/", "/api/v1/", "/", "/api/v1/search?q=%zz", "/api/v1/search?q=a&theme=", "/api/v1/search?q=a&"} {
		get(t, target+name, "Referer", "https://school.example/"+name, "User-Agent", name, "Cookie", "leerling="+name)
	}
	if strings.Contains(functLog.String(), name) {
		t.Errorf("the log has what was typed")
	}
	if !strings.Contains(functLog.String(), "/api/v1/search") {
		t.Errorf("the log has no requests:\n%.2000s", functLog.String())
	}
}
