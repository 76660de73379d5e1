package lookup

import (
	"strings"
	"unicode/utf8"
)

// Marks gives the parts of name that the words of query match, ascending and apart from each other: whole words,
// also when they are spelled differently, or the beginning of a word that is being typed.
func Marks(name, query string) []Span {
	var rawBuf, wordBuf [2 * maxQueryWords]word
	words := canonical(split(cutText(query), rawBuf[:0], maxQueryWords), wordBuf[:0])
	if len(words) == 0 {
		return nil
	}
	var spans []Span
	add := func(s Span) {
		if n := len(spans); n > 0 && spans[n-1].Start == s.Start {
			spans[n-1].End = max(spans[n-1].End, s.End)
			return
		}
		spans = append(spans, s)
	}
	written := split(name, nil, maxTextWords)
	names := canonical(written, nil)
	for n, w := range names {
		best := 0 // bytes of the name
		for i, q := range words {
			switch {
			case n > 0 && q.raw == names[n-1].raw+w.raw, n+1 < len(names) && q.raw == w.raw+names[n+1].raw:
				best = w.end - w.start // klimop, Klim-Op
			case w.text == q.text || w.raw == q.raw:
				best = w.end - w.start
			case i == len(words)-1 && strings.HasPrefix(w.raw, q.raw) && !isDigit(q.raw[0]):
				best = max(best, letters(name[w.start:w.end], len(q.raw)))
			case alikeWords(w.text, q.text):
				best = w.end - w.start
			}
		}
		if best == 0 {
			best = compound(w, words)
		}
		if best > 0 {
			add(Span{w.start, w.start + best})
		}
	}
	return spans
}

// compound tells whether the words of a query, two by two, make up a word of a name, or the other way around.
func compound(w word, words []word) int {
	for i, q := range words {
		if i+1 < len(words) && len(w.raw) == len(q.raw)+len(words[i+1].raw) && w.raw == q.raw+words[i+1].raw {
			return w.end - w.start
		}
		if len(w.raw) >= 4 && len(q.raw) >= len(w.raw)+3 && (strings.HasPrefix(q.raw, w.raw) || strings.HasSuffix(q.raw, w.raw)) ||
			len(q.raw) >= 4 && len(w.raw) >= len(q.raw)+3 && strings.HasPrefix(w.raw, q.raw) {
			return w.end - w.start
		}
	}
	return 0
}

// alikeWords tells whether two words sound the same or are a typing error apart.
func alikeWords(a, b string) bool {
	if isDigit(a[0]) || isDigit(b[0]) || len(b) < 3 {
		return false
	}
	var x, y [2 * maxWord]byte
	if string(sound(a, x[:0])) == string(sound(b, y[:0])) {
		return true
	}
	switch d := distance(b, a); {
	case len(b) >= 7:
		return d <= 2
	case len(b) >= 4:
		return d <= 1
	}
	return false
}

// letters gives the bytes of the characters of s that fold to the first n plain letters.
func letters(s string, n int) int {
	at := 0
	for n > 0 && at < len(s) {
		r, size := utf8.DecodeRuneInString(s[at:])
		f, _ := fold(r)
		n -= len(f)
		at += size
	}
	for at < len(s) { // accents that belong to the last letter
		r, size := utf8.DecodeRuneInString(s[at:])
		if f, leaves := fold(r); f != "" || leaves {
			break
		}
		at += size
	}
	return at
}

// cutText cuts a query to maxQueryBytes, at the end of a character.
func cutText(s string) string {
	if len(s) <= maxQueryBytes {
		return s
	}
	end := maxQueryBytes
	for end > maxQueryBytes-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}
