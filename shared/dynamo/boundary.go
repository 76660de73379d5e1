package dynamo

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"aanspreekpunt/shared/directory"
)

const boundariesSK = "BOUNDARIES" // beside the pointer

// SaveBoundaries keeps the outlines of zones in place of those before. ErrTooLarge for more than 350 kB of JSON.
func (s *Store) SaveBoundaries(ctx context.Context, list []directory.Boundary) error {
	const doing = "save boundaries"
	data, err := json.Marshal(list)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if len(data) > maxPart {
		return fmt.Errorf("%s: %w: %d bytes, at most %d", doing, ErrTooLarge, len(data), maxPart)
	}
	item := key(pointerPK, boundariesSK)
	item["boundaries"] = str(string(data))
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if _, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: item}); err != nil {
		return failure(doing, err)
	}
	return nil
}

// Boundaries reads the outlines of zones; none when nobody imported them.
func (s *Store) Boundaries(ctx context.Context) ([]directory.Boundary, error) {
	item, err := s.get(ctx, pointerPK, boundariesSK)
	if err != nil || item == nil {
		return nil, err
	}
	var list []directory.Boundary
	if err := json.Unmarshal([]byte(text(item, "boundaries")), &list); err != nil {
		return nil, fmt.Errorf("read boundaries: %w: %w", ErrBroken, err)
	}
	return list, nil
}
