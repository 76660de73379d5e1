package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/gateway"
)

const (
	threeContact = "/api/v1/schools/" + string(demonstration.ThreeLocations) + "/contact"
	editSchool   = "/mijn-school/aanpassen"
	zoneSchools  = "/beheer/zones/5910/scholen"
)

// three is of the school with locations in 5389 and 5910; neighbours keep 5389.
var (
	three      = access("school", "", string(demonstration.ThreeLocations))
	neighbours = access("police", "5389", "")
)

// seedSchool stores the demonstration school's contact as its first version.
func (s *system) seedSchool(t testing.TB) directory.SchoolContact {
	t.Helper()
	c := demonstration.SchoolContact(today)
	school, _ := demonstrationFacts().School(c.InstitutionNumber)
	by := directory.Principal{Role: directory.RoleSchool, Name: "Voorbeeld Secretaris"}
	revision := directory.NewSchoolRevision(school, directory.SchoolContact{}, c, directory.RevisionSaved, by, *c.ModifiedAt)
	if err := s.store.SaveSchoolContact(t.Context(), dynamo.SchoolContactSave{Contact: c, Revision: revision}); err != nil {
		t.Fatal(err)
	}
	return c
}

func (s *system) storedSchool(t testing.TB) directory.SchoolContact {
	t.Helper()
	return must(dynamo.New(s.table.Client, s.table.Name).SchoolContact(t.Context(), demonstration.ThreeLocations))
}

// TestKeepingASchoolsContact is what a program of a school does: save, repeat, confirm, delete.
func TestKeepingASchoolsContact(t *testing.T) {
	t.Parallel()
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		s := newSystem(t, table, nil)
		empty := s.ask(three, "GET", threeContact, "")
		if empty.Code != 200 || !strings.HasPrefix(empty.Header().Get("ETag"), `"0-`) || empty.Header().Get("Cache-Control") != "private, no-store" {
			t.Fatalf("never saved: %d %v %s", empty.Code, empty.Header(), empty.Body)
		}
		if p := problemOf(t, s.ask(three, "POST", threeContact+"/confirmations", "", "If-Match", empty.Header().Get("ETag"))); p.Status != 409 || !strings.HasSuffix(p.Type, ":nothingToConfirm") {
			t.Errorf("confirmation of nothing: %+v", p)
		}
		const body = `{"contactPersons":[{"role":"Directeur","name":"Voorbeeld Directeur","phones":["088 70 00 01"],"locations":[2]}],"aliases":["'t Lindeke"]}`
		if p := problemOf(t, s.ask(three, "PUT", threeContact, body)); p.Status != 428 {
			t.Errorf("without If-Match: %+v", p)
		}
		saved := s.ask(three, "PUT", threeContact, body, "If-Match", empty.Header().Get("ETag"), "Idempotency-Key", "one")
		var got directory.SchoolContactView
		if err := json.Unmarshal(saved.Body.Bytes(), &got); err != nil || saved.Code != 200 || got.Version != 1 || got.ContactPersons[0].Phones[0] != "+3288700001" ||
			got.ContactPersons[0].ID != "directeur" || got.Freshness != directory.FreshnessUnconfirmed || got.Self != "https://aanspreekpunt.example"+threeContact {
			t.Fatalf("saved: %d %+v", saved.Code, got)
		}
		again := s.ask(three, "PUT", threeContact, body, "If-Match", empty.Header().Get("ETag"), "Idempotency-Key", "one")
		if again.Code != 200 || again.Body.String() != saved.Body.String() || again.Header().Get("ETag") != saved.Header().Get("ETag") {
			t.Errorf("repeated: %d %s", again.Code, again.Body)
		}
		if p := problemOf(t, s.ask(three, "PUT", threeContact, `{}`, "If-Match", tag("0"), "Idempotency-Key", "one")); p.Status != 422 {
			t.Errorf("another body under the key: %+v", p)
		}
		stale := s.ask(three, "PUT", threeContact, body, "If-Match", tag("0"))
		if p := problemOf(t, stale); p.Status != 412 || stale.Header().Get("ETag") != saved.Header().Get("ETag") || p.Current == nil {
			t.Errorf("from an old version: %+v", p)
		}
		// What GET gives can be sent back as it is.
		read := s.ask(three, "GET", threeContact, "")
		if read.Header().Get("ETag") != saved.Header().Get("ETag") {
			t.Errorf("ETag %s of a GET, %s of the PUT", read.Header().Get("ETag"), saved.Header().Get("ETag"))
		}
		same := s.ask(three, "PUT", threeContact, read.Body.String(), "If-Match", read.Header().Get("ETag"))
		if same.Code != 200 || s.storedSchool(t).Version != 2 {
			t.Errorf("sent back: %d %s", same.Code, same.Body)
		}
		confirmed := s.ask(three, "POST", threeContact+"/confirmations", "", "If-Match", tag("2"))
		if c := s.storedSchool(t); confirmed.Code != 200 || c.Version != 3 || !c.AssuredAt.Equal(today) {
			t.Errorf("confirmed: %d %+v", confirmed.Code, c)
		}
		if p := problemOf(t, s.ask(three, "PUT", threeContact, `{"contactPersons":[{"role":"Bel 0470 12 34 56","phones":["geen"]}],"aliases":["5910"],"extra":1}`, "If-Match", tag("3"))); p.Status != 400 {
			t.Errorf("unknown members: %+v", p)
		}
		p := problemOf(t, s.ask(three, "PUT", threeContact, `{"contactPersons":[{"role":"Bel 0470 12 34 56","phones":["geen"]}],"aliases":["5910","oplinter"]}`, "If-Match", tag("3")))
		var rules []string
		for _, i := range p.Issues {
			rules = append(rules, i.Name+" "+i.Rule)
		}
		if want := []string{"contactPersons[0].role phoneInText", "contactPersons[0].phones[0] invalidPhone", "aliases[0] invalidName", "aliases[1] invalidName"}; !slices.Equal(rules, want) {
			t.Errorf("all that is wrong: %q, want %q", rules, want)
		}
		gone := s.ask(three, "DELETE", threeContact, "", "If-Match", tag("3"))
		if c := s.storedSchool(t); gone.Code != 200 || !c.Empty() || c.Version != 4 || strings.Contains(gone.Body.String(), "Voorbeeld Directeur") {
			t.Errorf("deleted: %d %s", gone.Code, gone.Body)
		}
		if w := s.ask(three, "GET", "/api/v1/schools/"+strings.TrimLeft("0"+string(demonstration.ThreeLocations), "0")+"/contact?x=1", ""); w.Code != 400 {
			t.Errorf("an unknown parameter: %d", w.Code)
		}
		if p := problemOf(t, s.ask(admin, "GET", "/api/v1/schools/999999/contact", "")); p.Status != 404 {
			t.Errorf("no such school: %+v", p)
		}
		for _, person := range []claims{police, school, admin} {
			if p := problemOf(t, s.ask(person, "PUT", threeContact, body, "If-Match", tag("4"))); p.Status != 403 {
				t.Errorf("%v saves: %+v", person["sub"], p)
			}
		}
	})
}

// schoolCanary is what one school keeps for the police, which stands nowhere else.
const schoolCanary = `{"contactPersons":[
	{"role":"Kanariehoofd","name":"Kanarie Vogel","phones":["088 99 97 77"],"email":"kanarie@school.example","availability":"kanarietijd"},
	{"role":"Kanarieoost","phones":["088 99 96 66"],"locations":[1]}],"aliases":["Openbare Naam"],"assured":true}`

// TestFewSeeASchoolsContact asks everything as everybody: the school, the police of its zones and administrators see it,
// and nobody else does, in any answer, header or log line.
func TestFewSeeASchoolsContact(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.seed(t)
	if w := s.ask(three, "PUT", threeContact, schoolCanary, "If-Match", tag("0"), "Idempotency-Key", "canary"); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	holds := func(text string) string {
		for _, secret := range []string{"anarie", "Vogel", "999777", "99 97 77", "999666", "99 96 66"} {
			if strings.Contains(text, secret) {
				return secret
			}
		}
		return ""
	}
	pages := []string{"/mijn-school", "/mijn-school?school=990000", editSchool, editSchool + "?school=990000", "/mijn-school/geschiedenis?school=990000",
		zoneSchools, zoneSchools + "?q=drie+linden", zoneSchools + "?bestand=csv", "/beheer/zones/5389/scholen", "/beheer/zones/5389/scholen?bestand=csv",
		"/beheer", "/beheer/zones/5910", "/beheer/zones/5910/aanpassen", "/beheer/zones/5910/geschiedenis", "/beheer/zones"}
	api := []string{threeContact, zone5910 + "/schools?pageSize=200", zone5910 + "/schools?hasContact=true", "/api/v1/zones/5389/schools?pageSize=200", zone5910 + "/revisions"}
	for name, person := range map[string]claims{
		"nobody": nil, "another school of the zone": school, "a school elsewhere": outside, "the school's CLB": clb, "police of another zone": others,
		"police of a former zone": former, "somebody without a right": nobody, "police of no zone": unlinked,
		"a school that says it is police": school.With(claims{"zones": "5910"}),
	} {
		for _, target := range pages {
			w := s.look(person, target)
			if secret := holds(w.Body.String() + headerText(w)); secret != "" {
				t.Errorf("%s reads %q in %s: %d", name, secret, target, w.Code)
			}
		}
		for _, target := range api {
			w := s.ask(person, "GET", target, "")
			if secret := holds(w.Body.String() + headerText(w)); secret != "" || w.Code < 400 {
				t.Errorf("%s reads %q in %s: %d", name, secret, target, w.Code)
			}
		}
		for _, change := range []struct{ method, target string }{{"PUT", threeContact}, {"DELETE", threeContact}, {"POST", threeContact + "/confirmations"}} {
			w := s.ask(person, change.method, change.target, schoolCanary, "If-Match", tag("1"), "Idempotency-Key", "canary")
			if secret := holds(w.Body.String() + headerText(w)); secret != "" || w.Code < 400 {
				t.Errorf("%s gets %q from %s: %d", name, secret, change.method, w.Code)
			}
		}
		w := s.post(person, "/mijn-school?school=990000", url.Values{"versie": {"1"}, "actie": {"wissen-zeker"}})
		if secret := holds(w.Body.String()); secret != "" {
			t.Errorf("%s gets %q for a deletion: %d", name, secret, w.Code)
		}
	}
	if c := s.storedSchool(t); c.Version != 1 || c.Empty() {
		t.Errorf("somebody changed it: %+v", c)
	}
	// Those who may see it do. Police see whom they need: one of the two is there for the location in 5389 alone.
	for _, c := range []struct {
		name       string
		person     claims
		target     string
		main, east bool
	}{
		{"the school", three, threeContact, true, true},
		{"administrators", admin, threeContact, true, true},
		{"police of one zone", police, threeContact, true, false},
		{"police of the other", neighbours, threeContact, true, true},
		{"police of one zone in their list", police, zone5910 + "/schools?q=linden", true, false},
		{"police of the other in theirs", neighbours, "/api/v1/zones/5389/schools?q=linden&hasContact=true", true, true},
	} {
		w := s.ask(c.person, "GET", c.target, "")
		body := w.Body.String()
		if w.Code != 200 || strings.Contains(body, "Kanarie Vogel") != c.main || strings.Contains(body, "+3288999666") != c.east {
			t.Errorf("%s: %d %s", c.name, w.Code, body)
		}
	}
	for target, person := range map[string]claims{"/mijn-school": three, editSchool: three, "/mijn-school/geschiedenis": three,
		zoneSchools + "?q=linden": police, zoneSchools + "?bestand=csv&q=linden": police, "/beheer/zones/5389/scholen?q=linden": admin} {
		w := s.look(person, target)
		if w.Code != 200 || holds(w.Body.String()) == "" || w.Header().Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s: %d %q", target, w.Code, w.Header().Get("Cache-Control"))
		}
	}
	// Errors to the school itself name fields, not values.
	wrong := strings.NewReplacer("088 99 97 77", "kanarienummer", "kanarie@school.example", "kanarie@", `[1]`, `[9]`).Replace(schoolCanary)
	if w := s.ask(three, "PUT", threeContact, wrong, "If-Match", tag("1")); w.Code != 400 || holds(w.Body.String()) != "" {
		t.Errorf("the problem of a wrong contact: %d %s", w.Code, w.Body)
	}
	s.log.Lock()
	defer s.log.Unlock()
	if secret := holds(s.log.String()); secret != "" {
		t.Errorf("the log has %q", secret)
	}
}

// TestASchoolFillsInWhomThePoliceCanReach goes through the pages as a secretary does.
func TestASchoolFillsInWhomThePoliceCanReach(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	first := wantPage(t, s.look(three, "/mijn-school"), 200, "Je school vulde nog niemand in", "De Drie Linden", "Politiezone Getevallei", "/scholen/990000?location=2", "Dorpsstraat 14, 3470 Kortenaken", "Invullen")
	if strings.Contains(first, "alles klopt nog") || strings.Contains(first, "Alles wissen") {
		t.Error("there is nothing to confirm or to delete")
	}
	page := wantPage(t, s.look(three, editSchool), 200, "Nog iemand toevoegen", "Naam 5", "Kapelstraat 3, 3300 Oplinter")
	form := formIn(t, page)
	if form.Get("assured") != "ja" || form.Get("versie") != "0" {
		t.Errorf("form %v", form)
	}
	wrong := with(form, "contactPersons[0].role", "Bel 016 66 55 11", "contactPersons[0].phones[0]", "nul", "contactPersons[0].email", "geen", "aliases[0]", "3300 Tienen", "aliases[3]", "De Sint")
	wrong["contactPersons[0].locations"] = []string{"2", "9"}
	page = wantPage(t, s.post(three, editSchool, with(wrong, "actie", "bewaren")), 400, "5 fouten · Aanpassen", "Er zijn 5 fouten", `href="#contactPersons-0-phones-0"`,
		`href="#contactPersons-0-locations"`, "Contactpersoon 1, functie: Hier staat een telefoonnummer.", "Ook gekend als: In een naam hoort geen postcode")
	for _, said := range formIn(t, page)["contactPersons[0].phones[0]"] {
		if said != "nul" {
			t.Errorf("what was typed is lost: %q", said)
		}
	}
	if s.storedSchool(t).Version != 0 {
		t.Fatal("something was saved")
	}
	for _, link := range regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !strings.Contains(page, `id="`+html.UnescapeString(link[1])+`"`) {
			t.Errorf("a link to #%s leads nowhere", link[1])
		}
	}
	good := with(form, "contactPersons[0].role", "Directeur", "contactPersons[0].name", "Voorbeeld Peeters", "contactPersons[0].phones[1]", "0470/12.34.56", "aliases[2]", " 't  Lindeke ")
	added := wantPage(t, s.post(three, editSchool, with(good, "actie", "toevoegen")), 200, "Vul de nieuwe contactpersoon in.")
	two := formIn(t, added)
	two.Set("contactPersons[1].role", "Secretariaat")
	two.Set("contactPersons[1].email", "secretariaat@school.example")
	two["contactPersons[1].locations"] = []string{"1", "3"}
	moved := wantPage(t, s.post(three, editSchool, with(two, "actie", "omhoog:1")), 200, "Secretariaat staat nu op plaats 1 van 2.")
	saved := s.post(three, editSchool, with(formIn(t, moved), "actie", "bewaren"))
	if at := saved.Header().Get("Location"); saved.Code != 303 || !strings.HasSuffix(at, "/mijn-school?gelukt=bewaard") {
		t.Fatalf("saved: %d %s %s", saved.Code, at, titleOf(saved.Body.String()))
	}
	c := s.storedSchool(t)
	if c.Version != 1 || len(c.ContactPersons) != 2 || c.ContactPersons[0].Role != "Secretariaat" || !slices.Equal(c.ContactPersons[0].Locations, []int{1, 3}) ||
		!slices.Equal(c.ContactPersons[1].Phones, []string{"+32470123456"}) || !slices.Equal(c.Aliases, []string{"'t Lindeke"}) || c.AssuredAt == nil {
		t.Errorf("stored %+v", c)
	}
	wantPage(t, s.look(three, "/mijn-school?gelukt=bewaard"), 200, "Bewaard · Mijn school", "Bevestigd op 23 november 2026", "0470 12 34 56", "Voor Dorpsstraat 14, 3470 Kortenaken; Nieuwstraat 27, 3300 Tienen", "'t Lindeke", "Ja, alles klopt nog")
	// The same click again saves nothing twice.
	if again := s.post(three, editSchool, with(formIn(t, moved), "actie", "bewaren")); again.Code != 303 || s.storedSchool(t).Version != 1 {
		t.Errorf("the same click: %d, version %d", again.Code, s.storedSchool(t).Version)
	}
	gone := wantPage(t, s.post(three, editSchool, with(formIn(t, s.look(three, editSchool).Body.String()), "actie", "weg:0")), 200, "Secretariaat is weggehaald. Dat telt pas als je bewaart.")
	if formIn(t, gone).Get("contactPersons[0].role") != "Directeur" {
		t.Error("the wrong person went")
	}
	s.now = today.AddDate(0, 0, 200)
	late := three.With(claims{"exp": s.now.Unix() + 3600})
	home := wantPage(t, s.look(late, "/mijn-school"), 200, "Laatst bevestigd op 23 november 2026")
	confirm := with(formIn(t, home), "actie", "bevestigen")
	for range 2 { // the second click finds it done
		if w := s.post(late, "/mijn-school", confirm); w.Code != 303 {
			t.Errorf("confirmed: %d", w.Code)
		}
	}
	if c := s.storedSchool(t); c.Version != 2 || directory.DayOf(*c.AssuredAt) != "2027-06-11" {
		t.Errorf("stored %+v", c)
	}
	history := wantPage(t, s.look(late, "/mijn-school/geschiedenis"), 200, "Versie 2: Bevestigd: alles klopt nog", "Voorbeeld Persoon (school)", "Directeur: telefoon", "0470 12 34 56")
	if strings.Contains(history, "alleen politie") || strings.Count(history, `class="seen`) != strings.Count(history, `class="seen all"`) {
		t.Error("each value of a school says who sees it: that is the same for all but its names")
	}
	s.now = today.AddDate(0, 0, directory.PersonalDays)
	late = three.With(claims{"exp": s.now.Unix() + 3600})
	forgotten := wantPage(t, s.look(late, "/mijn-school/geschiedenis"), 200, "Versie 1", "School, naam niet meer bewaard", "Contactpersoon: telefoon")
	if _, old, _ := strings.Cut(forgotten, "Versie 1"); strings.Contains(old, "0470") || strings.Contains(old, "Directeur") || strings.Contains(old, "Peeters") {
		t.Errorf("the history remembers: %s", old)
	}
	// Deleting asks first, and only deletes what stood on the page.
	wantPage(t, s.look(late, "/mijn-school"), 200, "Alles wissen")
	asked := wantPage(t, s.post(late, "/mijn-school", url.Values{"versie": {"2"}, "actie": {"wissen"}}), 200, "Alles wissen? · Mijn school", "Dat kan je niet ongedaan maken.")
	wantPage(t, s.post(late, "/mijn-school", url.Values{"versie": {"7"}, "actie": {"wissen-zeker"}}), 409, "Iemand anders paste deze gegevens intussen aan.")
	if w := s.post(late, "/mijn-school", with(formIn(t, asked), "actie", "wissen-zeker")); w.Code != 303 || !s.storedSchool(t).Empty() {
		t.Errorf("deleted: %d", w.Code)
	}
	wantPage(t, s.look(late, "/mijn-school?gelukt=gewist"), 200, "Gewist · Mijn school", "Je school vulde nog niemand in")
	if page := wantPage(t, s.look(late, "/mijn-school/geschiedenis"), 200, "Versie 3: Alles gewist", "Voorbeeld Persoon"); strings.Contains(page, "Peeters") || strings.Contains(page, "0470") {
		t.Error("the history remembers what was deleted")
	}
}

// TestTwoAtASchoolWriteNothingOver lets two save from the same version.
func TestTwoAtASchoolWriteNothingOver(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.seedSchool(t)
	mine := formIn(t, s.look(three, editSchool).Body.String())
	theirs := with(mine, "contactPersons[0].phones[0]", "088 70 00 11", "aliases[2]", "Derde Naam", "actie", "bewaren")
	if w := s.post(three, editSchool, theirs); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, titleOf(w.Body.String()))
	}
	mine = with(mine, "contactPersons[0].phones[0]", "088 70 00 22", "contactPersons[1].name", "Voorbeeld Nieuw", "actie", "bewaren")
	page := wantPage(t, s.post(three, editSchool, mine), 409, "Kies per onderdeel wat blijft. Jouw tekst is niet verloren.", "088 70 00 11", "088 70 00 22", "Alleen jij paste dit aan.", "Alleen de ander paste dit aan.", "Jullie pasten dit allebei aan.", "Laatst aangepast door Voorbeeld Persoon (school)")
	choices := formIn(t, page)
	wantPage(t, s.post(three, editSchool, with(choices, "actie", "samenvoegen")), 400, "1 fout", "Kies wat blijft.")
	back := formIn(t, wantPage(t, s.post(three, editSchool, with(choices, "actie", "terug")), 200))
	if back.Get("contactPersons[1].name") != "Voorbeeld Nieuw" || back.Get("versie") != "1" {
		t.Errorf("back in the form: %v", back)
	}
	merged := formIn(t, wantPage(t, s.post(three, editSchool, with(choices, "actie", "samenvoegen", "keuze[contactPersons[directeur]]", "mijn")), 200, "Samengevoegd. Kijk het na en bewaar."))
	if w := s.post(three, editSchool, with(merged, "actie", "bewaren")); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, titleOf(w.Body.String()))
	}
	c := s.storedSchool(t)
	if c.Version != 3 || c.ContactPersons[0].Phones[0] != "+3288700022" || c.ContactPersons[1].Name != "Voorbeeld Nieuw" || !slices.Contains(c.Aliases, "Derde Naam") {
		t.Errorf("stored %+v", c)
	}
	// A confirmation in between asks nothing.
	form := formIn(t, s.look(three, editSchool).Body.String())
	if w := s.post(three, "/mijn-school", url.Values{"versie": {"3"}, "actie": {"bevestigen"}}); w.Code != 303 {
		t.Fatalf("confirmed: %d", w.Code)
	}
	if w := s.post(three, editSchool, with(form, "contactPersons[2].name", "Voorbeeld Derde", "actie", "bewaren")); w.Code != 303 || s.storedSchool(t).Version != 5 {
		t.Errorf("after a confirmation: %d, version %d", w.Code, s.storedSchool(t).Version)
	}
}

// TestNothingTypedAtASchoolIsLost keeps the form when the session ended, the right went, or the store is down.
func TestNothingTypedAtASchoolIsLost(t *testing.T) {
	t.Parallel()
	broken := &faulty{}
	s := newSystem(t, dynamotest.New(t), broken.wrap)
	s.seedSchool(t)
	form := with(formIn(t, s.look(three, editSchool).Body.String()), "contactPersons[1].name", "Voorbeeld Nieuw", "aliases[4]", "Vijfde Naam", "actie", "bewaren")
	kept := func(status int, person claims, said ...string) {
		t.Helper()
		again := formIn(t, wantPage(t, s.post(person, editSchool, form), status, said...))
		for _, name := range []string{"contactPersons[1].name", "contactPersons[0].phones[0]", "contactPersons[1].locations", "versie", "assured", "school"} {
			if !slices.Equal(again[name], form[name]) {
				t.Errorf("%d: %s is %q, want %q", status, name, again[name], form[name])
			}
		}
		if again.Get("aliases[2]") != "Vijfde Naam" {
			t.Errorf("%d: names %v", status, again)
		}
	}
	kept(401, nil, "Je bent afgemeld. Meld je aan in een nieuw tabblad en kom hier terug: je tekst staat er nog.", "Kapelstraat 3, 3300 Oplinter")
	kept(401, three.With(claims{"exp": today.Unix() - 1}), "Je bent afgemeld.")
	kept(403, school.With(claims{"org": "990002,990003"}), "Deze school hoort niet bij de organisatie waarvoor je aangemeld bent.")
	kept(403, police, "Deze school hoort niet bij de organisatie")
	broken.down.Store(true)
	kept(503, three, "Je tekst staat er nog")
	broken.down.Store(false)
	if s.storedSchool(t).Version != 1 {
		t.Error("something was saved")
	}
}

// TestWhoSeesWhichPageOfTheSchool shows each person the page that is theirs.
func TestWhoSeesWhichPageOfTheSchool(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.seedSchool(t)
	for _, target := range []string{"/mijn-school", editSchool, "/mijn-school/geschiedenis?page=2", zoneSchools + "?q=linden"} {
		w := s.look(nil, target)
		if at := w.Header().Get("Location"); w.Code != 303 || !strings.HasSuffix(at, "/aanmelden?terug="+url.QueryEscape(target)) {
			t.Errorf("%s: %d to %q", target, w.Code, at)
		}
	}
	wantPage(t, s.look(clb, "/mijn-school"), 200, "Je bent aangemeld voor een CLB.", "Politiezone Getevallei", "Een CLB ziet die contactpersonen niet")
	wantPage(t, s.look(clb, editSchool), 200, "Een CLB ziet die contactpersonen niet")
	wantPage(t, s.look(police, "/mijn-school"), 403, "Scholen in mijn zone", "/beheer")
	wantPage(t, s.look(admin, "/mijn-school"), 403, "Hier houden scholen bij")
	wantPage(t, s.look(nobody, "/mijn-school"), 403, "maar hebt hier nog geen toegang")
	wantPage(t, s.look(access("school", "", "123456"), "/mijn-school"), 403, "staat niet in onze lijst van scholen")
	wantPage(t, s.look(school, "/mijn-school?school=990000"), 403, "Deze school hoort niet bij de organisatie")
	wantPage(t, s.look(school, "/beheer"), 403, "Naar mijn school")
	several := access("school", "", "990000,990002")
	wantPage(t, s.look(several, "/mijn-school"), 200, "Je bent aangemeld voor 2 instellingen.", "/mijn-school?school=990002")
	own := wantPage(t, s.look(several, "/mijn-school?school=990000"), 200, "Voorbeeld Directeur", "Andere school", "/mijn-school/aanpassen?school=990000")
	if w := s.post(several, "/mijn-school?school=990000", with(formIn(t, own), "actie", "bevestigen")); w.Code != 303 || !strings.Contains(w.Header().Get("Location"), "school=990000") {
		t.Errorf("confirmed: %d %s", w.Code, w.Header().Get("Location"))
	}
	other := formIn(t, wantPage(t, s.look(several, editSchool+"?school=990002"), 200))
	if w := s.post(several, editSchool+"?school=990002", with(other, "contactPersons[0].role", "Directie", "contactPersons[0].phones[0]", "1700", "actie", "bewaren")); w.Code != 303 {
		t.Errorf("saved: %d", w.Code)
	}
	if c := must(s.store.SchoolContact(t.Context(), "990002")); c.Version != 1 || s.storedSchool(t).Version != 2 {
		t.Errorf("the other school has %+v", c)
	}
	wantPage(t, s.look(police, "/beheer/zones/5910"), 200, "Scholen in mijn zone", zoneSchools)
}

// TestSchoolsOfAZone lists, filters, pages and downloads.
func TestSchoolsOfAZone(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.seedSchool(t)
	names := func(page string) []string {
		var list []string
		for _, m := range regexp.MustCompile(`<h3><a [^>]*>([^<]*)</a>`).FindAllStringSubmatch(page, -1) {
			list = append(list, html.UnescapeString(m[1]))
		}
		return list
	}
	all := wantPage(t, s.look(police, zoneSchools), 200, "Scholen in mijn zone", "Politiezone Getevallei", "Deze school vulde nog geen contactpersoon in.")
	if n := names(all); len(n) < 4 {
		t.Fatalf("schools %q: too few for this test", n)
	}
	for query, want := range map[string]int{"q=drie+linden": 1, "q=LINDEN+oplinter": 1, "q=990000": 1, "q=linden+gent": 0, "hasContact=true": 1, "hasContact=true&level=secondary": 0,
		"hasContact=true&level=secondary&level=basic": 1, "municipality=24107&hasContact=true": 1, "municipality=24059&hasContact=true": 0, "hasContact=": len(names(all))} {
		if got := names(wantPage(t, s.look(police, zoneSchools+"?"+query), 200)); len(got) != want {
			t.Errorf("%s: %q, want %d", query, got, want)
		}
	}
	found := wantPage(t, s.look(police, zoneSchools+"?q=linden"), 200, "1 school in politiezone Getevallei", `href="tel:+3288700001"`, "088 70 00 01", "Tijdens de schooluren", "Bevestigd op 3 november 2026", "Toon alle scholen")
	if strings.Contains(found, "088 70 00 03") {
		t.Error("somebody who is there for a location in another zone alone is shown")
	}
	wantPage(t, s.look(police, zoneSchools+"?level=kleuters"), 400, "Zo kan je deze lijst niet filteren.")
	wantPage(t, s.look(police, zoneSchools+"?page=99"), 200)
	wantPage(t, s.look(others, zoneSchools), 403)
	wantPage(t, s.look(admin, "/beheer/zones/5392/scholen?q=linden"), 301)

	big := wantPage(t, s.look(admin, "/beheer/zones/5345/scholen"), 200)
	var list struct {
		Total int
		Next  string
		Items []schoolItem
	}
	decodeAnswer(t, s.ask(admin, "GET", "/api/v1/zones/5345/schools?level=basic&pageSize=2&hasContact=false", ""), &list)
	if list.Total < 3 || len(list.Items) != 2 || !strings.Contains(list.Next, "level=basic") || !strings.Contains(list.Next, "hasContact=false") || len(names(big)) < list.Total && !strings.Contains(big, "Bladzijde 1 van") {
		t.Errorf("paged: %+v", list)
	}
	for _, bad := range []string{"level=x", "municipality=1", "hasContact=ja", "hasContact=", "bestand=csv", "q=a&q=b"} {
		if p := problemOf(t, s.ask(police, "GET", zone5910+"/schools?"+bad, "")); p.Status != 400 {
			t.Errorf("%s: %+v", bad, p)
		}
	}
}

// TestTheFileOfAZonesSchools is read by a program, and runs nothing in a spreadsheet.
func TestTheFileOfAZonesSchools(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	evil := `{"contactPersons":[{"role":"=HYPERLINK(\"https://evil.example\")","name":"@SUM(1)","phones":["+31 20 123 45 67","088 70 00 01"],"email":"-a@school.example","availability":"+1"}],"aliases":["=Naam","-Naam"]}`
	if w := s.ask(three, "PUT", threeContact, evil, "If-Match", tag("0")); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	w := s.look(police, zoneSchools+"?bestand=csv")
	if w.Code != 200 || w.Header().Get("Cache-Control") != "private, no-store" || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" ||
		w.Header().Get("Content-Disposition") != `attachment; filename="scholen-5910.csv"` {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	text, bom := strings.CutPrefix(w.Body.String(), "\ufeff")
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !bom || !slices.Equal(lines[0], schoolColumns) || strings.Count(text, "\n") != strings.Count(text, "\r\n") {
		t.Fatalf("%v, BOM %t, %q", err, bom, lines[0])
	}
	var persons []string
	for _, line := range lines[1:] {
		for _, cell := range line {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("a formula: %q", cell)
			}
		}
		if line[0] == string(demonstration.ThreeLocations) {
			persons = append(persons, fmt.Sprintf("%q", line[4:]))
		}
	}
	want := []string{
		`["2" "Kapelstraat 3" "3300" "Oplinter" "Tienen" "24107" "'=HYPERLINK(\"https://evil.example\")" "'@SUM(1)" "0031 201 23 45 67" "088 70 00 01" "" "'-a@school.example" "'+1" ""]`,
		`["3" "Nieuwstraat 27" "3300" "Tienen" "Tienen" "24107" "'=HYPERLINK(\"https://evil.example\")" "'@SUM(1)" "0031 201 23 45 67" "088 70 00 01" "" "'-a@school.example" "'+1" ""]`,
	}
	if !slices.Equal(persons, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(persons, "\n"), strings.Join(want, "\n"))
	}
	for _, line := range lines[1:] {
		if line[0] != string(demonstration.ThreeLocations) && strings.Join(line[10:], "") != "" {
			t.Errorf("somebody at another school: %q", line)
		}
	}
}

// TestAPoliceOfficersETagIsOfWhatTheySee: of the bytes that they get.
func TestAPoliceOfficersETagIsOfWhatTheySee(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	c := s.seedSchool(t)
	w := s.ask(police, "GET", threeContact, "")
	var v directory.SchoolContactView
	decodeAnswer(t, w, &v)
	if len(v.ContactPersons) != 2 || v.Withheld != 1 || w.Header().Get("ETag") != gateway.ETag(c.Version, w.Body.Bytes()) {
		t.Errorf("%s: %+v", w.Header().Get("ETag"), v)
	}
}
