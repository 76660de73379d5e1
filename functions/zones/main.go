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
	"aanspreekpunt/shared/mail"
)

func main() {
	log := lambdacontext.NewLogger()
	if err := run(context.Background(), log); err != nil {
		log.Error("start", slog.Any("cause", err))
		os.Exit(1)
	}
}

func run(ctx context.Context, log *slog.Logger) error {
	settings, err := identity.FromEnvironment(os.Getenv)
	if err != nil {
		return err
	}
	store, err := dynamo.FromEnvironment(os.Getenv)
	if err != nil {
		return err
	}
	sender, err := mail.FromEnvironment(os.Getenv)
	if err != nil {
		return err
	}
	files, err := refdataFromEnvironment(os.Getenv, time.Now)
	if err != nil {
		return err
	}
	s := &service{collector: files, reference: dynamo.NewReference(store, time.Now), store: store, verifier: identity.New(settings, store, &http.Client{}, time.Now),
		now: time.Now, sender: sender, administrators: os.Getenv("ADMINISTRATOR_EMAIL")}
	mux, err := gateway.Mux("zones", s.routes(), gateway.Options{BaseURL: os.Getenv("BASE_URL"), ErrorPage: s.errorPage, Log: log})
	if err != nil {
		return err
	}
	if err := store.Check(ctx, dynamo.Profiles); err != nil {
		return err
	}
	gateway.Start(mux) // the first request loads the facts
	return nil
}
