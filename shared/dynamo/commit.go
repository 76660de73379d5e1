package dynamo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// commit is one new version of something that keeps its history: what is written whole or not at all.
type commit struct {
	doing   string // for errors
	version int    // that is written
	at      time.Time
	// items begins with what is stored now, on the condition that it is exactly one version older; what stands behind
	// it is on the condition that it is not there yet, or on none.
	items  []types.TransactWriteItem
	repeat *Repeat                            // nil for a write without an Idempotency-Key
	stored func(context.Context) (int, error) // reads which version is stored; 0 for none
}

// maxConflicts is how often a save is tried while other transactions touch the same items.
const maxConflicts = 3

// commit writes a version in one transaction. Its errors are those of SaveZone.
func (s *Store) commit(ctx context.Context, c commit) error {
	items := c.items
	if c.repeat != nil {
		put, err := s.putRepeat(*c.repeat, c.at)
		if err != nil {
			return fmt.Errorf("%s: %w", c.doing, err)
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
			reasons := cancelled.CancellationReasons
			switch {
			case c.repeat != nil && refused(reasons, len(c.items)):
				return fmt.Errorf("%s: %w", c.doing, ErrRepeated)
			case refused(reasons, 0):
				// minidyn names only the first condition that failed: the record tells whether it was our own repeat.
				if c.repeat != nil {
					if _, ok, err := s.Repeated(ctx, c.repeat.ID, c.at); err != nil || ok {
						return fmt.Errorf("%s: %w", c.doing, cmp.Or(err, ErrRepeated))
					}
				}
				return fmt.Errorf("%s: %w", c.doing, ErrStale)
			}
			for n := range c.items[1:] {
				if refused(reasons, n+1) {
					return fmt.Errorf("%s: %w: version %d is in the history, but is not the current one", c.doing, ErrBroken, c.version)
				}
			}
		case errors.As(err, &running):
		default:
			return failure(c.doing, err)
		}
		// Another transaction has its hands on these items, or DynamoDB throttled ours. Whoever was first decides.
		stored, readErr := c.stored(ctx)
		switch {
		case readErr != nil:
			return fmt.Errorf("%s: %w", c.doing, readErr)
		case stored != c.version-1:
			return fmt.Errorf("%s: %w", c.doing, ErrStale)
		case try == maxConflicts:
			return fmt.Errorf("%s: %w: %w", c.doing, ErrUnavailable, err)
		}
		if err := pause(ctx, try); err != nil {
			return failure(c.doing, err)
		}
	}
}

// refused tells whether a transaction failed because of the condition on its nth item, from 0.
func refused(reasons []types.CancellationReason, n int) bool {
	return n < len(reasons) && aws.ToString(reasons[n].Code) == "ConditionalCheckFailed"
}
