package directory

import (
	"slices"
	"strings"
	"time"
)

// SchoolContact is what a school keeps for the police of its zones: who they can reach there. Its aliases are what
// else the school is called; they are public, since search finds the school by them. Version 0 was never saved.
type SchoolContact struct {
	InstitutionNumber InstitutionNumber `json:"institutionNumber"`
	Version           int               `json:"version"`
	ContactPersons    []ContactPerson   `json:"contactPersons"` // in the order in which to try them
	Aliases           []string          `json:"aliases"`
	AssuredAt         *time.Time        `json:"assuredAt,omitempty"`  // UTC; when the school last said that all is right
	ModifiedAt        *time.Time        `json:"modifiedAt,omitempty"` // UTC; when something last changed
	// Erased is the last version that the school had deleted wholly, with all before it: their personal values are
	// gone, whatever still stands in the table. 0 for none.
	Erased int `json:"erased,omitempty"`
}

// SchoolAliases are the names by which a school is known beside its own.
type SchoolAliases struct {
	InstitutionNumber InstitutionNumber
	Aliases           []string
}

// ContactPerson is somebody whom the police can reach at a school.
type ContactPerson struct {
	ID           string   `json:"id"`                     // unique in the school, made of the role
	Role         string   `json:"role"`                   // free text: "directeur"
	Name         string   `json:"name,omitempty"`         // of the person
	Phones       []string `json:"phones"`                 // E.164 or a national short number, the best first
	Email        string   `json:"email,omitempty"`        // an address
	Availability string   `json:"availability,omitempty"` // free text: "tijdens de schooluren"
	Locations    []int    `json:"locations"`              // numbers of locations; empty: every location
}

// SchoolContactInput is what someone saves of a school's contact: the whole of it.
type SchoolContactInput struct {
	ContactPersons []ContactPerson `json:"contactPersons"`
	Aliases        []string        `json:"aliases"`
	Assured        bool            `json:"assured,omitempty"` // "alles klopt": the save confirms, too
}

// ReadOnlySchoolContactMembers are the members of a school contact's JSON that a PUT may hold and that are ignored
// there.
func ReadOnlySchoolContactMembers() []string {
	return []string{"self", "institutionNumber", "name", "assuredAt", "modifiedAt", "freshness", "version", "withheld"}
}

// Empty tells whether the school keeps nothing.
func (c SchoolContact) Empty() bool { return len(c.ContactPersons) == 0 && len(c.Aliases) == 0 }

// Input is the contact as someone would save it unchanged: what a form begins with.
func (c SchoolContact) Input() SchoolContactInput {
	persons := filled(c.ContactPersons)
	for i := range persons {
		persons[i] = canonicalPerson(persons[i])
	}
	return SchoolContactInput{ContactPersons: persons, Aliases: filled(c.Aliases)}
}

func canonicalPerson(p ContactPerson) ContactPerson {
	p.Phones, p.Locations = filled(p.Phones), filled(p.Locations)
	slices.Sort(p.Locations)
	return p
}

// next is the version after c, with what it shall hold.
func (c SchoolContact) next(in SchoolContactInput) SchoolContact {
	in = SchoolContact{ContactPersons: in.ContactPersons, Aliases: in.Aliases}.Input()
	return SchoolContact{
		InstitutionNumber: c.InstitutionNumber, Version: c.Version + 1, ContactPersons: in.ContactPersons, Aliases: in.Aliases,
		AssuredAt: copied(c.AssuredAt), ModifiedAt: copied(c.ModifiedAt), Erased: c.Erased,
	}
}

// Saved is the next version of a contact, with an input that SchoolValidation.Check found right. As with a zone,
// modifiedAt moves only when something changed, assuredAt only when the save confirms, and a save that changes nothing
// is a version all the same.
func (c SchoolContact) Saved(in SchoolContactInput, now time.Time) SchoolContact {
	next := c.next(in)
	if !SameSchoolContact(c, next) {
		next.ModifiedAt = moment(now)
	}
	switch {
	case in.Assured:
		next.AssuredAt = moment(now)
	case next.Empty():
		next.AssuredAt = nil // nobody confirms nothing
	}
	return next
}

// Confirmed is the next version of a contact, of which only assuredAt moved. A school that keeps nothing gives
// ErrNeverSaved.
func (c SchoolContact) Confirmed(now time.Time) (SchoolContact, error) {
	if c.Empty() {
		return SchoolContact{}, ErrNeverSaved
	}
	next := c.next(c.Input())
	next.AssuredAt = moment(now)
	return next, nil
}

// Deleted is the next version of a contact that holds nothing, and lets nothing be read of those before it.
func (c SchoolContact) Deleted(now time.Time) SchoolContact {
	return SchoolContact{InstitutionNumber: c.InstitutionNumber, Version: c.Version + 1, ContactPersons: []ContactPerson{},
		Aliases: []string{}, ModifiedAt: moment(now), Erased: c.Version}
}

// SchoolContactView is a school's contact as somebody may see it.
type SchoolContactView struct {
	Self              string            `json:"self,omitempty"`
	InstitutionNumber InstitutionNumber `json:"institutionNumber"`
	Name              string            `json:"name"` // of the school
	ContactPersons    []ContactPerson   `json:"contactPersons"`
	Aliases           []string          `json:"aliases"`
	AssuredAt         *time.Time        `json:"assuredAt,omitempty"`
	ModifiedAt        *time.Time        `json:"modifiedAt,omitempty"`
	Freshness         Freshness         `json:"freshness"`
	Version           int               `json:"version"`
	Withheld          int               `json:"withheld,omitempty"` // persons of locations outside the zones of the police who ask
}

// See gives what somebody may see of a school's contact: the school itself and administrators all of it, police of a
// zone those persons who are there for a location in it. It is false for everybody else: CLBs, other schools, police of
// other zones. Every renderer shows only this.
func (c SchoolContact) See(s School, who Principal, now time.Time) (SchoolContactView, bool) {
	if !who.MayWithSchool(SeeSchoolContact, s) {
		return SchoolContactView{}, false
	}
	in := c.Input()
	v := SchoolContactView{
		InstitutionNumber: s.Number, Name: s.Name, ContactPersons: in.ContactPersons, Aliases: in.Aliases,
		AssuredAt: c.AssuredAt, ModifiedAt: c.ModifiedAt, Freshness: FreshnessOf(c.AssuredAt, now), Version: c.Version,
	}
	if who.Role == RolePolice {
		v.ContactPersons = slices.DeleteFunc(v.ContactPersons, func(p ContactPerson) bool {
			return !p.ThereFor(s, func(l Location) bool { return slices.Contains(who.Zones, l.Zone) })
		})
		v.Withheld = len(in.ContactPersons) - len(v.ContactPersons)
	}
	return v, true
}

// ThereFor tells whether a person is there for one of the locations of a school that are wanted. Who is there for every
// location is there for each; so is one whose locations all closed since, until the school says otherwise.
func (p ContactPerson) ThereFor(s School, wanted func(Location) bool) bool {
	known := false
	for _, l := range s.Locations {
		if len(p.Locations) > 0 && !slices.Contains(p.Locations, l.Number) {
			continue
		}
		if known = true; wanted(l) {
			return true
		}
	}
	return !known
}

// FreshnessWords says in a sentence how far a school's contact can be trusted.
func (v SchoolContactView) FreshnessWords(now time.Time) string {
	if v.AssuredAt != nil {
		return assuredWords(*v.AssuredAt, v.Freshness, now)
	}
	words := "Nog niet bevestigd door de school."
	if v.ModifiedAt != nil && len(v.ContactPersons)+len(v.Aliases) > 0 {
		words += " Gewijzigd op " + DateWords(DayOf(*v.ModifiedAt)) + "."
	}
	return words
}

// LocationWords names a location of a school by its address: "Grote Markt 1, 3300 Tienen".
func (l Location) LocationWords() string {
	street := strings.TrimSpace(l.Street + " " + l.HouseNumber)
	if l.Box != "" {
		street += " bus " + l.Box
	}
	place := strings.TrimSpace(l.Postcode + " " + l.Place)
	if street == "" {
		return place
	}
	return street + ", " + place
}
