package directory

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestThemeInQuery(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		q     string
		theme Theme
		word  string
		rest  string
	}{
		{"spijbelen tienen", ThemeTruancy, "spijbelen", "tienen"},
		{"Tienen Spijbelen", ThemeTruancy, "Spijbelen", "Tienen"},
		{"SPIJBELAARS", ThemeTruancy, "SPIJBELAARS", ""},
		{"brossen in halle", ThemeTruancy, "brossen", "halle"},
		{"absenteïsme, 3300", ThemeTruancy, "absenteïsme,", "3300"},
		{"leerling gepest sint-jozef", ThemeBullying, "gepest", "leerling sint-jozef"},
		{"cyber-pesten op regenboog", ThemeBullying, "cyber-pesten", "regenboog"},
		{"probleem met drugs in kta halle", ThemeDrugs, "drugs", "kta halle"},
		{"cannabis bij 'De Regenboog'", ThemeDrugs, "cannabis", "'De Regenboog'"},
		{"agressie en bedreiging leuven", ThemeAggression, "agressie en bedreiging", "leuven"},
		{"vechtpartij aan de schoolpoort gent", ThemeAggression, "vechtpartij", "de schoolpoort gent"},
		{"sluikstort schoolstraat aalst", ThemeEnvironment, "sluikstort", "schoolstraat aalst"},
		{"verkeer, gemeenteschool riemst", ThemeTrafficSafety, "verkeer,", "gemeenteschool riemst"},
		{"geradicaliseerde leerling evere", ThemeRadicalisation, "geradicaliseerde", "leerling evere"},
		{"seksueel grensoverschrijdend gedrag evere", ThemeSexualOffences, "seksueel grensoverschrijdend gedrag", "evere"},
		{"Grensoverschrijdend GEDRAG, IN Evere", ThemeSexualOffences, "Grensoverschrijdend GEDRAG,", "Evere"},
		{"Problemen met cocaïne halle", ThemeDrugs, "cocaïne", "halle"},
		{"naaktfoto's 9000", ThemeSexualOffences, "naaktfoto's", "9000"},
		{"zeden mol", ThemeSexualOffences, "zeden", "mol"},
		{"fiets gestolen mol", ThemeTheft, "gestolen", "mol"},
		{"gestolen gsm halle", ThemeTheft, "gestolen", "halle"},
		{"gestolen gsm's in Halle", ThemeTheft, "gestolen", "Halle"},
		{"diefstal van een fiets in mol", ThemeTheft, "diefstal", "mol"},
		{"mijn laptop gestolen tienen", ThemeTheft, "gestolen", "tienen"},
		{"gestole fiets tienen", ThemeTheft, "gestole", "tienen"},
		{"spibelen tienen", ThemeTruancy, "spibelen", "tienen"},
		{"spijbele halle", ThemeTruancy, "spijbele", "halle"},
		{"spjibelen", ThemeTruancy, "spjibelen", ""},
		{"diefstall tienen", ThemeTheft, "diefstall", "tienen"},
		{"Diefstel, tienen", ThemeTheft, "Diefstel,", "tienen"},
		{"drugz halle", ThemeDrugs, "drugz", "halle"},
		{"agresie en bedreigingg in mol", ThemeAggression, "agresie en bedreigingg", "mol"},
		{"weglopen tienen", ThemeTruancy, "weglopen", "tienen"},
		{"leerling weggelopen halle", ThemeTruancy, "weggelopen", "leerling halle"},
		{"afwezig in tienen", ThemeTruancy, "afwezig", "tienen"},
		{"leerling blijft weg regenboog", ThemeTruancy, "blijft weg", "leerling regenboog"},
		{"blijft drugs weg", ThemeDrugs, "drugs", ""},
		{"mes op school", ThemeAggression, "mes", "school"},
		{"messen op school tienen", ThemeAggression, "messen", "school tienen"},
		{"leerling met een mes in halle", ThemeAggression, "mes", "leerling halle"},
		{"met messen regenboog", ThemeAggression, "messen", "regenboog"},
		{"wapen regenboog", ThemeAggression, "wapen", "regenboog"},
		{"drugs en diefstal tienen", ThemeDrugs, "drugs", "tienen"},
		{"pesten of cyberpesten in 3300", ThemeBullying, "pesten of cyberpesten", "3300"},
		{"spijbelen tienen spijbelen", ThemeTruancy, "spijbelen", "tienen"},
		{"spijbelen drugs spijbelen spijbelen", ThemeTruancy, "spijbelen", ""},
	} {
		theme, word, rest, ok := ThemeInQuery(tc.q)
		if !ok || theme != tc.theme || word != tc.word || rest != tc.rest {
			t.Errorf("%q: got %v %q %q %q, want %q %q %q", tc.q, ok, theme, word, rest, tc.theme, tc.word, tc.rest)
		}
	}
}

func TestNoThemeInNamesOfSchoolsStreetsAndPlaces(t *testing.T) {
	t.Parallel()
	for _, q := range []string{
		"", "  ", "3300", "Verkeersschool Brugge", "Milieustraat 5", "Diefdijk", "diefdijk 3", "Pestalozzi", "Drugstraat", "Stelen", "Pelt", "Kester",
		"Sint-Jozef in Tienen", "GO! basisschool De Regenboog", "Veiligheidsstraat", "Wapenplein Oostende", "Vechtstraat",
		"Dievenstraat", "De Brug", "Met de Bijbel", "Zedelgem", "Mesen", "agressiviteitstraat", "in op te bij", "gedrag", "en of",
		"Messen", "school in Mesen", "basisschool op Mesen", "fiets Tienen", "gsm halle", "De Fiets", "Kleine Weg", "weg", "blijft", "Brugs", "Bruges",
		"De Brug", "drug", "Spinbeek", "gesloten school", "Verkeersplein", "een Mesen", "Met Mesen",
	} {
		if theme, word, rest, ok := ThemeInQuery(q); ok || theme != "" || word != "" || rest != q {
			t.Errorf("%q: %v %q %q %q", q, ok, theme, word, rest)
		}
	}
}

func TestThemeInQueryTakesOnlyWhatItNames(t *testing.T) {
	t.Parallel()
	vocabulary := []string{"spijbelen", "drugs", "gepest", "en", "in", "met", "gedrag", "de", "tienen", "regenboog", "3300", "sint-jozef", "zeden", "\u00a0", "🙂"}
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom(vocabulary), 0, 8).Draw(t, "words")
		q := strings.Join(words, " ")
		theme, word, rest, ok := ThemeInQuery(q)
		left := strings.Fields(rest)
		if !ok {
			if rest != q || theme != "" || word != "" {
				t.Fatalf("nothing found, but %q %q %q", theme, word, rest)
			}
			return
		}
		if !strings.Contains(strings.Join(strings.Fields(q), " "), word) || themeOfWord(foldWord(strings.Fields(word)[0])) != theme {
			t.Fatalf("%q names %q in %q", word, theme, q)
		}
		at := 0
		for _, w := range left { // in the order typed
			i := slices.Index(strings.Fields(q)[at:], w)
			if i < 0 {
				t.Fatalf("%q is not what is left of %q", rest, q)
			}
			at += i + 1
		}
		for _, w := range []string{"de", "tienen", "regenboog", "3300", "sint-jozef", "🙂"} {
			count := func(in []string) (n int) {
				for _, x := range in {
					if x == w {
						n++
					}
				}
				return n
			}
			if count(left) != count(words) {
				t.Fatalf("%q lost %q: %q", q, w, rest)
			}
		}
		if _, _, _, again := ThemeInQuery(rest); again {
			t.Fatalf("%q still has a theme", rest)
		}
	})
}
