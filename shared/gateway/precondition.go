package gateway

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
)

// ETag is the entity tag of a body that shows a stored version: `"7-<hash>"`. It is what a GET gives that answers
// the same bytes after SetVersion.
func ETag(version int, body []byte) string {
	return `"` + strconv.Itoa(version) + "-" + hashOf(body) + `"`
}

func hashOf(body []byte) string {
	hash := sha256.Sum256(body)
	return base64.RawURLEncoding.EncodeToString(hash[:12])
}

// IfMatch gives the versions that a request's If-Match names: a write is for whoever knows the version that is
// stored. The hash of a tag is not looked at, since the same version reads differently to others and tomorrow; a
// tag without a version, which is none of ours, counts as -1. Without the header, or with "*", which names
// nothing, the error is a 428; with anything that is no list of entity tags it is a 400.
func IfMatch(r *http.Request) ([]int, error) {
	rest := strings.TrimSpace(strings.Join(r.Header.Values("If-Match"), ","))
	if rest == "" || rest == "*" {
		return nil, PreconditionRequired()
	}
	var versions []int
	for rest != "" {
		rest = strings.TrimPrefix(rest, "W/") // a proxy that compresses makes tags weak
		if rest[:min(1, len(rest))] != `"` {
			return nil, badIfMatch()
		}
		tag, after, closed := strings.Cut(rest[1:], `"`)
		rest = strings.TrimLeft(after, " \t")
		if !closed || rest != "" && rest[0] != ',' {
			return nil, badIfMatch()
		}
		rest = strings.TrimLeft(rest, " \t,")
		version := -1
		number, _, _ := strings.Cut(tag, "-")
		if n, err := strconv.ParseUint(number, 10, 31); err == nil {
			version = int(n)
		}
		versions = append(versions, version)
	}
	return versions, nil
}

func badIfMatch() error {
	return BadRequest("The request has input that cannot be used",
		InvalidInput("header", "If-Match", nil, `Want the ETag of the version that was read, with its quotes: "7-…"`))
}

func own(name, title string, status int, detail string) *Problem {
	return &Problem{Type: ownProblem + name, Title: title, Status: status, Detail: detail}
}

// PreconditionRequired is 428: the write does not say which version it was made from.
func PreconditionRequired() *Problem {
	return own("preconditionRequired", "Precondition Required", http.StatusPreconditionRequired,
		"If-Match is required: the ETag of the version that was read")
}

// PreconditionFailed is 412: somebody saved since the caller read. etag and current are the current state's, as a
// GET would give them.
func PreconditionFailed(etag string, current any) *Problem {
	p := own("preconditionFailed", "Precondition Failed", http.StatusPreconditionFailed,
		"Somebody saved a newer version since this one was read; current is that version")
	p.Header = http.Header{"Etag": {etag}, "Cache-Control": {string(Private)}}
	p.Current = current
	return p
}

// Conflict is 409: the request is well formed, and what is stored does not allow it. name is the last part of the
// problem's type, in lowerCamelCase.
func Conflict(name, title, detail string, issues ...Issue) *Problem {
	p := own(name, title, http.StatusConflict, detail)
	p.Issues = issues
	return p
}

// KeyReused is 422: the Idempotency-Key stood on another request.
func KeyReused() *Problem {
	return own("idempotencyKeyReused", "Idempotency-Key Reused", http.StatusUnprocessableEntity,
		"This Idempotency-Key was used for a request with another body in the last 24 hours")
}

// PayloadTooLarge is 413: the body has more than most bytes.
func PayloadTooLarge(most int) *Problem {
	return standard("payloadTooLarge", "Payload Too Large", http.StatusRequestEntityTooLarge,
		"The body may have "+strconv.Itoa(most)+" bytes")
}

// UnsupportedMediaType is 415: the body is not of the type that the path takes.
func UnsupportedMediaType(want string) *Problem {
	return own("unsupportedMediaType", "Unsupported Media Type", http.StatusUnsupportedMediaType, "The body must be "+want)
}
