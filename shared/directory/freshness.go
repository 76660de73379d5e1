package directory

import "time"

// Freshness says how far a zone's data can be trusted, by the day on which its police last confirmed it.
type Freshness string

// The four states.
const (
	FreshnessFresh       Freshness = "fresh"       // confirmed at most 180 days ago
	FreshnessAgeing      Freshness = "ageing"      // at most 365 days ago
	FreshnessStale       Freshness = "stale"       // longer ago
	FreshnessUnconfirmed Freshness = "unconfirmed" // never confirmed
)

// Days after a confirmation up to and including which data is fresh, and ageing.
const (
	FreshDays  = 180
	AgeingDays = 365
)

// FreshnessOf counts calendar days in Brussels between the confirmation and now. A nil assuredAt is a zone that
// never confirmed. A confirmation that lies ahead of now, by a clock that is off, counts as fresh.
func FreshnessOf(assuredAt *time.Time, now time.Time) Freshness {
	if assuredAt == nil {
		return FreshnessUnconfirmed
	}
	switch days := DayOf(*assuredAt).DaysUntil(DayOf(now)); {
	case days <= FreshDays:
		return FreshnessFresh
	case days <= AgeingDays:
		return FreshnessAgeing
	}
	return FreshnessStale
}
