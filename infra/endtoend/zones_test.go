package endtoend

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/identity"
	"aanspreekpunt/shared/identity/identitytest"
)

// managed is a zone that these tests change: one that saved something, or one that never did. Others count on what
// 5910 and its neighbours hold.
func managed(t testing.TB, saved bool, nth int) string {
	t.Helper()
	var zones struct{ Items []struct{ Code string } }
	fetch(t, "/api/v1/zones?pageSize=200", &zones)
	for _, item := range slices.Backward(zones.Items) {
		var zone struct{ Version int }
		fetch(t, "/api/v1/zones/"+item.Code, &zone)
		if (zone.Version > 0) == saved && !slices.Contains([]string{"5910", "5389", "5905", "5341"}, item.Code) {
			if nth--; nth < 0 {
				return item.Code
			}
		}
	}
	t.Fatal("no such zone")
	return ""
}

func fetch(t testing.TB, path string, v any) {
	t.Helper()
	fetchAt(t, sys.URL(), path, v)
}

func fetchAt(t testing.TB, base, path string, v any) {
	t.Helper()
	response, err := client.Get(base + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(v); err != nil {
		t.Fatal(err)
	}
}

// send sends JSON with a token; headers are name and value in turn.
func send(t *testing.T, token, method, path, body string, headers ...string) answer {
	t.Helper()
	if body != "" {
		headers = append(headers, "Content-Type", "application/json")
	}
	return sendAt(t, sys.URL(), method, path, body, append(headers, "Authorization", "Bearer "+token)...)
}

// with is a zone's JSON with a member changed.
func (a answer) with(t *testing.T, name string, value any) string {
	t.Helper()
	var zone map[string]any
	a.decode(t, &zone)
	zone[name] = value
	changed, err := json.Marshal(zone)
	if err != nil {
		t.Fatal(err)
	}
	return string(changed)
}

// TestAnOfficerKeepsTheZone: what is saved is what the next visitor sees, and every answer is as the document says.
func TestAnOfficerKeepsTheZone(t *testing.T) {
	t.Parallel()
	code := managed(t, true, 0)
	path := "/api/v1/zones/" + code
	access, _ := mint(t, url.Values{"role": {"police"}, "zones": {code}, "subject": {"kanarie-subject"}})
	read := get(t, path, "Authorization", "Bearer "+access)
	if read.status != 200 || read.header.Get("ETag") == "" {
		t.Fatalf("%d, ETag %q", read.status, read.header.Get("ETag"))
	}
	same := send(t, access, "PUT", path, read.text(), "If-Match", read.header.Get("ETag"))
	if same.status != 200 || same.header.Get("Cache-Control") != "private, no-store" {
		t.Fatalf("unchanged: %d %s", same.status, same.text())
	}
	if again := get(t, path, "Authorization", "Bearer "+access); again.text() != same.text() || again.header.Get("ETag") != same.header.Get("ETag") {
		t.Errorf("PUT answered %s, GET answers %s", same.header.Get("ETag"), again.header.Get("ETag"))
	}

	// A value for schools, and one for everybody.
	var zone struct {
		Version       int
		ContactPoints []map[string]any
	}
	same.decode(t, &zone)
	zone.ContactPoints = append(zone.ContactPoints, map[string]any{"id": "kanarie", "role": "Proefpersoon", "name": "Kanarie Vogel",
		"phones": []any{map[string]string{"number": "088 99 97 77", "visibility": "schools", "note": "kanarienota"}, map[string]string{"number": "088 00 00 77", "visibility": "public"}},
		"emails": []any{map[string]string{"address": "kanarie@voorbeeld.example", "visibility": "schools"}}, "availability": "kanarietijd",
		"absence": map[string]string{"from": "2020-01-01", "until": "2020-01-31"}})
	saved := send(t, access, "PUT", path, same.with(t, "contactPoints", zone.ContactPoints), "If-Match", same.header.Get("ETag"), "Idempotency-Key", "kanarie-"+code)
	if saved.status != 200 || !strings.Contains(saved.text(), "+3288999777") {
		t.Fatalf("%d %s", saved.status, saved.text())
	}
	repeated := send(t, access, "PUT", path, same.with(t, "contactPoints", zone.ContactPoints), "If-Match", same.header.Get("ETag"), "Idempotency-Key", "kanarie-"+code)
	if repeated.status != 200 || repeated.text() != saved.text() {
		t.Errorf("repeated: %d %s", repeated.status, repeated.text())
	}
	stale := send(t, access, "PUT", path, same.text(), "If-Match", same.header.Get("ETag"))
	if stale.status != 412 || stale.header.Get("ETag") != saved.header.Get("ETag") {
		t.Errorf("stale: %d, ETag %s, want %s", stale.status, stale.header.Get("ETag"), saved.header.Get("ETag"))
	}
	secrets := []string{"Kanarie", "kanarienota", "kanarie@", "kanarietijd", "999777", "99 97 77", "kanarie-subject", "2020-01"}
	other, _ := mint(t, police("5341"))
	for _, public := range []string{path, path + "/vCard", "/zones/" + code, "/api/v1/search?q=" + code, "/zoeken?q=" + code, "/api/v1/zones?pageSize=200", "/zones",
		"/api/v1/suggestions?q=kanarie", "/api/v1/search?q=kanarie", path + "/revisions", path + "/revisions/1", path + "/schools"} {
		for _, headers := range [][]string{nil, {"Authorization", "Bearer " + other}} {
			a := get(t, public, headers...)
			if a.hasAny(secrets[:6]) {
				t.Errorf("%s shows what is kept for schools", public)
			}
			if public == path && len(headers) == 0 && !strings.Contains(a.text(), "+3288000077") {
				t.Errorf("%s does not show what was just saved for everybody", public)
			}
		}
	}

	confirmed := send(t, access, "POST", path+"/confirmations", "", "If-Match", saved.header.Get("ETag"))
	if confirmed.status != 200 {
		t.Errorf("confirmation: %d %s", confirmed.status, confirmed.text())
	}
	var history struct {
		Total int
		Items []struct {
			Version             int
			Kind, Name, Subject string
		}
	}
	list := send(t, access, "GET", path+"/revisions?pageSize=2", "")
	list.decode(t, &history)
	if history.Total != zone.Version+2 || len(history.Items) != 2 || history.Items[0].Kind != "confirmed" || history.Items[1].Kind != "saved" || history.Items[1].Subject != "kanarie-subject" || history.Items[1].Name == "" {
		t.Errorf("history: %s", list.text())
	}
	if first := send(t, access, "GET", path+"/revisions/1", ""); first.status != 200 {
		t.Errorf("the version that was seeded: %d %s", first.status, first.text())
	}
	if one := send(t, access, "GET", fmt.Sprintf("%s/revisions/%d", path, zone.Version+1), ""); one.status != 200 || !strings.Contains(one.text(), "Kanarie Vogel") {
		t.Errorf("version %d: %d %s", zone.Version+1, one.status, one.text())
	}
	restored := send(t, access, "POST", path+"/restorations", fmt.Sprintf(`{"version":%d}`, zone.Version), "If-Match", confirmed.header.Get("ETag"))
	if restored.status != 200 || restored.hasAny(secrets) {
		t.Errorf("restoration: %d %s", restored.status, restored.text())
	}
	if schools := send(t, access, "GET", path+"/schools?pageSize=1", ""); schools.status != 200 {
		t.Errorf("schools: %d %s", schools.status, schools.text())
	}
	for _, wrong := range []answer{
		send(t, access, "PUT", path, `{"contactPoints":[],"phone":7,"fax":1}`, "If-Match", restored.header.Get("ETag")),
		send(t, access, "PUT", path, `{"contactPoints":[{"id":"a","role":"x"}],"phone":"x"}`, "If-Match", restored.header.Get("ETag")),
		send(t, access, "PUT", path, `{`, "If-Match", restored.header.Get("ETag")),
		send(t, access, "PUT", path, `{}`),
		send(t, access, "PUT", path, strings.Repeat(" ", 400_000), "If-Match", restored.header.Get("ETag")),
		send(t, access, "POST", path+"/restorations", `{"version":999}`, "If-Match", restored.header.Get("ETag")),
		send(t, access, "PUT", "/api/v1/zones/5392", `{}`, "If-Match", `"0"`),
	} {
		if wrong.status < 400 || wrong.status >= 500 {
			t.Errorf("%s: %d %s", wrong.target, wrong.status, wrong.text())
		}
	}
	for _, secret := range secrets {
		if strings.Contains(functLog.String(), secret) {
			t.Errorf("the functions' log has %q", secret)
		}
	}
}

func TestAZoneThatNeverSaved(t *testing.T) {
	t.Parallel()
	code := managed(t, false, 0)
	path := "/api/v1/zones/" + code
	access, _ := mint(t, police(code))
	read := get(t, path, "Authorization", "Bearer "+access)
	if nothing := send(t, access, "POST", path+"/confirmations", "", "If-Match", read.header.Get("ETag")); nothing.status != 409 {
		t.Errorf("confirmation: %d %s", nothing.status, nothing.text())
	}
	first := send(t, access, "PUT", path, read.with(t, "contactPoints", []any{map[string]any{"id": "onthaal", "role": "Onthaal", "primary": true}}), "If-Match", read.header.Get("ETag"))
	var zone struct {
		Version   int
		Freshness string
	}
	first.decode(t, &zone)
	if first.status != 200 || zone.Version != 1 || zone.Freshness != "unconfirmed" {
		t.Errorf("first save: %d %s", first.status, first.text())
	}
}

// TestManyWritersOnTheRunningSystem: 100 at once over all instances of the function.
func TestManyWritersOnTheRunningSystem(t *testing.T) {
	t.Parallel()
	code := managed(t, true, 1)
	path := "/api/v1/zones/" + code
	access, _ := mint(t, police(code))
	read := get(t, path, "Authorization", "Bearer "+access)
	var all sync.WaitGroup
	statuses := make([]int, 100)
	for i := range statuses {
		all.Go(func() {
			statuses[i] = send(t, access, "PUT", path, read.with(t, "note", fmt.Sprint("schrijver ", i)), "If-Match", read.header.Get("ETag")).status
		})
	}
	all.Wait()
	count := map[int]int{}
	for _, status := range statuses {
		count[status]++
	}
	var history struct{ Total int }
	send(t, access, "GET", path+"/revisions", "").decode(t, &history)
	var before struct{ Version int }
	read.decode(t, &before)
	if count[200] != 1 || count[412] != 99 || history.Total != before.Version+1 {
		t.Errorf("answers by status %v, history of %d after %d", count, history.Total, before.Version)
	}
}

// TestAttacksOnManagement sends every kind of bad token to each route that only a zone's police may use.
func TestAttacksOnManagement(t *testing.T) {
	t.Parallel()
	good, id := mint(t, police("5910"))
	expired, _ := mint(t, url.Values{"role": {"police"}, "zones": {"5910"}, "expiresIn": {"-5"}})
	token := func(form url.Values) string { access, _ := mint(t, form); return access }
	type attack struct {
		name, authorization string
		status              int
	}
	attacks := []attack{
		{"no token", "", 401},
		{"a cookie", "cookie", 401},
		{"expired", "Bearer " + expired, 401},
		{"alg none", "Bearer " + unsigned(t, good), 401},
		{"HS256 with the public key", "Bearer " + resigned(t, good, jose.HS256, publicKey(t)), 401},
		{"an unknown key", "Bearer " + resigned(t, good, jose.RS256, identitytest.Stranger()), 401},
		{"tampered", "Bearer " + tampered(t, good), 401},
		{"a school in the zone", "Bearer " + token(school("990002")), 403},
		{"a school outside the zone", "Bearer " + token(school("990001")), 403},
		{"a CLB", "Bearer " + token(school("999901")), 403},
		{"police of another zone", "Bearer " + token(police("5389")), 403},
		{"police with a former code", "Bearer " + token(police("5392")), 403},
		{"police of no zone", "Bearer " + token(police("")), 403},
	}
	before := get(t, "/api/v1/zones/5910").header.Get("ETag")
	for _, route := range gateway.Routes() {
		if route.Owner != "zones" || !strings.HasPrefix(route.Path, "/api/") || strings.Contains(route.Path, "reports") {
			continue
		}
		path := strings.NewReplacer("{code}", "5910", "{version}", "1").Replace(route.Path)
		for _, method := range route.Methods {
			for _, a := range attacks {
				headers := []string{"If-Match", before}
				switch a.authorization {
				case "":
				case "cookie":
					headers = append(headers, "Cookie", identity.CookieName+"="+id)
				default:
					headers = append(headers, "Authorization", a.authorization)
				}
				if got := sendAt(t, sys.URL(), method, path, `{"contactPoints":[]}`, headers...); got.status != a.status {
					t.Errorf("%s, %s %s: %d, want %d", a.name, method, path, got.status, a.status)
				}
			}
		}
	}
	if after := get(t, "/api/v1/zones/5910").header.Get("ETag"); after != before {
		t.Errorf("zone 5910 went from %s to %s", before, after)
	}
}

// BenchmarkSave is a save as an officer's program waits for it: over HTTP, the front and the function's process.
func BenchmarkSave(b *testing.B) {
	code := managed(b, true, 2)
	response, err := client.PostForm(sys.Services()+"/dev/token", police(code))
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	var tokens struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(response.Body).Decode(&tokens); err != nil {
		b.Fatal(err)
	}
	ask := func(method, body, tag string) (int, string, []byte) {
		request, err := http.NewRequestWithContext(b.Context(), method, sys.URL()+"/api/v1/zones/"+code, strings.NewReader(body))
		if err != nil {
			b.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+tokens.AccessToken)
		request.Header.Set("Content-Type", "application/json")
		if tag != "" {
			request.Header.Set("If-Match", tag)
		}
		answer, err := client.Do(request)
		if err != nil {
			b.Fatal(err)
		}
		defer answer.Body.Close()
		var zone json.RawMessage
		if err := json.NewDecoder(answer.Body).Decode(&zone); err != nil {
			b.Fatal(err)
		}
		return answer.StatusCode, answer.Header.Get("ETag"), zone
	}
	_, tag, zone := ask("GET", "", "")
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		var status int
		status, tag, zone = ask("PUT", string(zone), tag)
		took = append(took, time.Since(start))
		if status != 200 {
			b.Fatalf("%d %s", status, zone)
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}
