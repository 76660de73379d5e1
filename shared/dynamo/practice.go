package dynamo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/directory"
)

// A practice lies under its address, and what it was called before leads there. Its history lies under its ID.
const (
	practicePK   = "PRACTICE#"
	practiceSK   = "PRACTICE"
	practiceKind = "PRACTICE"

	// All published titles are one item, which rides along with search answers.
	titlesPK = "PRACTICES"
	titlesSK = "PUBLISHED"
)

// maxTitles bounds the item with all published titles, in bytes of JSON: every search answer reads it.
const maxTitles = 100_000

// MovedError is the address of a practice that has another one now.
type MovedError struct{ Slug string }

func (e *MovedError) Error() string { return "the practice moved to " + e.Slug }

// PracticeSave is one new version of a practice: what is written whole or not at all.
type PracticeSave struct {
	Practice directory.Practice
	Before   directory.Practice // as it was read; the zero Practice for a new one
	Revision directory.PracticeRevision
	Repeat   *Repeat // nil for a write without an Idempotency-Key
}

// SavePractice stores a practice under its address, its revision, with a key the answer for whoever repeats the
// request, and where lists show something else from now on the published titles, all in one transaction, if the
// stored practice is still the one it was made from. A former address leads to the new one.
//
// Errors: ErrStale when someone saved since the caller read; ErrTaken when the address is another practice's;
// ErrRepeated when a request with this key was answered already; ErrFull when the published titles would pass 100 kB;
// ErrTooLarge when the practice with its published version, or the answer to record, passes 350 kB; ErrUnavailable as SaveZone has it.
func (s *Store) SavePractice(ctx context.Context, save PracticeSave) error {
	p, old, r := save.Practice, save.Before, save.Revision
	doing := "save practice " + p.ID
	if p.ID == "" || p.Version != old.Version+1 || r.Version != p.Version || r.Practice != p.ID || old.Version > 0 && old.ID != p.ID {
		return fmt.Errorf("%s: version %d of %s after version %d, with revision %d: want one practice and one version more", doing, p.Version, p.ID, old.Version, r.Version)
	}
	items, err := s.putPractice(p, old)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	bones, values := r.Split()
	skeleton, personal, err := s.putVersion(practicePK+r.Practice, r.Version, bones, values, values.ExpiresAt)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	t, err := s.begin(doing, save.Repeat, r.At)
	if err != nil {
		return err
	}
	last := len(items) - 1
	if p.Slug != old.Slug {
		t = t.with(ErrStale, items[:last]...).with(ErrTaken, items[last])
	} else {
		t = t.with(ErrStale, items...)
	}
	t = t.with(ErrBroken, types.TransactWriteItem{Put: skeleton}, types.TransactWriteItem{Put: personal})
	for try := 1; ; try++ {
		all := t
		if !sameTitle(p, old) {
			put, err := s.putTitles(ctx, p)
			if err != nil {
				return fmt.Errorf("%s: %w", doing, err)
			}
			all = t.with(errTitlesMoved, types.TransactWriteItem{Put: put})
		}
		err := s.try(ctx, all)
		switch {
		case !errors.Is(err, errTitlesMoved) && !errors.Is(err, errConflict):
			return err
		case try == maxTitleTries:
			return fmt.Errorf("%s: %w: other practices keep coming between", doing, ErrUnavailable)
		}
		if err := pause(ctx, min(try, maxConflicts)); err != nil {
			return failure(doing, err)
		}
	}
}

// sameTitle tells whether lists show the same of two versions.
func sameTitle(a, b directory.Practice) bool {
	one, listed := a.ListTitle()
	other, wasListed := b.ListTitle()
	return listed == wasListed && reflect.DeepEqual(one, other)
}

var errTitlesMoved = errors.New("the published titles changed meanwhile")

// maxTitleTries is how often a save is tried while other practices are published at the same moment.
const maxTitleTries = 8

// putPractice writes a practice under its address, and for a new address the way there from the old one. The
// condition on the last item is the one on the address.
func (s *Store) putPractice(p, old directory.Practice) ([]types.TransactWriteItem, error) {
	if !directory.ValidSlug(p.Slug) {
		return nil, fmt.Errorf("address %q is none", p.Slug)
	}
	data, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	if len(data) > maxPart {
		return nil, fmt.Errorf("%w: practice of %d bytes, at most %d", ErrTooLarge, len(data), maxPart)
	}
	unchanged := func(put *types.Put) *types.Put {
		put.ConditionExpression = aws.String("id = :id AND #v = :before")
		put.ExpressionAttributeNames = map[string]string{"#v": "version"}
		put.ExpressionAttributeValues = map[string]types.AttributeValue{":id": str(p.ID), ":before": number(old.Version)}
		return put
	}
	item := key(practicePK+p.Slug, practiceSK)
	item["gsi1pk"], item["gsi1sk"] = str(practiceKind), str(string(p.Zone)+"#"+p.ID)
	item["id"], item["version"], item["practice"] = str(p.ID), number(p.Version), str(string(data))
	put := &types.Put{TableName: &s.table, Item: item}
	switch {
	case old.Version == 0:
		put.ConditionExpression = aws.String("attribute_not_exists(pk)")
	case old.Slug == p.Slug:
		unchanged(put)
	default:
		// It may take an address back that it had before.
		put.ConditionExpression = aws.String("attribute_not_exists(pk) OR (id = :id AND attribute_exists(movedTo))")
		put.ExpressionAttributeValues = map[string]types.AttributeValue{":id": str(p.ID)}
		moved := key(practicePK+old.Slug, practiceSK)
		moved["id"], moved["movedTo"] = str(p.ID), str(p.Slug)
		return []types.TransactWriteItem{{Put: unchanged(&types.Put{TableName: &s.table, Item: moved})}, {Put: put}}, nil
	}
	return []types.TransactWriteItem{{Put: put}}, nil
}

// putTitles reads the published titles and writes them with a practice as it will be, if nobody writes them meanwhile.
func (s *Store) putTitles(ctx context.Context, p directory.Practice) (*types.Put, error) {
	item, err := s.get(ctx, titlesPK, titlesSK)
	if err != nil {
		return nil, err
	}
	list, version := []directory.PracticeTitle(nil), 0
	put := &types.Put{TableName: &s.table, ConditionExpression: aws.String("attribute_not_exists(pk)")}
	if item != nil {
		if version, err = integer(item, "version"); err != nil {
			return nil, fmt.Errorf("%w: published practices: %w", ErrBroken, err)
		}
		if list, err = readTitles(item); err != nil {
			return nil, err
		}
		put.ConditionExpression = aws.String("#v = :before")
		put.ExpressionAttributeNames = map[string]string{"#v": "version"}
		put.ExpressionAttributeValues = map[string]types.AttributeValue{":before": number(version)}
	}
	data, err := json.Marshal(directory.WithPractice(list, p))
	if err != nil {
		return nil, err
	}
	if _, listed := p.ListTitle(); listed && len(data) > maxTitles {
		return nil, fmt.Errorf("%w: titles of %d bytes, at most %d", ErrFull, len(data), maxTitles)
	}
	put.Item = key(titlesPK, titlesSK)
	put.Item["version"], put.Item["practices"] = number(version+1), str(string(data))
	return put, nil
}

func readTitles(item map[string]types.AttributeValue) ([]directory.PracticeTitle, error) {
	var list []directory.PracticeTitle
	if err := json.Unmarshal([]byte(text(item, "practices")), &list); err != nil {
		return nil, fmt.Errorf("%w: published practices: %w", ErrBroken, err)
	}
	return list, nil
}

// PracticeTitles gives the titles of all published practices, newest first.
func (s *Store) PracticeTitles(ctx context.Context) ([]directory.PracticeTitle, error) {
	item, err := s.get(ctx, titlesPK, titlesSK)
	if err != nil || item == nil {
		return nil, err
	}
	return readTitles(item)
}

// Practice reads the practice at an address. ErrNotFound when none was ever there; a *MovedError when it has another
// address now.
func (s *Store) Practice(ctx context.Context, slug string) (directory.Practice, error) {
	var p directory.Practice
	item, err := s.get(ctx, practicePK+slug, practiceSK)
	switch {
	case err != nil:
		return p, err
	case item == nil:
		return p, fmt.Errorf("read practice: %w", ErrNotFound)
	case text(item, "movedTo") != "":
		return p, &MovedError{text(item, "movedTo")}
	}
	return readPractice(item)
}

func readPractice(item map[string]types.AttributeValue) (directory.Practice, error) {
	var p directory.Practice
	if err := json.Unmarshal([]byte(text(item, "practice")), &p); err != nil {
		return p, fmt.Errorf("%w: %s: %w", ErrBroken, text(item, "pk"), err)
	}
	return p, nil
}

// Practices gives every practice, drafts and withdrawn ones too, ascending by zone, in pages of up to 1 MB each. The
// index is eventually consistent: one saved a moment ago may still be its older version. After an error nothing more
// comes.
func (s *Store) Practices(ctx context.Context) iter.Seq2[directory.Practice, error] {
	return s.practices(ctx, "list practices", byKind(practiceKind))
}

// PracticesOf is Practices for one zone, by the code under which they were written: that of a zone which became part of
// another one has its own.
func (s *Store) PracticesOf(ctx context.Context, code directory.ZoneCode) iter.Seq2[directory.Practice, error] {
	input := byKind(practiceKind)
	// Not begins_with: minidyn fails at it as soon as any item has left the index.
	input.KeyConditionExpression = aws.String("gsi1pk = :kind AND gsi1sk BETWEEN :low AND :high")
	input.ExpressionAttributeValues[":low"], input.ExpressionAttributeValues[":high"] = str(string(code)+"#"), str(string(code)+"$") // the sign after "#"
	return s.practices(ctx, "list practices of zone "+string(code), input)
}

func (s *Store) practices(ctx context.Context, doing string, input dynamodb.QueryInput) iter.Seq2[directory.Practice, error] {
	return func(yield func(directory.Practice, error) bool) {
		for item, err := range s.query(ctx, doing, input) {
			var p directory.Practice
			if err == nil {
				p, err = readPractice(item)
			}
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}

// PracticeRevisions gives the history of a practice by its ID, newest first: at most limit versions below before (0:
// from the newest). Who wrote them is gone when its time is over at now, whether or not DynamoDB has deleted it yet.
func (s *Store) PracticeRevisions(ctx context.Context, id string, before, limit int, now time.Time) ([]directory.PracticeRevision, error) {
	highest := maxVersion
	if before > 0 {
		highest = before - 1
	}
	return s.practiceRevisions(ctx, id, 1, highest, limit, now)
}

// PracticeRevision gives one version of a practice; ErrNotFound when there is none.
func (s *Store) PracticeRevision(ctx context.Context, id string, version int, now time.Time) (directory.PracticeRevision, error) {
	found, err := s.practiceRevisions(ctx, id, version, version, 1, now)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("read version %d of practice %s: %w", version, id, ErrNotFound)
	}
	if err != nil {
		return directory.PracticeRevision{}, err
	}
	return found[0], nil
}

func (s *Store) practiceRevisions(ctx context.Context, id string, lowest, highest, limit int, now time.Time) ([]directory.PracticeRevision, error) {
	found, _, err := versions[directory.PracticeRevision, directory.PracticePersonalPart](ctx, s, "read history of practice "+id, practicePK+id, lowest, highest, limit)
	if err != nil {
		return nil, err
	}
	revisions := make([]directory.PracticeRevision, len(found))
	for i, v := range found {
		revisions[i] = directory.JoinPractice(v.skeleton, v.personal, now)
	}
	return revisions, nil
}
