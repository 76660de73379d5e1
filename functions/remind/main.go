package main

import (
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/mail"
)

func main() {
	log := lambdacontext.NewLogger()
	r, err := wire(os.Getenv, log)
	if err != nil {
		log.Error("start", slog.Any("cause", err))
		os.Exit(1)
	}
	lambda.Start(r.Handle)
}

func wire(getenv func(string) string, log *slog.Logger) (*Reminder, error) {
	store, err := dynamo.FromEnvironment(getenv)
	if err != nil {
		return nil, err
	}
	sender, err := mail.FromEnvironment(getenv)
	if err != nil {
		return nil, err
	}
	return &Reminder{store, dynamo.NewReference(store, time.Now), sender, getenv("ADMINISTRATOR_EMAIL"), getenv("BASE_URL"), log}, nil
}
