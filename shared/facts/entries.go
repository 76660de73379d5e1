package facts

import (
	"encoding/json"
	"fmt"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/lookup"
)

// entries turns the territory and the schools into what the index finds. Streets become entries of their own,
// one for each municipality they lie in.
func entries(t directory.Territory, schools []directory.School) ([]lookup.Entry, error) {
	var list []lookup.Entry
	add := func(kind lookup.Kind, key string, fact any, texts ...lookup.Text) error {
		payload, err := json.Marshal(fact)
		if err != nil {
			return fmt.Errorf("%s %s: %w", kind, key, err)
		}
		list = append(list, lookup.Entry{Kind: kind, Key: key, Texts: texts, Payload: payload})
		return nil
	}
	for _, z := range t.Zones {
		if err := add(lookup.Zone, string(z.Code), z, lookup.Text{Field: lookup.Name, Value: z.Name}); err != nil {
			return nil, err
		}
	}
	for _, z := range t.FormerZones {
		if err := add(lookup.FormerZone, string(z.Code), z, lookup.Text{Field: lookup.Name, Value: z.Name}); err != nil {
			return nil, err
		}
	}
	for _, m := range t.Municipalities {
		if err := add(lookup.Municipality, m.NIS.String(), m, lookup.Text{Field: lookup.Name, Value: m.Name}); err != nil {
			return nil, err
		}
	}
	for _, m := range t.FormerMunicipalities {
		if err := add(lookup.FormerMunicipality, m.NIS.String(), m, lookup.Text{Field: lookup.Name, Value: m.Name}); err != nil {
			return nil, err
		}
	}
	for _, s := range schools {
		if err := add(lookup.School, string(s.Number), s, lookup.Text{Field: lookup.Name, Value: s.Name}); err != nil {
			return nil, err
		}
	}
	return list, nil
}
