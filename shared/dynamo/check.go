package dynamo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// ErrSetUp means that the table is not there, or lacks its index. Waiting does not help; the error names the setting.
var ErrSetUp = errors.New("environment: TABLE_NAME")

// A Kind is one of those that the index lists.
type Kind string

// The kinds that functions list, which is what their roles let them.
const (
	Profiles       Kind = profileKind
	References     Kind = referenceKind
	PracticeTexts  Kind = practiceKind
	ReportsWaiting Kind = openReports
)

// Check tells whether the table and its index are there, by asking the index for one item of a kind that the function
// lists anyway; its connection then is open for the first request. The error is ErrSetUp or nil: a store that does not
// answer now may answer later.
func (s *Store) Check(ctx context.Context, kind Kind) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	input := byKind(string(kind))
	input.TableName, input.Limit = &s.table, aws.Int32(1)
	if _, err := s.client.Query(ctx, &input); errors.Is(err, ErrSetUp) {
		return err
	}
	return nil
}

// setUp makes of DynamoDB's error about a table that is not as it should be one that an operator understands.
func setUp(table string, err error) error {
	if _, missing := errors.AsType[*types.ResourceNotFoundException](err); missing {
		return fmt.Errorf("%w: there is no table %s in this region: %w", ErrSetUp, table, err)
	}
	if refused, ok := errors.AsType[smithy.APIError](err); ok && refused.ErrorCode() == "ValidationException" && strings.Contains(refused.ErrorMessage(), "index") {
		return fmt.Errorf("%w: table %s has no index byKind: %w", ErrSetUp, table, err)
	}
	return err
}
