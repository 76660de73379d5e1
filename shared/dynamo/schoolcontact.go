package dynamo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/directory"
)

// SchoolContactSave is one new version of a school's contact: what is written whole or not at all.
type SchoolContactSave struct {
	Contact  directory.SchoolContact
	Revision directory.SchoolRevision
	Repeat   *Repeat // nil for a write without an Idempotency-Key
}

// SaveSchoolContact stores a school's contact, the names it is known by, its revision and, with a key, the answer for
// whoever repeats the request, in one transaction. Its errors are those of SaveZone. A version that deletes those before
// it also deletes their personal values; what is left over by a failure nobody reads any more, and ForgetSchoolContacts
// deletes it.
func (s *Store) SaveSchoolContact(ctx context.Context, save SchoolContactSave) error {
	c, r := save.Contact, save.Revision
	doing := "save the contact of school " + string(c.InstitutionNumber)
	if c.Version < 1 || r.Version != c.Version || r.InstitutionNumber != c.InstitutionNumber {
		return fmt.Errorf("%s: version %d with revision %s %d: want the same school and version, 1 or more", doing, c.Version, r.InstitutionNumber, r.Version)
	}
	contact, err := s.putSchoolContact(c)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	bones, values := r.Split()
	skeleton, personal, err := s.putVersion(schoolPK(c.InstitutionNumber), c.Version, bones, values, values.ExpiresAt)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	err = s.commit(ctx, commit{
		doing: doing, version: c.Version, at: r.At, repeat: save.Repeat,
		items: []types.TransactWriteItem{{Put: contact}, {Put: skeleton}, {Put: personal}, s.aliasesOf(c)},
		stored: func(ctx context.Context) (int, error) {
			stored, err := s.SchoolContact(ctx, c.InstitutionNumber)
			return stored.Version, err
		},
	})
	if err == nil && r.Kind == directory.RevisionDeleted {
		_ = s.forgetVersions(ctx, c) // the deletion stands, and nobody reads them: the daily sweep tries again
	}
	return err
}

func (s *Store) putSchoolContact(c directory.SchoolContact) (*types.Put, error) {
	if n, err := directory.ParseInstitutionNumber(string(c.InstitutionNumber)); err != nil || n != c.InstitutionNumber {
		return nil, fmt.Errorf("institution number %q: want six digits", c.InstitutionNumber)
	}
	data, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	if len(data) > maxProfile {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, len(data), maxProfile)
	}
	item := key(schoolPK(c.InstitutionNumber), contactSK)
	item["gsi1pk"], item["gsi1sk"] = str(schoolContactKind), str(string(c.InstitutionNumber))
	item["contact"] = str(string(data))
	return s.following(item, c.Version), nil
}

// aliasesOf writes the names by which a school is known apart from its contact, so that who builds the search index
// reads nothing else of it.
func (s *Store) aliasesOf(c directory.SchoolContact) types.TransactWriteItem {
	item := key(schoolPK(c.InstitutionNumber), aliasesSK)
	if len(c.Aliases) == 0 {
		return types.TransactWriteItem{Delete: &types.Delete{TableName: &s.table, Key: item}}
	}
	data, _ := json.Marshal(c.Aliases) // strings always marshal
	item["gsi1pk"], item["gsi1sk"] = str(schoolAliasesKind), str(string(c.InstitutionNumber))
	item["aliases"] = str(string(data))
	return types.TransactWriteItem{Put: &types.Put{TableName: &s.table, Item: item}}
}

// SchoolContact reads what a school keeps; version 0 when it never saved anything.
func (s *Store) SchoolContact(ctx context.Context, number directory.InstitutionNumber) (directory.SchoolContact, error) {
	item, err := s.get(ctx, schoolPK(number), contactSK)
	if err != nil || item == nil {
		return directory.SchoolContact{InstitutionNumber: number, ContactPersons: []directory.ContactPerson{}, Aliases: []string{}}, err
	}
	return readSchoolContact(item)
}

func readSchoolContact(item map[string]types.AttributeValue) (directory.SchoolContact, error) {
	var c directory.SchoolContact
	if err := json.Unmarshal([]byte(text(item, "contact")), &c); err != nil {
		return c, fmt.Errorf("%w: %s: %w", ErrBroken, text(item, "pk"), err)
	}
	return c, nil
}

// batchKeys is how many items DynamoDB gives at once.
const batchKeys = 100

// SchoolContacts reads what several schools keep, strongly consistent, a hundred at once. Schools that never saved
// anything are not in it.
func (s *Store) SchoolContacts(ctx context.Context, numbers []directory.InstitutionNumber) (map[directory.InstitutionNumber]directory.SchoolContact, error) {
	found := make(map[directory.InstitutionNumber]directory.SchoolContact, len(numbers))
	for len(numbers) > 0 {
		n := min(batchKeys, len(numbers))
		keys := make([]map[string]types.AttributeValue, n)
		for i, number := range numbers[:n] {
			keys[i] = key(schoolPK(number), contactSK)
		}
		numbers = numbers[n:]
		err := s.batch(ctx, "read contacts of schools", keys, func(item map[string]types.AttributeValue) error {
			c, err := readSchoolContact(item)
			found[c.InstitutionNumber] = c
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// SchoolRevisions gives the history of a school's contact as Revisions does that of a zone. c is the contact as it is
// stored: what it had deleted is gone.
func (s *Store) SchoolRevisions(ctx context.Context, c directory.SchoolContact, before, limit int, now time.Time) ([]directory.SchoolRevision, bool, error) {
	highest := maxVersion
	if before > 0 {
		highest = before - 1
	}
	return s.schoolRevisions(ctx, c, 1, highest, limit, now)
}

// SchoolRevision gives one version of a school's contact; ErrNotFound when there is none.
func (s *Store) SchoolRevision(ctx context.Context, c directory.SchoolContact, version int, now time.Time) (directory.SchoolRevision, error) {
	found, _, err := s.schoolRevisions(ctx, c, version, version, 1, now)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("read version %d of school %s: %w", version, c.InstitutionNumber, ErrNotFound)
	}
	if err != nil {
		return directory.SchoolRevision{}, err
	}
	return found[0], nil
}

func (s *Store) schoolRevisions(ctx context.Context, c directory.SchoolContact, lowest, highest, limit int, now time.Time) ([]directory.SchoolRevision, bool, error) {
	versions, more, err := versions[directory.SchoolRevision, directory.SchoolPersonalPart](ctx, s, "read history of school "+string(c.InstitutionNumber),
		schoolPK(c.InstitutionNumber), lowest, highest, limit)
	if err != nil {
		return nil, false, err
	}
	revisions := make([]directory.SchoolRevision, len(versions))
	for i, v := range versions {
		revisions[i] = directory.JoinSchool(v.skeleton, v.personal, c.Erased, now)
	}
	return revisions, more, nil
}

// SchoolAliases gives the names by which schools are known beside their own, ascending by institution number, in pages.
// The index is eventually consistent.
func (s *Store) SchoolAliases(ctx context.Context) iter.Seq2[directory.SchoolAliases, error] {
	return func(yield func(directory.SchoolAliases, error) bool) {
		for item, err := range s.query(ctx, "list names of schools", byKind(schoolAliasesKind)) {
			a := directory.SchoolAliases{InstitutionNumber: directory.InstitutionNumber(text(item, "gsi1sk"))}
			if err == nil {
				if err = json.Unmarshal([]byte(text(item, "aliases")), &a.Aliases); err != nil {
					err = fmt.Errorf("%w: %s: %w", ErrBroken, text(item, "pk"), err)
				}
			}
			if !yield(a, err) || err != nil {
				return
			}
		}
	}
}

// GoneDays is how many days after a school left the ministry's list its contact is deleted: an import that went wrong is
// put right long before.
const GoneDays = 60

// ForgetSchoolContacts deletes, and counts, the contacts of schools that left the ministry's list GoneDays ago, by what
// a run saw then and the ones since; known tells which schools the list has. It also deletes what a deletion left over.
// What fails does not keep the rest from being done.
func (s *Store) ForgetSchoolContacts(ctx context.Context, known func(directory.InstitutionNumber) bool, now time.Time) (int, error) {
	forgotten := 0
	var failed []error
	for item, err := range s.query(ctx, "list contacts of schools", byKind(schoolContactKind)) {
		if err != nil {
			return forgotten, errors.Join(append(failed, err)...)
		}
		c, err := readSchoolContact(item)
		if err == nil {
			var gone bool
			gone, err = s.forgetSchoolContact(ctx, c, item, known(c.InstitutionNumber), now)
			if gone {
				forgotten++
			}
		}
		failed = append(failed, err)
	}
	return forgotten, errors.Join(failed...)
}

// forgetSchoolContact looks at one contact, as the index has it, and tells whether it deleted it.
func (s *Store) forgetSchoolContact(ctx context.Context, c directory.SchoolContact, item map[string]types.AttributeValue, known bool, now time.Time) (bool, error) {
	since, _ := integer(item, "missingSince") // 0 or none: it was there
	marked := since > 0
	switch {
	case !known && !c.Empty() && !marked:
		return false, s.markMissing(ctx, c, int(now.Unix()))
	case !known && !c.Empty() && !now.Before(time.Unix(int64(since), 0).AddDate(0, 0, GoneDays)):
		next := c.Deleted(now)
		// The list's own school is gone, and so are the words for its locations.
		r := directory.NewSchoolRevision(directory.School{}, c, next, directory.RevisionDeleted, directory.Principal{}, now)
		err := s.SaveSchoolContact(ctx, SchoolContactSave{Contact: next, Revision: r})
		if errors.Is(err, ErrStale) {
			return false, nil // the index is behind
		}
		return err == nil, err
	case known && marked:
		return false, s.markMissing(ctx, c, 0)
	case c.Erased > 0:
		return false, s.forgetVersions(ctx, c)
	}
	return false, nil
}

// markMissing notes on a contact, of which no newer version is stored, since when the list lacks its school, in seconds
// since 1970; 0 when it has it again.
func (s *Store) markMissing(ctx context.Context, c directory.SchoolContact, since int) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: key(schoolPK(c.InstitutionNumber), contactSK), UpdateExpression: aws.String("SET missingSince = :since"),
		ConditionExpression: aws.String("#v = :version"), ExpressionAttributeNames: map[string]string{"#v": "version"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":version": number(c.Version), ":since": number(since)},
	})
	if err != nil {
		if err = failure("mark the contact of school "+string(c.InstitutionNumber), err); errors.Is(err, ErrStale) {
			return nil
		}
	}
	return err
}

// forgetVersions deletes the personal values of the versions that a school had deleted.
func (s *Store) forgetVersions(ctx context.Context, c directory.SchoolContact) error {
	doing := "forget versions of school " + string(c.InstitutionNumber)
	for item, err := range s.query(ctx, doing, dynamodb.QueryInput{
		KeyConditionExpression: aws.String("pk = :pk AND sk BETWEEN :low AND :high"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":pk": str(schoolPK(c.InstitutionNumber)), ":low": str(revisionSK(1)), ":high": str(revisionSK(c.Erased) + lastEnd),
		},
		ConsistentRead: aws.Bool(true),
	}) {
		if err != nil {
			return err
		}
		sk := text(item, "sk")
		if sk[len(sk)-len(personalEnd):] != personalEnd {
			continue
		}
		deleteCtx, cancel := context.WithTimeout(ctx, callTimeout)
		_, err := s.client.DeleteItem(deleteCtx, &dynamodb.DeleteItemInput{TableName: &s.table, Key: key(schoolPK(c.InstitutionNumber), sk)})
		cancel()
		if err != nil {
			return failure(doing, err)
		}
	}
	return nil
}

func schoolPK(number directory.InstitutionNumber) string { return "SCHOOL#" + string(number) }

const (
	contactSK         = "CONTACT"
	aliasesSK         = "ALIASES"
	schoolContactKind = "SCHOOLCONTACT"
	schoolAliasesKind = "SCHOOLALIASES"
)
