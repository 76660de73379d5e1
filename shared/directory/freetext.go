package directory

import (
	"strconv"
	"strings"
	"unicode"
)

// HoldsPhone tells whether free text holds what people read as a phone number: Belgian ones with or without their
// leading zero, and foreign ones behind "+" or "00", however they are spaced ("0470 12 34 56", "016/66.55.11",
// "+32 (0)16 66 55 11"). Dates, years, hours, postcodes, house and article numbers and short numbers such as 101
// are none. Numbers written in words pass.
func HoldsPhone(text string) bool {
	for _, r := range digitRuns(text) {
		if r.isPhone() {
			return true
		}
	}
	return false
}

// HoldsEmail tells whether free text holds an e-mail address, also when spaces or "(at)" try to hide it.
func HoldsEmail(text string) bool {
	for _, at := range []string{"＠", "(at)", "[at]", "{at}"} {
		text = replaceFold(text, at, "@")
	}
	for i, r := range text {
		if r != '@' {
			continue
		}
		before, after := text[:i], text[i+1:]
		nearBefore, nearAfter := strings.TrimRight(before, " "), strings.TrimLeft(after, " ")
		if !endsInWord(nearBefore) || !startsWithWord(nearAfter) {
			continue
		}
		if before == nearBefore && after == nearAfter {
			return true
		}
		domain, _, _ := strings.Cut(nearAfter, " ")
		if strings.Contains(strings.TrimRight(domain, ".,;:)!?"), ".") { // "jan @ politie.example", not "X: @politie"
			return true
		}
	}
	return false
}

func replaceFold(s, old, replacement string) string {
	for i := 0; i+len(old) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(old)], old) {
			s = s[:i] + replacement + s[i+len(old):]
		}
	}
	return s
}

func endsInWord(s string) bool {
	runes := []rune(s)
	return len(runes) > 0 && isWord(runes[len(runes)-1])
}

func startsWithWord(s string) bool {
	for _, r := range s {
		return isWord(r)
	}
	return false
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// digitGroup is a row of digits and what stands between it and the group before.
type digitGroup struct{ before, digits string }

// digitRun is a row of groups with nothing between them but what people write inside phone numbers.
type digitRun struct {
	plus   bool // a "+" stands before it
	groups []digitGroup
}

// maxSeparator is how many signs may stand between two groups of one number, as in "+32 - (0) 16".
const maxSeparator = 4

func digitRuns(text string) []digitRun {
	var runs []digitRun
	between, joined := []rune{}, false // what stands since the last group; whether that can lie inside a number
	var group strings.Builder
	flush := func() {
		if group.Len() == 0 {
			return
		}
		plus := len(between) > 0 && between[len(between)-1] == '+'
		if !joined || plus || len(between) > maxSeparator {
			runs = append(runs, digitRun{plus: plus})
		}
		last := &runs[len(runs)-1]
		last.groups = append(last.groups, digitGroup{string(between), group.String()})
		group.Reset()
		between, joined = between[:0], true
	}
	for _, r := range text {
		if d, ok := digitValue(r); ok {
			group.WriteByte(d)
			continue
		}
		flush()
		between = append(between, r)
		if !unicode.IsSpace(r) && !strings.ContainsRune("+./-‐‑–—()·", r) {
			joined = false
		}
	}
	flush()
	return runs
}

// digitValue reads a decimal digit, also those of full width that some keyboards give.
func digitValue(r rune) (byte, bool) {
	switch {
	case '0' <= r && r <= '9':
		return byte(r), true
	case '０' <= r && r <= '９':
		return byte(r-'０') + '0', true
	}
	return 0, false
}

// isPhone looks for a phone number at any group of the run: numbers stand behind years and hours, too.
func (r digitRun) isPhone() bool {
	if r.plus && r.hasLength(0, "", 9, 15) {
		return true
	}
	for i := 0; i < len(r.groups); i++ {
		if n := max(r.dateAt(i), r.clockAt(i)); n > 0 {
			i += n - 1
			continue
		}
		if i > 0 && r.groups[i].before == "." { // in the middle of "016.66.55.11" or of "12.00"
			continue
		}
		switch {
		case r.hasLength(i, "00", 11, 17) && !r.hasLength(i, "000", 11, 17), // abroad
			r.hasLength(i, "0", 9, 9) && !r.hasLength(i, "00", 9, 9), // a landline, and services such as 0800
			r.hasLength(i, "04", 10, 10):                             // a mobile
			return true
		case i == 0 && (r.hasLength(i, "324", 11, 11) || r.hasLength(i, "32", 10, 10) || // the "+" left out
			r.hasLength(i, "45", 9, 9) || r.hasLength(i, "46", 9, 9) || r.hasLength(i, "47", 9, 9) ||
			r.hasLength(i, "48", 9, 9) || r.hasLength(i, "49", 9, 9)): // a mobile, the zero left out
			return true
		}
	}
	return false
}

// hasLength tells whether the digits from group i on begin with a prefix and some group ends them at a length
// between two bounds.
func (r digitRun) hasLength(i int, prefix string, shortest, longest int) bool {
	var all strings.Builder
	for _, g := range r.groups[i:] {
		all.WriteString(g.digits)
		if all.Len() > longest {
			return false
		}
		if all.Len() >= shortest && strings.HasPrefix(all.String(), prefix) {
			return true
		}
	}
	return false
}

// dateAt tells how many groups a date takes that begins at group i: three, or none.
func (r digitRun) dateAt(i int) int {
	if i+2 >= len(r.groups) {
		return 0
	}
	a, b, c := r.groups[i].digits, r.groups[i+1].digits, r.groups[i+2].digits
	separator := r.groups[i+1].before
	goesOn := i+3 < len(r.groups) && r.groups[i+3].before == separator // as in "04-11-22-33-44"
	if separator != r.groups[i+2].before || !strings.Contains("/-. ", separator) || goesOn {
		return 0
	}
	switch {
	case len(a) == 4 && isYear(a) && len(b) == 2 && upTo(b, 12) && len(c) == 2 && upTo(c, 31):
		return 3
	case len(a) <= 2 && upTo(a, 31) && len(b) <= 2 && upTo(b, 12) && (len(c) == 4 && isYear(c) || len(c) == 2 && separator != " "):
		return 3
	}
	return 0
}

// clockAt tells how many groups a time of day takes that begins at group i, such as "8.30": two, or none.
func (r digitRun) clockAt(i int) int {
	if i+1 >= len(r.groups) || r.groups[i+1].before != "." || i+2 < len(r.groups) && r.groups[i+2].before == "." {
		return 0
	}
	if h, m := r.groups[i].digits, r.groups[i+1].digits; len(h) <= 2 && upTo(h, 24) && len(m) == 2 && upTo(m, 59) {
		return 2
	}
	return 0
}

func isYear(s string) bool { return strings.HasPrefix(s, "19") || strings.HasPrefix(s, "20") }

func upTo(s string, most int) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n <= most
}
