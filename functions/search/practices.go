package main

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/gateway"
)

// practiceLink is a good practice as these pages list it; functions/practices shows it.
type practiceLink struct{ Path, Title, Summary, Zone string }

// How many practices a page lists beside what it is about.
const (
	mostNewest  = 3 // on the first page
	mostMatched = 5 // with results
)

// firstPractices are the practices of the first site by the addresses that they had there: /?bp=2. They stay, for a
// practice that moves leads on from its old address.
var firstPractices = map[string]string{
	"2": "samen-tegen-spijbelen-in-halle",
	"3": "preventie-en-werkgroepen-in-tienen-en-hoegaarden",
	"4": "overlegassistenten-in-brussel-noord",
}

func (e *edition) practiceLinks(list []directory.PracticeTitle) []practiceLink {
	var links []practiceLink
	for _, p := range list {
		links = append(links, practiceLink{"/praktijken/" + p.Slug, p.Title, p.Summary, e.practiceZone(p)})
	}
	return links
}

// practiceZone names the zones of today that a practice is of.
func (e *edition) practiceZone(p directory.PracticeTitle) string {
	var names []string
	for _, code := range e.CurrentZones(p.Zone) {
		if z, ok := e.Zone(code); ok {
			names = append(names, directory.ZoneWords(z.Name, e.names(z.Municipalities)))
		}
	}
	return listWords(names)
}

// ofZone are the practices of a zone.
func (e *edition) ofZone(list []directory.PracticeTitle, code directory.ZoneCode) []directory.PracticeTitle {
	return slices.DeleteFunc(slices.Clone(list), func(p directory.PracticeTitle) bool { return !slices.Contains(e.CurrentZones(p.Zone), code) })
}

// matched are the practices that a search finds, best first: those of a zone that it is about and on its theme, those
// with all its words, those of the zone, and those on the theme. zones are the few that it is about.
func (e *edition) matched(list []directory.PracticeTitle, result found, text string, zones []directory.ZoneCode) []directory.PracticeTitle {
	type ranked struct {
		directory.PracticeTitle
		rank int
	}
	var all []ranked
	for _, p := range list {
		var towns []string
		here := false
		for _, code := range e.CurrentZones(p.Zone) {
			here = here || slices.Contains(zones, code)
			if z, ok := e.Zone(code); ok {
				towns = append(append(towns, z.Name, string(code)), e.names(z.Municipalities)...)
			}
		}
		onTheme := result.Theme != "" && p.About(result.Theme, "")
		rank := 0
		switch {
		case here && onTheme:
			rank = 4
		case strings.ContainsFunc(text, isWordPart) && p.Mentions(text, towns...): // a text without words asks for nothing
			rank = 3
		case here && result.Theme == "":
			rank = 2
		case onTheme:
			rank = 1
		}
		if rank > 0 {
			all = append(all, ranked{p, rank})
		}
	}
	slices.SortStableFunc(all, func(a, b ranked) int { return cmp.Compare(b.rank, a.rank) })
	var best []directory.PracticeTitle
	for _, r := range all[:min(len(all), mostMatched)] {
		best = append(best, r.PracticeTitle)
	}
	return best
}

func isWordPart(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// practicesPath lists the practices on a theme, or all.
func practicesPath(theme directory.Theme) string {
	if theme == "" {
		return "/praktijken"
	}
	return "/praktijken?" + url.Values{"theme": {string(theme)}}.Encode()
}

// practiceItem is a practice in a search answer of the API.
type practiceItem struct {
	Href    string             `json:"href"`
	Slug    string             `json:"slug"`
	Title   string             `json:"title"`
	Summary string             `json:"summary"`
	Zone    directory.ZoneCode `json:"zone"`
}

func (e *edition) practiceItems(r *http.Request, list []directory.PracticeTitle) []practiceItem {
	items := make([]practiceItem, len(list))
	for i, p := range list {
		items[i] = practiceItem{gateway.Link(r, "/api/v1/practices/"+p.Slug), p.Slug, p.Title, p.Summary, p.Zone}
		if codes := e.CurrentZones(p.Zone); len(codes) > 0 {
			items[i].Zone = codes[0]
		}
	}
	return items
}
