package gateway

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// Problem is why a request is not answered as asked: RFC 9457 with the members and types of the Belgian
// governments' REST guide. It is an error, so that a Handler can return it. Its JSON is what a program gets; a
// person gets a page made of Status and Dutch.
type Problem struct {
	Type     string  `json:"type"`
	Href     string  `json:"href,omitempty"` // where the type is explained; "" stands for the API's own document
	Title    string  `json:"title"`
	Status   int     `json:"status"`
	Detail   string  `json:"detail,omitempty"`   // English, what to do about it
	Instance string  `json:"instance,omitempty"` // urn:uuid of the request; the log has the same id
	Issues   []Issue `json:"issues,omitempty"`
	// Current is the stored state that a stale write was not made from.
	Current any `json:"current,omitempty"`

	// Dutch is the sentence that an error page shows; "" leaves it to the page.
	Dutch string `json:"-"`
	// Header has what the status asks for beside the body: Allow, Retry-After, WWW-Authenticate.
	Header http.Header `json:"-"`
	// cause goes to the log only.
	cause error
}

// Issue is one thing that is wrong with the input.
type Issue struct {
	Type   string `json:"type"`
	Href   string `json:"href,omitempty"`
	Title  string `json:"title,omitempty"`
	In     string `json:"in"` // "query", "path", "header" or "body"
	Name   string `json:"name,omitempty"`
	Value  any    `json:"value,omitempty"`
	Detail string `json:"detail,omitempty"`
	// Rule names what was broken, where Type alone does not tell a program.
	Rule string `json:"rule,omitempty"`
}

const (
	belgif       = "urn:problem-type:belgif:"
	belgifInput  = belgif + "input-validation:"
	ownProblem   = "urn:problem-type:aanspreekpunt:"
	belgifGuide  = "https://www.belgif.be/specification/rest/api-guide/"
	retrySeconds = 5
)

// Error gives what the log needs.
func (p *Problem) Error() string {
	text := strconv.Itoa(p.Status) + " " + p.Title
	if p.Detail != "" {
		text += ": " + p.Detail
	}
	if p.cause != nil {
		text += ": " + p.cause.Error()
	}
	return text
}

// Unwrap gives the cause, which no caller of the service sees.
func (p *Problem) Unwrap() error { return p.cause }

// InDutch adds the sentence that an error page shows, and gives the problem back.
func (p *Problem) InDutch(sentence string) *Problem {
	p.Dutch = sentence
	return p
}

func standard(name, title string, status int, detail string) *Problem {
	return &Problem{Type: belgif + name, Href: belgifGuide + "problems/" + name + ".html", Title: title,
		Status: status, Detail: detail}
}

// NotFound is 404: nothing has this address.
func NotFound(detail string) *Problem {
	return standard("resourceNotFound", "Resource Not Found", http.StatusNotFound, detail)
}

// BadRequest is 400, with what is wrong with the input.
func BadRequest(detail string, issues ...Issue) *Problem {
	p := standard("badRequest", "Bad Request", http.StatusBadRequest, detail)
	p.Issues = issues
	return p
}

// NoAccessToken is 401 for a caller who has not signed in.
func NoAccessToken() *Problem {
	p := standard("noAccessToken", "No Access Token", http.StatusUnauthorized, "No Bearer access token found in the Authorization header")
	p.Header = http.Header{"Www-Authenticate": {"Bearer"}}
	return p
}

// MissingPermission is 403 for a caller without the right.
func MissingPermission(detail string) *Problem {
	return standard("missingPermission", "Missing Permission", http.StatusForbidden, detail)
}

// MethodNotAllowed is 405. Allow lists the methods that the path takes.
func MethodNotAllowed(allow []string) *Problem {
	return &Problem{Type: ownProblem + "methodNotAllowed", Title: "Method Not Allowed", Status: http.StatusMethodNotAllowed,
		Detail: "This path takes " + strings.Join(allow, ", "), Header: http.Header{"Allow": {strings.Join(allow, ", ")}}}
}

// Unavailable is 503 for what will probably work in a moment: the store is slow, throttling or down. The
// cause is logged, not shown.
func Unavailable(cause error) *Problem {
	p := standard("serviceUnavailable", "Service Unavailable", http.StatusServiceUnavailable, "Try again in a moment")
	p.Header = http.Header{"Retry-After": {strconv.Itoa(retrySeconds)}}
	p.cause = cause
	return p
}

// BadGateway is 502 for an answer of another system with which nothing can be done. The cause is logged, not
// shown.
func BadGateway(cause error) *Problem {
	p := standard("badGateway", "Bad Gateway", http.StatusBadGateway, "Another system gave no usable answer")
	p.cause = cause
	return p
}

// Internal is 500 for what nobody foresaw. The cause is logged, not shown.
func Internal(cause error) *Problem {
	p := standard("internalServerError", "Internal Server Error", http.StatusInternalServerError, "An internal error occurred")
	p.cause = cause
	return p
}

// InvalidInput is an issue: a known input with a value that cannot be used. In is "query", "path", "header"
// or "body". A long value is left out.
func InvalidInput(in, name string, value any, detail string) Issue {
	return inputIssue("invalidInput", "Invalid input", in, name, value, detail)
}

// SchemaViolation is an issue: a value that is not as the OpenAPI document says, or is missing.
func SchemaViolation(in, name string, value any, detail string) Issue {
	return inputIssue("schemaViolation", "Schema violation", in, name, value, detail)
}

// ReferencedNotFound is an issue: a well-formed reference to something that does not exist.
func ReferencedNotFound(in, name string, value any, detail string) Issue {
	return inputIssue("referencedResourceNotFound", "Referenced resource not found", in, name, value, detail)
}

// UnknownInput is an issue: an input that the route does not have.
func UnknownInput(in, name string, value any) Issue {
	return inputIssue("unknownInput", "Unknown input", in, name, value, fmt.Sprintf("Input %s is unknown", brief(name)))
}

func inputIssue(kind, title, in, name string, value any, detail string) Issue {
	if s, ok := value.(string); ok && s != brief(s) {
		value = nil
	}
	return Issue{Type: belgifInput + kind, Href: belgifGuide + "issues/" + kind + ".html", Title: title, In: in,
		Name: brief(name), Value: value, Detail: detail}
}

// brief cuts what a caller sent to what is worth giving back.
func brief(s string) string {
	const most = 100 // bytes
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// problemOf maps an error to what the caller is told. What nobody foresaw is an opaque 500.
func problemOf(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return Unavailable(err)
	}
	return Internal(err)
}

// ErrorPage shows a problem to a person. It writes p.Status and a page; headers that the status asks for are
// set already.
type ErrorPage func(w http.ResponseWriter, r *http.Request, p *Problem)

// WriteError answers with a problem: JSON under /api/, a page elsewhere. What was written before is dropped.
// A *Problem in err is used; any other error is an opaque 500, or 503 when time ran out. The request log names
// the cause of a 5xx once. A Handler that returns err need not call it.
func WriteError(w http.ResponseWriter, r *http.Request, err error) {
	if a, ok := w.(*answer); ok {
		a.reset()
	}
	x := exchangeOf(r)
	p := *problemOf(err) // a copy: a problem may be shared between requests
	p.Instance = "urn:uuid:" + x.id
	p.Href = cmp.Or(p.Href, Link(r, apiPrefix+"doc/openapi.yaml"))
	if p.Status >= http.StatusInternalServerError {
		x.cause = cmp.Or(p.cause, err)
	}
	header := w.Header()
	header.Set("Cache-Control", string(NoStore))
	for name, values := range p.Header {
		header[name] = values
	}
	if x.errorPage != nil && !isAPI(r.URL.Path) {
		x.errorPage(w, r, &p)
		return
	}
	header.Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	body, err := json.Marshal(p)
	if err != nil { // an issue's value that JSON cannot hold: the rest says enough
		p.Issues, p.Current = nil, nil
		body, _ = json.Marshal(p)
	}
	_, _ = w.Write(body) // the caller may be gone; there is nobody to tell
}

// Warn has the log line of the context's request say what went wrong although a handler answers it itself, from
// older facts or with a page that still knows something. A nil cause says nothing.
func Warn(ctx context.Context, cause error) {
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok && cause != nil {
		x.cause = cause
	}
}

// newID gives the id of a request: Lambda's own, or a random UUID outside Lambda.
func newID(ctx context.Context) string {
	if lc, ok := lambdacontext.FromContext(ctx); ok && isUUID(lc.AwsRequestID) {
		return strings.ToLower(lc.AwsRequestID)
	}
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
		default:
			return false
		}
	}
	return true
}
