package buckets

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
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
