package main

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/lookup"
)

// maxQuery is the longest query in characters; the longest name in the ministry's list has fewer than 150.
const maxQuery = 200

// mostZones is of how many zones one answer holds the contact points.
const mostZones = 10

// question is what someone wants to find.
type question struct {
	Text          string          // as typed
	Theme         directory.Theme // as chosen, "" when none
	Level         directory.Level // only schools of this level, "" for all
	Literal       bool            // as typed, without corrections and without a theme in it
	Offset, Limit int
	// Shown, when not 0, is how many hits are for showing. The rest are wanted only to tell whether all lie in one
	// zone: schools among them are left out when there are more than Limit anyway.
	Shown int
}

// found is what a question gives.
type found struct {
	Query     string          // what was looked for: the text without the words of a theme
	Theme     directory.Theme // as chosen or recognised
	ThemeWord string          // the words in the text that name a theme, "" when there are none
	Hits      []hit
	Total     int
	IsMinimum bool     // there are, or may be, more than Total
	Partial   bool     // nothing has all the words: the hits have some of them
	Unmatched []string // then the words that the first hit lacks, as typed
	Corrected string   // the query as it was understood, "" when nothing was corrected
}

// understood is what the hits answer: the query, corrected, without the words that were not found.
func (r found) understood() string {
	query := cmp.Or(r.Corrected, r.Query)
	if len(r.Unmatched) == 0 {
		return query
	}
	kept := slices.DeleteFunc(strings.Fields(query), func(word string) bool {
		return slices.ContainsFunc(r.Unmatched, func(lacking string) bool { return strings.EqualFold(word, lacking) })
	})
	return strings.Join(kept, " ")
}

// hit is one hit with what pages and JSON show of it.
type hit struct {
	lookup.Hit
	School       *directory.School
	Location     *directory.Location // of a school: the one that matched, or its only one
	NIS          directory.NIS       // of a place, municipality or street
	Postcode     string
	Municipality string
	Zones        []directory.ZoneCode // ascending; one for all but schools and former zones or municipalities
}

// find looks for what was asked. A theme word in the text sets the theme, unless one is chosen, and is not looked for,
// unless the whole text is the name of something or finds what the rest of it does not.
func find(f *edition, q question) found {
	result := found{Query: q.Text, Theme: q.Theme}
	query := lookup.Query{Text: q.Text, Offset: q.Offset, Limit: q.Limit, Literal: q.Literal}
	if !q.Literal {
		if theme, word, rest, ok := directory.ThemeInQuery(q.Text); ok && !isName(f, q.Text) {
			result.Theme, result.ThemeWord, result.Query, query.Text = cmp.Or(q.Theme, theme), word, rest, rest
		}
	}
	answer := lookFor(f, query, q.Level)
	if result.ThemeWord != "" && answer.Total == 0 && strings.TrimSpace(result.Query) != "" {
		query.Text = q.Text
		if whole := lookFor(f, query, q.Level); whole.Total > 0 {
			result.Theme, result.ThemeWord, result.Query, answer = q.Theme, "", q.Text, whole
		}
	}
	result.Total, result.IsMinimum, result.Partial = answer.Total, answer.TotalIsMinimum, answer.Partial
	result.Unmatched, result.Corrected = answer.Unmatched, answer.CorrectedQuery
	for i, h := range answer.Hits {
		if q.Shown > 0 && i >= q.Shown && h.Kind == lookup.School && answer.Total > q.Limit {
			continue
		}
		if told, ok := tell(f, h); ok {
			result.Hits = append(result.Hits, told)
		}
	}
	return result
}

// isName tells whether a text is exactly the name of one thing.
func isName(f *edition, text string) bool {
	r := f.Search(lookup.Query{Text: text, Literal: true, Limit: 1})
	return len(r.Hits) > 0 && r.Hits[0].Certain
}

// lookFor searches; with a level, schools of other levels are left out. The index cannot do that itself, so all
// that it counts exactly is walked through.
func lookFor(f *edition, q lookup.Query, level directory.Level) lookup.Result {
	if strings.TrimSpace(q.Text) == "" {
		return lookup.Result{}
	}
	if level == "" {
		return f.Search(q)
	}
	const step = 200
	offset, limit := q.Offset, q.Limit
	var kept []lookup.Hit
	var all lookup.Result
	for q.Offset, q.Limit = 0, step; q.Offset < lookup.MaxTotal; q.Offset += step {
		part := f.Search(q)
		all.CorrectedQuery, all.TotalIsMinimum, all.Partial, all.Unmatched = part.CorrectedQuery, part.TotalIsMinimum, part.Partial, part.Unmatched
		for _, h := range part.Hits {
			if s, ok := decode[directory.School](h.Payload); h.Kind != lookup.School || ok && s.Level == level {
				kept = append(kept, h)
			}
		}
		if len(part.Hits) < step {
			break
		}
	}
	all.Total = len(kept)
	all.Hits = kept[min(offset, len(kept)):min(offset+limit, len(kept))]
	return all
}

// tell adds what pages and JSON show of a hit. A payload that cannot be read leaves the hit out: it cannot happen
// to facts whose checksum is right.
func tell(f *edition, h lookup.Hit) (hit, bool) {
	told := hit{Hit: h}
	switch h.Kind {
	case lookup.School:
		s, ok := decode[directory.School](h.Payload)
		if !ok {
			return hit{}, false
		}
		told.School = &s
		told.Zones = schoolZones(s)
		if at := h.Location; at > 0 && at <= len(s.Locations) { // counted from 1, in the order of the school's list
			told.Location = &s.Locations[at-1]
		} else if len(s.Locations) == 1 {
			told.Location = &s.Locations[0]
		}
		if l := told.Location; l != nil {
			told.Postcode, told.Municipality = l.Postcode, l.Municipality
		} else {
			told.Municipality = sameMunicipality(s)
		}
	case lookup.Zone:
		told.Zones = []directory.ZoneCode{directory.ZoneCode(h.Key)}
	case lookup.FormerZone:
		told.Zones = f.CurrentZones(directory.ZoneCode(h.Key))
	case lookup.FormerMunicipality:
		nis, err := directory.ParseNIS(h.Key)
		if err != nil {
			return hit{}, false
		}
		for _, n := range f.CurrentMunicipalities(nis) {
			if m, ok := f.Municipality(n); ok {
				told.NIS, told.Municipality = n, m.Name
				told.Zones = append(told.Zones, m.Zone)
			}
		}
		slices.Sort(told.Zones)
		told.Zones = slices.Compact(told.Zones)
	default:
		nis, postcode, ok := whereabouts(h)
		if !ok {
			return hit{}, false
		}
		m, ok := f.Municipality(nis)
		if !ok {
			return hit{}, false
		}
		told.NIS, told.Postcode, told.Municipality, told.Zones = nis, postcode, m.Name, []directory.ZoneCode{m.Zone}
	}
	return told, len(told.Zones) > 0
}

// whereabouts gives the municipality, and of a place the postcode, of a hit by its key and payload.
func whereabouts(h lookup.Hit) (directory.NIS, string, bool) {
	switch h.Kind {
	case lookup.Place:
		p, ok := decode[directory.Place](h.Payload)
		return p.NIS, p.Postcode, ok
	case lookup.Municipality:
		nis, err := directory.ParseNIS(h.Key)
		return nis, "", err == nil
	case lookup.Street: // "24107 Kerkstraat"
		code, _, _ := strings.Cut(h.Key, " ")
		nis, err := directory.ParseNIS(code)
		return nis, "", err == nil
	}
	return 0, "", false
}

// schoolZones lists the zones in which a school has a location, ascending.
func schoolZones(s directory.School) []directory.ZoneCode {
	codes := make([]directory.ZoneCode, 0, 1)
	for _, l := range s.Locations {
		codes = append(codes, l.Zone)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// location is the number of the school location that matched, 0 when none did in particular.
func (h hit) location() int {
	if h.Location == nil {
		return 0
	}
	return h.Location.Number
}

// lies are the zones in which the hit lies: of a school, that of the location that matched.
func (h hit) lies() []directory.ZoneCode {
	if h.Location != nil {
		return []directory.ZoneCode{h.Location.Zone}
	}
	return h.Zones
}

// sameMunicipality is the municipality of all locations of a school, "" when they lie in several.
func sameMunicipality(s directory.School) string {
	for _, l := range s.Locations {
		if l.Municipality != s.Locations[0].Municipality {
			return ""
		}
	}
	if len(s.Locations) == 0 {
		return ""
	}
	return s.Locations[0].Municipality
}

// zonesOf lists the distinct zones of hits in the order in which they first stand there, at most so many.
func zonesOf(hits []hit, most int) []directory.ZoneCode {
	var codes []directory.ZoneCode
	for _, h := range hits {
		for _, code := range h.Zones {
			if !slices.Contains(codes, code) && len(codes) < most {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

func decode[T any](payload []byte) (T, bool) {
	var v T
	err := json.Unmarshal(payload, &v)
	return v, err == nil
}
