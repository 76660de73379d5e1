package vcard

import (
	"strings"
	"unicode/utf8"

	"aanspreekpunt/shared/directory"
)

// Card is one contact. New begins it and String ends it.
type Card struct{ b strings.Builder }

// New begins the card of a name in an organisation; id stays the same when the contact changes.
func New(name, organisation, id string) *Card {
	c := &Card{}
	c.b.WriteString("BEGIN:VCARD\r\nVERSION:3.0\r\n")
	c.Add("FN", name)
	c.Add("N", name, "", "", "", "")
	c.Add("ORG", organisation)
	c.Add("UID", id)
	return c
}

// Desk is the card of a zone's desk: what is known of it, "" and nil for what is not.
func Desk(zone, id, phone, email string, address *directory.Address) *Card {
	c := New("Onthaal politie "+zone, "Politiezone "+zone, id)
	if phone != "" {
		c.Phone(phone)
	}
	if email != "" {
		c.Email(email)
	}
	if a := address; a != nil {
		c.Add("ADR;TYPE=WORK", "", "", a.Street, a.Municipality, "", a.Postcode, "België")
	}
	return c
}

// Phone writes a number at which one is reached at work.
func (c *Card) Phone(number string) { c.Add("TEL;TYPE=WORK,VOICE", number) }

// Email writes an address at which one is reached at work.
func (c *Card) Email(address string) { c.Add("EMAIL;TYPE=INTERNET,WORK", address) }

// Add writes a property, which may have parameters ("TEL;TYPE=WORK,VOICE"), with the parts of its value.
func (c *Card) Add(property string, parts ...string) {
	line := property + ":"
	for i, part := range parts {
		if i > 0 {
			line += ";"
		}
		line += escapes.Replace(part)
	}
	// Folded after 75 bytes between characters; the space that a folded line begins with counts.
	for limit := 75; len(line) > limit; limit = 74 {
		cut := limit
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		c.b.WriteString(line[:cut] + "\r\n ")
		line = line[cut:]
	}
	c.b.WriteString(line + "\r\n")
}

// String is the card as it stands in a file; several cards follow each other.
func (c *Card) String() string { return c.b.String() + "END:VCARD\r\n" }

var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\r", `\n`, "\n", `\n`)
