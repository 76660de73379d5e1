package main

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/lookup"
	"aanspreekpunt/shared/site"
)

// pageSize is how many hits a page shows; surveyed is how many are looked at to see whether all lie in one zone.
const (
	pageSize = 10
	surveyed = 25
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
	Unmatched   string // Dutch: which words were not found; "" when all were
	Statement   string // why the answer stands above the hits
	Answer      *answer
	Sides       []side
	Rows        []row
	Provinces   []province // when nothing was found
	Brussels    bool       // the query is a postcode or a name in Brussels, or looks for a school of the French Community
	French      bool       // it does look for such a school, and is told so first
	OnlyTheme   bool       // a theme was typed and nothing else
	Page, Pages int
	Prev, Next  string
	Practices   []practiceLink // that the search finds, too
	AllOf       string         // where all practices on the theme are
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
	f, err := s.current(r)
	if err != nil {
		return err
	}
	if path := chosenPath(f, v.Get("keuze"), theme); path != "" {
		gateway.Redirect(w, r, path, http.StatusSeeOther)
		return nil
	}
	q := question{Text: text, Theme: theme, Literal: v.Get("letterlijk") != "", Offset: (data.Page - 1) * pageSize, Limit: surveyed, Shown: pageSize}
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
	if len(groups) == 0 && data.Page == 1 {
		groups = locationsByZone(result)
	}
	var single directory.ZoneCode
	var codes []directory.ZoneCode
	if data.Page == 1 {
		if single = oneZone(result, groups); single != "" {
			data.Statement = statement(f, result, groups, single)
			codes = append(codes, single) // before the other zones of a school
		}
	}
	for _, g := range groups[:min(mostSides, len(groups))] {
		if g.zone != single {
			codes = append(codes, g.zone)
		}
	}
	for _, code := range zonesOf(shown, mostZones) {
		if !slices.Contains(codes, code) && len(codes) < mostZones {
			codes = append(codes, code)
		}
	}
	stored, down := s.fetch(r.Context(), f, codes, data.Page == 1)
	status := http.StatusOK
	if down != nil {
		status = s.unavailable(w, r, down)
	}
	if single != "" {
		if a, ok := s.answerFor(r, f, single, stored.Profiles, sharedQuestion(result, single), down); ok {
			data.Answer = &a
		}
	} else if data.Page == 1 && len(groups) > 1 && len(groups) <= mostSides {
		data.Statement = sidesStatement(result, groups)
		for _, g := range groups {
			if a, ok := s.answerFor(r, f, g.zone, stored.Profiles, g.question(result.Theme), down); ok {
				data.Sides = append(data.Sides, side{a, listWords(g.places)})
			}
		}
	}
	views := map[directory.ZoneCode]directory.ZoneView{}
	for _, code := range codes {
		if z, ok := s.see(r.Context(), f, code, stored.Profiles, directory.Question{Theme: result.Theme}); ok {
			views[code] = z
		}
	}
	for i, h := range shown {
		if shownAlready(f, h, shown, i) {
			continue
		}
		r := s.rowOf(f, h, result, views, down != nil)
		if data.Answer != nil && len(h.Zones) == 1 && h.Zones[0] == single {
			r.Zones = nil // it stands above the list
		}
		if data.Sides != nil && h.School != nil && groups[0].named.School == h.School {
			r.Zones, r.Several = nil, false // so do they
		}
		if h.Kind == lookup.Place {
			r.Where = postcodesAt(h, shown) + " " + placeWords(h.Name, h.Municipality)
		}
		data.Rows = append(data.Rows, r)
	}
	var about []directory.ZoneCode
	for _, g := range groups[:min(mostSides, len(groups))] {
		about = append(about, g.zone)
	}
	if single != "" {
		about = []directory.ZoneCode{single}
	}
	data.Practices, data.AllOf = f.practiceLinks(f.matched(stored.Practices, result, text, about)), practicesPath(result.Theme)
	if result.Total == 0 && !data.OnlyTheme && len(data.Practices) > 0 {
		data.Heading = "Geen school of gemeente gevonden voor ‘" + result.Query + "’, wel " + site.Count(len(data.Practices), "goede praktijk", "goede praktijken")
	}
	count := countWords(result)
	if 0 < len(data.Rows) && result.Total <= len(shown) { // then one thing under two names is not counted twice
		count = site.Count(len(data.Rows), "resultaat", "resultaten")
		data.Heading = count + " voor ‘" + answered(result) + "’"
	}
	plain.Title = count + " · Opzoeken"
	if data.Page > 1 {
		plain.Title = count + ", bladzijde " + strconv.Itoa(data.Page) + " · Opzoeken"
	}
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
	data.Unmatched = unmatchedWords(result)
	data.Pages = max(1, (result.Total+pageSize-1)/pageSize)
	if data.Page > 1 {
		data.Prev = link(q.Text, q.Theme, q.Literal, data.Page-1)
	}
	if data.Page < data.Pages {
		data.Next = link(q.Text, q.Theme, q.Literal, data.Page+1)
	}
	switch {
	case data.OnlyTheme:
		data.Heading = "Voor welke school, gemeente of postcode?"
	case result.Total == 0:
		data.Heading = "Niets gevonden voor ‘" + result.Query + "’"
		data.Provinces = f.provinces()
		data.Brussels = brusselsPostcode(result.Query) || soundsFrench(result.Query)
	default:
		data.Heading = countWords(result) + " voor ‘" + answered(result) + "’"
		for _, h := range result.Hits {
			if m, ok := f.Municipality(h.NIS); ok && h.Kind != lookup.School && m.Province == brussels {
				data.Brussels = true
			}
		}
		if soundsFrench(result.Query) && (data.Brussels || result.Partial || result.Corrected != "" && !strings.Contains(result.Corrected, "instituut")) {
			data.Brussels, data.French = true, true
		}
	}
}

// countWords says how many hits there are.
func countWords(result found) string {
	count := site.Count(result.Total, "resultaat", "resultaten")
	if result.IsMinimum {
		return "Meer dan " + count
	}
	return count
}

// answered is the query as the heading repeats it: without words that were not found when the rest names a place.
func answered(result found) string {
	if result.Partial && !isPlace(result.Hits[0].Kind) {
		return result.Query
	}
	return result.understood()
}

// isPlace tells whether a kind is a place or municipality.
func isPlace(k lookup.Kind) bool {
	return k == lookup.Place || k == lookup.Municipality || k == lookup.FormerMunicipality
}

// french are words, without accents, by which schools of the French Community are looked for. Words that Dutch has
// too, such as "college" and "royal", tell nothing.
var french = [...]string{"athenee", "communale", "communal", "ecole", "ecoles", "fondamentale", "institut", "lycee"}

// soundsFrench tells whether a query looks for a school of the French Community.
func soundsFrench(query string) bool {
	plain := strings.NewReplacer("é", "e", "è", "e", "ê", "e", "É", "e", "È", "e", "Ê", "e").Replace(query)
	for _, word := range strings.FieldsFunc(strings.ToLower(plain), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if slices.Contains(french[:], word) {
			return true
		}
	}
	return false
}

// brusselsPostcode tells whether a query is a postcode of the Brussels region: 1000 to 1210.
func brusselsPostcode(query string) bool {
	n, err := strconv.Atoi(strings.TrimSpace(query))
	return err == nil && n >= 1000 && n < 1212
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

// group is a zone with the places of an ambiguous postcode or name that lie in it, or with a school's locations there.
type group struct {
	zone   directory.ZoneCode
	nis    directory.NIS // 0 when the places lie in several municipalities
	places []string
	named  hit // the first of them, or the school
}

// question is what a group's zone is asked.
func (g group) question(theme directory.Theme) directory.Question {
	if g.named.School != nil {
		return directory.QuestionOf(*g.named.School, g.zone, 0, theme)
	}
	return directory.Question{Theme: theme, Municipality: g.nis}
}

// locationsByZone gathers by zone the locations of the one school that was found, when they lie in several zones and
// the query names none of them.
func locationsByZone(result found) []group {
	if result.Total != 1 || len(result.Hits) != 1 {
		return nil
	}
	h := result.Hits[0]
	if h.School == nil || h.Location != nil || len(h.Zones) < 2 {
		return nil
	}
	var groups []group
	for _, l := range h.School.Locations {
		i := slices.IndexFunc(groups, func(g group) bool { return g.zone == l.Zone })
		if i < 0 {
			i = len(groups)
			groups = append(groups, group{zone: l.Zone, named: h})
		}
		groups[i].places = append(groups[i].places, addressWords(l))
	}
	return groups
}

// ambiguous gathers by zone the places that a query names: those with the postcode, or those called exactly
// that. Zones stand in the order of the hits.
func ambiguous(result found) []group {
	var groups []group
	for _, h := range result.Hits {
		if !isNamed(h, result.understood()) || len(h.Zones) != 1 {
			continue
		}
		i := slices.IndexFunc(groups, func(g group) bool { return g.zone == h.Zones[0] })
		if i < 0 {
			groups = append(groups, group{zone: h.Zones[0], nis: h.NIS, named: h})
			i = len(groups) - 1
		}
		if groups[i].nis != h.NIS {
			groups[i].nis = 0
		}
		name := h.Name
		switch {
		case h.Kind != lookup.Place:
			continue
		case h.Postcode != result.understood():
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
func oneZone(result found, groups []group) directory.ZoneCode {
	if len(groups) == 1 {
		return groups[0].zone
	}
	if len(groups) > 1 || result.Total == 0 || result.Total > len(result.Hits) {
		return ""
	}
	single := directory.ZoneCode("")
	for _, h := range result.Hits {
		for _, code := range h.lies() {
			if single != "" && single != code {
				return ""
			}
			single = code
		}
	}
	return single
}

// statement says why one zone's answer stands above the hits. What it says of all hits is said only when oneZone
// looked at all of them: a place that the query names speaks for itself alone.
func statement(f *edition, result found, groups []group, code directory.ZoneCode) string {
	zone, _ := f.Zone(code)
	in := site.Lower(directory.ZoneWords(zone.Name, f.names(zone.Municipalities)))
	if len(groups) == 1 {
		named := groups[0].named
		switch {
		case named.Kind == lookup.FormerZone:
			return named.Key + " " + named.Name + " is nu deel van " + in + "."
		case named.Kind == lookup.FormerMunicipality:
			return named.Name + " is nu deel van " + named.Municipality + ", in " + in + "."
		case named.Kind == lookup.Zone:
			return "Dit is " + in + "."
		case named.Kind == lookup.Place && named.Postcode == result.understood():
			return "Postcode " + named.Postcode + " ligt in " + in + "."
		}
		return named.Name + " ligt in " + in + "."
	}
	schools := 0
	for _, h := range result.Hits {
		if h.Kind == lookup.School {
			schools++
		}
	}
	switch {
	case schools == 1 && len(result.Hits) == 1 && len(result.Hits[0].School.Locations) > 1 && result.Hits[0].Location != nil:
		return "Deze vestiging, " + addressWords(*result.Hits[0].Location) + ", ligt in " + in + "."
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
func sidesStatement(result found, groups []group) string {
	what, zones := "‘"+result.understood()+"’", len(groups)
	if groups[0].named.School != nil {
		return "Deze school heeft vestigingen in " + strconv.Itoa(zones) + " politiezones. Kijk op welke vestiging je bent."
	}
	if _, err := directory.ParsePostcode(result.understood()); err == nil {
		return "Postcode " + result.understood() + " ligt in " + strconv.Itoa(zones) + " politiezones. Kijk welke deelgemeente er in het adres van je school staat."
	}
	return what + " kan in " + strconv.Itoa(zones) + " politiezones liggen. Kijk welke postcode of gemeente er in het adres van je school staat."
}

// sharedQuestion is what all hits of a zone ask alike: the one school, or else the municipality in which all lie
// and the level that all are of.
func sharedQuestion(result found, code directory.ZoneCode) directory.Question {
	var shared directory.Question
	for i, h := range result.Hits {
		one := directory.Question{Municipality: h.NIS}
		if h.School != nil {
			one = directory.QuestionOf(*h.School, code, h.location(), "")
		}
		if i == 0 {
			shared = one
			continue
		}
		if one.Municipality != shared.Municipality {
			shared.Municipality = 0
		}
		if one.Level != shared.Level {
			shared.Level = ""
		}
		if one.School != shared.School {
			shared.School = ""
		}
	}
	shared.Theme = result.Theme
	return shared
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
		r.Kind = site.Upper(h.School.Level.Label())
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
	case lookup.Municipality:
		r.Path, r.Where = withTheme("/gemeenten/"+h.NIS.String()), postcodesNamed(f, h)
	default:
		r.Path = withTheme("/gemeenten/" + h.NIS.String())
	}
	r.Found = foundWords(h)
	for _, code := range h.Zones {
		z, ok := f.Zone(code)
		if !ok {
			continue
		}
		zone := rowZone{Path: withTheme("/zones/" + string(code)), Label: directory.ZoneWords(z.Name, f.names(z.Municipalities))}
		if view, read := views[code]; read && !down {
			zone.Freshness, zone.Class = freshnessWords(view, s.now()), site.FreshnessClass(view.Freshness)
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

// shownAlready tells whether the hit at a place among those shown says nothing that another does not: a place with
// another postcode, a place that bears the name of its municipality, or an ended zone beside its only successor.
func shownAlready(f *edition, h hit, shown []hit, at int) bool {
	return slices.ContainsFunc(shown[:at], func(other hit) bool { return samePlace(h, other) }) ||
		slices.ContainsFunc(shown, func(other hit) bool {
			switch {
			case h.Kind == lookup.Place && other.Kind == lookup.Municipality && other.NIS == h.NIS:
				m, _ := f.Municipality(h.NIS)
				return h.Name == m.Name || h.Name == m.NameFr
			case h.Kind == lookup.Place && other.Kind == lookup.FormerMunicipality:
				return other.NIS == h.NIS && other.Name == h.Name
			case h.Kind == lookup.FormerZone && other.Kind == lookup.Zone:
				return slices.Equal(h.Zones, other.Zones)
			}
			return false
		})
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

// postcodesNamed lists the postcodes of the place that bears its municipality's name.
func postcodesNamed(f *edition, h hit) string {
	var codes []string
	for _, p := range f.MunicipalityPlaces(h.NIS) {
		if p.Name == h.Municipality {
			codes = append(codes, p.Postcode)
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
