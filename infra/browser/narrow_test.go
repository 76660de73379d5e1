package browser

import (
	"testing"

	"aanspreekpunt/infra/demonstration"
)

// On the smallest phone the first number to call stands within a screen and a half.
func TestTheFirstNumberIsNear(t *testing.T) {
	t.Parallel()
	tb := open(t)
	tb.size(320, 568)
	for _, path := range []string{
		"/scholen/" + string(demonstration.TienenSecondary),
		"/scholen/" + string(demonstration.TienenSecondary) + "?theme=drugs",
		"/scholen/" + string(demonstration.TienenSecondary) + "?theme=environment", // for which nobody is there
		"/zones/5910",
		"/gemeenten/24107?theme=truancy",
		"/zoeken?q=tienen&theme=drugs",
		"/zoeken?q=3300",
		"/zoeken?q=sjt+tienen",
		"/zoeken?q=aterneum+halle",
	} {
		tb.goTo(path)
		if bottom := js[float64](tb, `document.querySelector("main .button.main[href]").getBoundingClientRect().bottom`); bottom > 800 {
			t.Errorf("%s: the first number ends at %.0f px", path, bottom)
		} else {
			t.Logf("%s: %.0f px", path, bottom)
		}
	}
}

// A mail address breaks behind its "@" or a dot, and a phone's width holds what is between them.
func TestMailAddressesBreakWhereTheyShould(t *testing.T) {
	t.Parallel()
	tb := open(t)
	tb.size(320, 568)
	for _, path := range []string{"/zones/5910", "/zones/5905", "/zones/5340"} {
		tb.goTo(path)
		broken := js[[]string](tb, `[...document.querySelectorAll("a.button[href^='mailto:']")].flatMap(a => [...a.childNodes].filter(n => n.nodeType === Node.TEXT_NODE && n.textContent.trim()).filter(n => {
			const range = document.createRange();
			range.selectNodeContents(n);
			return new Set([...range.getClientRects()].map(r => r.top)).size > 1;
		}).map(n => n.textContent))`)
		for _, part := range broken {
			t.Errorf("%s: broken within %q", path, part)
		}
		if js[int](tb, `document.querySelectorAll("a.button[href^='mailto:']").length`) == 0 {
			t.Errorf("%s has no mail button: the test proves nothing", path)
		}
	}
}

// TestLargeTextOnAPhone: text twice as large on the narrowest phone still scrolls in one direction only.
func TestLargeTextOnAPhone(t *testing.T) {
	t.Parallel()
	tb := open(t)
	tb.size(320, 568)
	for _, path := range []string{"/", "/zoeken?q=sint+jozef", "/zoeken?q=3470", "/zoeken?q=qqxxqqzz", "/scholen/" + string(demonstration.ThreeLocations), "/zones", "/zones/5910", "/zones/5341", "/gemeenten/24107", "/over", "/bestaat-niet"} {
		tb.goTo(path)
		js[string](tb, `document.documentElement.style.fontSize = "225%"`)
		if over := js[float64](tb, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
			t.Errorf("%s scrolls sideways by %v px", path, over)
		}
	}
}
