package system

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/infra/reference"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/schoollist"
)

// The function that loads reference facts, and where it finds uploads.
const (
	loader         = "refdata"
	exporter       = "export"
	uploadPrefix   = "scholen/"
	boundaryPrefix = "grenzen/"

	demonstrationKey = uploadPrefix + "voorbeeld.csv"

	problemsShown = 10 // of the rows of a list
)

// list is one file of a list of schools.
type list struct {
	key  string // in the bucket
	data []byte
}

// readLists reads the files of a list of schools. What cannot be used is said now, and not after minutes of compiling.
func readLists(files []string, now time.Time) ([]list, error) {
	if len(files) == 0 {
		return nil, nil
	}
	var lists []list
	var parts []schoollist.File
	for i, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("list of schools: %w", err)
		}
		parts = append(parts, schoollist.File{Name: file, Data: data})
		lists = append(lists, list{fmt.Sprintf("%s%02d-%s", uploadPrefix, i+1, filepath.Base(file)), data})
	}
	territory, err := facts.ReadTerritory(reference.FS)
	if err != nil {
		return nil, err
	}
	if _, err := schoollist.Read(parts, territory, directory.DayOf(now)); err != nil {
		return nil, fmt.Errorf("list of schools: %w", err)
	}
	return lists, nil
}

// store reaches the functions' table past whatever stands between.
func (s *System) store() (*dynamo.Store, error) {
	environment := s.Environment(loader)
	if environment == nil {
		return nil, fmt.Errorf("the template has no function %s", loader)
	}
	environment["AWS_ENDPOINT_URL_DYNAMODB"] = s.dynamoDB
	return dynamo.FromEnvironment(func(name string) string { return environment[name] })
}

// holdsFacts tells whether somebody published reference facts to the table before.
func (s *System) holdsFacts(ctx context.Context) (bool, error) {
	store, err := s.store()
	if err != nil {
		return false, err
	}
	_, holds, err := store.Pointer(ctx)
	return holds, err
}

// seed fills the table the way production is filled: lists of schools are uploaded and refdata is called to load
// them with the reference facts.
func (s *System) seed(ctx context.Context, lists []list, boundaries []byte) error {
	territory, err := facts.ReadTerritory(reference.FS)
	if err != nil {
		return err
	}
	now := time.Now()
	demonstrate := !s.options.Empty
	if demonstrate && len(lists) == 0 {
		lists = []list{{demonstrationKey, demonstration.SchoolList(territory)}}
	}
	// Facts come last: a table without them was not filled, or not to the end, and is filled at the next start. Only
	// then does search know the other names of a school, too.
	if demonstrate && len(lists) == 1 && lists[0].key == demonstrationKey {
		if err := unlessThere(s.seedSchoolContact(ctx, territory, lists[0].data, now)); err != nil {
			return fmt.Errorf("seed: %w", err)
		}
	}
	if demonstrate {
		if err := s.seedDemonstration(ctx, territory, now); err != nil {
			return fmt.Errorf("seed: %w", err)
		}
	}
	keys := []string{}
	for _, l := range lists {
		if err := s.upload(ctx, s.Environment(loader)["UPLOAD_BUCKET"], l.key, l.data); err != nil {
			return err
		}
		keys = append(keys, l.key)
	}
	event, err := json.Marshal(map[string]any{
		"action": "load", "time": now.UTC().Format(time.RFC3339), "demonstration": demonstrate, "schools": keys,
	})
	if err != nil {
		return err
	}
	result, err := s.Invoke(ctx, loader, event)
	if err != nil {
		return fmt.Errorf("seed: %s: %w", loader, err)
	}
	var report struct {
		Outcome  string
		Schools  int
		Problems []schoollist.Problem
	}
	if err := json.Unmarshal(result, &report); err != nil || report.Outcome != "published" {
		return fmt.Errorf("seed: %s published nothing: %s", loader, result)
	}
	s.say(fmt.Sprintf("seeded: reference facts with %d schools", report.Schools))
	for i, p := range report.Problems {
		if i == problemsShown {
			s.say(fmt.Sprintf("  and %d more", len(report.Problems)-i))
			break
		}
		s.say(fmt.Sprintf("  %s line %d, school %s: %s", strings.TrimPrefix(p.File, uploadPrefix), p.Line, p.Number, p.Reason))
	}
	if boundaries != nil {
		if err := s.seedBoundaries(ctx, boundaries, now); err != nil {
			return err
		}
	}
	return s.seedPublication(ctx, now)
}

// unlessThere takes what an earlier start stored, which was ended before it was ready, for stored.
func unlessThere(err error) error {
	if errors.Is(err, dynamo.ErrStale) || errors.Is(err, dynamo.ErrTaken) {
		return nil
	}
	return err
}

// seedPublication publishes open data, as every night does.
func (s *System) seedPublication(ctx context.Context, now time.Time) error {
	result, err := s.Invoke(ctx, exporter, fmt.Appendf(nil, `{"time":%q}`, now.UTC().Format(time.RFC3339)))
	if err != nil {
		return fmt.Errorf("seed: %s: %w", exporter, err)
	}
	var report struct{ Outcome string }
	if err := json.Unmarshal(result, &report); err != nil {
		return fmt.Errorf("seed: %s: %w", exporter, err)
	}
	s.say("seeded: open data, " + report.Outcome)
	return nil
}

// seedDemonstration stores made-up profiles, coverage of days before and organisations, which have no other way in.
func (s *System) seedDemonstration(ctx context.Context, territory directory.Territory, now time.Time) error {
	store, err := s.store()
	if err != nil {
		return err
	}
	profiles := demonstration.Profiles(territory, now)
	for _, p := range profiles {
		// As if somebody of the zone had saved it, when it says that it was changed.
		at := now
		if p.ModifiedAt != nil {
			at = *p.ModifiedAt
		}
		by := directory.Principal{Role: directory.RolePolice, Name: "Voorbeeld Politie", Subject: "police-" + string(p.Code)}
		first := directory.NewRevision(before(territory, p.Code), p, directory.Cause{Kind: directory.RevisionSaved, By: by},
			directory.Names{Municipality: territory.Names()}, at)
		if err := unlessThere(store.SaveZone(ctx, dynamo.ZoneSave{Profile: p, Revision: first})); err != nil {
			return err
		}
	}
	s.say(fmt.Sprintf("seeded: demonstration contact points for %d zones", len(profiles)))
	draft := demonstration.DraftPractice(now)
	by := directory.Principal{Role: directory.RolePolice, Name: "Voorbeeld Politie", Subject: "police-" + string(draft.Zone)}
	if err := unlessThere(store.SavePractice(ctx, dynamo.PracticeSave{Practice: draft,
		Revision: directory.NewPracticeRevision(directory.Practice{}, draft, directory.Cause{Kind: directory.RevisionSaved, By: by}, now)})); err != nil {
		return err
	}
	s.say("seeded: a draft of a good practice, by the police of zone " + string(draft.Zone))
	for _, c := range demonstration.Coverage(territory, now) {
		if err := store.SaveCoverage(ctx, c); err != nil {
			return err
		}
	}
	return unlessThere(store.SaveOrganisations(ctx, directory.Organisations{Version: 1, Items: []directory.Organisation{linkedOrganisation}}, nil, now))
}

// seedBoundaries uploads outlines of zones and tells refdata, as the bucket does.
func (s *System) seedBoundaries(ctx context.Context, data []byte, now time.Time) error {
	const key = boundaryPrefix + "zones.geojson"
	if err := s.upload(ctx, s.Environment(loader)["UPLOAD_BUCKET"], key, data); err != nil {
		return err
	}
	var event events.S3Event
	event.Records = []events.S3EventRecord{{EventTime: now.UTC(), S3: events.S3Entity{Object: events.S3Object{Key: key}}}}
	raw, err := json.Marshal(event)
	if err != nil {
		return err
	}
	result, err := s.Invoke(ctx, loader, raw)
	if err != nil {
		return fmt.Errorf("seed: outlines of zones: %w", err)
	}
	var report struct {
		Zones   int
		Missing []string
	}
	if err := json.Unmarshal(result, &report); err != nil {
		return fmt.Errorf("seed: outlines of zones: %w", err)
	}
	s.say(fmt.Sprintf("seeded: outlines of %d zones; %d zones have none", report.Zones, len(report.Missing)))
	return nil
}

// seedSchoolContact stores what the demonstration school keeps for the police, as if its staff had.
func (s *System) seedSchoolContact(ctx context.Context, territory directory.Territory, schools []byte, now time.Time) error {
	store, err := s.store()
	if err != nil {
		return err
	}
	read, err := schoollist.Read([]schoollist.File{{Name: demonstrationKey, Data: schools}}, territory, directory.DayOf(now))
	if err != nil {
		return err
	}
	contact := demonstration.SchoolContact(now)
	i := slices.IndexFunc(read.Schools, func(s directory.School) bool { return s.Number == contact.InstitutionNumber })
	if i < 0 {
		return fmt.Errorf("no school %s", contact.InstitutionNumber)
	}
	by := directory.Principal{Role: directory.RoleSchool, Name: "Voorbeeld School", Subject: "school-" + string(contact.InstitutionNumber)}
	first := directory.NewSchoolRevision(read.Schools[i], directory.SchoolContact{InstitutionNumber: contact.InstitutionNumber}, contact,
		directory.RevisionSaved, by, *contact.ModifiedAt)
	return store.SaveSchoolContact(ctx, dynamo.SchoolContactSave{Contact: contact, Revision: first})
}

// before is what a zone had before its first version: its facts.
func before(t directory.Territory, code directory.ZoneCode) directory.Profile {
	for _, z := range t.Zones {
		if z.Code == code {
			return directory.ProfileOfFacts(z)
		}
	}
	return directory.Profile{Code: code}
}
