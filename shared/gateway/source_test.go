package gateway

import (
	"net/http"
	"testing"
	"time"
)

func TestSource(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"203.0.113.7:0":                   "203.0.113.7",
		"[2001:db8:1:2:3:4:5:6]:443":      "2001:db8:1:2::/64",
		"[2001:db8:1:2:ffff::1%eth0]:443": "2001:db8:1:2::/64",
		"[::ffff:203.0.113.7]:1":          "203.0.113.7",
		"nowhere":                         "nowhere",
		"":                                "",
	} {
		if got := Source(&http.Request{RemoteAddr: address}); got != want {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}

func TestTooManyRequestsSaysWhen(t *testing.T) {
	t.Parallel()
	for wait, want := range map[time.Duration]string{0: "1", time.Millisecond: "1", time.Second: "1", 1500 * time.Millisecond: "2", time.Hour: "3600"} {
		if got := TooManyRequests(wait).Header.Get("Retry-After"); got != want {
			t.Errorf("%s: Retry-After %s, want %s", wait, got, want)
		}
	}
}
