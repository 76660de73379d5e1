package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"time"

	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/identity"
	"aanspreekpunt/shared/publication"
)

func main() { gateway.Start(wire) }

func wire(ctx context.Context, log *slog.Logger) (http.Handler, error) {
	settings, err := identity.FromEnvironment(os.Getenv)
	if err != nil {
		return nil, err
	}
	store, err := dynamo.FromEnvironment(os.Getenv)
	if err != nil {
		return nil, err
	}
	published, err := publication.FromEnvironment(os.Getenv)
	if err != nil {
		return nil, err
	}
	s := &service{published: published, reference: dynamo.NewReference(store, time.Now), store: store, now: time.Now,
		verifier: identity.New(settings, store, &http.Client{}, time.Now), administrators: os.Getenv("ADMINISTRATOR_EMAIL")}
	if err := published.Check(ctx); err != nil {
		return nil, err
	}
	return gateway.Mux("opendata", s.routes(), gateway.Options{BaseURL: os.Getenv("BASE_URL"), ErrorPage: s.errorPage, Log: log})
}
