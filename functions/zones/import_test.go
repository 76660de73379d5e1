package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/filling"
)

// shelf stands for functions/refdata, which has tests of its own: it keeps files, reads CSV and reckons territory
// changes.
type shelf struct {
	sync.Mutex
	files map[string][]byte
	store *dynamo.Store
}

func (s *shelf) collect(ctx context.Context, e collect) (collected, error) {
	s.Lock()
	defer s.Unlock()
	data := e.File
	if strings.HasSuffix(e.Action, "Territory") {
		return s.territory(ctx, e)
	}
	switch {
	case e.Action == "templateContactPoints":
		return collected{File: []byte("PK")}, nil
	case e.Action == "forgetContactPoints":
		delete(s.files, e.ID)
		return collected{}, nil
	case len(data) > 0 && e.ID != "":
		s.files[e.ID] = data
	case len(data) == 0:
		data = s.files[e.ID]
	}
	if len(data) == 0 {
		return collected{Refused: "Dit bestand bewaren we niet meer."}, nil
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord = ';', -1
	lines, err := r.ReadAll()
	var table filling.Table
	for i, cells := range lines {
		table.Lines = append(table.Lines, filling.Line{Number: i + 1, Cells: cells})
	}
	return collected{Table: &table}, err
}

// visitImport is an administrator's browser: a file, or a form.
func (s *system) visitImport(person claims, file string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/beheer/invoer", nil)
	if file != "" {
		var body bytes.Buffer
		parts := multipart.NewWriter(&body)
		part, _ := parts.CreateFormFile("bestand", "lijst.csv")
		_, _ = part.Write([]byte(file))
		_ = parts.Close()
		r = httptest.NewRequest(http.MethodPost, "/beheer/invoer", &body)
		r.Header.Set("Content-Type", parts.FormDataContentType())
	} else if form != nil {
		r = httptest.NewRequest(http.MethodPost, "/beheer/invoer", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Cookie", "__Host-sessie="+person.ID().Token())
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// severalZones fills in 5344, which nobody saved, and changes 5910, whose police did; and has three lines that are wrong.
const severalZones = "Functie;Zonecode;Telefoon;Naam\nOnthaal;5344;25550001;\nJeugd;5910;016 55 50 02;<script>alert(1)</script>\n" +
	"Fout;5344;016 55 50 01 / 016 55 50 02;\nOud;5392;;\nNergens;9999;;\n"

func TestAFileFillsInManyZones(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	before := s.seed(t)
	if w := s.visitImport(admin, "", nil); w.Code != 200 || !strings.Contains(w.Body.String(), "Zonecode, Politiezone, Functie") {
		t.Fatalf("the page: %d", w.Code)
	}
	w := s.visitImport(admin, severalZones, nil)
	page := w.Body.String()
	for _, want := range []string{
		"Rij 4, Telefoon: twee nummers. Zet het tweede in &#39;Telefoon 2&#39;.", "Rij 5, Zonecode: deze politiezone bestaat niet meer. Haar gemeenten horen nu bij 5910 (Getevallei).",
		"Rij 6, Zonecode: er is geen politiezone met deze code.", `value="5344:0" checked`, `value="5910:1">`, "Alleen de juiste rijen inlezen", "&lt;script&gt;",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the preview lacks %q", want)
		}
	}
	if w.Code != 200 || strings.Contains(page, "Alles inlezen") || strings.Contains(page, "<script>alert") || s.stored(t, "5910").Version != before.Version {
		t.Fatalf("preview: %d", w.Code)
	}
	id := regexp.MustCompile(`name="bestand" value="([A-Z2-7]{26})"`).FindStringSubmatch(page)[1]

	// All of it, which is not offered, changes nothing; nor does a zone that was not ticked.
	if w := s.visitImport(admin, "", url.Values{"bestand": {id}, "wat": {"alles"}, "zone": {"5344:0", "5910:1"}}); w.Code != 409 || s.stored(t, "5910").Version != before.Version {
		t.Errorf("as a whole: %d", w.Code)
	}
	// Without a tick there is nothing to do, and the file is still there.
	if w := s.visitImport(admin, "", url.Values{"bestand": {id}, "wat": {"juiste"}}); w.Code != 400 || !strings.Contains(w.Body.String(), "Vink minstens één politiezone aan.") || !strings.Contains(w.Body.String(), `href="#zone-5344"`) {
		t.Errorf("nothing ticked: %d %s", w.Code, w.Body)
	}
	w = s.visitImport(admin, "", url.Values{"bestand": {id}, "wat": {"juiste"}, "zone": {"5344:0"}})
	if w.Code != 200 || !strings.Contains(w.Body.String(), "Ingelezen voor 1 politiezone.") || s.stored(t, "5910").Version != before.Version {
		t.Fatalf("applied: %d %s", w.Code, w.Body)
	}
	got := s.stored(t, "5344")
	if got.Version != 1 || got.AssuredAt != nil || len(got.ContactPoints) != 1 || !got.ContactPoints[0].Primary ||
		got.ContactPoints[0].Phones[0] != (directory.Phone{Number: "+3225550001", Visibility: directory.VisibleSchools}) {
		t.Errorf("5344 is %+v", got)
	}
	history, _, err := s.store.Revisions(t.Context(), "5344", 0, 5, today)
	if err != nil || len(history) != 1 || history[0].Kind != directory.RevisionImported || history[0].Note != importNote {
		t.Errorf("history: %v %+v", err, history)
	}
	if w := s.visitImport(admin, "", url.Values{"bestand": {id}, "wat": {"juiste"}, "zone": {"5910:1"}}); w.Code != 400 || !strings.Contains(w.Body.String(), "bewaren we niet meer") {
		t.Errorf("applied again: %d", w.Code)
	}

	// Ticked, the zone of its own police changes; from an older version it does not.
	const file = "Zonecode;Functie;Telefoon\n5910;Jeugd;016 55 50 02\n"
	for _, test := range []struct{ value, want string }{{"5910:0", "iemand paste ze intussen aan"}, {"5910:1", "</a>: ingelezen"}} {
		id := regexp.MustCompile(`[A-Z2-7]{26}`).FindString(s.visitImport(admin, file, nil).Body.String())
		if w := s.visitImport(admin, "", url.Values{"bestand": {id}, "wat": {"alles"}, "zone": {test.value}}); !strings.Contains(w.Body.String(), test.want) {
			t.Errorf("%s: %s", test.value, w.Body)
		}
	}
	after := s.stored(t, "5910")
	if after.Version != before.Version+1 || len(after.ContactPoints) != len(before.ContactPoints)+1 || !after.AssuredAt.Equal(*before.AssuredAt) {
		t.Errorf("5910 is %+v", after)
	}
	// What was imported only may be imported again without asking; the same once more changes nothing.
	if page := s.visitImport(admin, "Zonecode;Functie;Telefoon\n5344;Onthaal;02 555 00 09\n", nil).Body.String(); !strings.Contains(page, `value="5344:1" checked`) {
		t.Error("a zone that was only imported is off")
	}
}

func TestImportOverTheAPI(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.seed(t)
	send := func(query, body string, headers ...string) (*httptest.ResponseRecorder, struct {
		Zones []struct {
			Code, Outcome string
			Version       int
		}
		Problems []filling.Problem
	}) {
		w := s.ask(admin, "POST", "/api/v1/imports"+query, body, append([]string{"Content-Type", "text/csv"}, headers...)...)
		var told struct {
			Zones []struct {
				Code, Outcome string
				Version       int
			}
			Problems []filling.Problem
		}
		_ = json.Unmarshal(w.Body.Bytes(), &told)
		return w, told
	}
	if w, told := send("", severalZones); w.Code != 200 || len(told.Problems) != 3 || told.Zones[0].Outcome != "checkOnly" {
		t.Errorf("checked: %d %s", w.Code, w.Body)
	}
	if w, told := send("?apply=whole", severalZones); told.Zones[0].Outcome != "checkOnly" {
		t.Errorf("a file with problems as a whole: %d %s", w.Code, w.Body)
	}
	if strings.Contains(s.log.String(), "script") {
		t.Error("the log holds values of the file")
	}
	first, told := send("?apply=rightLines", severalZones, "Idempotency-Key", "one")
	if told.Zones[0].Outcome != "saved" || told.Zones[0].Version != 1 || told.Zones[1].Outcome != "skipped" {
		t.Fatalf("applied: %s", first.Body)
	}
	if again, _ := send("?apply=rightLines", severalZones, "Idempotency-Key", "one"); again.Body.String() != first.Body.String() {
		t.Errorf("repeated: %s\nfirst: %s", again.Body, first.Body)
	}
	if w, _ := send("?apply=rightLines&include=5910", severalZones, "Idempotency-Key", "one"); w.Code != 422 {
		t.Errorf("another request with the key: %d", w.Code)
	}
	if _, told := send("?apply=rightLines&include=5910", severalZones); told.Zones[0].Outcome != "unchanged" || told.Zones[1].Outcome != "saved" {
		t.Errorf("included: %+v", told.Zones)
	}
	for name, test := range map[string]struct {
		query, body, media string
		want               int
	}{
		"huge":         {"", strings.Repeat("a", filling.MaxFile+1), "text/csv", 413},
		"JSON":         {"", "{}", "application/json", 415},
		"no header":    {"", "5910;Onthaal\n", "text/csv", 400},
		"nothing":      {"", "", "text/csv", 400},
		"unknown word": {"?apply=all", severalZones, "text/csv", 400},
	} {
		if w := s.ask(admin, "POST", "/api/v1/imports"+test.query, test.body, "Content-Type", test.media); w.Code != test.want {
			t.Errorf("%s: %d, want %d", name, w.Code, test.want)
		}
	}
}

func TestOnlyAdministratorsImport(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	for name, person := range map[string]claims{"police": access("police", "5910", ""), "school": access("school", "", "990001")} {
		if w := s.ask(person, "POST", "/api/v1/imports?apply=rightLines", severalZones, "Content-Type", "text/csv"); w.Code != 403 {
			t.Errorf("%s over the API: %d", name, w.Code)
		}
		if w := s.visitImport(person, severalZones, nil); w.Code != 403 {
			t.Errorf("%s on the page: %d", name, w.Code)
		}
	}
	if w := s.ask(nil, "POST", "/api/v1/imports", severalZones, "Content-Type", "text/csv"); w.Code != 401 {
		t.Errorf("nobody: %d", w.Code)
	}
	if n := len(s.service.collector.(*shelf).files); n != 0 {
		t.Errorf("%d files are kept", n)
	}
}
