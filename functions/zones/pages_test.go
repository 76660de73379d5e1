package main

import (
	"context"
	"errors"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/identity"
)

const edit5910 = "/beheer/zones/5910/aanpassen"

// look opens a page as a person's browser does (nil: nobody signed in).
func (s *system) look(person claims, target string) *httptest.ResponseRecorder {
	return s.browse(person, http.MethodGet, target, nil)
}

// post sends a form of one of our pages.
func (s *system) post(person claims, target string, form url.Values) *httptest.ResponseRecorder {
	return s.browse(person, http.MethodPost, target, form)
}

func (s *system) browse(person claims, method, target string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(context.Background(), method, target, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if person != nil {
		r.AddCookie(&http.Cookie{Name: identity.CookieName, Value: person.ID().Token()})
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

var (
	inputTag  = regexp.MustCompile(`<(?:input|select)\b[^>]*>|<option\b[^>]*>|</select>`)
	attribute = regexp.MustCompile(`([a-z-]+)(?:="([^"]*)")?`)
)

// formIn reads the fields of the page's form as a browser would send them, without its buttons.
func formIn(t *testing.T, page string) url.Values {
	t.Helper()
	_, form, ok := strings.Cut(page, `<form method="post"`)
	form, _, ok2 := strings.Cut(form, "</form>")
	if !ok || !ok2 {
		t.Fatalf("no form in %s", page)
	}
	form, _, _ = strings.Cut(form, "<datalist")
	_, rest, _ := strings.Cut(page, "</datalist>")
	rest, _, _ = strings.Cut(rest, "</form>")
	v, selected := url.Values{}, ""
	for _, tag := range inputTag.FindAllString(form+rest, -1) {
		attributes := map[string]string{}
		for _, a := range attribute.FindAllStringSubmatch(tag, -1) {
			attributes[a[1]] = html.UnescapeString(a[2])
		}
		_, checked := attributes["checked"]
		_, on := attributes["selected"]
		switch {
		case strings.HasPrefix(tag, "<select"):
			selected = attributes["name"]
		case strings.HasPrefix(tag, "<option") && on:
			v.Add(selected, attributes["value"])
		case strings.HasPrefix(tag, "<input") && (attributes["type"] != "checkbox" && attributes["type"] != "radio" || checked):
			v.Add(attributes["name"], attributes["value"])
		}
	}
	return v
}

func with(v url.Values, pairs ...string) url.Values {
	c := url.Values{}
	for name, values := range v {
		c[name] = slices.Clone(values)
	}
	for pair := range slices.Chunk(pairs, 2) {
		c.Set(pair[0], pair[1])
	}
	return c
}

func titleOf(page string) string {
	_, rest, _ := strings.Cut(page, "<title>")
	title, _, _ := strings.Cut(rest, "</title>")
	return html.UnescapeString(title)
}

func wantPage(t *testing.T, w *httptest.ResponseRecorder, status int, said ...string) string {
	t.Helper()
	page := w.Body.String()
	if w.Code != status {
		t.Fatalf("%d, want %d: %s", w.Code, status, titleOf(page))
	}
	if w.Header().Get("Cache-Control") != "private, no-store" && status < 400 {
		t.Errorf("Cache-Control %q", w.Header().Get("Cache-Control"))
	}
	for _, words := range said {
		if !strings.Contains(html.UnescapeString(page), words) {
			t.Errorf("%s does not say %q", titleOf(page), words)
		}
	}
	return page
}

// TestSavingAsAnOfficerDoes goes from one's zones to a saved number, by what the pages offer.
func TestSavingAsAnOfficerDoes(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	before := s.seed(t)
	wantPage(t, s.look(police, "/beheer"), 200, "Getevallei", "Nakijken", "/beheer/zones/5910")
	wantPage(t, s.look(police, "/beheer/zones/5910"), 200, "Hoegaarden, Landen, Linter, Tienen en Zoutleeuw", "Ja, alles klopt nog", "alleen scholen, CLB’s en politie van deze zone", "Aanpassen")
	page := wantPage(t, s.look(police, edit5910), 200, "Politiezone Getevallei aanpassen", "Schrijf geen reden van afwezigheid.")
	form := formIn(t, page)

	// Sent back unchanged, it changes nothing.
	wantPage(t, s.post(police, edit5910, with(form, "actie", "samenvatting")), 200, "Je wijzigde niets")

	first := "contactPoints[0]."
	changed := with(form, first+"phones[0].number", "016 88 00 99", "actie", "samenvatting")
	summary := wantPage(t, s.post(police, edit5910, changed), 200, "Wat verandert er?", "016 88 00 99", "Was", "Wordt")
	if after := s.stored(t, "5910"); after.Version != before.Version {
		t.Fatal("the summary saved")
	}
	saved := s.post(police, edit5910, with(formIn(t, summary), "actie", "bewaren", "note", "Nieuw toestel"))
	wantPage(t, saved, 303)
	if at := saved.Header().Get("Location"); !strings.HasSuffix(at, "/beheer/zones/5910?bewaard=2") {
		t.Errorf("leads to %q", at)
	}
	after := s.stored(t, "5910")
	if after.Version != 2 || after.ContactPoints[0].Phones[0].Number != "+3216880099" || !after.AssuredAt.Equal(*before.AssuredAt) {
		t.Errorf("stored %+v", after)
	}
	wantPage(t, s.look(police, "/beheer/zones/5910?bewaard=2"), 200, "Bewaard. Dit is versie 2")
	wantPage(t, s.look(police, "/beheer/zones/5910/geschiedenis"), 200, "Versie 2: Gewijzigd", "Waarom: Nieuw toestel", "400 dagen", "Vergelijk twee versies")

	// The same click twice is no conflict and no further version.
	again := s.post(police, edit5910, with(formIn(t, summary), "actie", "bewaren", "note", "Nieuw toestel"))
	if wantPage(t, again, 303); s.stored(t, "5910").Version != 2 {
		t.Error("saved twice")
	}
}

// TestTwoPeopleConflict lets two officers begin from the same version: the second chooses, field by field.
func TestTwoPeopleConflict(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.seed(t)
	mine := formIn(t, s.look(police, edit5910).Body.String())
	theirs := with(mine, "contactPoints[0].phones[0].number", "016 88 00 01", "phone", "016 88 00 02", "actie", "samenvatting")
	saved := s.post(police, edit5910, with(formIn(t, wantPage(t, s.post(police, edit5910, theirs), 200)), "actie", "bewaren"))
	wantPage(t, saved, 303)

	yours := with(mine, "contactPoints[0].phones[0].number", "016 88 00 03", "website", "https://www.politie.be/5910/scholen", "actie", "samenvatting")
	page := wantPage(t, s.post(police, edit5910, yours), 409, "Iemand anders paste deze zone intussen aan. Kies per veld wat blijft. Jouw tekst is niet verloren.",
		"016 88 00 01", "016 88 00 03", "Jullie pasten dit allebei aan.", "Alleen jij paste dit aan.", "Alleen de ander paste dit aan.")
	choose := formIn(t, page)
	if choose.Get("keuze[website]") != "mijn" || choose.Get("keuze[phone]") != "hun" || choose.Has("keuze[contactPoints[vast-aanspreekpunt].phones]") {
		t.Errorf("chosen before anybody chose: %v", choose)
	}
	wantPage(t, s.post(police, edit5910, with(choose, "actie", "samenvoegen")), 400, "1 fout", "Kies wat blijft.")
	summary := wantPage(t, s.post(police, edit5910, with(choose, "actie", "samenvoegen", "keuze[contactPoints[vast-aanspreekpunt].phones]", "mijn")), 200,
		"016 88 00 03", "https://www.politie.be/5910/scholen")
	wantPage(t, s.post(police, edit5910, with(formIn(t, summary), "actie", "bewaren")), 303)
	after := s.stored(t, "5910")
	if after.Version != 3 || after.Phone != "+3216880002" || after.ContactPoints[0].Phones[0].Number != "+3216880003" || after.Website != "https://www.politie.be/5910/scholen" {
		t.Errorf("stored %+v", after)
	}

	// A confirmation that came between is no conflict.
	began := formIn(t, s.look(police, edit5910).Body.String())
	wantPage(t, s.post(police, "/beheer/zones/5910", formIn(t, s.look(police, "/beheer/zones/5910").Body.String())), 303)
	summary = wantPage(t, s.post(police, edit5910, with(began, "phone", "016 88 00 09", "actie", "samenvatting")), 200, "016 88 00 09")
	wantPage(t, s.post(police, edit5910, with(formIn(t, summary), "actie", "bewaren")), 303)
	if after := s.stored(t, "5910"); after.Version != 5 || after.Phone != "+3216880009" {
		t.Errorf("stored %+v", after)
	}
}

// TestConfirming says of the version that one saw that all is right, and of no other.
func TestConfirming(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	before := s.seed(t)
	seen := formIn(t, s.look(police, "/beheer/zones/5910").Body.String())
	wantPage(t, s.post(police, "/beheer/zones/5910", seen), 303)
	after := s.stored(t, "5910")
	if after.Version != 2 || !after.AssuredAt.Equal(today) || !after.ModifiedAt.Equal(*before.ModifiedAt) {
		t.Errorf("stored %+v", after)
	}
	wantPage(t, s.look(police, "/beheer/zones/5910?gelukt=bevestigd"), 200, "Bedankt. De gegevens zijn vandaag bevestigd.")
	wantPage(t, s.post(police, "/beheer/zones/5910", seen), 303) // the same click twice
	if s.stored(t, "5910").Version != 2 {
		t.Error("confirmed twice")
	}
	summary := wantPage(t, s.post(police, edit5910, with(formIn(t, s.look(police, edit5910).Body.String()), "phone", "016 88 00 02", "actie", "samenvatting")), 200)
	wantPage(t, s.post(police, edit5910, with(formIn(t, summary), "actie", "bewaren")), 303)
	wantPage(t, s.post(police, "/beheer/zones/5910", seen), 409, "Kijk de gegevens opnieuw na en bevestig daarna.")
	if s.stored(t, "5910").Version != 3 {
		t.Error("confirmed what nobody saw")
	}
	// A zone that never saved has nothing to confirm.
	wantPage(t, s.look(admin, "/beheer/zones/5341"), 200, "Aanspreekpunten invullen", "Deze zone bewaarde zelf nog niets.")
	wantPage(t, s.post(admin, "/beheer/zones/5341", seen), 409)
	wantPage(t, s.post(admin, "/beheer/zones/5341", with(seen, "versie", "0")), 409, "Vul ze eerst in.")
}

// TestNothingTypedIsLost answers with the form as it was filled in when it cannot be saved, whatever the reason.
func TestNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	broken := &faulty{}
	s := newSystem(t, dynamotest.New(t), broken.wrap)
	s.seed(t)
	form := with(formIn(t, s.look(police, edit5910).Body.String()), "contactPoints[0].name", "Voorbeeld Nieuw", "actie", "samenvatting", "note", "reden", "assured", "ja")
	kept := func(status int, person claims, said ...string) {
		t.Helper()
		page := wantPage(t, s.post(person, edit5910, form), status, said...)
		again := formIn(t, page)
		for _, name := range []string{"contactPoints[0].name", "note", "assured", "versie", "contactPoints[1].phones[0].number"} {
			if again.Get(name) != form.Get(name) {
				t.Errorf("%s: %s is %q, want %q", titleOf(page), name, again.Get(name), form.Get(name))
			}
		}
	}
	const expired = "Je bent afgemeld. Meld je aan in een nieuw tabblad en kom hier terug: je tekst staat er nog."
	kept(401, nil, expired, "Je bent afgemeld · Aanpassen")
	kept(401, police.With(claims{"exp": today.Unix() - 1}), expired)
	kept(403, others, "Je kan deze politiezone niet aanpassen.")
	kept(403, school, "Je kan deze politiezone niet aanpassen.")
	broken.down.Store(true)
	kept(503, police, "Je tekst staat er nog")
	broken.down.Store(false)
	form.Set("contactPoints[0].phones[0].number", "nul")
	form.Set("email", "geen adres")
	kept(400, police, "2 fouten · Aanpassen", "Er zijn 2 fouten", "Dit is geen telefoonnummer.", `href="#contactPoints-0-phones-0-number"`, `href="#email"`)
	if s.stored(t, "5910").Version != 1 {
		t.Error("something was saved")
	}
}

// TestWhoMayWhat shows each person the page that is theirs.
func TestWhoMayWhat(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.seed(t)
	for _, target := range []string{"/beheer", "/beheer/zones", "/beheer/zones/5910", edit5910, "/beheer/zones/5910/geschiedenis?versie=1"} {
		w := s.look(nil, target)
		if at := w.Header().Get("Location"); w.Code != 303 || !strings.HasSuffix(at, "/aanmelden?terug="+url.QueryEscape(target)) {
			t.Errorf("%s: %d to %q", target, w.Code, at)
		}
	}
	for _, target := range []string{"/beheer/zones/5910", edit5910, "/beheer/zones/5910/geschiedenis", "/beheer/zones/5910/geschiedenis?versie=1", "/beheer/zones/5910/geschiedenis?van=1&met=2"} {
		for name, person := range map[string]claims{"police of another zone": others, "of a former zone": former, "a school": school, "a CLB": clb, "no right": nobody, "unlinked": unlinked} {
			page := wantPage(t, s.look(person, target), 403, "Je kan deze politiezone niet aanpassen.")
			if strings.Contains(page, "Voorbeeld Bram") || strings.Contains(page, "088 10 00 10") {
				t.Errorf("%s reads %s", name, target)
			}
		}
	}
	wantPage(t, s.look(others, edit5910), 403, "Je beheert:", "Naar mijn politiezone")
	if page := wantPage(t, s.look(school, edit5910), 403); strings.Contains(page, "Naar mijn politiezone") {
		t.Error("a school is led to a zone that it does not keep")
	}
	// Who keeps no zone is told why, there and here, and led to none.
	s.service.administrators = "beheer@aanspreekpunt.example"
	wantPage(t, s.look(nobody, edit5910), 403, "Je kan deze politiezone niet aanpassen. Je bent aangemeld, maar hebt hier nog geen toegang.")
	wantPage(t, s.look(unlinked, edit5910), 403, "Je kan deze politiezone niet aanpassen. Je organisatie is nog niet gekoppeld aan een politiezone.", "mailto:beheer@aanspreekpunt.example")
	for name, page := range map[string]*httptest.ResponseRecorder{"no right": s.look(nobody, edit5910), "unlinked": s.look(unlinked, edit5910), "a visitor": s.look(nil, "/zones/0000/melden")} {
		if strings.Contains(page.Body.String(), "Naar mijn politiezone") {
			t.Errorf("%s is led to a zone that they do not keep", name)
		}
	}
	wantPage(t, s.look(nobody, "/beheer"), 403, "maar hebt hier nog geen toegang. Vraag de gebruikersbeheerder van je organisatie om je dit recht te geven.")
	wantPage(t, s.look(unlinked, "/beheer"), 403, "Je organisatie is nog niet gekoppeld aan een politiezone.")
	wantPage(t, s.look(school, "/beheer"), 403, "Als school of CLB zoek je ze op bij Opzoeken")
	wantPage(t, s.look(police, "/beheer/zones"), 403, "Deze pagina is er alleen voor beheerders.")
	wantPage(t, s.look(admin, "/beheer"), 303)
	wantPage(t, s.look(admin, "/beheer/zones/5392/geschiedenis"), 301)
	wantPage(t, s.look(admin, "/beheer/zones/0000"), 404)
	list := wantPage(t, s.look(admin, "/beheer/zones"), 200, "Bladzijde 1 van 5", "Te contacteren", "van de 107 zones")
	if strings.Contains(list, "088 10") || strings.Contains(list, "Voorbeeld Bram") || strings.Contains(list, "@") {
		t.Error("the list holds values")
	}
	if contact := wantPage(t, s.look(admin, "/beheer/zones?toon=te-contacteren&page=99"), 200, "Te contacteren politiezones"); strings.Contains(contact, "/beheer/zones/5910\"") {
		t.Error("a fresh zone is to be contacted")
	}
}

// TestHistoryAndRestoring looks back, compares, and restores through the summary.
func TestHistoryAndRestoring(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	before := s.seed(t)
	form := with(formIn(t, s.look(police, edit5910).Body.String()), "phone", "016 88 00 02", "contactPoints[1].phones[1].visibility", "schools", "actie", "samenvatting")
	wantPage(t, s.post(police, edit5910, with(formIn(t, s.post(police, edit5910, form).Body.String()), "actie", "bewaren")), 303)
	wantPage(t, s.look(police, "/beheer/zones/5910/geschiedenis?van=2&met=1"), 200, "Versie 1 en versie 2", "016 88 00 02", "Telefoon van de zone")
	wantPage(t, s.look(police, "/beheer/zones/5910/geschiedenis?van=2&met=2"), 400, "Kies twee verschillende versies")
	wantPage(t, s.look(police, "/beheer/zones/5910/geschiedenis?versie=3"), 404, "Deze versie bestaat niet.")
	old := formIn(t, wantPage(t, s.look(police, "/beheer/zones/5910/geschiedenis?versie=1"), 200, "Deze versie herstellen", "Voorbeeld Bram"))
	summary := wantPage(t, s.post(police, edit5910, with(old, "actie", "herstellen")), 200, "Versie 1 herstellen", "016 80 58 05")
	wantPage(t, s.post(police, edit5910, with(formIn(t, summary), "actie", "bewaren")), 303)
	after := s.stored(t, "5910")
	if after.Version != 3 || after.Phone != before.Phone || after.ContactPoints[1].Phones[1].Visibility != "schools" {
		t.Errorf("stored %+v", after)
	}
	wantPage(t, s.look(police, "/beheer/zones/5910/geschiedenis"), 200, "Versie 1 hersteld")
	s.now = today.AddDate(0, 0, 401)
	late := wantPage(t, s.look(police.With(claims{"exp": s.now.Unix() + 3600}), "/beheer/zones/5910/geschiedenis?versie=1"), 200, "Wat van personen was, bewaren we niet meer.")
	if strings.Contains(late, "Voorbeeld Bram") {
		t.Error("a name outlived its time")
	}
}

// TestButtonsOfTheForm adds, moves and takes away, keeping all else, and says what happened.
func TestButtonsOfTheForm(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.seed(t)
	form := formIn(t, s.look(police, edit5910).Body.String())
	press := func(form url.Values, action, title, focus string) url.Values {
		t.Helper()
		page := wantPage(t, s.post(police, edit5910, with(form, "actie", action)), 200, title)
		if !strings.HasPrefix(titleOf(page), title) {
			t.Errorf("%s: the title is %q", action, titleOf(page))
		}
		if !regexp.MustCompile(`id="` + focus + `"[^>]* autofocus`).MatchString(page) {
			t.Errorf("%s: the focus is not on %s", action, focus)
		}
		return formIn(t, page)
	}
	moved := press(form, "omlaag:0", "Information Officer staat nu op plaats 2 van 3.", "omlaag-1")
	if moved.Get("contactPoints[1].id") != "vast-aanspreekpunt" || moved.Get("primary") != "1" || moved.Get("contactPoints[1].phones[0].number") != form.Get("contactPoints[0].phones[0].number") {
		t.Errorf("moved to %v", moved)
	}
	press(moved, "omlaag:1", "Information Officer staat nu op plaats 3 van 3.", "omhoog-2")
	added := press(form, "toevoegen", "Vul het nieuwe aanspreekpunt in.", "contactPoints-3-role")
	if page := wantPage(t, s.post(police, edit5910, with(added, "actie", "samenvatting")), 400, "1 fout · Aanpassen", "Vul de functie in"); strings.Contains(page, "kenmerk") {
		t.Error("a new contact point is refused for an id that nobody types")
	}
	added.Set("contactPoints[3].role", "Drugspreventie")
	added.Set("contactPoints[0].absence.from", "2026-12-01")
	added.Set("contactPoints[0].absence.replacement", "#3")
	more := press(added, "telefoon:3", "Drugspreventie: vul het telefoonnummer in.", "contactPoints-3-phones-1-number")
	if more.Get("contactPoints[3].id") != "drugspreventie" || more.Get("contactPoints[0].absence.replacement") != "drugspreventie" {
		t.Errorf("ids %q %q", more.Get("contactPoints[3].id"), more.Get("contactPoints[0].absence.replacement"))
	}
	more.Set("contactPoints[3].phones[1].number", "016 88 00 44")
	fewer := press(more, "telefoonweg:3:0", "Drugspreventie: het telefoonnummer is weggehaald.", "telefoon-erbij-3")
	if fewer.Get("contactPoints[3].phones[0].number") != "016 88 00 44" {
		t.Errorf("the wrong row went: %v", fewer)
	}
	hours := press(fewer, "uren:3", "Drugspreventie: vul de uren in.", "contactPoints-3-openingHours-0-day")
	hours.Set("contactPoints[3].openingHours[0].day", "1-5")
	hours.Set("contactPoints[3].openingHours[0].opens", "8u30")
	hours.Set("contactPoints[3].openingHours[0].until", "12")
	hours = press(hours, "uren:3", "Drugspreventie: vul de uren in.", "contactPoints-3-openingHours-1-day")
	hours.Set("contactPoints[3].openingHours[1].day", "1")
	hours.Set("contactPoints[3].openingHours[1].opens", "13")
	hours.Set("contactPoints[3].openingHours[1].until", "16")
	wantPage(t, s.post(police, edit5910, with(hours, "actie", "omhoog:0")), 200, "maandag 8.30-12.00 en 13.00-16.00, dinsdag 8.30-12.00")
	schools := press(hours, "school:3", "Drugspreventie: vul de school in.", "contactPoints-3-institutionNumbers-0")
	gone := press(schools, "weg:1", "Jeugdinspecteur is weggehaald. Dat telt pas als je bewaart.", "contactPoints-1")
	wantPage(t, s.post(police, edit5910, with(gone, "actie", "samenvatting")), 200, "Drugspreventie", "maandag 8.30-12.00 en 13.00-16.00", "Jeugdinspecteur", "weg")
	for _, action := range []string{"omhoog:99", "weg:-1", "telefoonweg:1:77", "urenweg:x:y", "partnerweg", "schoolweg:0:5", "omhoog", "afwezigheidweg:9"} {
		wantPage(t, s.post(police, edit5910, with(form, "actie", action)), 200)
	}
}

// faulty is DynamoDB that can be switched off.
type faulty struct{ down atomic.Bool }

func (f *faulty) wrap(api dynamo.API) dynamo.API { return faultyAPI{api, f} }

type faultyAPI struct {
	dynamo.API
	*faulty
}

func (f faultyAPI) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	if f.down.Load() {
		return nil, errors.New("down")
	}
	return f.API.BatchGetItem(ctx, in, o...)
}

func (f faultyAPI) GetItem(ctx context.Context, in *dynamodb.GetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	if f.down.Load() {
		return nil, errors.New("down")
	}
	return f.API.GetItem(ctx, in, o...)
}

func (f faultyAPI) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	if f.down.Load() {
		return nil, errors.New("down")
	}
	return f.API.Query(ctx, in, o...)
}
