package main

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/site"
)

// historyDays is how far back the line goes.
const historyDays = 400

// series is the counts of the past months, the oldest first; never none: what was never counted is counted now.
func (s *service) series(ctx context.Context, f *facts.Facts) ([]directory.Coverage, error) {
	now := s.now()
	days, err := s.store.CoverageSince(ctx, directory.DayOf(now.AddDate(0, 0, -historyDays)))
	if err != nil {
		return nil, gateway.Unavailable(err)
	}
	if len(days) > 0 {
		return days, nil
	}
	saved, err := s.profiles(ctx)
	if err != nil {
		return nil, err
	}
	c := directory.NewCoverage(directory.DayOf(now))
	for _, z := range f.Zones() {
		c.Add(z, z.Effective(saved))
	}
	return []directory.Coverage{*c}, nil
}

// profiles reads what every zone keeps, former ones too.
func (s *service) profiles(ctx context.Context) (map[directory.ZoneCode]directory.Profile, error) {
	saved := map[directory.ZoneCode]directory.Profile{}
	for p, err := range s.store.Profiles(ctx) {
		if err != nil {
			return nil, gateway.Unavailable(err)
		}
		saved[p.Code] = p
	}
	return saved, nil
}

// coverageDay is one day of the line.
type coverageDay struct {
	Day directory.Day `json:"day"`
	directory.CoverageCount
}

// coverage answers GET /api/v1/coverage.
func (s *service) coverage(w http.ResponseWriter, r *http.Request) error {
	if _, err := gateway.Params(r); err != nil {
		return err
	}
	f, err := s.current(r.Context())
	if err != nil {
		return err
	}
	// The same for everybody; but a bad token is refused, as everywhere.
	who, err := s.verifier.OfAPI(r, f)
	if err != nil {
		return err
	}
	if who.SignedIn() {
		gateway.Cache(w, gateway.Private)
	}
	days, err := s.series(r.Context(), f)
	if err != nil {
		return err
	}
	newest := days[len(days)-1]
	answer := struct {
		Self string `json:"self"`
		coverageDay
		Provinces []directory.ProvinceCoverage `json:"provinces"`
		History   []coverageDay                `json:"history"`
	}{gateway.Self(r, nil), coverageDay{newest.Day, newest.Total()}, newest.Provinces, []coverageDay{}}
	for _, d := range days {
		answer.History = append(answer.History, coverageDay{d.Day, d.Total()})
	}
	return gateway.WriteJSON(w, r, http.StatusOK, answer)
}

var coverageTemplate = site.New(files, nil, "coverage.gohtml")

// stateRow is a line of the legend.
type stateRow struct {
	State directory.CoverageState
	Words string // Dutch: its name
	Means string // Dutch: what that means
	Count int
	Shape string // path of its shape, around the origin
}

// monthRow is the last count of a month.
type monthRow struct {
	Month string // Dutch: "november 2026"
	directory.CoverageCount
}

// callRow is a zone that an administrator should call.
type callRow struct {
	Path, Name, Why string
	Desk            directory.Channel
	Mails           []string // of who manages the zone's data
}

// coverageView is what the page shows.
type coverageView struct {
	Sentence, Confirmed string
	Day                 directory.Day
	States              []stateRow
	Map                 picture
	Line                *line // nil while there is one day
	Months              []monthRow
	Provinces           []directory.ProvinceCoverage
	Total               directory.CoverageCount
	MayCall             bool
	Call                []callRow
}

// coveragePage shows GET /dekking.
func (s *service) coveragePage(w http.ResponseWriter, r *http.Request) error {
	f, who, err := s.visit(r)
	if err != nil {
		return err
	}
	days, err := s.series(r.Context(), f)
	if err != nil {
		return err
	}
	boundaries, err := s.store.Boundaries(r.Context())
	if err != nil {
		gateway.Warn(r.Context(), err) // the map does without
	}
	newest := days[len(days)-1]
	total := newest.Total()
	view := coverageView{
		Sentence: sentence(total), Confirmed: confirmedSentence(total), Day: newest.Day, Total: total, Provinces: newest.Provinces,
		Map: draw(f.Municipalities(), newest.States, boundaries), Line: lineOf(days), Months: monthsOf(days),
		MayCall: who.May(directory.CallZones, ""),
	}
	for _, state := range directory.CoverageStates() {
		words, means := stateWords(state)
		view.States = append(view.States, stateRow{state, words, means, total.Of(state), shape(state, 0, 0)})
	}
	if view.MayCall {
		if view.Call, err = s.toCall(r.Context(), f, who); err != nil {
			return err
		}
	}
	p := site.Page{Title: "Welke zones hebben een aanspreekpunt?", Description: view.Sentence}
	return s.page(w, r, http.StatusOK, coverageTemplate, p, f, who, view)
}

// toCall lists the zones without a contact point that was confirmed in the past year, as they are now, by name.
func (s *service) toCall(ctx context.Context, f *facts.Facts, who directory.Principal) ([]callRow, error) {
	saved, err := s.profiles(ctx)
	if err != nil {
		return nil, err
	}
	names := map[directory.NIS]string{}
	for _, m := range f.Municipalities() {
		names[m.NIS] = m.Name
	}
	var rows []callRow
	for _, z := range f.Zones() {
		p := z.Effective(saved)
		if !directory.CoverageOf(p, directory.DayOf(s.now())).ToCall() {
			continue
		}
		v := directory.See(z, func(nis directory.NIS) string { return names[nis] }, p, who, directory.Question{}, s.now())
		row := callRow{Path: "/beheer/zones/" + string(z.Code), Name: directory.ZoneWords(v.Name, towns(v)), Why: whyCall(p), Desk: v.Desk()}
		if p != nil && who.MayChange(z.Code) {
			row.Mails = p.ManagementEmails()
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b callRow) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return rows, nil
}

// towns are the names of a zone's municipalities in alphabetical order.
func towns(v directory.ZoneView) []string {
	list := make([]string, len(v.Municipalities))
	for i, m := range v.Municipalities {
		list[i] = m.Name
	}
	slices.Sort(list)
	return list
}

// monthsOf gives the last count of each month, the newest month first.
func monthsOf(days []directory.Coverage) []monthRow {
	var rows []monthRow
	for i := len(days) - 1; i >= 0; i-- {
		if i == len(days)-1 || days[i].Day[:7] != days[i+1].Day[:7] {
			rows = append(rows, monthRow{directory.ReducedDateWords(string(days[i].Day[:7])), days[i].Total()})
		}
	}
	return rows
}
