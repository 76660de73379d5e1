// Package gateway stands between API Gateway's HTTP API and a function's net/http handlers.
//
// It owns what every answer of the service has in common: the table of all routes and their owners (Routes),
// the translation of a Lambda event to a request and of an answer back (Lambda, Start), the mux with 404, 405,
// OPTIONS and HEAD (Mux), problems (Problem), query parameters (Params), ETags and 304, compression, caching,
// CORS, security headers, the trace id and the request log.
//
// A function declares one handler a path and returns errors instead of writing them:
//
//	func main() { gateway.Start(wire) }
//
//	func wire(ctx context.Context, log *slog.Logger) (http.Handler, error) {
//		…
//		return gateway.Mux("search", map[string]http.Handler{
//			"/api/v1/zones/{code}": gateway.Handler(s.zone),
//			…
//		}, gateway.Options{BaseURL: os.Getenv("BASE_URL"), ErrorPage: s.errorPage, Log: log})
//	}
//
// Mux holds an answer back until its handler is done, so that a handler that fails half-way still gives a
// clean problem or error page, and so that the ETag is a hash of exactly what this caller receives.
//
// The log never has a query, a path's values or an address: only the route's pattern, the status, the time it
// took and the ids under which an operator finds the rest. What API Gateway and the proxy library really do is
// kept as a test (pitfalls_test.go).
package gateway
