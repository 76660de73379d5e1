package main

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/site"
)

// filter is what a list of practices is narrowed to; the zero filter takes all.
type filter struct {
	Theme directory.Theme
	Level directory.Level
	Zone  directory.ZoneCode // of today or before
	Text  string
}

// The query parameters of a filter, of pages and of the API alike.
func filterParams() []gateway.Param {
	var themes, levels []string
	for _, t := range directory.Themes() {
		themes = append(themes, string(t))
	}
	for _, l := range directory.Levels() {
		levels = append(levels, string(l))
	}
	return []gateway.Param{
		{Name: "theme", Values: themes}, {Name: "level", Values: levels}, {Name: "q", MaxLength: 200},
		{Name: "zone", Check: func(s string) error { _, err := directory.ParseZoneCode(s); return err }},
		gateway.PageParam(),
	}
}

func filterOf(v gateway.Values) filter {
	return filter{directory.Theme(v.Get("theme")), directory.Level(v.Get("level")), directory.ZoneCode(v.Get("zone")), v.Get("q")}
}

// query writes a filter as the query of an address.
func (f filter) query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"theme": string(f.Theme), "level": string(f.Level), "zone": string(f.Zone), "q": f.Text} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

func (f filter) path() string {
	if q := f.query().Encode(); q != "" {
		return publicPath + "?" + q
	}
	return publicPath
}

// known are the published practices with the zones that they are of today.
type known struct {
	directory.PracticeTitle
	zones []directory.ZoneFacts
	towns []string // names by which one looks for them
}

func (v visit) known(titles []directory.PracticeTitle) []known {
	list := make([]known, len(titles))
	for i, t := range titles {
		list[i] = known{PracticeTitle: t, zones: v.zones(t.Zone)}
		for _, z := range list[i].zones {
			list[i].towns = append(append(list[i].towns, z.Name, string(z.Code)), v.municipalities(z)...)
		}
		if former, ok := v.facts.FormerZone(t.Zone); ok {
			list[i].towns = append(list[i].towns, former.Name)
		}
	}
	return list
}

// takes tells whether a filter takes a practice.
func (f filter) takes(v visit, k known) bool {
	inZone := f.Zone == "" || slices.ContainsFunc(v.facts.CurrentZones(f.Zone), func(c directory.ZoneCode) bool {
		return slices.ContainsFunc(k.zones, func(z directory.ZoneFacts) bool { return z.Code == c })
	})
	return inZone && k.About(f.Theme, f.Level) && k.Mentions(f.Text, k.towns...)
}

func (f filter) of(v visit, all []known) []known {
	return slices.DeleteFunc(slices.Clone(all), func(k known) bool { return !f.takes(v, k) })
}

// practicesPerPage is how many practices a page lists.
const practicesPerPage = 20

type listData struct {
	Heading string
	Cards   []card
	Total   int
	Filter  filter
	Chosen  []chip
	Groups  []group
	All     string // address without any filter
	Pager   site.Pager
	Feed    string
	Write   bool // the caller may write some
}

// card is a practice in a list.
type card struct {
	Path, Title, Summary, Zone, About, Published string
}

// chip is a filter that is on, with the address without it.
type chip struct{ Label, Without string }

// group is one way to narrow the list down.
type group struct {
	Label   string
	Choices []choice
}

type choice struct {
	Label, Path string
	Count       int
}

func (s *service) listPage(w http.ResponseWriter, r *http.Request, v visit) error {
	values, problem := gateway.Params(r, filterParams()...)
	titles, err := s.store.PracticeTitles(r.Context())
	if err != nil {
		return unavailable(err)
	}
	all, f := v.known(titles), filterOf(values)
	found := f.of(v, all)
	data := listData{Heading: "Goede praktijken", Total: len(found), Filter: f, Chosen: v.chips(f), Groups: v.groups(f, all), All: publicPath, Feed: feedPath,
		Write: v.writes()}
	data.Pager = site.PagerOf(publicPath, f.query(), values.Int("page"), practicesPerPage, len(found))
	for _, k := range found[data.Pager.From:data.Pager.To] {
		data.Cards = append(data.Cards, v.card(k))
	}
	status := http.StatusOK
	if problem != nil || values.Int("page") > data.Pager.Pages {
		status = http.StatusNotFound
		data.Heading = "Deze lijst bestaat niet"
		data.Cards, data.Total, data.Pager = nil, 0, site.Pager{}
	}
	title := data.Pager.Title(data.Heading)
	if len(data.Chosen) > 0 {
		title = site.Count(data.Total, "praktijk", "praktijken") + " · " + title
	}
	return s.show(w, r, status, listTemplate, site.Page{Title: title, Path: publicPath, Feed: feedPath,
		Description: "Hoe scholen en lokale politie samenwerken: goede praktijken uit Vlaanderen en Brussel.", NoIndex: r.URL.RawQuery != ""}, v, data)
}

func (v visit) card(k known) card {
	return card{publicPath + "/" + k.Slug, k.Title, k.Summary, v.zoneWords(k.Zone), aboutWords(k.Themes, k.Levels), site.Date(k.PublishedAt)}
}

// chips are the filters that are on.
func (v visit) chips(f filter) []chip {
	var list []chip
	add := func(on bool, label string, without filter) {
		if on {
			list = append(list, chip{label, without.path()})
		}
	}
	without := f
	without.Theme = ""
	add(f.Theme != "", f.Theme.Label(), without)
	without = f
	without.Level = ""
	add(f.Level != "", f.Level.Label(), without)
	without = f
	without.Zone = ""
	zone := v.zoneWords(f.Zone)
	add(f.Zone != "", cmp.Or(zone, "politiezone "+string(f.Zone)), without)
	without = f
	without.Text = ""
	add(f.Text != "", "‘"+f.Text+"’", without)
	return list
}

// groups are the ways to narrow a list down further, each choice with how many it leaves. One that leaves nothing is
// no choice, and a filter that is on is a chip.
func (v visit) groups(f filter, all []known) []group {
	var list []group
	add := func(label string, choices []choice) {
		if choices = slices.DeleteFunc(choices, func(c choice) bool { return c.Count == 0 }); len(choices) > 0 {
			list = append(list, group{label, choices})
		}
	}
	of := func(label string, next filter) choice {
		return choice{site.Upper(label), next.path(), len(next.of(v, all))}
	}
	if f.Theme == "" {
		var choices []choice
		for _, t := range directory.Themes() {
			next := f
			next.Theme = t
			choices = append(choices, of(t.Label(), next))
		}
		add("Onderwerp", choices)
	}
	if f.Level == "" {
		var choices []choice
		for _, l := range directory.Levels() {
			next := f
			next.Level = l
			choices = append(choices, of(l.Label(), next))
		}
		add("Onderwijsniveau", choices)
	}
	if f.Zone == "" {
		var choices []choice
		var seen []directory.ZoneCode
		for _, k := range all {
			for _, z := range k.zones {
				if !slices.Contains(seen, z.Code) {
					seen = append(seen, z.Code)
					next := f
					next.Zone = z.Code
					choices = append(choices, of(directory.ZoneWords(z.Name, v.municipalities(z)), next))
				}
			}
		}
		slices.SortFunc(choices, func(a, b choice) int { return strings.Compare(a.Label, b.Label) })
		add("Politiezone", choices)
	}
	return list
}
