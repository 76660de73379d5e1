package telemetry

import (
	"context"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// Start is the whole of a function that handles events, by its name: it hands them to what wire makes of the environment,
// until the process ends. When wire fails, the cause is logged and the process ends at once.
func Start[H interface {
	Handle(context.Context, In) (Out, error)
}, In, Out any](function string, wire func(context.Context, func(string) string, *slog.Logger) (H, error)) {
	log := lambdacontext.NewLogger()
	handler, err := wire(context.Background(), os.Getenv, log)
	if err != nil {
		log.Error("start", slog.String("cause", err.Error()))
		os.Exit(1)
	}
	lambda.Start(Task(function, log, handler.Handle))
}

// Task makes a handler of events write the one line of each invocation, as shared/gateway does of each request. Its
// error, which goes into the line, must not tell of a person.
func Task[In, Out any](function string, log *slog.Logger, handle func(context.Context, In) (Out, error)) func(context.Context, In) (Out, error) {
	var warm atomic.Bool
	return func(ctx context.Context, event In) (Out, error) {
		started, cold := time.Now(), !warm.Swap(true)
		ctx, used := Track(ctx)
		out, err := handle(ctx, event)
		level, outcome := slog.LevelInfo, "done"
		attributes := []slog.Attr{slog.Float64("durationMs", Milliseconds(time.Since(started))), slog.Bool("coldStart", cold)}
		if id, ok := ctx.Value("x-amzn-trace-id").(string); ok && id != "" { // Lambda's own
			attributes = append(attributes, slog.String("traceId", id))
		}
		if err != nil {
			level, outcome = slog.LevelError, "failed"
			attributes = append(attributes, slog.String("cause", err.Error()))
		}
		attributes = append(append(attributes, slog.String("outcome", outcome)), used.Attributes(function, started)...)
		log.LogAttrs(ctx, level, "invocation", attributes...)
		return out, err
	}
}
