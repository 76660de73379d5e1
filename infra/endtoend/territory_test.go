package endtoend

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"aanspreekpunt/infra/local/system"
	"aanspreekpunt/shared/directory"
)

// TestThreeZonesMergeToday merges Lommel, HANO and Kempenland into a made-up zone today, lets a fourth one join it
// tomorrow, and looks at all that should follow, on a system of its own.
func TestThreeZonesMergeToday(t *testing.T) {
	t.Parallel()
	var log record
	s, err := start(t.Context(), system.Options{Instances: 1, Log: &log})
	if err != nil {
		t.Fatalf("%v\n%s", err, &log)
	}
	t.Cleanup(func() { s.Close() })
	do := func(person url.Values, method, path, body string, headers ...string) answer {
		t.Helper()
		if person != nil {
			access, _ := mintAt(t, s.URL(), person)
			headers = append(headers, "Authorization", "Bearer "+access)
		}
		if body != "" {
			headers = append(headers, "Content-Type", "application/json")
		}
		return sendAt(t, s.URL(), method, path, body, headers...)
	}
	want := func(a answer, status int) answer {
		t.Helper()
		if a.status != status {
			t.Fatalf("%s: %d, want %d: %.1500s", a.target, a.status, status, a.body)
		}
		return a
	}
	admin := url.Values{"role": {"admin"}}

	// The police of two of them keep one contact point each; the third has several of the demonstration.
	for code, name := range map[string]string{"5371": "Lommel", "5372": "HANO"} {
		own := police(code)
		zone := want(do(own, "GET", "/api/v1/zones/"+code, ""), 200)
		points := []map[string]any{{"id": "vast", "role": "Aanspreekpunt " + name, "primary": true, "phones": []map[string]any{{"number": "088 59 10 01", "visibility": "schools"}}}}
		want(do(own, "PUT", "/api/v1/zones/"+code, zone.with(t, "contactPoints", points), "If-Match", zone.header.Get("ETag")), 200)
	}
	want(do(nil, "POST", "/api/v1/zones/5371/reports", `{"kind":"deadNumber","text":"De lijn is dood"}`), 201)

	today := time.Now()
	steps, err := json.Marshal(map[string]any{"steps": []map[string]any{
		{"date": directory.DayOf(today), "from": "5371", "to": "5999", "name": "Testzone Noord"},
		{"date": directory.DayOf(today), "from": "5372", "to": "5999"},
		{"date": directory.DayOf(today), "from": "5377", "to": "5999"},
		{"date": directory.DayOf(today.AddDate(0, 0, 1)), "from": "5375", "to": "5999"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	const changes = "/api/v1/territoryChanges"
	want(do(nil, "POST", changes, string(steps)), 401)
	want(do(police("5371"), "POST", changes, string(steps)), 403)
	want(do(admin, "POST", changes+"?apply=nothing", string(steps)), 200)
	if a := want(do(admin, "POST", changes, `{"steps":[{"date":"2027-02-30","from":"5371","to":"5371"},{"date":"x","from":"1","to":"5999"}]}`), 400); strings.Count(a.text(), `"rule"`) != 4 {
		t.Errorf("not everything that is wrong is told: %s", a.body)
	}
	want(do(admin, "GET", "/api/v1/zones/5999", ""), 404)
	if a := want(do(admin, "POST", changes, string(steps), "Idempotency-Key", "merger"), 201); strings.Count(a.text(), `"href"`) != 2 {
		t.Errorf("loaded: %s", a.body)
	}
	want(do(admin, "POST", changes, string(steps), "Idempotency-Key", "merger"), 201)
	want(do(admin, "POST", changes, `{"steps":[]}`, "Idempotency-Key", "merger"), 422)
	want(do(admin, "POST", changes, string(steps)), 200)

	// The request that sees the new pointer answers from before it; the next one knows.
	want(do(nil, "GET", "/api/v1/health", ""), 200)
	for path, to := range map[string]string{
		"/api/v1/zones/5371": "/api/v1/zones/5999", "/zones/5372": "/zones/5999?vroeger=5372", "/api/v1/zones/5377?theme=drugs": "/api/v1/zones/5999?theme=drugs",
		"/api/v1/zones/5371/vCard": "/api/v1/zones/5999/vCard",
	} {
		if a := want(do(nil, "GET", path, ""), 301); !strings.HasSuffix(a.header.Get("Location"), to) {
			t.Errorf("%s leads to %s", path, a.header.Get("Location"))
		}
	}
	want(do(nil, "GET", "/api/v1/zones/5375", ""), 200) // tomorrow's change does nothing yet

	type zone struct {
		Name          string
		Version       int
		Phone         string
		FactsAsOf     string
		FormerZones   []struct{ Code, Phone string }
		ContactPoints []struct {
			ID, FormerZone string
			Primary        bool
			Municipalities []int
			Withheld       int
		}
		CallOrder []struct{ ContactPoint, Reason string }
	}
	var now zone
	want(do(nil, "GET", "/api/v1/zones/5999", ""), 200).decode(t, &now)
	if now.Name != "Testzone Noord" || now.Version != 0 || len(now.FormerZones) != 3 || len(now.ContactPoints) < 4 || !now.ContactPoints[0].Primary || !now.ContactPoints[1].Primary ||
		now.ContactPoints[0].FormerZone != "5371" || len(now.ContactPoints[1].Municipalities) != 2 || now.ContactPoints[0].Withheld != 1 {
		t.Errorf("the new zone: %+v", now)
	}
	for nis, first := range map[string]string{"72020": "5371-vast", "72043": "5372-vast", "72030": "5377-vast-aanspreekpunt"} {
		var m struct {
			ZoneCode string
			Embedded struct{ Zones map[string]zone }
		}
		want(do(nil, "GET", "/api/v1/municipalities/"+nis, ""), 200).decode(t, &m)
		z := m.Embedded.Zones["5999"]
		if m.ZoneCode != "5999" || len(z.CallOrder) == 0 || z.CallOrder[0].ContactPoint != first || !strings.Contains(z.CallOrder[0].Reason, "tot nu toe politiezone") || z.Phone == "" {
			t.Errorf("municipality %s: %+v", nis, m)
		}
	}
	if page := want(do(nil, "GET", "/zones/5999", ""), 200).text(); !strings.Contains(page, "Tot nu toe") || !strings.Contains(page, "Aanspreekpunt HANO") {
		t.Error("the page of the zone does not show what it took over")
	}
	if a := want(do(nil, "GET", "/api/v1/search?q=5371", ""), 200); !strings.Contains(a.text(), "Testzone Noord") {
		t.Errorf("its old code does not find it: %.500s", a.body)
	}

	// The police of the zones of before keep the new one; those of others do not.
	if err := s.Restart(t.Context(), "zones"); err != nil {
		t.Fatal(err)
	}
	want(do(police("5341"), "GET", "/api/v1/zones/5999/revisions", ""), 403)
	for _, code := range []string{"5371", "5372", "5377"} {
		var history struct {
			Total       int
			FormerZones []struct{ Code, Href string }
		}
		want(do(police(code), "GET", "/api/v1/zones/5999/revisions", ""), 200).decode(t, &history)
		if history.Total != 0 || len(history.FormerZones) != 3 {
			t.Errorf("history: %+v", history)
		}
	}
	lommel := police("5371")
	if a := want(do(lommel, "GET", "/api/v1/zones/5999/revisions?formerZone=5371", ""), 200); !strings.Contains(a.text(), "Aanspreekpunt Lommel") {
		t.Errorf("the history of Lommel: %.500s", a.body)
	}
	var reports struct{ Items []struct{ Href string } }
	if want(do(lommel, "GET", "/api/v1/zones/5999/reports", ""), 200).decode(t, &reports); len(reports.Items) != 1 {
		t.Errorf("a report to a zone of before: %+v", reports)
	} else if path := strings.TrimPrefix(reports.Items[0].Href, s.URL()); path != "" {
		want(do(lommel, "POST", path+"/closures", `{"answer":"Gebeld"}`), 200)
	}
	proposed := want(do(lommel, "GET", "/api/v1/zones/5999", ""), 200)
	tag := proposed.header.Get("ETag")
	want(do(lommel, "POST", "/api/v1/zones/5999/confirmations", "", "If-Match", tag), 409)
	if a := want(do(lommel, "PUT", "/api/v1/zones/5999", proposed.text(), "If-Match", tag), 400); !strings.Contains(a.text(), "onePrimary") {
		t.Errorf("two primary points: %s", a.body)
	}
	var whole map[string]any
	proposed.decode(t, &whole)
	for _, point := range whole["contactPoints"].([]any)[1:] {
		point.(map[string]any)["primary"] = false
	}
	body, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	saved := want(do(lommel, "PUT", "/api/v1/zones/5999", string(body), "If-Match", tag), 200)
	want(do(lommel, "POST", "/api/v1/zones/5999/confirmations", "", "If-Match", saved.header.Get("ETag")), 200)
	now = zone{}
	want(do(nil, "GET", "/api/v1/zones/5999", ""), 200).decode(t, &now)
	if len(now.FormerZones) > 0 || now.Version != 2 || now.ContactPoints[0].FormerZone != "" || now.CallOrder[0].Reason != "vast aanspreekpunt (PLP 41)" {
		t.Errorf("after the first save: %+v", now)
	}

	// What does not hold yet can be withdrawn.
	want(do(admin, "DELETE", changes+"/2", ""), 204)
	want(do(admin, "DELETE", changes+"/2", ""), 204)
	want(do(admin, "DELETE", changes+"/1", ""), 409)
	want(do(admin, "DELETE", changes+"/9", ""), 404)
	want(do(admin, "GET", changes+"/1", ""), 200)
	if a := want(do(admin, "GET", changes, ""), 200); !strings.Contains(a.text(), `"withdrawn"`) || !strings.Contains(a.text(), `"inForce"`) {
		t.Errorf("the list: %s", a.body)
	}
	if strings.Contains(log.String(), `"level":"ERROR"`) {
		t.Errorf("errors in the log: %s", &log)
	}
}
