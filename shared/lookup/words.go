package lookup

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// class is how much a word says about what is meant.
type class uint8

const (
	classNormal  class = iota // tells one thing from another
	classType                 // what a school is called: college, atheneum; asked for, but given up first
	classGeneric              // what nearly every school is called: vrije, basisschool, sint; never asked for
	classStop                 // de, het, 't, van
	classNumber               // up to three digits: a class number, a house number
	classCode                 // four digits and more
)

// about is the kind of thing that a word shows the query to be about.
type about uint8

const (
	aboutNothing about = iota
	aboutSchool
	aboutZone
	aboutPlace
)

// word is one word of a text in its canonical spelling, and where it stands in the text.
type word struct {
	text       string // canonical: "sint" for "St."
	raw        string // as written, folded; shared by the words that one abbreviation stands for
	start, end int    // bytes of the text that it comes from
	glue       byte   // what joins it to the word before: '-', '\'', '.', '0' (a digit beside a letter), 0 for a space or more
	class      class
	aside      bool // in parentheses: an addition to a name
}

// maxWord is the number of bytes to which a word is cut.
const maxWord = 30

// fold gives the plain lower-case letters or digits of a rune, "" for one that separates words, and false for
// one that leaves no trace (a combining accent).
func fold(r rune) (string, bool) {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	switch {
	case r >= 'a' && r <= 'z':
		return letters[r-'a' : r-'a'+1], true
	case r >= 'A' && r <= 'Z':
		return letters[r-'A' : r-'A'+1], true
	case r >= '0' && r <= '9':
		return letters[r-'0'+26 : r-'0'+27], true
	case r < utf8.RuneSelf && r != '@':
		return "", true
	case r >= 'à' && r <= 'å', r >= 'À' && r <= 'Å', r == '@', r == 'ª', r >= 'ā' && r <= 'ą', r >= 'Ā' && r <= 'Ą':
		return "a", true
	case r >= 'è' && r <= 'ë', r >= 'È' && r <= 'Ë', r >= 'Ē' && r <= 'ě', r == '€':
		return "e", true
	case r >= 'ì' && r <= 'ï', r >= 'Ì' && r <= 'Ï', r >= 'Ĩ' && r <= 'ı':
		return "i", true
	case r >= 'ò' && r <= 'ö', r >= 'Ò' && r <= 'Ö', r == 'ø', r == 'Ø', r == 'º', r >= 'Ō' && r <= 'ő':
		return "o", true
	case r >= 'ù' && r <= 'ü', r >= 'Ù' && r <= 'Ü', r >= 'Ũ' && r <= 'ų':
		return "u", true
	case r == 'ý' || r == 'ÿ' || r == 'Ý' || r == 'Ÿ':
		return "y", true
	case r == 'ç' || r == 'Ç' || r >= 'Ć' && r <= 'č':
		return "c", true
	case r == 'ñ' || r == 'Ñ' || r >= 'Ń' && r <= 'ň':
		return "n", true
	case r == 'ĳ' || r == 'Ĳ':
		return "ij", true
	case r == 'œ' || r == 'Œ':
		return "oe", true
	case r == 'æ' || r == 'Æ':
		return "ae", true
	case r == 'ß':
		return "ss", true
	case r >= 'Ś' && r <= 'š':
		return "s", true
	case r >= 'Ź' && r <= 'ž':
		return "z", true
	case r == '¹':
		return "1", true
	case r == '²':
		return "2", true
	case r == '³':
		return "3", true
	case r >= 0x300 && r <= 0x36f, r == 0xad, r >= 0x200b && r <= 0x200d, r == 0xfe0f:
		return "", false
	case r >= 0xff01 && r <= 0xff5e: // full-width forms
		return fold(r - 0xff01 + '!')
	case r > 0x24f && (unicode.IsLetter(r) || unicode.IsDigit(r)):
		return string(unicode.ToLower(r)), true
	}
	return "", true
}

func isPlain(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// split appends the words of s as they are written, folded, at most max of them.
func split(s string, ws []word, max int) []word {
	glue, aside := byte(0), false
	for i := 0; i < len(s) && len(ws) < max; {
		w, next := wordAt(s, i)
		if w.end > w.start {
			w.glue = glue
			if aside && strings.IndexByte(s[w.start:w.end], ')') >= 0 {
				aside = false // (W)onderwijs
			}
			w.aside = aside
			ws = append(ws, w)
			glue = 0
			if next == w.end && next < len(s) {
				glue = joint(s, next)
			}
			i = next
			continue
		}
		if next <= i {
			next = i + 1
		}
		switch s[i] {
		case '(':
			aside = len(ws) > 0
		case ')':
			aside = false
		}
		i = next
	}
	return ws
}

// joint says what stands between a word that ends at i and a word right behind it.
func joint(s string, i int) byte {
	switch s[i] {
	case '-', '\'', '.', '`':
		if i+1 < len(s) && s[i] == '.' && s[i+1] == '-' {
			return '.'
		}
		if i+1 < len(s) && s[i+1] != ' ' {
			if s[i] == '`' {
				return '\''
			}
			return s[i]
		}
		if s[i] == '.' {
			return ','
		}
		return 0
	}
	if strings.HasPrefix(s[i:], "’") || strings.HasPrefix(s[i:], "‘") {
		return '\''
	}
	if strings.HasPrefix(s[i:], "–") || strings.HasPrefix(s[i:], "‑") || strings.HasPrefix(s[i:], "‐") {
		return '-'
	}
	if c, _ := utf8.DecodeRuneInString(s[i:]); c != utf8.RuneError {
		if f, _ := fold(c); f != "" {
			return '0'
		}
	}
	return 0
}

// wordAt reads the word that starts at i, and says where to read on. A digit beside a letter starts a new word,
// and a parenthesis inside a word, as in "(W)onderwijs", is no end of it.
func wordAt(s string, i int) (word, int) {
	start := i
	for i < len(s) && isPlain(s[i]) && isDigit(s[i]) == isDigit(s[start]) {
		i++
	}
	if i > start && (i == len(s) || s[i] < utf8.RuneSelf && s[i] != '@' && s[i] != '(' && s[i] != ')' &&
		(s[i] < 'A' || s[i] > 'Z') && !isPlain(s[i])) {
		end := min(i, start+maxWord)
		return word{raw: s[start:end], start: start, end: i}, i // nothing to fold: no new string
	}
	var buf [maxWord + 4]byte
	out, numeric := buf[:0], false
	for i = start; i < len(s); {
		if c := s[i] | 0x20; c >= 'a' && c <= 'z' && s[i] < utf8.RuneSelf { // nearly every letter
			if len(out) > 0 && numeric {
				break
			}
			if len(out) < maxWord {
				out = append(out, c)
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		if (r == '(' || r == ')') && i > start && i+size < len(s) {
			if f := foldAt(s, i+size); f != "" && !isDigit(f[0]) {
				i += size
				continue
			}
			break
		}
		f, leaves := fold(r)
		if r == '@' && !isLetterA(s, start, i) {
			f = ""
		}
		if f == "" && leaves {
			break
		}
		if f != "" {
			digit := isDigit(f[0])
			if len(out) > 0 && digit != numeric {
				break
			}
			numeric = digit
			if len(out)+len(f) <= maxWord {
				out = append(out, f...)
			}
		}
		i += size
	}
	if len(out) == 0 {
		if i == start {
			_, size := utf8.DecodeRuneInString(s[i:])
			i += size
		}
		return word{}, i
	}
	return word{raw: string(out), start: start, end: i}, i
}

// isLetterA tells whether the @ at i stands for a letter of the word that starts at start: it is at, as in
// Emmaüsinstituut@1, before a digit and where no letter touches it.
func isLetterA(s string, start, i int) bool {
	if next := foldAt(s, i+1); next != "" {
		return !isDigit(next[0])
	}
	return i > start
}

func foldAt(s string, i int) string {
	r, _ := utf8.DecodeRuneInString(s[i:])
	f, _ := fold(r)
	return f
}

// canonical rewrites words as they are written into words as they are compared: abbreviations are written out,
// inflections of school words, numerals and saints are made equal. It appends to out.
func canonical(ws, out []word) []word {
	for i := 0; i < len(ws); {
		n := 1
		w := ws[i]
		put := func(text string) {
			out = append(out, word{text: text, raw: w.raw, start: w.start, end: w.end, glue: w.glue, class: classOf(text), aside: w.aside})
			w.glue = 0
		}
		through := func(last int) { // the rewriting takes the words up to and with last together
			n = last - i + 1
			w.end = ws[last].end
		}
		letters := initials(ws[i:])
		switch {
		case letters >= 2:
			var b [16]byte
			joined := b[:0]
			for _, l := range ws[i : i+letters] {
				joined = append(joined, l.raw...)
			}
			name := string(joined)
			if i+letters < len(ws) && (name == "ol" || name == "o") && strings.HasPrefix(ws[i+letters].raw, "vrouw") {
				w.raw = name
				through(i + letters)
				put("olv")
				lady(ws[i+letters].raw, put)
				break
			}
			w.raw = name
			through(i + letters - 1)
			abbreviation(name, put)
		case i+2 < len(ws) && w.raw == "onze" && (ws[i+1].raw == "lieve" || ws[i+1].raw == "l") && strings.HasPrefix(ws[i+2].raw, "vrouw"):
			through(i + 2)
			put("olv")
			lady(ws[i+2].raw, put)
		case i+1 < len(ws) && (w.raw == "ol" || w.raw == "onzelieve") && strings.HasPrefix(ws[i+1].raw, "vrouw"):
			through(i + 1)
			put("olv")
			lady(ws[i+1].raw, put)
		case strings.HasPrefix(w.raw, "onzelievevrouw"):
			put("olv")
			lady(w.raw[len("onzelieve"):], put)
		case strings.HasPrefix(w.raw, "olvrouw"):
			put("olv")
			lady(w.raw[len("ol"):], put)
		case w.raw == "h" && i+1 < len(ws) && len(ws[i+1].raw) > 2:
			put("heilig")
		case isDigit(w.raw[0]):
			if i+1 < len(ws) && ws[i+1].glue == '0' && (ws[i+1].raw == "ste" || ws[i+1].raw == "de" || ws[i+1].raw == "e") {
				through(i + 1) // 1ste, 2de, 3e
			}
			put(w.raw)
		case w.raw == "s" && i+1 < len(ws) && ws[i+1].glue == '\'':
			put(w.raw) // 's-Gravenwezel
		default:
			abbreviation(w.raw, put)
		}
		i += n
	}
	return out
}

// lady writes what follows "Onze-Lieve-" : vrouw, vrouwecollege, vrouwinstituut.
func lady(s string, put func(string)) {
	rest := strings.TrimPrefix(s, "vrouw")
	for _, linking := range []string{"en", "e", "s"} {
		if r := strings.TrimPrefix(rest, linking); r != rest && (len(r) == 0 || len(r) > 3) {
			rest = r
			break
		}
	}
	if len(rest) > 2 {
		put(rest)
	}
}

// initials counts the single letters at the start of ws that are one abbreviation: with dots, as in "O.-L.-V." or
// "V.T.I.", or with spaces, when it is one that stands for several words, as in "k t a".
func initials(ws []word) int {
	n := 0
	for n < len(ws) && len(ws[n].raw) == 1 && !isDigit(ws[n].raw[0]) && (n == 0 || ws[n].glue == '.') {
		n++
	}
	if n >= 2 {
		return n
	}
	var spaced [5]byte
	for n = 0; n < min(len(ws), len(spaced)) && len(ws[n].raw) == 1; n++ {
		spaced[n] = ws[n].raw[0]
	}
	if n >= 2 {
		words := 0
		abbreviation(string(spaced[:n]), func(string) { words++ })
		if words > 1 {
			return n
		}
	}
	// "o l v" and "o. l. v." with spaces
	if len(ws) >= 3 && ws[0].raw == "o" && ws[1].raw == "l" && (ws[2].raw == "v" || strings.HasPrefix(ws[2].raw, "vrouw")) {
		if ws[2].raw == "v" {
			return 3
		}
		return 2
	}
	return 1
}

// abbreviation writes a word out in full, in its canonical form.
func abbreviation(s string, put func(string)) {
	switch s {
	case "st", "sinte", "ste", "snt", "saint", "sainte":
		put("sint")
	case "olv", "onzelievevrouw":
		put("olv")
	case "olvi":
		put("olv")
		put("instituut")
	case "olvp":
		put("olv")
		put("presentatie")
	case "vbs":
		put("vrij")
		put("basisschool")
	case "gbs", "gemeenteschool":
		put("gemeentelijk")
		put("basisschool")
	case "sbs", "stadsschool":
		put("stedelijk")
		put("basisschool")
	case "bs":
		put("basisschool")
	case "vls":
		put("vrij")
		put("lager")
		put("school")
	case "gls":
		put("gemeentelijk")
		put("lager")
		put("school")
	case "ls":
		put("lager")
		put("school")
	case "vks":
		put("vrij")
		put("kleuterschool")
	case "gks":
		put("gemeentelijk")
		put("kleuterschool")
	case "ks":
		put("kleuterschool")
	case "lagereschool":
		put("lager")
		put("school")
	case "ka":
		put("koninklijk")
		put("atheneum")
	case "ta":
		put("technisch")
		put("atheneum")
	case "kta":
		put("koninklijk")
		put("technisch")
		put("atheneum")
	case "mpi", "mpigo":
		put("medisch")
		put("pedagogisch")
		put("instituut")
	case "vti":
		put("vrij")
		put("technisch")
		put("instituut")
	case "gti":
		put("gemeentelijk")
		put("technisch")
		put("instituut")
	case "pti":
		put("provinciaal")
		put("technisch")
		put("instituut")
	case "kti":
		put("katholiek")
		put("technisch")
		put("instituut")
	case "buso":
		put("buitengewoon")
		put("secundair")
		put("onderwijs")
	case "sbso":
		put("school")
		put("buitengewoon")
		put("secundair")
		put("onderwijs")
	case "bubao", "blo", "bulo", "bsbo":
		put("basisschool")
		put("buitengewoon")
		put("onderwijs")
	case "vbsbo":
		put("vrij")
		put("basisschool")
		put("buitengewoon")
		put("onderwijs")
	case "so", "middelbaar", "middelbare":
		put("secundair")
	case "cvo":
		put("centrum")
		put("volwassenenonderwijs")
	case "gsg":
		put("scholengemeenschap")
	case "vrije":
		put("vrij")
	case "gemeentelijke", "gem":
		put("gemeentelijk")
	case "stedelijke", "stads", "sted":
		put("stedelijk")
	case "provinciale", "prov":
		put("provinciaal")
	case "lagere":
		put("lager")
	case "secundaire":
		put("secundair")
	case "koninklijke", "kon":
		put("koninklijk")
	case "technische":
		put("technisch")
	case "katholieke":
		put("katholiek")
	case "buitengewone":
		put("buitengewoon")
	case "heilige", "heiligen", "hl":
		put("heilig")
	case "scholen":
		put("school")
	case "basisscholen":
		put("basisschool")
	case "athenee":
		put("atheneum")
	case "burg":
		put("burgemeester")
	case "dr":
		put("dokter")
	case "kan":
		put("kanunnik")
	case "past":
		put("pastoor")
	case "gen":
		put("generaal")
	case "gebr":
		put("gebroeders")
	case "mgr":
		put("monseigneur")
	case "min":
		put("minister")
	case "prof":
		put("professor")
	case "stwg", "steenw", "stw":
		put("steenweg")
	case "str":
		put("straat")
	case "t":
		put("het")
	case "eerste", "een", "i":
		if s == "een" {
			put("een")
		} else {
			put("1")
		}
	case "tweede", "twee", "ii":
		put("2")
	case "derde", "drie", "iii":
		put("3")
	case "vierde", "vier", "iv":
		put("4")
	case "vijf", "vijfde", "v":
		put("5")
	case "zes", "zesde", "vi":
		put("6")
	case "zeven", "zevende", "vii":
		put("7")
	case "acht", "achtste", "viii":
		put("8")
	case "negen", "negende", "ix":
		put("9")
	case "tien", "tiende", "x":
		put("10")
	case "elf", "elfde", "xi":
		put("11")
	case "twaalf", "twaalfde", "xii":
		put("12")
	case "dertien", "dertiende", "xiii":
		put("13")
	case "veertien", "veertiende", "xiv":
		put("14")
	case "vijftien", "vijftiende", "xv":
		put("15")
	case "zestien", "zestiende", "xvi":
		put("16")
	case "zeventien", "zeventiende", "xvii":
		put("17")
	case "achttien", "achttiende", "xviii":
		put("18")
	case "negentien", "negentiende", "xix":
		put("19")
	case "twintig", "twintigste", "xx":
		put("20")
	case "xxiii":
		put("23")
	default:
		switch {
		case strings.HasPrefix(s, "sint") && len(s) >= 7:
			put("sint") // sintjozef
			abbreviation(s[4:], put)
		case strings.HasSuffix(s, "str") && len(s) >= 6:
			put(s[:len(s)-3] + "straat") // kerkstr.
		case strings.HasSuffix(s, "stwg") && len(s) >= 7:
			put(s[:len(s)-4] + "steenweg")
		case strings.HasSuffix(s, "stw") && len(s) >= 7:
			put(s[:len(s)-3] + "steenweg")
		default:
			put(s)
		}
	}
}

// classOf says how much a canonical word tells.
func classOf(s string) class {
	if isDigit(s[0]) {
		if len(s) <= 3 {
			return classNumber
		}
		return classCode
	}
	if len(s) == 1 {
		if s == "d" || s == "s" || s == "n" {
			return classStop
		}
		return classNumber // Damiaaninstituut C
	}
	switch s {
	case "de", "het", "een", "en", "van", "voor", "in", "te", "ter", "ten", "den", "der", "aan", "op", "met", "bij",
		"la", "le", "les", "du", "des", "and", "of", "the", "uit", "naar", "om", "over",
		"ik", "wie", "wat", "waar", "welke", "is", "zijn", "mijn", "zoek", "bellen", "nr", "aub":
		return classStop
	case "basisschool", "school", "vrij", "gemeentelijk", "stedelijk", "provinciaal", "lager", "kleuterschool",
		"secundair", "onderwijs", "basisonderwijs", "kleuteronderwijs", "gesubsidieerd", "gesubsidieerde", "go",
		"katholiek", "koninklijk", "campus", "afdeling", "vestiging", "vestigingsplaats", "autonome", "gewoon", "sint",
		"deeltijds", "deeltijdse", "voltijds", "gemeenschapsonderwijs", "kleuter", "kleuters", "kleuterklas", "scholengemeenschap",
		"politie", "politiezone", "zone", "pz", "lokale", "gemeente", "deelgemeente", "postcode", "stad", "straat",
		"instelling", "officieel", "aanspreekpunt", "contact", "contactpersoon", "telefoon", "telefoonnummer", "nummer",
		"tel", "gsm", "mail", "adres", "schooltje", "basis", "centrum":
		return classGeneric
	case "college", "instituut", "atheneum", "lyceum", "humaniora", "academie", "middenschool", "technisch", "seminarie",
		"medisch", "pedagogisch", "buitengewoon", "kunstacademie", "volwassenenonderwijs", "hogeschool", "freinetschool",
		"steinerschool", "methodeschool", "leefschool", "bovenbouw", "graad":
		return classType
	}
	return classNormal
}

// isCount tells of numbers as only a name has them: no house has the number "drie".
func isCount(raw string) bool {
	switch raw {
	case "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf", "dertien", "veertien",
		"vijftien", "zestien", "zeventien", "achttien", "negentien", "twintig":
		return true
	}
	return false
}

// aboutOf says what kind of thing a canonical word shows the query to be about.
func aboutOf(s string) about {
	switch s {
	case "basisschool", "school", "kleuterschool", "lager", "secundair", "onderwijs", "basisonderwijs", "go", "campus",
		"college", "instituut", "atheneum", "lyceum", "humaniora", "academie", "middenschool", "buitengewoon",
		"kunstacademie", "volwassenenonderwijs", "hogeschool", "freinetschool", "steinerschool", "vrij":
		return aboutSchool
	case "politie", "politiezone", "zone", "pz":
		return aboutZone
	case "gemeente", "deelgemeente", "postcode", "stad":
		return aboutPlace
	}
	return aboutNothing
}

// parts puts the pieces of a compound by which it is asked for too: jozef and college of "jozefscollege".
func parts(s string, put func(string)) {
	for _, suffix := range [...]string{"basisschool", "kleuterschool", "middenschool", "school", "college", "instituut", "lyceum",
		"atheneum", "humaniora", "academie", "scholen", "schooltje"} {
		stem, ok := strings.CutSuffix(s, suffix)
		if !ok || len(stem) < 3 {
			continue
		}
		put(stem)
		if s, ok := strings.CutSuffix(stem, "s"); ok && len(s) >= 3 {
			put(s)
		}
		if suffix == "scholen" || suffix == "schooltje" {
			suffix = "school"
		}
		put(suffix)
		return
	}
}
