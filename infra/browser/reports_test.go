package browser

import (
	"strings"
	"testing"

	"aanspreekpunt/infra/demonstration"
)

// TestReportingAndAnswering goes the whole way of a report: from a school's page to the form, with a mistake on the
// way, to the thanks; and on the other side to the list in which the zone's police answer it.
func TestReportingAndAnswering(t *testing.T) {
	for _, name := range []string{"wide", "narrow", "dark", "no script"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tb := openAlone(t)
			modes[name](tb)
			school := "/scholen/" + string(demonstration.TienenSchool)
			said := "Voorbeeld van " + name + ": <b>niemand</b> neemt op"

			tb.goTo(school)
			js[bool](tb, `[...document.querySelectorAll("main a")].find(a => a.textContent === "Fout in deze gegevens melden").click(), true`)
			tb.until(`location.pathname === "/zones/5910/melden" && document.readyState === "complete"`)
			tb.look("the form")
			if lead := js[string](tb, `document.querySelector(".lead").innerText`); !strings.Contains(lead, "Politiezone Getevallei") || !strings.Contains(lead, "Voor ") {
				t.Errorf("the form is about %q", lead)
			}

			// With the keyboard alone: the choice by arrows, the fields by tab.
			js[bool](tb, `document.getElementById("kind-2").focus(), true`)
			tb.keys(" ")
			tb.keys("\t")
			tb.keys("x")
			tb.keys("\t")
			tb.keys("geen adres")
			js[bool](tb, `document.getElementById("replyTo").form.noValidate = true`)
			tb.keys("\t")
			tb.enter()
			tb.until(`document.title.startsWith("1 fout · ") && document.readyState === "complete"`)
			tb.look("the form with a mistake")
			if kept := js[[]string](tb, `[document.querySelector("[name=kind]:checked")?.value, document.getElementById("text").value, document.getElementById("replyTo").value]`); strings.Join(kept, "|") != "wrongZone|x|geen adres" {
				t.Errorf("the form kept %q", kept)
			}
			js[bool](tb, `document.querySelector("main .notice a[href^='#']").click(), true`)
			if at := js[string](tb, `document.activeElement.id || location.hash`); !strings.Contains(at, "replyTo") {
				t.Errorf("the mistake leads to %q", at)
			}
			js[bool](tb, `{document.getElementById("replyTo").value = "secretariaat@school.example"; document.getElementById("text").value = `+"`"+said+"`"+`}; true`)
			js[bool](tb, `document.querySelector("main form button").click(), true`)
			tb.until(`location.search.includes("verstuurd") && document.readyState === "complete"`)
			tb.look("the thanks")
			js[bool](tb, `document.querySelector("main a.button").click(), true`)
			tb.until(`location.pathname === "` + school + `"`)

			tb.goTo("/beheer/zones/5910/meldingen")
			tb.until(`location.pathname === "/authorize" && document.readyState === "complete"`)
			js[bool](tb, `[...document.querySelectorAll("button")].find(b => b.textContent.includes("Getevallei")).click(), true`)
			tb.until(`location.pathname === "/beheer/zones/5910/meldingen" && document.readyState === "complete"`)
			tb.look("the list")
			mine := `[...document.querySelectorAll(".card")].find(c => c.textContent.includes(` + "`" + said + "`" + `))`
			js[bool](tb, mine+`.querySelector("button").click(), true`)
			tb.until(`document.title.startsWith("1 fout · ") && document.readyState === "complete"`)
			tb.look("the list with a mistake")
			js[bool](tb, `{const card = `+mine+`; card.querySelector("textarea").value = "Aangepast"; card.querySelector("button").click()}; true`)
			tb.until(`location.search.includes("gesloten") && document.readyState === "complete"`)
			tb.look("the list afterwards")
			if card := js[string](tb, mine+`.innerText`); !strings.Contains(card, "Wat ermee gebeurde: Aangepast") || strings.Contains(card, "Beantwoorden") {
				t.Errorf("the report reads %q", card)
			}
		})
	}
}
