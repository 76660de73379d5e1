package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"aanspreekpunt/infra/practices"
	"aanspreekpunt/infra/reference"
	"aanspreekpunt/shared/buckets"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/telemetry"
)

func main() { telemetry.Start("refdata", checked) }

// checked is what wire makes, when the table and the bucket answer.
func checked(ctx context.Context, getenv func(string) string, log *slog.Logger) (l *Loader, err error) {
	if l, err = wire(getenv, log); err == nil {
		err = errors.Join(l.Store.Check(ctx, dynamo.References), buckets.Check(ctx, l.Uploads.client, "UPLOAD_BUCKET", l.Uploads.name))
	}
	return l, err
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
