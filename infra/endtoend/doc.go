// Package endtoend holds the tests that drive the running system from outside, as browsers and scripts do: the
// real function binaries behind infra/local/system, over HTTP. Every answer of the API is validated against
// infra/openapi.yaml, strictly: a member that the document does not have is an error.
//
// One system serves the whole package; tests that break something start their own. It runs in process, on the DynamoDB
// Local that AANSPREEKPUNT_TEST_DYNAMODB names, or elsewhere: infra/samcheck runs the functions under SAM and says in the
// file that AANSPREEKPUNT_TEST_SYSTEM names where they answer. What SAM cannot do is skipped there, with the reason.
//
// When all tests passed here, what the functions asked of AWS has to be what their roles allow, no less and no more.
package endtoend
