package main

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"time"

	"aanspreekpunt/shared/buckets"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/telemetry"
)

func main() { telemetry.Start("export", wire) }

func wire(ctx context.Context, getenv func(string) string, log *slog.Logger) (*Exporter, error) {
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
	err = errors.Join(store.Check(ctx, dynamo.Profiles), buckets.Check(ctx, client, "DATA_BUCKET", open), buckets.Check(ctx, client, "RESTRICTED_BUCKET", restricted))
	if err != nil {
		return nil, err
	}
	return &Exporter{store, Shelf{client, open, openDays}, Shelf{client, restricted, restrictedDays}, getenv("BASE_URL"), log, time.Now, rand.Text}, nil
}
