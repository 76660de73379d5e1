package main

import (
	"bufio"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"aanspreekpunt/shared/cell"
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

// secretsOf gives what a zone keeps back: names, numbers, addresses and words of its profile that no file would hold if
// the profile had only what it calls public. Reading back looks for them in every file, whatever made the file; that is
// why the profile's own word counts here, and not what See or a record made of it. seen makes the public record of a
// profile. A name is one of two words at least.
func (d *draft) secretsOf(p *directory.Profile, seen func(*directory.Profile) Zone) []string {
	if p == nil {
		return nil
	}
	open := openly(*p)
	shown := strings.Join(d.texts(seen(&open)), "\n")
	var secrets []string
	keep := func(values ...string) {
		for _, v := range values {
			if len(v) >= minSecret && !strings.Contains(shown, v) {
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
			if !strings.Contains(shown, ph.Number) {
				keep(ph.Number, cell.Phone(ph.Number), directory.FormatPhone(ph.Number))
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

// openly is a profile without what it does not call public, and without names of persons, which open data never has.
func openly(p directory.Profile) directory.Profile {
	p.ManagementEmail = ""
	p.ContactPoints = slices.Clone(p.ContactPoints)
	for i := range p.ContactPoints {
		c := &p.ContactPoints[i]
		c.Name = ""
		c.Phones = slices.DeleteFunc(slices.Clone(c.Phones), func(ph directory.Phone) bool { return ph.Visibility != directory.VisiblePublic })
		c.Emails = slices.DeleteFunc(slices.Clone(c.Emails), func(e directory.Email) bool { return e.Visibility != directory.VisiblePublic })
		if !c.AvailabilityPublic {
			c.Availability = ""
		}
	}
	return p
}

// texts are what the files say of a zone: what its record holds, and what they say by themselves of a zone that has no
// contact points. To write all of it twice would take as much again.
func (d *draft) texts(z Zone) []string {
	texts := stringsOf(z)
	z.ContactPoints = nil
	texts = append(texts, stringsOf(d.linkedZone(z))...)
	for _, t := range d.tables {
		for _, row := range t.rowsOf(z, d.restricted) {
			texts = append(texts, row...)
		}
	}
	for _, card := range d.cardsOf(z) {
		texts = append(texts, plainCard(strings.ReplaceAll(card, "\r\n ", "")))
	}
	return texts
}

// plainCard is a card, of which the lines are put together again, without the marks of what it escapes.
func plainCard(card string) string { return strings.ReplaceAll(card, `\`, "") }

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
