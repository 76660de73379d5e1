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

// filter is what a list of practices is narrowed to: to one of the themes, and one of the levels, and one of the zones.
// An empty list takes all.
type filter struct {
	Themes []directory.Theme
	Levels []directory.Level
	Zones  []directory.ZoneCode // of today or before
	Text   string
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
		{Name: "theme", Repeat: true, Values: themes}, {Name: "level", Repeat: true, Values: levels}, {Name: "q", MaxLength: 200},
		{Name: "zone", Repeat: true, Check: func(s string) error { _, err := directory.ParseZoneCode(s); return err }},
		gateway.PageParam(),
	}
}

func filterOf(v gateway.Values) filter {
	return filter{each[directory.Theme](v.All("theme")), each[directory.Level](v.All("level")), each[directory.ZoneCode](v.All("zone")), v.Get("q")}
}

// each gives texts another type, every one once.
func each[To, From ~string](texts []From) []To {
	var list []To
	for _, text := range texts {
		if !slices.Contains(list, To(text)) {
			list = append(list, To(text))
		}
	}
	return list
}

// query writes a filter as the query of an address.
func (f filter) query() url.Values {
	q := url.Values{}
	for name, values := range map[string][]string{"theme": each[string](f.Themes), "level": each[string](f.Levels), "zone": each[string](f.Zones)} {
		if len(values) > 0 {
			q[name] = values
		}
	}
	if f.Text != "" {
		q.Set("q", f.Text)
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
	return oneOf(f.Themes, func(t directory.Theme) bool { return k.About(t, "") }) &&
		oneOf(f.Levels, func(l directory.Level) bool { return k.About("", l) }) &&
		oneOf(f.Zones, func(code directory.ZoneCode) bool {
			return slices.ContainsFunc(v.facts.CurrentZones(code), func(c directory.ZoneCode) bool {
				return slices.ContainsFunc(k.zones, func(z directory.ZoneFacts) bool { return z.Code == c })
			})
		}) && k.Mentions(f.Text, k.towns...)
}

// oneOf tells whether one of the values asked for fits; when none is asked for, everything does.
func oneOf[T any](asked []T, fits func(T) bool) bool {
	return len(asked) == 0 || slices.ContainsFunc(asked, fits)
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
	for i, t := range f.Themes {
		without := f
		without.Themes = slices.Delete(slices.Clone(f.Themes), i, i+1)
		list = append(list, chip{t.Label(), without.path()})
	}
	for i, l := range f.Levels {
		without := f
		without.Levels = slices.Delete(slices.Clone(f.Levels), i, i+1)
		list = append(list, chip{l.Label(), without.path()})
	}
	for i, code := range f.Zones {
		without := f
		without.Zones = slices.Delete(slices.Clone(f.Zones), i, i+1)
		list = append(list, chip{cmp.Or(v.zoneWords(code), "politiezone "+string(code)), without.path()})
	}
	if f.Text != "" {
		without := f
		without.Text = ""
		list = append(list, chip{"‘" + f.Text + "’", without.path()})
	}
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
	if len(f.Themes) == 0 {
		var choices []choice
		for _, t := range directory.Themes() {
			next := f
			next.Themes = []directory.Theme{t}
			choices = append(choices, of(t.Label(), next))
		}
		add("Onderwerp", choices)
	}
	if len(f.Levels) == 0 {
		var choices []choice
		for _, l := range directory.Levels() {
			next := f
			next.Levels = []directory.Level{l}
			choices = append(choices, of(l.Label(), next))
		}
		add("Onderwijsniveau", choices)
	}
	if len(f.Zones) == 0 {
		var choices []choice
		var seen []directory.ZoneCode
		for _, k := range all {
			for _, z := range k.zones {
				if !slices.Contains(seen, z.Code) {
					seen = append(seen, z.Code)
					next := f
					next.Zones = []directory.ZoneCode{z.Code}
					choices = append(choices, of(directory.ZoneWords(z.Name, v.municipalities(z)), next))
				}
			}
		}
		slices.SortFunc(choices, func(a, b choice) int { return strings.Compare(a.Label, b.Label) })
		add("Politiezone", choices)
	}
	return list
}
