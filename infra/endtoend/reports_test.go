package endtoend

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"aanspreekpunt/infra/demonstration"
)

type mailbox struct {
	Items []struct {
		From, Subject, Text, HTML string
		To                        []string
	}
}

// mailsTo are the mails about something that went to an address, newest first.
func mailsTo(t *testing.T, address, about string) mailbox {
	t.Helper()
	var all mailbox
	fetchAt(t, sys.Services(), "/dev/mail", &all)
	all.Items = slices.DeleteFunc(all.Items, func(m struct {
		From, Subject, Text, HTML string
		To                        []string
	}) bool {
		return !slices.Contains(m.To, address) || !strings.Contains(m.Subject, about)
	})
	return all
}

// remind has the day's mails sent, so many days from today.
func remind(t *testing.T, days int) {
	t.Helper()
	event, err := json.Marshal(map[string]time.Time{"time": time.Now().AddDate(0, 0, days)})
	if err != nil {
		t.Fatal(err)
	}
	if result, err := sys.Invoke(t.Context(), "remind", event); err != nil {
		t.Fatalf("%s, %v", result, err)
	}
}

// TestZonesAreReminded: a zone whose data is stale is asked once, one whose absence ends hears so once, and the
// administrators get a digest.
func TestZonesAreReminded(t *testing.T) {
	t.Parallel()
	var list struct{ Items []struct{ Code string } }
	fetch(t, "/api/v1/zones?pageSize=200", &list)
	var stale struct{ Code, Name, Freshness string }
	for i := 0; i < len(list.Items) && stale.Freshness != "stale"; i++ {
		fetch(t, "/api/v1/zones/"+list.Items[i].Code, &stale)
	}
	absent := string(demonstration.AbsentZone)
	management := func(code string) string {
		t.Helper()
		access, _ := mint(t, url.Values{"role": {"police"}, "zones": {code}})
		var zone struct{ ManagementEmail string }
		send(t, access, "GET", "/api/v1/zones/"+code, "").decode(t, &zone)
		return zone.ManagementEmail
	}
	remind(t, 4)
	remind(t, 5)
	for _, c := range []struct{ to, about, link string }{
		{management(stale.Code), "Kloppen de aanspreekpunten van politiezone " + stale.Name + " nog?", "/beheer/zones/" + stale.Code + "\r\n"},
		{management(absent), "afwezigheid", "/beheer/zones/" + absent + "\r\n"},
	} {
		mails := mailsTo(t, c.to, c.about).Items
		if len(mails) != 1 {
			t.Errorf("%s got %d mails %q, want 1", c.to, len(mails), c.about)
			continue
		}
		if m := mails[0]; !strings.Contains(m.Text, sys.URL()+c.link) || strings.Contains(m.Text, "@") || strings.Contains(m.Text, "Voorbeeld ") {
			t.Errorf("to %s: %s", c.to, m.Text)
		}
	}
	digests := mailsTo(t, "beheer@aanspreekpunt.example", "Politiezones die je best contacteert").Items
	if len(digests) == 0 || !strings.Contains(digests[0].Text, "("+stale.Code+")") || strings.Contains(digests[0].Text, "@") {
		t.Errorf("the digest: %+v", digests)
	}
}

// TestAReportReachesThePolice: anybody reports, the zone gets a mail that tells nothing, its police answer; and what
// nobody answers the administrators hear of, until it is forgotten.
func TestAReportReachesThePolice(t *testing.T) {
	t.Parallel()
	code := string(demonstration.AbsentZone) // has a management address
	path := "/api/v1/zones/" + code + "/reports"
	access, _ := mint(t, url.Values{"role": {"police"}, "zones": {code}})
	var zone struct{ ManagementEmail, Name string }
	send(t, access, "GET", "/api/v1/zones/"+code, "").decode(t, &zone)
	if zone.ManagementEmail == "" {
		t.Fatalf("zone %s has no management address", code)
	}
	const body = `{"kind":"other","text":"Kanariemelding zonder antwoord","replyTo":"kanarie@school.example"}`
	var ids []string
	for range 2 {
		taken := sendAt(t, sys.URL(), "POST", path, body, "Content-Type", "application/json")
		var got struct{ ID string }
		taken.decode(t, &got)
		if taken.status != http.StatusCreated || got.ID == "" || strings.Contains(strings.ToLower(taken.text()), "kanarie") {
			t.Fatalf("%d %s", taken.status, taken.body)
		}
		ids = append(ids, got.ID)
	}
	mails := mailsTo(t, zone.ManagementEmail, "melding")
	if len(mails.Items) != 2 {
		t.Fatalf("mails to the zone: %+v", mails)
	}
	if m := mails.Items[0]; !strings.Contains(m.Text, "Er staan 2 meldingen open.") || !strings.Contains(m.Text, sys.URL()+"/beheer/zones/"+code+"/meldingen") ||
		!strings.Contains(m.Subject, zone.Name) || strings.Contains(strings.ToLower(m.Text+m.HTML+m.Subject), "kanarie") {
		t.Errorf("the mail: %+v", m)
	}
	if a := sendAt(t, sys.URL(), "GET", path, ""); a.status != 401 {
		t.Errorf("read by nobody: %d", a.status)
	}
	var list struct {
		Total int
		Items []struct{ Href, Text string }
	}
	read := send(t, access, "GET", path, "")
	if read.decode(t, &list); list.Total != 2 || list.Items[0].Text != "Kanariemelding zonder antwoord" {
		t.Errorf("the list: %s", read.body)
	}
	if one := send(t, access, "GET", strings.TrimPrefix(list.Items[0].Href, sys.URL()), ""); one.status != 200 {
		t.Errorf("one report: %d %s", one.status, one.body)
	}
	if closed := send(t, access, "POST", path+"/"+ids[0]+"/closures", `{"answer":"Aangepast."}`); closed.status != 200 {
		t.Errorf("closing: %d %s", closed.status, closed.body)
	}
	if again := send(t, access, "POST", path+"/"+ids[0]+"/closures", `{"answer":"Aangepast."}`); again.status != 409 {
		t.Errorf("closing again: %d %s", again.status, again.body)
	}

	overdue := func() int {
		n := 0
		for _, m := range mailsTo(t, "beheer@aanspreekpunt.example", "Meldingen").Items {
			if strings.Contains(m.Text, "("+code+"): 1 melding\r\n") {
				n++
			}
		}
		return n
	}
	for _, c := range [][2]int{{0, 0}, {13, 0}, {14, 1}, {15, 1}} {
		if remind(t, c[0]); overdue() != c[1] {
			t.Errorf("after %d days the administrators have %d mails, want %d", c[0], overdue(), c[1])
		}
	}
	if n := len(mailsTo(t, zone.ManagementEmail, "melding").Items); n != 2 {
		t.Errorf("the zone has %d mails, want no more than 2", n)
	}
	if closed := send(t, access, "POST", path+"/"+ids[1]+"/closures", ""); closed.status != 200 || strings.Contains(closed.text(), "answer") {
		t.Errorf("closing without a word: %d %s", closed.status, closed.body)
	}
	remind(t, 180)
	if read := send(t, access, "GET", path, ""); !strings.Contains(read.text(), `"total":0`) {
		t.Errorf("after 180 days: %s", read.body)
	}
	for _, event := range []string{`{}`, `{"time":null}`, `{"time":"gisteren"}`, `{"time":"2026-11-27"}`} {
		if result, err := sys.Invoke(t.Context(), "remind", []byte(event)); err == nil {
			t.Errorf("the event %s: %s", event, result)
		}
	}
	if !attached { // functions that run elsewhere are invoked there
		response, err := client.Post(sys.Services()+"/dev/invoke/remind", "application/json", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if response.StatusCode != 200 {
			t.Errorf("the schedule's own event: %d", response.StatusCode)
		}
	}
	if log := strings.ToLower(functLog.String()); strings.Contains(log, "kanariemelding") || strings.Contains(log, "kanarie@school") {
		t.Error("the functions' log tells of a report")
	}
}
