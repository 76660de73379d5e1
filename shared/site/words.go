package site

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"aanspreekpunt/shared/directory"
)

// DemonstrationWarning stands on everything that shows demonstration data.
const DemonstrationWarning = "Voorbeeldgegevens: bel deze nummers niet."

// words are the functions that every template has.
var words = template.FuncMap{
	"asset":                Asset,
	"demonstrationWarning": func() string { return DemonstrationWarning },
	"entries":              func() []Entry { return Entries },
	"footer":               func() []Entry { return Footer },
	"phone":                Phone,
	"date":                 Date,
	"day":                  Day,
	"clock":                Clock,
	"count":                Count,
	"syllables":            Syllables,
	"upper":                Upper,
	"lower":                Lower,
}

var months = [...]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
	"oktober", "november", "december"}

// Weekdays are the days as OpeningHours counts them: Weekdays[1] is Monday; the first is unused.
var Weekdays = [...]string{"", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"}

// Date writes the day of a moment in Brussels: "23 november 2026".
func Date(t time.Time) string { return Day(string(directory.DayOf(t))) }

// Moment writes a moment in Brussels: "23 november 2026 om 14.05 uur".
func Moment(t time.Time) string {
	local := t.In(directory.Brussels)
	return Date(t) + fmt.Sprintf(" om %d.%02d uur", local.Hour(), local.Minute())
}

// Day writes a day, a month or a year of ISO 8601 in Dutch: "2023-11-08" is "8 november 2023", "2016-01" is
// "januari 2016". What is none of these comes back as it is.
func Day(s string) string {
	parts := strings.Split(s, "-")
	if len(parts) > 3 {
		return s
	}
	numbers := make([]int, len(parts))
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil {
			return s
		}
		numbers[i] = n
	}
	if len(numbers) == 1 {
		return s
	}
	if numbers[1] < 1 || numbers[1] > 12 {
		return s
	}
	written := months[numbers[1]-1] + " " + parts[0]
	if len(numbers) == 3 {
		written = strconv.Itoa(numbers[2]) + " " + written
	}
	return written
}

// Clock writes a time of day given as HH:mm: "16.30 uur", "8 uur", "middernacht".
func Clock(s string) string {
	hour, minute, ok := strings.Cut(s, ":")
	if !ok {
		return s
	}
	if hour == "24" || hour == "00" && minute == "00" {
		return "middernacht"
	}
	hour = strings.TrimPrefix(hour, "0")
	if minute == "00" {
		return hour + " uur"
	}
	return hour + "." + minute + " uur"
}

// Ago writes how long before now a day was: "vandaag", "gisteren", "12 dagen geleden", "8 maanden geleden",
// "2 jaar geleden". Months and years are whole ones that have passed.
func Ago(then, now time.Time) string {
	from, to := then.In(directory.Brussels), now.In(directory.Brussels)
	months := (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
	if to.Day() < from.Day() {
		months--
	}
	switch days := directory.DayOf(then).DaysUntil(directory.DayOf(now)); {
	case days <= 0:
		return "vandaag"
	case days == 1:
		return "gisteren"
	case months < 1:
		return strconv.Itoa(days) + " dagen geleden"
	case months == 1:
		return "1 maand geleden"
	case months < 24:
		return strconv.Itoa(months) + " maanden geleden"
	}
	return strconv.Itoa(months/12) + " jaar geleden"
}

// Count writes a number with the form of the word that belongs to it: "1 school", "6 scholen", "1.204 scholen".
func Count(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "." + digits[i:]
	}
	return digits + " " + more
}

// Syllables cuts a mail address behind its "@" and its dots: there a narrow screen may break it, not within a word.
// The frame's template "mailaddress" writes it so.
func Syllables(address string) []string {
	var parts []string
	for {
		at := strings.IndexAny(address, "@.") + 1
		if at == 0 || at == len(address) {
			return append(parts, address)
		}
		parts, address = append(parts, address[:at]), address[at:]
	}
}

// Phone writes a number the Belgian way: "016 66 55 11", "02 279 79 79", "0470 12 34 56", "0800 12 345". A short
// national number stays as it is, and a foreign one keeps its "+". The number is E.164 or three or four digits.
func Phone(number string) string {
	national, belgian := strings.CutPrefix(number, "+32")
	if !belgian {
		return number
	}
	groups := func(sizes ...int) string {
		parts, rest := []string{}, national
		for _, n := range sizes {
			parts, rest = append(parts, rest[:n]), rest[n:]
		}
		return "0" + strings.Join(parts, " ")
	}
	switch {
	case len(national) == 9 && national[0] == '4':
		return groups(3, 2, 2, 2)
	case len(national) != 8:
		return number
	case strings.HasPrefix(national, "800") || strings.HasPrefix(national, "90"):
		return groups(3, 2, 3)
	case strings.ContainsRune("2349", rune(national[0])):
		return groups(1, 3, 2, 2)
	}
	return groups(2, 2, 2, 2)
}

// Upper puts a capital at the start of a phrase.
func Upper(s string) string { return first(s, strings.ToUpper) }

// Lower puts a small letter there.
func Lower(s string) string { return first(s, strings.ToLower) }

func first(s string, change func(string) string) string {
	_, n := utf8.DecodeRuneInString(s)
	return change(s[:n]) + s[n:]
}

// FreshnessClass is the style of a freshness.
func FreshnessClass(f directory.Freshness) string {
	if f == directory.FreshnessFresh {
		return "confirmed"
	}
	return string(f)
}

// Withheld explains numbers and addresses that this visitor does not see; "" when nothing of the kind is
// kept back. shown says whether the visitor sees another number or address of the same contact point.
func Withheld(phones, emails int, shown bool) string {
	what := withheldThing(phones, emails)
	if what == "" {
		return ""
	}
	const who = " zien alleen scholen, CLB’s en politie van deze zone."
	switch {
	case shown && phones+emails == 1:
		return "Een ander " + what + who
	case shown:
		return "Andere " + what + who
	case what == "nummer" || what == "mailadres":
		return "Dit " + what + who
	}
	return "Deze " + what + who
}

// WithheldAgain is Withheld where a card above said already who sees what.
func WithheldAgain(phones, emails int) string {
	switch what := withheldThing(phones, emails); {
	case what == "":
		return ""
	case phones+emails == 1:
		return "Ook hier is een " + what + " niet openbaar."
	default:
		return "Ook hier zijn " + what + " niet openbaar."
	}
}

// withheldThing names what is kept back; "" when nothing is.
func withheldThing(phones, emails int) string {
	switch {
	case phones == 1 && emails == 0:
		return "nummer"
	case phones > 1 && emails == 0:
		return "nummers"
	case phones == 0 && emails == 1:
		return "mailadres"
	case phones == 0 && emails > 1:
		return "mailadressen"
	case phones > 0:
		return "nummers en mailadressen"
	}
	return ""
}
