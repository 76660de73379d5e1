package browser

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// signInAs goes to a page that needs a sign-in, and comes back to it as one of the people of the local issuer.
func (tb *tab) signInAs(person, path string) {
	tb.t.Helper()
	tb.goTo(path)
	tb.until(`location.pathname === "/authorize" && document.readyState === "complete"`)
	js[bool](tb, `[...document.querySelectorAll("button")].find(b => b.textContent.includes("`+person+`")).click(), true`)
	tb.until(`location.pathname.startsWith("` + path + `") && document.readyState === "complete"`)
}

// press clicks a button of a form and waits for the page that comes, by the beginning of its title.
func (tb *tab) press(selector, title string) {
	tb.t.Helper()
	js[bool](tb, `document.querySelector('`+selector+`').click(), true`)
	tb.until(`document.title.startsWith("` + title + `") && document.readyState === "complete"`)
	tb.look(title)
}

// tabTo presses Tab until something has the focus, and holds every stop to be seen.
func (tb *tab) tabTo(selector string) {
	tb.t.Helper()
	for range 400 {
		tb.keys(kb.Tab)
		if !js[bool](tb, `document.activeElement === document.body || document.activeElement.getClientRects().length > 0`) {
			tb.t.Fatalf("the focus is on what nobody sees: %s", js[string](tb, `document.activeElement.outerHTML`))
		}
		if js[bool](tb, `document.activeElement.matches('`+selector+`')`) {
			return
		}
	}
	tb.t.Fatalf("no Tab leads to %s", selector)
}

// enterTo presses Enter and waits for the page that comes, by the beginning of its title.
func (tb *tab) enterTo(title string) {
	tb.t.Helper()
	tb.enter()
	tb.until(`document.title.startsWith("` + title + `") && document.readyState === "complete"`)
}

func (tb *tab) fill(id, value string) {
	tb.t.Helper()
	js[bool](tb, `document.getElementById("`+id+`").value = "`+value+`", true`)
}

// TestTheKeyboardAloneKeepsAZone changes a number from one's zones to the save with Tab, letters and Enter.
func TestTheKeyboardAloneKeepsAZone(t *testing.T) {
	t.Parallel()
	tb := openAlone(t)
	tb.signInAs("Getevallei", "/beheer")
	tb.tabTo(".actions a")
	tb.enterTo("Nakijken")
	tb.tabTo(`.actions a[href$="/aanpassen"]`)
	tb.enterTo("Aanpassen")
	tb.tabTo("#contactPoints-2-phones-0-note")
	tb.keys("vaste lijn")
	tb.enterTo("Samenvatting") // Enter in a field is the form's main button
	tb.tabTo("button[value=bewaren]")
	tb.enterTo("Bewaard")
	if !strings.Contains(js[string](tb, `document.querySelector("main").innerText`), "vaste lijn") {
		t.Error("what was typed is not saved")
	}
}

// TestManagementInEveryMode looks at each page of management and each state of it, in each way in which people meet it.
func TestManagementInEveryMode(t *testing.T) {
	const code = "5396" // which no other test of the browser looks at
	token, path, manage := adminToken(t), "/api/v1/zones/"+code, "/beheer/zones/"+code
	_, tag, zone := api(t, "GET", path, token, "", nil)
	version := 0
	for _, website := range []string{"https://politie.example/een", "https://politie.example/twee"} {
		zone["website"] = website
		status, next, answer := api(t, "PUT", path, token, tag, zone)
		if status != 200 {
			t.Fatalf("%d %v", status, answer)
		}
		tag, version = next, int(answer["version"].(float64))
	}
	if status, _, answer := api(t, "POST", path+"/reports", "", "", map[string]any{"kind": "deadNumber"}); status != 201 {
		t.Fatalf("report: %d %v", status, answer)
	}
	for name, prepare := range modes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tb := openAlone(t)
			prepare(tb)
			tb.signInAs("Beheerder", "/beheer/zones")
			show := func(path string) {
				t.Helper()
				tb.goTo(path)
				tb.hold(name, path)
			}
			// press presses a button and looks at what comes, by what its title says.
			press := func(selector, title string) {
				t.Helper()
				js[bool](tb, `document.querySelector('`+selector+`').click(), true`)
				tb.until(`document.title.includes("` + title + `") && document.readyState === "complete"`)
				tb.hold(name, title)
			}
			for _, page := range []string{"/beheer/zones", "/beheer/zones?toon=te-contacteren", "/beheer/organisaties", "/beheer/invoer", "/beheer/zones/0000",
				manage, manage + "/meldingen", manage + "/geschiedenis", fmt.Sprintf("%s/geschiedenis?van=%d&met=%d", manage, version-1, version)} {
				show(page)
			}
			show(fmt.Sprintf("%s/geschiedenis?versie=%d", manage, version-1))
			press("main form button", "Samenvatting")

			// From here on by buttons alone: a browser asks before it leaves these pages. The form with all of it
			// open, with a row more, with a mistake, and on to what becomes public.
			press("button[value=terug]", "Aanpassen")
			js[bool](tb, `document.querySelectorAll("details").forEach(d => { d.open = true; }), true`)
			tb.hold(name, "the whole form")
			press("#telefoon-erbij-0", "vul het telefoonnummer in.")
			tb.fill("contactPoints-0-name", "Voorbeeld Openbaar")
			tb.fill("contactPoints-0-role", "Bel 016 88 00 09")
			js[bool](tb, `document.getElementById("contactPoints-0-nameVisibility-1").checked = true`)
			press(".actions button.main", "1 fout · Aanpassen")
			tb.fill("contactPoints-0-role", "Onthaal")
			press(".actions button.main", "Samenvatting")
			press(".actions button.main", "1 fout · Samenvatting")

			// A form that was made from the version before.
			press("button[value=terug]", "Aanpassen")
			tb.fill("website", "https://politie.example/drie")
			js[bool](tb, `document.querySelector("[name=versie]").value = "`+strconv.Itoa(version-1)+`", true`)
			press(".actions button.main", "Iemand anders paste deze zone aan")
			js[bool](tb, `document.querySelectorAll("[type=radio]").forEach(r => { r.checked = false; }), true`)
			press(".actions button.main", "1 fout · Iemand anders")
		})
	}
}

// TestLeavingWithUnsavedWork warns once something was typed, not before, and not on the way to the summary.
func TestLeavingWithUnsavedWork(t *testing.T) {
	t.Parallel()
	tb := openAlone(t)
	asked := make(chan struct{}, 8)
	err := chromedp.Listen(tb.ctx, func(ev any) {
		if _, ok := ev.(*page.EventJavascriptDialogOpening); ok {
			asked <- struct{}{}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	call(tb, page.Enable, page.EnableParams{})
	tb.signInAs("Getevallei", "/beheer")
	tb.goTo("/beheer/zones/5910/aanpassen")
	tb.goTo("/beheer")
	if len(asked) > 0 {
		t.Fatal("asked although nothing was typed")
	}
	tb.goTo("/beheer/zones/5910/aanpassen")
	tb.do(chromedp.Focus(chromedp.CSS("#phone")))
	tb.keys("9")
	js[bool](tb, `setTimeout(() => { location.href = "/beheer"; }), true`)
	<-asked
	call(tb, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: false})
	if at := js[string](tb, "location.pathname"); at != "/beheer/zones/5910/aanpassen" {
		t.Errorf("staying leads to %s", at)
	}
	if kept := js[float64](tb, `Object.keys(localStorage).length + Object.keys(sessionStorage).length`); kept > 0 {
		t.Errorf("%v things are kept in the browser", kept)
	}
	js[bool](tb, `document.querySelector("#phone").value = "016 80 58 05", document.querySelector(".actions button.main").click(), true`)
	tb.until(`document.title.startsWith("Niets gewijzigd") && document.readyState === "complete"`)
	if len(asked) > 0 {
		t.Error("asked on the way to the summary")
	}
}

// TestTheEndOfASessionIsToldBefore winds the clock of the page on to two minutes before the session ends.
func TestTheEndOfASessionIsToldBefore(t *testing.T) {
	t.Parallel()
	tb := openAlone(t)
	call(tb, page.Enable, page.EnableParams{})
	call(tb, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `window.waits = []; const real = window.setTimeout; window.setTimeout = (f, ms, ...rest) => ms > 60000 ? window.waits.push([f, ms]) : real(f, ms, ...rest);`})
	tb.signInAs("Getevallei", "/beheer")
	tb.goTo("/beheer/zones/5910/aanpassen")
	const warning = `document.querySelector("[data-session]")`
	if !js[bool](tb, warning+`.hidden`) {
		t.Error("warned at once")
	}
	if off := js[float64](tb, `Math.abs(window.waits.at(-1)[1] / 1000 - (`+warning+`.dataset.session - 120))`); off > 1 {
		t.Errorf("warns %v s from two minutes before", off)
	}
	js[bool](tb, `window.waits.at(-1)[0](), true`)
	if !js[bool](tb, `!`+warning+`.hidden && `+warning+`.textContent.startsWith("Over twee minuten ben je afgemeld.")`) {
		t.Error("no warning")
	}
	tb.look("the warning")
}

// TestWithoutASessionNothingTypedIsLost takes the cookie away under a form, as its end does.
func TestWithoutASessionNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	tb := openAlone(t)
	tb.signInAs("Getevallei", "/beheer")
	tb.goTo("/beheer/zones/5910/aanpassen")
	tb.fill("phone", "016 88 00 08")
	tb.forgetCookies()
	tb.press(".actions button.main", "Je bent afgemeld · Aanpassen")
	if js[string](tb, `document.getElementById("phone").value`) != "016 88 00 08" {
		t.Error("what was typed is gone")
	}
	if link := js[string](tb, `document.querySelector("[role=alert] a").target`); link != "_blank" {
		t.Errorf("the sign-in opens in %q", link)
	}
}

func (tb *tab) forgetCookies() {
	tb.t.Helper()
	call(tb, network.ClearBrowserCookies, cdp.Empty{})
}
