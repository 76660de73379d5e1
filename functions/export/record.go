package main

import (
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
)

// Zone is a zone as the files have it, made of what directory.See returns and of nothing else. aanspreekpunt.json
// holds it whole, one on a line, so that the other files of an edition can be made from that one again.
type Zone struct {
	Code            directory.ZoneCode  `json:"code"`
	Name            string              `json:"name"`
	NameFr          string              `json:"nameFr,omitempty"`
	Province        string              `json:"province"`
	Municipalities  []Municipality      `json:"municipalities"`
	Phone           string              `json:"phone,omitempty"` // E.164 or a national short number
	Email           string              `json:"email,omitempty"`
	Website         string              `json:"website,omitempty"`
	Address         *directory.Address  `json:"address,omitempty"`
	FactsAsOf       string              `json:"factsAsOf,omitempty"`
	ContactPoints   []ContactPoint      `json:"contactPoints"`
	Partners        []directory.Partner `json:"partners"`
	AssuredAt       *time.Time          `json:"assuredAt,omitempty"`
	ModifiedAt      *time.Time          `json:"modifiedAt,omitempty"`
	ManagementEmail string              `json:"managementEmail,omitempty"` // restricted data only
	FormerZones     []FormerZone        `json:"formerZones,omitempty"`
}

// FormerZone is a zone of before, whose points and desk serve its old municipalities until the zone decides.
type FormerZone struct {
	Code           directory.ZoneCode `json:"code"`
	Name           string             `json:"name"`
	Municipalities []directory.NIS    `json:"municipalities"`
	Phone          string             `json:"phone,omitempty"`
	Email          string             `json:"email,omitempty"`
	Website        string             `json:"website,omitempty"`
}

// Municipality is a municipality of a zone.
type Municipality struct {
	NIS    directory.NIS `json:"nis"`
	Name   string        `json:"name"`
	NameFr string        `json:"nameFr,omitempty"`
}

// ContactPoint is a contact point of a zone.
type ContactPoint struct {
	ID                 string                        `json:"id"`
	Role               string                        `json:"role"`
	Name               string                        `json:"name,omitempty"`           // restricted data only
	NameVisibility     directory.Visibility          `json:"nameVisibility,omitempty"` // restricted data only
	Primary            bool                          `json:"primary"`
	Themes             []directory.Theme             `json:"themes"`
	Levels             []directory.Level             `json:"levels"`
	Municipalities     []directory.NIS               `json:"municipalities"`
	InstitutionNumbers []directory.InstitutionNumber `json:"institutionNumbers"`
	Languages          []string                      `json:"languages"`
	Phones             []directory.Phone             `json:"phones"`
	Emails             []directory.Email             `json:"emails"`
	Availability       string                        `json:"availability,omitempty"`
	OpeningHours       []directory.OpeningHours      `json:"openingHours,omitempty"`
	Absence            *directory.Absence            `json:"absence,omitempty"`
	Withheld           int                           `json:"withheld,omitempty"`
	FormerZone         directory.ZoneCode            `json:"formerZone,omitempty"` // from which it was taken over
}

// recordOf is what goes into the files of a zone. Names of persons never go into open data, whoever may see them
// on a page; nor does what only an administrator's view has.
func recordOf(v directory.ZoneView, f *facts.Facts, restricted bool) Zone {
	z := Zone{
		Code: v.Code, Name: v.Name, NameFr: v.NameFr, Province: v.Province,
		Municipalities: make([]Municipality, 0, len(v.Municipalities)),
		Phone:          v.Phone, Email: v.Email, Website: v.Website, Address: v.Address, FactsAsOf: v.FactsAsOf,
		ContactPoints: make([]ContactPoint, 0, len(v.ContactPoints)), Partners: v.Partners,
		AssuredAt: wholeSecond(v.AssuredAt), ModifiedAt: wholeSecond(v.ModifiedAt),
	}
	for _, m := range v.Municipalities {
		known, _ := f.Municipality(m.NIS)
		z.Municipalities = append(z.Municipalities, Municipality{m.NIS, m.Name, known.NameFr})
	}
	for _, p := range v.ContactPoints {
		c := ContactPoint{
			ID: p.ID, Role: p.Role, Primary: p.Primary, Themes: p.Themes, Levels: p.Levels, Municipalities: p.Municipalities,
			InstitutionNumbers: p.InstitutionNumbers, Languages: p.Languages, Phones: p.Phones, Emails: p.Emails,
			Availability: p.Availability, OpeningHours: p.OpeningHours, Absence: p.Absence, Withheld: p.Withheld,
			FormerZone: p.FormerZone,
		}
		if restricted {
			c.Name, c.NameVisibility = p.Name, p.NameVisibility
		}
		z.ContactPoints = append(z.ContactPoints, c)
	}
	for _, before := range v.FormerZones {
		former := FormerZone{Code: before.Code, Name: before.Name, Phone: before.Phone, Email: before.Email, Website: before.Website}
		for _, m := range before.Municipalities {
			former.Municipalities = append(former.Municipalities, m.NIS)
		}
		z.FormerZones = append(z.FormerZones, former)
	}
	if restricted {
		z.ManagementEmail = v.ManagementEmail
	}
	return z
}

// wholeSecond drops what no file shows.
func wholeSecond(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	whole := t.UTC().Truncate(time.Second)
	return &whole
}

// changed is when the record last changed; zero for facts that nobody at the zone touched.
func (z Zone) changed() time.Time {
	var last time.Time
	for _, t := range []*time.Time{z.AssuredAt, z.ModifiedAt} {
		if t != nil && t.After(last) {
			last = *t
		}
	}
	return last
}

// unconfirmed says that the zone's police never confirmed what the files have of it, and how old that is; "" when they
// did. It depends on no day.
func (z Zone) unconfirmed() string {
	if z.AssuredAt != nil {
		return ""
	}
	v := directory.ZoneView{FactsAsOf: z.FactsAsOf, ModifiedAt: z.ModifiedAt}
	if z.ModifiedAt != nil {
		v.Version = 1
	}
	return v.FreshnessWords(time.Time{})
}

// label is the zone's name with its municipalities.
func (z Zone) label() string {
	v := directory.ZoneView{Name: z.Name}
	for _, m := range z.Municipalities {
		v.Municipalities = append(v.Municipalities, directory.MunicipalityView{Name: m.Name})
	}
	return v.Label()
}
