// Package endtoend holds the tests that drive the running system from outside, as browsers and scripts do: the
// real function binaries behind infra/local/system, over HTTP. Every answer of the API is validated against
// infra/openapi.yaml, strictly: a member that the document does not have is an error.
//
// One system serves the whole package; tests that break something start their own.
package endtoend
