package main

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/site"
)

// vCard gives a zone's public contact points and its desk as contacts for a phone: version 3.0, which every
// phone and mail program reads.
func (s *service) vCard(w http.ResponseWriter, r *http.Request) error {
	f, err := s.current(r.Context())
	if err != nil {
		return err
	}
	code, err := zoneOf(w, r, f, "/api/v1/zones/", "/vCard")
	if err != nil || code == "" {
		return err
	}
	if _, err := gateway.Params(r); err != nil {
		return err
	}
	profiles, err := s.read(r.Context(), f, []directory.ZoneCode{code})
	if err != nil {
		return err
	}
	// It is made to be passed on, so it has public values only, whoever asks.
	zone, _ := s.see(as(r.Context(), directory.Principal{}), f, code, profiles, directory.Question{})
	var cards strings.Builder
	for _, call := range zone.CallOrder {
		if p, ok := zone.Point(call.ContactPoint); ok && len(p.Phones)+len(p.Emails) > 0 {
			s.pointCard(&cards, zone, p, call.Reason, gateway.Link(r, "/zones/"+string(code)))
		}
	}
	s.deskCard(&cards, zone, gateway.Link(r, "/zones/"+string(code)))
	gateway.SetVersion(w, zone.Version)
	w.Header().Set("Content-Type", "text/vcard; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="politiezone-`+string(code)+`.vcf"`)
	_, err = w.Write([]byte(cards.String()))
	return err
}

func (s *service) pointCard(b *strings.Builder, z directory.ZoneView, p directory.ContactPointView, why, page string) {
	name := p.Role + ", politie " + z.Name
	if p.Name != "" {
		name = p.Name + " (politie " + z.Name + ")"
	}
	begin(b, name, "Politiezone "+z.Name, "urn:aanspreekpunt:zone:"+string(z.Code)+":"+p.ID)
	property(b, "TITLE", text(p.Role))
	for _, ph := range p.Phones {
		property(b, "TEL;TYPE=WORK,VOICE", text(ph.Number))
	}
	for _, e := range p.Emails {
		property(b, "EMAIL;TYPE=INTERNET,WORK", text(e.Address))
	}
	s.end(b, z, upper(why)+". ", page)
}

func (s *service) deskCard(b *strings.Builder, z directory.ZoneView, page string) {
	begin(b, "Onthaal politie "+z.Name, "Politiezone "+z.Name, "urn:aanspreekpunt:zone:"+string(z.Code))
	if z.Phone != "" {
		property(b, "TEL;TYPE=WORK,VOICE", text(z.Phone))
	}
	if z.Email != "" {
		property(b, "EMAIL;TYPE=INTERNET,WORK", text(z.Email))
	}
	if a := z.Address; a != nil {
		property(b, "ADR;TYPE=WORK", ";;"+text(a.Street)+";"+text(a.Municipality)+";;"+text(a.Postcode)+";"+text("België"))
	}
	s.end(b, z, "", page)
}

func begin(b *strings.Builder, name, organisation, id string) {
	b.WriteString("BEGIN:VCARD\r\nVERSION:3.0\r\n")
	property(b, "FN", text(name))
	property(b, "N", text(name)+";;;;")
	property(b, "ORG", text(organisation))
	property(b, "UID", text(id))
}

// end closes a card with what every answer says: how old it is, and that it is no emergency number.
func (s *service) end(b *strings.Builder, z directory.ZoneView, why, page string) {
	note := why + freshnessWords(z, s.now())
	if !strings.HasSuffix(note, ".") {
		note += "."
	}
	note += " Dit is geen noodnummer: bel 101 als het nu gebeurt of als er gevaar is. Actueel op " + page
	if s.reference.Loaded().Demonstration {
		note = site.DemonstrationWarning + " " + note
	}
	property(b, "URL", text(page))
	property(b, "NOTE", text(note))
	b.WriteString("END:VCARD\r\n")
}

var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\r", `\n`, "\n", `\n`)

// text escapes a value as RFC 2426 asks.
func text(s string) string { return escapes.Replace(s) }

// property writes a line, folded after 75 bytes between characters.
func property(b *strings.Builder, name, value string) {
	line := name + ":" + value
	for limit := 75; len(line) > limit; limit = 74 { // the space that a folded line begins with counts
		cut := limit
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		b.WriteString(line[:cut] + "\r\n ")
		line = line[cut:]
	}
	b.WriteString(line + "\r\n")
}
