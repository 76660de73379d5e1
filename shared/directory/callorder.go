package directory

import (
	"slices"
	"strings"
)

// fit says whether a contact point's limits leave room for a question.
type fit int

const (
	fits    fit = iota // every limit is met
	open               // a limit is about something that the question does not say
	fitsNot            // a limit excludes the question
)

// limit is the fit of one list of limits: an empty list is no limit.
func limit[T comparable](allowed []T, asked T) fit {
	var unknown T
	switch {
	case len(allowed) == 0, slices.Contains(allowed, asked):
		return fits
	case asked == unknown:
		return open
	}
	return fitsNot
}

// fitOf judges all limits of a contact point but its themes; each one must be met.
func fitOf(c ContactPoint, q Question) fit {
	return max(limit(c.InstitutionNumbers, q.School), limit(c.Municipalities, q.Municipality), limit(c.Levels, q.Level), originFit(c, q))
}

// originFit tells whether a point stands in an effective profile for the part of the zone that is asked about.
func originFit(c ContactPoint, q Question) fit {
	if c.Origin == nil {
		return fits
	}
	return limit(c.Origin.Municipalities, q.Municipality)
}

// rank is the group of the call order in which a point stands, the first group lowest.
type rank int

const (
	rankTheme rank = iota
	rankThemeOpen
	rankSchool
	rankMunicipality
	rankLevel
	rankGeneral
	rankPrimary
	rankLimited
	rankOtherTheme
)

// rankOf places a point that is asked about, or tells that its limits hide it.
func rankOf(c ContactPoint, q Question) (rank, bool) {
	f := fitOf(c, q)
	if originFit(c, q) == fitsNot {
		return 0, false // the primary one of another part of the zone, too: this part has its own
	}
	if q.Theme != "" && f != fitsNot && slices.Contains(c.Themes, q.Theme) {
		if f == open {
			return rankThemeOpen, true
		}
		return rankTheme, true
	}
	switch {
	case c.Primary:
		return rankPrimary, true
	case f == fitsNot:
		return 0, false
	case len(c.Themes) > 0:
		return rankOtherTheme, true
	case f == open:
		return rankLimited, true
	case len(c.InstitutionNumbers) > 0:
		return rankSchool, true
	case len(c.Municipalities) > 0:
		return rankMunicipality, true
	case len(c.Levels) > 0:
		return rankLevel, true
	}
	return rankGeneral, true
}

var reasonCodes = [...]ReasonCode{
	rankTheme: ReasonTheme, rankThemeOpen: ReasonTheme, rankSchool: ReasonSchool,
	rankMunicipality: ReasonMunicipality, rankLevel: ReasonLevel, rankGeneral: ReasonGeneral,
	rankPrimary: ReasonPrimary, rankLimited: ReasonLimited, rankOtherTheme: ReasonOtherTheme,
}

// place is a contact point at its place in the call order.
type place struct {
	c      ContactPoint
	rank   rank
	reason string // Dutch, before absences are told
	call   Call
}

// callOrder ranks a zone's contact points for a question on a day. A trusted caller may see what the zone keeps
// for schools, and so reads in the reasons who is away until when.
//
// The groups, each in the police's own order: points for the theme that was asked; points without theme
// limits that fit, those for this school before those for its municipality, its level, and all; the primary
// point; points for a part of the schools when the question does not say which school asks; points for another
// theme. A limit that excludes the question hides a point, never the primary one, but for one that stands there for
// another part of a zone that has not decided yet since it took over municipalities (Effective). A point for the asked theme
// whose limits the question leaves open comes behind those that surely fit.
//
// One who is away comes behind the replacement, who takes that place whatever the replacement's own limits:
// the police said so. A replacement who is away too passes it on to theirs. Who is away and has nobody left to
// step in keeps their place: their numbers may still be answered, and a visitor may not learn of the absence.
func callOrder(points []ContactPoint, names func(NIS) string, trusted bool, q Question, today Day) []Call {
	var places []*place
	for _, c := range points {
		r, shown := rankOf(c, q)
		if !shown {
			continue
		}
		reason := reasonWords(c, r, q, names)
		places = append(places, &place{c, r, reason, Call{c.ID, reason, reasonCodes[r]}})
	}
	slices.SortStableFunc(places, func(a, b *place) int { return int(a.rank) - int(b.rank) })

	for _, away := range slices.Clone(places) {
		if !away.c.Absence.covers(today) {
			continue
		}
		told := trusted || away.c.AbsencePublic
		in, found := standIn(points, away.c, today)
		switch {
		case told:
			away.call.Reason = away.reason + ", afwezig" + untilWords(away.c.Absence)
		case found:
			away.call.Reason = away.reason + ", bel eerst de vervanger"
		}
		if !found {
			continue
		}
		at := slices.Index(places, away)
		from := slices.IndexFunc(places, func(p *place) bool { return p.c.ID == in.ID })
		if from >= 0 && from < at {
			if p := places[from]; p.call.Reason == p.reason { // otherwise it says already whose place it takes
				if told {
					p.call.Reason += ", " + standInWords(away, "vervangt ook", trusted, q, names)
				} else {
					p.call.Reason += ", nu ook vervanger"
				}
			}
			continue
		}
		p := &place{c: in}
		if from >= 0 {
			p = places[from]
			places = slices.Delete(places, from, from+1)
		}
		p.call = Call{ContactPoint: in.ID, ReasonCode: ReasonReplacement, Reason: away.reason + ", nu via de vervanger"}
		if told {
			p.call.Reason = standInWords(away, "vervangt", trusted, q, names)
		}
		places = slices.Insert(places, at, p)
	}

	calls := make([]Call, 0, len(places))
	for _, p := range places {
		calls = append(calls, p.call)
	}
	return calls
}

// covers tells whether someone is away on a day. A nil absence covers none.
func (a *Absence) covers(day Day) bool {
	return a != nil && a.From <= day && (a.Until == "" || day <= a.Until)
}

// standIn follows the replacements of one who is away to the first who is not.
func standIn(points []ContactPoint, away ContactPoint, today Day) (ContactPoint, bool) {
	for range points { // a longer chain would be a circle
		i := slices.IndexFunc(points, func(c ContactPoint) bool { return c.ID == away.Absence.Replacement })
		if i < 0 {
			return ContactPoint{}, false
		}
		if !points[i].Absence.covers(today) {
			return points[i], true
		}
		away = points[i]
	}
	return ContactPoint{}, false
}

// PrimaryWords are the Dutch words for the primary contact point.
const PrimaryWords = "vast aanspreekpunt (PLP 41)"

// reasonWords says in Dutch why a point stands in its group.
func reasonWords(c ContactPoint, r rank, q Question, names func(NIS) string) string {
	switch r {
	case rankPrimary:
		if originFit(c, q) == open {
			return PrimaryWords + " voor " + limitWords(ContactPoint{Origin: c.Origin}, q, names) + originWords(c)
		}
		return PrimaryWords + originWords(c)
	case rankLimited:
		return "alleen voor " + limitWords(c, q, names) + originWords(c)
	case rankOtherTheme:
		words := "alleen voor " + InWords(c.Themes, Theme.Label)
		if fitOf(c, q) == open {
			words += ", voor " + limitWords(c, q, names)
		}
		return words + originWords(c)
	default:
		words := "aanspreekpunt voor " + purposeWords(c, r, q, names)
		if r == rankThemeOpen {
			words += ", alleen voor " + limitWords(c, q, names)
		}
		if c.Primary {
			words += ", ook " + PrimaryWords
		}
		return words + originWords(c)
	}
}

// originWords names the zone from which a point was taken over, with a comma before it; "" for a zone's own.
func originWords(c ContactPoint) string {
	if c.Origin == nil || c.Origin.Zone == "" {
		return ""
	}
	return ", tot nu toe politiezone " + c.Origin.Name
}

// purposeWords are what a point is for, as they stand behind "aanspreekpunt voor".
func purposeWords(c ContactPoint, r rank, q Question, names func(NIS) string) string {
	switch r {
	case rankTheme, rankThemeOpen:
		return q.Theme.Label()
	case rankSchool:
		return "deze school"
	case rankMunicipality:
		return names(q.Municipality)
	case rankLevel:
		return "het " + q.Level.Label()
	case rankLimited:
		return limitWords(c, q, names)
	case rankOtherTheme:
		return InWords(c.Themes, Theme.Label)
	default:
		return "alle scholen van de zone"
	}
}

// limitWords names the limits that a question leaves open.
func limitWords(c ContactPoint, q Question, names func(NIS) string) string {
	var words []string
	if limit(c.Levels, q.Level) == open {
		words = append(words, InWords(c.Levels, func(l Level) string { return "het " + l.Label() }))
	}
	if limit(c.InstitutionNumbers, q.School) == open {
		words = append(words, "bepaalde scholen")
	}
	municipalities := c.Municipalities
	if len(municipalities) == 0 && c.Origin != nil {
		municipalities = slices.SortedFunc(slices.Values(c.Origin.Municipalities), func(a, b NIS) int { return strings.Compare(names(a), names(b)) })
	}
	if limit(municipalities, q.Municipality) == open {
		if len(words) == 0 {
			words = append(words, "scholen")
		}
		words[len(words)-1] += " in " + InWords(municipalities, names)
	}
	return strings.Join(words, ", ")
}

// standInWords says whom a replacement stands in for and until when: only for callers who may see the absence.
func standInWords(away *place, verb string, trusted bool, q Question, names func(NIS) string) string {
	if away.c.Absence.Until == "" {
		verb += " voorlopig"
	}
	words := verb + " het aanspreekpunt voor " + purposeWords(away.c, away.rank, q, names)
	if away.rank == rankPrimary {
		words = verb + " het vast aanspreekpunt"
	}
	words += untilWords(away.c.Absence)
	if away.c.Name != "" && (trusted || away.c.NameVisibility == VisiblePublic) {
		words += ", in de plaats van " + away.c.Name
	}
	return words
}

// untilWords is the end of an absence, with a space before it; "" while unknown.
func untilWords(a *Absence) string {
	if a.Until == "" {
		return ""
	}
	return " tot en met " + DateWords(a.Until)
}
