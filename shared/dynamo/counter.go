package dynamo

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/directory"
)

// Limit is how often something may happen.
type Limit struct {
	Name   string // in the table's keys: "REPORTS"
	Most   int    // times in a window, at least 1
	Window time.Duration
}

// Count counts that something happened once more, and tells how long to wait when that is too often: 0 when it may
// happen. A window begins with the first time; what happens while the limit is reached does not count. of is what the
// limit is counted for and becomes part of a key.
func (s *Store) Count(ctx context.Context, l Limit, of string, now time.Time) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	at := key("COUNTER#"+l.Name+"#"+of, counterSK)
	moment, until := number(int(now.Unix())), now.Add(l.Window)
	refused := func(err error) bool {
		conditional := new(types.ConditionalCheckFailedException)
		return errors.As(err, &conditional)
	}
	for range maxConflicts {
		_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &s.table, Key: at,
			UpdateExpression:          aws.String("SET times = times + :one"),
			ConditionExpression:       aws.String("expiresAt > :now AND times < :most"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":one": number(1), ":now": moment, ":most": number(l.Most)},
		})
		if err == nil {
			return 0, nil
		}
		if !refused(err) {
			return 0, failure("count "+l.Name, err)
		}
		first := key("COUNTER#"+l.Name+"#"+of, counterSK)
		first["times"], first["expiresAt"] = number(1), number(int(until.Unix()))
		_, err = s.client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: &s.table, Item: first,
			ConditionExpression:       aws.String("attribute_not_exists(pk) OR expiresAt <= :now"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":now": moment},
		})
		if err == nil {
			return 0, nil
		}
		if !refused(err) {
			return 0, failure("count "+l.Name, err)
		}
		item, err := s.get(ctx, "COUNTER#"+l.Name+"#"+of, counterSK)
		if err != nil {
			return 0, err
		}
		if item == nil {
			continue // deleted in between
		}
		times, err := integer(item, "times")
		if err != nil {
			return 0, fmt.Errorf("%w: counter %s: %w", ErrBroken, l.Name, err)
		}
		expires, err := integer(item, "expiresAt")
		if err != nil {
			return 0, fmt.Errorf("%w: counter %s: %w", ErrBroken, l.Name, err)
		}
		if wait := time.Unix(int64(expires), 0).Sub(now); times >= l.Most && wait > 0 {
			return wait, nil
		}
		// Somebody else began the window just now: there is room in it.
	}
	return 0, fmt.Errorf("count %s: %w: others keep coming between", l.Name, ErrUnavailable)
}

// CountSource is Count for where a request comes from. What is stored is a hash with a secret that changes every day
// and is then forgotten, so that nobody can tell afterwards from which address somebody came. At midnight in Brussels
// everybody's window begins anew.
func (s *Store) CountSource(ctx context.Context, l Limit, address string, now time.Time) (time.Duration, error) {
	secret, err := s.secret(ctx, directory.DayOf(now), now)
	if err != nil {
		return 0, err
	}
	hash := hmac.New(sha256.New, secret)
	hash.Write([]byte(address))
	return s.Count(ctx, l, hex.EncodeToString(hash.Sum(nil)), now)
}

// secret gives a day's secret. Whoever comes first makes it.
func (s *Store) secret(ctx context.Context, day directory.Day, now time.Time) ([]byte, error) {
	for range maxConflicts {
		item, err := s.get(ctx, secretPK, string(day))
		if err != nil {
			return nil, err
		}
		if item != nil {
			secret, err := hex.DecodeString(text(item, "secret"))
			if err != nil || len(secret) != secretBytes {
				return nil, fmt.Errorf("%w: secret of %s", ErrBroken, day)
			}
			return secret, nil
		}
		secret := make([]byte, secretBytes)
		rand.Read(secret) // never fails
		item = key(secretPK, string(day))
		item["secret"] = str(hex.EncodeToString(secret))
		item["expiresAt"] = number(int(now.Add(secretTime).Unix()))
		if err := s.putNew(ctx, item); err == nil {
			return secret, nil
		} else if !errors.Is(err, ErrStale) {
			return nil, err
		}
	}
	return nil, fmt.Errorf("make a day's secret: %w: it keeps vanishing", ErrUnavailable)
}

func (s *Store) putNew(ctx context.Context, item map[string]types.AttributeValue) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.table, Item: item, ConditionExpression: aws.String("attribute_not_exists(pk)"),
	})
	if err != nil {
		return failure("make a day's secret", err)
	}
	return nil
}

// ForgetSecrets deletes the secrets of days before today, and tells how many. DynamoDB does so too, when it likes.
func (s *Store) ForgetSecrets(ctx context.Context, now time.Time) (int, error) {
	input := dynamodb.QueryInput{
		KeyConditionExpression:    aws.String("pk = :secrets AND sk < :today"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":secrets": str(secretPK), ":today": str(string(directory.DayOf(now)))},
	}
	forgotten := 0
	for item, err := range s.query(ctx, "list secrets", input) {
		if err == nil {
			err = s.delete(ctx, secretPK, text(item, "sk"))
		}
		if err != nil {
			return forgotten, err
		}
		forgotten++
	}
	return forgotten, nil
}

const (
	counterSK   = "TIMES"
	secretPK    = "SECRET"
	secretBytes = 32
	// secretTime is at least the rest of the day that a secret is for.
	secretTime = 25 * time.Hour
)
