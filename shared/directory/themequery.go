package directory

import "strings"

// ThemeInQuery finds the first theme word in what someone typed in the search box, such as "spijbelen" in
// "spijbelen tienen". word is the theme word as typed, rest the query without it and without the little words
// that bind it ("in", "over"); a query without a theme word gives false.
func ThemeInQuery(q string) (theme Theme, word, rest string, ok bool) {
	words := strings.Fields(q)
	for i, w := range words {
		for _, t := range Themes() {
			if strings.EqualFold(w, t.Label()) {
				return t, w, strings.Join(append(append([]string{}, words[:i]...), words[i+1:]...), " "), true
			}
		}
	}
	return "", "", q, false
}
