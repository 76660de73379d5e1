package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"aanspreekpunt/shared/cell"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/site"
)

// schoolFilter chooses schools of a zone. What is empty chooses all.
type schoolFilter struct {
	words          string // each must stand in a school's name, its other names, its number or an address
	levels         []directory.Level
	municipalities []directory.NIS // in which it has a location
	contact        string          // "true": keeps somebody whom the police can reach; "false": does not
}

// schoolParams are the query parameters of the list, with the filter's.
func schoolParams() []gateway.Param {
	levels := make([]string, 0, len(directory.Levels()))
	for _, l := range directory.Levels() {
		levels = append(levels, string(l))
	}
	return []gateway.Param{
		gateway.PageParam(), gateway.PageSizeParam(200), {Name: "q"}, {Name: "level", Repeat: true, Values: levels},
		{Name: "municipality", Repeat: true, Check: func(s string) error { _, err := directory.ParseNIS(s); return err }},
		{Name: "hasContact", Values: []string{"true", "false"}},
	}
}

func filterOf(v gateway.Values) schoolFilter {
	f := schoolFilter{words: v.Get("q"), contact: v.Get("hasContact")}
	for _, l := range v.All("level") {
		f.levels = append(f.levels, directory.Level(l))
	}
	for _, m := range v.All("municipality") {
		if nis, err := directory.ParseNIS(m); err == nil {
			f.municipalities = append(f.municipalities, nis)
		}
	}
	return f
}

// query is the filter as it stands in an address.
func (f schoolFilter) query() url.Values {
	v := url.Values{}
	if f.words != "" {
		v.Set("q", f.words)
	}
	if f.contact != "" {
		v.Set("hasContact", f.contact)
	}
	for _, l := range f.levels {
		v.Add("level", string(l))
	}
	for _, m := range f.municipalities {
		v.Add("municipality", m.String())
	}
	return v
}

// zoneSchool is a school of a zone with those of its locations that lie there.
type zoneSchool struct {
	directory.School
	Here    []directory.Location
	Contact *directory.SchoolContactView // for the one who asks; nil when there is nobody to reach
}

// takes tells whether the filter chooses a school by what the list of schools says of it.
func (f schoolFilter) takes(s zoneSchool) bool {
	if len(f.levels) > 0 && !slices.Contains(f.levels, s.Level) {
		return false
	}
	if len(f.municipalities) > 0 && !slices.ContainsFunc(s.Here, func(l directory.Location) bool { return slices.Contains(f.municipalities, l.NIS) }) {
		return false
	}
	words := directory.PlainWords(f.words)
	if len(words) == 0 {
		return true
	}
	texts := []string{s.Name, string(s.Number), strings.Join(s.Aliases, " ")}
	for _, l := range s.Here {
		texts = append(texts, l.LocationWords(), l.Municipality)
	}
	all := strings.Join(directory.PlainWords(strings.Join(texts, " ")), " ")
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(all, w) })
}

// chosenSchools lists the schools of a zone that a filter chooses, by name, how many there are, and in them whom the one
// who asks can reach: those from one to another alone.
func (s *service) chosenSchools(ctx context.Context, z zone, f schoolFilter, from, to int) ([]zoneSchool, int, error) {
	var list []zoneSchool
	for _, school := range z.schools() {
		zs := zoneSchool{School: school}
		for _, l := range school.Locations {
			if l.Zone == z.Code {
				zs.Here = append(zs.Here, l)
			}
		}
		if f.takes(zs) {
			list = append(list, zs)
		}
	}
	if f.contact != "" {
		if err := s.reachable(ctx, z, list); err != nil {
			return nil, 0, err
		}
		list = slices.DeleteFunc(list, func(zs zoneSchool) bool { return (zs.Contact != nil) != (f.contact == "true") })
	}
	total := len(list)
	list = list[min(from, total):min(to, total)]
	if f.contact == "" {
		if err := s.reachable(ctx, z, list); err != nil {
			return nil, 0, err
		}
	}
	return list, total, nil
}

// reachable fills in whom the one who asks can reach at schools.
func (s *service) reachable(ctx context.Context, z zone, list []zoneSchool) error {
	numbers := make([]directory.InstitutionNumber, len(list))
	for i, zs := range list {
		numbers[i] = zs.Number
	}
	kept, err := s.store.SchoolContacts(ctx, numbers)
	if err != nil {
		return unavailable(err)
	}
	for i, zs := range list {
		if v, ok := kept[zs.Number].See(zs.School, z.who, z.at); ok && len(v.ContactPersons) > 0 {
			list[i].Contact = &v
		}
	}
	return nil
}

// schoolItem is a school of a zone in the API.
type schoolItem struct {
	Href              string                       `json:"href"`
	InstitutionNumber directory.InstitutionNumber  `json:"institutionNumber"`
	Name              string                       `json:"name"`
	Aliases           []string                     `json:"aliases,omitempty"`
	Level             directory.Level              `json:"level"`
	Type              string                       `json:"type,omitempty"`
	Locations         []schoolLocation             `json:"locations"`
	Contact           *directory.SchoolContactView `json:"contact,omitempty"`
}

type schoolLocation struct {
	Number       int                        `json:"number"`
	Street       string                     `json:"street,omitempty"`
	HouseNumber  string                     `json:"houseNumber,omitempty"`
	Postcode     string                     `json:"postcode"`
	Place        string                     `json:"place"`
	Municipality directory.MunicipalityView `json:"municipality"`
}

// schools lists the schools with a location in the zone, by name.
func (s *service) schools(w http.ResponseWriter, r *http.Request, z zone, v gateway.Values) error {
	page, size, filter := v.Int("page"), v.Int("pageSize"), filterOf(v)
	list, total, err := s.chosenSchools(r.Context(), z, filter, (page-1)*size, page*size)
	if err != nil {
		return err
	}
	items := []schoolItem{}
	for _, zs := range list {
		item := schoolItem{Href: gateway.Link(r, "/api/v1/schools/"+string(zs.Number)), InstitutionNumber: zs.Number, Name: zs.Name,
			Aliases: zs.Aliases, Level: zs.Level, Type: zs.Type, Locations: []schoolLocation{}, Contact: zs.Contact}
		for _, l := range zs.Here {
			item.Locations = append(item.Locations, schoolLocation{l.Number, l.Street, l.HouseNumber, l.Postcode, l.Place,
				directory.MunicipalityView{NIS: l.NIS, Name: l.Municipality, Href: gateway.Link(r, "/api/v1/municipalities/"+l.NIS.String())}})
		}
		if item.Contact != nil {
			item.Contact.Self = item.Href + "/contact"
		}
		items = append(items, item)
	}
	return gateway.WriteJSON(w, r, http.StatusOK, struct {
		gateway.Collection
		Items []schoolItem `json:"items"`
	}{gateway.CollectionOf(r, filter.query(), page, size, total), items})
}

// schoolsView is the page "Scholen in mijn zone".
type schoolsView struct {
	Name, Path string
	Self       string // this page without its query
	Words      string
	Levels     site.Choices
	Towns      site.Choices // no options for a zone of one municipality
	Contact    []site.Option
	Filtered   bool
	Total      int
	Shown      []schoolCard
	Download   string
	Pager      site.Pager
	From, To   int // of what is shown, counted from 1
}

// schoolCard is a school as the page shows it.
type schoolCard struct {
	zoneSchool
	Public    string // its page for everybody
	LevelWord string
	Desk      string // its number in the ministry's list, E.164; "" when that is none
	Persons   []personCard
	Freshness string
	Class     string
}

// personCard is somebody whom the police can reach.
type personCard struct {
	directory.ContactPerson
	Where []string // the addresses that they are there for; none: every location
}

func personCards(s directory.School, persons []directory.ContactPerson) []personCard {
	var cards []personCard
	for _, p := range persons {
		c := personCard{ContactPerson: p}
		for _, n := range p.Locations {
			words := "vestiging " + strconv.Itoa(n) + ", die niet meer in de lijst staat"
			if i := slices.IndexFunc(s.Locations, func(l directory.Location) bool { return l.Number == n }); i >= 0 {
				words = s.Locations[i].LocationWords()
			}
			c.Where = append(c.Where, words)
		}
		cards = append(cards, c)
	}
	return cards
}

// schoolsPage shows the schools of a zone with whom the police can reach there, or gives them as a file.
func (s *service) schoolsPage(w http.ResponseWriter, r *http.Request, z zone) error {
	params := schoolParams()
	params[len(params)-1].Values = append(params[len(params)-1].Values, "") // a form sends what was not chosen, too
	v, err := gateway.Params(r, params...)
	if p, ok := errors.AsType[*gateway.Problem](err); ok {
		return p.InDutch("Zo kan je deze lijst niet filteren. Kies opnieuw.")
	}
	if err != nil {
		return err
	}
	filter := filterOf(v)
	if r.URL.Query().Get("bestand") == "csv" {
		return s.schoolsFile(w, r, z, filter)
	}
	from := (v.Int("page") - 1) * rowsPerPage
	list, total, err := s.chosenSchools(r.Context(), z, filter, from, from+rowsPerPage)
	if err != nil {
		return err
	}
	data := schoolsView{Name: "Politiezone " + z.Name, Path: z.path(), Self: z.path() + "/scholen", Words: filter.words, Total: total,
		Filtered: len(filter.query()) > 0, Pager: pagerOf(r, filter.query(), total)}
	data.From, data.To = data.Pager.From+1, data.Pager.To
	if data.Pager.From != from { // a page behind the last
		if list, _, err = s.chosenSchools(r.Context(), z, filter, data.Pager.From, data.Pager.To); err != nil {
			return err
		}
	}
	file := filter.query()
	file.Set("bestand", "csv")
	data.Download = data.Self + "?" + file.Encode()
	var b formBuilder
	data.Levels = b.choices("level", "Onderwijsniveau", "Niets aangevinkt: alle niveaus.",
		optionsOf(directory.Levels(), filter.levels, func(l directory.Level) string { return string(l) }, func(l directory.Level) string { return site.Upper(l.Label()) }))
	if len(z.Municipalities) > 1 {
		data.Towns = b.choices("municipality", "Gemeente", "Niets aangevinkt: de hele zone.",
			optionsOf(z.Municipalities, filter.municipalities, directory.NIS.String, z.municipality))
	}
	for _, c := range []struct{ value, label string }{{"", "Alle scholen"}, {"true", "Alleen met contactpersoon"}, {"false", "Alleen zonder contactpersoon"}} {
		data.Contact = append(data.Contact, site.Option{Value: c.value, Label: c.label, On: c.value == filter.contact})
	}
	for _, zs := range list {
		card := schoolCard{zoneSchool: zs, Public: "/scholen/" + string(zs.Number), LevelWord: site.Upper(zs.Level.Label())}
		if zs.Contact != nil {
			card.Persons = personCards(zs.School, zs.Contact.ContactPersons)
			card.Freshness, card.Class = zs.Contact.FreshnessWords(z.at), site.FreshnessClass(zs.Contact.Freshness)
		} else if desk, err := parsePhone(zs.Phone); err == nil {
			card.Desk = desk
		}
		data.Shown = append(data.Shown, card)
	}
	return s.show(w, r, http.StatusOK, schoolsTemplate, data.Pager.Title(site.Count(total, "school", "scholen")+" in politiezone "+z.Name), z.visit(), data)
}

// schoolColumns is the first line of the file of a zone's schools.
var schoolColumns = []string{"institutionNumber", "name", "aliases", "level", "locationNumber", "street", "postcode", "place", "municipality", "nis",
	"role", "personName", "phone1", "phone2", "phone3", "email", "availability", "assuredAt"}

// schoolsFile gives the schools that a filter chooses as CSV: a line for each person at each location, and one for a
// location with nobody. It is for the police alone and is kept by no cache.
func (s *service) schoolsFile(w http.ResponseWriter, r *http.Request, z zone, filter schoolFilter) error {
	list, _, err := s.chosenSchools(r.Context(), z, filter, 0, math.MaxInt)
	if err != nil {
		return err
	}
	lines := [][]string{slices.Clone(schoolColumns)}
	for _, zs := range list {
		for _, l := range zs.Here {
			place := []string{string(zs.Number), zs.Name, strings.Join(zs.Aliases, "; "), string(zs.Level), strconv.Itoa(l.Number),
				strings.TrimSpace(l.Street + " " + l.HouseNumber), l.Postcode, l.Place, l.Municipality, l.NIS.String()}
			before := len(lines)
			if zs.Contact != nil {
				for _, p := range zs.Contact.ContactPersons {
					if p.ThereFor(zs.School, func(at directory.Location) bool { return at.Number == l.Number }) {
						lines = append(lines, slices.Concat(place, personCells(p, *zs.Contact)))
					}
				}
			}
			if len(lines) == before {
				lines = append(lines, slices.Concat(place, make([]string, len(schoolColumns)-len(place))))
			}
		}
	}
	var file bytes.Buffer
	file.WriteString("\ufeff")
	out := csv.NewWriter(&file)
	out.UseCRLF = true
	for _, line := range lines {
		for i := range line {
			line[i] = cell.Text(line[i])
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return download(w, "scholen-"+string(z.Code)+".csv", csvType+"; charset=utf-8", file.Bytes())
}

func personCells(p directory.ContactPerson, v directory.SchoolContactView) []string {
	cells := []string{p.Role, p.Name, "", "", "", p.Email, p.Availability, ""}
	for i, number := range p.Phones[:min(3, len(p.Phones))] {
		cells[2+i] = cell.Phone(number)
	}
	if v.AssuredAt != nil {
		cells[7] = string(directory.DayOf(*v.AssuredAt))
	}
	return cells
}
