package dynamo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/directory"
)

// Notice is a mail that goes out once about a report.
type Notice string

// The notices.
const (
	NoticeArrived Notice = "arrived" // to the zone
	NoticeOverdue Notice = "overdue" // to the administrators
)

// claimed and sent are the attributes that remember a notice: when somebody began to send it, and when it was sent.
func (n Notice) claimed() string { return string(n) + "Claimed" }
func (n Notice) sent() string    { return string(n) + "Sent" }

// claimTime is how long a notice that was claimed and not sent is left to whoever claimed it. It is longer than any
// function runs.
const claimTime = 20 * time.Minute

// StoredReport is a report with which notices about it were sent.
type StoredReport struct {
	directory.Report
	ArrivedSent, OverdueSent bool
}

// SaveReport stores a new report and, for a request with a key, its answer, in one transaction. Its notice of arrival
// counts as claimed by the caller, who sends it next: see NoticeSent. ErrRepeated when a request with this key was
// answered already.
func (s *Store) SaveReport(ctx context.Context, r directory.Report, repeat *Repeat) error {
	doing := "save a report for zone " + string(r.Zone)
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	item := key(zonePK(r.Zone), reportSK(r.ID))
	item["gsi1pk"], item["gsi1sk"] = str(reportKind(r)), str(reportOrder(r))
	item["report"] = str(string(data))
	item["expiresAt"] = number(int(r.ForgetAt().Unix()))
	item[NoticeArrived.claimed()] = number(int(r.ReportedAt.Unix()))
	return s.withRepeat(ctx, doing, repeat, r.ReportedAt, types.TransactWriteItem{Put: &types.Put{
		TableName: &s.table, Item: item, ConditionExpression: aws.String("attribute_not_exists(pk)"),
	}})
}

// CloseReport stores a report that Closed gave an answer. ErrStale when somebody closed it since the caller read it,
// or it is no longer there; ErrRepeated when a request with this key was answered already.
func (s *Store) CloseReport(ctx context.Context, r directory.Report, repeat *Repeat) error {
	doing := "close a report of zone " + string(r.Zone)
	if r.Open() {
		return fmt.Errorf("%s: it has no answer", doing)
	}
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return s.withRepeat(ctx, doing, repeat, *r.ClosedAt, types.TransactWriteItem{Update: &types.Update{
		TableName:           &s.table,
		Key:                 key(zonePK(r.Zone), reportSK(r.ID)),
		UpdateExpression:    aws.String("SET report = :report, gsi1pk = :closed, gsi1sk = :order, expiresAt = :expires"),
		ConditionExpression: aws.String("gsi1pk = :open"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":report": str(string(data)), ":open": str(openReports), ":closed": str(reportKind(r)), ":order": str(reportOrder(r)),
			":expires": number(int(r.ForgetAt().Unix())),
		},
	}})
}

// withRepeat does one conditional write, together with the recorded answer of a request with a key.
func (s *Store) withRepeat(ctx context.Context, doing string, repeat *Repeat, now time.Time, write types.TransactWriteItem) error {
	t, err := s.begin(doing, repeat, now)
	if err != nil {
		return err
	}
	return s.write(ctx, t.with(ErrStale, write))
}

// Report reads one report of a zone. ErrNotFound when there is none, or its time is over at now.
func (s *Store) Report(ctx context.Context, code directory.ZoneCode, id string, now time.Time) (directory.Report, error) {
	item, err := s.get(ctx, zonePK(code), reportSK(id))
	if err != nil {
		return directory.Report{}, err
	}
	if item != nil {
		r, err := readReport(item)
		if err != nil || !r.Forgotten(now) {
			return r.Report, err
		}
	}
	return directory.Report{}, fmt.Errorf("read a report of zone %s: %w", code, ErrNotFound)
}

// Reports gives all reports of a zone whose time is not over at now, as directory.SortReports orders them. There are
// few: a zone takes at most some tens a day, each under 3 kB.
func (s *Store) Reports(ctx context.Context, code directory.ZoneCode, now time.Time) ([]directory.Report, error) {
	input := dynamodb.QueryInput{
		KeyConditionExpression:    aws.String("pk = :zone AND begins_with(sk, :report)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":zone": str(zonePK(code)), ":report": str(reportSK(""))},
		ConsistentRead:            aws.Bool(true),
	}
	reports := []directory.Report{}
	for item, err := range s.query(ctx, "list reports of zone "+string(code), input) {
		if err != nil {
			return nil, err
		}
		r, err := readReport(item)
		if err != nil {
			return nil, err
		}
		if !r.Forgotten(now) {
			reports = append(reports, r.Report)
		}
	}
	directory.SortReports(reports)
	return reports, nil
}

// OpenReports gives the open reports of all zones that came in before a moment, oldest first. Those whose time is over
// at now are left out. The index is eventually consistent: one that was closed a moment ago may still be among them.
func (s *Store) OpenReports(ctx context.Context, before, now time.Time) iter.Seq2[StoredReport, error] {
	return s.reportsOf(ctx, openReports, before, func(r StoredReport) bool { return !r.Forgotten(now) })
}

// reportsOf gives the reports of a kind that came in, or were closed, before a moment, if wanted.
func (s *Store) reportsOf(ctx context.Context, kind string, before time.Time, wanted func(StoredReport) bool) iter.Seq2[StoredReport, error] {
	return func(yield func(StoredReport, error) bool) {
		input := byKind(kind)
		input.KeyConditionExpression = aws.String("gsi1pk = :kind AND gsi1sk < :before")
		input.ExpressionAttributeValues[":before"] = str(order(before))
		for item, err := range s.query(ctx, "list reports", input) {
			var r StoredReport
			if err == nil {
				r, err = readReport(item)
			}
			if err != nil {
				yield(r, err)
				return
			}
			if wanted(r) && !yield(r, nil) {
				return
			}
		}
	}
}

// ForgetReports deletes the reports whose time is over at now, and tells how many. DynamoDB does so too, when it
// likes.
func (s *Store) ForgetReports(ctx context.Context, now time.Time) (int, error) {
	over := func(r StoredReport) bool { return r.Forgotten(now) }
	forgotten := 0
	for kind, days := range map[string]int{openReports: directory.ReportDays, closedReports: 0} {
		before := now.AddDate(0, 0, 1-days)
		for r, err := range s.reportsOf(ctx, kind, before, over) {
			if err == nil {
				err = s.delete(ctx, zonePK(r.Zone), reportSK(r.ID))
			}
			if err != nil {
				return forgotten, err
			}
			forgotten++
		}
	}
	return forgotten, nil
}

func (s *Store) delete(ctx context.Context, pk, sk string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if _, err := s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.table, Key: key(pk, sk)}); err != nil {
		return failure("delete "+pk, err)
	}
	return nil
}

// ClaimNotice takes it upon the caller to send a notice about a report, and tells whether the caller should. It is
// false when the notice was sent, or somebody else claimed it within twenty minutes and may be sending it now; a claim
// that led to nothing runs out, so that a crash may send a notice twice and never loses it.
func (s *Store) ClaimNotice(ctx context.Context, r directory.Report, n Notice, now time.Time) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: key(zonePK(r.Zone), reportSK(r.ID)),
		UpdateExpression:         aws.String("SET #claimed = :now"),
		ConditionExpression:      aws.String("gsi1pk = :open AND attribute_not_exists(#sent) AND (attribute_not_exists(#claimed) OR #claimed <= :old)"),
		ExpressionAttributeNames: map[string]string{"#claimed": n.claimed(), "#sent": n.sent()},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":now": number(int(now.Unix())), ":old": number(int(now.Add(-claimTime).Unix())), ":open": str(openReports),
		},
	})
	if refused := new(types.ConditionalCheckFailedException); errors.As(err, &refused) {
		return false, nil
	}
	if err != nil {
		return false, failure("claim a notice", err)
	}
	return true, nil
}

// NoticeSent remembers that a notice about a report went out.
func (s *Store) NoticeSent(ctx context.Context, r directory.Report, n Notice, now time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: key(zonePK(r.Zone), reportSK(r.ID)),
		UpdateExpression:          aws.String("SET #sent = :now"),
		ConditionExpression:       aws.String("attribute_exists(pk)"), // it may be forgotten by now
		ExpressionAttributeNames:  map[string]string{"#sent": n.sent()},
		ExpressionAttributeValues: map[string]types.AttributeValue{":now": number(int(now.Unix()))},
	})
	if refused := new(types.ConditionalCheckFailedException); errors.As(err, &refused) {
		return nil
	}
	if err != nil {
		return failure("remember a notice", err)
	}
	return nil
}

func readReport(item map[string]types.AttributeValue) (StoredReport, error) {
	var r StoredReport
	if err := json.Unmarshal([]byte(text(item, "report")), &r.Report); err != nil {
		return r, fmt.Errorf("%w: report of %s: %w", ErrBroken, text(item, "pk"), err)
	}
	_, r.ArrivedSent = item[NoticeArrived.sent()]
	_, r.OverdueSent = item[NoticeOverdue.sent()]
	return r, nil
}

// The keys of reports.
const (
	openReports   = "REPORT#OPEN"
	closedReports = "REPORT#CLOSED"
)

func reportSK(id string) string { return "REPORT#" + id }

func reportKind(r directory.Report) string {
	if r.Open() {
		return openReports
	}
	return closedReports
}

// reportOrder sorts open reports by their arrival, and closed ones by their closing.
func reportOrder(r directory.Report) string {
	if r.Open() {
		return order(r.ReportedAt) + "#" + r.ID
	}
	return order(*r.ClosedAt) + "#" + r.ID
}

func order(t time.Time) string { return t.UTC().Format(time.RFC3339) }
