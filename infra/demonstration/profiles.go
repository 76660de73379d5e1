package demonstration

import (
	"fmt"
	"strings"
	"time"

	"aanspreekpunt/shared/directory"
)

// Zones whose demonstration profile tests and the guide refer to.
const (
	// GuideZone (Getevallei) is fresh, and has a primary contact point, one for a theme, one for a level, and
	// values kept for schools.
	GuideZone directory.ZoneCode = "5910"
	// AbsentZone (Zennevallei) has a primary contact point that is away, with a replacement.
	AbsentZone directory.ZoneCode = "5905"
)

// domain is where every demonstration e-mail address lives.
const domain = "voorbeeld.example"

// state is what the police of a zone did with their data.
type state int

const (
	fresh state = iota
	ageing
	stale
	neverConfirmed
	none // never saved anything
)

// states takes turns over the zones, so that every province shows every state.
var states = [...]state{fresh, ageing, fresh, stale, none, fresh, neverConfirmed, fresh, ageing, stale, fresh}

// Profiles are the contact points that the demonstration zones keep, in the order of the zones' codes; a zone
// that keeps none is not in it. Confirmations and absences lie around now, the rest never changes.
func Profiles(t directory.Territory, now time.Time) []directory.Profile {
	var list []directory.Profile
	for i, z := range t.Zones {
		st := states[i%len(states)]
		if z.Code == GuideZone || z.Code == AbsentZone {
			st = fresh
		}
		if st == none {
			continue
		}
		list = append(list, profile(z, t.Names(), i, st, now))
	}
	return list
}

func profile(z directory.ZoneFacts, names func(directory.NIS) string, i int, st state, now time.Time) directory.Profile {
	p := directory.Profile{
		Code:            z.Code,
		Version:         1,
		Phone:           z.Phone, // what the desk really has, from the facts
		Email:           z.Email,
		Website:         z.Website,
		Address:         z.Address,
		ManagementEmail: fmt.Sprintf("beheer.%s@%s", z.Code, domain),
	}
	daysAgo := map[state]int{fresh: 3 + i*7%150, ageing: 190 + i*11%170, stale: 380 + i*13%300, neverConfirmed: 20 + i%60}[st]
	p.ModifiedAt = morning(now, daysAgo)
	if st != neverConfirmed {
		p.AssuredAt = p.ModifiedAt
	}
	p.ContactPoints = contactPoints(z, names, i, now)
	if i%3 == 0 || z.Code == GuideZone {
		p.Partners = []directory.Partner{
			{Kind: directory.PartnerPreventionService, Name: "Preventiedienst" + Suffix, Website: "https://preventiedienst." + domain},
			{Kind: directory.PartnerWorkingGroup, Name: "Werkgroep scholen en politie" + Suffix},
		}
	}
	return p
}

// morning is ten o'clock in Brussels on the day that lies the given number of days before now; before now itself.
func morning(now time.Time, daysAgo int) *time.Time {
	y, m, d := now.In(directory.Brussels).Date()
	t := time.Date(y, m, d-daysAgo, 10, 0, 0, 0, directory.Brussels)
	return &t
}

// day is the calendar day that lies the given number of days after now.
func day(now time.Time, days int) directory.Day {
	y, m, d := now.In(directory.Brussels).Date()
	return directory.DayOf(time.Date(y, m, d+days, 12, 0, 0, 0, directory.Brussels))
}

// point makes a contact point; n is its number in the zone, which its telephone numbers and address carry.
func point(z directory.ZoneFacts, i, n int, id, role string) directory.ContactPoint {
	name := firstNames[(i*5+n)%len(firstNames)]
	return directory.ContactPoint{
		ID:             id,
		Role:           role,
		Name:           "Voorbeeld " + name,
		NameVisibility: directory.VisibleSchools,
		Phones:         []directory.Phone{{Number: phone(i, n, 0), Visibility: directory.VisibleSchools, Note: "rechtstreeks"}},
		Emails: []directory.Email{{
			Address:    fmt.Sprintf("voorbeeld.%s.%s@%s", strings.ToLower(name), z.Code, domain),
			Visibility: directory.VisibleSchools,
		}},
	}
}

// mailbox is an address of a service, not of a person.
func mailbox(z directory.ZoneFacts, what string) directory.Email {
	return directory.Email{Address: fmt.Sprintf("%s.%s@%s", what, z.Code, domain), Visibility: directory.VisiblePublic}
}

// phone is a number that cannot ring: see the package comment.
func phone(zone, point, line int) string { return fmt.Sprintf("+3288%03d%02d%d", zone, point, line) }

var firstNames = [...]string{"An", "Bram", "Chadia", "Dries", "Els", "Fatima", "Gert", "Hilde", "Ilias", "Jo", "Kaat",
	"Lars", "Mia", "Nele", "Omar", "Piet", "Rik", "Sara", "Tom", "Veerle"}

var primaryRoles = [...]string{"Information Officer", "Jeugdinspecteur", "Schoolcontact", "Overlegassistent",
	"Inspecteur gemeenschapsgerichte politiezorg"}

// contactPoints are those of one zone: always a primary one, and others by turns.
func contactPoints(z directory.ZoneFacts, names func(directory.NIS) string, i int, now time.Time) []directory.ContactPoint {
	primary := point(z, i, 1, "vast-aanspreekpunt", primaryRoles[i%len(primaryRoles)])
	primary.Primary = true
	primary.Emails = append([]directory.Email{mailbox(z, "scholen")}, primary.Emails...)
	switch i % 3 {
	case 0: // everyone may call the service's own number
		primary.Phones = append([]directory.Phone{{Number: phone(i, 1, 1), Visibility: directory.VisiblePublic, Note: "dienst jeugd"}}, primary.Phones...)
		primary.OpeningHours, primary.OpeningHoursPublic = officeHours(), true
	case 1:
		primary.Availability = "Weekdagen tijdens de kantooruren."
		primary.OpeningHours = officeHours()
	}
	if z.Province == "Brussel" {
		primary.Languages = []string{"nl", "fr"}
	}
	points := []directory.ContactPoint{primary}

	if z.Code == GuideZone {
		return append(points, guidePoints(z, i)...)
	}
	if z.Code == AbsentZone {
		in := point(z, i, 2, "jeugd-en-gezin", "Inspecteur jeugd en gezin")
		in.Themes = []directory.Theme{directory.ThemeTruancy}
		in.Phones = append(in.Phones, directory.Phone{Number: phone(i, 2, 1), Visibility: directory.VisiblePublic})
		points[0].Absence = &directory.Absence{From: day(now, -3), Until: day(now, 11), Replacement: in.ID}
		return append(points, in)
	}
	if i%2 == 0 {
		youth := point(z, i, 2, "jeugd-en-gezin", "Inspecteur jeugd en gezin")
		youth.Themes = []directory.Theme{directory.ThemeTruancy, directory.ThemeBullying, directory.ThemeSexualOffences}
		youth.Emails = append(youth.Emails, mailbox(z, "jeugd"))
		points = append(points, youth)
	}
	if i%4 == 1 {
		drugs := point(z, i, 3, "drugs", "Inspecteur lokale recherche")
		drugs.Themes = []directory.Theme{directory.ThemeDrugs, directory.ThemeTheft}
		points = append(points, drugs)
	}
	if i%5 == 0 {
		traffic := point(z, i, 4, "verkeer", "Verkeersdienst")
		traffic.Name = "" // a service
		traffic.Themes = []directory.Theme{directory.ThemeTrafficSafety, directory.ThemeEnvironment}
		traffic.Phones = []directory.Phone{{Number: phone(i, 4, 1), Visibility: directory.VisiblePublic}}
		traffic.Emails = []directory.Email{mailbox(z, "verkeer")}
		traffic.OpeningHours, traffic.OpeningHoursPublic = officeHours(), true
		points = append(points, traffic)
	}
	if i%6 == 2 {
		secondary := point(z, i, 5, "secundair", "Schoolinspecteur secundair onderwijs")
		secondary.Levels = []directory.Level{directory.LevelSecondary}
		secondary.Languages = []string{"nl", "en"}
		points = append(points, secondary)
	}
	if i%7 == 3 && len(z.Municipalities) > 1 {
		nis := z.Municipalities[len(z.Municipalities)-1]
		local := point(z, i, 6, "wijk", "Wijkinspecteur "+names(nis))
		local.Municipalities = []directory.NIS{nis}
		points = append(points, local)
	}
	if i%8 == 6 {
		radicalism := point(z, i, 7, "radicalisering", "Information Officer radicalisering")
		radicalism.Themes = []directory.Theme{directory.ThemeRadicalisation, directory.ThemeAggression}
		radicalism.Absence = &directory.Absence{From: day(now, -20), Replacement: primary.ID} // nobody knows until when
		points = append(points, radicalism)
	}
	return points
}

// guidePoints are the guide zone's other points beside its primary one.
func guidePoints(z directory.ZoneFacts, i int) []directory.ContactPoint {
	youth := point(z, i, 2, "jeugd-en-gezin", "Jeugdinspecteur")
	youth.Themes = []directory.Theme{directory.ThemeTruancy, directory.ThemeDrugs}
	youth.Languages = []string{"nl", "fr"}
	youth.Phones = append(youth.Phones, directory.Phone{Number: phone(i, 2, 1), Visibility: directory.VisiblePublic})
	youth.OpeningHours, youth.OpeningHoursPublic = officeHours(), true

	secondary := point(z, i, 3, "secundair", "Schoolinspecteur secundair onderwijs")
	secondary.Levels = []directory.Level{directory.LevelSecondary}
	secondary.Availability = "Best bereikbaar in de voormiddag."
	return []directory.ContactPoint{youth, secondary}
}

// officeHours are Monday to Friday with a break at noon, and no Wednesday afternoon.
func officeHours() []directory.OpeningHours {
	var hours []directory.OpeningHours
	for d := 1; d <= 5; d++ {
		hours = append(hours, directory.OpeningHours{Day: d, Opens: "08:00", Until: "12:00"})
		if d != 3 {
			hours = append(hours, directory.OpeningHours{Day: d, Opens: "13:00", Until: "16:30"})
		}
	}
	return hours
}
