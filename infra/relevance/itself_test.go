package relevance_test

import (
	"slices"
	"strings"
	"testing"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/lookup"
)

// itself is an entry with its full name and its code.
type itself struct {
	kind       lookup.Kind
	key        string
	name, code string
}

func (w *world) everything() []itself {
	var all []itself
	for _, s := range w.schools {
		all = append(all, itself{lookup.School, string(s.Number), s.Name, string(s.Number)})
	}
	for _, m := range w.territory.Municipalities {
		for _, name := range named(m.Name, m.NameFr) {
			all = append(all, itself{lookup.Municipality, m.NIS.String(), name, m.NIS.String()})
		}
	}
	for _, m := range w.territory.FormerMunicipalities {
		all = append(all, itself{lookup.FormerMunicipality, m.NIS.String(), m.Name, m.NIS.String()})
	}
	for _, z := range w.territory.Zones {
		for _, name := range named(z.Name, slices.Concat(z.Aliases, []string{z.NameFr, z.RawName})...) {
			all = append(all, itself{lookup.Zone, string(z.Code), name, string(z.Code)})
		}
	}
	for _, z := range w.territory.FormerZones {
		all = append(all, itself{lookup.FormerZone, string(z.Code), z.Name, string(z.Code)})
	}
	for _, p := range w.territory.Places {
		all = append(all, itself{lookup.Place, p.Postcode + " " + p.Name, p.Name, p.Postcode})
	}
	return all
}

// named gives a name and the others that an entry has, each once.
func named(name string, others ...string) []string {
	names := []string{name}
	for _, other := range others {
		if other != "" && !slices.ContainsFunc(names, func(n string) bool { return letters(n) == letters(other) }) {
			names = append(names, other)
		}
	}
	return names
}

// letters is a name without what people leave out.
func letters(s string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "", "'", "", ".", "", "/", "", "&", "", "é", "e", "ë", "e", "ï", "i", "Ó", "o").Replace(s))
}

// findsItself holds every entry to this: its full name finds it before everything that is called otherwise, and
// its code finds it before everything that has another code.
func findsItself(t *testing.T, w *world) {
	t.Helper()
	all := w.everything()
	called := map[string]int{}
	coded := map[string]int{}
	for i, e := range all {
		called[letters(e.name)]++
		if i > 0 && all[i-1].kind == e.kind && all[i-1].key == e.key { // another name of the same
			continue
		}
		coded[e.code]++
		if e.kind == lookup.Place { // its municipality has the postcode too
			coded[e.code]++
		}
	}
	for _, s := range w.schools { // 003300 is 3300 without its zeros
		coded[strings.TrimLeft(string(s.Number), "0")]++
	}
	for _, e := range all {
		for _, q := range []struct {
			text  string
			among int
		}{{e.name, called[letters(e.name)]}, {e.code, coded[e.code]}} {
			r := w.facts.Search(lookup.Query{Text: q.text, Limit: 200})
			at := slices.IndexFunc(r.Hits, func(h lookup.Hit) bool { return h.Kind == e.kind && h.Key == e.key })
			if at < 0 || at >= q.among {
				first := "nothing"
				if len(r.Hits) > 0 {
					first = r.Hits[0].Kind.String() + " " + r.Hits[0].Key + " " + r.Hits[0].Name
				}
				t.Errorf("%q finds %s %s %q in place %d, want among the first %d; first is %s", q.text, e.kind, e.key, e.name, at+1, q.among, first)
			}
		}
	}
}

func TestEverythingFindsItself(t *testing.T) {
	t.Parallel()
	w, err := demonstrationWorld()
	if err != nil {
		t.Fatal(err)
	}
	findsItself(t, w)
}

func TestEverythingFindsItselfOnTheMinistrysList(t *testing.T) {
	t.Parallel()
	findsItself(t, ministryWorld(t))
}

// keepsItsPlace holds the search to this: the name of a municipality or place is never corrected into another one,
// whatever stands beside it.
func keepsItsPlace(t *testing.T, w *world) {
	t.Helper()
	var names []string
	for _, m := range w.territory.Municipalities {
		names = append(names, m.Name)
	}
	for _, p := range w.territory.Places {
		names = append(names, p.Name)
	}
	for _, name := range names {
		for _, beside := range []string{"regenboog", "atheneum", "college", "drie linden", "sjt"} {
			q := beside + " " + name
			r := w.facts.Search(lookup.Query{Text: q, Limit: 1})
			if !strings.HasSuffix(letters(r.CorrectedQuery), letters(name)) && r.CorrectedQuery != "" {
				t.Errorf("%q is corrected to %q", q, r.CorrectedQuery)
			}
			if len(r.Hits) == 0 || slices.ContainsFunc(r.Unmatched, func(word string) bool { return !strings.Contains(beside, word) }) {
				t.Errorf("%q finds nothing there: %v", q, r.Unmatched)
			}
		}
	}
}

func TestAPlaceIsNeverCorrectedIntoAnother(t *testing.T) {
	t.Parallel()
	w, err := demonstrationWorld()
	if err != nil {
		t.Fatal(err)
	}
	keepsItsPlace(t, w)
}

func TestAPlaceIsNeverCorrectedIntoAnotherOnTheMinistrysList(t *testing.T) {
	t.Parallel()
	keepsItsPlace(t, ministryWorld(t))
}

// noThemes holds the themes to this: no name of a school or street is taken for one, nor a long word of one with a
// slip of the keyboard, unless the slip makes another word of it.
func noThemes(t *testing.T, w *world) {
	t.Helper()
	words := map[string]bool{}
	for _, s := range w.schools {
		names := []string{s.Name}
		for _, l := range s.Locations {
			names = append(names, l.Street)
		}
		for _, name := range names {
			if theme, word, _, found := directory.ThemeInQuery(name); found {
				t.Errorf("%q: %q is taken for %s", name, word, theme)
			}
			for _, word := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r < 'a' || r > 'z' }) {
				words[word] = true
			}
		}
	}
	check := func(typed, word string) {
		switch typed {
		case "pesten", "dieven", "verkracht": // vesten, lieven, veerkracht
			return
		}
		if theme, _, _, found := directory.ThemeInQuery(typed); found {
			t.Errorf("%q, a slip for %q, is taken for %s", typed, word, theme)
		}
	}
	for word := range words {
		if len(word) < 6 {
			continue
		}
		for i := range word {
			check(word[:i]+word[i+1:], word)
			for l := 'a'; l <= 'z'; l++ {
				check(word[:i]+string(l)+word[i:], word)
				check(word[:i]+string(l)+word[i+1:], word)
			}
		}
	}
}

func TestNoSchoolOrStreetIsATheme(t *testing.T) {
	t.Parallel()
	w, err := demonstrationWorld()
	if err != nil {
		t.Fatal(err)
	}
	noThemes(t, w)
}

func TestNoSchoolOrStreetOfTheMinistrysListIsATheme(t *testing.T) {
	t.Parallel()
	noThemes(t, ministryWorld(t))
}
