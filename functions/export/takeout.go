package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"aanspreekpunt/shared/cell"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/publication"
)

// Taking a value out concerns three places. What is in the table is the police's: the export leaves it there, keeps
// it out of the open data, and goes on doing so until the police have changed it (takenFile). The current edition is
// made from the table again. Editions that are kept under their dates are made again from their own records.

// takenFile is where the values lie that the table still shows to everybody and that open data must not; in the
// restricted bucket.
const takenFile = "taken-out.json"

// keptOut is what that file holds.
type keptOut struct {
	Values []string `json:"values"` // as administrators typed them
	etag   string
}

// taking is such a value in a run.
type taking struct {
	text  string
	value value
	zones []directory.ZoneCode // in which the table still has it
}

// readTaken reads the values to keep out, with the one that this run takes out.
func (r *run) readTaken(ctx context.Context) (keptOut, error) {
	var kept keptOut
	etag, err := r.Restricted.readJSON(ctx, takenFile, &kept)
	kept.etag = etag
	for _, text := range kept.Values {
		v, parseErr := parseValue(text)
		if parseErr != nil {
			return kept, fmt.Errorf("%s: %w", takenFile, parseErr)
		}
		r.taken = append(r.taken, &taking{text: text, value: v})
	}
	if r.takeOut != nil && !slices.Contains(kept.Values, r.takeOut.text) {
		r.taken = append(r.taken, r.takeOut)
	}
	return kept, err
}

// keepOut stores which values the next runs must keep out: those that the table still has.
func (r *run) keepOut(ctx context.Context, kept keptOut) error {
	needed := []string{}
	for _, t := range r.taken {
		if len(t.zones) > 0 {
			needed = append(needed, t.text)
		}
	}
	if slices.Equal(needed, kept.Values) {
		return nil
	}
	err := r.Restricted.putJSON(ctx, takenFile, keptOut{Values: needed}, &kept.etag)
	if refused(err) {
		return errOvertaken
	}
	return err
}

// rewrite takes the value out of the editions that are kept under their dates: those that hold it are made again
// without it.
func (r *run) rewrite(ctx context.Context, s Shelf, was, next *publication.Manifest, restricted bool,
	stage func(*draft, directory.Day) (publication.Edition, error), result *Result) error {
	for _, dated := range was.Dates {
		if dated.Edition == next.Current.Name {
			continue // made from what the table has
		}
		e, err := s.reader().Edition(ctx, dated.Edition)
		if err != nil {
			return err
		}
		var zones []directory.ZoneCode
		if err := s.eachRecord(ctx, e, func(z Zone) error {
			if r.takeOut.value.takeOut(&z) {
				zones = append(zones, z.Code)
			}
			return nil
		}); err != nil {
			return err
		}
		if len(zones) == 0 {
			continue
		}
		result.TakenOut = append(result.TakenOut, Found{dated.Date, restricted, zones})
		i := slices.Index(next.Dates, dated)
		if i < 0 {
			continue // replaced by today's
		}
		without, err := r.without(ctx, s, e, restricted)
		if err != nil {
			return err
		}
		made, err := stage(without, dated.Date)
		without.remove()
		if err != nil {
			return err
		}
		next.Dates[i].Edition = made.Name
	}
	return nil
}

// without makes an edition again, without the value.
func (r *run) without(ctx context.Context, s Shelf, e publication.Edition, restricted bool) (*draft, error) {
	d, err := newDraft(about{restricted: restricted, demonstration: e.Demonstration, baseURL: r.BaseURL, factsAsOf: e.Modified})
	if err != nil {
		return nil, err
	}
	err = s.eachRecord(ctx, e, func(z Zone) error {
		r.takeOut.value.takeOut(&z)
		return d.add(z, r.takeOut.value.secrets())
	})
	if err == nil {
		err = d.finish()
	}
	if err != nil {
		d.remove()
		return nil, err
	}
	return d, nil
}

// eachRecord reads the zones of an edition.
func (s Shelf) eachRecord(ctx context.Context, e publication.Edition, do func(Zone) error) (err error) {
	body, err := s.reader().Open(ctx, e, recordsFile)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	for z, err := range recordsIn(body) {
		if err != nil {
			return fmt.Errorf("edition %s: %w", e.Name, err)
		}
		if err := do(z); err != nil {
			return err
		}
	}
	return nil
}

// value is what an administrator wants to have taken out of the files: a number, an address, or words.
type value struct {
	text   string // in lower case
	digits string // of a telephone number, with the country's code; "" for anything else
}

// The lengths of a value, in characters: a shorter one would take out what nobody meant.
const minValue, maxValue = 4, 200

// parseValue reads a value as somebody types it. A number may have any of the usual writings, national or
// international.
func parseValue(s string) (value, error) {
	s = strings.TrimSpace(s)
	if n := len([]rune(s)); n < minValue || n > maxValue {
		return value{}, fmt.Errorf("event: value of %d characters: want %d to %d", n, minValue, maxValue)
	}
	v := value{text: strings.ToLower(s)}
	if strings.IndexFunc(s, func(r rune) bool { return !unicode.IsDigit(r) && !strings.ContainsRune("+ ./()-", r) }) >= 0 {
		return v, nil
	}
	v.digits = digitsOf(s)
	switch {
	case strings.HasPrefix(v.digits, "00"):
		v.digits = v.digits[2:]
	case strings.HasPrefix(v.digits, "0"):
		v.digits = "32" + v.digits[1:]
	}
	return v, nil
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// isPhone tells whether a stored number is the value.
func (v value) isPhone(number string) bool { return v.digits != "" && digitsOf(number) == v.digits }

// in tells whether a text holds the value.
func (v value) in(text string) bool {
	return strings.Contains(strings.ToLower(text), v.text) || len(v.digits) > minSecret && strings.Contains(digitsOf(text), v.digits)
}

// roleWithout stands where a role held the value: a contact point always has one.
const roleWithout = "Aanspreekpunt"

// takeOut removes the value from a record, with what makes no sense without it, and tells whether it was there.
func (v value) takeOut(z *Zone) bool {
	found := false
	blank := func(s *string, holds bool) {
		if *s != "" && holds {
			*s, found = "", true
		}
	}
	blank(&z.Phone, v.isPhone(z.Phone))
	blank(&z.Email, v.in(z.Email))
	blank(&z.Website, v.in(z.Website))
	blank(&z.ManagementEmail, v.in(z.ManagementEmail))
	if z.Address != nil && v.in(z.Address.Street) {
		z.Address, found = nil, true
	}
	for i := range z.FormerZones {
		f := &z.FormerZones[i]
		blank(&f.Phone, v.isPhone(f.Phone))
		blank(&f.Email, v.in(f.Email))
		blank(&f.Website, v.in(f.Website))
	}
	for i := range z.ContactPoints {
		c := &z.ContactPoints[i]
		if v.in(c.Role) {
			c.Role, found = roleWithout, true
		}
		blank(&c.Name, v.in(c.Name))
		blank(&c.Availability, v.in(c.Availability))
		before := len(c.Phones) + len(c.Emails)
		c.Phones = slices.DeleteFunc(c.Phones, func(p directory.Phone) bool { return v.isPhone(p.Number) })
		c.Emails = slices.DeleteFunc(c.Emails, func(e directory.Email) bool { return v.in(e.Address) })
		found = found || len(c.Phones)+len(c.Emails) < before
		for j := range c.Phones {
			blank(&c.Phones[j].Note, v.in(c.Phones[j].Note))
		}
	}
	found = v.rename(z) || found
	before := len(z.Partners)
	z.Partners = slices.DeleteFunc(z.Partners, func(p directory.Partner) bool { return v.in(p.Name) || v.in(p.Website) })
	return found || len(z.Partners) < before
}

// rename gives points whose ids hold the value others: an id is made of the role that its point had first.
func (v value) rename(z *Zone) bool {
	free := func(string) bool { return false }
	hidden := directory.NewPointID(v.text, free)
	if v.digits != "" || hidden == directory.NewPointID("", free) {
		return false // of a number no id is made, nor of words without a letter
	}
	found := false
	for i := range z.ContactPoints {
		old := z.ContactPoints[i].ID
		if !strings.Contains(old, hidden) {
			continue
		}
		id := directory.NewPointID(roleWithout, func(id string) bool {
			return slices.ContainsFunc(z.ContactPoints, func(c ContactPoint) bool { return c.ID == id })
		})
		z.ContactPoints[i].ID, found = id, true
		for j := range z.ContactPoints {
			if a := z.ContactPoints[j].Absence; a != nil && a.Replacement == old {
				z.ContactPoints[j].Absence = &directory.Absence{From: a.From, Until: a.Until, Replacement: id}
			}
		}
	}
	return found
}

// secrets are the value as files would write it, for reading back.
func (v value) secrets() []string {
	if v.digits == "" {
		return nil // its spelling differs; the record that the files are made of was searched itself
	}
	if len(v.digits) < minSecret {
		return nil
	}
	e164 := "+" + v.digits
	return []string{e164, cell.Phone(e164)}
}
