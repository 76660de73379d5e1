package main

import (
	"cmp"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/lookup"
	"aanspreekpunt/shared/site"
)

//go:embed *.gohtml
var templates embed.FS

func page(name string) *site.Template {
	return site.New(templates, template.FuncMap{"upper": upper, "lower": lower, "address": addressWords, "list": listWords}, "answer.gohtml", name+".gohtml")
}

var (
	homeTemplate         = page("home")
	resultsTemplate      = page("results")
	schoolTemplate       = page("school")
	zoneTemplate         = page("zone")
	zonesTemplate        = page("zones")
	municipalityTemplate = page("municipality")
	aboutTemplate        = page("about")
	errorTemplate        = page("error")
)

// show writes a page. Search engines may keep it unless noIndex.
func (s *service) show(w http.ResponseWriter, r *http.Request, status int, t *site.Template, p site.Page, data any) error {
	p.Path = r.URL.Path
	p.Demonstration = s.reference.Loaded().Demonstration
	p.Account = site.AccountOf(r, callerOf(r.Context()), s.administrators)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	return t.Render(w, p, data)
}

// form is the search field with what stands in it.
type form struct {
	Query  string
	Theme  directory.Theme
	Themes []directory.Theme
	Error  string
}

func formOf(query string, theme directory.Theme) form {
	return form{Query: query, Theme: theme, Themes: directory.Themes()}
}

func (s *service) homePage(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, homeTemplate, site.Page{
		Title:       "Aanspreekpunt: wie bel je bij de lokale politie?",
		Description: "Zoek het aanspreekpunt voor scholen bij de lokale politie, op school, gemeente of postcode.",
	}, formOf("", ""))
}

// themeOf reads a chosen theme; a page takes an unknown one for none.
func themeOf(given string) directory.Theme {
	if t := directory.Theme(given); slices.Contains(directory.Themes(), t) {
		return t
	}
	return ""
}

// pageSize is how many hits a page shows; surveyed is how many are looked at to see whether all lie in one zone.
const (
	pageSize = 10
	surveyed = 50
)

type resultsData struct {
	Form      form
	Heading   string
	Searched  bool // something was typed
	Theme     directory.Theme
	ThemeWord string
	WithoutTheme,
	Literal, Correction string
	LiteralPath string
	Statement   string // why the answer stands above the hits
	Answer      *answer
	Sides       []side
	Rows        []row
	Provinces   []province // when nothing was found
	Brussels    bool       // the query is a postcode or a name in Brussels
	OnlyTheme   bool       // a theme was typed and nothing else
	Page, Pages int
	Prev, Next  string
}

// side is one of the zones that an ambiguous postcode or name lies in.
type side struct {
	Answer answer
	Places string // "Kortenaken, Ransberg en Stok"
}

type row struct {
	Name    []piece
	Path    string
	Lang    string // of the name when it is not Dutch
	Kind    string
	Where   string
	Found   string // what it was matched on
	Zones   []rowZone
	Several bool // locations in several zones
}

// piece is a part of a name; marked when the query matches it.
type piece struct {
	Text   string
	Marked bool
}

type rowZone struct {
	Path, Label, Contact, Freshness, Class string
}

func (s *service) resultsPage(w http.ResponseWriter, r *http.Request) error {
	v, problem := gateway.Params(r, gateway.Param{Name: "q", MaxLength: maxQuery}, gateway.Param{Name: "theme"},
		gateway.Param{Name: "keuze"}, gateway.Param{Name: "letterlijk"}, gateway.PageParam())
	text, theme := v.Get("q"), themeOf(v.Get("theme"))
	data := resultsData{Form: formOf(text, theme), Theme: theme, Page: v.Int("page")}
	plain := site.Page{Title: "Opzoeken", NoIndex: true}
	if problem != nil && v.All("q") == nil && len(r.URL.RawQuery) > maxQuery {
		data.Heading = "Je zoekvraag is te lang"
		data.Form.Error = "Zoek met ten hoogste " + strconv.Itoa(maxQuery) + " tekens, bijvoorbeeld de naam van de school en de gemeente."
		plain.Title = "1 fout · Opzoeken"
		return s.show(w, r, http.StatusBadRequest, resultsTemplate, plain, data)
	}
	if text == "" {
		data.Heading = "Welke school, gemeente of postcode zoek je?"
		return s.show(w, r, http.StatusOK, resultsTemplate, plain, data)
	}
	f, err := s.current(r.Context())
	if err != nil {
		return err
	}
	if path := chosenPath(f, v.Get("keuze"), theme); path != "" {
		gateway.Redirect(w, r, path, http.StatusSeeOther)
		return nil
	}
	q := question{Text: text, Theme: theme, Literal: v.Get("letterlijk") != "", Offset: (data.Page - 1) * pageSize, Limit: surveyed}
	result := find(f, q)
	if h := result.Hits; data.Page == 1 && len(h) > 0 && h[0].Kind == lookup.School && h[0].Certain && !h[0].Corrected {
		gateway.Redirect(w, r, schoolPath(h[0], result.Theme), http.StatusSeeOther)
		return nil
	}
	if problem != nil || len(result.Hits) == 0 && result.Total > 0 {
		return gateway.NotFound("There is no such page of results").InDutch("Deze bladzijde met resultaten bestaat niet.")
	}
	s.describe(&data, f, q, result)

	shown := result.Hits[:min(pageSize, len(result.Hits))]
	groups := ambiguous(result)
	var single directory.ZoneCode
	if data.Page == 1 {
		if single = oneZone(result, groups); single != "" {
			data.Statement = statement(f, result, single)
		}
	}
	var codes []directory.ZoneCode
	for _, g := range groups[:min(mostSides, len(groups))] {
		codes = append(codes, g.zone)
	}
	for _, code := range zonesOf(shown, mostZones) {
		if !slices.Contains(codes, code) && len(codes) < mostZones {
			codes = append(codes, code)
		}
	}
	profiles, down := s.read(r.Context(), codes)
	status := http.StatusOK
	if down != nil {
		status = s.unavailable(w, r, down)
	}
	if single != "" {
		if z, ok := s.see(r.Context(), f, single, profiles, directory.Question{Theme: result.Theme, Municipality: sameNIS(result.Hits, single)}); ok {
			a := s.answer(r, z, result.Theme, down)
			data.Answer = &a
		}
	} else if data.Page == 1 && len(groups) > 1 && len(groups) <= mostSides {
		data.Statement = sidesStatement(result, len(groups))
		for _, g := range groups {
			if z, ok := s.see(r.Context(), f, g.zone, profiles, directory.Question{Theme: result.Theme, Municipality: g.nis}); ok {
				data.Sides = append(data.Sides, side{s.answer(r, z, result.Theme, down), listWords(g.places)})
			}
		}
	}
	views := map[directory.ZoneCode]directory.ZoneView{}
	for _, code := range codes {
		if z, ok := s.see(r.Context(), f, code, profiles, directory.Question{Theme: result.Theme}); ok {
			views[code] = z
		}
	}
	for i, h := range shown {
		if slices.ContainsFunc(shown[:i], func(other hit) bool { return samePlace(h, other) }) {
			continue // shown already, with this postcode beside its own
		}
		r := s.rowOf(f, h, result, views, down != nil)
		if data.Answer != nil && len(h.Zones) == 1 && h.Zones[0] == single {
			r.Zones = nil // it stands above the list
		}
		if h.Kind == lookup.Place {
			r.Where = postcodesAt(h, shown) + " " + h.Municipality
		}
		data.Rows = append(data.Rows, r)
	}
	plain.Title = site.Count(result.Total, "resultaat", "resultaten") + " · Opzoeken"
	return s.show(w, r, status, resultsTemplate, plain, data)
}

// describe fills in what a results page says about the search itself.
func (s *service) describe(data *resultsData, f *edition, q question, result found) {
	data.Searched = true
	data.Theme, data.ThemeWord = result.Theme, result.ThemeWord
	link := func(text string, theme directory.Theme, literal bool, page int) string {
		query := url.Values{"q": {text}}
		if theme != "" {
			query.Set("theme", string(theme))
		}
		if literal {
			query.Set("letterlijk", "1")
		}
		if page > 1 {
			query.Set("page", strconv.Itoa(page))
		}
		return "/zoeken?" + query.Encode()
	}
	if result.Theme != "" {
		data.WithoutTheme = link(result.Query, "", q.Literal, 1)
		if result.ThemeWord == "" {
			data.WithoutTheme = link(q.Text, "", q.Literal, 1)
		}
	}
	data.OnlyTheme = result.ThemeWord != "" && strings.TrimSpace(result.Query) == ""
	if data.OnlyTheme {
		data.WithoutTheme = "/"
		data.Form = formOf("", result.Theme)
	}
	if result.Corrected != "" {
		data.Correction, data.Literal, data.LiteralPath = result.Corrected, result.Query, link(result.Query, result.Theme, true, 1)
	}
	data.Pages = max(1, (result.Total+pageSize-1)/pageSize)
	if data.Page > 1 {
		data.Prev = link(q.Text, q.Theme, q.Literal, data.Page-1)
	}
	if data.Page < data.Pages {
		data.Next = link(q.Text, q.Theme, q.Literal, data.Page+1)
	}
	count := site.Count(result.Total, "resultaat", "resultaten")
	if result.IsMinimum {
		count = "Meer dan " + count
	}
	switch {
	case data.OnlyTheme:
		data.Heading = "Voor welke school, gemeente of postcode?"
	case result.Total == 0:
		data.Heading = "Niets gevonden voor ‘" + result.Query + "’"
		data.Provinces = f.provinces()
		data.Brussels = brusselsPostcode(result.Query)
	default:
		data.Heading = count + " voor ‘" + cmp.Or(result.Corrected, result.Query) + "’"
		for _, h := range result.Hits {
			if m, ok := f.Municipality(h.NIS); ok && h.Kind != lookup.School && m.Province == brussels {
				data.Brussels = true
			}
		}
	}
}

// brussels is the province of a Brussels zone or municipality in the facts.
const brussels = "Brussel"

// brusselsPostcode tells whether a query is a postcode of the Brussels region: 1000 to 1210.
func brusselsPostcode(query string) bool {
	n, err := strconv.Atoi(strings.TrimSpace(query))
	return err == nil && n >= 1000 && n < 1212
}

// answer lays out a zone that was read, or whose store is down.
func (s *service) answer(r *http.Request, z directory.ZoneView, theme directory.Theme, down error) answer {
	a := answerOf(z, theme, s.now(), signIn(r))
	if down != nil { // whether and when the zone confirmed is not known now
		a.Down, a.Freshness, a.FreshClass = true, factsWords(z), ""
	}
	return a
}

// unavailable answers for a store that does not: 503, with what the reference facts still know.
func (s *service) unavailable(w http.ResponseWriter, r *http.Request, cause error) int {
	gateway.Warn(r.Context(), cause)
	gateway.Cache(w, gateway.NoStore)
	w.Header().Set("Retry-After", "5")
	return http.StatusServiceUnavailable
}

// chosenPath is the page of a suggestion that the visitor took over: "school-012345", "gemeente-24107" or
// "zone-5910". Anything else, such as one of an older version of the facts, is "".
func chosenPath(f *edition, choice string, theme directory.Theme) string {
	kind, key, _ := strings.Cut(choice, "-")
	path := ""
	switch kind {
	case "school":
		if number, err := directory.ParseInstitutionNumber(key); err == nil {
			if _, ok := f.School(number); ok {
				path = "/scholen/" + string(number)
			}
		}
	case "gemeente":
		if nis, err := directory.ParseNIS(key); err == nil {
			if _, ok := f.Municipality(nis); ok {
				path = "/gemeenten/" + nis.String()
			}
		}
	case "zone":
		if code, err := directory.ParseZoneCode(key); err == nil {
			if _, ok := f.Zone(code); ok {
				path = "/zones/" + string(code)
			}
		}
	}
	if path != "" && theme != "" {
		path += "?theme=" + string(theme)
	}
	return path
}

func schoolPath(h hit, theme directory.Theme) string {
	query := url.Values{}
	if theme != "" {
		query.Set("theme", string(theme))
	}
	if h.location() > 0 && len(h.School.Locations) > 1 {
		query.Set("location", strconv.Itoa(h.location()))
	}
	if len(query) == 0 {
		return "/scholen/" + h.Key
	}
	return "/scholen/" + h.Key + "?" + query.Encode()
}

// group is a zone with the places of an ambiguous postcode or name that lie in it.
type group struct {
	zone   directory.ZoneCode
	nis    directory.NIS // 0 when the places lie in several municipalities
	places []string
}

// ambiguous gathers by zone the places that a query names: those with the postcode, or those called exactly
// that. Zones stand in the order of the hits.
func ambiguous(result found) []group {
	var groups []group
	for _, h := range result.Hits {
		if !isNamed(h, result.Query) || len(h.Zones) != 1 {
			continue
		}
		i := slices.IndexFunc(groups, func(g group) bool { return g.zone == h.Zones[0] })
		if i < 0 {
			groups = append(groups, group{zone: h.Zones[0], nis: h.NIS})
			i = len(groups) - 1
		}
		if groups[i].nis != h.NIS {
			groups[i].nis = 0
		}
		name := h.Name
		switch {
		case h.Kind != lookup.Place:
			continue
		case h.Postcode != result.Query:
			name = h.Postcode + " " + name
			if h.Municipality != h.Name {
				name += " (" + h.Municipality + ")"
			}
		}
		if !slices.Contains(groups[i].places, name) {
			groups[i].places = append(groups[i].places, name)
		}
	}
	return groups
}

// isNamed tells whether a query is the postcode, the code or the name of a place, municipality or zone.
func isNamed(h hit, query string) bool {
	switch h.Kind {
	case lookup.Place, lookup.Municipality, lookup.FormerMunicipality, lookup.Zone, lookup.FormerZone:
		return h.Certain || h.Key == query || h.Postcode == query || strings.EqualFold(h.Name, query)
	}
	return false
}

// oneZone is the zone whose answer stands above the hits: that of the place the query names, or the one in
// which all hits lie; "" when there is none.
//
// A corrected query has none: the correction may be another town, and its police is not chosen silently.
func oneZone(result found, groups []group) directory.ZoneCode {
	if result.Corrected != "" {
		return ""
	}
	if len(groups) == 1 {
		return groups[0].zone
	}
	if len(groups) > 1 || result.Total == 0 || result.Total > len(result.Hits) {
		return ""
	}
	if codes := zonesOf(result.Hits, 2); len(codes) == 1 {
		return codes[0]
	}
	return ""
}

// statement says why one zone's answer stands above the hits.
func statement(f *edition, result found, code directory.ZoneCode) string {
	zone, _ := f.Zone(code)
	names := f.names(zone.Municipalities)
	in := lower(zoneWords(zone.Name, names))
	schools := 0
	for _, h := range result.Hits {
		if h.Kind == lookup.School {
			schools++
		}
	}
	first := result.Hits[0]
	switch {
	case first.Kind == lookup.FormerZone:
		return first.Key + " " + first.Name + " is nu deel van " + in + "."
	case first.Kind == lookup.FormerMunicipality:
		return first.Name + " is nu deel van " + first.Municipality + ", in " + in + "."
	case first.Kind == lookup.Zone:
		return ""
	case slices.ContainsFunc(result.Hits, func(h hit) bool { return h.Kind == lookup.Place && h.Postcode == result.Query }):
		return "Postcode " + result.Query + " ligt in " + in + "."
	case isNamed(first, result.Query):
		return first.Name + " ligt in " + in + "."
	case schools == 1 && len(result.Hits) == 1:
		return "Deze school ligt in " + in + "."
	case schools == len(result.Hits):
		return "Deze " + strconv.Itoa(schools) + " scholen liggen in " + in + "."
	}
	return "Alles wat we vonden, ligt in " + in + "."
}

// mostSides is how many zones still stand side by side; more are a list.
const mostSides = 4

// sidesStatement says why several zones' answers stand side by side, and how to tell which one it is.
func sidesStatement(result found, zones int) string {
	what := "‘" + result.Query + "’"
	if _, err := directory.ParsePostcode(result.Query); err == nil {
		return "Postcode " + result.Query + " ligt in " + strconv.Itoa(zones) + " politiezones. Kijk welke deelgemeente er in het adres van je school staat."
	}
	return what + " kan in " + strconv.Itoa(zones) + " politiezones liggen. Kijk welke postcode of gemeente er in het adres van je school staat."
}

// sameNIS is the municipality in which all hits of a zone lie, 0 when there are several.
func sameNIS(hits []hit, code directory.ZoneCode) directory.NIS {
	var nis directory.NIS
	for _, h := range hits {
		here := h.NIS
		if h.School != nil {
			here = directory.QuestionOf(*h.School, code, h.location(), "").Municipality
		}
		if nis != 0 && here != nis {
			return 0
		}
		nis = here
	}
	return nis
}

// rowOf is a hit in the list. Lists show the role of the zone's primary contact point, never its values.
func (s *service) rowOf(f *edition, h hit, result found, views map[directory.ZoneCode]directory.ZoneView, down bool) row {
	r := row{Name: marked(h.Name, result), Kind: kindWord(h.Kind), Several: len(h.Zones) > 1}
	withTheme := func(path string) string {
		if result.Theme == "" {
			return path
		}
		return path + "?theme=" + string(result.Theme)
	}
	switch h.Kind {
	case lookup.School:
		r.Path = schoolPath(h, result.Theme)
		r.Kind = upper(h.School.Level.Label())
		switch {
		case h.Location != nil && len(h.School.Locations) > 1:
			r.Where = addressWords(*h.Location) + ", en " + site.Count(len(h.School.Locations)-1, "andere vestiging", "andere vestigingen")
		case h.Location != nil:
			r.Where = addressWords(*h.Location)
		default:
			r.Where = site.Count(len(h.School.Locations), "vestiging", "vestigingen")
			if h.Municipality != "" {
				r.Where += " in " + h.Municipality
			} else {
				r.Where += ": " + locationTowns(*h.School)
			}
		}
	case lookup.Zone:
		r.Path, r.Kind = withTheme("/zones/"+h.Key), "Politiezone "+h.Key
	case lookup.FormerZone:
		r.Path, r.Kind = "/zones/"+h.Key, "Vroegere politiezone "+h.Key
	case lookup.FormerMunicipality:
		r.Path, r.Where = "/gemeenten/"+h.Key, "nu deel van "+h.Municipality
	case lookup.Street:
		r.Path = "/zoeken?" + url.Values{"q": {h.Name + " " + h.Municipality}, "letterlijk": {"1"}}.Encode()
		r.Where = h.Municipality
	case lookup.Place:
		r.Path = withTheme("/gemeenten/" + h.NIS.String())
	default:
		r.Path = withTheme("/gemeenten/" + h.NIS.String())
	}
	r.Found = foundWords(h)
	for _, code := range h.Zones {
		z, ok := f.Zone(code)
		if !ok {
			continue
		}
		zone := rowZone{Path: withTheme("/zones/" + string(code)), Label: zoneWords(z.Name, f.names(z.Municipalities))}
		if view, read := views[code]; read && !down {
			zone.Freshness, zone.Class = freshnessWords(view, s.now()), freshnessClass(view.Freshness)
			for _, p := range view.ContactPoints {
				if p.Primary {
					zone.Contact = p.Role
				}
			}
		}
		r.Zones = append(r.Zones, zone)
	}
	return r
}

// samePlace tells whether two hits are one place name of one municipality, under several postcodes.
func samePlace(a, b hit) bool {
	return a.Kind == lookup.Place && b.Kind == lookup.Place && a.NIS == b.NIS && a.Name == b.Name
}

// postcodesAt lists the postcodes that a place has among hits.
func postcodesAt(h hit, hits []hit) string {
	var codes []string
	for _, other := range hits {
		if samePlace(h, other) {
			codes = append(codes, other.Postcode)
		}
	}
	slices.Sort(codes)
	return listWords(codes)
}

// locationTowns lists the municipalities of a school's locations.
func locationTowns(s directory.School) string {
	var towns []string
	for _, l := range s.Locations {
		if !slices.Contains(towns, l.Municipality) {
			towns = append(towns, l.Municipality)
		}
	}
	return listWords(towns)
}

// foundWords says what a hit was matched on when that is not plain from its name.
func foundWords(h hit) string {
	var words []string
	for _, m := range h.MatchedOn {
		word := matchWord(m.Field)
		switch m.Field {
		case lookup.Alias, lookup.FormerMunicipalityName, lookup.FormerZoneName, lookup.FormerCode, lookup.PlaceName, lookup.PostcodePlace:
			word += " " + m.Value
		}
		if word != "" && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return listWords(words)
}

// marked cuts a name where the query matches it.
func marked(name string, result found) []piece {
	query := result.Query
	if result.Corrected != "" {
		query = result.Corrected
	}
	var pieces []piece
	at := 0
	for _, span := range lookup.Marks(name, query) {
		if span.Start > at {
			pieces = append(pieces, piece{name[at:span.Start], false})
		}
		pieces = append(pieces, piece{name[span.Start:span.End], true})
		at = span.End
	}
	if at < len(name) {
		pieces = append(pieces, piece{name[at:], false})
	}
	return pieces
}

type themeForm struct {
	Action   string
	Theme    directory.Theme
	Themes   []directory.Theme
	Location int
}

type schoolData struct {
	School    *directory.School
	Level     string
	Chosen    *directory.Location // as asked, or the only one
	Choices   []choice            // when locations lie in several zones
	Locations []string            // addresses, when there are several in one zone
	Answers   []answer
	Form      themeForm
	Brussels  bool
	Paper     paper
}

// choice is one location to choose.
type choice struct {
	Path, Address string
	Current       bool
}

// paper is the last line of a printed page.
type paper struct{ Today, Address string }

func (s *service) paper(r *http.Request, path string) paper {
	return paper{site.Date(s.now()), gateway.Link(r, path)}
}

func (s *service) schoolPage(w http.ResponseWriter, r *http.Request) error {
	f, err := s.current(r.Context())
	if err != nil {
		return err
	}
	school, err := schoolOf(w, r, f, "/scholen/")
	if err != nil || school == nil {
		return err
	}
	v, problem := gateway.Params(r, gateway.Param{Name: "theme"}, gateway.Param{Name: "location", Min: 1, Max: 4095})
	theme, number := themeOf(v.Get("theme")), v.Int("location")
	chosen := locationOf(*school, number)
	if problem != nil || number != 0 && chosen == nil {
		return gateway.NotFound("The school has no such location").InDutch("Deze school heeft geen vestiging met dit nummer.")
	}
	if len(school.Locations) == 1 {
		chosen = &school.Locations[0]
	}
	path := "/scholen/" + string(school.Number)
	data := schoolData{School: school, Level: upper(school.Level.Label()), Chosen: chosen,
		Form:  themeForm{Action: path, Theme: theme, Themes: directory.Themes(), Location: number},
		Paper: s.paper(r, path)}
	codes := schoolZones(*school)
	several := len(codes) > 1
	for _, l := range school.Locations {
		if several {
			query := url.Values{"location": {strconv.Itoa(l.Number)}}
			if theme != "" {
				query.Set("theme", string(theme))
			}
			data.Choices = append(data.Choices, choice{path + "?" + query.Encode(), addressWords(l), l.Number == number})
		} else if chosen == nil {
			data.Locations = append(data.Locations, addressWords(l))
		}
	}
	if chosen != nil {
		codes = []directory.ZoneCode{chosen.Zone}
	}
	profiles, down := s.read(r.Context(), codes)
	status := http.StatusOK
	if down != nil {
		status = s.unavailable(w, r, down)
	}
	for _, code := range codes {
		z, ok := s.see(r.Context(), f, code, profiles, directory.QuestionOf(*school, code, number, theme))
		if !ok {
			continue
		}
		a := s.answer(r, z, theme, down)
		if len(codes) > 1 {
			a.Heading = a.Name + ": " + lower(a.Heading)
			for _, l := range school.Locations {
				if l.Zone == code {
					a.Places = append(a.Places, addressWords(l))
				}
			}
		}
		data.Answers = append(data.Answers, a)
		data.Brussels = data.Brussels || z.Province == brussels
	}
	title := school.Name
	if theme != "" {
		title += ": " + theme.Label()
	}
	return s.show(w, r, status, schoolTemplate, site.Page{
		Title: title, Description: "Het aanspreekpunt bij de lokale politie voor " + school.Name + ".", NoIndex: status != http.StatusOK || r.URL.RawQuery != "",
	}, data)
}

type zoneData struct {
	Answer answer
	Former string // the former zone that led here
	Form   themeForm
	Paper  paper
}

func (s *service) zonePage(w http.ResponseWriter, r *http.Request) error {
	f, err := s.current(r.Context())
	if err != nil {
		return err
	}
	given, err := directory.ParseZoneCode(r.PathValue("code"))
	if current := f.CurrentZones(given); err == nil && len(current) > 0 && current[0] != given {
		return s.formerZonePage(w, r, f, given, current)
	}
	code, err := zoneOf(w, r, f, "/zones/", "")
	if err != nil || code == "" {
		return err
	}
	v, _ := gateway.Params(r, gateway.Param{Name: "theme"}, gateway.Param{Name: "level"}, gateway.Param{Name: "school"}, gateway.Param{Name: "vroeger"})
	q := directory.Question{}
	if number, err := directory.ParseInstitutionNumber(v.Get("school")); err == nil {
		if school, ok := f.School(number); ok {
			q = directory.QuestionOf(school, code, 0, "")
		}
	}
	if level := directory.Level(v.Get("level")); slices.Contains(directory.Levels(), level) {
		q.Level = level
	}
	q.Theme = themeOf(v.Get("theme"))
	profiles, down := s.read(r.Context(), []directory.ZoneCode{code})
	status := http.StatusOK
	if down != nil {
		status = s.unavailable(w, r, down)
	}
	z, _ := s.see(r.Context(), f, code, profiles, q)
	path := "/zones/" + string(code)
	data := zoneData{Answer: s.answer(r, z, q.Theme, down), Form: themeForm{Action: path, Theme: q.Theme, Themes: directory.Themes()}, Paper: s.paper(r, path)}
	if before, ok := f.FormerZone(directory.ZoneCode(v.Get("vroeger"))); ok && slices.Contains(f.CurrentZones(before.Code), code) {
		data.Former = string(before.Code) + " " + before.Name + " is nu deel van politiezone " + z.Name + " (" + string(code) + ")."
	}
	title := data.Answer.Name
	if q.Theme != "" {
		title += ": " + q.Theme.Label()
	}
	return s.show(w, r, status, zoneTemplate, site.Page{
		Title: title, Description: "De aanspreekpunten voor scholen van " + data.Answer.Label + ".", NoIndex: status != http.StatusOK || r.URL.RawQuery != "",
	}, data)
}

// formerZonePage leads from an ended zone to its successor, or lists all of them with their municipalities.
func (s *service) formerZonePage(w http.ResponseWriter, r *http.Request, f *edition, code directory.ZoneCode, current []directory.ZoneCode) error {
	if len(current) == 1 {
		query := r.URL.Query()
		query.Set("vroeger", string(code))
		gateway.Redirect(w, r, "/zones/"+string(current[0])+"?"+query.Encode(), http.StatusMovedPermanently)
		return nil
	}
	before, _ := f.FormerZone(code)
	data := zonesData{Heading: string(code) + " " + before.Name + " is verdeeld over " + site.Count(len(current), "politiezone", "politiezones")}
	group := province{}
	for _, c := range current {
		if z, ok := f.Zone(c); ok {
			group.Zones = append(group.Zones, f.line(z))
		}
	}
	data.Provinces = []province{group}
	return s.show(w, r, http.StatusOK, zonesTemplate, site.Page{Title: data.Heading}, data)
}

type zonesData struct {
	Heading   string
	Total     int // 0 when the page shows a part
	Provinces []province
}

func (s *service) zonesPage(w http.ResponseWriter, r *http.Request) error {
	f, err := s.current(r.Context())
	if err != nil {
		return err
	}
	data := zonesData{Heading: "Politiezones", Provinces: f.provinces()}
	for _, p := range data.Provinces {
		data.Total += len(p.Zones)
	}
	return s.show(w, r, http.StatusOK, zonesTemplate, site.Page{
		Title: "Politiezones", Description: "Alle politiezones van Vlaanderen en Brussel met hun gemeenten.",
	}, data)
}

type municipalityData struct {
	Municipality *directory.Municipality
	Former       string
	Postcodes    []postcode
	Answer       answer
	Form         themeForm
	Search       string
	Brussels     bool
	Paper        paper
}

type postcode struct {
	Code   string
	Places []placeName
}

type placeName struct{ Name, Lang string }

func (s *service) municipalityPage(w http.ResponseWriter, r *http.Request) error {
	f, err := s.current(r.Context())
	if err != nil {
		return err
	}
	if before, err := directory.ParseNIS(r.PathValue("nis")); err == nil && len(f.CurrentMunicipalities(before)) == 1 && f.CurrentMunicipalities(before)[0] != before {
		query := r.URL.Query()
		query.Set("vroeger", before.String())
		gateway.Redirect(w, r, "/gemeenten/"+f.CurrentMunicipalities(before)[0].String()+"?"+query.Encode(), http.StatusMovedPermanently)
		return nil
	}
	m, err := municipalityOf(w, r, f, "/gemeenten/")
	if err != nil || m == nil {
		return err
	}
	v, _ := gateway.Params(r, gateway.Param{Name: "theme"}, gateway.Param{Name: "vroeger"})
	theme := themeOf(v.Get("theme"))
	profiles, down := s.read(r.Context(), []directory.ZoneCode{m.Zone})
	status := http.StatusOK
	if down != nil {
		status = s.unavailable(w, r, down)
	}
	z, _ := s.see(r.Context(), f, m.Zone, profiles, directory.Question{Theme: theme, Municipality: m.NIS})
	path := "/gemeenten/" + m.NIS.String()
	data := municipalityData{Municipality: m, Answer: s.answer(r, z, theme, down), Postcodes: postcodesOf(f, m.NIS), Brussels: m.Province == brussels,
		Form: themeForm{Action: path, Theme: theme, Themes: directory.Themes()}, Paper: s.paper(r, path),
		Search: "/zoeken?" + url.Values{"q": {m.Name}}.Encode()}
	if nis, err := directory.ParseNIS(v.Get("vroeger")); err == nil {
		if before, ok := f.FormerMunicipality(nis); ok && slices.Contains(f.CurrentMunicipalities(nis), m.NIS) {
			data.Former = before.Name + " is nu deel van " + m.Name + "."
		}
	}
	title := m.Name
	if theme != "" {
		title += ": " + theme.Label()
	}
	return s.show(w, r, status, municipalityTemplate, site.Page{
		Title: title, Description: "De lokale politie en het aanspreekpunt voor scholen in " + m.Name + ".", NoIndex: status != http.StatusOK || r.URL.RawQuery != "",
	}, data)
}

// postcodesOf lists a municipality's postcodes, each with its place names.
func postcodesOf(f *edition, nis directory.NIS) []postcode {
	var list []postcode
	for _, p := range f.MunicipalityPlaces(nis) {
		i := slices.IndexFunc(list, func(c postcode) bool { return c.Code == p.Postcode })
		if i < 0 {
			list = append(list, postcode{Code: p.Postcode})
			i = len(list) - 1
		}
		name := placeName{Name: p.Name}
		if p.Kind == directory.PlaceOtherLanguage {
			name.Lang = "fr"
		}
		list[i].Places = append(list[i].Places, name)
	}
	return list
}

type aboutData struct {
	Meta    facts.Meta
	Known   bool
	API     string
	Schools string
}

func (s *service) aboutPage(w http.ResponseWriter, r *http.Request) error {
	data := aboutData{API: gateway.BaseURL(r) + "/api/v1"}
	if f, err := s.reference.Current(r.Context()); err == nil { // the page has more to say than where the facts come from
		data.Meta, data.Known = f.Meta(), true
		data.Schools = site.Count(data.Meta.SchoolCount, "school", "scholen")
	}
	return s.show(w, r, http.StatusOK, aboutTemplate, site.Page{
		Title: "Over deze site", Description: "Wat Aanspreekpunt is, waar de gegevens vandaan komen en wat PLP 41 betekent.",
	}, data)
}

type errorData struct {
	Form     form
	Heading  string
	Sentence string
	Retry    bool
	Report   string // id to report, only for what is our fault
}

// errorPage shows a problem to a person.
func (s *service) errorPage(w http.ResponseWriter, r *http.Request, p *gateway.Problem) {
	data := errorData{Form: formOf("", ""), Heading: "Er ging iets mis", Sentence: p.Dutch}
	var sentence string
	switch {
	case p.Status == http.StatusNotFound:
		data.Heading, sentence = "Deze pagina bestaat niet", "Misschien is het adres verkeerd overgenomen of is de pagina verhuisd."
	case p.Status == http.StatusMethodNotAllowed:
		data.Heading, sentence = "Dat kan hier niet", "Deze pagina kan je alleen bekijken."
	case p.Status == http.StatusServiceUnavailable:
		data.Heading, sentence, data.Retry = "De opzoeking werkt even niet", "Probeer het over enkele ogenblikken opnieuw.", true
	case p.Status < http.StatusInternalServerError:
		data.Heading, sentence = "Deze vraag begrijpen we niet", "Het adres van deze pagina klopt niet helemaal."
	default:
		sentence, data.Retry = "Dat ligt aan ons. Probeer het over enkele ogenblikken opnieuw.", true
		data.Report = strings.TrimPrefix(p.Instance, "urn:uuid:")
	}
	if data.Sentence == "" {
		data.Sentence = sentence
	}
	if p.Status != http.StatusServiceUnavailable { // of which trying again would make the caller wait
		if who, err := s.identify(r); err == nil { // the problem may come from before the caller was known
			r = r.WithContext(as(r.Context(), who))
		}
	}
	if err := s.show(w, r, p.Status, errorTemplate, site.Page{Title: data.Heading, NoIndex: true}, data); err != nil {
		panic(err) // gateway then answers without a page
	}
}

func (s *service) asset(w http.ResponseWriter, r *http.Request) error {
	if !site.ServeAsset(w, r) {
		return gateway.NotFound("No asset has this name")
	}
	return nil
}

// favicon answers the address that browsers try by themselves.
func (s *service) favicon(w http.ResponseWriter, r *http.Request) error {
	gateway.Cache(w, gateway.ReferenceData)
	gateway.Redirect(w, r, site.Asset("icon.svg"), http.StatusFound)
	return nil
}

func (s *service) robots(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	gateway.Cache(w, gateway.ReferenceData)
	// While demonstration data is loaded every page says noindex, which a crawler must be let in to read.
	_, err := w.Write([]byte("User-agent: *\nDisallow: /zoeken\nDisallow: /api/\nSitemap: " + gateway.Link(r, "/sitemap.xml") + "\n"))
	return err
}

// sitemap lists the pages of zones and municipalities; schools are found by searching.
func (s *service) sitemap(w http.ResponseWriter, r *http.Request) error {
	f, err := s.current(r.Context())
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
	add := func(path string) {
		b.WriteString("<url><loc>" + template.HTMLEscapeString(gateway.Link(r, path)) + "</loc></url>\n")
	}
	for _, path := range []string{"/", "/zones", "/over"} {
		add(path)
	}
	for _, z := range f.zones() {
		add("/zones/" + string(z.Code))
	}
	for _, m := range f.Municipalities() {
		add("/gemeenten/" + m.NIS.String())
	}
	b.WriteString("</urlset>\n")
	w.Header().Set("Content-Type", "application/xml")
	gateway.Cache(w, gateway.ReferenceData)
	_, err = w.Write([]byte(b.String()))
	return err
}
