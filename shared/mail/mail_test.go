package mail_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"aanspreekpunt/shared/mail"
)

// sent is what SES's API takes for a plain mail.
type sent struct {
	FromEmailAddress string
	Destination      struct{ ToAddresses []string }
	Content          struct {
		Simple struct {
			Subject struct{ Data, Charset string }
			Body    struct {
				Text, HTML struct{ Data, Charset string }
			}
		}
	}
}

func environment(endpoint, from string) func(string) string {
	return func(name string) string {
		return map[string]string{"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
			"AWS_ENDPOINT_URL_SESV2": endpoint, "MAIL_FROM": from}[name]
	}
}

func sender(t *testing.T, from string, ses http.HandlerFunc) *mail.Sender {
	t.Helper()
	server := httptest.NewServer(ses)
	t.Cleanup(server.Close)
	s, err := mail.FromEnvironment(environment(server.URL, from))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var arrived = func() mail.Message {
	m := mail.ReportArrived(mail.Zone{Name: "Politiezone <Getevallei> & (5910)", Count: 2}, "https://aanspreekpunt.example/beheer/zones/5910/meldingen")
	m.To = "beheer@politie.example"
	return m
}()

func TestSend(t *testing.T) {
	t.Parallel()
	var got sent
	s := sender(t, "aanspreekpunt@vlaanderen.example", func(w http.ResponseWriter, r *http.Request) {
		if r.Method != "POST" || r.URL.Path != "/v2/email/outbound-emails" || !strings.Contains(r.Header.Get("Authorization"), "/ses/aws4_request") {
			t.Errorf("SES got %s %s, %s", r.Method, r.URL, r.Header.Get("Authorization"))
		}
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		fmt.Fprint(w, `{"MessageId":"1"}`)
	})
	if err := s.Send(t.Context(), arrived); err != nil {
		t.Fatal(err)
	}
	simple := got.Content.Simple
	if got.FromEmailAddress != "aanspreekpunt@vlaanderen.example" || fmt.Sprint(got.Destination.ToAddresses) != "[beheer@politie.example]" ||
		simple.Subject.Data != "Nieuwe melding over de aanspreekpunten van politiezone <Getevallei> & (5910)" || simple.Subject.Charset != "UTF-8" {
		t.Errorf("got %+v", got)
	}
	const wantText = "Iemand meldt dat er iets niet klopt in de aanspreekpunten van politiezone <Getevallei> & (5910). Er staan 2 meldingen open.\r\n\r\n" +
		"Meld je aan, kijk na wat er gemeld is, pas de gegevens aan en sluit de melding af:\r\n\r\n" +
		"https://aanspreekpunt.example/beheer/zones/5910/meldingen\r\n\r\n" +
		"Je krijgt deze mail omdat dit het beheeradres van je zone is.\r\n"
	if simple.Body.Text.Data != wantText {
		t.Errorf("text:\n%s", simple.Body.Text.Data)
	}
	html := simple.Body.HTML.Data
	if strings.Contains(html, "<Getevallei>") || strings.Count(html, "<a ") != 1 || !strings.Contains(html, `<a href="https://aanspreekpunt.example/beheer/zones/5910/meldingen">`) ||
		!strings.Contains(html, "&lt;Getevallei&gt; &amp; (5910)") {
		t.Errorf("HTML:\n%s", html)
	}
}

func TestOverdueLetter(t *testing.T) {
	t.Parallel()
	m := mail.ReportsOverdue("beheer@aanspreekpunt.example", []mail.Zone{{"Politiezone Getevallei (5910)", 1}, {"Politiezone Noord (5350)", 3}}, 14, "https://aanspreekpunt.example/beheer/zones")
	text := m.Text()
	for _, want := range []string{"Politiezone Getevallei (5910): 1 melding\r\n", "Politiezone Noord (5350): 3 meldingen\r\n", "\r\nhttps://aanspreekpunt.example/beheer/zones\r\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("the mail lacks %q:\n%s", want, text)
		}
	}
	if m.Subject != "Meldingen wachten langer dan 14 dagen op een antwoord" || strings.Count(m.HTML(), "<a ") != 1 {
		t.Errorf("%s\n%s", m.Subject, m.HTML())
	}
}

func TestMailsThatDoNotGoOut(t *testing.T) {
	t.Parallel()
	refuse := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-Errortype", "MessageRejected")
		w.WriteHeader(400)
		fmt.Fprint(w, `{"message":"Email address is not verified: beheer@politie.example"}`)
	}
	err := sender(t, "a@b.example", refuse).Send(t.Context(), arrived)
	if err == nil || !strings.Contains(err.Error(), "MessageRejected") || strings.Contains(err.Error(), "beheer@") {
		t.Errorf("refused: %v", err)
	}
	hangUp := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	if err := sender(t, "a@b.example", hangUp).Send(t.Context(), arrived); err == nil || strings.Contains(err.Error(), "beheer@") {
		t.Errorf("no answer: %v", err)
	}
	var asked atomic.Int64
	count := func(w http.ResponseWriter, _ *http.Request) { asked.Add(1); fmt.Fprint(w, `{"MessageId":"1"}`) }
	if err := sender(t, "", count).Send(t.Context(), arrived); !errors.Is(err, mail.ErrOff) {
		t.Errorf("without a sender: %v, want ErrOff", err)
	}
	for name, change := range map[string]func(*mail.Message){
		"nobody":                  func(m *mail.Message) { m.To = "" },
		"a header in the address": func(m *mail.Message) { m.To += "\r\nBcc: x@y.example" },
		"a header in the subject": func(m *mail.Message) { m.Subject += "\nBcc: x@y.example" },
		"no link":                 func(m *mail.Message) { m.Link = "" },
		"no words":                func(m *mail.Message) { m.Paragraphs = nil },
	} {
		m := arrived
		change(&m)
		if err := sender(t, "a@b.example", count).Send(t.Context(), m); err == nil {
			t.Errorf("%s: sent", name)
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("SES was asked %d times", n)
	}
}

func TestFromEnvironmentNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	if _, err := mail.FromEnvironment(func(string) string { return "" }); err == nil || !strings.Contains(err.Error(), "AWS_REGION") {
		t.Errorf("got %v", err)
	}
}

// TestLettersOfReminders has the mails as they are read.
func TestLettersOfReminders(t *testing.T) {
	t.Parallel()
	const to, zone, link = "beheer@politie.example", "politiezone Getevallei", "https://aanspreekpunt.example/beheer/zones/5910"
	assured := time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		m             mail.Message
		subject, text string
	}{
		"going stale": {mail.ConfirmAgain(zone, assured, assured.AddDate(0, 0, 365), link), "Kloppen de aanspreekpunten van politiezone Getevallei nog?", `
Je zone bevestigde ze op 12 maart 2026. Na 12 maart 2027 tonen we ze als mogelijk verouderd.

Meld je aan, kijk ze na en bevestig:

https://aanspreekpunt.example/beheer/zones/5910

Je krijgt deze mail omdat dit het beheeradres van je zone is.
`},
		"stale": {mail.ConfirmAgain(zone, assured, assured.AddDate(0, 0, 366), link), "Kloppen de aanspreekpunten van politiezone Getevallei nog?", `
Je zone bevestigde ze op 12 maart 2026. Sinds 13 maart 2027 tonen we ze als mogelijk verouderd.

Meld je aan, kijk ze na en bevestig:

https://aanspreekpunt.example/beheer/zones/5910

Je krijgt deze mail omdat dit het beheeradres van je zone is.
`},
		"never confirmed": {mail.NeverConfirmed(zone, link), "Kloppen de aanspreekpunten van politiezone Getevallei?", `
Je zone bevestigde ze nog nooit. Scholen en CLB’s zien daarom niet of ze jullie nog op deze manier bereiken.

Meld je aan, kijk ze na en bevestig:

https://aanspreekpunt.example/beheer/zones/5910

Je krijgt deze mail omdat dit het beheeradres van je zone is.
`},
		"absence": {mail.AbsenceEnds(zone, "Jeugdinspecteur", "2026-12-04", link), "Een afwezigheid bij politiezone Getevallei loopt af", `
Het aanspreekpunt met de functie “Jeugdinspecteur” is afwezig tot en met 4 december 2026. Vanaf de dag erna staat het weer op zijn gewone plaats.

Duurt de afwezigheid langer? Meld je aan en pas de laatste dag aan:

https://aanspreekpunt.example/beheer/zones/5910

Je krijgt deze mail omdat dit het beheeradres van je zone is.
`},
		"digest": {mail.WeeklyDigest(to, mail.Digest{Unconfirmed: []string{"Politiezone Zuid (5341)"}, Unreachable: []string{"Politiezone Zuid (5341)", "Politiezone Noord (5348)"}}, "https://aanspreekpunt.example/beheer/zones?toon=te-contacteren"),
			"Politiezones die je best contacteert", `
Bevestigden nog nooit, ook niet na 30 dagen (1 zone): Politiezone Zuid (5341).

Hebben geen beheeradres en krijgen dus geen mails (2 zones): Politiezone Zuid (5341), Politiezone Noord (5348).

Meld je aan en bekijk ze:

https://aanspreekpunt.example/beheer/zones?toon=te-contacteren

Je krijgt deze mail elke week waarin er zulke zones zijn, omdat dit het adres van de beheerders is.
`},
	} {
		if got := "\n" + strings.ReplaceAll(c.m.Text(), "\r\n", "\n"); got != c.text || c.m.Subject != c.subject {
			t.Errorf("%s: %s\n%s", name, c.m.Subject, got)
		}
		if html := c.m.HTML(); strings.Count(html, "<a ") != 1 || !strings.Contains(html, `<html lang="nl">`) {
			t.Errorf("%s:\n%s", name, html)
		}
	}
	if !(mail.Digest{}).Empty() || (mail.Digest{Stale: []string{"x"}}).Empty() {
		t.Error("what is empty is not, or the other way round")
	}
}
