package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/filling"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/idempotency"
	"aanspreekpunt/shared/site"
)

// zoneFilling is what a file would make of one zone.
type zoneFilling struct {
	zone
	Next    directory.Profile
	Lines   []int // that are right
	Changes []directory.Change
	Own     bool   // its police saved or confirmed: it is left alone unless it is chosen
	Outcome string // outcomes, once it was applied
}

// What became of a zone.
const (
	outcomeSaved     = "saved"
	outcomeUnchanged = "unchanged"
	outcomeSkipped   = "skipped"   // its police keep it, and it was not chosen
	outcomeStale     = "stale"     // somebody saved meanwhile
	outcomeFailed    = "failed"    // it could not be saved now
	outcomeChecked   = "checkOnly" // nothing was asked to be applied
)

// fillingPlan is what a file would make of all zones.
type fillingPlan struct {
	Zones    []zoneFilling // by code
	Problems []filling.Problem
}

// planFilling checks a file against what the zones keep now. The error is a *filling.HeaderError when nothing of it
// can be read.
func (s *service) planFilling(ctx context.Context, v visit, t filling.Table) (fillingPlan, error) {
	var plan fillingPlan
	rows, problems, err := filling.Read(t)
	if err != nil {
		return plan, err
	}
	plan.Problems = problems
	by := map[directory.ZoneCode][]filling.Row{}
	for _, row := range rows {
		by[row.Zone] = append(by[row.Zone], row)
	}
	var zones []directory.ZoneFacts
	for _, code := range slices.Sorted(maps.Keys(by)) {
		if f, ok := v.facts.Zone(code); ok {
			zones = append(zones, f)
			continue
		}
		for _, row := range by[code] {
			plan.Problems = append(plan.Problems, filling.Problem{Line: row.Line, Column: filling.ZoneCode, Zone: code, Message: unknownZone(v.facts, code)})
		}
	}
	saved, err := s.profiles(ctx, zones)
	if err != nil {
		return plan, err
	}
	for _, f := range zones {
		z, code := v.zone(f, saved), f.Code
		towns := map[string]directory.NIS{}
		for _, nis := range f.Municipalities {
			towns[z.municipality(nis)] = nis
		}
		filled := filling.Fill(filling.Target{Profile: z.profile, Municipalities: towns, ParsePhone: parsePhone, Check: z.check}, by[code])
		plan.Problems = append(plan.Problems, filled.Problems...)
		if len(filled.Lines) == 0 {
			continue
		}
		filled.Input.Note = importNote
		next := zoneFilling{zone: z, Next: z.profile.Saved(filled.Input, v.at), Lines: filled.Lines}
		next.Changes = directory.Diff(z.profile, next.Next, z.names())
		if next.Own, err = s.ownWork(ctx, z); err != nil {
			return plan, err
		}
		plan.Zones = append(plan.Zones, next)
	}
	slices.SortStableFunc(plan.Problems, func(a, b filling.Problem) int { return a.Line - b.Line })
	return plan, nil
}

// ownWork tells whether anything but imports made what a zone keeps. When its history does not say so for every
// version, it is taken for the work of its police.
func (s *service) ownWork(ctx context.Context, z zone) (bool, error) {
	if z.profile.Version == 0 || z.profile.Undecided() { // what it took over is the work of the police of before
		return z.profile.Undecided(), nil
	}
	const most = 20
	history, _, err := s.store.Revisions(ctx, z.Code, 0, most, z.at)
	if err != nil {
		return false, unavailable(err)
	}
	imported := 0
	for _, r := range history {
		if r.Kind == directory.RevisionImported {
			imported++
		}
	}
	return imported < z.profile.Version || z.profile.AssuredAt != nil, nil
}

// unknownZone says in Dutch why a code is no zone of today, and which one took its place.
func unknownZone(f *facts.Facts, code directory.ZoneCode) string {
	successors := f.CurrentZones(code)
	if len(successors) == 0 {
		return "er is geen politiezone met deze code."
	}
	words := make([]string, len(successors))
	for i, c := range successors {
		z, _ := f.Zone(c)
		words[i] = string(c) + " (" + z.Name + ")"
	}
	return "deze politiezone bestaat niet meer. Haar gemeenten horen nu bij " + directory.AndWords(words) + "."
}

// applyFilling saves what a plan makes of the zones, each as a version of its own. chosen tells whether a zone is to
// be saved from the version that it has in the plan. repeat, when there is one, is recorded with the last zone.
func (s *service) applyFilling(ctx context.Context, plan *fillingPlan, chosen func(zoneFilling) bool, record func() (*dynamo.Repeat, error)) {
	last := -1
	for i := range plan.Zones {
		switch z := &plan.Zones[i]; {
		case len(z.Changes) == 0:
			z.Outcome = outcomeUnchanged
		case !chosen(*z):
			z.Outcome = outcomeSkipped
		default:
			last = i
		}
	}
	for i := range plan.Zones {
		z := &plan.Zones[i]
		if z.Outcome != "" {
			continue
		}
		z.Outcome = outcomeSaved // in the answer that is recorded with it
		var repeat *dynamo.Repeat
		var err error
		if i == last && record != nil {
			repeat, err = record()
		}
		if err == nil {
			err = s.save(ctx, z.zone, z.Next, directory.Cause{Kind: directory.RevisionImported, By: z.who, Note: importNote}, repeat)
		}
		switch {
		case errors.Is(err, dynamo.ErrStale), errors.Is(err, dynamo.ErrRepeated):
			z.Outcome = outcomeStale
		case err != nil:
			gateway.Warn(ctx, err)
			z.Outcome = outcomeFailed
		}
	}
}

const importNote = "Eerste vulling uit een bestand"

// mayImport tells whether somebody may fill in many zones.
func mayImport(who directory.Principal) error {
	if !who.May(directory.ImportContactPoints, "") {
		return gateway.MissingPermission("Only administrators may do this").InDutch(onlyAdmins)
	}
	return nil
}

const (
	csvType  = "text/csv"
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// importZones answers POST of a file as a program sends it: it checks the file and, when asked, applies it.
func (s *service) importZones(w http.ResponseWriter, r *http.Request) error {
	gateway.Cache(w, gateway.Private)
	v, err := s.caller(r)
	if err != nil {
		return err
	}
	if err := mayImport(v.who); err != nil {
		return err
	}
	values, err := gateway.Params(r, gateway.Param{Name: "apply", Values: []string{"nothing", "whole", "rightLines"}},
		gateway.Param{Name: "include", Repeat: true, MaxLength: 4})
	if err != nil {
		return err
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != csvType && media != xlsxType {
		return gateway.UnsupportedMediaType(csvType + " or " + xlsxType)
	}
	data, err := io.ReadAll(io.LimitReader(r.Body, filling.MaxFile+1))
	if err != nil {
		return gateway.BadRequest("The body cannot be read")
	}
	if len(data) > filling.MaxFile {
		return gateway.PayloadTooLarge(filling.MaxFile)
	}
	repeat, err := idempotency.Of(r, v.who.Subject, append([]byte(r.URL.RawQuery+"\n"), data...))
	if err != nil {
		return err
	}
	if done, err := idempotency.Again(r.Context(), w, s.store, repeat, v.at); done || err != nil {
		return err
	}
	read, err := s.collector.collect(r.Context(), collect{Action: "readContactPoints", Time: v.at, File: data})
	if err != nil {
		return gateway.Unavailable(err)
	}
	if read.Table == nil {
		return gateway.BadRequest("The file cannot be read", gateway.InvalidInput("body", "", nil, read.Refused))
	}
	plan, err := s.planFilling(r.Context(), v, *read.Table)
	if wrong, ok := errors.AsType[*filling.HeaderError](err); ok {
		return gateway.BadRequest("The file cannot be read", gateway.InvalidInput("body", "", nil, wrong.Dutch))
	}
	if err != nil {
		return err
	}
	apply := values.Get("apply")
	if apply == "rightLines" || apply == "whole" && len(plan.Problems) == 0 {
		s.applyFilling(r.Context(), &plan, func(z zoneFilling) bool { return !z.Own || slices.Contains(values.All("include"), string(z.Code)) }, func() (*dynamo.Repeat, error) {
			if repeat == nil {
				return nil, nil
			}
			repeat.Status = http.StatusOK
			repeat.Answer, err = gateway.JSON(toldFilling(r, plan))
			return repeat, err
		})
	}
	return gateway.WriteJSON(w, r, http.StatusOK, toldFilling(r, plan))
}

// toldFilling is a plan as JSON. It holds no value of the file.
func toldFilling(r *http.Request, plan fillingPlan) any {
	type told struct {
		Code    directory.ZoneCode `json:"code"`
		Href    string             `json:"href"`
		Lines   []int              `json:"lines"`
		Changes int                `json:"changes"`
		OwnWork bool               `json:"ownWork"`
		Outcome string             `json:"outcome"`
		Version int                `json:"version"`
	}
	answer := struct {
		Zones    []told            `json:"zones"`
		Problems []filling.Problem `json:"problems"`
	}{[]told{}, append([]filling.Problem{}, plan.Problems...)}
	for _, z := range plan.Zones {
		one := told{z.Code, gateway.Link(r, "/api/v1/zones/"+string(z.Code)), z.Lines, len(z.Changes), z.Own, cmp.Or(z.Outcome, outcomeChecked), z.profile.Version}
		if z.Outcome == outcomeSaved {
			one.Version = z.Next.Version
		}
		answer.Zones = append(answer.Zones, one)
	}
	return answer
}

var importTemplate = page("import")

// importView is the page of the first filling in each of its states.
type importView struct {
	Refused  string             // why nothing of the file could be read
	Unticked directory.ZoneCode // the first zone to tick, when none was
	ID       string             // of the file that the preview is of
	Plan     *fillingPlan
	Applied  bool
	Columns  []filling.Column
	Saved    int
}

// Words says in Dutch what became of a zone.
func (z zoneFilling) Words() string {
	switch z.Outcome {
	case outcomeSaved:
		return "ingelezen"
	case outcomeSkipped:
		return "niet gekozen, blijft zoals ze is"
	case outcomeStale:
		return "niet ingelezen: iemand paste ze intussen aan. Laad het bestand opnieuw op."
	case outcomeFailed:
		return "niet ingelezen: bewaren lukte niet. Laad het bestand opnieuw op."
	}
	if len(z.Changes) == 0 {
		return "er verandert niets"
	}
	return site.Count(len(z.Changes), "wijziging", "wijzigingen") + " uit " + site.Count(len(z.Lines), "rij", "rijen")
}

// Value is what a chosen zone sends: which one, and the version that the preview showed.
func (z zoneFilling) Value() string { return string(z.Code) + ":" + strconv.Itoa(z.profile.Version) }

// importPage takes a file, shows what it would do, and does it.
func (s *service) importPage(w http.ResponseWriter, r *http.Request, v visit) error {
	if err := mayImport(v.who); err != nil {
		return err
	}
	switch r.URL.Query().Get("sjabloon") {
	case "csv":
		words := make([]string, len(filling.Columns()))
		for i, c := range filling.Columns() {
			words[i] = string(c)
		}
		return download(w, "aanspreekpunten.csv", csvType+"; charset=utf-8", []byte("\ufeff"+strings.Join(words, ";")+"\r\n"))
	case "xlsx":
		made, err := s.collector.collect(r.Context(), collect{Action: "templateContactPoints", Time: v.at})
		if err != nil {
			return gateway.Unavailable(err)
		}
		return download(w, "aanspreekpunten.xlsx", xlsxType, made.File)
	}
	view := importView{Columns: filling.Columns()}
	show := func(status int, title string) error {
		return s.show(w, r, status, importTemplate, title, v, view)
	}
	refuse := func(status int, why string) error {
		view.Refused = why
		return show(status, "1 fout · "+importTitle)
	}
	if r.Method != http.MethodPost {
		return show(http.StatusOK, importTitle)
	}
	ask := collect{Action: "readContactPoints", Time: v.at}
	r.Body = http.MaxBytesReader(nil, r.Body, filling.MaxFile+64<<10)
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	upload := media == "multipart/form-data"
	if upload {
		file, _, err := r.FormFile("bestand")
		if _, huge := errors.AsType[*http.MaxBytesError](err); huge {
			return refuse(http.StatusRequestEntityTooLarge, "Dit bestand is te groot. 2 MB is het meeste: splits het.")
		}
		if err != nil {
			return refuse(http.StatusBadRequest, "Kies eerst een bestand.")
		}
		defer file.Close()
		if ask.File, err = io.ReadAll(file); err != nil {
			return err
		}
		if len(ask.File) == 0 {
			return refuse(http.StatusBadRequest, "Kies eerst een bestand, met iets erin.")
		}
		ask.ID = rand.Text()
	} else {
		if err := r.ParseForm(); err != nil {
			return gateway.BadRequest("The form cannot be read").InDutch("Dit formulier kunnen we niet lezen. Er is niets bewaard.")
		}
		ask.ID = r.PostForm.Get("bestand")
		if len(ask.ID) != 26 || strings.Trim(ask.ID, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
			return refuse(http.StatusBadRequest, "Kies eerst een bestand.")
		}
	}
	read, err := s.collector.collect(r.Context(), ask)
	if err != nil {
		return gateway.Unavailable(err)
	}
	if read.Table == nil {
		return refuse(http.StatusBadRequest, read.Refused)
	}
	plan, err := s.planFilling(r.Context(), v, *read.Table)
	if wrong, ok := errors.AsType[*filling.HeaderError](err); ok {
		_, forget := s.collector.collect(r.Context(), collect{Action: "forgetContactPoints", Time: v.at, ID: ask.ID})
		gateway.Warn(r.Context(), forget)
		return refuse(http.StatusBadRequest, wrong.Dutch)
	}
	if err != nil {
		return err
	}
	view.ID, view.Plan = ask.ID, &plan
	if upload {
		return show(http.StatusOK, "Voorbeeld · "+importTitle)
	}
	if r.PostForm.Get("wat") != "juiste" && len(plan.Problems) > 0 {
		return show(http.StatusConflict, "Voorbeeld · "+importTitle) // found since the preview
	}
	ticked := r.PostForm["zone"]
	for _, z := range plan.Zones {
		if len(ticked) == 0 && len(z.Changes) > 0 {
			view.Unticked = z.Code
			return show(http.StatusBadRequest, "1 fout · Voorbeeld · "+importTitle)
		}
	}
	s.applyFilling(r.Context(), &plan, func(z zoneFilling) bool { return slices.Contains(ticked, z.Value()) }, nil)
	_, forget := s.collector.collect(r.Context(), collect{Action: "forgetContactPoints", Time: v.at, ID: ask.ID})
	gateway.Warn(r.Context(), forget) // after a day it is gone all the same
	view.Applied = true
	for i := range plan.Zones {
		z := &plan.Zones[i]
		switch {
		case z.Outcome == outcomeSaved:
			view.Saved++
		case z.Outcome == outcomeSkipped && slices.ContainsFunc(ticked, func(v string) bool { return strings.HasPrefix(v, string(z.Code)+":") }):
			z.Outcome = outcomeStale // ticked, in a version that is no longer the current one
		}
	}
	return show(http.StatusOK, "Ingelezen · "+importTitle)
}

const importTitle = "Eerste vulling"

func download(w http.ResponseWriter, name, media string, data []byte) error {
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, err := w.Write(data)
	return err
}
