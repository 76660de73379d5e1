package directory_test

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"aanspreekpunt/infra/reference"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
)

func territory(t *testing.T) directory.Territory {
	t.Helper()
	terr, err := facts.ReadTerritory(reference.FS)
	if err != nil {
		t.Fatal(err)
	}
	return terr
}

func TestEveryZonesNumberReadsTheBelgianWay(t *testing.T) {
	t.Parallel()
	belgian := regexp.MustCompile(`^(0[2349] \d{3} \d{2} \d{2}|0[15678]\d \d{2} \d{2} \d{2}|0800 \d{2} \d{3}|04\d{2} \d{2} \d{2} \d{2}|\d{3,4})$`)
	got := map[directory.ZoneCode]string{}
	for _, z := range territory(t).Zones {
		if z.Phone == "" {
			continue
		}
		got[z.Code] = directory.FormatPhone(z.Phone)
		if !belgian.MatchString(got[z.Code]) {
			t.Errorf("zone %s: %s reads %q", z.Code, z.Phone, got[z.Code])
		}
	}
	if len(got) != 101 { // 107 zones, of which six have no number
		t.Errorf("%d zones have a number", len(got))
	}
	for code, want := range map[directory.ZoneCode]string{
		"5910": "016 80 58 05", "5344": "02 249 22 11", "5345": "03 338 41 11", "5415": "09 266 61 30", "5382": "04 381 99 99",
		"5409": "0800 90 333", "5453": "0496 10 19 01", "5456": "1701", "5909": "089 39 14 10", "5450": "059 33 33 16",
	} {
		if got[code] != want {
			t.Errorf("zone %s: got %q, want %q", code, got[code], want)
		}
	}
}

func TestNoZoneIsADeadEnd(t *testing.T) {
	t.Parallel()
	terr := territory(t)
	without := 0
	for _, z := range terr.Zones {
		for _, p := range []*directory.Profile{nil, {Code: z.Code, Version: 1}} {
			v := directory.See(z, terr.Names(), p, directory.Principal{}, directory.Question{}, time.Now())
			desk := v.Desk()
			if desk.Words == "" || !strings.Contains(desk.Href, ":") || strings.HasSuffix(desk.Href, ":") {
				t.Errorf("zone %s: %+v", z.Code, desk)
			}
			if p == nil && desk.Kind == directory.ChannelPolitie {
				without++
			}
			for _, m := range v.Municipalities {
				if !strings.Contains(v.Label(), m.Name) {
					t.Errorf("zone %s: %s is missing in %q", z.Code, m.Name, v.Label())
				}
			}
		}
	}
	if without != 6 {
		t.Errorf("%d zones have no number, address or website of their own; the facts lack them for six", without)
	}
}

func names(terr directory.Territory) []string {
	var list []string
	for _, z := range terr.Zones {
		list = append(append(list, z.Name, z.RawName, z.NameFr), z.Aliases...)
		if z.Address != nil {
			list = append(list, z.Address.Street)
		}
	}
	for _, z := range terr.FormerZones {
		list = append(list, z.Name)
	}
	for _, m := range terr.Municipalities {
		list = append(list, m.Name, m.NameFr)
	}
	for _, m := range terr.FormerMunicipalities {
		list = append(list, m.Name)
	}
	for _, p := range terr.Places {
		list = append(list, p.Name)
	}
	return list
}

func TestNoPlaceOrZoneIsATheme(t *testing.T) {
	t.Parallel()
	for _, name := range names(territory(t)) {
		if theme, word, _, found := directory.ThemeInQuery(name); found {
			t.Errorf("%q: %q is taken for %s", name, word, theme)
		}
	}
}

// TestASlipInAPlaceNameIsNoTheme types every word of every place, municipality and zone with one slip.
func TestASlipInAPlaceNameIsNoTheme(t *testing.T) {
	t.Parallel()
	terr := territory(t)
	words := map[string]bool{}
	for _, name := range names(terr) {
		for _, w := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) }) {
			words[w] = true
		}
	}
	if len(words) < 1000 {
		t.Fatalf("only %d words", len(words))
	}
	const letters = "abcdefghijklmnopqrstuvwxyz"
	check := func(typed, word string) {
		if theme, _, _, found := directory.ThemeInQuery(typed); found {
			t.Errorf("%q, a slip for %q, is taken for %s", typed, word, theme)
		}
	}
	for w := range words {
		r := []rune(w)
		for i := range r {
			head, tail := string(r[:i]), string(r[i+1:])
			check(head+tail, w)
			if i+1 < len(r) {
				check(head+string(r[i+1])+string(r[i])+string(r[i+2:]), w)
			}
			for _, l := range letters {
				check(head+string(l)+tail, w)
				check(head+string(l)+string(r[i:]), w)
			}
		}
		for _, l := range letters {
			check(w+string(l), w)
		}
	}
}

// The facts write names as lists do: "Ukkel/Watermaal-Bosvoorde/Oudergem", "Brussel HOOFDSTAD Elsene". What is shown is
// reviewed, of ended zones too.
func TestNamesOfZonesAreForReading(t *testing.T) {
	t.Parallel()
	terr := territory(t)
	for _, z := range terr.Zones {
		for _, name := range []string{z.Name, z.NameFr} {
			if strings.ContainsAny(name, "/_") || strings.Contains(name, "HOOFDSTAD") || strings.Contains(name, "CAPITALE") {
				t.Errorf("%s is called %q", z.Code, name)
			}
		}
	}
	for _, z := range terr.FormerZones {
		if strings.ContainsAny(z.Name, "/_") {
			t.Errorf("%s was called %q", z.Code, z.Name)
		}
	}
}
