package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"aanspreekpunt/infra"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/identity"
)

func main() {
	log := lambdacontext.NewLogger()
	if err := run(context.Background(), log); err != nil {
		log.Error("start", slog.String("cause", err.Error()))
		os.Exit(1)
	}
}

// run serves requests until the process ends. Facts that cannot be loaded now do not stop it: requests try again,
// and say 503 as long as that fails.
func run(ctx context.Context, log *slog.Logger) error {
	store, err := dynamo.FromEnvironment(os.Getenv)
	if err != nil {
		return err
	}
	reference := dynamo.NewReference(store, time.Now)
	settings, err := identity.FromEnvironment(os.Getenv)
	if err != nil {
		return err
	}
	s := &service{reference: reference, store: answers(store.Answer), now: time.Now, openAPI: infra.OpenAPI,
		callers: identity.New(settings, organisations(store.Organisation), &http.Client{}, time.Now), operator: operatorOf(os.Getenv)}
	mux, err := gateway.Mux("search", s.routes(), gateway.Options{BaseURL: os.Getenv("BASE_URL"), ErrorPage: s.errorPage, Log: log})
	if err != nil {
		return err
	}
	if err := reference.Load(ctx); err != nil {
		log.Error("load reference facts", slog.String("cause", err.Error()))
	}
	gateway.Start(mux)
	return nil
}
