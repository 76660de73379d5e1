package dynamo

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"aanspreekpunt/shared/directory"
)

// organisationPK is the partition of all organisations: a few hundred at most.
const organisationPK = "ORGANISATION"

// Organisation gives the organisation with a company number; false when administrators linked none.
func (s *Store) Organisation(ctx context.Context, number directory.CompanyNumber) (directory.Organisation, bool, error) {
	item, err := s.get(ctx, organisationPK, string(number))
	if err != nil || item == nil {
		return directory.Organisation{}, false, err
	}
	var o directory.Organisation
	if err := json.Unmarshal([]byte(text(item, "organisation")), &o); err != nil {
		return o, false, fmt.Errorf("%w: organisation %s: %w", ErrBroken, number, err)
	}
	return o, true, nil
}

// PutOrganisation links an organisation to its zones, in place of what was linked before.
func (s *Store) PutOrganisation(ctx context.Context, o directory.Organisation) error {
	doing := "save organisation " + string(o.Number)
	data, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	item := key(organisationPK, string(o.Number))
	item["organisation"] = str(string(data))
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if _, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: item}); err != nil {
		return failure(doing, err)
	}
	return nil
}
