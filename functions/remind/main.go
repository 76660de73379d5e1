package main

import (
	"context"
	"log/slog"

	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/mail"
	"aanspreekpunt/shared/telemetry"
)

func main() { telemetry.Start("remind", wire) }

func wire(ctx context.Context, getenv func(string) string, log *slog.Logger) (*Reminder, error) {
	store, err := dynamo.FromEnvironment(getenv)
	if err != nil {
		return nil, err
	}
	if err := store.Check(ctx, dynamo.ReportsWaiting); err != nil {
		return nil, err
	}
	r := &Reminder{store, store, nil, getenv("ADMINISTRATOR_EMAIL"), getenv("BASE_URL"), log}
	if r.baseURL != "" && getenv("MAIL_FROM") != "" { // without either, no mail could lead here or go out
		if r.sender, err = mail.FromEnvironment(getenv); err != nil {
			return nil, err
		}
	}
	return r, nil
}
