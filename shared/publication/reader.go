package publication

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"aanspreekpunt/shared/buckets"
	"aanspreekpunt/shared/directory"
)

// API is what reading needs of S3. *s3.Client has it.
type API interface {
	GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
}

// Presigner makes addresses that work without credentials for a while. *s3.PresignClient has it.
type Presigner interface {
	PresignGetObject(context.Context, *s3.GetObjectInput, ...func(*s3.PresignOptions)) (*v4.PresignedHTTPRequest, error)
}

// maxDocument bounds a manifest, in bytes; one of ten years is 100 kB.
const maxDocument = 4 << 20

// Reader reads what is published. Any number of goroutines may use it.
type Reader struct {
	client    API
	presigner Presigner
	bucket    string
}

// NewReader reads from a bucket. presigner may be nil where Presign is not used.
func NewReader(client API, presigner Presigner, bucket string) *Reader {
	return &Reader{client, presigner, bucket}
}

// FromEnvironment makes a reader of the bucket in DATA_BUCKET; see buckets.FromEnvironment. It makes no request.
func FromEnvironment(getenv func(string) string) (*Reader, error) {
	client, name, err := buckets.FromEnvironment(getenv, "DATA_BUCKET", 10*time.Second)
	if err != nil {
		return nil, err
	}
	return NewReader(client, s3.NewPresignClient(client), name), nil
}

// Check tells whether the bucket is there; with it, the connection is open for the first request. What may be better
// later is no error.
func (r *Reader) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	_, _, err := r.Manifest(ctx)
	if refused, ok := errors.AsType[smithy.APIError](err); ok && refused.ErrorCode() == "NoSuchBucket" {
		return fmt.Errorf("environment: DATA_BUCKET: there is no bucket %s", r.bucket)
	}
	return nil
}

// Manifest reads what is published now, and the ETag of the object that says so, for whoever replaces it. ErrNone
// when nothing ever was.
func (r *Reader) Manifest(ctx context.Context) (Manifest, string, error) {
	var m Manifest
	etag, err := r.document(ctx, ManifestKey, &m)
	return m, etag, err
}

// Edition reads what a kept edition holds.
func (r *Reader) Edition(ctx context.Context, name string) (Edition, error) {
	var e Edition
	_, err := r.document(ctx, EditionKey(name, EditionFile), &e)
	return e, err
}

// On gives the edition that a day answers with; Edition.Date is the day on which it was published. See Manifest.On
// for its errors. m is what Manifest gave.
func (r *Reader) On(ctx context.Context, m Manifest, day directory.Day) (Edition, error) {
	d, err := m.On(day)
	if err != nil {
		return Edition{Date: d.Date}, err
	}
	if d.Edition == m.Current.Name {
		return m.Current, nil
	}
	return r.Edition(ctx, d.Edition)
}

// Archived tells what was published on a day whose files are gone: counts and checksums. day is one of
// Manifest.Archived.
func (r *Reader) Archived(ctx context.Context, day directory.Day) (Edition, error) {
	var e Edition
	_, err := r.document(ctx, ArchiveKey(day), &e)
	return e, err
}

// ArchiveKey is where the counts and checksums of a day lie whose files are gone.
func ArchiveKey(day directory.Day) string { return archivePrefix + string(day) + ".json" }

// Open opens a file of an edition; the caller closes it. ErrNone when the edition has no such file, or when it was
// replaced while the caller held on to it: reading the manifest again gives the present one.
func (r *Reader) Open(ctx context.Context, e Edition, file string) (io.ReadCloser, error) {
	if _, ok := e.File(file); !ok {
		return nil, fmt.Errorf("%s: %w", file, ErrNone)
	}
	out, err := r.get(ctx, e.Key(file))
	if err != nil {
		return nil, err
	}
	return out.Body, nil
}

// Presign gives an address from which anyone can download a file for the given time, as an attachment under its
// own name.
func (r *Reader) Presign(ctx context.Context, e Edition, file string, lasts time.Duration) (string, error) {
	f, ok := e.File(file)
	if !ok {
		return "", fmt.Errorf("%s: %w", file, ErrNone)
	}
	request, err := r.presigner.PresignGetObject(ctx, &s3.GetObjectInput{
		Bucket: &r.bucket, Key: aws.String(e.Key(file)), ResponseContentType: aws.String(f.ContentType()),
		ResponseContentDisposition: aws.String(mime.FormatMediaType("attachment", map[string]string{"filename": f.Name})),
	}, s3.WithPresignExpires(lasts))
	if err != nil {
		return "", fmt.Errorf("presign %s: %w", file, err)
	}
	return request.URL, nil
}

// document reads a JSON object and gives its ETag.
func (r *Reader) document(ctx context.Context, key string, into any) (string, error) {
	out, err := r.get(ctx, key)
	if err != nil {
		return "", err
	}
	defer out.Body.Close()
	data, err := io.ReadAll(io.LimitReader(out.Body, maxDocument))
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	return aws.ToString(out.ETag), nil
}

func (r *Reader) get(ctx context.Context, key string) (*s3.GetObjectOutput, error) {
	out, err := r.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &r.bucket, Key: &key})
	if _, missing := errors.AsType[*types.NoSuchKey](err); missing {
		return nil, fmt.Errorf("read %s: %w", key, ErrNone)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	return out, nil
}
