package idempotency

import (
	"context"
	"net/http"
	"strings"
	"time"

	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
)

// Answers keeps recorded answers; *dynamo.Store does.
type Answers interface {
	Repeated(ctx context.Context, id string, now time.Time) (dynamo.Repeat, bool, error)
}

// MaxKeyLength is the longest Idempotency-Key in characters.
const MaxKeyLength = 255

// Of is what a request of somebody with an Idempotency-Key is recorded under; nil for one without. A key that cannot
// be used is a 400.
func Of(r *http.Request, subject string, body []byte) (*dynamo.Repeat, error) {
	values, given := r.Header["Idempotency-Key"]
	if !given {
		return nil, nil
	}
	key := strings.Join(values, ",")
	if key == "" || len(key) > MaxKeyLength || strings.ContainsFunc(key, func(c rune) bool { return c < ' ' || c > '~' }) {
		return nil, gateway.BadRequest("The request has input that cannot be used",
			gateway.InvalidInput("header", "Idempotency-Key", nil, "Want 1 to 255 visible ASCII characters, such as a UUID"))
	}
	return &dynamo.Repeat{ID: dynamo.RepeatID(subject, r.Method, r.URL.Path, key), Body: dynamo.BodyHash(body)}, nil
}

// Recorded gives what a request that was answered before was answered, and tells whether it was. A request without a
// key, which is nil, never was. The same key on another body is a 422.
func Recorded(ctx context.Context, answers Answers, repeat *dynamo.Repeat, now time.Time) (dynamo.Repeat, bool, error) {
	if repeat == nil {
		return dynamo.Repeat{}, false, nil
	}
	recorded, ok, err := answers.Repeated(ctx, repeat.ID, now)
	switch {
	case err != nil:
		return dynamo.Repeat{}, false, gateway.Unavailable(err)
	case ok && recorded.Body != repeat.Body:
		return dynamo.Repeat{}, true, gateway.KeyReused()
	}
	return recorded, ok, nil
}

// Again answers a request that was answered before, and tells whether it did. It refuses what Recorded does.
func Again(ctx context.Context, w http.ResponseWriter, answers Answers, repeat *dynamo.Repeat, now time.Time) (bool, error) {
	recorded, done, err := Recorded(ctx, answers, repeat, now)
	if done && err == nil {
		err = Send(w, recorded)
	}
	return done, err
}

// Send answers with what is recorded for whoever repeats the request.
func Send(w http.ResponseWriter, answer dynamo.Repeat) error {
	w.Header().Set("Content-Type", "application/json")
	if answer.ETag != "" {
		w.Header().Set("ETag", answer.ETag)
	}
	w.WriteHeader(answer.Status)
	_, err := w.Write(answer.Answer)
	return err
}
