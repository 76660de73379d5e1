// Package infra embeds the API's contract, openapi.yaml, so that the function that serves it and the tests that
// hold the running system to it read the same bytes.
//
// The document follows the Belgian governments' REST guide (belgif). It is OpenAPI 3.0, since the guide's own
// validator reads no later version. Where it departs from a recommendation of the guide, x-ignore-rules beside
// the departure gives the reason.
package infra
