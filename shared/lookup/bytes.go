package lookup

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
)

// The published bytes: a header, then the sections one after the other. Everything is little-endian.
//
//	header    magic (8), version (4), counts (4 × 4), per section its length (8 each), CRC-32 of the header (4)
//	entries   where every second entry starts in data (4 each)
//	data      per entry its length, then: kind (1), weight of its name (1) and of the telling words in it (1); its
//	          words (see writeWords), key, texts (see writeTexts) and payload, each with its length
//	strings   the texts that several entries have, each with its length
//	keys      the entries by kind and key (4 each)
//	termOff   where every sixteenth word starts in termText (4 each)
//	termLen   the length of each word (1 each)
//	termText  the words, ascending
//	termInfo  per word: number of entries (4), where its list starts in lists (4), class (1), 0 (3)
//	lists     per word its entries ascending; see writeTerms
//	soundOff  where every sixteenth sound key starts in soundText, and its words in soundIDs (4 each)
//	soundLen  the length of each key, and how many words sound so (1 each)
//	soundText the sound keys, ascending
//	soundIDs  the words of each key (4 each)
//	trie      the keys' trie, 12 bytes a node; see node
const (
	magic   = "anspreek"
	version = 1
)

type section int

const (
	secEntries section = iota
	secData
	secStrings
	secKeys
	secTermOff
	secTermLen
	secTermText
	secTermInfo
	secLists
	secSoundOff
	secSoundLen
	secSoundText
	secSoundIDs
	secTrie
	sections
)

const (
	headerSize = 8 + 4 + 4*4 + 8*int(sections) + 4
	infoSize   = 12
	nodeSize   = 12
	stride     = 2  // entries between two places at which data can be entered
	wordStride = 16 // the same of words and of sound keys
)

// strides counts the places at which n things can be entered.
func strides(n, stride int) int { return (n + stride - 1) / stride }

// ErrBytes says that bytes are not an index of this version, or not a whole one.
var ErrBytes = errors.New("not the bytes of a lookup index")

// Index is an opened index. It is safe for use by several goroutines at once.
type Index struct {
	sec    [sections][]byte
	count  int // entries
	terms  int
	sounds int
	nodes  int
}

// Open takes bytes that Build made. It checks the frame and touches no entry, so it costs the same for any
// number of them; bytes damaged further inside lead to entries that are not found, never to a panic. The bytes
// must not change as long as the index is used. The error wraps ErrBytes.
func Open(data []byte) (*Index, error) {
	if len(data) < headerSize || string(data[:8]) != magic {
		return nil, fmt.Errorf("%w: no header in %d bytes", ErrBytes, len(data))
	}
	le := binary.LittleEndian
	if sum := crc32.ChecksumIEEE(data[:headerSize-4]); sum != le.Uint32(data[headerSize-4:]) {
		return nil, fmt.Errorf("%w: damaged header", ErrBytes)
	}
	if v := le.Uint32(data[8:]); v != version {
		return nil, fmt.Errorf("%w: version %d, want %d", ErrBytes, v, version)
	}
	ix := &Index{
		count: int(le.Uint32(data[12:])), terms: int(le.Uint32(data[16:])),
		sounds: int(le.Uint32(data[20:])), nodes: int(le.Uint32(data[24:])),
	}
	rest := data[headerSize:]
	for s := range ix.sec {
		n := le.Uint64(data[28+8*s:])
		if n > uint64(len(rest)) {
			return nil, fmt.Errorf("%w: cut off", ErrBytes)
		}
		ix.sec[s], rest = rest[:n:n], rest[n:]
	}
	if len(rest) != 0 {
		return nil, fmt.Errorf("%w: %d bytes too many", ErrBytes, len(rest))
	}
	for _, want := range [...]struct {
		s section
		n int
	}{
		{secEntries, strides(ix.count, stride) * 4}, {secKeys, ix.count * 4},
		{secTermOff, strides(ix.terms, wordStride) * 4}, {secTermLen, ix.terms}, {secTermInfo, ix.terms * infoSize},
		{secSoundOff, strides(ix.sounds, wordStride) * 8}, {secSoundLen, ix.sounds * 2}, {secTrie, ix.nodes * nodeSize},
	} {
		if len(ix.sec[want.s]) != want.n {
			return nil, fmt.Errorf("%w: section %d has %d bytes, want %d", ErrBytes, want.s, len(ix.sec[want.s]), want.n)
		}
	}
	return ix, nil
}

// u32 reads a number of a section; outside it, 0.
func (ix *Index) u32(s section, at int) uint32 {
	b := ix.sec[s]
	if at < 0 || at+4 > len(b) {
		return 0
	}
	return binary.LittleEndian.Uint32(b[at:])
}

// from gives the bytes of a section from at on.
func (ix *Index) from(s section, at uint32) []byte {
	b := ix.sec[s]
	if uint64(at) >= uint64(len(b)) {
		return nil
	}
	return b[at:]
}

// between gives the bytes of a section from one offset to another.
func (ix *Index) between(s section, from, to uint32) []byte {
	b := ix.sec[s]
	if from > to || uint64(to) > uint64(len(b)) {
		return nil
	}
	return b[from:to]
}

// uvarint reads a number and gives what follows; ok is false when there is none.
func uvarint(b []byte) (v uint32, rest []byte, ok bool) {
	if len(b) > 0 && b[0] < 0x80 {
		return uint32(b[0]), b[1:], true
	}
	x, n := binary.Uvarint(b)
	if n <= 0 || x > 1<<32-1 {
		return 0, nil, false
	}
	return uint32(x), b[n:], true
}

// chunk reads a length and that many bytes.
func chunk(b []byte) (v, rest []byte, ok bool) {
	n, b, ok := uvarint(b)
	if !ok || uint64(n) > uint64(len(b)) {
		return nil, nil, false
	}
	return b[:n:n], b[n:], true
}

// opened is an entry as it lies in the bytes.
type opened struct {
	kind         Kind
	weight, core int32  // of the words of its name, and of the telling ones
	words        []byte // see compare
	key          []byte // part of the index's bytes, as the others are
	texts        []byte // still to be read with nextText
	payload      []byte
}

// record gives the bytes of an entry; nil for one that the bytes do not hold whole.
func (ix *Index) record(id uint32) []byte {
	if uint64(id) >= uint64(ix.count) {
		return nil
	}
	b := ix.from(secData, ix.u32(secEntries, int(id)/stride*4))
	for range id % stride {
		n, rest, ok := uvarint(b)
		if !ok || uint64(n) > uint64(len(rest)) {
			return nil
		}
		b = rest[n:]
	}
	r, _, ok := chunk(b)
	if !ok || len(r) < 3 {
		return nil
	}
	return r
}

// entry reads an entry; ok is false for one that the bytes do not hold whole.
func (ix *Index) entry(id uint32) (opened, bool) {
	b := ix.record(id)
	if b == nil {
		return opened{}, false
	}
	e := opened{kind: Kind(b[0]), weight: int32(b[1]), core: int32(b[2])}
	var ok bool
	if e.words, b, ok = chunk(b[3:]); !ok {
		return opened{}, false
	}
	if e.key, b, ok = chunk(b); !ok {
		return opened{}, false
	}
	if e.texts, b, ok = chunk(b); !ok {
		return opened{}, false
	}
	if e.payload, _, ok = chunk(b); !ok {
		return opened{}, false
	}
	return e, true
}

// nextText reads the first of the texts and gives the others.
func (ix *Index) nextText(b []byte) (f Field, location int, value, rest []byte, ok bool) {
	if len(b) == 0 {
		return 0, 0, nil, nil, false
	}
	f = Field(b[0])
	loc, b, ok := uvarint(b[1:])
	if !ok {
		return 0, 0, nil, nil, false
	}
	n, b, ok := uvarint(b)
	switch {
	case !ok:
		return 0, 0, nil, nil, false
	case n&1 != 0:
		value, _, ok = chunk(ix.from(secStrings, n>>1))
		return f, int(loc), value, b, ok
	case uint64(n>>1) > uint64(len(b)):
		return 0, 0, nil, nil, false
	}
	return f, int(loc), b[: n>>1 : n>>1], b[n>>1:], true
}

// name is the entry's display name.
func (ix *Index) name(e opened) string {
	_, _, value, _, _ := ix.nextText(e.texts)
	return string(value)
}

// byKey gives the entry at a place in the order of kind and key.
func (ix *Index) byKey(at int) uint32 { return ix.u32(secKeys, at*4) }

// firstKey gives the first place in the order of kind and key that is not before the given ones.
func (ix *Index) firstKey(kind Kind, key string) int {
	lo, hi := 0, ix.count
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		e, _ := ix.entry(ix.byKey(mid))
		if e.kind < kind || e.kind == kind && strings.Compare(string(e.key), key) < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// find gives the entry with a key.
func (ix *Index) find(kind Kind, key string) (uint32, bool) {
	at := ix.firstKey(kind, key)
	if at >= ix.count {
		return 0, false
	}
	id := ix.byKey(at)
	e, ok := ix.entry(id)
	return id, ok && e.kind == kind && string(e.key) == key
}

// term gives a word's spelling.
func (ix *Index) term(t uint32) []byte {
	if int(t) >= ix.terms {
		return nil
	}
	from, lengths := ix.u32(secTermOff, int(t)/wordStride*4), ix.sec[secTermLen]
	for i := int(t) / wordStride * wordStride; i < int(t); i++ {
		from += uint32(lengths[i])
	}
	return ix.between(secTermText, from, from+uint32(lengths[t]))
}

// entriesWith gives the number of entries that have a word.
func (ix *Index) entriesWith(t uint32) int { return int(ix.u32(secTermInfo, int(t)*infoSize)) }

// classOf gives a word's class.
func (ix *Index) classOf(t uint32) class {
	at := int(t)*infoSize + 8
	if at >= len(ix.sec[secTermInfo]) {
		return classNormal
	}
	return class(ix.sec[secTermInfo][at])
}

// firstTerm gives the first word not before s.
func (ix *Index) firstTerm(s string) uint32 {
	lo, hi := 0, ix.terms
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if string(ix.term(uint32(mid))) < s {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return uint32(lo)
}

// exactTerm gives the word spelled s.
func (ix *Index) exactTerm(s string) (uint32, bool) {
	t := ix.firstTerm(s)
	return t, int(t) < ix.terms && string(ix.term(t)) == s
}

// prefixTerms gives the words from lo up to but not hi that start with s.
func (ix *Index) prefixTerms(s string) (lo, hi uint32) {
	lo = ix.firstTerm(s)
	from, to := int(lo), ix.terms
	for from < to {
		mid := int(uint(from+to) >> 1)
		if strings.HasPrefix(string(ix.term(uint32(mid))), s) {
			from = mid + 1
		} else {
			to = mid
		}
	}
	return lo, uint32(from)
}
