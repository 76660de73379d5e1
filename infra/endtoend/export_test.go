package endtoend

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
)

// published is what the export answers.
type published struct {
	Outcome, Reason, Edition, Restricted string
	Date                                 directory.Day
	Zones, ContactPoints, Archived       int
	TakenOut                             []struct{ Zones []string }
	StillPublic                          []string
}

// export runs the function a number of days from now; more is added to its event.
func (b *broken) export(t *testing.T, days int, more string) published {
	t.Helper()
	result, err := b.Invoke(t.Context(), "export", fmt.Appendf(nil, `{"time":%q%s}`, time.Now().AddDate(0, 0, days).UTC().Format(time.RFC3339), more))
	if err != nil {
		t.Fatalf("after %d days: %v", days, err)
	}
	var p published
	if err := json.Unmarshal(result, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// change saves the next version of a zone, past the functions.
func (b *broken) change(t *testing.T, code directory.ZoneCode, how func(*directory.Profile)) {
	t.Helper()
	environment := b.Environment("search")
	store, err := dynamo.FromEnvironment(func(name string) string { return environment[name] })
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := store.Profile(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	p.Version++
	p.ModifiedAt = &now
	how(&p)
	if err := store.SaveZone(t.Context(), dynamo.ZoneSave{Profile: p, Revision: directory.Revision{Zone: code, Version: p.Version, Kind: directory.RevisionSaved, At: now, Profile: p}}); err != nil {
		t.Fatal(err)
	}
}

// TestWhatTheNightPublishes drives the export through what happens in months, on a system of its own: nothing, a
// change, a value that must go, a store that is down, a merger, and days that are over.
func TestWhatTheNightPublishes(t *testing.T) {
	t.Parallel()
	b := breakable(t)
	file := func(edition, name string) answer { return b.get(t, "/opendata/"+edition+"/"+name) }

	first := b.export(t, 0, "")
	if first.Outcome != "unchanged" || first.Zones != 107 { // published when the system was filled
		t.Errorf("%+v", first)
	}
	before := file("latest", "channels.csv").text()
	if before == "" || strings.Contains(before, "016 88 77 66") {
		t.Fatalf("%.200s", before)
	}

	b.change(t, "5910", func(p *directory.Profile) { p.Phone = "+3216887766" })
	if p := b.export(t, 0, ""); p.Outcome != "published" || p.Edition == first.Edition {
		t.Errorf("%+v", p)
	}
	if now := file("latest", "channels.csv").text(); !strings.Contains(now, "016 88 77 66") {
		t.Error("what police changed is not published")
	}

	// Police still show it: it stays out until they change it.
	if p := b.export(t, 1, `,"action":"takeOut","value":"016 88 77 66"`); p.Outcome != "published" || len(p.StillPublic) != 1 || len(p.TakenOut) == 0 {
		t.Errorf("%+v", p)
	}
	for _, edition := range []string{"latest", string(first.Date)} {
		for _, name := range []string{"channels.csv", "zones.csv", "aanspreekpunt.json", "aanspreekpunt.jsonld", "aanspreekpunt.vcf"} {
			if a := file(edition, name); a.status != http.StatusOK || strings.Contains(a.text(), "016 88 77 66") || strings.Contains(a.text(), "+3216887766") {
				t.Errorf("%s %s: %d, with what was taken out", edition, name, a.status)
			}
		}
	}
	b.change(t, "5910", func(p *directory.Profile) { p.Phone = "+3216887700" })

	// A table that does not answer: an error, and what was published stays.
	b.breakWith(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.WriteHeader(http.StatusInternalServerError)
	})
	if result, err := b.Invoke(t.Context(), "export", fmt.Appendf(nil, `{"time":%q}`, time.Now().AddDate(0, 0, 2).UTC().Format(time.RFC3339))); err == nil {
		t.Errorf("%s", result)
	}
	b.mend()
	if a := file("latest", "channels.csv"); a.status != http.StatusOK || strings.Contains(a.text(), "016 88 77 00") {
		t.Errorf("after a run that failed: %d", a.status)
	}

	// Three zones become one on a day to come: from that day on, theirs are its points.
	merger := directory.DayOf(time.Now().AddDate(0, 0, 40))
	steps := fmt.Sprintf(`[{"date":%[1]q,"from":"5371","to":"5999","name":"Noord-Limburg (test)"},{"date":%[1]q,"from":"5372","to":"5999"},{"date":%[1]q,"from":"5377","to":"5999"}]`, merger)
	if _, err := b.Invoke(t.Context(), "refdata", fmt.Appendf(nil, `{"action":"changeTerritory","time":%q,"steps":%s,"apply":true,"name":"An Voorbeeld","subject":"an"}`, time.Now().UTC().Format(time.RFC3339), steps)); err != nil {
		t.Fatal(err)
	}
	if p := b.export(t, 39, ""); p.Zones != 107 || len(p.StillPublic) > 0 {
		t.Errorf("the day before: %+v", p)
	}
	points := strings.Count(file("latest", "contact-points.csv").text(), "\r\n")
	if p := b.export(t, 40, ""); p.Zones != 105 || p.Outcome != "published" {
		t.Errorf("on the day: %+v", p)
	}
	merged := file("latest", "contact-points.csv").text()
	if !strings.Contains(merged, "\r\n5999,") || strings.Contains(merged, "\r\n5371,") || strings.Count(merged, "\r\n") != points {
		t.Errorf("of %d rows there are %d, and those of the new zone are not there", points, strings.Count(merged, "\r\n"))
	}

	if p := b.export(t, 140, ""); p.Archived == 0 {
		t.Errorf("%+v", p)
	}
	if a := file(string(first.Date), "zones.csv"); a.status == http.StatusOK {
		t.Errorf("%s: %d after 140 days", a.target, a.status)
	}
	if a := file("latest", "zones.csv"); a.status != http.StatusOK {
		t.Errorf("the current edition: %d after 140 days", a.status)
	}
	for _, line := range slices.DeleteFunc(strings.Split(b.log.String(), "\n"), func(l string) bool { return !strings.Contains(l, "export#") }) {
		if strings.Contains(line, "88 77 66") || strings.Contains(line, "887766") {
			t.Errorf("the log tells a value: %s", line)
		}
	}
}
