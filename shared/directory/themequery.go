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
		if themes[i] == "" {
			themes[i] = themeOfWord(foldWord(w))
		}
		if themes[i] == "" {
			themes[i] = themeOfSlip(foldWord(w))
		}
		if n := phraseAt(words[i:]); themes[i] == "" && n > 0 {
			for k := range n {
				themes[i+k] = ThemeTruancy
			}
		}
		if themes[i] == "" && isKnife(words, i) {
			themes[i] = ThemeAggression
		}
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
	// What was stolen is no school either: "gestolen gsm", "diefstal van een fiets".
	for i, w := range words {
		if themes[i] == "" && isLoot(foldWord(w)) {
			from := i
			for from > 0 && themes[from-1] == "" && bindsLoot(foldWord(words[from-1])) {
				from--
			}
			if from > 0 && themes[from-1] == ThemeTheft || i+1 < len(words) && themes[i+1] == ThemeTheft {
				for k := from; k <= i; k++ {
					themes[k] = binding
				}
				if i+1 < len(words) && themes[i+1] == "" && bindsAfter(foldWord(words[i+1])) {
					themes[i+1] = binding
				}
			}
		}
	}
	for i := len(words) - 1; i >= 0; i-- {
		if themes[i] == "" && i+1 < len(words) && (themes[i+1] != "" && bindsBefore(foldWord(words[i])) ||
			foldWord(words[i]) == "een" && isKnifeWord(foldWord(words[i+1])) && themes[i+1] != "") {
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
	_, _, rest, _ = ThemeInQuery(strings.Join(left, " ")) // words that have come together may name another
	return theme, strings.Join(phrase, " "), rest, true
}

// phraseAt counts the words of "blijft weg" or "loopt weg" with which words begin; 0 when they do not. Weg alone
// is a street.
func phraseAt(words []string) int {
	if len(words) < 2 || foldWord(words[1]) != "weg" {
		return 0
	}
	switch foldWord(words[0]) {
	case "blijft", "blijf", "blijven", "bleef", "bleven", "loopt", "loop", "lopen", "liep", "liepen":
		return 2
	}
	return 0
}

// isKnife tells whether word i is a knife. Alone it may as well be the town of Mesen, so it must be somewhere or
// somebody must have it: "mes op school", "met een mes".
func isKnife(words []string, i int) bool {
	if !isKnifeWord(foldWord(words[i])) {
		return false
	}
	if i+1 < len(words) {
		switch foldWord(words[i+1]) {
		case "op", "bij", "mee", "getrokken", "trekken":
			return true
		}
	}
	if i > 0 {
		switch foldWord(words[i-1]) {
		case "met", "een":
			return true
		}
	}
	return false
}

func isKnifeWord(w string) bool { return w == "mes" || w == "messen" }

// isLoot tells of things that are stolen from pupils.
func isLoot(w string) bool {
	switch w {
	case "gsm", "gsms", "smartphone", "smartphones", "telefoon", "iphone", "fiets", "fietsen", "step", "brommer", "laptop",
		"laptops", "tablet", "tablets", "ipad", "airpods", "portefeuille", "rugzak", "boekentas", "geld":
		return true
	}
	return false
}

// bindsLoot tells of words between a theft and what was stolen.
func bindsLoot(w string) bool {
	switch w {
	case "van", "een", "de", "mijn", "zijn", "haar":
		return true
	}
	return false
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
		"joints", "blowen", "verslaving", "drugz":
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
		"gebrost", "weglopen", "weggelopen", "wegloopt", "wegloper", "weglopers", "wegblijven", "wegblijft", "weggebleven",
		"afwezig", "afwezigheid", "afwezigheden", "schoolverzuim", "absenteisme", "schoolabsenteisme", "schoolvlucht":
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

// themeOfSlip is the vocabulary with one slip of the keyboard: a letter too many, too few or another, or two
// exchanged. Only for words that are long, and far enough from every name that a slip in it stays a name.
func themeOfSlip(w string) Theme {
	if len(w) < 7 || len(w) > 20 {
		return ""
	}
	for _, long := range [...]string{"spijbelen", "spijbelaar", "spijbelaars", "gespijbeld", "spijbelgedrag", "weggelopen", "diefstal",
		"diefstallen", "gestolen", "fietsdiefstal", "winkeldiefstal", "cannabis", "agressie", "bedreiging", "bedreigingen", "bedreigd",
		"vechtpartij", "intimidatie", "steekpartij", "pesterijen", "pestgedrag", "cyberpesten", "sluikstort", "sluikstorten",
		"geluidsoverlast", "radicalisering", "radicaliseren", "geradicaliseerd", "extremisme", "terrorisme", "aanranding",
		"verkrachting", "grensoverschrijdend", "zedenfeiten"} {
		if oneSlip(w, long) {
			return themeOfWord(long)
		}
	}
	return ""
}

// oneSlip tells whether one slip makes a of b.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || a == b {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	return a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
