// Command costs says what a month costs on AWS, from what it measures on this machine:
//
//	go run ./infra/costs                                         units from shared/dynamo/doc.go
//	go run ./infra/costs -dynamodb http://127.0.0.1:8000         units as the official DynamoDB Local counts them
//
// It runs the whole system on one machine, looks schools up as a visitor's browser does, and reads from the request
// lines how long each route took and what it read and wrote. Those, the prices in prices.go and the assumptions in
// main.go, each a flag, give the sums of infra/costs.md.
package main
