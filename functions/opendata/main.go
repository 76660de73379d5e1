package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/identity"
	"aanspreekpunt/shared/publication"
)

func main() {
	log := lambdacontext.NewLogger()
	if err := run(log); err != nil {
		log.Error("start", slog.Any("cause", err))
		os.Exit(1)
	}
}

func run(log *slog.Logger) error {
	settings, err := identity.FromEnvironment(os.Getenv)
	if err != nil {
		return err
	}
	store, err := dynamo.FromEnvironment(os.Getenv)
	if err != nil {
		return err
	}
	published, err := publication.FromEnvironment(os.Getenv)
	if err != nil {
		return err
	}
	s := &service{published: published, reference: dynamo.NewReference(store, time.Now), store: store, now: time.Now,
		verifier: identity.New(settings, store, &http.Client{}, time.Now), administrators: os.Getenv("ADMINISTRATOR_EMAIL")}
	mux, err := gateway.Mux("opendata", s.routes(), gateway.Options{BaseURL: os.Getenv("BASE_URL"), ErrorPage: s.errorPage, Log: log})
	if err != nil {
		return err
	}
	if err := published.Check(context.Background()); err != nil {
		return err
	}
	gateway.Start(mux)
	return nil
}
