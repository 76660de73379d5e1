package gateway

import (
	"fmt"
	"net/http"
)

// ownForms lets pages take forms only from pages of this site: a session cookie comes along with whatever a browser
// sends here, whoever made it send it. The API needs no such thing, since no browser adds a token by itself.
func ownForms(baseURL string) (func(http.Handler) http.Handler, error) {
	protection := http.NewCrossOriginProtection()
	if baseURL != "" { // the host that reaches us may be another, behind a distribution of its own
		if err := protection.AddTrustedOrigin(baseURL); err != nil {
			return nil, fmt.Errorf("environment: BASE_URL: %w", err)
		}
	}
	return func(h http.Handler) http.Handler {
		return Handler(func(w http.ResponseWriter, r *http.Request) error {
			if protection.Check(r) != nil {
				return MissingPermission("This form was sent by another site").
					InDutch("Dit formulier kwam van een andere website. Er is niets veranderd.")
			}
			h.ServeHTTP(w, r)
			return nil
		})
	}, nil
}
