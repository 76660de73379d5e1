package site

import (
	"net/http"
	"net/url"
	"slices"

	"aanspreekpunt/shared/directory"
)

// Account is what the frame says of the caller's sign-in. The zero value says nothing: signing in and out does not
// concern the page.
type Account struct {
	SignIn       string  // address to sign in and come back to this page; "" for one who is signed in
	SignOut      string  // address to sign out; "" for a visitor
	Organisation string  // Dutch: for what one is signed in
	Entries      []Entry // main ones, where some lead to nothing for the caller; nil: all
	Own          *Entry  // leads schools and CLBs to their own page
	Notice       string  // Dutch: why one who signed in sees no more than a visitor; "" when that is not so
	Mail         string  // address of the administrators, where the notice leads to them
}

// What a page says to somebody whose form led to nothing, or who sees nothing of their own.
const (
	SignedOut = "Je bent afgemeld. Meld je aan in een nieuw tabblad en kom hier terug: je tekst staat er nog."
	NotSaved  = "Bewaren lukt nu even niet. Je tekst staat er nog: probeer het over een minuut opnieuw."
	Unlinked  = "Je organisatie is nog niet gekoppeld aan een politiezone."
)

// SignIn is the address to sign in and come back to the page that is asked for.
func SignIn(r *http.Request) string { return "/aanmelden" + back(r) }

func back(r *http.Request) string {
	at := r.URL.RequestURI()
	if at == "/" {
		return ""
	}
	return "?" + url.Values{"terug": {at}}.Encode()
}

// NoRight tells somebody who signed in that their organisation gave them no right.
func NoRight(who directory.Principal) string {
	signedIn := "Je bent aangemeld"
	if who.Organisation != "" {
		signedIn += " voor " + who.Organisation
	}
	return signedIn + ", maar hebt hier nog geen toegang. Vraag de gebruikersbeheerder van je organisatie om je dit recht te geven."
}

// OffersManagement tells whether somebody is led to the management of zones: visitors, who may sign in there, and who
// may change one.
func OffersManagement(who directory.Principal) bool {
	return !who.SignedIn() || who.MayAnywhere(directory.ChangeZone)
}

// AccountOf is what the frame says to a caller on a page. administrators is their mail address, "" when none is
// known.
func AccountOf(r *http.Request, who directory.Principal, administrators string) Account {
	if !who.SignedIn() {
		return Account{SignIn: SignIn(r)}
	}
	a := Account{SignOut: "/afmelden" + back(r), Organisation: who.Organisation}
	if a.Organisation == "" {
		a.Organisation = "Aangemeld"
	}
	if !OffersManagement(who) {
		a.Entries = slices.DeleteFunc(slices.Clone(Entries), func(e Entry) bool { return e.Path == managementPath })
	}
	switch who.Access() {
	case directory.AccessGranted:
		if who.Role == directory.RoleSchool {
			a.Own = &Entry{"/mijn-school", "Mijn school"}
		}
	case directory.AccessNoRight:
		a.Notice = NoRight(who)
	case directory.AccessUnlinked:
		a.Notice, a.Mail = "Je school of CLB staat niet in onze lijst. Je ziet nu wat iedereen ziet.", administrators
		if who.Role == directory.RolePolice {
			a.Notice = Unlinked + " Je ziet nu wat iedereen ziet."
		}
	}
	return a
}
