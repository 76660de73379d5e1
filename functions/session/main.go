package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"os"
	"time"

	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/identity"
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
	s := newService(settings, store, &http.Client{}, rand.Text, time.Now)
	return gateway.Mux("session", s.routes(), gateway.Options{BaseURL: os.Getenv("BASE_URL"), ErrorPage: s.errorPage,
		FormOrigins: settings.Origins(), Log: log})
}
