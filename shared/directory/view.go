package directory

import (
	"cmp"
	"slices"
	"time"
)

// Question is what a caller wants to know of a zone. A zero field was not asked and excludes nothing.
type Question struct {
	Theme        Theme
	Level        Level
	Municipality NIS
	School       InstitutionNumber
}

// QuestionOf is the question that a school asks of one zone: its level, its number, and its municipality when
// all its locations in that zone lie in the same one. A location other than 0 narrows it to that location.
func QuestionOf(s School, code ZoneCode, location int, theme Theme) Question {
	q := Question{Theme: theme, Level: s.Level, School: s.Number}
	for _, l := range s.Locations {
		if l.Zone != code || location != 0 && l.Number != location {
			continue
		}
		if q.Municipality != 0 && q.Municipality != l.NIS {
			q.Municipality = 0
			break
		}
		q.Municipality = l.NIS
	}
	return q
}

// ZoneView is a zone as one caller may see it. Every renderer shows this and nothing else of the zone.
type ZoneView struct {
	Self           string             `json:"self,omitempty"` // filled by WithLinks
	Code           ZoneCode           `json:"code"`
	Name           string             `json:"name"` // without "Politiezone"; see Label
	NameFr         string             `json:"nameFr,omitempty"`
	Province       string             `json:"province"`
	Municipalities []MunicipalityView `json:"municipalities"`
	Phone          string             `json:"phone,omitempty"` // the desk: E.164 or a national short number
	Email          string             `json:"email,omitempty"`
	Website        string             `json:"website,omitempty"`
	Address        *Address           `json:"address,omitempty"`
	FactsAsOf      string             `json:"factsAsOf,omitempty"` // yyyy, yyyy-MM or yyyy-MM-dd
	ContactPoints  []ContactPointView `json:"contactPoints"`       // in the police's own order
	CallOrder      []Call             `json:"callOrder"`           // in the order in which to call
	Partners       []Partner          `json:"partners"`
	AssuredAt      *time.Time         `json:"assuredAt,omitempty"`
	ModifiedAt     *time.Time         `json:"modifiedAt,omitempty"`
	Freshness      Freshness          `json:"freshness"`
	FormerZones    []FormerZoneView   `json:"formerZones,omitempty"` // whose points serve a part of the zone until it decides
	Version        int                `json:"version"`               // 0: never saved, everything here is reference facts

	// Asked is the municipality that was asked about; DeskOf the zone of before whose desk stands here for it, for want
	// of one of the zone itself.
	Asked  NIS      `json:"-"`
	DeskOf ZoneCode `json:"-"`

	// Only for those who may change the zone.
	ManagementEmail string `json:"managementEmail,omitempty"`
	ReminderDays    []int  `json:"reminderDays,omitzero"` // empty: the service's own
}

// FormerZoneView is a zone of before with its desk and its municipalities.
type FormerZoneView struct {
	Code           ZoneCode           `json:"code"`
	Name           string             `json:"name"`
	Municipalities []MunicipalityView `json:"municipalities"`
	Phone          string             `json:"phone,omitempty"` // E.164, or a national short number
	Email          string             `json:"email,omitempty"`
	Website        string             `json:"website,omitempty"`
	Address        *Address           `json:"address,omitempty"`
}

// MunicipalityView names a municipality of a zone.
type MunicipalityView struct {
	NIS  NIS    `json:"nis"`
	Name string `json:"name"`
	Href string `json:"href,omitempty"` // filled by WithLinks
}

// ContactPointView is a contact point as one caller may see it. Values that the caller may not see are gone,
// not blanked; Withheld counts them.
type ContactPointView struct {
	ID                 string              `json:"id"`
	Role               string              `json:"role"`
	Name               string              `json:"name,omitempty"`
	NameVisibility     Visibility          `json:"nameVisibility"`
	Primary            bool                `json:"primary"`
	Themes             []Theme             `json:"themes"`
	Levels             []Level             `json:"levels"`
	Municipalities     []NIS               `json:"municipalities"`
	InstitutionNumbers []InstitutionNumber `json:"institutionNumbers"`
	Languages          []string            `json:"languages"`
	Phones             []Phone             `json:"phones"`
	Emails             []Email             `json:"emails"`
	Availability       string              `json:"availability,omitempty"`
	AvailabilityPublic bool                `json:"availabilityPublic,omitempty"`
	OpeningHours       []OpeningHours      `json:"openingHours,omitempty"`
	OpeningHoursPublic bool                `json:"openingHoursPublic,omitempty"`
	Absence            *Absence            `json:"absence,omitempty"`
	AbsencePublic      bool                `json:"absencePublic,omitempty"`
	FormerZone         ZoneCode            `json:"formerZone,omitempty"` // one of FormerZones, from which it was taken over

	// Withheld counts the values kept back from this caller: name, phones, e-mail addresses, availability and
	// opening hours (each one value). An absence is not counted: the count alone would tell who is away.
	Withheld int `json:"withheld,omitempty"`
	// WithheldPhones and WithheldEmails are the part of Withheld that a page explains beside the numbers.
	WithheldPhones int `json:"-"`
	WithheldEmails int `json:"-"`
}

// Call is one place in the order in which to call.
type Call struct {
	ContactPoint string     `json:"contactPoint"` // id of a contact point of the zone
	Reason       string     `json:"reason"`       // Dutch: why it stands here
	ReasonCode   ReasonCode `json:"reasonCode"`
}

// ReasonCode says for programs why a contact point stands where it stands.
type ReasonCode string

// The reasons, in the order of the groups that they stand for. A replacement stands in the group of the one
// it replaces.
const (
	ReasonTheme        ReasonCode = "theme"        // for the theme that was asked
	ReasonSchool       ReasonCode = "school"       // for this very school
	ReasonMunicipality ReasonCode = "municipality" // for the school's municipality
	ReasonLevel        ReasonCode = "level"        // for the school's education level
	ReasonGeneral      ReasonCode = "general"      // for every school of the zone
	ReasonPrimary      ReasonCode = "primary"      // the fixed contact point of PLP 41
	ReasonLimited      ReasonCode = "limited"      // for a part of the schools; the question does not say which school asks
	ReasonOtherTheme   ReasonCode = "otherTheme"   // only for a theme that was not asked: under "Voor één onderwerp"
	ReasonReplacement  ReasonCode = "replacement"  // steps in for one who is away
)

// See is what who may see of a zone today: the one decision on visibility. f are the zone's reference facts, p
// what Effective gives (nil when there is nothing but facts), names gives a municipality's Dutch name, and q decides on
// the order in which to call, not on what is visible.
func See(f ZoneFacts, names func(NIS) string, p *Profile, who Principal, q Question, now time.Time) ZoneView {
	v := ZoneView{
		Code: f.Code, Name: f.Name, NameFr: f.NameFr, Province: f.Province, FactsAsOf: f.AsOf,
		Municipalities: make([]MunicipalityView, 0, len(f.Municipalities)),
		ContactPoints:  []ContactPointView{},
		CallOrder:      []Call{},
		Partners:       []Partner{},
		Freshness:      FreshnessUnconfirmed,
		Asked:          q.Municipality,
	}
	for _, nis := range f.Municipalities {
		v.Municipalities = append(v.Municipalities, MunicipalityView{NIS: nis, Name: names(nis)})
	}
	if who.MayChange(f.Code) {
		v.ReminderDays = []int{}
	}
	if p == nil {
		v.Phone, v.Email, v.Website, v.Address = f.Phone, f.Email, f.Website, f.Address
		return v
	}
	v.Phone, v.Email, v.Website, v.Address = p.Phone, p.Email, p.Website, p.Address
	v.Partners = append(v.Partners, p.Partners...)
	v.AssuredAt, v.ModifiedAt, v.Version = inUTC(p.AssuredAt), inUTC(p.ModifiedAt), p.Version
	v.Freshness = FreshnessOf(p.AssuredAt, now)
	trusted := who.MaySeeSchoolsValues(f.Code)
	for _, c := range p.ContactPoints {
		v.ContactPoints = append(v.ContactPoints, seePoint(c, trusted))
	}
	for _, former := range p.Former {
		v.FormerZones = append(v.FormerZones, seeFormer(former, names))
	}
	if q.Municipality != 0 && v.Phone == "" && v.Email == "" {
		// A zone that begins may have no desk that we know of. Its municipality had one.
		if i := slices.IndexFunc(p.Former, func(f Former) bool { return slices.Contains(f.Municipalities, q.Municipality) }); i >= 0 {
			d := p.Former[i]
			v.DeskOf = d.Code
			v.Phone, v.Email, v.Website, v.Address = d.Phone, d.Email, cmp.Or(v.Website, d.Website), d.Address
		}
	}
	v.CallOrder = callOrder(slices.DeleteFunc(slices.Clone(p.ContactPoints), func(c ContactPoint) bool { return f.gone(c) }), names, trusted, q, DayOf(now))
	if who.MayChange(f.Code) {
		v.ManagementEmail, v.ReminderDays = p.ManagementEmail, append(v.ReminderDays, p.ReminderDays...)
	}
	return v
}

// gone tells that a point is there only for municipalities that went to another zone, which its police have not taken
// out of it yet.
func (f ZoneFacts) gone(c ContactPoint) bool {
	return !c.Primary && len(c.Municipalities) > 0 &&
		!slices.ContainsFunc(c.Municipalities, func(nis NIS) bool { return slices.Contains(f.Municipalities, nis) })
}

func seeFormer(f Former, names func(NIS) string) FormerZoneView {
	v := FormerZoneView{Code: f.Code, Name: f.Name, Phone: f.Phone, Email: f.Email, Website: f.Website, Address: f.Address}
	for _, nis := range f.Municipalities {
		v.Municipalities = append(v.Municipalities, MunicipalityView{NIS: nis, Name: names(nis)})
	}
	return v
}

// inUTC is a moment as programs get every moment, however it was kept; nil for none.
func inUTC(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	utc := t.UTC()
	return &utc
}

// seePoint is the part of a contact point that a caller may see; trusted callers see what is kept for schools.
func seePoint(c ContactPoint, trusted bool) ContactPointView {
	v := ContactPointView{
		ID: c.ID, Role: c.Role, Primary: c.Primary,
		NameVisibility:     VisibleSchools,
		Themes:             append([]Theme{}, c.Themes...),
		Levels:             append([]Level{}, c.Levels...),
		Municipalities:     append([]NIS{}, c.Municipalities...),
		InstitutionNumbers: append([]InstitutionNumber{}, c.InstitutionNumbers...),
		Languages:          append([]string{}, c.Languages...),
		Phones:             []Phone{},
		Emails:             []Email{},
		AvailabilityPublic: c.AvailabilityPublic,
		OpeningHoursPublic: c.OpeningHoursPublic,
		AbsencePublic:      c.AbsencePublic,
	}
	if c.Origin != nil {
		v.FormerZone = c.Origin.Zone
		if len(v.Municipalities) == 0 {
			v.Municipalities = append(v.Municipalities, c.Origin.Municipalities...)
		}
	}
	if c.NameVisibility == VisiblePublic {
		v.NameVisibility = VisiblePublic
	}
	switch {
	case c.Name == "":
	case trusted || c.NameVisibility == VisiblePublic:
		v.Name = c.Name
	default:
		v.Withheld++
	}
	for _, ph := range c.Phones {
		if ph.Visibility != VisiblePublic {
			ph.Visibility = VisibleSchools
			if !trusted {
				v.WithheldPhones++
				continue
			}
		}
		v.Phones = append(v.Phones, ph)
	}
	for _, e := range c.Emails {
		if e.Visibility != VisiblePublic {
			e.Visibility = VisibleSchools
			if !trusted {
				v.WithheldEmails++
				continue
			}
		}
		v.Emails = append(v.Emails, e)
	}
	v.Withheld += v.WithheldPhones + v.WithheldEmails
	switch {
	case c.Availability == "":
	case trusted || c.AvailabilityPublic:
		v.Availability = c.Availability
	default:
		v.Withheld++
	}
	switch {
	case len(c.OpeningHours) == 0:
	case trusted || c.OpeningHoursPublic:
		v.OpeningHours = append([]OpeningHours{}, c.OpeningHours...)
	default:
		v.Withheld++
	}
	if c.Absence != nil && (trusted || c.AbsencePublic) {
		a := *c.Absence
		v.Absence = &a
	}
	return v
}

// WithLinks is the view with the absolute addresses of the API filled in; base is the service's own address
// without a slash at its end, such as "https://aanspreekpunt.example".
func (v ZoneView) WithLinks(base string) ZoneView {
	v.Self = base + "/api/v1/zones/" + string(v.Code)
	ms := make([]MunicipalityView, len(v.Municipalities))
	for i, m := range v.Municipalities {
		m.Href = base + "/api/v1/municipalities/" + m.NIS.String()
		ms[i] = m
	}
	v.Municipalities = ms
	v.FormerZones = slices.Clone(v.FormerZones)
	for i, f := range v.FormerZones {
		v.FormerZones[i].Municipalities = slices.Clone(f.Municipalities)
		for j, m := range f.Municipalities {
			v.FormerZones[i].Municipalities[j].Href = base + "/api/v1/municipalities/" + m.NIS.String()
		}
	}
	return v
}

// Point finds a contact point by its id.
func (v ZoneView) Point(id string) (ContactPointView, bool) {
	for _, c := range v.ContactPoints {
		if c.ID == id {
			return c, true
		}
	}
	return ContactPointView{}, false
}
