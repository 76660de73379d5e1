package idempotency_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/idempotency"
)

// answers keeps recorded answers by their ID, or fails.
type answers map[string]dynamo.Repeat

func (a answers) Repeated(_ context.Context, id string, _ time.Time) (dynamo.Repeat, bool, error) {
	if a == nil {
		return dynamo.Repeat{}, false, dynamo.ErrUnavailable
	}
	r, ok := a[id]
	return r, ok, nil
}

func record(t *testing.T, subject, path, body string, keys ...string) *dynamo.Repeat {
	t.Helper()
	r := httptest.NewRequest("POST", path, nil)
	for _, key := range keys {
		r.Header.Add("Idempotency-Key", key)
	}
	repeat, err := idempotency.Of(r, subject, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return repeat
}

func TestARepeatedRequestGetsItsAnswer(t *testing.T) {
	t.Parallel()
	first := record(t, "anna", "/a", "{}", "key")
	kept := answers{first.ID: {Body: first.Body, Status: 201, ETag: `"1-x"`, Answer: []byte(`{"a":1}`)}}
	again := func(r *dynamo.Repeat, a answers) (*httptest.ResponseRecorder, bool, error) {
		w := httptest.NewRecorder()
		done, err := idempotency.Again(t.Context(), w, a, r, time.Now())
		return w, done, err
	}
	if w, done, err := again(record(t, "anna", "/a", "{}", "key"), kept); !done || err != nil || w.Code != 201 || w.Body.String() != `{"a":1}` || w.Header().Get("ETag") != `"1-x"` {
		t.Errorf("the same again: %t, %v, %d %s", done, err, w.Code, w.Body)
	}
	for name, other := range map[string]*dynamo.Repeat{
		"no key": record(t, "anna", "/a", "{}"), "another key": record(t, "anna", "/a", "{}", "other"),
		"another person": record(t, "bert", "/a", "{}", "key"), "another path": record(t, "anna", "/b", "{}", "key"),
	} {
		if w, done, err := again(other, kept); done || err != nil || w.Body.Len() > 0 {
			t.Errorf("%s: %t, %v, %s", name, done, err, w.Body)
		}
	}
	if _, done, err := again(record(t, "anna", "/a", `{"b":1}`, "key"), kept); !done || status(err) != 422 {
		t.Errorf("another body: %t, %v", done, err)
	}
	if _, done, err := again(first, nil); done || status(err) != 503 {
		t.Errorf("a store that is down: %t, %v", done, err)
	}
}

func status(err error) int {
	if p, ok := errors.AsType[*gateway.Problem](err); ok {
		return p.Status
	}
	return 0
}

func TestKeysThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"", strings.Repeat("k", idempotency.MaxKeyLength+1), "sleutel\u00e9", "a\tb"} {
		r := httptest.NewRequest("POST", "/a", nil)
		r.Header["Idempotency-Key"] = []string{key}
		if _, err := idempotency.Of(r, "anna", nil); status(err) != 400 {
			t.Errorf("%q: %v", key, err)
		}
	}
}
