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
//	entries   per entry 12 bytes: where its data starts (4), where its words start (4), kind (1), weight of its name (1) and of
//	          the telling words in it (1), 0 (1)
//	data      per entry: key, texts, payload, each with its length
//	words     per entry its distinct words ascending, each with the texts it occurs in (see occurrence)
//	keys      the entries by kind and key (4 each)
//	names     the hash of every whole name (8) and its entry (4), ascending
//	termOff   where each word's spelling starts in termText, and one more (4 each)
//	termText  the words, ascending
//	termInfo  per word: number of entries (4), where its list starts in lists (4), class (1), 0 (3)
//	lists     per word its entries ascending; see list
//	soundOff  where each sound key starts in soundText, and one more (4 each)
//	soundText the sound keys, ascending
//	soundTerm where each key's words start in soundIDs, and one more (4 each)
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
	secWords
	secKeys
	secNames
	secTermOff
	secTermText
	secTermInfo
	secLists
	secSoundOff
	secSoundText
	secSoundTerm
	secSoundIDs
	secTrie
	sections
)

const (
	headerSize = 8 + 4 + 4*4 + 8*int(sections) + 4
	entrySize  = 12
	nameSize   = 12
	infoSize   = 12
	nodeSize   = 12
)

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
		{secEntries, ix.count * entrySize}, {secKeys, ix.count * 4},
		{secTermOff, (ix.terms + 1) * 4}, {secTermInfo, ix.terms * infoSize},
		{secSoundOff, (ix.sounds + 1) * 4}, {secSoundTerm, (ix.sounds + 1) * 4}, {secTrie, ix.nodes * nodeSize},
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
	kind    Kind
	key     []byte // part of the index's bytes
	texts   []byte // still to be read with nextText
	payload []byte
}

// entry reads an entry; ok is false for one that the bytes do not hold whole.
func (ix *Index) entry(id uint32) (opened, bool) {
	if uint64(id) >= uint64(ix.count) {
		return opened{}, false
	}
	record := ix.sec[secEntries][int(id)*entrySize:]
	e := opened{kind: Kind(record[8])}
	b := ix.from(secData, binary.LittleEndian.Uint32(record))
	var ok bool
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
func nextText(b []byte) (f Field, location int, value, rest []byte, ok bool) {
	if len(b) == 0 {
		return 0, 0, nil, nil, false
	}
	f = Field(b[0])
	loc, b, ok := uvarint(b[1:])
	if !ok {
		return 0, 0, nil, nil, false
	}
	value, rest, ok = chunk(b)
	return f, int(loc), value, rest, ok
}

// name is the entry's display name.
func (e opened) name() string {
	_, _, value, _, _ := nextText(e.texts)
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
	return ix.between(secTermText, ix.u32(secTermOff, int(t)*4), ix.u32(secTermOff, int(t)*4+4))
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
