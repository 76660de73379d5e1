package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/publication"
)

// Objects is what the export uses of S3. *s3.Client has it.
type Objects interface {
	GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
	PutObject(context.Context, *s3.PutObjectInput, ...func(*s3.Options)) (*s3.PutObjectOutput, error)
	ListObjectVersions(context.Context, *s3.ListObjectVersionsInput, ...func(*s3.Options)) (*s3.ListObjectVersionsOutput, error)
	DeleteObjects(context.Context, *s3.DeleteObjectsInput, ...func(*s3.Options)) (*s3.DeleteObjectsOutput, error)
}

// Shelf is a bucket in which editions are published; package publication describes what lies where.
type Shelf struct {
	Client Objects
	Bucket string
	Days   int // that an edition is kept under its date
}

// Days that an edition is kept under its date.
const openDays, restrictedDays = 90, 30

// transfer is how long one file may take to come or go.
const transfer = 2 * time.Minute

// errOvertaken: what this run set out to replace was replaced by another one meanwhile.
var errOvertaken = errors.New("another run published meanwhile")

// published is what a shelf holds, and the ETag by which to replace it; "" when it holds nothing yet.
type published struct {
	publication.Manifest
	etag string
}

func (s Shelf) reader() *publication.Reader { return publication.NewReader(s.Client, nil, s.Bucket) }

// now reads what is published.
func (s Shelf) now(ctx context.Context) (published, error) {
	m, etag, err := s.reader().Manifest(ctx)
	if errors.Is(err, publication.ErrNone) {
		err = nil
	}
	return published{m, etag}, err
}

// stage uploads an edition under its name, which nothing refers to yet, and reads every file back.
func (s Shelf) stage(ctx context.Context, d *draft, e publication.Edition) error {
	for _, f := range e.Files {
		if err := s.upload(ctx, d, e.Key(f.Name), f); err != nil {
			return err
		}
	}
	if err := s.putJSON(ctx, e.Key(publication.EditionFile), e, nil); err != nil {
		return err
	}
	return s.verify(ctx, d, e)
}

func (s Shelf) upload(ctx context.Context, d *draft, key string, f publication.File) error {
	body, err := d.read(f.Name)
	if err != nil {
		return err
	}
	defer body.Close()
	sum, err := hex.DecodeString(f.SHA256)
	if err != nil {
		return err
	}
	_, err = s.Client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.Bucket, Key: &key, Body: body, ContentLength: &f.Size, ContentType: aws.String(f.ContentType()),
		ChecksumSHA256: aws.String(base64.StdEncoding.EncodeToString(sum)),
	})
	if err != nil {
		return fmt.Errorf("upload %s: %w", key, err)
	}
	return nil
}

// verify reads an edition back; d is what it was made from.
func (s Shelf) verify(ctx context.Context, d *draft, e publication.Edition) error {
	for _, f := range e.Files {
		body, err := s.reader().Open(ctx, e, f.Name)
		if err != nil {
			return err
		}
		err = errors.Join(d.verify(f, body), body.Close())
		if err != nil {
			return err
		}
	}
	return nil
}

// swap makes what is published next take the place of what was. errOvertaken when something else did so meanwhile.
// Whether it happened is asked again where the answer got lost; an error other than errOvertaken leaves it open.
func (s Shelf) swap(ctx context.Context, was published, next publication.Manifest) error {
	err := s.putJSON(ctx, publication.ManifestKey, next, &was.etag)
	if err == nil {
		return nil
	}
	now, readErr := s.now(ctx)
	switch {
	case readErr != nil:
		return fmt.Errorf("%w; and whether it was published all the same is not known: %w", err, readErr)
	case now.Serial == next.Serial && now.Current.Name == next.Current.Name && now.Run == next.Run:
		return nil
	case now.etag != was.etag || refused(err):
		return errOvertaken
	}
	return err
}

// refused tells whether S3 did not write because its condition did not hold, or another write was under way.
func refused(err error) bool {
	answer, ok := errors.AsType[*awshttp.ResponseError](err)
	return ok && (answer.HTTPStatusCode() == http.StatusPreconditionFailed || answer.HTTPStatusCode() == http.StatusConflict)
}

// putJSON stores a document: over the one with the ETag was, or, when that is "", where there is none. A nil was
// is no condition.
func (s Shelf) putJSON(ctx context.Context, key string, v any, was *string) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	in := &s3.PutObjectInput{Bucket: &s.Bucket, Key: &key, Body: bytes.NewReader(data), ContentType: aws.String("application/json")}
	switch {
	case was == nil:
	case *was == "":
		in.IfNoneMatch = aws.String("*")
	default:
		in.IfMatch = was
	}
	if _, err := s.Client.PutObject(ctx, in); err != nil {
		return fmt.Errorf("write %s: %w", key, err)
	}
	return nil
}

// archive keeps counts and checksums of the dates whose time is over, and takes their files out of the manifest.
// It tells how many there are.
func (s Shelf) archive(ctx context.Context, m *publication.Manifest, today directory.Day) (int, error) {
	var kept []publication.Dated
	n := 0
	for _, d := range m.Dates {
		if d.Edition == m.Current.Name || d.Date.DaysUntil(today) <= s.Days {
			kept = append(kept, d)
			continue
		}
		e, err := s.reader().Edition(ctx, d.Edition)
		if err != nil && !errors.Is(err, publication.ErrNone) { // which the bucket's own rule deleted already
			return n, err
		}
		e.Date = d.Date
		if err := s.putJSON(ctx, publication.ArchiveKey(d.Date), e, nil); err != nil {
			return n, err
		}
		m.Archived = append(m.Archived, d.Date)
		n++
	}
	m.Dates = kept
	return n, nil
}

// leftOver is how old files must be that no manifest names before they are deleted: a run that is about to publish
// them ends sooner.
const leftOver = time.Hour

// sweep deletes every version of the editions that the manifest does not name: those that was still named at once,
// the others, which broken-off runs left, when they are from before a moment. It tells how many objects it deleted.
func (s Shelf) sweep(ctx context.Context, was, m publication.Manifest, before time.Time) (int, error) {
	keep, replaced := map[string]bool{m.Current.Name: true}, map[string]bool{was.Current.Name: true}
	for _, d := range m.Dates {
		keep[d.Edition] = true
	}
	for _, d := range was.Dates {
		replaced[d.Edition] = true
	}
	return s.remove(ctx, publication.EditionsPrefix, func(key string, at time.Time) bool {
		name, _, _ := strings.Cut(strings.TrimPrefix(key, publication.EditionsPrefix), "/")
		return !keep[name] && (replaced[name] || at.Before(before))
	})
}

// remove deletes every version of the objects under a prefix that are over, and what marks them as deleted.
func (s Shelf) remove(ctx context.Context, prefix string, over func(key string, at time.Time) bool) (int, error) {
	n := 0
	in := &s3.ListObjectVersionsInput{Bucket: &s.Bucket, Prefix: &prefix}
	for {
		page, err := s.Client.ListObjectVersions(ctx, in)
		if err != nil {
			return n, fmt.Errorf("list versions under %s: %w", prefix, err)
		}
		var doomed []types.ObjectIdentifier
		add := func(key, version *string, at *time.Time) {
			if over(aws.ToString(key), aws.ToTime(at)) {
				doomed = append(doomed, types.ObjectIdentifier{Key: key, VersionId: version})
			}
		}
		for _, v := range page.Versions {
			add(v.Key, v.VersionId, v.LastModified)
		}
		for _, v := range page.DeleteMarkers {
			add(v.Key, v.VersionId, v.LastModified)
		}
		if len(doomed) > 0 {
			out, err := s.Client.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: &s.Bucket, Delete: &types.Delete{Objects: doomed, Quiet: aws.Bool(true)}})
			if err != nil {
				return n, fmt.Errorf("delete under %s: %w", prefix, err)
			}
			if len(out.Errors) > 0 {
				return n, fmt.Errorf("delete %s: %s", aws.ToString(out.Errors[0].Key), aws.ToString(out.Errors[0].Message))
			}
			n += len(doomed)
		}
		if !aws.ToBool(page.IsTruncated) {
			return n, nil
		}
		in.KeyMarker, in.VersionIdMarker = page.NextKeyMarker, page.NextVersionIdMarker
	}
}

// readJSON reads a document and its ETag; "" when there is none.
func (s Shelf) readJSON(ctx context.Context, key string, into any) (string, error) {
	out, err := s.Client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.Bucket, Key: &key})
	if _, missing := errors.AsType[*types.NoSuchKey](err); missing {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	defer out.Body.Close()
	data, err := io.ReadAll(io.LimitReader(out.Body, maxLine))
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	return aws.ToString(out.ETag), nil
}
