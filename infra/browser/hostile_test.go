package browser

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// hostile are texts that a page must show as text. Any that comes to life sets window.hostile or leaves an element
// with data-hostile.
var hostile = []string{
	`<script>window.hostile=1</script>`, `"><img src=x onerror=window.hostile=1 data-hostile>`, `' onmouseover='window.hostile=1' data-hostile='`,
	`</textarea><b data-hostile>x</b>`, `</option></select><b data-hostile>x</b>`, `</title><b data-hostile>x</b>`, `<!-- <b data-hostile>`, `-->`, `<svg onload=window.hostile=1 data-hostile>`,
	`javascript:window.hostile=1`, `{{"data-hostile"}}`, "`${window.hostile=1}`", `&lt;b data-hostile&gt;`, `\x3cb data-hostile\x3e`, `=HYPERLINK("//evil.example")`, `<a href="//evil.example">x</a>`,
	`<base href="//evil.example">`, `<form action="//evil.example" data-hostile>`, `<style>*{display:none}</style>`, `<meta http-equiv=refresh content=0>`,
}

// hostileZone is one that no other test of the browser looks at.
const hostileZone = "5388"

// adminToken is a token of the local system's issuer for an administrator.
func adminToken(t *testing.T) string {
	t.Helper()
	response, err := http.PostForm(running.URL()+"/dev/token", url.Values{"role": {"admin"}})
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var tokens struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(response.Body).Decode(&tokens); err != nil {
		t.Fatal(err)
	}
	return tokens.AccessToken
}

// api sends JSON and gives the status and the ETag.
func api(t *testing.T, method, path, token, tag string, body any) (int, string, map[string]any) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, running.URL()+path, strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("If-Match", tag)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header.Get("ETag"), answer
}

// TestHostileValuesStayText saves texts that mean something to a browser in every free field of a zone, twice so that
// they stand in its history, reports some, and opens every page that shows the zone.
func TestHostileValuesStayText(t *testing.T) {
	t.Parallel()
	path := "/api/v1/zones/" + hostileZone
	token := adminToken(t)
	_, tag, zone := api(t, "GET", path, token, "", nil)
	var points, partners []any
	for i, text := range hostile {
		points = append(points, map[string]any{"id": fmt.Sprint("h", i), "role": text, "name": text, "nameVisibility": "public", "primary": i == 0,
			"phones": []any{map[string]any{"number": fmt.Sprintf("088 00 10 %02d", i), "visibility": "public", "note": text}}, "availability": text, "availabilityPublic": true})
		partners = append(partners, map[string]any{"kind": "workingGroup", "name": text, "website": "https://partner.example/?" + url.QueryEscape(text)})
	}
	zone["contactPoints"], zone["partners"] = points, partners
	zone["address"] = map[string]any{"street": hostile[1], "postcode": "3300", "municipality": hostile[3]}
	zone["website"] = "https://politie.example/'onmouseover=window.hostile=1"
	zone["note"] = hostile[0]
	version := 0
	for range 2 {
		var status int
		var answer map[string]any
		if status, tag, answer = api(t, "PUT", path, token, tag, zone); status != 200 {
			t.Fatalf("%d %v", status, answer)
		}
		points[0], points[1] = points[1], points[0]
		version = int(answer["version"].(float64))
	}
	if status, _, answer := api(t, "POST", path+"/reports", "", "", map[string]any{"kind": "other", "text": strings.Join(hostile[:5], " ")}); status != 201 {
		t.Fatalf("report: %d %v", status, answer)
	}
	municipality := zone["municipalities"].([]any)[0].(map[string]any)["nis"].(float64)

	tb := openAlone(t)
	tb.goTo("/beheer")
	tb.until(`location.pathname === "/authorize" && document.readyState === "complete"`)
	js[bool](tb, `[...document.querySelectorAll("button")].find(b => b.textContent === "Beheerder").click(), true`)
	tb.until(`location.pathname.startsWith("/beheer") && document.readyState === "complete"`) // administrators are led on
	manage := "/beheer/zones/" + hostileZone
	for _, page := range []struct {
		path  string
		shows bool // all of the texts
	}{
		{"/zones/" + hostileZone, true},
		{"/zones/" + hostileZone + "/melden", false},
		{"/zoeken?q=" + hostileZone, false},
		{"/zoeken?q=" + url.QueryEscape(strings.Join(hostile[:4], " ")), false},
		{fmt.Sprintf("/gemeenten/%.0f", municipality), false},
		{"/zones", false},
		{"/beheer", false},
		{"/beheer/zones", false},
		{manage, true},
		{manage + "/aanpassen", true},
		{manage + "/geschiedenis", false},
		{fmt.Sprintf("%s/geschiedenis?versie=%d", manage, version-1), true},
		{fmt.Sprintf("%s/geschiedenis?van=%d&met=%d", manage, version-2, version), true},
		{manage + "/meldingen", false},
	} {
		tb.goTo(page.path)
		tb.until(`document.readyState === "complete"`)
		if found := js[string](tb, alive); found != "" {
			t.Errorf("%s: %s", page.path, found)
		}
		shown := js[string](tb, `document.body.innerText + " " + [...document.querySelectorAll("input, textarea")].map(e => e.value).join(" ")`)
		if page.shows {
			for _, text := range hostile {
				if !strings.Contains(shown, text) {
					t.Errorf("%s does not show %s", page.path, text)
				}
			}
		}
		if strings.TrimSpace(shown) == "" {
			t.Errorf("%s shows nothing", page.path)
		}
	}
	// What an inline handler does, the policy refuses and the tab notes.
	for _, harm := range []string{`<b data-hostile></b>`, `<a href="javascript:x"></a>`, `<form action="//evil.example"></form>`} {
		js[bool](tb, `{const all = document.createElement("p"); all.innerHTML = `+"`"+harm+"`"+`; document.body.replaceChildren(all)}; true`)
		if js[string](tb, alive) == "" {
			t.Errorf("this test does not see %s", harm)
		}
	}
}

// alive tells what of the hostile texts a page took for more than text.
const alive = `(() => {
	if (window.hostile) return "a script ran";
	if (document.querySelector("[data-hostile]")) return "an element: " + document.querySelector("[data-hostile]").outerHTML;
	for (const e of document.querySelectorAll("*"))
		for (const a of e.attributes) {
			if (a.name.startsWith("on") || a.name === "style") return "an attribute: " + e.outerHTML.slice(0, 200);
			if (["href", "src", "action", "formaction"].includes(a.name) && a.value && !/^(https?|tel|mailto):$/.test(new URL(a.value, location).protocol)) return "an address: " + a.value;
			if (["action", "formaction"].includes(a.name) && new URL(a.value, location).origin !== location.origin) return "a form elsewhere: " + a.value;
		}
	return document.querySelector("base") ? "a base" : "";
})()`
