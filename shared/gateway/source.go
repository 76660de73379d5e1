package gateway

import (
	"net/http"
	"net/netip"
	"strconv"
	"time"
)

// Source is where a request comes from, for counting: its address, or of an IPv6 one the network of 64 bits that
// one connection has. It is nothing to log or to store.
func Source(r *http.Request) string {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	address := at.Addr().Unmap().WithZone("")
	if address.Is4() {
		return address.String()
	}
	network, err := address.Prefix(64)
	if err != nil {
		return address.String() // cannot happen: an address has more bits
	}
	return network.String()
}

// TooManyRequests is 429: the caller, or everybody together, asked too often. wait is how long until it may be tried
// again.
func TooManyRequests(wait time.Duration) *Problem {
	p := standard("tooManyRequests", "Too Many Requests", http.StatusTooManyRequests, "Try again later: Retry-After says when")
	seconds := max(1, int((wait+time.Second-1)/time.Second))
	p.Header = http.Header{"Retry-After": {strconv.Itoa(seconds)}}
	return p
}
