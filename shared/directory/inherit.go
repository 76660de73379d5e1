package directory

import (
	"cmp"
	"slices"
	"time"
)

// Lineage is the way of one municipality of before to the zone in which it lies now.
type Lineage struct {
	NIS     NIS      `json:"nis"`               // of the municipality in which it lies now
	Codes   []NIS    `json:"codes,omitempty"`   // that it had before
	Keepers []Keeper `json:"keepers,omitempty"` // zones in which it lay before, newest first
}

// Keeper is a zone in which a municipality lay until a moment.
type Keeper struct {
	Zone  ZoneCode  `json:"zone"`
	Until time.Time `json:"until"`
}

// Sources are the zones whose profiles decide, beside the zone's own, on what it answers with: those that had its
// municipalities before. Ascending; none for nearly every zone, and at most eight.
func (f ZoneFacts) Sources() []ZoneCode {
	var codes []ZoneCode
	for _, l := range f.Lineages {
		for _, k := range l.Keepers {
			if k.Zone != f.Code && !slices.Contains(codes, k.Zone) {
				codes = append(codes, k.Zone)
			}
		}
	}
	slices.Sort(codes)
	return codes
}

// WithSources are zones with all their sources, each code once: those whose profiles Effective needs.
func WithSources(zones []ZoneFacts) []ZoneCode {
	var codes []ZoneCode
	for _, z := range zones {
		for _, code := range append([]ZoneCode{z.Code}, z.Sources()...) {
			if !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

// Origin tells of a contact point in an effective profile where it comes from, and for which part of the zone it
// stands there.
type Origin struct {
	Zone           ZoneCode // that the zone took it over from; "" for its own
	Name           string   // of that zone
	Municipalities []NIS    // of today, ascending; empty for the whole zone
}

// Former is a zone whose points and desk serve its old municipalities until the zone that has them now decides.
type Former struct {
	Predecessor
	Municipalities  []NIS // of today, ascending
	ManagementEmail string
}

// savedAt is when police last saved the profile; zero when they never did.
func (p Profile) savedAt() time.Time {
	switch {
	case p.SavedAt != nil:
		return *p.SavedAt
	case p.ModifiedAt != nil: // stored before saves kept their moment
		return *p.ModifiedAt
	}
	return time.Time{}
}

// Undecided tells that the zone took municipalities over and saved nothing since: a part of what it shows is that
// of the zones of before, and cannot be confirmed before it is saved.
func (p Profile) Undecided() bool { return len(p.Former) > 0 }

// ManagementEmails are the addresses at which the zone is mailed: its own, or those of the zones of before while it
// has none.
func (p Profile) ManagementEmails() []string {
	if p.ManagementEmail != "" {
		return []string{p.ManagementEmail}
	}
	var list []string
	for _, f := range p.Former {
		if f.ManagementEmail != "" && !slices.Contains(list, f.ManagementEmail) {
			list = append(list, f.ManagementEmail)
		}
	}
	return list
}

// Effective is what a zone answers with on the strength of what was saved: its own profile, or, as long as it saved
// nothing since it took municipalities over, its own for those that it had, and for the others the profile of the zone
// that had them before. saved holds the stored profiles by code, at least those of the zone and its Sources. Nil when
// there is neither a profile nor anything taken over: the zone has its reference facts.
//
// A point that was taken over keeps its visibility, its limits and its place among those of its zone, and serves that
// zone's old municipalities only; so several primary points may stand there, one for each part. The result must not be
// stored: the zone's first save makes one profile of it, with one primary point.
func (f ZoneFacts) Effective(saved map[ZoneCode]Profile) *Profile {
	own, has := saved[f.Code]
	var owned []NIS                   // that the zone's own profile serves
	taken := map[ZoneCode][]Lineage{} // by the zone of before that serves them
	mine := []Lineage{}
	for _, l := range f.Lineages {
		keeper := f.keeperOf(l, saved)
		if p, ok := saved[keeper]; keeper != f.Code && (!ok || len(p.ContactPoints) == 0) && len(own.ContactPoints) > 0 {
			keeper = f.Code // who had nothing gives nothing, and the zone has somebody
		}
		if keeper == f.Code {
			mine = append(mine, l)
		} else {
			taken[keeper] = append(taken[keeper], l)
		}
	}
	for _, nis := range f.Municipalities {
		isOf := func(l Lineage) bool { return l.NIS == nis }
		if slices.ContainsFunc(mine, isOf) || !slices.ContainsFunc(f.Lineages, isOf) {
			owned = append(owned, nis)
		}
	}
	if !has && len(taken) == 0 {
		return nil
	}
	p := canonical(own)
	if !has {
		p = ProfileOfFacts(f)
	}
	codes := codesOf(mine)
	var points []ContactPoint
	for _, c := range p.ContactPoints {
		c.Municipalities = translated(c.Municipalities, codes)
		if part := f.part(owned); len(part) > 0 {
			c.Origin = &Origin{Municipalities: part}
		}
		points = append(points, c)
	}
	p.ContactPoints = filled(points)
	if len(taken) == 0 {
		return &p
	}
	counts := len(p.ContactPoints) > 0 && len(owned) > 0
	if !counts {
		p.AssuredAt = nil
	}
	for _, before := range f.Predecessors {
		lineages, ok := taken[before.Code]
		if !ok {
			continue
		}
		former := Former{Predecessor: before, Municipalities: municipalitiesOf(lineages)}
		theirs, saved := saved[before.Code]
		if saved {
			theirs = canonical(theirs)
			former.Phone, former.Email, former.Website, former.Address = theirs.Phone, theirs.Email, theirs.Website, theirs.Address
			former.ManagementEmail = theirs.ManagementEmail
			p.take(theirs, former, codesOf(lineages), f.part(former.Municipalities))
			for _, partner := range theirs.Partners {
				if !slices.Contains(p.Partners, partner) {
					p.Partners = append(p.Partners, partner)
				}
			}
			if m := theirs.ModifiedAt; m != nil && (p.ModifiedAt == nil || m.After(*p.ModifiedAt)) {
				p.ModifiedAt = m
			}
		}
		switch { // the oldest confirmation speaks for all, and none when one is missing
		case !counts:
			p.AssuredAt, counts = theirs.AssuredAt, true
		case p.AssuredAt != nil && (theirs.AssuredAt == nil || theirs.AssuredAt.Before(*p.AssuredAt)):
			p.AssuredAt = theirs.AssuredAt
		}
		p.Former = append(p.Former, former)
	}
	return &p
}

// keeperOf is the zone whose profile serves a municipality: the newest one that saved since it has it, or else the
// first one.
func (f ZoneFacts) keeperOf(l Lineage, saved map[ZoneCode]Profile) ZoneCode {
	at := f.Code
	for _, k := range l.Keepers {
		if p, ok := saved[at]; ok && !p.savedAt().Before(k.Until) {
			return at
		}
		at = k.Zone
	}
	return at
}

// part is a list of municipalities of the zone, or nil when it is all of them.
func (f ZoneFacts) part(list []NIS) []NIS {
	if len(list) == len(f.Municipalities) {
		return nil
	}
	return list
}

// take adds the points of a zone of before, under ids of their own, for a part of the zone.
func (p *Profile) take(theirs Profile, former Former, codes map[NIS]NIS, part []NIS) {
	id := func(old string) string {
		if old == "" {
			return ""
		}
		old = string(former.Code) + "-" + old
		return old[:min(len(old), maxIDLength)]
	}
	for _, c := range theirs.ContactPoints {
		limited := len(c.Municipalities) > 0
		c.Municipalities = slices.DeleteFunc(translated(c.Municipalities, codes), func(n NIS) bool { return !slices.Contains(former.Municipalities, n) })
		if limited && len(c.Municipalities) == 0 && !c.Primary {
			continue // for a municipality that went elsewhere
		}
		c.ID = id(c.ID)
		if p.pointByID(c.ID) != nil { // two long ids that begin alike
			c.ID = NewPointID(c.ID[:maxIDLength-4], func(taken string) bool { return p.pointByID(taken) != nil })
		}
		if c.Absence != nil {
			c.Absence = &Absence{c.Absence.From, c.Absence.Until, id(c.Absence.Replacement)}
		}
		c.Origin = &Origin{former.Code, former.Name, part}
		p.ContactPoints = append(p.ContactPoints, c)
	}
}

// codesOf leads from every code that municipalities had to the one that they have.
func codesOf(lineages []Lineage) map[NIS]NIS {
	codes := map[NIS]NIS{}
	for _, l := range lineages {
		for _, old := range l.Codes {
			codes[old] = l.NIS
		}
	}
	return codes
}

// translated gives the codes of today for those that police wrote down, each once.
func translated(list []NIS, codes map[NIS]NIS) []NIS {
	now := make([]NIS, 0, len(list))
	for _, nis := range list {
		if to, ok := codes[nis]; ok {
			nis = to
		}
		if !slices.Contains(now, nis) {
			now = append(now, nis)
		}
	}
	return now
}

func municipalitiesOf(lineages []Lineage) []NIS {
	var list []NIS
	for _, l := range lineages {
		list = append(list, l.NIS)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Outlived are the profiles of zones that ended PersonalDays before a day and that no zone shows any more, of which
// personal values are still kept: nobody saves them again, so what is personal in them must be forgotten (Skeleton).
// zones are those of the day, ended tells when one ended ("" for one that did not, or nobody knows when), and saved has
// all stored profiles.
func Outlived(zones []ZoneFacts, ended func(ZoneCode) string, saved map[ZoneCode]Profile, day Day) []Profile {
	var list []Profile
	shown := map[ZoneCode]bool{}
	for _, z := range zones {
		if len(z.Lineages) == 0 {
			continue
		}
		if p := z.Effective(saved); p != nil {
			for _, f := range p.Former {
				shown[f.Code] = true
			}
		}
	}
	for code, p := range saved {
		end, err := ParseDay(ended(code))
		if err == nil && !shown[code] && end.DaysUntil(day) >= PersonalDays && !Same(p, Skeleton(p)) {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b Profile) int { return cmp.Compare(a.Code, b.Code) })
	return list
}

// Proposed is an effective profile as the zone would save it: what was taken over is the zone's own, limited to the
// municipalities that it serves, and where several points were the primary one, none is, for the zone must choose. It
// still is Undecided. A profile in which nothing was taken over is proposed as it is.
func (p Profile) Proposed() Profile {
	if !p.Undecided() {
		return p
	}
	next := canonical(p)
	for i := range next.ContactPoints {
		c := &next.ContactPoints[i]
		if c.Origin != nil && c.Origin.Zone != "" && len(c.Municipalities) == 0 {
			c.Municipalities = filled(c.Origin.Municipalities)
		}
		c.Origin = nil
	}
	if len(primaryIDs(next)) > 1 {
		setPrimary(&next, nil)
	}
	if mails := next.ManagementEmails(); len(mails) == 1 {
		next.ManagementEmail = mails[0]
	}
	return next
}
