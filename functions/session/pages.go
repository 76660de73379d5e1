package main

import (
	"embed"
	"net/http"

	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/site"
)

//go:embed message.gohtml
var files embed.FS

var messageTemplate = site.New(files, nil, "message.gohtml")

// message is what a page of this function says.
type message struct {
	site.Message
	SignIn  string // address to sign in again; "": not offered
	SignOut bool   // offers to sign out
	Back    string // path of the page one came from; "" or "/": home
}

// The texts of this function.
const (
	refused        = "De aanmelddienst gaf ons geen bruikbaar antwoord. Meld je opnieuw aan. Lukt het dan weer niet, vraag dan raad aan wie bij jullie de accounts beheert."
	unknownAttempt = "Deze aanmelding begon niet in deze browser, duurde te lang of is al gebruikt. Begin opnieuw."
	issuerDown     = "De aanmelddienst antwoordt niet. Probeer het over enkele minuten opnieuw. Opzoeken kan ook zonder aanmelden."
	tooOften       = "Vanop jullie netwerk kwamen net te veel aanmeldingen. Probeer het over enkele minuten opnieuw. Opzoeken kan ook zonder aanmelden."
	tooLarge       = "De aanmelddienst stuurt meer gegevens mee dan een browser voor ons kan bewaren. Aanmelden kan daardoor niet. Vraag wie bij jullie de accounts beheert om je minder rechten tegelijk te geven."
)

var (
	askSignOut = message{Message: site.Message{Heading: "Wil je je afmelden?", Sentence: "Daarna zie je alleen nog wat openbaar is. Je wordt ook afgemeld bij de aanmelddienst."}, SignOut: true}
	givenUp    = message{Message: site.Message{Heading: "Je bent niet aangemeld", Sentence: "Je brak het aanmelden af. Opzoeken kan ook zonder."}}
	signedOut  = message{Message: site.Message{Heading: "Je bent afgemeld", Sentence: "Op een gedeelde computer sluit je best ook de browser."}, SignIn: "/aanmelden"}
)

func (s *service) show(w http.ResponseWriter, r *http.Request, status int, m message) error {
	// A pointer that cannot be read takes nothing from what this page says.
	pointer, _, _ := s.store.Pointer(r.Context())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	return messageTemplate.Render(w, site.Page{Title: m.Heading, Path: r.URL.Path, NoIndex: true, Demonstration: pointer.Demonstration}, m)
}

// errorPage shows a problem to a person.
func (s *service) errorPage(w http.ResponseWriter, r *http.Request, p *gateway.Problem) {
	m := message{Message: site.MessageOf(p), Back: backOf(r)}
	m.SignIn = again(m.Back)
	switch p.Status {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		m.Heading = "Aanmelden kan nu even niet"
	case http.StatusForbidden: // another website sent it: the problem says so
		m.SignIn = ""
	case http.StatusMethodNotAllowed, http.StatusNotFound:
		m.Heading, m.Sentence, m.SignIn = "Dat kan hier niet", "Dit adres is er alleen om je aan of af te melden.", ""
	default:
		m.Heading = "Aanmelden is niet gelukt"
	}
	if err := s.show(w, r, p.Status, m); err != nil {
		panic(err) // gateway then answers without a page
	}
}
