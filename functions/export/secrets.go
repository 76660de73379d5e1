package main

import (
	"bufio"
	"encoding/json"
	"io"
	"strings"

	"aanspreekpunt/shared/directory"
)

// zoneSecrets are the values that must not be in the files of a zone, as they would be written there.
type zoneSecrets struct {
	Zone   directory.ZoneCode `json:"zone"`
	Values []string           `json:"values"`
}

// minSecret is how many bytes a value has that nobody writes by chance: a number of three or four digits and a
// word like "Balie" are no secrets.
const minSecret = 8

// secretsOf gives what a zone keeps back: names, numbers, addresses and words that its profile has and its public
// record does not. Reading back looks for them in every file, whatever made the file; that is why it takes them from
// the profile itself and not from what See decided. A name is one of two words at least.
func secretsOf(p *directory.Profile, public Zone) []string {
	if p == nil {
		return nil
	}
	var shown strings.Builder
	for _, s := range stringsOf(public) {
		shown.WriteString(s + "\n")
	}
	var secrets []string
	keep := func(values ...string) {
		for _, v := range values {
			if len(v) >= minSecret && !strings.Contains(shown.String(), v) {
				secrets = append(secrets, v)
			}
		}
	}
	keep(p.ManagementEmail)
	for _, c := range p.ContactPoints {
		if strings.Contains(c.Name, " ") {
			keep(c.Name)
		}
		for _, ph := range c.Phones {
			if !strings.Contains(shown.String(), ph.Number) {
				keep(ph.Number, phoneCell(ph.Number), directory.FormatPhone(ph.Number))
			}
			keep(ph.Note)
		}
		for _, e := range c.Emails {
			keep(e.Address)
		}
		keep(c.Availability)
	}
	return secrets
}

// stringsOf are all texts of a record.
func stringsOf(v any) []string {
	data, err := json.Marshal(v)
	if err != nil {
		return nil // a record of texts, numbers and times always has JSON
	}
	var tree any
	if json.Unmarshal(data, &tree) != nil {
		return nil
	}
	return textsIn(tree)
}

func textsIn(tree any) []string {
	switch t := tree.(type) {
	case string:
		return []string{t}
	case []any:
		var all []string
		for _, v := range t {
			all = append(all, textsIn(v)...)
		}
		return all
	case map[string]any:
		var all []string
		for _, v := range t {
			all = append(all, textsIn(v)...)
		}
		return all
	}
	return nil
}

// watch goes through a file beside the secrets of its zones, which stand in the same order.
type watch struct {
	decoder *json.Decoder
	now     zoneSecrets
}

func newWatch(secrets io.Reader) *watch {
	return &watch{decoder: json.NewDecoder(bufio.NewReader(secrets))}
}

// of gives the secrets of a zone. It tells false for a zone that is not there, or that stands out of order.
func (w *watch) of(code directory.ZoneCode) ([]string, bool) {
	for w.now.Zone != code {
		w.now = zoneSecrets{}
		if w.decoder.Decode(&w.now) != nil {
			return nil, false
		}
	}
	return w.now.Values, true
}

// betrays tells whether a text holds one of the values.
func betrays(text string, secrets []string) bool {
	for _, s := range secrets {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}
