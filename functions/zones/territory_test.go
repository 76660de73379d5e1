package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/facts/factstest"
)

// territory is what refdata makes of an event about the territory.
func (s *shelf) territory(ctx context.Context, e collect) (collected, error) {
	if e.Action == "readTerritory" {
		r := csv.NewReader(bytes.NewReader(e.File))
		r.Comma, r.FieldsPerRecord = ';', -1
		lines, _ := r.ReadAll() // what is no CSV has no lines
		if len(lines) < 2 {
			return collected{Refused: "In dit bestand staat geen enkele wijziging."}, nil
		}
		var out collected
		for _, cells := range lines[1:] {
			out.Steps = append(out.Steps, directory.TerritoryStep{Date: directory.Day(cells[0]), From: cells[1], To: cells[2], Name: cells[3]})
		}
		return out, nil
	}
	list, err := s.store.TerritoryChanges(ctx, e.Time)
	if err != nil {
		return collected{}, err
	}
	known, ok := list.Loaded(e.Steps)
	if ok {
		return collected{Outcome: "unchanged", Changes: known}, nil
	}
	var next directory.TerritoryChanges
	var issues []directory.Issue
	if e.Withdraw > 0 {
		next, issues = list.Withdraw(e.Withdraw, e.Time)
	} else {
		steps, wrong := directory.CheckTerritorySteps(e.Steps, directory.DayOf(e.Time), nil)
		next, issues = list.WithSteps(steps, e.Time), wrong
	}
	_, next, wrong := next.Periods(factstest.Territory(), directory.DayOf(e.Time))
	if issues = append(issues, wrong...); len(issues) > 0 {
		return collected{Outcome: "refused", Issues: issues}, nil
	}
	answer := collected{Outcome: "checked", Changes: next.Items[len(list.Items):]}
	if !e.Apply || next.Version == list.Version {
		return answer, nil
	}
	answer.Outcome = "applied"
	save := &dynamo.TerritorySave{Changes: next, At: e.Time}
	for _, c := range answer.Changes {
		save.Acts = append(save.Acts, directory.TerritoryAct{Change: c.Number, At: e.Time, Name: e.Name, Subject: e.Subject})
	}
	if e.Repeat != nil {
		said, _ := json.Marshal(answer)
		save.Repeat = &dynamo.Repeat{ID: e.Repeat.ID, Body: e.Repeat.Body, Status: 201, Answer: said}
	}
	pointer, _, err := s.store.Pointer(ctx)
	if err != nil {
		return collected{}, err
	}
	return answer, dynamo.PublishReference(ctx, s.store, dynamo.Publication{Version: "facts", Data: []byte("facts"), At: e.Time, Previous: pointer, Territory: save})
}

// mergedSystem is one in which Lommel, HANO and Kempenland became a made-up zone this morning.
func mergedSystem(t *testing.T) *system {
	t.Helper()
	s := newSystem(t, dynamotest.New(t), nil)
	merged := factstest.Changed(t, "2026-11-23", today.Add(-10*time.Hour), directory.TerritoryStep{From: "5371", To: "5999", Name: "Testzone"},
		directory.TerritoryStep{From: "5372", To: "5999"}, directory.TerritoryStep{From: "5377", To: "5999"})
	s.service.reference = heldFacts{factstest.Open(merged, nil, facts.Meta{})}
	for code, name := range map[directory.ZoneCode]string{"5371": "Lommel", "5372": "HANO"} {
		p := directory.Profile{Code: code}.Saved(directory.ZoneInput{ManagementEmail: "beheer@" + strings.ToLower(name) + ".example", ContactPoints: []directory.ContactPoint{
			{ID: "vast", Role: "Aanspreekpunt " + name, Primary: true, Phones: []directory.Phone{{Number: "+3288591001", Visibility: directory.VisibleSchools}}}}}, today.AddDate(0, -1, 0))
		revision := directory.NewRevision(directory.Profile{Code: code}, p, directory.Cause{Kind: directory.RevisionSaved, By: directory.Principal{Role: directory.RolePolice}}, directory.Names{}, today.AddDate(0, -1, 0))
		if err := s.store.SaveZone(t.Context(), dynamo.ZoneSave{Profile: p, Revision: revision}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// lommel is police of one of the zones that merged.
var lommel = access("police", "5371", "")

func TestAMergedZoneIsKeptByThePoliceOfBefore(t *testing.T) {
	t.Parallel()
	s := mergedSystem(t)
	if w := s.visit(lommel, "/beheer", nil); w.Code != 200 || !strings.Contains(w.Body.String(), "Testzone") {
		t.Errorf("own zones: %d", w.Code)
	}
	if w := s.visit(lommel, "/beheer/zones/5371", nil); w.Code != 301 || !strings.HasSuffix(w.Header().Get("Location"), "/beheer/zones/5999") {
		t.Errorf("the old address: %d to %s", w.Code, w.Header().Get("Location"))
	}
	if w := s.visit(lommel, "/beheer/zones/5381", nil); w.Code != 403 {
		t.Errorf("another zone: %d", w.Code)
	}
	page := s.visit(lommel, "/beheer/zones/5999", nil).Body.String()
	for _, want := range []string{"Lommel (Lommel), HANO (Hamont-Achel en Pelt) en Kempenland", "Aanspreekpunten kiezen", "088 59 10 01", "Aanspreekpunt HANO"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "Ja, alles klopt nog") {
		t.Error("what was taken over can be confirmed")
	}
	if w := s.visit(lommel, "/beheer/zones/5999", url.Values{"versie": {"0"}}); w.Code != 409 || !strings.Contains(w.Body.String(), "Bewaar eerst") {
		t.Errorf("confirmed on the page: %d", w.Code)
	}
	form := s.visit(lommel, "/beheer/zones/5999/aanpassen", nil).Body.String()
	if strings.Count(form, `name="contactPoints[`) == 0 || strings.Contains(form, `name="primary" value="0" checked`) || !strings.Contains(form, "5372-vast") {
		t.Error("the form is not filled in, or chooses the primary point itself")
	}
	values := url.Values{"versie": {"0"}, "actie": {"bewaren"}, "contactPoints[0].id": {"5371-vast"}, "contactPoints[0].role": {"Aanspreekpunt Lommel"}}
	if w := s.visit(lommel, "/beheer/zones/5999/aanpassen", values); w.Code != 400 || !strings.Contains(w.Body.String(), "vast aanspreekpunt") {
		t.Errorf("saved without a primary point: %d", w.Code)
	}
	values.Set("primary", "0")
	if w := s.visit(lommel, "/beheer/zones/5999/aanpassen", values); w.Code != 303 {
		t.Fatalf("saved: %d", w.Code)
	}
	page = s.visit(lommel, "/beheer/zones/5999", nil).Body.String()
	if strings.Contains(page, "Aanspreekpunt HANO") || strings.Contains(page, "Aanspreekpunten kiezen") || !strings.Contains(page, "Ja, alles klopt nog") {
		t.Error("the zone decided, and shows what it took over")
	}
}

func TestTheHistoryOfAZoneOfBeforeStaysReachable(t *testing.T) {
	t.Parallel()
	s := mergedSystem(t)
	const path = "/beheer/zones/5999/geschiedenis"
	for query, want := range map[string]string{
		"":                    "Geschiedenis van Politiezone Lommel (5371)",
		"?zone=5371":          "Politiezone Lommel (5371), nu deel van Testzone",
		"?zone=5371&versie=1": "niet herstellen",
	} {
		w := s.visit(lommel, path+query, nil)
		if w.Code != 200 || !strings.Contains(w.Body.String(), want) || strings.Contains(w.Body.String(), "Deze versie herstellen") {
			t.Errorf("%s: %d, lacks %q", query, w.Code, want)
		}
	}
	for _, query := range []string{"?zone=5381", "?zone=x", "?zone=5371&versie=2", "?zone=5377&versie=1"} {
		if w := s.visit(lommel, path+query, nil); w.Code != 404 {
			t.Errorf("%s: %d", query, w.Code)
		}
	}
	for _, wrong := range []string{"", "537", "53711", "abcd"} {
		if w := s.ask(lommel, "GET", "/api/v1/zones/5999/revisions?formerZone="+wrong, ""); w.Code != 400 || !strings.Contains(w.Body.String(), `"name":"formerZone"`) {
			t.Errorf("formerZone=%s: %d %.300s", wrong, w.Code, w.Body)
		}
	}
	if w := s.ask(lommel, "GET", "/api/v1/zones/5999/revisions/1?formerZone=5371", ""); w.Code != 200 || !strings.Contains(w.Body.String(), "Aanspreekpunt Lommel") {
		t.Errorf("the version: %d %s", w.Code, w.Body)
	}
	if w := s.ask(lommel, "POST", "/api/v1/zones/5999/restorations", `{"version":1}`, "If-Match", tag("0")); w.Code != 400 {
		t.Errorf("restored a version of another zone: %d", w.Code)
	}
}

func TestAReportToAMergedZoneReachesTheZonesOfBefore(t *testing.T) {
	t.Parallel()
	s := mergedSystem(t)
	if w := s.ask(nil, "POST", "/api/v1/zones/5999/reports", `{"kind":"other","text":"Nieuw"}`); w.Code != 201 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	var to []string
	for _, m := range s.outbox.sent {
		to = append(to, m.To)
	}
	if strings.Join(to, " ") != "beheer@lommel.example beheer@hano.example" {
		t.Errorf("mailed %q", to)
	}
}

func TestTerritoryPage(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	const path = "/beheer/invoer/gebied"
	if w := s.visit(police, path, nil); w.Code != 403 {
		t.Errorf("police: %d", w.Code)
	}
	if w := s.visit(admin, path, nil); w.Code != 200 || !strings.Contains(w.Body.String(), "Er staat geen enkele wijziging klaar") {
		t.Errorf("empty: %d", w.Code)
	}
	if w := s.visit(admin, path+"?sjabloon=csv", nil); w.Header().Get("Content-Disposition") == "" || !strings.Contains(w.Body.String(), "Datum;Van;Naar;Naam") {
		t.Errorf("template: %d %s", w.Code, w.Body)
	}
	const rows = "Datum;Van;Naar;Naam\n2027-01-01;5371;5999;Testzone <b>\n2027-01-01;5372;5999;\n"
	preview := s.visit(admin, path, url.Values{"actie": {"nakijken"}, "rijen": {rows}})
	for _, want := range []string{"Voorbeeld: nog niets is bewaard", "Vanaf 1 januari 2027", "Nieuwe politiezone Testzone &lt;b&gt; (5999) met Lommel van politiezone Lommel (5371); Hamont-Achel en Pelt van politiezone HANO (5372).",
		"Politiezone Lommel (5371) houdt op.", "Wie politiezone HANO (5372) beheert, beheert dan politiezone Testzone &lt;b&gt; (5999)."} {
		if !strings.Contains(preview.Body.String(), want) {
			t.Errorf("the preview lacks %q", want)
		}
	}
	if list, err := s.store.TerritoryChanges(t.Context(), today); err != nil || list.Version != 0 {
		t.Errorf("the preview stored something: %+v, %v", list, err)
	}
	wrong := s.visit(admin, path, url.Values{"actie": {"nakijken"}, "rijen": {"Datum;Van;Naar;Naam\n2027-02-30;5371;5372;\n2027-01-01;5373;5999;\n"}})
	if body := wrong.Body.String(); wrong.Code != 400 || !strings.Contains(body, "Rij 2, Datum") || !strings.Contains(body, "2027-02-30;5371;5372;") || !strings.Contains(body, "<title>1 fout") {
		t.Errorf("a day that does not exist: %d", wrong.Code)
	}
	wrong = s.visit(admin, path, url.Values{"actie": {"nakijken"}, "rijen": {"Datum;Van;Naar;Naam\n2027-01-01;5371;5372;\n2027-01-01;5372;5371;\n2027-01-01;5373;5999;\n"}})
	if body := wrong.Body.String(); wrong.Code != 400 || strings.Count(body, "loopt rond") != 2 || !strings.Contains(body, "Rij 4, Naar: 5999 bestaat op 1 januari 2027 niet") {
		t.Errorf("a circle and an unknown zone: %d", wrong.Code)
	}
	const steps = `[{"date":"2027-01-01","from":"5371","to":"5999","name":"Testzone"},{"date":"2027-01-01","from":"5372","to":"5999"}]`
	for _, want := range []string{"opgeladen", "stond-er-al"} {
		if w := s.visit(admin, path, url.Values{"actie": {"toepassen"}, "stappen": {steps}}); w.Code != 303 || !strings.HasSuffix(w.Header().Get("Location"), path+"?gelukt="+want) {
			t.Errorf("applied: %d to %s", w.Code, w.Header().Get("Location"))
		}
	}
	page := s.visit(admin, path+"?gelukt=opgeladen", nil).Body.String()
	if !strings.Contains(page, "Opgeladen op 23 november 2026") || !strings.Contains(page, "door Voorbeeld Persoon") || !strings.Contains(page, `value="intrekken:1"`) {
		t.Error("the list does not show it")
	}
	if w := s.visit(admin, path, url.Values{"actie": {"intrekken:1"}}); w.Code != 200 || !strings.Contains(w.Body.String(), "Ja, intrekken") {
		t.Errorf("asked to withdraw: %d", w.Code)
	}
	if w := s.visit(admin, path, url.Values{"actie": {"intrekken:7"}}); w.Code != 404 {
		t.Errorf("one that is not there: %d", w.Code)
	}
	s.now = time.Date(2027, 1, 1, 0, 0, 0, 0, directory.Brussels)
	later := admin.With(claims{"exp": s.now.Add(time.Hour).Unix()})
	if w := s.visit(later, path, url.Values{"actie": {"zeker:1"}}); w.Code != 409 || !strings.Contains(w.Body.String(), "geldt al") {
		t.Errorf("withdrawn on its day: %d", w.Code)
	}
	s.now = today
	if w := s.visit(admin, path, url.Values{"actie": {"zeker:1"}}); w.Code != 303 {
		t.Errorf("withdrawn: %d", w.Code)
	}
	if page := s.visit(admin, path, nil).Body.String(); !strings.Contains(page, "(ingetrokken)") || strings.Contains(page, `value="intrekken:1"`) {
		t.Error("the list does not show that it was withdrawn")
	}
	var upload bytes.Buffer
	parts := multipart.NewWriter(&upload)
	_ = parts.WriteField("actie", "nakijken")
	_ = parts.WriteField("rijen", "Datum;Van;Naar;Naam")
	file := must(parts.CreateFormFile("bestand", "wijzigingen.csv"))
	_, _ = file.Write([]byte(rows))
	_ = parts.Close()
	r := httptest.NewRequest(http.MethodPost, path, &upload)
	r.Header.Set("Content-Type", parts.FormDataContentType())
	r.Header.Set("Cookie", "__Host-sessie="+admin.ID().Token())
	uploaded := httptest.NewRecorder()
	s.ServeHTTP(uploaded, r)
	if body := uploaded.Body.String(); uploaded.Code != 200 || !strings.Contains(body, "Voorbeeld: nog niets") || !strings.Contains(body, "2027-01-01;5371;5999;Testzone &lt;b&gt;") {
		t.Errorf("a file: %d", uploaded.Code)
	}
	for name, form := range map[string]url.Values{"nothing": {"actie": {"nakijken"}}, "no steps": {"actie": {"toepassen"}, "stappen": {"x"}}, "no action": {}} {
		if w := s.visit(admin, path, form); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}

// TestNoRowOfATerritoryIsLost: signed out, without the right, and while the store or refdata is down.
func TestNoRowOfATerritoryIsLost(t *testing.T) {
	t.Parallel()
	broken := &faulty{}
	s := newSystem(t, dynamotest.New(t), broken.wrap)
	const path, row = "/beheer/invoer/gebied", "2027-01-01;5371;5999;Testzone &lt;b&gt;"
	typed := url.Values{"actie": {"nakijken"}, "rijen": {"Datum;Van;Naar;Naam\n2027-01-01;5371;5999;Testzone <b>\n"}}
	checked := url.Values{"actie": {"toepassen"}, "stappen": {`[{"date":"2027-01-01","from":"5371","to":"5999","name":"Testzone <b>"}]`}}
	for name, c := range map[string]struct {
		who       claims
		form      url.Values
		table, fn bool // down
		status    int
		says      string
	}{
		"signed out":                    {who: nil, form: typed, status: 401, says: "Je bent afgemeld"},
		"signed out before applying":    {who: nil, form: checked, status: 401, says: "Je bent afgemeld"},
		"without the right":             {who: police, form: typed, status: 403, says: onlyAdmins},
		"the store is down":             {who: admin, form: typed, table: true, status: 503, says: notLoaded},
		"refdata is down":               {who: admin, form: typed, fn: true, status: 503, says: notLoaded},
		"refdata is down when applying": {who: admin, form: checked, fn: true, status: 503, says: notLoaded},
	} {
		s.service.collector = &shelf{files: map[string][]byte{}, store: s.store}
		if c.fn {
			s.service.collector = downCollector{}
		}
		broken.down.Store(c.table)
		w := s.visit(c.who, path, c.form)
		broken.down.Store(false)
		if body := w.Body.String(); w.Code != c.status || !strings.Contains(body, c.says) || !strings.Contains(body, row) || !strings.Contains(body, `value="nakijken"`) {
			t.Errorf("%s: %d %s", name, w.Code, titleOf(body))
		}
		if c.status != 503 && strings.Contains(w.Body.String(), "Wat nog komt") {
			t.Errorf("%s: shows what was loaded", name)
		}
	}
	if w := s.visit(nil, path, url.Values{"actie": {"intrekken:1"}}); w.Code != 303 {
		t.Errorf("a withdrawal after the session: %d", w.Code)
	}
	if w := s.visit(police, path, url.Values{"actie": {"intrekken:1"}}); w.Code != 403 {
		t.Errorf("a withdrawal without the right: %d", w.Code)
	}
}

type downCollector struct{}

func (downCollector) collect(context.Context, collect) (collected, error) {
	return collected{}, errors.New("refdata does not answer")
}
