package dynamo

import (
	"context"
	"encoding/json"
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
	bones, values := r.Split()
	skeleton, personal, err := s.putVersion(zonePK(p.Code), r.Version, bones, values, values.ExpiresAt)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return s.commit(ctx, commit{
		doing: doing, version: p.Version, at: r.At, repeat: save.Repeat,
		items: []types.TransactWriteItem{{Put: profile}, {Put: skeleton}, {Put: personal}},
		stored: func(ctx context.Context) (int, error) {
			stored, _, err := s.Profile(ctx, p.Code)
			return stored.Version, err
		},
	})
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
	item["profile"] = str(string(data))
	return s.following(item, p.Version), nil
}

// ForgetProfile takes what is personal out of the profile of a zone that ended, if it still is the version that was read.
func (s *Store) ForgetProfile(ctx context.Context, p directory.Profile) error {
	doing := "forget zone " + string(p.Code)
	data, err := json.Marshal(directory.Skeleton(p))
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err = s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: &s.table, Key: key(zonePK(p.Code), profileSK),
		UpdateExpression: aws.String("SET profile = :skeleton"), ConditionExpression: aws.String("#v = :read"),
		ExpressionAttributeNames:  map[string]string{"#v": "version"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":skeleton": str(string(data)), ":read": number(p.Version)}})
	if err != nil {
		return failure(doing, err)
	}
	return nil
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

// revisions reads the versions from lowest to highest, newest first.
func (s *Store) revisions(ctx context.Context, code directory.ZoneCode, lowest, highest, limit int, now time.Time) ([]directory.Revision, bool, error) {
	versions, more, err := versions[directory.Revision, directory.PersonalPart](ctx, s, "read history of zone "+string(code), zonePK(code), lowest, highest, limit)
	if err != nil {
		return nil, false, err
	}
	revisions := make([]directory.Revision, len(versions))
	for i, v := range versions {
		revisions[i] = directory.Join(v.skeleton, v.personal, now)
	}
	return revisions, more, nil
}
