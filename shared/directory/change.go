package directory

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Audience is who sees a value.
type Audience string

// The audiences, widest first.
const (
	SeenByEveryone Audience = "everyone"
	SeenBySchools  Audience = "schools"
	SeenByPolice   Audience = "police" // of the zone, and administrators
	// SeenByItsPolice is what a school keeps for the police of its zones. Pages say it once for all values.
	SeenByItsPolice Audience = "itsPolice"
)

// Label is the audience in Dutch, as it stands beside a value.
func (a Audience) Label() string {
	switch a {
	case SeenByEveryone:
		return "iedereen"
	case SeenBySchools:
		return "alleen scholen, CLB’s en politie van deze zone"
	case SeenByPolice:
		return "alleen politie van deze zone"
	case SeenByItsPolice:
		return "alleen je school en de politie van je zones"
	}
	return string(a)
}

func seenBy(public bool) Audience {
	if public {
		return SeenByEveryone
	}
	return SeenBySchools
}

// Shown is a value as a page shows it.
type Shown struct {
	Words    string   `json:"words"` // Dutch; "" in a revision whose personal values are gone, when Personal
	SeenBy   Audience `json:"seenBy"`
	Personal bool     `json:"personal,omitempty"` // forgotten after PersonalDays
}

// ChangeKind says what became of a value.
type ChangeKind string

// The kinds of changes.
const (
	ChangeAdded   ChangeKind = "added"
	ChangeRemoved ChangeKind = "removed"
	ChangeChanged ChangeKind = "changed"
	ChangeMoved   ChangeKind = "moved" // the order changed
)

// Label is the kind in Dutch.
func (k ChangeKind) Label() string {
	switch k {
	case ChangeAdded:
		return "nieuw"
	case ChangeRemoved:
		return "weg"
	case ChangeChanged:
		return "gewijzigd"
	case ChangeMoved:
		return "verplaatst"
	}
	return string(k)
}

// Change is one difference between two versions of a zone.
type Change struct {
	Field string     `json:"field"` // "email", "contactPoints[jeugd].phones": contact points by id, so that a path lasts
	Label string     `json:"label"` // Dutch: "Jeugdinspecteur: telefoon"
	Kind  ChangeKind `json:"kind"`
	Old   *Shown     `json:"old,omitempty"` // nil when there was nothing
	New   *Shown     `json:"new,omitempty"` // nil when there is nothing any more
}

// Names gives words for what a profile names by a code. Without a function, or where it gives "", the code is shown.
type Names struct {
	Municipality func(NIS) string
	School       func(InstitutionNumber) string
}

// item is a part of a field's value that is shown on a line of its own, such as one of several phones.
type item struct {
	key string // what makes it the same item in another version
	Shown
}

// one is the value of a field that has a single item; words "" is no value.
func one(words string, by Audience, personal bool) []item {
	if words == "" {
		return nil
	}
	return []item{{"", Shown{words, by, personal}}}
}

// context is what a value needs to be told in words.
type context struct {
	names Names
	role  func(id string) string // of a contact point
}

// pointField is a part of a contact point that changes, is shown and is chosen as a whole. A value and who may see
// it are one field: choosing one version's value with another's visibility could make it public.
type pointField struct {
	name, label string
	set         func(to *ContactPoint, from ContactPoint)
	items       func(c ContactPoint, in context) []item
}

// pointFields and zoneFields together hold every member that police can change but three: the id of a contact
// point, which points there are, and their order.
var pointFields = []pointField{
	{"role", "functie",
		func(to *ContactPoint, from ContactPoint) { to.Role = from.Role },
		func(c ContactPoint, _ context) []item { return one(c.Role, SeenByEveryone, false) }},
	{"name", "naam",
		func(to *ContactPoint, from ContactPoint) { to.Name, to.NameVisibility = from.Name, from.NameVisibility },
		func(c ContactPoint, _ context) []item {
			return one(c.Name, seenBy(c.NameVisibility == VisiblePublic), true)
		}},
	{"themes", "onderwerpen",
		func(to *ContactPoint, from ContactPoint) { to.Themes = from.Themes },
		func(c ContactPoint, _ context) []item {
			return one(wordsOf(c.Themes, Theme.Label), SeenByEveryone, false)
		}},
	{"levels", "onderwijsniveaus",
		func(to *ContactPoint, from ContactPoint) { to.Levels = from.Levels },
		func(c ContactPoint, _ context) []item {
			return one(wordsOf(c.Levels, Level.Label), SeenByEveryone, false)
		}},
	{"municipalities", "gemeenten",
		func(to *ContactPoint, from ContactPoint) { to.Municipalities = from.Municipalities },
		func(c ContactPoint, in context) []item {
			return one(wordsOf(c.Municipalities, in.names.Municipality), SeenByEveryone, false)
		}},
	{"institutionNumbers", "scholen",
		func(to *ContactPoint, from ContactPoint) { to.InstitutionNumbers = from.InstitutionNumbers },
		func(c ContactPoint, in context) []item {
			return one(wordsOf(c.InstitutionNumbers, in.names.School), SeenByEveryone, false)
		}},
	{"languages", "talen",
		func(to *ContactPoint, from ContactPoint) { to.Languages = from.Languages },
		func(c ContactPoint, _ context) []item {
			return one(wordsOf(c.Languages, LanguageLabel), SeenByEveryone, false)
		}},
	{"phones", "telefoon",
		func(to *ContactPoint, from ContactPoint) { to.Phones = from.Phones },
		func(c ContactPoint, _ context) []item {
			var items []item
			for _, ph := range c.Phones {
				words := FormatPhone(ph.Number)
				if ph.Note != "" {
					words += " (" + ph.Note + ")"
				}
				items = append(items, item{ph.Number, Shown{words, seenBy(ph.Visibility == VisiblePublic), personalPhone(c, ph)}})
			}
			return items
		}},
	{"emails", "e-mail",
		func(to *ContactPoint, from ContactPoint) { to.Emails = from.Emails },
		func(c ContactPoint, _ context) []item {
			var items []item
			for _, e := range c.Emails {
				items = append(items, item{e.Address, Shown{e.Address, seenBy(e.Visibility == VisiblePublic), personalEmail(c, e)}})
			}
			return items
		}},
	{"availability", "bereikbaarheid",
		func(to *ContactPoint, from ContactPoint) {
			to.Availability, to.AvailabilityPublic = from.Availability, from.AvailabilityPublic
		},
		func(c ContactPoint, _ context) []item {
			return one(c.Availability, seenBy(c.AvailabilityPublic), personalAvailability(c))
		}},
	{"openingHours", "uren",
		func(to *ContactPoint, from ContactPoint) {
			to.OpeningHours, to.OpeningHoursPublic = from.OpeningHours, from.OpeningHoursPublic
		},
		func(c ContactPoint, _ context) []item {
			return one(HoursWords(c.OpeningHours), seenBy(c.OpeningHoursPublic), personalOpeningHours(c))
		}},
	{"absence", "afwezigheid",
		func(to *ContactPoint, from ContactPoint) {
			to.Absence, to.AbsencePublic = from.Absence, from.AbsencePublic
		},
		func(c ContactPoint, in context) []item {
			return one(absenceWords(c.Absence, in), seenBy(c.AbsencePublic), true)
		}},
}

// zoneField is the same of the zone itself.
type zoneField struct {
	name, label string
	set         func(to *Profile, from Profile)
	items       func(p Profile, in context) []item
}

var zoneFields = []zoneField{
	{primaryField, "Vast aanspreekpunt (PLP 41)",
		func(to *Profile, from Profile) { setPrimary(to, primaryIDs(from)) },
		func(p Profile, in context) []item {
			return one(wordsOf(primaryIDs(p), in.role), SeenByEveryone, false)
		}},
	{"phone", "Telefoon van de zone",
		func(to *Profile, from Profile) { to.Phone = from.Phone },
		func(p Profile, _ context) []item {
			return one(FormatPhone(p.Phone), SeenByEveryone, mobile(p.Phone))
		}},
	{"email", "E-mail van de zone",
		func(to *Profile, from Profile) { to.Email = from.Email },
		func(p Profile, _ context) []item { return one(p.Email, SeenByEveryone, PersonalAddress(p.Email)) }},
	{"website", "Website van de zone",
		func(to *Profile, from Profile) { to.Website = from.Website },
		func(p Profile, _ context) []item { return one(p.Website, SeenByEveryone, false) }},
	{"address", "Adres van de zone",
		func(to *Profile, from Profile) { to.Address = from.Address },
		func(p Profile, _ context) []item {
			if p.Address == nil {
				return nil
			}
			return one(p.Address.Street+", "+p.Address.Postcode+" "+p.Address.Municipality, SeenByEveryone, false)
		}},
	{"partners", "Partner",
		func(to *Profile, from Profile) { to.Partners = from.Partners },
		func(p Profile, _ context) []item {
			var items []item
			for _, partner := range p.Partners {
				words := partner.Name + " (" + partner.Kind.Label() + ")"
				if partner.Website != "" {
					words += ", " + partner.Website
				}
				items = append(items, item{string(partner.Kind) + " " + partner.Name, Shown{words, SeenByEveryone, false}})
			}
			return items
		}},
	{"managementEmail", "Beheeradres",
		func(to *Profile, from Profile) { to.ManagementEmail = from.ManagementEmail },
		func(p Profile, _ context) []item { return one(p.ManagementEmail, SeenByPolice, true) }},
	{"reminderDays", "Herinneringen",
		func(to *Profile, from Profile) { to.ReminderDays = from.ReminderDays },
		func(p Profile, _ context) []item {
			if len(p.ReminderDays) == 0 {
				return nil
			}
			return one(wordsOf(p.ReminderDays, strconv.Itoa)+" dagen vooraf", SeenByPolice, false)
		}},
}

// The fields that concern the contact points together.
const (
	primaryField = "primary"
	orderField   = "order"
)

// pointPath names a field of a contact point, or the point itself for "".
func pointPath(id, field string) string {
	path := "contactPoints[" + id + "]"
	if field != "" {
		path += "." + field
	}
	return path
}

// Diff tells what changed between two versions of a zone, in the order of a form: the primary contact point and
// the order, each contact point as it stands now, those that went, the zone itself. It is empty exactly when both
// hold the same; version and moments are not part of that. Ids of contact points must be unique in each.
func Diff(old, next Profile, names Names) []Change {
	old, next = canonical(old), canonical(next)
	was, is := contextOf(old, names), contextOf(next, names)
	var changes []Change
	zone := func(f zoneField) {
		if !sameZoneField(f, old, next) {
			changes = append(changes, itemChanges(f.name, f.label, f.items(old, was), f.items(next, is))...)
		}
	}
	zone(zoneFields[0])
	if a, b := commonOrder(old, next), commonOrder(next, old); !slices.Equal(a, b) {
		changes = append(changes, Change{orderField, "Volgorde", ChangeMoved,
			&Shown{wordsOf(a, was.role), SeenByEveryone, false}, &Shown{wordsOf(b, is.role), SeenByEveryone, false}})
	}
	for _, c := range next.ContactPoints {
		before := old.pointByID(c.ID)
		if before == nil {
			changes = append(changes, Change{pointPath(c.ID, ""), "Aanspreekpunt", ChangeAdded, nil, &Shown{c.Role, SeenByEveryone, false}})
			before = &ContactPoint{}
		}
		changes = append(changes, pointChanges(c.Role, c.ID, *before, c, was, is)...)
	}
	for _, c := range old.ContactPoints {
		if next.pointByID(c.ID) == nil {
			changes = append(changes, Change{pointPath(c.ID, ""), "Aanspreekpunt", ChangeRemoved, &Shown{c.Role, SeenByEveryone, false}, nil})
			changes = append(changes, pointChanges(c.Role, c.ID, c, ContactPoint{}, was, is)...)
		}
	}
	for _, f := range zoneFields[1:] {
		zone(f)
	}
	for _, c := range changes {
		// A number that was everybody's and is now kept for schools must go from the older half of the change, too.
		if c.Old != nil && c.New != nil {
			personal := c.Old.Personal || c.New.Personal
			c.Old.Personal, c.New.Personal = personal, personal
		}
	}
	return changes
}

// Same tells whether two versions of a zone hold the same, version and moments aside.
func Same(a, b Profile) bool {
	return slices.Equal(pointIDs(a), pointIDs(b)) && len(differences(a, b)) == 0
}

func pointIDs(p Profile) []string {
	ids := make([]string, len(p.ContactPoints))
	for i, c := range p.ContactPoints {
		ids[i] = c.ID
	}
	return ids
}

func contextOf(p Profile, names Names) context {
	return context{names, func(id string) string {
		if c := p.pointByID(id); c != nil && c.Role != "" {
			return c.Role
		}
		return id
	}}
}

// pointChanges leaves the role of a point that came or went to the change that says so.
func pointChanges(role, id string, old, next ContactPoint, was, is context) []Change {
	var changes []Change
	for _, f := range pointFields {
		cameOrWent := old.ID == "" || next.ID == ""
		if cameOrWent && f.name == "role" || samePointField(f, old, next) {
			continue
		}
		changes = append(changes, itemChanges(pointPath(id, f.name), role+": "+f.label, f.items(old, was), f.items(next, is))...)
	}
	return changes
}

func samePointField(f pointField, a, b ContactPoint) bool {
	var onlyA, onlyB ContactPoint
	f.set(&onlyA, a)
	f.set(&onlyB, b)
	return reflect.DeepEqual(canonicalPoint(onlyA), canonicalPoint(onlyB))
}

func sameZoneField(f zoneField, a, b Profile) bool {
	if f.name == primaryField { // which point is primary, whatever points there are
		return slices.Equal(slices.Sorted(slices.Values(primaryIDs(a))), slices.Sorted(slices.Values(primaryIDs(b))))
	}
	var onlyA, onlyB Profile
	f.set(&onlyA, a)
	f.set(&onlyB, b)
	return reflect.DeepEqual(canonical(onlyA), canonical(onlyB))
}

// itemChanges tells what became of each item of a field that is known to differ: the result is never empty. One that
// stands where another stood that is gone was typed over it.
func itemChanges(field, label string, old, next []item) []Change {
	var changes []Change
	find := func(items []item, key string) *Shown {
		for i := range items {
			if items[i].key == key {
				return &items[i].Shown
			}
		}
		return nil
	}
	typedOver := func(i int) bool {
		return i < len(old) && i < len(next) && find(next, old[i].key) == nil && find(old, next[i].key) == nil
	}
	for i, it := range next {
		shown := it.Shown
		before := find(old, it.key)
		if typedOver(i) {
			before = &old[i].Shown
		}
		switch {
		case before == nil:
			changes = append(changes, Change{field, label, ChangeAdded, nil, &shown})
		case before.Words != shown.Words || before.SeenBy != shown.SeenBy:
			changes = append(changes, Change{field, label, ChangeChanged, before, &shown})
		}
	}
	for i, it := range old {
		shown := it.Shown
		if find(next, it.key) == nil && !typedOver(i) {
			changes = append(changes, Change{field, label, ChangeRemoved, &shown, nil})
		}
	}
	if len(changes) > 0 {
		return changes
	}
	if len(old) > 1 {
		return []Change{{field, label, ChangeMoved, together(old), together(next)}}
	}
	// Words do not tell them apart, as when one of two contact points with the same role is primary now.
	return []Change{{field, label, ChangeChanged, together(old), together(next)}}
}

// together shows all items of a field in one: as narrow as the narrowest, as personal as the most personal.
func together(items []item) *Shown {
	if len(items) == 0 {
		return nil
	}
	all := Shown{SeenBy: SeenByEveryone}
	var words []string
	for _, it := range items {
		words = append(words, it.Words)
		all.Personal = all.Personal || it.Personal
		if it.SeenBy != SeenByEveryone {
			all.SeenBy = it.SeenBy
		}
	}
	all.Words = strings.Join(words, "; ")
	return &all
}

// commonOrder lists the ids of p that q has too, in p's order.
func commonOrder(p, q Profile) []string {
	var ids []string
	for _, c := range p.ContactPoints {
		if q.pointByID(c.ID) != nil {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func primaryIDs(p Profile) []string {
	var ids []string
	for _, c := range p.ContactPoints {
		if c.Primary {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func setPrimary(p *Profile, ids []string) {
	for i := range p.ContactPoints {
		p.ContactPoints[i].Primary = slices.Contains(ids, p.ContactPoints[i].ID)
	}
}

// wordsOf joins the words of several values. A value for which there is no word, such as a school that left the
// ministry's list, is told as it is.
func wordsOf[T any](values []T, word func(T) string) string {
	words := make([]string, len(values))
	for i, v := range values {
		if word != nil {
			words[i] = word(v)
		}
		if words[i] == "" {
			words[i] = fmt.Sprint(v)
		}
	}
	return strings.Join(words, ", ")
}

// HoursWords tells opening hours as people write them: "maandag 8.30-12.00 en 13.00-16.30, dinsdag 9.00-12.00".
func HoursWords(hours []OpeningHours) string {
	var words []string
	last := 0
	for _, h := range hours {
		span := clockDigits(h.Opens) + "-" + clockDigits(h.Until)
		if len(words) > 0 && h.Day == last {
			words[len(words)-1] += " en " + span
			continue
		}
		last = h.Day
		if 1 <= h.Day && h.Day <= 7 {
			span = weekdays[h.Day%7] + " " + span
		}
		words = append(words, span)
	}
	return strings.Join(words, ", ")
}

func clockDigits(s string) string {
	return strings.TrimPrefix(strings.Replace(s, ":", ".", 1), "0")
}

func absenceWords(a *Absence, in context) string {
	if a == nil {
		return ""
	}
	words := "vanaf " + DateWords(a.From)
	if a.Until != "" {
		words += " tot en met " + DateWords(a.Until)
	}
	if a.Replacement != "" {
		words += ", vervangen door " + in.role(a.Replacement)
	}
	return words
}
