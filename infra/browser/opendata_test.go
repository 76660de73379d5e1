package browser

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// On a phone a wide table and a sample scroll by the keyboard, and the figures behind the line open by it.
func TestTheKeyboardReachesEveryFigure(t *testing.T) {
	t.Parallel()
	tb := open(t)
	tb.size(320, 568)
	tabTo := func(selector string) {
		t.Helper()
		for range 200 {
			tb.keys(kb.Tab)
			if js[bool](tb, `document.activeElement.matches('`+selector+`')`) {
				return
			}
		}
		t.Fatalf("no Tab leads to %s", selector)
	}
	scroll := func(selector string) {
		t.Helper()
		tabTo(selector)
		tb.keys(kb.ArrowRight)
		tb.until(`document.activeElement.scrollLeft > 0`)
	}
	tb.goTo("/dekking")
	scroll(".scroll")
	tabTo("summary")
	tb.enter()
	tb.until(`document.querySelector("details").open`)
	tabTo("details .scroll")

	tb.goTo("/opendata")
	tabTo(`a[href="/opendata/latest/zones.csv"]`)
	scroll(".scroll")
	tabTo("summary")
	tb.enter()
	tabTo(`details a[href^="/opendata/20"]`)
	tabTo(".commands pre")
}
