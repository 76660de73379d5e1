package main

import (
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
	if err := run(log); err != nil {
		log.Error("start", slog.String("cause", err.Error()))
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
	s := newService(settings, store, &http.Client{}, rand.Text, time.Now)
	mux, err := gateway.Mux("session", s.routes(), gateway.Options{BaseURL: os.Getenv("BASE_URL"), ErrorPage: s.errorPage,
		FormOrigins: settings.Origins(), Log: log})
	if err != nil {
		return err
	}
	gateway.Start(mux)
	return nil
}
