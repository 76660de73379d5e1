package lookup

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
	"strings"
)

// The limits of what an index can hold.
const (
	maxField    = 31
	maxLocation = 4095
	maxSection  = math.MaxUint32
)

// maxTextWords is the number of words of one text that are searched.
const maxTextWords = 40

// Build makes the bytes of an index. The same entries in any order give the same bytes. It returns an error for
// two entries with the same kind and key, an entry without a text (a Record needs none), and a field or
// location out of bounds.
func Build(entries []Entry) ([]byte, error) {
	b := builder{ids: make(map[string]uint32, 1<<12), known: make(map[string]uint32, len(entries))}
	if err := b.inOrder(entries); err != nil {
		return nil, err
	}
	b.collect()
	b.sortTerms()
	b.writeEntries()
	if err := b.writeKeys(); err != nil {
		return nil, err
	}
	b.writeTerms()
	b.writeSounds()
	return b.bytes()
}

// token is a word of a text, a piece of one (part), or a word in parentheses (aside).
type token struct {
	term  uint32
	part  bool
	aside bool
}

// occurrence is a word of an entry and the text it stands in, packed: field, part and location as published.
type occurrence struct {
	term uint32
	text uint32
}

func packed(f Field, part bool, location int) uint32 {
	v := uint32(f)<<1 | uint32(location)<<7
	if part {
		v |= 1 << 6
	}
	return v
}

// value is what a text comes to, whichever entries have it.
type value struct {
	text     string
	tokens   []token
	shared   int    // how many texts have it
	at       uint32 // where it is among the shared strings, none when it is not
	sortable string // as people would sort it: without accents, capitals and punctuation
}

// ordered is an entry in its place.
type ordered struct {
	*Entry
	values []uint32 // what its texts come to
}

type builder struct {
	entries []ordered
	ids     map[string]uint32 // word → number in order of appearance
	spelled []string
	values  []value           // every different text
	known   map[string]uint32 // and which it is
	tokens  []token           // of all values, one after the other
	words   []word            // scratch
	raw     []word

	found  []occurrence // of all entries, one after the other
	ends   []int        // where each entry's end in found
	weight []uint8      // of each entry's name
	core   []uint8      // and of those of its words that tell one thing from another
	rank   []uint32     // number in order of appearance → number in order of spelling
	terms  []string     // ascending

	sec [sections][]byte
}

// inOrder puts the entries in the order in which equally good hits are shown.
func (b *builder) inOrder(entries []Entry) error {
	type ranked struct {
		ordered
		name, municipality string
	}
	total := 0
	for i := range entries {
		total += len(entries[i].Texts)
	}
	values := make([]uint32, 0, total)
	rs := make([]ranked, len(entries))
	for i := range entries {
		e := &entries[i]
		if len(e.Texts) == 0 && e.Kind != Record {
			return fmt.Errorf("build index: %s %q has no text", e.Kind, e.Key)
		}
		r := ranked{ordered: ordered{Entry: e}}
		for n, t := range e.Texts {
			if t.Field == 0 || t.Field > maxField || t.Location < 0 || t.Location > maxLocation {
				return fmt.Errorf("build index: %s %q: text %q has field %d and location %d", e.Kind, e.Key, t.Value, t.Field, t.Location)
			}
			v := uint32(byKey)
			if t.Value != e.Key || !isCode(t.Value) {
				v = b.value(t.Value)
				if n == 0 {
					r.name = b.values[v].sortable
				} else if t.Field == MunicipalityName && r.municipality == "" {
					r.municipality = b.values[v].sortable
				}
			}
			values = append(values, v)
		}
		r.values = values[len(values)-len(e.Texts):]
		rs[i] = r
	}
	slices.SortFunc(rs, func(a, b ranked) int {
		if a.Kind != b.Kind {
			return cmp.Compare(a.Kind, b.Kind)
		}
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return cmp.Or(strings.Compare(a.municipality, b.municipality), strings.Compare(a.Key, b.Key))
	})
	b.entries = make([]ordered, len(rs))
	for i, r := range rs {
		b.entries[i] = r.ordered
	}
	return nil
}

// byKey stands for a text that is the entry's own code: it is found by its key.
const byKey = math.MaxUint32

// sortable is a text as people would sort it: without accents, capitals and punctuation.
func sortable(ws []word) string {
	n := 0
	for _, w := range ws {
		n += len(w.raw) + 1
	}
	var b strings.Builder
	b.Grow(n)
	for i, w := range ws {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.raw)
	}
	return b.String()
}

func (b *builder) intern(s string) uint32 {
	id, ok := b.ids[s]
	if !ok {
		id = uint32(len(b.spelled))
		s = strings.Clone(s) // the text it is a part of may be long
		b.ids[s] = id
		b.spelled = append(b.spelled, s)
	}
	return id
}

// value gives what a text comes to: its words, and the pieces and compounds by which they are asked for too.
func (b *builder) value(text string) uint32 {
	if v, ok := b.known[text]; ok {
		b.values[v].shared++
		return v
	}
	b.raw = split(text, b.raw[:0], maxTextWords)
	b.words = canonical(b.raw, b.words[:0])
	start := len(b.tokens)
	for i, w := range b.words {
		b.tokens = append(b.tokens, token{term: b.intern(w.text), aside: w.aside})
		if i > 0 && w.end == b.words[i-1].end && w.raw != "" && w.raw != w.text { // VTI is asked for as it stands too
			b.tokens = append(b.tokens, token{term: b.intern(w.raw), part: true})
		}
		parts(w.text, func(s string) { b.tokens = append(b.tokens, token{term: b.intern(s), part: true}) })
	}
	for i := 1; i < len(b.raw); i++ { // Klim-Op is asked for as klimop, plant'zoentje as plantzoentje, Kessel Lo as kessello
		if g := b.raw[i].glue; g == '-' || g == '\'' || g == 0 && len(b.raw) == 2 && classOf(b.raw[1].raw) == classNormal {
			joined := b.raw[i-1].raw + b.raw[i].raw
			if len(joined) > 3 && len(joined) <= maxWord && !isDigit(joined[0]) && !strings.HasPrefix(joined, "sint") {
				b.tokens = append(b.tokens, token{term: b.intern(joined), part: true})
			}
		}
	}
	v := uint32(len(b.values))
	b.values = append(b.values, value{
		text: text, tokens: b.tokens[start:len(b.tokens):len(b.tokens)], sortable: sortable(b.raw), shared: 1, at: none,
	})
	b.known[text] = v
	return v
}

// collect reads every text.
func (b *builder) collect() {
	b.ends = make([]int, len(b.entries))
	b.weight = make([]uint8, len(b.entries))
	b.core = make([]uint8, len(b.entries))
	for i, e := range b.entries {
		for n, t := range e.Texts {
			if e.values[n] == byKey {
				continue
			}
			tokens := b.values[e.values[n]].tokens
			for _, tok := range tokens {
				b.found = append(b.found, occurrence{tok.term, packed(t.Field, tok.part, t.Location)})
			}
			if n == 0 {
				b.weight[i], b.core[i] = b.nameWeight(tokens)
			}
		}
		b.ends[i] = len(b.found)
	}
}

// nameWeight adds up what the different words of a name tell. What stands in parentheses is an addition that
// nobody types.
func (b *builder) nameWeight(name []token) (weight, core uint8) {
	sum, told := 0, 0
	for i, t := range name {
		if t.part || t.aside || slices.Contains(name[:i], t) {
			continue
		}
		share := nameShare(classOf(b.spelled[t.term]))
		sum += share
		if share == normalShare {
			told += share
		}
	}
	return uint8(min(sum, 255)), uint8(min(told, 255))
}

// normalShare is the share of a word that tells one thing from another.
const normalShare = 8

// nameShare is what a word of a class counts for in the part of a name that a query covers.
func nameShare(c class) int {
	switch c {
	case classNormal, classCode:
		return normalShare
	case classType, classNumber:
		return 4
	}
	return 1
}

// isCode tells whether a string is digits only.
func isCode(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// sortTerms numbers the words in order of spelling.
func (b *builder) sortTerms() {
	order := make([]uint32, len(b.spelled))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int { return strings.Compare(b.spelled[x], b.spelled[y]) })
	b.rank = make([]uint32, len(order))
	b.terms = make([]string, len(order))
	for r, id := range order {
		b.rank[id] = uint32(r)
		b.terms[r] = b.spelled[id]
	}
	for i := range b.found {
		b.found[i].term = b.rank[b.found[i].term]
	}
}

func (b *builder) put32(s section, v uint32) {
	b.sec[s] = binary.LittleEndian.AppendUint32(b.sec[s], v)
}

// writeEntries writes the entries with their words and texts.
func (b *builder) writeEntries() {
	size := 0
	for _, e := range b.entries {
		size += len(e.Key) + len(e.Payload) + 64
		for _, t := range e.Texts {
			size += len(t.Value) + 4
		}
	}
	b.sec[secData] = make([]byte, 0, size)
	b.writeStrings()
	var record, texts, packed []byte
	start := 0
	for i, e := range b.entries {
		words := b.found[start:b.ends[i]]
		slices.SortFunc(words, func(x, y occurrence) int {
			if x.term != y.term {
				return cmp.Compare(x.term, y.term)
			}
			return cmp.Compare(x.text, y.text)
		})
		words = slices.Compact(words)
		packed = appendWords(packed[:0], words)
		for n := len(words) - 1; n > 0; n-- {
			if words[n].term == words[n-1].term {
				words[n].text = none
			}
		}
		for n := start + len(words); n < b.ends[i]; n++ {
			b.found[n].text = none
		}
		start = b.ends[i]

		texts = texts[:0]
		for n, t := range e.Texts {
			if e.values[n] == byKey {
				continue
			}
			texts = binary.AppendUvarint(append(texts, byte(t.Field)), uint64(t.Location))
			if at := b.values[e.values[n]].at; at != none {
				texts = binary.AppendUvarint(texts, uint64(at)<<1|1)
			} else {
				texts = append(binary.AppendUvarint(texts, uint64(len(t.Value))<<1), t.Value...)
			}
		}
		record = append(record[:0], byte(e.Kind), b.weight[i], b.core[i])
		record = appendChunk(record, packed)
		record = append(binary.AppendUvarint(record, uint64(len(e.Key))), e.Key...)
		record = appendChunk(record, texts)
		record = appendChunk(record, e.Payload)
		if i%stride == 0 {
			b.put32(secEntries, uint32(len(b.sec[secData])))
		}
		b.sec[secData] = appendChunk(b.sec[secData], record)
	}
}

func appendChunk(b, v []byte) []byte { return append(binary.AppendUvarint(b, uint64(len(v))), v...) }

// writeStrings writes the texts that occur more than once.
func (b *builder) writeStrings() {
	order := make([]uint32, 0, len(b.values))
	for i := range b.values {
		if v := &b.values[i]; v.shared > 1 && len(v.text) > 3 {
			order = append(order, uint32(i))
		}
	}
	slices.SortFunc(order, func(x, y uint32) int { return strings.Compare(b.values[x].text, b.values[y].text) })
	for _, i := range order {
		v := &b.values[i]
		v.at = uint32(len(b.sec[secStrings]))
		b.sec[secStrings] = append(binary.AppendUvarint(b.sec[secStrings], uint64(len(v.text))), v.text...)
	}
}

// none marks an occurrence whose entry is already in its word's list.
const none = math.MaxUint32

// appendWords writes the words of one entry: the number of different words, and for each how much further it
// is than the one before, followed by its occurrences, each with a bit that says whether another follows.
func appendWords(out []byte, words []occurrence) []byte {
	distinct := 0
	for n := range words {
		if n == 0 || words[n].term != words[n-1].term {
			distinct++
		}
	}
	out = binary.AppendUvarint(out, uint64(distinct))
	last := uint32(0)
	for n, o := range words {
		if n == 0 || o.term != words[n-1].term {
			out = binary.AppendUvarint(out, uint64(o.term-last))
			last = o.term
		}
		v := uint64(o.text)
		if n+1 < len(words) && words[n+1].term == o.term {
			v |= 1
		}
		out = binary.AppendUvarint(out, v)
	}
	return out
}

// writeKeys writes the order of kind and key.
func (b *builder) writeKeys() error {
	order := make([]uint32, len(b.entries))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int {
		a, c := b.entries[x], b.entries[y]
		return cmp.Or(cmp.Compare(a.Kind, c.Kind), strings.Compare(a.Key, c.Key))
	})
	for n, id := range order {
		b.put32(secKeys, id)
		if e := b.entries[id]; n > 0 && e.Kind == b.entries[order[n-1]].Kind && e.Key == b.entries[order[n-1]].Key {
			return fmt.Errorf("build index: %s %q twice", e.Kind, e.Key)
		}
	}
	return nil
}

// blockSize is the number of entries of a list that lie between two places at which it can be entered.
const blockSize = 128

// writeTerms writes the words and the list of each.
//
// A list of at most blockSize entries is its entries, each as the distance from the one before. A longer one
// starts with a table: per block its first entry and where the block starts behind the table (4 bytes each).
func (b *builder) writeTerms() {
	counts := make([]uint32, len(b.terms)+1)
	for _, o := range b.found {
		if o.text != none {
			counts[o.term+1]++
		}
	}
	for i := 1; i < len(counts); i++ {
		counts[i] += counts[i-1]
	}
	lists := make([]uint32, counts[len(b.terms)])
	next := slices.Clone(counts[:len(b.terms)])
	start := 0
	for i, end := range b.ends {
		for _, o := range b.found[start:end] {
			if o.text != none {
				lists[next[o.term]] = uint32(i)
				next[o.term]++
			}
		}
		start = end
	}
	var body []byte
	for t, s := range b.terms {
		if t%wordStride == 0 {
			b.put32(secTermOff, uint32(len(b.sec[secTermText])))
		}
		b.sec[secTermLen] = append(b.sec[secTermLen], byte(len(s)))
		b.sec[secTermText] = append(b.sec[secTermText], s...)
		list := lists[counts[t]:counts[t+1]]
		b.put32(secTermInfo, uint32(len(list)))
		b.put32(secTermInfo, uint32(len(b.sec[secLists])))
		b.sec[secTermInfo] = append(b.sec[secTermInfo], byte(classOf(s)), 0, 0, 0)
		body = body[:0]
		last := uint32(0)
		for n, id := range list {
			if n%blockSize == 0 && len(list) > blockSize {
				b.put32(secLists, id)
				b.put32(secLists, uint32(len(body)))
				last = id
			}
			body = binary.AppendUvarint(body, uint64(id-last))
			last = id
		}
		b.sec[secLists] = append(b.sec[secLists], body...)
	}
}

// writeSounds writes the sound keys of all words that are not numbers, and their trie.
func (b *builder) writeSounds() {
	type heard struct {
		key  string
		term uint32
	}
	var all []heard
	var buf []byte
	for t, s := range b.terms {
		if !isDigit(s[0]) {
			buf = sound(s, buf[:0])
			all = append(all, heard{string(buf), uint32(t)})
		}
	}
	slices.SortFunc(all, func(x, y heard) int { return cmp.Or(strings.Compare(x.key, y.key), cmp.Compare(x.term, y.term)) })
	var keys []string
	for i, h := range all {
		lengths := &b.sec[secSoundLen]
		if i == 0 || h.key != all[i-1].key {
			if len(keys)%wordStride == 0 {
				b.put32(secSoundOff, uint32(len(b.sec[secSoundText])))
				b.put32(secSoundOff, uint32(len(b.sec[secSoundIDs])/4))
			}
			*lengths = append(*lengths, byte(len(h.key)), 0)
			b.sec[secSoundText] = append(b.sec[secSoundText], h.key...)
			keys = append(keys, h.key)
		}
		if count := &(*lengths)[len(*lengths)-1]; *count < maxAlike {
			*count++
			b.put32(secSoundIDs, h.term)
		}
	}
	b.sec[secTrie] = trie(keys)
}

// bytes puts the sections together.
func (b *builder) bytes() ([]byte, error) {
	le := binary.LittleEndian
	size := headerSize
	for s := range b.sec {
		if len(b.sec[s]) > maxSection {
			return nil, fmt.Errorf("build index: section %d has %d bytes, more than an index can hold", s, len(b.sec[s]))
		}
		size += len(b.sec[s])
	}
	out := make([]byte, 0, size)
	out = append(out, magic...)
	out = le.AppendUint32(out, version)
	out = le.AppendUint32(out, uint32(len(b.entries)))
	out = le.AppendUint32(out, uint32(len(b.terms)))
	out = le.AppendUint32(out, uint32(len(b.sec[secSoundLen])/2))
	out = le.AppendUint32(out, uint32(len(b.sec[secTrie])/nodeSize))
	for s := range b.sec {
		out = le.AppendUint64(out, uint64(len(b.sec[s])))
	}
	out = le.AppendUint32(out, crc32.ChecksumIEEE(out))
	for s := range b.sec {
		out = append(out, b.sec[s]...)
	}
	return out, nil
}
