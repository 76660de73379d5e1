package endtoend

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// kept is what a school keeps for the police in these tests: nothing of it but the other name is for other eyes.
const kept = `{"contactPersons":[{"role":"Kanariehoofd","name":"Kanarie Zanger","phones":["088 77 66 55"],"email":"kanarie.zanger@school.example","availability":"kanarieuren"}],"aliases":["De Kwispelstaart"],"assured":true}`

// TestWhomThePoliceCanReachAtASchool goes the whole way of what a school keeps: saved, seen by few, listed, searched by
// its other name, confirmed and deleted. No page, answer, file, mail or log line shows it to anybody else.
func TestWhomThePoliceCanReachAtASchool(t *testing.T) {
	const path = "/api/v1/schools/990003/contact"
	token := func(form url.Values) string {
		access, _ := mint(t, form)
		return access
	}
	school := token(url.Values{"role": {"school"}, "institution": {"990003"}})
	police := token(url.Values{"role": {"police"}, "zones": {"5910"}})
	empty := send(t, school, "GET", path, "")
	saved := send(t, school, "PUT", path, kept, "If-Match", empty.header.Get("ETag"), "Idempotency-Key", "kwispel")
	if saved.status != 200 || saved.header.Get("Cache-Control") != "private, no-store" {
		t.Fatalf("saved: %d %s", saved.status, saved.text())
	}
	holds := func(text string) string {
		return regexp.MustCompile(`Kanarie|kanarie|Zanger|776655|77 66 55`).FindString(text)
	}
	for _, target := range []string{path, "/api/v1/zones/5910/schools?hasContact=true&q=sint-jozef"} {
		if seen := send(t, police, "GET", target, ""); seen.status != 200 || holds(seen.text()) == "" {
			t.Errorf("police do not see %s: %d %s", target, seen.status, seen.text())
		}
	}
	if stale := send(t, school, "PUT", path, kept, "If-Match", empty.header.Get("ETag")); stale.status != 412 {
		t.Errorf("from an old version: %d", stale.status)
	}
	for name, form := range map[string]url.Values{
		"another school": {"role": {"school"}, "institution": {"990002"}}, "its CLB": {"role": {"school"}, "institution": {"999901"}},
		"police of another zone": {"role": {"police"}, "zones": {"5341"}},
	} {
		other := token(form)
		for _, target := range []string{path, "/api/v1/zones/5910/schools?pageSize=200"} {
			if w := send(t, other, "GET", target, ""); w.status != 403 || holds(w.text()) != "" {
				t.Errorf("%s gets %s: %d %s", name, target, w.status, w.text())
			}
		}
		for _, method := range []string{"PUT", "DELETE"} {
			if w := send(t, other, method, path, kept, "If-Match", saved.header.Get("ETag")); w.status != 403 {
				t.Errorf("%s: %s: %d", name, method, w.status)
			}
		}
	}
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		if w := sendAt(t, sys.URL(), method, path, ""); w.status != 401 || holds(w.text()) != "" {
			t.Errorf("without a token: %s: %d", method, w.status)
		}
	}

	// The index takes the name in, and nothing else.
	if report, err := sys.Invoke(t.Context(), "refdata", []byte(`{"action":"rebuild","time":"2026-11-23T03:00:00Z"}`)); err != nil || !strings.Contains(string(report), `"published"`) {
		t.Fatalf("rebuild: %s, %v", report, err)
	}
	// The demonstration school's names stood in the index from the start.
	var found struct {
		Items []struct {
			InstitutionNumber string
			MatchedOn         []struct{ Field, Value string }
		}
	}
	get(t, "/api/v1/search?q=%27t%20lindeke").decode(t, &found)
	if len(found.Items) == 0 || found.Items[0].InstitutionNumber != "990000" || found.Items[0].MatchedOn[0].Field != "alias" {
		t.Errorf("by another name: %+v", found.Items)
	}
	results := get(t, "/zoeken?q=lindeke+tienen")
	if results.status == http.StatusOK && !strings.Contains(results.text(), "andere naam") {
		t.Errorf("the results do not say why: %d", results.status)
	}

	for _, target := range []string{"/", "/zoeken?q=sint-jozefsinstituut", "/zoeken?q=kwispelstaart", "/zoeken?q=kanarie+zanger", "/scholen/990003", "/zones/5910", "/gemeenten/24107",
		"/zones", "/opendata", "/dekking", "/api/v1/search?q=sint-jozef&pageSize=50", "/api/v1/search?q=kanarie", "/api/v1/suggestions?q=kanari",
		"/api/v1/schools/990003", "/api/v1/zones/5910", "/api/v1/zones/5910/vCard", "/api/v1/municipalities/24107", "/api/v1/coverage", "/mijn-school", "/beheer/zones/5910/scholen"} {
		a := get(t, target)
		if secret := holds(strings.ReplaceAll(a.text(), "kanarie zanger", "")); secret != "" && !strings.Contains(target, "anari") {
			t.Errorf("%s has %q", target, secret)
		}
		if strings.Contains(a.text(), "776655") || strings.Contains(a.text(), "77 66 55") {
			t.Errorf("%s has the number", target)
		}
	}
	if opendata := get(t, "/opendata"); opendata.status == 200 {
		for _, file := range regexp.MustCompile(`href="(/opendata/latest/[^"]+)"`).FindAllStringSubmatch(opendata.text(), -1) {
			if secret := holds(get(t, file[1]).text()); secret != "" {
				t.Errorf("%s has %q", file[1], secret)
			}
		}
	}
	var mails any
	fetchAt(t, sys.Services(), "/dev/mail", &mails)
	if secret := holds(fmt.Sprint(mails)); secret != "" {
		t.Errorf("a mail has %q", secret)
	}
	if secret := holds(functLog.String()); secret != "" {
		t.Errorf("the log has %q", secret)
	}

	confirmed := send(t, school, "POST", path+"/confirmations", "", "If-Match", saved.header.Get("ETag"))
	if confirmed.status != 200 {
		t.Fatalf("confirmed: %d %s", confirmed.status, confirmed.text())
	}
	if w := send(t, school, "POST", path+"/confirmations", "", "If-Match", `"0-x"`); w.status != 412 {
		t.Errorf("confirmed from an old version: %d", w.status)
	}
	gone := send(t, school, "DELETE", path, "", "If-Match", confirmed.header.Get("ETag"))
	if gone.status != 200 || holds(gone.text()) != "" {
		t.Fatalf("deleted: %d %s", gone.status, gone.text())
	}
	if w := send(t, police, "GET", path, ""); w.status != 200 || holds(w.text()) != "" {
		t.Errorf("after the deletion: %d %s", w.status, w.text())
	}
	if w := send(t, school, "POST", path+"/confirmations", "", "If-Match", gone.header.Get("ETag")); w.status != 409 {
		t.Errorf("confirmation of nothing: %d", w.status)
	}
}
