package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/lookup"
)

// item is one hit of a search in JSON.
type item struct {
	Kind              string                      `json:"kind"` // school, place, municipality, zone or street
	Name              string                      `json:"name"`
	Href              string                      `json:"href"`
	MatchedOn         []match                     `json:"matchedOn"`
	InstitutionNumber directory.InstitutionNumber `json:"institutionNumber,omitempty"`
	Locations         int                         `json:"locations,omitempty"`
	Level             directory.Level             `json:"level,omitempty"`
	NIS               directory.NIS               `json:"nis,omitempty"`
	Code              directory.ZoneCode          `json:"code,omitempty"`
	Street            string                      `json:"street,omitempty"`
	Postcode          string                      `json:"postcode,omitempty"`
	Municipality      string                      `json:"municipality,omitempty"`
	ZoneCodes         []directory.ZoneCode        `json:"zoneCodes"`
	Former            *former                     `json:"former,omitempty"`
}

type match struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

// former names the ended zone or municipality through which its successor was found.
type former struct {
	Code string `json:"code"` // of a zone, or the NIS code of a municipality
	Name string `json:"name"`
}

type embedded struct {
	Zones     map[directory.ZoneCode]directory.ZoneView `json:"zones"`
	Practices []practiceItem                            `json:"practices,omitempty"` // that a search finds, too
}

func queryParam() gateway.Param {
	return gateway.Param{Name: "q", Required: true, MaxLength: maxQuery}
}

func themeParam() gateway.Param {
	names := make([]string, 0, 9)
	for _, t := range directory.Themes() {
		names = append(names, string(t))
	}
	return gateway.Param{Name: "theme", Values: names}
}

func levelParam() gateway.Param {
	names := make([]string, 0, 3)
	for _, l := range directory.Levels() {
		names = append(names, string(l))
	}
	return gateway.Param{Name: "level", Values: names}
}

func (s *service) search(w http.ResponseWriter, r *http.Request) error {
	v, err := gateway.Params(r, queryParam(), themeParam(), levelParam(), gateway.PageParam(), gateway.PageSizeParam(50))
	if err != nil {
		return err
	}
	f, err := s.current(r)
	if err != nil {
		return err
	}
	page, size := v.Int("page"), v.Int("pageSize")
	q := question{Text: v.Get("q"), Theme: directory.Theme(v.Get("theme")), Level: directory.Level(v.Get("level")), Offset: (page - 1) * size, Limit: size}
	result := find(f, q)
	codes := zonesOf(result.Hits, mostZones)
	stored, err := s.fetch(r.Context(), f, codes, page == 1)
	if err != nil {
		return err
	}
	zones := s.embedded(r, f, codes, stored.Profiles, func(directory.ZoneCode) directory.Question {
		return directory.Question{Theme: result.Theme, Level: q.Level}
	})
	if len(codes) > 1 {
		codes = nil // what is found lies all over: only its words and theme tell
	}
	zones.Practices = f.practiceItems(r, f.matched(stored.Practices, result, q.Text, codes))
	collection := gateway.CollectionOf(r, url.Values{"q": v.All("q"), "theme": v.All("theme"), "level": v.All("level")}, page, size, result.Total)
	collection.TotalIsMinimum = result.IsMinimum
	return gateway.WriteJSON(w, r, http.StatusOK, struct {
		gateway.Collection
		Partial        bool            `json:"partial,omitempty"`
		CorrectedQuery string          `json:"correctedQuery,omitempty"`
		Theme          directory.Theme `json:"theme,omitempty"`
		Items          []item          `json:"items"`
		Embedded       embedded        `json:"embedded"`
	}{collection, result.Partial, result.Corrected, result.Theme, items(r, f, result.Hits), zones})
}

// suggestions are at most eight hits for a word that may still be unfinished. No zone is read for them.
func (s *service) suggestions(w http.ResponseWriter, r *http.Request) error {
	v, err := gateway.Params(r, queryParam())
	if err != nil {
		return err
	}
	f, err := s.current(r)
	if err != nil {
		return err
	}
	const most = 8
	text := v.Get("q")
	if _, _, rest, ok := directory.ThemeInQuery(text); ok && !isName(f, text) {
		text = rest
	}
	answer := lookup.Result{}
	if text != "" {
		answer = f.Search(lookup.Query{Text: text, Limit: most, AsYouType: true})
	}
	var hits []hit
	for _, h := range answer.Hits {
		if told, ok := tell(f, h); ok {
			hits = append(hits, told)
		}
	}
	return gateway.WriteJSON(w, r, http.StatusOK, struct {
		Self           string `json:"self"`
		Total          int    `json:"total"`
		TotalIsMinimum bool   `json:"totalIsMinimum,omitempty"`
		Items          []item `json:"items"`
	}{gateway.Self(r, url.Values{"q": v.All("q")}), answer.Total, answer.TotalIsMinimum, items(r, f, hits)})
}

// items makes JSON of hits.
func items(r *http.Request, f *edition, hits []hit) []item {
	list := make([]item, 0, len(hits))
	for _, h := range hits {
		it := item{Kind: h.Kind.String(), Name: h.Name, MatchedOn: make([]match, 0, len(h.MatchedOn)),
			NIS: h.NIS, Postcode: h.Postcode, Municipality: h.Municipality, ZoneCodes: h.Zones}
		for _, m := range h.MatchedOn {
			it.MatchedOn = append(it.MatchedOn, match{m.Field.String(), m.Value})
		}
		switch h.Kind {
		case lookup.School:
			it.InstitutionNumber, it.Level, it.Locations = h.School.Number, h.School.Level, len(h.School.Locations)
			it.Href = gateway.Link(r, "/api/v1/schools/"+h.Key)
			if h.Location != nil {
				it.Street = streetWords(*h.Location)
			}
		case lookup.Zone:
			it.Code, it.Href = h.Zones[0], gateway.Link(r, "/api/v1/zones/"+h.Key)
		case lookup.FormerZone:
			it.Kind, it.Former = lookup.Zone.String(), &former{h.Key, h.Name}
			it.Href = gateway.Link(r, "/api/v1/zones/"+h.Key)
			if len(h.Zones) == 1 {
				if z, ok := f.Zone(h.Zones[0]); ok {
					it.Code, it.Name, it.Href = z.Code, z.Name, gateway.Link(r, "/api/v1/zones/"+string(z.Code))
				}
			}
		case lookup.FormerMunicipality:
			it.Kind, it.Former = lookup.Municipality.String(), &former{h.Key, h.Name}
			it.Name, it.Href = h.Municipality, gateway.Link(r, "/api/v1/municipalities/"+h.NIS.String())
		case lookup.Street:
			it.Street = h.Name
			it.Href = gateway.Link(r, "/api/v1/search?q="+url.QueryEscape(h.Name+" "+h.Municipality))
		default:
			it.Href = gateway.Link(r, "/api/v1/municipalities/"+h.NIS.String())
		}
		list = append(list, it)
	}
	return list
}

// embed reads zones, each seen with its own question.
func (s *service) embed(r *http.Request, f *edition, codes []directory.ZoneCode, of func(directory.ZoneCode) directory.Question) (embedded, error) {
	profiles, err := s.read(r.Context(), f, codes)
	return s.embedded(r, f, codes, profiles, of), err
}

func (s *service) embedded(r *http.Request, f *edition, codes []directory.ZoneCode, profiles map[directory.ZoneCode]directory.Profile, of func(directory.ZoneCode) directory.Question) embedded {
	e := embedded{Zones: make(map[directory.ZoneCode]directory.ZoneView, len(codes))}
	for _, code := range codes {
		if z, ok := s.see(r.Context(), f, code, profiles, of(code)); ok {
			e.Zones[code] = z.WithLinks(gateway.BaseURL(r))
		}
	}
	return e
}

type schoolLocation struct {
	Number       int                        `json:"number"`
	HeadOffice   bool                       `json:"headOffice"`
	Street       string                     `json:"street,omitempty"`
	HouseNumber  string                     `json:"houseNumber,omitempty"`
	Box          string                     `json:"box,omitempty"`
	Postcode     string                     `json:"postcode"`
	Place        string                     `json:"place"`
	Municipality directory.MunicipalityView `json:"municipality"`
	ZoneCode     directory.ZoneCode         `json:"zoneCode"`
	Lat          float64                    `json:"lat,omitempty"`
	Lon          float64                    `json:"lon,omitempty"`
}

func (s *service) school(w http.ResponseWriter, r *http.Request) error {
	f, err := s.current(r)
	if err != nil {
		return err
	}
	school, err := schoolOf(w, r, f, "/api/v1/schools/")
	if err != nil || school == nil {
		return err
	}
	v, err := gateway.Params(r, themeParam(), gateway.Param{Name: "location", Min: 1, Max: 4095})
	if err != nil {
		return err
	}
	chosen := v.Int("location")
	codes := schoolZones(*school)
	if chosen != 0 {
		l := locationOf(*school, chosen)
		if l == nil {
			return gateway.BadRequest("The school has no such location", gateway.ReferencedNotFound("query", "location", v.Get("location"), "The school has no location with this number"))
		}
		codes = []directory.ZoneCode{l.Zone}
	}
	theme := directory.Theme(v.Get("theme"))
	zones, err := s.embed(r, f, codes, func(code directory.ZoneCode) directory.Question {
		return directory.QuestionOf(*school, code, chosen, theme)
	})
	if err != nil {
		return err
	}
	locations := make([]schoolLocation, 0, len(school.Locations))
	for _, l := range school.Locations {
		locations = append(locations, schoolLocation{l.Number, l.HeadOffice, l.Street, l.HouseNumber, l.Box, l.Postcode, l.Place,
			directory.MunicipalityView{NIS: l.NIS, Name: l.Municipality, Href: gateway.Link(r, "/api/v1/municipalities/"+l.NIS.String())}, l.Zone, l.Lat, l.Lon})
	}
	return gateway.WriteJSON(w, r, http.StatusOK, struct {
		Self              string                      `json:"self"`
		InstitutionNumber directory.InstitutionNumber `json:"institutionNumber"`
		Name              string                      `json:"name"`
		Aliases           []string                    `json:"aliases,omitempty"`
		Level             directory.Level             `json:"level"`
		Type              string                      `json:"type,omitempty"`
		Network           string                      `json:"network,omitempty"`
		Phone             string                      `json:"phone,omitempty"`
		Website           string                      `json:"website,omitempty"`
		CLB               directory.InstitutionNumber `json:"clb,omitempty"`
		Theme             directory.Theme             `json:"theme,omitempty"`
		Location          int                         `json:"location,omitempty"`
		Locations         []schoolLocation            `json:"locations"`
		ZoneCodes         []directory.ZoneCode        `json:"zoneCodes"`
		Embedded          embedded                    `json:"embedded"`
	}{gateway.Self(r, url.Values{"theme": v.All("theme"), "location": v.All("location")}), school.Number, school.Name, school.Aliases, school.Level, school.Type,
		school.Network, school.Phone, school.Website, school.CLB, theme, chosen, locations, schoolZones(*school), zones})
}

// schoolOf finds the school of the path. An unpadded number is redirected below prefix: then school and error
// are nil and the answer is written.
func schoolOf(w http.ResponseWriter, r *http.Request, f *edition, prefix string) (*directory.School, error) {
	given := r.PathValue("institutionNumber")
	number, err := directory.ParseInstitutionNumber(given)
	if err != nil {
		return nil, gateway.NotFound("An institution number has six digits").InDutch("Dit is geen instellingsnummer. Een instellingsnummer heeft zes cijfers.")
	}
	school, ok := f.School(number)
	if !ok {
		return nil, gateway.NotFound("No school has this institution number").InDutch("Geen school in onze lijst heeft instellingsnummer " + string(number) + ".")
	}
	if string(number) != given {
		gateway.Redirect(w, r, withQuery(prefix+string(number), r), http.StatusMovedPermanently)
		return nil, nil
	}
	return &school, nil
}

func locationOf(s directory.School, number int) *directory.Location {
	for i := range s.Locations {
		if s.Locations[i].Number == number {
			return &s.Locations[i]
		}
	}
	return nil
}

// withQuery adds the query of a request to a path.
func withQuery(path string, r *http.Request) string {
	if r.URL.RawQuery == "" {
		return path
	}
	return path + "?" + r.URL.RawQuery
}

type zoneSummary struct {
	Href           string                       `json:"href"`
	Code           directory.ZoneCode           `json:"code"`
	Name           string                       `json:"name"`
	Province       string                       `json:"province"`
	Municipalities []directory.MunicipalityView `json:"municipalities"`
}

// zones lists the zones by their reference facts alone: a list never holds contact values.
func (s *service) zones(w http.ResponseWriter, r *http.Request) error {
	v, err := gateway.Params(r, gateway.PageParam(), gateway.PageSizeParam(200))
	if err != nil {
		return err
	}
	f, err := s.current(r)
	if err != nil {
		return err
	}
	page, size := v.Int("page"), v.Int("pageSize")
	base := gateway.BaseURL(r)
	all := f.zones()
	from := min((page-1)*size, len(all))
	list := make([]zoneSummary, 0, size)
	for _, z := range all[from:min(from+size, len(all))] {
		summary := zoneSummary{Href: base + "/api/v1/zones/" + string(z.Code), Code: z.Code, Name: z.Name, Province: z.Province}
		for _, nis := range z.Municipalities {
			summary.Municipalities = append(summary.Municipalities, directory.MunicipalityView{NIS: nis, Name: f.name(nis),
				Href: base + "/api/v1/municipalities/" + nis.String()})
		}
		list = append(list, summary)
	}
	return gateway.WriteJSON(w, r, http.StatusOK, struct {
		gateway.Collection
		Items []zoneSummary `json:"items"`
	}{gateway.CollectionOf(r, url.Values{}, page, size, len(all)), list})
}

func (s *service) zone(w http.ResponseWriter, r *http.Request) error {
	f, err := s.current(r)
	if err != nil {
		return err
	}
	code, err := zoneOf(w, r, f, "/api/v1/zones/", "")
	if err != nil || code == "" {
		return err
	}
	v, err := gateway.Params(r, themeParam(), levelParam(), gateway.Param{Name: "school"})
	if err != nil {
		return err
	}
	q := directory.Question{}
	for _, given := range v.All("school") { // at most one
		number, err := directory.ParseInstitutionNumber(given)
		if err != nil {
			return gateway.BadRequest("The request has input that cannot be used", gateway.SchemaViolation("query", "school", given, "Want an institution number of six digits"))
		}
		school, ok := f.School(number)
		if !ok {
			return gateway.BadRequest("The request has input that cannot be used", gateway.ReferencedNotFound("query", "school", given, "No school has this institution number"))
		}
		q = directory.QuestionOf(school, code, 0, "")
	}
	q.Theme = directory.Theme(v.Get("theme"))
	if level := v.Get("level"); level != "" {
		q.Level = directory.Level(level)
	}
	profiles, err := s.read(r.Context(), f, []directory.ZoneCode{code})
	if err != nil {
		return err
	}
	zone, _ := s.see(r.Context(), f, code, profiles, q)
	gateway.SetVersion(w, zone.Version)
	return gateway.WriteJSON(w, r, http.StatusOK, zone.WithLinks(gateway.BaseURL(r)))
}

// zoneOf finds the zone of the path. A former code with one successor is redirected below prefix, suffix
// behind it: then code is "" and the answer is written. With several successors the problem names them.
func zoneOf(w http.ResponseWriter, r *http.Request, f *edition, prefix, suffix string) (directory.ZoneCode, error) {
	code, err := directory.ParseZoneCode(r.PathValue("code"))
	if err != nil {
		return "", gateway.NotFound("A zone code has four digits").InDutch("Dit is geen code van een politiezone. Een code heeft vier cijfers.")
	}
	current := f.CurrentZones(code)
	switch {
	case len(current) == 0:
		return "", gateway.NotFound("No police zone of Flanders or Brussels has this code").InDutch("Geen politiezone in Vlaanderen of Brussel heeft code " + string(code) + ".")
	case current[0] == code:
		return code, nil
	case len(current) == 1:
		gateway.Redirect(w, r, withQuery(prefix+string(current[0])+suffix, r), http.StatusMovedPermanently)
		return "", nil
	}
	successors := make([]string, len(current))
	for i, c := range current {
		successors[i] = string(c)
	}
	return "", gateway.NotFound("This zone ended; its municipalities went to the zones " + strings.Join(successors, ", ")).
		InDutch("Deze politiezone bestaat niet meer. Haar gemeenten liggen nu in de zones " + listWords(successors) + ".")
}

func (s *service) municipality(w http.ResponseWriter, r *http.Request) error {
	f, err := s.current(r)
	if err != nil {
		return err
	}
	m, err := municipalityOf(w, r, f, "/api/v1/municipalities/")
	if err != nil || m == nil {
		return err
	}
	if _, err := gateway.Params(r); err != nil {
		return err
	}
	zones, err := s.embed(r, f, []directory.ZoneCode{m.Zone}, func(directory.ZoneCode) directory.Question {
		return directory.Question{Municipality: m.NIS}
	})
	if err != nil {
		return err
	}
	type place struct {
		Postcode string `json:"postcode"`
		Name     string `json:"name"`
		Kind     string `json:"kind"`
	}
	places := []place{}
	for _, p := range f.MunicipalityPlaces(m.NIS) {
		places = append(places, place{p.Postcode, p.Name, placeKind(p.Kind)})
	}
	return gateway.WriteJSON(w, r, http.StatusOK, struct {
		Self     string             `json:"self"`
		NIS      directory.NIS      `json:"nis"`
		Name     string             `json:"name"`
		NameFr   string             `json:"nameFr,omitempty"`
		Province string             `json:"province"`
		ZoneCode directory.ZoneCode `json:"zoneCode"`
		Places   []place            `json:"places"`
		Embedded embedded           `json:"embedded"`
	}{gateway.Self(r, nil), m.NIS, m.Name, m.NameFr, m.Province, m.Zone, places, zones})
}

// placeKind is the API's word for a kind of place name.
func placeKind(k directory.PlaceKind) string {
	switch k {
	case directory.PlaceOtherLanguage:
		return "otherLanguage"
	case directory.PlaceFormerMunicipality:
		return "formerMunicipality"
	}
	return string(k)
}

// municipalityOf finds the municipality of the path. One that merged is redirected to its successor below prefix:
// then municipality and error are nil and the answer is written.
func municipalityOf(w http.ResponseWriter, r *http.Request, f *edition, prefix string) (*directory.Municipality, error) {
	nis, err := directory.ParseNIS(r.PathValue("nis"))
	if err != nil {
		return nil, gateway.NotFound("A municipality code has five digits").InDutch("Dit is geen code van een gemeente. Een code heeft vijf cijfers.")
	}
	if m, ok := f.Municipality(nis); ok {
		return &m, nil
	}
	current := f.CurrentMunicipalities(nis)
	switch len(current) {
	case 0:
		return nil, gateway.NotFound("No municipality of Flanders or Brussels has this code").InDutch("Geen gemeente in Vlaanderen of Brussel heeft code " + nis.String() + ".")
	case 1:
		gateway.Redirect(w, r, withQuery(prefix+current[0].String(), r), http.StatusMovedPermanently)
		return nil, nil
	}
	successors := make([]string, len(current))
	for i, n := range current {
		successors[i] = n.String()
	}
	return nil, gateway.NotFound("This municipality ended; its territory went to the municipalities " + strings.Join(successors, ", "))
}

// codeList is a list of codes with its Dutch words, such as the themes.
type codeList struct {
	path  string
	codes []code
}

type code struct {
	Self string `json:"self,omitempty"`
	Href string `json:"href,omitempty"`
	Code string `json:"code"`
	Name string `json:"name"` // Dutch
}

// codesOf makes a code list of values that know their Dutch word.
func codesOf[T interface {
	~string
	Label() string
}](name string, values []T) codeList {
	l := codeList{path: "/api/v1/refData/" + name}
	for _, v := range values {
		l.codes = append(l.codes, code{Code: string(v), Name: v.Label()})
	}
	return l
}

func (l codeList) all(w http.ResponseWriter, r *http.Request) error {
	if _, err := gateway.Params(r); err != nil {
		return err
	}
	list := slices.Clone(l.codes)
	for i := range list {
		list[i].Href = gateway.Link(r, l.path+"/"+list[i].Code)
	}
	gateway.Cache(w, gateway.ReferenceData)
	return gateway.WriteJSON(w, r, http.StatusOK, struct {
		Self  string `json:"self"`
		Total int    `json:"total"`
		Items []code `json:"items"`
	}{gateway.Self(r, nil), len(list), list})
}

func (l codeList) one(w http.ResponseWriter, r *http.Request) error {
	if _, err := gateway.Params(r); err != nil {
		return err
	}
	for _, c := range l.codes {
		if c.Code == r.PathValue("code") {
			c.Self = gateway.Self(r, nil)
			gateway.Cache(w, gateway.ReferenceData)
			return gateway.WriteJSON(w, r, http.StatusOK, c)
		}
	}
	return gateway.NotFound("The list has no such code")
}

// health looks at what an answer needs: facts in memory and a store that answers.
func (s *service) health(w http.ResponseWriter, r *http.Request) error {
	if _, err := gateway.Params(r); err != nil {
		return err
	}
	status, state := http.StatusOK, "UP"
	if _, err := s.reference.Current(r.Context()); err != nil {
		status, state = http.StatusServiceUnavailable, "DOWN"
		w.Header().Set("Retry-After", "5") // when the facts are tried again
		gateway.Warn(r.Context(), err)
	} else if answer, err := s.store.Answer(r.Context(), dynamo.Wanted{Pointer: true}); err != nil {
		state = "DEGRADED"
		gateway.Warn(r.Context(), err)
	} else if s.reference.Seen(answer.Pointer); s.reference.Degraded() {
		state = "DEGRADED"
		gateway.Warn(r.Context(), s.reference.Failure())
	}
	gateway.Cache(w, gateway.NoStore)
	return gateway.WriteJSON(w, r, status, struct {
		Status string `json:"status"`
	}{state})
}

// document is the API's own description.
func (s *service) document(w http.ResponseWriter, r *http.Request) error {
	if _, err := gateway.Params(r); err != nil {
		return err
	}
	gateway.Cache(w, gateway.ReferenceData)
	w.Header().Set("Content-Type", "application/yaml")
	_, err := w.Write(s.openAPI)
	return err
}
