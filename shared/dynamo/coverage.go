package dynamo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/directory"
)

// Days lie under their date; the states of zones behind all of them, so that one Query reads both.
const (
	coveragePK = "COVERAGE"
	statesSK   = "STATES"
)

// SaveCoverage keeps a day's count, in place of an earlier one of that day, and the states of its zones unless those
// of a later day are kept.
func (s *Store) SaveCoverage(ctx context.Context, c directory.Coverage) error {
	doing := "save coverage of " + string(c.Day)
	states := directory.Coverage{Day: c.Day, States: c.States}
	c.States = nil
	if err := s.putCoverage(ctx, string(c.Day), c); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if err := s.putCoverage(ctx, statesSK, states); err != nil && !errors.Is(err, ErrStale) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

func (s *Store) putCoverage(ctx context.Context, sk string, c directory.Coverage) error {
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if len(data) > maxPart {
		return fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, len(data), maxPart)
	}
	item := key(coveragePK, sk)
	item["day"], item["coverage"] = str(string(c.Day)), str(string(data))
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err = s.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.table, Item: item,
		ConditionExpression:       aws.String("attribute_not_exists(pk) OR #day <= :day"),
		ExpressionAttributeNames:  map[string]string{"#day": "day"}, // a reserved word
		ExpressionAttributeValues: map[string]types.AttributeValue{":day": str(string(c.Day))},
	})
	if err != nil {
		return failure("write", err)
	}
	return nil
}

// CoverageSince reads the counts from a day on, the oldest first. Only the last one has States: those that were kept
// last.
func (s *Store) CoverageSince(ctx context.Context, from directory.Day) ([]directory.Coverage, error) {
	doing := "read coverage since " + string(from)
	var days []directory.Coverage
	for item, err := range s.query(ctx, doing, dynamodb.QueryInput{
		KeyConditionExpression:    aws.String("pk = :coverage AND sk >= :from"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":coverage": str(coveragePK), ":from": str(string(from))},
	}) {
		if err != nil {
			return nil, err
		}
		var c directory.Coverage
		if err := json.Unmarshal([]byte(text(item, "coverage")), &c); err != nil {
			return nil, fmt.Errorf("%s: %w: %s: %w", doing, ErrBroken, text(item, "sk"), err)
		}
		if text(item, "sk") != statesSK {
			days = append(days, c)
		} else if len(days) > 0 {
			days[len(days)-1].States = c.States
		}
	}
	return days, nil
}
