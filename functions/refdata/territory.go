package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/filling"
)

// territoryEvent is the part of an event that changes the territory.
type territoryEvent struct {
	Steps    []directory.TerritoryStep `json:"steps"`
	Withdraw int                       `json:"withdraw"` // number of the change to withdraw; 0 for none
	Apply    bool                      `json:"apply"`    // false only checks
	Name     string                    `json:"name"`     // of who asks
	Subject  string                    `json:"subject"`
	Repeat   *recording                `json:"repeat"` // for a request with an Idempotency-Key
}

// recording is under what the answer is recorded.
type recording struct {
	ID   string `json:"id"`
	Body string `json:"body"`
}

// ReadTerritory is a file of territory changes as steps.
type ReadTerritory struct {
	Steps   []directory.TerritoryStep `json:"steps,omitempty"`
	Refused string                    `json:"refused,omitempty"` // Dutch: why there are none
}

// TerritoryAnswer tells what became of territory changes.
type TerritoryAnswer struct {
	Outcome string                      `json:"outcome"` // checked, applied, unchanged when it was applied before, or refused with issues
	Issues  []directory.Issue           `json:"issues,omitempty"`
	Changes []directory.TerritoryChange `json:"changes,omitempty"` // that are, or would be, loaded or withdrawn
}

// territoryColumns are the columns of a file, with the member of a step that each fills.
var territoryColumns = map[string]func(*directory.TerritoryStep, string){
	"datum":    func(s *directory.TerritoryStep, v string) { s.Date = directory.Day(isoDate(v)) },
	"van":      func(s *directory.TerritoryStep, v string) { s.From = v },
	"naar":     func(s *directory.TerritoryStep, v string) { s.To = v },
	"naam":     func(s *directory.TerritoryStep, v string) { s.Name = v },
	"telefoon": func(s *directory.TerritoryStep, v string) { s.Phone = v },
	"e-mail":   func(s *directory.TerritoryStep, v string) { s.Email = v },
	"website":  func(s *directory.TerritoryStep, v string) { s.Website = v },
}

var belgianDate = regexp.MustCompile(`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$`)

// isoDate turns a date as a Belgian spreadsheet writes it; anything else stays for the check to refuse.
func isoDate(v string) string {
	if m := belgianDate.FindStringSubmatch(v); m != nil {
		return fmt.Sprintf("%s-%02s-%02s", m[3], m[2], m[1])
	}
	return v
}

// readTerritory reads a file of territory changes: CSV or XLSX with a row for each step, or JSON as the API takes it.
func readTerritory(data []byte) (ReadTerritory, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return ReadTerritory{Refused: "Het bestand is leeg."}, nil
	}
	if first := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff"))); first[0] == '{' {
		var in struct {
			Steps []directory.TerritoryStep `json:"steps"`
		}
		d := json.NewDecoder(bytes.NewReader(first))
		d.DisallowUnknownFields()
		if err := d.Decode(&in); err == nil && len(in.Steps) > 0 {
			return ReadTerritory{Steps: in.Steps}, nil
		}
		return ReadTerritory{Refused: `Dit JSON-bestand heeft niet de vorm {"steps": [{"date", "from", "to", "name"}]}.`}, nil
	}
	table, err := readTable(data)
	if why, refused := errors.AsType[refusal](err); refused {
		return ReadTerritory{Refused: string(why)}, nil
	}
	if err != nil {
		return ReadTerritory{}, fmt.Errorf("read territory changes: %w", err)
	}
	return territorySteps(table), nil
}

func territorySteps(table filling.Table) ReadTerritory {
	if len(table.Lines) < 2 {
		return ReadTerritory{Refused: "In dit bestand staat geen enkele wijziging. De eerste rij heeft de kolomnamen, elke volgende rij één wijziging."}
	}
	if len(table.Lines)-1 > directory.MaxTerritorySteps {
		return ReadTerritory{Refused: fmt.Sprintf("Dit bestand heeft te veel rijen: hoogstens %d kan.", directory.MaxTerritorySteps)}
	}
	var columns []func(*directory.TerritoryStep, string)
	var names []string
	for _, cell := range table.Lines[0].Cells {
		name := strings.ToLower(strings.TrimSpace(cell))
		set, known := territoryColumns[name]
		switch {
		case name == "":
			set = nil
		case !known:
			return ReadTerritory{Refused: "Kolom ‘" + strings.TrimSpace(cell) + "’ kennen we niet. " + territoryHeader}
		case slices.Contains(names, name):
			return ReadTerritory{Refused: "Kolom ‘" + strings.TrimSpace(cell) + "’ staat er twee keer."}
		}
		columns, names = append(columns, set), append(names, name)
	}
	for _, name := range []string{"datum", "van", "naar"} {
		if !slices.Contains(names, name) {
			return ReadTerritory{Refused: "Kolom ‘" + strings.ToUpper(name[:1]) + name[1:] + "’ ontbreekt. " + territoryHeader}
		}
	}
	var out ReadTerritory
	for _, line := range table.Lines[1:] {
		if len(line.Formulas) > 0 {
			return ReadTerritory{Refused: fmt.Sprintf("Op rij %d staat een formule. Zet er de waarde zelf.", line.Number)}
		}
		var s directory.TerritoryStep
		for i, cell := range line.Cells {
			cell = strings.TrimSpace(cell)
			if i < len(columns) && columns[i] != nil {
				columns[i](&s, cell)
			} else if cell != "" {
				return ReadTerritory{Refused: fmt.Sprintf("Op rij %d staat ‘%s’ in een kolom zonder naam.", line.Number, cell)}
			}
		}
		out.Steps = append(out.Steps, s)
	}
	return out
}

const territoryHeader = "De kolommen zijn Datum, Van, Naar en Naam, en als je wil Telefoon, E-mail en Website van een nieuwe politiezone."

// territoryPlan is what somebody wants to change of the territory.
type territoryPlan struct {
	territoryEvent
	changes directory.TerritoryChanges  // as they would be stored
	before  int                         // how many there were
	known   []directory.TerritoryChange // the very same ones, which are loaded already
}

// next is the list with what is asked.
func (t *territoryPlan) next(list directory.TerritoryChanges, now time.Time) (directory.TerritoryChanges, []directory.Issue) {
	t.known, t.before = nil, len(list.Items)
	if t.Withdraw > 0 {
		before := list.Version
		list, issues := list.Withdraw(t.Withdraw, now)
		if one, ok := list.Find(t.Withdraw); ok && len(issues) == 0 && list.Version == before {
			t.known = []directory.TerritoryChange{one}
		}
		return list, issues
	}
	if known, ok := list.Loaded(t.Steps); ok {
		t.known = known
		return list, nil
	}
	steps, issues := directory.CheckTerritorySteps(t.Steps, directory.DayOf(now), nil)
	if len(issues) > 0 {
		return list, issues
	}
	return list.WithSteps(steps, now), nil
}

// done tells that nothing is to be stored.
func (t *territoryPlan) done() bool { return !t.Apply || len(t.known) > 0 }

// touched are the changes that are new, or withdrawn now.
func (t *territoryPlan) touched() []directory.TerritoryChange {
	if len(t.known) > 0 {
		return t.known
	}
	if one, ok := t.changes.Find(t.Withdraw); ok {
		return []directory.TerritoryChange{one}
	}
	return t.changes.Items[t.before:]
}

func (t *territoryPlan) save(changes directory.TerritoryChanges, now time.Time) *dynamo.TerritorySave {
	save := &dynamo.TerritorySave{Changes: changes, At: now}
	for _, c := range t.touched() {
		save.Acts = append(save.Acts, directory.TerritoryAct{Change: c.Number, Withdrawn: t.Withdraw > 0, At: now, Name: t.Name, Subject: t.Subject})
	}
	if t.Repeat != nil {
		answer, err := json.Marshal(TerritoryAnswer{Outcome: "applied", Changes: t.touched()})
		if err == nil { // a list of changes always is JSON
			save.Repeat = &dynamo.Repeat{ID: t.Repeat.ID, Body: t.Repeat.Body, Status: 201, Answer: answer}
		}
	}
	return save
}

// territoryError is why the changes lead to no whole territory.
type territoryError struct{ issues []directory.Issue }

func (e *territoryError) Error() string {
	list := make([]string, len(e.issues))
	for i, issue := range e.issues {
		list[i] = strings.TrimSpace(issue.Field + " " + issue.Detail)
	}
	return "territory changes: " + strings.Join(list, "; ")
}

// changeTerritory checks changes, and, when asked, loads or withdraws them: the facts of today and of every day to come
// on which something changes are built anew and published together with the list of changes.
func (l *Loader) changeTerritory(ctx context.Context, e event) (TerritoryAnswer, error) {
	p := plan{now: *e.Time, from: []string{"territory"}, territory: &territoryPlan{territoryEvent: e.territoryEvent}}
	report, err := l.carryOut(ctx, p)
	answer := TerritoryAnswer{Outcome: "checked"}
	if wrong, ok := errors.AsType[*territoryError](err); ok {
		answer.Outcome, answer.Issues = "refused", wrong.issues
		return answer, nil
	}
	if err != nil {
		return answer, err
	}
	switch {
	case e.Apply && len(p.territory.known) > 0:
		answer.Outcome = "unchanged"
	case e.Apply:
		answer.Outcome = "applied"
		l.Log.InfoContext(ctx, "territory", slog.Int("withdraw", e.Withdraw), slog.Int("steps", len(e.Steps)), slog.String("version", report.Version), slog.String("previous", report.Previous))
	}
	answer.Changes = p.territory.touched()
	return answer, nil
}
