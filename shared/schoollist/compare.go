package schoollist

import (
	"cmp"
	"slices"

	"aanspreekpunt/shared/directory"
)

// Changes is how a list differs from the one before; each part ascends by number.
type Changes struct {
	Added    []Named   `json:"added"`
	Changed  []Changed `json:"changed"`
	Vanished []Named   `json:"vanished"`
}

// Named is a school by number and name.
type Named struct {
	Number directory.InstitutionNumber `json:"number"`
	Name   string                      `json:"name"`
}

// Changed is a school that stands in both lists, and which of its values differ: name, level, type, network,
// phone, website, clb, locations.
type Changed struct {
	Named
	What []string `json:"what"`
}

// Compare tells how two lists differ; their order does not matter.
func Compare(before, after []directory.School) Changes {
	known := make(map[directory.InstitutionNumber]directory.School, len(before))
	for _, s := range before {
		known[s.Number] = s
	}
	c := Changes{Added: []Named{}, Changed: []Changed{}, Vanished: []Named{}}
	for _, s := range after {
		named := Named{s.Number, s.Name}
		old, ok := known[s.Number]
		if !ok {
			c.Added = append(c.Added, named)
			continue
		}
		delete(known, s.Number)
		if what := differences(old, s); len(what) > 0 {
			c.Changed = append(c.Changed, Changed{named, what})
		}
	}
	for _, s := range known {
		c.Vanished = append(c.Vanished, Named{s.Number, s.Name})
	}
	slices.SortFunc(c.Added, func(a, b Named) int { return cmp.Compare(a.Number, b.Number) })
	slices.SortFunc(c.Changed, func(a, b Changed) int { return cmp.Compare(a.Number, b.Number) })
	slices.SortFunc(c.Vanished, func(a, b Named) int { return cmp.Compare(a.Number, b.Number) })
	return c
}

func differences(a, b directory.School) []string {
	var what []string
	for _, d := range []struct {
		name   string
		differ bool
	}{
		{"name", a.Name != b.Name}, {"level", a.Level != b.Level}, {"type", a.Type != b.Type},
		{"network", a.Network != b.Network}, {"phone", a.Phone != b.Phone}, {"website", a.Website != b.Website},
		{"clb", a.CLB != b.CLB}, {"locations", !slices.Equal(a.Locations, b.Locations)},
	} {
		if d.differ {
			what = append(what, d.name)
		}
	}
	return what
}

// Relocate places the schools of an earlier list anew, after the territory changed: municipalities merge, and
// their zones with them. A location that has no place any more is a Problem and left out, and so is a school
// that has no location left.
func Relocate(schools []directory.School, t directory.Territory) ([]directory.School, []Problem) {
	p := newPlacer(t)
	var out []directory.School
	var problems []Problem
	for i, s := range schools {
		var locations []directory.Location
		for _, at := range s.Locations {
			municipality, reason := p.place(row{nis: at.NIS.String(), postcode: at.Postcode, municipality: at.Place, lat: at.Lat, lon: at.Lon})
			if reason != "" {
				problems = append(problems, Problem{File: "current version", Line: i + 1, Number: string(s.Number), Reason: reason})
				continue
			}
			at.NIS, at.Municipality, at.Zone = municipality.NIS, municipality.Name, municipality.Zone
			locations = append(locations, at)
		}
		if s.Locations = locations; len(locations) > 0 {
			out = append(out, s)
		}
	}
	return out, problems
}
