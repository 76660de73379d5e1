package main

import (
	"io"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/publication"
	"aanspreekpunt/shared/vcard"
)

const noEmergency = "Dit is geen noodnummer: bel 101 als het nu gebeurt of als er gevaar is."

// addCards writes the zone's cards.
func (d *draft) addCards(z Zone) error {
	for _, card := range d.cardsOf(z) {
		if _, err := io.WriteString(d.cards, card); err != nil {
			return err
		}
		d.rows[cardsFile]++
	}
	return nil
}

// cardsOf makes contacts of the zone's contact points that have a public number or address, and of its desk. A card's
// UID is that of the same card on the site.
func (d *draft) cardsOf(z Zone) []string {
	var cards []string
	uid := "urn:aanspreekpunt:zone:" + string(z.Code)
	for _, c := range z.ContactPoints {
		if len(c.Phones)+len(c.Emails) == 0 {
			continue
		}
		card := vcard.New(c.Role+", politie "+z.Name, "Politiezone "+z.Name, uid+":"+c.ID)
		card.Add("TITLE", c.Role)
		for _, p := range c.Phones {
			card.Phone(p.Number)
		}
		for _, e := range c.Emails {
			card.Email(e.Address)
		}
		cards = append(cards, d.closed(z, card))
	}
	return append(cards, d.closed(z, vcard.Desk(z.Name, uid, z.Phone, z.Email, z.Address)))
}

// closed ends a card with when the zone confirmed it, and that it is no emergency number.
func (d *draft) closed(z Zone, card *vcard.Card) string {
	note := z.unconfirmed()
	if z.AssuredAt != nil {
		note = "Bevestigd op " + directory.DateWords(directory.DayOf(*z.AssuredAt)) + "."
	}
	if d.demonstration {
		note = publication.DemonstrationNote + " " + note
	}
	if d.baseURL != "" {
		card.Add("URL", d.baseURL+"/zones/"+string(z.Code))
	}
	card.Add("NOTE", note+" "+noEmergency)
	return card.String()
}
