package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/directory"
)

// Reminder is one mail of a series. Each goes out once, and none after a later one about the same.
type Reminder struct {
	Zone   directory.ZoneCode // whom the series is for; "": the administrators
	Series string             // what it is about, in the table's keys: "CONFIRM"
	About  string             // what the steps are counted from; another begins anew
	Step   int                // grows with time
	Until  time.Time          // when nothing need be remembered any more; zero: for ever
}

func (r Reminder) key() map[string]types.AttributeValue {
	pk := administratorsPK
	if r.Zone != "" {
		pk = zonePK(r.Zone)
	}
	return key(pk, "REMINDER#"+r.Series)
}

// ClaimReminder takes it upon the caller to send a reminder, and tells whether the caller should. It is false when
// this one, or a later one about the same, was sent, or when somebody claimed one of the series within twenty minutes
// and may be sending it now. A claim that led to nothing runs out, so that a crash may send a reminder twice and never
// loses it.
func (s *Store) ClaimReminder(ctx context.Context, r Reminder, now time.Time) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: r.key(),
		UpdateExpression: aws.String("SET claimed = :now"),
		ConditionExpression: aws.String("(attribute_not_exists(about) OR about <> :about OR step < :step)" +
			" AND (attribute_not_exists(claimed) OR claimed <= :old)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":about": str(r.About), ":step": number(r.Step),
			":now": number(int(now.Unix())), ":old": number(int(now.Add(-claimTime).Unix())),
		},
	})
	if refused := new(types.ConditionalCheckFailedException); errors.As(err, &refused) {
		return false, nil
	}
	if err != nil {
		return false, failure("claim a reminder", err)
	}
	return true, nil
}

// ReminderSent remembers that a reminder that was claimed went out.
func (s *Store) ReminderSent(ctx context.Context, r Reminder) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	update := "SET about = :about, step = :step REMOVE claimed"
	values := map[string]types.AttributeValue{":about": str(r.About), ":step": number(r.Step)}
	if !r.Until.IsZero() {
		update = "SET about = :about, step = :step, expiresAt = :until REMOVE claimed"
		values[":until"] = number(int(r.Until.Unix()))
	}
	if _, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: r.key(), UpdateExpression: &update, ExpressionAttributeValues: values,
	}); err != nil {
		return failure("remember a reminder", err)
	}
	return nil
}

// FirstReminderRun gives the moment from which the reminders of a zone that never confirmed count: that of the first call for it.
func (s *Store) FirstReminderRun(ctx context.Context, code directory.ZoneCode, now time.Time) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	out, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: Reminder{Zone: code, Series: ReminderConfirm}.key(),
		UpdateExpression:          aws.String("SET firstRun = if_not_exists(firstRun, :now)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":now": number(int(now.Unix()))},
		ReturnValues:              types.ReturnValueAllNew,
	})
	if err != nil {
		return time.Time{}, failure("read the first reminder run of zone "+string(code), err)
	}
	first, err := integer(out.Attributes, "firstRun")
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: reminders of zone %s: %w", ErrBroken, code, err)
	}
	return time.Unix(int64(first), 0), nil
}

// The series of reminders.
const (
	ReminderConfirm = "CONFIRM" // to a zone, to confirm its data
	ReminderAbsence = "ABSENCE" // to a zone, with "#" and the contact point that will be back
	ReminderDigest  = "DIGEST"  // to the administrators
)

const administratorsPK = "ADMINISTRATORS"
