package dynamo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// putVersion writes a version's skeleton and, apart, its personal values, which expire. Neither is ever written over.
func (s *Store) putVersion(pk string, version int, bones, values any, expires time.Time) (skeleton, personal *types.Put, err error) {
	put := func(sk string, v any) *types.Put {
		data, marshalErr := json.Marshal(v)
		if err == nil && marshalErr != nil {
			err = marshalErr
		}
		if err == nil && len(data) > maxPart {
			err = fmt.Errorf("%w: %d bytes of %s, at most %d", ErrTooLarge, len(data), sk, maxPart)
		}
		item := key(pk, sk)
		item["revision"] = str(string(data))
		return &types.Put{TableName: &s.table, Item: item, ConditionExpression: aws.String("attribute_not_exists(pk)")}
	}
	skeleton, personal = put(revisionSK(version)+skeletonEnd, bones), put(revisionSK(version)+personalEnd, values)
	expire(personal.Item, expires)
	return skeleton, personal, err
}

// version is one of a history as it is stored: personal is nil when it is gone.
type version[S, P any] struct {
	skeleton S
	personal *P
}

// versions reads the versions of a history from lowest to highest, newest first: at most limit, and whether there are
// older ones. A version's skeleton comes right before its personal part, since the keys are read backwards.
func versions[S, P any](ctx context.Context, s *Store, doing, pk string, lowest, highest, limit int) ([]version[S, P], bool, error) {
	input := dynamodb.QueryInput{
		KeyConditionExpression: aws.String("pk = :pk AND sk BETWEEN :low AND :high"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":pk": str(pk), ":low": str(revisionSK(lowest)), ":high": str(revisionSK(highest) + lastEnd),
		},
		ScanIndexForward: aws.Bool(false),
		ConsistentRead:   aws.Bool(true),
		Limit:            aws.Int32(int32(2*min(limit, 1000) + 1)), // two items a version, and one to see that there are more
	}
	var found []version[S, P]
	for item, err := range s.query(ctx, doing, input) {
		if err != nil {
			return nil, false, err
		}
		data, sk := []byte(text(item, "revision")), text(item, "sk")
		switch {
		case sk[len(sk)-len(personalEnd):] != personalEnd:
			if len(found) == limit {
				return found, true, nil
			}
			found = append(found, version[S, P]{})
			err = json.Unmarshal(data, &found[len(found)-1].skeleton)
		case len(found) > 0:
			err = json.Unmarshal(data, &found[len(found)-1].personal)
		}
		if err != nil {
			return nil, false, fmt.Errorf("%w: %s, %s: %w", ErrBroken, doing, sk, err)
		}
	}
	return found, false, nil
}

// The keys of a revision: eight digits, so that they sort as numbers, and "SKELETON" after "PERSONAL".
const (
	maxVersion  = 99_999_999
	skeletonEnd = "#SKELETON"
	personalEnd = "#PERSONAL"
	lastEnd     = "#~"
)

func revisionSK(version int) string { return fmt.Sprintf("REVISION#%08d", version) }
