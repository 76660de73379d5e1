package endtoend

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"aanspreekpunt/shared/identity"
)

// TestAnOfficerWritesAPractice goes from a draft to its end, by the API and by pages, through the real functions:
// every answer is as the document says.
func TestAnOfficerWritesAPractice(t *testing.T) {
	t.Parallel()
	access, id := mint(t, url.Values{"role": {"police"}, "zones": {"5389"}})
	cookie := identity.CookieName + "=" + id
	const body = `{"zone":"5389","title":"Kanarie in de klas","summary":"Proef van kanariepraktijk.","themes":["theft"],"levels":["secondary"],"markdown":"Met **kanarietekst**."}`
	made := send(t, access, "POST", "/api/v1/practices", body, "Idempotency-Key", "kanarie")
	again := send(t, access, "POST", "/api/v1/practices", body, "Idempotency-Key", "kanarie")
	if made.status != 201 || again.status != 201 || made.text() != again.text() || made.header.Get("Location") != sys.URL()+"/api/v1/practices/kanarie-in-de-klas" {
		t.Fatalf("%d %s, again %d", made.status, made.text(), again.status)
	}
	const one = "/api/v1/practices/kanarie-in-de-klas"
	if a := get(t, one); a.status != 404 {
		t.Errorf("a draft to everybody: %d", a.status)
	}
	if a := send(t, access, "PUT", one, body); a.status != 428 {
		t.Errorf("without If-Match: %d", a.status)
	}
	if a := send(t, access, "POST", "/api/v1/practices", body); a.status != 409 {
		t.Errorf("the same address again: %d %s", a.status, a.text())
	}
	if a := send(t, access, "POST", "/api/v1/practices", `{"zone":"5389","title":"Bel 016 66 55 11"}`); a.status != 400 {
		t.Errorf("a number in a title: %d", a.status)
	}
	draft := get(t, one, "Authorization", "Bearer "+access)
	linked, _ := mint(t, url.Values{"role": {"police"}, "institution": {"0000000196"}}) // whose zones the table of organisations tells
	if a := get(t, one, "Authorization", "Bearer "+linked); a.status != 200 || a.text() != draft.text() {
		t.Errorf("police by their organisation: %d", a.status)
	}
	published := send(t, access, "PUT", one, draft.with(t, "status", "published"), "If-Match", draft.header.Get("ETag"))
	if published.status != 200 {
		t.Fatalf("%d %s", published.status, published.text())
	}
	if a := send(t, access, "PUT", one, body, "If-Match", draft.header.Get("ETag")); a.status != 412 {
		t.Errorf("stale: %d", a.status)
	}
	public := get(t, one)
	if public.status != 200 || !strings.Contains(public.text(), "<strong>kanarietekst</strong>") {
		t.Errorf("%d %s", public.status, public.text())
	}
	page := get(t, "/praktijken/kanarie-in-de-klas")
	if page.status != 200 || !strings.Contains(page.text(), "<strong>kanarietekst</strong>") || !strings.Contains(page.text(), "Hierover bellen of mailen") {
		t.Errorf("%d %s", page.status, page.text())
	}
	for path, want := range map[string]string{
		"/praktijken?zone=5389": "Kanarie in de klas", "/praktijken/atom.xml": "Kanarie in de klas", "/api/v1/practices?q=kanariepraktijk": `"total":1`,
		"/zoeken?q=kanariepraktijk": "/praktijken/kanarie-in-de-klas", "/zones/5389": "/praktijken/kanarie-in-de-klas", "/": "/praktijken/kanarie-in-de-klas",
		"/sitemap.xml": "/praktijken/kanarie-in-de-klas", "/api/v1/search?q=kanariepraktijk": "/api/v1/practices/kanarie-in-de-klas", "/api/v1/practices?theme=drugs&theme=theft": "kanarie-in-de-klas",
	} {
		if a := get(t, path); a.status != 200 || !strings.Contains(a.text(), want) {
			t.Errorf("%s: %d, lacks %s", path, a.status, want)
		}
	}
	// The pages of its police, moving it, and its history.
	form := url.Values{"actie": {"publiceren"}, "versie": {"2"}, "title": {"Kanarie in de klas"}, "summary": {"Proef van kanariepraktijk."}, "themes": {"theft"}, "levels": {"secondary"},
		"markdown": {"Met **kanarietekst**."}, "slug": {"kanarie-elders"}}
	submit := func(path string, form url.Values) answer {
		return sendAt(t, sys.URL(), "POST", path, form.Encode(), "Cookie", cookie, "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin")
	}
	if a := submit("/beheer/praktijken/kanarie-in-de-klas/aanpassen", form); a.status != 303 || a.header.Get("Location") != sys.URL()+"/beheer/praktijken/kanarie-elders?gelukt=gepubliceerd" {
		t.Errorf("%d to %s: %s", a.status, a.header.Get("Location"), a.text())
	}
	form.Set("actie", "voorbeeld")
	if a := submit("/beheer/praktijken/nieuw", form); a.status != 200 || !strings.Contains(a.text(), "Voorbeeld: Kanarie in de klas") {
		t.Errorf("preview: %d", a.status)
	}
	for _, path := range []string{"", "/nieuw", "/kanarie-elders", "/kanarie-elders/aanpassen", "/kanarie-elders/geschiedenis", "/kanarie-elders/geschiedenis?versie=1", "/kanarie-elders/geschiedenis?van=1&met=3"} {
		if a := get(t, "/beheer/praktijken"+path, "Cookie", cookie); a.status != 200 || a.header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s: %d", path, a.status)
		}
		if a := get(t, "/beheer/praktijken"+path); a.status != 303 {
			t.Errorf("%s signed out: %d", path, a.status)
		}
	}
	if a := get(t, "/praktijken/kanarie-in-de-klas"); a.status != 301 || a.header.Get("Location") != sys.URL()+"/praktijken/kanarie-elders" {
		t.Errorf("the old address: %d to %s", a.status, a.header.Get("Location"))
	}
	for _, path := range []string{"/api/v1/practices/kanarie-elders/revisions", "/api/v1/practices/kanarie-elders/revisions/1"} {
		if a := get(t, path, "Authorization", "Bearer "+access); a.status != 200 {
			t.Errorf("%s: %d %s", path, a.status, a.text())
		}
		if a := get(t, path); a.status != 401 {
			t.Errorf("%s signed out: %d", path, a.status)
		}
	}
	other, _ := mint(t, url.Values{"role": {"police"}, "zones": {"5341"}})
	if a := send(t, other, "DELETE", "/api/v1/practices/kanarie-elders", ""); a.status != 403 {
		t.Errorf("other police withdraw it: %d", a.status)
	}
	if a := send(t, access, "DELETE", "/api/v1/practices/kanarie-elders", ""); a.status != 204 {
		t.Errorf("%d %s", a.status, a.text())
	}
	for _, path := range []string{"/praktijken", "/praktijken/atom.xml", "/zoeken?q=kanariepraktijk", "/zones/5389", "/", "/sitemap.xml", "/api/v1/search?q=kanariepraktijk"} {
		if a := get(t, path); strings.Contains(a.text(), "kanarie-elders") {
			t.Errorf("%s still has what was withdrawn", path)
		}
	}
}

// TestTheFirstSitesAddresses lead to the practices that stood there.
func TestTheFirstSitesAddresses(t *testing.T) {
	t.Parallel()
	for bp, title := range map[int]string{2: "Halle", 3: "Tienen", 4: "Brussel Noord"} {
		a := get(t, fmt.Sprintf("/?bp=%d", bp))
		path, ours := strings.CutPrefix(a.header.Get("Location"), sys.URL())
		if a.status != 301 || !ours || !strings.HasPrefix(path, "/praktijken/") {
			t.Fatalf("?bp=%d: %d to %s", bp, a.status, a.header.Get("Location"))
		}
		if page := get(t, path); page.status != 200 || !strings.Contains(page.text(), title) {
			t.Errorf("%s: %d", path, page.status)
		}
	}
	for _, path := range []string{"/?bp=1", "/?bp=", "/?bp=22"} {
		if a := get(t, path); a.status != 200 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}
