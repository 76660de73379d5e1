package system

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/truora/minidyn/server"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/infra/reference"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts"
)

// whole is the system as a developer starts it, for the tests that need no other.
var whole *System

// log is what whole wrote.
var log bytes.Buffer

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if whole, err = Start(context.Background(), Options{Log: &log}); err != nil {
			fmt.Fprintln(os.Stderr, err, "\n", log.String())
			return 1
		}
		defer whole.Close()
		return m.Run()
	}())
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	return do(t, http.MethodGet, url, "")
}

func do(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(data)
}

func TestTheWholeSystemAnswers(t *testing.T) {
	for path, want := range map[string]string{
		"/":                       "<html",
		"/zones/5910":             "Getevallei",
		"/api/v1/health":          `"UP"`,
		"/api/v1/zones/5910":      `"contactPoints"`,
		"/api/v1/search?q=tienen": `"5910"`,
	} {
		if status, body := get(t, whole.URL()+path); status != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %.300s", path, status, body)
		}
	}
	if !whole.Seeded() {
		t.Error("it says that it seeded nothing")
	}
}

func TestEachFunctionRunsAsOftenAsAsked(t *testing.T) {
	for _, name := range []string{"search", "refdata"} {
		f, err := whole.function(name)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(f.Status().Instances); n != 2 {
			t.Errorf("%s: %d instances, want 2", name, n)
		}
		if held := whole.PeakMegabytes(name); runtime.GOOS == "linux" && (held < 4 || held > 1024) {
			t.Errorf("%s held %d MB", name, held)
		}
	}
}

func TestAFunctionThatDiesIsReplacedAndTheSiteGoesOn(t *testing.T) {
	f, err := whole.function("search")
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range f.Status().Instances {
		p, err := os.FindProcess(i.PID)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Kill(); err != nil {
			t.Fatal(err)
		}
	}
	// A request right now may meet a process that is dying: the gateway's own 500 then, never a hang. Once new
	// ones are ready it is all well.
	if status, _ := get(t, whole.URL()+"/zones/5910"); status != 200 && status != 500 {
		t.Errorf("while it restarts: %d", status)
	}
	if err := f.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	if status, _ := get(t, whole.URL()+"/zones/5910"); status != 200 {
		t.Errorf("after the restart: %d", status)
	}
}

func TestDev(t *testing.T) {
	status, page := get(t, whole.URL()+"/dev/")
	for _, want := range []string{"functions/search", "functions/refdata", whole.URL() + "/dev/dynamodb", "aanspreekpunt-uploads-123456789012/scholen/schools.csv", "waiting, process"} {
		if status != 200 || !strings.Contains(page, want) {
			t.Errorf("/dev/: %d, lacks %q", status, want)
		}
	}
	for _, c := range []struct {
		name, function, event string
		status                int
		contains              string
	}{
		{"an event", "refdata", `{"action":"load","time":"2026-07-25T12:00:00Z","demonstration":true}`, 200, `"outcome":`},
		{"no body: the schedule's own event", "refdata", ``, 200, `"outcome":"unchanged"`},
		{"an error of the function", "refdata", `{"action":"unknown"}`, 502, `"errorMessage":"event: action \"unknown\"`},
		{"no schedule", "search", ``, 400, "search has no schedule"},
		{"no JSON", "refdata", `{`, 400, "not JSON"},
		{"no such function", "none", `{}`, 404, "no function none"},
	} {
		if status, body := do(t, "POST", whole.URL()+"/dev/invoke/"+c.function, c.event); status != c.status || !strings.Contains(body, c.contains) {
			t.Errorf("%s: got %d %s, want %d …%s…", c.name, status, body, c.status, c.contains)
		}
	}
	// A page of another origin in the developer's browser may not do that.
	r, err := http.NewRequestWithContext(t.Context(), "POST", whole.URL()+"/dev/invoke/refdata", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != 403 {
		t.Errorf("from another origin: %d, want 403", answer.StatusCode)
	}
}

func TestTheGatewaysLimitsHoldOverTheWire(t *testing.T) {
	if status, body := get(t, whole.URL()+"/zoeken?q="+strings.Repeat("x", 11_000)); status != 431 || !strings.Contains(body, `"message"`) {
		t.Errorf("a request line of 11 kB: %d %s", status, body)
	}
	if status, _ := get(t, whole.URL()+"/zoeken?q="+strings.Repeat("x", 8_000)); status >= 500 || status == 431 {
		t.Errorf("a query of 8 kB: %d, want an answer of ours", status)
	}
	if status, body := do(t, "POST", whole.URL()+"/", strings.Repeat("x", 10<<20+1)); status != 413 || !strings.Contains(body, `"message"`) {
		t.Errorf("a body over 10 MB: %d %s", status, body)
	}
}

func TestATableThatHoldsDataIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	outside := httptest.NewServer(server.NewServer())
	t.Cleanup(outside.Close)
	territory, err := facts.ReadTerritory(reference.FS)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "scholen.csv")
	if err := os.WriteFile(file, bytes.Replace(demonstration.SchoolList(territory), []byte(`"BaO"`), []byte(`"KK"`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	var firstLog, secondLog bytes.Buffer
	first, err := Start(t.Context(), Options{DynamoDB: outside.URL, ServicesOnly: true, Schools: []string{file}, Log: &firstLog})
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if want := "  01-scholen.csv line 2, school 990000: education level \"KK\" is unknown"; !strings.Contains(firstLog.String(), want) {
		t.Errorf("what is wrong in the list is not said: %s", &firstLog)
	}
	before := pointer(t, first)
	if !first.Seeded() || first.DynamoDB() != outside.URL {
		t.Fatalf("seeded %v, DynamoDB at %s", first.Seeded(), first.DynamoDB())
	}
	if _, err := first.Invoke(t.Context(), "refdata", []byte(`{}`)); err == nil {
		t.Error("a function runs in a system that is there for its services only")
	}
	if status, body := get(t, first.URL()+"/"); status != 503 || !strings.Contains(body, "elsewhere") {
		t.Errorf("the site of a system without functions: %d %s", status, body)
	}

	second, err := Start(t.Context(), Options{DynamoDB: outside.URL, Empty: true, ServicesOnly: true, Schools: []string{file}, Log: &secondLog})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if after := pointer(t, second); second.Seeded() || after.Version != before.Version || !after.Demonstration {
		t.Errorf("the second start changed %+v to %+v (seeded: %v)", before, after, second.Seeded())
	}
	if !strings.Contains(secondLog.String(), "the given list of schools is not loaded") {
		t.Errorf("it does not say that the list is left: %s", &secondLog)
	}
}

// TestASeedingThatWasEndedIsDoneAgain: facts are published last, so that a table without them is known to lack something.
func TestASeedingThatWasEndedIsDoneAgain(t *testing.T) {
	t.Parallel()
	outside := httptest.NewServer(server.NewServer())
	t.Cleanup(outside.Close)
	for start := range 2 {
		s, err := Start(t.Context(), Options{DynamoDB: outside.URL, ServicesOnly: true})
		if err != nil {
			t.Fatalf("start %d: %v", start+1, err)
		}
		defer s.Close()
		if !s.Seeded() || !pointer(t, s).Demonstration {
			t.Errorf("start %d seeded nothing", start+1)
		}
		environment := s.Environment(loader)
		table := dynamodb.New(dynamodb.Options{Region: environment["AWS_REGION"], BaseEndpoint: &outside.URL, Credentials: aws.CredentialsProviderFunc(s.credentials)})
		name := environment["TABLE_NAME"]
		if _, err := table.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &name, Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "REFERENCE"}, "sk": &types.AttributeValueMemberS{Value: "POINTER"},
		}}); err != nil {
			t.Fatal(err)
		}
	}
}

func pointer(t *testing.T, s *System) dynamo.Pointer {
	t.Helper()
	store, err := s.store()
	if err != nil {
		t.Fatal(err)
	}
	p, ok, err := store.Pointer(t.Context())
	if err != nil || !ok {
		t.Fatalf("pointer: %v, %v", ok, err)
	}
	return p
}

func TestEmptyHasFactsAndNoDemonstration(t *testing.T) {
	t.Parallel()
	s, err := Start(t.Context(), Options{Empty: true, Instances: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if pointer(t, s).Demonstration {
		t.Error("the data calls itself a demonstration")
	}
	if status, body := get(t, s.URL()+"/zones/5910"); status != 200 || strings.Contains(body, "Voorbeeldgegevens") || strings.Contains(body, "Voorbeeld ") {
		t.Errorf("zone 5910: %d, with demonstration data: %v", status, strings.Contains(body, "Voorbeeld"))
	}
	if status, _ := get(t, s.URL()+"/scholen/990001"); status != 404 {
		t.Errorf("a demonstration school: %d, want 404", status)
	}
}

func TestWhatStandsBetweenFunctionsAndDynamoDB(t *testing.T) {
	t.Parallel()
	var down atomic.Bool
	s, err := Start(t.Context(), Options{Instances: 1, BetweenDynamoDB: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if down.Load() {
				http.Error(w, "", http.StatusInternalServerError)
				return
			}
			next.ServeHTTP(w, r)
		})
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	down.Store(true)
	if status, _ := get(t, s.URL()+"/api/v1/zones/5910"); status != 503 {
		t.Errorf("without DynamoDB: %d, want 503", status)
	}
	pointer(t, s) // past it
	down.Store(false)
	if status, _ := get(t, s.URL()+"/api/v1/zones/5910"); status != 200 {
		t.Errorf("with DynamoDB again: %d", status)
	}
}

func TestRestart(t *testing.T) {
	before := pid(t)
	if err := whole.Restart(t.Context(), "search"); err != nil {
		t.Fatal(err)
	}
	if after := pid(t); after == before {
		t.Errorf("process %d is still there", after)
	}
	if err := whole.Restart(t.Context(), "none"); err == nil {
		t.Error("restarted a function that does not exist")
	}
}

func pid(t *testing.T) int {
	t.Helper()
	f, err := whole.function("search")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	return f.Status().Instances[0].PID
}

func TestInvokeGivesTheFunctionsError(t *testing.T) {
	_, err := whole.Invoke(t.Context(), "refdata", []byte(`{"action":"importSchools"}`))
	failed, is := errors.AsType[*InvokeError](err)
	if !is || !strings.Contains(failed.Message, "without a time") {
		t.Errorf("got %v", err)
	}
	result, err := whole.Invoke(t.Context(), "refdata", []byte(`{"action":"load","time":"2026-07-27T03:00:00Z","demonstration":true}`))
	if err != nil || !json.Valid(result) {
		t.Errorf("got %s, %v", result, err)
	}
}

func TestWhatIsWrongIsOneLine(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() })
	root, err := findRoot()
	if err != nil {
		t.Fatal(err)
	}
	absent := filepath.Join(t.TempDir(), "absent.csv")
	noList := filepath.Join(t.TempDir(), "no-list.csv")
	if err := os.WriteFile(noList, []byte("this is no list of schools\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, root string
		o          Options
		want       string
	}{
		{"a taken port", root, Options{Listen: taken.Addr().String()}, taken.Addr().String() + " is taken"},
		{"no address", root, Options{Listen: "here"}, "cannot listen on here"},
		{"a missing file", root, Options{Schools: []string{absent}}, "list of schools: open " + absent},
		{"a file that is no list", root, Options{Schools: []string{noList}}, "list of schools: " + noList + ": line 1: not the ministry's list of schools"},
		{"outlines that are none", root, Options{Boundaries: noList}, "outlines of zones: " + noList + " is no GeoJSON"},
		{"no server", root, Options{DynamoDB: "localhost"}, `"localhost" is no address of a server`},
		{"no instance", root, Options{Instances: -1}, "at least one"},
		{"no such parameter", root, Options{Parameters: map[string]string{"None": "x"}}, `there is no parameter "None"`},
		{"no template", t.TempDir(), Options{}, "template.yaml"},
		{"a function that does not build", filepath.Join(root, "infra", "local", "system", "testdata", "broken"), Options{}, "the functions do not build: functions/refdata/main.go:4:15: undefined: thisDoesNotExist"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, err := start(t.Context(), c.root, c.o)
			if err == nil {
				s.Close()
				t.Fatal("it started")
			}
			if !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %q, want one line with %q", err, c.want)
			}
		})
	}
}
