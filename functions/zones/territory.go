package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/idempotency"
)

// territoryAdmin tells who calls the API about the territory: administrators only.
func (s *service) territoryAdmin(r *http.Request) (visit, error) {
	v, err := s.caller(r)
	if err == nil && !v.who.May(directory.ManageReferenceData, "") {
		err = gateway.MissingPermission("Only administrators may do this")
	}
	return v, err
}

// territoryItem is a change as JSON.
type territoryItem struct {
	Href string `json:"href"`
	directory.TerritoryChange
	State       string `json:"state"` // upcoming, inForce or withdrawn
	LoadedBy    string `json:"loadedBy,omitempty"`
	WithdrawnBy string `json:"withdrawnBy,omitempty"`
}

func territoryItemOf(r *http.Request, list directory.TerritoryChanges, c directory.TerritoryChange, now time.Time) territoryItem {
	return territoryItem{gateway.Link(r, "/api/v1/territoryChanges/"+strconv.Itoa(c.Number)), c, stateOf(c, now),
		list.By(c.Number, false), list.By(c.Number, true)}
}

// stateOf tells whether a change holds already.
func stateOf(c directory.TerritoryChange, now time.Time) string {
	switch {
	case c.WithdrawnAt != nil:
		return "withdrawn"
	case c.Date > directory.DayOf(now):
		return "upcoming"
	}
	return "inForce"
}

// territoryChanges lists the changes of the territory, newest first, and loads new ones.
func (s *service) territoryChanges(w http.ResponseWriter, r *http.Request) error {
	gateway.Cache(w, gateway.Private)
	v, err := s.territoryAdmin(r)
	if err != nil {
		return err
	}
	if r.Method == http.MethodPost {
		return s.loadTerritory(w, r, v)
	}
	values, err := gateway.Params(r, gateway.PageParam(), gateway.PageSizeParam(200))
	if err != nil {
		return err
	}
	list, err := s.store.TerritoryChanges(r.Context(), v.at)
	if err != nil {
		return unavailable(err)
	}
	page, size, total := values.Int("page"), values.Int("pageSize"), len(list.Items)
	items := []territoryItem{}
	newest := slices.Clone(list.Items)
	slices.Reverse(newest)
	for _, c := range newest[min((page-1)*size, total):min(page*size, total)] {
		items = append(items, territoryItemOf(r, list, c, v.at))
	}
	return gateway.WriteJSON(w, r, http.StatusOK, struct {
		gateway.Collection
		Items []territoryItem `json:"items"`
	}{gateway.CollectionOf(r, url.Values{}, page, size, total), items})
}

// territoryInput is what POST takes.
type territoryInput struct {
	Steps []directory.TerritoryStep `json:"steps"`
}

// loadTerritory checks steps and, unless only that is asked, lets refdata load them.
func (s *service) loadTerritory(w http.ResponseWriter, r *http.Request, v visit) error {
	values, err := gateway.Params(r, gateway.Param{Name: "apply", Values: []string{"nothing", "whole"}})
	if err != nil {
		return err
	}
	body, err := gateway.ReadJSON(r, maxBody)
	if err != nil {
		return err
	}
	repeat, err := idempotency.Of(r, v.who.Subject, append([]byte(r.URL.RawQuery+"\n"), body...))
	if err != nil {
		return err
	}
	switch recorded, done, err := idempotency.Recorded(r.Context(), s.store, repeat, v.at); {
	case err != nil:
		return err
	case done: // refdata recorded what it told us
		var answer collected
		if err := json.Unmarshal(recorded.Answer, &answer); err != nil {
			return err
		}
		return toldTerritory(w, r, v, answer)
	}
	var in territoryInput
	if err := gateway.DecodeJSON(body, &in, nil); err != nil {
		return err
	}
	apply := values.Get("apply") != "nothing"
	answer, issues, err := s.changeTerritory(r.Context(), v, in.Steps, apply, repeat)
	if err != nil {
		return err
	}
	if len(issues) > 0 {
		return gateway.BadRequest("The territory cannot change like this", told(issues)...)
	}
	return toldTerritory(w, r, v, answer)
}

// changeTerritory lets refdata check and, when asked, load steps that somebody typed.
func (s *service) changeTerritory(ctx context.Context, v visit, typed []directory.TerritoryStep, apply bool, repeat *dynamo.Repeat) (collected, []directory.Issue, error) {
	steps, issues := directory.CheckTerritorySteps(typed, directory.DayOf(v.at), parsePhone)
	if len(issues) > 0 {
		return collected{}, issues, nil
	}
	ask := collect{Action: "changeTerritory", Time: v.at, Steps: steps, Apply: apply, Name: v.who.Name, Subject: v.who.Subject}
	if repeat != nil {
		ask.Repeat = &recording{repeat.ID, repeat.Body}
	}
	answer, err := s.collector.collect(ctx, ask)
	if err != nil {
		return answer, nil, gateway.Unavailable(err)
	}
	return answer, answer.Issues, nil
}

// toldTerritory answers with the changes that are loaded now, were already, or would be.
func toldTerritory(w http.ResponseWriter, r *http.Request, v visit, answer collected) error {
	items := []territoryItem{}
	mine := directory.TerritoryChanges{}
	for _, c := range answer.Changes {
		if answer.Outcome == "applied" {
			mine.Acts = append(mine.Acts, directory.TerritoryAct{Change: c.Number, At: v.at, Name: v.who.Name})
		}
		items = append(items, territoryItemOf(r, mine, c, v.at))
	}
	status := http.StatusOK
	if answer.Outcome == "applied" {
		status = http.StatusCreated
		w.Header().Set("Location", gateway.Link(r, "/api/v1/territoryChanges"))
	}
	return gateway.WriteJSON(w, r, status, struct {
		Outcome string          `json:"outcome"` // checked, applied or unchanged
		Items   []territoryItem `json:"items"`
	}{answer.Outcome, items})
}

// territoryChange shows one change, and withdraws it.
func (s *service) territoryChange(w http.ResponseWriter, r *http.Request) error {
	gateway.Cache(w, gateway.Private)
	v, err := s.territoryAdmin(r)
	if err != nil {
		return err
	}
	if _, err := gateway.Params(r); err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("number"))
	if err != nil || strconv.Itoa(n) != r.PathValue("number") {
		return gateway.NotFound("A change has a whole number, 1 or more")
	}
	list, err := s.store.TerritoryChanges(r.Context(), v.at)
	if err != nil {
		return unavailable(err)
	}
	change, ok := list.Find(n)
	if !ok {
		return gateway.NotFound("No change of the territory has this number")
	}
	if r.Method != http.MethodDelete {
		item := territoryItemOf(r, list, change, v.at)
		return gateway.WriteJSON(w, r, http.StatusOK, struct {
			Self string `json:"self"`
			territoryItem
			Href *struct{} `json:"href,omitempty"` // hides the item's own
		}{Self: item.Href, territoryItem: item})
	}
	answer, err := s.withdraw(r.Context(), v, n, true)
	if err != nil {
		return err
	}
	if len(answer.Issues) > 0 {
		return gateway.Conflict("notWithdrawable", "Not Withdrawable", "The change cannot be withdrawn", told(answer.Issues)...)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// withdraw lets refdata withdraw a change, or only tell whether it can.
func (s *service) withdraw(ctx context.Context, v visit, number int, apply bool) (collected, error) {
	answer, err := s.collector.collect(ctx, collect{Action: "changeTerritory", Time: v.at, Withdraw: number, Apply: apply, Name: v.who.Name, Subject: v.who.Subject})
	if err != nil {
		return answer, gateway.Unavailable(err)
	}
	return answer, nil
}

// territoryNames gives the names of zones and municipalities of today, of before and of changes to come.
func territoryNames(f *facts.Facts, changes []directory.TerritoryChange) func(code string) string {
	begins := map[string]string{}
	for _, c := range changes {
		for _, s := range c.Steps {
			if s.Name != "" {
				begins[s.To] = s.Name
			}
		}
		for _, p := range c.Predecessors {
			begins[string(p.Code)] = p.Name
		}
	}
	return func(code string) string {
		if zone, err := directory.ParseZoneCode(code); err == nil {
			if z, ok := f.Zone(zone); ok {
				return z.Name
			}
			if z, ok := f.FormerZone(zone); ok {
				return z.Name
			}
		}
		if nis, err := directory.ParseNIS(code); err == nil {
			if m, ok := f.Municipality(nis); ok {
				return m.Name
			}
			if m, ok := f.FormerMunicipality(nis); ok {
				return m.Name
			}
		}
		return begins[code]
	}
}
