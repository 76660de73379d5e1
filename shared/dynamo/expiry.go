package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// personalKind is the kind, in the index, of items with personal values that expire.
const personalKind = "PERSONAL"

// expire has an item with personal values forgotten at a moment: by DynamoDB, and by ForgetPersonal, which finds it in
// the index. A table that is restored from a backup has lost its TTL setting, and nobody would notice.
func expire(item map[string]types.AttributeValue, at time.Time) {
	item["expiresAt"] = number(int(at.Unix()))
	item["gsi1pk"], item["gsi1sk"] = str(personalKind), str(order(at))
}

// ForgetPersonal deletes the items with personal values whose time is over at now, and tells how many. DynamoDB does
// so too, when it likes.
func (s *Store) ForgetPersonal(ctx context.Context, now time.Time) (int, error) {
	input := byKind(personalKind)
	input.KeyConditionExpression = aws.String("gsi1pk = :kind AND gsi1sk <= :now")
	input.ExpressionAttributeValues[":now"] = str(order(now))
	forgotten := 0
	for item, err := range s.query(ctx, "list what expired", input) {
		if err == nil {
			err = s.delete(ctx, text(item, "pk"), text(item, "sk"))
		}
		if err != nil {
			return forgotten, err
		}
		forgotten++
	}
	return forgotten, nil
}
