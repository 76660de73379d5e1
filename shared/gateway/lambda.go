package gateway

import (
	"cmp"
	"context"
	"encoding/base64"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/awslabs/aws-lambda-go-api-proxy/core"
)

// Start makes a function's handler with wire and serves Lambda events until the process ends. A start that fails is one
// line in the log that names what is wrong, and exit status 1.
func Start(wire func(ctx context.Context, log *slog.Logger) (http.Handler, error)) {
	log := lambdacontext.NewLogger()
	h, err := wire(context.Background(), log)
	if err != nil {
		log.Error("start", slog.String("cause", err.Error()))
		os.Exit(1)
	}
	lambda.Start(Lambda(h))
}

// spare is how long before Lambda's own deadline a request's context ends, so that the caller gets a problem
// instead of the gateway's 503.
const spare = 300 * time.Millisecond

// Lambda makes a handler a function for HTTP API events, payload version 2.0. It returns no error ever: an
// error would give the caller a bare 502.
func Lambda(h http.Handler) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	return func(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		if deadline, ok := ctx.Deadline(); ok {
			var cancel context.CancelFunc
			ctx, cancel = context.WithDeadline(ctx, deadline.Add(-spare))
			defer cancel()
		}
		r, problem := request(ctx, event)
		a := newAnswer()
		if problem != nil {
			WriteError(a, r, problem)
		} else {
			serve(h, a, r)
		}
		a.finish()
		return response(a, r.Method), nil
	}
}

// serve runs a handler; a panic that it lets through is answered like any error of ours.
func serve(h http.Handler, a *answer, r *http.Request) {
	defer func() {
		if v := recover(); v != nil {
			WriteError(a, r, Internal(panicked(v)))
		}
	}()
	h.ServeHTTP(a, r)
}

// request makes an http.Request of an event: the library's, with what it gets wrong put right. The problem is
// nil, or says what no caller of API Gateway can send; the request can be answered in both cases.
func request(ctx context.Context, event events.APIGatewayV2HTTPRequest) (*http.Request, *Problem) {
	// The gateway decodes the path: escape it again, or a "%" or "?" in it is read as an escape or a query.
	path := event.RawPath
	if path == "" {
		path = event.RequestContext.HTTP.Path
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	event.RawPath = (&url.URL{Path: path}).EscapedPath()
	event.RawQueryString = escapeControls(event.RawQueryString)
	headers, host, address := event.Headers, event.RequestContext.DomainName, event.RequestContext.HTTP.SourceIP
	// The library prints what it cannot read, the query too: it gets nothing that it could stumble over.
	event.Headers, event.RequestContext.DomainName, event.RequestContext.HTTP.Path = nil, "", ""

	var accessor core.RequestAccessorV2
	r, err := accessor.EventToRequestWithContext(ctx, event)
	if err != nil { // a method that is none, a body that is not base64
		method := strings.ToUpper(event.RequestContext.HTTP.Method)
		r = (&http.Request{Method: method, URL: &url.URL{Path: path}, Header: http.Header{}}).WithContext(ctx)
		return r, BadRequest("The request cannot be read")
	}
	r.URL.Scheme, r.URL.Host = "", "" // as in a server's request
	r.RequestURI = r.URL.RequestURI()
	// The library splits most headers on commas, so that an ETag list or a date comes apart.
	r.Header = make(http.Header, len(headers)+1)
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	if len(event.Cookies) > 0 {
		r.Header.Set("Cookie", strings.Join(event.Cookies, "; "))
	}
	r.Host = cmp.Or(r.Header.Get("Host"), host) // API Gateway routes by it, so it is one of ours
	r.Header.Del("Host")
	r.RemoteAddr = net.JoinHostPort(address, "0")
	return r, nil
}

// escapeControls escapes what net/url refuses in a raw query.
func escapeControls(query string) string {
	const hex = "0123456789ABCDEF"
	clean := true
	for i := range len(query) {
		clean = clean && query[i] > ' ' && query[i] != 0x7f && query[i] != '#'
	}
	if clean {
		return query
	}
	var b strings.Builder
	for i := range len(query) {
		if c := query[i]; c <= ' ' || c == 0x7f || c == '#' {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// response makes Lambda's answer: text as it is, anything else in base64, headers as one value each.
func response(a *answer, method string) events.APIGatewayV2HTTPResponse {
	out := events.APIGatewayV2HTTPResponse{StatusCode: a.status, Headers: make(map[string]string, len(a.fixed))}
	for name, values := range a.fixed {
		if name == "Set-Cookie" {
			out.Cookies = values
			continue
		}
		out.Headers[name] = oneLine.Replace(strings.Join(values, ", "))
	}
	body := a.body.Bytes()
	if method == http.MethodHead || !bodyAllowed(a.status) {
		body = nil
	}
	if len(body) > 0 && !utf8.Valid(body) {
		out.IsBase64Encoded = true
		out.Body = base64.StdEncoding.EncodeToString(body)
	} else {
		out.Body = string(body)
	}
	return out
}

var oneLine = strings.NewReplacer("\r", " ", "\n", " ")
