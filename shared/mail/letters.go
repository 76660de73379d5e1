package mail

import (
	"strconv"
	"strings"
	"time"

	"aanspreekpunt/shared/directory"
)

// Zone is a zone with the number of its reports that a mail is about.
type Zone struct {
	Name  string // "Politiezone Getevallei (5910)"
	Count int
}

// ReportArrived tells a zone's management address that somebody reported an error. link is where its police answer.
// As with all mails to zones, whoever sends it says to whom it goes.
func ReportArrived(zone Zone, link string) Message {
	return Message{
		Subject: "Nieuwe melding over de aanspreekpunten van " + lower(zone.Name),
		Paragraphs: []string{
			"Iemand meldt dat er iets niet klopt in de aanspreekpunten van " + lower(zone.Name) + ". " + open(zone.Count),
			"Meld je aan, kijk na wat er gemeld is, pas de gegevens aan en sluit de melding af:",
			ownAddress,
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

// ConfirmAgain asks a zone that confirmed before to do so again. zone is its name, "politiezone Getevallei"; link is
// where its police see all they keep and confirm it.
func ConfirmAgain(zone string, assuredAt, now time.Time, link string) Message {
	stale := "Na " + directory.DateWords(directory.LastGoodDay(assuredAt)) + " tonen we ze als mogelijk verouderd."
	if directory.FreshnessOf(&assuredAt, now) == directory.FreshnessStale {
		stale = "Sinds " + directory.DateWords(directory.LastGoodDay(assuredAt).Plus(1)) + " tonen we ze als mogelijk verouderd."
	}
	return Message{
		Subject: "Kloppen de aanspreekpunten van " + zone + " nog?",
		Paragraphs: []string{
			"Je zone bevestigde ze op " + directory.DateWords(directory.DayOf(assuredAt)) + ". " + stale,
			"Meld je aan, kijk ze na en bevestig:",
			ownAddress,
		},
		Link: link,
	}
}

// NeverConfirmed asks a zone that never confirmed to do so.
func NeverConfirmed(zone, link string) Message {
	return Message{
		Subject: "Kloppen de aanspreekpunten van " + zone + "?",
		Paragraphs: []string{
			"Je zone bevestigde ze nog nooit. Scholen en CLB’s zien daarom niet of ze jullie nog op deze manier bereiken.",
			"Meld je aan, kijk ze na en bevestig:",
			ownAddress,
		},
		Link: link,
	}
}

// AbsenceEnds tells a zone that the contact point with a role will be back after a day.
func AbsenceEnds(zone, role string, until directory.Day, link string) Message {
	return Message{
		Subject: "Een afwezigheid bij " + zone + " loopt af",
		Paragraphs: []string{
			"Het aanspreekpunt met de functie “" + role + "” is afwezig tot en met " + directory.DateWords(until) + ". Vanaf de dag erna staat het weer op zijn gewone plaats.",
			"Duurt de afwezigheid langer? Meld je aan en pas de laatste dag aan:",
			ownAddress,
		},
		Link: link,
	}
}

// ownAddress is why a zone gets a mail.
const ownAddress = "Je krijgt deze mail omdat dit het beheeradres van je zone is."

// Digest is what administrators must know of a week: names of zones.
type Digest struct {
	Unconfirmed []string // never confirmed, and the time to ask them is over
	Stale       []string // confirmed too long ago
	Unreachable []string // have no management address
}

// Empty tells whether there is nothing to tell.
func (d Digest) Empty() bool { return len(d.Unconfirmed)+len(d.Stale)+len(d.Unreachable) == 0 }

// WeeklyDigest tells the administrators which zones wait for their call. link is where they see those zones.
func WeeklyDigest(to string, d Digest, link string) Message {
	m := Message{To: to, Subject: "Politiezones die je best contacteert", Link: link}
	for _, group := range []struct {
		words string
		zones []string
	}{
		{"Bevestigden nog nooit, ook niet na " + strconv.Itoa(directory.AskingDays) + " dagen", d.Unconfirmed},
		{"Bevestigden meer dan een jaar geleden, dus mogelijk verouderd", d.Stale},
		{"Hebben geen beheeradres en krijgen dus geen mails", d.Unreachable},
	} {
		if len(group.zones) > 0 {
			m.Paragraphs = append(m.Paragraphs, group.words+" ("+zones(len(group.zones))+"): "+strings.Join(group.zones, ", ")+".")
		}
	}
	m.Paragraphs = append(m.Paragraphs, "Meld je aan en bekijk ze:",
		"Je krijgt deze mail elke week waarin er zulke zones zijn, omdat dit het adres van de beheerders is.")
	return m
}

func zones(n int) string {
	if n == 1 {
		return "1 zone"
	}
	return strconv.Itoa(n) + " zones"
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
