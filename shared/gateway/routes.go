package gateway

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// DefaultPath is API Gateway's name for every path that no other route takes.
const DefaultPath = "$default"

// Route is one path of the service, with the function that answers it.
type Route struct {
	// Path is a net/http pattern without method: "/api/v1/zones/{code}". API Gateway writes it the same way.
	Path string
	// Owner is the function's folder under functions/.
	Owner string
	// Methods are those that the owner answers. GET stands for HEAD too. OPTIONS and what nobody takes are answered
	// by the path's only owner, or by the last in the table.
	Methods []string
	// Public marks a path that scripts of any origin may read: CORS answers it with "*" on GET.
	Public bool
}

// Routes is the one route table: template, muxes, OpenAPI document and Allow are tested against it.
func Routes() []Route {
	read := []string{http.MethodGet}
	page := func(path string) Route { return Route{Path: path, Owner: "search", Methods: read} }
	api := func(path string) Route {
		return Route{Path: apiPrefix + path, Owner: "search", Methods: read, Public: true}
	}
	return []Route{
		page("/{$}"),
		page("/zoeken"),
		page("/scholen/{institutionNumber}"),
		page("/zones"),
		page("/zones/{code}"),
		page("/gemeenten/{nis}"),
		page("/over"),
		page("/privacy"),
		page("/toegankelijkheid"),
		page(embedding),
		page(framed + "zoeken"),
		page(framed + "zones/{code}"),
		page("/assets/{file}"),
		page("/favicon.ico"),
		page("/robots.txt"),
		page("/sitemap.xml"),
		page("/.well-known/security.txt"),
		api("search"),
		api("suggestions"),
		api("schools/{institutionNumber}"),
		api("zones"),
		api("zones/{code}"),
		api("zones/{code}/vCard"),
		api("municipalities/{nis}"),
		api("refData/themes"),
		api("refData/themes/{code}"),
		api("refData/levels"),
		api("refData/levels/{code}"),
		api("refData/partnerKinds"),
		api("refData/partnerKinds/{code}"),
		api("health"),
		api("doc/openapi.yaml"),
		{Path: apiPrefix + "organisations", Owner: "zones", Methods: []string{http.MethodGet, http.MethodPut}},
		{Path: apiPrefix + "imports", Owner: "zones", Methods: []string{http.MethodPost}},
		{Path: apiPrefix + "territoryChanges", Owner: "zones", Methods: []string{http.MethodGet, http.MethodPost}},
		{Path: apiPrefix + "territoryChanges/{number}", Owner: "zones", Methods: []string{http.MethodGet, http.MethodDelete}},
		{Path: "/beheer/invoer/gebied", Owner: "zones", Methods: []string{http.MethodGet, http.MethodPost}},
		{Path: "/beheer/invoer", Owner: "zones", Methods: []string{http.MethodGet, http.MethodPost}},
		{Path: "/beheer/organisaties", Owner: "zones", Methods: []string{http.MethodGet, http.MethodPost}},
		// One path with two owners: everybody reads a zone at the look-up, its police write it here.
		{Path: apiPrefix + "zones/{code}", Owner: "zones", Methods: []string{http.MethodPut}, Public: true},
		{Path: apiPrefix + "zones/{code}/confirmations", Owner: "zones", Methods: []string{http.MethodPost}},
		{Path: apiPrefix + "zones/{code}/restorations", Owner: "zones", Methods: []string{http.MethodPost}},
		{Path: apiPrefix + "zones/{code}/revisions", Owner: "zones", Methods: read},
		{Path: apiPrefix + "zones/{code}/revisions/{version}", Owner: "zones", Methods: read},
		{Path: apiPrefix + "zones/{code}/reports", Owner: "zones", Methods: []string{http.MethodGet, http.MethodPost}},
		{Path: apiPrefix + "zones/{code}/reports/{id}", Owner: "zones", Methods: read},
		{Path: apiPrefix + "zones/{code}/reports/{id}/closures", Owner: "zones", Methods: []string{http.MethodPost}},
		{Path: apiPrefix + "zones/{code}/schools", Owner: "zones", Methods: read},
		{Path: apiPrefix + "schools/{institutionNumber}/contact", Owner: "zones", Methods: []string{http.MethodGet, http.MethodPut, http.MethodDelete}},
		{Path: apiPrefix + "schools/{institutionNumber}/contact/confirmations", Owner: "zones", Methods: []string{http.MethodPost}},
		{Path: "/mijn-school", Owner: "zones", Methods: []string{http.MethodGet, http.MethodPost}},
		{Path: "/mijn-school/aanpassen", Owner: "zones", Methods: []string{http.MethodGet, http.MethodPost}},
		{Path: "/mijn-school/geschiedenis", Owner: "zones", Methods: read},
		{Path: "/beheer/zones/{code}/scholen", Owner: "zones", Methods: read},
		{Path: "/zones/{code}/melden", Owner: "zones", Methods: []string{http.MethodGet, http.MethodPost}},
		{Path: "/beheer/zones/{code}/meldingen", Owner: "zones", Methods: []string{http.MethodGet, http.MethodPost}},
		{Path: "/beheer", Owner: "zones", Methods: read},
		{Path: "/beheer/zones", Owner: "zones", Methods: read},
		{Path: "/beheer/zones/{code}", Owner: "zones", Methods: []string{http.MethodGet, http.MethodPost}},
		{Path: "/beheer/zones/{code}/aanpassen", Owner: "zones", Methods: []string{http.MethodGet, http.MethodPost}},
		{Path: "/beheer/zones/{code}/geschiedenis", Owner: "zones", Methods: read},
		{Path: "/beheer/praktijken", Owner: "practices", Methods: read},
		{Path: "/beheer/praktijken/nieuw", Owner: "practices", Methods: []string{http.MethodGet, http.MethodPost}},
		{Path: "/beheer/praktijken/{slug}", Owner: "practices", Methods: []string{http.MethodGet, http.MethodPost}},
		{Path: "/beheer/praktijken/{slug}/aanpassen", Owner: "practices", Methods: []string{http.MethodGet, http.MethodPost}},
		{Path: "/beheer/praktijken/{slug}/geschiedenis", Owner: "practices", Methods: read},
		{Path: "/praktijken", Owner: "practices", Methods: read},
		{Path: "/praktijken/{slug}", Owner: "practices", Methods: read},
		{Path: "/praktijken/atom.xml", Owner: "practices", Methods: read},
		{Path: apiPrefix + "practices", Owner: "practices", Methods: []string{http.MethodGet, http.MethodPost}, Public: true},
		{Path: apiPrefix + "practices/{slug}", Owner: "practices", Methods: []string{http.MethodGet, http.MethodPut, http.MethodDelete}, Public: true},
		{Path: apiPrefix + "practices/{slug}/revisions", Owner: "practices", Methods: read},
		{Path: apiPrefix + "practices/{slug}/revisions/{version}", Owner: "practices", Methods: read},
		{Path: "/aanmelden", Owner: "session", Methods: read},
		{Path: "/aanmelden/terug", Owner: "session", Methods: read},
		{Path: "/afmelden", Owner: "session", Methods: []string{http.MethodGet, http.MethodPost}},
		{Path: "/opendata", Owner: "opendata", Methods: read},
		{Path: "/opendata/{edition}/{file}", Owner: "opendata", Methods: read, Public: true},
		{Path: "/dekking", Owner: "opendata", Methods: read},
		{Path: apiPrefix + "coverage", Owner: "opendata", Methods: read, Public: true},
		{Path: DefaultPath, Owner: "search"},
	}
}

const apiPrefix = "/api/v1/"

// Pages below framed may stand in a frame on other sites; the page embedding shows them in one.
const (
	embedding = "/insluiten"
	framed    = embedding + "/"
)

// isAPI tells whether a path answers programs: its errors are problems in JSON, not pages.
func isAPI(path string) bool { return path == "/api" || strings.HasPrefix(path, "/api/") }

// isPage tells whether the table has a page with this path.
func isPage(path string) bool {
	_, pattern := pages().Handler(&http.Request{Method: http.MethodGet, URL: &url.URL{Path: path}})
	return pattern != ""
}

// pages matches the paths of all pages, of every function. It is made when somebody first asks for it: few do.
var pages = sync.OnceValue(func() *http.ServeMux {
	all := http.NewServeMux()
	for _, route := range Routes() {
		if route.Path != DefaultPath && !isAPI(route.Path) {
			all.Handle(route.Path, http.NotFoundHandler())
		}
	}
	return all
})

// allowed lists the methods that a path of the table takes, whoever owns them, as the Allow header wants them.
func allowed(path string) []string {
	methods := []string{http.MethodOptions}
	for _, route := range Routes() {
		if route.Path != path {
			continue
		}
		methods = append(methods, route.Methods...)
		if slices.Contains(route.Methods, http.MethodGet) {
			methods = append(methods, http.MethodHead)
		}
	}
	slices.Sort(methods)
	return slices.Compact(methods)
}
