package main

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"aanspreekpunt/infra/practices"
	"aanspreekpunt/shared/directory"
)

var update = flag.Bool("update", false, "write infra/practices/*.html")

func TestMarkdown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, markdown, html string }{
		{"paragraphs", "Een\nregel.\n\nNog een.", "<p>Een\nregel.</p>\n<p>Nog een.</p>"},
		{"emphasis", "*Zo* en **zo**.", "<p><em>Zo</em> en <strong>zo</strong>.</p>"},
		{"a list", "- een\n- twee", "<ul>\n<li>een</li>\n<li>twee</li>\n</ul>"},
		{"a list that goes on", "3. drie\n4. vier", "<ol start=\"3\">\n<li>drie</li>\n<li>vier</li>\n</ol>"},
		{"headings below the page's own", "# Een\n## Twee\n#### Vier\n###### Zes", "<h2>Een</h2>\n<h2>Twee</h2>\n<h3>Vier</h3>\n<h4>Zes</h4>"},
		{"a first heading that is small", "### Drie", "<h2>Drie</h2>"},
		{"a link", "[PLP 41](https://example.be/plp41)", `<p><a href="https://example.be/plp41">PLP 41</a></p>`},
		{"a link of this site", "[zone](/zones/5910)", `<p><a href="/zones/5910">zone</a></p>`},
		{"signs that mean something in HTML", "1 < 2 & 3 > 2", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>"},
		{"code", "`<b>`", "<p><code>&lt;b&gt;</code></p>"},
		{"quotes", "> Zo.", "<blockquote>\n<p>Zo.</p>\n</blockquote>"},
		{"nothing", " \n ", ""},
	} {
		r := render(c.markdown)
		if r.HTML != c.html || r.Pictures || r.RawHTML || r.LostLinks {
			t.Errorf("%s: %q gave %q and %+v, want %q", c.name, c.markdown, r.HTML, r, c.html)
		}
	}
}

// hostile are texts that try to become more than a text.
var hostile = []string{
	"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<iframe src=//evil.example></iframe>",
	"[klik](javascript:alert(1))", "[klik](JaVaScRiPt:alert(1))", "[klik](java\tscript:alert(1))", "[klik](&#106;avascript:alert(1))", "[klik](javascript&colon;alert(1))",
	"[klik](data:text/html;base64,PHNjcmlwdD4=)", "[klik](vbscript:x)", "[klik](//evil.example)", `[klik](/\evil.example)`, "[klik](http://evil.example)", "[klik](ftp://evil.example)",
	"[klik](tel:101)", "<javascript:alert(1)>", "<https://a.be/\"onmouseover=alert(1)>", "![x](https://evil.example/spy.png)", "![x](javascript:alert(1))",
	"[a](https://a.be \"onclick=alert(1)\")", "[a](https://a.be '\"><script>alert(1)</script>')", "<a href=\"https://a.be\" style=\"position:fixed\" onclick=x>a</a>",
	"<div><div><div><script>alert(1)</script></div></div></div>", "<scr<script>ipt>alert(1)</scr</script>ipt>", "<p id=inhoud name=x class=y>tekst</p>",
	"<!-- --><script>alert(1)</script>", "<style>*{display:none}</style>", "<form action=/afmelden method=post><button>x</button></form>", "<base href=https://evil.example>",
	"`</code><script>alert(1)</script>`", "```html onload=alert(1)\n</pre><script>alert(1)</script>\n```", "[x]: javascript:alert(1)\n\n[x]", "<math><mtext></p><script>alert(1)</script></mtext></math>",
	"<meta http-equiv=refresh content=0>", "</main></div></body><script>alert(1)</script>", "<object data=x>", "<link rel=stylesheet href=//evil.example>", "<textarea><script>alert(1)</script>",
	"\u0000<script>\u0000alert(1)</script>", "<a href=\"\u0001javascript:alert(1)\">x</a>",
}

// harmless tells what in HTML could do something; "" for nothing. What it takes are the elements of a text and
// links of ours, well formed.
func harmless(markup string) string {
	plain := strings.NewReplacer("<br>", "<br/>", "<hr>", "<hr/>", "\x00", "", "\x01", "").Replace(markup) // control signs are refused before
	d := xml.NewDecoder(strings.NewReader("<x>" + plain + "</x>"))
	d.Entity = map[string]string{"nbsp": " "}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return ""
		}
		if err != nil {
			return err.Error()
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !strings.Contains(" x p h2 h3 h4 ul ol li blockquote strong em code pre hr br a ", " "+e.Name.Local+" ") {
			return "element " + e.Name.Local
		}
		for _, a := range e.Attr {
			if a.Name.Local == "href" && e.Name.Local == "a" && (strings.HasPrefix(a.Value, "https://") || strings.HasPrefix(a.Value, "/") && !strings.HasPrefix(a.Value, "//") && !strings.HasPrefix(a.Value, `/\`)) {
				continue
			}
			if a.Name.Local != "start" || e.Name.Local != "ol" || strings.Trim(a.Value, "0123456789") != "" {
				return "attribute " + a.Name.Local + "=" + a.Value
			}
		}
	}
}

func TestHostileMarkdownIsOnlyText(t *testing.T) {
	t.Parallel()
	for _, markdown := range hostile {
		for _, around := range []string{"%", "a % b", "> - %", "**%**", "[%](https://a.be)", "# %\n\n%"} {
			markdown := strings.ReplaceAll(around, "%", markdown)
			if why := harmless(render(markdown).HTML); why != "" {
				t.Errorf("%q gave %q: %s", markdown, render(markdown).HTML, why)
			}
		}
	}
	parts := append([]string{"<", ">", "&", "\"", "'", "(", ")", "[", "]", "!", "`", "*", "_", "#", "-", "\n", " ", "a", "javascript:", "https://a.be", "\\"}, hostile...)
	rapid.Check(t, func(t *rapid.T) {
		markdown := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 1, 12).Draw(t, "parts"), "")
		if why := harmless(render(markdown).HTML); why != "" {
			t.Fatalf("%q gave %q: %s", markdown, render(markdown).HTML, why)
		}
	})
}

// TestWhatIsLeftOutIsTold: a writer hears of what readers will not see.
func TestWhatIsLeftOutIsTold(t *testing.T) {
	t.Parallel()
	for markdown, rule := range map[string]directory.Rule{
		"![foto](https://a.be/x.png)":     directory.RuleNoPictures,
		"een <b>woord</b>":                directory.RuleNoHTML,
		"<script>alert(1)</script>":       directory.RuleNoHTML,
		"[klik](javascript:alert(1))":     directory.RuleLinkLost,
		"[klik](http://a.be)":             directory.RuleLinkLost,
		"[klik](pagina.html)":             directory.RuleLinkLost,
		"Bel 016 66 55 11.":               directory.RulePhoneInText,
		"Bel 016 **66** 55 11.":           directory.RulePhoneInText,
		"Bel &#48;16 66 55 11.":           directory.RulePhoneInText,
		"Mail jan&#64;politie.example.":   directory.RuleEmailInText,
		"Mail <jan@politie.example>.":     directory.RuleEmailInText,
		"[Mail](mailto:a@politie.be)":     directory.RuleEmailInText,
		"Mail j*a*n@politie.example.":     directory.RuleEmailInText,
		strings.Repeat("a", 40_001):       directory.RuleTooLong,
		strings.Repeat("woord ", 180_000): directory.RuleTooLong, // 1 MB
		strings.Repeat(">", 20_000):       directory.RuleTooLarge,
		"\x00":                            directory.RuleInvalidCharacter,
	} {
		_, html, issues := check(directory.PracticeInput{PracticeText: directory.PracticeText{Title: "T", Summary: "S", Themes: []directory.Theme{directory.ThemeTheft}, Markdown: markdown}, Status: directory.PracticePublished})
		found := false
		for _, i := range issues {
			found = found || i.Rule == rule && i.Field == "markdown" && i.Message != ""
		}
		if !found {
			t.Errorf("%.60q: issues %v, want %s", markdown, issues, rule)
		}
		if why := harmless(html); why != "" {
			t.Errorf("%.60q gave %.200q: %s", markdown, html, why)
		}
	}
}

// TestTheFirstPracticesAreReady: their HTML is what this function makes of them. With -update it is written.
func TestTheFirstPracticesAreReady(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(practices.FS, "*.md")
	if err != nil || len(files) != 3 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, name := range files {
		raw, err := fs.ReadFile(practices.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		_, markdown, _ := strings.Cut(string(raw), "\n\n")
		want := render(strings.TrimSpace(markdown)).HTML + "\n"
		page := strings.TrimSuffix(name, ".md") + ".html"
		if *update {
			if err := os.WriteFile("../../infra/practices/"+page, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if got, err := fs.ReadFile(practices.FS, page); err != nil || string(got) != want {
			t.Errorf("%s is not what becomes of %s (%v): run this test with -update", page, name, err)
		}
	}
}
