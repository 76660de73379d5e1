package main

import (
	"context"
	"net/http"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/identity"
	"aanspreekpunt/shared/site"
)

// callers tells who asks; *identity.Verifier does.
type callers interface {
	OfAPI(*http.Request, identity.Facts) (directory.Principal, error)
	OfPage(*http.Request, identity.Facts) (directory.Principal, error)
}

type callerKey struct{}

// callerOf is who asks: a visitor unless identified found somebody.
func callerOf(ctx context.Context) directory.Principal {
	who, _ := ctx.Value(callerKey{}).(directory.Principal)
	return who
}

// as makes somebody the caller. A visitor is directory.Principal{}.
func as(ctx context.Context, who directory.Principal) context.Context {
	return context.WithValue(ctx, callerKey{}, who)
}

// signIn is where the caller signs in and comes back to the page; "" for one who did.
func signIn(r *http.Request) string { return site.AccountOf(r, callerOf(r.Context()), "").SignIn }

// identify finds out who asks. A visitor costs nothing: facts are needed only to tell what an organisation may see.
func (s *service) identify(r *http.Request) (directory.Principal, error) {
	of := s.callers.OfPage
	if strings.HasPrefix(r.URL.Path, "/api/") {
		of = s.callers.OfAPI
		if r.Header.Get("Authorization") == "" {
			return directory.Principal{}, nil
		}
	} else if identity.Session(r) == "" {
		return directory.Principal{}, nil
	}
	f, err := s.current(r)
	if err != nil {
		return directory.Principal{}, err
	}
	return of(r, f.Facts)
}

// identified makes the caller known to a handler. What a signed-in caller gets is kept by no cache.
//
// While it cannot be found out who asks, a page shows what everybody may see: the number to call is worth more than
// a refusal. A program is refused.
func (s *service) identified(h gateway.Handler) gateway.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		who, err := s.identify(r)
		switch {
		case err != nil && strings.HasPrefix(r.URL.Path, "/api/"):
			return err
		case err != nil:
			gateway.Warn(r.Context(), err)
			gateway.Cache(w, gateway.NoStore)
		case who.SignedIn():
			gateway.Cache(w, gateway.Private)
			r = r.WithContext(as(r.Context(), who))
		}
		return h(w, r)
	}
}
