package site

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"aanspreekpunt/shared/directory"
)

func mustURL(t *testing.T, path string) *url.URL {
	t.Helper()
	u, err := url.Parse(path)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func page(content string) *Template {
	return New(fstest.MapFS{"page.gohtml": {Data: []byte(`{{define "content"}}` + content + `{{end}}`)}}, nil, "page.gohtml")
}

func TestFrameStandsAroundEveryPage(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := page(`<h1>{{.}}</h1>`).Render(&b, Page{Title: "Politiezones", Path: "/zones"}, "Jan & <Piet>"); err != nil {
		t.Fatal(err)
	}
	html := b.String()
	for _, want := range []string{
		`<html lang="nl">`, `<title>Politiezones · Aanspreekpunt</title>`, `<h1>Jan &amp; &lt;Piet&gt;</h1>`,
		`href="tel:101"`, `href="tel:112"`, `<a href="/zones" aria-current="page">`, `href="#inhoud"`, Asset("style.css"), Asset("script.js"),
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, not := range []string{"Voorbeeldgegevens", `name="robots"`, " style=", "<style", "onclick"} {
		if strings.Contains(html, not) {
			t.Errorf("the page has %s", not)
		}
	}
}

func TestDemonstrationDataIsMarkedAndKeptOutOfSearchEngines(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := page("").Render(&b, Page{Path: "/", Title: "Aanspreekpunt", Demonstration: true}, nil); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Voorbeeldgegevens: bel deze nummers niet.", `<meta name="robots" content="noindex">`, "<title>Aanspreekpunt</title>"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestAPageThatFailsWritesNothing(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := page(`<p>{{.Nothing.Like.This}}</p>`).Render(&b, Page{}, struct{}{}); err == nil || b.Len() > 0 {
		t.Fatalf("error %v after %d bytes, want an error and no bytes", err, b.Len())
	}
}

func TestAssets(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		Asset("style.css"):               "public, max-age=31536000, immutable",
		Asset("script.js"):               "public, max-age=31536000, immutable",
		Asset("icon.svg"):                "public, max-age=31536000, immutable",
		"/assets/style.000000000000.css": "no-cache",
		"/assets/style.css":              "no-cache",
		"/assets/frame.gohtml":           "",
		"/assets/nothing":                "",
		"/assets/../style.000.css":       "",
		"/assets/":                       "",
	} {
		w := httptest.NewRecorder()
		served := ServeAsset(w, &http.Request{Method: http.MethodGet, URL: mustURL(t, path)})
		if served != (want != "") || w.Header().Get("Cache-Control") != want {
			t.Errorf("%s: served %v with %q, want %q", path, served, w.Header().Get("Cache-Control"), want)
		}
	}
}

// The budgets of the pages' design: what a first visit on a phone pays for.
func TestAssetsStayWithinTheirBudget(t *testing.T) {
	t.Parallel()
	for name, budget := range map[string]int{"style.css": 12_000, "script.js": 6_000, "icon.svg": 1_000, "embed.js": 1_000} {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(assets()[name].content)
		_ = z.Close()
		if b.Len() > budget {
			t.Errorf("%s is %d bytes compressed, over its budget of %d", name, b.Len(), budget)
		}
	}
}

func TestPhone(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"+3216665511": "016 66 55 11", "+3222797979": "02 279 79 79", "+3232345678": "03 234 56 78", "+3292345678": "09 234 56 78",
		"+32470123456": "0470 12 34 56", "+3280012345": "0800 12 345", "+3278151718": "078 15 17 18", "1701": "1701", "101": "101",
		"+31612345678": "+31612345678", "+32": "+32", "+3216": "+3216", "": "",
	} {
		if got := Phone(number); got != want {
			t.Errorf("Phone(%q) = %q, want %q", number, got, want)
		}
	}
}

func TestDays(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"2023-11-08": "8 november 2023", "2016-01": "januari 2016", "2018": "2018", "2026-13": "2026-13", "": "", "vroeger": "vroeger", "1-2-3-4": "1-2-3-4",
	} {
		if got := Day(s); got != want {
			t.Errorf("Day(%q) = %q, want %q", s, got, want)
		}
	}
	if got := Date(time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC)); got != "1 januari 2027" {
		t.Errorf("half past midnight in Brussels is %q", got)
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{"16:30": "16.30 uur", "08:00": "8 uur", "00:00": "middernacht", "24:00": "middernacht", "09:05": "9.05 uur", "": ""} {
		if got := Clock(s); got != want {
			t.Errorf("Clock(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestAgo(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, directory.Brussels)
	for day, want := range map[string]string{
		"2026-11-23": "vandaag", "2026-11-24": "vandaag", "2026-11-22": "gisteren", "2026-11-11": "12 dagen geleden", "2026-10-24": "30 dagen geleden",
		"2026-10-23": "1 maand geleden", "2026-03-20": "8 maanden geleden", "2025-11-24": "11 maanden geleden", "2025-11-23": "12 maanden geleden", "2024-11-23": "2 jaar geleden",
	} {
		if got := Ago(directory.Day(day).Start().Add(23*time.Hour), now); got != want {
			t.Errorf("Ago(%s) = %q, want %q", day, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0 scholen", 1: "1 school", 6: "6 scholen", 999: "999 scholen", 1000: "1.000 scholen", 1234567: "1.234.567 scholen"} {
		if got := Count(n, "school", "scholen"); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestSyllables(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{"scholen.5910@voorbeeld.example": "scholen.|5910@|voorbeeld.|example", "x": "x", "": "", "a.": "a."} {
		if got := strings.Join(Syllables(address), "|"); got != want {
			t.Errorf("%q is cut into %q, want %q", address, got, want)
		}
	}
}

func TestWithheld(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		phones, emails int
		shown          bool
		want           string
	}{
		{0, 0, false, ""}, {0, 0, true, ""},
		{1, 0, false, "Dit nummer zien alleen scholen, CLB’s en politie van deze zone."},
		{2, 0, false, "Deze nummers zien alleen scholen, CLB’s en politie van deze zone."},
		{0, 1, false, "Dit mailadres zien alleen scholen, CLB’s en politie van deze zone."},
		{1, 1, false, "Deze nummers en mailadressen zien alleen scholen, CLB’s en politie van deze zone."},
		{1, 0, true, "Een ander nummer zien alleen scholen, CLB’s en politie van deze zone."},
		{0, 2, true, "Andere mailadressen zien alleen scholen, CLB’s en politie van deze zone."},
	} {
		if got := Withheld(c.phones, c.emails, c.shown); got != c.want {
			t.Errorf("%d phones, %d addresses, shown %v: %q, want %q", c.phones, c.emails, c.shown, got, c.want)
		}
	}
}

func TestUpperAndLower(t *testing.T) {
	t.Parallel()
	for s, want := range map[string][2]string{"": {"", ""}, "a": {"A", "a"}, "één": {"Één", "één"}, "Élan": {"Élan", "élan"}, "CLB": {"CLB", "cLB"}} {
		if u, l := Upper(s), Lower(s); u != want[0] || l != want[1] {
			t.Errorf("%q: %q and %q, want %q", s, u, l, want)
		}
	}
}
