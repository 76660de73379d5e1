package dynamo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/klauspost/compress/s2"
)

// Pointer names the current version of the reference facts.
type Pointer struct {
	Version       string    `json:"version"`
	Demonstration bool      `json:"demonstration,omitempty"` // while true every page says that its data is made up
	PublishedAt   time.Time `json:"publishedAt"`
	Kept          []string  `json:"kept"` // versions that can be read, the current one first; at most three
}

const keptVersions = 3

// leftover is how old a version that no pointer names must be before it is taken for a broken-off publication.
const leftover = time.Hour

// loadTimeout is how long reading all parts of a version may take.
const loadTimeout = 8 * time.Second

var castagnoli = crc32.MakeTable(crc32.Castagnoli) // has an instruction on amd64 and arm64

// Pointer reads the pointer; false when nothing was ever published.
func (s *Store) Pointer(ctx context.Context) (Pointer, bool, error) {
	item, err := s.get(ctx, pointerPK, pointerSK)
	if err != nil || item == nil {
		return Pointer{}, false, err
	}
	p, err := readPointer(item)
	return p, err == nil, err
}

func readPointer(item map[string]types.AttributeValue) (Pointer, error) {
	var p Pointer
	if err := json.Unmarshal([]byte(text(item, "pointer")), &p); err != nil {
		return p, fmt.Errorf("%w: reference pointer: %w", ErrBroken, err)
	}
	if p.Version == "" {
		return p, fmt.Errorf("%w: reference pointer: it names no version", ErrBroken)
	}
	return p, nil
}

// Reference reads the bytes of a version. ErrNotFound: there is no such version. ErrBroken: a part is missing,
// cut off or changed; the error names it.
func (s *Store) Reference(ctx context.Context, version string) ([]byte, error) {
	doing := "reference facts " + version
	ctx, cancel := context.WithTimeout(ctx, loadTimeout)
	defer cancel()
	var compressed []byte
	var parts, size, whole, next int
	found := false
	for item, err := range s.query(ctx, doing, dynamodb.QueryInput{
		KeyConditionExpression:    aws.String("pk = :version"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":version": str(referencePK(version))},
		ConsistentRead:            aws.Bool(true),
	}) {
		if err != nil {
			return nil, err
		}
		if sk := text(item, "sk"); sk == manifestSK { // sorts before the parts
			found = true
			var errs [3]error
			parts, errs[0] = integer(item, "parts")
			size, errs[1] = integer(item, "size")
			whole, errs[2] = integer(item, "checksum")
			if err := errors.Join(errs[:]...); err != nil {
				return nil, fmt.Errorf("%s: %w: manifest: %w", doing, ErrBroken, err)
			}
			if parts < 1 || size < 1 {
				return nil, fmt.Errorf("%s: %w: manifest: %d parts of %d bytes", doing, ErrBroken, parts, size)
			}
			compressed = make([]byte, 0, min(parts, 100)*maxPart)
		} else if sk != partSK(next) {
			return nil, fmt.Errorf("%s: %w: part %d of %d is missing", doing, ErrBroken, next+1, parts)
		} else {
			next++
			data, ok := item["data"].(*types.AttributeValueMemberB)
			if !ok {
				return nil, fmt.Errorf("%s: %w: part %d of %d has no data", doing, ErrBroken, next, parts)
			}
			if sum, err := integer(item, "checksum"); err != nil || sum != checksum(data.Value) {
				return nil, fmt.Errorf("%s: %w: part %d of %d does not match its checksum", doing, ErrBroken, next, parts)
			}
			compressed = append(compressed, data.Value...)
		}
	}
	switch {
	case !found && next == 0:
		return nil, fmt.Errorf("%s: %w", doing, ErrNotFound)
	case !found:
		return nil, fmt.Errorf("%s: %w: the manifest is missing", doing, ErrBroken)
	case next < parts:
		return nil, fmt.Errorf("%s: %w: part %d of %d is missing", doing, ErrBroken, next+1, parts)
	case next > parts:
		return nil, fmt.Errorf("%s: %w: %d parts, but the manifest says %d", doing, ErrBroken, next, parts)
	case checksum(compressed) != whole:
		return nil, fmt.Errorf("%s: %w: the parts together do not match the manifest's checksum", doing, ErrBroken)
	}
	data, err := decompress(compressed, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", doing, ErrBroken, err)
	}
	return data, nil
}

// PublishReference stores a version's bytes and then lets the pointer name it, if the pointer still names
// previous ("" when there is none yet); otherwise the error is ErrStale and the pointer stays. p.PublishedAt is
// now; p.Version and p.Kept are filled in. The two versions before stay readable, older ones are deleted; when
// deleting fails the new version is current nevertheless and the error says what is left over.
func (s *Store) PublishReference(ctx context.Context, version string, data []byte, p Pointer, previous string) error {
	doing := "publish reference facts " + version
	if version == "" || len(data) == 0 {
		return fmt.Errorf("%s: no version or no data", doing)
	}
	current, exists, err := s.Pointer(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if current.Version != previous {
		return fmt.Errorf("%s: %w: the pointer names %q, not %q", doing, ErrStale, current.Version, previous)
	}
	if err := s.putParts(ctx, doing, version, data, p.PublishedAt); err != nil {
		return err
	}
	p.Version = version
	p.Kept = []string{version}
	for _, v := range current.Kept {
		if v != version && len(p.Kept) < keptVersions {
			p.Kept = append(p.Kept, v)
		}
	}
	text, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	item := key(pointerPK, pointerSK)
	item["version"], item["pointer"] = str(version), str(string(text))
	input := &dynamodb.PutItemInput{TableName: &s.table, Item: item, ConditionExpression: aws.String("attribute_not_exists(pk)")}
	if exists {
		input.ConditionExpression = aws.String("#v = :previous")
		input.ExpressionAttributeNames = map[string]string{"#v": "version"}
		input.ExpressionAttributeValues = map[string]types.AttributeValue{":previous": str(previous)}
	}
	if err := s.put(ctx, doing, input); err != nil {
		return err
	}
	return s.forget(ctx, doing, p, current.Kept)
}

// putParts writes the manifest first, so that forget finds a publication that broke off.
func (s *Store) putParts(ctx context.Context, doing, version string, data []byte, now time.Time) error {
	compressed := compress(data)
	parts := slices.Collect(slices.Chunk(compressed, maxPart))
	manifest := key(referencePK(version), manifestSK)
	manifest["gsi1pk"], manifest["gsi1sk"] = str(referenceKind), str(version)
	manifest["parts"], manifest["size"], manifest["checksum"] = number(len(parts)), number(len(data)), number(checksum(compressed))
	manifest["publishedAt"] = str(now.UTC().Format(time.RFC3339))
	if err := s.put(ctx, doing, &dynamodb.PutItemInput{TableName: &s.table, Item: manifest}); err != nil {
		return err
	}
	for i, part := range parts {
		item := key(referencePK(version), partSK(i))
		item["data"], item["checksum"] = &types.AttributeValueMemberB{Value: part}, number(checksum(part))
		if err := s.put(ctx, doing+": part "+strconv.Itoa(i+1), &dynamodb.PutItemInput{TableName: &s.table, Item: item}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) put(ctx context.Context, doing string, input *dynamodb.PutItemInput) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if _, err := s.client.PutItem(ctx, input); err != nil {
		return failure(doing, err)
	}
	return nil
}

// forget deletes versions that no longer are kept: the one that fell off the pointer's list, and what a
// publication that broke off left.
func (s *Store) forget(ctx context.Context, doing string, p Pointer, before []string) error {
	var old []string
	for item, err := range s.query(ctx, doing+": list versions", byKind(referenceKind)) {
		if err != nil {
			return err
		}
		version := text(item, "gsi1sk")
		if slices.Contains(p.Kept, version) {
			continue
		}
		begun, err := time.Parse(time.RFC3339, text(item, "publishedAt"))
		if slices.Contains(before, version) || err != nil || p.PublishedAt.Sub(begun) > leftover {
			old = append(old, version)
		}
	}
	for _, version := range old {
		var keys []string
		for item, err := range s.query(ctx, doing+": list parts of "+version, dynamodb.QueryInput{
			KeyConditionExpression:    aws.String("pk = :version"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":version": str(referencePK(version))},
			ProjectionExpression:      aws.String("sk"),
		}) {
			if err != nil {
				return err
			}
			keys = append(keys, text(item, "sk"))
		}
		slices.Reverse(keys) // the manifest last: while it is there the rest can be found
		for _, sk := range keys {
			deleteCtx, cancel := context.WithTimeout(ctx, callTimeout)
			_, err := s.client.DeleteItem(deleteCtx, &dynamodb.DeleteItemInput{TableName: &s.table, Key: key(referencePK(version), sk)})
			cancel()
			if err != nil {
				return failure(doing+": delete version "+version, err)
			}
		}
	}
	return nil
}

func checksum(b []byte) int { return int(crc32.Checksum(b, castagnoli)) }

func compress(data []byte) []byte { return s2.EncodeBest(nil, data) }

func decompress(compressed []byte, size int) ([]byte, error) {
	if n, err := s2.DecodedLen(compressed); err != nil || n != size {
		return nil, errors.New("the compressed bytes are not as long as the manifest says")
	}
	return s2.Decode(make([]byte, size), compressed)
}
