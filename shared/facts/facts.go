package facts

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/lookup"
)

// Meta tells what a version of the facts is made of.
type Meta struct {
	Territory     Source `json:"territory"`               // where the zones, municipalities and places come from
	Schools       Source `json:"schools,omitzero"`        // where the school list comes from; zero without schools
	SchoolCount   int    `json:"schoolCount"`             // schools, not locations
	Demonstration bool   `json:"demonstration,omitempty"` // the schools are demonstration schools
}

// Facts are the reference facts of one version. They never change; any number of goroutines may use them.
type Facts struct {
	index *lookup.Index
	meta  Meta
}

// Records are entries that no search finds: Meta, per municipality the places in it, per CLB its schools.
const metaKey = "meta"

func placesKey(nis directory.NIS) string { return "places/" + nis.String() }

func clbKey(number directory.InstitutionNumber) string { return "clb/" + string(number) }

// Build puts the territory, the schools and the search index over them into one block of bytes. The same facts
// give the same bytes.
func Build(t directory.Territory, schools []directory.School, meta Meta) ([]byte, error) {
	if err := CheckTerritory(t); err != nil {
		return nil, fmt.Errorf("territory: %w", err)
	}
	list, err := entries(t, schools)
	if err != nil {
		return nil, err
	}
	meta.SchoolCount = len(schools)
	record := func(key string, fact any) {
		payload, marshalErr := json.Marshal(fact)
		err = errors.Join(err, marshalErr)
		list = append(list, lookup.Entry{Kind: lookup.Record, Key: key, Payload: payload})
	}
	record(metaKey, meta)
	places := map[directory.NIS][]directory.Place{}
	for _, p := range t.Places {
		places[p.NIS] = append(places[p.NIS], p)
	}
	for _, m := range t.Municipalities {
		record(placesKey(m.NIS), places[m.NIS])
	}
	centres := clbs(schools)
	for _, number := range slices.Sorted(maps.Keys(centres)) {
		record(clbKey(number), centres[number])
	}
	if err != nil {
		return nil, fmt.Errorf("reference facts: %w", err)
	}
	pack := packer()
	for i := range list {
		list[i].Payload = pack(list[i].Payload)
	}
	return lookup.Build(list)
}

// clbs gathers the schools of each CLB and the zones in which they have a location.
func clbs(schools []directory.School) map[directory.InstitutionNumber]directory.CLB {
	centres := map[directory.InstitutionNumber]directory.CLB{}
	for _, s := range schools {
		if s.CLB == "" {
			continue
		}
		c := centres[s.CLB]
		c.Schools = append(c.Schools, s.Number)
		c.Zones = append(c.Zones, s.Zones()...)
		centres[s.CLB] = c
	}
	for number, c := range centres {
		slices.Sort(c.Schools)
		slices.Sort(c.Zones)
		centres[number] = directory.CLB{Schools: slices.Compact(c.Schools), Zones: slices.Compact(c.Zones)}
	}
	return centres
}

// Open reads facts that Build made. It touches no entry beyond Meta, and fails on bytes that are broken or cut off.
func Open(data []byte) (*Facts, error) {
	index, err := lookup.Open(data)
	if err != nil {
		return nil, fmt.Errorf("reference facts: %w", err)
	}
	f := &Facts{index: index}
	meta, ok := get[Meta](f, lookup.Record, metaKey)
	if !ok {
		return nil, fmt.Errorf("reference facts: no record of what they are made of")
	}
	f.meta = meta
	return f, nil
}

// Meta tells what these facts are made of.
func (f *Facts) Meta() Meta { return f.meta }

// Search answers a query with schools, streets, places, municipalities and zones, best first.
func (f *Facts) Search(q lookup.Query) lookup.Result {
	r := f.index.Search(q)
	for i := range r.Hits {
		r.Hits[i].Payload = unpack(r.Hits[i].Payload)
	}
	return r
}

// Zone gives the facts of a zone of today.
func (f *Facts) Zone(code directory.ZoneCode) (directory.ZoneFacts, bool) {
	return get[directory.ZoneFacts](f, lookup.Zone, string(code))
}

// Zones gives every zone of today, ascending by code.
func (f *Facts) Zones() []directory.ZoneFacts {
	var zones []directory.ZoneFacts
	for z := range all[directory.ZoneFacts](f, lookup.Zone) {
		zones = append(zones, z)
	}
	return zones
}

// EachZone gives the same one by one, for whoever need not hold all of them.
func (f *Facts) EachZone() iter.Seq[directory.ZoneFacts] {
	return all[directory.ZoneFacts](f, lookup.Zone)
}

// FormerZone gives a zone that ended.
func (f *Facts) FormerZone(code directory.ZoneCode) (directory.FormerZone, bool) {
	return get[directory.FormerZone](f, lookup.FormerZone, string(code))
}

// CurrentZones gives the zones of today for a code of today or before: the zone itself, or all its successors,
// ascending. None for a code that never was.
func (f *Facts) CurrentZones(code directory.ZoneCode) []directory.ZoneCode {
	return current(code, func(c directory.ZoneCode) bool { return f.has(lookup.Zone, string(c)) },
		func(c directory.ZoneCode) []directory.ZoneCode { z, _ := f.FormerZone(c); return z.Successors })
}

// CodesOf gives the code of a zone of today, and those of the former zones that it stands for or is a part of.
func (f *Facts) CodesOf(code directory.ZoneCode) []directory.ZoneCode {
	codes := []directory.ZoneCode{code}
	for z := range all[directory.FormerZone](f, lookup.FormerZone) {
		if slices.Contains(f.CurrentZones(z.Code), code) {
			codes = append(codes, z.Code)
		}
	}
	return codes
}

// Municipality gives a municipality of today.
func (f *Facts) Municipality(nis directory.NIS) (directory.Municipality, bool) {
	return get[directory.Municipality](f, lookup.Municipality, nis.String())
}

// Municipalities gives every municipality of today, ascending by NIS code.
func (f *Facts) Municipalities() []directory.Municipality {
	var municipalities []directory.Municipality
	for m := range all[directory.Municipality](f, lookup.Municipality) {
		municipalities = append(municipalities, m)
	}
	return municipalities
}

// FormerMunicipality gives a municipality that merged away.
func (f *Facts) FormerMunicipality(nis directory.NIS) (directory.FormerMunicipality, bool) {
	return get[directory.FormerMunicipality](f, lookup.FormerMunicipality, nis.String())
}

// MunicipalityPlaces gives the postcodes and place names of a municipality, ascending by postcode, then name.
func (f *Facts) MunicipalityPlaces(nis directory.NIS) []directory.Place {
	places, _ := get[[]directory.Place](f, lookup.Record, placesKey(nis))
	return places
}

// CurrentMunicipalities gives the municipalities of today for a code of today or before: the municipality itself,
// or all its successors, ascending. None for a code that never was.
func (f *Facts) CurrentMunicipalities(nis directory.NIS) []directory.NIS {
	return current(nis, func(n directory.NIS) bool { return f.has(lookup.Municipality, n.String()) },
		func(n directory.NIS) []directory.NIS { m, _ := f.FormerMunicipality(n); return m.Successors })
}

// School gives a school of the list.
func (f *Facts) School(number directory.InstitutionNumber) (directory.School, bool) {
	return get[directory.School](f, lookup.School, string(number))
}

// CLB gives the schools that name a CLB as theirs. The ministry's list of schools does not have the CLBs
// themselves, so their names are not known.
func (f *Facts) CLB(number directory.InstitutionNumber) (directory.CLB, bool) {
	return get[directory.CLB](f, lookup.Record, clbKey(number))
}

// Schools gives every school, ascending by institution number.
func (f *Facts) Schools() iter.Seq[directory.School] { return all[directory.School](f, lookup.School) }

// current follows the successors of a code until all are of today. CheckTerritory keeps circles out of the facts.
func current[C cmp.Ordered](code C, exists func(C) bool, successors func(C) []C) []C {
	if exists(code) {
		return []C{code}
	}
	var codes []C
	for _, next := range successors(code) {
		codes = append(codes, current(next, exists, successors)...)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// has tells whether there is a fact, without decoding it.
func (f *Facts) has(kind lookup.Kind, key string) bool {
	_, ok := f.index.Get(kind, key)
	return ok
}

// get decodes one fact. A payload that does not decode counts as absent: Build wrote it, so it cannot happen to
// bytes whose checksum is right.
func get[T any](f *Facts, kind lookup.Kind, key string) (T, bool) {
	var fact T
	payload, ok := f.index.Get(kind, key)
	if !ok || json.Unmarshal(unpack(payload), &fact) != nil {
		var zero T
		return zero, false
	}
	return fact, true
}

func all[T any](f *Facts, kind lookup.Kind) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, payload := range f.index.All(kind) {
			var fact T
			if json.Unmarshal(unpack(payload), &fact) == nil && !yield(fact) {
				return
			}
		}
	}
}
