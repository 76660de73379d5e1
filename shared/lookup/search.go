package lookup

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// The bounds of what one query may cost.
const (
	maxQueryBytes  = 400     // of the text
	maxQueryWords  = 12      // canonical ones
	maxExpansions  = 48      // spellings of one word
	maxCandidates  = 4096    // entries that are compared with the query
	maxBroad       = 1500    // hits after which a broad query is answered: more than are counted
	maxDecoded     = 1 << 16 // entries of one word's list
	maxRange       = 256     // words that one unfinished word is compared with
	maxLimit       = 200
	defaultLimit   = 10
	maxOccurrences = 96 // of one entry's words in one query
)

// how a word of the index answers a word of the query.
type how uint8

const (
	exact  how = iota
	begun      // it starts with the query's last word, which is still being typed
	joined     // the query has it in two words
	alike      // it sounds the same
	cut        // it starts with a word of the query
	typo1
	typo2
	divided // the query has it and another in one word
)

// Qualities out of 64 of the ways to answer.
var qualities = [...]int32{exact: 64, begun: 58, joined: 60, alike: 54, cut: 42, typo1: 46, typo2: 34, divided: 56}

// expansion is a way to read one word of the query: any of the index's words from lo up to but not hi.
type expansion struct {
	lo, hi uint32
	with   uint32 // another word that the entry must have too, none otherwise
	how    how
}

// asked is a word of the query.
type asked struct {
	word
	must       bool
	value      int32 // what finding it is worth: 1 to 80
	from, to   int   // its expansions
	entries    int   // how many have it, at most
	ids        [8]uint32
	codes      int  // how many of ids it is the code of
	exactCodes int  // how many of those as it stands
	open       bool // it is still being typed
	unknown    bool // the index does not have it as it stands
	anchored   bool // it is the name, or a word of the name, of a municipality or place that the query names
	town       bool // moreover of the one that the query is about
	spelled    bool // a number written in letters, which no house number is
}

// probe is an expansion of one word, ready to be compared with the words of an entry.
type probe struct {
	term uint32
	exp  uint16
	word uint8
	half bool // the second word of a divided one
}

// occurred is a word of the query found in an entry.
type occurred struct {
	value    int32
	term     uint32
	location uint32
	exp      uint16
	word     uint8
	field    Field
	part     bool
	share    uint8 // of the name
}

type candidate struct {
	score int32
	id    uint32
}

// query is the work space of one search.
type query struct {
	ix       *Index
	text     string
	raw      []word
	words    []word
	asked    []asked
	exps     []expansion
	points   []probe
	ranges   []probe
	bloom    [4]uint64
	found    [maxOccurrences]occurred
	nfound   int
	best     []candidate // a heap, worst on top
	keep     int
	matched  int
	full     int // hits whose whole name is in the query, and nothing in the query is not true of them
	rivals   int // the same for what is left of the name without the words that say nothing
	certain  uint32
	ids      []uint32
	spare    []uint32
	nears    []near
	key      []byte
	about    about
	anchored bool // a word is that: see asked
	spelled  bool
	onlyCode bool
	partial  bool
	offering bool // places for an unfinished name: see beginPlaces
	bounded  bool // not every candidate was looked at
}

var queries = sync.Pool{New: func() any { return new(query) }}

// Search finds the entries that a query means, best first. It answers any text, however odd or long, in bounded
// time. See the package comment for how it reads a query and ranks what it finds.
func (ix *Index) Search(q Query) Result {
	s := queries.Get().(*query)
	defer s.done()
	s.ix = ix
	limit := q.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	limit = min(limit, maxLimit)
	offset := max(q.Offset, 0)
	if offset >= MaxTotal {
		offset, limit = MaxTotal, 0
	}
	s.keep = min(offset+limit, MaxTotal)
	if s.keep == 0 {
		s.keep = 1
	}
	if !s.read(q.Text, q.AsYouType) {
		return Result{}
	}
	s.answer(q.Literal)
	return s.result(offset, limit)
}

// done gives the work space back. It keeps neither anyone's words nor an index that has been replaced.
func (s *query) done() {
	clear(s.raw)
	clear(s.words)
	clear(s.asked)
	s.ix, s.text = nil, ""
	queries.Put(s)
}

// read takes the query's text apart. It tells whether there is a word in it.
func (s *query) read(text string, asYouType bool) bool {
	text = cutText(text)
	s.text = text
	s.raw = split(text, s.raw[:0], maxQueryWords)
	s.words = canonical(s.raw, s.words[:0])
	if len(s.words) > maxQueryWords {
		s.words = s.words[:maxQueryWords]
	}
	s.asked, s.exps = s.asked[:0], s.exps[:0]
	s.about, s.onlyCode, s.anchored, s.spelled = aboutNothing, true, false, false
	if len(s.words) == 0 {
		return false
	}
	open := asYouType && s.raw[len(s.raw)-1].end == len(text) // no space typed yet
	for i, w := range s.words {
		a := asked{word: w, from: len(s.exps), must: w.class == classNormal || w.class == classType || w.class == classCode}
		if ab := aboutOf(w.text); ab != aboutNothing && (s.about == aboutNothing || ab == aboutZone) {
			s.about = ab
		}
		last := open && i == len(s.words)-1
		a.open = last
		if t, ok := s.ix.exactTerm(w.text); ok {
			s.expand(&a, expansion{t, t + 1, none, exact})
		}
		if last && (!isDigit(w.raw[0]) || len(w.raw) > 1) {
			if lo, hi := s.ix.prefixTerms(w.raw); lo < hi {
				s.expand(&a, expansion{lo, hi, none, begun})
				a.must = true // "sint j" is not yet a number
			}
		}
		switch w.class {
		case classCode, classNumber:
			if isCount(w.raw) && len(s.words) > 1 {
				a.must, a.spelled, s.spelled, s.onlyCode = true, true, true, false
				break
			}
			s.code(&a, last)
			if len(a.text) >= 4 && a.entries == 0 && a.codes == 0 {
				a.must = false // a house number, a telephone number
			}
		case classGeneric, classStop:
		default:
			s.onlyCode = false
		}
		a.to = len(s.exps)
		a.unknown = a.entries == 0 && a.codes == 0
		s.asked = append(s.asked, a)
	}
	for i := 1; i < len(s.asked); i++ {
		s.join(i-1, i)
	}
	s.insist()
	s.weigh()
	return true
}

// insist makes every word count in a query of words that say nothing: "vrije basisschool".
func (s *query) insist() {
	for _, level := range [...]class{classNormal, classGeneric, classStop} {
		for i := range s.asked {
			if s.asked[i].must {
				return
			}
		}
		for i := range s.asked {
			a := &s.asked[i]
			switch level {
			case classGeneric:
				a.must = a.class == classGeneric || a.class == classNumber
			case classStop:
				a.must = true
			}
		}
	}
}

// expand adds a reading of a word.
func (s *query) expand(a *asked, e expansion) {
	if len(s.exps)-a.from >= maxExpansions {
		return
	}
	for _, have := range s.exps[a.from:] {
		if have.lo == e.lo && have.hi == e.hi && have.with == e.with {
			return // a better reading came first
		}
	}
	n := 0
	if e.hi-e.lo > maxRange {
		n = s.ix.count
	} else {
		for t := e.lo; t < e.hi; t++ {
			n += s.ix.entriesWith(t)
		}
		if e.with != none {
			n = min(n, s.ix.entriesWith(e.with))
		}
	}
	a.entries += n
	s.exps = append(s.exps, e)
}

// code finds the entries whose code a run of digits is: as it stands, and as an institution number without its
// leading zeros. While it is being typed, also the codes that start with it.
func (s *query) code(a *asked, unfinished bool) {
	a.codes, a.exactCodes = 0, 0
	digits := a.text
	if len(digits) > 6 {
		return
	}
	for _, kind := range [...]Kind{Zone, FormerZone, Municipality, FormerMunicipality, School} {
		if id, ok := s.ix.find(kind, digits); ok {
			a.ids[a.codes] = id
			a.codes++
		}
	}
	a.exactCodes = a.codes
	if len(digits) < 6 && strings.Trim(digits, "0") != "" {
		if id, ok := s.ix.find(School, "000000"[len(digits):]+digits); ok {
			a.ids[a.codes] = id
			a.codes++
		}
	}
	if !unfinished || len(digits) < 3 {
		return
	}
	for _, kind := range [...]Kind{Zone, FormerZone, School} {
		for at := s.ix.firstKey(kind, digits); at < s.ix.count && a.codes < len(a.ids); at++ {
			id := s.ix.byKey(at)
			e, ok := s.ix.entry(id)
			if !ok || e.kind != kind || !strings.HasPrefix(string(e.key), digits) {
				break
			}
			if !slices.Contains(a.ids[:a.codes], id) {
				a.ids[a.codes] = id
				a.codes++
			}
		}
	}
}

// join adds the compound of two neighbouring words to both: "suiker spin".
func (s *query) join(i, j int) {
	a, b := &s.asked[i], &s.asked[j]
	if a.end == b.end || isDigit(a.text[0]) || isDigit(b.text[0]) || len(a.raw)+len(b.raw) > maxWord {
		return
	}
	var buf [maxWord]byte
	both := append(append(buf[:0], a.raw...), b.raw...)
	t, ok := s.ix.exactTerm(string(both))
	if !ok {
		return
	}
	s.widen(i, expansion{t, t + 1, none, joined})
	s.widen(j, expansion{t, t + 1, none, joined})
}

// widen adds a reading to a word whose readings are complete.
func (s *query) widen(i int, e expansion) {
	a := &s.asked[i]
	s.moveToEnd(a)
	s.expand(a, e)
	a.to = len(s.exps)
}

// moveToEnd makes room for more readings of a word.
func (s *query) moveToEnd(a *asked) {
	if a.to != len(s.exps) {
		from := len(s.exps)
		s.exps = append(s.exps, s.exps[a.from:a.to]...)
		a.from, a.to = from, len(s.exps)
	}
}

// weigh says what finding each word is worth: the rarer, the more.
func (s *query) weigh() {
	for i := range s.asked {
		a := &s.asked[i]
		class := a.class
		if a.open && a.must {
			class = classNormal
		}
		switch class {
		case classStop:
			a.value = 2
		case classGeneric:
			a.value = 8
		case classNumber:
			a.value = 10
		case classType:
			a.value = 20
		default:
			n := max(a.entries, 1)
			a.value = 32 + 4*int32(min(bits.Len(uint(s.ix.count/n)), 12))
		}
	}
}

// answer looks for entries with every word, then corrects words, then gives words up.
func (s *query) answer(literal bool) {
	s.partial = false
	found := s.run()
	if last := &s.asked[len(s.asked)-1]; found && last.open && last.must && len(s.asked) > 1 && len(last.raw) > 1 {
		s.beginPlaces(last.raw)
	}
	if found {
		return
	}
	s.anchor()
	if literal {
		s.giveUp()
		return
	}
	for deep := range 2 {
		missing := false
		for i := range s.asked {
			if a := &s.asked[i]; a.unknown && !isDigit(a.text[0]) {
				s.correct(i, deep > 0)
				missing = true
			}
		}
		if missing {
			s.insist()
			s.weigh()
			if s.run() {
				return
			}
		}
	}
	for i := range s.asked {
		if a := &s.asked[i]; a.must && !a.unknown && !isDigit(a.text[0]) {
			s.correct(i, false) // who types a word that exists hardly ever means one that differs twice
		}
	}
	if s.run() {
		return
	}
	for i := range s.asked {
		if a := &s.asked[i]; a.must && a.entries == 0 && a.codes == 0 && !isDigit(a.text[0]) {
			s.moveToEnd(a)
			s.pieces(a)
		}
	}
	if s.misspelledTown() && s.run() {
		return
	}
	if last := &s.asked[len(s.asked)-1]; last.open && last.must && len(last.raw) > 2 && s.beginsPlace(last.raw) {
		last.anchored, last.town, s.anchored = true, true, true // who types a place last wants what lies there
	}
	s.giveUp()
}

// mostBegun is how many municipalities, and how many places, are offered for the beginning of a name.
const mostBegun = 8

// beginPlaces offers, while the last word is being typed, also the places that begin with it and that lack the rest
// of the query: "regenboog tie" is not yet the Regenboog in Tielen. What has the whole query comes before them,
// unless the word is already the name of a place, and only begins another.
func (s *query) beginPlaces(word string) {
	if _, whole := s.ix.exactTerm(word); !whole && s.matched >= s.keep {
		return
	}
	s.spare = s.byName(s.spare[:0], word, mostBegun, towns[:], func(of string) bool { return strings.HasPrefix(of, word) })
	kept := s.spare[:0]
	named := false
	for _, id := range s.spare {
		e, _ := s.ix.entry(id)
		named = named || s.sortName(e) == word
		if _, has := s.look(id, s.ix.record(id)); !has {
			kept = append(kept, id)
		}
	}
	s.spare = kept
	if !named && s.matched >= s.keep {
		return
	}
	if named {
		s.asked[len(s.asked)-1].anchored = true
		s.ids = s.ids[:0]
		for _, c := range s.best {
			s.ids = append(s.ids, c.id)
		}
		s.best = s.best[:0]
		for _, id := range s.ids {
			if v, ok := s.look(id, s.ix.record(id)); ok {
				s.push(candidate{v.score, id})
			}
		}
	}
	s.partial, s.offering = true, true
	s.consider(s.spare)
	s.partial, s.offering = false, false
}

// beginsPlace tells whether the name of a municipality or place begins with a word.
func (s *query) beginsPlace(word string) bool {
	s.spare = s.byName(s.spare[:0], word, 1, towns[:], func(of string) bool { return strings.HasPrefix(of, word) })
	return len(s.spare) > 0
}

// mostNamed is how many places are looked at that have a word in their name: Sint-Kruis, Sint-Job, ...
const mostNamed = 64

// anchor finds the words that are the name of a municipality or place: those are meant as they are. Of several
// names, the query is about the longest, about a municipality rather than a place, and about what comes last:
// "drie linden aartselaar".
func (s *query) anchor() {
	var lengths [maxQueryWords]int // twice the words of the name that each word is of, and one for a municipality
	town, where := -1, uint32(0)
	for i := range s.asked {
		a := &s.asked[i]
		if !a.must || a.unknown || isDigit(a.text[0]) {
			continue
		}
		t, ok := s.ix.exactTerm(a.text)
		if !ok {
			continue
		}
		s.ids = s.ix.list(t, s.ids[:0], mostNamed)
		for _, id := range s.ids {
			e, ok := s.ix.entry(id)
			if !ok || e.kind > FormerMunicipality { // entries are in the order of their kinds
				break
			}
			n := 0
			if e.kind != Zone {
				n = 2 * s.names(e, i)
			}
			if n > 0 && e.kind == Municipality {
				n++
			}
			if n > lengths[i] {
				a.anchored, s.anchored, lengths[i] = true, true, n
				if town < 0 || n >= lengths[town] {
					town, where = i, id
				}
			}
		}
	}
	if e, ok := s.ix.entry(where); town >= 0 && ok {
		for i := range s.asked {
			s.asked[i].town = s.asked[i].anchored && s.names(e, i) > 0
		}
	}
}

// misspelledTown takes a word that the index does not have for the municipality or place whose name it nearly is, when
// no other word names one: nothing has all words, and that much is known. Of several it is the nearest, a municipality
// rather than a place, and the last. It tells whether there is one.
func (s *query) misspelledTown() bool {
	if s.anchored {
		return false
	}
	town, best, kind := -1, expansion{}, Kind(0)
	for i := range s.asked {
		a := &s.asked[i]
		if !a.must || !a.unknown || len(a.text) < 3 || isDigit(a.text[0]) {
			continue
		}
		short := len(a.text) == 3 // too short to be corrected to just anything
		if short {
			s.moveToEnd(a)
		}
		to, entries := a.to, a.entries
		if short {
			s.nearly(a, a.text, 1, 1)
			a.to = len(s.exps)
		}
		typed := s.words[i].text
		for _, x := range s.exps[a.from:a.to] {
			if x.hi != x.lo+1 || x.how != alike && x.how != typo1 && x.how != typo2 || town >= 0 && x.how > best.how {
				continue
			}
			s.words[i].text = string(s.ix.term(x.lo))
			s.ids = s.ix.list(x.lo, s.ids[:0], mostNamed)
			for _, id := range s.ids {
				e, ok := s.ix.entry(id)
				if !ok || e.kind > FormerMunicipality { // entries are in the order of their kinds
					break
				}
				if e.kind != Zone && s.names(e, i) > 0 && (town < 0 || x.how < best.how || x.how == best.how && (e.kind < kind || e.kind == kind && i > town)) {
					town, best, kind = i, x, e.kind
				}
			}
		}
		s.words[i].text = typed
		a.to, a.entries = to, entries
	}
	if town < 0 {
		return false
	}
	a := &s.asked[town]
	a.from, a.entries, best.how = len(s.exps), 0, alike // there is no doubt about it any more
	s.expand(a, best)
	a.to = len(s.exps)
	a.town, s.anchored = true, true
	return true
}

// names counts the words of a name of an entry that stands in the query with word i in it; 0 when there is none.
func (s *query) names(e opened, i int) int {
	var raw, ws [maxTextWords]word
	for texts := e.texts; len(texts) > 0; {
		f, _, name, rest, ok := s.ix.nextText(texts)
		if !ok || f != Name {
			return 0 // names come first
		}
		texts = rest
		words := canonical(split(string(name), raw[:0], maxTextWords), ws[:0])
		for from := max(0, i-len(words)+1); from <= i && from+len(words) <= len(s.words); from++ {
			if slices.EqualFunc(words, s.words[from:from+len(words)], func(x, y word) bool { return x.text == y.text }) {
				return len(words)
			}
		}
	}
	return 0
}

// giveUp looks for entries with as many of the words as possible.
func (s *query) giveUp() {
	s.partial = true
	defer func() { s.partial = false }()
	s.run()
}

// correct adds the words that are spelled nearly like a word of the query: with one typing error, or searching
// deeper with two.
func (s *query) correct(i int, deep bool) {
	a := &s.asked[i]
	s.moveToEnd(a)
	text := a.text
	if len(text) == 2 && i == len(s.asked)-1 || len(text) >= 3 {
		if len(text) > 2 {
			s.misspelled(a, text, deep)
		}
		if lo, hi := s.ix.prefixTerms(text); lo < hi && hi-lo <= maxRange { // sent before it was finished
			s.expand(a, expansion{lo, hi, none, cut})
		}
	}
	if len(text) >= 5 {
		s.diminutives(a, text)
		s.divide(a, text)
		for _, little := range [...]string{"de", "het", "t", "een", "den", "ter", "ten", "van", "st"} {
			rest, ok := strings.CutPrefix(text, little)
			if !ok || len(rest) < 4 {
				continue
			}
			if t, ok := s.ix.exactTerm(rest); ok {
				s.expand(a, expansion{t, t + 1, none, divided})
			} else if deep {
				s.diminutives(a, rest)
				s.misspelled(a, rest, false)
			}
			s.divide(a, rest)
		}
	}
	a.to = len(s.exps)
	if a.class == classNormal && a.to > a.from && a.text == a.raw {
		if c := s.ix.classOf(s.exps[a.from].lo); c == classGeneric && s.exps[a.from].how <= typo1 {
			a.class, a.must = c, false // "bassischool"
		}
	}
}

// diminutives adds the other diminutives of a word that is one, written or spoken: boompje of "boomke".
func (s *query) diminutives(a *asked, text string) {
	endings := [...]string{"tje", "pje", "kje", "ske", "eke", "ken", "je", "ke"}
	for _, ending := range endings {
		stem, ok := strings.CutSuffix(text, ending)
		if !ok || len(stem) < 3 {
			continue
		}
		var buf [maxWord + 3]byte
		for _, other := range endings {
			if t, ok := s.ix.exactTerm(string(append(append(buf[:0], stem...), other...))); ok {
				s.expand(a, expansion{t, t + 1, none, alike})
			}
		}
	}
}

// misspelled adds the words of the index that text may be meant as: those that sound the same, those with a
// typing error, and deeper those with two.
func (s *query) misspelled(a *asked, text string, deep bool) {
	limit, reach := 0, 0
	if len(text) >= 4 {
		limit, reach = 1, 1
		if deep {
			reach = 2
			if len(text) >= 7 {
				limit = 2
			}
		}
	}
	s.nearly(a, text, limit, reach)
	if !a.open || limit == 0 {
		return
	}
	s.key = sound(text, s.key[:0])
	s.nears = s.ix.reach(s.key, 1, true, s.nears[:0])
	for _, n := range s.nears {
		for k := n.lo; k < min(n.hi, uint32(s.ix.sounds)) && len(s.exps)-a.from < maxExpansions; k++ {
			from, to := s.ix.heard(k)
			for at := from; at < to; at++ {
				t := s.ix.u32(secSoundIDs, at*4)
				s.expand(a, expansion{t, t + 1, none, typo2})
			}
		}
	}
}

// nearly adds the words of the index with at most limit typing errors, among those that sound at most reach errors off.
func (s *query) nearly(a *asked, text string, limit, reach int) {
	s.key = sound(text, s.key[:0])
	if len(text) >= 3*len(s.key) {
		return // aaaaaaa sounds like as, and is no word
	}
	s.nears = s.ix.reach(s.key, reach, false, s.nears[:0])
	if reach > 1 && string(s.key) != text { // an error may have made a sound: "waervliet" has no ae
		s.nears = s.ix.reach(append(s.key[:0], text...), reach, false, s.nears)
	}
	for wanted := range limit + 1 {
		for _, n := range s.nears {
			if n.errors < wanted {
				continue
			}
			from, to := s.ix.heard(n.lo)
			for at := from; at < to; at++ {
				t := s.ix.u32(secSoundIDs, at*4)
				errors := n.errors
				if errors > 0 { // what sounds further off may look nearer: meenn, menen
					errors = min(errors, max(distance(text, string(s.ix.term(t))), 1))
				}
				if errors == wanted {
					s.expand(a, expansion{t, t + 1, none, [...]how{alike, typo1, typo2}[errors]})
				}
			}
		}
	}
}

// pieces adds what a word that nothing else explains begins and ends with, when that tells something: a
// verkeersschool is not every school.
func (s *query) pieces(a *asked) {
	text := a.text
	add := func(piece string) (known bool) {
		t, ok := s.ix.exactTerm(piece)
		if !ok {
			return false
		}
		if c := s.ix.classOf(t); c != classGeneric && c != classStop {
			s.expand(a, expansion{t, t + 1, none, typo2})
		}
		return true
	}
	for i := len(text) - 1; i >= 4 && !add(text[:i]); i-- {
	}
	for i := 1; i <= len(text)-4 && !add(text[i:]); i++ {
	}
	a.to = len(s.exps)
}

// divide reads a word as two that were typed together, with or without an s between them: the division whose
// rarer word is the most frequent is the likeliest.
func (s *query) divide(a *asked, text string) {
	best, n := expansion{with: none}, 0
	for i := 2; i <= len(text)-2; i++ {
		if !utf8.RuneStart(text[i]) {
			continue
		}
		left, right := text[:i], text[i:]
		l, ok := s.canonicalTerm(left)
		if !ok && len(left) > 3 && left[len(left)-1] == 's' {
			l, ok = s.canonicalTerm(left[:len(left)-1])
		}
		if !ok {
			continue
		}
		r, ok := s.canonicalTerm(right)
		if !ok {
			continue
		}
		if m := min(s.ix.entriesWith(l), s.ix.entriesWith(r)); m > n && l != r {
			best, n = expansion{l, l + 1, r, divided}, m
		}
	}
	if n > 0 {
		s.expand(a, best)
	}
}

// canonicalTerm finds a word by its one canonical spelling.
func (s *query) canonicalTerm(text string) (uint32, bool) {
	one, n := text, 0
	abbreviation(text, func(c string) { one = c; n++ })
	if n > 1 {
		one = text
	}
	return s.ix.exactTerm(one)
}

// run looks for entries with all the words that must be there, or in a partial search with some. It tells
// whether it found any.
func (s *query) run() bool {
	s.best, s.matched, s.full, s.rivals, s.bounded = s.best[:0], 0, 0, 0, false
	s.probes()
	if s.partial {
		s.candidatesOfAny()
		s.consider(s.ids)
		return s.matched > 0
	}
	first, second := -1, -1
	for i := range s.asked {
		a := &s.asked[i]
		if !a.must {
			continue
		}
		if a.entries == 0 && a.codes == 0 {
			return false
		}
		switch {
		case first < 0 || a.entries < s.asked[first].entries:
			first, second = i, first
		case second < 0 || a.entries < s.asked[second].entries:
			second = i
		}
	}
	if first < 0 {
		return false
	}
	a := &s.asked[first]
	if a.entries > maxCandidates {
		s.broad(first, second)
		return s.matched > 0
	}
	s.ids = s.gather(a, s.ids[:0], maxCandidates)
	if second >= 0 && len(s.ids) > 16 && s.asked[second].entries <= max(16*len(s.ids), 4096) {
		s.spare = s.gather(&s.asked[second], s.spare[:0], 1<<17)
		s.ids = intersect(s.ids, s.spare)
	}
	s.consider(s.ids)
	return s.matched > 0
}

// broad looks for the best entries with words that very many have: first those of which the query is the whole
// name, then the first ones in the order of the index.
func (s *query) broad(first, second int) {
	s.bounded = true
	s.ids = s.named(s.ids[:0])
	if len(s.ids) < MaxTotal {
		named := len(s.ids)
		if second >= 0 && s.asked[first].entries <= maxDecoded && s.asked[second].entries <= maxDecoded {
			s.ids = s.gather(&s.asked[first], s.ids, maxDecoded)
			s.spare = s.gather(&s.asked[second], s.spare[:0], maxDecoded)
			s.ids = s.ids[:named+len(intersect(s.ids[named:], s.spare))]
			s.ids = s.ids[:min(len(s.ids), named+maxCandidates)]
		} else {
			s.ids = s.gather(&s.asked[first], s.ids, maxCandidates)
		}
		slices.Sort(s.ids)
		s.ids = slices.Compact(s.ids)
	}
	s.consider(s.ids)
}

// named appends the entries of which the query is the whole name.
func (s *query) named(ids []uint32) []uint32 {
	name := sortable(s.raw)
	return s.byName(ids, name, MaxTotal, searchable[:], func(of string) bool { return of == name })
}

// candidatesOfAny gathers the entries that have at least one of the words that tell something, the rarest first.
func (s *query) candidatesOfAny() {
	var order [maxQueryWords]int
	n := 0
	for i := range s.asked {
		if a := &s.asked[i]; a.must && (a.entries > 0 || a.codes > 0) {
			order[n] = i
			n++
		}
	}
	slices.SortFunc(order[:n], func(x, y int) int { return cmp.Compare(s.asked[x].entries, s.asked[y].entries) })
	s.ids = s.ids[:0]
	for k, i := range order[:n] {
		if k > 0 && len(s.ids)+s.asked[i].entries > maxCandidates {
			break
		}
		s.ids = s.gather(&s.asked[i], s.ids, maxCandidates)
	}
	slices.Sort(s.ids)
	s.ids = slices.Compact(s.ids)
}

// gather appends the entries that have a word, ascending, at most limit.
func (s *query) gather(a *asked, ids []uint32, limit int) []uint32 {
	start, lists := len(ids), 0
	for _, id := range a.ids[:a.codes] {
		ids = append(ids, id)
		lists++
	}
	for _, e := range s.exps[a.from:a.to] {
		if e.hi-e.lo > maxRange {
			ids = s.beginning(a.raw, ids)
			for t := e.lo; t < e.hi && len(ids)-start < limit/2; t++ {
				ids = s.ix.list(t, ids, maxRange)
			}
			lists += 2
			continue
		}
		if e.with != none && s.ix.entriesWith(e.with) < s.ix.entriesWith(e.lo) {
			ids = s.ix.list(e.with, ids, limit)
			lists++
			continue
		}
		for t := e.lo; t < e.hi && len(ids)-start < limit; t++ {
			ids = s.ix.list(t, ids, limit)
			lists++
		}
	}
	if lists > 1 {
		slices.Sort(ids[start:])
		ids = ids[:start+len(slices.Compact(ids[start:]))]
	}
	if len(ids)-start > limit {
		ids, s.bounded = ids[:start+limit], true
	}
	return ids
}

// beginning appends entries whose name starts with a text: what one or two letters can mean.
func (s *query) beginning(text string, ids []uint32) []uint32 {
	s.bounded = true
	return s.byName(ids, text, 400, searchable[:], func(of string) bool { return strings.HasPrefix(of, text) })
}

// The kinds that are found, and those of them that are where people are.
var (
	searchable = [...]Kind{Municipality, Zone, Place, FormerMunicipality, FormerZone, School, Street}
	towns      = [...]Kind{Municipality, Place}
)

// byName appends the entries, at most so many of each of some kinds, from the first that is not sorted before a name on,
// as long as they are wanted. Within a kind entries are sorted by name.
func (s *query) byName(ids []uint32, name string, each int, kinds []Kind, wanted func(string) bool) []uint32 {
	for _, kind := range kinds {
		lo, hi := 0, s.ix.count
		for lo < hi {
			mid := int(uint(lo+hi) >> 1)
			e, _ := s.ix.entry(uint32(mid))
			if e.kind < kind || e.kind == kind && s.sortName(e) < name {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		for n := 0; lo < s.ix.count && n < each; lo, n = lo+1, n+1 {
			e, ok := s.ix.entry(uint32(lo))
			if !ok || e.kind != kind || !wanted(s.sortName(e)) {
				break
			}
			ids = append(ids, uint32(lo))
		}
	}
	return ids
}

// sortName is the name of an entry as the index sorts it.
func (s *query) sortName(e opened) string {
	var ws [maxTextWords]word
	return sortable(split(s.ix.name(e), ws[:0], maxTextWords))
}

// list appends the entries that have a word of the index, ascending, at most limit.
func (ix *Index) list(t uint32, ids []uint32, limit int) []uint32 {
	n := min(ix.entriesWith(t), ix.count)
	b := ix.from(secLists, ix.u32(secTermInfo, int(t)*infoSize+4))
	var table []byte
	if n > blockSize {
		size := (n + blockSize - 1) / blockSize * 8
		if size > len(b) {
			return ids
		}
		table, b = b[:size], b[size:]
	}
	id := uint32(0)
	for i := range min(n, limit) {
		if table != nil && i%blockSize == 0 {
			at := i / blockSize * 8
			id = uint32(table[at]) | uint32(table[at+1])<<8 | uint32(table[at+2])<<16 | uint32(table[at+3])<<24
		}
		var d uint32
		if len(b) > 0 && b[0] < 0x80 {
			d, b = uint32(b[0]), b[1:]
		} else {
			var ok bool
			if d, b, ok = uvarint(b); !ok {
				return ids
			}
		}
		id += d
		if uint64(id) >= uint64(ix.count) {
			return ids
		}
		ids = append(ids, id)
	}
	return ids
}

// intersect keeps of a what is in b; both ascend.
func intersect(a, b []uint32) []uint32 {
	out := a[:0]
	j := 0
	for _, id := range a {
		for j < len(b) && b[j] < id {
			j++
		}
		if j < len(b) && b[j] == id {
			out = append(out, id)
		}
	}
	return out
}

// probes prepares the readings of all words for comparison.
func (s *query) probes() {
	s.points, s.ranges = s.points[:0], s.ranges[:0]
	s.bloom = [4]uint64{}
	for w := range s.asked {
		a := &s.asked[w]
		for x := a.from; x < a.to; x++ {
			e := s.exps[x]
			p := probe{term: e.lo, exp: uint16(x), word: uint8(w)}
			if e.hi-e.lo > 1 {
				s.ranges = append(s.ranges, p)
				continue
			}
			s.points = append(s.points, p)
			s.bloom[e.lo>>6&3] |= 1 << (e.lo & 63)
			if e.with != none {
				s.points = append(s.points, probe{term: e.with, exp: uint16(x), word: uint8(w), half: true})
				s.bloom[e.with>>6&3] |= 1 << (e.with & 63)
			}
		}
	}
	slices.SortFunc(s.points, func(x, y probe) int { return cmp.Compare(x.term, y.term) })
}

// consider compares candidates with the query and keeps the best.
func (s *query) consider(ids []uint32) {
	var records [16][]byte // fetched together: each is likely to be far away in memory
	for len(ids) > 0 {
		some := ids[:min(len(ids), len(records))]
		ids = ids[len(some):]
		for i, id := range some {
			records[i] = s.ix.record(id)
		}
		for i, id := range some {
			score, ok := s.score(id, records[i])
			if !ok {
				continue
			}
			s.matched++
			s.push(candidate{score, id})
			if s.bounded && s.matched >= maxBroad {
				return
			}
		}
	}
}

// worse tells whether a comes after b in the result: by score, then in the order of the index.
func worse(a, b candidate) bool { return a.score < b.score || a.score == b.score && a.id > b.id }

// push keeps a candidate if it is among the best.
func (s *query) push(c candidate) {
	h := s.best
	if len(h) < s.keep {
		h = append(h, c)
		for i := len(h) - 1; i > 0; {
			parent := (i - 1) / 2
			if !worse(h[i], h[parent]) {
				break
			}
			h[i], h[parent] = h[parent], h[i]
			i = parent
		}
		s.best = h
		return
	}
	if !worse(h[0], c) {
		return
	}
	h[0] = c
	for i := 0; ; {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(h); child++ {
			if worse(h[child], h[least]) {
				least = child
			}
		}
		if least == i {
			return
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
}
