package schoollist

import (
	"net/url"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"aanspreekpunt/shared/directory"
)

// tidy leaves single spaces between words, and nothing that cannot be seen: line ends and other control characters,
// and those that turn or join text.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// level reads the ministry's level code. Where the API gives none, the type and then the name decide. What
// stays unknown counts as other education, and known is false.
func level(code, kind, name string) (l directory.Level, known bool) {
	switch code {
	case "BaO":
		return directory.LevelBasic, true
	case "SO":
		return directory.LevelSecondary, true
	case "DKO", "VWO", "HO":
		return directory.LevelOther, true
	case "":
		for _, text := range []string{kind, name} {
			text = strings.ToLower(text)
			for _, word := range []string{"secundair", "middenschool", "atheneum", "lyceum"} {
				if strings.Contains(text, word) {
					return directory.LevelSecondary, true
				}
			}
			for _, word := range []string{"basisschool", "basisonderwijs", "kleuter", "lagere school"} {
				if strings.Contains(text, word) {
					return directory.LevelBasic, true
				}
			}
		}
	}
	return directory.LevelOther, false
}

// parseEnd gives the last day of a school, "" when it stays open. The ministry writes "no end" as the year 4444.
func parseEnd(s string) (end directory.Day, ok bool) {
	if s == "" {
		return "", true
	}
	for _, layout := range []string{"02/01/2006", time.DateOnly, "2006-01-02T15:04:05", time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			if t.Year() >= 4444 {
				return "", true
			}
			return directory.Day(t.Format(time.DateOnly)), true
		}
	}
	return "", false
}

// phone keeps a number as the ministry writes it, and nothing that is none.
func phone(s string) string {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune(" +()./-", r):
			return ""
		}
	}
	if digits < 3 || len(s) > 40 {
		return ""
	}
	return s
}

// website makes an https or http URL of what schools write: without a scheme, with a broken one, two in one
// field. ok is false when there is text but no web address in it.
func website(s string) (u string, ok bool) {
	words := strings.FieldsFunc(strings.ReplaceAll(s, `\`, "/"), func(r rune) bool {
		return unicode.IsSpace(r) || r == ';' || r == ',' || r == '|'
	})
	if len(words) == 0 {
		return "", true
	}
	address := words[0]
	scheme := "https"
	for _, prefix := range []string{"https", "http"} {
		if rest, found := strings.CutPrefix(strings.ToLower(address[:min(len(address), len(prefix))]), prefix); found && rest == "" {
			if tail := address[len(prefix):]; strings.HasPrefix(tail, ":") || strings.HasPrefix(tail, "/") {
				scheme, address = prefix, strings.TrimLeft(tail, ":/")
				break
			}
		}
	}
	parsed, err := url.Parse(scheme + "://" + address)
	if err != nil || len(s) > maxText || parsed.User != nil || !isHost(parsed.Hostname()) {
		return "", false
	}
	parsed.Host = strings.ToLower(parsed.Host)
	if parsed.Path == "/" && parsed.RawQuery == "" && parsed.Fragment == "" {
		parsed.Path = ""
	}
	return parsed.String(), true
}

// isHost tells whether s is a name with at least one dot, of letters, digits and hyphens.
func isHost(s string) bool {
	labels := strings.Split(s, ".")
	if len(labels) < 2 {
		return false
	}
	for _, label := range labels {
		if label == "" || strings.Trim(label, "-") != label {
			return false
		}
		for _, r := range label {
			if r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				return false
			}
		}
	}
	return true
}

// fold makes names comparable: no accents, case, hyphens or spaces, and "St." is "Sint".
func fold(s string) string {
	var b strings.Builder
	word := func(w string) {
		if w == "st" {
			w = "sint"
		}
		b.WriteString(w)
	}
	var w strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			w.WriteRune(r)
		default:
			word(w.String())
			w.Reset()
		}
	}
	word(w.String())
	return b.String()
}
