package site

import (
	"errors"
	"strings"
	"testing"

	"aanspreekpunt/shared/gateway"
)

func TestMessageOfAProblem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		problem           *gateway.Problem
		heading, sentence string
		reported          bool
	}{
		{gateway.BadRequest("x"), "Deze vraag begrijpen we niet", "Het adres van deze pagina klopt niet helemaal.", false},
		{gateway.MissingPermission("x"), "Dat kan je niet doen", "Je hebt er het recht niet toe.", false},
		{gateway.NotFound("x"), "Deze pagina bestaat niet", "Misschien is het adres verkeerd overgenomen of is de pagina verhuisd.", false},
		{gateway.NotFound("x").InDutch("Deze versie bestaat niet."), "Deze pagina bestaat niet", "Deze versie bestaat niet.", false},
		{gateway.MethodNotAllowed([]string{"GET"}), "Dat kan hier niet", "Zo kan je deze pagina niet gebruiken.", false},
		{gateway.PayloadTooLarge(1), "Dat is te veel tekst", "Maak het korter.", false},
		{gateway.NoAccessToken(), "Dat lukt nu niet", "Zo kunnen we hier niet op antwoorden.", false},
		{gateway.Unavailable(errors.New("slow")), "Dit werkt even niet", "We kunnen de gegevens nu even niet lezen. Probeer het over een minuut opnieuw.", true},
		{gateway.Internal(errors.New("bug")), "Er ging iets mis", "Dat ligt aan ons. Probeer het over enkele ogenblikken opnieuw.", true},
		{gateway.BadGateway(errors.New("bug")), "Er ging iets mis", "Dat ligt aan ons. Probeer het over enkele ogenblikken opnieuw.", true},
	} {
		c.problem.Instance = "urn:uuid:0b1c"
		m := MessageOf(c.problem)
		if m.Heading != c.heading || m.Sentence != c.sentence || (m.Report == "0b1c") != c.reported {
			t.Errorf("%v: %+v", c.problem, m)
		}
	}
}

func TestMessageTemplate(t *testing.T) {
	t.Parallel()
	var page strings.Builder
	err := MessageTemplate.Render(&page, Page{Title: "Titel"}, Message{Heading: "Titel", Sentence: "Zin.", Mail: "a@b.example", Report: "0b1c",
		Links: []Entry{{Path: "/zones", Name: "Naar de <zones>"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"<h1>Titel</h1>", `Zin. Mail <a href="mailto:a@b.example">`, "<code>0b1c</code>", `href="/zones">Naar de &lt;zones&gt;</a>`} {
		if !strings.Contains(page.String(), part) {
			t.Errorf("no %q in %s", part, page.String())
		}
	}
}
