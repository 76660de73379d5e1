package lookup

import "encoding/binary"

// A node of the trie of sound keys: its first child (4), its first key (4), its letter (1), its number of
// children (1), 0 (2). The children of a node lie side by side, ascending by letter. A node with one key below
// it has no children: the rest is read from the key.

// trie lays out the trie of ascending keys.
func trie(keys []string) []byte {
	out := make([]byte, nodeSize, nodeSize*(len(keys)*3/2+1))
	var grow func(node, lo, hi, depth int)
	grow = func(node, lo, hi, depth int) {
		le := binary.LittleEndian
		le.PutUint32(out[node*nodeSize+4:], uint32(lo))
		if hi-lo <= 1 {
			return
		}
		if len(keys[lo]) == depth {
			lo++ // the key that ends here
		}
		first := len(out) / nodeSize
		type child struct{ lo, hi int }
		var children []child
		for i := lo; i < hi; {
			j := i + 1
			for j < hi && keys[j][depth] == keys[i][depth] {
				j++
			}
			children = append(children, child{i, j})
			out = append(out, make([]byte, nodeSize)...)
			out[len(out)-4] = keys[i][depth]
			i = j
		}
		le.PutUint32(out[node*nodeSize:], uint32(first))
		out[node*nodeSize+9] = byte(min(len(children), 255))
		for i, c := range children {
			grow(first+i, c.lo, c.hi, depth+1)
		}
	}
	grow(0, 0, len(keys), 0)
	return out
}

// maxNodes is the number of trie nodes that one word may cost.
const maxNodes = 60000

// near is a sound key within reach of a word.
type near struct {
	lo, hi uint32 // keys from lo up to but not hi
	errors int
}

// reach finds the sound keys at most limit (0 to 2) typing errors from key: a wrong, a missing, a superfluous
// letter and two letters swapped count one each. With prefix, what follows the key does not count. It appends
// to out.
//
// Every node carries which beginnings of the key its path can be, one bit each, for no, one and two errors, as
// in the algorithm of Wu and Manber, and what a swap would need next.
func (ix *Index) reach(key []byte, limit int, prefix bool, out []near) []near {
	if len(key) == 0 || len(key) > 62 || ix.nodes == 0 {
		return out
	}
	var has [256]uint64
	for i, c := range key {
		has[c] |= 1 << (i + 1)
	}
	w := walker{ix: ix, has: &has, done: 1 << len(key), limit: limit, prefix: prefix, out: out, left: maxNodes}
	var s state
	for e := range limit + 1 {
		s.r[e] = 1<<(e+1) - 1
	}
	w.down(0, uint32(ix.sounds), 0, s)
	return w.out
}

type state struct {
	r    [3]uint64 // beginnings reached with so many errors
	swap [2]uint64 // beginnings that are reached with one error more when the next letter is the swapped one
}

type walker struct {
	ix     *Index
	has    *[256]uint64
	done   uint64
	limit  int
	prefix bool
	out    []near
	left   int
}

func (w *walker) next(s *state, c byte) state {
	b := w.has[c]
	var n state
	n.r[0] = s.r[0] << 1 & b
	if w.limit > 0 {
		n.r[1] = s.r[1]<<1&b | s.r[0] | s.r[0]<<1 | n.r[0]<<1 | s.swap[0]&(b<<1)
		n.swap[0] = s.r[0] << 2 & b
	}
	if w.limit > 1 {
		n.r[2] = s.r[2]<<1&b | s.r[1] | s.r[1]<<1 | n.r[1]<<1 | s.swap[1]&(b<<1)
		n.swap[1] = s.r[1] << 2 & b
	}
	return n
}

// errors gives the fewest errors with which a beginning is reached, or 3.
func (s *state) errors(bit uint64) int {
	for e, r := range s.r {
		if r&bit != 0 {
			return e
		}
	}
	return 3
}

func (s *state) dead() bool { return s.r[0]|s.r[1]|s.r[2]|s.swap[0]|s.swap[1] == 0 }

// down visits what lies below a node, whose keys end before hi.
func (w *walker) down(node int, hi uint32, depth int, s state) {
	if w.left--; w.left < 0 {
		return
	}
	at := node * nodeSize
	if at+nodeSize > len(w.ix.sec[secTrie]) || depth > 64 {
		return
	}
	record := w.ix.sec[secTrie][at : at+nodeSize]
	first, lo, children := int(binary.LittleEndian.Uint32(record)), binary.LittleEndian.Uint32(record[4:]), int(record[9])
	if w.prefix {
		if e := s.errors(w.done); e <= w.limit {
			w.out = append(w.out, near{lo, hi, e})
			if e == 0 {
				return
			}
		}
	}
	if children == 0 {
		w.rest(lo, depth, s)
		return
	}
	if !w.prefix {
		if e := s.errors(w.done); e <= w.limit && len(w.ix.soundKey(lo)) == depth {
			w.out = append(w.out, near{lo, lo + 1, e})
		}
	}
	if first <= node {
		return // damaged: children lie behind their parent
	}
	for i := range children {
		at := (first + i) * nodeSize
		if at+nodeSize > len(w.ix.sec[secTrie]) {
			return
		}
		n := w.next(&s, w.ix.sec[secTrie][at+8])
		if n.dead() {
			continue
		}
		end := hi
		if i+1 < children {
			end = w.ix.u32(secTrie, at+nodeSize+4)
		}
		w.down(first+i, end, depth+1, n)
	}
}

// rest reads the last letters of the only key below a node.
func (w *walker) rest(id uint32, depth int, s state) {
	key := w.ix.soundKey(id)
	if len(key) < depth {
		return
	}
	for _, c := range key[depth:] {
		s = w.next(&s, c)
		if s.dead() {
			return
		}
		if w.prefix {
			if e := s.errors(w.done); e <= w.limit {
				w.out = append(w.out, near{id, id + 1, e})
				if e == 0 {
					return
				}
			}
		}
	}
	if e := s.errors(w.done); !w.prefix && e <= w.limit {
		w.out = append(w.out, near{id, id + 1, e})
	}
}

// soundKey gives a sound key.
func (ix *Index) soundKey(k uint32) []byte {
	if int(k) >= ix.sounds {
		return nil
	}
	from, lengths := ix.u32(secSoundOff, int(k)/wordStride*8), ix.sec[secSoundLen]
	for i := int(k) / wordStride * wordStride; i < int(k); i++ {
		from += uint32(lengths[2*i])
	}
	return ix.between(secSoundText, from, from+uint32(lengths[2*k]))
}

// maxAlike is the number of words of one sound that are kept.
const maxAlike = 64

// heard gives the words with a sound key as places in the section of the keys' words.
func (ix *Index) heard(k uint32) (from, to int) {
	if int(k) >= ix.sounds {
		return 0, 0
	}
	from, counts := int(ix.u32(secSoundOff, int(k)/wordStride*8+4)), ix.sec[secSoundLen]
	for i := int(k) / wordStride * wordStride; i < int(k); i++ {
		from += int(counts[2*i+1])
	}
	return from, min(from+int(counts[2*k+1]), len(ix.sec[secSoundIDs])/4)
}
