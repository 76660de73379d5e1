package system

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"aanspreekpunt/infra/local/lambda"
	"aanspreekpunt/infra/local/template"
)

// Where the embedded servers answer, under the front's own port, so that one port is enough for a function that
// runs in a container.
const (
	dynamoDBPath = "/dev/dynamodb"
	s3Path       = "/dev/s3"
)

func newS3() http.Handler { return gofakes3.New(s3mem.New()).Server() }

// credentials are those that the functions get.
func (s *System) credentials(context.Context) (aws.Credentials, error) {
	e := lambda.Environment("", template.Region, 0, "")
	return aws.Credentials{AccessKeyID: cmp.Or(s.options.AccessKey, e["AWS_ACCESS_KEY_ID"]), SecretAccessKey: e["AWS_SECRET_ACCESS_KEY"],
		SessionToken: e["AWS_SESSION_TOKEN"]}, nil
}

func (s *System) s3Client() *s3.Client {
	return s3.New(s3.Options{Region: template.Region, Credentials: aws.CredentialsProviderFunc(s.credentials), BaseEndpoint: aws.String(s.s3), UsePathStyle: true})
}

// createStorage makes the template's tables and buckets where they are missing.
func (s *System) createStorage(ctx context.Context) error {
	tables := dynamodb.New(dynamodb.Options{Region: template.Region, Credentials: aws.CredentialsProviderFunc(s.credentials), BaseEndpoint: aws.String(s.dynamoDB)})
	for _, table := range s.template.Tables {
		name := table.Definition.TableName
		_, err := tables.CreateTable(ctx, &table.Definition)
		if _, exists := errors.AsType[*dynamodbtypes.ResourceInUseException](err); exists {
			continue
		}
		if err == nil && s.options.DynamoDB != "" {
			err = awaitTable(ctx, tables, name)
			if err == nil && table.TTLAttribute != "" {
				_, ttlErr := tables.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{TableName: name,
					TimeToLiveSpecification: &dynamodbtypes.TimeToLiveSpecification{AttributeName: &table.TTLAttribute, Enabled: aws.Bool(true)}})
				if ttlErr != nil { // readers check expiry themselves: a server without it only keeps more
					s.say("the DynamoDB server forgets nothing by itself: " + firstLine(ttlErr))
				}
			}
		}
		if err != nil {
			return fmt.Errorf("table %s on %s: %w", aws.ToString(name), s.dynamoDB, err)
		}
	}
	buckets := s.s3Client()
	for _, bucket := range s.template.Buckets {
		_, err := buckets.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &bucket.Name, CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: template.Region}})
		if _, owned := errors.AsType[*s3types.BucketAlreadyOwnedByYou](err); owned {
			continue
		}
		if _, exists := errors.AsType[*s3types.BucketAlreadyExists](err); exists {
			continue
		}
		if err == nil && bucket.Versioned {
			_, err = buckets.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{Bucket: &bucket.Name,
				VersioningConfiguration: &s3types.VersioningConfiguration{Status: s3types.BucketVersioningStatusEnabled}})
		}
		if err != nil {
			return fmt.Errorf("bucket %s on %s: %w", bucket.Name, s.s3, err)
		}
	}
	return nil
}

// awaitTable returns when a table that was just made can be used.
func awaitTable(ctx context.Context, tables *dynamodb.Client, name *string) error {
	for {
		out, err := tables.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: name})
		if err != nil || out.Table.TableStatus != dynamodbtypes.TableStatusCreating {
			return err
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// upload puts an object into the functions' upload bucket.
func (s *System) upload(ctx context.Context, bucket, key string, data []byte) error {
	_, err := s.s3Client().PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(data)})
	if err != nil {
		return fmt.Errorf("upload %s: %w", key, err)
	}
	return nil
}
