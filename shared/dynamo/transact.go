package dynamo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// transaction is what is written whole or not at all.
type transaction struct {
	doing    string // for errors
	items    []types.TransactWriteItem
	meanings []error // for each item, what it means that its condition failed
}

// begin starts a transaction with the answer for whoever repeats the request; nil for a write without an
// Idempotency-Key. It stands first: of the conditions that failed minidyn names only the first.
func (s *Store) begin(doing string, repeat *Repeat, at time.Time) (transaction, error) {
	t := transaction{doing: doing}
	if repeat == nil {
		return t, nil
	}
	put, err := s.putRepeat(*repeat, at)
	if err != nil {
		return t, fmt.Errorf("%s: %w", doing, err)
	}
	return t.with(ErrRepeated, types.TransactWriteItem{Put: put}), nil
}

// with gives the transaction with more items, whose conditions all mean the same when they fail.
func (t transaction) with(meaning error, items ...types.TransactWriteItem) transaction {
	t.items = slices.Concat(t.items, items)
	t.meanings = slices.Concat(t.meanings, slices.Repeat([]error{meaning}, len(items)))
	return t
}

// following writes an item as a version, on the condition that what is stored is exactly one version older: nothing,
// for version 1.
func (s *Store) following(item map[string]types.AttributeValue, version int) *types.Put {
	item["version"] = number(version)
	put := &types.Put{TableName: &s.table, Item: item, ConditionExpression: aws.String("attribute_not_exists(pk)")}
	if version > 1 {
		put.ConditionExpression = aws.String("#v = :before")
		put.ExpressionAttributeNames = map[string]string{"#v": "version"}
		put.ExpressionAttributeValues = map[string]types.AttributeValue{":before": number(version - 1)}
	}
	return put
}

// errConflict: another transaction has its hands on the same items, or DynamoDB throttled ours.
var errConflict = errors.New("another transaction came between")

// try writes a transaction once. Of the conditions that failed the first one counts.
func (s *Store) try(ctx context.Context, t transaction) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := s.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: t.items})
	var cancelled *types.TransactionCanceledException
	var running *types.TransactionInProgressException
	switch {
	case err == nil:
		return nil
	case errors.As(err, &cancelled):
		for i, meaning := range t.meanings {
			if refused(cancelled.CancellationReasons, i) {
				return fmt.Errorf("%s: %w", t.doing, meaning)
			}
		}
	case !errors.As(err, &running):
		return failure(t.doing, err)
	}
	return fmt.Errorf("%s: %w: %w", t.doing, errConflict, err)
}

// maxConflicts is how often a save is tried while other transactions touch the same items.
const maxConflicts = 3

// write tries a transaction as often as that. ErrUnavailable when others keep coming between, or DynamoDB does not answer.
func (s *Store) write(ctx context.Context, t transaction) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	for try := 1; ; try++ {
		err := s.try(ctx, t)
		switch {
		case !errors.Is(err, errConflict):
			return err
		case try == maxConflicts:
			return fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		if err := pause(ctx, try); err != nil {
			return failure(t.doing, err)
		}
	}
}

// refused tells whether a transaction failed because of the condition on its nth item, from 0.
func refused(reasons []types.CancellationReason, n int) bool {
	return n < len(reasons) && aws.ToString(reasons[n].Code) == "ConditionalCheckFailed"
}
