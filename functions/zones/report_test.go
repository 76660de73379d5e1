package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/identity"
)

const reports5910 = zone5910 + "/reports"

// listed is a list of reports as the API gives it.
type listed struct {
	Total int
	Next  string
	Items []struct {
		Href, ID, Zone, Kind, Text, ReplyTo, InstitutionNumber, Answer string
		ReportedAt, ClosedAt, ForgottenAt                              time.Time
	}
}

func (s *system) reports(t testing.TB, query string) listed {
	t.Helper()
	w := s.ask(police, "GET", reports5910+query, "")
	var l listed
	if err := json.Unmarshal(w.Body.Bytes(), &l); err != nil || w.Code != 200 || w.Header().Get("Cache-Control") != "private, no-store" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return l
}

// report sends a report as a visitor at an address, and gives its id.
func (s *system) report(t testing.TB, body string, headers ...string) (id string, w *httptest.ResponseRecorder) {
	t.Helper()
	w = s.ask(nil, "POST", reports5910, body, headers...)
	var got struct{ ID string }
	_ = json.Unmarshal(w.Body.Bytes(), &got)
	return got.ID, w
}

func TestReportFromArrivalToClosing(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := newSystem(t, table, nil)
		s.seed(t)
		school := string(demonstration.TienenSchool)
		first, w := s.report(t, `{"kind":"personLeft","text":"Kanarie is weg","replyTo":"kanarie@school.example","institutionNumber":"`+school+`"}`)
		if w.Code != 201 || first == "" || strings.Contains(strings.ToLower(w.Body.String()+headerText(w)), "kanarie") || w.Header().Get("Cache-Control") != "no-store" {
			t.Fatalf("%d %v %s", w.Code, w.Header(), w.Body)
		}
		s.now = today.Add(time.Minute)
		second, _ := s.report(t, `{"kind":"deadNumber"}`)
		s.now = today.Add(time.Hour)

		l := s.reports(t, "?pageSize=1")
		if l.Total != 2 || len(l.Items) != 1 || l.Next == "" || l.Items[0].ID != first {
			t.Fatalf("got %+v", l)
		}
		if i := l.Items[0]; i.Kind != "personLeft" || i.Text != "Kanarie is weg" || i.ReplyTo != "kanarie@school.example" || i.InstitutionNumber != school ||
			!i.ReportedAt.Equal(today) || !i.ForgottenAt.Equal(time.Date(2027, 5, 22, 0, 0, 0, 0, directory.Brussels)) || i.Href != "https://aanspreekpunt.example"+reports5910+"/"+first {
			t.Errorf("got %+v", i)
		}
		if past := s.reports(t, "?page=3&pageSize=1"); past.Total != 2 || len(past.Items) != 0 {
			t.Errorf("past the last page: %+v", past)
		}

		closing := s.ask(police, "POST", reports5910+"/"+first+"/closures", `{"answer":" Nieuwe collega ingevuld. "}`)
		if closing.Code != 200 || !strings.Contains(closing.Body.String(), `"answer":"Nieuwe collega ingevuld."`) {
			t.Fatalf("%d %s", closing.Code, closing.Body)
		}
		if p := problemOf(t, s.ask(admin, "POST", reports5910+"/"+first+"/closures", `{"answer":"Nog eens."}`)); p.Status != 409 || !strings.HasSuffix(p.Type, ":reportClosed") {
			t.Errorf("closed twice: %+v", p)
		}
		l = s.reports(t, "")
		if len(l.Items) != 2 || l.Items[0].ID != second || l.Items[1].Answer != "Nieuwe collega ingevuld." || !l.Items[1].ClosedAt.Equal(today.Add(time.Hour)) {
			t.Errorf("got %+v", l)
		}
		one := s.ask(admin.With(claims{"exp": today.Add(99 * time.Hour).Unix()}), "GET", reports5910+"/"+second, "")
		if one.Code != 200 || !strings.Contains(one.Body.String(), `"kind":"deadNumber"`) {
			t.Errorf("one: %d %s", one.Code, one.Body)
		}

		later := police.With(claims{"exp": today.AddDate(1, 0, 0).Unix()})
		s.now = time.Date(2026, 12, 23, 0, 0, 0, 0, directory.Brussels)
		for _, missing := range []string{first, strings.Repeat("a", 26), "x", "..%2f5341"} {
			if w := s.ask(later, "POST", reports5910+"/"+missing+"/closures", `{"answer":"x"}`); w.Code != 404 {
				t.Errorf("a report that is forgotten or never was, %s: %d %s", missing, w.Code, w.Body)
			}
		}
		if logged := strings.ToLower(s.log.String()); strings.Contains(logged, "kanarie") || strings.Contains(logged, "192.0.2.1") {
			t.Errorf("the log tells of a report: %s", logged)
		}
	})
}

func TestReportsThatCannotBeTaken(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	for _, c := range []struct {
		name, target, body string
		person             claims
		headers            []string
		status             int
		says               string
	}{
		{"no body", reports5910, "", nil, nil, 400, ""},
		{"no JSON", reports5910, "{", nil, nil, 400, ""},
		{"no kind", reports5910, `{}`, nil, nil, 400, `"name":"kind"`},
		{"a member too many", reports5910, `{"kind":"deadNumber","from":"me"}`, nil, nil, 400, "unknownInput"},
		{"a member twice", reports5910, `{"kind":"deadNumber","kind":"other"}`, nil, nil, 400, ""},
		{"a lone surrogate", reports5910, `{"kind":"other","text":"\ud800"}`, nil, nil, 400, ""},
		{"a number", reports5910, `{"kind":"deadNumber","text":"0470 12 34 56 (kanarie)"}`, nil, nil, 400, "phoneInText"},
		{"a text too long", reports5910, `{"kind":"other","text":"` + strings.Repeat("kanarie ", 70) + `"}`, nil, nil, 400, "tooLong"},
		{"a school that does not exist", reports5910, `{"kind":"other","text":"kanarie","institutionNumber":"999999"}`, nil, nil, 400, "referencedResourceNotFound"},
		{"a body too large", reports5910, `{"kind":"other","text":"` + strings.Repeat("x", maxBody) + `"}`, nil, nil, 413, ""},
		{"another type", reports5910, `kind=other`, nil, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, ""},
		{"a parameter", reports5910 + "?kind=other", `{"kind":"deadNumber"}`, nil, nil, 400, "unknownInput"},
		{"an unknown zone", "/api/v1/zones/0000/reports", `{"kind":"deadNumber"}`, nil, nil, 404, ""},
		{"a former zone", "/api/v1/zones/5392/reports", `{"kind":"deadNumber"}`, nil, nil, 404, "5910"},
		{"a token that is not right", reports5910, `{"kind":"deadNumber"}`, nil, []string{"Authorization", "Bearer none"}, 401, ""},
		{"a token that ran out", reports5910, `{"kind":"deadNumber"}`, police.With(claims{"exp": today.Add(-time.Hour).Unix()}), nil, 401, "expiredAccessToken"},
	} {
		w := s.ask(c.person, "POST", c.target, c.body, c.headers...)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) || strings.Contains(w.Body.String(), "kanarie") || strings.Contains(w.Body.String(), "0470 12") {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
	}
	if l := s.reports(t, ""); l.Total != 0 {
		t.Errorf("taken all the same: %+v", l)
	}
	for _, logged := range []string{"kanarie", "0470 12"} { // four digits alone may stand in a trace id
		if strings.Contains(s.log.String(), logged) {
			t.Errorf("the log has %q", logged)
		}
	}
}

func TestReportsAreThrottled(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	from := func(address, code string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", "/api/v1/zones/"+code+"/reports", strings.NewReader(`{"kind":"deadNumber"}`))
		r.Header.Set("Content-Type", "application/json")
		r.RemoteAddr = address
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	refused := func(w *httptest.ResponseRecorder, wait time.Duration) {
		t.Helper()
		if p := problemOf(t, w); p.Status != 429 || !strings.HasSuffix(p.Type, ":tooManyRequests") || w.Header().Get("Retry-After") != strconv.Itoa(int(wait.Seconds())) {
			t.Errorf("%d, Retry-After %s: %s", w.Code, w.Header().Get("Retry-After"), w.Body)
		}
	}
	for i := range reportsOfSource.Most {
		if w := from("198.51.100.1:1", "5910"); w.Code != 201 {
			t.Fatalf("report %d: %d %s", i+1, w.Code, w.Body)
		}
	}
	refused(from("198.51.100.1:2", "5341"), time.Hour) // another zone, the same source
	for i := range reportsOfZone.Most - reportsOfSource.Most {
		if w := from("[2001:db8:0:"+strconv.FormatInt(int64(i), 16)+"::1]:1", "5910"); w.Code != 201 {
			t.Fatalf("from elsewhere %d: %d %s", i+1, w.Code, w.Body)
		}
	}
	refused(from("203.0.113.9:1", "5910"), 24*time.Hour)
	if w := from("203.0.113.9:1", "5341"); w.Code != 201 {
		t.Errorf("another zone: %d", w.Code)
	}
	s.now = today.Add(time.Hour)
	if w := from("198.51.100.1:1", "5341"); w.Code != 201 {
		t.Errorf("an hour later: %d", w.Code)
	}
	if l := s.reports(t, ""); l.Total != reportsOfZone.Most {
		t.Errorf("%d reports are stored, want %d", l.Total, reportsOfZone.Most)
	}
}

func TestReportsThatAreSentAgain(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	first, w := s.report(t, `{"kind":"deadNumber"}`, "Idempotency-Key", "k")
	if w.Code != 201 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	s.now = today.Add(time.Hour)
	again, w := s.report(t, `{"kind":"deadNumber"}`, "Idempotency-Key", "k")
	if w.Code != 201 || again != first {
		t.Errorf("again: %d, %s instead of %s", w.Code, again, first)
	}
	if _, w = s.report(t, `{"kind":"other","text":"x"}`, "Idempotency-Key", "k"); w.Code != 422 {
		t.Errorf("another body: %d", w.Code)
	}
	if _, w = s.report(t, `{"kind":"deadNumber"}`, "Idempotency-Key", ""); w.Code != 400 {
		t.Errorf("an empty key: %d", w.Code)
	}
	closures := reports5910 + "/" + first + "/closures"
	later := police.With(claims{"exp": today.AddDate(0, 0, 9).Unix()})
	one := s.ask(later, "POST", closures, `{"answer":"Aangepast."}`, "Idempotency-Key", "k")
	two := s.ask(later, "POST", closures, `{"answer":"Aangepast."}`, "Idempotency-Key", "k")
	if one.Code != 200 || two.Code != 200 || one.Body.String() != two.Body.String() {
		t.Errorf("closing: %d %s, again %d %s", one.Code, one.Body, two.Code, two.Body)
	}
	if three := s.ask(later, "POST", closures, `{"answer":"Anders."}`, "Idempotency-Key", "k"); three.Code != 422 {
		t.Errorf("closing with another answer: %d", three.Code)
	}
	if l := s.reports(t, ""); l.Total != 1 {
		t.Errorf("stored %+v", l)
	}
}

// TestWhatPeopleReportStaysWithThePolice: nobody else reads or closes a report, whatever they know of it.
func TestWhatPeopleReportStaysWithThePolice(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	id, _ := s.report(t, `{"kind":"other","text":"kanarie","replyTo":"kanarie@school.example"}`)
	for who, person := range map[string]claims{"nobody": nil, "a school of the zone": school, "a CLB": clb, "police of another zone": others,
		"police of a former zone": former, "no right": nobody} {
		for _, r := range [][2]string{{"GET", ""}, {"GET", "/" + id}, {"POST", "/" + id + "/closures"}} {
			body := ""
			if r[0] == "POST" {
				body = `{"answer":"kanarie"}`
			}
			for _, headers := range [][]string{nil, {"Cookie", identity.CookieName + "=" + police.ID().Token()}} {
				w := s.ask(person, r[0], reports5910+r[1], body, headers...)
				if want := map[bool]int{true: 401, false: 403}[person == nil]; w.Code != want || strings.Contains(w.Body.String()+headerText(w), "kanarie") {
					t.Errorf("%s, %v: %d %s", who, r, w.Code, w.Body)
				}
			}
		}
	}
	// Knowing an id gives nobody a report of another zone.
	if w := s.ask(others, "GET", "/api/v1/zones/5341/reports/"+id, ""); w.Code != 404 {
		t.Errorf("read through another zone: %d", w.Code)
	}
	if w := s.ask(others, "POST", "/api/v1/zones/5341/reports/"+id+"/closures", `{"answer":"x"}`); w.Code != 404 {
		t.Errorf("closed through another zone: %d", w.Code)
	}
	if l := s.reports(t, ""); l.Total != 1 || l.Items[0].Answer != "" {
		t.Errorf("something changed: %+v", l)
	}
	if w := s.ask(former.With(claims{"zones": "5910"}), "GET", "/api/v1/zones/5392/reports?pageSize=5", ""); w.Code != http.StatusMovedPermanently ||
		w.Header().Get("Location") != "https://aanspreekpunt.example"+reports5910+"?pageSize=5" {
		t.Errorf("a former code: %d to %s", w.Code, w.Header().Get("Location"))
	}
}

func TestReportsWhileTheStoreIsDown(t *testing.T) {
	t.Parallel()
	table := dynamotest.New(t)
	s := newSystem(t, table, nil)
	id, _ := s.report(t, `{"kind":"deadNumber"}`)
	down := &brokenStore{Store: s.store}
	s.service.store = down
	for _, r := range [][3]string{{"POST", "", `{"kind":"deadNumber"}`}, {"GET", "", ""}, {"GET", "/" + id, ""}, {"POST", "/" + id + "/closures", `{"answer":"x"}`}} {
		if p := problemOf(t, s.ask(police, r[0], reports5910+r[1], r[2])); p.Status != 503 {
			t.Errorf("%v: %+v", r, p)
		}
	}
	s.service.store = s.store
	if l := s.reports(t, ""); l.Total != 1 || l.Items[0].Answer != "" {
		t.Errorf("something changed: %+v", l)
	}
}

// brokenStore cannot reach DynamoDB for reports.
type brokenStore struct{ *dynamo.Store }

func (brokenStore) Reports(context.Context, directory.ZoneCode, time.Time) ([]directory.Report, error) {
	return nil, dynamo.ErrUnavailable
}
func (brokenStore) Report(context.Context, directory.ZoneCode, string, time.Time) (directory.Report, error) {
	return directory.Report{}, dynamo.ErrUnavailable
}
func (brokenStore) CountSource(context.Context, dynamo.Limit, string, time.Time) (time.Duration, error) {
	return 0, dynamo.ErrUnavailable
}

// TestTheZoneHearsOfAReport: of its existence and no more.
func TestTheZoneHearsOfAReport(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.report(t, `{"kind":"deadNumber"}`) // the zone has no address yet
	if len(s.outbox.sent) != 0 {
		t.Fatalf("sent %+v", s.outbox.sent)
	}
	profile := s.seed(t)
	s.report(t, `{"kind":"other","text":"kanarie","replyTo":"kanarie@school.example"}`)
	if len(s.outbox.sent) != 1 {
		t.Fatalf("sent %+v", s.outbox.sent)
	}
	m := s.outbox.sent[0]
	text := strings.ToLower(m.Subject + m.Text() + m.HTML())
	if m.To != profile.ManagementEmail || m.Link != "https://aanspreekpunt.example/beheer/zones/5910/meldingen" || !strings.Contains(text, "er staan 2 meldingen open.") {
		t.Errorf("got %+v", m)
	}
	secrets := []string{"kanarie", "nummer werkt", "iets anders"}
	for _, p := range profile.ContactPoints {
		secrets = append(secrets, strings.ToLower(p.Role))
		if p.Name != "" {
			secrets = append(secrets, strings.ToLower(p.Name))
		}
		for _, phone := range p.Phones {
			secrets = append(secrets, phone.Number[len(phone.Number)-6:])
		}
	}
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("the mail has %q", secret)
		}
	}

	// Without the mail the report stands, the log says why, and it is left to functions/remind.
	s.outbox.err = errors.New("send mail: refused: MessageRejected")
	id, w := s.report(t, `{"kind":"deadNumber"}`)
	if w.Code != 201 || !strings.Contains(s.log.String(), "MessageRejected") || strings.Contains(s.log.String(), profile.ManagementEmail) {
		t.Errorf("%d; the log: %s", w.Code, s.log)
	}
	sent := map[string]bool{}
	for r, err := range s.store.OpenReports(t.Context(), today.AddDate(0, 0, 1), today) {
		if err != nil {
			t.Fatal(err)
		}
		sent[r.ID] = r.ArrivedSent
	}
	if len(sent) != 3 || sent[id] {
		t.Errorf("marked as told: %v, and %s should not be", sent, id)
	}
}

func TestReportIDsAreNotToBeGuessed(t *testing.T) {
	t.Parallel()
	var seen []string
	for range 100 {
		id := newReportID()
		if !directory.ValidReportID(id) || slices.Contains(seen, id) {
			t.Fatalf("id %q", id)
		}
		seen = append(seen, id)
	}
	for _, id := range []string{"", "short", strings.Repeat("a", 41), strings.Repeat("A", 26), strings.Repeat("a", 25) + "#"} {
		if directory.ValidReportID(id) {
			t.Errorf("%q passes for an id", id)
		}
	}
}

// TestOfManyWhoCloseAtOnceOneDoes: nobody's answer is written over by another's.
func TestOfManyWhoCloseAtOnceOneDoes(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := newSystem(t, table, nil)
		id, _ := s.report(t, `{"kind":"deadNumber"}`)
		answers := make([]*httptest.ResponseRecorder, 8)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() {
				answers[i] = s.ask(police, "POST", reports5910+"/"+id+"/closures", `{"answer":"Van collega `+strconv.Itoa(i)+`."}`)
			})
		}
		all.Wait()
		kept, closed := s.reports(t, "").Items[0].Answer, 0
		for i, w := range answers {
			switch {
			case w.Code == 200 && kept == "Van collega "+strconv.Itoa(i)+".":
				closed++
			case w.Code != 409:
				t.Errorf("%d: %d %s, but kept is %q", i, w.Code, w.Body, kept)
			}
		}
		if closed != 1 {
			t.Errorf("%d closed it, want 1", closed)
		}
	})
}

// TestAClosureNeedsNoAnswer: a script that only wants a report closed sends no body, or an empty object.
func TestAClosureNeedsNoAnswer(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.seed(t)
	for _, body := range []string{"", "{}", `{"answer":""}`} {
		id, _ := s.report(t, `{"kind":"deadNumber"}`)
		if w := s.ask(police, "POST", reports5910+"/"+id+"/closures", body); w.Code != 200 || !strings.Contains(w.Body.String(), `"closedAt"`) || strings.Contains(w.Body.String(), `"answer"`) {
			t.Errorf("%q: %d %s", body, w.Code, w.Body)
		}
	}
	id, _ := s.report(t, `{"kind":"deadNumber"}`)
	for _, body := range []string{`{"answer":" "}`, `{"answer":"Bel 0470 12 34 56"}`, `[]`, `{`} {
		if w := s.ask(police, "POST", reports5910+"/"+id+"/closures", body); w.Code != 400 {
			t.Errorf("%q: %d %s", body, w.Code, w.Body)
		}
	}
	if page := s.look(police, "/beheer/zones/5910/meldingen").Body.String(); strings.Contains(page, "Wat ermee gebeurde:") || strings.Count(page, "Afgesloten op") != 3 {
		t.Errorf("the page of closed reports: %s", page)
	}
}
