package template_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"aanspreekpunt/infra/local/template"
	"aanspreekpunt/shared/gateway"
)

func read(t *testing.T, parameters map[string]string) *template.Template {
	t.Helper()
	got, err := template.ReadFile("../../../template.yaml", parameters)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func function(t *testing.T, from *template.Template, name string) template.Function {
	t.Helper()
	for _, f := range from.Functions {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("the template has no function %s", name)
	return template.Function{}
}

// withHead adds HEAD to methods with GET.
func withHead(methods []string) []string {
	if slices.Contains(methods, "GET") {
		return append(slices.Clone(methods), "HEAD")
	}
	return methods
}

func TestRoutesAreThoseOfTheRouteTable(t *testing.T) {
	t.Parallel()
	owners := map[string][]string{} // of a path, in the table's order
	for _, r := range gateway.Routes() {
		owners[r.Path] = append(owners[r.Path], r.Owner)
	}
	want := map[string][]string{} // owner → routes as API Gateway writes them
	for _, r := range gateway.Routes() {
		path := strings.TrimSuffix(strings.ReplaceAll(r.Path, "...}", "+}"), "{$}")
		// A GET route would not match HEAD, and OPTIONS and 405 are a function's to answer: the last owner's.
		methods := []string{"ANY"}
		all := owners[r.Path]
		if len(all) > 1 {
			methods = withHead(r.Methods)
		}
		if r.Owner == all[len(all)-1] && len(all) > 1 {
			methods = slices.DeleteFunc([]string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}, func(m string) bool {
				return slices.ContainsFunc(gateway.Routes(), func(other gateway.Route) bool {
					return other.Path == r.Path && other.Owner != r.Owner && slices.Contains(withHead(other.Methods), m)
				})
			})
		}
		for _, method := range methods {
			want[r.Owner] = append(want[r.Owner], method+" "+path)
		}
	}
	got := map[string][]string{}
	for _, f := range read(t, nil).Functions {
		for _, r := range f.Routes {
			got[f.Name] = append(got[f.Name], r.Method+" "+r.Path)
		}
	}
	for _, m := range []map[string][]string{want, got} {
		for owner := range m {
			slices.Sort(m[owner])
		}
	}
	if !maps.EqualFunc(want, got, slices.Equal) {
		t.Errorf("the route table says\n%v\nthe template says\n%v", want, got)
	}
}

func TestWhatTheTemplateSaysOfFunctions(t *testing.T) {
	t.Parallel()
	whole := read(t, nil)
	search, refdata := function(t, whole, "search"), function(t, whole, "refdata")
	if search.Folder != "functions/search" || search.LogicalID != "Search" || search.Timeout != 10*time.Second || search.MemoryMB != 1024 || search.LogFormat != "JSON" {
		t.Errorf("search: %+v", search)
	}
	for name, want := range map[string]string{"TABLE_NAME": "aanspreekpunt-table", "BASE_URL": "", "AWS_ENDPOINT_URL_DYNAMODB": "",
		"OIDC_ISSUER": "https://cognito-idp.eu-central-1.amazonaws.com/aanspreekpunt-users", "OIDC_CLIENT_ID": "aanspreekpunt-usersclient"} {
		if got, set := search.Environment[name]; got != want || !set {
			t.Errorf("environment of search: %s is %q, want %q", name, got, want)
		}
	}
	if secret := "OIDC_CLIENT_SECRET"; search.Environment[secret] != "" || !slices.Contains(slices.Collect(maps.Keys(function(t, whole, "session").Environment)), secret) {
		t.Errorf("%s is for session alone", secret)
	}
	if got, want := refdata.Environment["UPLOAD_BUCKET"], "aanspreekpunt-uploads-123456789012"; got != want || !slices.Contains(whole.Buckets, template.Bucket{Name: want, Versioned: true}) {
		t.Errorf("UPLOAD_BUCKET %q, buckets %v; want %q", got, whole.Buckets, want)
	}
	weekly := slices.IndexFunc(refdata.Schedules, func(s template.Schedule) bool { return s.Name == "Weekly" })
	if weekly < 0 {
		t.Fatalf("schedules of refdata: %v", refdata.Schedules)
	}
	event := refdata.Schedules[weekly].Event(time.Date(2026, 7, 27, 5, 0, 0, 0, time.FixedZone("", 7200)))
	if got, want := string(event), `{"action": "importSchools", "time": "2026-07-27T03:00:00Z"}`; got != want {
		t.Errorf("the schedule's event is %s, want %s", got, want)
	}
	if whole.Build["CGO_ENABLED"] != "0" || !strings.Contains(whole.Build["GOFLAGS"], "-tags=lambda.norpc") {
		t.Errorf("build settings %v", whole.Build)
	}
}

// TestHowOftenARouteMayBeAsked: each limit is of a route that there is, and below that of every other route.
func TestHowOftenARouteMayBeAsked(t *testing.T) {
	t.Parallel()
	whole := read(t, nil)
	each := whole.Throttles[""]
	if each.Rate < 10 || each.Burst < 10 || len(whole.Throttles) < 2 {
		t.Errorf("got %v", whole.Throttles)
	}
	for key, limit := range whole.Throttles {
		known := slices.ContainsFunc(whole.Functions, func(f template.Function) bool {
			return slices.ContainsFunc(f.Routes, func(r template.Route) bool { return r.Method+" "+r.Path == key })
		})
		if key != "" && (!known || limit.Rate <= 0 || limit.Rate >= each.Rate || limit.Burst <= 0) {
			t.Errorf("%s: %+v; a route: %v", key, limit, known)
		}
	}
}

func TestParametersOverrideDefaults(t *testing.T) {
	t.Parallel()
	changed := read(t, map[string]string{"SchoolsApiUrl": "http://127.0.0.1:9/", "BaseUrl": "https://aanspreekpunt.example"})
	if got := function(t, changed, "refdata").Environment["SCHOOLS_API_URL"]; got != "http://127.0.0.1:9/" {
		t.Errorf("SCHOOLS_API_URL %q", got)
	}
	if got := function(t, changed, "search").Environment["BASE_URL"]; got != "https://aanspreekpunt.example" {
		t.Errorf("BASE_URL %q", got)
	}
	if _, err := template.ReadFile("../../../template.yaml", map[string]string{"Typo": "x"}); err == nil || !strings.Contains(err.Error(), `there is no parameter "Typo"`) {
		t.Errorf("an unknown parameter: %v", err)
	}
}

func TestTheTableIsAsTheStoreWantsIt(t *testing.T) {
	t.Parallel()
	tables := read(t, nil).Tables
	if len(tables) != 1 {
		t.Fatalf("%d tables", len(tables))
	}
	d := tables[0].Definition
	if aws.ToString(d.TableName) != "aanspreekpunt-table" || d.BillingMode != "PAY_PER_REQUEST" || tables[0].TTLAttribute != "expiresAt" {
		t.Errorf("table %+v", tables[0])
	}
	if len(d.KeySchema) != 2 || aws.ToString(d.KeySchema[0].AttributeName) != "pk" || d.KeySchema[1].KeyType != "RANGE" || len(d.AttributeDefinitions) != 4 {
		t.Errorf("keys %+v", d.KeySchema)
	}
	if len(d.GlobalSecondaryIndexes) != 1 || aws.ToString(d.GlobalSecondaryIndexes[0].IndexName) != "byKind" || d.GlobalSecondaryIndexes[0].Projection.ProjectionType != "ALL" {
		t.Errorf("indexes %+v", d.GlobalSecondaryIndexes)
	}
}

func TestIntrinsicFunctions(t *testing.T) {
	t.Parallel()
	const head = `
Parameters:
  Stage: { Type: String, Default: test }
  Empty: { Type: String, Default: "" }
Conditions:
  IsTest: !Equals [!Ref Stage, test]
  HasEmpty: !Not [!Equals [!Ref Empty, ""]]
  Both: !And [!Condition IsTest, !Not [!Condition HasEmpty]]
  Either: !Or [!Condition HasEmpty, !Condition IsTest]
  Circle: !Not [!Condition Circle]
Globals:
  Function: { Timeout: 7, Environment: { Variables: { SHARED: everywhere } } }
Resources:
  Data: { Type: AWS::DynamoDB::Table, Properties: { KeySchema: [] } }
  Named: { Type: AWS::S3::Bucket, Properties: { BucketName: !Sub "${Stage}-files" } }
  Away: { Type: AWS::S3::Bucket, Condition: HasEmpty }
  Cluster: { Type: AWS::ECS::Cluster }
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/f/
      Policies: !Transform { Name: unknown here and not needed }
      Environment: { Variables: { V: `
	for _, c := range []struct{ value, want string }{
		{`!Ref Stage`, "test"},
		{`!Ref Data`, "aanspreekpunt-data"},
		{`!Ref Named`, "test-files"},
		{`!Ref AWS::Region`, "eu-central-1"},
		{`!GetAtt Data.Arn`, "arn:aws:dynamodb:eu-central-1:123456789012:table/aanspreekpunt-data"},
		{`!GetAtt [Named, Arn]`, "arn:aws:s3:::test-files"},
		{`{"Fn::GetAtt": [F, Arn]}`, "arn:aws:lambda:eu-central-1:123456789012:function:aanspreekpunt-f"},
		{`!Sub "${Named.Arn}/${Stage}/${!kept}"`, "arn:aws:s3:::test-files/test/${kept}"},
		{`!Sub ["${X}-${Stage}", {X: !Ref Data}]`, "aanspreekpunt-data-test"},
		{`!If [Both, yes, no]`, "yes"},
		{`!If [Either, !If [HasEmpty, a, b], c]`, "b"},
		{`!Join [":", [a, !Ref Stage]]`, "a:test"},
		{`!If [HasEmpty, x, !Ref AWS::NoValue]`, "(none)"},
		{`12`, "12"},
		{`!Ref Nothing`, `error: F: Environment: Variables: V: there is no parameter or resource "Nothing"`},
		{`!Sub "${Nothing.Arn}"`, `error: F: Environment: Variables: V: there is no resource "Nothing"`},
		{`!GetAtt Data.StreamArn`, `error: F: Environment: Variables: V: the local runner does not know StreamArn of Data`},
		{`!GetAtt Cluster.Arn`, `error: F: Environment: Variables: V: the local runner does not know the ARN of a AWS::ECS::Cluster`},
		{`!ImportValue x`, `error: F: Environment: Variables: V: Fn::ImportValue wants a list`},
		{`!Select [0, [a]]`, `error: F: Environment: Variables: V: the local runner does not understand Fn::Select here`},
		{`!If [Circle, a, b]`, `error: F: Environment: Variables: V: condition Circle: condition "Circle" leads back to itself`},
		{`!If [Gone, a, b]`, `error: F: Environment: Variables: V: there is no condition "Gone"`},
	} {
		var got string
		whole, err := template.Read([]byte(head+c.value+` } }`), nil)
		if err != nil {
			got = "error: " + err.Error()
		} else {
			f := function(t, whole, "f")
			value, ok := f.Environment["V"]
			if got = value; !ok {
				got = "(none)"
			}
			if f.Environment["SHARED"] != "everywhere" || f.Timeout != 7*time.Second || f.MemoryMB != 128 {
				t.Errorf("%s: Globals and defaults are lost: %+v", c.value, f)
			}
			if names, _ := json.Marshal(whole.Buckets); string(names) != `[{"Name":"test-files","Versioned":false}]` {
				t.Errorf("%s: buckets %s, want the one whose condition holds", c.value, names)
			}
		}
		if got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.value, got, c.want)
		}
	}
}

func TestWhatIsNoTemplate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text string }{
		{"nothing", ""},
		{"not YAML", "a: [b"},
		{"a resource that is a word", "Resources: { A: b }"},
	} {
		if _, err := template.Read([]byte(c.text), nil); err == nil {
			t.Errorf("%s: no error", c.name)
		}
	}
	if _, err := template.ReadFile("absent.yaml", nil); err == nil {
		t.Error("a missing file: no error")
	}
}
