package relevance

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"aanspreekpunt/shared/directory"
)

// Query is what someone types who means one school.
type Query struct {
	Text string
	Way  string                        // how it was made from what the person knows
	Want []directory.InstitutionNumber // the school, with those that share its name and municipality
}

// Untouched is the way of the queries that are a school's full name and its municipality as they stand.
const Untouched = "untouched"

// Queries makes up n queries about the schools, the same ones for the same seed. Each starts from what a person
// knows of a school: its name or what it is called for short, the street, the municipality of today or before, a
// place with its postcode. Then it is typed as people type. A query that a well-informed person could not
// resolve is left out: when another school has the same short name there, or a slip of the pen makes another
// word that exists.
func Queries(t directory.Territory, schools []directory.School, seed uint64, n int) []Query {
	m := newMaker(t, schools, seed)
	var out []Query
	for len(out) < n {
		s := &m.schools[m.rand.IntN(len(m.schools))]
		way := ways[m.rand.IntN(len(ways))]
		text, ok := way.make(m, s)
		if !ok || strings.TrimSpace(text) == "" {
			continue
		}
		out = append(out, Query{Text: text, Way: way.name, Want: m.same[sameKey(s)]})
	}
	return out
}

// UntouchedQueries gives every school's full name with its municipality.
func UntouchedQueries(t directory.Territory, schools []directory.School) []Query {
	m := newMaker(t, schools, 0)
	var out []Query
	for i := range m.schools {
		s := &m.schools[i]
		out = append(out, Query{Text: s.Name + " " + s.Locations[0].Municipality, Way: Untouched, Want: m.same[sameKey(s)]})
	}
	return out
}

// ways are how a query comes about.
var ways = []struct {
	name string
	make func(*maker, *directory.School) (string, bool)
}{
	{"short name and municipality", func(m *maker, s *directory.School) (string, bool) {
		core, ok := m.core(s)
		return m.casual(core + " " + m.town(s)), ok
	}},
	{"municipality first", func(m *maker, s *directory.School) (string, bool) {
		core, ok := m.core(s)
		return m.casual(m.town(s) + " " + core), ok
	}},
	{"abbreviated", func(m *maker, s *directory.School) (string, bool) {
		short, ok := abbreviated(s.Name)
		return m.casual(short + " " + m.town(s)), ok && m.telling(s)
	}},
	{"saint abbreviated", func(m *maker, s *directory.School) (string, bool) {
		core, ok := m.core(s)
		short := m.saint(core)
		return strings.ToLower(short + " " + m.town(s)), ok && short != core
	}},
	{"typing error", func(m *maker, s *directory.School) (string, bool) {
		core, ok := m.core(s)
		text, typed := m.slip(m.casual(core+" "+m.town(s)), 1)
		return text, ok && typed
	}},
	{"typing error in the full name", func(m *maker, s *directory.School) (string, bool) {
		text, typed := m.slip(m.casual(s.Name+" "+m.town(s)), 1)
		return text, typed && m.telling(s)
	}},
	{"two typing errors", func(m *maker, s *directory.School) (string, bool) {
		core, ok := m.core(s)
		text, typed := m.slip(m.casual(core+" "+m.town(s)), 2)
		return text, ok && typed
	}},
	{"sound-alike", func(m *maker, s *directory.School) (string, bool) {
		core, ok := m.core(s)
		text := m.casual(core + " " + m.town(s))
		heard, changed := m.soundAlike(text)
		return heard, ok && changed
	}},
	{"former or sub-municipality", func(m *maker, s *directory.School) (string, bool) {
		core, ok := m.core(s)
		place := m.place(s)
		return m.casual(core + " " + place), ok && place != "" && m.alone(s, core, place)
	}},
	{"postcode", func(m *maker, s *directory.School) (string, bool) {
		core, ok := m.core(s)
		return m.casual(core) + " " + s.Locations[0].Postcode, ok
	}},
	{"street and municipality", func(m *maker, s *directory.School) (string, bool) {
		l := s.Locations[0]
		return m.casual(kind(s) + " " + l.Street + " " + m.town(s)), m.onlyInStreet(s)
	}},
	{"street with number", func(m *maker, s *directory.School) (string, bool) {
		l := s.Locations[0]
		return m.casual(kind(s) + " " + l.Street + " " + l.HouseNumber + " " + m.town(s)), m.onlyInStreet(s)
	}},
	{"short name and street", func(m *maker, s *directory.School) (string, bool) {
		core, ok := m.core(s)
		street := s.Locations[0].Street
		return m.casual(core + " " + street), ok && street != "" && len(m.coreIn[plain(core)+"|"+plain(street)]) == 1
	}},
	{"joined", func(m *maker, s *directory.School) (string, bool) {
		core, ok := m.core(s)
		words := strings.Fields(m.casual(core))
		if !ok || len(words) < 2 {
			return "", false
		}
		i := m.rand.IntN(len(words) - 1)
		words[i] += words[i+1]
		words = slices.Delete(words, i+1, i+2)
		return strings.Join(words, " ") + " " + strings.ToLower(m.town(s)), true
	}},
	{"split", func(m *maker, s *directory.School) (string, bool) {
		core, ok := m.core(s)
		text, split := m.splitWord(m.casual(core))
		return text + " " + strings.ToLower(m.town(s)), ok && split
	}},
	{"cut short", func(m *maker, s *directory.School) (string, bool) {
		core, ok := m.core(s)
		text, cut := m.cutWord(m.casual(core))
		return text + " " + strings.ToLower(m.town(s)), ok && cut
	}},
	{"school word added", func(m *maker, s *directory.School) (string, bool) {
		core, ok := m.core(s)
		return m.casual(kind(s) + " " + core + " in " + m.town(s)), ok
	}},
}

type maker struct {
	rand    *rand.Rand
	schools []directory.School
	same    map[string][]directory.InstitutionNumber
	cores   map[string]map[string]bool                      // short name in a municipality → full names
	streets map[string]map[directory.InstitutionNumber]bool // kind, street and municipality → schools
	coreAt  map[string]map[string]bool                      // short name and place → full name and municipality
	coreIn  map[string]map[string]bool                      // short name and street → full name and municipality
	places  map[string][]directory.Place                    // by postcode
	isPlace map[string]bool                                 // every place name
	known   map[string]bool                                 // every word that exists
}

func sameKey(s *directory.School) string { return s.Name + "|" + s.Locations[0].NIS.String() }

func newMaker(t directory.Territory, schools []directory.School, seed uint64) *maker {
	m := &maker{
		rand: rand.New(rand.NewPCG(seed, 2006)), schools: schools,
		same: map[string][]directory.InstitutionNumber{}, cores: map[string]map[string]bool{},
		streets: map[string]map[directory.InstitutionNumber]bool{}, coreAt: map[string]map[string]bool{}, coreIn: map[string]map[string]bool{},
		places: map[string][]directory.Place{}, known: map[string]bool{}, isPlace: map[string]bool{},
	}
	for _, p := range t.Places {
		m.places[p.Postcode] = append(m.places[p.Postcode], p)
		m.learn(p.Name)
		m.isPlace[plain(p.Name)] = true
	}
	for i := range schools {
		s := &schools[i]
		m.same[sameKey(s)] = append(m.same[sameKey(s)], s.Number)
		m.learn(s.Name)
		core := plain(coreOf(s.Name))
		put(m.cores, core+"|"+s.Locations[0].NIS.String(), s.Name)
		for _, l := range s.Locations {
			m.learn(l.Street)
			put(m.streets, streetKey(kind(s), l), s.Number)
			put(m.streets, streetKey("school", l), s.Number)
			put(m.coreIn, core+"|"+plain(l.Street), sameKey(s))
			for _, p := range m.places[l.Postcode] {
				put(m.coreAt, core+"|"+plain(p.Name), sameKey(s))
			}
		}
	}
	return m
}

func streetKey(kind string, l directory.Location) string {
	return kind + "|" + plain(l.Street) + "|" + l.NIS.String()
}

func put[K comparable](m map[string]map[K]bool, key string, value K) {
	if m[key] == nil {
		m[key] = map[K]bool{}
	}
	m[key][value] = true
}

func (m *maker) learn(text string) {
	for _, w := range strings.Fields(plain(text)) {
		m.known[w] = true
	}
}

// plain is a text in lower case without accents and punctuation.
func plain(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case strings.ContainsRune("àáâä", r):
			r = 'a'
		case strings.ContainsRune("èéêë", r):
			r = 'e'
		case strings.ContainsRune("ìíîï", r):
			r = 'i'
		case strings.ContainsRune("òóôö", r):
			r = 'o'
		case strings.ContainsRune("ùúûü", r):
			r = 'u'
		case r == 'ç':
			r = 'c'
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		} else if r != '\'' && r != '’' {
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// formal are the beginnings of official names that nobody says.
var formal = []string{
	"Vrije Basisschool voor Buitengewoon Onderwijs", "Vrije Lagere School voor Buitengewoon Onderwijs",
	"Gemeentelijke Basisschool voor Buitengewoon Onderwijs", "Gemeentelijke Lagere School voor Buitengewoon Onderwijs",
	"GO! school voor buitengewoon secundair onderwijs", "GO! medisch pedagogisch instituut",
	"Vrije Basisschool", "Vrije Lagere School", "Vrije Kleuterschool", "Gemeentelijke Basisschool", "Gemeentelijke Lagere School",
	"Gemeentelijke Kleuterschool", "Stedelijke Basisschool", "Stedelijke Kleuterschool", "Stedelijke Lagere School",
	"GO! basisschool", "GO! middenschool", "GO! atheneum", "GO!", "Buitengewoon Secundair Onderwijs",
}

// coreOf is what people call a school: its name without what is formal.
func coreOf(name string) string {
	if i := strings.LastIndex(name, " ("); i > 0 && strings.HasSuffix(name, ")") {
		name = name[:i] // nobody says what stands in parentheses
	}
	for _, f := range formal {
		if len(name) > len(f) && strings.EqualFold(name[:len(f)], f) {
			if rest := strings.Trim(name[len(f):], " -"); rest != "" {
				return rest
			}
		}
	}
	if slices.ContainsFunc(formal, func(f string) bool { return strings.EqualFold(f, name) }) {
		return ""
	}
	return name
}

// core gives the short name of a school when it tells it from the others of its municipality.
func (m *maker) core(s *directory.School) (string, bool) {
	core := coreOf(s.Name)
	if len(m.cores[plain(core)+"|"+s.Locations[0].NIS.String()]) != 1 {
		return "", false
	}
	return core, len(plain(core)) >= 4 && !m.isPlace[plain(core)] // who types a place alone means the place
}

// telling tells whether a school's name is more than what it is, such as "Vrije Basisschool".
func (m *maker) telling(s *directory.School) bool { return coreOf(s.Name) != "" }

func (m *maker) alone(_ *directory.School, core, place string) bool {
	return len(m.coreAt[plain(core)+"|"+plain(place)]) == 1
}

func (m *maker) onlyInStreet(s *directory.School) bool {
	l := s.Locations[0]
	in := m.streets[streetKey(kind(s), l)]
	if l.Street == "" {
		return false
	}
	for n := range in {
		if !slices.Contains(m.same[sameKey(s)], n) {
			return false
		}
	}
	return true
}

// kind is the word for what a school is.
func kind(s *directory.School) string {
	t := strings.ToLower(s.Type + " " + s.Name)
	switch {
	case strings.Contains(t, "kleuterschool"):
		return "kleuterschool"
	case strings.Contains(t, "lagere school"):
		return "lagere school"
	case strings.Contains(t, "basisschool"):
		return "basisschool"
	}
	return "school"
}

// town is the municipality of today as people say it: of a name that a merger put together, the part that is
// the school's own.
func (m *maker) town(s *directory.School) string {
	l := s.Locations[0]
	if l.Place != "" {
		return l.Place
	}
	return l.Municipality
}

// place is another name for where the school lies: a place with its postcode, of today or before.
func (m *maker) place(s *directory.School) string {
	l := s.Locations[0]
	var names []string
	for _, p := range m.places[l.Postcode] {
		if p.NIS == l.NIS && p.Kind != directory.PlaceOtherLanguage && p.Name != l.Municipality && p.Name != l.Place {
			names = append(names, p.Name)
		}
	}
	if l.Place != "" && l.Place != l.Municipality {
		names = append(names, l.Place)
	}
	if len(names) == 0 {
		return ""
	}
	return names[m.rand.IntN(len(names))]
}

// casual types a text as people do: mostly without capitals, accents and punctuation.
func (m *maker) casual(s string) string {
	switch m.rand.IntN(4) {
	case 0:
		return strings.Join(strings.Fields(s), " ")
	case 1:
		return strings.ToLower(strings.Join(strings.Fields(s), " "))
	}
	return plain(s)
}

// saint writes saints and Our Lady short.
func (m *maker) saint(s string) string {
	short := [][]string{{"st ", "st. ", "st-", "Sint "}, {"olv ", "o.l.v. ", "o.-l.-v.-"}}
	s = strings.ReplaceAll(s, "Sint-", short[0][m.rand.IntN(4)])
	return strings.ReplaceAll(s, "Onze-Lieve-Vrouw-", short[1][m.rand.IntN(3)])
}

// abbreviated writes the formal part of a name short.
func abbreviated(name string) (string, bool) {
	for _, a := range [...][2]string{
		{"Vrije Basisschool", "VBS"}, {"Gemeentelijke Basisschool", "GBS"}, {"Stedelijke Basisschool", "SBS"},
		{"GO! basisschool", "BS"}, {"Vrije Lagere School", "VLS"}, {"Buitengewoon Secundair Onderwijs", "BuSO"},
		{"Vrij Technisch Instituut", "VTI"}, {"Koninklijk Technisch Atheneum", "KTA"}, {"GO! atheneum", "KA"},
		{"GO! technisch atheneum", "KTA"}, {"GO! medisch pedagogisch instituut", "MPI"},
		{"Centrum voor Volwassenenonderwijs", "CVO"}, {"GO! school voor buitengewoon secundair onderwijs", "BuSO"},
		{"Onze-Lieve-Vrouw", "OLV"},
	} {
		if len(name) > len(a[0]) && strings.EqualFold(name[:len(a[0])], a[0]) {
			return a[1] + " " + strings.Trim(name[len(a[0]):], " -"), true
		}
	}
	return "", false
}

// neighbours are the keys beside each key of a Belgian keyboard.
var neighbours = map[rune]string{
	'a': "zq", 'z': "aes", 'e': "zrd", 'r': "etf", 't': "ryg", 'y': "tuh", 'u': "yij", 'i': "uok", 'o': "ipl", 'p': "om",
	'q': "as", 's': "qdz", 'd': "sfe", 'f': "dgr", 'g': "fht", 'h': "gjy", 'j': "hku", 'k': "jli", 'l': "kmo", 'm': "lp",
	'w': "xq", 'x': "wc", 'c': "xv", 'v': "cb", 'b': "vn", 'n': "b",
}

// slip makes typing errors, each in another word of five letters or more, or two in one of nine or more.
func (m *maker) slip(text string, errors int) (string, bool) {
	words := strings.Fields(text)
	var long []int
	for i, w := range words {
		if n := len([]rune(w)); n >= 5 && !unicode.IsDigit([]rune(w)[0]) {
			long = append(long, i)
			if n >= 9 {
				long = append(long, i)
			}
		}
	}
	if len(long) < errors {
		return "", false
	}
	m.rand.Shuffle(len(long), func(i, j int) { long[i], long[j] = long[j], long[i] })
	for _, i := range long[:errors] {
		w, ok := m.mistype(words[i])
		if !ok {
			return "", false
		}
		words[i] = w
	}
	return strings.Join(words, " "), true
}

// mistype makes one typing error behind the first letter.
func (m *maker) mistype(word string) (string, bool) {
	r := []rune(word)
	i := 1 + m.rand.IntN(len(r)-1)
	if !unicode.IsLetter(r[i]) {
		return "", false
	}
	switch m.rand.IntN(4) {
	case 0: // a key beside it
		keys := neighbours[unicode.ToLower(r[i])]
		if keys == "" {
			return "", false
		}
		r[i] = rune(keys[m.rand.IntN(len(keys))])
	case 1: // left out
		r = slices.Delete(r, i, i+1)
	case 2: // twice, or a key beside it as well
		r = slices.Insert(r, i, r[i])
	default: // swapped
		if i == len(r)-1 {
			i--
		}
		if i == 0 || r[i] == r[i+1] || !unicode.IsLetter(r[i+1]) {
			return "", false
		}
		r[i], r[i+1] = r[i+1], r[i]
	}
	out := string(r)
	return out, out != word && !m.known[plain(out)]
}

// soundAlike writes one sound as another that is heard the same.
func (m *maker) soundAlike(text string) (string, bool) {
	pairs := [][2]string{{"ij", "ei"}, {"ei", "ij"}, {"ij", "y"}, {"y", "ij"}, {"c", "k"}, {"k", "c"}, {"ae", "aa"}, {"aa", "ae"},
		{"x", "ks"}, {"ks", "x"}, {"au", "ou"}, {"ou", "au"}, {"th", "t"}, {"t", "th"}}
	m.rand.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	words := strings.Fields(text)
	for _, p := range pairs {
		for i, w := range words {
			if len(w) < 4 || !strings.Contains(w, p[0]) || strings.Contains(w, "ch") && p[0] == "c" {
				continue
			}
			changed := strings.Replace(w, p[0], p[1], 1)
			if m.known[plain(changed)] {
				continue
			}
			words[i] = changed
			return strings.Join(words, " "), true
		}
	}
	return "", false
}

// splitWord writes a compound in two: where two words that exist meet, or behind a saint.
func (m *maker) splitWord(text string) (string, bool) {
	words := strings.Fields(text)
	for i, w := range words {
		for at := 4; at <= len(w)-4; at++ {
			if m.known[w[:at]] && m.known[w[at:]] {
				words[i] = fmt.Sprintf("%s %s", w[:at], w[at:])
				return strings.Join(words, " "), true
			}
		}
	}
	return "", false
}

// cutWord leaves the end of a long word out.
func (m *maker) cutWord(text string) (string, bool) {
	words := strings.Fields(text)
	for i, w := range words {
		if r := []rune(w); len(r) >= 8 && unicode.IsLetter(r[0]) && !strings.HasPrefix(plain(w), "sint") {
			words[i] = string(r[:len(r)-2-m.rand.IntN(2)])
			return strings.Join(words, " "), !m.known[plain(words[i])]
		}
	}
	return "", false
}
