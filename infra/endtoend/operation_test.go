package endtoend

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/infra/reference"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/identity"
	"aanspreekpunt/shared/publication"
)

// upload puts an object into the bucket for uploads.
func (b *broken) upload(t *testing.T, key string, data []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, b.S3()+"/"+b.Environment("refdata")["UPLOAD_BUCKET"]+"/"+key, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if response.Body.Close(); response.StatusCode != http.StatusOK {
		t.Fatalf("upload %s: %d", key, response.StatusCode)
	}
}

// TestWhatOperatorsDo does what changes facts and files for everybody, on a system of its own: lists of schools one
// after another, until old facts are deleted; a file of contact points from its upload to its deletion; the table of
// organisations.
func TestWhatOperatorsDo(t *testing.T) {
	t.Parallel()
	b := breakable(t)
	territory, err := facts.ReadTerritory(reference.FS)
	if err != nil {
		t.Fatal(err)
	}
	list := demonstration.SchoolList(territory)
	access, id := mintAt(t, b.URL(), url.Values{"role": {"admin"}})
	session := []string{"Cookie", identity.CookieName + "=" + id, "Sec-Fetch-Site", "same-origin"}

	t.Run("limits", func(t *testing.T) {
		// The first report of a day makes the secret that hides where it came from.
		until := func(status, most int, send func() answer) {
			t.Helper()
			for range most {
				a := send()
				if a.status == http.StatusTooManyRequests && a.header.Get("Retry-After") != "" {
					return
				}
				if a.status != status {
					t.Fatalf("%s: %d %s", a.target, a.status, a.body)
				}
			}
			t.Errorf("%d in a row are let through", most)
		}
		unsaved := managed(t, false, 2) // in this system too: the demonstration is the same
		until(http.StatusCreated, 11, func() answer {
			return sendAt(t, b.URL(), "POST", "/api/v1/zones/"+unsaved+"/reports", `{"kind":"other","text":"Te vaak"}`, "Content-Type", "application/json")
		})
		until(http.StatusSeeOther, 201, func() answer { return b.get(t, "/aanmelden") })
		// Nobody of that zone could be told: remind looks every day whether it has an address by now.
		if result, err := b.Invoke(t.Context(), "remind", []byte(`{"time":"`+time.Now().Add(time.Hour).Format(time.RFC3339)+`"}`)); err != nil {
			t.Errorf("remind: %s, %v", result, err)
		}
	})

	t.Run("lists of schools", func(t *testing.T) {
		report := func(event string) (outcome string) {
			t.Helper()
			result, err := b.Invoke(t.Context(), "refdata", []byte(event))
			if err != nil {
				t.Fatal(err)
			}
			var said struct{ Outcome string }
			if err := json.Unmarshal(result, &said); err != nil {
				t.Fatal(err)
			}
			return said.Outcome
		}
		first := b.item(t, "REFERENCE", "POINTER")["version"]
		for i, name := range []string{"Vlinder", "Rups", "Mier", "Bij"} {
			key := fmt.Sprintf("scholen/reeks/%d.csv", i)
			b.upload(t, key, bytes.ReplaceAll(list, []byte("De Vlinder"), []byte("De "+name)))
			if got := report(fmt.Sprintf(`{"action":"load","time":"2026-11-0%dT04:00:00Z","demonstration":true,"schools":["%s"]}`, i+1, key)); got != "published" {
				t.Errorf("list %d: %s", i, got)
			}
		}
		if now := b.item(t, "REFERENCE", "POINTER")["version"]; now == first {
			t.Error("the pointer stays")
		}
		if a := b.get(t, "/api/v1/health"); a.status != http.StatusOK {
			t.Errorf("health: %d", a.status)
		}
		// A set of pages in a folder, as uploads tell of it.
		b.upload(t, "scholen/map/1.csv", list)
		if got := report(`{"Records":[{"eventTime":"2026-11-05T04:00:00Z","s3":{"object":{"key":"scholen/map/1.csv"}}}]}`); got != "published" {
			t.Errorf("the folder: %s", got)
		}
		if _, err := b.Invoke(t.Context(), "refdata", []byte(`{"action":"load","time":"2026-11-06T04:00:00Z","schools":["scholen/none.csv"]}`)); err == nil || !strings.Contains(err.Error(), "scholen/none.csv") {
			t.Errorf("a file that is not there: %v", err)
		}
	})

	t.Run("outlines of zones", func(t *testing.T) {
		if before := b.get(t, "/dekking"); strings.Contains(before.text(), `class="area`) {
			t.Error("there are outlines already")
		}
		b.upload(t, "grenzen/zones.geojson", []byte(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"5910"},
			"geometry":{"type":"Polygon","coordinates":[[[4.8,50.7],[5,50.7],[5,50.9]]]}}]}`))
		if _, err := b.Invoke(t.Context(), "refdata", []byte(`{"Records":[{"eventTime":"2026-11-05T04:00:00Z","s3":{"object":{"key":"grenzen/zones.geojson"}}}]}`)); err != nil {
			t.Fatal(err)
		}
		if after := b.get(t, "/dekking"); !strings.Contains(after.text(), `class="area fresh"`) {
			t.Error("the outlines are not drawn")
		}
	})

	t.Run("zones sees new facts too", func(t *testing.T) {
		// It asks for the pointer beside a zone's profile, when what it knows is some seconds old.
		for again := time.NewTicker(100 * time.Millisecond); !asked.Has("zones", "dynamodb:BatchGetItem", "REFERENCE"); <-again.C {
			if a := askAt(t, b.URL(), "GET", "/beheer/zones/5910", session...); a.status != http.StatusOK {
				t.Fatalf("%d", a.status)
			}
			if t.Context().Err() != nil {
				t.Fatal("it never asks")
			}
		}
	})

	t.Run("nothing published yet", func(t *testing.T) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, b.S3()+"/"+b.Environment("opendata")["DATA_BUCKET"]+"/"+publication.ManifestKey, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if response.Body.Close(); response.StatusCode != http.StatusNoContent {
			t.Fatalf("delete the manifest: %d", response.StatusCode)
		}
		if page := b.get(t, "/opendata"); page.status != http.StatusOK || !strings.Contains(page.text(), "Er is nog niets gepubliceerd.") {
			t.Errorf("the page: %d", page.status)
		}
		if file := b.get(t, "/opendata/latest/zones.csv"); file.status != http.StatusNotFound {
			t.Errorf("a file: %d", file.status)
		}
		if result, err := b.Invoke(t.Context(), "export", []byte(`{"time":"`+time.Now().Format(time.RFC3339)+`"}`)); err != nil {
			t.Fatalf("export: %s, %v", result, err)
		}
		if file := b.get(t, "/opendata/latest/zones.csv"); file.status != http.StatusOK {
			t.Errorf("a file after the export: %d", file.status)
		}
	})

	t.Run("a file of contact points", func(t *testing.T) {
		var form bytes.Buffer
		parts := multipart.NewWriter(&form)
		file, err := parts.CreateFormFile("bestand", "lijst.csv")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(file, "Zonecode;Functie;Telefoon\n5394;Onthaal;16550077\n"); err != nil {
			t.Fatal(err)
		}
		if err := parts.Close(); err != nil {
			t.Fatal(err)
		}
		preview := sendAt(t, b.URL(), "POST", "/beheer/invoer", form.String(), append(session, "Content-Type", parts.FormDataContentType())...)
		hidden := regexp.MustCompile(`name="bestand" value="([^"]+)"`).FindStringSubmatch(preview.text())
		zone := regexp.MustCompile(`name="zone" value="(5394:\d+)"`).FindStringSubmatch(preview.text())
		if preview.status != http.StatusOK || hidden == nil || zone == nil {
			t.Fatalf("the preview: %d %s", preview.status, preview.body)
		}
		apply := func() answer {
			t.Helper()
			return sendAt(t, b.URL(), "POST", "/beheer/invoer", url.Values{"bestand": {hidden[1]}, "zone": {zone[1]}}.Encode(),
				append(session, "Content-Type", "application/x-www-form-urlencoded")...)
		}
		if done := apply(); done.status != http.StatusOK || !strings.Contains(done.text(), "Ingelezen voor 1 politiezone.") {
			t.Fatalf("applied: %d %s", done.status, done.body)
		}
		if again := apply(); strings.Contains(again.text(), "Ingelezen voor") {
			t.Errorf("the file is still there: %d", again.status)
		}
		if all := askAt(t, b.URL(), "GET", "/beheer/zones", session...); all.status != http.StatusOK {
			t.Errorf("the zones: %d", all.status)
		}
	})

	t.Run("forgetting", func(t *testing.T) {
		ctx, store, now := t.Context(), dynamo.New(b.table, b.name), time.Now()
		by := directory.Cause{Kind: directory.RevisionSaved, By: directory.Principal{Role: directory.RolePolice, Name: "Voorbeeld Inspecteur", Subject: "sub"}}
		practice := directory.Practice{ID: "vergeten", Zone: "5910"}
		practice = practice.Saved(directory.PracticeInput{Slug: "vergeten", Status: directory.PracticeDraft}, "", now)
		if err := store.SavePractice(ctx, dynamo.PracticeSave{Practice: practice,
			Revision: directory.NewPracticeRevision(directory.Practice{}, practice, by, now)}); err != nil {
			t.Fatal(err)
		}
		const gone = "999999" // no list of schools has it
		contact := directory.SchoolContact{InstitutionNumber: gone}.Saved(directory.SchoolContactInput{
			ContactPersons: []directory.ContactPerson{{ID: "directie", Role: "Directie", Phones: []string{"+3288000001"}}}}, now)
		if err := store.SaveSchoolContact(ctx, dynamo.SchoolContactSave{Contact: contact,
			Revision: directory.NewSchoolRevision(directory.School{}, directory.SchoolContact{}, contact, directory.RevisionSaved, by.By, now)}); err != nil {
			t.Fatal(err)
		}
		for _, days := range []int{0, dynamo.GoneDays, directory.PersonalDays + 1, directory.PersonalDays + 1 + dynamo.GoneDays} {
			event, err := json.Marshal(map[string]time.Time{"time": now.AddDate(0, 0, days)})
			if err != nil {
				t.Fatal(err)
			}
			if result, err := b.Invoke(ctx, "remind", event); err != nil {
				t.Fatalf("remind after %d days: %s, %v", days, result, err)
			}
		}
		if c, err := store.SchoolContact(ctx, gone); err != nil || len(c.ContactPersons) > 0 {
			t.Errorf("the contact of a school that is gone: %+v, %v", c, err)
		}
		for _, pk := range []string{"ZONE#5910", "PRACTICE#vergeten", "SCHOOL#" + gone} {
			b.item(t, pk, "REVISION#00000001#SKELETON")
			if out, err := b.table.GetItem(ctx, &dynamodb.GetItemInput{TableName: &b.name, Key: key(pk, "REVISION#00000001#PERSONAL")}); err != nil || out.Item != nil {
				t.Errorf("%s still has the personal values of its first version (%v)", pk, err)
			}
		}
	})

	t.Run("organisations", func(t *testing.T) {
		read := askAt(t, b.URL(), "GET", "/api/v1/organisations", "Authorization", "Bearer "+access)
		saved := sendAt(t, b.URL(), "PUT", "/api/v1/organisations", `{"items":[{"number":"0000000196","name":"Voorbeeldorganisatie","zones":["5910"]}]}`,
			"Authorization", "Bearer "+access, "Content-Type", "application/json", "If-Match", read.header.Get("ETag"))
		if saved.status != http.StatusOK {
			t.Errorf("%d %s", saved.status, saved.body)
		}
		stale := sendAt(t, b.URL(), "PUT", "/api/v1/organisations", `{"items":[]}`,
			"Authorization", "Bearer "+access, "Content-Type", "application/json", "If-Match", read.header.Get("ETag"))
		if stale.status != http.StatusPreconditionFailed || stale.header.Get("ETag") != saved.header.Get("ETag") {
			t.Errorf("stale: %d with ETag %s, want %s", stale.status, stale.header.Get("ETag"), saved.header.Get("ETag"))
		}
	})
}
