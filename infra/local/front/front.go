package front

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"golang.org/x/time/rate"

	"aanspreekpunt/infra/local/lambda"
)

// The limits of an HTTP API that no setting moves.
const (
	MaxHeaderBytes = 10240            // request line and headers
	MaxBodyBytes   = 10 * 1024 * 1024 // of a request, as it was sent
	Patience       = 30 * time.Second // for a function's answer
)

// Target calls a function with an event.
type Target func(ctx context.Context, event []byte) ([]byte, error)

// errTooOften is a Target's refusal of a route that is asked more often than it may.
var errTooOften = errors.New("the route is asked too often")

// Throttled lets a route be asked perSecond times a second, and burst times at once. Other requests get the gateway's
// own 429.
func Throttled(perSecond float64, burst int, now func() time.Time, target Target) Target {
	bucket := rate.NewLimiter(rate.Limit(perSecond), burst)
	return func(ctx context.Context, event []byte) ([]byte, error) {
		if !bucket.AllowN(now(), 1) {
			return nil, errTooOften
		}
		return target(ctx, event)
	}
}

// New makes the front for these routes. now gives the time of a request.
func New(routes []Route, now func() time.Time) http.Handler {
	return &front{routes: slices.Clone(routes), now: now}
}

type front struct {
	routes []Route
	now    func() time.Time
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := requestID()
	w.Header().Set("Apigw-Requestid", id)
	if headerBytes(r) > MaxHeaderBytes {
		refuse(w, http.StatusRequestHeaderFieldsTooLarge, "Request Header Fields Too Large")
		return
	}
	route, values, ok := find(f.routes, r.Method, r.URL.EscapedPath())
	if !ok {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBodyBytes))
	if err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			refuse(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
		} else {
			refuse(w, http.StatusBadRequest, "Bad Request")
		}
		return
	}
	event, err := json.Marshal(newEvent(r, route, values, body, id, f.now()))
	if err != nil {
		refuse(w, http.StatusBadRequest, "Bad Request")
		return
	}
	if len(event) > lambda.MaxPayload {
		refuse(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
		return
	}

	ctx, cancel := context.WithTimeout(r.Context(), Patience)
	defer cancel()
	result, err := route.Target(ctx, event)
	if err != nil {
		failed, is := errors.AsType[*lambda.InvokeError](err)
		switch {
		case errors.Is(err, errTooOften):
			refuse(w, http.StatusTooManyRequests, "Too Many Requests")
		case errors.Is(err, context.DeadlineExceeded):
			refuse(w, http.StatusServiceUnavailable, "Service Unavailable")
		case is && failed.Type != "Runtime.ExitError":
			refuse(w, http.StatusBadGateway, "Internal Server Error")
		default:
			refuse(w, http.StatusInternalServerError, "Internal Server Error")
		}
		return
	}
	answer(w, r, result)
}

// headerBytes is the size of the request line and the headers as they were sent in HTTP/1.1.
func headerBytes(r *http.Request) int {
	n := len(r.Method) + 1 + len(r.RequestURI) + len(" HTTP/1.1\r\n") + len("Host: \r\n") + len(r.Host)
	for name, values := range r.Header {
		for _, value := range values {
			n += len(name) + len(": \r\n") + len(value)
		}
	}
	return n + len("\r\n")
}

// hopByHop are headers between the client and the gateway alone; Cookie has a place of its own in the event, and
// the forwarding headers are the gateway's to write.
var hopByHop = []string{"Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
	"Cookie", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto"}

// event is the library's, without the certificate of the client that the library always writes and the gateway only
// when there is one.
type event struct {
	events.APIGatewayV2HTTPRequest
	RequestContext requestContext `json:"requestContext"`
}

type requestContext struct {
	events.APIGatewayV2HTTPRequestContext
	Authentication *struct{} `json:"authentication,omitempty"`
}

func newEvent(r *http.Request, route Route, values map[string]string, body []byte, id string, now time.Time) event {
	client, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		client = r.RemoteAddr
	}
	headers := make(map[string]string, len(r.Header)+5)
	for name, all := range r.Header {
		if !slices.Contains(hopByHop, name) {
			headers[strings.ToLower(name)] = strings.Join(all, ",")
		}
	}
	headers["host"] = r.Host
	headers["x-forwarded-for"] = strings.Join(append(r.Header.Values("X-Forwarded-For"), client), ", ")
	headers["x-forwarded-proto"] = "http"
	headers["x-forwarded-port"] = "80"
	if _, port, err := net.SplitHostPort(r.Host); err == nil {
		headers["x-forwarded-port"] = port
	}
	if headers["x-amzn-trace-id"] == "" {
		headers["x-amzn-trace-id"] = fmt.Sprintf("Root=1-%08x-%s", now.Unix(), rand.Text()[:24])
	}
	if len(body) > 0 {
		headers["content-length"] = strconv.Itoa(len(body))
	}

	var cookies []string
	for _, line := range r.Header.Values("Cookie") {
		for cookie := range strings.SplitSeq(line, ";") {
			if cookie = strings.TrimSpace(cookie); cookie != "" {
				cookies = append(cookies, cookie)
			}
		}
	}
	host, _, _ := strings.Cut(r.Host, ":")
	prefix, _, _ := strings.Cut(host, ".")
	e := event{
		APIGatewayV2HTTPRequest: events.APIGatewayV2HTTPRequest{
			Version:               "2.0",
			RouteKey:              route.key(),
			RawPath:               r.URL.Path,
			RawQueryString:        r.URL.RawQuery,
			Cookies:               cookies,
			Headers:               headers,
			QueryStringParameters: parameters(r.URL.RawQuery),
			PathParameters:        values,
		},
		RequestContext: requestContext{APIGatewayV2HTTPRequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey:     route.key(),
			AccountID:    "123456789012",
			Stage:        defaultPath,
			RequestID:    id,
			APIID:        "local",
			DomainName:   r.Host,
			DomainPrefix: prefix,
			Time:         now.UTC().Format("02/Jan/2006:15:04:05 -0700"),
			TimeEpoch:    now.UnixMilli(),
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method:    r.Method,
				Path:      r.URL.Path,
				Protocol:  r.Proto,
				SourceIP:  client,
				UserAgent: r.UserAgent(),
			},
		}},
	}
	switch {
	case len(body) == 0:
	case isText(r.Header.Get("Content-Type")):
		e.Body = string(body)
	default:
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return e
}

// parameters decodes a query; repeated values are joined with commas. What cannot be decoded is left out, as it
// stands in rawQueryString anyway.
func parameters(query string) map[string]string {
	all, _ := url.ParseQuery(query)
	if len(all) == 0 {
		return nil
	}
	out := make(map[string]string, len(all))
	for name, values := range all {
		out[name] = strings.Join(values, ",")
	}
	return out
}

// isText tells which bodies come as they are; all others come in base64.
func isText(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	switch kind {
	case "application/json", "application/javascript", "application/xml":
		return true
	}
	return strings.HasPrefix(kind, "text/")
}

// answer writes what a function answered.
func answer(w http.ResponseWriter, r *http.Request, result []byte) {
	var a struct {
		StatusCode      *int
		Headers         map[string]any
		Body            *string
		IsBase64Encoded bool
		Cookies         []string
	}
	if err := json.Unmarshal(result, &a); err != nil || a.StatusCode == nil {
		if !json.Valid(result) {
			refuse(w, http.StatusBadGateway, "Internal Server Error")
			return
		}
		w.Header().Set("Content-Type", "application/json")
		write(w, r, http.StatusOK, result)
		return
	}
	var body []byte
	if a.Body != nil {
		body = []byte(*a.Body)
	}
	if a.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(string(body))
		if err != nil {
			refuse(w, http.StatusBadGateway, "Internal Server Error")
			return
		}
		body = decoded
	}
	if *a.StatusCode < 200 || *a.StatusCode > 599 {
		refuse(w, http.StatusBadGateway, "Internal Server Error")
		return
	}
	h := w.Header()
	for name, value := range a.Headers {
		h.Set(name, fmt.Sprint(value))
	}
	for _, cookie := range a.Cookies {
		h.Add("Set-Cookie", cookie)
	}
	if h.Get("Content-Type") == "" && len(body) > 0 {
		h.Set("Content-Type", "text/plain;charset=UTF-8")
	}
	for _, name := range hopByHop[:7] {
		h.Del(name)
	}
	write(w, r, *a.StatusCode, body)
}

// write sends the body with its length. For HEAD, what the function said of the length counts.
func write(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	h := w.Header()
	switch {
	case status == http.StatusNoContent || status == http.StatusNotModified:
		h.Del("Content-Length")
		body = nil
	case r.Method != http.MethodHead || len(body) > 0 || h.Get("Content-Length") == "":
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

// refuse answers in the gateway's own words.
func refuse(w http.ResponseWriter, status int, message string) {
	body := []byte(`{"message":"` + message + `"}`)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// requestID looks like the ids that API Gateway gives requests: sixteen characters.
func requestID() string { return rand.Text()[:15] + "=" }
