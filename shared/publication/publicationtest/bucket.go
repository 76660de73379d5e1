package publicationtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"aanspreekpunt/shared/publication"
)

// Bucket is an empty bucket that keeps every version, gone when the test ends.
type Bucket struct {
	Client   *s3.Client
	Name     string
	Endpoint string
	t        testing.TB
}

// New makes a bucket on a server of its own. between, if not nil, sees and may answer every request.
func New(t testing.TB, between func(http.Handler) http.Handler) *Bucket {
	t.Helper()
	handler := gofakes3.New(s3mem.New()).Server()
	if between != nil {
		handler = between(handler)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	b := &Bucket{Name: "open-data", Endpoint: server.URL, t: t}
	b.Client = s3.New(s3.Options{
		Region: "eu-west-1", BaseEndpoint: &server.URL, UsePathStyle: true, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})
	b.Make(b.Name)
	return b
}

// Make makes another bucket on the same server.
func (b *Bucket) Make(name string) {
	b.t.Helper()
	ctx := context.Background()
	if _, err := b.Client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name}); err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.Client.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{Bucket: &name,
		VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled}}); err != nil {
		b.t.Fatal(err)
	}
}

// Put stores an object.
func (b *Bucket) Put(key string, data []byte) {
	b.t.Helper()
	if _, err := b.Client.PutObject(context.Background(), &s3.PutObjectInput{Bucket: &b.Name, Key: &key, Body: bytes.NewReader(data)}); err != nil {
		b.t.Fatal(err)
	}
}

// Publish puts an edition with these contents into the bucket and makes it the current one, as the export does.
// It fills in size and checksum of the files; e.Files names those of contents.
func (b *Bucket) Publish(e publication.Edition, contents map[string][]byte) publication.Manifest {
	b.t.Helper()
	for i, f := range e.Files {
		data := contents[f.Name]
		sum := sha256.Sum256(data)
		e.Files[i].Size, e.Files[i].SHA256 = int64(len(data)), hex.EncodeToString(sum[:])
		b.Put(e.Key(f.Name), data)
	}
	m, _, err := publication.NewReader(b.Client, nil, b.Name).Manifest(context.Background())
	if err != nil {
		m = publication.Manifest{}
	}
	m.Replace(e)
	b.Put(publication.EditionKey(e.Name, publication.EditionFile), b.json(e))
	b.Put(publication.ManifestKey, b.json(m))
	return m
}

func (b *Bucket) json(v any) []byte {
	b.t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		b.t.Fatal(err)
	}
	return data
}
