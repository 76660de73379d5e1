package directory

import "time"

// Profile is what a zone's police keep themselves. It is stored as JSON; new code must read old profiles.
type Profile struct {
	Code            ZoneCode       `json:"code"`
	Version         int            `json:"version"` // 1 and up; a zone that never saved has no profile
	ContactPoints   []ContactPoint `json:"contactPoints"`
	Phone           string         `json:"phone,omitempty"` // the zone's desk: E.164, or a national short number
	Email           string         `json:"email,omitempty"`
	Website         string         `json:"website,omitempty"`
	Address         *Address       `json:"address,omitempty"`
	Partners        []Partner      `json:"partners,omitempty"`
	AssuredAt       *time.Time     `json:"assuredAt,omitempty"`  // last confirmation; nil: never confirmed
	ModifiedAt      *time.Time     `json:"modifiedAt,omitempty"` // last change
	SavedAt         *time.Time     `json:"savedAt,omitempty"`    // last save, also one that changed nothing
	ManagementEmail string         `json:"managementEmail,omitempty"`
	ReminderDays    []int          `json:"reminderDays,omitempty"`

	// Former is never stored: in an effective profile, the zones whose points serve a part of the zone.
	Former []Former `json:"-"`
}

// Visibility says who may see a value.
type Visibility string

// The two visibilities. The zero value counts as VisibleSchools: what is not marked public is not public.
const (
	VisiblePublic  Visibility = "public"
	VisibleSchools Visibility = "schools"
)

// ContactPoint is one person or service of a zone that schools can turn to.
type ContactPoint struct {
	ID                 string              `json:"id"`   // unique in the zone, lower-case letters, digits and hyphens
	Role               string              `json:"role"` // free text: "Jeugdinspecteur"
	Name               string              `json:"name,omitempty"`
	NameVisibility     Visibility          `json:"nameVisibility,omitempty"`
	Primary            bool                `json:"primary"`
	Themes             []Theme             `json:"themes"`             // empty: no limit
	Levels             []Level             `json:"levels"`             // empty: no limit
	Municipalities     []NIS               `json:"municipalities"`     // empty: no limit
	InstitutionNumbers []InstitutionNumber `json:"institutionNumbers"` // empty: no limit
	Languages          []string            `json:"languages"`          // "nl", "fr", "en", "de"; empty: Dutch
	Phones             []Phone             `json:"phones"`
	Emails             []Email             `json:"emails"`
	Availability       string              `json:"availability,omitempty"` // free text, kept for schools
	AvailabilityPublic bool                `json:"availabilityPublic,omitempty"`
	OpeningHours       []OpeningHours      `json:"openingHours,omitempty"`
	OpeningHoursPublic bool                `json:"openingHoursPublic,omitempty"`
	Absence            *Absence            `json:"absence,omitempty"`
	AbsencePublic      bool                `json:"absencePublic,omitempty"`

	// Origin is never stored: in an effective profile, for which part of the zone the point stands there.
	Origin *Origin `json:"-"`
}

// Phone is a number with who may see it. Note follows the number's visibility.
type Phone struct {
	Number     string     `json:"number"` // E.164, or a national short number of three or four digits
	Visibility Visibility `json:"visibility"`
	Note       string     `json:"note,omitempty"`
}

// Email is an address with who may see it.
type Email struct {
	Address    string     `json:"address"`
	Visibility Visibility `json:"visibility"`
}

// OpeningHours is one span of reachable time that returns every week.
type OpeningHours struct {
	Day   int    `json:"day"`   // 1 Monday … 7 Sunday
	Opens string `json:"opens"` // HH:mm, Brussels time
	Until string `json:"until"` // HH:mm, later than Opens; "24:00" is midnight
}

// Absence says from when until when someone is away, both days included, and who steps in.
type Absence struct {
	From        Day    `json:"from"`
	Until       Day    `json:"until,omitempty"`       // "" while unknown
	Replacement string `json:"replacement,omitempty"` // id of another contact point of the zone
}

// PartnerKind is what a zone's partner is.
type PartnerKind string

// The kinds of partners.
const (
	PartnerPreventionService PartnerKind = "preventionService"
	PartnerCLB               PartnerKind = "clb"
	PartnerLOP               PartnerKind = "lop"
	PartnerProsecutor        PartnerKind = "prosecutor"
	PartnerWorkingGroup      PartnerKind = "workingGroup"
)

// Partner is an organisation that a zone works with for schools; everything in it is public.
type Partner struct {
	Kind    PartnerKind `json:"kind"`
	Name    string      `json:"name"`
	Website string      `json:"website,omitempty"`
}
