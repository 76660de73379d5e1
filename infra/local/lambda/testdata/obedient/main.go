// Command obedient is a function that does what its event says, for the tests of the runner.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type order struct {
	Do   string `json:"do"`
	Text string `json:"text"`
}

type report struct {
	PID         int      `json:"pid"`
	Text        string   `json:"text"`
	RequestID   string   `json:"requestId"`
	ARN         string   `json:"arn"`
	Remaining   float64  `json:"remaining"` // seconds until the deadline
	Environment []string `json:"environment"`
}

func main() {
	if os.Getenv("REFUSE_TO_START") != "" {
		fmt.Println("the function refuses to start")
		os.Exit(3)
	}
	lambda.Start(obey)
}

func obey(ctx context.Context, o order) (any, error) {
	switch o.Do {
	case "fail":
		return nil, errors.New(o.Text)
	case "exit":
		os.Exit(7)
	case "hang":
		select {}
	case "log":
		fmt.Println(o.Text)
	case "grow":
		return strings.Repeat("x", 7<<20), nil
	case "respond":
		return map[string]any{"statusCode": 200, "body": o.Text}, nil
	}
	deadline, _ := ctx.Deadline()
	lc, _ := lambdacontext.FromContext(ctx)
	return report{os.Getpid(), o.Text, lc.AwsRequestID, lc.InvokedFunctionArn, time.Until(deadline).Seconds(), os.Environ()}, nil
}
