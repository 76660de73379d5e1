package directory

import "strings"

// ThemeInQuery finds what someone typed in the search box is about: the theme of its first theme word. word is
// that word or phrase as typed, rest the query without any theme words and without the little words that bind
// them: "spijbelen in tienen" is truancy, "spijbelen", and "tienen". Without a theme word it gives the query back
// and false.
//
// Only whole words count, so that "Verkeersschool", "Milieustraat" and "Diefdijk" stay what they are. Words that are
// also a place by themselves, or one slip of the keyboard away from one ("stelen" is a village near Geel, "pest" is
// nearly Pelt), are no theme words. A second theme in the same query leaves the rest as well: no school is called so.
func ThemeInQuery(q string) (theme Theme, word, rest string, ok bool) {
	words := strings.Fields(q)
	themes := make([]Theme, len(words)) // of each word, "" for a word of the rest
	for i, w := range words {
		themes[i] = themeOfWord(foldWord(w))
		ok = ok || themes[i] != ""
	}
	if !ok {
		return "", "", q, false
	}
	// A word that only has its meaning beside a theme word: "agressie en bedreiging", "seksueel
	// grensoverschrijdend gedrag", "probleem met drugs in tienen".
	const binding = Theme("binding")
	for i, w := range words {
		if themes[i] == "" && i > 0 && themes[i-1] != "" && themes[i-1] != binding {
			switch w := foldWord(w); {
			case (w == "en" || w == "of") && i+1 < len(words) && themes[i+1] == themes[i-1], w == "gedrag", w == "feiten":
				themes[i] = themes[i-1]
			case bindsAfter(w):
				themes[i] = binding
			}
		}
	}
	for i := len(words) - 1; i >= 0; i-- {
		if themes[i] == "" && i+1 < len(words) && themes[i+1] != "" && bindsBefore(foldWord(words[i])) {
			themes[i] = binding
		}
	}
	var phrase, left []string
	end := 0 // of the phrase, in words
	for i, w := range words {
		switch t := themes[i]; {
		case t == "":
			left = append(left, w)
		case t == binding:
		case theme == "":
			theme, phrase, end = t, []string{w}, i+1
		case t == theme && i == end:
			phrase, end = append(phrase, w), i+1
		}
	}
	return theme, strings.Join(phrase, " "), strings.Join(left, " "), true
}

// bindsAfter tells of little words that lead from a theme to a place: "spijbelen in tienen".
func bindsAfter(w string) bool {
	switch w {
	case "in", "op", "te", "bij", "aan", "en", "of":
		return true
	}
	return false
}

// bindsBefore tells of words that lead to a theme: "probleem met drugs".
func bindsBefore(w string) bool {
	switch w {
	case "over", "rond", "tegen", "met", "wegens", "inzake", "ivm", "en", "of", "probleem", "problemen", "vraag":
		return true
	}
	return false
}

// foldWord writes a word in small letters without diaeresis, hyphens, apostrophes, and punctuation around it.
func foldWord(w string) string {
	w = strings.Trim(strings.ToLower(w), `.,;:!?"'()[]<>/«»“”‘’`)
	return strings.Map(func(r rune) rune {
		switch r {
		case 'ï': // as in cocaïne and absenteïsme, the only accent that our vocabulary has
			return 'i'
		case '-', '\'', '’', '.':
			return -1
		}
		return r
	}, w)
}

// themeOfWord is the vocabulary: a word as foldWord writes it. "" for a word of no theme.
func themeOfWord(w string) Theme {
	switch w {
	case "drugs", "druggebruik", "drugsgebruik", "drugsprobleem", "drugsproblemen", "drugsbeleid", "drugsbezit",
		"drugsdealer", "drugsdealers", "drugdealer", "drugverslaving", "drugsverslaving", "drughandel", "drugshandel",
		"dealer", "dealers", "dealen", "cannabis", "wiet", "hasj", "cocaine", "heroine", "xtc", "ketamine", "lachgas", "joint",
		"joints", "blowen", "verslaving":
		return ThemeDrugs
	case "pesten", "pesters", "pesterij", "pesterijen", "pestgedrag", "pestkop", "pestkoppen",
		"gepest", "cyberpesten", "cyberpester", "cyberpesterij", "cyberpesterijen", "gecyberpest", "treiteren", "treiterij",
		"getreiterd":
		return ThemeBullying
	case "agressie", "agressief", "agressieve", "bedreiging", "bedreigingen", "bedreigd", "bedreigen", "bedreigt",
		"dreiging", "dreigement", "dreigementen", "vechten", "vechtpartij", "vechtpartijen", "gevecht", "gevechten",
		"gevochten", "geweld", "gewelddadig", "gewelddadige", "intimidatie", "geintimideerd", "wapen", "wapens",
		"wapenbezit", "steekpartij", "stalking", "gestalkt", "afpersing", "afgeperst", "steaming":
		return ThemeAggression
	case "milieu", "milieudelict", "milieudelicten", "milieuhinder", "milieuovertreding", "milieumisdrijf", "sluikstort",
		"sluikstorten", "sluikstorter", "sluikstorting", "sluikstortingen", "zwerfvuil", "zwerfafval", "geluidshinder",
		"geluidsoverlast":
		return ThemeEnvironment
	case "verkeer", "verkeersveiligheid", "verkeersveilig", "verkeersonveilig", "verkeersonveiligheid", "verkeersprobleem",
		"verkeersproblemen", "verkeersongeval", "verkeersongevallen", "verkeersongeluk", "verkeerseducatie",
		"verkeerscontrole", "verkeersles", "verkeerslessen", "fietscontrole", "fietsexamen", "fietsverlichting",
		"foutparkeren", "foutparkeerders", "foutgeparkeerd":
		return ThemeTrafficSafety
	case "radicalisering", "radicaliseren", "radicaliseert", "geradicaliseerd", "geradicaliseerde", "radicalisme",
		"radicaal", "radicale", "extremisme", "extremistisch", "extremist", "terrorisme", "terrorist", "terreur", "jihad",
		"jihadisme":
		return ThemeRadicalisation
	case "spijbelen", "spijbel", "spijbelt", "spijbelaar", "spijbelaars", "spijbelgedrag", "spijbelprobleem",
		"spijbelproblemen", "spijbelpreventie", "spijbelbeleid", "gespijbeld", "brossen", "brosser", "brossers",
		"gebrost", "schoolverzuim", "absenteisme", "schoolabsenteisme", "schoolvlucht":
		return ThemeTruancy
	case "zeden", "zedenfeit", "zedenfeiten", "zedenzaak", "zedenzaken", "zedendelict", "zedendelicten", "zedenmisdrijf",
		"grensoverschrijdend", "grensoverschrijdende", "seksueel", "seksuele", "sexueel", "sexuele", "aanranding", "aangerand",
		"verkrachting", "verkracht", "misbruik", "misbruikt", "kindermisbruik", "sexting", "sextortion", "grooming",
		"naaktfoto", "naaktfotos", "naaktbeeld", "naaktbeelden", "wraakporno", "deepnude", "deepnudes", "tienerpooier", "tienerpooiers", "loverboy",
		"loverboys", "exhibitionist", "potloodventer":
		return ThemeSexualOffences
	case "diefstal", "diefstallen", "gestolen", "dief", "dieven", "inbraak", "inbraken", "inbreker", "inbrekers",
		"ingebroken", "fietsdiefstal", "fietsdiefstallen", "fietsendief", "winkeldiefstal", "gsmdiefstal", "bestolen",
		"zakkenroller", "zakkenrollers":
		return ThemeTheft
	}
	return ""
}
