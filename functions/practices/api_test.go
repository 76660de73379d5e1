package main

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/gateway"
)

// TestAPracticeFromDraftToWithdrawn goes the whole way by the API.
func TestAPracticeFromDraftToWithdrawn(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	total := func(query string) int {
		t.Helper()
		return read[struct{ Total int }](t, s.ask(nil, "GET", apiPath+query, "")).Total
	}
	w := s.ask(police, "POST", apiPath, text("status", nil))
	made := read[answer](t, w)
	if w.Code != 201 || made.Status != "draft" || made.Version != 1 || made.Slug != "samen-tegen-spijbelen" || made.PublishedVersion != 0 ||
		w.Header().Get("Location") != "https://aanspreekpunt.example/api/v1/practices/samen-tegen-spijbelen" {
		t.Fatalf("created: %d %s", w.Code, w.Body)
	}
	one := apiPath + "/" + made.Slug
	if total("") != 0 || s.ask(nil, "GET", one, "").Code != 404 {
		t.Error("a draft is shown to everybody")
	}
	seen := s.ask(police, "GET", one, "")
	if seen.Code != 200 || seen.Header().Get("ETag") != w.Header().Get("ETag") || seen.Header().Get("Cache-Control") != "private, no-store" {
		t.Errorf("its police see %d, ETag %s and not %s", seen.Code, seen.Header().Get("ETag"), w.Header().Get("ETag"))
	}
	// What GET gives can be sent back unchanged; here with another status.
	body := strings.Replace(seen.Body.String(), `"status":"draft"`, `"status":"published"`, 1)
	published := s.ask(police, "PUT", one, body, "If-Match", seen.Header().Get("ETag"))
	if published.Code != 200 || read[answer](t, published).PublishedVersion != 2 {
		t.Fatalf("published: %d %s", published.Code, published.Body)
	}
	public := s.ask(nil, "GET", one, "")
	if a := read[answer](t, public); public.Code != 200 || a.HTML != "<h2>Zo gaat het</h2>\n<p>Met <strong>één</strong> formulier.</p>" || a.Version != 2 || a.Zone != "5910" || a.PublishedVersion != 0 ||
		!strings.HasPrefix(public.Header().Get("ETag"), `"2-`) || public.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("everybody sees %d %s, %v", public.Code, public.Body, public.Header())
	}
	for query, want := range map[string]int{"": 1, "?theme=truancy": 1, "?theme=drugs": 0, "?level=basic": 1, "?level=secondary": 0, "?zone=5910": 1, "?zone=5392": 1, "?zone=5341": 0,
		"?zone=9999": 0, "?q=formulier+tienen": 1, "?q=spijbelaars": 1, "?q=brand": 0, "?theme=truancy&level=basic&zone=5910&q=samen": 1,
		"?theme=drugs&theme=truancy": 1, "?theme=drugs&theme=theft": 0, "?level=secondary&level=basic": 1, "?zone=5341&zone=5392": 1, "?theme=drugs&theme=truancy&zone=5341": 0} {
		if got := total(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	for _, query := range []string{"?theme=spijbelen", "?level=x", "?zone=1", "?pageSize=201", "?x=1", "?theme=truancy&theme=x", "?q=a&q=b", "?page=1&page=1"} {
		if w := s.ask(nil, "GET", apiPath+query, ""); w.Code != 400 {
			t.Errorf("%s: %d", query, w.Code)
		}
	}
	// A draft of what is published leaves it as it is, to everybody.
	drafted := s.ask(police, "PUT", one, text("status", "draft", "title", "Nog niet af"), "If-Match", published.Header().Get("ETag"))
	if a := read[answer](t, drafted); drafted.Code != 200 || a.Status != "draft" || a.PublishedVersion != 2 || a.Slug != made.Slug {
		t.Errorf("a draft: %d %s", drafted.Code, drafted.Body)
	}
	if a := read[answer](t, s.ask(nil, "GET", one, "")); a.Title != "Samen tegen spijbelen" || a.Status != "published" {
		t.Errorf("everybody sees the draft: %+v", a)
	}
	if w := s.ask(police, "DELETE", one, ""); w.Code != 204 || total("") != 0 || s.ask(nil, "GET", one, "").Code != 404 {
		t.Errorf("withdrawn: %d", w.Code)
	}
	if w := s.ask(police, "DELETE", one, ""); w.Code != 204 {
		t.Errorf("withdrawn again: %d", w.Code)
	}
	history := read[struct {
		Total int
		Items []struct{ Kind, Status, Name, Slug string }
	}](t, s.ask(police, "GET", one+"/revisions", ""))
	var kinds []string
	for _, i := range history.Items {
		kinds = append(kinds, i.Kind+"/"+i.Status)
	}
	if got := strings.Join(kinds, " "); history.Total != 4 || got != "withdrawn/withdrawn saved/draft published/published saved/draft" || history.Items[0].Name != "Voorbeeld Persoon" {
		t.Errorf("history %d %s", history.Total, got)
	}
	second := s.ask(police, "GET", one+"/revisions/2", "")
	if r := read[directory.PracticeRevision](t, second); r.Text.Title != "Samen tegen spijbelen" || r.Kind != "published" {
		t.Errorf("version 2: %s", second.Body)
	}
	if w := s.ask(police, "GET", one+"/revisions/9", ""); w.Code != 404 {
		t.Errorf("version 9: %d", w.Code)
	}
}

// TestWhoMayWritePractices: every way in, for everybody who may not.
func TestWhoMayWritePractices(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	open, etag := s.create()
	hidden, _ := s.create("title", "Nog niet af", "status", "draft")
	for _, who := range visitors {
		for _, c := range []struct{ method, target, body string }{
			{"POST", apiPath, text()}, {"PUT", apiPath + "/" + open, text("title", "Gekaapt")}, {"DELETE", apiPath + "/" + open, ""},
			{"GET", apiPath + "/" + open + "/revisions", ""}, {"GET", apiPath + "/" + open + "/revisions/1", ""},
			{"PUT", apiPath + "/" + hidden, text()}, {"DELETE", apiPath + "/" + hidden, ""}, {"GET", apiPath + "/" + hidden + "/revisions", ""},
		} {
			want := 403
			switch {
			case who == nil:
				want = 401
			case strings.Contains(c.target, hidden):
				want = 404 // it is not told that there is one
			}
			if w := s.ask(who, c.method, c.target, c.body, "If-Match", etag); w.Code != want {
				t.Errorf("%v: %s %s: %d, want %d", who["sub"], c.method, c.target, w.Code, want)
			}
		}
		if w := s.ask(who, "GET", apiPath+"/"+hidden, ""); w.Code != 404 {
			t.Errorf("%v reads a draft: %d", who["sub"], w.Code)
		}
		if w := s.ask(who, "GET", apiPath+"/"+open, ""); w.Code != 200 || read[answer](t, w).PublishedVersion != 0 {
			t.Errorf("%v: %d %s", who["sub"], w.Code, w.Body)
		}
	}
}

// TestPracticesOfAZoneThatEnded: the practice stays with its successor, whose police write it.
func TestPracticesOfAZoneThatEnded(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.createFormer()
	seen := s.ask(police, "GET", apiPath+"/van-vroeger", "")
	if a := read[answer](t, seen); a.Zone != "5910" || a.FormerZone != "5392" || fmt.Sprint(a.ZoneCodes) != "[5910]" {
		t.Errorf("%s", seen.Body)
	}
	if w := s.ask(police, "PUT", apiPath+"/van-vroeger", seen.Body.String(), "If-Match", seen.Header().Get("ETag")); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := s.ask(former, "PUT", apiPath+"/van-vroeger", seen.Body.String(), "If-Match", `"2-x"`); w.Code != 403 {
		t.Errorf("a former code still writes: %d", w.Code)
	}
	if w := s.ask(police, "PUT", apiPath+"/van-vroeger", text("zone", "5341"), "If-Match", `"2-x"`); w.Code != 400 || rules(t, w) != "zone unknownValue" {
		t.Errorf("to another zone: %d %s", w.Code, w.Body)
	}
	wants(t, s.visit(nil, "/praktijken/van-vroeger"), "Politiezone Getevallei", "vroeger politiezone Tienen - Hoegaarden (5392)")
	wants(t, s.visit(nil, "/praktijken?zone=5392"), "Van vroeger", "Politiezone Getevallei")
}

func TestPracticesThatCannotBeSaved(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	for body, want := range map[string]string{
		text("title", ""):                                                "title required",
		text("title", strings.Repeat("é", 121)):                          "title tooLong",
		text("title", "Bel 016 66 55 11"):                                "title phoneInText",
		text("summary", "Mail jan@politie.example"):                      "summary emailInText",
		text("summary", ""):                                              "summary required",
		text("themes", []string{}):                                       "themes required",
		text("themes", []string{"x"}):                                    "themes[0] unknownValue",
		text("levels", []string{"basic", "basic"}):                       "levels[1] duplicate",
		text("markdown", ""):                                             "markdown required",
		text("markdown", "Bel 0470 **12** 34 56"):                        "markdown phoneInText",
		text("markdown", "<b>x</b>"):                                     "markdown noHtml",
		text("markdown", "[x](javascript:alert(1))"):                     "markdown linkLost",
		text("partners", []any{map[string]any{"kind": "x", "name": ""}}): "partners[0].kind unknownValue, partners[0].name required",
		text("slug", "Met Spaties"):                                      "slug invalidSlug",
		text("slug", "nieuw"):                                            "slug invalidSlug",
		text("slug", "a--b"):                                             "slug invalidSlug",
		text("status", "weg"):                                            "status unknownValue",
		text("status", "withdrawn"):                                      "status unknownValue",
		text("zone", "9999"):                                             "zone ",
		text("zone", "5392"):                                             "zone ",
		text("zone", nil):                                                "zone ",
		text("note", "bel 0470123456"):                                   "note phoneInText",
		text("onbekend", 1):                                              "onbekend ",
		text("title", 1):                                                 "title ",
		`{"title":"a"`:                                                   " ",
		text("title", "", "summary", "", "themes", []string{}, "markdown", ""): "title required, summary required, themes required, markdown required",
	} {
		if w := s.ask(admin, "POST", apiPath, body); w.Code != 400 || rules(t, w) != want {
			t.Errorf("%.80s: %d %s, want %s", body, w.Code, rules(t, w), want)
		}
	}
	if w := s.ask(admin, "POST", apiPath, text("markdown", strings.Repeat("a", 1<<20))); w.Code != 413 {
		t.Errorf("1 MB: %d", w.Code)
	}
	if w := s.ask(admin, "POST", apiPath, text("markdown", strings.Repeat("a", 50_000))); w.Code != 400 || rules(t, w) != "markdown tooLong" {
		t.Errorf("50 kB: %d %s", w.Code, w.Body)
	}
	if w := s.ask(admin, "POST", apiPath, text(), "Content-Type", "text/plain"); w.Code != 415 {
		t.Errorf("text/plain: %d", w.Code)
	}
	if w := s.ask(others, "POST", apiPath, text()); w.Code != 403 {
		t.Errorf("of another zone: %d", w.Code)
	}
	// A draft may lack what only readers need.
	if w := s.ask(admin, "POST", apiPath, `{"zone":"5910","title":"Kladje"}`); w.Code != 201 {
		t.Errorf("a draft of a title: %d %s", w.Code, w.Body)
	}
	for _, line := range strings.Split(s.log.String(), "\n") {
		if strings.Contains(line, "016 66") || strings.Contains(line, "jan@") || strings.Contains(line, "Kladje") {
			t.Errorf("the log has what was typed: %s", line)
		}
	}
}

func TestSlugs(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	first, etag := s.create()
	taken := s.ask(admin, "POST", apiPath, text())
	if p := read[gateway.Problem](t, taken); taken.Code != 409 || !strings.HasSuffix(p.Type, ":slugTaken") || rules(t, taken) != "slug slugTaken" || !strings.Contains(p.Issues[0].Detail, first+"-2") {
		t.Errorf("the same title: %d %s", taken.Code, taken.Body)
	}
	second, etag2 := s.create("slug", first+"-2")
	if w := s.ask(admin, "PUT", apiPath+"/"+second, text("slug", first), "If-Match", etag2); w.Code != 409 {
		t.Errorf("moving to a taken address: %d %s", w.Code, w.Body)
	}
	// Another title keeps the address; another address leads on from the old one.
	w := s.ask(admin, "PUT", apiPath+"/"+first, text("title", "Anders"), "If-Match", etag)
	if read[answer](t, w).Slug != first {
		t.Errorf("%s", w.Body)
	}
	if w = s.ask(admin, "PUT", apiPath+"/"+first, text("slug", "elders"), "If-Match", w.Header().Get("ETag")); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for target, want := range map[string]string{
		apiPath + "/" + first: apiPath + "/elders", "/praktijken/" + first + "?x=1": "/praktijken/elders?x=1",
	} {
		if got := s.ask(nil, "GET", target, ""); got.Code != 301 || got.Header().Get("Location") != "https://aanspreekpunt.example"+want {
			t.Errorf("%s: %d to %s", target, got.Code, got.Header().Get("Location"))
		}
	}
	if got := s.ask(admin, "PUT", apiPath+"/"+first, text(), "If-Match", etag); got.Code != 404 || !strings.Contains(got.Body.String(), "elders") {
		t.Errorf("writing at the old address: %d %s", got.Code, got.Body)
	}
	for _, slug := range []string{"Nergens", "a_b", strings.Repeat("a", 3000), "%00"} {
		if got := s.ask(nil, "GET", apiPath+"/"+slug, ""); got.Code != 404 {
			t.Errorf("%.20s: %d", slug, got.Code)
		}
	}
}

// TestPracticesAreNotWrittenOver: of many writers of one version exactly one succeeds.
func TestPracticesAreNotWrittenOver(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	slug, etag := s.create()
	one := apiPath + "/" + slug
	if w := s.ask(police, "PUT", one, text()); w.Code != 428 {
		t.Errorf("without If-Match: %d", w.Code)
	}
	if w := s.ask(police, "PUT", one, text(), "If-Match", "x"); w.Code != 400 {
		t.Errorf("a bad If-Match: %d", w.Code)
	}
	results := make([]*httptest.ResponseRecorder, 20)
	var group sync.WaitGroup
	for i := range results {
		group.Go(func() {
			results[i] = s.ask(police, "PUT", one, text("title", fmt.Sprintf("Schrijver %d", i)), "If-Match", etag)
		})
	}
	group.Wait()
	saved, stale := 0, 0
	for _, w := range results {
		switch w.Code {
		case 200:
			saved++
		case 412:
			stale++
			if p := read[gateway.Problem](t, w); p.Current == nil || !strings.HasPrefix(w.Header().Get("ETag"), `"2-`) {
				t.Errorf("412 without the current state: %s", w.Body)
			}
		default:
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	if saved != 1 || stale != 19 {
		t.Errorf("%d saved and %d stale", saved, stale)
	}
	if w := s.ask(police, "DELETE", one, "", "If-Match", etag); w.Code != 412 {
		t.Errorf("withdrawing an old version: %d", w.Code)
	}
}

func TestPracticeRequestsThatAreRepeated(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	first := s.ask(police, "POST", apiPath, text(), "Idempotency-Key", "een")
	again := s.ask(police, "POST", apiPath, text(), "Idempotency-Key", "een")
	if first.Code != 201 || again.Code != 201 || first.Body.String() != again.Body.String() || again.Header().Get("Location") != first.Header().Get("Location") || first.Header().Get("Location") == "" {
		t.Errorf("%d %s, again %d %s", first.Code, first.Body, again.Code, again.Body)
	}
	if w := s.ask(police, "POST", apiPath, text("title", "Iets anders"), "Idempotency-Key", "een"); w.Code != 422 {
		t.Errorf("another body: %d", w.Code)
	}
	one, etag := apiPath+"/"+read[answer](t, first).Slug, first.Header().Get("ETag")
	put := s.ask(police, "PUT", one, text("title", "Anders"), "If-Match", etag, "Idempotency-Key", "twee")
	more := s.ask(police, "PUT", one, text("title", "Anders"), "If-Match", etag, "Idempotency-Key", "twee")
	if put.Code != 200 || more.Code != 200 || more.Header().Get("ETag") != put.Header().Get("ETag") {
		t.Errorf("%d, again %d %s", put.Code, more.Code, more.Body)
	}
	if p, err := s.store.Practice(t.Context(), read[answer](t, first).Slug); err != nil || p.Version != 2 {
		t.Errorf("version %d, %v", p.Version, err)
	}
}

// TestAPIWithoutStore: 503, and nothing told of why.
func TestAPIWithoutStore(t *testing.T) {
	t.Parallel()
	table := dynamotest.New(t)
	healthy := newSystem(t, table, nil)
	slug, etag := healthy.create()
	s := newSystem(t, table, func(dynamo.API) dynamo.API { return down{} })
	for _, c := range []struct{ method, target, body string }{
		{"GET", apiPath, ""}, {"GET", apiPath + "/" + slug, ""}, {"POST", apiPath, text()}, {"PUT", apiPath + "/" + slug, text()}, {"DELETE", apiPath + "/" + slug, ""},
		{"GET", apiPath + "/" + slug + "/revisions", ""}, {"GET", "/praktijken", ""}, {"GET", "/praktijken/" + slug, ""}, {"GET", "/praktijken/atom.xml", ""},
	} {
		w := s.ask(police, c.method, c.target, c.body, "If-Match", etag)
		if w.Code != 503 || w.Header().Get("Retry-After") == "" || strings.Contains(w.Body.String(), "secret detail") {
			t.Errorf("%s %s: %d %s", c.method, c.target, w.Code, w.Body)
		}
	}
	s.service.reference = heldFacts{}
	if w := s.ask(nil, "GET", apiPath, ""); w.Code != 503 {
		t.Errorf("without facts: %d", w.Code)
	}
}

// down is a DynamoDB that answers nothing.
type down struct{ dynamo.API }

var errDown = errors.New("secret detail")

func (down) GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return nil, errDown
}
func (down) BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	return nil, errDown
}
func (down) Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return nil, errDown
}
func (down) TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	return nil, errDown
}

// TestATextThatIsTooLargeToKeep: each sign is nine bytes in the table, and the field is named.
func TestATextThatIsTooLargeToKeep(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	w := s.ask(admin, "POST", apiPath, text("markdown", "Tekst.\n\n```\n"+strings.Repeat(">", 29_000)+"\n```\n"))
	if w.Code != 400 || !strings.Contains(w.Body.String(), `"name":"markdown"`) || !strings.Contains(w.Body.String(), "too large to keep") {
		t.Errorf("%d %.600s", w.Code, w.Body)
	}
}
