package browser

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"aanspreekpunt/infra/demonstration"
)

// pages are one of each kind, and of each state that looks different.
var pages = []string{
	"/",
	"/zoeken?q=vlinder",
	"/zoeken?q=regnboog",
	"/zoeken?q=3470",
	"/zoeken?q=spijbelen+tienen",
	"/zoeken?q=qqxxqqzz",
	"/scholen/" + string(demonstration.TienenSecondary) + "?theme=truancy",
	"/scholen/" + string(demonstration.ThreeLocations),
	"/zones",
	"/zones/5910",
	"/zones/5905",
	"/zones/5341",
	"/gemeenten/21015",
	"/over",
	"/privacy",
	"/toegankelijkheid",
	"/insluiten?zone=5910",
	"/insluiten/zoeken",
	"/insluiten/zones/5910",
	"/insluiten/zones/0000",
	"/opendata",
	"/opendata/latest/niets.csv",
	"/dekking",
	"/praktijken",
	"/praktijken?theme=truancy&q=halle",
	"/praktijken?q=qqxxqqzz",
	"/praktijken/samen-tegen-spijbelen-in-halle",
	"/praktijken/bestaat-niet",
	"/zoeken?q=overlegassistent",
	"/bestaat-niet",
	"/zones/5910/melden",
	"/afmelden",
	"/aanmelden/terug?state=none",
}

// modes are the ways in which people meet a page.
var modes = map[string]func(*tab){
	"wide":   func(tb *tab) { tb.size(1280, 900) },
	"narrow": func(tb *tab) { tb.size(320, 568) },
	"large text": func(tb *tab) { // text alone twice as large, as a browser's setting does
		tb.size(1280, 900)
	},
	"dark": func(tb *tab) {
		tb.size(1280, 900)
		tb.media("", "prefers-color-scheme", "dark")
	},
	"forced colours": func(tb *tab) {
		tb.size(1280, 900)
		tb.media("", "forced-colors", "active")
	},
	"no script": func(tb *tab) {
		tb.size(1280, 900)
		call(tb, network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: []*network.BlockPattern{{URLPattern: "*://*:*/assets/script*", Block: true}}})
	},
}

func (tb *tab) size(width, height int64) {
	tb.t.Helper()
	call(tb, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1})
}

func (tb *tab) media(kind string, feature, value string) {
	tb.t.Helper()
	params := emulation.SetEmulatedMediaParams{Media: kind}
	if feature != "" {
		params.Features = []*emulation.MediaFeature{{Name: feature, Value: value}}
	}
	call(tb, emulation.SetEmulatedMedia, params)
}

// measure is what every page is measured for, whatever the mode.
const measure = `({
	overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
	emergency: document.querySelector(".emergency").getBoundingClientRect().bottom,
	titles: document.querySelectorAll("h1").length,
	small: [...document.querySelectorAll("a.button, button")].filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.textContent),
	cut: [...document.querySelectorAll("a.button, button, h1, h2, h3, .fresh, .chip")].filter(e => e.offsetParent && !e.matches(".quiet") && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline").map(e => e.textContent),
})`

type measured struct {
	Overflow  float64  `json:"overflow"`
	Emergency float64  `json:"emergency"`
	Titles    int      `json:"titles"`
	Small     []string `json:"small"`
	Cut       []string `json:"cut"`
}

// audit runs axe-core and gives each violation on a line.
const audit = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"], preload: false}).then(r =>
	r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.html.slice(0, 200) + " (" + n.failureSummary.replace(/\s+/g, " ").slice(0, 300) + ")")))`

func TestEveryPageInEveryMode(t *testing.T) {
	if axe == "" {
		t.Logf("without axe-core: npm install --prefix %s axe-core", "~/.cache/aanspreekpunt/axe")
	}
	for name, prepare := range modes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tb := open(t)
			prepare(tb)
			for _, path := range pages {
				tb.goTo(path)
				tb.hold(name, path)
				if name == "no script" {
					if js[bool](tb, `document.querySelector("[role=combobox]") !== null`) {
						t.Fatal("the script ran")
					}
				}
			}
		})
	}
}

// hold holds the page that is open to what every page of ours has in a mode.
func (tb *tab) hold(mode, where string) {
	tb.t.Helper()
	if mode == "large text" {
		js[string](tb, `document.documentElement.style.fontSize = "225%"`)
	}
	m := js[measured](tb, measure)
	if m.Overflow > 0 {
		tb.t.Errorf("%s scrolls sideways by %v px", where, m.Overflow)
	}
	if m.Emergency > 568 && mode != "large text" {
		tb.t.Errorf("%s: the emergency line ends at %v px, below the first screen of a phone", where, m.Emergency)
	}
	if m.Titles != 1 {
		tb.t.Errorf("%s has %d h1", where, m.Titles)
	}
	if len(m.Small) > 0 {
		tb.t.Errorf("%s: lower than 44 px: %q", where, m.Small)
	}
	if len(m.Cut) > 0 {
		tb.t.Errorf("%s: text does not fit in %q", where, m.Cut)
	}
	if axe == "" {
		return
	}
	js[bool](tb, axe+"; true")
	for _, violation := range js[[]string](tb, audit) {
		tb.t.Errorf("%s: %s", where, violation)
	}
}

// A page with everything that it loads stays light.
func TestPagesAreLight(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/", "/zones", "/zones/5910", "/zoeken?q=regenboog", "/zoeken?q=qqxxqqzz"} {
		tb := open(t)
		call(tb, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
		tb.goTo(path)
		tb.until(`document.readyState === "complete"`)
		tb.mu.Lock()
		if tb.bytes < 3_000 || tb.bytes > 30_000 {
			t.Errorf("%s: %.0f bytes transferred with all it loads, want at most 30000", path, tb.bytes)
		}
		tb.mu.Unlock()
	}
}

func TestTheKeyboardAloneFindsASchool(t *testing.T) {
	t.Parallel()
	tb := open(t)
	tb.goTo("/")
	tb.do(chromedp.Focus(chromedp.CSS("#q")))
	tb.keys("vlinder")
	tb.until(`!document.querySelector("[role=listbox]").hidden`)
	if status := js[string](tb, `document.querySelector(".combobox [role=status]").textContent`); status != "2 suggesties" {
		t.Errorf("the status says %q", status)
	}
	if expanded := js[string](tb, `document.querySelector("#q").getAttribute("aria-expanded")`); expanded != "true" {
		t.Errorf("aria-expanded is %q", expanded)
	}
	if axe != "" { // the open list is audited too
		js[bool](tb, axe+"; true")
		for _, violation := range js[[]string](tb, audit) {
			t.Error(violation)
		}
	}
	tb.keys(kb.ArrowDown)
	tb.keys(kb.ArrowDown)
	active := js[string](tb, `(() => { const e = document.getElementById(document.querySelector("#q").getAttribute("aria-activedescendant")); return e.getAttribute("aria-selected") + " " + e.textContent; })()`)
	if !strings.HasPrefix(active, "true ") || !strings.Contains(active, "Vlinder") {
		t.Errorf("the active option is %q", active)
	}
	tb.keys(kb.Escape)
	if !js[bool](tb, `document.querySelector("[role=listbox]").hidden && document.querySelector("#q").value === "vlinder"`) {
		t.Error("Escape did not close the list, or changed what was typed")
	}
	tb.keys(kb.ArrowUp)
	tb.enter()
	if where := js[string](tb, "location.pathname"); where != "/" {
		t.Fatalf("taking an option over led to %s", where)
	}
	value := js[string](tb, `document.querySelector("#q").value`)
	if !strings.Contains(value, "Vlinder") || !strings.Contains(value, "3470") {
		t.Errorf("the field holds %q", value)
	}
	tb.enter()
	tb.until(`location.pathname.startsWith("/scholen/99000")`)
}

func TestTypingOnAfterAChoiceForgetsTheChoice(t *testing.T) {
	t.Parallel()
	tb := open(t)
	tb.goTo("/")
	tb.do(chromedp.Focus(chromedp.CSS("#q")))
	tb.keys("vlinder")
	tb.until(`!document.querySelector("[role=listbox]").hidden`)
	tb.do(chromedp.Click(chromedp.CSS("[role=option]"))) // a pointer does the same as the keyboard
	if chosen := js[string](tb, `document.querySelector("[name=keuze]").value`); !strings.HasPrefix(chosen, "school-99000") {
		t.Errorf("chosen %q", chosen)
	}
	tb.keys(" x")
	if js[bool](tb, `!document.querySelector("[name=keuze]").disabled`) {
		t.Error("the choice outlived a change of the text")
	}
}

func TestSuggestionsThatFailAreSilent(t *testing.T) {
	t.Parallel()
	tb := open(t)
	call(tb, network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: []*network.BlockPattern{{URLPattern: "*://*:*/api/v1/suggestions*", Block: true}}})
	tb.goTo("/")
	failed := chromedp.Events(tb.ctx, network.LoadingFailed)
	tb.do(chromedp.Focus(chromedp.CSS("#q")))
	tb.keys("vlinder")
	for _, err := range failed {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if !js[bool](tb, `document.querySelector("[role=listbox]").hidden && document.querySelector(".combobox [role=status]").textContent === ""`) {
		t.Error("a failed request shows")
	}
	tb.enter()
	tb.until(`location.pathname === "/zoeken" && document.querySelectorAll(".hits li").length === 2`)
}

func TestSearchingWithoutScript(t *testing.T) {
	t.Parallel()
	tb := open(t)
	call(tb, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	tb.goTo("/")
	tb.do(chromedp.SendKeys(chromedp.CSS("#q"), "spijbelen tienen"), chromedp.Click(chromedp.CSS("button.main")), chromedp.WaitVisible(chromedp.CSS(".chip")))
	text, err := chromedp.Run(tb.ctx, chromedp.Text(chromedp.CSS("h2")))
	if err != nil || text != "Aanspreekpunten voor spijbelen" {
		t.Errorf("%q, %v", text, err)
	}
	tb.do(chromedp.Click(chromedp.CSS(".chip a")), chromedp.WaitNotPresent(chromedp.CSS(".chip")))
}

func TestSkipLinkLeadsToTheContent(t *testing.T) {
	t.Parallel()
	tb := open(t)
	tb.goTo("/zones/5910")
	tb.keys(kb.Tab)
	if text := js[string](tb, `document.activeElement.textContent`); text != "Naar de inhoud" {
		t.Errorf("the first stop is %q", text)
	}
	if outline := js[string](tb, `getComputedStyle(document.activeElement).outlineStyle`); outline == "none" {
		t.Error("the focus cannot be seen")
	}
	tb.enter()
	tb.until(`document.activeElement.id === "inhoud"`)
}

func TestCopyingANumberSaysSo(t *testing.T) {
	t.Parallel()
	tb := open(t)
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		if _, err := chromedp.CallBrowser(tb.ctx, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: name}, Setting: browser.PermissionSettingGranted, Origin: running.URL()}); err != nil {
			t.Fatal(err)
		}
	}
	tb.goTo("/zones/5910")
	tb.do(chromedp.Click(chromedp.CSS(".desk button.copy")))
	tb.until(`document.getElementById("status").textContent === "Nummer gekopieerd"`)
}

func TestPaperHoldsTheAnswerAndNoControls(t *testing.T) {
	t.Parallel()
	tb := open(t)
	tb.size(794, 1123)
	tb.media("print", "", "")
	tb.goTo("/scholen/" + string(demonstration.TienenSecondary))
	state := js[map[string]bool](tb, `Object.fromEntries(Object.entries({nav: ".top nav", form: "form", copy: ".copy", footer: ".bottom", emergency: ".emergency", answer: ".card", paper: ".paper", demonstration: ".demonstration"})
		.map(([name, selector]) => [name, [...document.querySelectorAll(selector)].some(e => e.getClientRects().length > 0)]))`)
	for name, want := range map[string]bool{"nav": false, "form": false, "copy": false, "footer": false, "emergency": true, "answer": true, "paper": true, "demonstration": true} {
		if state[name] != want {
			t.Errorf("%s is shown on paper: %v, want %v", name, state[name], want)
		}
	}
	text := js[string](tb, `[...document.querySelectorAll(".paper")].map(e => e.textContent).join(" ")`)
	for _, want := range []string{"Afgedrukt op ", "Bevestigd op ", "Actueel op " + running.URL() + "/scholen/"} {
		if !strings.Contains(text, want) {
			t.Errorf("the paper says %q, without %q", text, want)
		}
	}
	pdf, err := chromedp.Run(tb.ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
	if err != nil {
		t.Fatal(err)
	}
	if sheets := strings.Count(string(pdf), "/Type /Page\n"); sheets != 1 {
		t.Errorf("%d sheets, want 1", sheets)
	}
}

// TestPaperIsForEverybodyUnlessAskedFor: what a school sees because it signed in does not go on paper by itself. When
// it is asked for, the paper says whom it is for.
func TestPaperIsForEverybodyUnlessAskedFor(t *testing.T) {
	t.Parallel()
	tb := openAlone(t)
	tb.signInAs("De Vlinder", "/mijn-school")
	tb.goTo("/zones/5910")
	const numbers = `[...document.querySelectorAll('main .card .nr')].filter(e => e.getClientRects().length > 0 && !e.closest("ul.screen")).map(e => e.textContent)`
	onScreen := js[[]string](tb, numbers) // but for whom to call now that nobody is there: paper holds for every hour
	tb.look("the zone's page, signed in")
	tb.media("print", "", "")
	onPaper := js[[]string](tb, numbers)
	if len(onPaper) == 0 || len(onPaper) >= len(onScreen) {
		t.Errorf("%q on paper, %q on the screen", onPaper, onScreen)
	}
	const warning = `[...document.querySelectorAll("main .notice")].some(e => e.getClientRects().length > 0 && e.textContent.startsWith("Alleen voor personeel."))`
	if js[bool](tb, warning) {
		t.Error("paper that everybody may read says that it is for staff")
	}
	js[bool](tb, `[...document.querySelectorAll("main a")].find(a => a.textContent === "Ook nummers voor scholen afdrukken").click(), true`)
	tb.until(`location.search === "?afdruk=scholen" && document.readyState === "complete"`)
	if got := js[[]string](tb, numbers); !slices.Equal(got, onScreen) || !js[bool](tb, warning) {
		t.Errorf("asked for, %q on paper, want %q and for whom it is", got, onScreen)
	}
	tb.media("screen", "", "")
	tb.goTo("/zones/5910?afdruk=scholen") // anew: its colours are still on their way from those of paper
	tb.look("the zone's page, to print for staff")
}
