// Package front stands where an API Gateway HTTP API stands in the cloud: it turns HTTP requests into events of
// payload version 2.0 and answers of functions into HTTP responses, with the gateway's quirks and limits, so that
// what works here works there.
//
// Quirks that are kept on purpose:
//
//   - rawPath is decoded, rawQueryString is not, and queryStringParameters joins repeated values with commas.
//   - Header names are lower-cased and repeated headers are joined with commas; cookies stand apart.
//   - A body that is not text, JSON, XML or JavaScript comes in base64, form posts included.
//   - A GET route does not match HEAD.
//   - multiValueHeaders of an answer are ignored; an answer without statusCode is a body for 200.
//   - Request line and headers over 10,240 bytes give 431, bodies over 10 MB and events over Lambda's 6 MB 413.
//   - A function's error gives a bare 502, a function that cannot be called 500, and one that takes longer than
//     30 seconds 503; all of these are the gateway's own {"message": …} in JSON.
//   - A route that is Throttled gives 429 in the same form.
//
// Not imitated: authorizers, CORS configuration, custom domains.
package front
