package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

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

// commit writes a version in one transaction. Its errors are those of SaveZone.
func (s *Store) commit(ctx context.Context, c commit) error {
	t, err := s.begin(c.doing, c.repeat, c.at)
	if err != nil {
		return err
	}
	t = t.with(ErrStale, c.items[0])
	t = t.with(fmt.Errorf("%w: version %d is in the history, but is not the current one", ErrBroken, c.version), c.items[1:]...)
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	for try := 1; ; try++ {
		err := s.try(ctx, t)
		if !errors.Is(err, errConflict) {
			return err
		}
		// Whoever was first decides.
		stored, readErr := c.stored(ctx)
		switch {
		case readErr != nil:
			return fmt.Errorf("%s: %w", c.doing, readErr)
		case stored != c.version-1:
			return fmt.Errorf("%s: %w", c.doing, ErrStale)
		case try == maxConflicts:
			return fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		if err := pause(ctx, try); err != nil {
			return failure(c.doing, err)
		}
	}
}
