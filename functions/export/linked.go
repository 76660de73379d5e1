package main

import (
	"cmp"
	"fmt"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/publication"
)

// linkedContext maps the names in aanspreekpunt.jsonld to the terms of OSLO organisatie-basis. It stands in the file:
// the published context of that vocabulary coerces labels to rdf:langString without a language, which processors
// reject or lose.
const linkedContext = `{` +
	`"dct":"http://purl.org/dc/terms/","schema":"http://schema.org/","skos":"http://www.w3.org/2004/02/skos/core#","locn":"http://www.w3.org/ns/locn#",` +
	`"PublicOrganisation":"http://data.europa.eu/m8g/PublicOrganisation","ContactPoint":"schema:ContactPoint","Location":"dct:Location","Address":"locn:Address","Dataset":"http://www.w3.org/ns/dcat#Dataset",` +
	`"prefLabel":{"@id":"skos:prefLabel","@language":"nl"},"altLabel":{"@id":"skos:altLabel","@language":"fr"},` +
	`"identifier":"dct:identifier","title":{"@id":"dct:title","@language":"nl"},"description":{"@id":"dct:description","@language":"nl"},` +
	`"modified":{"@id":"dct:modified","@type":"http://www.w3.org/2001/XMLSchema#dateTime"},"valid":{"@id":"dct:valid","@type":"http://www.w3.org/2001/XMLSchema#dateTime"},` +
	`"license":{"@id":"dct:license","@type":"@id"},` +
	`"classification":{"@id":"http://www.w3.org/ns/org#classification","@type":"@id"},"spatial":{"@id":"dct:spatial"},` +
	`"contactPoint":{"@id":"schema:contactPoint"},"contactType":{"@id":"schema:contactType","@language":"nl"},"telephone":"schema:telephone","email":"schema:email",` +
	`"openingHours":"schema:openingHours","hoursAvailable":{"@id":"schema:description","@language":"nl"},"availableLanguage":"schema:availableLanguage",` +
	`"areaServed":{"@id":"schema:areaServed","@type":"@id"},"page":{"@id":"http://xmlns.com/foaf/0.1/page","@type":"@id"},` +
	`"address":"locn:address","thoroughfare":"locn:thoroughfare","postCode":"locn:postCode","postName":{"@id":"locn:postName","@language":"nl"}}`

// classification is OSLO's concept of a police zone.
const classification = "http://data.vlaanderen.be/id/concept/BestuurseenheidClassificatieCode/a3922c6d-425b-474f-9a02-ffb71a436bfc"

type linkedZone struct {
	ID             string           `json:"@id"`
	Type           string           `json:"@type"`
	Identifier     string           `json:"identifier"`
	PrefLabel      string           `json:"prefLabel"`
	AltLabel       string           `json:"altLabel,omitempty"`
	Classification string           `json:"classification"`
	Spatial        []linkedLocation `json:"spatial"`
	Page           string           `json:"page,omitempty"`
	ContactPoint   []linkedPoint    `json:"contactPoint"`
	Valid          string           `json:"valid,omitempty"` // last confirmed by the police
	Modified       string           `json:"modified,omitempty"`
}

type linkedLocation struct {
	ID         string `json:"@id"`
	Type       string `json:"@type"`
	Identifier string `json:"identifier"`
	PrefLabel  string `json:"prefLabel"`
	AltLabel   string `json:"altLabel,omitempty"`
}

type linkedPoint struct {
	ID                string         `json:"@id"`
	Type              string         `json:"@type"`
	ContactType       string         `json:"contactType"`
	Telephone         []string       `json:"telephone,omitempty"`
	Email             []string       `json:"email,omitempty"`
	OpeningHours      []string       `json:"openingHours,omitempty"`
	HoursAvailable    string         `json:"hoursAvailable,omitempty"`
	AvailableLanguage []string       `json:"availableLanguage,omitempty"`
	AreaServed        []string       `json:"areaServed,omitempty"`
	Page              string         `json:"page,omitempty"`
	Address           *linkedAddress `json:"address,omitempty"`
}

type linkedAddress struct {
	Type         string `json:"@type"`
	Thoroughfare string `json:"thoroughfare"`
	PostCode     string `json:"postCode"`
	PostName     string `json:"postName"`
}

func (d *draft) beginLinked() error {
	_, err := fmt.Fprintf(d.linked, `{"@context":%s,"@graph":[`, linkedContext)
	return err
}

func (d *draft) addLinked(z Zone) error { return addLine(d.linked, d.zones, d.linkedZone(z)) }

// endLinked closes the list with what the whole is.
func (d *draft) endLinked() error {
	title, description := publication.Texts(false, d.demonstration)
	whole := struct {
		ID          string `json:"@id"`
		Type        string `json:"@type"`
		Title       string `json:"title"`
		Description string `json:"description"`
		License     string `json:"license"`
		Modified    string `json:"modified"`
	}{d.iri("/opendata", "urn:aanspreekpunt:opendata"), "Dataset", title, description, publication.LicenseURL, timeCell(&d.modified)}
	if err := addLine(d.linked, d.zones, whole); err != nil {
		return err
	}
	_, err := fmt.Fprint(d.linked, "\n]}\n")
	return err
}

// iri is the address of a thing on the site, or its name where the site has no fixed address.
func (a about) iri(path, name string) string {
	if a.baseURL == "" {
		return name
	}
	return a.baseURL + path
}

func (a about) zoneIRI(code directory.ZoneCode) string {
	return a.iri("/zones/"+string(code), "urn:aanspreekpunt:zone:"+string(code))
}

func (a about) pointIRI(code directory.ZoneCode, id string) string {
	return a.iri("/zones/"+string(code)+"#"+id, "urn:aanspreekpunt:zone:"+string(code)+":"+id)
}

func (a about) municipalityIRI(nis directory.NIS) string {
	return a.iri("/gemeenten/"+nis.String(), "urn:aanspreekpunt:municipality:"+nis.String())
}

func (d *draft) linkedZone(z Zone) linkedZone {
	l := linkedZone{ID: d.zoneIRI(z.Code), Type: "PublicOrganisation", Identifier: string(z.Code), PrefLabel: z.label(),
		Classification: classification, Valid: timeCell(z.AssuredAt), Modified: timeCell(z.ModifiedAt), Page: d.iri("/zones/"+string(z.Code), "")}
	if z.NameFr != "" {
		l.AltLabel = "Zone de police " + z.NameFr
	}
	for _, m := range z.Municipalities {
		l.Spatial = append(l.Spatial, linkedLocation{d.municipalityIRI(m.NIS), "Location", m.NIS.String(), m.Name, m.NameFr})
	}
	for _, c := range z.ContactPoints {
		p := linkedPoint{ID: d.pointIRI(z.Code, c.ID), Type: "ContactPoint", ContactType: c.Role, HoursAvailable: c.Availability, AvailableLanguage: c.Languages}
		for _, phone := range c.Phones {
			p.Telephone = append(p.Telephone, phone.Number)
		}
		for _, e := range c.Emails {
			p.Email = append(p.Email, e.Address)
		}
		for _, h := range c.OpeningHours {
			p.OpeningHours = append(p.OpeningHours, hoursText(h))
		}
		for _, nis := range c.Municipalities {
			p.AreaServed = append(p.AreaServed, d.municipalityIRI(nis))
		}
		l.ContactPoint = append(l.ContactPoint, p)
	}
	desk := linkedPoint{ID: d.pointIRI(z.Code, "onthaal-van-de-zone"), Type: "ContactPoint", ContactType: "Onthaal", Page: cmp.Or(z.Website, directory.FallbackWebsite(z.Code))}
	if z.Phone != "" {
		desk.Telephone = []string{z.Phone}
	}
	if z.Email != "" {
		desk.Email = []string{z.Email}
	}
	if a := z.Address; a != nil {
		desk.Address = &linkedAddress{"Address", a.Street, a.Postcode, a.Municipality}
	}
	l.ContactPoint = append(l.ContactPoint, desk)
	return l
}
