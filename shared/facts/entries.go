package facts

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/lookup"
)

// Street is a street in which at least one school has a location. There is no street without one: the facts hold
// no street register.
type Street struct {
	Name         string             `json:"name"`
	NIS          directory.NIS      `json:"nis"`
	Municipality string             `json:"municipality"`
	Zone         directory.ZoneCode `json:"zone"`
	Postcodes    []string           `json:"postcodes"` // ascending
}

// entries turns the facts into what can be found, and by which texts. Keys: NIS code, zone code, institution
// number, "postcode name" for a place, "nis name" for a street.
func entries(t directory.Territory, schools []directory.School) ([]lookup.Entry, error) {
	f := finder{
		municipalities: map[directory.NIS]directory.Municipality{},
		zones:          map[directory.ZoneCode]directory.ZoneFacts{},
		atPostcode:     map[string][]directory.Place{},
		streets:        map[string]*street{},
	}
	for _, m := range t.Municipalities {
		f.municipalities[m.NIS] = m
	}
	for _, z := range t.Zones {
		f.zones[z.Code] = z
	}
	for _, p := range t.Places {
		f.atPostcode[p.Postcode] = append(f.atPostcode[p.Postcode], p)
	}
	f.territory(t)
	for _, s := range schools {
		f.school(s)
	}
	for _, key := range slices.Sorted(maps.Keys(f.streets)) {
		f.street(key, f.streets[key])
	}
	return f.entries, f.err
}

// finder gathers entries.
type finder struct {
	municipalities map[directory.NIS]directory.Municipality
	zones          map[directory.ZoneCode]directory.ZoneFacts
	atPostcode     map[string][]directory.Place
	streets        map[string]*street
	entries        []lookup.Entry
	err            error
}

type street struct {
	Street
	places []string
}

// texts gathers what finds one entry, each text once.
type texts []lookup.Text

func (ts *texts) add(field lookup.Field, location int, values ...string) {
	for _, v := range values {
		t := lookup.Text{Field: field, Value: v, Location: location}
		if v != "" && !slices.Contains(*ts, t) {
			*ts = append(*ts, t)
		}
	}
}

func (f *finder) add(kind lookup.Kind, key string, ts texts, fact any) {
	payload, err := json.Marshal(fact)
	if err != nil && f.err == nil {
		f.err = fmt.Errorf("%s %s: %w", kind, key, err)
	}
	f.entries = append(f.entries, lookup.Entry{Kind: kind, Key: key, Texts: ts, Payload: payload})
}

func (f *finder) territory(t directory.Territory) {
	postcodes := map[directory.NIS][]string{}
	for _, p := range t.Places {
		postcodes[p.NIS] = append(postcodes[p.NIS], p.Postcode)
	}
	for _, m := range t.Municipalities {
		var ts texts
		ts.add(lookup.Name, 0, m.Name, m.NameFr)
		ts.add(lookup.NIS, 0, m.NIS.String())
		ts.add(lookup.Postcode, 0, postcodes[m.NIS]...)
		for _, old := range t.FormerMunicipalities {
			if slices.Contains(old.Successors, m.NIS) {
				ts.add(lookup.FormerMunicipalityName, 0, old.Name)
			}
		}
		f.add(lookup.Municipality, m.NIS.String(), ts, m)
	}
	for _, z := range t.Zones {
		var ts texts
		ts.add(lookup.Name, 0, z.Name, z.NameFr)
		ts.add(lookup.Alias, 0, z.RawName)
		ts.add(lookup.Alias, 0, z.Aliases...)
		ts.add(lookup.ZoneCode, 0, string(z.Code))
		for _, nis := range z.Municipalities {
			ts.add(lookup.MunicipalityName, 0, f.municipalities[nis].Name)
		}
		for _, old := range t.FormerZones {
			if slices.Contains(old.Successors, z.Code) {
				ts.add(lookup.FormerZoneName, 0, old.Name)
			}
		}
		f.add(lookup.Zone, string(z.Code), ts, z)
	}
	for _, old := range t.FormerMunicipalities {
		var ts texts
		ts.add(lookup.Name, 0, old.Name)
		ts.add(lookup.NIS, 0, old.NIS.String())
		for _, nis := range old.Successors {
			ts.add(lookup.MunicipalityName, 0, f.municipalities[nis].Name)
		}
		f.add(lookup.FormerMunicipality, old.NIS.String(), ts, old)
	}
	for _, old := range t.FormerZones {
		var ts texts
		ts.add(lookup.Name, 0, old.Name)
		ts.add(lookup.ZoneCode, 0, string(old.Code))
		for _, code := range old.Successors {
			ts.add(lookup.ZoneName, 0, f.zones[code].Name)
		}
		f.add(lookup.FormerZone, string(old.Code), ts, old)
	}
	for _, p := range t.Places {
		var ts texts
		ts.add(lookup.Name, 0, p.Name)
		ts.add(lookup.Postcode, 0, p.Postcode)
		if m := f.municipalities[p.NIS]; m.Name != p.Name {
			ts.add(lookup.MunicipalityName, 0, m.Name)
		}
		f.add(lookup.Place, p.Postcode+" "+p.Name, ts, p)
	}
}

func (f *finder) school(s directory.School) {
	var ts texts
	ts.add(lookup.Name, 0, s.Name)
	ts.add(lookup.Alias, 0, s.Aliases...)
	ts.add(lookup.InstitutionNumber, 0, string(s.Number))
	ts.add(lookup.Type, 0, s.Type, alsoOfType(s.Type))
	for i, l := range s.Locations {
		at := i + 1
		ts.add(lookup.StreetName, at, strings.TrimSpace(l.Street+" "+l.HouseNumber))
		ts.add(lookup.Postcode, at, l.Postcode)
		own, others := f.placesOf(l)
		ts.add(lookup.MunicipalityName, at, l.Municipality, f.municipalities[l.NIS].NameFr)
		for _, p := range own {
			if p != l.Municipality {
				ts.add(lookup.PlaceName, at, p)
			}
		}
		for _, p := range others {
			switch {
			case p.Name == l.Municipality || slices.Contains(own, p.Name):
			case p.Kind == directory.PlaceFormerMunicipality:
				ts.add(lookup.FormerMunicipalityName, at, p.Name)
			default:
				ts.add(lookup.PostcodePlace, at, p.Name)
			}
		}
		f.inStreet(l, own)
	}
	f.add(lookup.School, string(s.Number), ts, s)
}

// nearby is how near a place's centre must be to a school for the school to lie there, in degrees of latitude:
// about five kilometres.
const nearby = 0.045

// alsoOfType is what else a school of a type is: people ask for the lower or the nursery school where one school is
// both, and call either of them a basisschool. "" is nothing.
func alsoOfType(kind string) string {
	switch lower := strings.ToLower(kind); {
	case strings.HasPrefix(lower, "basisschool"):
		return "Lagere school, kleuterschool"
	case strings.HasPrefix(lower, "autonome lagere school"), strings.HasPrefix(lower, "autonome kleuterschool"):
		return "Basisschool"
	}
	return ""
}

// placesOf gives the names of the places in which a location lies for all we know: the one that the list names,
// and of the places with its postcode the only one or, when the location's coordinates are known, the nearest.
// The others may still be where it lies.
func (f *finder) placesOf(l directory.Location) (own []string, others []directory.Place) {
	if l.Place != "" {
		own = append(own, l.Place)
	}
	best, distance := -1, nearby
	for _, p := range f.atPostcode[l.Postcode] {
		if p.NIS != l.NIS {
			continue
		}
		others = append(others, p)
		if l.Lat == 0 || p.Lat == 0 {
			continue
		}
		d := math.Hypot(p.Lat-l.Lat, (p.Lon-l.Lon)*math.Cos(l.Lat*math.Pi/180))
		if d < distance {
			best, distance = len(others)-1, d
		}
	}
	if best < 0 && len(others) == 1 {
		best = 0
	}
	if best >= 0 && !slices.Contains(own, others[best].Name) {
		own = append(own, others[best].Name)
	}
	return own, others
}

func (f *finder) inStreet(l directory.Location, places []string) {
	if l.Street == "" {
		return
	}
	key := l.NIS.String() + " " + l.Street
	s := f.streets[key]
	if s == nil {
		s = &street{Street: Street{Name: l.Street, NIS: l.NIS, Municipality: l.Municipality, Zone: l.Zone}}
		f.streets[key] = s
	}
	if !slices.Contains(s.Postcodes, l.Postcode) {
		s.Postcodes = append(s.Postcodes, l.Postcode)
		slices.Sort(s.Postcodes)
	}
	for _, p := range places {
		if p != l.Municipality && !slices.Contains(s.places, p) {
			s.places = append(s.places, p)
		}
	}
}

func (f *finder) street(key string, s *street) {
	var ts texts
	ts.add(lookup.Name, 0, s.Name)
	ts.add(lookup.MunicipalityName, 0, s.Municipality, f.municipalities[s.NIS].NameFr)
	slices.SortFunc(s.places, cmp.Compare)
	ts.add(lookup.PlaceName, 0, s.places...)
	ts.add(lookup.Postcode, 0, s.Postcodes...)
	f.add(lookup.Street, key, ts, s.Street)
}
