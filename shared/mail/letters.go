package mail

import "strconv"

// Zone is a zone with the number of its reports that a mail is about.
type Zone struct {
	Name  string // "Politiezone Getevallei (5910)"
	Count int
}

// ReportArrived tells a zone's management address that somebody reported an error. link is where its police answer.
func ReportArrived(to string, zone Zone, link string) Message {
	return Message{
		To:      to,
		Subject: "Nieuwe melding over de aanspreekpunten van " + lower(zone.Name),
		Paragraphs: []string{
			"Iemand meldt dat er iets niet klopt in de aanspreekpunten van " + lower(zone.Name) + ". " + open(zone.Count),
			"Meld je aan, kijk na wat er gemeld is, pas de gegevens aan en sluit de melding af:",
			"Je krijgt deze mail omdat dit het beheeradres van je zone is.",
		},
		Link: link,
	}
}

// ReportsOverdue tells the administrators which zones left reports unanswered for days. link is where administrators
// see the zones.
func ReportsOverdue(to string, zones []Zone, days int, link string) Message {
	m := Message{
		To:         to,
		Subject:    "Meldingen wachten langer dan " + strconv.Itoa(days) + " dagen op een antwoord",
		Paragraphs: []string{"Bij deze politiezones beantwoordde nog niemand deze meldingen over foute gegevens:"},
		Link:       link,
	}
	for _, zone := range zones {
		m.Paragraphs = append(m.Paragraphs, zone.Name+": "+reports(zone.Count))
	}
	m.Paragraphs = append(m.Paragraphs, "Neem contact op met de zone, of meld je aan en beantwoord ze zelf:",
		"Je krijgt deze mail omdat dit het adres van de beheerders is. Over elke melding mailen we je één keer.")
	return m
}

func open(n int) string {
	if n == 1 {
		return "Er staat 1 melding open."
	}
	return "Er staan " + reports(n) + " open."
}

func reports(n int) string {
	if n == 1 {
		return "1 melding"
	}
	return strconv.Itoa(n) + " meldingen"
}

// lower begins a name in the middle of a sentence: "politiezone Getevallei (5910)".
func lower(name string) string {
	if len(name) > 0 && name[0] == 'P' {
		return "p" + name[1:]
	}
	return name
}
