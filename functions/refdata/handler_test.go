package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/infra/reference"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/lookup"
)

const bucket = "uploads"

// system is refdata with a table and a bucket of its own.
type system struct {
	*Loader
	t     *testing.T
	table *dynamotest.Table
	log   *bytes.Buffer
}

func start(t *testing.T, environment map[string]string) *system {
	t.Helper()
	table := dynamotest.New(t)
	server := httptest.NewServer(gofakes3.New(s3mem.New(), gofakes3.WithAutoBucket(true)).Server())
	t.Cleanup(server.Close)
	getenv := func(name string) string {
		switch name {
		case "UPLOAD_BUCKET":
			return bucket
		case "AWS_ENDPOINT_URL_S3":
			return server.URL
		}
		if value, ok := environment[name]; ok {
			return value
		}
		return table.Getenv(name)
	}
	log := new(bytes.Buffer)
	loader, err := wire(getenv, slog.New(slog.NewJSONHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return &system{loader, t, table, log}
}

func (s *system) upload(key, data string) {
	s.t.Helper()
	if _, err := s.Uploads.client.PutObject(s.t.Context(), &s3.PutObjectInput{Bucket: aws.String(bucket), Key: &key, Body: strings.NewReader(data)}); err != nil {
		s.t.Fatal(err)
	}
}

// download gives an object of the bucket, "" when it is not there.
func (s *system) download(key string) string {
	s.t.Helper()
	out, err := s.Uploads.client.GetObject(s.t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: &key})
	if err != nil {
		return ""
	}
	defer out.Body.Close()
	data, err := io.ReadAll(out.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(data)
}

func (s *system) handle(event string) (Report, error) {
	s.t.Helper()
	result, err := s.Handle(s.t.Context(), json.RawMessage(event))
	if err != nil {
		return Report{}, err
	}
	report, ok := result.(Report)
	if !ok {
		s.t.Fatalf("%s: got %#v", event, result)
	}
	return report, nil
}

func (s *system) must(event string) Report {
	s.t.Helper()
	report, err := s.handle(event)
	if err != nil {
		s.t.Fatalf("%s: %v", event, err)
	}
	return report
}

// current opens what is published now.
func (s *system) current() (*facts.Facts, string) {
	s.t.Helper()
	pointer, ok, err := s.Store.Pointer(s.t.Context())
	if err != nil || !ok {
		s.t.Fatalf("pointer: %t, %v", ok, err)
	}
	data, err := s.Store.Reference(s.t.Context(), pointer.Version)
	if err != nil {
		s.t.Fatal(err)
	}
	f, err := facts.Open(data)
	if err != nil {
		s.t.Fatal(err)
	}
	if f.Meta().Demonstration != pointer.Demonstration {
		s.t.Errorf("the pointer says demonstration %t, the facts %t", pointer.Demonstration, f.Meta().Demonstration)
	}
	return f, pointer.Version
}

func (s *system) numbers() string {
	s.t.Helper()
	f, _ := s.current()
	var numbers []string
	for school := range f.Schools() {
		numbers = append(numbers, string(school.Number))
	}
	return strings.Join(numbers, " ")
}

const header = `"schoolnummer";"intern_vplnummer";"net";"naam";"hoofdzetel";"straat";"huisnummer";"busnummer";"postcode";"gemeente";"niscode";"lx";"ly";"telefoon";"website";"onderwijsniveau";"instellingstype";"einddatum";"clb"`

// list is an export with schools of the given numbers, in Tienen.
func list(numbers ...int) string {
	rows := []string{header}
	for _, n := range numbers {
		rows = append(rows, row(n, "3300", "Tienen", "24107"))
	}
	return "\ufeff" + strings.Join(rows, "\r") + "\r"
}

func row(number int, postcode, municipality, nis string) string {
	return fmt.Sprintf(`"%d";"1";"";"School %d (voorbeeld)";"True";"Straat";"1";"";"%s";"%s";"%s";"0";"0";"";"";"BaO";"Basisschool";"31/12/4444";""`, number, number, postcode, municipality, nis)
}

func load(day int, more string) string {
	return fmt.Sprintf(`{"action":"load","time":"2026-11-%02dT06:00:00Z"%s}`, day, more)
}

func uploadEvent(keys ...string) string {
	var records []string
	for _, key := range keys {
		records = append(records, fmt.Sprintf(`{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","eventTime":"2026-11-25T06:00:00.000Z","s3":{"bucket":{"name":"uploads"},"object":{"key":%q}}}`, key))
	}
	return `{"Records":[` + strings.Join(records, ",") + `]}`
}

func TestLoadsFactsAndKeepsSchools(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	first := s.must(load(20, ""))
	if first.Outcome != "published" || first.Schools != 0 || first.Previous != "" {
		t.Fatalf("got %+v", first)
	}
	f, version := s.current()
	if zone, ok := f.Zone("5910"); !ok || zone.Name != "Getevallei" || version != first.Version || f.Meta().Territory.Text == "" {
		t.Errorf("got zone %+v, version %s, meta %+v", zone, version, f.Meta())
	}
	if again := s.must(load(21, "")); again.Outcome != "unchanged" || again.Version != first.Version {
		t.Errorf("the same facts again: got %+v", again)
	}

	s.upload("scholen/a.csv", list(990001, 990002))
	with := s.must(load(22, `,"schools":["scholen/a.csv"],"demonstration":true`))
	if with.Outcome != "published" || with.Previous != first.Version || len(with.Added) != 2 || with.Schools != 2 {
		t.Errorf("got %+v", with)
	}
	f, _ = s.current()
	if school, ok := f.School("990002"); !ok || school.Locations[0].Zone != "5910" || f.Meta().Schools != (facts.Source{AsOf: "2026-11-22", Text: madeUpSource}) {
		t.Errorf("got %+v, %+v", school, f.Meta())
	}
	if kept := s.must(load(23, `,"demonstration":true`)); kept.Outcome != "unchanged" || kept.Schools != 2 {
		t.Errorf("facts alone: got %+v", kept)
	}
	if same := s.must(load(24, `,"schools":["scholen/a.csv"],"demonstration":true`)); same.Outcome != "unchanged" {
		t.Errorf("the same list on another day: got %+v", same)
	}
	if real := s.must(load(24, "")); real.Outcome != "published" || real.Schools != 2 {
		t.Errorf("no demonstration any more: got %+v", real)
	}
}

// TestSchoolsAreFoundByTheirOtherNames rebuilds the index at night, and drops a name that its school took away.
func TestSchoolsAreFoundByTheirOtherNames(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.upload("scholen/a.csv", list(990001, 990002))
	s.must(load(20, `,"schools":["scholen/a.csv"],"demonstration":true`))
	contact := directory.SchoolContact{InstitutionNumber: "990002"}
	say := func(aliases ...string) {
		t.Helper()
		at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
		next := contact.Saved(directory.SchoolContactInput{Aliases: aliases, ContactPersons: []directory.ContactPerson{{ID: "a", Role: "Kanarie", Phones: []string{"1700"}}}}, at)
		revision := directory.NewSchoolRevision(directory.School{}, contact, next, directory.RevisionSaved, directory.Principal{}, at)
		if err := s.Store.SaveSchoolContact(t.Context(), dynamo.SchoolContactSave{Contact: next, Revision: revision}); err != nil {
			t.Fatal(err)
		}
		contact = next
	}
	const rebuild = `{"action":"rebuild","time":"2026-11-21T02:00:00Z"}`
	if same := s.must(rebuild); same.Outcome != "unchanged" || same.Schools != 2 {
		t.Errorf("nothing new: %+v", same)
	}
	say("De Kwispelstaart", "De Kade")
	if named := s.must(rebuild); named.Outcome != "published" || named.Schools != 2 || len(named.Changed) != 0 {
		t.Errorf("new names: %+v", named)
	}
	f, _ := s.current()
	if hits := f.Search(lookup.Query{Text: "kwispelstaart"}).Hits; len(hits) != 1 || hits[0].Key != "990002" || !f.Meta().Demonstration {
		t.Errorf("found %+v, meta %+v", hits, f.Meta())
	}
	data, err := s.Store.Reference(t.Context(), s.must(rebuild).Version)
	if err != nil || bytes.Contains(data, []byte("Kanarie")) {
		t.Errorf("the index holds what a school keeps for the police: %v", err)
	}
	if again := s.must(load(22, `,"schools":["scholen/a.csv"],"demonstration":true`)); again.Outcome != "unchanged" {
		t.Errorf("the same list again: %+v", again)
	}
	say("De Kade")
	s.must(rebuild)
	f, _ = s.current()
	if hits := f.Search(lookup.Query{Text: "kwispelstaart"}).Hits; len(hits) != 0 {
		t.Errorf("a name that was taken away: %+v", hits)
	}
}

func TestImportsAnUpload(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.upload("scholen/a.csv", list(990001, 990002))
	s.must(load(20, `,"schools":["scholen/a.csv"],"demonstration":true`))
	s.upload("scholen/lijst (2026) é.csv", "\ufeff"+header+"\r"+row(990002, "3320", "Hoegaarden", "24041")+"\r"+row(990003, "3300", "Tienen", "24107")+"\r"+row(990004, "4000", "Luik", "62063")+"\r")

	report := s.must(uploadEvent("scholen/lijst+%282026%29+%C3%A9.csv"))
	if report.Outcome != "published" || report.Schools != 2 || len(report.Added) != 1 || report.Added[0].Number != "990003" ||
		len(report.Changed) != 1 || !slices.Equal(report.Changed[0].What, []string{"locations"}) ||
		len(report.Vanished) != 1 || report.Vanished[0].Number != "990001" || len(report.Problems) != 1 || report.Problems[0].Line != 4 {
		t.Errorf("got %+v", report)
	}
	if pointer, _, _ := s.Store.Pointer(t.Context()); !pointer.Demonstration {
		t.Error("an upload ended the demonstration: its contact points are still there")
	}
	var stored Report
	if err := json.Unmarshal([]byte(s.download("verslagen/lijst (2026) é.csv.json")), &stored); err != nil || stored.Version != report.Version || len(stored.Problems) != 1 {
		t.Errorf("stored report: %+v, %v", stored, err)
	}
	for _, want := range []string{`"outcome":"published"`, `"added":1`, `"changed":1`, `"vanished":1`, `"problems":1`} {
		if !strings.Contains(s.log.String(), want) {
			t.Errorf("the log lacks %s: %s", want, s.log)
		}
	}

	result, err := s.Handle(t.Context(), json.RawMessage(uploadEvent("verslagen/x.json", "scholen/", "scholen/map/")))
	if reports, ok := result.([]any); err != nil || !ok || len(reports) != 0 {
		t.Errorf("keys that are no uploads: got %v, %v", result, err)
	}
	result, err = s.Handle(t.Context(), json.RawMessage(uploadEvent("scholen/a.csv", "scholen/a.csv")))
	if reports, ok := result.([]any); err != nil || !ok || len(reports) != 2 {
		t.Errorf("two uploads in one event: got %v, %v", result, err)
	}
}

// resource makes the pages of one resource of the ministry's API.
func resource(size int, elements ...map[string]any) []string {
	var pages []string
	chunks := slices.Collect(slices.Chunk(elements, size))
	for i, chunk := range chunks {
		data, err := json.Marshal(map[string]any{
			"meta": map[string]any{"total_elements": len(elements), "total_pages": len(chunks), "number": i + 1, "last": i == len(chunks)-1}, "content": chunk,
		})
		if err != nil {
			panic(err) // the elements are all JSON
		}
		pages = append(pages, string(data))
	}
	return pages
}

func institutions(size int, numbers ...int) []string {
	var elements []map[string]any
	for _, n := range numbers {
		elements = append(elements, map[string]any{
			"instelling_nummer": n, "instelling_naam": "x", "instelling_naam_volledig": fmt.Sprintf("School %d (voorbeeld)", n),
			"instelling_hoofdzetel_vestigingsnr": 1, "instelling_niveau": map[string]any{"code": "BaO"},
		})
	}
	return resource(size, elements...)
}

func locations(size int, numbers ...int) []string {
	var elements []map[string]any
	for _, n := range numbers {
		elements = append(elements, map[string]any{
			"instelling_nummer": n, "instellingslocatie_vestigingsnummer": 1, "instellingslocatie_postcode": "3300",
			"instellingslocatie_gemeente": "Tienen", "instellingslocatie_gemeente_nis": "24107",
		})
	}
	return resource(size, elements...)
}

func TestASetOfPagesWaitsUntilItIsWhole(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	one, two := institutions(2, 990001, 990002, 990003), locations(5, 990001, 990002, 990003)
	for i, step := range []struct {
		key, data string
		waiting   []string
	}{
		{"scholen/2026-11/locaties.json", two[0], []string{"instelling: every page"}},
		{"scholen/2026-11/instellingen-2.json", one[1], []string{"instelling: page 1 of 2"}},
		{"scholen/2026-11/instellingen-1.json", one[0], nil},
	} {
		s.upload(step.key, step.data)
		report := s.must(uploadEvent(step.key))
		if !slices.Equal(report.Waiting, step.waiting) {
			t.Errorf("step %d: waiting for %q, want %q", i, report.Waiting, step.waiting)
		}
		_, published, err := s.Store.Pointer(t.Context())
		if wantOutcome := map[bool]string{true: "published", false: "waiting"}[step.waiting == nil]; err != nil || report.Outcome != wantOutcome || published != (step.waiting == nil) {
			t.Errorf("step %d: outcome %s, published %t, %v", i, report.Outcome, published, err)
		}
	}
	if got := s.numbers(); got != "990001 990002 990003" {
		t.Errorf("got schools %s", got)
	}
	if s.download("verslagen/2026-11.json") == "" {
		t.Error("no report of the set")
	}
}

func TestRefusesAListThatShrank(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	var numbers []int
	for n := range 20 {
		numbers = append(numbers, 990001+n)
	}
	s.upload("scholen/a.csv", list(numbers...))
	s.upload("scholen/tenth.csv", list(numbers[:18]...))
	s.upload("scholen/more.csv", list(numbers[:16]...))
	before := s.must(load(20, `,"schools":["scholen/a.csv"]`)).Version

	_, err := s.handle(load(21, `,"schools":["scholen/more.csv"]`))
	if err == nil || !strings.Contains(err.Error(), "16 schools, and the current list has 20") {
		t.Errorf("got %v", err)
	}
	if _, version := s.current(); version != before {
		t.Error("a refused list was published")
	}
	var report Report
	if err := json.Unmarshal([]byte(s.download("verslagen/more.csv.json")), &report); err != nil || report.Outcome != "refused" || report.Version != before || len(report.Vanished) != 4 {
		t.Errorf("report of the refused list: %+v, %v", report, err)
	}
	if report := s.must(load(22, `,"schools":["scholen/tenth.csv"]`)); len(report.Vanished) != 2 {
		t.Errorf("exactly a tenth fewer: got %+v", report)
	}
	if report := s.must(load(23, `,"schools":["scholen/more.csv"],"force":true`)); len(report.Vanished) != 2 || report.Schools != 16 {
		t.Errorf("forced: got %+v", report)
	}
}

func TestImportIsAllOrNothing(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.upload("scholen/a.csv", list(990001))
	before := s.must(load(20, `,"schools":["scholen/a.csv"]`)).Version
	whole := list(990001, 990002, 990003)
	for name, data := range map[string]string{
		"cut.csv":    whole[:len(whole)-9],
		"column.csv": strings.Replace(whole, `"naam"`, `"name"`, 1),
		"empty.csv":  "",
		"page.csv":   "<html></html>\n",
	} {
		s.upload("scholen/"+name, data)
		if _, err := s.handle(uploadEvent("scholen/" + name)); err == nil || !strings.Contains(err.Error(), name+": line ") {
			t.Errorf("%s: got %v, want file and line", name, err)
		}
		if !strings.Contains(s.download("verslagen/"+name+".json"), `"outcome": "refused"`) {
			t.Errorf("%s: no report", name)
		}
	}
	// Pages outside a folder of their own wait for nothing.
	s.upload("scholen/page.json", locations(5, 990001)[0])
	for _, event := range []string{load(21, `,"schools":["scholen/page.json"]`), uploadEvent("scholen/page.json")} {
		if _, err := s.handle(event); err == nil || !strings.Contains(err.Error(), "waiting for instelling: every page") {
			t.Errorf("half a set: got %v", err)
		}
	}
	if _, err := s.handle(load(21, `,"schools":["scholen/none.csv"]`)); err == nil || !strings.Contains(err.Error(), "scholen/none.csv") {
		t.Errorf("a key that is not there: got %v", err)
	}
	if _, version := s.current(); version != before {
		t.Error("something was published")
	}
}

func TestEventsThatAreNone(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for event, want := range map[string]string{
		``:                                     "event: ",
		`[]`:                                   "event: ",
		`{}`:                                   `action ""`,
		`{"action":"drop"}`:                    `action "drop"`,
		`{"action":"load"}`:                    "load without a time",
		`{"action":"importSchools"}`:           "importSchools without a time",
		`{"action":"load","time":"yesterday"}`: "event: ",
		`{"action":"load","time":"0001-01-01T00:00:00Z"}`: "load without a time",
	} {
		if _, err := s.handle(event); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want …%s…", event, err, want)
		}
	}
	if report := s.must(`{"action":"importSchools","time":"2026-11-23T06:00:00Z"}`); report.Outcome != "skipped" || report.Reason != "SCHOOLS_API_URL is not set" {
		t.Errorf("no API to import from: got %+v", report)
	}
	if _, ok, err := s.Store.Pointer(t.Context()); ok || err != nil {
		t.Errorf("something was published: %t, %v", ok, err)
	}
}

// changedFacts are the reference facts with one text replaced in one file.
func changedFacts(t *testing.T, file, old, new string) fs.FS {
	t.Helper()
	changed := fstest.MapFS{}
	entries, err := fs.ReadDir(reference.FS, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := fs.ReadFile(reference.FS, e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if e.Name() == file {
			if !bytes.Contains(data, []byte(old)) {
				t.Fatalf("no %q in %s", old, file)
			}
			data = bytes.Replace(data, []byte(old), []byte(new), 1)
		}
		changed[e.Name()] = &fstest.MapFile{Data: data}
	}
	return changed
}

func TestFactsThatDoNotFitPublishNothing(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.Facts = changedFacts(t, "municipalities.csv", "24107,Tienen", "24999,Tienen")
	if _, err := s.handle(load(20, "")); err == nil || !strings.Contains(err.Error(), "24999") {
		t.Errorf("got %v", err)
	}
	if _, ok, _ := s.Store.Pointer(t.Context()); ok {
		t.Error("broken facts were published")
	}
}

func TestSchoolsFollowTheTerritory(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.upload("scholen/a.csv", list(990001))
	s.must(load(20, `,"schools":["scholen/a.csv"]`))
	// Hoegaarden and Tienen change places: as far as the schools can tell, a merger.
	s.Facts = changedFacts(t, "municipalities.csv", "24107,Tienen", "24107,Nieuw-Tienen")
	report := s.must(load(21, ""))
	if report.Outcome != "published" || len(report.Changed) != 1 || report.Schools != 1 {
		t.Errorf("got %+v", report)
	}
	f, _ := s.current()
	if school, _ := f.School("990001"); school.Locations[0].Municipality != "Nieuw-Tienen" || f.Meta().Schools.AsOf != "2026-11-20" {
		t.Errorf("got %+v, %+v", school, f.Meta())
	}
}

func TestReplacesAVersionThatIsBroken(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.upload("scholen/a.csv", list(990001))
	broken := s.must(load(20, `,"schools":["scholen/a.csv"]`)).Version
	if _, err := s.table.Client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &s.table.Name, Key: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "REFERENCE#" + broken}, "sk": &types.AttributeValueMemberS{Value: "PART#000"},
	}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.handle(load(21, "")); err == nil || !strings.Contains(err.Error(), "part 1 of 1 is missing; force the load") {
		t.Errorf("got %v", err)
	}
	// Without a list there are no schools to go on with: forcing does not mean to lose them all.
	if _, err := s.handle(load(21, `,"force":true`)); err == nil || !strings.Contains(err.Error(), "force the load of a list") {
		t.Errorf("forced without a list: got %v", err)
	}
	if report := s.must(load(22, `,"schools":["scholen/a.csv"],"force":true`)); report.Outcome != "published" || report.Previous != broken || s.numbers() != "990001" {
		t.Errorf("got %+v", report)
	}
}

// undeletable is a table from which nothing can be deleted.
type undeletable struct{ dynamo.API }

func (undeletable) DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	return nil, errors.New("throttled")
}

func TestAnImportThatLeavesOldVersionsIsPublished(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.Store = dynamo.New(undeletable{s.table.Client}, s.table.Name)
	for n := range 4 { // the fourth version makes the first one fall off
		s.upload("scholen/a.csv", list(990001+n))
		report := s.must(load(20+n, `,"schools":["scholen/a.csv"]`))
		left := n == 3
		if _, current := s.current(); report.Outcome != "published" || report.Version != current || strings.Contains(report.Reason, "left over") != left {
			t.Errorf("version %d: %s %s %q, current is %s", n+1, report.Outcome, report.Version, report.Reason, current)
		}
		if strings.Contains(s.log.String(), `"level":"WARN"`) != left {
			t.Errorf("version %d: the log says %s", n+1, s.log)
		}
	}
}

func TestTwoImportsAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.must(load(20, ""))
	s.log = nil
	s.Log = slog.New(slog.DiscardHandler)
	s.upload("scholen/a.csv", list(990001))
	s.upload("scholen/b.csv", list(990001, 990002))
	var group sync.WaitGroup
	for _, key := range []string{"scholen/a.csv", "scholen/b.csv"} {
		group.Go(func() {
			if _, err := s.Handle(t.Context(), json.RawMessage(load(21, `,"force":true,"schools":["`+key+`"]`))); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := s.numbers(); got != "990001" && got != "990001 990002" {
		t.Errorf("got schools %s", got)
	}
}

func TestLoadsTheDemonstrationSchools(t *testing.T) {
	t.Parallel()
	territory, err := facts.ReadTerritory(reference.FS)
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, nil)
	s.upload("scholen/voorbeeld.csv", string(demonstration.SchoolList(territory)))
	report := s.must(load(20, `,"schools":["scholen/voorbeeld.csv"],"demonstration":true`))
	if report.Outcome != "published" || len(report.Problems) != 0 || report.Schools < 2*len(territory.Municipalities) {
		t.Errorf("got %d schools, problems %v", report.Schools, report.Problems)
	}
	f, _ := s.current()
	if f.Meta().Schools.Text != madeUpSource {
		t.Errorf("got source %+v", f.Meta().Schools)
	}
}

func TestMinistryList(t *testing.T) {
	t.Parallel()
	name := os.Getenv("AANSPREEKPUNT_SCHOOLS")
	if name == "" {
		t.Skip("AANSPREEKPUNT_SCHOOLS does not name the ministry's export")
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, nil)
	s.upload("scholen/export.csv", string(data))
	report := s.must(uploadEvent("scholen/export.csv"))
	if report.Outcome != "published" || len(report.Added) != report.Schools || report.Schools == 0 {
		t.Errorf("got %d schools, %d added", report.Schools, len(report.Added))
	}
	f, _ := s.current()
	counted := 0
	for school := range f.Schools() {
		counted++
		if _, ok := f.Zone(school.Locations[0].Zone); !ok {
			t.Errorf("%s lies in zone %q", school.Number, school.Locations[0].Zone)
		}
	}
	if counted != report.Schools || f.Meta().Schools.Text != schoolSource {
		t.Errorf("%d schools, meta %+v", counted, f.Meta())
	}
	if again := s.must(uploadEvent("scholen/export.csv")); again.Outcome != "unchanged" {
		t.Errorf("again: got %s", again.Outcome)
	}
	// The zone that a school lies in must exist, also for schools read back and placed anew.
	if kept := s.must(load(26, "")); kept.Outcome != "unchanged" || len(kept.Problems) != 0 {
		t.Errorf("facts alone: got %s, problems %v, changed %v", kept.Outcome, kept.Problems, kept.Changed)
	}
}

func TestNumbersInReportsArePadded(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.upload("scholen/a.csv", list(18))
	if report := s.must(load(20, `,"schools":["scholen/a.csv"]`)); report.Added[0].Number != directory.InstitutionNumber("000018") {
		t.Errorf("got %+v", report.Added)
	}
}

func TestWiringNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	complete := map[string]string{
		"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "TABLE_NAME": "table",
		"UPLOAD_BUCKET": "uploads", "SCHOOLS_API_URL": "https://api.example/instellingsgegevens",
	}
	if _, err := wire(func(name string) string { return complete[name] }, nil); err != nil {
		t.Errorf("complete: %v", err)
	}
	for name, value := range map[string]string{"TABLE_NAME": "", "UPLOAD_BUCKET": "", "SCHOOLS_API_URL": "api.example"} {
		changed := maps.Clone(complete)
		changed[name] = value
		if _, err := wire(func(name string) string { return changed[name] }, nil); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s=%q: got %v", name, value, err)
		}
	}
}

var _ http.Handler = (*api)(nil)

// api is the ministry's API.
type api struct {
	pages  map[string][]string                                      // by resource
	before func(w http.ResponseWriter, r *http.Request, n int) bool // true: it answered the nth request
	mu     sync.Mutex
	asked  []url.URL
	keys   []string
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	a.asked, a.keys = append(a.asked, *r.URL), append(a.keys, r.Header.Get("x-api-key"))
	n := len(a.asked)
	a.mu.Unlock()
	if a.before != nil && a.before(w, r, n) {
		return
	}
	var page int
	if _, err := fmt.Sscan(r.URL.Query().Get("page"), &page); err != nil {
		http.Error(w, "page", http.StatusBadRequest)
		return
	}
	pages := a.pages[r.URL.Path]
	if page < 1 || page > len(pages) {
		http.NotFound(w, r)
		return
	}
	io.WriteString(w, pages[page-1])
}
