package main

import (
	"slices"
	"strings"
	"sync"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
)

// edition is one version of the reference facts with what many requests ask of it, worked out once: the names of
// municipalities, the zones, and the list of all of them. The facts never change, so neither does this.
type edition struct {
	*facts.Facts
	known     sync.Map // directory.NIS -> string
	decoded   sync.Map // directory.ZoneCode -> directory.ZoneFacts
	zones     func() []directory.ZoneFacts
	provinces func() []province // all zones by province, Brussels last, by name
}

func newEdition(f *facts.Facts) *edition {
	e := &edition{Facts: f, zones: sync.OnceValue(f.Zones)}
	e.provinces = sync.OnceValue(e.byProvince)
	return e
}

// name gives a municipality's Dutch name.
func (e *edition) name(nis directory.NIS) string {
	if name, ok := e.known.Load(nis); ok {
		return name.(string)
	}
	m, ok := e.Municipality(nis)
	if !ok {
		return nis.String() // cannot happen: facts are checked when they are built
	}
	e.known.Store(nis, m.Name)
	return m.Name
}

// Zone gives the facts of a zone of today. Callers must not change what is in them.
func (e *edition) Zone(code directory.ZoneCode) (directory.ZoneFacts, bool) {
	if z, ok := e.decoded.Load(code); ok {
		return z.(directory.ZoneFacts), true
	}
	z, ok := e.Facts.Zone(code)
	if ok {
		e.decoded.Store(code, z)
	}
	return z, ok
}

// names lists the names of municipalities, by name.
func (e *edition) names(codes []directory.NIS) []string {
	list := make([]string, len(codes))
	for i, nis := range codes {
		list[i] = e.name(nis)
	}
	slices.Sort(list)
	return list
}

// province is a province with its zones as a list shows them.
type province struct {
	Name  string
	Zones []zoneLine
}

type zoneLine struct {
	Path, Name, NameFr, Code, Municipalities string
}

func (e *edition) line(z directory.ZoneFacts) zoneLine {
	return zoneLine{"/zones/" + string(z.Code), z.Name, z.NameFr, string(z.Code), strings.Join(e.names(z.Municipalities), ", ")}
}

func (e *edition) byProvince() []province {
	var list []province
	for _, z := range e.zones() {
		i := slices.IndexFunc(list, func(p province) bool { return p.Name == z.Province })
		if i < 0 {
			list = append(list, province{Name: z.Province})
			i = len(list) - 1
		}
		list[i].Zones = append(list[i].Zones, e.line(z))
	}
	slices.SortFunc(list, func(a, b province) int {
		if (a.Name == brussels) != (b.Name == brussels) {
			if a.Name == brussels {
				return 1
			}
			return -1
		}
		return strings.Compare(a.Name, b.Name)
	})
	for _, p := range list {
		slices.SortFunc(p.Zones, func(a, b zoneLine) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	}
	return list
}
