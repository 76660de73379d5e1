package endtoend

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/infra/local/system"
	"aanspreekpunt/infra/reference"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts"
)

// fault is what stands between the functions and DynamoDB; nil lets everything through.
type fault func(w http.ResponseWriter, r *http.Request, dynamoDB http.Handler)

// slow answers nothing until the caller gives up.
func slow(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
	io.Copy(io.Discard, r.Body) // or the server does not see that the caller is gone
	<-r.Context().Done()
}

// throttled refuses as a table does that gets too many requests.
func throttled(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(http.StatusBadRequest)
	io.WriteString(w, `{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"too many"}`)
}

// down breaks the connection.
func down(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }

// failing answers as DynamoDB does when it is itself in trouble.
func failing(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	w.WriteHeader(http.StatusInternalServerError)
	io.WriteString(w, `{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}`)
}

// halfWay gives BatchGetItem's first answer back as unprocessed, and everything else as it is.
func halfWay() fault {
	var asked atomic.Int32
	return func(w http.ResponseWriter, r *http.Request, dynamoDB http.Handler) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".BatchGetItem") || asked.Add(1) > 1 {
			dynamoDB.ServeHTTP(w, r)
			return
		}
		var request struct{ RequestItems json.RawMessage }
		if err := json.Unmarshal(body, &request); err != nil {
			panic(err)
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		fmt.Fprintf(w, `{"Responses":{},"UnprocessedKeys":%s}`, request.RequestItems)
	}
}

// broken is a system that a test may break: one instance a function, so that one request's effect is the next one's state.
type broken struct {
	*system.System
	log   record
	fault atomic.Pointer[fault]
	table *dynamodb.Client
	name  string // of the table
}

// breakable starts one. Its school list has the number 000018, written without zeros as the ministry does.
func breakable(t *testing.T) *broken {
	t.Helper()
	ours(t, "a second system would need containers of its own")
	territory, err := facts.ReadTerritory(reference.FS)
	if err != nil {
		t.Fatal(err)
	}
	list := bytes.ReplaceAll(demonstration.SchoolList(territory), []byte("990001"), []byte("18"))
	file := filepath.Join(t.TempDir(), "scholen.csv")
	if err := os.WriteFile(file, list, 0o600); err != nil {
		t.Fatal(err)
	}
	b := &broken{}
	b.System, err = start(t.Context(), system.Options{Instances: 1, Log: &b.log, Schools: []string{file},
		BetweenDynamoDB: func(dynamoDB http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if f := b.fault.Load(); f != nil {
					(*f)(w, r, dynamoDB)
					return
				}
				dynamoDB.ServeHTTP(w, r)
			})
		}})
	if err != nil {
		t.Fatalf("%v\n%s", err, &b.log)
	}
	t.Cleanup(func() { b.Close() })
	environment := b.Environment("search")
	b.name = environment["TABLE_NAME"]
	b.table = dynamodb.New(dynamodb.Options{BaseEndpoint: aws.String(b.DynamoDB()), Region: environment["AWS_REGION"],
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: environment["AWS_ACCESS_KEY_ID"], SecretAccessKey: environment["AWS_SECRET_ACCESS_KEY"]}, nil
		})})
	return b
}

func (b *broken) breakWith(f fault) { b.fault.Store(&f) }
func (b *broken) mend()             { b.fault.Store(nil) }

func (b *broken) get(t *testing.T, target string) answer {
	t.Helper()
	return askAt(t, b.URL(), http.MethodGet, target)
}

// item reads an item, so that a test can put it back.
func (b *broken) item(t *testing.T, pk, sk string) map[string]types.AttributeValue {
	t.Helper()
	got, err := b.table.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &b.name, Key: key(pk, sk)})
	if err != nil || got.Item == nil {
		t.Fatalf("item %s %s: %v", pk, sk, err)
	}
	return got.Item
}

func (b *broken) put(t *testing.T, item map[string]types.AttributeValue) {
	t.Helper()
	if _, err := b.table.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &b.name, Item: item}); err != nil {
		t.Fatal(err)
	}
}

func (b *broken) remove(t *testing.T, pk, sk string) {
	t.Helper()
	if _, err := b.table.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &b.name, Key: key(pk, sk)}); err != nil {
		t.Fatal(err)
	}
}

func key(pk, sk string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk}}
}

func (b *broken) restart(t *testing.T) {
	t.Helper()
	if err := b.Restart(t.Context(), "search"); err != nil {
		t.Fatal(err)
	}
}

// health asks for the status until it is the one wanted: the request that sees a change answers from before it.
func (b *broken) health(t *testing.T, want string) {
	t.Helper()
	var got answer
	for range 3 {
		if got = b.get(t, "/api/v1/health"); strings.Contains(got.text(), `"`+want+`"`) {
			if status := map[string]int{"DOWN": 503}[want]; status != 0 && got.status != status || status == 0 && got.status != 200 {
				t.Errorf("%s with %d", want, got.status)
			}
			return
		}
	}
	t.Errorf("health is %d %s, want %s", got.status, got.body, want)
}

// TestFailures breaks what the functions stand on, one thing after another, on one system.
func TestFailures(t *testing.T) {
	t.Parallel()
	b := breakable(t)

	for name, f := range map[string]fault{"slow": slow, "throttled": throttled, "down": down, "failing": failing} {
		t.Run("DynamoDB "+name, func(t *testing.T) {
			b.breakWith(f)
			defer b.mend()
			for _, path := range []string{"/api/v1/search?q=geheimschool+tienen", "/api/v1/zones/5910"} {
				a := b.get(t, path)
				var p problem
				if a.decode(t, &p); a.status != 503 || p.Type != "urn:problem-type:belgif:serviceUnavailable" || a.header.Get("Retry-After") == "" {
					t.Errorf("%s: %d %+v", path, a.status, p)
				}
				if strings.Contains(a.text(), "dynamo") || strings.Contains(a.text(), "127.0.0.1") {
					t.Errorf("%s tells about the inside: %s", path, a.body)
				}
			}
			// A page still has what the reference facts know, and says what is missing.
			page := b.get(t, "/zones/5910")
			if page.status != 503 || !strings.Contains(page.text(), "016 80 58 05") || page.header.Get("Retry-After") == "" {
				t.Errorf("zone page: %d %s", page.status, page.header)
			}
			if home := b.get(t, "/"); home.status != 200 {
				t.Errorf("home: %d", home.status)
			}
			if suggestions := b.get(t, "/api/v1/suggestions?q=getev"); suggestions.status != 200 {
				t.Errorf("suggestions: %d", suggestions.status)
			}
			b.health(t, "DEGRADED")
		})
		b.health(t, "UP")
	}

	t.Run("half an answer is asked again", func(t *testing.T) {
		b.breakWith(halfWay())
		defer b.mend()
		var zone struct{ Version int }
		if a := b.get(t, "/api/v1/zones/5910"); a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		} else if a.decode(t, &zone); zone.Version != 1 {
			t.Errorf("version %d, want the saved one", zone.Version)
		}
	})

	t.Run("a start while DynamoDB is down", func(t *testing.T) {
		b.breakWith(down)
		defer b.mend()
		b.restart(t)
		b.nothingToAnswerFrom(t)
		b.mend()
		b.health(t, "UP")
	})

	pointer := b.item(t, "REFERENCE", "POINTER")
	version := pointer["version"].(*types.AttributeValueMemberS).Value
	partition := "REFERENCE#" + version

	t.Run("a pointer to a version that is not there", func(t *testing.T) {
		wrong := b.item(t, "REFERENCE", "POINTER")
		wrong["version"] = &types.AttributeValueMemberS{Value: "missing"}
		wrong["pointer"] = &types.AttributeValueMemberS{Value: `{"version":"missing","demonstration":true,"kept":["missing"]}`}
		b.put(t, wrong)
		b.health(t, "DEGRADED")
		if a := b.get(t, "/api/v1/search?q=tienen"); a.status != 200 {
			t.Errorf("search from the facts at hand: %d", a.status)
		}
		b.put(t, pointer)
		b.health(t, "UP")
	})

	t.Run("no pointer", func(t *testing.T) {
		b.remove(t, "REFERENCE", "POINTER")
		b.health(t, "DEGRADED")
		if a := b.get(t, "/api/v1/zones/5910"); a.status != 200 {
			t.Errorf("zone from the facts at hand: %d", a.status)
		}
		b.restart(t)
		b.nothingToAnswerFrom(t)
		b.put(t, pointer)
		b.health(t, "UP")
	})

	for name, change := range map[string]func(part map[string]types.AttributeValue){
		"truncated": func(part map[string]types.AttributeValue) {
			data := part["data"].(*types.AttributeValueMemberB)
			part["data"] = &types.AttributeValueMemberB{Value: data.Value[:len(data.Value)/2]}
		},
		"changed": func(part map[string]types.AttributeValue) {
			data := bytes.Clone(part["data"].(*types.AttributeValueMemberB).Value)
			data[len(data)/2] ^= 0xff
			part["data"] = &types.AttributeValueMemberB{Value: data}
		},
		"gone": nil,
	} {
		t.Run("a part that is "+name, func(t *testing.T) {
			before := len(b.log.String())
			part := b.item(t, partition, "PART#000")
			defer b.health(t, "UP")
			defer b.put(t, b.item(t, partition, "PART#000"))
			if change == nil {
				b.remove(t, partition, "PART#000")
			} else {
				change(part)
				b.put(t, part)
			}
			b.restart(t)
			b.nothingToAnswerFrom(t)
			if log := b.log.String()[before:]; !strings.Contains(log, "part 1 of ") {
				t.Errorf("the log does not name the part:\n%s", log)
			}
		})
	}

	t.Run("the log", func(t *testing.T) {
		log := b.log.String()
		if strings.Contains(log, "geheimschool") {
			t.Error("the log has a query")
		}
		for _, want := range []string{"status=503", "cause=", "route=/api/v1/search", "requestId=", "coldStart=true", "storageMs=", "ProvisionedThroughputExceeded",
			"reference facts missing: ", "reference pointer: not found"} {
			if !strings.Contains(log, want) {
				t.Errorf("the log has no %s", want)
			}
		}
	})

	t.Run("an unpadded number", func(t *testing.T) {
		for from, to := range map[string]string{"/scholen/18": "/scholen/000018", "/scholen/0018?theme=drugs": "/scholen/000018?theme=drugs",
			"/api/v1/schools/18": "/api/v1/schools/000018"} {
			if a := b.get(t, from); a.status != 301 || a.header.Get("Location") != b.URL()+to {
				t.Errorf("%s: %d to %q", from, a.status, a.header.Get("Location"))
			}
			if a := b.get(t, to); a.status != 200 {
				t.Errorf("%s: %d", to, a.status)
			}
		}
	})
}

// nothingToAnswerFrom checks what a function says that started without facts.
func (b *broken) nothingToAnswerFrom(t *testing.T) {
	t.Helper()
	b.health(t, "DOWN")
	if a := b.get(t, "/api/v1/search?q=tienen"); a.status != 503 || a.header.Get("Retry-After") == "" {
		t.Errorf("%s: %d", a.target, a.status)
	}
	for _, path := range []string{"/zoeken?q=tienen", "/zones/5910", "/zones"} {
		if a := b.get(t, path); a.status != 503 || a.header.Get("Retry-After") == "" || !strings.Contains(a.text(), "101") {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	for _, path := range []string{"/", "/over", "/robots.txt", "/api/v1/refData/themes", "/api/v1/doc/openapi.yaml"} {
		if a := b.get(t, path); a.status != 200 {
			t.Errorf("%s needs no facts: %d", path, a.status)
		}
	}
}

// TestAProfileThatIsSavedIsShownNext: contact data is never cached by us.
func TestAProfileThatIsSavedIsShownNext(t *testing.T) {
	environment := sys.Environment("search")
	environment["AWS_ENDPOINT_URL_DYNAMODB"] = sys.DynamoDB()
	store, err := dynamo.FromEnvironment(func(name string) string { return environment[name] })
	if err != nil {
		t.Fatal(err)
	}
	const code = "5905" // no other test looks at its contact points
	before := get(t, "/api/v1/zones/"+code)
	profile, _, err := store.Profile(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	profile.Code = code
	profile.Version++
	profile.Website = "https://politie.example/voorbeeld"
	revision := directory.Revision{Zone: code, Version: profile.Version, Kind: directory.RevisionSaved, At: time.Now(), Profile: profile}
	if err := store.SaveZone(t.Context(), dynamo.ZoneSave{Profile: profile, Revision: revision}); err != nil {
		t.Fatal(err)
	}
	after := get(t, "/api/v1/zones/"+code, "If-None-Match", before.header.Get("ETag"))
	if after.status != 200 || !strings.Contains(after.text(), profile.Website) || !strings.HasPrefix(after.header.Get("ETag"), fmt.Sprintf(`"%d-`, profile.Version)) {
		t.Errorf("%d with ETag %s: %.300s", after.status, after.header.Get("ETag"), after.body)
	}
	if page := get(t, "/zones/"+code); !strings.Contains(page.text(), profile.Website) {
		t.Error("the page does not show what was saved")
	}
}
