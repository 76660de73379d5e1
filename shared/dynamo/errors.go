package dynamo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The kinds of errors that this package returns, for errors.Is.
var (
	// ErrNotFound: nothing is stored under that key.
	ErrNotFound = errors.New("not found")
	// ErrStale: someone else wrote a newer version since the caller read.
	ErrStale = errors.New("a newer version is stored")
	// ErrRepeated: a request with the same Idempotency-Key was answered before. Nothing was written.
	ErrRepeated = errors.New("the request was answered before")
	// ErrTaken: another practice has, or had, this address. Nothing was written.
	ErrTaken = errors.New("the address is another practice's")
	// ErrTooLarge: the value is over the guard's size. Nothing was written.
	ErrTooLarge = errors.New("too large to store")
	// ErrFull: the list in which the value belongs takes no more. Nothing was written.
	ErrFull = errors.New("the list is full")
	// ErrLeftOver: the new version of the reference facts is current, but older ones could not all be deleted.
	ErrLeftOver = errors.New("older versions are left over")
	// ErrUnavailable: DynamoDB is down, slow or throttling, or refuses the request. Trying again later may help.
	ErrUnavailable = errors.New("the store is unavailable")
	// ErrBroken: what is stored cannot be read: a part is missing, cut off or does not match its checksum.
	ErrBroken = errors.New("what is stored is broken")
)

// failure gives an SDK error the kind that callers look for. A caller who went away stays context.Canceled.
func failure(doing string, err error) error {
	var conditional *types.ConditionalCheckFailedException
	switch {
	case errors.As(err, &conditional):
		return fmt.Errorf("%s: %w", doing, ErrStale)
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%s: %w", doing, err)
	}
	return fmt.Errorf("%s: %w: %w", doing, ErrUnavailable, err)
}
