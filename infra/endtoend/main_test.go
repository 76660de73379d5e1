package endtoend

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"aanspreekpunt/infra"
	"aanspreekpunt/infra/local/rights"
	"aanspreekpunt/infra/local/system"
)

var (
	sys      *system.System
	functLog record // what the functions of sys log
	api      contract
	asked    rights.Record // what the functions asked of AWS, in all systems of this package
	attached bool          // the functions of sys run elsewhere, under SAM
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var err error
	if api, err = readContract(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if file := os.Getenv("AANSPREEKPUNT_TEST_SYSTEM"); file != "" {
		attached = true
		sys, err = attach(file)
	} else {
		sys, err = start(context.Background(), system.Options{Log: &functLog})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		fmt.Fprint(os.Stderr, &functLog)
		return 1
	}
	defer sys.Close()
	status := m.Run()
	if status == 0 && !attached && !rightsAgree() {
		status = 1
	}
	return status
}

var started atomic.Int64

// start starts a system: on minidyn or, where there is one, on DynamoDB Local, with tables of its own. What its
// functions ask of AWS is noted.
func start(ctx context.Context, o system.Options) (*system.System, error) {
	o.Record = &asked
	if o.DynamoDB = os.Getenv("AANSPREEKPUNT_TEST_DYNAMODB"); o.DynamoDB != "" {
		o.AccessKey = fmt.Sprintf("endtoend%d%d", time.Now().UnixNano(), started.Add(1))
	}
	return system.Start(ctx, o)
}

// attach takes the system that infra/samcheck started.
func attach(file string) (*system.System, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var p system.Place
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, err
	}
	functLog.file = p.Log
	return system.Attach(p)
}

// ours skips a test under SAM; why says what SAM's gateway does otherwise, or cannot do.
func ours(t testing.TB, why string) {
	t.Helper()
	if attached {
		t.Skip("not under SAM: " + why)
	}
}

// record keeps a log.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
	file string // where somebody else writes it; "" when it is written here
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	if r.file != "" {
		text, err := os.ReadFile(r.file)
		if err != nil {
			return err.Error()
		}
		var lines strings.Builder // the functions' own: SAM's gateway tells of addresses
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "{") {
				lines.WriteString(line)
			}
		}
		return lines.String()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// contract is the OpenAPI document, ready to find an answer's schema.
type contract struct {
	document *openapi3.T
	paths    *http.ServeMux // patterns "/api/v1" + path of the document
}

func readContract() (contract, error) {
	document, err := openapi3.NewLoader().LoadFromData(infra.OpenAPI)
	if err != nil {
		return contract{}, err
	}
	for _, schema := range document.Components.Schemas {
		if len(schema.Value.Properties) > 0 { // strict here; clients must let new members pass
			no := false
			schema.Value.AdditionalProperties = openapi3.AdditionalProperties{Has: &no}
		}
	}
	paths := http.NewServeMux()
	for path := range document.Paths.Map() {
		paths.Handle("/api/v1"+path, http.NotFoundHandler())
	}
	return contract{document, paths}, nil
}

// answer is what the system said.
type answer struct {
	target string
	status int
	header http.Header
	body   []byte // as sent
}

func (a answer) text() string { return string(a.body) }

// isPage tells whether the answer is a page that can be read as it is.
func (a answer) isPage() bool {
	return strings.HasPrefix(a.header.Get("Content-Type"), "text/html") && a.header.Get("Content-Encoding") == "" && len(a.body) > 0
}

// decode reads a JSON body.
func (a answer) decode(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatalf("%s: %v in %.200s", a.target, err, a.body)
	}
}

var client = &http.Client{
	Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 8},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// ask sends a request to the common system; headers are name and value in turn. Whatever comes back is checked
// for what all answers have in common.
func ask(t *testing.T, method, target string, headers ...string) answer {
	t.Helper()
	a := askAt(t, sys.URL(), method, target, headers...)
	if a.isPage() && !strings.Contains(a.text(), "Voorbeeldgegevens: bel deze nummers niet.") {
		t.Errorf("%s: %d: does not say that the data is made up", a.target, a.status)
	}
	return a
}

func get(t *testing.T, target string, headers ...string) answer {
	t.Helper()
	return ask(t, http.MethodGet, target, headers...)
}

func askAt(t *testing.T, base, method, target string, headers ...string) answer {
	t.Helper()
	return sendAt(t, base, method, target, "", headers...)
}

// sendAt is askAt with a body.
func sendAt(t *testing.T, base, method, target, body string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, base+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for pair := range slices.Chunk(headers, 2) {
		request.Header.Set(pair[0], pair[1])
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{method + " " + target, response.StatusCode, response.Header, got}
	if len(a.target) > 200 {
		a.target = a.target[:200] + "…"
	}
	check(t, method, target, a)
	return a
}

// check holds an answer to what all answers promise.
func check(t *testing.T, method, target string, a answer) {
	t.Helper()
	if a.status == http.StatusRequestHeaderFieldsTooLarge { // the gateway's own
		return
	}
	if trace := a.header.Get("BelGov-Trace-Id"); trace == "" || len(trace) > 36 {
		t.Errorf("%s: BelGov-Trace-Id %q", a.target, trace)
	}
	if a.header.Get("Aanspreekpunt-Release") == "" {
		t.Errorf("%s: does not say of which release it is", a.target)
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %s %q, want %q", a.target, name, got, want)
		}
	}
	if policy := a.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("%s: Content-Security-Policy %q", a.target, policy)
	}
	if method == http.MethodHead && len(a.body) > 0 {
		t.Errorf("%s: a body of %d bytes", a.target, len(a.body))
	}
	path := target
	if u, err := url.Parse(target); err == nil {
		path = u.Path
	}
	if strings.HasPrefix(path, "/api/") {
		api.check(t, method, path, a)
		return
	}
	if a.isPage() {
		checkPage(t, a)
	}
}

// checkPage holds a page to what all pages have.
func checkPage(t *testing.T, a answer) {
	t.Helper()
	page := a.text()
	if !strings.Contains(page, `<html lang="nl"`) || strings.Count(page, "<h1") != 1 {
		t.Errorf("%s: %d: wants lang=nl and one h1", a.target, a.status)
	}
	for _, number := range []string{"tel:101", "tel:112"} {
		if !strings.Contains(page, number) {
			t.Errorf("%s: %d: no %s", a.target, a.status, number)
		}
	}
}

// check holds an answer of the API to the document.
func (c contract) check(t *testing.T, method, path string, a answer) {
	t.Helper()
	probe := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: path}, Host: "localhost"}
	_, pattern := c.paths.Handler(probe)
	responses := c.document.Paths.Value("/health").Get.Responses // an unknown path has the default problem of all
	if item := c.document.Paths.Value(strings.TrimPrefix(pattern, "/api/v1")); item != nil {
		asked := method
		if method == http.MethodHead {
			asked = http.MethodGet
		}
		if operation := item.GetOperation(asked); operation != nil { // another method has the default problem
			responses = operation.Responses
		}
	}
	if method == http.MethodOptions && a.status == http.StatusNoContent {
		return
	}
	declared := responses.Status(a.status)
	if declared == nil {
		if declared = responses.Default(); a.status < 400 {
			t.Errorf("%s: status %d is not in the document", a.target, a.status)
			return
		}
	}
	for name := range declared.Value.Headers {
		if name == "ETag" && strings.Contains(a.header.Get("Cache-Control"), "no-store") {
			continue // nobody keeps what could be compared
		}
		if a.header.Get(name) == "" {
			t.Errorf("%s: %d has no %s", a.target, a.status, name)
		}
	}
	if method == http.MethodHead || len(declared.Value.Content) == 0 {
		if len(a.body) > 0 {
			t.Errorf("%s: %d has a body of %d bytes", a.target, a.status, len(a.body))
		}
		return
	}
	mediaType, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	content := declared.Value.Content[mediaType]
	if content == nil {
		t.Errorf("%s: %d has Content-Type %q, which is not in the document", a.target, a.status, mediaType)
		return
	}
	if a.header.Get("Content-Encoding") != "" || !strings.HasSuffix(mediaType, "json") {
		return
	}
	var value any
	if err := json.Unmarshal(a.body, &value); err != nil {
		t.Errorf("%s: %d: %v", a.target, a.status, err)
		return
	}
	if err := content.Schema.Value.VisitJSON(value, openapi3.MultiErrors(), openapi3.EnableFormatValidation()); err != nil {
		t.Errorf("%s: %d is not as the document says: %v", a.target, a.status, err)
	}
}

// problem is an answer's problem.
type problem struct {
	Type, Title, Detail, Instance string
	Status                        int
	Issues                        []struct{ Type, In, Name string }
}

// issues names an answer's issues, "unknownInput thema".
func (a answer) issues(t *testing.T) string {
	t.Helper()
	var p problem
	a.decode(t, &p)
	var all []string
	for _, issue := range p.Issues {
		all = append(all, issue.Type[strings.LastIndexByte(issue.Type, ':')+1:]+" "+issue.Name)
	}
	return strings.Join(all, ", ")
}
