// Package system runs the whole of Aanspreekpunt on one machine: the real function binaries, built as the
// template builds them, behind an HTTP front that makes the same events as an API Gateway HTTP API, with a
// DynamoDB-compatible and an S3-compatible server in the same process.
//
// template.yaml is the one list of functions, routes, environment, schedules, table and bucket; nothing of it is
// repeated here. `go run ./infra/local` is a thin command around Start; tests that go across functions use Start
// themselves, on a port of their own:
//
//	sys, err := system.Start(ctx, system.Options{})
//	defer sys.Close()
//	http.Get(sys.URL() + "/api/v1/health")
package system
