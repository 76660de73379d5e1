package dynamo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/bodies"
	"aanspreekpunt/shared/directory"
)

// API is what the store uses of DynamoDB. *dynamodb.Client has it.
type API interface {
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error)
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
}

// Limits of what is stored and how long a call may take.
const (
	maxProfile  = 100_000 // bytes of JSON; DynamoDB takes 400,000 an item, the local server takes anything
	maxPart     = 350_000 // bytes of a part of the reference facts
	callTimeout = 3 * time.Second
	pageTimeout = 6 * time.Second // of a Query: a page holds up to 1 MB
	maxTries    = 4               // for UnprocessedKeys
)

// Store keeps profiles and reference facts in one table. Any number of goroutines may use it.
type Store struct {
	client API
	table  string
}

// New makes a store on a table that exists.
func New(client API, table string) *Store {
	return &Store{client: measured{client, table}, table: table}
}

// FromEnvironment makes a store from a function's environment: AWS_REGION, AWS_ACCESS_KEY_ID,
// AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, TABLE_NAME and, for another endpoint, AWS_ENDPOINT_URL_DYNAMODB. It
// makes no request. It does without the SDK's config package, which more than doubles a cold start.
func FromEnvironment(getenv func(string) string) (*Store, error) {
	for _, name := range []string{"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "TABLE_NAME"} {
		if getenv(name) == "" {
			return nil, fmt.Errorf("environment: %s is not set", name)
		}
	}
	credentials := aws.Credentials{
		AccessKeyID: getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken: getenv("AWS_SESSION_TOKEN"), Source: "environment",
	}
	options := dynamodb.Options{
		Region: getenv("AWS_REGION"),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return credentials, nil // Lambda replaces the process, not the variables, when they expire
		}),
		AccountIDEndpointMode: aws.AccountIDEndpointModeDisabled,
		HTTPClient: &http.Client{
			Timeout: pageTimeout, // the calls themselves have shorter deadlines
			Transport: blobTransport{bodies.Whole(&http.Transport{
				DialContext:         (&net.Dialer{Timeout: 500 * time.Millisecond, KeepAlive: 30 * time.Second}).DialContext,
				TLSHandshakeTimeout: time.Second,
				// A server that is stuck is asked again while there is time.
				ResponseHeaderTimeout: 1500 * time.Millisecond,
				MaxIdleConns:          20,
				MaxIdleConnsPerHost:   20,
				IdleConnTimeout:       90 * time.Second,
				ForceAttemptHTTP2:     true,
			})},
		},
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = 3
			o.MaxBackoff = 200 * time.Millisecond
		}),
	}
	if endpoint := getenv("AWS_ENDPOINT_URL_DYNAMODB"); endpoint != "" {
		options.BaseEndpoint = aws.String(endpoint)
	}
	return New(dynamodb.New(options), getenv("TABLE_NAME")), nil
}

// Answer is what one search answer needs from the store.
type Answer struct {
	Profiles  map[directory.ZoneCode]directory.Profile // zones that never saved are not in it
	Pointer   *Pointer                                 // nil when not asked for, or when there is none
	Practices []directory.PracticeTitle                // published ones, newest first; nil when not asked for
}

// Wanted is what an Answer shall hold.
type Wanted struct {
	Zones     []directory.ZoneCode // at most 98
	Pointer   bool                 // the reference pointer, too
	Practices bool                 // the titles of published practices, too
}

// Answer reads what is wanted in one strongly consistent BatchGetItem. What DynamoDB leaves unprocessed is asked
// again; when it stays so the error is ErrUnavailable: part of an answer is no answer.
func (s *Store) Answer(ctx context.Context, wanted Wanted) (Answer, error) {
	answer := Answer{Profiles: make(map[directory.ZoneCode]directory.Profile, len(wanted.Zones))}
	var keys []map[string]types.AttributeValue
	asked := make(map[directory.ZoneCode]bool, len(wanted.Zones))
	for _, code := range wanted.Zones {
		if !asked[code] { // DynamoDB refuses a request that names a key twice
			asked[code] = true
			keys = append(keys, key(zonePK(code), profileSK))
		}
	}
	if wanted.Pointer {
		keys = append(keys, key(pointerPK, pointerSK))
	}
	if wanted.Practices {
		keys = append(keys, key(titlesPK, titlesSK))
	}
	if len(keys) == 0 {
		return answer, nil
	}
	err := s.batch(ctx, "read search answer", keys, func(item map[string]types.AttributeValue) error {
		var err error
		switch text(item, "pk") {
		case pointerPK:
			answer.Pointer = &Pointer{}
			*answer.Pointer, err = readPointer(item)
		case titlesPK:
			answer.Practices, err = readTitles(item)
		default:
			var p directory.Profile
			p, err = readProfile(item)
			answer.Profiles[p.Code] = p
		}
		return err
	})
	if err != nil {
		return Answer{}, err
	}
	return answer, nil
}

// batch gives up to a hundred items by their keys, none of them twice, strongly consistent; what is not there is not
// given. What DynamoDB leaves unprocessed is asked again.
func (s *Store) batch(ctx context.Context, doing string, keys []map[string]types.AttributeValue, take func(map[string]types.AttributeValue) error) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	request := map[string]types.KeysAndAttributes{s.table: {Keys: keys, ConsistentRead: aws.Bool(true)}}
	for try := 1; ; try++ {
		out, err := s.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: request})
		if err != nil {
			return failure(doing, err)
		}
		for _, item := range out.Responses[s.table] {
			if err := take(item); err != nil {
				return err
			}
		}
		if request = out.UnprocessedKeys; len(request[s.table].Keys) == 0 {
			return nil
		}
		if try == maxTries {
			return fmt.Errorf("%s: %w: %d keys left unprocessed after %d tries", doing, ErrUnavailable, len(request[s.table].Keys), try)
		}
		if err := pause(ctx, try); err != nil {
			return failure(doing, err)
		}
	}
}

// pause waits before the next try: 20, 40, 80 ms, each up to half shorter so that callers don't come back
// together.
func pause(ctx context.Context, try int) error {
	full := 10 * time.Millisecond << try
	timer := time.NewTimer(full - rand.N(full/2))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Profile reads what a zone's police keep; false when they never saved anything.
func (s *Store) Profile(ctx context.Context, code directory.ZoneCode) (directory.Profile, bool, error) {
	item, err := s.get(ctx, zonePK(code), profileSK)
	if err != nil || item == nil {
		return directory.Profile{}, false, err
	}
	p, err := readProfile(item)
	return p, err == nil, err
}

// profilePage is how many profiles are read at once: a server that counts no bytes must not send all of them.
const profilePage = 100

// Profiles gives every zone that saved something, ascending by code, in pages of up to 1 MB each. The index is
// eventually consistent: a profile saved a moment ago may still be its older version. After an error nothing
// more comes.
func (s *Store) Profiles(ctx context.Context) iter.Seq2[directory.Profile, error] {
	return func(yield func(directory.Profile, error) bool) {
		input := byKind(profileKind)
		input.Limit = aws.Int32(profilePage)
		for item, err := range s.query(ctx, "list zones", input) {
			var p directory.Profile
			if err == nil {
				p, err = readProfile(item)
			}
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}

func (s *Store) get(ctx context.Context, pk, sk string) (map[string]types.AttributeValue, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: key(pk, sk), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, failure("read "+pk+" "+sk, err)
	}
	return out.Item, nil
}

// query gives every item, page after page, each page under its own deadline.
func (s *Store) query(ctx context.Context, doing string, input dynamodb.QueryInput) iter.Seq2[map[string]types.AttributeValue, error] {
	return func(yield func(map[string]types.AttributeValue, error) bool) {
		input.TableName = &s.table
		for {
			pageCtx, cancel := context.WithTimeout(ctx, pageTimeout)
			out, err := s.client.Query(pageCtx, &input)
			cancel()
			if err != nil {
				yield(nil, failure(doing, err))
				return
			}
			for _, item := range out.Items {
				if !yield(item, nil) {
					return
				}
			}
			if len(out.LastEvaluatedKey) == 0 {
				return
			}
			input.ExclusiveStartKey = out.LastEvaluatedKey
		}
	}
}

func byKind(kind string) dynamodb.QueryInput {
	return dynamodb.QueryInput{
		IndexName:                 aws.String("byKind"),
		KeyConditionExpression:    aws.String("gsi1pk = :kind"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":kind": str(kind)},
	}
}

// The keys of the table; doc.go shows them together.
const (
	profileSK     = "PROFILE"
	profileKind   = "PROFILE"
	pointerPK     = "REFERENCE"
	pointerSK     = "POINTER"
	manifestSK    = "MANIFEST"
	referenceKind = "REFERENCE"
)

func zonePK(code directory.ZoneCode) string { return "ZONE#" + string(code) }
func referencePK(version string) string     { return "REFERENCE#" + version }
func partSK(n int) string                   { return fmt.Sprintf("PART#%03d", n) }

func key(pk, sk string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": str(pk), "sk": str(sk)}
}

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int) types.AttributeValue { return &types.AttributeValueMemberN{Value: strconv.Itoa(n)} }

func text(item map[string]types.AttributeValue, name string) string {
	if v, ok := item[name].(*types.AttributeValueMemberS); ok {
		return v.Value
	}
	return ""
}

func integer(item map[string]types.AttributeValue, name string) (int, error) {
	v, ok := item[name].(*types.AttributeValueMemberN)
	if !ok {
		return 0, errors.New(name + " is missing")
	}
	return strconv.Atoi(v.Value)
}

func readProfile(item map[string]types.AttributeValue) (directory.Profile, error) {
	var p directory.Profile
	if err := json.Unmarshal([]byte(text(item, "profile")), &p); err != nil {
		return p, fmt.Errorf("%w: %s: %w", ErrBroken, text(item, "pk"), err)
	}
	return p, nil
}
