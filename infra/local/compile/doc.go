// Package compile runs `go build` and shows how far it is. It imports little, so that `go run ./infra/local` says
// something soon on a machine that has compiled nothing yet.
package compile
