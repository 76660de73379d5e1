package buckets

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// FromEnvironment makes a client from the region and credentials that Lambda sets, and AWS_ENDPOINT_URL_S3 for
// another endpoint, and gives the name of the bucket in the named variable. It makes no request. A call waits at
// most wait, retries included for each try by itself.
func FromEnvironment(getenv func(string) string, variable string, wait time.Duration) (*s3.Client, string, error) {
	name := getenv(variable)
	if name == "" {
		return nil, "", fmt.Errorf("environment: %s is not set", variable)
	}
	credentials := aws.Credentials{
		AccessKeyID: getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken: getenv("AWS_SESSION_TOKEN"), Source: "environment",
	}
	options := s3.Options{
		Region: getenv("AWS_REGION"),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return credentials, nil
		}),
		HTTPClient:       &http.Client{Timeout: wait},
		RetryMaxAttempts: 3,
	}
	if endpoint := getenv("AWS_ENDPOINT_URL_S3"); endpoint != "" {
		options.BaseEndpoint, options.UsePathStyle = aws.String(endpoint), true
	}
	return s3.New(options), name, nil
}

// Check tells whether the bucket that a variable names is there; with it, the connection is open for the first
// request. It wants the right to list the bucket. What may be better later is no error.
func Check(ctx context.Context, client *s3.Client, variable, name string) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	_, err := client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &name})
	if _, missing := errors.AsType[*types.NotFound](err); missing {
		return fmt.Errorf("environment: %s: there is no bucket %s", variable, name)
	}
	return nil
}
