package main

import (
	"net/url"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/facts/factstest"
)

// TestASchoolsFormCarriesAll writes whatever somebody typed as a form, and reads the same back.
func TestASchoolsFormCarriesAll(t *testing.T) {
	t.Parallel()
	text := rapid.StringMatching(`[a-zé"<&' ]{0,12}[a-z]`)
	rapid.Check(t, func(t *rapid.T) {
		in := directory.SchoolContactInput{Assured: rapid.Bool().Draw(t, "assured"), Aliases: rapid.SliceOfN(text, 0, 5).Draw(t, "aliases")}
		for range rapid.IntRange(0, 4).Draw(t, "persons") {
			in.ContactPersons = append(in.ContactPersons, directory.ContactPerson{
				ID: text.Draw(t, "id"), Role: text.Draw(t, "role"), Name: text.Draw(t, "name"), Email: text.Draw(t, "email"), Availability: text.Draw(t, "availability"),
				Phones: rapid.SliceOfN(text, 0, 3).Draw(t, "phones"), Locations: rapid.SliceOfNDistinct(rapid.IntRange(1, 9), 0, 3, rapid.ID).Draw(t, "locations"),
			})
		}
		v := url.Values{}
		for _, f := range schoolFields(in) {
			v.Add(f.Name, f.Value)
		}
		sent, err := url.ParseQuery(v.Encode())
		if err != nil {
			t.Fatal(err)
		}
		got := readSchoolForm(sent).in
		canonical := func(in directory.SchoolContactInput) directory.SchoolContactInput {
			return directory.SchoolContact{ContactPersons: in.ContactPersons, Aliases: in.Aliases}.Input()
		}
		if !reflect.DeepEqual(canonical(got), canonical(in)) || got.Assured != in.Assured {
			t.Fatalf("got %+v, want %+v", got, in)
		}
	})
}

// TestHostileFormsOfASchool sends fields that no page has: they are refused or left out, and nothing breaks.
func TestHostileFormsOfASchool(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.seedSchool(t)
	form := formIn(t, s.look(three, editSchool).Body.String())
	for name, change := range map[string][]string{
		"a person far away":    {"contactPersons[99999999999999999999].role", "x", "contactPersons[-1].role", "y"},
		"an unknown location":  {"contactPersons[0].locations", "../../etc"},
		"another school":       {"school", "<script>alert(1)</script>"},
		"a version that is no": {"versie", "-3"},
		"an unknown action":    {"actie", "weg:99:x"},
		"moved to nowhere":     {"actie", "omhoog:77"},
		"a script for a name":  {"contactPersons[0].name", "<script>alert(1)</script>", "aliases[4]", `"><img src=x onerror=alert(1)>`},
		"a choice of nothing":  {"actie", "samenvoegen", "keuze[../]", "mijn"},
		"a long text":          {"contactPersons[0].availability", strings.Repeat("lang ", 5000)},
	} {
		hostile := with(form, change...)
		if hostile.Get("actie") == "" {
			hostile.Set("actie", "bewaren")
		}
		w := s.post(three, editSchool, hostile)
		if w.Code >= 500 || strings.Contains(w.Body.String(), "<script>alert") || strings.Contains(w.Body.String(), "<img src=x") {
			t.Errorf("%s: %d %s", name, w.Code, titleOf(w.Body.String()))
		}
		wantPage(t, s.look(three, "/mijn-school"), 200)
	}
	many := with(form)
	for i := range 45 {
		many.Set("contactPersons["+itoa(i)+"].role", "Directeur "+strings.Repeat("x", i))
	}
	wantPage(t, s.post(three, editSchool, with(many, "actie", "bewaren")), 400, "Dit zijn er te veel")
	if w := s.post(three, editSchool, url.Values{"contactPersons[0].role": {strings.Repeat("a", largestForm)}}); w.Code != 413 {
		t.Errorf("a form of a megabyte: %d", w.Code)
	}
}

// TestASchoolsNumberIsPadded leads from the number as the ministry's list writes it to the full one.
func TestASchoolsNumberIsPadded(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	school := directory.School{Number: "000018", Name: "De Achttien", Level: directory.LevelBasic, Locations: []directory.Location{{Number: 1, Postcode: "3300", Place: "Tienen", Municipality: "Tienen", NIS: 24107, Zone: "5910"}}}
	s.service.reference = heldFacts{factstest.Open(factstest.Territory(), []directory.School{school}, facts.Meta{})}
	own := access("school", "", "18")
	w := s.ask(own, "GET", "/api/v1/schools/18/contact", "")
	if w.Code != 301 || w.Header().Get("Location") != "https://aanspreekpunt.example/api/v1/schools/000018/contact" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if p := problemOf(t, s.ask(own, "PUT", "/api/v1/schools/18/contact", "{}", "If-Match", tag("0"))); p.Status != 404 {
		t.Errorf("a write: %+v", p)
	}
	if p := problemOf(t, s.ask(others, "GET", "/api/v1/schools/18/contact", "")); p.Status != 403 {
		t.Errorf("somebody else: %+v", p)
	}
	if w := s.ask(own, "GET", "/api/v1/schools/000018/contact", ""); w.Code != 200 {
		t.Errorf("the full number: %d", w.Code)
	}
}
