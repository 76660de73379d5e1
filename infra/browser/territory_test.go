package browser

import (
	"strings"
	"testing"
	"time"

	"aanspreekpunt/shared/directory"
)

// paste puts rows into the form of territory changes and lets them be checked.
func (tb *tab) paste(rows, title string) {
	tb.t.Helper()
	tb.fill("rijen", strings.ReplaceAll(rows, "\n", `\n`))
	tb.press("button[value=nakijken]", title)
}

// TestChangingTheTerritory loads a change for a day to come and withdraws it, and one of today: Lommel and HANO, which
// no other test looks at, become a made-up zone. What its people then see holds on every screen.
func TestChangingTheTerritory(t *testing.T) {
	const page, title = "/beheer/invoer/gebied", "Wijzigingen van zones en gemeenten"
	day := func(later int) string { return string(directory.DayOf(time.Now().AddDate(0, 0, later))) }
	for _, name := range []string{"narrow", "no script"} {
		t.Run(name, func(t *testing.T) {
			tb := openAlone(t)
			modes[name](tb)
			tb.signInAs("Beheerder", page)
			tb.look("nothing is to come")
			tb.paste("Datum;Van;Naar;Naam\n"+day(9)+";5371;5372;\n"+day(9)+";5372;5371;\n2027-02-30;5371;5999;Testzone", "1 fout")
			tb.paste("Datum;Van;Naar;Naam\n"+day(9)+";5371;5372;\n"+day(9)+";5372;5371;", "2 fouten")
			tb.paste("Datum;Van;Naar;Naam\n"+day(400)+";5381;5998;Testzone met een heel lange naam die niet meer stopt", "Voorbeeld")
			tb.press("button[value=toepassen]", title)
			tb.press("button[value^=intrekken]", "Deze wijziging intrekken?")
			tb.press("button[value^=zeker]", title)
			if said := js[string](tb, `document.querySelector("main").textContent`); !strings.Contains(said, "gaat niet door") {
				t.Errorf("the page says %q", said)
			}
		})
	}
	t.Run("in force", func(t *testing.T) {
		tb := openAlone(t)
		tb.signInAs("Beheerder", page)
		tb.paste("Datum;Van;Naar;Naam\n"+day(0)+";5371;5999;Testzone\n"+day(0)+";5372;5999;", "Voorbeeld")
		tb.press("button[value=toepassen]", title)
		for _, function := range []string{"search", "zones"} { // rather than wait until each instance saw it
			if err := running.Restart(t.Context(), function); err != nil {
				t.Fatal(err)
			}
		}
		for name, prepare := range modes {
			prepare(tb)
			for _, path := range []string{"/zones/5999", "/gemeenten/72043", "/zones/5371"} {
				tb.goTo(path)
				tb.hold(name, path)
			}
		}
		for _, name := range []string{"narrow", "wide", "large text"} {
			modes[name](tb)
			for _, path := range []string{"/beheer/zones/5999", "/beheer/zones/5999/aanpassen", "/beheer/zones/5999/geschiedenis", page} {
				tb.goTo(path)
				tb.hold(name, path)
			}
		}
	})
}
