package gateway

import "net/http"

// InvalidAccessToken is 401 for a token that is forged, broken or made for somebody else. The caller is not told
// which: the cause says it to whoever unwraps the problem.
func InvalidAccessToken(cause error) *Problem {
	return refusedToken("invalidAccessToken", "Invalid Access Token", "The Bearer access token found in the Authorization header is invalid", cause)
}

// ExpiredAccessToken is 401 for a token that was good once.
func ExpiredAccessToken(cause error) *Problem {
	return refusedToken("expiredAccessToken", "Expired Access Token", "The Bearer access token found in the Authorization header has expired", cause)
}

func refusedToken(name, title, detail string, cause error) *Problem {
	p := standard(name, title, http.StatusUnauthorized, detail)
	p.Header = http.Header{"Www-Authenticate": {`Bearer error="invalid_token", error_description="` + detail + `"`}}
	p.cause = cause
	return p
}
