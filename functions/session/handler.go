package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"

	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/identity"
)

// store tells whether demonstration data is loaded, and counts sign-ins; *dynamo.Store does.
type store interface {
	Pointer(ctx context.Context) (dynamo.Pointer, bool, error)
	CountSource(ctx context.Context, l dynamo.Limit, address string, now time.Time) (time.Duration, error)
}

// signInsOfSource is how often one source may begin to sign in or come back from the issuer: a sign-in counts twice.
// A whole police zone or school may come from one address.
var signInsOfSource = dynamo.Limit{Name: "SIGNIN-SOURCE", Most: 200, Window: 10 * time.Minute}

// service answers the requests of this function.
type service struct {
	settings identity.Settings
	verifier *identity.Verifier
	store    store
	client   *http.Client  // to the issuer
	random   func() string // at least 128 bits, letters and digits
	now      func() time.Time
}

// newService makes a service. client reaches the issuer; random gives at least 128 bits in letters and digits; now
// is the clock.
func newService(s identity.Settings, st store, client *http.Client, random func() string, now func() time.Time) *service {
	return &service{
		settings: s,
		verifier: identity.New(s, nil, client, now), // without organisations: nobody's rights are asked here
		store:    st,
		client:   client,
		random:   random,
		now:      now,
	}
}

func (s *service) routes() map[string]http.Handler {
	return map[string]http.Handler{
		"/aanmelden":       gateway.Handler(s.start),
		"/aanmelden/terug": gateway.Handler(s.callback),
		"/afmelden":        gateway.Handler(s.signOut),
	}
}

// exchangeTimeout is how long the issuer has to give a token for a code.
const exchangeTimeout = 5 * time.Second

// flow is this service at the issuer.
func (s *service) flow(r *http.Request) *oauth2.Config {
	style := oauth2.AuthStyleInHeader
	if s.settings.ClientSecret == "" {
		style = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{
		ClientID:     s.settings.ClientID,
		ClientSecret: s.settings.ClientSecret,
		Endpoint:     oauth2.Endpoint{AuthURL: s.settings.AuthorizationEndpoint, TokenURL: s.settings.TokenEndpoint, AuthStyle: style},
		RedirectURL:  gateway.Link(r, "/aanmelden/terug"),
		Scopes:       s.settings.Scopes,
	}
}

// throttle refuses a source that signs in too often. What cannot be counted passes: whoever wants to sign in is not
// made to wait for a counter.
func (s *service) throttle(r *http.Request) error {
	wait, err := s.store.CountSource(r.Context(), signInsOfSource, gateway.Source(r), s.now())
	if err != nil {
		gateway.Warn(r.Context(), err)
		return nil
	}
	if wait > 0 {
		return gateway.TooManyRequests(wait).InDutch(tooOften)
	}
	return nil
}

// start sends the browser to the issuer.
func (s *service) start(w http.ResponseWriter, r *http.Request) error {
	gateway.Cache(w, gateway.NoStore)
	if err := s.throttle(r); err != nil {
		return err
	}
	if underWay(r) >= attemptsLimit {
		forget(w, r, "")
	}
	a := attempt{state: s.random(), nonce: s.random(), verifier: s.random() + s.random(), back: returnPath(r.URL.Query().Get("terug"))}
	http.SetCookie(w, a.cookie())
	seeOther(w, s.flow(r).AuthCodeURL(a.state, oauth2.SetAuthURLParam("nonce", a.nonce), oauth2.S256ChallengeOption(a.verifier)))
	return nil
}

// callback takes the browser back from the issuer: it changes the code for an ID token, checks that this sign-in
// began in this browser and that the token is made for it, and keeps the token as the session.
func (s *service) callback(w http.ResponseWriter, r *http.Request) error {
	gateway.Cache(w, gateway.NoStore)
	q := r.URL.Query()
	a, ok := attemptOf(r, q.Get("state"))
	if !ok {
		return gateway.BadRequest("This sign-in did not begin in this browser, or too long ago").InDutch(unknownAttempt)
	}
	if issuer := q.Get("iss"); issuer != "" && issuer != s.settings.Issuer {
		return gateway.BadRequest("Another issuer answered").InDutch(refused)
	}
	switch q.Get("error") {
	case "":
	case "access_denied":
		forget(w, r, a.state)
		m := givenUp
		m.SignIn, m.Back = again(a.back), a.back
		return s.show(w, r, http.StatusOK, m)
	case "server_error", "temporarily_unavailable":
		return gateway.Unavailable(errors.New("the issuer cannot sign people in")).InDutch(issuerDown)
	default:
		return gateway.BadRequest("The issuer refused").InDutch(refused)
	}
	if err := s.throttle(r); err != nil {
		return err
	}
	idToken, err := s.exchange(r, q.Get("code"), a)
	if err != nil {
		return err
	}
	c, err := identity.SessionCookie(idToken)
	if err != nil {
		return gateway.BadGateway(fmt.Errorf("sign-in: %w (%d bytes)", err, len(idToken))).InDutch(tooLarge)
	}
	forget(w, r, a.state)
	http.SetCookie(w, c)
	gateway.Redirect(w, r, a.back, http.StatusSeeOther)
	return nil
}

// exchange gives the verified ID token for a code.
func (s *service) exchange(r *http.Request, code string, a attempt) (string, error) {
	ctx, cancel := context.WithTimeout(context.WithValue(r.Context(), oauth2.HTTPClient, s.client), exchangeTimeout)
	defer cancel()
	token, err := s.flow(r).Exchange(ctx, code, oauth2.VerifierOption(a.verifier))
	if failed, ok := errors.AsType[*oauth2.RetrieveError](err); ok && failed.Response.StatusCode < http.StatusInternalServerError {
		if failed.ErrorCode == "invalid_grant" {
			return "", gateway.BadRequest("The code was used or is too old").InDutch(unknownAttempt)
		}
		return "", gateway.BadGateway(fmt.Errorf("sign-in: the issuer refuses us: %s", failed.ErrorCode)).InDutch(refused)
	}
	if err != nil {
		return "", gateway.Unavailable(fmt.Errorf("sign-in: %w", withoutBody(err))).InDutch(issuerDown)
	}
	idToken, _ := token.Extra("id_token").(string)
	err = s.verifier.SignIn(ctx, idToken, a.nonce)
	switch {
	case errors.Is(err, identity.ErrIssuer):
		return "", gateway.Unavailable(fmt.Errorf("sign-in: %w", err)).InDutch(issuerDown)
	case err != nil:
		return "", gateway.BadGateway(fmt.Errorf("sign-in: %w", err)).InDutch(refused)
	}
	return idToken, nil
}

// withoutBody keeps what an issuer answered out of the log: it may hold a token.
func withoutBody(err error) error {
	if failed, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return fmt.Errorf("the issuer answered %s", failed.Response.Status)
	}
	return err
}

// signOut asks on GET, or says that one is signed out, which is where the issuer leads back to. On POST it ends
// the session here and goes on to the issuer to end it there.
func (s *service) signOut(w http.ResponseWriter, r *http.Request) error {
	gateway.Cache(w, gateway.Private)
	idToken := identity.Session(r)
	if r.Method != http.MethodPost {
		if idToken == "" {
			return s.show(w, r, http.StatusOK, signedOut)
		}
		m := askSignOut
		m.Back = returnPath(r.URL.Query().Get("terug"))
		return s.show(w, r, http.StatusOK, m)
	}
	forget(w, r, "")
	http.SetCookie(w, identity.EndedCookie())
	if at := s.settings.EndSession(gateway.Link(r, "/afmelden"), idToken); at != "" {
		seeOther(w, at)
		return nil
	}
	gateway.Redirect(w, r, "/afmelden", http.StatusSeeOther)
	return nil
}

// seeOther sends the browser to the issuer.
func seeOther(w http.ResponseWriter, address string) {
	w.Header().Set("Location", address)
	w.WriteHeader(http.StatusSeeOther)
}

// backOf is where somebody was before a sign-in that failed.
func backOf(r *http.Request) string {
	if a, ok := attemptOf(r, r.URL.Query().Get("state")); ok {
		return a.back
	}
	return returnPath(r.URL.Query().Get("terug"))
}

// again is where a sign-in begins anew.
func again(back string) string {
	if back == "/" {
		return "/aanmelden"
	}
	return "/aanmelden?" + url.Values{"terug": {back}}.Encode()
}
