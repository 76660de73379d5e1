package site

import (
	"net/http"
	"net/url"

	"aanspreekpunt/shared/directory"
)

// Account is what the frame says of the caller's sign-in. The zero value says nothing: signing in and out does not
// concern the page.
type Account struct {
	SignIn       string // address to sign in and come back to this page; "" for one who is signed in
	SignOut      string // address to sign out; "" for a visitor
	Organisation string // Dutch: for what one is signed in
	Own          *Entry // leads schools and CLBs to their own page
	Notice       string // Dutch: why one who signed in sees no more than a visitor; "" when that is not so
	Mail         string // address of the administrators, where the notice leads to them
}

// AccountOf is what the frame says to a caller on a page. administrators is their mail address, "" when none is
// known.
func AccountOf(r *http.Request, who directory.Principal, administrators string) Account {
	back := ""
	if at := r.URL.RequestURI(); at != "/" {
		back = "?" + url.Values{"terug": {at}}.Encode()
	}
	if !who.SignedIn() {
		return Account{SignIn: "/aanmelden" + back}
	}
	a := Account{SignOut: "/afmelden" + back, Organisation: who.Organisation}
	if a.Organisation == "" {
		a.Organisation = "Aangemeld"
	}
	switch who.Access() {
	case directory.AccessGranted:
		if who.Role == directory.RoleSchool {
			a.Own = &Entry{"/mijn-school", "Mijn school"}
		}
	case directory.AccessNoRight:
		a.Notice = "Je bent aangemeld, maar hebt hier nog geen toegang."
		if who.Organisation != "" {
			a.Notice = "Je bent aangemeld voor " + who.Organisation + ", maar hebt hier nog geen toegang."
		}
		a.Notice += " Vraag de gebruikersbeheerder van je organisatie om je dit recht te geven."
	case directory.AccessUnlinked:
		a.Notice, a.Mail = "Je school of CLB staat niet in onze lijst. Je ziet nu wat iedereen ziet.", administrators
		if who.Role == directory.RolePolice {
			a.Notice = "Je organisatie is nog niet gekoppeld aan een politiezone. Je ziet nu wat iedereen ziet."
		}
	}
	return a
}
