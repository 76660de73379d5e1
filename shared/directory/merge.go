package directory

import "slices"

// ChangedBy says which side of a conflict left a common version.
type ChangedBy string

// The sides.
const (
	ChangedByThem ChangedBy = "them"
	ChangedByYou  ChangedBy = "you"
	ChangedByBoth ChangedBy = "both" // each to something else, or the common version is not known
)

// Difference is a field in which two versions that were made from the same one disagree.
type Difference struct {
	Field  string // as in Change; also the key of a choice
	Label  string // Dutch
	By     ChangedBy
	Theirs []Shown // line by line; empty when they have no value
	Yours  []Shown
}

// Compare lists where their version and yours disagree, field by field. base is the version that yours was made
// from; nil when it is not known any more. Ids of contact points must be unique in each.
func Compare(base *Profile, theirs, yours Profile, names Names) []Difference {
	theirs, yours = canonical(theirs), canonical(yours)
	their, your := contextOf(theirs, names), contextOf(yours, names)
	var byThem, byYou []difference
	if base != nil {
		byThem, byYou = differences(*base, theirs), differences(*base, yours)
	}
	var list []Difference
	for _, d := range differences(theirs, yours) {
		out := Difference{Field: d.path, Label: d.label, By: changedBy(base != nil, d.in(byThem), d.in(byYou))}
		switch {
		case d.zone != nil:
			out.Theirs, out.Yours = shownOf(d.zone.items(theirs, their)), shownOf(d.zone.items(yours, your))
		case d.path == orderField:
			out.Theirs = shownOf(one(wordsOf(pointIDs(theirs), their.role), SeenByEveryone, false))
			out.Yours = shownOf(one(wordsOf(pointIDs(yours), your.role), SeenByEveryone, false))
		case d.point != nil:
			out.Theirs, out.Yours = shownOf(d.point.items(*theirs.pointByID(d.id), their)), shownOf(d.point.items(*yours.pointByID(d.id), your))
		default:
			out.Theirs, out.Yours = shownPoint(theirs.pointByID(d.id), their), shownPoint(yours.pointByID(d.id), your)
		}
		list = append(list, out)
	}
	return list
}

// OnlyConfirmed tells whether nothing but confirmations came between the version that someone began from and the
// current one. Only then may their input be saved without asking.
func OnlyConfirmed(base, current Profile) bool { return Same(base, current) }

// Merge is their version with your value in each field for which yours is chosen, by the fields' names as Compare
// gives them. The result must be checked like any other input: two good versions can make a bad one.
func Merge(theirs, yours Profile, chooseYours func(field string) bool) Profile {
	theirs, yours = canonical(theirs), canonical(yours)
	merged := canonical(theirs)
	primary, order, others := primaryIDs(theirs), theirs, yours
	for _, d := range differences(theirs, yours) {
		if !chooseYours(d.path) {
			continue
		}
		switch {
		case d.path == primaryField:
			primary = primaryIDs(yours)
		case d.zone != nil:
			d.zone.set(&merged, yours)
		case d.path == orderField:
			order, others = yours, theirs
		case d.point != nil:
			d.point.set(merged.pointByID(d.id), *yours.pointByID(d.id))
		case yours.pointByID(d.id) == nil:
			merged.ContactPoints = slices.DeleteFunc(merged.ContactPoints, func(c ContactPoint) bool { return c.ID == d.id })
		default:
			merged.ContactPoints = append(merged.ContactPoints, *yours.pointByID(d.id))
		}
	}
	setPrimary(&merged, primary)
	ids := mergedOrder(pointIDs(order), pointIDs(others))
	slices.SortStableFunc(merged.ContactPoints, func(a, b ContactPoint) int {
		return slices.Index(ids, a.ID) - slices.Index(ids, b.ID)
	})
	return canonical(merged)
}

// mergedOrder is the first order with what only the second has, each behind the one that it stood behind there.
func mergedOrder(first, second []string) []string {
	ids := slices.Clone(first)
	for i, id := range second {
		if slices.Contains(ids, id) {
			continue
		}
		at := 0
		if i > 0 {
			at = slices.Index(ids, second[i-1]) + 1
		}
		ids = slices.Insert(ids, at, id)
	}
	return ids
}

// difference is a field in which two profiles differ: of the zone, of a contact point that both have, or, with
// neither set, the order or a contact point that only one has.
type difference struct {
	path, label string
	zone        *zoneField
	point       *pointField
	id          string
}

// differences goes through every field, in the order in which Diff tells them.
func differences(a, b Profile) []difference {
	a, b = canonical(a), canonical(b)
	var list []difference
	zone := func(f *zoneField) {
		if !sameZoneField(*f, a, b) {
			list = append(list, difference{path: f.name, label: f.label, zone: f})
		}
	}
	zone(&zoneFields[0])
	if !slices.Equal(commonOrder(a, b), commonOrder(b, a)) {
		list = append(list, difference{path: orderField, label: "Volgorde"})
	}
	for _, c := range b.ContactPoints {
		other := a.pointByID(c.ID)
		if other == nil {
			list = append(list, difference{path: pointPath(c.ID, ""), label: "Aanspreekpunt " + c.Role, id: c.ID})
			continue
		}
		for i := range pointFields {
			if f := &pointFields[i]; !samePointField(*f, *other, c) {
				list = append(list, difference{path: pointPath(c.ID, f.name), label: c.Role + ": " + f.label, point: f, id: c.ID})
			}
		}
	}
	for _, c := range a.ContactPoints {
		if b.pointByID(c.ID) == nil {
			list = append(list, difference{path: pointPath(c.ID, ""), label: "Aanspreekpunt " + c.Role, id: c.ID})
		}
	}
	for i := range zoneFields[1:] {
		zone(&zoneFields[i+1])
	}
	return list
}

// in tells whether a field is among the differences of two versions. A contact point that only one of them has
// differs in every field, and one that differs in any field differs as a whole.
func (d difference) in(list []difference) bool {
	return slices.ContainsFunc(list, func(o difference) bool {
		return o.path == d.path || d.id != "" && o.id == d.id && (o.point == nil || d.point == nil)
	})
}

// changedBy tells who left the common version in a field in which the two sides disagree.
func changedBy(known, them, you bool) ChangedBy {
	switch {
	case known && !them:
		return ChangedByYou
	case known && !you:
		return ChangedByThem
	}
	return ChangedByBoth
}

func shownOf(items []item) []Shown {
	var shown []Shown
	for _, it := range items {
		shown = append(shown, it.Shown)
	}
	return shown
}

// shownPoint shows all of a contact point; nothing of one that is not there.
func shownPoint(c *ContactPoint, in context) []Shown {
	if c == nil {
		return nil
	}
	var shown []Shown
	for _, f := range pointFields {
		shown = append(shown, shownOf(f.items(*c, in))...)
	}
	return shown
}
