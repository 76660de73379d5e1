package main

import (
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/site"
)

//go:embed *.gohtml
var templates embed.FS

var functions = template.FuncMap{"address": addressWords, "list": listWords}

func page(name string) *site.Template {
	return site.New(templates, functions, "answer.gohtml", name+".gohtml")
}

func framed(name string) *site.Template {
	return site.NewFramed(templates, functions, "answer.gohtml", name+".gohtml")
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

	privacyTemplate       = page("privacy")
	accessibilityTemplate = page("accessibility")
	embeddingTemplate     = page("embedding")
	framedSearchTemplate  = framed("framedsearch")
	framedZoneTemplate    = framed("framedzone")
	framedErrorTemplate   = framed("error")
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
	if slug, ok := firstPractices[r.URL.Query().Get("bp")]; ok {
		gateway.Redirect(w, r, "/praktijken/"+slug, http.StatusMovedPermanently)
		return nil
	}
	return s.show(w, r, http.StatusOK, homeTemplate, site.Page{
		Title:       "Aanspreekpunt: wie bel je bij de lokale politie?",
		Description: "Zoek het aanspreekpunt voor scholen bij de lokale politie, op school, gemeente of postcode.",
	}, s.home(r))
}

type homeData struct {
	form
	Own     []ownSchool // of the organisation that one signed in for
	OwnMore bool        // a CLB has more schools than are listed
	Manage  bool        // leads to the management of zones: for visitors, who may sign in there, and for who may do something
	Newest  []practiceLink
}

// ownSchool is a school that a signed-in person need not search for.
type ownSchool struct{ Path, Name, Municipality string }

// mostOwn is how many of their schools a CLB finds on the first page.
const mostOwn = 10

// home is the search field, the newest practices, and for a school's or CLB's staff their schools. A CLB itself is none
// of them.
func (s *service) home(r *http.Request) homeData {
	who := callerOf(r.Context())
	data := homeData{form: formOf("", ""), Manage: site.OffersManagement(who)}
	f, err := s.current(r)
	if err != nil {
		return data // one can still search when it works again
	}
	if stored, err := s.fetch(r.Context(), f, nil, true); err != nil {
		gateway.Warn(r.Context(), err) // one can search all the same
	} else {
		data.Newest = f.practiceLinks(stored.Practices[:min(len(stored.Practices), mostNewest)])
	}
	for _, number := range who.Institutions {
		school, ok := f.School(number)
		switch {
		case !ok:
		case len(data.Own) == mostOwn:
			data.OwnMore = true
			return data
		default:
			data.Own = append(data.Own, ownSchool{"/scholen/" + string(number), school.Name, locationTowns(school)})
		}
	}
	return data
}

// themeOf reads a chosen theme; a page takes an unknown one for none.
func themeOf(given string) directory.Theme {
	if t := directory.Theme(given); slices.Contains(directory.Themes(), t) {
		return t
	}
	return ""
}

// brussels is the province of a Brussels zone or municipality in the facts.
const brussels = "Brussel"

// answer lays out a zone that was read, or whose store is down.
func (s *service) answer(r *http.Request, z directory.ZoneView, theme directory.Theme, down error) answer {
	a := answerOf(z, theme, s.now(), signIn(r))
	if e := s.edition.Load(); e != nil && s.reference.Loaded().Demonstration {
		// A demonstration says when a zone confirmed, which is not true of the real number that stands in it.
		if known, ok := e.Zone(z.Code); ok && z.Phone != "" && z.Phone == known.Phone {
			a.Desk.Real = realNumber + " " + factsWords(z)
		}
	}
	if down != nil { // whether and when the zone confirmed is not known now
		a.Down, a.Freshness, a.FreshClass = true, factsWords(z), ""
	}
	return a
}

// answerFor lays out a zone as the caller may see it; ok is false when there is no such zone. What is kept for schools
// goes on paper only when that is asked for.
func (s *service) answerFor(r *http.Request, f *edition, code directory.ZoneCode, profiles map[directory.ZoneCode]directory.Profile, q directory.Question, down error) (a answer, ok bool) {
	z, ok := s.see(r.Context(), f, code, profiles, q)
	if !ok {
		return answer{}, false
	}
	a = s.answer(r, z, q.Theme, down)
	if down != nil || !callerOf(r.Context()).SignedIn() {
		return a, true
	}
	public, _ := s.see(as(r.Context(), directory.Principal{}), f, code, profiles, q)
	if onPaper := s.answer(r, public, q.Theme, nil); !reflect.DeepEqual(a, onPaper) {
		query := r.URL.Query()
		if query.Get("afdruk") == "scholen" {
			a.ForStaff = forStaff + " Hang dit niet op waar leerlingen of bezoekers komen."
			query.Del("afdruk")
		} else {
			a.OnPaper = &onPaper
			query.Set("afdruk", "scholen")
		}
		a.Print = (&url.URL{Path: r.URL.Path, RawQuery: query.Encode()}).String()
	}
	return a, true
}

// unavailable answers for a store that does not: 503, with what the reference facts still know.
func (s *service) unavailable(w http.ResponseWriter, r *http.Request, cause error) int {
	gateway.Warn(r.Context(), cause)
	gateway.Cache(w, gateway.NoStore)
	w.Header().Set("Retry-After", "5")
	return http.StatusServiceUnavailable
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
	f, err := s.current(r)
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
	data := schoolData{School: school, Level: site.Upper(school.Level.Label()), Chosen: chosen,
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
	stored, down := s.fetch(r.Context(), f, codes, true)
	status := http.StatusOK
	if down != nil {
		status = s.unavailable(w, r, down)
	}
	for _, code := range codes {
		a, ok := s.answerFor(r, f, code, stored.Profiles, directory.QuestionOf(*school, code, number, theme), down)
		if !ok {
			continue
		}
		a.Practices = f.practiceLinks(f.ofZone(stored.Practices, code))
		if len(codes) > 1 {
			a.Heading = a.Name + ": " + site.Lower(a.Heading)
			for _, l := range school.Locations {
				if l.Zone == code {
					a.Places = append(a.Places, addressWords(l))
				}
			}
		}
		data.Answers = append(data.Answers, a)
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
	Answer     answer
	Structured *organization // nil while the zone's data cannot be read
	Former     string        // the former zone that led here
	Form       themeForm
	Paper      paper
}

func (s *service) zonePage(w http.ResponseWriter, r *http.Request) error {
	f, err := s.current(r)
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
	v, _ := gateway.Params(r, gateway.Param{Name: "theme"}, gateway.Param{Name: "level"}, gateway.Param{Name: "school"}, gateway.Param{Name: "vroeger"},
		gateway.Param{Name: "contacten"})
	if v.Get("contacten") == "scholen" {
		return s.contacts(w, r, f, code, callerOf(r.Context()))
	}
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
	stored, down := s.fetch(r.Context(), f, []directory.ZoneCode{code}, true)
	status := http.StatusOK
	if down != nil {
		status = s.unavailable(w, r, down)
	}
	a, _ := s.answerFor(r, f, code, stored.Profiles, q, down)
	path := "/zones/" + string(code)
	data := zoneData{Answer: a, Form: themeForm{Action: path, Theme: q.Theme, Themes: directory.Themes()}, Paper: s.paper(r, path)}
	data.Answer.Practices = f.practiceLinks(f.ofZone(stored.Practices, code))
	if down == nil {
		public, _ := s.see(as(r.Context(), directory.Principal{}), f, code, stored.Profiles, directory.Question{})
		data.Structured = structured(public, gateway.Link(r, path), s.reference.Loaded().Demonstration)
	}
	if before, ok := f.FormerZone(directory.ZoneCode(v.Get("vroeger"))); ok && slices.Contains(f.CurrentZones(before.Code), code) {
		data.Former = string(before.Code) + " " + before.Name + " is nu deel van " + site.Lower(a.Name) + " (" + string(code) + ")."
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
	f, err := s.current(r)
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
	f, err := s.current(r)
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
	stored, down := s.fetch(r.Context(), f, []directory.ZoneCode{m.Zone}, true)
	status := http.StatusOK
	if down != nil {
		status = s.unavailable(w, r, down)
	}
	a, _ := s.answerFor(r, f, m.Zone, stored.Profiles, directory.Question{Theme: theme, Municipality: m.NIS}, down)
	path := "/gemeenten/" + m.NIS.String()
	data := municipalityData{Municipality: m, Answer: a, Postcodes: postcodesOf(f, m.NIS), Brussels: m.Province == brussels,
		Form: themeForm{Action: path, Theme: theme, Themes: directory.Themes()}, Paper: s.paper(r, path),
		Search: "/zoeken?" + url.Values{"q": {m.Name}}.Encode()}
	data.Answer.Practices = f.practiceLinks(f.ofZone(stored.Practices, m.Zone))
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
	site.Message
	Form  form
	Retry bool
}

// errorPage shows a problem to a person.
func (s *service) errorPage(w http.ResponseWriter, r *http.Request, p *gateway.Problem) {
	data := errorData{Message: site.MessageOf(p), Form: formOf("", ""), Retry: p.Status >= http.StatusInternalServerError}
	if p.Status == http.StatusServiceUnavailable {
		data.Heading = "De opzoeking werkt even niet"
	}
	shown := errorTemplate
	if gateway.Framed(r) {
		shown = framedErrorTemplate
	} else if p.Status != http.StatusServiceUnavailable { // of which trying again would make the caller wait
		if who, err := s.identify(r); err == nil { // the problem may come from before the caller was known
			r = r.WithContext(as(r.Context(), who))
		}
	}
	if err := s.show(w, r, p.Status, shown, site.Page{Title: data.Heading, NoIndex: true}, data); err != nil {
		panic(err) // gateway then answers without a page
	}
}

func (s *service) asset(w http.ResponseWriter, r *http.Request) error {
	if !site.ServeAsset(w, r) {
		return gateway.NotFound("No asset has this name")
	}
	return nil
}
