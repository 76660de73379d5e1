package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo/dynamotest"
)

// hostile are values that mean something somewhere on the way: in HTML, scripts, addresses, vCard, CSV, JSON, headers,
// the table's keys, or to a reader's eyes.
var hostile = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `</textarea><h1>x</h1>`, `{{.Secret}}`, `${7*7}`,
	`javascript:alert(1)`, `data:text/html,<script>alert(1)</script>`, `https://politie.example/"onclick="x`, `https://a:b@politie.example/`, `//evil.example`,
	"x\r\nSet-Cookie: a=b", "x\nTEL;TYPE=work:+3288000000", "END:VCARD\nBEGIN:VCARD", `x;y:z\,w`, "=HYPERLINK(\"https://evil.example\")", "@SUM(1)", "+1+1", "-2+3",
	`ZONE#5910`, `REVISION#00000001#SKELETON`, `../../5341`, `'; DROP TABLE zones; --`, `{"$ne":1}`, `\u0000`, "\u0000", "\u202eevil\u202c", "a\u200bb", "\ufeff",
	"\u2028", "\U000e0041", strings.Repeat("é", 5000), "𝒵", "Z̴̢̛a̷l̶g̵o̷", `kanarie@politie.example`, `016 66 55 11`, `nul zes, 016/66.55.11 !`,
}

// TestHostileValues saves each hostile value in each field of a zone: it is refused at that field, or kept as text and
// given back as the same text. Nothing breaks, and no other field changes.
func TestHostileValues(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.seed(t)
	base := directory.Profile{Phone: "+3288000001", Email: "zone@politie.example", Website: "https://politie.example/", ManagementEmail: "beheer@politie.example",
		Address:  &directory.Address{Street: "Straat 1", Postcode: "3300", Municipality: "Tienen"},
		Partners: []directory.Partner{{Kind: directory.PartnerCLB, Name: "CLB", Website: "https://clb.example/"}},
		ContactPoints: []directory.ContactPoint{{ID: "a", Role: "Onthaal", Name: "Voorbeeld Persoon", Primary: true, Languages: []string{"nl"},
			Themes: []directory.Theme{"drugs"}, Levels: []directory.Level{"basic"}, InstitutionNumbers: []directory.InstitutionNumber{"990002"},
			Phones: []directory.Phone{{Number: "+3288000002", Visibility: directory.VisibleSchools, Note: "balie"}}, Emails: []directory.Email{{Address: "a@politie.example"}},
			Availability: "elke dag", OpeningHours: []directory.OpeningHours{{Day: 1, Opens: "08:00", Until: "12:00"}},
			Absence: &directory.Absence{From: "2026-11-23", Until: "2026-11-24"}}},
	}.Input()
	base.Note = "reden"
	var zone any
	if err := json.Unmarshal(must(json.Marshal(base)), &zone); err != nil {
		t.Fatal(err)
	}
	version, saved, refused, fields := 1, 0, 0, 0
	// each calls try with every text of the zone and its path, replaced.
	var each func(at string, v any, set func(any), try func(at string, set func(any)))
	each = func(at string, v any, set func(any), try func(string, func(any))) {
		switch v := v.(type) {
		case map[string]any:
			for name, inner := range v {
				each(strings.TrimPrefix(at+"."+name, "."), inner, func(n any) { v[name] = n }, try)
			}
		case []any:
			for i, inner := range v {
				each(fmt.Sprintf("%s[%d]", at, i), inner, func(n any) { v[i] = n }, try)
			}
		case string:
			try(at, set)
			set(v)
		}
	}
	each("", zone, nil, func(at string, set func(any)) {
		fields++
		for _, value := range hostile {
			set(value)
			w := s.ask(police, "PUT", zone5910, string(must(json.Marshal(zone))), "If-Match", tag(itoa(version)))
			switch w.Code {
			case 200:
				saved++
				version++
				for name := range w.Header() {
					if name == "Set-Cookie" || strings.Contains(w.Header().Get(name), "evil") {
						t.Errorf("%s = %q: header %s %q", at, value, name, w.Header().Get(name))
					}
				}
				var answer map[string]any
				if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer["code"] != "5910" || answer["version"] != float64(version) {
					t.Errorf("%s = %q: %v %s", at, value, err, w.Body)
				}
			case 400:
				refused++
				p := problemOf(t, w)
				if len(p.Issues) == 0 {
					t.Errorf("%s = %q: refused without a reason", at, value)
				}
				for _, i := range p.Issues {
					if !strings.HasPrefix(i.Name, at) && !strings.HasPrefix(at, i.Name) {
						t.Errorf("%s = %q: %s is blamed: %s", at, value, i.Name, i.Detail)
					}
				}
			default:
				t.Errorf("%s = %q: %d %s", at, value, w.Code, w.Body)
			}
		}
	})
	if fields < 25 || saved == 0 || refused == 0 {
		t.Errorf("%d fields, %d values saved, %d refused: this test proves too little", fields, saved, refused)
	}
	t.Logf("%d fields, %d values saved, %d refused", fields, saved, refused)
	// Through every version, no other zone and no part of the table came to harm.
	if p := s.stored(t, "5910"); p.Version != version {
		t.Errorf("version %d, want %d", p.Version, version)
	}
	if p := s.stored(t, "5341"); p.Version != 0 {
		t.Errorf("zone 5341 has version %d", p.Version)
	}
	history, more, err := s.store.Revisions(t.Context(), "5910", 0, version, today)
	if err != nil || more || len(history) != version {
		t.Errorf("%d versions in the history, more %v, %v; want %d", len(history), more, err, version)
	}
}
