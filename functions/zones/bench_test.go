package main

import (
	"slices"
	"testing"
	"time"

	"aanspreekpunt/shared/dynamo/dynamotest"
)

// BenchmarkSave is a PUT as its caller waits for it, warm, with token, rules and transaction. DynamoDB is minidyn in
// this process.
func BenchmarkSave(b *testing.B) {
	s := newSystem(b, dynamotest.New(b), nil)
	s.seed(b)
	body := string(s.shown(b, "5910", officer))
	bearer := "Bearer " + police.Token()
	version := 1
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		w := s.ask(nil, "PUT", zone5910, body, "Authorization", bearer, "If-Match", tag(itoa(version)), "Idempotency-Key", itoa(version))
		took = append(took, time.Since(start))
		if w.Code != 200 {
			b.Fatal(w.Body)
		}
		version++
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}
