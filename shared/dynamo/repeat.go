package dynamo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// repeatHours is how long the answer to a request with an Idempotency-Key is kept.
const repeatHours = 24

// Repeat is the answer to a write with an Idempotency-Key, kept for 24 hours for whoever repeats the request.
type Repeat struct {
	ID     string `json:"-"`    // from RepeatID
	Body   string `json:"body"` // hash of the request's body: another body under the same key is a mistake
	Status int    `json:"status"`
	ETag   string `json:"etag,omitempty"`
	Answer []byte `json:"answer,omitempty"` // the body of the answer
}

// RepeatID identifies a request by its scope (subject, method, path) and its Idempotency-Key. It is a hash: what
// callers choose as key never becomes a key of the table.
func RepeatID(subject, method, path, key string) string {
	hash := sha256.Sum256([]byte(strings.Join([]string{subject, method, path, key}, "\x00")))
	return hex.EncodeToString(hash[:])
}

// BodyHash is what Repeat keeps of a request's body.
func BodyHash(body []byte) string {
	hash := sha256.Sum256(body)
	return hex.EncodeToString(hash[:])
}

// Repeated reads the answer recorded under an ID; false when there is none or its 24 hours are over at now,
// whether or not DynamoDB has deleted it yet.
func (s *Store) Repeated(ctx context.Context, id string, now time.Time) (Repeat, bool, error) {
	item, err := s.get(ctx, repeatPK+id, repeatSK)
	if err != nil || item == nil {
		return Repeat{}, false, err
	}
	expires, err := integer(item, "expiresAt")
	if err != nil {
		return Repeat{}, false, fmt.Errorf("%w: recorded answer: %w", ErrBroken, err)
	}
	if now.Unix() >= int64(expires) {
		return Repeat{}, false, nil
	}
	r := Repeat{ID: id}
	if err := json.Unmarshal([]byte(text(item, "answer")), &r); err != nil {
		return Repeat{}, false, fmt.Errorf("%w: recorded answer: %w", ErrBroken, err)
	}
	return r, true, nil
}

// putRepeat records an answer unless one stands under the same ID whose 24 hours are not over.
func (s *Store) putRepeat(r Repeat, now time.Time) (*types.Put, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	if len(data) > maxPart {
		return nil, fmt.Errorf("%w: recorded answer of %d bytes, at most %d", ErrTooLarge, len(data), maxPart)
	}
	item := key(repeatPK+r.ID, repeatSK)
	item["answer"] = str(string(data))
	item["expiresAt"] = number(int(now.Add(repeatHours * time.Hour).Unix()))
	return &types.Put{
		TableName: &s.table, Item: item,
		ConditionExpression:       aws.String("attribute_not_exists(pk) OR expiresAt <= :now"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":now": number(int(now.Unix()))},
	}, nil
}

const (
	repeatPK = "REPEAT#"
	repeatSK = "ANSWER"
)
