package gateway

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"aanspreekpunt/shared/telemetry"
)

// Options are what a function gives its Mux.
type Options struct {
	// BaseURL is the public address without a slash at its end; "" takes what the caller used.
	BaseURL string
	// ErrorPage shows problems to people; nil gives them JSON.
	ErrorPage ErrorPage
	// FormOrigins are other origins to which a form of a page may lead: where people sign in and out.
	FormOrigins []string
	// Log gets a line a request; nil is Lambda's own logger, which adds the request id.
	Log *slog.Logger
	// Now is the clock for durations; nil is time.Now.
	Now func() time.Time
	// Release is what answers say that they come from: a tag or a commit. "" takes the environment's RELEASE.
	Release string
}

// Mux answers the paths of one function. handlers has one http.Handler for each path that Routes gives the
// owner, all its methods together; a missing or an extra one is an error. An unknown path is 404, another
// method 405 with Allow, OPTIONS is answered, and a page's address with a slash too many leads to the page.
func Mux(owner string, handlers map[string]http.Handler, o Options) (http.Handler, error) {
	m := &mux{owner: owner, patterns: http.NewServeMux(), Options: o}
	if m.Log == nil {
		m.Log = lambdacontext.NewLogger()
	}
	if m.Now == nil {
		m.Now = time.Now
	}
	m.Release = cmp.Or(m.Release, os.Getenv("RELEASE"))
	if !isRelease(m.Release) {
		return nil, fmt.Errorf("environment: RELEASE is %q: want a tag or a commit, of at most 64 letters, digits, dots, hyphens, underscores and plus signs", m.Release)
	}
	m.BaseURL = strings.TrimSuffix(m.BaseURL, "/")
	m.unmatched = endpoint{path: DefaultPath, handler: http.HandlerFunc(m.notFound)}
	m.patterns.Handle("/", m.unmatched)
	forms, err := ownForms(m.BaseURL)
	if err != nil {
		return nil, err
	}
	left := maps.Clone(handlers)
	for _, route := range Routes() {
		if route.Owner != owner || route.Path == DefaultPath {
			continue
		}
		handler, ok := handlers[route.Path]
		if !ok {
			return nil, fmt.Errorf("function %s has no handler for %s", owner, route.Path)
		}
		delete(left, route.Path)
		if !isAPI(route.Path) {
			handler = forms(handler)
		}
		m.patterns.Handle(route.Path, endpoint{route.Path, handler, route.Methods, allowed(route.Path), route.Public})
	}
	if len(left) > 0 {
		return nil, fmt.Errorf("function %s has handlers for paths that are not its own: %s", owner,
			strings.Join(slices.Sorted(maps.Keys(left)), ", "))
	}
	return m, nil
}

// mostBytes is the largest body that is sent: with base64 or JSON's escapes it fits into Lambda's 6 MB.
const mostBytes = 4 << 20

// isRelease tells whether a text may name a release; "" does where nobody said one. A regular expression for it would
// take a tenth of the start.
func isRelease(s string) bool {
	return len(s) <= 64 && !strings.ContainsFunc(s, func(c rune) bool {
		return (c < 'a' || 'z' < c) && (c < 'A' || 'Z' < c) && (c < '0' || '9' < c) && !strings.ContainsRune("._+-", c)
	})
}

type mux struct {
	Options
	owner     string
	patterns  *http.ServeMux
	unmatched endpoint
	warm      atomic.Bool // true after the first request
}

// exchange is what one request has beside its http.Request.
type exchange struct {
	id        string // UUID; Lambda's request id, with which its logger marks every line
	trace     string
	baseURL   string
	errorPage ErrorPage
	forms     []string // Options.FormOrigins
	to        endpoint // where the path led
	cause     error    // for the log: of a 5xx, or given to Warn
	stack     string   // of a panic
}

type exchangeKey struct{}

// exchangeOf gives the request's exchange; a request that did not come through a Mux gets a new one.
func exchangeOf(r *http.Request) *exchange {
	if x, ok := r.Context().Value(exchangeKey{}).(*exchange); ok {
		return x
	}
	return &exchange{id: newID(r.Context())}
}

func (m *mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	started := m.Now()
	cold := !m.warm.Swap(true)
	x := &exchange{id: newID(r.Context()), baseURL: m.BaseURL, errorPage: m.ErrorPage, forms: m.FormOrigins, to: m.unmatched}
	x.trace = cmp.Or(validTrace(r.Header.Get(traceHeader)), x.id)
	ctx, used := telemetry.Track(context.WithValue(r.Context(), exchangeKey{}, x))
	r = r.WithContext(ctx)

	a := newAnswer()
	m.guard(a, r, x)
	x.to.headers(a.fixed, r, x)
	negotiate(a, r)
	if a.body.Len() > mostBytes {
		WriteError(a, r, Internal(fmt.Errorf("an answer of %d bytes does not fit", a.body.Len())))
		a.finish()
		x.to.headers(a.fixed, r, x)
	}
	if m.Release != "" {
		a.fixed[releaseHeader] = []string{m.Release}
	}

	maps.Copy(w.Header(), a.fixed)
	w.WriteHeader(a.status)
	if bodyAllowed(a.status) && r.Method != http.MethodHead {
		_, _ = w.Write(a.body.Bytes()) // the caller may be gone; there is nobody to tell
	}
	m.log(r, x, a.status, cold, started, used)
}

// guard runs the handler of the request's path and makes a panic a 500.
func (m *mux) guard(a *answer, r *http.Request, x *exchange) {
	defer a.finish()
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		x.stack = string(debug.Stack())
		defer func() {
			if recover() != nil { // the error page panics too
				x.errorPage = nil
				WriteError(a, r, Internal(panicked(v)))
			}
		}()
		WriteError(a, r, Internal(panicked(v)))
	}()
	m.patterns.ServeHTTP(a, r)
}

// panicked tells what a panic was about without a value that may hold someone's input.
func panicked(v any) error {
	if err, ok := v.(runtime.Error); ok {
		return fmt.Errorf("panic: %w", err)
	}
	return fmt.Errorf("panic with a %T", v)
}

// notFound answers a path that no route has. A page's path with a slash too many leads to the page, whichever function's
// it is: API Gateway sends such a path to the function of $default.
func (m *mux) notFound(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimRight(r.URL.Path, "/")
	if path == "" || path == r.URL.Path || isAPI(path) || !isPage(path) {
		WriteError(w, r, NotFound("No resource has this address"))
		return
	}
	Redirect(w, r, (&url.URL{Path: path, RawQuery: r.URL.RawQuery}).String(), http.StatusPermanentRedirect)
}

// log writes the one line of a request. It names the route's pattern: what a visitor typed is in no log.
func (m *mux) log(r *http.Request, x *exchange, status int, cold bool, started time.Time, used *telemetry.Storage) {
	level, attributes := slog.LevelInfo, []slog.Attr{
		slog.String("method", r.Method), slog.String("route", x.to.path), slog.Int("status", status),
		slog.Float64("durationMs", telemetry.Milliseconds(m.Now().Sub(started))), slog.Bool("coldStart", cold),
		slog.String("traceId", x.trace),
	}
	attributes = append(attributes, used.Attributes(m.owner, started)...)
	if x.cause != nil {
		level = slog.LevelWarn
		attributes = append(attributes, slog.String("cause", x.cause.Error()))
	}
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	if x.stack != "" {
		attributes = append(attributes, slog.String("stack", x.stack))
	}
	m.Log.LogAttrs(r.Context(), level, "request", attributes...)
}

// endpoint is one path with its handler.
type endpoint struct {
	path    string
	handler http.Handler
	methods []string // nil: any
	allow   []string
	public  bool
}

// ServeHTTP answers OPTIONS and wrong methods and leaves the rest to the handler.
func (e endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	exchangeOf(r).to = e
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	switch {
	case e.methods == nil || slices.Contains(e.methods, method):
		e.handler.ServeHTTP(w, r)
	case r.Method == http.MethodOptions:
		w.Header().Set("Allow", strings.Join(e.allow, ", "))
		w.WriteHeader(http.StatusNoContent)
	default:
		WriteError(w, r, MethodNotAllowed(e.allow))
	}
}
