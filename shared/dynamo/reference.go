package dynamo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/klauspost/compress/zstd"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
)

// Pointer names the current version of the reference facts, and those that become current on a day to come.
type Pointer struct {
	Version       string     `json:"version"`
	Demonstration bool       `json:"demonstration,omitempty"` // while true every page says that its data is made up
	PublishedAt   time.Time  `json:"publishedAt"`
	Kept          []string   `json:"kept"`               // versions that can be read, the current one first; at most three
	Upcoming      []Upcoming `json:"upcoming,omitempty"` // by date; these can be read, too

	stored string // as it stands in the table
}

// Upcoming is a version that becomes current when a day begins in Brussels.
type Upcoming struct {
	Date    directory.Day `json:"date"`
	Version string        `json:"version"`
}

// VersionOn names the version to answer from on a day.
func (p Pointer) VersionOn(day directory.Day) string {
	version := p.Version
	for _, u := range p.Upcoming {
		if u.Date <= day {
			version = u.Version
		}
	}
	return version
}

const keptVersions = 3

// Bounds of a version. The facts with all schools take 4.5 MB, and about a quarter of that compressed.
const (
	maxReference = 100_000_000 // bytes before compression
	partSize     = 1 << 20     // bytes of a part before compression; halved while a part stays over maxPart
	minPartSize  = 64 << 10    // no halving goes below this: a manifest that says less is broken
)

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
	p := Pointer{stored: text(item, "pointer")}
	if err := json.Unmarshal([]byte(p.stored), &p); err != nil {
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
	ctx, cancel := context.WithTimeout(ctx, loadTimeout)
	defer cancel()
	ctx, taken := withBlobs(ctx)
	doing := "reference facts " + version
	var items []map[string]types.AttributeValue
	for item, err := range s.query(ctx, doing, dynamodb.QueryInput{
		KeyConditionExpression:    aws.String("pk = :version"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":version": str(referencePK(version))},
		ConsistentRead:            aws.Bool(true),
	}) {
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	if len(items) == 0 {
		return nil, fmt.Errorf("%s: %w", doing, ErrNotFound)
	}
	m, err := readManifest(items[0]) // sorts before the parts
	if err != nil {
		return nil, fmt.Errorf("%s: %w: manifest: %w", doing, ErrBroken, err)
	}
	data, err := m.join(items[1:], version, taken)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", doing, ErrBroken, err)
	}
	return data, nil
}

// FactsAt reads the pointer and the facts of a moment's day, for what must not go on with older ones: a scheduled
// function, whose now is that of its event. ErrNotFound when nothing was ever published.
func (s *Store) FactsAt(ctx context.Context, now time.Time) (*facts.Facts, Pointer, error) {
	p, ok, err := s.Pointer(ctx)
	if err == nil && !ok {
		err = fmt.Errorf("reference pointer: %w", ErrNotFound)
	}
	if err != nil {
		return nil, p, err
	}
	f, err := s.open(ctx, p.VersionOn(directory.DayOf(now)))
	return f, p, err
}

// open reads and opens a version.
func (s *Store) open(ctx context.Context, version string) (*facts.Facts, error) {
	data, err := s.Reference(ctx, version)
	if err != nil {
		return nil, err
	}
	f, err := facts.Open(data)
	if err != nil {
		return nil, fmt.Errorf("reference facts %s: %w: %w", version, ErrBroken, err)
	}
	return f, nil
}

// manifest says how a version's bytes are cut: into parts of PartSize bytes each before compression, the last
// one with what remains.
type manifest struct{ Size, PartSize int }

func readManifest(item map[string]types.AttributeValue) (m manifest, err error) {
	if text(item, "sk") != manifestSK {
		return m, errors.New("it is missing")
	}
	if m.Size, err = integer(item, "size"); err != nil {
		return m, err
	}
	if m.PartSize, err = integer(item, "partSize"); err != nil {
		return m, err
	}
	if m.Size < 1 || m.Size > maxReference || m.PartSize < min(m.Size, minPartSize) {
		return m, fmt.Errorf("%d bytes in parts of %d", m.Size, m.PartSize)
	}
	return m, nil
}

func (m manifest) parts() int { return (m.Size + m.PartSize - 1) / m.PartSize }

// cut gives the compressed parts.
func (m manifest) cut(data []byte) ([][]byte, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderCRC(false)) // every part has a checksum of its own
	if err != nil {
		return nil, err
	}
	defer encoder.Close()
	var parts [][]byte
	for part := range slices.Chunk(data, m.PartSize) {
		parts = append(parts, encoder.EncodeAll(part, nil))
	}
	return parts, nil
}

// join puts the parts together, each unpacked straight to its place, as many at once as there are processors.
func (m manifest) join(items []map[string]types.AttributeValue, version string, taken *blobs) ([]byte, error) {
	for n := range m.parts() {
		if n >= len(items) || text(items[n], "sk") != partSK(n) {
			return nil, fmt.Errorf("part %d of %d is missing", n+1, m.parts())
		}
	}
	if len(items) > m.parts() {
		return nil, fmt.Errorf("%d parts, but the manifest says %d", len(items), m.parts())
	}
	// The size bounds what broken bytes can make it allocate.
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(uint64(m.PartSize)))
	if err != nil {
		return nil, err
	}
	defer decoder.Close()
	data := make([]byte, m.Size)
	errs := make([]error, len(items))
	var group sync.WaitGroup
	for n, item := range items {
		group.Go(func() {
			from := n * m.PartSize
			to := min(from+m.PartSize, m.Size)
			packed, ok := taken.bytes(item["data"])
			if !ok {
				errs[n] = fmt.Errorf("part %d of %d has no data", n+1, len(items))
				return
			}
			if sum, err := integer(item, "checksum"); err != nil || sum != checksum(version, n, packed) {
				errs[n] = fmt.Errorf("part %d of %d does not match its checksum", n+1, len(items))
				return
			}
			unpacked, err := decoder.DecodeAll(packed, data[from:from:to])
			if err == nil && len(unpacked) != to-from {
				err = fmt.Errorf("%d bytes, but the manifest says %d", len(unpacked), to-from)
			}
			if err != nil {
				errs[n] = fmt.Errorf("part %d of %d: %w", n+1, len(items), err)
			}
		})
	}
	group.Wait()
	return data, errors.Join(errs...)
}

// Publication is what PublishReference stores.
type Publication struct {
	Version       string // current from now on
	Data          []byte
	Upcoming      []UpcomingFacts // by date
	Demonstration bool
	At            time.Time      // now
	Previous      Pointer        // that it was made from, as it was read; the zero Pointer when there is none yet
	Territory     *TerritorySave // stored with the pointer; nil leaves the territory changes as they are
}

// UpcomingFacts are a version that becomes current on a day to come.
type UpcomingFacts struct {
	Upcoming
	Data []byte
}

// PublishReference stores the bytes of versions and then lets the pointer name them, if the pointer still is the one
// that the publication was made from; otherwise the error is ErrStale and the pointer stays. The two versions that were
// current before stay readable, and so do all upcoming ones; others are deleted. When deleting fails the new version is
// current nevertheless, and the error is ErrLeftOver; a later publication deletes them. A version that the pointer names
// already is not written again.
//
// It is no method of Store, so that functions which only read do not carry the compressor along: the linker keeps
// every exported method of a type that templates may look into.
func PublishReference(ctx context.Context, s *Store, p Publication) error {
	doing := "publish reference facts " + p.Version
	current, exists, err := s.Pointer(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if current.stored != p.Previous.stored {
		return fmt.Errorf("%s: %w: the pointer names %q now", doing, ErrStale, current.Version)
	}
	next := Pointer{Version: p.Version, Demonstration: p.Demonstration, PublishedAt: p.At, Kept: []string{p.Version}}
	before := slices.Clone(current.Kept)
	for _, u := range current.Upcoming {
		before = append(before, u.Version)
	}
	for _, v := range append([]UpcomingFacts{{Upcoming{"", p.Version}, p.Data}}, p.Upcoming...) {
		if v.Version == "" || len(v.Data) == 0 {
			return fmt.Errorf("%s: no version or no data", doing)
		}
		if len(v.Data) > maxReference {
			return fmt.Errorf("%s: %w: %d bytes, at most %d", doing, ErrTooLarge, len(v.Data), maxReference)
		}
		if v.Date != "" {
			next.Upcoming = append(next.Upcoming, v.Upcoming)
		}
		if !slices.Contains(before, v.Version) {
			if err := s.putParts(ctx, doing, v.Version, v.Data, p.At); err != nil {
				return err
			}
		}
	}
	for _, v := range append([]string{current.VersionOn(directory.DayOf(p.At))}, current.Kept...) {
		if v != "" && !slices.Contains(next.Kept, v) && len(next.Kept) < keptVersions {
			next.Kept = append(next.Kept, v)
		}
	}
	text, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	item := key(pointerPK, pointerSK)
	item["version"], item["pointer"] = str(p.Version), str(string(text))
	put := &types.Put{TableName: &s.table, Item: item, ConditionExpression: aws.String("attribute_not_exists(pk)")}
	if exists {
		put.ConditionExpression = aws.String("#p = :previous")
		put.ExpressionAttributeNames = map[string]string{"#p": "pointer"}
		put.ExpressionAttributeValues = map[string]types.AttributeValue{":previous": str(current.stored)}
	}
	if err := s.name(ctx, doing, put, p.Territory); err != nil {
		return err
	}
	if err := s.forget(ctx, doing, next, before); err != nil {
		return fmt.Errorf("%w: %w", ErrLeftOver, err)
	}
	return nil
}

// name lets the pointer name what was stored, and stores the territory changes with it.
func (s *Store) name(ctx context.Context, doing string, pointer *types.Put, territory *TerritorySave) error {
	if territory == nil {
		return s.put(ctx, doing, &dynamodb.PutItemInput{TableName: pointer.TableName, Item: pointer.Item, ConditionExpression: pointer.ConditionExpression,
			ExpressionAttributeNames: pointer.ExpressionAttributeNames, ExpressionAttributeValues: pointer.ExpressionAttributeValues})
	}
	items, err := s.putTerritory(*territory)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	// The pointer stands first: it moves whenever the list does or an answer was recorded, so it alone tells ErrStale.
	return s.commit(ctx, commit{
		doing: doing, version: territory.Changes.Version, at: territory.At,
		items: append([]types.TransactWriteItem{{Put: pointer}}, items...),
		stored: func(ctx context.Context) (int, error) {
			stored, err := s.TerritoryChanges(ctx, territory.At)
			return stored.Version, err
		},
	})
}

// putParts stores the manifest, and then the parts: so forget finds a publication that broke off.
func (s *Store) putParts(ctx context.Context, doing, version string, data []byte, now time.Time) error {
	m := manifest{Size: len(data), PartSize: partSize}
	parts, err := m.cut(data)
	for err == nil && slices.ContainsFunc(parts, func(p []byte) bool { return len(p) > maxPart }) {
		m.PartSize /= 2
		parts, err = m.cut(data)
	}
	if err != nil {
		return fmt.Errorf("%s: compress: %w", doing, err)
	}
	item := key(referencePK(version), manifestSK)
	item["gsi1pk"], item["gsi1sk"] = str(referenceKind), str(version)
	item["size"], item["partSize"], item["publishedAt"] = number(m.Size), number(m.PartSize), str(now.UTC().Format(time.RFC3339))
	if err := s.put(ctx, doing, &dynamodb.PutItemInput{TableName: &s.table, Item: item}); err != nil {
		return err
	}
	for i, part := range parts {
		item := key(referencePK(version), partSK(i))
		item["data"], item["checksum"] = &types.AttributeValueMemberB{Value: part}, number(checksum(version, i, part))
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

// forget deletes versions that no longer are kept: those that the pointer named before, and what a
// publication that broke off left.
func (s *Store) forget(ctx context.Context, doing string, p Pointer, before []string) error {
	var old []string
	for item, err := range s.query(ctx, doing+": list versions", byKind(referenceKind)) {
		if err != nil {
			return err
		}
		version := text(item, "gsi1sk")
		if slices.Contains(p.Kept, version) || slices.ContainsFunc(p.Upcoming, func(u Upcoming) bool { return u.Version == version }) {
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

// checksum covers which part of which version the bytes are, so that no part can stand in for another.
func checksum(version string, n int, compressed []byte) int {
	return int(crc32.Update(crc32.Checksum([]byte(version+" "+partSK(n)), castagnoli), castagnoli, compressed))
}
