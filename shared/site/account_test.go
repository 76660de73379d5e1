package site

import (
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"aanspreekpunt/shared/directory"
)

func TestAccountInTheFrame(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"x.gohtml": {Data: []byte(`{{define "content"}}<h1>x</h1>{{end}}`)}}
	template := New(files, nil, "x.gohtml")
	for _, c := range []struct {
		name, target  string
		who           directory.Principal
		has, lacks    []string
		administrator string
	}{
		{"visitor at home", "/", directory.Principal{}, []string{`<a href="/aanmelden" rel="nofollow">Aanmelden`, "scholen, CLB’s, politie", "Beheer politiezone"}, []string{"Afmelden"}, ""},
		{"visitor with a question", "/zoeken?q=de+linde&theme=", directory.Principal{},
			[]string{`href="/aanmelden?terug=%2Fzoeken%3Fq%3Dde%2Blinde%26theme%3D"`}, nil, ""},
		{"police", "/zones/5910", directory.Principal{Role: "police", Subject: "x", Zones: []directory.ZoneCode{"5910"}, Organisation: "Politiezone <Getevallei>"},
			[]string{"Politiezone &lt;Getevallei&gt;", `<a href="/afmelden?terug=%2Fzones%2F5910" rel="nofollow">Afmelden</a>`, "Beheer politiezone"}, []string{"Aanmelden", "notice"}, ""},
		{"without the right", "/", directory.Principal{Subject: "x", Organisation: "Basisschool De Linde"},
			[]string{"Je bent aangemeld voor Basisschool De Linde, maar hebt hier nog geen toegang.", "gebruikersbeheerder"}, nil, ""},
		{"without the right or a name", "/", directory.Principal{Subject: "x"}, []string{"Je bent aangemeld, maar hebt hier nog geen toegang."}, []string{"Beheer politiezone"}, ""},
		{"police that is not linked", "/", directory.Principal{Role: "police", Subject: "x"},
			[]string{"nog niet gekoppeld aan een politiezone", `href="mailto:beheer@aanspreekpunt.example"`}, nil, "beheer@aanspreekpunt.example"},
		{"school that is not in the list", "/", directory.Principal{Role: "school", Subject: "x"},
			[]string{"Je school of CLB staat niet in onze lijst"}, []string{"mailto:", "mijn-school"}, ""},
		{"school", "/zones/5910", directory.Principal{Role: "school", Subject: "x", Zones: []directory.ZoneCode{"5910"}, Organisation: "De Linde"},
			[]string{`De Linde · <a href="/mijn-school">Mijn school</a> · <a href="/afmelden`, `<a href="/praktijken">`}, []string{"notice", "Beheer politiezone"}, ""},
		{"administrator", "/", directory.Principal{Role: "admin", Subject: "x", Organisation: "Beheer"}, []string{"Beheer", `<a href="/beheer">Beheer politiezone</a>`}, []string{"notice"}, ""},
	} {
		var b strings.Builder
		page := Page{Title: "x", Path: "/zones", Account: AccountOf(httptest.NewRequest("GET", c.target, nil), c.who, c.administrator)}
		if err := template.Render(&b, page, nil); err != nil {
			t.Fatal(err)
		}
		for _, want := range c.has {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s: lacks %s", c.name, want)
			}
		}
		for _, not := range c.lacks {
			if strings.Contains(b.String(), not) {
				t.Errorf("%s: has %s", c.name, not)
			}
		}
	}
	var b strings.Builder
	if err := template.Render(&b, Page{}, nil); err != nil || strings.Contains(b.String(), "melden") || !strings.Contains(b.String(), "Beheer politiezone") {
		t.Errorf("a page without an account says so: %v", err)
	}
}
