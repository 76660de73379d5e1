package main

import (
	"net/http"
	"reflect"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/site"
	"aanspreekpunt/shared/vcard"
)

// vCard gives a zone's public contact points and its desk as contacts for a phone.
func (s *service) vCard(w http.ResponseWriter, r *http.Request) error {
	f, err := s.current(r)
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
	// It is made to be passed on, so it has public values only, whoever asks.
	return s.contacts(w, r, f, code, directory.Principal{})
}

// contacts are a zone's contact points and its desk as somebody may see them.
func (s *service) contacts(w http.ResponseWriter, r *http.Request, f *edition, code directory.ZoneCode, who directory.Principal) error {
	profiles, err := s.read(r.Context(), f, []directory.ZoneCode{code})
	if err != nil {
		return err
	}
	zone, _ := s.see(as(r.Context(), who), f, code, profiles, directory.Question{})
	kept := ""
	if who.SignedIn() {
		if public, _ := s.see(as(r.Context(), directory.Principal{}), f, code, profiles, directory.Question{}); !reflect.DeepEqual(zone, public) {
			kept = forStaff + " "
		}
	}
	var cards strings.Builder
	for _, call := range zone.CallOrder {
		if p, ok := zone.Point(call.ContactPoint); ok && len(p.Phones)+len(p.Emails) > 0 {
			cards.WriteString(s.pointCard(zone, p, kept+site.Upper(call.Reason), gateway.Link(r, "/zones/"+string(code))))
		}
	}
	cards.WriteString(s.deskCard(zone, gateway.Link(r, "/zones/"+string(code))))
	gateway.SetVersion(w, zone.Version)
	w.Header().Set("Content-Type", "text/vcard; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="politiezone-`+string(code)+`.vcf"`)
	_, err = w.Write([]byte(cards.String()))
	return err
}

func (s *service) pointCard(z directory.ZoneView, p directory.ContactPointView, why, page string) string {
	name := p.Role + ", politie " + z.Name
	if p.Name != "" {
		name = p.Name + " (politie " + z.Name + ")"
	}
	card := vcard.New(name, "Politiezone "+z.Name, "urn:aanspreekpunt:zone:"+string(z.Code)+":"+p.ID)
	card.Add("TITLE", p.Role)
	for _, ph := range p.Phones {
		card.Phone(ph.Number)
	}
	for _, e := range p.Emails {
		card.Email(e.Address)
	}
	return s.end(card, z, why+". ", page)
}

func (s *service) deskCard(z directory.ZoneView, page string) string {
	return s.end(vcard.Desk(z.Name, "urn:aanspreekpunt:zone:"+string(z.Code), z.Phone, z.Email, z.Address), z, "", page)
}

// end closes a card with what every answer says: how old it is, and that it is no emergency number.
func (s *service) end(card *vcard.Card, z directory.ZoneView, why, page string) string {
	note := why + freshnessWords(z, s.now())
	if !strings.HasSuffix(note, ".") {
		note += "."
	}
	note += " Dit is geen noodnummer: bel 101 als het nu gebeurt of als er gevaar is. Actueel op " + page
	if s.reference.Loaded().Demonstration {
		note = site.DemonstrationWarning + " " + note
	}
	card.Add("URL", page)
	card.Add("NOTE", note)
	return card.String()
}
