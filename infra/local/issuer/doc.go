// Package issuer is an OpenID Connect issuer for one machine: instead of asking for a password it asks who one
// wants to be. It listens on a port of its own, so that it is another origin than the service, as in life.
//
// It speaks the code flow with PKCE, as Cognito and ACM/IDM do: discovery, authorization, token, keys and the end
// of a session. The session lasts until one signs out, so that signing out here only is seen to be not enough.
// Its tokens name rights as ACM/IDM does (vo_orgcode, vo_doelgroepcode, a right bound to the organisation); its
// access tokens have a client_id and no audience, as Cognito's do. The signing key is made at the start and never
// leaves the process.
package issuer
