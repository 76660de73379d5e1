package dynamo_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
)

var november = time.Date(2026, 11, 3, 10, 0, 0, 0, time.UTC)

func report(id string, code directory.ZoneCode, at time.Time) directory.Report {
	return directory.NewReport(id, code, directory.ReportInput{Kind: directory.ReportDeadNumber, Text: "Voorbeeld", ReplyTo: "a@school.example"}, at)
}

func ids[R any](list []R, id func(R) string) string {
	var all []string
	for _, r := range list {
		all = append(all, id(r))
	}
	return strings.Join(all, " ")
}

func reportIDs(list []directory.Report) string {
	return ids(list, func(r directory.Report) string { return r.ID })
}

func open(t *testing.T, s *dynamo.Store, before, now time.Time) string {
	t.Helper()
	var list []dynamo.StoredReport
	for r, err := range s.OpenReports(t.Context(), before, now) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, r)
	}
	return ids(list, func(r dynamo.StoredReport) string { return r.ID })
}

func keep(t *testing.T, s *dynamo.Store, reports ...directory.Report) {
	t.Helper()
	for _, r := range reports {
		if err := s.SaveReport(t.Context(), r, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReportsFromArrivalToForgetting(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		ctx, s := t.Context(), dynamo.New(table.Client, table.Name)
		days := func(n int) time.Time { return november.AddDate(0, 0, n) }
		first, second, elsewhere := report("first", "5910", days(0)), report("second", "5910", days(1)), report("elsewhere", "5341", days(2))
		keep(t, s, second, first, elsewhere)

		if err := s.SaveReport(ctx, first, nil); !errors.Is(err, dynamo.ErrStale) {
			t.Errorf("the same id once more: %v, want ErrStale", err)
		}
		if got, err := s.Report(ctx, "5910", "first", days(3)); err != nil || got != first {
			t.Errorf("got %+v, %v", got, err)
		}
		for name, at := range map[string][2]string{"no such report": {"5910", "third"}, "of another zone": {"5341", "first"}} {
			if _, err := s.Report(ctx, directory.ZoneCode(at[0]), at[1], days(3)); !errors.Is(err, dynamo.ErrNotFound) {
				t.Errorf("%s: %v, want ErrNotFound", name, err)
			}
		}
		if got := open(t, s, days(9), days(9)); got != "first second elsewhere" {
			t.Errorf("open: %q", got)
		}
		if got := open(t, s, days(1), days(9)); got != "first" {
			t.Errorf("open from before the second day: %q", got)
		}

		closed := first.Closed("Aangepast.", days(4))
		if err := s.CloseReport(ctx, first, nil); err == nil {
			t.Error("closed without an answer")
		}
		if err := s.CloseReport(ctx, closed, nil); err != nil {
			t.Fatal(err)
		}
		if err := s.CloseReport(ctx, first.Closed("Ook aangepast.", days(5)), nil); !errors.Is(err, dynamo.ErrStale) {
			t.Errorf("closed twice: %v, want ErrStale", err)
		}
		if err := s.CloseReport(ctx, report("never", "5910", days(0)).Closed("x", days(5)), nil); !errors.Is(err, dynamo.ErrStale) {
			t.Errorf("one that is not there closed: %v, want ErrStale", err)
		}
		if got, err := s.Reports(ctx, "5910", days(9)); err != nil || reportIDs(got) != "second first" || got[1].Answer != "Aangepast." || !got[1].ClosedAt.Equal(days(4)) {
			t.Errorf("got %+v, %v", got, err)
		}
		if got := open(t, s, days(9), days(9)); got != "second elsewhere" {
			t.Errorf("open after one was closed: %q", got)
		}

		// Time passes. DynamoDB has deleted nothing.
		if got, err := s.Reports(ctx, "5910", days(34)); err != nil || reportIDs(got) != "second" {
			t.Errorf("thirty days after the closing: got %q, %v", reportIDs(got), err)
		}
		if _, err := s.Report(ctx, "5910", "first", days(34)); !errors.Is(err, dynamo.ErrNotFound) {
			t.Errorf("read thirty days after the closing: %v", err)
		}
		if got := open(t, s, days(200), days(181)); got != "elsewhere" {
			t.Errorf("180 days after arrival: %q", got)
		}
		for _, c := range []struct{ day, want int }{{33, 0}, {34, 1}, {34, 0}, {181, 1}, {182, 1}, {999, 0}} {
			if got, err := s.ForgetReports(ctx, days(c.day)); err != nil || got != c.want {
				t.Errorf("on day %d %d were deleted, %v, want %d", c.day, got, err, c.want)
			}
		}
		if got, err := s.Reports(ctx, "5910", days(0)); err != nil || len(got) > 0 {
			t.Errorf("still there: %q, %v", reportIDs(got), err)
		}
	})
}

func TestAnsweredReportIsNotStoredTwice(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		ctx, s := t.Context(), dynamo.New(table.Client, table.Name)
		repeat := &dynamo.Repeat{ID: dynamo.RepeatID("", "POST", "/reports", "k"), Body: "b", Status: 201, Answer: []byte("{}")}
		if err := s.SaveReport(ctx, report("one", "5910", november), repeat); err != nil {
			t.Fatal(err)
		}
		if err := s.SaveReport(ctx, report("two", "5910", november.Add(time.Minute)), repeat); !errors.Is(err, dynamo.ErrRepeated) {
			t.Errorf("repeated: %v, want ErrRepeated", err)
		}
		closing := &dynamo.Repeat{ID: dynamo.RepeatID("p", "POST", "/closures", "k"), Body: "b", Status: 200, Answer: []byte("{}")}
		for i, want := range []error{nil, dynamo.ErrRepeated} {
			if err := s.CloseReport(ctx, report("one", "5910", november).Closed("x", november), closing); !errors.Is(err, want) {
				t.Errorf("closing %d: %v, want %v", i, err, want)
			}
		}
		if got, err := s.Reports(ctx, "5910", november); err != nil || reportIDs(got) != "one" {
			t.Errorf("stored %q, %v", reportIDs(got), err)
		}
	})
}

// Local servers never have a conflict between transactions, so one is made up.
func TestReportWhileOthersTouchTheSameItems(t *testing.T) {
	t.Parallel()
	for conflicts, want := range map[int]error{2: nil, 3: dynamo.ErrUnavailable} {
		table := dynamotest.New(t)
		left := conflicts
		s := dynamo.New(&conflicting{API: table.Client, left: &left}, table.Name)
		if err := s.SaveReport(t.Context(), report("one", "5910", november), nil); !errors.Is(err, want) {
			t.Errorf("after %d conflicts: %v, want %v", conflicts, err, want)
		}
		if got, err := s.Reports(t.Context(), "5910", november); err != nil || (len(got) == 1) != (want == nil) {
			t.Errorf("after %d conflicts stored %q, %v", conflicts, reportIDs(got), err)
		}
	}
}

type conflicting struct {
	dynamo.API
	left *int
}

func (c *conflicting) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	if *c.left > 0 {
		*c.left--
		return nil, &types.TransactionCanceledException{CancellationReasons: []types.CancellationReason{{Code: aws.String("TransactionConflict")}}}
	}
	return c.API.TransactWriteItems(ctx, in, o...)
}

func TestNoticesGoOutOnceUnlessWhoClaimedThemDied(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		ctx, s := t.Context(), dynamo.New(table.Client, table.Name)
		r := report("one", "5910", november)
		keep(t, s, r)
		claim := func(n dynamo.Notice, at time.Time, want bool) {
			t.Helper()
			if got, err := s.ClaimNotice(ctx, r, n, at); err != nil || got != want {
				t.Errorf("claim %s at %s: %t, %v, want %t", n, at, got, err, want)
			}
		}
		claim(dynamo.NoticeArrived, november.Add(time.Minute), false) // whoever saved it sends it
		claim(dynamo.NoticeArrived, november.Add(time.Hour), true)    // and died before
		claim(dynamo.NoticeArrived, november.Add(time.Hour), false)
		claim(dynamo.NoticeArrived, november.Add(2*time.Hour), true)
		if err := s.NoticeSent(ctx, r, dynamo.NoticeArrived, november); err != nil {
			t.Fatal(err)
		}
		claim(dynamo.NoticeArrived, november.Add(99*time.Hour), false)

		claim(dynamo.NoticeOverdue, november, true)
		for r, err := range s.OpenReports(ctx, november.Add(time.Hour), november) {
			if err != nil || !r.ArrivedSent || r.OverdueSent {
				t.Errorf("got %+v, %v", r, err)
			}
		}
		if err := s.CloseReport(ctx, r.Closed("x", november), nil); err != nil {
			t.Fatal(err)
		}
		claim(dynamo.NoticeOverdue, november.Add(99*time.Hour), false) // nobody waits any more

		gone := report("gone", "5910", november)
		if err := s.NoticeSent(ctx, gone, dynamo.NoticeArrived, november); err != nil {
			t.Errorf("a notice about a forgotten report: %v", err)
		}
		if list, err := s.Reports(ctx, "5910", november); err != nil || slices.ContainsFunc(list, func(r directory.Report) bool { return r.ID == "gone" }) {
			t.Errorf("a notice brought a report back: %v", err)
		}
	})
}
