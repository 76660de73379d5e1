package dynamo_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
)

// writing makes versions of practices as an officer writes them.
type writing struct {
	*testing.T
	store *dynamo.Store
}

// next is the next version of a practice with a title, an address and a status.
func (w writing) next(before directory.Practice, title, slug string, status directory.PracticeStatus) dynamo.PracticeSave {
	if before.Version == 0 {
		before.ID, before.Zone = "id-"+slug, "5910"
	}
	at := saved.Add(time.Duration(before.Version) * time.Minute)
	in := directory.PracticeInput{PracticeText: directory.PracticeText{Title: title, Summary: "Kort.", Themes: []directory.Theme{directory.ThemeTruancy}, Markdown: "Tekst."},
		Slug: slug, Status: status}
	p := before.Saved(in, "<p>Tekst.</p>", at)
	by := directory.Principal{Role: directory.RolePolice, Name: "Voorbeeld Inspecteur", Subject: "sub-1"}
	return dynamo.PracticeSave{Practice: p, Before: before,
		Revision: directory.NewPracticeRevision(before, p, directory.Cause{Kind: directory.RevisionSaved, By: by, Note: "omdat"}, at)}
}

// must saves the next version and gives it.
func (w writing) must(before directory.Practice, title, slug string, status directory.PracticeStatus) directory.Practice {
	w.Helper()
	save := w.next(before, title, slug, status)
	if err := w.store.SavePractice(w.Context(), save); err != nil {
		w.Fatal(err)
	}
	return save.Practice
}

// titles are the published ones, apart by commas.
func (w writing) titles() string {
	w.Helper()
	list, err := w.store.PracticeTitles(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	var titles []string
	for _, t := range list {
		titles = append(titles, t.Slug+"="+t.Title)
	}
	return strings.Join(titles, ",")
}

const (
	draft     = directory.PracticeDraft
	published = directory.PracticePublished
	withdrawn = directory.PracticeWithdrawn
)

func TestPracticesFromDraftToWithdrawn(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		w := writing{t, dynamo.New(table.Client, table.Name)}
		p := w.must(directory.Practice{}, "Een", "een", draft)
		if got := w.titles(); got != "" {
			t.Errorf("a draft is listed: %s", got)
		}
		p = w.must(p, "Een", "een", published)
		other := w.must(directory.Practice{}, "Ander", "ander", published)
		p = w.must(p, "Een, beter", "een", draft)
		if got := w.titles(); got != "een=Een,ander=Ander" { // published a minute later
			t.Errorf("a draft of a published practice changed the list: %s", got)
		}
		stored, err := w.store.Practice(t.Context(), "een")
		if live, ok := stored.Public(); err != nil || !ok || live.Title != "Een" || live.Version != 2 || stored.Title != "Een, beter" || stored.Version != 3 {
			t.Errorf("got %+v, %v", stored, err)
		}
		p = w.must(p, "Een, beter", "een", published)
		p = w.must(p, "Een, beter", "een", withdrawn)
		if got := w.titles(); got != "ander=Ander" {
			t.Errorf("withdrawn: the list is %s", got)
		}
		answer, err := w.store.Answer(t.Context(), dynamo.Wanted{Zones: []directory.ZoneCode{"5910"}, Practices: true})
		if err != nil || len(answer.Practices) != 1 || answer.Practices[0].ID != other.ID {
			t.Errorf("with a search answer: %+v, %v", answer, err)
		}
		var all []string
		for p, err := range w.store.Practices(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, fmt.Sprint(p.Slug, " ", p.Status))
		}
		if got := strings.Join(all, ", "); got != "ander published, een withdrawn" {
			t.Errorf("all practices: %s", got)
		}
		left := map[string]types.AttributeValue{}
		for _, key := range []string{"pk", "sk", "gsi1pk", "gsi1sk"} {
			left[key] = &types.AttributeValueMemberS{Value: "x"}
		}
		for range 2 { // an item that has left the index, such as a report that was closed
			if _, err := table.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table.Name, Item: left}); err != nil {
				t.Fatal(err)
			}
			delete(left, "gsi1pk")
			delete(left, "gsi1sk")
		}
		for zone, want := range map[directory.ZoneCode]string{"5910": "ander, een", "591": "", "5341": ""} {
			var slugs []string
			for p, err := range w.store.PracticesOf(t.Context(), zone) {
				if err != nil {
					t.Fatal(err)
				}
				slugs = append(slugs, p.Slug)
			}
			if got := strings.Join(slugs, ", "); got != want {
				t.Errorf("practices of zone %s: %q, want %q", zone, got, want)
			}
		}
		if p.Version != 5 {
			t.Errorf("version %d", p.Version)
		}
	})
}

func TestPracticesThatMove(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		w := writing{t, dynamo.New(table.Client, table.Name)}
		p := w.must(directory.Practice{}, "Een", "een", published)
		p = w.must(p, "Een", "uno", published)
		leads := func(from, to string) {
			t.Helper()
			_, err := w.store.Practice(t.Context(), from)
			if moved, ok := errors.AsType[*dynamo.MovedError](err); !ok || moved.Slug != to {
				t.Errorf("%s leads to %v, want %s", from, err, to)
			}
		}
		leads("een", "uno")
		if got := w.titles(); got != "uno=Een" {
			t.Errorf("the list has %s", got)
		}
		// Nobody else gets the old address, and a new practice gets none that is taken.
		for _, slug := range []string{"een", "uno"} {
			if err := w.store.SavePractice(t.Context(), w.next(directory.Practice{ID: "id-2", Zone: "5910"}, "Twee", slug, draft)); !errors.Is(err, dynamo.ErrTaken) {
				t.Errorf("a new practice at %s: %v", slug, err)
			}
		}
		second := w.must(directory.Practice{}, "Twee", "twee", draft)
		if err := w.store.SavePractice(t.Context(), w.next(second, "Twee", "een", draft)); !errors.Is(err, dynamo.ErrTaken) {
			t.Errorf("moving to an address that leads elsewhere: %v", err)
		}
		p = w.must(p, "Een", "dos", published)
		p = w.must(p, "Een", "een", published) // back to where it began
		leads("uno", "dos")
		leads("dos", "een")
		if stored, err := w.store.Practice(t.Context(), "een"); err != nil || stored.Version != p.Version {
			t.Errorf("got %+v, %v", stored, err)
		}
		if _, err := w.store.Practice(t.Context(), "niets"); !errors.Is(err, dynamo.ErrNotFound) {
			t.Errorf("an address that never was: %v", err)
		}
	})
}

func TestPracticesAreNeverWrittenOver(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		w := writing{t, dynamo.New(table.Client, table.Name)}
		first := w.must(directory.Practice{}, "Een", "een", draft)
		w.must(first, "Twee", "een", published)
		for _, slug := range []string{"een", "elders"} {
			if err := w.store.SavePractice(t.Context(), w.next(first, "Van toen", slug, published)); !errors.Is(err, dynamo.ErrStale) {
				t.Errorf("a stale save to %s: %v", slug, err)
			}
		}
		// Of many who publish different practices at once, all succeed, and all are listed.
		var group sync.WaitGroup
		for i := range 4 {
			group.Go(func() {
				slug := fmt.Sprintf("tegelijk-%d", i)
				if err := w.store.SavePractice(t.Context(), w.next(directory.Practice{}, "Tegelijk", slug, published)); err != nil {
					t.Errorf("%s: %v", slug, err)
				}
			})
		}
		group.Wait()
		if got := strings.Count(w.titles(), "="); got != 5 {
			t.Errorf("%d listed: %s", got, w.titles())
		}
	})
}

func TestPracticeHistoryForgetsWhoWroteIt(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		w := writing{t, dynamo.New(table.Client, table.Name)}
		p := w.must(directory.Practice{}, "Een", "een", draft)
		p = w.must(p, "Twee", "een", published)
		p = w.must(p, "Twee", "een", withdrawn)
		list, err := w.store.PracticeRevisions(t.Context(), p.ID, 0, 2, saved)
		if err != nil || len(list) != 2 || list[0].Kind != directory.RevisionWithdrawn || list[1].Kind != directory.RevisionPublished ||
			list[1].Name != "Voorbeeld Inspecteur" || list[1].Note != "omdat" || fmt.Sprint(list[1].Changed) != "[title]" {
			t.Fatalf("got %+v, %v", list, err)
		}
		over := saved.Add(time.Hour).AddDate(0, 0, directory.PersonalDays)
		r, err := w.store.PracticeRevision(t.Context(), p.ID, 1, over) // DynamoDB deletes when it likes: here it never did
		if err != nil || !r.Forgotten || r.Name+r.Subject+r.Note != "" || r.Text.Title != "Een" || r.Role != directory.RolePolice {
			t.Errorf("got %+v, %v", r, err)
		}
		if _, err := w.store.PracticeRevision(t.Context(), p.ID, 4, saved); !errors.Is(err, dynamo.ErrNotFound) {
			t.Errorf("version 4: %v", err)
		}
	})
}

func TestPracticeRequestsAreAnsweredOnce(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		w := writing{t, dynamo.New(table.Client, table.Name)}
		save := w.next(directory.Practice{}, "Een", "een", published)
		save.Repeat = &dynamo.Repeat{ID: "key", Status: 201, Answer: []byte("{}")}
		if err := w.store.SavePractice(t.Context(), save); err != nil {
			t.Fatal(err)
		}
		if err := w.store.SavePractice(t.Context(), save); !errors.Is(err, dynamo.ErrRepeated) {
			t.Errorf("the same request again: %v", err)
		}
	})
}

// TestPublishedTitlesStaySmall: every search answer reads them.
func TestPublishedTitlesStaySmall(t *testing.T) {
	t.Parallel()
	table := dynamotest.New(t)
	w := writing{t, dynamo.New(table.Client, table.Name)}
	long := func(before directory.Practice, slug string, status directory.PracticeStatus) dynamo.PracticeSave {
		save := w.next(before, strings.Repeat("é", 20_000), slug, status)
		return save
	}
	var last directory.Practice
	for i := range 2 {
		save := long(directory.Practice{}, fmt.Sprintf("lang-%d", i), published)
		if err := w.store.SavePractice(t.Context(), save); err != nil {
			t.Fatal(err)
		}
		last = save.Practice
	}
	third := long(directory.Practice{}, "te-veel", published)
	if err := w.store.SavePractice(t.Context(), third); !errors.Is(err, dynamo.ErrFull) {
		t.Errorf("a third: %v", err)
	}
	if _, err := w.store.Practice(t.Context(), "te-veel"); !errors.Is(err, dynamo.ErrNotFound) {
		t.Errorf("the one that was refused: %v", err)
	}
	if err := w.store.SavePractice(t.Context(), long(directory.Practice{}, "concept", draft)); err != nil {
		t.Errorf("a draft needs no room: %v", err)
	}
	if err := w.store.SavePractice(t.Context(), long(last, "lang-1", withdrawn)); err != nil {
		t.Errorf("withdrawing makes room: %v", err)
	}
	if err := w.store.SavePractice(t.Context(), third); err != nil {
		t.Errorf("and then a third: %v", err)
	}
}

// TestPracticesInTrouble: what DynamoDB refuses for a moment is tried again, and nothing is half done.
func TestPracticesInTrouble(t *testing.T) {
	t.Parallel()
	table := dynamotest.New(t)
	conflict := &transactions{API: table.Client, before: func(try int64) error {
		if try < 3 {
			return cancelled("None", "TransactionConflict", "None", "None")
		}
		return nil
	}}
	w := writing{t, dynamo.New(conflict, table.Name)}
	w.must(directory.Practice{}, "Een", "een", published)
	if got := w.titles(); got != "een=Een" || conflict.tries.Load() != 3 {
		t.Errorf("%s after %d tries", got, conflict.tries.Load())
	}
	down := writing{t, dynamo.New(&transactions{API: table.Client, before: func(int64) error { return errThrottled }}, table.Name)}
	if err := down.store.SavePractice(t.Context(), w.next(directory.Practice{}, "Twee", "twee", draft)); !errors.Is(err, dynamo.ErrUnavailable) {
		t.Errorf("throttled: %v", err)
	}
	always := writing{t, dynamo.New(&transactions{API: table.Client, before: func(int64) error { return &types.TransactionInProgressException{} }}, table.Name)}
	if err := always.store.SavePractice(t.Context(), w.next(directory.Practice{}, "Twee", "twee", draft)); !errors.Is(err, dynamo.ErrUnavailable) {
		t.Errorf("always in progress: %v", err)
	}
	_, err := table.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table.Name, Item: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "PRACTICES"}, "sk": &types.AttributeValueMemberS{Value: "PUBLISHED"},
		"practices": &types.AttributeValueMemberS{Value: "{"}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.PracticeTitles(t.Context()); !errors.Is(err, dynamo.ErrBroken) {
		t.Errorf("a broken list: %v", err)
	}
}
