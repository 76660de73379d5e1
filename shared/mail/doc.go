// Package mail writes and sends the service's mails: roles and counts, never a number, a name or what somebody wrote,
// and one link, which does nothing by itself. All their Dutch words are in letters.go.
//
// Mails go out through Amazon SES, or through whatever answers like it at AWS_ENDPOINT_URL_SESV2. The SDK's config
// package stays out, as in shared/dynamo. Functions that send nothing, the look-up above all, do not import this
// package: the SDK's client is a fifth of their size.
package mail
