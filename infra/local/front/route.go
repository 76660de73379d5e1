package front

import (
	"net/url"
	"strings"
)

// Route sends requests to a function.
type Route struct {
	Method string // a method, or ANY
	Path   string // "$default", or as API Gateway writes it: /zones/{code}, /files/{name+}
	Target Target
}

// key is how API Gateway names the route in an event.
func (r Route) key() string {
	if r.Path == defaultPath {
		return defaultPath
	}
	return r.Method + " " + r.Path
}

const defaultPath = "$default"

// kinds of a path segment, the more specific first.
const (
	literal = iota
	variable
	greedy
)

func kind(segment string) int {
	switch {
	case strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "+}"):
		return greedy
	case strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}"):
		return variable
	}
	return literal
}

// find returns the most specific route for a request, and the values of its path variables. The path is the one
// in the request line, still escaped.
func find(routes []Route, method, escapedPath string) (best Route, values map[string]string, ok bool) {
	segments := strings.Split(strings.TrimPrefix(escapedPath, "/"), "/")
	for _, r := range routes {
		if r.Method != "ANY" && r.Method != method && r.Path != defaultPath {
			continue
		}
		v, fits := fit(r.Path, segments)
		if fits && (!ok || moreSpecific(r, best)) {
			best, values, ok = r, v, true
		}
	}
	return best, values, ok
}

func fit(path string, segments []string) (map[string]string, bool) {
	if path == defaultPath {
		return nil, true
	}
	pattern := strings.Split(strings.TrimPrefix(path, "/"), "/")
	var values map[string]string
	set := func(segment, value string) {
		if values == nil {
			values = map[string]string{}
		}
		if decoded, err := url.PathUnescape(value); err == nil {
			value = decoded
		}
		values[strings.Trim(segment, "{+}")] = value
	}
	for i, p := range pattern {
		if i >= len(segments) {
			return nil, false
		}
		switch kind(p) {
		case greedy:
			set(p, strings.Join(segments[i:], "/"))
			return values, true
		case variable:
			if segments[i] == "" {
				return nil, false
			}
			set(p, segments[i])
		default:
			decoded, err := url.PathUnescape(segments[i])
			if err != nil || decoded != p {
				return nil, false
			}
		}
	}
	return values, len(pattern) == len(segments)
}

// moreSpecific compares two routes that both fit: segment by segment, then by method, $default last.
func moreSpecific(a, b Route) bool {
	if (a.Path == defaultPath) != (b.Path == defaultPath) {
		return b.Path == defaultPath
	}
	as, bs := strings.Split(a.Path, "/"), strings.Split(b.Path, "/")
	for i := range min(len(as), len(bs)) {
		if ka, kb := kind(as[i]), kind(bs[i]); ka != kb {
			return ka < kb
		}
	}
	return a.Method != "ANY" && b.Method == "ANY"
}
