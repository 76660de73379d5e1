package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"time"

	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/identity"
	"aanspreekpunt/shared/mail"
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
	sender, err := mail.FromEnvironment(os.Getenv)
	if err != nil {
		return nil, err
	}
	files, err := refdataFromEnvironment(os.Getenv, time.Now)
	if err = errors.Join(err, store.Check(ctx, dynamo.Profiles)); err != nil {
		return nil, err
	}
	s := &service{collector: files, reference: dynamo.NewReference(store, time.Now), store: store, verifier: identity.New(settings, store, &http.Client{}, time.Now),
		now: time.Now, sender: sender, administrators: os.Getenv("ADMINISTRATOR_EMAIL")}
	return gateway.Mux("zones", s.routes(), gateway.Options{BaseURL: os.Getenv("BASE_URL"), ErrorPage: s.errorPage, Log: log}) // the first request loads the facts
}
