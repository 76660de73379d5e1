package directory

import (
	"slices"
	"strconv"
	"strings"
)

// ZoneInput is what someone saves of a zone: the whole of it, as a form or a PUT gives it. Phone numbers are as
// they were typed until Validation.Check has read them.
type ZoneInput struct {
	ContactPoints   []ContactPoint `json:"contactPoints"`
	Phone           string         `json:"phone,omitempty"`
	Email           string         `json:"email,omitempty"`
	Website         string         `json:"website,omitempty"`
	Address         *Address       `json:"address,omitempty"`
	Partners        []Partner      `json:"partners,omitempty"`
	ManagementEmail string         `json:"managementEmail,omitempty"`
	ReminderDays    []int          `json:"reminderDays,omitempty"` // days before the data goes stale; empty: the service's own
	Assured         bool           `json:"assured,omitempty"`      // "alles klopt": the save confirms, too
	Note            string         `json:"note,omitempty"`         // why; for the history, never public
}

// ReadOnlyZoneMembers are the members of a zone's JSON that a PUT may hold and that are ignored there: reference
// facts, and what the service reckons itself.
func ReadOnlyZoneMembers() []string {
	return []string{"self", "code", "name", "nameFr", "province", "municipalities", "factsAsOf", "callOrder", "assuredAt",
		"modifiedAt", "freshness", "version", "formerZones"}
}

// ReadOnlyContactPointMembers are the same of a contact point.
func ReadOnlyContactPointMembers() []string { return []string{"withheld", "formerZone"} }

// Input is the profile as someone would save it unchanged: what a form begins with.
func (p Profile) Input() ZoneInput {
	p = canonical(p)
	return ZoneInput{
		ContactPoints: p.ContactPoints, Phone: p.Phone, Email: p.Email, Website: p.Website, Address: p.Address,
		Partners: p.Partners, ManagementEmail: p.ManagementEmail, ReminderDays: p.ReminderDays,
	}
}

// ProfileOfFacts is what a zone that never saved begins with: its reference facts, as version 0.
func ProfileOfFacts(f ZoneFacts) Profile {
	return canonical(Profile{Code: f.Code, Phone: f.Phone, Email: f.Email, Website: f.Website, Address: f.Address})
}

// canonical writes a profile in the one way in which equal profiles are equal: lists are never nil, a visibility
// that is not public is VisibleSchools, and one of a value that is not there is not public. It shares nothing
// with the original.
func canonical(p Profile) Profile {
	p.ContactPoints = filled(p.ContactPoints)
	for i, c := range p.ContactPoints {
		p.ContactPoints[i] = canonicalPoint(c)
	}
	p.Address = copied(p.Address)
	if p.Address != nil && *p.Address == (Address{}) {
		p.Address = nil
	}
	p.Partners, p.ReminderDays = filled(p.Partners), filled(p.ReminderDays)
	p.AssuredAt, p.ModifiedAt, p.SavedAt = copied(p.AssuredAt), copied(p.ModifiedAt), copied(p.SavedAt)
	return p
}

func canonicalPoint(c ContactPoint) ContactPoint {
	c.Themes, c.Levels = filled(c.Themes), filled(c.Levels)
	c.Municipalities, c.InstitutionNumbers = filled(c.Municipalities), filled(c.InstitutionNumbers)
	c.Languages, c.OpeningHours = filled(c.Languages), filled(c.OpeningHours)
	c.Phones, c.Emails = filled(c.Phones), filled(c.Emails)
	for i := range c.Phones {
		c.Phones[i].Visibility = canonicalVisibility(c.Phones[i].Visibility)
	}
	for i := range c.Emails {
		c.Emails[i].Visibility = canonicalVisibility(c.Emails[i].Visibility)
	}
	if c.Name == "" {
		c.NameVisibility = VisibleSchools
	}
	c.NameVisibility = canonicalVisibility(c.NameVisibility)
	c.Absence = copied(c.Absence)
	c.AvailabilityPublic = c.AvailabilityPublic && c.Availability != ""
	c.OpeningHoursPublic = c.OpeningHoursPublic && len(c.OpeningHours) > 0
	c.AbsencePublic = c.AbsencePublic && c.Absence != nil
	return c
}

func canonicalVisibility(v Visibility) Visibility {
	if v == VisiblePublic {
		return VisiblePublic
	}
	return VisibleSchools
}

// filled is a copy that is never nil.
func filled[T any](s []T) []T { return append(make([]T, 0, len(s)), s...) }

func copied[T any](v *T) *T {
	if v == nil {
		return nil
	}
	c := *v
	return &c
}

// pointByID finds a contact point by its id; nil when there is none.
func (p Profile) pointByID(id string) *ContactPoint {
	i := slices.IndexFunc(p.ContactPoints, func(c ContactPoint) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return &p.ContactPoints[i]
}

// NewPointID makes the id of a new contact point from its role: "jeugdinspecteur", and "jeugdinspecteur-2" when
// that is taken. An id stands in public answers, so it is made of nothing but the role, which is public too.
func NewPointID(role string, taken func(id string) bool) string {
	var b strings.Builder
	for _, r := range strings.ToLower(role) {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= maxIDLength-4 { // room for a number
			break
		}
	}
	id := strings.Trim(b.String(), "-")
	if id == "" {
		id = "aanspreekpunt"
	}
	if !taken(id) {
		return id
	}
	for n := 2; ; n++ {
		if next := id + "-" + strconv.Itoa(n); !taken(next) {
			return next
		}
	}
}
