package directory

import "slices"

// CoverageState says whether a zone has a primary contact point that its police confirmed, and how long ago.
type CoverageState string

// The states. They are those of Freshness, but that a zone without a primary contact point has CoverageNone whatever
// else it confirmed.
const (
	CoverageFresh  CoverageState = "fresh"  // confirmed at most 180 days ago
	CoverageAgeing CoverageState = "ageing" // at most 365 days ago
	CoverageStale  CoverageState = "stale"  // longer ago
	CoverageNone   CoverageState = "none"   // never confirmed, or no primary contact point
)

// CoverageStates lists the states, the best first.
func CoverageStates() []CoverageState {
	return []CoverageState{CoverageFresh, CoverageAgeing, CoverageStale, CoverageNone}
}

// ToCall tells whether administrators should call a zone in this state: schools cannot count on its contact points.
func (s CoverageState) ToCall() bool { return s == CoverageStale || s == CoverageNone }

// CoverageOf is the state of a zone on a day by what it answers with (ZoneFacts.Effective): while it did not decide on
// what it took over, schools count on the points of before. p is nil for a zone that answers with its facts alone.
func CoverageOf(p *Profile, day Day) CoverageState {
	if !p.HasPrimary() {
		return CoverageNone
	}
	if f := FreshnessOf(p.AssuredAt, day.Start()); f != FreshnessUnconfirmed {
		return CoverageState(f)
	}
	return CoverageNone
}

// HasPrimary tells whether a zone has its fixed contact point of PLP 41, of its own or of the zones of before.
func (p *Profile) HasPrimary() bool {
	return p != nil && slices.ContainsFunc(p.ContactPoints, func(c ContactPoint) bool { return c.Primary })
}

// CoverageCount counts zones. Every zone is in exactly one of Fresh, Ageing, Stale and None.
type CoverageCount struct {
	Zones            int `json:"zones"`
	WithContactPoint int `json:"withContactPoint"` // with a primary contact point, confirmed or not
	Fresh            int `json:"fresh"`
	Ageing           int `json:"ageing"`
	Stale            int `json:"stale"`
	None             int `json:"none"`
}

// Of is the number of zones in one state.
func (c CoverageCount) Of(s CoverageState) int {
	switch s {
	case CoverageFresh:
		return c.Fresh
	case CoverageAgeing:
		return c.Ageing
	case CoverageStale:
		return c.Stale
	}
	return c.None
}

// ProvinceCoverage is the count of one province, or of Brussels.
type ProvinceCoverage struct {
	Province string `json:"province"` // as in ZoneFacts
	CoverageCount
}

// Coverage is which zones schools can reach through a contact point, counted on one day.
type Coverage struct {
	Day       Day                        `json:"day"`
	Provinces []ProvinceCoverage         `json:"provinces"`        // every one, as Provinces has them
	States    map[ZoneCode]CoverageState `json:"states,omitempty"` // of each zone; kept for the newest day only
}

// NewCoverage begins a count; Add adds the zones.
func NewCoverage(day Day) *Coverage {
	c := &Coverage{Day: day, States: map[ZoneCode]CoverageState{}}
	for _, p := range Provinces() {
		c.Provinces = append(c.Provinces, ProvinceCoverage{Province: p})
	}
	return c
}

// Add counts one zone with what its police keep; p is nil for a zone that never saved.
func (c *Coverage) Add(f ZoneFacts, p *Profile) {
	i := slices.IndexFunc(c.Provinces, func(pc ProvinceCoverage) bool { return pc.Province == f.Province })
	if i < 0 { // no zone is left out of the sum
		i = len(c.Provinces)
		c.Provinces = append(c.Provinces, ProvinceCoverage{Province: f.Province})
	}
	state, count := CoverageOf(p, c.Day), &c.Provinces[i].CoverageCount
	c.States[f.Code] = state
	count.Zones++
	if p.HasPrimary() {
		count.WithContactPoint++
	}
	switch state {
	case CoverageFresh:
		count.Fresh++
	case CoverageAgeing:
		count.Ageing++
	case CoverageStale:
		count.Stale++
	default:
		count.None++
	}
}

// Total is the count of all provinces together.
func (c Coverage) Total() CoverageCount {
	var t CoverageCount
	for _, p := range c.Provinces {
		t.Zones += p.Zones
		t.WithContactPoint += p.WithContactPoint
		t.Fresh += p.Fresh
		t.Ageing += p.Ageing
		t.Stale += p.Stale
		t.None += p.None
	}
	return t
}
