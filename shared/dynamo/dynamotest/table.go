package dynamotest

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	minidyn "github.com/truora/minidyn/server"
)

// Table is an empty table as template.yaml has it, gone when the test ends.
type Table struct {
	Name     string
	Endpoint string // URL of the server
	Official bool   // on DynamoDB Local, not on minidyn
	Client   *dynamodb.Client
	bare     bool // without the index
}

var made atomic.Int64

// New makes a table on a minidyn of its own.
func New(t testing.TB) *Table {
	t.Helper()
	server := httptest.NewServer(minidyn.NewServer())
	t.Cleanup(server.Close)
	return create(t, &Table{Endpoint: server.URL})
}

// Each runs a test on minidyn and, where there is one, on DynamoDB Local, in parallel.
func Each(t *testing.T, test func(t *testing.T, table *Table)) {
	t.Helper()
	t.Run("minidyn", func(t *testing.T) {
		t.Parallel()
		test(t, New(t))
	})
	Official(t, test)
}

// Official runs a test on DynamoDB Local alone, for what minidyn does not do.
func Official(t *testing.T, test func(t *testing.T, table *Table)) {
	t.Helper()
	t.Run("DynamoDB Local", func(t *testing.T) {
		t.Parallel()
		endpoint := os.Getenv("AANSPREEKPUNT_TEST_DYNAMODB")
		if endpoint == "" {
			t.Skip("AANSPREEKPUNT_TEST_DYNAMODB does not name the endpoint of a DynamoDB Local")
		}
		test(t, create(t, &Table{Endpoint: endpoint, Official: true}))
	})
}

// Another makes a second table on the same server.
func Another(t testing.TB, table *Table) *Table {
	t.Helper()
	return create(t, &Table{Endpoint: table.Endpoint, Official: table.Official})
}

// WithoutIndex makes a second table on the same server, as somebody left it who forgot the index.
func WithoutIndex(t testing.TB, table *Table) *Table {
	t.Helper()
	return create(t, &Table{Endpoint: table.Endpoint, Official: table.Official, bare: true})
}

func create(t testing.TB, table *Table) *Table {
	t.Helper()
	table.Name = fmt.Sprintf("test-%d-%d-%d", os.Getpid(), time.Now().UnixNano(), made.Add(1))
	table.Client = dynamodb.New(dynamodb.Options{
		Region: table.Getenv("AWS_REGION"), BaseEndpoint: &table.Endpoint,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: table.Getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: table.Getenv("AWS_SECRET_ACCESS_KEY")}, nil
		}),
	})
	var attributes []types.AttributeDefinition
	for _, name := range []string{"pk", "sk", "gsi1pk", "gsi1sk"} {
		attributes = append(attributes, types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: types.ScalarAttributeTypeS})
	}
	schema := func(hash, sort string) []types.KeySchemaElement {
		return []types.KeySchemaElement{{AttributeName: &hash, KeyType: types.KeyTypeHash}, {AttributeName: &sort, KeyType: types.KeyTypeRange}}
	}
	input := &dynamodb.CreateTableInput{
		TableName: &table.Name, AttributeDefinitions: attributes, KeySchema: schema("pk", "sk"), BillingMode: types.BillingModePayPerRequest,
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String("byKind"), KeySchema: schema("gsi1pk", "gsi1sk"), Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		}},
	}
	if table.bare {
		input.AttributeDefinitions, input.GlobalSecondaryIndexes = attributes[:2], nil
	}
	_, err := table.Client.CreateTable(t.Context(), input)
	if err != nil {
		t.Fatalf("make table on %s: %v", table.Endpoint, err)
	}
	t.Cleanup(func() {
		if _, err := table.Client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &table.Name}); err != nil {
			t.Errorf("delete table: %v", err)
		}
	})
	return table
}

// Getenv is the environment of a function that uses the table.
func (table *Table) Getenv(name string) string {
	switch name {
	case "AWS_REGION":
		return "eu-west-1"
	case "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY":
		return "test"
	case "TABLE_NAME":
		return table.Name
	case "AWS_ENDPOINT_URL_DYNAMODB":
		return table.Endpoint
	}
	return ""
}
