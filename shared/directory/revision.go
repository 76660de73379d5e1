package directory

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// What a zone cannot confirm.
var (
	ErrNeverSaved = errors.New("zone was never saved")                                 // there are only reference facts
	ErrUndecided  = errors.New("zone saved nothing since it took others' points over") // it must make them its own first
)

// Saved is the next version of a profile, with an input that Validation.Check found right. modifiedAt moves only
// when something changed, assuredAt only when the save confirms, too.
//
// A save that changes nothing is a version all the same: every write that succeeds uses up the version it was made
// from, so that of any number of writers who began alike exactly one succeeds, whatever they write.
func (p Profile) Saved(in ZoneInput, now time.Time) Profile {
	next := canonical(Profile{
		Code: p.Code, Version: p.Version + 1, AssuredAt: p.AssuredAt, ModifiedAt: p.ModifiedAt,
		ContactPoints: in.ContactPoints, Phone: in.Phone, Email: in.Email, Website: in.Website, Address: in.Address,
		Partners: in.Partners, ManagementEmail: in.ManagementEmail, ReminderDays: in.ReminderDays, SavedAt: moment(now),
	})
	if !Same(p, next) {
		next.ModifiedAt = moment(now)
	}
	if in.Assured {
		next.AssuredAt = moment(now)
	}
	return next
}

// Confirmed is the next version of a profile, of which only assuredAt moved. A profile that was never saved gives
// ErrNeverSaved, and an effective one of which a part was taken over ErrUndecided.
func (p Profile) Confirmed(now time.Time) (Profile, error) {
	if p.Undecided() {
		return Profile{}, ErrUndecided
	}
	if p.Version == 0 {
		return Profile{}, ErrNeverSaved
	}
	next := canonical(p)
	next.Version++
	next.AssuredAt = moment(now)
	return next, nil
}

// moment is a time as it is stored: in UTC, whole seconds.
func moment(t time.Time) *time.Time {
	t = t.UTC().Truncate(time.Second)
	return &t
}

// RestoreInput is what someone saves who restores an older version: all that it held, but public only where the
// same value is public today. It must be checked like any other input, since schools and municipalities move.
//
// A name, number or address stays public when the current version shows it to everybody. Availability, opening
// hours and an absence stay public when that contact point's are today. All else becomes what schools see: the
// summary says so, and who means it can make it public again. A management address that was forgotten in the old
// version stays the current one, or the zone would no longer be reminded.
func RestoreInput(old, current Profile) ZoneInput {
	in := old.Input()
	current = canonical(current)
	names, numbers, addresses := map[string]bool{}, map[string]bool{current.Phone: true}, map[string]bool{strings.ToLower(current.Email): true}
	for _, c := range current.ContactPoints {
		if c.NameVisibility == VisiblePublic {
			names[c.Name] = true
		}
		for _, ph := range c.Phones {
			// A note is as public as its number, so the two stay together.
			if ph.Visibility == VisiblePublic {
				numbers[ph.Number] = true
			}
		}
		for _, e := range c.Emails {
			if e.Visibility == VisiblePublic {
				addresses[strings.ToLower(e.Address)] = true
			}
		}
	}
	for i := range in.ContactPoints {
		c := &in.ContactPoints[i]
		if !names[c.Name] {
			c.NameVisibility = VisibleSchools
		}
		for j := range c.Phones {
			if ph := &c.Phones[j]; !numbers[ph.Number] {
				ph.Visibility = VisibleSchools
			}
		}
		for j := range c.Emails {
			if e := &c.Emails[j]; !addresses[strings.ToLower(e.Address)] {
				e.Visibility = VisibleSchools
			}
		}
		today := current.pointByID(c.ID)
		c.AvailabilityPublic = c.AvailabilityPublic && today != nil && today.AvailabilityPublic
		c.OpeningHoursPublic = c.OpeningHoursPublic && today != nil && today.OpeningHoursPublic
		c.AbsencePublic = c.AbsencePublic && today != nil && today.AbsencePublic
	}
	if in.ManagementEmail == "" {
		in.ManagementEmail = current.ManagementEmail
	}
	return in
}

// PersonalDays is how many days a version's personal values are kept.
const PersonalDays = 400

// RevisionKind says how a version came about.
type RevisionKind string

// The kinds of revisions.
const (
	RevisionSaved     RevisionKind = "saved"
	RevisionConfirmed RevisionKind = "confirmed" // nothing changed, and someone said that all is right
	RevisionRestored  RevisionKind = "restored"
	RevisionImported  RevisionKind = "imported" // from a file with many zones; a practice: with the service itself

	// The kinds that only practices have.
	RevisionPublished RevisionKind = "published"
	RevisionWithdrawn RevisionKind = "withdrawn"
)

// Label is the kind in Dutch.
func (k RevisionKind) Label() string {
	switch k {
	case RevisionSaved:
		return "gewijzigd"
	case RevisionConfirmed:
		return "bevestigd"
	case RevisionRestored:
		return "hersteld"
	case RevisionImported:
		return "ingevoerd"
	case RevisionDeleted:
		return "gewist"
	case RevisionPublished:
		return "gepubliceerd"
	case RevisionWithdrawn:
		return "ingetrokken"
	}
	return string(k)
}

// Revision is one version of a zone in its history. It never changes; its personal values are forgotten.
type Revision struct {
	Zone     ZoneCode     `json:"zone"`
	Version  int          `json:"version"`
	Kind     RevisionKind `json:"kind"`
	At       time.Time    `json:"at"`
	Role     RoleName     `json:"role"`               // of who did it
	Name     string       `json:"name,omitempty"`     // of who did it; personal
	Subject  string       `json:"subject,omitempty"`  // of who did it, as the issuer names them; personal
	Note     string       `json:"note,omitempty"`     // why; free text, so personal
	Restored int          `json:"restored,omitempty"` // the version that was restored; 0 for other kinds
	Assured  bool         `json:"assured,omitempty"`  // it confirmed, too
	// Changes are those from the version before; at most changeBytes of them, MoreChanges counts the rest.
	Changes     []Change `json:"changes"`
	MoreChanges int      `json:"moreChanges,omitempty"`
	Profile     Profile  `json:"profile"` // all of the version
	// Forgotten tells that personal values were taken out because their time was over.
	Forgotten bool `json:"forgotten,omitempty"`
}

// changeBytes bounds the changes of one revision, so that it fits in an item beside its profile.
const changeBytes = 80_000

// Cause is who made a version, how and why.
type Cause struct {
	Kind     RevisionKind // a save that changed nothing and confirms is recorded as RevisionConfirmed
	By       Principal
	Note     string
	Restored int // for RevisionRestored
}

// NewRevision records that next came after old. For a zone's first version old is ProfileOfFacts.
func NewRevision(old, next Profile, cause Cause, names Names, now time.Time) Revision {
	r := Revision{
		Zone: next.Code, Version: next.Version, Kind: cause.Kind, At: *moment(now), Role: cause.By.Role,
		Name: cause.By.Name, Subject: cause.By.Subject, Note: cause.Note, Restored: cause.Restored,
		Assured: next.AssuredAt != nil && (old.AssuredAt == nil || !next.AssuredAt.Equal(*old.AssuredAt)),
		Profile: canonical(next),
	}
	all := Diff(old, next, names)
	if r.Kind == RevisionSaved && len(all) == 0 && r.Assured {
		r.Kind = RevisionConfirmed
	}
	r.Changes = []Change{}
	size := 0
	for i, c := range all {
		if size += c.size(); size > changeBytes {
			r.MoreChanges = len(all) - i
			break
		}
		r.Changes = append(r.Changes, c)
	}
	return r
}

// size is how many bytes of JSON a change takes, at most but for signs that JSON escapes.
func (c Change) size() int {
	n := len(c.Field) + len(c.Label) + 160
	for _, s := range []*Shown{c.Old, c.New} {
		if s != nil {
			n += len(s.Words)
		}
	}
	return n
}

// PersonalPart is what is forgotten of a revision: it is stored beside the skeleton and expires. Its lists replace
// those of the skeleton as a whole.
type PersonalPart struct {
	Zone            ZoneCode        `json:"zone"`
	Version         int             `json:"version"`
	ExpiresAt       time.Time       `json:"expiresAt"` // gone from then on, whatever still stands in the table
	Name            string          `json:"name,omitempty"`
	Subject         string          `json:"subject,omitempty"`
	Note            string          `json:"note,omitempty"`
	Changes         []Change        `json:"changes"`
	Phone           string          `json:"phone,omitempty"`
	Email           string          `json:"email,omitempty"`
	ManagementEmail string          `json:"managementEmail,omitempty"`
	Points          []PersonalPoint `json:"points"` // one for each contact point, in their order
}

// PersonalPoint is the personal part of a contact point.
type PersonalPoint struct {
	Name               string         `json:"name,omitempty"`
	NameVisibility     Visibility     `json:"nameVisibility,omitempty"`
	Phones             []Phone        `json:"phones,omitempty"`
	Emails             []Email        `json:"emails,omitempty"`
	Availability       string         `json:"availability,omitempty"`
	AvailabilityPublic bool           `json:"availabilityPublic,omitempty"`
	OpeningHours       []OpeningHours `json:"openingHours,omitempty"`
	OpeningHoursPublic bool           `json:"openingHoursPublic,omitempty"`
	Absence            *Absence       `json:"absence,omitempty"`
	AbsencePublic      bool           `json:"absencePublic,omitempty"`
}

// Split parts a revision in the skeleton that is kept and the personal values that expire PersonalDays after it.
// The skeleton holds no value that is kept for schools or for the zone's police, no name, no direct line, no
// address that looks like a person's, and not who did it or why.
func (r Revision) Split() (skeleton Revision, personal PersonalPart) {
	personal = PersonalPart{
		Zone: r.Zone, Version: r.Version, ExpiresAt: r.At.AddDate(0, 0, PersonalDays),
		Name: r.Name, Subject: r.Subject, Note: r.Note, Changes: r.Changes,
		Phone: r.Profile.Phone, Email: r.Profile.Email, ManagementEmail: r.Profile.ManagementEmail,
		Points: make([]PersonalPoint, 0, len(r.Profile.ContactPoints)),
	}
	for _, c := range r.Profile.ContactPoints {
		personal.Points = append(personal.Points, PersonalPoint{c.Name, c.NameVisibility, c.Phones, c.Emails, c.Availability,
			c.AvailabilityPublic, c.OpeningHours, c.OpeningHoursPublic, c.Absence, c.AbsencePublic})
	}
	skeleton = r
	skeleton.Name, skeleton.Subject, skeleton.Note, skeleton.Forgotten = "", "", "", true
	skeleton.Profile = Skeleton(r.Profile)
	skeleton.Changes = make([]Change, len(r.Changes))
	for i, c := range r.Changes {
		c.Old, c.New = forget(c.Old), forget(c.New)
		skeleton.Changes[i] = c
	}
	return skeleton, personal
}

func forget(s *Shown) *Shown {
	if s == nil || !s.Personal {
		return s
	}
	return &Shown{SeenBy: s.SeenBy, Personal: true}
}

// Skeleton is a profile without its personal values.
func Skeleton(p Profile) Profile {
	p = canonical(p)
	if mobile(p.Phone) {
		p.Phone = ""
	}
	if PersonalAddress(p.Email) {
		p.Email = ""
	}
	p.ManagementEmail = ""
	for i, c := range p.ContactPoints {
		c.Phones = slices.DeleteFunc(c.Phones, func(ph Phone) bool { return personalPhone(p.ContactPoints[i], ph) })
		c.Emails = slices.DeleteFunc(c.Emails, func(e Email) bool { return personalEmail(p.ContactPoints[i], e) })
		if personalAvailability(p.ContactPoints[i]) {
			c.Availability = ""
		}
		if personalOpeningHours(p.ContactPoints[i]) {
			c.OpeningHours = nil
		}
		c.Name, c.Absence = "", nil
		p.ContactPoints[i] = canonicalPoint(c)
	}
	return p
}

// Join makes a revision whole again. Without its personal part, or once that expired, it is the skeleton, and says
// that values were forgotten.
func Join(skeleton Revision, personal *PersonalPart, now time.Time) Revision {
	r := skeleton
	if personal == nil || !now.Before(personal.ExpiresAt) || personal.Zone != r.Zone || personal.Version != r.Version ||
		len(personal.Points) != len(r.Profile.ContactPoints) {
		r.Forgotten = true
		return r
	}
	r.Forgotten = false
	r.Name, r.Subject, r.Note, r.Changes = personal.Name, personal.Subject, personal.Note, personal.Changes
	r.Profile = canonical(skeleton.Profile)
	r.Profile.Phone, r.Profile.Email, r.Profile.ManagementEmail = personal.Phone, personal.Email, personal.ManagementEmail
	for i, v := range personal.Points {
		c := &r.Profile.ContactPoints[i]
		c.Name, c.NameVisibility, c.Phones, c.Emails = v.Name, v.NameVisibility, v.Phones, v.Emails
		c.Availability, c.AvailabilityPublic = v.Availability, v.AvailabilityPublic
		c.OpeningHours, c.OpeningHoursPublic = v.OpeningHours, v.OpeningHoursPublic
		c.Absence, c.AbsencePublic = v.Absence, v.AbsencePublic
	}
	r.Profile = canonical(r.Profile)
	return r
}
