package browser

import (
	"strings"
	"testing"
)

// TestFillingInAZone uploads a list as an administrator, looks at the preview and applies it.
// It fills in Aarschot, which no other test looks at: the sheet of paper for a school of 5910 has to stay one.
func TestFillingInAZone(t *testing.T) {
	for _, name := range []string{"narrow", "no script"} {
		t.Run(name, func(t *testing.T) {
			tb := openAlone(t)
			modes[name](tb)
			tb.goTo("/beheer/invoer")
			tb.until(`location.pathname === "/authorize" && document.readyState === "complete"`)
			js[bool](tb, `[...document.querySelectorAll("button")].find(b => b.textContent === "Beheerder").click(), true`)
			tb.until(`location.pathname === "/beheer/invoer" && document.readyState === "complete"`)
			tb.look("the upload")

			choose := func(lines string) {
				js[bool](tb, `{const t = new DataTransfer(); t.items.add(new File(["`+lines+`"], "lijst.csv")); document.getElementById("bestand").files = t.files;
					document.querySelector("form[enctype] button").click()}; true`)
			}
			choose(`Zonecode;Naam\n5394;x\n`)
			tb.until(`document.title.startsWith("1 fout") && document.readyState === "complete"`)
			tb.look("a file without a column")

			choose(`Zonecode;Functie;Telefoon\n5394;Inlezen ` + name + `;16550077\n5394;Twee;016 55 00 77 / 016 55 00 78\n`)
			tb.until(`document.title.startsWith("Voorbeeld") && document.readyState === "complete"`)
			tb.look("the preview")
			if on := js[bool](tb, `document.getElementById("zone-5394").checked`); on {
				t.Error("a zone that its police keep is on")
			}
			js[bool](tb, `document.getElementById("zone-5394").click(), document.querySelector("form button.main").click(), true`)
			tb.until(`document.title.startsWith("Ingelezen") && document.readyState === "complete"`)
			tb.look("what was done")
			if said := js[string](tb, `document.querySelector("main").textContent`); !strings.Contains(said, "Ingelezen voor 1 politiezone.") {
				t.Errorf("the page says %q", said)
			}
		})
	}
}
