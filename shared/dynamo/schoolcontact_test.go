package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
)

// keeper keeps a school's contact on a table.
type keeper struct {
	t     *testing.T
	table *dynamotest.Table
	store *dynamo.Store
	now   time.Time
}

func newKeeper(t *testing.T, table *dynamotest.Table) *keeper {
	return &keeper{t, table, dynamo.New(table.Client, table.Name), saved}
}

func (k *keeper) read(number directory.InstitutionNumber) directory.SchoolContact {
	k.t.Helper()
	c, err := k.store.SchoolContact(k.t.Context(), number)
	if err != nil {
		k.t.Fatal(err)
	}
	return c
}

func (k *keeper) put(old, next directory.SchoolContact, kind directory.RevisionKind, repeat *dynamo.Repeat) error {
	by := directory.Principal{Role: directory.RoleSchool, Name: "Kanarie Secretaris", Subject: "sub-1"}
	return k.store.SaveSchoolContact(k.t.Context(), dynamo.SchoolContactSave{
		Contact: next, Revision: directory.NewSchoolRevision(directory.School{Number: next.InstitutionNumber}, old, next, kind, by, k.now), Repeat: repeat,
	})
}

// save stores the next version.
func (k *keeper) save(number directory.InstitutionNumber, aliases ...string) {
	k.t.Helper()
	old := k.read(number)
	next := old.Saved(directory.SchoolContactInput{Aliases: aliases, ContactPersons: []directory.ContactPerson{
		{ID: "directeur", Role: "Directeur", Name: "Kanarie Vogel", Phones: []string{fmt.Sprintf("+3216%06d", old.Version)}},
	}}, k.now)
	if err := k.put(old, next, directory.RevisionSaved, nil); err != nil {
		k.t.Fatal(err)
	}
}

func (k *keeper) aliases() string {
	k.t.Helper()
	var all []string
	for a, err := range k.store.SchoolAliases(k.t.Context()) {
		if err != nil {
			k.t.Fatal(err)
		}
		all = append(all, string(a.InstitutionNumber)+" "+strings.Join(a.Aliases, ","))
	}
	return strings.Join(all, "; ")
}

// items are all that the table has, as text.
func (k *keeper) items() string {
	k.t.Helper()
	out, err := k.table.Client.Scan(k.t.Context(), &dynamodb.ScanInput{TableName: &k.table.Name})
	if err != nil {
		k.t.Fatal(err)
	}
	var b strings.Builder
	for _, item := range out.Items {
		for name, v := range item {
			if s, ok := v.(*types.AttributeValueMemberS); ok {
				fmt.Fprintln(&b, name, s.Value)
			}
		}
	}
	return b.String()
}

func TestASchoolsContactKeepsEveryVersion(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		k := newKeeper(t, table)
		if c := k.read("012345"); c.Version != 0 || c.ContactPersons == nil || c.Aliases == nil {
			t.Errorf("before the first: %+v", c)
		}
		for range 6 {
			k.save("012345", "De Sint", "College")
		}
		k.save("000018", "Kleine Sint")
		k.save("000019")
		c := k.read("012345")
		if c.Version != 6 || c.ContactPersons[0].Name != "Kanarie Vogel" || c.ModifiedAt == nil {
			t.Errorf("stored: %+v", c)
		}
		many := []directory.InstitutionNumber{"012345", "000019", "000020"}
		for i := range 220 {
			many = append(many, directory.InstitutionNumber(fmt.Sprintf("9%05d", i)))
		}
		if found, err := k.store.SchoolContacts(t.Context(), many); err != nil || len(found) != 2 || found["012345"].Version != 6 {
			t.Errorf("of many: %+v, %v", found, err)
		}
		if got := k.aliases(); got != "000018 Kleine Sint; 012345 De Sint,College" {
			t.Errorf("names: %q", got)
		}
		page, more, err := k.store.SchoolRevisions(t.Context(), c, 0, 4, k.now)
		if err != nil || !more || len(page) != 4 || page[0].Version != 6 || page[0].Name != "Kanarie Secretaris" || len(page[0].Changes) == 0 || page[0].Forgotten {
			t.Errorf("history: %+v, %t, %v", page, more, err)
		}
		if r, err := k.store.SchoolRevision(t.Context(), c, 2, k.now.AddDate(0, 0, directory.PersonalDays)); err != nil || !r.Forgotten || r.Name != "" || r.Contact != nil {
			t.Errorf("after its time: %+v, %v", r, err)
		}
		if _, err := k.store.SchoolRevision(t.Context(), c, 7, k.now); !errors.Is(err, dynamo.ErrNotFound) {
			t.Errorf("a version that is none: %v", err)
		}
		k.save("012345")
		if got := k.aliases(); got != "000018 Kleine Sint" {
			t.Errorf("names that were taken away: %q", got)
		}
		if err := k.put(c, c.Saved(c.Input(), k.now), directory.RevisionSaved, nil); !errors.Is(err, dynamo.ErrStale) {
			t.Errorf("from an old version: %v", err)
		}
		if err := k.put(c, directory.SchoolContact{InstitutionNumber: "18", Version: 1}, directory.RevisionSaved, nil); err == nil {
			t.Error("an unpadded number was stored")
		}
	})
}

func TestOfManyWritersAtASchoolExactlyOneSaves(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		k := newKeeper(t, table)
		k.save("012345")
		old := k.read("012345")
		var won, stale atomic.Int64
		var group sync.WaitGroup
		for i := range 20 {
			group.Go(func() {
				in := old.Input()
				in.Aliases = []string{fmt.Sprint("Naam ", i)}
				switch err := k.put(old, old.Saved(in, k.now), directory.RevisionSaved, nil); {
				case err == nil:
					won.Add(1)
				case errors.Is(err, dynamo.ErrStale):
					stale.Add(1)
				}
			})
		}
		group.Wait()
		if won.Load() != 1 || won.Load()+stale.Load() != 20 || k.read("012345").Version != 2 {
			t.Errorf("%d won, %d were stale", won.Load(), stale.Load())
		}
		// A repeated request is told from somebody else's save.
		old = k.read("012345")
		repeat := &dynamo.Repeat{ID: "key", Status: 200, Answer: []byte("{}")}
		if err := k.put(old, old.Saved(old.Input(), k.now), directory.RevisionSaved, repeat); err != nil {
			t.Fatal(err)
		}
		if err := k.put(old, old.Saved(old.Input(), k.now), directory.RevisionSaved, repeat); !errors.Is(err, dynamo.ErrRepeated) {
			t.Errorf("the same key again: %v", err)
		}
	})
}

func TestADeletedContactIsGone(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		k := newKeeper(t, table)
		k.save("012345", "De Sint")
		k.save("012345", "De Sint", "College")
		old := k.read("012345")
		if err := k.put(old, old.Deleted(k.now), directory.RevisionDeleted, nil); err != nil {
			t.Fatal(err)
		}
		c := k.read("012345")
		if !c.Empty() || c.Version != 3 || c.Erased != 2 || k.aliases() != "" {
			t.Errorf("stored: %+v, names %q", c, k.aliases())
		}
		if all := k.items(); strings.Contains(all, "Vogel") || strings.Contains(all, "+3216") {
			t.Errorf("the table still has:\n%s", all)
		}
		history, _, err := k.store.SchoolRevisions(t.Context(), c, 0, 10, k.now)
		if err != nil || len(history) != 3 || history[0].Forgotten || history[0].Name == "" || !history[1].Forgotten || !history[2].Forgotten {
			t.Errorf("history: %+v, %v", history, err)
		}
		k.save("012345")
		if c := k.read("012345"); c.Version != 4 || c.Erased != 2 {
			t.Errorf("saved again: %+v", c)
		}
	})
}

// TestWhatADeletionLeftOverIsForgottenLater breaks off after the transaction.
func TestWhatADeletionLeftOverIsForgottenLater(t *testing.T) {
	t.Parallel()
	k := newKeeper(t, dynamotest.New(t))
	k.save("012345")
	old := k.read("012345")
	working := k.store
	k.store = dynamo.New(withoutDelete{k.table.Client}, k.table.Name)
	if err := k.put(old, old.Deleted(k.now), directory.RevisionDeleted, nil); err != nil {
		t.Fatal(err)
	}
	c := k.read("012345")
	if r, err := k.store.SchoolRevision(t.Context(), c, 1, k.now); err != nil || !r.Forgotten || r.Contact != nil {
		t.Errorf("it can be read: %+v, %v", r, err)
	}
	if !strings.Contains(k.items(), "Vogel") {
		t.Fatal("nothing was left over: this test proves nothing")
	}
	if _, err := working.ForgetSchoolContacts(t.Context(), func(directory.InstitutionNumber) bool { return true }, k.now); err != nil {
		t.Fatal(err)
	}
	if all := k.items(); strings.Contains(all, "Vogel") {
		t.Errorf("it is still there:\n%s", all)
	}
}

type withoutDelete struct{ *dynamodb.Client }

func (withoutDelete) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, o ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	return nil, &types.InternalServerError{Message: aws.String("down")}
}

func TestContactsOfSchoolsThatLeftTheList(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		k := newKeeper(t, table)
		for _, number := range []directory.InstitutionNumber{"000001", "000002", "000003"} {
			k.save(number, "Naam "+string(number))
		}
		sweep := func(days int, listed ...directory.InstitutionNumber) int {
			t.Helper()
			n, err := k.store.ForgetSchoolContacts(t.Context(), func(n directory.InstitutionNumber) bool {
				for _, l := range listed {
					if l == n {
						return true
					}
				}
				return false
			}, k.now.AddDate(0, 0, days))
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		for _, step := range []struct {
			day    int
			listed []directory.InstitutionNumber
			want   int
		}{
			{0, []directory.InstitutionNumber{"000001", "000002", "000003"}, 0},
			{1, []directory.InstitutionNumber{"000001"}, 0},                         // 2 and 3 left
			{2, []directory.InstitutionNumber{"000001", "000003"}, 0},               // 3 came back
			{dynamo.GoneDays, []directory.InstitutionNumber{"000001", "000003"}, 0}, // not yet
			{dynamo.GoneDays + 1, []directory.InstitutionNumber{"000001"}, 1},       // 2 is forgotten; 3 left again
			{dynamo.GoneDays + 2, []directory.InstitutionNumber{"000001"}, 0},
		} {
			if got := sweep(step.day, step.listed...); got != step.want {
				t.Errorf("day %d: %d forgotten, want %d", step.day, got, step.want)
			}
		}
		if c := k.read("000002"); !c.Empty() || c.Version != 2 {
			t.Errorf("the school that left: %+v", c)
		}
		if c := k.read("000003"); c.Empty() || k.read("000001").Empty() {
			t.Errorf("the school that came back: %+v", c)
		}
		if got := k.aliases(); got != "000001 Naam 000001; 000003 Naam 000003" {
			t.Errorf("names: %q", got)
		}
		// A contact that is kept for a school that is there can be saved, whatever it was marked with.
		k.save("000003")
	})
}
