package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/identity"
)

// visit asks for a page as a browser with somebody's session; a form is posted.
func (s *system) visit(person claims, target string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	method, body := "GET", ""
	if form != nil {
		method, body = "POST", form.Encode()
	}
	if person != nil {
		headers = append(headers, "Cookie", identity.CookieName+"="+person.ID().Token())
	}
	return s.ask(nil, method, target, body, append([]string{"Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin"}, headers...)...)
}

const (
	melden     = "/zones/5910/melden"
	meldingen  = "/beheer/zones/5910/meldingen"
	disclaimer = `Alleen voor foute contactgegevens. Dit is geen aangifte en geen noodoproep: bel <a href="tel:101">101</a>. Schrijf geen namen van leerlingen.`
)

func TestReportingAnErrorOnThePage(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	school := string(demonstration.TienenSchool)
	form := s.visit(nil, melden+"?school="+school, nil)
	page := form.Body.String()
	if form.Code != 200 || !strings.Contains(page, disclaimer) || !strings.Contains(page, `name="school" value="`+school+`"`) || !strings.Contains(page, "Voorbeeldgegevens") {
		t.Fatalf("%d %s", form.Code, page)
	}
	for _, kind := range directory.ReportKinds() {
		if !strings.Contains(page, `value="`+string(kind)+`"`) || !strings.Contains(page, ">"+kind.Label()+"</label>") {
			t.Errorf("the form does not offer %s", kind)
		}
	}
	key := regexp.MustCompile(`name="sleutel" value="(\w{26})"`).FindStringSubmatch(page)
	if key == nil || form.Header().Get("Cache-Control") != "private, no-store" {
		t.Fatal("the form has no key of its own, or may be kept")
	}
	filled := url.Values{"kind": {"personLeft"}, "text": {"Is <b>weg</b>"}, "replyTo": {"a@school.example"}, "school": {school}, "sleutel": {key[1]}}
	for range 2 { // somebody pressed twice
		sent := s.visit(nil, melden, filled)
		if to := sent.Header().Get("Location"); sent.Code != 303 || to != "https://aanspreekpunt.example"+melden+"?school="+school+"&verstuurd=1" {
			t.Fatalf("%d to %s: %s", sent.Code, to, sent.Body)
		}
	}
	filled.Set("text", "Is écht weg") // went back, and wrote something else
	if sent := s.visit(nil, melden, filled); sent.Code != 303 {
		t.Fatalf("%d %s", sent.Code, sent.Body)
	}
	thanks := s.visit(nil, melden+"?school="+school+"&verstuurd=1", nil).Body.String()
	if !strings.Contains(thanks, "Bedankt voor je melding") || !strings.Contains(thanks, `href="/scholen/`+school+`"`) || strings.Contains(thanks, "<form method") {
		t.Errorf("thanked with %s", thanks)
	}
	l := s.reports(t, "")
	if l.Total == 2 && l.Items[0].Text != "Is <b>weg</b>" { // they came at the same moment
		l.Items[0], l.Items[1] = l.Items[1], l.Items[0]
	}
	if l.Total != 2 || l.Items[0].Text != "Is <b>weg</b>" || l.Items[1].Text != "Is écht weg" || l.Items[0].InstitutionNumber != school || l.Items[0].ReplyTo != "a@school.example" {
		t.Errorf("stored %+v", l)
	}
}

func TestTheReportFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	typed := url.Values{"text": {`"><script>x</script> 0470 12 34 56`}, "replyTo": {`"><script>y`}, "school": {`"><script>z`}, "sleutel": {`"><script>k`}}
	refused := s.visit(nil, melden, typed)
	page := refused.Body.String()
	if refused.Code != 400 || !strings.Contains(page, "<title>3 fouten · Fout in deze gegevens melden") || strings.Contains(page, "<script>") {
		t.Fatalf("%d %s", refused.Code, page)
	}
	for _, want := range []string{`href="#kind-0"`, `href="#text"`, `href="#replyTo"`, `id="text-error"`, `id="replyTo-error"`, `id="kind-error"`, "&lt;script&gt;x&lt;/script&gt; 0470 12 34 56"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if again := s.visit(nil, melden, url.Values{"kind": {"wrongZone"}}); !strings.HasSuffix(again.Header().Get("Location"), melden+"?verstuurd=1") {
		t.Errorf("a form without a key: %d %s", again.Code, again.Body)
	}
	// Too many, and the store down: nothing typed is lost.
	for range reportsOfSource.Most - 1 {
		s.visit(nil, melden, url.Values{"kind": {"wrongZone"}})
	}
	full := s.visit(nil, melden, url.Values{"kind": {"other"}, "text": {"Mijn tekst"}})
	if full.Code != 429 || full.Header().Get("Retry-After") != "3600" || !strings.Contains(full.Body.String(), "Mijn tekst") || !strings.Contains(full.Body.String(), "te veel meldingen") {
		t.Errorf("%d %v %s", full.Code, full.Header(), full.Body)
	}
	s.service.store = &brokenStore{Store: s.store}
	down := s.visit(nil, melden, url.Values{"kind": {"other"}, "text": {"Mijn tekst"}})
	if down.Code != 503 || !strings.Contains(down.Body.String(), "Mijn tekst") || !strings.Contains(down.Body.String(), "Je tekst staat er nog") {
		t.Errorf("%d %s", down.Code, down.Body)
	}
	if strings.Contains(s.log.String(), "Mijn tekst") {
		t.Error("the log has what was typed")
	}
}

func TestWhereReportsAreNotTaken(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	good := url.Values{"kind": {"wrongZone"}}
	for name, c := range map[string]struct {
		target  string
		form    url.Values
		headers []string
		status  int
		to      string
	}{
		"an unknown zone":                       {"/zones/0000/melden", nil, nil, 404, ""},
		"a former zone":                         {"/zones/5392/melden?school=990001", nil, nil, 301, melden + "?school=990001"},
		"a form to a former zone":               {"/zones/5392/melden", good, nil, 404, ""},
		"from another site":                     {melden, good, []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403, ""},
		"a form too large":                      {melden, url.Values{"text": {strings.Repeat("é", 8000)}}, nil, 413, ""},
		"the police's page, seen by a visitor":  {meldingen, nil, nil, 303, "/aanmelden?terug=%2Fbeheer%2Fzones%2F5910%2Fmeldingen"},
		"a closing from another site":           {meldingen, url.Values{"answer": {"x"}}, []string{"Sec-Fetch-Site", "cross-site"}, 403, ""},
		"the police's page of a zone not there": {"/beheer/zones/5392/meldingen", nil, []string{"Cookie", identity.CookieName + "=" + police.ID().Token()}, 301, meldingen},
	} {
		w := s.visit(nil, c.target, c.form, c.headers...)
		if w.Code != c.status || !strings.HasSuffix(w.Header().Get("Location"), c.to) {
			t.Errorf("%s: %d to %q", name, w.Code, w.Header().Get("Location"))
		}
	}
	// A school that is not in this zone is left out; the report is taken.
	for _, school := range []string{"999999", "x"} {
		if w := s.visit(nil, melden, url.Values{"kind": {"wrongZone"}, "school": {school}}); w.Code != 303 {
			t.Errorf("school %s: %d", school, w.Code)
		}
	}
	if l := s.reports(t, ""); l.Total != 2 || l.Items[0].InstitutionNumber != "" {
		t.Errorf("stored %+v", l)
	}
}

func TestPoliceAnswerAndClose(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	first, _ := s.report(t, `{"kind":"other","text":"<b>Kanarie</b>","replyTo":"kanarie@school.example","institutionNumber":"`+string(demonstration.TienenSchool)+`"}`)
	s.now = today.Add(time.Minute)
	second, _ := s.report(t, `{"kind":"deadNumber"}`)

	page := s.visit(police, meldingen, nil)
	text := page.Body.String()
	if page.Code != 200 || page.Header().Get("Cache-Control") != "private, no-store" || !strings.Contains(text, "Er staan 2 meldingen open.") ||
		!strings.Contains(text, "“&lt;b&gt;Kanarie&lt;/b&gt;”") || !strings.Contains(text, `href="mailto:kanarie@school.example"`) || strings.Index(text, first) > strings.Index(text, second) {
		t.Fatalf("%d %s", page.Code, text)
	}

	for name, person := range map[string]claims{"a school of the zone": school, "a CLB": clb, "other police": others, "no right": nobody, "police of a former zone": former} {
		for _, form := range []url.Values{nil, {"melding": {first}, "answer": {"x"}}} {
			if w := s.visit(person, meldingen, form); w.Code != 403 || strings.Contains(w.Body.String(), "Kanarie") {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
		}
	}
	bearer := s.ask(police, "GET", meldingen, "") // a token opens no page
	if bearer.Code != 303 || strings.Contains(bearer.Body.String(), "Kanarie") {
		t.Errorf("with a token: %d", bearer.Code)
	}
	ended := s.visit(police.With(claims{"exp": today.Add(-time.Hour).Unix()}), meldingen, url.Values{"melding": {first}, "answer": {"Lang <antwoord>"}})
	if ended.Code != 401 || !strings.Contains(ended.Body.String(), "Je bent afgemeld. Meld je aan in een nieuw tabblad en kom hier terug: je tekst staat er nog.") ||
		!strings.Contains(ended.Body.String(), "Lang &lt;antwoord&gt;") || !strings.Contains(ended.Body.String(), `value="`+first+`"`) || strings.Contains(ended.Body.String(), "Kanarie") {
		t.Errorf("after the session ended: %d %s", ended.Code, ended.Body)
	}

	empty := s.visit(police, meldingen, url.Values{"melding": {second}, "answer": {" "}})
	if empty.Code != 400 || !strings.Contains(empty.Body.String(), "<title>1 fout · Meldingen") || !strings.Contains(empty.Body.String(), `id="error-`+second+`"`) || strings.Contains(empty.Body.String(), `id="error-`+first+`"`) {
		t.Errorf("no answer: %d %s", empty.Code, empty.Body)
	}
	number := s.visit(police, meldingen, url.Values{"melding": {second}, "answer": {"Nu 016 66 55 11"}})
	if number.Code != 400 || !strings.Contains(number.Body.String(), ">Nu 016 66 55 11</textarea>") {
		t.Errorf("a number in the answer: %d %s", number.Code, number.Body)
	}
	closed := s.visit(police, meldingen, url.Values{"melding": {first}, "answer": {"Ingevuld"}})
	if closed.Code != 303 || !strings.HasSuffix(closed.Header().Get("Location"), meldingen+"?gesloten=1") {
		t.Fatalf("%d %s", closed.Code, closed.Body)
	}
	text = s.visit(admin, meldingen+"?gesloten=1", nil).Body.String()
	if !strings.Contains(text, "De melding is beantwoord en afgesloten.") || !strings.Contains(text, "Er staat 1 melding open.") || !strings.Contains(text, "Wat ermee gebeurde: Ingevuld") {
		t.Errorf("afterwards: %s", text)
	}
	twice := s.visit(police, meldingen, url.Values{"melding": {first}, "answer": {"Te laat"}})
	if twice.Code != 409 || !strings.Contains(twice.Body.String(), "Iemand anders sloot deze melding intussen af. Je antwoord is niet bewaard: “Te laat”") {
		t.Errorf("closed twice: %d %s", twice.Code, twice.Body)
	}
	for _, id := range []string{"", "x", strings.Repeat("a", 26), first + "#"} {
		if w := s.visit(police, meldingen, url.Values{"melding": {id}, "answer": {"Voor niets"}}); w.Code != 404 || !strings.Contains(w.Body.String(), "Voor niets") {
			t.Errorf("no report %q: %d %s", id, w.Code, w.Body)
		}
	}
	if logged := strings.ToLower(s.log.String()); strings.Contains(logged, "kanarie") || strings.Contains(logged, "ingevuld") {
		t.Errorf("the log tells of a report: %s", logged)
	}
}

func TestManyReportsOnPages(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	var last string
	for i := range 2*reportsPerPage + 1 {
		last = "aaaaaaaaaaaaaaaaaaaaaa" + strconv.Itoa(100+i)
		r := directory.NewReport(last, "5910", directory.ReportInput{Kind: directory.ReportDeadNumber}, today.Add(time.Duration(i)*time.Second))
		if err := s.store.SaveReport(t.Context(), r, nil); err != nil {
			t.Fatal(err)
		}
	}
	for query, want := range map[string]string{"": "Bladzijde 1 van 3", "?page=3": "Bladzijde 3 van 3", "?page=99": "Bladzijde 3 van 3", "?page=-1": "Bladzijde 1 van 3", "?page=x": "Bladzijde 1 van 3"} {
		if text := s.visit(police, meldingen+query, nil).Body.String(); !strings.Contains(text, want) || strings.Contains(text, last) != strings.Contains(want, "3 van") {
			t.Errorf("%s: want %s", query, want)
		}
	}
	if text := s.visit(police, meldingen, url.Values{"melding": {last}, "answer": {""}}).Body.String(); !strings.Contains(text, "Bladzijde 3 van 3") || !strings.Contains(text, `id="error-`+last) {
		t.Error("a refused answer does not lead to its report")
	}
}

func TestReportsWords(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "", 1: "Er staat 1 melding open.", 2: "Er staan 2 meldingen open."} {
		if got := reportsWords(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestOpenReportsAreCounted(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	z, _ := demonstrationFacts().Zone("5910")
	count := func() int {
		t.Helper()
		n, err := s.service.openReports(t.Context(), zone{ZoneFacts: z, at: s.now})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := count(); n != 0 {
		t.Errorf("%d at first", n)
	}
	id, _ := s.report(t, `{"kind":"deadNumber"}`)
	s.report(t, `{"kind":"wrongZone"}`)
	if n := count(); n != 2 {
		t.Errorf("%d, want 2", n)
	}
	if w := s.ask(police, http.MethodPost, reports5910+"/"+id+"/closures", `{"answer":"Aangepast."}`); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if n := count(); n != 1 {
		t.Errorf("%d, want 1", n)
	}
	s.service.store = &brokenStore{Store: s.store}
	if _, err := s.service.openReports(t.Context(), zone{ZoneFacts: z, at: s.now}); err == nil {
		t.Error("counted without the store")
	}
}

// TestOpenReportsStandBesideTheZone: in the list of one's zones, in the administrators', and on the zone's own page,
// whether or not the zone ever saved anything.
func TestOpenReportsStandBesideTheZone(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	const said = "Er staan 2 meldingen open."
	targets := map[string]claims{"/beheer": police, "/beheer/zones/5910": police}
	for page := range 5 { // of the administrators' list: the zone is on one of them
		targets["/beheer/zones?page="+strconv.Itoa(page+1)] = admin
	}
	look := func(want int) {
		t.Helper()
		n := 0
		for target, person := range targets {
			w := s.visit(person, target, nil)
			if w.Code != 200 {
				t.Fatalf("%s: %d", target, w.Code)
			}
			if strings.Contains(w.Body.String(), `href="`+meldingen+`">`+said) {
				n++
			}
		}
		if n != want {
			t.Errorf("it stands on %d pages, want %d", n, want)
		}
	}
	look(0)
	s.report(t, `{"kind":"deadNumber"}`)
	s.report(t, `{"kind":"wrongZone"}`)
	look(3)
	s.seed(t)
	look(3)
}
