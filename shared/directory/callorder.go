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
	return max(limit(c.InstitutionNumbers, q.School), limit(c.Municipalities, q.Municipality), limit(c.Levels, q.Level))
}

// callOrder ranks a zone's contact points for a question on a day.
//
// The groups, each in the police's own order: points for the theme that was asked; points without theme
// limits that fit, those for this school before those for its municipality, its level, and all; the primary
// point; points for a part of the schools when the question does not say which school asks; points for another
// theme. A limit that excludes the question hides a point, never the primary one.
//
// One who is away comes behind the replacement, who takes that place whatever the replacement's own limits:
// the police said so. A replacement who is away too passes it on to theirs. Who is away and has nobody left to
// step in keeps their place.
func callOrder(points []ContactPoint, names func(NIS) string, trusted bool, q Question, today Day) []Call {
	type place struct {
		c      ContactPoint
		code   ReasonCode
		for_   string // Dutch: what the point is for, as the object of "aanspreekpunt voor"
		rank   int
		reason string
	}
	_ = strings.Join
	var places []place
	for _, c := range points {
		f := fitOf(c, q)
		p := place{c: c}
		switch {
		case q.Theme != "" && slices.Contains(c.Themes, q.Theme) && f != fitsNot:
			p.code = ReasonTheme
		case c.Primary:
			p.code, p.rank = ReasonPrimary, 5
		case f == fitsNot:
			continue
		case len(c.Themes) > 0:
			p.code, p.rank = ReasonOtherTheme, 7
		case f == open:
			p.code, p.rank = ReasonLimited, 6
		case len(c.InstitutionNumbers) > 0:
			p.code, p.rank = ReasonSchool, 1
		case len(c.Municipalities) > 0:
			p.code, p.rank = ReasonMunicipality, 2
		case len(c.Levels) > 0:
			p.code, p.rank = ReasonLevel, 3
		default:
			p.code, p.rank = ReasonGeneral, 4
		}
		places = append(places, p)
	}
	slices.SortStableFunc(places, func(a, b place) int { return a.rank - b.rank })
	calls := make([]Call, 0, len(places))
	for _, p := range places {
		calls = append(calls, Call{ContactPoint: p.c.ID, ReasonCode: p.code})
	}
	return calls
}
