package main

import (
	"context"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

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
		r.AddCookie(&http.Cookie{Name: identity.CookieName, Value: idToken(person)})
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

// pathOf names the row of a contact point of the form by its id.
func rowOfPoint(t *testing.T, v url.Values, id string) string {
	t.Helper()
	for name, values := range v {
		if strings.HasSuffix(name, "].id") && values[0] == id {
			return strings.TrimSuffix(name, "id")
		}
	}
	t.Fatalf("no contact point %q", id)
	return ""
}

// TestSavingAsAnOfficerDoes goes from one's zones to a saved number, by what the pages offer.
func TestSavingAsAnOfficerDoes(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	before := s.seed(t)
	wantPage(t, s.look(police, "/beheer"), 200, "Getevallei", "Nakijken", "/beheer/zones/5910")
	wantPage(t, s.look(police, "/beheer/zones/5910"), 200, "Ja, alles klopt nog", "alleen scholen, CLB's en politie van deze zone", "Aanpassen")
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
