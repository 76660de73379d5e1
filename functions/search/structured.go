package main

import (
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/site"
)

// organization is a zone in the words of schema.org, which a zone's page holds as JSON-LD for search engines: what
// everybody may see, whoever reads the page, and no names of persons.
type organization struct {
	Context     string          `json:"@context"`
	Type        string          `json:"@type"`
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	Identifier  string          `json:"identifier"`
	URL         string          `json:"url"`
	SameAs      []string        `json:"sameAs"`
	Telephone   string          `json:"telephone,omitempty"`
	Email       string          `json:"email,omitempty"`
	Address     *postalAddress  `json:"address,omitempty"`
	AreaServed  []area          `json:"areaServed"`
	Points      []schemaContact `json:"contactPoint,omitempty"`
}

type postalAddress struct {
	Type         string `json:"@type"`
	Street       string `json:"streetAddress"`
	Postcode     string `json:"postalCode"`
	Municipality string `json:"addressLocality"`
	Country      string `json:"addressCountry"`
}

type area struct {
	Type string `json:"@type"`
	Name string `json:"name"`
}

// schemaContact has the name of schema.org's type in its own words: a contact point of ours is another thing.
type schemaContact struct {
	Type      string        `json:"@type"`
	Kind      string        `json:"contactType"`
	Telephone string        `json:"telephone,omitempty"`
	Email     string        `json:"email,omitempty"`
	Languages []string      `json:"availableLanguage,omitempty"`
	Hours     []schemaHours `json:"hoursAvailable,omitempty"`
}

type schemaHours struct {
	Type   string `json:"@type"`
	Day    string `json:"dayOfWeek"`
	Opens  string `json:"opens"`
	Closes string `json:"closes"`
}

// schemaDays are the days as OpeningHours counts them; the first is unused.
var schemaDays = [...]string{"", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

// structured lays out a zone that a visitor sees. page is its address.
func structured(z directory.ZoneView, page string, demonstration bool) *organization {
	o := &organization{Context: "https://schema.org", Type: "GovernmentOrganization", Name: "Politiezone " + z.Name, Identifier: string(z.Code),
		URL: page, SameAs: []string{policePage(z.Code)}, Telephone: z.Phone, Email: z.Email}
	if demonstration {
		o.Description = site.DemonstrationWarning
	}
	if z.Website != "" && z.Website != policePage(z.Code) {
		o.SameAs = append(o.SameAs, z.Website)
	}
	if a := z.Address; a != nil {
		o.Address = &postalAddress{"PostalAddress", a.Street, a.Postcode, a.Municipality, "BE"}
	}
	for _, name := range municipalityNames(z) {
		o.AreaServed = append(o.AreaServed, area{"AdministrativeArea", name})
	}
	for _, call := range z.CallOrder {
		p, ok := z.Point(call.ContactPoint)
		if !ok || len(p.Phones)+len(p.Emails) == 0 {
			continue
		}
		c := schemaContact{Type: "ContactPoint", Kind: p.Role, Languages: p.Languages}
		if len(p.Phones) > 0 {
			c.Telephone = p.Phones[0].Number
		}
		if len(p.Emails) > 0 {
			c.Email = p.Emails[0].Address
		}
		for _, h := range p.OpeningHours {
			closes := h.Until
			if closes == "24:00" {
				closes = "23:59" // schema.org's own words have no 24:00
			}
			c.Hours = append(c.Hours, schemaHours{"OpeningHoursSpecification", "https://schema.org/" + schemaDays[h.Day], h.Opens, closes})
		}
		o.Points = append(o.Points, c)
	}
	return o
}
