package browser

import (
	"testing"
)

// TestSigningInAndOut goes the whole way by links and buttons: from a zone's page to the issuer, back with more to
// see, and out again. The session's cookie is one that browsers take over a protected connection only, which for them
// this machine's own addresses are.
func TestSigningInAndOut(t *testing.T) {
	for _, name := range []string{"wide", "narrow", "no script"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tb := openAlone(t)
			modes[name](tb)
			look := func(where string) {
				t.Helper()
				if m := js[measured](tb, measureAnywhere); m.Overflow > 0 || m.Titles != 1 || len(m.Small) > 0 {
					t.Errorf("%s: scrolls sideways by %v px, %d h1, lower than 44 px: %q", where, m.Overflow, m.Titles, m.Small)
				}
				if axe == "" {
					return
				}
				js[bool](tb, axe+"; true")
				for _, violation := range js[[]string](tb, audit) {
					t.Errorf("%s: %s", where, violation)
				}
			}
			const numbers = `new Set([...document.querySelectorAll('main a[href^="tel:"]')].map(a => a.href)).size`
			const home = `location.pathname === "/zones/5910" && document.readyState === "complete"`

			tb.goTo("/zones/5910")
			before := js[float64](tb, numbers)
			js[bool](tb, `document.querySelector(".account a").click(), true`)
			tb.until(`location.pathname === "/authorize" && document.readyState === "complete"`)
			look("the issuer's page")

			js[bool](tb, `[...document.querySelectorAll("button")].find(b => b.textContent.includes("Getevallei")).click(), true`)
			tb.until(home)
			if said := js[string](tb, `document.querySelector(".account").textContent`); said != "Politiezone Getevallei · Afmelden" {
				t.Errorf("the frame says %q", said)
			}
			if after := js[float64](tb, numbers); after <= before {
				t.Errorf("signed in one sees %v numbers, before %v", after, before)
			}
			if cookie := js[string](tb, `document.cookie`); cookie != "" {
				t.Errorf("scripts can read %q", cookie)
			}
			look("the zone's page, signed in")

			js[bool](tb, `document.querySelector(".account a").click(), true`)
			tb.until(`location.pathname === "/afmelden" && document.querySelector("form button") !== null`)
			look("the question to sign out")
			js[bool](tb, `document.querySelector("form button").click(), true`)
			tb.until(`location.pathname === "/afmelden" && document.querySelector("h1")?.textContent === "Je bent afgemeld"`)
			tb.goTo("/zones/5910")
			if after := js[float64](tb, numbers); after != before {
				t.Errorf("signed out one sees %v numbers, before signing in %v", after, before)
			}
		})
	}
}

// measureAnywhere is measure for pages that are not ours too: the issuer's has no emergency line.
const measureAnywhere = `({
	overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
	titles: document.querySelectorAll("h1").length,
	small: [...document.querySelectorAll("a.button, button")].filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.textContent),
})`
