package directory

import "strings"

// ChannelKind is how a desk is reached.
type ChannelKind string

// The kinds of channels, best first.
const (
	ChannelPhone   ChannelKind = "phone"
	ChannelEmail   ChannelKind = "email"
	ChannelWebsite ChannelKind = "website"
	ChannelPolitie ChannelKind = "politieBe" // the zone's page on the police's common site, when we know nothing else
)

// Channel is one way to reach a zone's desk. Every channel is public.
type Channel struct {
	Kind  ChannelKind
	Value string // E.164 or short number, e-mail address, or URL
	Words string // as people read it
	Href  string // tel:, mailto: or https: address
}

// Desk is the best public way to reach the zone itself: its number, else its e-mail address, else its website,
// else its page on politie.be. There always is one. 101 and 112 stand beside it on every page.
func (v ZoneView) Desk() Channel {
	switch {
	case v.Phone != "":
		return Channel{ChannelPhone, v.Phone, FormatPhone(v.Phone), TelHref(v.Phone)}
	case v.Email != "":
		return Channel{ChannelEmail, v.Email, v.Email, "mailto:" + v.Email}
	case v.Website != "":
		return Channel{ChannelWebsite, v.Website, WebsiteWords(v.Website), v.Website}
	}
	u := FallbackWebsite(v.Code)
	return Channel{ChannelPolitie, u, WebsiteWords(u), u}
}

// FallbackWebsite is the zone's page on the police's common site, which every zone has.
func FallbackWebsite(code ZoneCode) string { return "https://www.politie.be/" + string(code) }

// WebsiteWords is a website's address as people read it: "politie.be/5341".
func WebsiteWords(u string) string {
	for _, scheme := range []string{"https://", "http://"} {
		u = strings.TrimPrefix(u, scheme)
	}
	return strings.TrimSuffix(strings.TrimPrefix(u, "www."), "/")
}
