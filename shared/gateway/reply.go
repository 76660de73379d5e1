package gateway

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Handler answers a request, or returns why it cannot: a *Problem is answered as it says, any other error is
// an opaque 500, logged once. See WriteError.
type Handler func(w http.ResponseWriter, r *http.Request) error

// ServeHTTP makes a Handler an http.Handler.
func (h Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := h(w, r); err != nil {
		WriteError(w, r, err)
	}
}

// Caching is a Cache-Control header: who may keep an answer and for how long.
type Caching string

const (
	// Revalidate lets caches keep an answer but ask each time whether it still holds. It is what an answer
	// gets that says nothing: contact data is never shown from a cache without asking.
	Revalidate Caching = "no-cache"
	// Immutable is for assets whose name has a hash of their content.
	Immutable Caching = "public, max-age=31536000, immutable"
	// NoStore is for problems and for what must not be kept anywhere.
	NoStore Caching = "no-store"
	// Private is for answers to someone who signed in.
	Private Caching = "private, no-store"
	// ReferenceData is for code lists and the API document, which change with a deployment.
	ReferenceData Caching = "public, max-age=3600"
)

// Cache sets how an answer may be kept. Call it before the answer's body.
func Cache(w http.ResponseWriter, c Caching) { w.Header().Set("Cache-Control", string(c)) }

// versionHeader carries SetVersion's number from the handler to the ETag. It is never sent.
const versionHeader = "Aanspreekpunt-Version"

// SetVersion puts the stored version that an answer shows in front of its ETag, so that If-Match can be
// compared with it: "7-<hash>". Version 0 was never saved. Call it before the answer's body.
func SetVersion(w http.ResponseWriter, version int) {
	w.Header().Set(versionHeader, strconv.Itoa(version))
}

// JSON is v as WriteJSON answers it.
func JSON(v any) ([]byte, error) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false) // a link in it can be pasted as it is; no browser reads JSON as HTML, with nosniff
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(body.Bytes(), []byte("\n")), nil
}

// WriteJSON answers with v as JSON.
func WriteJSON(w http.ResponseWriter, r *http.Request, status int, v any) error {
	body, err := JSON(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, err = w.Write(body)
	return err
}

// Redirect sends the caller to another address of the service: a path, with or without query. Status is 301,
// 303 or 308.
func Redirect(w http.ResponseWriter, r *http.Request, path string, status int) {
	w.Header().Set("Location", Link(r, path))
	w.WriteHeader(status)
}

// BaseURL is the address of the service without a slash at its end, "https://aanspreekpunt.example": what
// Options.BaseURL says, or else what the caller used.
func BaseURL(r *http.Request) string {
	if base := exchangeOf(r).baseURL; base != "" {
		return base
	}
	scheme := "https"
	if r.Header.Get("X-Forwarded-Proto") == "http" {
		scheme = "http" // only the local runner: API Gateway speaks https alone
	}
	return scheme + "://" + r.Host
}

// Link makes an absolute address of a path of the service that begins with a slash.
func Link(r *http.Request, path string) string { return BaseURL(r) + path }

// Self is the absolute address of a request as this service writes it, with the query parameters given. A
// parameter without values is left out.
func Self(r *http.Request, query url.Values) string {
	self := Link(r, r.URL.EscapedPath())
	if encoded := query.Encode(); encoded != "" {
		self += "?" + strings.ReplaceAll(encoded, "+", "%20")
	}
	return self
}
