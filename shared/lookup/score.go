package lookup

import "strings"

// fieldValue says out of 16 what a word is worth that is found in a field.
func fieldValue(f Field) int32 {
	switch f {
	case Name, MunicipalityName, InstitutionNumber, ZoneCode, NIS:
		return 16
	case Alias, Postcode, PlaceName, FormerMunicipalityName, FormerZoneName, FormerCode:
		return 15
	case StreetName:
		return 12
	case PostcodePlace, ZoneName:
		return 10
	}
	return 8
}

// What is added to the values of the words found.
const (
	coverBonus   = 400  // for a name of which every word is in the query, less for a part
	wholeBonus   = 500  // when moreover every word of the query is in the name
	codeBonus    = 6000 // for the code itself
	houseBonus   = 500  // for the school at the house number that is asked for
	paddedBonus  = 200  // for an institution number without its zeros
	placeBonus   = 300  // for a place or municipality when only a postcode is asked for
	otherPenalty = 3000 // for a place when the query is about schools, and the like
	formerMalus  = 500  // what has ended comes after what took it over, unless it is asked for by its whole name
	awayMalus    = 4000 // for what is not in the place that the query names, when nothing has all words
	streetMalus  = 1500 // a street comes after the schools in it
)

// compare finds the words of the query in an entry. It returns false for damaged bytes.
func (s *query) compare(words []byte) bool {
	s.nfound = 0
	n, b, ok := uvarint(words)
	if !ok {
		return false
	}
	points := s.points
	term, i := uint32(0), 0 // i is how far b is read
	divided := false
	for ; n > 0; n-- {
		switch {
		case i < len(b) && b[i] < 0x80:
			term += uint32(b[i])
			i++
		case i+1 < len(b) && b[i+1] < 0x80:
			term += uint32(b[i]&0x7f) | uint32(b[i+1])<<7
			i += 2
		default:
			d, rest, ok := uvarint(b[min(i, len(b)):])
			if !ok {
				return false
			}
			term += d
			i = len(b) - len(rest)
		}
		wanted := s.bloom[term>>6&3]&(1<<(term&63)) != 0
		if wanted {
			for len(points) > 0 && points[0].term < term {
				points = points[1:]
			}
			wanted = len(points) > 0 && points[0].term == term
		}
		for _, r := range s.ranges {
			if e := &s.exps[r.exp]; term >= e.lo && term < e.hi {
				wanted = true
			}
		}
		if !wanted {
			for more := true; more; {
				if i >= len(b) {
					return false
				}
				more = b[i]&1 != 0
				for i < len(b) && b[i] >= 0x80 {
					i++
				}
				i++
			}
			continue
		}
		share := nameShare(s.ix.classOf(term))
		for more := true; more; {
			text, rest, ok := uvarint(b[min(i, len(b)):])
			if !ok {
				return false
			}
			i = len(b) - len(rest)
			more = text&1 != 0
			for _, p := range points {
				if p.term != term {
					break
				}
				divided = divided || s.exps[p.exp].with != none
				s.occurs(p, term, text, share)
			}
			for _, r := range s.ranges {
				if e := &s.exps[r.exp]; term >= e.lo && term < e.hi {
					s.occurs(r, term, text, share)
				}
			}
		}
	}
	if divided {
		s.pair()
	}
	return true
}

// occurs notes that a reading of a word stands in a text of the entry.
func (s *query) occurs(p probe, term, text uint32, share int) {
	if s.nfound == len(s.found) {
		return
	}
	e := &s.exps[p.exp]
	o := occurred{term: term, exp: p.exp, word: p.word, field: Field(text >> 1 & 31), part: text&(1<<6) != 0, location: text >> 7}
	v := s.asked[p.word].value * qualities[e.how] * fieldValue(o.field) / 64
	if o.part {
		v = v * 15 / 16
		share /= 2
	}
	if p.half {
		o.value = -1 // until pair finds its other half
	} else {
		o.value = v
	}
	if o.field == Name {
		o.share = uint8(share)
	}
	s.found[s.nfound] = o
	s.nfound++
}

// pair drops readings of a divided word of which the entry has only one half.
func (s *query) pair() {
	kept := 0
	for i := range s.nfound {
		o := s.found[i]
		if s.exps[o.exp].with != none {
			other := false
			for _, p := range s.found[:s.nfound] {
				if p.exp == o.exp && p.word == o.word && (p.value == -1) != (o.value == -1) {
					other = true
				}
			}
			if !other {
				continue
			}
		}
		s.found[kept] = o
		kept++
	}
	s.nfound = kept
	for i := range s.found[:kept] {
		if o := &s.found[i]; o.value == -1 {
			o.value = 0
		}
	}
}

// view is what the words of the query come to in one entry.
type view struct {
	score    int32
	location int                  // 0 when none fits better than another
	words    uint32               // those found, one bit each
	chosen   [maxQueryWords]int8  // per word the occurrence that counts, -1 none
	values   [maxQueryWords]int32 // and what it is worth
	rival    bool                 // every telling word of the name is in the query, and every word of the query was found as it is
	full     bool                 // the same for every word of the name
}

// score compares an entry with the query. ok is false when it is no answer.
func (s *query) score(id uint32, record []byte) (score int32, ok bool) {
	v, ok := s.look(id, record)
	if ok && v.full {
		s.full++
		s.certain = id
	}
	if ok && v.rival {
		s.rivals++
	}
	return v.score, ok
}

// look compares an entry with the query in the light of the one of its locations that fits best.
func (s *query) look(id uint32, record []byte) (v view, ok bool) {
	if record == nil {
		return v, false
	}
	kind, weight, core := Kind(record[0]), int32(record[1]), int32(record[2])
	words, _, ok := chunk(record[3:])
	if !ok || kind == Record || !s.compare(words) {
		return v, false
	}
	if s.anchored {
		s.keepNames(kind)
	}
	location, several := uint32(0), false
	for i := range s.found[:s.nfound] {
		if l := s.found[i].location; l != 0 && l != location {
			if location == 0 {
				s.at(&v, l)
			} else {
				var w view
				if s.at(&w, l); w.score > v.score {
					v, several = w, false
				} else if w.score == v.score && w.location != v.location {
					several = true
				}
			}
			location = l
		}
	}
	if location == 0 {
		s.at(&v, 0)
	}
	if several || !s.stands(&v) {
		v.location = 0
	}
	codes := s.codesOf(id, &v)
	if s.houseNumber(&v) {
		return v, false
	}
	if s.spelled {
		s.dropHouseNumbers(&v)
	}
	var missing, foundWeight, allWeight int32
	whole, away := true, false
	for i := range s.asked {
		a := &s.asked[i]
		if v.words&(1<<i) != 0 {
			foundWeight += a.value
			allWeight += a.value
			if c := v.chosen[i]; c >= 0 {
				o := &s.found[c]
				if o.field != Name {
					whole = false
				}
			}
			continue
		}
		if a.must {
			if !s.partial {
				return v, false
			}
			allWeight += a.value
			away = away || a.town
			if s.anchored {
				missing += a.value * 16 // of what lies there, what has more of the words
			} else {
				missing += a.value * 4
			}
		} else {
			missing += a.value * 16
		}
		whole = false
	}
	if s.partial && !s.offering && (away || !s.anchored) && foundWeight*5 < allWeight*2 {
		return v, false
	}
	if away {
		missing += awayMalus
	}
	if s.offering {
		missing += awayMalus / 2
	}
	if last := len(s.asked) - 1; s.asked[last].open && s.asked[last].anchored && (s.offering || kind >= School) {
		if c := v.chosen[last]; c >= 0 && s.exps[s.found[c].exp].how == begun {
			missing += awayMalus // the word is a place's name as it stands
		}
	}
	v.score -= missing
	covered, complete, told := s.covered(weight, core)
	v.score += coverBonus * covered / max(weight, 1)
	v.rival = told && !s.partial
	if v.rival {
		for i := range s.asked {
			if s.asked[i].class == classStop {
				continue
			}
			c := v.chosen[i]
			if v.words&(1<<i) == 0 || c < 0 || s.exps[s.found[c].exp].how != exact && s.exps[s.found[c].exp].how != begun {
				v.rival = false
			}
		}
	}
	v.full = v.rival && complete
	if complete {
		v.score += weight/4 + s.verbatim(id) // of two names that are in the query, the longer one
		if whole {
			v.score += wholeBonus
		}
	}
	v.score += codes
	there := s.partial && (s.anchored || s.offering) && (kind == Municipality || kind == Place || kind == FormerMunicipality)
	v.score += s.kindScore(kind, complete && (whole || there))
	return v, true
}

// verbatim prefers, of names that differ in punctuation or in an abbreviation, the one that stands in the query
// as it is.
func (s *query) verbatim(id uint32) int32 {
	e, ok := s.ix.entry(id)
	if !ok {
		return 0
	}
	best := int32(0)
	for texts := e.texts; len(texts) > 0; {
		f, _, name, rest, ok := s.ix.nextText(texts)
		if !ok || f != Name {
			break // names come first
		}
		texts = rest
		if strings.Contains(s.text, string(name)) {
			return 4
		}
		for at := 0; at+len(name) <= len(s.text) && best == 0; at++ {
			if strings.EqualFold(s.text[at:at+len(name)], string(name)) {
				best = 2
			}
		}
	}
	return best
}

// keepNames drops corrections from a query that names a place. Its name is as it should be. Another name of a place
// may only be a word of a school's name with a typing error, and what else exists only a word of a school's name, not
// a street or a hamlet.
func (s *query) keepNames(kind Kind) {
	kept := 0
	for _, o := range s.found[:s.nfound] {
		a, how := &s.asked[o.word], s.exps[o.exp].how
		if how > joined && !a.unknown && (kind != School || o.field != Name || a.town || a.anchored && (s.partial || how != alike && how != typo1 || s.ix.classOf(o.term) != classNormal || s.lies(o.term))) {
			continue
		}
		s.found[kept] = o
		kept++
	}
	s.nfound = kept
}

// lies tells whether an entry lies in a place with a word in its name.
func (s *query) lies(term uint32) bool {
	for _, o := range s.found[:s.nfound] {
		switch o.field {
		case MunicipalityName, PlaceName, PostcodePlace, FormerMunicipalityName:
			if o.term == term {
				return true
			}
		}
	}
	return false
}

// dropHouseNumbers takes numbers that are written in letters for not found when they are only a house number: found
// in a street without another word.
func (s *query) dropHouseNumbers(v *view) {
	street := false
	for i := range s.asked {
		c := v.chosen[i]
		street = street || c >= 0 && s.asked[i].class == classNormal && s.found[c].field == StreetName
	}
	for i := range s.asked {
		if c := v.chosen[i]; c >= 0 && s.asked[i].spelled && s.found[c].field == StreetName && !street {
			v.score -= v.values[i]
			v.words &^= 1 << i
			v.chosen[i] = -1
		}
	}
}

// houseNumber tells whether nothing but a house number was found.
func (s *query) houseNumber(v *view) bool {
	if !s.onlyCode {
		return false
	}
	any := false
	for i := range s.asked {
		if v.words&(1<<i) == 0 {
			continue
		}
		if c := v.chosen[i]; c < 0 || s.found[c].field != StreetName || !isDigit(s.asked[i].text[0]) {
			return false
		}
		any = true
	}
	return any
}

// kindScore prefers what the query is about.
func (s *query) kindScore(kind Kind, whole bool) int32 {
	score := int32(0)
	switch s.about {
	case aboutSchool:
		if kind != School && !whole {
			score -= otherPenalty
		}
	case aboutZone:
		if kind == Zone || kind == FormerZone {
			score += otherPenalty
		}
	case aboutPlace:
		if kind == Place || kind == Municipality || kind == FormerMunicipality {
			score += otherPenalty
		}
	}
	if s.onlyCode && (kind == Place || kind == Municipality) {
		score += placeBonus
	}
	switch {
	case kind == Street:
		score -= streetMalus
	case (kind == FormerZone || kind == FormerMunicipality) && !whole:
		score -= formerMalus
	}
	return score
}

// codesOf adds the words that are the entry's code.
func (s *query) codesOf(id uint32, v *view) (score int32) {
	for i := range s.asked {
		a := &s.asked[i]
		for n, code := range a.ids[:a.codes] {
			if code != id {
				continue
			}
			v.words |= 1 << i
			v.chosen[i] = -1
			score += a.value*16 + paddedBonus
			if n < a.exactCodes {
				score += codeBonus
			}
		}
	}
	return score
}

// at adds up the best of every word, of the entry as a whole or of one location.
func (s *query) at(v *view, location uint32) {
	v.location = int(location)
	for i := range v.chosen {
		v.chosen[i] = -1
	}
	for i := range s.found[:s.nfound] {
		o := &s.found[i]
		if o.location != 0 && o.location != location {
			continue
		}
		if o.half(s) {
			continue
		}
		bit := uint32(1) << o.word
		if v.words&bit == 0 || o.value > v.values[o.word] {
			v.words |= bit
			v.values[o.word] = o.value
			v.chosen[o.word] = int8(i)
		}
	}
	for i := range s.asked {
		v.score += v.values[i]
	}
	s.house(v)
}

// house looks behind a street that was found for its house number: "klavertje 3 kerkstraat" asks for none.
func (s *query) house(v *view) {
	for i := 1; i < len(s.asked); i++ {
		street := v.chosen[i-1]
		if street < 0 || s.found[street].field != StreetName || isDigit(s.asked[i-1].text[0]) || !isDigit(s.asked[i].text[0]) || s.asked[i].spelled {
			continue
		}
		for n, o := range s.found[:s.nfound] {
			if int(o.word) == i && o.field == StreetName && o.location == s.found[street].location {
				v.chosen[i] = int8(n)
				v.score += houseBonus
				return
			}
		}
	}
}

// stands tells whether one of the words was found at the location rather than in the entry as a whole.
func (s *query) stands(v *view) bool {
	for _, c := range v.chosen[:len(s.asked)] {
		if c >= 0 && s.found[c].location != 0 {
			return true
		}
	}
	return false
}

// half tells whether this is the second word of a divided one: its first carries the value.
func (o *occurred) half(s *query) bool { return o.value == 0 && s.exps[o.exp].with != none }

// covered adds up the weight of the words of the name that are in the query, and tells whether it is all of them,
// and all those that tell one thing from another.
func (s *query) covered(weight, core int32) (sum int32, complete, told bool) {
	type share struct {
		term       uint32
		sum, exact int32
		telling    bool
	}
	var best [maxQueryWords]share // of each word of the query: it covers one word of the name
	for i := range s.found[:s.nfound] {
		o := &s.found[i]
		if o.field != Name || o.share == 0 {
			continue
		}
		b := &best[o.word]
		if o.half(s) { // the second word of a divided one adds to the first
			b.sum += int32(o.share)
			continue
		}
		sum := int32(o.share) * qualities[s.exps[o.exp].how] / 64
		if sum > b.sum {
			b.sum, b.term = sum, o.term
		}
		if how := s.exps[o.exp].how; how != typo1 && how != typo2 && !o.part && int32(o.share) > b.exact {
			b.exact, b.telling, b.term = int32(o.share), o.share == normalShare, o.term
		}
	}
	exactly, telling := int32(0), int32(0)
next:
	for w := range s.asked {
		b := &best[w]
		for v := range w {
			if best[v].sum > 0 && best[v].term == b.term {
				continue next // two words of the query that are one word of the name
			}
		}
		sum += b.sum
		exactly += b.exact
		if b.telling {
			telling += b.exact
		}
	}
	complete = exactly >= weight && weight > 0
	return min(sum, weight), complete, complete || telling >= core && core > 0
}

// result reads the hits that were asked for.
func (s *query) result(offset, limit int) Result {
	r := Result{Total: min(s.matched, MaxTotal)}
	r.TotalIsMinimum = s.matched > MaxTotal || s.bounded && s.matched > 0
	if s.matched == 0 {
		return r
	}
	order := s.best
	for n := len(order) - 1; n > 0; n-- { // the worst is on top of the heap: it goes to the end
		order[0], order[n] = order[n], order[0]
		for i := 0; ; {
			least := i
			for child := 2*i + 1; child <= 2*i+2 && child < n; child++ {
				if worse(order[child], order[least]) {
					least = child
				}
			}
			if least == i {
				break
			}
			order[i], order[least] = order[least], order[i]
			i = least
		}
	}
	if limit == 0 {
		return r
	}
	top := min(offset, len(order))
	r.Hits = make([]Hit, 0, min(limit, len(order)-top))
	for i, c := range order {
		if i == 0 || i >= top {
			hit, corrected, lacking, ok := s.hit(c.id, i == 0)
			if i == 0 {
				r.CorrectedQuery, r.Unmatched, r.Partial = corrected, lacking, len(lacking) > 0
			}
			if ok && i >= top && len(r.Hits) < limit {
				r.Hits = append(r.Hits, hit)
			}
		}
	}
	return r
}

// hit tells what one entry matched on, and for the first one how the query was understood to find it and which
// words that had to be found it lacks.
func (s *query) hit(id uint32, first bool) (h Hit, corrected string, lacking []string, ok bool) {
	e, ok := s.ix.entry(id)
	if !ok {
		return h, "", nil, false
	}
	v, _ := s.look(id, s.ix.record(id))
	h = Hit{Kind: e.kind, Key: string(e.key), Name: s.ix.name(e), Payload: e.payload, Location: v.location}
	h.Certain = !s.bounded && (s.full == 1 && s.rivals == 1 && s.certain == id || s.oneCode(id))
	lackingEnd, telling := -1, false
	for i := range s.asked {
		telling = telling || v.words&(1<<i) != 0 && s.asked[i].class != classStop
	}
	for i := range s.asked {
		if v.words&(1<<i) == 0 {
			if a := &s.asked[i]; first && a.must && a.end != lackingEnd {
				lacking = append(lacking, s.text[a.start:a.end])
				lackingEnd = a.end // one abbreviation may stand for several words
			}
			continue
		}
		c := v.chosen[i]
		if c < 0 {
			h.MatchedOn = appendMatch(h.MatchedOn, Match{codeField(e.kind), string(e.key)})
			continue
		}
		o := s.found[c]
		how := s.exps[o.exp].how
		if how != exact && how != begun {
			h.Corrected = true
		}
		if s.asked[i].class == classStop && telling {
			continue
		}
		h.MatchedOn = appendMatch(h.MatchedOn, Match{o.field, s.textWith(e, o)})
	}
	if first && h.Corrected {
		corrected = s.understood(&v)
	}
	return h, corrected, lacking, true
}

// oneCode tells whether the query is nothing but the code of this entry and can mean nothing else.
func (s *query) oneCode(id uint32) bool {
	if s.matched != 1 || !s.onlyCode {
		return false
	}
	for i := range s.asked {
		a := &s.asked[i]
		if a.exactCodes == 1 && a.ids[0] == id {
			return true
		}
	}
	return false
}

// codeField is the field in which the key of a kind is shown.
func codeField(k Kind) Field {
	switch k {
	case Zone, FormerZone:
		return ZoneCode
	case Municipality, FormerMunicipality:
		return NIS
	}
	return InstitutionNumber
}

func appendMatch(ms []Match, m Match) []Match {
	for _, have := range ms {
		if have == m {
			return ms
		}
	}
	return append(ms, m)
}

// textWith finds the text of an entry that has an occurrence.
func (s *query) textWith(e opened, o occurred) string {
	var only []byte
	n := 0
	for texts := e.texts; len(texts) > 0; {
		f, location, value, rest, ok := s.ix.nextText(texts)
		if !ok {
			break
		}
		if f == o.field && location == int(o.location) {
			n++
			if n == 1 {
				only = value
			}
		}
		texts = rest
	}
	if n <= 1 {
		return string(only)
	}
	exp := s.exps[o.exp]
	var raw, words [maxTextWords]word
	for texts := e.texts; len(texts) > 0; {
		f, location, value, rest, ok := s.ix.nextText(texts)
		if !ok {
			break
		}
		texts = rest
		if f != o.field || location != int(o.location) {
			continue
		}
		written := split(string(value), raw[:0], maxTextWords)
		for _, w := range canonical(written, words[:0]) {
			if t, ok := s.ix.exactTerm(w.text); ok && t >= exp.lo && t < exp.hi {
				return string(value)
			}
		}
	}
	return string(only)
}

// understood writes the query with the words of the index in place of those that were corrected.
func (s *query) understood(v *view) string {
	var out []byte
	last := ""
	lastEnd := -1
	for i := range s.asked {
		a := &s.asked[i]
		put := a.raw
		changed := false
		if c := v.chosen[i]; v.words&(1<<i) != 0 && c >= 0 {
			e := s.exps[s.found[c].exp]
			switch e.how {
			case exact, begun:
			case divided:
				put, changed = string(s.ix.term(e.lo))+" "+string(s.ix.term(e.with)), true
			default:
				put, changed = string(s.ix.term(s.found[c].term)), true
			}
		}
		if !changed && a.end == lastEnd || changed && put == last {
			continue
		}
		if len(out) > 0 {
			out = append(out, ' ')
		}
		out = append(out, put...)
		last, lastEnd = put, a.end
	}
	return string(out)
}
