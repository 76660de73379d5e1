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
	facts := dynamo.NewReference(store, time.Now)
	s := &service{facts, store, identity.New(settings, store, &http.Client{}, time.Now), time.Now}
	mux, err := gateway.Mux("zones", s.routes(), gateway.Options{BaseURL: os.Getenv("BASE_URL"), Log: log})
	if err != nil {
		return err
	}
	if err := facts.Load(ctx); err != nil {
		log.Error("load reference facts", slog.String("cause", err.Error())) // requests try again
	}
	gateway.Start(mux)
	return nil
}
