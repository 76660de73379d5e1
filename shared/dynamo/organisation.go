package dynamo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/directory"
)

// The table of organisations is one item: administrators save it as a whole, and it stays far under an item's size.
const (
	organisationsPK = "ORGANISATIONS"
	organisationsSK = "TABLE"
)

// Organisations reads the table of organisations; version 0 when it was never saved.
func (s *Store) Organisations(ctx context.Context) (directory.Organisations, error) {
	item, err := s.get(ctx, organisationsPK, organisationsSK)
	if err != nil || item == nil {
		return directory.Organisations{}, err
	}
	var table directory.Organisations
	if table.Version, err = integer(item, "version"); err == nil {
		err = json.Unmarshal([]byte(text(item, "organisations")), &table.Items)
	}
	if err != nil {
		return directory.Organisations{}, fmt.Errorf("%w: organisations: %w", ErrBroken, err)
	}
	return table, nil
}

// Organisation gives the organisation with a company number; false when administrators linked none.
func (s *Store) Organisation(ctx context.Context, number directory.CompanyNumber) (directory.Organisation, bool, error) {
	table, err := s.Organisations(ctx)
	if err != nil {
		return directory.Organisation{}, false, err
	}
	o, ok := table.Find(number)
	return o, ok, nil
}

// SaveOrganisations stores the table if the version before it is the one stored, and with it the answer to a request
// with an Idempotency-Key; repeat is nil for one without. The error is ErrStale when somebody saved since the table
// was read, and ErrRepeated when this request was answered before.
func (s *Store) SaveOrganisations(ctx context.Context, table directory.Organisations, repeat *Repeat, now time.Time) error {
	const doing = "save organisations"
	data, err := json.Marshal(table.Items)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if len(data) > maxPart {
		return fmt.Errorf("%s: %w: %d bytes, at most %d", doing, ErrTooLarge, len(data), maxPart)
	}
	item := key(organisationsPK, organisationsSK)
	item["organisations"] = str(string(data))
	return s.withRepeat(ctx, doing, repeat, now, types.TransactWriteItem{Put: s.following(item, table.Version)})
}
