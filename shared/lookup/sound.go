package lookup

// sound appends how a folded word sounds to a Dutch ear: words that are spelled differently and sound alike
// have one key. ij, ei and y are one, c and k, ae and a, x and ks, au and ou, th and t, ph and f, gh and g;
// a doubled letter counts once.
func sound(s string, key []byte) []byte {
	start := len(key)
	put := func(c byte) {
		if len(key) == start || key[len(key)-1] != c {
			key = append(key, c)
		}
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		var next byte
		if i+1 < len(s) {
			next = s[i+1]
		}
		switch {
		case c == 'i' && next == 'j', c == 'e' && next == 'i', c == 'e' && next == 'y':
			put('y')
			i++
		case c == 'a' && next == 'e':
			put('a')
			i++
		case c == 'u' && next == 'e' && i+2 < len(s) && s[i+2] != 'u' && s[i+2] != 'r':
			put('u')
			i++
		case c == 'o' && next == 'u', c == 'a' && next == 'u':
			put('a')
			put('u')
			i++
		case c == 'd' && next == 't':
			put('t')
			i++
		case next == 'h' && (c == 't' || c == 'g' || c == 'k'):
			put(c)
			i++
		case c == 'p' && next == 'h':
			put('f')
			i++
		case c == 'c' && next == 'h':
			put('c')
			i++
		case c == 'c', c == 'q':
			put('k')
		case c == 'x':
			put('k')
			put('s')
		default:
			put(c)
		}
	}
	return key
}
