package gateway

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Param declares one query parameter of a route.
type Param struct {
	Name string
	// Required makes its absence a problem; an empty value is not absence.
	Required bool
	// Repeat allows the parameter more than once, which means OR: at most mostRepeated times.
	Repeat bool
	// MaxLength is the longest value in characters; 0 is 100.
	MaxLength int
	// Values are the values it may have; empty: any.
	Values []string
	// Min and Max make it a whole number between them, both included, when Max is not 0. Default is its value
	// when it is not given.
	Min, Max, Default int
	// Check tells what is wrong with a value, in English.
	Check func(value string) error
}

// Values are the query parameters of a request, by the names that Params was given. Text is trimmed, and each
// control character in it is a space.
type Values struct {
	text    map[string][]string
	numbers map[string]int
}

// Get gives the first value, or "".
func (v Values) Get(name string) string {
	if all := v.text[name]; len(all) > 0 {
		return all[0]
	}
	return ""
}

// All gives every value in the order given.
func (v Values) All(name string) []string { return v.text[name] }

// Int gives a number's value, or its default.
func (v Values) Int(name string) int { return v.numbers[name] }

// PageParam is the page of a collection, from 1. Its upper bound keeps page times pageSize far from overflow; a
// page after the last is empty, not wrong.
func PageParam() Param { return Param{Name: "page", Min: 1, Max: 1_000_000_000, Default: 1} }

// PageSizeParam is the number of items on a page: 1 to most, 10 unless told.
func PageSizeParam(most int) Param { return Param{Name: "pageSize", Min: 1, Max: most, Default: 10} }

// mostRepeated is more than there are zones. Some answers say every value with a link to all others.
const mostRepeated = 150

// Params reads a request's query parameters.
//
// Under /api/ it is strict: an unknown parameter, one repeated without leave, a value that is not allowed or
// a broken escape makes it return a *Problem, status 400, with an issue for each. A page is read by people who
// follow links that others decorated: there an unknown parameter is ignored, the first of several values
// counts, a broken escape stands for itself, and only a value that is too long or not allowed is a problem.
// The values that could be read are returned beside the problem, so that a page can show them.
func Params(r *http.Request, declared ...Param) (Values, error) {
	strict := isAPI(r.URL.Path)
	values := Values{text: map[string][]string{}, numbers: map[string]int{}}
	var issues []Issue
	given := map[string][]string{}
	var order []string
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		if pair == "" {
			continue
		}
		rawName, rawValue, _ := strings.Cut(pair, "=")
		name, okName := unescape(rawName)
		value, okValue := unescape(rawValue)
		if _, seen := given[name]; !seen {
			order = append(order, name)
			given[name] = nil
		}
		if strict && (!okName || !okValue) {
			issues = append(issues, InvalidInput("query", name, nil, "The value is not percent-encoded UTF-8"))
			continue
		}
		given[name] = append(given[name], tidy(value))
	}
	for _, name := range order {
		i := slices.IndexFunc(declared, func(p Param) bool { return p.Name == name })
		if i < 0 {
			if strict && len(given[name]) > 0 {
				issues = append(issues, UnknownInput("query", name, given[name][0]))
			}
			continue
		}
		all := given[name]
		if len(all) > 1 && !declared[i].Repeat {
			if strict {
				issues = append(issues, InvalidInput("query", name, nil, "The parameter may be given once"))
				continue
			}
			all = all[:1]
		}
		if len(all) > mostRepeated {
			issues = append(issues, SchemaViolation("query", name, nil, fmt.Sprintf("The parameter may be given %d times", mostRepeated)))
			continue
		}
		for _, value := range all {
			if issue := declared[i].wrong(value); issue != nil {
				issues = append(issues, *issue)
				continue
			}
			values.text[name] = append(values.text[name], value)
		}
	}
	for _, p := range declared {
		if _, ok := given[p.Name]; p.Required && !ok {
			issues = append(issues, SchemaViolation("query", p.Name, nil, "The parameter is required"))
		}
		if p.Max == 0 {
			continue
		}
		values.numbers[p.Name] = p.Default
		if n, err := strconv.Atoi(values.Get(p.Name)); err == nil {
			values.numbers[p.Name] = n
		}
	}
	if len(issues) > 0 {
		return values, BadRequest("The request has input that cannot be used", issues...)
	}
	return values, nil
}

// wrong says what is wrong with a value; nil is nothing.
func (p Param) wrong(value string) *Issue {
	violation := func(detail string) *Issue {
		issue := SchemaViolation("query", p.Name, value, detail)
		return &issue
	}
	most := cmp.Or(p.MaxLength, 100)
	if utf8.RuneCountInString(value) > most {
		return violation(fmt.Sprintf("The value has more than %d characters", most))
	}
	if p.Max != 0 {
		n, err := strconv.Atoi(value)
		if err != nil || value[0] == '+' || n < p.Min || n > p.Max {
			return violation(fmt.Sprintf("Want a whole number from %d to %d", p.Min, p.Max))
		}
	}
	if len(p.Values) > 0 && !slices.Contains(p.Values, value) {
		return violation("Want one of " + strings.Join(p.Values, ", "))
	}
	if p.Check != nil {
		if err := p.Check(value); err != nil {
			issue := InvalidInput("query", p.Name, value, err.Error())
			return &issue
		}
	}
	return nil
}

// unescape decodes one name or value of a query. What is broken stays as it is, and ok is false.
func unescape(s string) (text string, ok bool) {
	text, err := url.QueryUnescape(s)
	if err != nil {
		text = strings.ReplaceAll(s, "+", " ")
	}
	if !utf8.ValidString(text) {
		return strings.ToValidUTF8(text, "\uFFFD"), false
	}
	return text, err == nil
}

// tidy takes control characters out of a value, also those that would turn the direction of the text around it.
func tidy(s string) string {
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		switch {
		case unicode.Is(unicode.Bidi_Control, c), c == '\ufeff':
			return -1
		case unicode.IsControl(c):
			return ' '
		}
		return c
	}, s))
}
