package browser

import (
	"strconv"
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
			look := tb.look
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

// TestLinkingAnOrganisation goes to the administrators' list as one of them, makes a mistake, and puts it right.
func TestLinkingAnOrganisation(t *testing.T) {
	for _, name := range []string{"narrow", "no script"} {
		t.Run(name, func(t *testing.T) {
			tb := openAlone(t)
			modes[name](tb)
			tb.goTo("/beheer/organisaties")
			tb.until(`location.pathname === "/authorize" && document.readyState === "complete"`)
			js[bool](tb, `[...document.querySelectorAll("button")].find(b => b.textContent === "Beheerder").click(), true`)
			tb.until(`location.pathname === "/beheer/organisaties" && document.readyState === "complete"`)
			tb.look("the list")

			rows := js[float64](tb, `document.querySelectorAll("fieldset").length`)
			fill := func(field, value string) {
				t.Helper()
				js[bool](tb, `{const all = document.querySelectorAll("[name=`+field+`]"); all[all.length - 3].value = "`+value+`"}; true`)
			}
			fill("nummer", "0000000097")
			fill("naam", "Voorbeeld van "+name)
			fill("zones", "5392")
			js[bool](tb, `document.querySelector("form button.main").click(), true`)
			tb.until(`document.title.startsWith("1 fout") && document.readyState === "complete"`)
			tb.look("the list with a mistake")
			if at := js[string](tb, `document.getElementById(document.querySelector(".notice a").hash.slice(1)).value`); at != "5392" {
				t.Errorf("the mistake leads to a field with %q", at)
			}
			js[bool](tb, `{document.getElementById(document.querySelector(".notice a").hash.slice(1)).value = "5910"}; true`)
			js[bool](tb, `document.querySelector("form button.main").click(), true`)
			tb.until(`location.search === "?bewaard" && document.readyState === "complete"`)
			if now := js[float64](tb, `document.querySelectorAll("fieldset").length`); now != rows+1 {
				t.Errorf("%v rows, before %v", now, rows)
			}
			js[bool](tb, `{for (const f of document.querySelectorAll("fieldset")) if (f.querySelector("[name=nummer]").value === "0000000097") for (const i of f.querySelectorAll("input")) i.value = ""}; true`)
			js[bool](tb, `document.querySelector("form button.main").click(), true`)
			tb.until(`document.querySelectorAll("fieldset").length === ` + strconv.Itoa(int(rows)))
		})
	}
}

// look holds a page that need not be ours to what all pages have.
func (tb *tab) look(where string) {
	tb.t.Helper()
	if m := js[measured](tb, measureAnywhere); m.Overflow > 0 || m.Titles != 1 || len(m.Small) > 0 {
		tb.t.Errorf("%s: scrolls sideways by %v px, %d h1, lower than 44 px: %q", where, m.Overflow, m.Titles, m.Small)
	}
	if axe == "" {
		return
	}
	js[bool](tb, axe+"; true")
	for _, violation := range js[[]string](tb, audit) {
		tb.t.Errorf("%s: %s", where, violation)
	}
}

// measureAnywhere is measure for pages that are not ours too: the issuer's has no emergency line.
const measureAnywhere = `({
	overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
	titles: document.querySelectorAll("h1").length,
	small: [...document.querySelectorAll("a.button, button")].filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.textContent),
})`
