package identity

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"aanspreekpunt/shared/identity/identitytest"
)

// try verifies a token as the API does and tells what came of it.
func try(v *Verifier, token string) error {
	_, err := v.verify(context.Background(), token)
	return err
}

func TestKeysAreFetchedForAnUnknownIDOnly(t *testing.T) {
	t.Parallel()
	i := identitytest.New(t)
	now := newMoment(noon)
	v := New(testSettings(t, i), nobody{}, http.DefaultClient, now.get)
	if i.Fetches.Load() != 0 {
		t.Fatal("keys were fetched before the first token")
	}
	if err := try(v, idToken.Token()); err != nil {
		t.Fatal(err)
	}
	wantFetches := func(want int32, after string) {
		t.Helper()
		if got := i.Fetches.Load(); got != want {
			t.Fatalf("after %s the keys were fetched %d times, want %d", after, got, want)
		}
	}
	wantFetches(1, "the first token")

	now.set(noon.Add(10 * time.Minute))
	for _, a := range attacks(t) {
		if a.name != "unknown key" {
			_ = try(v, a.token)
		}
	}
	wantFetches(1, "tokens that are bad in every other way")

	stranger := identitytest.Sign(jose.RS256, identitytest.Stranger(), "stranger", idToken)
	for range 100 {
		if err := try(v, stranger); !errors.Is(err, ErrInvalid) {
			t.Fatalf("got %v, want an invalid token", err)
		}
	}
	wantFetches(2, "a hundred tokens with an unknown key")

	now.set(noon.Add(10*time.Minute + refetchInterval - time.Nanosecond))
	_ = try(v, stranger)
	wantFetches(2, "almost a minute")
	now.set(noon.Add(10*time.Minute + refetchInterval))
	_ = try(v, stranger)
	wantFetches(3, "a minute")
}

func TestIssuerChangesItsKeys(t *testing.T) {
	t.Parallel()
	i := identitytest.New(t)
	now := newMoment(noon)
	v := New(testSettings(t, i), nobody{}, http.DefaultClient, now.get)
	old := idToken.Token()
	if err := try(v, old); err != nil {
		t.Fatal(err)
	}
	now.set(noon.Add(2 * time.Minute))
	i.Change(jose.JSONWebKey{Key: identitytest.Stranger().Public(), KeyID: "next"})
	if err := try(v, identitytest.Sign(jose.RS256, identitytest.Stranger(), "next", idToken)); err != nil {
		t.Errorf("a token with the new key: %v", err)
	}
	now.set(noon.Add(4 * time.Minute))
	if err := try(v, old); !errors.Is(err, ErrInvalid) {
		t.Errorf("a token with the key that was withdrawn: %v, want an invalid token", err)
	}
}

func TestIssuerDoesNotAnswer(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"error":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"no JSON": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"no keys": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"keys":[]}`)) },
		"unusable keys": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"keys":[{"kty":"oct","k":"c2VjcmV0"},{"kty":"new"}]}`))
		},
		"hangs up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"endless answers": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(append([]byte(`{"keys":["`), make([]byte, 2*keysLimit)...))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := identitytest.New(t)
			i.Answer(answer)
			now := newMoment(noon)
			v := New(testSettings(t, i), nobody{}, http.DefaultClient, now.get)
			token := idToken.Token()

			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.Header.Set("Authorization", "Bearer "+token)
			_, err := v.OfAPI(r, territory{})
			wantProblem(t, err, 503, "serviceUnavailable")

			r = httptest.NewRequest(http.MethodGet, "/", nil)
			r.AddCookie(&http.Cookie{Name: CookieName, Value: token})
			if who, err := v.OfPage(r, territory{}); err != nil || who.SignedIn() {
				t.Errorf("a page shows %+v, %v, want a visitor's", who, err)
			}
			if n := i.Fetches.Load(); n != 1 {
				t.Errorf("asked %d times within %v, want once", n, loadInterval)
			}

			i.Answer(nil)
			now.set(noon.Add(loadInterval))
			if err := try(v, token); err != nil {
				t.Errorf("when it answers again: %v", err)
			}
		})
	}
}

func TestIssuerIsSlow(t *testing.T) {
	t.Parallel()
	i := identitytest.New(t)
	asked, release := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(release) })
	i.Answer(func(http.ResponseWriter, *http.Request) {
		close(asked)
		<-release
	})
	v := New(testSettings(t, i), nobody{}, http.DefaultClient, clock)
	token := idToken.Token()
	first := make(chan error, 1)
	client := &http.Client{Transport: cancelled{http.DefaultTransport, asked}}
	v.keys.client = client
	go func() { first <- try(v, token) }()
	<-asked

	// Whoever comes while the first one waits gives up with their own request.
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := v.verify(ctx, token); !errors.Is(err, ErrIssuer) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the issuer's and the request's end", err)
	}
	if err := <-first; !errors.Is(err, ErrIssuer) {
		t.Errorf("got %v, want %v", err, ErrIssuer)
	}
}

// cancelled ends a request as its timeout would, once the server has it.
type cancelled struct {
	http.RoundTripper
	when <-chan struct{}
}

func (c cancelled) RoundTrip(r *http.Request) (*http.Response, error) {
	if _, ok := r.Context().Deadline(); !ok {
		return nil, errors.New("the request has no deadline")
	}
	ctx, cancel := context.WithCancel(r.Context())
	go func() {
		<-c.when
		cancel()
	}()
	return c.RoundTripper.RoundTrip(r.WithContext(ctx))
}

func TestManyAtOnceFetchOnce(t *testing.T) {
	t.Parallel()
	i := identitytest.New(t)
	v := New(testSettings(t, i), nobody{}, http.DefaultClient, clock)
	token := idToken.Token()
	var group sync.WaitGroup
	var failed atomic.Int32
	for range 50 {
		group.Go(func() {
			if try(v, token) != nil {
				failed.Add(1)
			}
		})
	}
	group.Wait()
	if failed.Load() != 0 || i.Fetches.Load() != 1 {
		t.Errorf("%d of 50 failed, %d fetches, want 0 and 1", failed.Load(), i.Fetches.Load())
	}
}

// moment is a clock that stands still until it is set.
type moment struct{ at atomic.Pointer[time.Time] }

func newMoment(t time.Time) *moment {
	m := &moment{}
	m.set(t)
	return m
}

func (m *moment) set(t time.Time) { m.at.Store(&t) }
func (m *moment) get() time.Time  { return *m.at.Load() }
