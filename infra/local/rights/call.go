package rights

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/infra/local/template"
)

// Call is one question that IAM answers with yes or no.
type Call struct {
	Function string
	Action   string // "dynamodb:GetItem"
	Resource string // an ARN
	// Context has the values of the request that conditions may look at, by condition key: "dynamodb:LeadingKeys",
	// "s3:prefix", "ses:FromAddress".
	Context map[string][]string
}

func (c Call) String() string {
	text := c.Function + ": " + c.Action + " on " + c.Resource
	for _, name := range []string{leadingKeys, "s3:prefix", "ses:FromAddress"} {
		if values, ok := c.Context[name]; ok {
			text += fmt.Sprintf(" with %s %s", name, strings.Join(values, ", "))
		}
	}
	return text
}

const leadingKeys = "dynamodb:LeadingKeys"

// caller is the function that signed a request: the local runner gives each its name as session token, which also
// stands in the addresses that it presigns.
func caller(r *http.Request) string {
	if token := r.Header.Get("X-Amz-Security-Token"); token != "" {
		return token
	}
	return r.URL.Query().Get("X-Amz-Security-Token")
}

// dynamoDB reads the calls of a request to DynamoDB. A transaction needs the rights of its items, a batch its own.
func dynamoDB(tables []template.Table, r *http.Request, body []byte) ([]Call, error) {
	_, operation, ok := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if !ok {
		return nil, fmt.Errorf("a request to DynamoDB without an operation")
	}
	type item map[string]struct{ S string }
	type single struct {
		TableName, IndexName      string
		Key, Item                 item
		KeyConditionExpression    string
		ExpressionAttributeNames  map[string]string
		ExpressionAttributeValues item
	}
	var request struct {
		single
		RequestItems  map[string]json.RawMessage
		TransactItems []map[string]single
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, fmt.Errorf("%s: %w", operation, err)
	}
	call := func(action, table, index string, keys ...string) Call {
		resource := template.TableARN(table)
		if index != "" {
			resource += "/index/" + index
		}
		return Call{Action: "dynamodb:" + action, Resource: resource, Context: map[string][]string{leadingKeys: keys}}
	}
	one := func(action string, s single) (Call, error) {
		hash, err := hashKey(tables, s.TableName, s.IndexName)
		if err != nil {
			return Call{}, err
		}
		if action == "Query" {
			for _, match := range equality.FindAllStringSubmatch(s.KeyConditionExpression, -1) {
				name := match[1]
				if real, ok := s.ExpressionAttributeNames[name]; ok {
					name = real
				}
				if name == hash {
					return call(action, s.TableName, s.IndexName, s.ExpressionAttributeValues[match[2]].S), nil
				}
			}
			return Call{}, fmt.Errorf("a Query without %s: %s", hash, s.KeyConditionExpression)
		}
		keys := []string{}
		for _, from := range []item{s.Key, s.Item} {
			if v, ok := from[hash]; ok {
				keys = append(keys, v.S)
			}
		}
		return call(action, s.TableName, s.IndexName, keys...), nil
	}

	var calls []Call
	switch operation {
	case "BatchGetItem", "BatchWriteItem":
		for table, raw := range request.RequestItems {
			hash, err := hashKey(tables, table, "")
			if err != nil {
				return nil, err
			}
			var keys []string
			var gets struct{ Keys []item }
			var writes []struct {
				PutRequest    struct{ Item item }
				DeleteRequest struct{ Key item }
			}
			if operation == "BatchGetItem" {
				err = json.Unmarshal(raw, &gets)
			} else {
				err = json.Unmarshal(raw, &writes)
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", operation, err)
			}
			for _, key := range gets.Keys {
				keys = append(keys, key[hash].S)
			}
			for _, write := range writes {
				keys = append(keys, write.PutRequest.Item[hash].S+write.DeleteRequest.Key[hash].S)
			}
			slices.Sort(keys)
			calls = append(calls, call(operation, table, "", slices.Compact(keys)...))
		}
	case "TransactWriteItems", "TransactGetItems":
		actions := map[string]string{"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem", "Get": "GetItem"}
		for _, transacted := range request.TransactItems {
			for kind, s := range transacted {
				c, err := one(actions[kind], s)
				if err != nil {
					return nil, err
				}
				calls = append(calls, c)
			}
		}
	default:
		c, err := one(operation, request.single)
		if err != nil {
			return nil, err
		}
		calls = append(calls, c)
	}
	return calls, nil
}

var equality = regexp.MustCompile(`([#\w]+)\s*=\s*(:\w+)`)

// hashKey is the name of the partition key of a table, or of one of its indexes.
func hashKey(tables []template.Table, table, index string) (string, error) {
	for _, t := range tables {
		if aws.ToString(t.Definition.TableName) != table {
			continue
		}
		schema := t.Definition.KeySchema
		if index != "" {
			schema = nil
			for _, i := range t.Definition.GlobalSecondaryIndexes {
				if aws.ToString(i.IndexName) == index {
					schema = i.KeySchema
				}
			}
		}
		for _, element := range schema {
			if element.KeyType == types.KeyTypeHash {
				return aws.ToString(element.AttributeName), nil
			}
		}
	}
	return "", fmt.Errorf("the template has no table %s with index %q", table, index)
}

// s3 reads the calls of a request to S3 in path style, /bucket/key, that was answered with status.
func s3(r *http.Request, body []byte, status int) ([]Call, error) {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	query, ofBucket := r.URL.Query(), "arn:aws:s3:::"+bucket
	object := func(action, key string) Call { return Call{Action: "s3:" + action, Resource: ofBucket + "/" + key} }
	versioned := func(action string, version string) string {
		if version != "" {
			return action + "Version"
		}
		return action
	}
	if key == "" {
		switch {
		case r.Method == http.MethodPost && query.Has("delete"):
			var asked struct {
				Object []struct {
					Key       string
					VersionID string `xml:"VersionId"`
				}
			}
			if err := xml.Unmarshal(body, &asked); err != nil {
				return nil, fmt.Errorf("DeleteObjects: %w", err)
			}
			var calls []Call
			for _, o := range asked.Object {
				calls = append(calls, object(versioned("DeleteObject", o.VersionID), o.Key))
			}
			return calls, nil
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
			c := Call{Action: "s3:ListBucket", Resource: ofBucket}
			if query.Has("versions") {
				c.Action = "s3:ListBucketVersions"
			}
			if query.Has("prefix") {
				c.Context = map[string][]string{"s3:prefix": {query.Get("prefix")}}
			}
			return []Call{c}, nil
		}
		return nil, fmt.Errorf("%s of bucket %s?%s: not known here", r.Method, bucket, r.URL.RawQuery)
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		calls := []Call{object(versioned("GetObject", query.Get("versionId")), key)}
		if status == http.StatusNotFound { // without this right it would be 403
			calls = append(calls, Call{Action: "s3:ListBucket", Resource: ofBucket})
		}
		return calls, nil
	case http.MethodPut, http.MethodPost: // an object, a part of one, or its completion
		calls := []Call{object("PutObject", key)}
		if source, err := url.PathUnescape(r.Header.Get("X-Amz-Copy-Source")); err == nil && source != "" {
			path, version, _ := strings.Cut(strings.TrimPrefix(source, "/"), "?versionId=")
			calls = append(calls, Call{Action: "s3:" + versioned("GetObject", version), Resource: "arn:aws:s3:::" + path})
		}
		if r.Header.Get("X-Amz-Tagging") != "" {
			calls = append(calls, object("PutObjectTagging", key))
		}
		if r.Header.Get("If-Match") != "" { // a write that depends on what is there reads it
			calls = append(calls, object("GetObject", key))
		}
		return calls, nil
	case http.MethodDelete:
		if query.Has("uploadId") {
			return []Call{object("AbortMultipartUpload", key)}, nil
		}
		return []Call{object(versioned("DeleteObject", query.Get("versionId")), key)}, nil
	}
	return nil, fmt.Errorf("%s of an object: not known here", r.Method)
}

// ses reads the call of a mail that is sent.
func ses(body []byte) ([]Call, error) {
	var mail struct{ FromEmailAddress string }
	if err := json.Unmarshal(body, &mail); err != nil {
		return nil, fmt.Errorf("SendEmail: %w", err)
	}
	return []Call{{Action: "ses:SendEmail", Resource: template.ARN("ses", "identity/"+mail.FromEmailAddress),
		Context: map[string][]string{"ses:FromAddress": {mail.FromEmailAddress}}}}, nil
}

// lambda reads the call of a function by another.
func lambda(r *http.Request) []Call {
	return []Call{{Action: "lambda:InvokeFunction", Resource: template.FunctionARN(r.PathValue("name"))}}
}

// take reads a request's body and puts it back.
func take(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, err
}
