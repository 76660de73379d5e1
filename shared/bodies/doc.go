// Package bodies keeps what the AWS SDK sends until all of it is sent.
//
// The SDK closes a request's body when the answer begins. net/http then still looks for the body's end, takes the
// SDK's word for an error and breaks the connection off: up to one in a hundred quick answers came 200 ms late, at a
// second try, or not at all, and what was asked happened twice. A body in memory has an end that net/http knows of. It
// also goes out together with the header, and by itself on a new connection when the old one had ended before anything
// was sent.
package bodies
