package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"aanspreekpunt/infra/practices"
	"aanspreekpunt/infra/reference"
	"aanspreekpunt/shared/buckets"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/telemetry"
)

func main() {
	log := lambdacontext.NewLogger()
	loader, err := wire(os.Getenv, log)
	if ctx := context.Background(); err == nil {
		err = errors.Join(loader.Store.Check(ctx, dynamo.References), buckets.Check(ctx, loader.Uploads.client, "UPLOAD_BUCKET", loader.Uploads.name))
	}
	if err != nil {
		log.Error("start", slog.String("cause", err.Error()))
		os.Exit(1)
	}
	lambda.Start(telemetry.Task("refdata", log, loader.Handle))
}

func wire(getenv func(string) string, log *slog.Logger) (*Loader, error) {
	store, err := dynamo.FromEnvironment(getenv)
	if err != nil {
		return nil, err
	}
	uploads, err := bucketFromEnvironment(getenv)
	if err != nil {
		return nil, err
	}
	ministry, err := newMinistry(getenv("SCHOOLS_API_URL"), getenv("SCHOOLS_API_KEY"))
	if err != nil {
		return nil, fmt.Errorf("SCHOOLS_API_URL: %w", err)
	}
	return &Loader{Store: store, Uploads: uploads, Ministry: ministry, Facts: reference.FS, Practices: practices.FS, Log: log}, nil
}
