// Command session signs people in and out by OpenID Connect: the code flow with PKCE, state and nonce, at the
// issuer that the environment names (see shared/identity).
//
//	GET  /aanmelden?terug=/zones/5910  to the issuer
//	GET  /aanmelden/terug              back from the issuer: the session cookie, and on to where one was
//	GET  /afmelden                     asks, or says that one is signed out
//	POST /afmelden                     signs out here and at the issuer
//
// Nothing is stored but how often one source signs in, under a name that nobody can read back: what a sign-in needs
// when it comes back waits in a cookie of ten minutes, and a session is the issuer's ID token in a cookie. There is no refresh token. Who the person is and what they may is not decided
// here but at each request, by shared/identity.
package main
