package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"time"

	"aanspreekpunt/infra"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/identity"
)

func main() { gateway.Start(wire) }

// wire makes the handler. Facts that cannot be loaded now do not stop it: requests try again, and say 503 as long as
// that fails.
func wire(ctx context.Context, log *slog.Logger) (http.Handler, error) {
	store, err := dynamo.FromEnvironment(os.Getenv)
	if err != nil {
		return nil, err
	}
	reference := dynamo.NewReference(store, time.Now)
	loaded := make(chan error, 1)
	go func() { loaded <- reference.Load(ctx) }() // the rest is made while DynamoDB answers
	settings, err := identity.FromEnvironment(os.Getenv)
	if err != nil {
		return nil, err
	}
	s := &service{reference: reference, store: answers(store.Answer), now: time.Now, openAPI: infra.OpenAPI,
		callers: identity.New(settings, organisations(store.Organisation), &http.Client{}, time.Now), operator: operatorOf(os.Getenv)}
	mux, err := gateway.Mux("search", s.routes(), gateway.Options{BaseURL: os.Getenv("BASE_URL"), ErrorPage: s.errorPage, Log: log})
	if err := <-loaded; err != nil {
		log.Error("load reference facts", slog.String("cause", err.Error()))
	}
	return mux, err
}
