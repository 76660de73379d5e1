package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

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

func run(ctx context.Context, log *slog.Logger) error {
	settings, err := identity.FromEnvironment(os.Getenv)
	if err != nil {
		return err
	}
	store, err := dynamo.FromEnvironment(os.Getenv)
	if err != nil {
		return err
	}
	s := &service{reference: dynamo.NewReference(store, time.Now), store: store, verifier: identity.New(settings, store, &http.Client{}, time.Now),
		now: time.Now, random: rand.Reader, administrators: os.Getenv("ADMINISTRATOR_EMAIL")}
	mux, err := gateway.Mux("practices", s.routes(), gateway.Options{BaseURL: os.Getenv("BASE_URL"), ErrorPage: s.errorPage, Log: log})
	if err != nil {
		return err
	}
	if err := store.Check(ctx, dynamo.PracticeTexts); err != nil {
		return err
	}
	gateway.Start(mux) // the first request loads the facts
	return nil
}
