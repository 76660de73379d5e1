package main

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/site"
)

func TestTheListOfPractices(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	wants(t, s.visit(nil, "/praktijken"), "Er staan nog geen goede praktijken op deze site.")
	for i := range practicesPerPage + 2 {
		s.create("title", fmt.Sprintf("Praktijk %02d <b>", i), "summary", "Kort & goed.", "themes", []string{[]string{"truancy", "drugs"}[i%2]})
	}
	first := s.visit(nil, "/praktijken")
	wants(t, first, "<title>Goede praktijken, bladzijde 1 van 2 · Aanspreekpunt</title>", "Praktijk 00 &lt;b&gt;", "Kort &amp; goed.", "Spijbelen · basisonderwijs",
		"Politiezone Getevallei (Hoegaarden, Landen, Linter, Tienen en Zoutleeuw)", `href="/praktijken?theme=drugs">Drugs</a> <span class="soft small">(11)</span>`,
		`href="/praktijken?page=2" rel="next"`, `rel="alternate" type="application/atom+xml"`, `href="/praktijken" aria-current="page"`)
	lacks(t, first, "noindex", "/beheer/praktijken")
	wants(t, s.visit(nil, "/praktijken?page=2"), "Praktijk 21", `rel="prev"`)
	drugs := s.visit(nil, "/praktijken?theme=drugs&zone=5910&q=praktijk")
	wants(t, drugs, "11 praktijken · Goede praktijken", `href="/praktijken?q=praktijk&amp;zone=5910">Wis<span class="quiet"> de keuze drugs</span>`, `name="theme" value="drugs"`, "noindex")
	lacks(t, drugs, "Praktijk 00")
	if w := s.visit(nil, "/praktijken?"+strings.Repeat("zone=5910&", 151)); w.Code != 404 || strings.Contains(w.Body.String(), "Wis<") {
		t.Errorf("more zones than there are: %d", w.Code)
	}
	either := s.visit(nil, "/praktijken?theme=drugs&theme=truancy&theme=drugs")
	wants(t, either, "22 praktijken · Goede praktijken", `href="/praktijken?theme=truancy">Wis<span class="quiet"> de keuze drugs</span>`,
		`name="theme" value="drugs"><input type="hidden" name="theme" value="truancy"`)
	wants(t, s.visit(nil, "/praktijken?q=olifant"), "Geen goede praktijk met deze keuze.", "‘olifant’")
	for _, path := range []string{"/praktijken?page=9", "/praktijken?theme=x", "/praktijken?zone=abc"} {
		if w := s.visit(nil, path); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	wants(t, s.visit(police, "/praktijken"), "Zelf een praktijk schrijven")
	lacks(t, s.visit(school, "/praktijken"), "Zelf een praktijk schrijven")
}

// TestAPracticeEndsWithItsContact: each sees of the zone what they may.
func TestAPracticeEndsWithItsContact(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	slug, _ := s.create()
	wants(t, s.visit(nil, "/praktijken/"+slug), "Onthaal van politiezone Getevallei", `href="tel:&#43;3216805805"`, "Nog niet bevestigd door de politiezone.")
	s.storeZone()
	public := s.visit(nil, "/praktijken/"+slug)
	wants(t, public, "<h1>Samen tegen spijbelen</h1>", "<h2>Zo gaat het</h2>\n<p>Met <strong>één</strong> formulier.</p>", `href="/praktijken?theme=truancy">Spijbelen</a>`,
		"CLB Voorbeeld", "Hierover bellen of mailen", "alleen scholen, CLB’s en politie van deze zone", "Meld je aan", `href="/zones/5910"`, "Sinds 23 november 2026")
	mine := s.visit(police, "/praktijken/"+slug)
	wants(t, mine, "Aanpassen of intrekken")
	lacks(t, mine, "Meld je aan")
	p, _, err := s.store.Profile(t.Context(), "5910")
	if err != nil {
		t.Fatal(err)
	}
	screen, paper, ok := strings.Cut(mine.Body.String(), `<div class="paper">`)
	if !ok || strings.Contains(public.Body.String(), `<div class="paper">`) {
		t.Error("what police see of the contact goes on paper too, or a visitor's stands there twice")
	}
	kept, shown := 0, 0
	for _, c := range p.ContactPoints {
		var values []string
		for _, ph := range c.Phones {
			if ph.Visibility != directory.VisiblePublic {
				values = append(values, ph.Number)
			}
		}
		for _, e := range c.Emails {
			if e.Visibility != directory.VisiblePublic {
				values = append(values, "mailto:"+e.Address)
			}
		}
		for _, value := range values {
			kept++
			lacks(t, public, value)
			if strings.Contains(screen, value) {
				shown++
			}
			if strings.Contains(paper, value) {
				t.Errorf("%s, which is kept for schools, goes on paper", value)
			}
		}
	}
	if kept == 0 || shown == 0 {
		t.Errorf("the zone keeps %d values for schools, and shows its police %d", kept, shown)
	}
	if w := s.visit(nil, "/praktijken/nergens"); w.Code != 404 {
		t.Errorf("%d", w.Code)
	}
}

func TestTheFeed(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	type feed struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		ID      string   `xml:"id"`
		Updated string   `xml:"updated"`
		Entries []struct {
			ID    string `xml:"id"`
			Title string `xml:"title"`
			Link  struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
			Author struct {
				Name string `xml:"name"`
			} `xml:"author"`
		} `xml:"entry"`
	}
	fetch := func() feed {
		t.Helper()
		w := s.visit(nil, feedPath)
		var f feed
		if err := xml.Unmarshal(w.Body.Bytes(), &f); err != nil || w.Code != 200 || w.Header().Get("Content-Type") != "application/atom+xml; charset=utf-8" || w.Header().Get("ETag") == "" {
			t.Fatalf("%d %v %v", w.Code, w.Header(), err)
		}
		return f
	}
	if f := fetch(); len(f.Entries) != 0 || f.Updated == "" {
		t.Errorf("empty: %+v", f)
	}
	slug, etag := s.create("title", "Een & ander <b>", "status", "published")
	f := fetch()
	if len(f.Entries) != 1 || f.Entries[0].Title != "Een & ander <b>" || f.Entries[0].Link.Href != "https://aanspreekpunt.example/praktijken/"+slug || f.Entries[0].Author.Name == "" || !strings.HasPrefix(f.Entries[0].ID, "urn:uuid:") {
		t.Errorf("%+v", f)
	}
	s.ask(admin, "PUT", apiPath+"/"+slug, text("slug", "elders"), "If-Match", etag)
	if moved := fetch(); moved.Entries[0].ID != f.Entries[0].ID {
		t.Error("a practice that moved is a new entry")
	}
}

// whole are the fields of a form with a whole practice, and a button.
func whole(action string, changes ...string) []string {
	fields := []string{"actie", action, "zone", "5910", "title", "Samen tegen spijbelen", "summary", "Eén formulier.", "themes", "truancy", "levels", "basic",
		"markdown", "Met **één** formulier.", "partners[0].kind", "clb", "partners[0].name", "CLB Voorbeeld", "partners[0].website", ""}
	for i := 0; i < len(changes); i += 2 {
		for j := 0; j < len(fields); j += 2 {
			if fields[j] == changes[i] {
				fields[j+1] = changes[i+1]
				changes[i] = ""
			}
		}
		if changes[i] != "" {
			fields = append(fields, changes[i], changes[i+1])
		}
	}
	return fields
}

// done follows a redirect of a form.
func (s *system) done(who person, w *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	s.t.Helper()
	to, err := url.Parse(w.Header().Get("Location"))
	if w.Code != 303 || err != nil {
		s.t.Fatalf("%d to %s: %s", w.Code, to, content.FindString(w.Body.String()))
	}
	return s.visit(who, to.RequestURI())
}

// TestWritingAPractice goes the way of somebody of the police, without a script.
func TestWritingAPractice(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	wants(t, s.visit(police, managementPath), "Je zone schreef nog geen goede praktijk.", "/beheer/praktijken/nieuw")
	wants(t, s.visit(police, managementPath+"/nieuw"), "Een tabel kan niet")
	form := s.visit(police, managementPath+"/nieuw")
	wants(t, form, "<h1>Nieuwe goede praktijk</h1>", `name="zone" value="5910"`, `<textarea id="markdown" name="markdown" rows="20"`, "Bewaar als concept", "data-session=")
	wants(t, s.visit(several, managementPath+"/nieuw"), `<select id="zone" name="zone">`, `<option value="5341">`)

	added := s.post(police, managementPath+"/nieuw", whole("partner")...)
	wants(t, added, "Partner toegevoegd", `name="partners[1].kind"`, `value="CLB Voorbeeld"`, "autofocus")
	removed := s.post(police, managementPath+"/nieuw", whole("partnerweg:0")...)
	wants(t, removed, "CLB Voorbeeld weggehaald")
	lacks(t, removed, `name="partners[0].kind"`)
	preview := s.post(police, managementPath+"/nieuw", whole("voorbeeld")...)
	wants(t, preview, "Voorbeeld: Samen tegen spijbelen", "<p>Met <strong>één</strong> formulier.</p>", "Met **één** formulier.", "Er is nog niets bewaard")
	wants(t, s.post(police, managementPath+"/nieuw", "actie", "voorbeeld"), "Schrijf eerst iets")

	wrong := s.post(police, managementPath+"/nieuw", whole("publiceren", "title", "", "markdown", "Bel 016 66 55 11 <b>")...)
	if wrong.Code != 400 {
		t.Errorf("%d", wrong.Code)
	}
	wants(t, wrong, "3 fouten · ", `<a href="#title">Titel: Geef je praktijk een titel.`, `<a href="#markdown">Tekst: Hier staat een telefoonnummer.`, `aria-invalid="true"`, "Bel 016 66 55 11 &lt;b&gt;")

	draft := s.done(police, s.post(police, managementPath+"/nieuw", whole("concept")...))
	wants(t, draft, "Bewaard als concept.", "Dit concept publiceren", "Concept · Politiezone Getevallei")
	one := managementPath + "/samen-tegen-spijbelen"
	if w := s.visit(nil, "/praktijken/samen-tegen-spijbelen"); w.Code != 404 {
		t.Errorf("everybody reads the draft: %d", w.Code)
	}
	if w := s.visit(police, "/praktijken/samen-tegen-spijbelen"); w.Code != 303 {
		t.Errorf("its police: %d", w.Code)
	}
	wants(t, s.visit(police, managementPath), "Samen tegen spijbelen", "Concept")
	taken := s.post(police, managementPath+"/nieuw", whole("concept")...)
	if taken.Code != 409 {
		t.Errorf("%d", taken.Code)
	}
	wants(t, taken, "Dit webadres is of was van een andere praktijk. Kies een ander, bijvoorbeeld samen-tegen-spijbelen-2.", "Met **één** formulier.")

	live := s.done(police, s.post(police, one, "actie", "publiceren", "versie", "1"))
	wants(t, live, "Gepubliceerd. Iedereen kan deze praktijk nu lezen.", `href="/praktijken/samen-tegen-spijbelen"`, "Intrekken")
	wants(t, s.post(police, one, "actie", "intrekken", "versie", "1"), "Iemand anders paste deze praktijk intussen aan. Kijk ze opnieuw na.")
	wants(t, s.visit(police, one+"/aanpassen"), `value="2"`, "Een concept verandert niets aan wat iedereen nu leest.", `value="samen-tegen-spijbelen"`)
	newer := s.done(police, s.post(police, one+"/aanpassen", whole("concept", "versie", "2", "title", "Nog beter", "slug", "nog-beter", "note", "omdat")...))
	wants(t, newer, "<h1>Nog beter</h1>", "Gepubliceerd, met een nieuwer concept")
	wants(t, s.visit(nil, "/praktijken/nog-beter"), "<h1>Samen tegen spijbelen</h1>")
	gone := s.done(police, s.post(police, managementPath+"/nog-beter", "actie", "intrekken", "versie", "3"))
	wants(t, gone, "Ingetrokken.", "Opnieuw publiceren")
	if w := s.visit(nil, "/praktijken/nog-beter"); w.Code != 404 {
		t.Errorf("withdrawn: %d", w.Code)
	}

	history := s.visit(police, managementPath+"/nog-beter/geschiedenis")
	wants(t, history, "Versie 4: Ingetrokken", "Versie 3: Bewaard als concept", "Versie 2: Gepubliceerd", "Waarom: omdat", "Gewijzigd: Titel en webadres", "Voorbeeld Persoon (politie)")
	wants(t, s.visit(police, managementPath+"/nog-beter/geschiedenis?versie=1"), "Deze versie herstellen", "<strong>één</strong>")
	wants(t, s.visit(police, managementPath+"/nog-beter/geschiedenis?van=1&met=3"), "<h2>Titel</h2>", "Samen tegen spijbelen", "Nog beter")
	wants(t, s.visit(police, managementPath+"/nog-beter/geschiedenis?van=1&met=1"), "Kies twee verschillende versies")
	if w := s.visit(police, managementPath+"/nog-beter/geschiedenis?versie=9"); w.Code != 404 {
		t.Errorf("version 9: %d", w.Code)
	}
	back := s.post(police, managementPath+"/nog-beter/aanpassen", "actie", "herstellen", "herstel", "1")
	wants(t, back, "Versie 1 staat in het formulier.", `value="Samen tegen spijbelen"`, `name="herstel" value="1"`, `name="versie" value="4"`)
	restored := s.done(police, s.post(police, managementPath+"/nog-beter/aanpassen", whole("publiceren", "versie", "4", "herstel", "1", "slug", "nog-beter")...))
	wants(t, restored, "Gepubliceerd.")
	wants(t, s.visit(police, managementPath+"/nog-beter/geschiedenis"), "Versie 5: Versie 1 hersteld en gepubliceerd")
}

// counting counts what queries of the index read.
type counting struct {
	dynamo.API
	read int
}

func (c *counting) Query(ctx context.Context, in *dynamodb.QueryInput, options ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	out, err := c.API.Query(ctx, in, options...)
	if err == nil && in.IndexName != nil {
		c.read += len(out.Items)
	}
	return out, err
}

// TestMyPractices: everybody lists what they may write, and nothing else is read for it.
func TestMyPractices(t *testing.T) {
	t.Parallel()
	count := &counting{}
	s := newSystem(t, dynamotest.New(t), func(api dynamo.API) dynamo.API { count.API = api; return count })
	s.create("title", "Van Getevallei")
	s.create("title", "Van Hier", "zone", "5341")
	s.createFormer()
	for _, c := range []struct {
		who           person
		shows, hidden []string
		read          int
	}{
		{police, []string{"Van Getevallei", "Van vroeger"}, []string{"Van Hier"}, 2},
		{others, []string{"Van Hier"}, []string{"Van Getevallei", "Van vroeger"}, 1},
		{several, []string{"Van Hier", "Van Getevallei", "Van vroeger"}, nil, 3},
		{admin, []string{"Van Hier", "Van Getevallei", "Van vroeger"}, nil, 3},
	} {
		count.read = 0
		page := s.visit(c.who, managementPath)
		wants(t, page, c.shows...)
		lacks(t, page, c.hidden...)
		if count.read != c.read {
			t.Errorf("%v: %d practices were read, want %d", c.who["sub"], count.read, c.read)
		}
	}
}

// TestTwoWritersAtOnce: nobody's text is lost, and both are seen.
func TestTwoWritersAtOnce(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	slug, etag := s.create("markdown", "Een\n\nTwee")
	if w := s.ask(admin, "PUT", apiPath+"/"+slug, text("markdown", "Een\n\nVan de ander", "summary", "Van de ander."), "If-Match", etag); w.Code != 200 {
		t.Fatal(w.Body)
	}
	edit := managementPath + "/" + slug + "/aanpassen"
	conflict := s.post(police, edit, whole("publiceren", "versie", "1", "slug", slug, "markdown", "Een\n\nVan mij", "title", "Mijn titel", "levels", "basic")...)
	if conflict.Code != 409 {
		t.Errorf("%d", conflict.Code)
	}
	wants(t, conflict, "Iemand anders paste deze praktijk intussen aan. Jouw tekst is niet verloren", "Laatst aangepast door Voorbeeld Persoon (beheerder)",
		"Van de ander</textarea>", "Jullie pasten dit allebei aan.", "Van mij</textarea>", `value="Mijn titel"`, "Alleen de ander paste dit aan.", `name="versie" value="2"`)
	if p, err := s.store.Practice(t.Context(), slug); err != nil || p.Version != 2 {
		t.Errorf("version %d, %v", p.Version, err)
	}
	saved := s.done(police, s.post(police, edit, whole("publiceren", "versie", "2", "slug", slug, "markdown", "Een\n\nVan ons", "title", "Mijn titel", "summary", "Van de ander.")...))
	wants(t, saved, "Gepubliceerd.", "Van ons")
	// The same click twice is no conflict.
	again := s.done(police, s.post(police, edit, whole("publiceren", "versie", "2", "slug", slug, "markdown", "Een\n\nVan ons", "title", "Mijn titel", "summary", "Van de ander.")...))
	wants(t, again, "Gepubliceerd.")
	wants(t, s.visit(police, managementPath+"/"+slug+"/geschiedenis?van=2&met=3"), "<del>Van de ander</del>", "<ins>Van ons</ins>")
	// One who writes at an address that the practice left finds it all the same.
	s.ask(admin, "PUT", apiPath+"/"+slug, text("slug", "elders"), "If-Match", `"3-x"`)
	wants(t, s.post(police, edit, whole("voorbeeld", "versie", "3", "markdown", "Nog iets")...), "Nog iets</textarea>", `action="/beheer/praktijken/elders/aanpassen"`)
}

// TestNothingTypedIsLost: signed out, without the right, or while the store is down.
func TestNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	table := dynamotest.New(t)
	s := newSystem(t, table, nil)
	slug, _ := s.create()
	broken := newSystem(t, table, func(dynamo.API) dynamo.API { return down{} })
	const typed = "Een uur werk van mij."
	for _, target := range []string{managementPath + "/nieuw", managementPath + "/" + slug + "/aanpassen"} {
		for name, c := range map[string]struct {
			system *system
			who    person
			status int
			says   string
		}{
			"signed out":             {s, nil, 401, "Je bent afgemeld. Meld je aan in een nieuw tabblad"},
			"of another zone":        {s, others, 403, notYours},
			"of a school":            {s, school, 403, notYours},
			"with a store in pieces": {broken, police, 503, site.NotSaved},
		} {
			if target == managementPath+"/nieuw" && name == "of another zone" {
				continue // they may write one of their own
			}
			w := c.system.post(c.who, target, whole("concept", "versie", "1", "markdown", typed)...)
			if w.Code != c.status {
				t.Errorf("%s, %s: %d", target, name, w.Code)
			}
			wants(t, w, typed+"</textarea>", c.says, `value="CLB Voorbeeld"`)
		}
	}
	for _, target := range []string{managementPath, managementPath + "/nieuw", managementPath + "/" + slug, managementPath + "/" + slug + "/aanpassen", managementPath + "/" + slug + "/geschiedenis?versie=1"} {
		if w := s.visit(nil, target); w.Code != 303 || !strings.Contains(w.Header().Get("Location"), "/aanmelden?terug="+url.QueryEscape(target)) {
			t.Errorf("%s signed out: %d to %s", target, w.Code, w.Header().Get("Location"))
		}
		if w := s.visit(school, target); w.Code != 403 {
			t.Errorf("%s of a school: %d", target, w.Code)
		}
	}
	if w := s.post(police, managementPath+"/nieuw", "markdown", strings.Repeat("x", largestForm)); w.Code != 413 {
		t.Errorf("too large: %d", w.Code)
	}
	forged := httptest.NewRequest("POST", managementPath+"/"+slug, strings.NewReader("actie=intrekken&versie=1"))
	forged.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	forged.Header.Set("Sec-Fetch-Site", "cross-site")
	if w := s.browse(police, forged); w.Code != 403 {
		t.Errorf("a forged form: %d", w.Code)
	}
	if p, err := s.store.Practice(t.Context(), slug); err != nil || p.Version != 1 {
		t.Errorf("version %d, %v", p.Version, err)
	}
}

// TestDifferences: lines that both have stay, and far from a difference they are counted.
func TestDifferences(t *testing.T) {
	t.Parallel()
	split := func(s string) []string { return strings.Split(s, "|") }
	for _, c := range []struct{ a, b, want string }{
		{"a|b", "a|b", "…2"},
		{"a|b|c", "a|c", "a -b c"},
		{"a|c", "a|b|c", "a +b c"},
		{"a", "b", "-a +b"},
		{"1|2|3|4|5|6|7", "1|2|3|x|5|6|7", "…1 2 3 -4 +x 5 6 …1"},
		{"", "a", "- +a"},
	} {
		var got []string
		for _, l := range diff(split(c.a), split(c.b)) {
			switch {
			case l.Skipped > 0:
				got = append(got, fmt.Sprint("…", l.Skipped))
			case l.Gone:
				got = append(got, "-"+l.Text)
			case l.Came:
				got = append(got, "+"+l.Text)
			default:
				got = append(got, l.Text)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s and %s: %s, want %s", c.a, c.b, strings.Join(got, " "), c.want)
		}
	}
	long := make([]string, 20_000)
	for i := range long {
		long[i] = fmt.Sprint(i)
	}
	other := append([]string{"x"}, long[1:]...)
	other[len(other)-1] = "y"
	if lines := diff(long, other); len(lines) != 40_000 {
		t.Errorf("two long texts: %d lines", len(lines))
	}
}

// TestAFormerAddressIsNotMistakenForTheWayToIt: its words may begin like those of the path before it.
func TestAFormerAddressIsNotMistakenForTheWayToIt(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	for i, old := range []string{"praktijk", "p", "beheer", "api", "v1"} {
		next := fmt.Sprint("elders-", i)
		_, etag := s.create("slug", old)
		if w := s.ask(police, "PUT", apiPath+"/"+old, text("slug", next), "If-Match", etag); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		for _, path := range []string{publicPath + "/%s", managementPath + "/%s/geschiedenis?versie=1", apiPath + "/%s", apiPath + "/%s/revisions/1"} {
			r := httptest.NewRequest("GET", fmt.Sprintf(path, old), nil)
			r.Header.Set("Authorization", "Bearer "+police.Token())
			w := s.browse(police, r)
			if want := "https://aanspreekpunt.example" + fmt.Sprintf(path, next); w.Code != 301 || w.Header().Get("Location") != want {
				t.Errorf("%s: %d %s, want %s", r.URL, w.Code, w.Header().Get("Location"), want)
			}
		}
	}
}
