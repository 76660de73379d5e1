package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/gateway"
)

const zone5910 = "/api/v1/zones/5910"

// TestKeepingAZone is what an officer does: change, confirm, look back, restore.
func TestKeepingAZone(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := newSystem(t, table, nil)
		before := s.seed(t)

		// What GET gives can be sent back as it is: a version in which nothing changed.
		read := s.shown(t, "5910", officer)
		same := s.ask(police, "PUT", zone5910, string(read), "If-Match", gateway.ETag(1, read))
		if same.Code != 200 || same.Header().Get("Cache-Control") != "private, no-store" {
			t.Fatalf("unchanged: %d %s", same.Code, same.Body)
		}
		after := s.stored(t, "5910")
		if after.Version != 2 || !directory.Same(before, after) || !after.ModifiedAt.Equal(*before.ModifiedAt) || !after.AssuredAt.Equal(*before.AssuredAt) {
			t.Errorf("unchanged: got %+v, want %+v", after, before)
		}
		if now := s.shown(t, "5910", officer); string(now) != same.Body.String() || same.Header().Get("ETag") != gateway.ETag(2, now) {
			t.Errorf("the answer and its ETag %s are not those of a GET: %s", same.Header().Get("ETag"), same.Body)
		}

		// A change, with the tag that the save before gave.
		changed := s.ask(police, "PUT", zone5910, edit(t, edits(t, read, "note", "Nieuw adres"), "website", "https://politie.example/5910"), "If-Match", same.Header().Get("ETag"))
		if changed.Code != 200 {
			t.Fatalf("change: %d %s", changed.Code, changed.Body)
		}
		after = s.stored(t, "5910")
		if after.Version != 3 || after.Website != "https://politie.example/5910" || !after.ModifiedAt.Equal(today) || !after.AssuredAt.Equal(*before.AssuredAt) {
			t.Errorf("change: got %+v", after)
		}

		// A confirmation moves assuredAt alone.
		confirmed := s.ask(police, "POST", zone5910+"/confirmations", "", "If-Match", changed.Header().Get("ETag"))
		after = s.stored(t, "5910")
		if confirmed.Code != 200 || after.Version != 4 || !after.AssuredAt.Equal(today) || after.Website != "https://politie.example/5910" {
			t.Errorf("confirmation: %d, got %+v", confirmed.Code, after)
		}

		// The first version again, as the fifth.
		restored := s.ask(admin, "POST", zone5910+"/restorations", `{"version":1,"note":"Vergissing"}`, "If-Match", tag("4"))
		after = s.stored(t, "5910")
		if restored.Code != 200 || after.Version != 5 || after.Website != before.Website {
			t.Errorf("restoration: %d %s, got %+v", restored.Code, restored.Body, after)
		}

		var history struct {
			Total int
			Items []directory.Revision
		}
		decodeAnswer(t, s.ask(police, "GET", zone5910+"/revisions", ""), &history)
		var told []string
		for _, r := range history.Items {
			told = append(told, fmt.Sprint(r.Version, " ", r.Kind, " ", r.Role, " ", r.Note, " ", r.Restored, " ", len(r.Changes)))
		}
		want := []string{"5 restored admin Vergissing 1 1", "4 confirmed police  0 0", "3 saved police Nieuw adres 0 1", "2 saved police  0 0"}
		if history.Total != 5 || len(told) != 5 || !reflect.DeepEqual(told[:4], want) {
			t.Errorf("history of %d:\n%s\nwant\n%s", history.Total, strings.Join(told, "\n"), strings.Join(want, "\n"))
		}
	})
}

// edits is edit of JSON that stays bytes.
func edits(t testing.TB, zone []byte, name string, value any) []byte {
	t.Helper()
	return []byte(edit(t, zone, name, value))
}

func decodeAnswer(t testing.TB, w interface {
	Result() *http.Response
}, v any) {
	t.Helper()
	r := w.Result()
	if r.StatusCode != 200 {
		t.Fatalf("status %d", r.StatusCode)
	}
	if err := json.NewDecoder(r.Body).Decode(v); err != nil {
		t.Fatal(err)
	}
}

func TestAZoneThatNeverSavedBeginsWithItsFacts(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	path, neighbours := "/api/v1/zones/5389", access("police", "5389", "")
	if p := problemOf(t, s.ask(neighbours, "POST", path+"/confirmations", "", "If-Match", tag("0"))); p.Status != 409 || p.Type != "urn:problem-type:aanspreekpunt:nothingToConfirm" {
		t.Errorf("confirmation: %+v", p)
	}
	if p := problemOf(t, s.ask(neighbours, "PUT", path, string(s.shown(t, "5389", directory.Principal{})), "If-Match", tag("0"))); p.Status != 400 || len(p.Issues) != 1 || p.Issues[0].Rule != string(directory.RuleOnePrimary) {
		t.Errorf("facts alone, which have no contact point: %+v", p)
	}
	var none struct {
		Total int
		Items []directory.Revision
	}
	decodeAnswer(t, s.ask(neighbours, "GET", path+"/revisions", ""), &none)
	if none.Total != 0 || none.Items == nil || len(none.Items) != 0 {
		t.Errorf("history: %+v", none)
	}
	if s.stored(t, "5389").Version != 0 {
		t.Error("something was saved")
	}
	body := edit(t, s.shown(t, "5389", directory.Principal{}), "contactPoints", []any{map[string]any{"id": "onthaal", "role": "Onthaal", "primary": true}})
	if first := s.ask(neighbours, "PUT", path, body, "If-Match", tag("0")); first.Code != 200 {
		t.Fatalf("first save: %d %s", first.Code, first.Body)
	}
	zone, _ := demonstrationFacts().Zone("5389")
	if zone.Phone == "" {
		t.Fatal("the facts have no number of this zone: this test proves nothing")
	}
	if p := s.stored(t, "5389"); p.Version != 1 || p.Website != zone.Website || p.Phone != zone.Phone || p.AssuredAt != nil {
		t.Errorf("first version: %+v of facts %+v", p, zone)
	}
	revision, err := s.store.Revision(t.Context(), "5389", 1, s.now)
	if err != nil || len(revision.Changes) == 0 {
		t.Errorf("revision %+v, %v", revision, err)
	}
	for _, c := range revision.Changes {
		if strings.HasPrefix(c.Field, "website") || strings.HasPrefix(c.Field, "phone") {
			t.Errorf("the first version tells of %s, which the facts had already", c.Field)
		}
	}
}

// TestPreconditions: nobody writes over what they did not read.
func TestPreconditions(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.seed(t)
	body := string(s.shown(t, "5910", officer))
	for path, good := range map[string]string{zone5910: body, zone5910 + "/confirmations": "", zone5910 + "/restorations": `{"version":1}`} {
		method := "POST"
		if path == zone5910 {
			method = "PUT"
		}
		for _, test := range []struct {
			ifMatch string
			status  int
			kind    string
		}{
			{"", 428, "aanspreekpunt:preconditionRequired"},
			{"*", 428, "aanspreekpunt:preconditionRequired"},
			{tag("0"), 412, "aanspreekpunt:preconditionFailed"},
			{tag("2"), 412, "aanspreekpunt:preconditionFailed"},
			{`"other"`, 412, "aanspreekpunt:preconditionFailed"},
			{`1`, 400, "belgif:badRequest"},
		} {
			w := s.ask(police, method, path, good, "If-Match", test.ifMatch)
			p := problemOf(t, w)
			if p.Status != test.status || p.Type != "urn:problem-type:"+test.kind {
				t.Errorf("%s with If-Match %s: %d %s", path, test.ifMatch, p.Status, p.Type)
			}
			if p.Status == 412 {
				current := must(gateway.JSON(p.Current))
				var got, want any
				if json.Unmarshal(current, &got) != nil || json.Unmarshal([]byte(body), &want) != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("%s: the current state is %s", path, current)
				}
				if w.Header().Get("ETag") != gateway.ETag(1, []byte(body)) || w.Header().Get("Cache-Control") != "private, no-store" {
					t.Errorf("%s: 412 with %v", path, w.Header())
				}
			}
		}
	}
	if v := s.stored(t, "5910").Version; v != 1 {
		t.Errorf("version %d", v)
	}
}

func TestZonesThatAreNot(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	for _, test := range []struct {
		person         claims
		method, target string
		status         int
		says           string
	}{
		{admin, "PUT", "/api/v1/zones/5392", 404, "zone 5910"},
		{police, "PUT", "/api/v1/zones/5392", 404, "zone 5910"},
		{former, "POST", "/api/v1/zones/5392/confirmations", 404, "zone 5910"},
		{school, "PUT", "/api/v1/zones/5392", 403, ""},
		{admin, "PUT", "/api/v1/zones/0000", 404, "No police zone"},
		{police, "POST", "/api/v1/zones/0000/restorations", 404, "No police zone"},
		{admin, "PUT", "/api/v1/zones/x", 404, "No police zone"},
		{admin, "GET", "/api/v1/zones/5910/revisions/0", 404, ""},
		{admin, "GET", "/api/v1/zones/5910/revisions/01", 404, ""},
		{admin, "GET", "/api/v1/zones/5910/revisions/-1", 404, ""},
		{admin, "GET", "/api/v1/zones/5910/revisions/99999999999999999999", 404, ""},
		{admin, "GET", "/api/v1/zones/5910/revisions/2147483647", 404, ""},
		{admin, "GET", "/api/v1/zones/5910/revisions/1", 404, "no such version"},
		{admin, "GET", "/api/v1/zones/5910/revisions?page=0", 400, ""},
		{admin, "GET", "/api/v1/zones/5910/revisions?x=1", 400, ""},
		{admin, "GET", "/api/v1/zones/5910/schools?pageSize=201", 400, ""},
		{admin, "PUT", "/api/v1/zones/5910?assured=true", 400, ""},
	} {
		p := problemOf(t, s.ask(test.person, test.method, test.target, `{}`, "If-Match", tag("0")))
		if p.Status != test.status || !strings.Contains(p.Detail, test.says) {
			t.Errorf("%s %s of %v: %d %s", test.method, test.target, test.person["sub"], p.Status, p.Detail)
		}
	}
	for target, want := range map[string]string{
		"/api/v1/zones/5392/revisions":         "https://aanspreekpunt.example/api/v1/zones/5910/revisions",
		"/api/v1/zones/5392/revisions/3":       "https://aanspreekpunt.example/api/v1/zones/5910/revisions/3",
		"/api/v1/zones/5392/schools?page=2":    "https://aanspreekpunt.example/api/v1/zones/5910/schools?page=2",
		"/api/v1/zones/5392/revisions?%3C=%22": "https://aanspreekpunt.example/api/v1/zones/5910/revisions?%3C=%22",
	} {
		if w := s.ask(police, "GET", target, ""); w.Code != 301 || w.Header().Get("Location") != want {
			t.Errorf("%s: %d to %s", target, w.Code, w.Header().Get("Location"))
		}
	}
}

func TestRestoring(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	p := s.seed(t)
	path := zone5910 + "/restorations"
	for body, want := range map[string]string{
		``:                          "schemaViolation ",
		`[]`:                        "schemaViolation ",
		`{}`:                        "schemaViolation version",
		`{"version":0}`:             "schemaViolation version",
		`{"version":-1}`:            "schemaViolation version",
		`{"version":"1"}`:           "schemaViolation version",
		`{"version":1.5}`:           "schemaViolation version",
		`{"version":9}`:             "referencedResourceNotFound version",
		`{"version":1,"assured":1}`: "unknownInput assured",
	} {
		if got := issuesOf(t, s.ask(police, "POST", path, body, "If-Match", tag("1"))); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
	if got := s.ask(police, "POST", path, `{"version":1,"note":"Bel 016 66 55 11"}`, "If-Match", tag("1")); got.Code != 409 || !strings.Contains(got.Body.String(), `"rule":"phoneInText"`) {
		t.Errorf("a number in the note: %d %s", got.Code, got.Body)
	}

	// Everything becomes for schools alone; then the first version comes back and shows nobody more.
	zone := p.Input()
	for i := range zone.ContactPoints {
		c := &zone.ContactPoints[i]
		c.NameVisibility, c.AvailabilityPublic, c.OpeningHoursPublic, c.AbsencePublic = directory.VisibleSchools, false, false, false
		for j := range c.Phones {
			c.Phones[j].Visibility = directory.VisibleSchools
		}
		for j := range c.Emails {
			c.Emails[j].Visibility = directory.VisibleSchools
		}
	}
	if w := s.ask(police, "PUT", zone5910, string(must(json.Marshal(zone))), "If-Match", tag("1")); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := s.ask(police, "POST", path, `{"version":1}`, "If-Match", tag("2")); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for _, c := range s.stored(t, "5910").ContactPoints {
		for _, phone := range c.Phones {
			if phone.Visibility != directory.VisibleSchools && phone.Number != p.Phone {
				t.Errorf("%s: the restored number %s is public again", c.ID, phone.Number)
			}
		}
	}

	// 400 days later the personal values are gone, and what is left cannot make them up.
	s.now = today.AddDate(0, 0, directory.PersonalDays+1)
	var old directory.Revision
	later := police.With(claims{"exp": s.now.Add(1e9 * 3600).Unix()})
	decodeAnswer(t, s.ask(later, "GET", zone5910+"/revisions/1", ""), &old)
	if !old.Forgotten || old.Name != "" || old.Profile.ContactPoints[0].Name != "" {
		t.Errorf("after 400 days: %+v", old)
	}
}

// issuesOf names what an answer finds wrong, "invalidInput phone".
func issuesOf(t testing.TB, w interface{ Result() *http.Response }) string {
	t.Helper()
	var p gateway.Problem
	if err := json.NewDecoder(w.Result().Body).Decode(&p); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, i := range p.Issues {
		all = append(all, i.Type[strings.LastIndexByte(i.Type, ':')+1:]+" "+i.Name)
	}
	return strings.Join(all, ", ")
}

func TestLists(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.seed(t)
	for version := 1; version < 7; version++ {
		if w := s.ask(police, "POST", zone5910+"/confirmations", `{}`, "If-Match", tag(fmt.Sprint(version))); w.Code != 200 {
			t.Fatal(w.Body)
		}
	}
	type list struct {
		Self, First, Prev, Next, Last string
		Total, Page, PageSize         int
		Items                         []struct {
			Href, Zone, Kind, InstitutionNumber, Name string
			Version                                   int
			Profile                                   any
			Locations                                 []struct{ Municipality struct{ NIS int } }
		}
	}
	for page, want := range map[int]string{1: "[7 6 5]", 2: "[4 3 2]", 3: "[1]", 4: "[]", 1000000000: "[]"} {
		var l list
		decodeAnswer(t, s.ask(police, "GET", fmt.Sprintf("%s/revisions?page=%d&pageSize=3", zone5910, page), ""), &l)
		versions := []int{}
		for _, item := range l.Items {
			versions = append(versions, item.Version)
			if item.Profile != nil || item.Zone != "5910" || item.Href != fmt.Sprintf("https://aanspreekpunt.example/api/v1/zones/5910/revisions/%d", item.Version) {
				t.Errorf("page %d: %+v", page, item)
			}
		}
		if fmt.Sprint(versions) != want || l.Total != 7 || l.Items == nil || (l.Next == "") != (page >= 3) || (l.Prev == "") != (page == 1) || !strings.HasSuffix(l.Last, "page=3&pageSize=3") {
			t.Errorf("page %d: %v, want %s; %+v", page, versions, want, l)
		}
	}

	var schools list
	decodeAnswer(t, s.ask(police, "GET", zone5910+"/schools?pageSize=200", ""), &schools)
	zone, _ := demonstrationFacts().Zone("5910")
	if schools.Total == 0 || schools.Total != len(schools.Items) {
		t.Fatalf("%d schools of %d", len(schools.Items), schools.Total)
	}
	before := ""
	for _, item := range schools.Items {
		if len(item.Locations) == 0 || strings.ToLower(item.Name) < before {
			t.Errorf("%s after %s with %d locations", item.Name, before, len(item.Locations))
		}
		for _, l := range item.Locations {
			if !strings.Contains(fmt.Sprint(zone.Municipalities), fmt.Sprint(l.Municipality.NIS)) {
				t.Errorf("%s: a location in %d", item.Name, l.Municipality.NIS)
			}
		}
		before = strings.ToLower(item.Name)
	}
	var second list
	decodeAnswer(t, s.ask(police, "GET", zone5910+"/schools?pageSize=1&page=2", ""), &second)
	if len(second.Items) != 1 || second.Items[0].InstitutionNumber != schools.Items[1].InstitutionNumber {
		t.Errorf("second page: %+v", second.Items)
	}
}
