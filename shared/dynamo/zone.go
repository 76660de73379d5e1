package dynamo

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/directory"
)

// ZoneSave is one new version of a zone: what is written whole or not at all.
type ZoneSave struct {
	Profile  directory.Profile
	Revision directory.Revision
	Repeat   *Repeat // nil for a write without an Idempotency-Key
}

// maxConflicts is how often a save is tried while other transactions touch the same items.
const maxConflicts = 3

// SaveZone stores a zone's profile, its revision and, with a key, the answer for whoever repeats the request, in
// one transaction, if the stored profile is exactly one version older (none, for version 1).
//
// Errors: ErrStale when someone saved since the caller read; ErrRepeated when a request with this key was
// answered already; ErrTooLarge for a profile of more than 100 kB of JSON; ErrUnavailable when DynamoDB does not
// answer or other transactions keep coming between. After ErrUnavailable the version may have been written all
// the same: repeating the request with its key, or reading, tells.
func (s *Store) SaveZone(ctx context.Context, save ZoneSave) error {
	p, r := save.Profile, save.Revision
	doing := "save zone " + string(p.Code)
	if p.Version < 1 || r.Version != p.Version || r.Zone != p.Code {
		return fmt.Errorf("%s: version %d with revision %s %d: want the same zone and version, 1 or more", doing, p.Version, r.Zone, r.Version)
	}
	profile, err := s.putProfile(p)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	skeleton, personal, err := s.putRevision(r)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	items := []types.TransactWriteItem{{Put: profile}, {Put: skeleton}, {Put: personal}}
	if save.Repeat != nil {
		put, err := s.putRepeat(*save.Repeat, r.At)
		if err != nil {
			return fmt.Errorf("%s: %w", doing, err)
		}
		items = append(items, types.TransactWriteItem{Put: put})
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	for try := 1; ; try++ {
		_, err := s.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items})
		if err == nil {
			return nil
		}
		var cancelled *types.TransactionCanceledException
		var running *types.TransactionInProgressException
		switch {
		case errors.As(err, &cancelled):
			switch reasons := cancelled.CancellationReasons; {
			case save.Repeat != nil && refused(reasons, 3):
				return fmt.Errorf("%s: %w", doing, ErrRepeated)
			case refused(reasons, 0):
				// minidyn names only the first condition that failed: the record tells whether it was our own repeat.
				if save.Repeat != nil {
					if _, ok, err := s.Repeated(ctx, save.Repeat.ID, r.At); err != nil || ok {
						return fmt.Errorf("%s: %w", doing, cmp.Or(err, ErrRepeated))
					}
				}
				return fmt.Errorf("%s: %w", doing, ErrStale)
			case refused(reasons, 1), refused(reasons, 2):
				return fmt.Errorf("%s: %w: version %d is in the history, but not in the profile", doing, ErrBroken, p.Version)
			}
		case errors.As(err, &running):
		default:
			return failure(doing, err)
		}
		// Another transaction has its hands on these items, or DynamoDB throttled ours. Whoever was first decides.
		stored, _, readErr := s.Profile(ctx, p.Code)
		switch {
		case readErr != nil:
			return fmt.Errorf("%s: %w", doing, readErr)
		case stored.Version != p.Version-1:
			return fmt.Errorf("%s: %w", doing, ErrStale)
		case try == maxConflicts:
			return fmt.Errorf("%s: %w: %w", doing, ErrUnavailable, err)
		}
		if err := pause(ctx, try); err != nil {
			return failure(doing, err)
		}
	}
}

// refused tells whether a transaction failed because of the condition on its nth item, from 0.
func refused(reasons []types.CancellationReason, n int) bool {
	return n < len(reasons) && aws.ToString(reasons[n].Code) == "ConditionalCheckFailed"
}

// putProfile writes a profile on the condition that the stored one is exactly one version older.
func (s *Store) putProfile(p directory.Profile) (*types.Put, error) {
	if _, err := directory.ParseZoneCode(string(p.Code)); err != nil {
		return nil, err
	}
	data, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	if len(data) > maxProfile {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, len(data), maxProfile)
	}
	item := key(zonePK(p.Code), profileSK)
	item["gsi1pk"], item["gsi1sk"] = str(profileKind), str(string(p.Code))
	item["version"], item["profile"] = number(p.Version), str(string(data))
	put := &types.Put{TableName: &s.table, Item: item, ConditionExpression: aws.String("attribute_not_exists(pk)")}
	if p.Version > 1 {
		put.ConditionExpression = aws.String("#v = :before")
		put.ExpressionAttributeNames = map[string]string{"#v": "version"}
		put.ExpressionAttributeValues = map[string]types.AttributeValue{":before": number(p.Version - 1)}
	}
	return put, nil
}

// putRevision writes a revision as its skeleton and, apart, its personal values, which expire. Neither is ever
// written over.
func (s *Store) putRevision(r directory.Revision) (skeleton, personal *types.Put, err error) {
	bones, values := r.Split()
	put := func(sk string, v any) *types.Put {
		data, marshalErr := json.Marshal(v)
		if err == nil && marshalErr != nil {
			err = marshalErr
		}
		if err == nil && len(data) > maxPart {
			err = fmt.Errorf("%w: %d bytes of %s, at most %d", ErrTooLarge, len(data), sk, maxPart)
		}
		item := key(zonePK(r.Zone), sk)
		item["revision"] = str(string(data))
		return &types.Put{TableName: &s.table, Item: item, ConditionExpression: aws.String("attribute_not_exists(pk)")}
	}
	skeleton, personal = put(revisionSK(r.Version)+skeletonEnd, bones), put(revisionSK(r.Version)+personalEnd, values)
	personal.Item["expiresAt"] = number(int(values.ExpiresAt.Unix()))
	return skeleton, personal, err
}

// Revisions gives a zone's history, newest first: at most limit versions below before (0: from the newest), and
// whether there are older ones. Personal values whose time is over at now are gone, whether or not DynamoDB has
// deleted them yet.
func (s *Store) Revisions(ctx context.Context, code directory.ZoneCode, before, limit int, now time.Time) ([]directory.Revision, bool, error) {
	highest := maxVersion
	if before > 0 {
		highest = before - 1
	}
	return s.revisions(ctx, code, 1, highest, limit, now)
}

// Revision gives one version of a zone; ErrNotFound when there is none.
func (s *Store) Revision(ctx context.Context, code directory.ZoneCode, version int, now time.Time) (directory.Revision, error) {
	found, _, err := s.revisions(ctx, code, version, version, 1, now)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("read version %d of zone %s: %w", version, code, ErrNotFound)
	}
	if err != nil {
		return directory.Revision{}, err
	}
	return found[0], nil
}

// revisions reads the versions from lowest to highest, newest first. A version's skeleton comes right before its
// personal part, since the keys are read backwards.
func (s *Store) revisions(ctx context.Context, code directory.ZoneCode, lowest, highest, limit int, now time.Time) ([]directory.Revision, bool, error) {
	input := dynamodb.QueryInput{
		KeyConditionExpression: aws.String("pk = :zone AND sk BETWEEN :low AND :high"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":zone": str(zonePK(code)), ":low": str(revisionSK(lowest)), ":high": str(revisionSK(highest) + lastEnd),
		},
		ScanIndexForward: aws.Bool(false),
		ConsistentRead:   aws.Bool(true),
		Limit:            aws.Int32(int32(2*min(limit, 1000) + 1)), // two items a version, and one to see that there are more
	}
	type version struct {
		skeleton directory.Revision
		personal *directory.PersonalPart
	}
	var versions []version
	more := false
	for item, err := range s.query(ctx, "read history of zone "+string(code), input) {
		if err != nil {
			return nil, false, err
		}
		data, sk := []byte(text(item, "revision")), text(item, "sk")
		switch {
		case sk[len(sk)-len(personalEnd):] != personalEnd:
			if len(versions) == limit {
				more = true
				break
			}
			versions = append(versions, version{})
			err = json.Unmarshal(data, &versions[len(versions)-1].skeleton)
		case len(versions) > 0:
			err = json.Unmarshal(data, &versions[len(versions)-1].personal)
		}
		if err != nil {
			return nil, false, fmt.Errorf("%w: history of zone %s, %s: %w", ErrBroken, code, sk, err)
		}
		if more {
			break
		}
	}
	revisions := make([]directory.Revision, len(versions))
	for i, v := range versions {
		revisions[i] = directory.Join(v.skeleton, v.personal, now)
	}
	return revisions, more, nil
}

// The keys of a revision: eight digits, so that they sort as numbers, and "SKELETON" after "PERSONAL".
const (
	maxVersion  = 99_999_999
	skeletonEnd = "#SKELETON"
	personalEnd = "#PERSONAL"
	lastEnd     = "#~"
)

func revisionSK(version int) string { return fmt.Sprintf("REVISION#%08d", version) }
