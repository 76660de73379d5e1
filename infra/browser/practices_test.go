package browser

import (
	"strings"
	"testing"
)

// TestTheKeyboardAloneWritesAPractice goes from one's practices to a published one with Tab, letters and Enter.
func TestTheKeyboardAloneWritesAPractice(t *testing.T) {
	t.Parallel()
	tb := openAlone(t)
	tb.signInAs("Getevallei", "/beheer/praktijken")
	tb.tabTo(`a[href$="/nieuw"]`)
	tb.enterTo("Nieuwe goede praktijk")
	tb.tabTo("#title")
	tb.keys("Toetsenbord alleen")
	tb.enterTo("Voorbeeld · Toetsenbord alleen") // Enter in a field shows what it looks like, and saves nothing
	tb.tabTo("#summary")
	tb.keys("Kort gezegd.")
	tb.tabTo("#markdown")
	tb.keys("Met **nadruk**.")
	tb.tabTo("#themes-0")
	tb.keys(" ")
	tb.tabTo("p.actions button[value=publiceren]")
	tb.enterTo("Gelukt · Toetsenbord alleen")
	tb.goTo("/praktijken/toetsenbord-alleen")
	if text := js[string](tb, `document.querySelector("main").innerHTML`); !strings.Contains(text, "<strong>nadruk</strong>") {
		t.Error("what was typed is not published")
	}
}

// TestPracticesInEveryMode looks at each page of writing, and each state of it, in each way in which people meet it.
func TestPracticesInEveryMode(t *testing.T) {
	token := adminToken(t)
	for name, prepare := range modes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			title := "Proef " + name
			slug := strings.ReplaceAll(strings.ToLower(title), " ", "-")
			one := map[string]any{"zone": "5910", "title": title, "summary": "Een zin.", "themes": []string{"drugs"}, "levels": []string{}, "status": "published",
				"partners": []any{map[string]string{"kind": "clb", "name": "CLB Voorbeeld"}}, "markdown": "Een\n\n## Kop\n\n- punt\n\n> citaat\n\n`code`\n\nEen [link](/zones/5910) en een heel lang woord: " + strings.Repeat("aansprakelijkheid", 12)}
			if status, _, answer := api(t, "POST", "/api/v1/practices", token, "", one); status != 201 {
				t.Fatalf("%d %v", status, answer)
			}
			one["summary"], one["markdown"] = "Een andere zin.", "Een\n\nTwee"
			if status, _, answer := api(t, "PUT", "/api/v1/practices/"+slug, token, `"1-x"`, one); status != 200 {
				t.Fatalf("%d %v", status, answer)
			}
			tb := openAlone(t)
			prepare(tb)
			manage := "/beheer/praktijken/" + slug
			tb.signInAs("Getevallei", "/beheer/praktijken")
			tb.hold(name, "/beheer/praktijken")
			for _, path := range []string{"/praktijken/" + slug, manage, manage + "/geschiedenis", manage + "/geschiedenis?versie=1", manage + "/geschiedenis?van=1&met=2", manage + "/geschiedenis?van=1&met=1",
				"/beheer/praktijken/bestaat-niet", "/beheer/praktijken/nieuw", manage + "/aanpassen"} {
				tb.goTo(path)
				tb.hold(name, path)
			}
			press := func(selector, title string) {
				t.Helper()
				js[bool](tb, `document.querySelector('`+selector+`').click(), true`)
				tb.until(`document.title.includes("` + title + `") && document.readyState === "complete"`)
				tb.hold(name, title)
			}
			press("p.actions button[value=voorbeeld]", "Voorbeeld · ")
			press("#partner-erbij", "Partner toegevoegd")
			tb.fill("markdown", "Bel 016 66 55 11")
			press("p.actions button[value=publiceren]", "1 fout · ")
			tb.fill("markdown", "Van mij")
			tb.fill("partners-0-name", "CLB van mij") // the empty partner is gone
			js[bool](tb, `document.querySelector("[name=versie]").value = "1", true`)
			press("p.actions button[value=concept]", "Iemand anders paste dit aan")
			press("p.actions button[value=concept]", "Gelukt · ")
			js[bool](tb, `document.querySelector("form button[value=intrekken]").click(), true`)
			tb.until(`location.search === "?gelukt=ingetrokken" && document.readyState === "complete"`) // its title is the one before
			tb.hold(name, "withdrawn")
		})
	}
}
