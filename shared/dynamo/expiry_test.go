package dynamo_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
)

// TestPersonalValuesAreDeleted: what DynamoDB's TTL forgot to forget. The skeleton of a version stays.
func TestPersonalValuesAreDeleted(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		ctx, s := t.Context(), dynamo.New(table.Client, table.Name)
		for version, at := range []time.Time{november, november.AddDate(0, 0, 10)} {
			p := directory.Profile{Code: "5910", Version: version + 1, ContactPoints: []directory.ContactPoint{{ID: "jeugd", Name: "Kanarie", Primary: true}}}
			r := directory.Revision{Zone: "5910", Version: version + 1, Kind: directory.RevisionSaved, Profile: p, At: at}
			if err := s.SaveZone(ctx, dynamo.ZoneSave{Profile: p, Revision: r}); err != nil {
				t.Fatal(err)
			}
		}
		items := func() int {
			out, err := table.Client.Scan(ctx, &dynamodb.ScanInput{TableName: &table.Name, ConsistentRead: aws.Bool(true)})
			if err != nil {
				t.Fatal(err)
			}
			return len(out.Items)
		}
		for _, c := range []struct{ day, want int }{{directory.PersonalDays - 1, 0}, {directory.PersonalDays, 1}, {directory.PersonalDays, 0}, {999, 1}, {9999, 0}} {
			before := items()
			if got, err := s.ForgetPersonal(ctx, november.AddDate(0, 0, c.day)); err != nil || got != c.want || items() != before-c.want {
				t.Errorf("on day %d %d were deleted, %v, want %d", c.day, got, err, c.want)
			}
		}
		if p, ok, err := s.Profile(ctx, "5910"); err != nil || !ok || p.ContactPoints[0].Name != "Kanarie" {
			t.Errorf("the profile: %+v %t %v", p, ok, err)
		}
		if list, _, err := s.Revisions(ctx, "5910", 0, 9, november); err != nil || len(list) != 2 {
			t.Errorf("the history: %d versions, %v", len(list), err)
		}
	})
}
