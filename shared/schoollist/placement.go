package schoollist

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"aanspreekpunt/shared/directory"
)

// placer finds the municipality of today for what a row of any year says.
type placer struct {
	today    map[directory.NIS]directory.Municipality
	former   map[directory.NIS][]directory.NIS // to the municipalities of today, chains followed
	postcode map[string][]directory.Place
	named    map[string][]directory.NIS // folded names of municipalities, also former ones, to those of today
	spelled  map[string]string          // folded names to how we write them
}

func newPlacer(t directory.Territory) *placer {
	p := &placer{
		today:    map[directory.NIS]directory.Municipality{},
		former:   map[directory.NIS][]directory.NIS{},
		postcode: map[string][]directory.Place{},
		named:    map[string][]directory.NIS{},
		spelled:  map[string]string{},
	}
	for _, m := range t.Municipalities {
		p.today[m.NIS] = m
		p.name(m.Name, m.NIS)
		if m.NameFr != "" {
			p.name(m.NameFr, m.NIS)
		}
	}
	successors := map[directory.NIS][]directory.NIS{}
	for _, f := range t.FormerMunicipalities {
		successors[f.NIS] = f.Successors
	}
	var follow func(n directory.NIS, depth int) []directory.NIS
	follow = func(n directory.NIS, depth int) []directory.NIS {
		if _, ok := p.today[n]; ok || depth > len(successors) { // the territory is checked for cycles where it is read
			return []directory.NIS{n}
		}
		var all []directory.NIS
		for _, s := range successors[n] {
			for _, end := range follow(s, depth+1) {
				if !slices.Contains(all, end) {
					all = append(all, end)
				}
			}
		}
		return all
	}
	for _, f := range t.FormerMunicipalities {
		p.former[f.NIS] = follow(f.NIS, 0)
		p.name(f.Name, p.former[f.NIS]...)
	}
	for _, place := range t.Places {
		p.postcode[place.Postcode] = append(p.postcode[place.Postcode], place)
		if _, ok := p.spelled[fold(place.Name)]; !ok {
			p.spelled[fold(place.Name)] = place.Name
		}
	}
	return p
}

func (p *placer) name(name string, codes ...directory.NIS) {
	key := fold(name)
	for _, c := range codes {
		if !slices.Contains(p.named[key], c) {
			p.named[key] = append(p.named[key], c)
		}
	}
	if _, ok := p.spelled[key]; !ok {
		p.spelled[key] = name
	}
}

// place gives the municipality of a row, or the reason why it cannot.
//
// Three witnesses speak: the NIS code (of then or now), the postcode and the municipality's name. Each may point
// to several municipalities, or to none that we know. The one that most of them point to is it, if at least
// two agree or nobody contradicts; where several are left, as for postcode 3470, the coordinates decide.
func (p *placer) place(r row) (directory.Municipality, string) {
	if _, err := directory.ParsePostcode(r.postcode); err != nil {
		return directory.Municipality{}, err.Error()
	}
	var byCode, byPostcode, byName []directory.NIS
	if code, err := directory.ParseNIS(r.nis); err == nil {
		if _, ok := p.today[code]; ok {
			byCode = []directory.NIS{code}
		} else {
			byCode = p.former[code]
		}
	}
	name := fold(r.municipality)
	for _, place := range p.postcode[r.postcode] {
		if !slices.Contains(byPostcode, place.NIS) {
			byPostcode = append(byPostcode, place.NIS)
		}
		if name != "" && fold(place.Name) == name && !slices.Contains(byName, place.NIS) {
			byName = append(byName, place.NIS)
		}
	}
	if len(byName) == 0 {
		byName = p.named[name]
	}

	said := fmt.Sprintf("municipality code %q, postcode %q and name %q", r.nis, r.postcode, r.municipality)
	witnesses := [][]directory.NIS{byCode, byPostcode, byName}
	votes := map[directory.NIS]int{}
	most, speaking := 0, 0
	for _, witness := range witnesses {
		if len(witness) > 0 {
			speaking++
		}
		for _, n := range witness {
			votes[n]++
			most = max(most, votes[n])
		}
	}
	var winners []directory.NIS
	for n, v := range votes {
		if v == most {
			winners = append(winners, n)
		}
	}
	slices.Sort(winners)
	switch {
	case most == 0:
		return directory.Municipality{}, said + " are not in Flanders or Brussels as we know it"
	case most == 1 && speaking > 1:
		return directory.Municipality{}, said + " contradict each other"
	case most == 1 && len(byCode) == 0 && (r.nis != "" || len(byName) > 0):
		// A code that we don't know and one other witness: likely a municipality outside our territory.
		return directory.Municipality{}, said + ": only one of them is known"
	}
	if len(winners) > 1 {
		if r.lat == 0 {
			return directory.Municipality{}, said + " leave " + p.names(winners) + " and there are no coordinates to decide"
		}
		winners[0] = p.nearest(winners, r)
	}
	return p.today[winners[0]], ""
}

// nearest gives the municipality that has the nearest place of the row's postcode, or the nearest centre when
// no such place has coordinates.
func (p *placer) nearest(candidates []directory.NIS, r row) directory.NIS {
	best, least := candidates[0], math.Inf(1)
	consider := func(n directory.NIS, lat, lon float64) {
		if lat == 0 {
			return
		}
		east := (lon - r.lon) * math.Cos(r.lat*math.Pi/180)
		if d := math.Hypot(lat-r.lat, east); d < least {
			best, least = n, d
		}
	}
	for _, place := range p.postcode[r.postcode] {
		if slices.Contains(candidates, place.NIS) {
			consider(place.NIS, place.Lat, place.Lon)
		}
	}
	if math.IsInf(least, 1) {
		for _, n := range candidates {
			consider(n, p.today[n].Lat, p.today[n].Lon)
		}
	}
	return best
}

func (p *placer) names(codes []directory.NIS) string {
	var names []string
	for _, c := range codes {
		names = append(names, p.today[c].Name)
	}
	return strings.Join(names, " or ")
}

// spelling gives the place name of a row. The API shouts some of them: MECHELEN becomes Mechelen.
func (p *placer) spelling(r row) string {
	if strings.ContainsFunc(r.municipality, unicode.IsLower) {
		return r.municipality
	}
	if known, ok := p.spelled[fold(r.municipality)]; ok {
		return known
	}
	return r.municipality
}
