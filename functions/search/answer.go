package main

import (
	"slices"
	"strings"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/site"
)

// answer is what a page shows of one zone: the contact points in the order in which to call, and the desk. It is
// made of a directory.ZoneView and of nothing else, so it cannot show what the visitor may not see.
type answer struct {
	Code       directory.ZoneCode
	Name       string // "Politiezone Getevallei"
	NameFr     string // French name of a Brussels zone; the template marks its language
	Label      string // with its municipalities
	All        string // all its municipalities
	Heading    string // of the contact points
	Cards      []card // in call order
	OneTheme   []card // points for themes that were not asked, under Others
	Others     string // heading
	Nobody     string // Dutch: the theme that was asked, when nobody is there for it in particular
	Desk       desk
	Former     []formerDesk // of zones that it took over, while it has not decided
	Municipals []directory.MunicipalityView
	Partners   []partner
	Practices  []practiceLink // of the zone
	Freshness  string
	FreshClass string
	Down       bool     // the contact points could not be read; only reference facts are shown
	Places     []string // addresses of the school in this zone, when it has locations in several
	OnPaper    *answer  // what of it goes on paper: public values only; nil when all of it does
	ForStaff   string   // whom the paper is for, when it was asked to hold what is kept for schools too
	Print      string   // where the other choice of what goes on paper is
}

type card struct {
	ID           string
	Why          string
	Role         string
	Who          string // name, when it may be seen
	Languages    string // "Spreekt Nederlands en Frans"; "" for Dutch alone
	Now          string // "Bereikbaar tot 16.30 uur"
	Open         bool
	Hours        string
	Availability string
	Phones       []channel
	Emails       []channel
	Withheld     string // what is kept for schools
	Again        bool   // a card above explains already who sees it
	SignIn       string // where to sign in to see it; "" for one who did
	AskDesk      bool   // the desk's number stands in the card too
	CannotWait   bool   // not reachable now: the desk is the way for what cannot wait, and comes before the numbers
	Freshness    string // of the zone, on the card to call
	FreshClass   string
	Desk         desk
	Level        int  // of the heading
	First        bool // the one to call
	Primary      bool // stands there as the fixed contact point, which /over explains
}

// channel is one number or address with the words that make its button's name unique.
type channel struct {
	Target string // behind tel: or mailto:
	Shown  string
	Of     string // "vast aanspreekpunt"
	Note   string
}

// desk is the zone's general way in. At least one of Phone, Email, Website and PolicePage can always be used.
type desk struct {
	Phone      *channel
	Email      *channel
	Website    string
	Address    *directory.Address
	PolicePage string // on politie.be
	Code       directory.ZoneCode
	Real       string // among demonstration data: that these values are real, and from when
	Of         string // the zone of before whose desk it is; "" for the zone's own
}

// formerDesk is the desk of a zone of before.
type formerDesk struct {
	desk
	Towns string
}

type partner struct{ Kind, Name, Website string }

// answerOf lays a zone out for a page. theme is the theme that was asked, signIn where a visitor signs in to see what is withheld; "" for one who did.
func answerOf(z directory.ZoneView, theme directory.Theme, now time.Time, signIn string) answer {
	a := answer{
		Code: z.Code, Name: "Politiezone " + z.Name, NameFr: z.NameFr, Label: zoneLabel(z), All: listWords(municipalityNames(z)), Municipals: byName(z.Municipalities),
		Freshness: freshnessWords(z, now), FreshClass: site.FreshnessClass(z.Freshness),
		Heading: "Aanspreekpunten", Desk: deskOf(z),
	}
	dedicated, several, explained := false, false, false
	for _, call := range z.CallOrder {
		point, ok := z.Point(call.ContactPoint)
		if !ok {
			continue
		}
		c := cardOf(point, call.Reason, a.deskFor(point, z), now)
		c.SignIn = signIn
		dedicated = dedicated || slices.Contains(point.Themes, theme)
		c.Primary = call.ReasonCode == directory.ReasonPrimary
		if call.ReasonCode == directory.ReasonOtherTheme {
			c.Level++
			several = several || len(point.Themes) > 1
			a.OneTheme = append(a.OneTheme, c)
		} else {
			if c.First = len(a.Cards) == 0; c.First {
				c.Freshness, c.FreshClass = a.Freshness, a.FreshClass
			}
			a.Cards = append(a.Cards, c)
		}
	}
	for _, cards := range [][]card{a.Cards, a.OneTheme} {
		for i := range cards {
			c := &cards[i]
			if c.Again = explained && c.Withheld != ""; c.Again {
				point, _ := z.Point(c.ID)
				c.Withheld = site.WithheldAgain(point.WithheldPhones, point.WithheldEmails)
			}
			explained = explained || c.Withheld != ""
		}
	}
	a.Others = "Voor één onderwerp"
	switch {
	case theme != "":
		a.Heading, a.Others = "Aanspreekpunten voor "+theme.Label(), "Voor andere onderwerpen"
		if !dedicated && len(a.Cards) > 0 {
			a.Nobody = theme.Label()
		}
	case several:
		a.Others = "Voor één of enkele onderwerpen"
	}
	for _, p := range z.Partners {
		a.Partners = append(a.Partners, partner{site.Upper(p.Kind.Label()), p.Name, p.Website})
	}
	for _, f := range z.FormerZones {
		if f.Code != z.DeskOf && (z.Asked == 0 || slices.ContainsFunc(f.Municipalities, func(m directory.MunicipalityView) bool { return m.NIS == z.Asked })) {
			a.Former = append(a.Former, formerDeskOf(f))
		}
	}
	return a
}

// deskFor is the desk that a contact point's card names: of one that was taken over, while the zone has no number of
// its own, that of its zone of before.
func (a answer) deskFor(p directory.ContactPointView, z directory.ZoneView) desk {
	for _, f := range z.FormerZones {
		if f.Code == p.FormerZone && a.Desk.Phone == nil {
			return formerDeskOf(f).desk
		}
	}
	return a.Desk
}

func formerDeskOf(f directory.FormerZoneView) formerDesk {
	before := directory.ZoneView{Code: f.Code, Name: f.Name, Phone: f.Phone, Email: f.Email, Website: f.Website, Address: f.Address, Municipalities: f.Municipalities}
	d := formerDesk{deskOf(before), listWords(municipalityNames(before))}
	d.Of = f.Name
	for _, c := range []*channel{d.Phone, d.Email} {
		if c != nil {
			c.Of = "onthaal van politiezone " + f.Name
		}
	}
	return d
}

func cardOf(p directory.ContactPointView, why string, d desk, now time.Time) card {
	c := card{
		ID: p.ID, Why: site.Upper(why), Role: p.Role, Who: p.Name, Availability: p.Availability, Hours: hoursWords(p.OpeningHours), Desk: d, Level: 3,
	}
	if !slices.Equal(p.Languages, []string{"nl"}) && len(p.Languages) > 0 {
		c.Languages = "Spreekt " + languageWords(p.Languages)
	}
	c.Now, c.Open = reachable(p.OpeningHours, now)
	for _, ph := range p.Phones {
		c.Phones = append(c.Phones, channel{Target: ph.Number, Shown: site.Phone(ph.Number), Of: p.Role, Note: ph.Note})
	}
	for _, e := range p.Emails {
		c.Emails = append(c.Emails, channel{Target: e.Address, Shown: e.Address, Of: p.Role})
	}
	shown := len(c.Phones)+len(c.Emails) > 0
	c.Withheld = site.Withheld(p.WithheldPhones, p.WithheldEmails, shown)
	c.AskDesk = len(c.Phones) == 0
	c.CannotWait = c.Now != "" && !c.Open && !c.AskDesk && d.Phone != nil
	return c
}

func deskOf(z directory.ZoneView) desk {
	d := desk{Website: z.Website, Address: z.Address, PolicePage: policePage(z.Code), Code: z.Code}
	const of = "onthaal van de politiezone"
	if z.Phone != "" {
		d.Phone = &channel{Target: z.Phone, Shown: site.Phone(z.Phone), Of: of}
	}
	if z.Email != "" {
		d.Email = &channel{Target: z.Email, Shown: z.Email, Of: of}
	}
	for _, f := range z.FormerZones {
		if f.Code == z.DeskOf {
			d.Of = f.Name
		}
	}
	return d
}

// zoneLabel is a zone's name with its municipalities.
func zoneLabel(z directory.ZoneView) string {
	return directory.ZoneWords(z.Name, municipalityNames(z))
}

// municipalityNames lists the names of a zone's municipalities, by name.
func municipalityNames(z directory.ZoneView) []string {
	names := make([]string, len(z.Municipalities))
	for i, m := range z.Municipalities {
		names[i] = m.Name
	}
	slices.Sort(names)
	return names
}

func byName(list []directory.MunicipalityView) []directory.MunicipalityView {
	return slices.SortedFunc(slices.Values(list), func(a, b directory.MunicipalityView) int { return strings.Compare(a.Name, b.Name) })
}
