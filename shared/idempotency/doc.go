// Package idempotency gives whoever repeats a request with an Idempotency-Key the answer that it got the first time.
//
// A handler looks first at who asks, then makes the record (Of) and answers from it when the request was answered
// already (Again); the answer of a new one is stored together with what it changed (dynamo.Repeat), and sent as it is
// recorded (Send).
package idempotency
