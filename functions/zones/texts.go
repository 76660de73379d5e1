package main

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/site"
)

// This file and the .gohtml files beside it hold the Dutch sentences of these pages. Words of the domain and what is
// wrong with an input stand in shared/directory, the frame's in shared/site.
const (
	hintManagement = "Hierheen sturen we herinneringen. Alleen politie van deze zone en beheerders zien dit adres."
	hintReminders  = "Zo lang voor je gegevens als mogelijk verouderd getoond worden. Niets aangevinkt: 90, 30, 7 en 0 dagen vooraf."

	notLoaded      = "Dit lukt nu even niet. Wat je typte, staat er nog; een bestand kies je opnieuw. Probeer het over een minuut opnieuw."
	conflictNote   = "Iemand anders paste deze zone intussen aan. Kies per veld wat blijft. Jouw tekst is niet verloren."
	movedOn        = "Iemand anders paste deze zone intussen aan. Kijk de gegevens opnieuw na en bevestig daarna."
	nothingKept    = "Je school bewaarde nog niets. Vul eerst in wie de politie kan bereiken."
	schoolConflict = "Iemand anders paste deze gegevens intussen aan. Kies per onderdeel wat blijft. Jouw tekst is niet verloren."
	schoolMovedOn  = "Iemand anders paste deze gegevens intussen aan. Kijk ze opnieuw na."
	forSchools     = "Hier houden scholen bij wie de politie bij hen kan bereiken. Als politie vind je die contactpersonen bij je politiezone, onder Scholen in mijn zone."
	unlistedSchool = "Je school of CLB staat niet in onze lijst van scholen."
	notYourSchool  = "Deze school hoort niet bij de organisatie waarvoor je aangemeld bent. Je kan haar gegevens niet aanpassen."
	neverSaved     = "Deze zone heeft nog geen aanspreekpunten bewaard. Vul ze eerst in."
	undecidedNote  = "Deze zone nam gemeenten over. Bewaar eerst haar aanspreekpunten, met één vast aanspreekpunt."
	onlyAdmins     = "Deze pagina is er alleen voor beheerders."
)

// Where a page that says one thing leads.
var (
	toMine     = site.Entry{Path: managementPath, Name: "Naar mijn politiezone"}
	toMySchool = site.Entry{Path: mySchoolPath, Name: "Naar mijn school"}
	toSearch   = site.Entry{Path: "/", Name: "Naar Opzoeken"}
)

// whereWords says in Dutch which field an error is about.
func whereWords(in directory.ZoneInput, at string) string {
	rest, ok := strings.CutPrefix(at, "contactPoints[")
	if !ok {
		switch {
		case strings.HasPrefix(at, "partners"):
			return "Partners"
		case at == "contactPoints":
			return "Vast aanspreekpunt"
		case at == "phone":
			return "Telefoon van het onthaal"
		case at == "email":
			return "E-mail van de zone"
		case at == "website":
			return "Website"
		case strings.HasPrefix(at, "address"):
			return "Adres"
		case at == "managementEmail":
			return "Beheeradres"
		case strings.HasPrefix(at, "reminderDays"):
			return "Herinneringen"
		case at == "note":
			return "Waarom"
		}
		return "De hele zone"
	}
	digits, part, _ := strings.Cut(rest, "]")
	n, _ := strconv.Atoi(digits)
	who := "Aanspreekpunt " + strconv.Itoa(n+1)
	if n < len(in.ContactPoints) && !blank(in.ContactPoints[n].Role) {
		if role := strings.TrimSpace(in.ContactPoints[n].Role); utf8.RuneCountInString(role) <= 60 {
			who = role
		}
	}
	for _, w := range []struct{ part, word string }{
		{".role", "functie"}, {".name", "naam"}, {".phones", "telefoon"}, {".emails", "e-mail"}, {".themes", "onderwerpen"},
		{".levels", "onderwijsniveaus"}, {".municipalities", "gemeenten"}, {".institutionNumbers", "scholen"}, {".languages", "talen"},
		{".availability", "bereikbaarheid"}, {".openingHours", "uren"}, {".absence", "afwezigheid"},
	} {
		if strings.HasPrefix(part, w.part) {
			return who + ", " + w.word
		}
	}
	return who
}

// limitWords says in a few words for what and for whom a contact point is there.
func limitWords(z zone, c directory.ContactPoint) string {
	var parts []string
	if len(c.Themes) > 0 {
		parts = append(parts, directory.InWords(c.Themes, directory.Theme.Label))
	}
	if len(c.Levels) > 0 {
		parts = append(parts, directory.InWords(c.Levels, directory.Level.Label))
	}
	if len(c.Municipalities) > 0 {
		parts = append(parts, directory.InWords(c.Municipalities, z.municipality))
	}
	if n := len(c.InstitutionNumbers); n > 0 {
		parts = append(parts, site.Count(n, "school", "scholen"))
	}
	if len(parts) == 0 {
		parts = []string{"voor alles en iedereen"}
	}
	if len(c.Languages) > 0 {
		parts = append(parts, directory.InWords(c.Languages, directory.LanguageLabel))
	}
	return strings.Join(parts, " · ")
}

// formerWords names the zones of before whose points a zone shows, with the municipalities that they serve; "" for
// none.
func formerWords(z zone) string {
	return directory.InWords(z.profile.Former, func(f directory.Former) string {
		return f.Name + " (" + directory.AndWords(z.towns(f.Municipalities)) + ")"
	})
}

// awayWords says in a few words when somebody is away; "" for one who is not.
func awayWords(a *directory.Absence) string {
	switch {
	case a == nil || a.From == "":
		return ""
	case a.Until == "":
		return "vanaf " + site.Day(string(a.From))
	}
	return site.Day(string(a.From)) + " tot en met " + site.Day(string(a.Until))
}

// dayOptions are the choices of a day of opening hours.
func dayOptions(on string) []option {
	list := []option{{Value: "", Label: "Kies", On: on == ""}, {Value: "1-5", Label: "Maandag tot vrijdag", On: on == "1-5"}, {Value: "1-7", Label: "Elke dag", On: on == "1-7"}}
	for i, name := range site.Weekdays {
		if value := strconv.Itoa(i); i > 0 {
			list = append(list, option{Value: value, Label: site.Upper(name), On: on == value})
		}
	}
	if !slices.ContainsFunc(list, func(o option) bool { return o.On }) {
		list = append(list, option{Value: on, Label: "Onbekende dag", On: true})
	}
	return list
}

// reminderOptions are the moments to choose from, and those that the zone has beside them.
func reminderOptions(on []int) []option {
	return optionsOf([]int{90, 60, 30, 14, 7, 0}, on, strconv.Itoa, func(n int) string {
		switch n {
		case 0:
			return "Op de dag zelf"
		case 1:
			return "1 dag vooraf"
		}
		return strconv.Itoa(n) + " dagen vooraf"
	})
}

// shownPhone writes a stored number the Belgian way, and leaves what somebody typed.
func shownPhone(number string) string {
	if !strings.HasPrefix(number, "+") || len(number) < 8 || strings.Trim(number[1:], "0123456789") != "" {
		return number
	}
	return directory.FormatPhone(number)
}

// ordinal numbers a label when there are several.
func ordinal(label string, i, of int) string {
	if of < 2 {
		return label
	}
	return label + " " + strconv.Itoa(i+1)
}

// whoWords names who made a version of a zone.
func whoWords(r directory.Revision) string { return byWords(r.Role, r.Name, r.Forgotten) }

// schoolWhoWords names who made a version of what a school keeps.
func schoolWhoWords(r directory.SchoolRevision) string { return byWords(r.Role, r.Name, r.Forgotten) }

func byWords(role directory.RoleName, name string, forgotten bool) string {
	word := "politie"
	switch role {
	case directory.RoleAdmin:
		word = "beheerder"
	case directory.RoleSchool:
		word = "school"
	case "":
		return "Automatisch: de school stond niet meer in de lijst van het ministerie"
	}
	switch {
	case name != "":
		return name + " (" + word + ")"
	case forgotten:
		return site.Upper(word) + ", naam niet meer bewaard"
	}
	return site.Upper(word)
}

// schoolKindWords says how a version of what a school keeps came about.
func schoolKindWords(r directory.SchoolRevision) string {
	switch {
	case r.Kind == directory.RevisionDeleted:
		return "Alles gewist"
	case r.Kind == directory.RevisionConfirmed:
		return "Bevestigd: alles klopt nog"
	case r.Assured:
		return "Gewijzigd en bevestigd"
	}
	return site.Upper(r.Kind.Label())
}

// kindWords says how a version came about.
func kindWords(r directory.Revision) string {
	switch {
	case r.Kind == directory.RevisionRestored && r.Restored > 0:
		return "Versie " + strconv.Itoa(r.Restored) + " hersteld"
	case r.Kind == directory.RevisionSaved && r.Assured:
		return "Gewijzigd en bevestigd"
	case r.Kind == directory.RevisionConfirmed:
		return "Bevestigd: alles klopt nog"
	}
	return site.Upper(r.Kind.Label())
}
