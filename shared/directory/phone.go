package directory

import "strings"

// FormatPhone writes a number as Belgians do: "016 66 55 11", "02 249 22 11", "0470 12 34 56", "0800 90 333";
// national short numbers as they are; foreign numbers with "+" and their country code apart. A number that is
// neither E.164 nor short is given back as it is.
func FormatPhone(number string) string {
	national, ok := strings.CutPrefix(number, "+32")
	switch {
	case !strings.HasPrefix(number, "+") || !digits(number[1:]) || number == "+32":
		return number
	case !ok:
		return formatForeign(number[1:])
	case len(national) == 9 && national[0] == '4': // mobile
		return "0" + national[:3] + " " + pairs(national[3:])
	case len(national) != 8 || national[0] == '0':
		return "+32 " + national // not a number of the Belgian plan
	case strings.HasPrefix(national, "800"), strings.HasPrefix(national, "90"): // freephone and paid services
		return "0" + national[:3] + " " + national[3:5] + " " + national[5:]
	case strings.ContainsRune("2349", rune(national[0])): // Brussels, Antwerp, Liège, Ghent
		return "0" + national[:1] + " " + national[1:4] + " " + pairs(national[4:])
	}
	return "0" + national[:2] + " " + pairs(national[2:])
}

// TelHref is the address that dials a number: "tel:+3216665511", "tel:1701".
func TelHref(number string) string { return "tel:" + number }

// pairs writes an even number of digits two by two.
func pairs(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && i%2 == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// formatForeign sets the country code apart and the rest in pairs, an odd digit going with the first pair:
// where area codes end differs from country to country.
func formatForeign(s string) string {
	n := countryCodeLen(s)
	if len(s) < n+4 {
		return "+" + s
	}
	rest := s[n:]
	if len(rest)%2 == 0 {
		return "+" + s[:n] + " " + pairs(rest)
	}
	return "+" + s[:n] + " " + rest[:3] + " " + pairs(rest[3:])
}

// countryCodeLen is how many digits a number's country code has: ITU gives out one, two or three, by the first
// two digits.
func countryCodeLen(s string) int {
	if s[0] == '1' || s[0] == '7' {
		return 1
	}
	if len(s) > 1 && strings.Contains("20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98", s[:2]) {
		return 2
	}
	return 3
}
