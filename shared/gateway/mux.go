package gateway

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// Options are what a function gives its Mux.
type Options struct {
	// BaseURL is the public address without a slash at its end; "" takes what the caller used.
	BaseURL string
	// ErrorPage shows problems to people; nil gives them JSON.
	ErrorPage ErrorPage
	// Log gets a line a request; nil is Lambda's own logger, which adds the request id.
	Log *slog.Logger
	// Now is the clock for durations; nil is time.Now.
	Now func() time.Time
}

// Mux answers the paths of one function. handlers has one http.Handler for each path that Routes gives the
// owner, all its methods together; a missing or an extra one is an error. An unknown path is 404, another
// method 405 with Allow, OPTIONS is answered, and a page's address with a slash too many leads to the page.
func Mux(owner string, handlers map[string]http.Handler, o Options) (http.Handler, error) {
	m := &mux{patterns: http.NewServeMux(), Options: o}
	if m.Log == nil {
		m.Log = lambdacontext.NewLogger()
	}
	if m.Now == nil {
		m.Now = time.Now
	}
	m.BaseURL = strings.TrimSuffix(m.BaseURL, "/")
	m.patterns.Handle("/", endpoint{path: DefaultPath})
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
		m.patterns.Handle(route.Path, endpoint{route.Path, handler, route.Methods, allowed(route.Path), route.Public})
	}
	if len(left) > 0 {
		return nil, fmt.Errorf("function %s has handlers for paths that are not its own: %s", owner,
			strings.Join(slices.Sorted(maps.Keys(left)), ", "))
	}
	return m, nil
}

type mux struct {
	Options
	patterns *http.ServeMux
	warm     atomic.Bool // true after the first request
}

// exchange is what one request has beside its http.Request.
type exchange struct {
	id        string // UUID
	trace     string
	baseURL   string
	errorPage ErrorPage
	cause     error // of a 5xx
	stack     string
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
	x := &exchange{id: newID(r.Context()), baseURL: m.BaseURL, errorPage: m.ErrorPage}
	x.trace = cmp.Or(validTrace(r.Header.Get(traceHeader)), x.id)
	r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))

	matched, _ := m.patterns.Handler(r)
	to, ok := matched.(endpoint)
	if !ok { // ServeMux's own redirect to the path without dots and double slashes
		to = endpoint{path: DefaultPath, handler: matched}
	}
	a := newAnswer()
	m.guard(a, r, to)
	a.finish()
	to.headers(a.fixed, r, x)
	negotiate(a, r)

	maps.Copy(w.Header(), a.fixed)
	w.WriteHeader(a.status)
	if bodyAllowed(a.status) && r.Method != http.MethodHead {
		w.Write(a.body.Bytes())
	}
	m.log(r, x, to.path, a.status, cold, since(started, m.Now()))
}

// guard runs a handler and makes a panic a 500.
func (m *mux) guard(a *answer, r *http.Request, to endpoint) {
	defer func() {
		if v := recover(); v != nil {
			exchangeOf(r).stack = string(debug.Stack())
			defer func() { // an error page that panics itself
				if again := recover(); again != nil {
					exchangeOf(r).errorPage = nil
					WriteError(a, r, Internal(panicked(v)))
				}
			}()
			WriteError(a, r, Internal(panicked(v)))
		}
	}()
	if to.handler != nil {
		to.ServeHTTP(a, r)
		return
	}
	m.unmatched(a, r)
}

// panicked tells what a panic was about without a value that may hold someone's input.
func panicked(v any) error {
	if err, ok := errors.AsType[runtime.Error](asError(v)); ok {
		return fmt.Errorf("panic: %w", err)
	}
	return fmt.Errorf("panic with a %T", v)
}

func asError(v any) error {
	if err, ok := v.(error); ok {
		return err
	}
	return nil
}

// unmatched answers a path that no route has.
func (m *mux) unmatched(w http.ResponseWriter, r *http.Request) {
	if path := strings.TrimRight(r.URL.Path, "/"); path != "" && path != r.URL.Path && !isAPI(path) {
		plain := r.Clone(r.Context())
		plain.URL.Path, plain.URL.RawPath = path, ""
		if h, _ := m.patterns.Handler(plain); h != nil {
			if to, ok := h.(endpoint); ok && to.handler != nil {
				location := plain.URL.EscapedPath()
				if r.URL.RawQuery != "" {
					location += "?" + r.URL.RawQuery
				}
				Redirect(w, r, location, http.StatusPermanentRedirect)
				return
			}
		}
	}
	WriteError(w, r, NotFound("No resource has this address"))
}

// log writes the one line of a request. Path is the route's pattern: what a visitor typed is in no log.
func (m *mux) log(r *http.Request, x *exchange, path string, status int, cold bool, ms float64) {
	level, attributes := slog.LevelInfo, []slog.Attr{
		slog.String("method", r.Method), slog.String("route", path), slog.Int("status", status),
		slog.Float64("durationMs", ms), slog.Bool("coldStart", cold), slog.String("id", x.id), slog.String("traceId", x.trace),
	}
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
		if x.cause != nil {
			attributes = append(attributes, slog.String("cause", x.cause.Error()))
		}
		if x.stack != "" {
			attributes = append(attributes, slog.String("stack", x.stack))
		}
	}
	m.Log.LogAttrs(r.Context(), level, "request", attributes...)
}

// endpoint is one path with its handler.
type endpoint struct {
	path    string
	handler http.Handler // nil: no route has the path
	methods []string     // nil: any
	allow   []string
	public  bool
}

// ServeHTTP answers OPTIONS and wrong methods and leaves the rest to the handler.
func (e endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
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
