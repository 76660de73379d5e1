package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	// refetchInterval is how long an unknown key id must wait for the next look at the issuer's keys.
	refetchInterval = time.Minute
	// loadInterval is the same while there are no keys at all.
	loadInterval = 5 * time.Second
	// fetchTimeout is how long the issuer has to answer.
	fetchTimeout = 3 * time.Second
	// keysLimit is more than any issuer's keys take, in bytes.
	keysLimit = 256 << 10
)

// keySet keeps the issuer's public keys. Unlike go-oidc's own it fetches them again only for a key id that it does
// not know, and at most once a refetchInterval, so that bad tokens do not become requests to the issuer.
type keySet struct {
	url    string
	client *http.Client
	now    func() time.Time

	turn chan struct{} // holds one token: who has it may fetch

	mu    sync.Mutex // guards what follows
	keys  []jose.JSONWebKey
	tried time.Time // when the keys were last asked for; zero: never
	err   error     // of the last try
}

func newKeySet(url string, client *http.Client, now func() time.Time) *keySet {
	return &keySet{url: url, client: client, now: now, turn: make(chan struct{}, 1)}
}

var (
	errUnknownKey = errors.New("signed with a key that the issuer does not have")
	errSignature  = errors.New("the signature does not fit the token")
)

// verify gives the payload of a token whose signature fits one of the issuer's keys. Its errors are errUnknownKey,
// errSignature and, when the keys cannot be read, ErrIssuer.
func (k *keySet) verify(ctx context.Context, token *jose.JSONWebSignature) ([]byte, error) {
	keys, err := k.named(ctx, token.Signatures[0].Header.KeyID)
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		if payload, err := token.Verify(key.Key); err == nil {
			return payload, nil
		}
	}
	return nil, errSignature
}

// named gives the keys with an id, or all for a token without one.
func (k *keySet) named(ctx context.Context, id string) ([]jose.JSONWebKey, error) {
	if keys := k.cached(id); len(keys) > 0 {
		return keys, nil
	}
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", ErrIssuer, ctx.Err())
	}
	// Someone else may have fetched while this one waited for its turn.
	if keys := k.cached(id); len(keys) > 0 {
		return keys, nil
	}
	if !k.due() {
		return nil, k.unknown()
	}
	keys, err := k.fetch(ctx)
	k.mu.Lock()
	k.tried, k.err = k.now(), err
	if err == nil {
		k.keys = keys
	}
	k.mu.Unlock()
	if keys := k.cached(id); len(keys) > 0 {
		return keys, nil
	}
	return nil, k.unknown()
}

func (k *keySet) cached(id string) []jose.JSONWebKey {
	k.mu.Lock()
	defer k.mu.Unlock()
	if id == "" {
		return k.keys
	}
	var named []jose.JSONWebKey
	for _, key := range k.keys {
		if key.KeyID == id {
			named = append(named, key)
		}
	}
	return named
}

func (k *keySet) due() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	wait := refetchInterval
	if k.keys == nil {
		wait = loadInterval
	}
	return k.tried.IsZero() || k.now().Sub(k.tried) >= wait
}

// unknown tells why there is no key: the issuer could not be asked, or has none.
func (k *keySet) unknown() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err != nil {
		return k.err
	}
	return errUnknownKey
}

// fetch asks the issuer. A caller who gives up does not take the answer from those who wait for it too.
func (k *keySet) fetch(ctx context.Context) (keys []jose.JSONWebKey, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
	defer cancel()
	defer func() {
		if err != nil {
			err = fmt.Errorf("%w: keys: %w", ErrIssuer, err)
		}
	}()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, k.url, nil)
	if err != nil {
		return nil, err
	}
	response, err := k.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("answered %s", response.Status)
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, keysLimit)).Decode(&set); err != nil {
		return nil, err
	}
	for _, raw := range set.Keys {
		var key jose.JSONWebKey
		// A kind of key that we do not know is none of ours; a secret or a key to encrypt with verifies nothing.
		if json.Unmarshal(raw, &key) == nil && key.Valid() && key.IsPublic() && key.Use != "enc" {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("answered no key to verify with")
	}
	return keys, nil
}
