package relevance

import (
	"fmt"
	"slices"
	"strings"
)

// Case is a query with the hits that must come first.
type Case struct {
	Line  int // of the query in its file
	Query string
	Want  []Hit // in this order; none: nothing may be found
}

// Hit is an entry that a case expects.
type Hit struct {
	Kind string // as in the API: school, place, municipality, zone; formerZone, formerMunicipality, street too
	Key  string
	Name string // of a school; "" when the case does not say
}

// String writes the hit as case files do.
func (h Hit) String() string {
	if h.Kind == "school" {
		return strings.TrimSpace(h.Key + "  " + h.Name)
	}
	return h.Kind + " " + h.Key
}

var kinds = []string{"place", "municipality", "zone", "formerZone", "formerMunicipality", "street"}

// Parse reads a case file. A line at the margin is a query; the indented lines below it are the hits that must
// come first: an institution number with the school's name, a kind with a key, or "nothing". Lines with # are
// comments. The error names the line.
func Parse(text string) ([]Case, error) {
	var cases []Case
	nothing := false
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, " \r")
		content := strings.TrimSpace(line)
		switch {
		case content == "" || strings.HasPrefix(content, "#"):
		case line == content:
			if n := len(cases); n > 0 && len(cases[n-1].Want) == 0 && !nothing {
				return nil, fmt.Errorf("line %d: %q expects no hit: write nothing below it if it must find none", cases[n-1].Line, cases[n-1].Query)
			}
			cases, nothing = append(cases, Case{Line: i + 1, Query: line}), false
		case len(cases) == 0:
			return nil, fmt.Errorf("line %d: a hit without a query", i+1)
		case content == "nothing":
			nothing = true
		default:
			first, rest, _ := strings.Cut(content, " ")
			h := Hit{Kind: "school", Key: first, Name: strings.TrimSpace(rest)}
			if slices.Contains(kinds, first) {
				h = Hit{Kind: first, Key: strings.TrimSpace(rest)}
			}
			last := &cases[len(cases)-1]
			last.Want = append(last.Want, h)
		}
	}
	if n := len(cases); n > 0 && len(cases[n-1].Want) == 0 && !nothing {
		return nil, fmt.Errorf("line %d: %q expects no hit", cases[n-1].Line, cases[n-1].Query)
	}
	return cases, nil
}
