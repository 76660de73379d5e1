package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"aanspreekpunt/shared/buckets"
	"aanspreekpunt/shared/schoollist"
)

// Bounds of what is read from the bucket: the whole list of 2022 is 2 MB.
const (
	maxUpload  = 64 << 20 // bytes of one file
	maxUploads = 200      // files of one set
)

// Bucket is where lists of schools are uploaded and reports are kept.
type Bucket struct {
	client *s3.Client
	name   string
}

// bucketFromEnvironment makes a bucket from UPLOAD_BUCKET, the region and credentials that Lambda sets, and
// AWS_ENDPOINT_URL_S3 for another endpoint. It makes no request.
func bucketFromEnvironment(getenv func(string) string) (*Bucket, error) {
	client, name, err := buckets.FromEnvironment(getenv, "UPLOAD_BUCKET", 30*time.Second)
	if err != nil {
		return nil, err
	}
	return &Bucket{client, name}, nil
}

// Read gives the files of the given keys.
func (b *Bucket) Read(ctx context.Context, keys ...string) ([]schoollist.File, error) {
	var files []schoollist.File
	for _, key := range keys {
		data, err := b.read(ctx, key)
		if err != nil {
			return nil, fmt.Errorf("read upload %s: %w", key, err)
		}
		files = append(files, schoollist.File{Name: key, Data: data})
	}
	return files, nil
}

func (b *Bucket) read(ctx context.Context, key string) ([]byte, error) {
	out, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.name, Key: &key})
	if err != nil {
		return nil, err
	}
	defer out.Body.Close()
	data, err := io.ReadAll(io.LimitReader(out.Body, maxUpload+1))
	if err == nil && len(data) > maxUpload {
		err = fmt.Errorf("over %d bytes", maxUpload)
	}
	return data, err
}

// Folder gives the keys under a prefix, ascending.
func (b *Bucket) Folder(ctx context.Context, prefix string) ([]string, error) {
	var keys []string
	pages := s3.NewListObjectsV2Paginator(b.client, &s3.ListObjectsV2Input{Bucket: &b.name, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list uploads in %s: %w", prefix, err)
		}
		for _, object := range page.Contents {
			if key := aws.ToString(object.Key); key != prefix { // some tools make an empty object for a folder
				keys = append(keys, key)
			}
		}
		if len(keys) > maxUploads {
			return nil, fmt.Errorf("list uploads in %s: more than %d files", prefix, maxUploads)
		}
	}
	return keys, nil
}

// Write stores a JSON document.
func (b *Bucket) Write(ctx context.Context, key string, data []byte) error {
	_, err := b.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.name, Key: &key, Body: bytes.NewReader(data), ContentType: aws.String("application/json"),
	})
	if err != nil {
		return fmt.Errorf("store report %s: %w", key, err)
	}
	return nil
}
