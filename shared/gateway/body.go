package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ReadJSON reads a body of JSON of at most most bytes; empty is a body, too.
func ReadJSON(r *http.Request, most int) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, int64(most)+1))
	if err != nil {
		return nil, BadRequest("The body cannot be read")
	}
	if len(body) > most {
		return nil, PayloadTooLarge(most)
	}
	if given := r.Header.Get("Content-Type"); given != "" && len(body) > 0 {
		if media, _, err := mime.ParseMediaType(given); err != nil || media != "application/json" && !strings.HasSuffix(media, "+json") {
			return nil, UnsupportedMediaType("application/json")
		}
	}
	return body, nil
}

// deepest is how deep a body may be nested. A zone needs six.
const deepest = 16

// DecodeJSON reads a body of JSON into v, a pointer to a struct, strictly: every member must be one of v's or one that
// is ignored there, and none may come twice. ignored lists members that are accepted and not read, by the path of
// their object, without indexes: "" for the body itself, "contactPoints" for the elements of that list. The problem
// names everything that is wrong.
func DecodeJSON(body []byte, v any, ignored map[string][]string) error {
	switch {
	case len(body) == 0:
		return BadBody("", "The body is missing")
	case !utf8.Valid(body):
		return BadBody("", "The body is not UTF-8")
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal(body, new(json.RawMessage)); errors.As(err, &syntax) {
		return BadBody("", fmt.Sprintf("The body is not JSON from byte %d on", syntax.Offset))
	}
	d := decoder{rest: body, ignored: ignored}
	d.value("", "", reflect.TypeOf(v).Elem(), 1)
	if len(d.issues) > 0 {
		return BadRequest("The body has input that cannot be used", d.issues...)
	}
	if err := json.Unmarshal(body, v); err != nil {
		return BadBody("", "The body has a value that cannot be read") // the types were checked: a number that overflows
	}
	return nil
}

// BadBody is 400: a body that is not what the route takes, at the member with a name; "" for the body itself.
func BadBody(name, detail string) error {
	return BadRequest("The body cannot be read", SchemaViolation("body", name, nil, detail))
}

// decoder goes through JSON that is known to be well formed and holds it against a type.
type decoder struct {
	rest    []byte
	ignored map[string][]string
	issues  []Issue
}

// mostIssues bounds an answer: nobody reads more.
const mostIssues = 200

func (d *decoder) add(i Issue) {
	if len(d.issues) < mostIssues {
		d.issues = append(d.issues, i)
	}
}

func (d *decoder) wrong(at, detail string) {
	d.add(SchemaViolation("body", at, nil, detail))
}

// next gives the first byte that is no white space.
func (d *decoder) next() byte {
	d.rest = bytes.TrimLeft(d.rest, " \t\r\n")
	return d.rest[0]
}

// take removes the next byte if it is c.
func (d *decoder) take(c byte) bool {
	if d.next() != c {
		return false
	}
	d.rest = d.rest[1:]
	return true
}

// value reads one value. at is where it stands, with indexes; path is the same without; a nil type takes anything.
func (d *decoder) value(at, path string, t reflect.Type, depth int) {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	kind := reflect.Invalid
	if t != nil {
		kind = t.Kind()
	}
	want := func(ok bool, what string) {
		if t != nil && !ok {
			d.wrong(at, "Want "+what)
			t = nil
		}
	}
	switch c := d.next(); {
	case (c == '{' || c == '[') && depth > deepest:
		if !slices.ContainsFunc(d.issues, func(i Issue) bool { return i.Detail == tooDeep }) {
			d.wrong(at, tooDeep)
		}
		d.skip()
	case c == '{':
		want(kind == reflect.Struct, wanted(kind))
		d.object(at, path, t, depth)
	case c == '[':
		want(kind == reflect.Slice, wanted(kind))
		if t != nil {
			t = t.Elem()
		}
		d.take('[')
		for i := 0; !d.take(']'); i++ {
			d.value(at+"["+strconv.Itoa(i)+"]", path, t, depth+1)
			d.take(',')
		}
	case c == '"':
		_, sound := d.text()
		want(kind == reflect.String, wanted(kind))
		if !sound {
			d.wrong(at, loneSurrogate)
		}
	default:
		literal := d.literal()
		_, err := strconv.Atoi(literal)
		want(kind == reflect.Bool && (literal == "true" || literal == "false") || kind == reflect.Int && err == nil, wanted(kind))
	}
}

const (
	tooDeep       = "The body is nested too deeply"
	loneSurrogate = "Holds half of a surrogate pair, which is no character"
)

func wanted(k reflect.Kind) string {
	switch k {
	case reflect.Struct:
		return "an object"
	case reflect.Slice:
		return "an array"
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	}
	return "a whole number"
}

// object reads an object of a struct's members.
func (d *decoder) object(at, path string, t reflect.Type, depth int) {
	seen := map[string]bool{}
	d.take('{')
	for !d.take('}') {
		d.next()
		name, sound := d.text()
		d.take(':')
		inside, kind := join(at, name), reflect.Type(nil)
		var known bool
		if t != nil {
			kind, known = member(t, name)
		}
		switch {
		case !sound:
			d.wrong(at, "A member's name "+strings.ToLower(loneSurrogate[:1])+loneSurrogate[1:])
		case seen[name]:
			d.wrong(inside, "The member stands twice")
		case t != nil && !known && !slices.Contains(d.ignored[path], name):
			d.add(UnknownInput("body", inside, nil))
		}
		seen[name] = true
		d.value(inside, join(path, name), kind, depth+1)
		d.take(',')
	}
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// member finds the type of a struct's member by its name in JSON.
func member(t reflect.Type, name string) (reflect.Type, bool) {
	for i := range t.NumField() {
		if tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); tag == name && tag != "-" {
			return t.Field(i).Type, true
		}
	}
	return nil, false
}

// text reads a string; sound tells that it has no half of a surrogate pair, of which encoding/json makes U+FFFD.
func (d *decoder) text() (s string, sound bool) {
	end := 1
	for d.rest[end] != '"' {
		if d.rest[end] == '\\' {
			end++
		}
		end++
	}
	raw := d.rest[:end+1]
	d.rest = d.rest[end+1:]
	if json.Unmarshal(raw, &s) != nil {
		return "", false // cannot happen: the body was well formed
	}
	return s, wholePairs(raw)
}

// wholePairs tells whether every \u escape of a surrogate in a JSON string stands with its other half.
func wholePairs(raw []byte) bool {
	unit := func(i int) (uint64, bool) {
		if i+6 > len(raw) || raw[i] != '\\' || raw[i+1] != 'u' {
			return 0, false
		}
		u, err := strconv.ParseUint(string(raw[i+2:i+6]), 16, 16)
		return u, err == nil
	}
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		first, escaped := unit(i)
		if !escaped {
			i++ // the escaped sign
			continue
		}
		i += 5
		if first < 0xD800 || first > 0xDFFF {
			continue
		}
		second, ok := unit(i + 1)
		if first > 0xDBFF || !ok || second < 0xDC00 || second > 0xDFFF {
			return false
		}
		i += 6
	}
	return true
}

// literal reads a number, true, false or null.
func (d *decoder) literal() string {
	end := bytes.IndexAny(d.rest, ",]} \t\r\n")
	if end < 0 {
		end = len(d.rest)
	}
	literal := string(d.rest[:end])
	d.rest = d.rest[end:]
	return literal
}

// skip passes over a value that is nested too deeply, without going down into it.
func (d *decoder) skip() {
	for depth := 0; ; {
		switch d.next() {
		case '{', '[':
			depth++
			d.rest = d.rest[1:]
		case '}', ']':
			depth--
			d.rest = d.rest[1:]
			if depth == 0 {
				return
			}
		case '"':
			d.text()
		default:
			d.rest = d.rest[1:]
		}
	}
}
