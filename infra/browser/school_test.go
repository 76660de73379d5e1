package browser

import (
	"strings"
	"testing"
)

// TestASchoolKeepsItsContact looks at every page of a school, makes mistakes, puts them right, confirms and deletes, on
// each kind of screen and without JavaScript.
func TestASchoolKeepsItsContact(t *testing.T) {
	for _, name := range []string{"wide", "narrow", "large text", "no script"} {
		t.Run(name, func(t *testing.T) { // one after the other: it is the same school
			tb := openAlone(t)
			modes[name](tb)
			tb.signInAs("De Vlinder", "/mijn-school")
			look := tb.inMode(name)
			look("a school that keeps nothing")
			if said := js[string](tb, `document.querySelector(".account").textContent`); !strings.HasSuffix(said, "· Mijn school · Afmelden") {
				t.Errorf("the frame says %q", said)
			}
			tb.goTo("/mijn-school/aanpassen")
			look("the empty form")
			tb.fill("contactPersons-0-role", "Directeur")
			tb.press(".actions button.main", "1 fout · Aanpassen")
			if at := js[string](tb, `document.querySelector(".problems a").hash`); at != "#contactPersons-0-phones-0" || !js[bool](tb, `document.querySelector("`+at+`") !== null`) {
				t.Errorf("the mistake leads to %q", at)
			}
			tb.fill("contactPersons-0-phones-0", "088 70 00 09")
			tb.press("#persoon-erbij", "Vul de nieuwe contactpersoon in.")
			if at := js[string](tb, `document.activeElement.id`); name != "no script" && at != "contactPersons-1-role" {
				t.Errorf("the focus is on %q", at)
			}
			tb.fill("contactPersons-1-role", "Secretariaat voor leerlingenbegeleiding en leerplicht")
			tb.fill("contactPersons-1-email", "secretariaat.van.de.eerste.graad@voorbeeldschool.example")
			tb.fill("aliases-0", "De Vlindertuin aan de Sint-Margarethakerk")
			tb.press(".actions button.main", "Bewaard · Mijn school")
			tb.press("button[value=bevestigen]", "Bevestigd · Mijn school")
			tb.goTo("/mijn-school/geschiedenis")
			js[bool](tb, `document.querySelectorAll("details").forEach(d => d.open = true), true`)
			look("the history")
			tb.goTo("/mijn-school")
			tb.press("button[value=wissen]", "Alles wissen? · Mijn school")
			tb.press("button[value=wissen-zeker]", "Gewist · Mijn school")
		})
	}
}

// inMode looks at a page, with its text enlarged first where the mode asks for that.
func (tb *tab) inMode(name string) func(where string) {
	return func(where string) {
		tb.t.Helper()
		if name == "large text" {
			js[string](tb, `document.documentElement.style.fontSize = "225%"`)
		}
		tb.look(where)
	}
}

// TestTheKeyboardAloneKeepsASchoolsContact fills in and saves with Tab, letters and Enter.
func TestTheKeyboardAloneKeepsASchoolsContact(t *testing.T) {
	tb := openAlone(t)
	tb.signInAs("De Vlinder", "/mijn-school")
	tb.tabTo(`.actions a.main`)
	tb.enterTo("Aanpassen")
	tb.tabTo("#contactPersons-0-role")
	tb.keys("Directeur")
	tb.tabTo("#contactPersons-0-phones-0")
	tb.keys("088700009")
	tb.enterTo("Bewaard") // Enter in a field is the form's main button
	tb.tabTo("button[value=wissen]")
	tb.enterTo("Alles wissen?")
	tb.tabTo("button[value=wissen-zeker]")
	tb.enterTo("Gewist")
}

// TestWhoElseComesToThePagesOfASchool looks at what a CLB sees there, and at the list of the police.
func TestWhoElseComesToThePagesOfASchool(t *testing.T) {
	for _, name := range []string{"wide", "narrow", "large text", "no script"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clb := openAlone(t)
			modes[name](clb)
			clb.signInAs("CLB", "/mijn-school")
			clb.inMode(name)("a CLB")
			tb := openAlone(t)
			modes[name](tb)
			tb.signInAs("Getevallei", "/beheer/zones/5910/scholen")
			look := tb.inMode(name)
			look("the schools of a zone")
			js[bool](tb, `document.getElementById("q").value = "drie linden", document.querySelector("main form button.main").click(), true`)
			tb.until(`document.title.startsWith("1 school") && document.readyState === "complete"`)
			look("one school")
			if said := js[string](tb, `document.querySelector("main").innerText`); !strings.Contains(said, "088 70 00 01") || strings.Contains(said, "088 70 00 03") {
				t.Errorf("the police see %s", said)
			}
			tb.goTo("/beheer/zones/5910/scholen?q=bestaat+niet")
			look("no school")
		})
	}
}
