package site

import (
	"cmp"
	"net/http"
	"strings"

	"aanspreekpunt/shared/gateway"
)

// Message is a page that says one thing, and where one can go from there. What a page of a function says beside it
// stands in a template of its own, which shows the message by the frame's template "message".
type Message struct {
	Heading, Sentence string // Dutch
	Mail              string // address to ask, behind the sentence; "" for nowhere
	Report            string // code under which an operator finds what went wrong; "" for what is not our fault
	Links             []Entry
}

// MessageTemplate shows a Message in the frame.
var MessageTemplate = parsed(nil, frame, []string{"message.gohtml"}, "frame.gohtml")

// MessageOf says a problem to a person: its own Dutch sentence, or the one that its status has. Where one can go from
// there is the function's to add.
func MessageOf(p *gateway.Problem) Message {
	var m Message
	var sentence string
	switch p.Status {
	case http.StatusBadRequest:
		m.Heading, sentence = "Deze vraag begrijpen we niet", "Het adres van deze pagina klopt niet helemaal."
	case http.StatusForbidden:
		m.Heading, sentence = "Dat kan je niet doen", "Je hebt er het recht niet toe."
	case http.StatusNotFound:
		m.Heading, sentence = "Deze pagina bestaat niet", "Misschien is het adres verkeerd overgenomen of is de pagina verhuisd."
	case http.StatusMethodNotAllowed:
		m.Heading, sentence = "Dat kan hier niet", "Zo kan je deze pagina niet gebruiken."
	case http.StatusRequestEntityTooLarge:
		m.Heading, sentence = "Dat is te veel tekst", "Maak het korter."
	case http.StatusServiceUnavailable:
		m.Heading, sentence = "Dit werkt even niet", "We kunnen de gegevens nu even niet lezen. Probeer het over een minuut opnieuw."
	default:
		m.Heading, sentence = "Dat lukt nu niet", "Zo kunnen we hier niet op antwoorden."
		if p.Status >= http.StatusInternalServerError {
			m.Heading, sentence = "Er ging iets mis", "Dat ligt aan ons. Probeer het over enkele ogenblikken opnieuw."
		}
	}
	m.Sentence = cmp.Or(p.Dutch, sentence)
	if p.Status >= http.StatusInternalServerError {
		m.Report = strings.TrimPrefix(p.Instance, "urn:uuid:")
	}
	return m
}
