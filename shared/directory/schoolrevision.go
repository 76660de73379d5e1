package directory

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// RevisionDeleted is a school that had all deleted that it kept.
const RevisionDeleted RevisionKind = "deleted"

// SchoolRevision is one version of a school's contact in its history. It never changes; its personal values are
// forgotten after PersonalDays, or at once when the school has all deleted.
type SchoolRevision struct {
	InstitutionNumber InstitutionNumber `json:"institutionNumber"`
	Version           int               `json:"version"`
	Kind              RevisionKind      `json:"kind"`
	At                time.Time         `json:"at"`
	Role              RoleName          `json:"role,omitempty"`    // of who did it; "" when the service did
	Name              string            `json:"name,omitempty"`    // of who did it; personal
	Subject           string            `json:"subject,omitempty"` // as the issuer names them; personal
	Assured           bool              `json:"assured,omitempty"` // it confirmed, too
	Changes           []Change          `json:"changes"`           // from the version before
	Contact           *SchoolContact    `json:"contact,omitempty"` // all of the version; personal
	Forgotten         bool              `json:"forgotten,omitempty"`
}

// NewSchoolRevision records that next came after old. What a deletion took away is in none of its words.
func NewSchoolRevision(s School, old, next SchoolContact, kind RevisionKind, by Principal, now time.Time) SchoolRevision {
	next = next.with(next.Input())
	r := SchoolRevision{
		InstitutionNumber: next.InstitutionNumber, Version: next.Version, Kind: kind, At: *moment(now), Role: by.Role,
		Name: by.Name, Subject: by.Subject, Contact: &next, Changes: []Change{},
		Assured: next.AssuredAt != nil && (old.AssuredAt == nil || !next.AssuredAt.Equal(*old.AssuredAt)),
	}
	if kind == RevisionDeleted {
		return r
	}
	r.Changes = append(r.Changes, DiffSchoolContact(s, old, next)...)
	if kind == RevisionSaved && len(r.Changes) == 0 && r.Assured {
		r.Kind = RevisionConfirmed
	}
	return r
}

func (c SchoolContact) with(in SchoolContactInput) SchoolContact {
	c.ContactPersons, c.Aliases = in.ContactPersons, in.Aliases
	return c
}

// SchoolPersonalPart is what is forgotten of a SchoolRevision.
type SchoolPersonalPart struct {
	InstitutionNumber InstitutionNumber `json:"institutionNumber"`
	Version           int               `json:"version"`
	ExpiresAt         time.Time         `json:"expiresAt"` // gone from then on, whatever still stands in the table
	Name              string            `json:"name,omitempty"`
	Subject           string            `json:"subject,omitempty"`
	Changes           []Change          `json:"changes"`
	Contact           *SchoolContact    `json:"contact"`
}

// Split parts a revision in the skeleton that is kept and the personal values that expire. The skeleton tells which kind
// of value changed, and nothing of a person: not even a role, which is free text that only the police see.
func (r SchoolRevision) Split() (skeleton SchoolRevision, personal SchoolPersonalPart) {
	personal = SchoolPersonalPart{r.InstitutionNumber, r.Version, r.At.AddDate(0, 0, PersonalDays), r.Name, r.Subject, r.Changes, r.Contact}
	skeleton = r
	skeleton.Name, skeleton.Subject, skeleton.Contact, skeleton.Forgotten = "", "", nil, true
	skeleton.Changes = make([]Change, len(r.Changes))
	for i, c := range r.Changes {
		c.Old, c.New = forget(c.Old), forget(c.New)
		if rest, ok := strings.CutPrefix(c.Field, "contactPersons["); ok {
			_, field, _ := strings.Cut(rest, "]")
			c.Field, c.Label = "contactPersons"+field, aPerson
			for _, f := range personFields {
				if field == "."+f.name {
					c.Label = aPerson + ": " + f.label
				}
			}
		}
		skeleton.Changes[i] = c
	}
	return skeleton, personal
}

// JoinSchool makes a revision whole again. Without its personal part, once that expired, or when the school had it
// deleted with the versions up to erased, it is the skeleton.
func JoinSchool(skeleton SchoolRevision, personal *SchoolPersonalPart, erased int, now time.Time) SchoolRevision {
	r := skeleton
	r.Forgotten = personal == nil || !now.Before(personal.ExpiresAt) || personal.InstitutionNumber != r.InstitutionNumber ||
		personal.Version != r.Version || r.Version <= erased
	if !r.Forgotten {
		r.Name, r.Subject, r.Changes, r.Contact = personal.Name, personal.Subject, personal.Changes, personal.Contact
	}
	return r
}

// aPerson stands for somebody whose role is not told.
const aPerson = "Contactpersoon"

// personFields are the parts of a person in the order of the form.
var personFields = []struct {
	name, label string
	words       func(ContactPerson, School) []string
}{
	{"role", "functie", func(p ContactPerson, _ School) []string { return nonEmpty(p.Role) }},
	{"name", "naam", func(p ContactPerson, _ School) []string { return nonEmpty(p.Name) }},
	{"phones", "telefoon", func(p ContactPerson, _ School) []string {
		words := make([]string, len(p.Phones))
		for i, number := range p.Phones {
			words[i] = FormatPhone(number)
		}
		return words
	}},
	{"email", "e-mail", func(p ContactPerson, _ School) []string { return nonEmpty(p.Email) }},
	{"availability", "bereikbaarheid", func(p ContactPerson, _ School) []string { return nonEmpty(p.Availability) }},
	{"locations", "vestigingen", func(p ContactPerson, s School) []string {
		switch {
		case p.ID == "":
			return nil
		case len(p.Locations) > 0:
			return []string{wordsOf(p.Locations, s.locationWords)}
		case len(s.Locations) > 1:
			return []string{"alle vestigingen"}
		}
		return nil
	}},
}

// locationWords is the address of a location; a number alone for one that closed.
func (s School) locationWords(n int) string {
	for _, l := range s.Locations {
		if l.Number == n {
			return l.LocationWords()
		}
	}
	return "vestiging " + strconv.Itoa(n)
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// personItems are a person's values of one field, each personal and for the police alone.
func personItems(words []string) []item {
	var items []item
	for _, w := range words {
		items = append(items, item{w, Shown{w, SeenByItsPolice, true}})
	}
	return items
}

// DiffSchoolContact tells what changed between two versions, in the order of the form.
func DiffSchoolContact(s School, old, next SchoolContact) []Change {
	var changes []Change
	person := func(p, before, after ContactPerson) {
		for _, f := range personFields {
			a, b := f.words(before, s), f.words(after, s)
			if !slices.Equal(a, b) {
				changes = append(changes, itemChanges(personPath(p.ID, f.name), p.Role+": "+f.label, personItems(a), personItems(b))...)
			}
		}
	}
	if a, b := personIDsOf(old, next), personIDsOf(next, old); !slices.Equal(a, b) {
		changes = append(changes, Change{orderField, "Volgorde", ChangeMoved, shownRoles(old, a), shownRoles(next, b)})
	}
	for _, p := range next.ContactPersons {
		person(p, old.person(p.ID), p)
	}
	for _, p := range old.ContactPersons {
		if next.person(p.ID).ID == "" {
			person(p, p, ContactPerson{})
		}
	}
	if !slices.Equal(old.Aliases, next.Aliases) {
		changes = append(changes, itemChanges("aliases", "Ook gekend als", aliasItems(old.Aliases), aliasItems(next.Aliases))...)
	}
	return changes
}

func aliasItems(aliases []string) []item {
	var items []item
	for _, a := range aliases {
		items = append(items, item{a, Shown{a, SeenByEveryone, false}})
	}
	return items
}

func personPath(id, field string) string {
	path := "contactPersons[" + id + "]"
	if field != "" {
		path += "." + field
	}
	return path
}

// person finds a person by id; a zero one when there is none.
func (c SchoolContact) person(id string) ContactPerson {
	if i := slices.IndexFunc(c.ContactPersons, func(p ContactPerson) bool { return p.ID == id }); i >= 0 {
		return c.ContactPersons[i]
	}
	return ContactPerson{}
}

// personIDsOf lists the ids of c's persons that other has, too, in c's order.
func personIDsOf(c, other SchoolContact) []string {
	var ids []string
	for _, p := range c.ContactPersons {
		if other.person(p.ID).ID != "" {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

func shownRoles(c SchoolContact, ids []string) *Shown {
	return &Shown{wordsOf(ids, func(id string) string { return c.person(id).Role }), SeenByItsPolice, true}
}

// SameSchoolContact tells whether two versions hold the same, version and moments aside.
func SameSchoolContact(a, b SchoolContact) bool {
	x, y := a.Input(), b.Input()
	return reflect.DeepEqual(x.ContactPersons, y.ContactPersons) && slices.Equal(x.Aliases, y.Aliases)
}

// CompareSchoolContact lists where their version and yours disagree: person by person, the order of those whom both
// have, and the aliases together. base is the version that yours was made from; nil when it is not known any more.
func CompareSchoolContact(s School, base *SchoolContact, theirs, yours SchoolContact) []Difference {
	known := base != nil
	if !known {
		base = &SchoolContact{}
	}
	var list []Difference
	add := func(field, label string, differ func(a, b SchoolContact) bool, show func(SchoolContact) []Shown) {
		if differ(theirs, yours) {
			list = append(list, Difference{field, label, changedBy(known, differ(*base, theirs), differ(*base, yours)), show(theirs), show(yours)})
		}
	}
	persons := slices.Clone(theirs.ContactPersons)
	for _, p := range yours.ContactPersons {
		if theirs.person(p.ID).ID == "" {
			persons = append(persons, p)
		}
	}
	for _, p := range persons {
		add(personPath(p.ID, ""), p.Role,
			func(a, b SchoolContact) bool {
				return !reflect.DeepEqual(canonicalPerson(a.person(p.ID)), canonicalPerson(b.person(p.ID)))
			},
			func(c SchoolContact) []Shown {
				var shown []Shown
				for _, f := range personFields {
					shown = append(shown, shownOf(personItems(f.words(c.person(p.ID), s)))...)
				}
				return shown
			})
	}
	add(orderField, "Volgorde", func(a, b SchoolContact) bool { return !slices.Equal(personIDsOf(a, b), personIDsOf(b, a)) },
		func(c SchoolContact) []Shown {
			var ids []string
			for _, p := range c.ContactPersons {
				ids = append(ids, p.ID)
			}
			return []Shown{*shownRoles(c, ids)}
		})
	add("aliases", "Ook gekend als", func(a, b SchoolContact) bool { return !slices.Equal(a.Aliases, b.Aliases) },
		func(c SchoolContact) []Shown { return shownOf(aliasItems(c.Aliases)) })
	return list
}

// MergeSchoolContact is their version with yours in each field for which yours is chosen, by the fields' names as
// CompareSchoolContact gives them. The result must be checked like any other input.
func MergeSchoolContact(theirs, yours SchoolContact, chooseYours func(field string) bool) SchoolContactInput {
	merged := theirs.with(theirs.Input())
	for _, d := range CompareSchoolContact(School{}, nil, theirs, yours) {
		if !chooseYours(d.Field) {
			continue
		}
		id, isPerson := strings.CutPrefix(strings.TrimSuffix(d.Field, "]"), "contactPersons[")
		switch {
		case d.Field == "aliases":
			merged.Aliases = filled(yours.Aliases)
		case !isPerson: // the order, below
		case yours.person(id).ID == "":
			merged.ContactPersons = slices.DeleteFunc(merged.ContactPersons, func(p ContactPerson) bool { return p.ID == id })
		case theirs.person(id).ID == "":
			merged.ContactPersons = append(merged.ContactPersons, yours.person(id))
		default:
			i := slices.IndexFunc(merged.ContactPersons, func(p ContactPerson) bool { return p.ID == id })
			merged.ContactPersons[i] = yours.person(id)
		}
	}
	order, others := theirs, yours
	if chooseYours(orderField) {
		order, others = yours, theirs
	}
	ids := mergedOrder(allPersonIDs(order), allPersonIDs(others))
	slices.SortStableFunc(merged.ContactPersons, func(a, b ContactPerson) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return merged.Input()
}

func allPersonIDs(c SchoolContact) []string { return personIDsOf(c, c) }
