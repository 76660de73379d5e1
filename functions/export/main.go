package main

import (
	"crypto/rand"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"aanspreekpunt/shared/buckets"
	"aanspreekpunt/shared/dynamo"
)

func main() {
	log := lambdacontext.NewLogger()
	x, err := wire(os.Getenv, log)
	if err != nil {
		log.Error("start", slog.Any("cause", err))
		os.Exit(1)
	}
	lambda.Start(x.Handle)
}

func wire(getenv func(string) string, log *slog.Logger) (*Exporter, error) {
	store, err := dynamo.FromEnvironment(getenv)
	if err != nil {
		return nil, err
	}
	client, open, err := buckets.FromEnvironment(getenv, "DATA_BUCKET", transfer)
	if err != nil {
		return nil, err
	}
	_, restricted, err := buckets.FromEnvironment(getenv, "RESTRICTED_BUCKET", transfer)
	if err != nil {
		return nil, err
	}
	return &Exporter{store, Shelf{client, open, openDays}, Shelf{client, restricted, restrictedDays}, getenv("BASE_URL"), log, time.Now, rand.Text}, nil
}
