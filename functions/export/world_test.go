package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/facts/factstest"
	"aanspreekpunt/shared/publication"
	"aanspreekpunt/shared/publication/publicationtest"
	"aanspreekpunt/shared/telemetry"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// What zone 5910 keeps back, in values that stand nowhere else.
const (
	canaryName  = "Kanarie Voorbeeld"
	canaryPhone = "+3288990011"
	canaryEmail = "kanarie@voorbeeld.example"
	canaryWords = "Kanarie na de middag"
	canaryBoss  = "kanariebeheer@voorbeeld.example"
)

// world is a table and two buckets, with an export on them.
type world struct {
	*Exporter
	t     *testing.T
	table *dynamotest.Table
	store *dynamo.Store // past whatever stands between the export and its table
	data  *publicationtest.Bucket
	log   *strings.Builder
	now   time.Time // of the last run
}

var start = time.Date(2026, 11, 2, 2, 30, 0, 0, directory.Brussels)

// newWorld has reference facts, one zone with much in it and one with a hostile contact point.
func newWorld(t *testing.T, between func(http.Handler) http.Handler) *world {
	t.Helper()
	table := dynamotest.New(t)
	data := publicationtest.New(t, between)
	data.Make("restricted")
	w := &world{t: t, table: table, store: dynamo.New(table.Client, table.Name), data: data, log: &strings.Builder{}, now: start}
	var unique atomic.Int64
	w.Exporter = &Exporter{
		Store: w.store, BaseURL: "https://aanspreekpunt.example", Clock: time.Now,
		Open: Shelf{data.Client, data.Name, openDays}, Restricted: Shelf{data.Client, "restricted", restrictedDays},
		Log: slog.New(slog.NewTextHandler(w.log, nil)), Unique: func() string { return fmt.Sprintf("u%d", unique.Add(1)) },
	}
	publish(t, w.store, factstest.Territory(), "v1")
	w.save(profile())
	w.save(hostile())
	return w
}

func publish(t *testing.T, store *dynamo.Store, territory directory.Territory, version string) {
	t.Helper()
	data, err := facts.Build(territory, nil, facts.Meta{Territory: facts.Source{AsOf: "2025-01-01"}, Demonstration: true})
	if err != nil {
		t.Fatal(err)
	}
	before, _, err := store.Pointer(t.Context())
	if err == nil {
		err = dynamo.PublishReference(t.Context(), store, dynamo.Publication{Version: version, Data: data, At: start, Previous: before})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func profile() directory.Profile {
	confirmed, modified := start.Add(-48*time.Hour), start.Add(-24*time.Hour)
	return directory.Profile{
		Code: "5910", Version: 1, Phone: "+3216665511", Email: "onthaal@voorbeeld.example", Website: "https://www.politie.be/5910",
		Address: &directory.Address{Street: "Straat 1", Postcode: "3300", Municipality: "Tienen"}, ManagementEmail: canaryBoss,
		AssuredAt: &confirmed, ModifiedAt: &modified,
		Partners: []directory.Partner{{Kind: directory.PartnerPreventionService, Name: "Preventiedienst (voorbeeld)"}},
		ContactPoints: []directory.ContactPoint{
			{ID: "vast", Role: "Jeugdinspecteur", Name: canaryName, NameVisibility: directory.VisibleSchools, Primary: true,
				Phones: []directory.Phone{{Number: "+3288123456", Visibility: directory.VisiblePublic, Note: "kantoor"}, {Number: canaryPhone, Visibility: directory.VisibleSchools, Note: canaryWords}},
				Emails: []directory.Email{{Address: canaryEmail, Visibility: directory.VisibleSchools}}, Availability: canaryWords,
				OpeningHours: []directory.OpeningHours{{Day: 1, Opens: "08:00", Until: "16:30"}}, OpeningHoursPublic: true},
			{ID: "drugs", Role: "Drugspreventie", Name: "Voorbeeld Openbaar", NameVisibility: directory.VisiblePublic, Themes: []directory.Theme{directory.ThemeDrugs},
				Levels: []directory.Level{directory.LevelSecondary}, Municipalities: []directory.NIS{24107}, InstitutionNumbers: []directory.InstitutionNumber{"012345"}, Languages: []string{"nl", "fr"},
				Phones:  []directory.Phone{{Number: "+31612345678", Visibility: directory.VisiblePublic}},
				Emails:  []directory.Email{{Address: "drugs@voorbeeld.example", Visibility: directory.VisiblePublic}},
				Absence: &directory.Absence{From: "2026-11-01", Until: "2026-11-20", Replacement: "vast"}, AbsencePublic: true},
		},
	}
}

// seen is the public record of a profile of zone 5910.
func seen(p *directory.Profile) Zone { return seenBy(directory.Principal{}, p) }

func seenBy(who directory.Principal, p *directory.Profile) Zone {
	return recordOf(directory.See(directory.ZoneFacts{Code: "5910", Name: "Getevallei"}, directory.NIS.String, p, who, directory.Question{}, start), nil, false)
}

// hostile is what somebody could have saved to harm who opens the files.
func hostile() directory.Profile {
	modified := start.Add(-72 * time.Hour)
	return directory.Profile{Code: "5341", Version: 1, ModifiedAt: &modified, ContactPoints: []directory.ContactPoint{
		{ID: "a", Role: `=HYPERLINK("http://evil.example";"x")`, Primary: true, Availability: "\t=1+1", AvailabilityPublic: true,
			Phones: []directory.Phone{{Number: "+3288000001", Visibility: directory.VisiblePublic, Note: "@SUM(A1)"}}},
		{ID: "b", Role: "-1+1, \"quoted\"\r\nsecond; line \\ <b>&amp;</b> ]]> \u0001", Availability: "+32 is geen formule", AvailabilityPublic: true},
	}}
}

// save stores a profile as police would, in its next version.
func (w *world) save(p directory.Profile) {
	w.t.Helper()
	revision := directory.Revision{Zone: p.Code, Version: p.Version, Kind: directory.RevisionSaved, Profile: p, At: w.now}
	if err := w.store.SaveZone(w.t.Context(), dynamo.ZoneSave{Profile: p, Revision: revision}); err != nil {
		w.t.Fatal(err)
	}
}

// change saves the next version of a zone.
func (w *world) change(code directory.ZoneCode, how func(*directory.Profile)) {
	w.t.Helper()
	p, _, err := w.store.Profile(w.t.Context(), code)
	if err != nil {
		w.t.Fatal(err)
	}
	p.Code = code
	p.Version++
	at := w.now.Add(time.Hour)
	p.ModifiedAt = &at
	how(&p)
	w.save(p)
}

// run runs the export on a later day, with all that it logs: 0 is the same day.
func (w *world) run(later int, change func(*event)) (Result, error) {
	w.t.Helper()
	w.now = w.now.AddDate(0, 0, later)
	e := event{Time: &w.now}
	if change != nil {
		change(&e)
	}
	r, err := telemetry.Task("export", w.Log, w.Handle)(w.t.Context(), e)
	for _, secret := range []string{canaryName, canaryPhone, canaryEmail, canaryWords, "88990011"} {
		if strings.Contains(w.log.String(), secret) {
			w.t.Errorf("the log tells %q: %s", secret, w.log)
		}
	}
	return r, err
}

func (w *world) wants(later int, outcome string) Result {
	w.t.Helper()
	r, err := w.run(later, nil)
	if err != nil || r.Outcome != outcome {
		w.t.Fatalf("on %s: %+v, %v; want %s", w.now, r, err, outcome)
	}
	return r
}

// manifest is what a shelf publishes now.
func (w *world) manifest(s Shelf) publication.Manifest {
	w.t.Helper()
	now, err := Shelf{w.data.Client, s.Bucket, 0}.now(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return now.Manifest
}

// files reads an edition's files.
func (w *world) files(s Shelf, e publication.Edition) map[string][]byte {
	w.t.Helper()
	all := map[string][]byte{}
	for _, f := range e.Files {
		body, err := publication.NewReader(w.data.Client, nil, s.Bucket).Open(context.Background(), e, f.Name)
		if err != nil {
			w.t.Fatal(err)
		}
		data, err := io.ReadAll(body)
		if err != nil || body.Close() != nil {
			w.t.Fatal(err)
		}
		all[f.Name] = data
	}
	return all
}

// published are the current files of the open data.
func (w *world) published() map[string][]byte {
	w.t.Helper()
	return w.files(w.Open, w.manifest(w.Open).Current)
}

// objects are the keys in a bucket, every version.
func (w *world) objects(bucket string) []string {
	w.t.Helper()
	var keys []string
	in := &s3.ListObjectVersionsInput{Bucket: &bucket}
	for {
		page, err := w.data.Client.ListObjectVersions(context.Background(), in)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, v := range page.Versions {
			keys = append(keys, aws.ToString(v.Key))
		}
		for _, v := range page.DeleteMarkers {
			keys = append(keys, "deleted "+aws.ToString(v.Key))
		}
		if !aws.ToBool(page.IsTruncated) {
			return keys
		}
		in.KeyMarker, in.VersionIdMarker = page.NextKeyMarker, page.NextVersionIdMarker
	}
}

// rows reads a CSV file by column names.
func rows(t *testing.T, data []byte) []map[string]string {
	t.Helper()
	text, ok := bytes.CutPrefix(data, []byte(byteOrderMark))
	if !ok {
		t.Fatal("no byte order mark")
	}
	records, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		all = append(all, row)
	}
	return all
}

func find(t *testing.T, all []map[string]string, column, value string) map[string]string {
	t.Helper()
	i := slices.IndexFunc(all, func(row map[string]string) bool { return row[column] == value })
	if i < 0 {
		t.Fatalf("no row with %s %q", column, value)
	}
	return all[i]
}

// unpacked is every text in a file, with what a spreadsheet packs.
func unpacked(t *testing.T, name string, data []byte) string {
	t.Helper()
	if !strings.HasSuffix(name, ".xlsx") {
		return string(data)
	}
	book, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, part := range book.File {
		if !part.Modified.IsZero() && part.Modified.Year() > 1980 {
			t.Errorf("%s in %s has a time", part.Name, name)
		}
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&text, r); err != nil {
			t.Fatal(err)
		}
	}
	return text.String()
}
