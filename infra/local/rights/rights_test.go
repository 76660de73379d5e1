package rights

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/infra/local/template"
)

// table is called t, with the keys of the real one.
func table() []template.Table {
	schema := func(hash string) []types.KeySchemaElement {
		return []types.KeySchemaElement{{AttributeName: &hash, KeyType: types.KeyTypeHash}}
	}
	return []template.Table{{Definition: dynamodb.CreateTableInput{TableName: aws.String("t"), KeySchema: schema("pk"),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{IndexName: aws.String("byKind"), KeySchema: schema("gsi1pk")}}}}}
}

// TestCalls: what a request asks of IAM.
func TestCalls(t *testing.T) {
	const arn = " on arn:aws:dynamodb:eu-central-1:123456789012:table/t"
	var record Record
	answered := http.StatusOK
	service := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(answered) })
	mux := http.NewServeMux()
	mux.Handle("/dynamodb", record.DynamoDB(service, table()))
	mux.Handle("/s3/", http.StripPrefix("/s3", record.S3(service)))
	mux.Handle("/ses", record.SES(service))
	mux.Handle("/lambda/{name}/invocations", record.Lambda(service))
	for _, c := range []struct {
		name, method, path, operation, body string
		status                              int
		want                                []string
	}{
		{"an item", "POST", "/dynamodb", "GetItem", `{"TableName":"t","Key":{"pk":{"S":"ZONE#1"},"sk":{"S":"x"}}}`, 200,
			[]string{"f: dynamodb:GetItem" + arn + " with dynamodb:LeadingKeys ZONE#1"}},
		{"a batch", "POST", "/dynamodb", "BatchGetItem", `{"RequestItems":{"t":{"Keys":[{"pk":{"S":"B"}},{"pk":{"S":"A"}},{"pk":{"S":"A"}}]}}}`, 200,
			[]string{"f: dynamodb:BatchGetItem" + arn + " with dynamodb:LeadingKeys A, B"}},
		{"a batch of writes", "POST", "/dynamodb", "BatchWriteItem", `{"RequestItems":{"t":[{"PutRequest":{"Item":{"pk":{"S":"A"}}}},{"DeleteRequest":{"Key":{"pk":{"S":"B"}}}}]}}`, 200,
			[]string{"f: dynamodb:BatchWriteItem" + arn + " with dynamodb:LeadingKeys A, B"}},
		{"a query", "POST", "/dynamodb", "Query", `{"TableName":"t","KeyConditionExpression":"#p = :p AND sk > :s","ExpressionAttributeNames":{"#p":"pk"},"ExpressionAttributeValues":{":p":{"S":"A"},":s":{"S":"B"}}}`, 200,
			[]string{"f: dynamodb:Query" + arn + " with dynamodb:LeadingKeys A"}},
		{"a query of the index", "POST", "/dynamodb", "Query", `{"TableName":"t","IndexName":"byKind","KeyConditionExpression":"gsi1pk = :p","ExpressionAttributeValues":{":p":{"S":"A"}}}`, 200,
			[]string{"f: dynamodb:Query" + arn + "/index/byKind with dynamodb:LeadingKeys A"}},
		{"a transaction", "POST", "/dynamodb", "TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"t","Item":{"pk":{"S":"A"}}}},{"Update":{"TableName":"t","Key":{"pk":{"S":"B"}}}},{"ConditionCheck":{"TableName":"t","Key":{"pk":{"S":"C"}}}}]}`, 200,
			[]string{"f: dynamodb:ConditionCheckItem" + arn + " with dynamodb:LeadingKeys C", "f: dynamodb:PutItem" + arn + " with dynamodb:LeadingKeys A", "f: dynamodb:UpdateItem" + arn + " with dynamodb:LeadingKeys B"}},
		{"an object", "GET", "/s3/b/folder/key", "", "", 200, []string{"f: s3:GetObject on arn:aws:s3:::b/folder/key"}},
		{"no object", "HEAD", "/s3/b/key", "", "", 404, []string{"f: s3:GetObject on arn:aws:s3:::b/key", "f: s3:ListBucket on arn:aws:s3:::b"}},
		{"a list", "GET", "/s3/b?list-type=2&prefix=p/", "", "", 200, []string{"f: s3:ListBucket on arn:aws:s3:::b with s3:prefix p/"}},
		{"a version that goes", "DELETE", "/s3/b/key?versionId=1", "", "", 204, []string{"f: s3:DeleteObjectVersion on arn:aws:s3:::b/key"}},
		{"several that go", "POST", "/s3/b?delete", "", `<Delete><Object><Key>x</Key></Object><Object><Key>y</Key><VersionId>1</VersionId></Object></Delete>`, 200,
			[]string{"f: s3:DeleteObject on arn:aws:s3:::b/x", "f: s3:DeleteObjectVersion on arn:aws:s3:::b/y"}},
		{"an object that is written", "PUT", "/s3/b/key", "", "", 200, []string{"f: s3:PutObject on arn:aws:s3:::b/key"}},
		{"a presigned address", "GET", "/s3/b/key?X-Amz-Security-Token=f", "", "", 200, []string{"f: s3:GetObject on arn:aws:s3:::b/key"}},
		{"a mail", "POST", "/ses", "", `{"FromEmailAddress":"a@b.example"}`, 200, []string{"f: ses:SendEmail on arn:aws:ses:eu-central-1:123456789012:identity/a@b.example with ses:FromAddress a@b.example"}},
		{"a function", "POST", "/lambda/g/invocations", "", `{}`, 200, []string{"f: lambda:InvokeFunction on arn:aws:lambda:eu-central-1:123456789012:function:g"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			record.calls, answered = nil, c.status
			r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
			if !r.URL.Query().Has("X-Amz-Security-Token") {
				r.Header.Set("X-Amz-Security-Token", "f")
			}
			if c.operation != "" {
				r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+c.operation)
			}
			mux.ServeHTTP(httptest.NewRecorder(), r)
			var got []string
			for _, call := range record.Calls() {
				got = append(got, call.String())
			}
			if slices.Sort(got); !slices.Equal(got, c.want) || len(record.odd) > 0 {
				t.Errorf("got %q, want %q; odd: %q", got, c.want, record.odd)
			}
		})
	}
	record.calls = nil
	r := httptest.NewRequest("GET", "/s3/b/key", nil)
	r.Header.Set("X-Amz-Security-Token", Nobody)
	if mux.ServeHTTP(httptest.NewRecorder(), r); len(record.Calls()) > 0 {
		t.Errorf("nobody's call was noted: %v", record.Calls())
	}
	r = httptest.NewRequest("POST", "/dynamodb", strings.NewReader(`{"TableName":"other"}`))
	r.Header.Set("X-Amz-Security-Token", "f")
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810.Scan")
	if mux.ServeHTTP(httptest.NewRecorder(), r); len(record.Findings(nil, true)) == 0 {
		t.Error("a request that cannot be judged is no finding")
	}
}

func TestFindings(t *testing.T) {
	get := func(keys ...string) Call {
		return Call{Function: "f", Action: "dynamodb:GetItem", Resource: "arn:t", Context: map[string][]string{leadingKeys: keys}}
	}
	list := func(context map[string][]string) Call {
		return Call{Function: "f", Action: "s3:ListBucket", Resource: "arn:b", Context: context}
	}
	keyed := func(operator string, keys ...string) template.Statement {
		return template.Statement{Effect: "Allow", Action: template.List{"dynamodb:GetItem"}, Resource: template.List{"arn:t"},
			Condition: map[string]map[string]template.List{operator: {leadingKeys: keys}}}
	}
	prefixed := func(operator string) template.Statement {
		return template.Statement{Effect: "Allow", Action: template.List{"s3:ListBucket"}, Resource: template.List{"arn:b"},
			Condition: map[string]map[string]template.List{operator: {"s3:prefix": {"a/*"}}}}
	}
	like := "ForAllValues:StringLike"
	for _, c := range []struct {
		name   string
		rights []template.Statement
		calls  []Call
		want   []string // how each finding begins
	}{
		{"as allowed", []template.Statement{keyed(like, "A", "B#*")}, []Call{get("A", "B#1")}, nil},
		{"no right", nil, []Call{get("A")}, []string{"not allowed: f: dynamodb:GetItem"}},
		{"one key of two", []template.Statement{keyed(like, "A")}, []Call{get("A"), get("A", "B")}, []string{"not allowed"}},
		{"a pattern is no text", []template.Statement{keyed("ForAllValues:StringEquals", "A*")}, []Call{get("AB")}, []string{"never used", "not allowed"}},
		{"another action", []template.Statement{{Effect: "Allow", Action: template.List{"dynamodb:Get*", "dynamodb:Query"}, Resource: template.List{"arn:t"}}}, []Call{get("A")}, []string{"never used: f: dynamodb:Query"}},
		{"another resource", []template.Statement{{Effect: "Allow", Action: template.List{"dynamodb:GetItem"}, Resource: template.List{"arn:t", "arn:u"}}}, []Call{get("A")}, []string{"never used: f: dynamodb:GetItem on arn:u"}},
		{"a key that nobody asks", []template.Statement{keyed(like, "A", "B#*")}, []Call{get("A")}, []string{"never used: f: dynamodb:GetItem on arn:t with dynamodb:LeadingKeys B#*"}},
		{"denied", []template.Statement{keyed(like, "A"), {Effect: "Deny", Action: template.List{"*"}, Resource: template.List{"*"}}}, []Call{get("A")}, []string{"not allowed"}},
		{"a condition on what is not there", []template.Statement{prefixed("StringLike")}, []Call{list(nil)}, []string{"never used", "not allowed"}},
		{"… if it exists", []template.Statement{prefixed("StringLikeIfExists")}, []Call{list(nil), list(map[string][]string{"s3:prefix": {"a/b"}})}, nil},
		{"another prefix", []template.Statement{prefixed("StringLikeIfExists")}, []Call{list(nil), list(map[string][]string{"s3:prefix": {"b"}})}, []string{"never used", "not allowed"}},
		{"an operator of another kind", []template.Statement{{Effect: "Allow", Action: template.List{"dynamodb:GetItem"}, Resource: template.List{"arn:t"},
			Condition: map[string]map[string]template.List{"IpAddress": {}}}}, []Call{get("A")}, []string{"f: condition IpAddress is not known here"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var record Record
			record.note("f", c.calls, nil)
			got := record.Findings([]template.Function{{Name: "f", Rights: c.rights}}, true)
			if !slices.EqualFunc(got, c.want, strings.HasPrefix) {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if part := record.Findings([]template.Function{{Name: "f", Rights: c.rights}}, false); slices.ContainsFunc(part, func(f string) bool { return strings.HasPrefix(f, "never") }) {
				t.Errorf("part of the tests: %q", part)
			}
		})
	}
}
