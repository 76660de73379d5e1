package main

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/site"
)

var (
	historyTemplate = page("history")
	versionTemplate = page("version")
	compareTemplate = page("compare")
)

// versionsPerPage is how many versions a page lists.
const versionsPerPage = 25

// historyData is the history of a practice, one version of it, or what changed between two.
type historyData struct {
	Title, Path, Self string
	Current           int
	Versions          []directory.PracticeRevision
	From, To          int // preselected to compare
	Pager             site.Pager
	PersonalDays      int
	CompareBad        string

	Revision   directory.PracticeRevision
	HTML       template.HTML
	About      string
	Restorable bool

	Old, New directory.PracticeRevision
	Changes  []change
}

// change is a field that differs between two versions.
type change struct {
	Label, Old, New string
	Lines           []line // of the text; then Old and New are ""
}

// historyPage shows who wrote what and when: ?versie= one version, ?van= and ?met= the difference of two.
func (s *service) historyPage(w http.ResponseWriter, r *http.Request, v visit, p directory.Practice) error {
	q := r.URL.Query()
	data := historyData{Title: p.Title, Path: managementPath + "/" + p.Slug, Self: managementPath + "/" + p.Slug + "/geschiedenis", Current: p.Version, PersonalDays: directory.PersonalDays}
	switch {
	case q.Has("versie"):
		revision, err := s.versionOf(r, v, p, q.Get("versie"))
		if err != nil {
			return err
		}
		data.Revision, data.Restorable = revision, revision.Version != p.Version
		data.HTML, data.About = template.HTML(render(revision.Text.Markdown).HTML), aboutWords(revision.Text.Themes, revision.Text.Levels)
		return s.manage(w, r, http.StatusOK, versionTemplate, "Versie "+strconv.Itoa(revision.Version)+" · "+p.Title, v, data)
	case q.Has("van") && q.Has("met") && q.Get("van") != q.Get("met"):
		var err error
		if data.Old, err = s.versionOf(r, v, p, q.Get("van")); err != nil {
			return err
		}
		if data.New, err = s.versionOf(r, v, p, q.Get("met")); err != nil {
			return err
		}
		if data.Old.Version > data.New.Version {
			data.Old, data.New = data.New, data.Old
		}
		data.Changes = changesOf(data.Old, data.New)
		return s.manage(w, r, http.StatusOK, compareTemplate, "Versie "+strconv.Itoa(data.Old.Version)+" en "+strconv.Itoa(data.New.Version)+" · "+p.Title, v, data)
	case q.Has("van") || q.Has("met"):
		data.CompareBad = "Kies twee verschillende versies om te vergelijken."
	}
	data.Pager = site.PagerOf(data.Self, url.Values{}, number(q.Get("page")), versionsPerPage, p.Version)
	found, err := s.store.PracticeRevisions(r.Context(), p.ID, p.Version+1-data.Pager.From, versionsPerPage, v.at)
	if err != nil {
		return unavailable(err)
	}
	data.Versions = found
	if len(found) > 1 {
		data.To, data.From = found[0].Version, found[1].Version
	}
	title, status := data.Pager.Title("Geschiedenis")+" · "+p.Title, http.StatusOK
	if data.CompareBad != "" {
		title, status = "1 fout · "+title, http.StatusBadRequest
	}
	return s.manage(w, r, status, historyTemplate, title, v, data)
}

func (s *service) versionOf(r *http.Request, v visit, p directory.Practice, typed string) (directory.PracticeRevision, error) {
	n := number(typed)
	missing := gateway.NotFound("The practice has no such version").InDutch("Deze versie bestaat niet.")
	if n == 0 || n > p.Version {
		return directory.PracticeRevision{}, missing
	}
	revision, err := s.store.PracticeRevision(r.Context(), p.ID, n, v.at)
	if errors.Is(err, dynamo.ErrNotFound) {
		return revision, missing
	}
	return revision, unavailable(err)
}

func changesOf(old, next directory.PracticeRevision) []change {
	a := directory.Practice{Slug: old.Slug, PracticeText: old.Text}
	b := directory.Practice{Slug: next.Slug, PracticeText: next.Text}
	var list []change
	for _, field := range directory.ChangedPracticeFields(a, b) {
		c := change{Label: directory.PracticeFieldLabel(field)}
		if field == "markdown" {
			c.Lines = diff(strings.Split(a.Markdown, "\n"), strings.Split(b.Markdown, "\n"))
		} else {
			c.Old, c.New = fieldWords(a, field), fieldWords(b, field)
		}
		list = append(list, c)
	}
	if old.Status != next.Status {
		list = append(list, change{Label: "Toestand", Old: site.Upper(old.Status.Label()), New: site.Upper(next.Status.Label())})
	}
	return list
}

// line is a line of a text that two versions have, or only one.
type line struct {
	Text       string
	Gone, Came bool
	Skipped    int // lines that both have and that are not shown; then there is no text
}

// mostCompared bounds what comparing two texts costs, as the product of their lines; beyond it all of the one is gone
// and all of the other came.
const mostCompared = 4_000_000

// around is how many lines that both have are shown beside what differs.
const around = 2

// diff tells how one text became another, line by line: the longest lines in common stay.
func diff(a, b []string) []line {
	start := 0
	for start < min(len(a), len(b)) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < min(len(a), len(b))-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	var lines []line
	add := func(text string, gone, came bool) { lines = append(lines, line{Text: text, Gone: gone, Came: came}) }
	for _, text := range a[:start] {
		add(text, false, false)
	}
	x, y := a[start:len(a)-end], b[start:len(b)-end]
	common := make([][]int32, len(x)+1) // of what follows line i of x and line j of y
	if len(x)*len(y) <= mostCompared {
		for i := range common {
			common[i] = make([]int32, len(y)+1)
		}
		for i := len(x) - 1; i >= 0; i-- {
			for j := len(y) - 1; j >= 0; j-- {
				if x[i] == y[j] {
					common[i][j] = common[i+1][j+1] + 1
				} else {
					common[i][j] = max(common[i+1][j], common[i][j+1])
				}
			}
		}
	}
	i, j := 0, 0
	for i < len(x) || j < len(y) {
		switch {
		case i < len(x) && j < len(y) && common[0] != nil && x[i] == y[j]:
			add(x[i], false, false)
			i, j = i+1, j+1
		case i < len(x) && (j == len(y) || common[0] == nil || common[i+1][j] >= common[i][j+1]):
			add(x[i], true, false)
			i++
		default:
			add(y[j], false, true)
			j++
		}
	}
	for _, text := range a[len(a)-end:] {
		add(text, false, false)
	}
	return shorten(lines)
}

// shorten leaves out what both have far from any difference.
func shorten(lines []line) []line {
	near := make([]bool, len(lines))
	for i, l := range lines {
		if l.Gone || l.Came {
			for k := max(0, i-around); k <= min(len(lines)-1, i+around); k++ {
				near[k] = true
			}
		}
	}
	var short []line
	for i, l := range lines {
		switch {
		case near[i]:
			short = append(short, l)
		case len(short) > 0 && short[len(short)-1].Skipped > 0:
			short[len(short)-1].Skipped++
		default:
			short = append(short, line{Skipped: 1})
		}
	}
	return short
}
