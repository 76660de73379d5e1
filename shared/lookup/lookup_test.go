package lookup_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"aanspreekpunt/shared/lookup"
	"pgregory.net/rapid"
)

func school(key, name string, at ...[3]string) lookup.Entry {
	e := lookup.Entry{Kind: lookup.School, Key: key, Texts: []lookup.Text{{Field: lookup.Name, Value: name}}, Payload: []byte(name)}
	for i, l := range at {
		e.Texts = append(e.Texts,
			lookup.Text{Field: lookup.StreetName, Value: l[0], Location: i + 1},
			lookup.Text{Field: lookup.Postcode, Value: l[1], Location: i + 1},
			lookup.Text{Field: lookup.MunicipalityName, Value: l[2], Location: i + 1})
	}
	return e
}

func named(kind lookup.Kind, key, name string, more ...lookup.Text) lookup.Entry {
	return lookup.Entry{Kind: kind, Key: key, Texts: append([]lookup.Text{{Field: lookup.Name, Value: name}}, more...)}
}

// town is a small world in which most rules can be seen.
func town() []lookup.Entry {
	return []lookup.Entry{
		named(lookup.Municipality, "24107", "Tienen", lookup.Text{Field: lookup.Alias, Value: "Tirlemont"}),
		named(lookup.Municipality, "73066", "Riemst"),
		named(lookup.Municipality, "23027", "Halle"),
		named(lookup.Place, "3300 Tienen", "Tienen", lookup.Text{Field: lookup.Postcode, Value: "3300"}),
		named(lookup.Place, "3300 Oplinter", "Oplinter", lookup.Text{Field: lookup.Postcode, Value: "3300"},
			lookup.Text{Field: lookup.MunicipalityName, Value: "Tienen"}),
		named(lookup.Zone, "5910", "Getevallei", lookup.Text{Field: lookup.FormerZoneName, Value: "Hoegaarden/Tienen"},
			lookup.Text{Field: lookup.MunicipalityName, Value: "Tienen"}),
		named(lookup.FormerZone, "5392", "Hoegaarden/Tienen", lookup.Text{Field: lookup.ZoneName, Value: "Getevallei"}),
		school("000018", "GO! basisschool De Kleurdoos", [3]string{"Moutstraat 24", "1000", "Brussel"}),
		school("100001", "Vrije Basisschool - De Regenboog", [3]string{"Kerkstraat 12", "3300", "Tienen"}),
		school("100002", "Gemeentelijke Basisschool De Regenboog", [3]string{"Dorpsstraat 1", "1500", "Halle"}),
		school("100003", "Vrije Basisschool", [3]string{"Kerkstraat 4", "3770", "Riemst"}),
		school("100004", "Vrije Basisschool", [3]string{"Dorp 4", "1500", "Halle"}),
		school("100005", "Sint-Jozefscollege", [3]string{"Broekstraat 1", "3300", "Tienen"}),
		school("100006", "GO! Koninklijk Technisch Atheneum", [3]string{"Kluisstraat 1", "1500", "Halle"}),
		school("100007", "Onze-Lieve-Vrouwinstituut Pius X", [3]string{"Lange Wapperstraat 2", "2000", "Antwerpen"}),
		school("100008", "Suikerspin", [3]string{"Veld 1", "1500", "Halle"}, [3]string{"Bergstraat 9", "3300", "Tienen"}),
		school("100009", "De Krekel & de Mier", [3]string{"Aalmoezenierslaan 3", "3770", "Riemst"}),
		school("100010", "Kl@voor", [3]string{"Quaedstraat 3", "3770", "Riemst"}),
		school("100011", "Klim-Op", [3]string{"Xaverlaan 3", "3770", "Riemst"}),
		school("100012", "(W)onderwijs 3", [3]string{"Houtstraat 3", "3770", "Riemst"}),
		school("100013", "Medisch Pedagogisch Instituut 't Craeneveld", [3]string{"Eikstraat 3", "3770", "Riemst"}),
		school("100014", "BuSO De Brug", [3]string{"Eikstraat 5", "3770", "Riemst"}),
		school("100021", "Academie Riemst", [3]string{"Eikstraat 7", "3770", "Riemst"}),
		school("100016", "Emmaüsinstituut@1", [3]string{"Gerolflaan 20", "9880", "Aalter"}),
		school("100017", "'t Madeliefje", [3]string{"Gerolflaan 22", "9880", "Aalter"}),
		school("100018", "'t Brugske", [3]string{"Gerolflaan 24", "9880", "Aalter"}),
		school("100019", "Vrije Basisschool voor Buitengewoon Onderwijs De Brug", [3]string{"Eikstraat 9", "3770", "Riemst"}),
		school("100020", "Leo XIII", [3]string{"Gerolflaan 26", "9880", "Aalter"}),
		named(lookup.Street, "73066 Kerkstraat", "Kerkstraat", lookup.Text{Field: lookup.MunicipalityName, Value: "Riemst"}),
		{Kind: lookup.Record, Key: "meta", Payload: []byte("{}")},
	}
}

// failing is a test, a fuzz target or a property.
type failing interface {
	Helper()
	Fatal(args ...any)
}

func open(t failing, entries []lookup.Entry) *lookup.Index {
	t.Helper()
	data, err := lookup.Build(entries)
	if err != nil {
		t.Fatal(err)
	}
	ix, err := lookup.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

func keys(r lookup.Result) []string {
	var out []string
	for _, h := range r.Hits {
		out = append(out, h.Key)
	}
	return out
}

func TestSearchUnderstandsHowPeopleType(t *testing.T) {
	t.Parallel()
	ix := open(t, town())
	for _, c := range []struct{ query, first, why string }{
		{"regenboog tienen", "100001", "short name and municipality"},
		{"TIENEN de Regenboog", "100001", "order and capitals"},
		{"regenbog tienen", "100001", "a letter left out"},
		{"regnebogo tienne", "100001", "letters swapped"},
		{"regen boog halle", "100002", "a compound split"},
		{"suiker spin", "100008", "a compound split"},
		{"deregenboog halle", "100002", "words joined"},
		{"sintjozef tienen", "100005", "words joined"},
		{"st. jozef 3300", "100005", "saint abbreviated, postcode"},
		{"jozef college tienen", "100005", "a compound split, with a linking s"},
		{"sint jozefcollege", "100005", "without its linking s"},
		{"kta hale", "100006", "abbreviation and typo"},
		{"ka halle", "100006", "abbreviation of a part"},
		{"olv pius 10", "100007", "Our Lady and a Roman numeral"},
		{"o.-l.-v. instituut pius tien", "100007", "initials and a numeral in words"},
		{"onze lieve vrouw pius", "100007", "written out"},
		{"basisschool kerkstraat riemst", "100003", "what it is, street and municipality"},
		{"vrije basisschool kerkstraat 4 riemst", "100003", "with its house number"},
		{"vbs riemst", "100003", "abbreviation and municipality"},
		{"vbs kerkstraat 99 riemst", "100003", "a wrong house number"},
		{"klavoor", "100010", "@ is a"},
		{"klaver riemst", "100010", "near enough"},
		{"klimop", "100011", "a hyphen left out"},
		{"klim op riemst", "100011", "a hyphen as a space"},
		{"wonderwijs 3", "100012", "a parenthesis"},
		{"onderwijs riemst wonderwys", "100012", "ij as y"},
		{"mpi het kraneveld", "100013", "'t as het, c as k, ae as a"},
		{"craneveldt", "100013", "ae as a, dt as d"},
		{"kwaadstraat riemst", "100010", "ae as aa, qu as kw"},
		{"ksaverlaan riemst", "100011", "x as ks"},
		{"houdstraat riemst", "100012", "a typing error in a street"},
		{"houtstraat reimst", "100012", "letters swapped in a municipality"},
		{"buso brug riemst", "100014", "abbreviation"},
		{"sbso brug riemst", "100014", "another for the same"},
		{"bubao brug riemst", "100019", "abbreviation"},
		{"vbsbo brug", "100019", "abbreviation"},
		{"k t a halle", "100006", "an abbreviation with spaces"},
		{"k. a. halle", "100006", "an abbreviation with dots and spaces"},
		{"mpigo craeneveld", "100013", "abbreviation"},
		{"olvrouw pius", "100007", "Our Lady abbreviated and joined"},
		{"pius de tiende", "100007", "a numeral in words"},
		{"leo dertien", "100020", "a numeral in words"},
		{"eikstraat 7 riemst", "100021", "a house number"},
		{"eikstraat 5 riemst", "100014", "a house number, before a school that bears the town's name"},
		{"eikstr. 5, 3770 riemst", "100014", "an address"},
		{"emmaus aalter", "100016", "@ before a digit is no a"},
		{"emmausinstituut 1", "100016", "@ before a digit is no a"},
		{"madeliefke", "100017", "a diminutive as it is spoken"},
		{"tmadeliefke aalter", "100017", "the same with the article"},
		{"brugje aalter", "100018", "a diminutive as it is written"},
		{"nummer politie regenboog halle", "100002", "what one wants of the school"},
		{"welke politiezone regenboog halle", "100002", "a question"},
		{"wat is het telefoonnummer van de politie voor de regenboog in halle", "100002", "a question"},
		{"aalmoesenierslaan", "100009", "a typing error in a long word"},
		{"18", "000018", "an institution number without its zeros"},
		{"000018", "000018", "an institution number"},
		{"5910", "5910", "a zone code"},
		{"5392", "5392", "a former zone code"},
		{"pz getevallei", "5910", "a zone"},
		{"politiezone tienen", "5910", "a zone by its municipality"},
		{"tirlemont", "24107", "a municipality in French"},
		{"tienen", "24107", "a municipality before what is in it"},
		{"oplinter", "3300 Oplinter", "a place"},
		{"3300", "3300 Oplinter", "a postcode: its places, by name"},
	} {
		if got := keys(ix.Search(lookup.Query{Text: c.query})); len(got) == 0 || got[0] != c.first {
			t.Errorf("%q (%s): got %v, want %s first", c.query, c.why, got, c.first)
		}
	}
}

func TestSearchAsYouType(t *testing.T) {
	t.Parallel()
	ix := open(t, town())
	for _, c := range []struct{ query, first string }{
		{"t", "24107"},
		{"ti", "24107"},
		{"geteva", "5910"},
		{"regenboog ha", "100002"},
		{"regenboog t", "100001"},
		{"sint-joz", "100005"},
		{"suik", "100008"},
		{"reegnb", "100002"},
		{"1000", "100001"}, // the first of the institution numbers that start so; 1000 is Brussels too
	} {
		r := ix.Search(lookup.Query{Text: c.query, AsYouType: true})
		if got := keys(r); !slices.Contains(got, c.first) || c.query != "1000" && got[0] != c.first {
			t.Errorf("%q: got %v, want %s", c.query, got, c.first)
		}
	}
}

func TestALittleWordThatIsTypedTellsWhatIsMeant(t *testing.T) {
	t.Parallel()
	ix := open(t, []lookup.Entry{named(lookup.Municipality, "13017", "Kasterlee"),
		school("000364", "GO! basisschool 't Kasteeltje", [3]string{"Braffortlaan 6", "3090", "Overijse"})})
	for query, first := range map[string]string{"'t kas": "000364", "t kaste": "000364", "kas": "13017", "kaste": "13017", "kasteel": "000364"} {
		if got := keys(ix.Search(lookup.Query{Text: query, AsYouType: true})); len(got) == 0 || got[0] != first {
			t.Errorf("%q: got %v, want %s first", query, got, first)
		}
	}
}

func TestLocationsBindTheirTexts(t *testing.T) {
	t.Parallel()
	ix := open(t, town())
	r := ix.Search(lookup.Query{Text: "suikerspin bergstraat tienen"})
	if len(r.Hits) == 0 || r.Hits[0].Key != "100008" || r.Hits[0].Location != 2 {
		t.Fatalf("got %+v, want 100008 at its second location", r.Hits)
	}
	if r := ix.Search(lookup.Query{Text: "bergstraat halle", Literal: true}); len(r.Hits) > 0 && len(r.Hits[0].MatchedOn) > 1 {
		t.Errorf("a street of one location and the municipality of another count together: %+v", r.Hits[0])
	}
}

// A location is named only when words of the query are true of it and not of another: nobody's location is chosen by
// chance.
func TestALocationIsNotChosenByChance(t *testing.T) {
	t.Parallel()
	ix := open(t, append(town(), school("100030", "De Drie Eiken", [3]string{"Dorp 1", "3300", "Tienen"},
		[3]string{"Molenstraat 3", "3300", "Tienen"}, [3]string{"Molenstraat 4", "1500", "Halle"})))
	for query, want := range map[string]int{
		"de drie eiken": 0, "drie eiken": 0, "de drie eiken tienen": 0, "de drie eiken 3300": 0, "eiken molenstraat": 0,
		"de drie eiken halle": 3, "de drie eiken molenstraat tienen": 2, "drie eiken molenstraat 3": 2, "eiken molenstraat 4": 3, "eiken dorp tienen": 1,
	} {
		r := ix.Search(lookup.Query{Text: query})
		if len(r.Hits) == 0 || r.Hits[0].Key != "100030" || r.Hits[0].Location != want {
			t.Errorf("%q: got %+v, want 100030 at its location %d", query, r.Hits, want)
		}
	}
}

func TestHitsSayWhatTheyMatchedOn(t *testing.T) {
	t.Parallel()
	ix := open(t, town())
	for _, c := range []struct {
		query     string
		want      []lookup.Match
		corrected string
		certain   bool
	}{
		{"vrije basisschool de regenboog tienen", []lookup.Match{{lookup.Name, "Vrije Basisschool - De Regenboog"},
			{lookup.MunicipalityName, "Tienen"}}, "", true},
		{"vbs kerkstraat riemst", []lookup.Match{{lookup.Name, "Vrije Basisschool"}, {lookup.StreetName, "Kerkstraat 4"},
			{lookup.MunicipalityName, "Riemst"}}, "", true},
		{"regenbog tienen", []lookup.Match{{lookup.Name, "Vrije Basisschool - De Regenboog"}, {lookup.MunicipalityName, "Tienen"}},
			"regenboog tienen", false},
		{"deregenboog halle", []lookup.Match{{lookup.Name, "Gemeentelijke Basisschool De Regenboog"}, {lookup.MunicipalityName, "Halle"}},
			"de regenboog halle", false},
		{"suiker spin", []lookup.Match{{lookup.Name, "Suikerspin"}}, "suikerspin", false},
		{"18", []lookup.Match{{lookup.InstitutionNumber, "000018"}}, "", false},
		{"000018", []lookup.Match{{lookup.InstitutionNumber, "000018"}}, "", true},
		{"5910", []lookup.Match{{lookup.ZoneCode, "5910"}}, "", true},
		{"hoegaarden", []lookup.Match{{lookup.FormerZoneName, "Hoegaarden/Tienen"}}, "", false},
		{"vrije basisschool", []lookup.Match{{lookup.Name, "Vrije Basisschool"}}, "", false},
		{"de krekel de", []lookup.Match{{lookup.Name, "De Krekel & de Mier"}}, "", false},
		{"voor de", []lookup.Match{{lookup.Name, "Vrije Basisschool voor Buitengewoon Onderwijs De Brug"}}, "", false},
	} {
		r := ix.Search(lookup.Query{Text: c.query})
		if len(r.Hits) == 0 {
			t.Errorf("%q finds nothing", c.query)
			continue
		}
		h := r.Hits[0]
		if !slices.Equal(h.MatchedOn, c.want) || r.CorrectedQuery != c.corrected || h.Certain != c.certain || h.Corrected != (c.corrected != "") {
			t.Errorf("%q: matched on %v, corrected %q (%t), certain %t; want %v, %q, %t", c.query, h.MatchedOn, r.CorrectedQuery,
				h.Corrected, h.Certain, c.want, c.corrected, c.certain)
		}
	}
}

func TestTiesAreBrokenByNameThenMunicipalityThenKey(t *testing.T) {
	t.Parallel()
	ix := open(t, []lookup.Entry{
		school("000004", "De Bron", [3]string{"A", "3000", "Leuven"}),
		school("000002", "De Bron", [3]string{"B", "2500", "Lier"}),
		school("000003", "De Bron", [3]string{"C", "3000", "Leuven"}),
		school("000001", "De Bron", [3]string{"D", "8000", "Brugge"}),
	})
	want := []string{"000001", "000003", "000004", "000002"}
	if got := keys(ix.Search(lookup.Query{Text: "de bron"})); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLiteralCorrectsNothing(t *testing.T) {
	t.Parallel()
	ix := open(t, town())
	if r := ix.Search(lookup.Query{Text: "regenbog", Literal: true}); len(r.Hits) > 0 {
		t.Errorf("got %v, want nothing", keys(r))
	}
}

func TestAWordThatNothingExplainsIsNotEverySchool(t *testing.T) {
	t.Parallel()
	ix := open(t, append(town(), school("100015", "De Verkeerde School", [3]string{"Dorp 1", "3770", "Riemst"})))
	if r := ix.Search(lookup.Query{Text: "zwemschool"}); len(r.Hits) > 0 {
		t.Errorf("got %v, understood as %q, want nothing", keys(r), r.CorrectedQuery)
	}
}

func TestALetterAtLengthIsNoWord(t *testing.T) {
	t.Parallel()
	ix := open(t, append(town(), named(lookup.Place, "3665 As", "As")))
	for _, query := range []string{"aaaaaaaaaa", "sssssss", strings.Repeat("a", 200)} {
		if got := keys(ix.Search(lookup.Query{Text: query})); len(got) > 0 {
			t.Errorf("%.20q finds %v", query, got)
		}
	}
}

func TestAResultSaysWhenNothingHasAllTheWords(t *testing.T) {
	t.Parallel()
	ix := open(t, town())
	for query, partial := range map[string]bool{
		"regenboog riemst":             true,
		"regenboog qqxxqqzz":           true,
		"reg qqxxqqzz":                 true, // three letters are the beginning of a word also beside what is none
		"jozef halle":                  true,
		"regenboog tienen":             false,
		"regenbog tienne":              false,
		"de regenboog 99 tienen":       false, // a house number that nobody has
		"regenboog school tienen":      false, // a word that tells little
		"sint jozefcollege":            false,
		"3300":                         false,
		"qqxxqqzz":                     false,
		"vrije basisschool kerkstraat": false,
	} {
		if r := ix.Search(lookup.Query{Text: query}); r.Partial != partial {
			t.Errorf("%q finds %v: partial %t", query, keys(r), r.Partial)
		}
	}
	// Also further on in the list, and when nothing may be corrected.
	if r := ix.Search(lookup.Query{Text: "regenboog riemst", Offset: 1, Literal: true}); !r.Partial {
		t.Errorf("finds %v, not partial", keys(r))
	}
}

func TestAResultSaysWhichWordsItLacks(t *testing.T) {
	t.Parallel()
	ix := open(t, town())
	for query, want := range map[string][]string{
		"SJT tienen":               {"SJT"},
		"in Tienen, Qüqqü":         {"Qüqqü"},
		"de vrije qqxxqqzz tienen": {"qqxxqqzz"},
		"regenboog tienen":         nil,
		"regenbog tienen":          nil,
		"regenboog 99 tienen":      nil,
		"qqxxqqzz":                 nil,
		"":                         nil,
	} {
		for _, literal := range []bool{false, true} {
			if literal && query == "regenbog tienen" {
				continue // then it is lacking
			}
			if r := ix.Search(lookup.Query{Text: query, Literal: literal}); !slices.Equal(r.Unmatched, want) || r.Partial != (len(want) > 0) {
				t.Errorf("%q, literally %t, finds %v and lacks %q, partial %t, want %q", query, literal, keys(r), r.Unmatched, r.Partial, want)
			}
		}
	}
}

func TestThePlaceThatAQueryNamesIsMeant(t *testing.T) {
	t.Parallel()
	ix := open(t, append(town(),
		named(lookup.Municipality, "13040", "Kasterlee"),
		named(lookup.Place, "2460 Tielen", "Tielen", lookup.Text{Field: lookup.MunicipalityName, Value: "Kasterlee"}),
		named(lookup.Municipality, "13025", "Mol"),
		named(lookup.Municipality, "71053", "Sint-Truiden"),
		school("200001", "GO! basisschool De Vlinder Tielen", [3]string{"Collegestraat 3", "2460", "Tielen"}),
		school("200002", "GO! atheneum", [3]string{"Molenstraat 1", "2460", "Tielen"}),
		school("200003", "De Drie Linden", [3]string{"Dorp 1", "2460", "Tielen"}),
		school("200004", "De Linde", [3]string{"Dorp 3", "2460", "Tielen"}),
		school("200005", "De Vlindre", [3]string{"Truidenstraat 1", "3300", "Tienen"}),
		school("200006", "Mole", [3]string{"Dorp 9", "2460", "Tielen"}),
		school("200007", "Heilig Hart", [3]string{"Drie Koningenstraat 3", "2460", "Tielen"}),
	))
	for _, c := range []struct {
		query, first, corrected string
		typing                  bool
		lacking                 []string
	}{
		{query: "krekel tienen", first: "24107", lacking: []string{"krekel"}},
		{query: "vlinder tienen", first: "200005", corrected: "vlindre tienen"},
		{query: "vlinder tienen", first: "200005", typing: true, corrected: "vlindre tienen"},
		{query: "vlinder tienne", first: "200005", corrected: "vlindre tienen"},
		{query: "vlinder tieleb", first: "200001", corrected: "vlinder tielen"},
		{query: "vlinder riemst", first: "73066", lacking: []string{"vlinder"}},
		{query: "atheneum mol", first: "13025", lacking: []string{"atheneum"}},
		{query: "atheneum mol", first: "13025", typing: true, lacking: []string{"atheneum"}},
		{query: "atheneum mole", first: "200002", typing: true},
		{query: "vlinder tie", first: "200001", typing: true},
		{query: "krekel tie", first: "24107", typing: true, lacking: []string{"krekel"}},
		{query: "vlindre sint truiden", first: "71053", lacking: []string{"vlindre"}},
		{query: "xqxq zzqq mol", first: "13025", lacking: []string{"xqxq", "zzqq"}},
		{query: "drie linde", first: "200003", corrected: "drie linden"},
		{query: "drie koningenstraat", first: "200007"},
		{query: "vijf linde", first: "200004", lacking: []string{"vijf"}},
	} {
		r := ix.Search(lookup.Query{Text: c.query, AsYouType: c.typing})
		if len(r.Hits) == 0 || r.Hits[0].Key != c.first || r.CorrectedQuery != c.corrected || !slices.Equal(r.Unmatched, c.lacking) {
			t.Errorf("%q, typing %t: got %v, corrected to %q, lacks %q; want %s first, %q, %q", c.query, c.typing, keys(r), r.CorrectedQuery, r.Unmatched, c.first, c.corrected, c.lacking)
		}
	}
	// While it is typed, both what is found and the places that it may become.
	for query, want := range map[string][]string{"vlinder tie": {"200001", "24107", "2460 Tielen"}, "atheneum mol": {"13025", "200002"}} {
		if got := keys(ix.Search(lookup.Query{Text: query, AsYouType: true})); len(got) < len(want) || !slices.Equal(got[:len(want)], want) {
			t.Errorf("%q offers %v, want %v first", query, got, want)
		}
	}
}

func TestPagesFollowEachOther(t *testing.T) {
	t.Parallel()
	var entries []lookup.Entry
	for i := range 1500 {
		entries = append(entries, school(fmt.Sprintf("%06d", i+1), fmt.Sprintf("De Bron %d", i/3), [3]string{"A", "3000", "Leuven"}))
	}
	ix := open(t, entries)
	all := ix.Search(lookup.Query{Text: "bron", Limit: 200})
	if all.Total != lookup.MaxTotal || !all.TotalIsMinimum {
		t.Errorf("total %d (minimum: %t), want %d as a minimum", all.Total, all.TotalIsMinimum, lookup.MaxTotal)
	}
	var paged []string
	for offset := 0; offset < 200; offset += 7 {
		paged = append(paged, keys(ix.Search(lookup.Query{Text: "bron", Offset: offset, Limit: 7}))...)
	}
	if !slices.Equal(paged[:200], keys(all)) {
		t.Error("the pages together are not the whole")
	}
	if r := ix.Search(lookup.Query{Text: "bron", Offset: 1_000_000_000}); len(r.Hits) != 0 || r.Total != lookup.MaxTotal {
		t.Errorf("far behind the end: %d hits, total %d", len(r.Hits), r.Total)
	}
	if r := ix.Search(lookup.Query{Text: "bron 7 leuven", Offset: -5, Limit: -1}); len(r.Hits) != 10 {
		t.Errorf("a negative offset and limit: %d hits, want 10", len(r.Hits))
	}
}

func TestGetAndAll(t *testing.T) {
	t.Parallel()
	ix := open(t, town())
	if p, ok := ix.Get(lookup.School, "100001"); !ok || string(p) != "Vrije Basisschool - De Regenboog" {
		t.Errorf("got %q, %t", p, ok)
	}
	if _, ok := ix.Get(lookup.School, "100099"); ok {
		t.Error("found a school that does not exist")
	}
	if _, ok := ix.Get(lookup.Zone, "100001"); ok {
		t.Error("found a school as a zone")
	}
	var got []string
	for key := range ix.All(lookup.Municipality) {
		got = append(got, key)
	}
	if want := []string{"23027", "24107", "73066"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if r := ix.Search(lookup.Query{Text: "meta"}); len(r.Hits) > 0 {
		t.Errorf("a record was found: %v", keys(r))
	}
}

func TestBuildIsDeterministic(t *testing.T) {
	t.Parallel()
	entries := town()
	one, err := lookup.Build(entries)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	two, err := lookup.Build(entries)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one, two) {
		t.Error("the same entries in another order gave other bytes")
	}
}

func TestBuildRefuses(t *testing.T) {
	t.Parallel()
	for name, entries := range map[string][]lookup.Entry{
		"twice the same key": {named(lookup.School, "1", "A"), named(lookup.School, "1", "B")},
		"no text":            {{Kind: lookup.School, Key: "1"}},
		"an unknown field":   {{Kind: lookup.School, Key: "1", Texts: []lookup.Text{{Field: 32, Value: "x"}}}},
		"a field of zero":    {{Kind: lookup.School, Key: "1", Texts: []lookup.Text{{Value: "x"}}}},
		"a far location":     {{Kind: lookup.School, Key: "1", Texts: []lookup.Text{{Field: lookup.Name, Value: "x", Location: 5000}}}},
	} {
		if _, err := lookup.Build(entries); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestEmptyIndex(t *testing.T) {
	t.Parallel()
	ix := open(t, nil)
	if r := ix.Search(lookup.Query{Text: "tienen", AsYouType: true}); r.Total != 0 {
		t.Errorf("got %+v", r)
	}
	if _, ok := ix.Get(lookup.School, "1"); ok {
		t.Error("found something in nothing")
	}
}

// hostile are queries that nobody types in good faith.
var hostile = []string{
	"", " ", "a", "'", "-", "%", strings.Repeat("a", 8192), strings.Repeat("tienen ", 1200), strings.Repeat("é", 4096),
	"😀", "🏫 tienen 👩‍👩‍👧‍👦", "مدرسة تينن", "בית ספר", "\u202etienen\u202c", "tienen\x00\x01\x07\x1b[31m", "\xff\xfe\xfd", "tien\xc3", "%E0%A4%A",
	"'; DROP TABLE scholen; --", "<script>alert(1)</script>", "1 OR 1=1", "../../etc/passwd", "(((((", "))))", "(a)(b)(c",
	strings.Repeat("(a", 3000), strings.Repeat("9", 500), "0", "000000", "00000000000018", "-1", "1e9", strings.Repeat("st. ", 300),
	"a b c d e f g h i j k l m n o p q r s t u v w x y z", "ﬀ ﬁ ﬂ", "ＴＩＥＮＥＮ", "t̷̛̬i̴̗̊e̷̱͝n̷̨͗ę̴̈n̵̼̐", "o.", "o.l.", "o.l.v.", "onze lieve vrouw", "h.", "1ste", "2de",
	strings.Repeat("vbs ", 50), strings.Repeat("o.l.v.", 500), "İ", "ĳzer", "ß", "\u0301\u0301", "a\u0301", "@", "@@@@", "@1", "a@", "1@2@3",
	"van de", "voor de", "wat is", "wie", "een vrije", "k t a", "k", "k t", "a a a a a a a",
}

func TestAnyQueryIsAnswered(t *testing.T) {
	t.Parallel()
	ix := open(t, town())
	for _, text := range hostile {
		for _, q := range []lookup.Query{{Text: text}, {Text: text, AsYouType: true}, {Text: text, Literal: true, Offset: 3}} {
			checkResult(t, ix, q)
		}
		for _, name := range []string{"Sint-Jozefscollege Tiénen", text} {
			checkMarks(t, name, text)
		}
	}
	if got := keys(ix.Search(lookup.Query{Text: "ＴＩＥＮＥＮ"})); len(got) == 0 || got[0] != "24107" {
		t.Errorf("full-width letters: got %v", got)
	}
}

func checkResult(t testing.TB, ix *lookup.Index, q lookup.Query) {
	t.Helper()
	r := ix.Search(q)
	if len(r.Hits) > 10 || r.Total < len(r.Hits) || r.Total > lookup.MaxTotal {
		t.Fatalf("%q: %d hits of %d", q.Text, len(r.Hits), r.Total)
	}
	for _, h := range r.Hits {
		if h.Kind == lookup.Record {
			t.Fatalf("%q found a record", q.Text)
		}
		if len(h.MatchedOn) == 0 {
			t.Fatalf("%q: %s %s does not say what it matched on", q.Text, h.Kind, h.Key)
		}
	}
	if !utf8.ValidString(r.CorrectedQuery) {
		t.Fatalf("%q: corrected query %q is no UTF-8", q.Text, r.CorrectedQuery)
	}
}

func checkMarks(t testing.TB, name, query string) {
	t.Helper()
	end := 0
	for _, m := range lookup.Marks(name, query) {
		if m.Start < end || m.End <= m.Start || m.End > len(name) {
			t.Fatalf("marks of %q in %q: %v", query, name, lookup.Marks(name, query))
		}
		if utf8.ValidString(name) && !utf8.ValidString(name[m.Start:m.End]) {
			t.Fatalf("marks of %q in %q cut a character: %v", query, name, m)
		}
		end = m.End
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, query, want string }{
		{"Vrije Basisschool - De Regenboog", "regenboog tienen", "Vrije Basisschool - De [Regenboog]"},
		{"Vrije Basisschool - De Regenboog", "vbs regenb", "[Vrije] [Basisschool] - De [Regenb]oog"},
		{"Sint-Jozefscollege", "st jozef", "[Sint]-[Jozef]scollege"},
		{"Mozaïek", "moza", "[Moza]ïek"},
		{"Mozaïek", "mozaiek", "[Mozaïek]"},
		{"Mozaïek", "mozai", "[Mozaï]ek"},
		{"De Regenboog", "regnboog", "De [Regenboog]"},
		{"Suikerspin", "suiker spin", "[Suikerspin]"},
		{"Klim-Op", "klimop", "[Klim]-[Op]"},
		{"Onze-Lieve-Vrouwinstituut", "olv", "[Onze-Lieve-Vrouwinstituut]"},
		{"Kortenaken", "tienen", "Kortenaken"},
		{"Tienen", "", "Tienen"},
	} {
		var b strings.Builder
		at := 0
		for _, m := range lookup.Marks(c.name, c.query) {
			b.WriteString(c.name[at:m.Start] + "[" + c.name[m.Start:m.End] + "]")
			at = m.End
		}
		b.WriteString(c.name[at:])
		if b.String() != c.want {
			t.Errorf("marks of %q: %s, want %s", c.query, b.String(), c.want)
		}
	}
}

func TestEveryEntryFindsItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := []string{"Vrije", "Basisschool", "Sint-Jozef", "De", "Brug", "Regenboog", "Tienen", "Óscar", "'t", "X", "Mozaïek", "VTI", "O.-L.-V.", "3"}
		n := rapid.IntRange(1, 30).Draw(t, "entries")
		var entries []lookup.Entry
		for i := range n {
			name := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 5).Draw(t, "name"), " ")
			entries = append(entries, school(fmt.Sprintf("%06d", 100+i), name, [3]string{"Kerkstraat 1", "3300", "Tienen"}))
		}
		ix := open(t, entries)
		for _, e := range entries {
			r := ix.Search(lookup.Query{Text: e.Texts[0].Value, Limit: 50})
			if !slices.Contains(keys(r), e.Key) {
				t.Fatalf("%q does not find %s: %v", e.Texts[0].Value, e.Key, keys(r))
			}
			if got := keys(ix.Search(lookup.Query{Text: e.Key})); len(got) == 0 || got[0] != e.Key {
				t.Fatalf("code %s finds %v", e.Key, got)
			}
		}
	})
}

// TestBrokenBytes damages and cuts an index in many ways: Open says so, or entries are not found.
func TestBrokenBytes(t *testing.T) {
	t.Parallel()
	data, err := lookup.Build(town())
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(data) {
		if _, err := lookup.Open(data[:n]); err == nil {
			t.Fatalf("opened an index cut off after %d of %d bytes", n, len(data))
		}
	}
	if _, err := lookup.Open(append(slices.Clone(data), 0)); err == nil {
		t.Fatal("opened an index with a byte too many")
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		broken := slices.Clone(data)
		for range 1 + r.IntN(8) {
			broken[r.IntN(len(broken))] = byte(r.IntN(256))
		}
		exercise(t, broken)
	}
}

// exercise uses an index of any bytes: it must not panic nor run for long.
func exercise(t testing.TB, data []byte) {
	ix, err := lookup.Open(data)
	if err != nil {
		return
	}
	for _, text := range []string{"regenboog tienen", "regenbog tienen", "vbs", "5910", "t", "18", "sintjozef", "vrije basisschool"} {
		ix.Search(lookup.Query{Text: text})
		ix.Search(lookup.Query{Text: text, AsYouType: true})
	}
	ix.Get(lookup.School, "100001")
	n := 0
	for range ix.All(lookup.School) {
		if n++; n > 1000 {
			t.Fatal("more entries than there are")
		}
	}
}

func FuzzOpen(f *testing.F) {
	data, err := lookup.Build(town())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) { exercise(t, data) })
}

func FuzzSearch(f *testing.F) {
	ix := open(f, town())
	for _, text := range hostile {
		f.Add(text, true)
	}
	f.Fuzz(func(t *testing.T, text string, asYouType bool) {
		checkResult(t, ix, lookup.Query{Text: text, AsYouType: asYouType})
		checkMarks(t, "Vrije Basisschool - Óscar 't Craeneveld", text)
		checkMarks(t, text, "sint jozef t")
	})
}
