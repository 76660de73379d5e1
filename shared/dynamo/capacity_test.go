package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/telemetry"
)

// use is one use of the store, with the units that it costs.
type use struct {
	method      string // of Store
	how         string
	read, write float64
	call        func(context.Context) error
}

// uses goes through every method of a store on an empty table, in this order. What is stored is small, so that the
// units are those of doc.go's table: an item of at most 1 kB is written for 1 (2 in a transaction), one of at most 4 kB
// read for 1 (0.5 from the index); what is said to be large shows what size adds.
func uses(t *testing.T, s *dynamo.Store) []use {
	var list []use
	add := func(method, how string, read, write float64, call func(context.Context) error) {
		list = append(list, use{method, how, read, write, call})
	}
	now := saved
	large := strings.Repeat("x", 6_000)
	repeat := func(id string) *dynamo.Repeat { return &dynamo.Repeat{ID: id, Status: 200, Answer: []byte("{}")} }

	// Practices: the practice with its copy in the index, its revision's two parts, of which the personal one has a copy
	// too, and the titles.
	w := writing{t, s}
	practice := w.next(directory.Practice{}, "Titel", "titel", directory.PracticePublished)
	add("SavePractice", "a published one", 1, 12, func(ctx context.Context) error { return s.SavePractice(ctx, practice) })
	add("Practice", "", 1, 0, func(ctx context.Context) error { _, err := s.Practice(ctx, "titel"); return err })
	add("Practices", "", 0.5, 0, func(ctx context.Context) error { return drain(s.Practices(ctx)) })
	add("PracticesOf", "", 0.5, 0, func(ctx context.Context) error { return drain(s.PracticesOf(ctx, "5910")) })
	add("PracticeTitles", "", 1, 0, func(ctx context.Context) error { _, err := s.PracticeTitles(ctx); return err })
	add("PracticeRevisions", "", 1, 0, func(ctx context.Context) error {
		_, err := s.PracticeRevisions(ctx, practice.Practice.ID, 0, 10, now)
		return err
	})
	add("PracticeRevision", "", 1, 0, func(ctx context.Context) error {
		_, err := s.PracticeRevision(ctx, practice.Practice.ID, 1, now)
		return err
	})

	// Reference facts: 600 kB that do not compress are parts of at most 350 kB, a manifest with its copy in the index,
	// and the pointer and the territory changes in a transaction.
	facts := noise(600_000, 1)
	add("PublishReference", "600 kB, with territory changes", 1.5, 594, func(ctx context.Context) error {
		return dynamo.PublishReference(ctx, s, dynamo.Publication{Version: "v1", Data: facts, At: noon, Territory: &dynamo.TerritorySave{Changes: directory.TerritoryChanges{Version: 1}, At: noon}})
	})
	add("Pointer", "", 1, 0, func(ctx context.Context) error { _, _, err := s.Pointer(ctx); return err })
	add("Reference", "600 kB", 147, 0, func(ctx context.Context) error { _, err := s.Reference(ctx, "v1"); return err })
	add("FactsAt", "600 kB", 148, 0, func(ctx context.Context) error {
		if _, _, err := s.FactsAt(ctx, now); !errors.Is(err, dynamo.ErrBroken) { // they are noise
			return fmt.Errorf("got %w", err)
		}
		return nil
	})
	add("TerritoryChanges", "", 1, 0, func(ctx context.Context) error { _, err := s.TerritoryChanges(ctx, now); return err })
	// Zones: a profile and a personal part, each with its copy in the index, and a skeleton.
	add("SaveZone", "the first version", 0, 10, func(ctx context.Context) error { return s.SaveZone(ctx, save(1, "")) })
	add("SaveZone", "the next, with a key", 0, 12, func(ctx context.Context) error {
		next := save(2, "")
		next.Repeat = repeat("zone")
		return s.SaveZone(ctx, next)
	})
	add("Revisions", "two", 1, 0, func(ctx context.Context) error {
		_, _, err := s.Revisions(ctx, "5910", 0, 10, now)
		return err
	})
	add("Revision", "", 1, 0, func(ctx context.Context) error { _, err := s.Revision(ctx, "5910", 1, now); return err })
	add("SaveZone", "of 6 kB: 7 for the profile, the personal part and their copies", 0, 2+4*2*7, func(ctx context.Context) error {
		next := save(3, "")
		next.Profile.ContactPoints[0].Availability = large
		return s.SaveZone(ctx, next)
	})
	add("Profile", "of 6 kB", 2, 0, func(ctx context.Context) error { _, _, err := s.Profile(ctx, "5910"); return err })
	add("Profile", "never saved", 1, 0, func(ctx context.Context) error { _, _, err := s.Profile(ctx, "5344"); return err })
	add("Repeated", "", 1, 0, func(ctx context.Context) error { _, _, err := s.Repeated(ctx, "zone", now); return err })
	var ten []directory.ZoneCode
	for i := range 10 {
		code := directory.ZoneCode(fmt.Sprint(5400 + i))
		ten = append(ten, code)
		add("SaveZone", "one of ten", 0, 10, func(ctx context.Context) error {
			return s.SaveZone(ctx, dynamo.ZoneSave{Profile: profile(code, 1), Revision: directory.Revision{Zone: code, Version: 1, Kind: directory.RevisionSaved, At: now, Profile: profile(code, 1)}})
		})
	}
	add("Answer", "ten zones, the pointer and practices", 12, 0, func(ctx context.Context) error {
		_, err := s.Answer(ctx, dynamo.Wanted{Zones: ten, Pointer: true, Practices: true})
		return err
	})
	add("Profiles", "eleven, one of them of 6 kB", 1.5, 0, func(ctx context.Context) error { return drain(s.Profiles(ctx)) })

	add("Check", "", 0.5, 0, func(ctx context.Context) error { return s.Check(ctx, dynamo.Profiles) })

	// Reports.
	r := report("r1", "5910", now)
	add("SaveReport", "with a key", 0, 6, func(ctx context.Context) error { return s.SaveReport(ctx, r, repeat("report")) })
	add("Report", "", 1, 0, func(ctx context.Context) error { _, err := s.Report(ctx, r.Zone, r.ID, now); return err })
	add("Reports", "", 1, 0, func(ctx context.Context) error { _, err := s.Reports(ctx, r.Zone, now); return err })
	add("OpenReports", "", 0.5, 0, func(ctx context.Context) error { return drain(s.OpenReports(ctx, now.Add(time.Hour), now)) })
	later := now.Add(time.Hour)
	add("ClaimNotice", "", 0, 2, func(ctx context.Context) error {
		_, err := s.ClaimNotice(ctx, r, dynamo.NoticeArrived, later)
		return err
	})
	add("NoticeSent", "", 0, 2, func(ctx context.Context) error { return s.NoticeSent(ctx, r, dynamo.NoticeArrived, later) })
	add("CloseReport", "moves it in the index", 0, 6, func(ctx context.Context) error {
		return s.CloseReport(ctx, r.Closed("Aangepast.", later), nil)
	})
	add("ForgetReports", "one", 0.5, 2, func(ctx context.Context) error { _, err := s.ForgetReports(ctx, now.AddDate(1, 0, 0)); return err })

	add("ForgetPersonal", "two of 5910 and one of 7 kB, ten of zones, one of a practice", 1.5, 2*2+2*7+10*2+2, func(ctx context.Context) error {
		_, err := s.ForgetPersonal(ctx, now.AddDate(3, 0, 0))
		return err
	})

	add("ForgetProfile", "of 6 kB, which is read first, with its copy in the index", 2, 2*7, func(ctx context.Context) error {
		p, _, err := s.Profile(ctx, "5910")
		if err != nil {
			return err
		}
		return s.ForgetProfile(ctx, p)
	})

	// Reminders.
	reminder := dynamo.Reminder{Zone: "5910", Series: dynamo.ReminderConfirm, About: "2026-11-23", Step: 1}
	add("FirstReminderRun", "", 0, 1, func(ctx context.Context) error { _, err := s.FirstReminderRun(ctx, "5910", now); return err })
	add("ClaimReminder", "", 0, 1, func(ctx context.Context) error { _, err := s.ClaimReminder(ctx, reminder, now); return err })
	add("ReminderSent", "", 0, 1, func(ctx context.Context) error { return s.ReminderSent(ctx, reminder) })

	// Counters: the first time finds no counter to raise, and that refused write is not in the sum.
	limit := dynamo.Limit{Name: "TEST", Most: 2, Window: time.Hour}
	count := func(ctx context.Context) error { _, err := s.Count(ctx, limit, "x", now); return err }
	add("Count", "the first time", 0, 1, count)
	add("Count", "below the limit", 0, 1, count)
	add("Count", "at the limit", 1, 0, count)
	source := func(ctx context.Context) error { _, err := s.CountSource(ctx, limit, "192.0.2.1", now); return err }
	add("CountSource", "the first of the day", 1, 2, source)
	add("CountSource", "", 1, 1, source)
	add("ForgetSecrets", "one", 0.5, 1, func(ctx context.Context) error { _, err := s.ForgetSecrets(ctx, now.AddDate(0, 0, 2)); return err })

	// Organisations.
	table := directory.Organisations{Version: 1, Items: []directory.Organisation{{Number: "0000000196", Name: "Voorbeeld", Zones: []directory.ZoneCode{"5910"}}}}
	add("SaveOrganisations", "", 0, 2, func(ctx context.Context) error { return s.SaveOrganisations(ctx, table, nil, now) })
	add("Organisations", "", 1, 0, func(ctx context.Context) error { _, err := s.Organisations(ctx); return err })
	add("Organisation", "", 1, 0, func(ctx context.Context) error { _, _, err := s.Organisation(ctx, "0000000196"); return err })

	// Coverage and outlines.
	day := directory.Coverage{Day: "2026-11-23"}
	add("SaveCoverage", "the day, and states of no zone", 0, 2, func(ctx context.Context) error { return s.SaveCoverage(ctx, day) })
	add("CoverageSince", "", 0.5, 0, func(ctx context.Context) error { _, err := s.CoverageSince(ctx, "2026-11-01"); return err })
	add("SaveBoundaries", "", 0, 1, func(ctx context.Context) error { return s.SaveBoundaries(ctx, []directory.Boundary{{Zone: "5910"}}) })
	add("Boundaries", "", 1, 0, func(ctx context.Context) error { _, err := s.Boundaries(ctx); return err })

	// What schools keep: a contact, its names and a personal part, each with its copy in the index, and a skeleton.
	contact := directory.SchoolContact{InstitutionNumber: "012345"}.Saved(directory.SchoolContactInput{Aliases: []string{"De Kanarie"},
		ContactPersons: []directory.ContactPerson{{ID: "a", Role: "Directeur", Phones: []string{"+3216000000"}}}}, now)
	add("SaveSchoolContact", "", 0, 14, func(ctx context.Context) error {
		by := directory.Principal{Role: directory.RoleSchool, Subject: "sub-1"}
		return s.SaveSchoolContact(ctx, dynamo.SchoolContactSave{Contact: contact, Revision: directory.NewSchoolRevision(directory.School{Number: "012345"},
			directory.SchoolContact{InstitutionNumber: "012345"}, contact, directory.RevisionSaved, by, now)})
	})
	add("SchoolContact", "", 1, 0, func(ctx context.Context) error { _, err := s.SchoolContact(ctx, "012345"); return err })
	add("SchoolContacts", "one", 1, 0, func(ctx context.Context) error {
		_, err := s.SchoolContacts(ctx, []directory.InstitutionNumber{"012345"})
		return err
	})
	add("SchoolRevisions", "", 1, 0, func(ctx context.Context) error { _, _, err := s.SchoolRevisions(ctx, contact, 0, 10, now); return err })
	add("SchoolRevision", "", 1, 0, func(ctx context.Context) error { _, err := s.SchoolRevision(ctx, contact, 1, now); return err })
	add("SchoolAliases", "", 0.5, 0, func(ctx context.Context) error { return drain(s.SchoolAliases(ctx)) })
	add("ForgetSchoolContacts", "none", 0.5, 0, func(ctx context.Context) error {
		_, err := s.ForgetSchoolContacts(ctx, func(directory.InstitutionNumber) bool { return true }, now)
		return err
	})
	return list
}

func drain[V any](all iter.Seq2[V, error]) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// mirrored writes everything to a second table too. DynamoDB Local 3.1 counts of a transaction's items only one with
// and one without a copy in the index; in the second table each item is a transaction of its own, and what these cost
// together is what DynamoDB would count.
type mirrored struct {
	dynamo.API
	table string
}

func (m mirrored) PutItem(ctx context.Context, in *dynamodb.PutItemInput, o ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	other := *in
	other.TableName = &m.table
	_, _ = m.API.PutItem(ctx, &other, o...)
	return m.API.PutItem(ctx, in, o...)
}

func (m mirrored) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	other := *in
	other.TableName = &m.table
	_, _ = m.API.UpdateItem(ctx, &other, o...)
	return m.API.UpdateItem(ctx, in, o...)
}

func (m mirrored) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, o ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	other := *in
	other.TableName = &m.table
	_, _ = m.API.DeleteItem(ctx, &other, o...)
	return m.API.DeleteItem(ctx, in, o...)
}

func (m mirrored) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	var consumed []types.ConsumedCapacity
	for _, item := range in.TransactItems {
		switch {
		case item.Put != nil:
			put := *item.Put
			put.TableName, item.Put = &m.table, &put
		case item.Update != nil:
			update := *item.Update
			update.TableName, item.Update = &m.table, &update
		case item.Delete != nil:
			gone := *item.Delete
			gone.TableName, item.Delete = &m.table, &gone
		case item.ConditionCheck != nil:
			check := *item.ConditionCheck
			check.TableName, item.ConditionCheck = &m.table, &check
		}
		out, err := m.API.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{item},
			ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal}, o...)
		if err != nil {
			return nil, err
		}
		consumed = append(consumed, out.ConsumedCapacity...)
	}
	out, err := m.API.TransactWriteItems(ctx, in, o...)
	if err == nil {
		out.ConsumedCapacity = consumed
	}
	return out, err
}

// TestWhatEachAccessPatternCosts asks DynamoDB Local, which counts units as DynamoDB does. Two things it counts for
// nothing that cost a unit, or half of one, on AWS: a key of a batch that has no item, and a query that finds nothing.
func TestWhatEachAccessPatternCosts(t *testing.T) {
	t.Parallel()
	dynamotest.Official(t, func(t *testing.T, table *dynamotest.Table) {
		second := dynamotest.Another(t, table)
		for _, u := range uses(t, dynamo.New(mirrored{table.Client, second.Name}, table.Name)) {
			ctx, used := telemetry.Track(t.Context())
			if err := u.call(ctx); err != nil {
				t.Fatalf("%s %s: %v", u.method, u.how, err)
			}
			if read, write := used.Units(); read != u.read || write != u.write {
				t.Errorf("%s %s: read %v, written %v; want %v and %v", u.method, u.how, read, write, u.read, u.write)
			}
		}
	})
}

// TestEveryAccessPatternHasACost: a method without a line among the uses would cost nobody knows what.
func TestEveryAccessPatternHasACost(t *testing.T) {
	measured := map[string]bool{}
	for _, u := range uses(t, nil) {
		measured[u.method] = true
	}
	for method := range reflect.TypeFor[*dynamo.Store]().Methods() {
		if !measured[method.Name] {
			t.Errorf("nothing says what %s costs", method.Name)
		}
	}
}
