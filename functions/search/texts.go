package main

import (
	"slices"
	"strings"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/lookup"
	"aanspreekpunt/shared/site"
)

// This file and the .gohtml files beside it hold every Dutch sentence of these pages. Words of the domain
// (themes, levels, reasons) stand in shared/directory, the frame's in shared/site.

// kindWord says what a hit is.
func kindWord(k lookup.Kind) string {
	switch k {
	case lookup.School:
		return "School"
	case lookup.Place:
		return "Plaats"
	case lookup.Municipality:
		return "Gemeente"
	case lookup.FormerMunicipality:
		return "Vroegere gemeente"
	case lookup.Zone:
		return "Politiezone"
	case lookup.FormerZone:
		return "Vroegere politiezone"
	case lookup.Street:
		return "Straat"
	}
	return ""
}

// matchWord says what a hit was found by; "" for its own name, which needs no explanation.
func matchWord(f lookup.Field) string {
	switch f {
	case lookup.Alias:
		return "andere naam"
	case lookup.InstitutionNumber:
		return "instellingsnummer"
	case lookup.ZoneCode:
		return "code van de politiezone"
	case lookup.NIS:
		return "code van de gemeente"
	case lookup.Postcode:
		return "postcode"
	case lookup.StreetName:
		return "straat"
	case lookup.PlaceName, lookup.PostcodePlace:
		return "plaats"
	case lookup.MunicipalityName:
		return "gemeente"
	case lookup.FormerMunicipalityName:
		return "vroegere gemeente"
	case lookup.ZoneName:
		return "politiezone"
	case lookup.FormerZoneName:
		return "vroegere politiezone"
	case lookup.FormerCode:
		return "vroegere code"
	case lookup.Type:
		return "soort school"
	}
	return ""
}

// languageWords names the languages that a contact point speaks: "Nederlands en Frans".
func languageWords(codes []string) string {
	names := make([]string, 0, len(codes))
	for _, code := range codes {
		switch code {
		case "nl":
			code = "Nederlands"
		case "fr":
			code = "Frans"
		case "en":
			code = "Engels"
		case "de":
			code = "Duits"
		}
		names = append(names, code)
	}
	return listWords(names)
}

// listWords joins names as Dutch does: "a", "a en b", "a, b en c".
func listWords(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " en " + names[len(names)-1]
}

// placeWords is a place with the municipality that it is a part of, unless that bears the same name: "Halle
// (Zoersel)".
func placeWords(place, municipality string) string {
	if municipality == "" || strings.EqualFold(place, municipality) {
		return place
	}
	return place + " (" + municipality + ")"
}

// unmatchedWords says which words of a query the first hit lacks; "" when it has all. Of a place the rest of the
// query is the name; another hit has a part of the words, and a later one may have others.
func unmatchedWords(result found) string {
	if !result.Partial || len(result.Hits) == 0 {
		return ""
	}
	words := "‘" + strings.Join(result.Unmatched, " ") + "’"
	if h := result.Hits[0]; isPlace(h.Kind) {
		return words + " vonden we niet in " + h.Name + "."
	}
	return "We vonden niets met al deze woorden. Zonder " + words + " komt dit het dichtst in de buurt."
}

// freshnessWords says how far a zone's data can be trusted. Every state says it in words; the colour only
// repeats it.
func freshnessWords(z directory.ZoneView, now time.Time) string {
	if z.AssuredAt == nil {
		return unconfirmedWords(z)
	}
	switch date := site.Date(*z.AssuredAt); z.Freshness {
	case directory.FreshnessFresh:
		return "Bevestigd op " + date
	case directory.FreshnessStale:
		return "Laatst bevestigd op " + date + " (" + site.Ago(*z.AssuredAt, now) + "), mogelijk verouderd"
	default:
		return "Laatst bevestigd op " + date + " (" + site.Ago(*z.AssuredAt, now) + ")"
	}
}

// unconfirmedWords says from when unconfirmed data is. The facts' date is about the desk only as long as the
// zone never saved anything itself.
func unconfirmedWords(z directory.ZoneView) string {
	words := "Nog niet bevestigd door de politiezone."
	switch {
	case z.Version > 0 && z.ModifiedAt != nil:
		return words + " Gegevens van " + site.Date(*z.ModifiedAt) + "."
	case z.Version == 0 && z.FactsAsOf != "" && len(z.FormerZones) == 0:
		return words + " " + factsWords(z)
	}
	return words
}

// forStaff stands on paper and contacts that hold what is kept for schools.
const forStaff = "Alleen voor personeel."

// realNumber stands beside a zone's general number on pages that warn of demonstration data.
const realNumber = "Echt nummer, geen voorbeeld."

// factsWords says from when the reference facts of a zone are.
func factsWords(z directory.ZoneView) string {
	if z.FactsAsOf == "" {
		return "Gegevens zonder datum."
	}
	return "Gegevens van " + site.Day(z.FactsAsOf) + "."
}

// reachable says whether someone can be reached now by opening hours that may be seen: "Bereikbaar tot
// 16.30 uur", or "Nu niet bereikbaar. Opnieuw maandag vanaf 8 uur." Without opening hours it says nothing.
func reachable(hours []directory.OpeningHours, now time.Time) (words string, open bool) {
	if len(hours) == 0 {
		return "", false
	}
	now = now.In(directory.Brussels)
	today, clock := weekday(now), now.Format("15:04")
	if until, ok := openUntil(hours, today, clock); ok {
		if until == "" {
			return "Dag en nacht bereikbaar", true
		}
		return "Bereikbaar tot " + site.Clock(until), true
	}
	const closed = "Nu niet bereikbaar. Opnieuw "
	for ahead := range 8 {
		day := (today-1+ahead)%7 + 1
		opens := ""
		for _, h := range hours {
			if h.Day == day && (ahead > 0 || h.Opens > clock) && (opens == "" || h.Opens < opens) {
				opens = h.Opens
			}
		}
		if opens == "" {
			continue
		}
		switch ahead {
		case 0:
			return closed + "vandaag vanaf " + site.Clock(opens) + ".", false
		case 1:
			return closed + "morgen vanaf " + site.Clock(opens) + ".", false
		case 7:
			return closed + "volgende week " + site.Weekdays[day] + " vanaf " + site.Clock(opens) + ".", false
		}
		return closed + site.Weekdays[day] + " vanaf " + site.Clock(opens) + ".", false
	}
	return "", false
}

// openUntil finds the end of the span in which a moment lies, followed across spans that touch, midnight
// included; "" when there is no end all week.
func openUntil(hours []directory.OpeningHours, day int, clock string) (until string, ok bool) {
	for range 7 * len(hours) {
		next := ""
		for _, h := range hours {
			if h.Day == day && h.Opens <= clock && clock < h.Until && h.Until > next {
				next = h.Until
			}
		}
		if next == "" {
			return until, ok
		}
		until, ok, clock = next, true, next
		if next == "24:00" {
			day, clock = day%7+1, "00:00"
		}
	}
	return "", ok
}

// weekday counts as OpeningHours does: 1 Monday … 7 Sunday.
func weekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

// hoursWords writes the opening hours of a week, days with the same hours together: "maandag tot vrijdag
// 8 tot 12 uur en 13 tot 16.30 uur; zaterdag 9 tot 12 uur".
func hoursWords(hours []directory.OpeningHours) string {
	var days [8]string
	sorted := slices.SortedFunc(slices.Values(hours), func(a, b directory.OpeningHours) int { return strings.Compare(a.Opens, b.Opens) })
	for _, h := range sorted {
		if h.Day < 1 || h.Day > 7 {
			continue
		}
		span := strings.TrimSuffix(site.Clock(h.Opens), " uur") + " tot " + site.Clock(h.Until)
		if h.Opens == "00:00" && h.Until == "24:00" {
			span = "dag en nacht"
		}
		if days[h.Day] != "" {
			span = days[h.Day] + " en " + span
		}
		days[h.Day] = span
	}
	var parts []string
	for from := 1; from <= 7; {
		to := from
		for to < 7 && days[to+1] == days[from] {
			to++
		}
		switch name := site.Weekdays[from]; {
		case days[from] == "":
		case from == 1 && to == 7:
			parts = append(parts, "elke dag "+days[from])
		case to == from:
			parts = append(parts, name+" "+days[from])
		case to == from+1:
			parts = append(parts, name+" en "+site.Weekdays[to]+" "+days[from])
		default:
			parts = append(parts, name+" tot "+site.Weekdays[to]+" "+days[from])
		}
		from = to + 1
	}
	return strings.Join(parts, "; ")
}

// politie.be has a page for each zone, under its code.
func policePage(code directory.ZoneCode) string { return "https://www.politie.be/" + string(code) }

// addressWords is a location on one line: "Kerkstraat 5 bus 2, 3300 Tienen". When the place is a part of a
// municipality with another name, that stands behind it.
func addressWords(l directory.Location) string {
	street := streetWords(l)
	place := l.Postcode + " " + placeWords(l.Place, l.Municipality)
	if street == "" {
		return place
	}
	return street + ", " + place
}

// streetWords is the street with number and box.
func streetWords(l directory.Location) string {
	street := strings.TrimSpace(l.Street + " " + l.HouseNumber)
	if l.Box != "" && street != "" {
		street += " bus " + l.Box
	}
	return street
}
