package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	peer "github.com/emersion/go-vcard"
	"github.com/xuri/excelize/v2"

	"aanspreekpunt/shared/cell"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/publication"
)

func TestWhatIsPublished(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	r := w.wants(0, outcomePublished)
	if r.Zones != 107 || r.ContactPoints != 4 || r.Date != "2026-11-02" || r.Restricted != outcomePublished || r.Bytes == 0 {
		t.Errorf("%+v", r)
	}
	files := w.published()
	for _, kind := range []string{".csv", ".xlsx", ".json", ".jsonld", ".vcf"} {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(files)), func(name string) bool { return strings.HasSuffix(name, kind) }) {
			t.Errorf("no file %s", kind)
		}
	}

	zones := rows(t, files["zones.csv"])
	if len(zones) != 107 {
		t.Errorf("%d zones", len(zones))
	}
	z := find(t, zones, "code", "5910")
	for column, want := range map[string]string{"name": "Getevallei", "phone": "016 66 55 11", "street": "Straat 1", "contactPoints": "2",
		"assuredAt": "2026-10-31T01:30:00Z", "modifiedAt": "2026-11-01T01:30:00Z", "remark": "Voorbeeldgegevens: bel deze nummers niet."} {
		if z[column] != want {
			t.Errorf("zone 5910, %s: %q, want %q", column, z[column], want)
		}
	}
	if z := find(t, zones, "code", "5341"); !strings.Contains(z["remark"], "Nog niet bevestigd door de politiezone. Gewijzigd op 30 oktober 2026.") {
		t.Errorf("%v", z)
	}
	if z := find(t, zones, "code", "5389"); !strings.Contains(z["remark"], "Nog niet bevestigd door de politiezone. Gegevens van 8 november 2023.") {
		t.Errorf("%v", z)
	}
	if !strings.Contains(z["municipalities"], "Tienen") || !strings.Contains(z["municipalityCodes"], "24107") {
		t.Errorf("%v", z)
	}
	p := find(t, rows(t, files["contact-points.csv"]), "id", "drugs")
	for column, want := range map[string]string{"zone": "5910", "role": "Drugspreventie", "primary": "false", "themes": "drugs", "levels": "secondary", "municipalities": "24107",
		"institutionNumbers": "012345", "languages": "nl|fr", "phones": "0031 612 34 56 78", "emails": "drugs@voorbeeld.example", "absentUntil": "2026-11-20", "replacement": "vast", "withheld": "1"} {
		if want == "1" {
			want = "0" // its name is public, though it is not in the files
		}
		if p[column] != want {
			t.Errorf("drugs, %s: %q, want %q", column, p[column], want)
		}
	}
	if p := find(t, rows(t, files["contact-points.csv"]), "id", "vast"); p["withheld"] != "4" || p["openingHours"] != "Mo 08:00-16:30" {
		t.Errorf("%v", p)
	}
	var all struct {
		Title string
		Items []Zone
		Total int
	}
	if err := json.Unmarshal(files[recordsFile], &all); err != nil || all.Total != 107 || len(all.Items) != 107 || !strings.HasPrefix(all.Title, "Voorbeeldgegevens") {
		t.Errorf("%v, %d zones, %q", err, len(all.Items), all.Title)
	}
	i := slices.IndexFunc(all.Items, func(z Zone) bool { return z.Code == "5910" })
	if got := all.Items[i].ContactPoints[1].Phones[0].Number; got != "+31612345678" {
		t.Errorf("in JSON: %s", got)
	}
}

// TestNothingKeptBackIsPublished: what is for schools, and names of persons, are in no public file, and in the
// restricted ones.
func TestNothingKeptBackIsPublished(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.wants(0, outcomePublished)
	secrets := []string{canaryName, "Voorbeeld Openbaar", canaryPhone, "088 99 00 11", "88990011", canaryEmail, canaryWords, canaryBoss}
	for name, data := range w.published() {
		text := unpacked(t, name, data)
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds %q", name, secret)
			}
		}
	}
	full := w.files(w.Restricted, w.manifest(w.Restricted).Current)
	for _, name := range []string{recordsFile, spreadsheetFile, "contact-points.csv"} {
		text := unpacked(t, name, full[name])
		for _, secret := range []string{canaryName, "Voorbeeld Openbaar", canaryEmail, canaryWords} {
			if !strings.Contains(text, secret) {
				t.Errorf("restricted %s lacks %q", name, secret)
			}
		}
	}
	if z := find(t, rows(t, full["zones.csv"]), "code", "5910"); z["managementEmail"] != canaryBoss {
		t.Errorf("%v", z)
	}
	if c := find(t, rows(t, full["channels.csv"]), "value", "088 99 00 11"); c["visibility"] != "schools" {
		t.Errorf("%v", c)
	}
}

// TestOrdinaryWordsStopNoRun: what a zone keeps for schools may be what every file says by itself.
func TestOrdinaryWordsStopNoRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.change("5910", func(p *directory.Profile) {
		for i, name := range []string{"Politiezone Getevallei", "Onthaal politie"} {
			c := &p.ContactPoints[i]
			c.Name, c.NameVisibility = name, directory.VisibleSchools
			c.Phones = append(c.Phones, directory.Phone{Number: "+328800000" + strconv.Itoa(i), Visibility: directory.VisibleSchools, Note: []string{"noodnummer", "contactPoint"}[i]})
			c.Availability = []string{"bevestigd door de politie", "aanspreekpunt"}[i]
		}
		p.Phone, p.ManagementEmail = "+3216665511", p.Email // the desk's own
	})
	w.wants(0, outcomePublished)
}

// TestABetrayalStopsARun: whatever would let a secret slip into a file, reading back finds it.
func TestABetrayalStopsARun(t *testing.T) {
	t.Parallel()
	for name, slip := range map[string]func(*Zone){
		"all that See shows":    nil,
		"a number in a role":    func(z *Zone) { z.ContactPoints[0].Role += " 088 99 00 11" },
		"a number":              func(z *Zone) { z.ContactPoints[0].Phones[0].Number = canaryPhone },
		"an address of a desk":  func(z *Zone) { z.Email = canaryEmail },
		"a name of a partner":   func(z *Zone) { z.Partners[0].Name = canaryName },
		"words of availability": func(z *Zone) { z.ContactPoints[0].Availability = canaryWords },
	} {
		d := must(newDraft(about{}))
		defer d.remove()
		p := profile()
		see := seen
		if slip == nil { // as if everybody saw what the zone's police see
			slip = func(*Zone) {}
			see = func(p *directory.Profile) Zone { return seenBy(directory.Principal{Role: directory.RoleAdmin}, p) }
		}
		record := see(&p)
		slip(&record)
		if err := d.add(record, d.secretsOf(&p, see)); err != nil {
			t.Fatal(err)
		}
		if err := d.finish(); err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, f := range d.edition.Files {
			body := must(d.read(f.Name))
			if err := d.verify(f, body); err != nil {
				found = append(found, f.Name)
				if !strings.Contains(err.Error(), "5910") || strings.Contains(err.Error(), "anarie") || strings.Contains(err.Error(), "99 00") {
					t.Errorf("%s: %v", name, err)
				}
			}
			_ = body.Close()
		}
		if len(found) < 3 {
			t.Errorf("%s: found in %v only", name, found)
		}
	}
}

// TestFilesForOtherPrograms: libraries that are not ours open them.
func TestFilesForOtherPrograms(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.wants(0, outcomePublished)
	files := w.published()

	book, err := excelize.OpenReader(bytes.NewReader(files[spreadsheetFile]))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(book.GetSheetList(), ","); got != "Politiezones,Aanspreekpunten,Nummers en adressen,Partners,Gemeenten,Toelichting" {
		t.Errorf("sheets: %s", got)
	}
	sheet, err := book.GetRows("Aanspreekpunten")
	if err != nil || len(sheet) != 5 {
		t.Fatalf("%d rows, %v", len(sheet), err)
	}
	for r, row := range sheet {
		for c := range row {
			cell := must(excelize.CoordinatesToCellName(c+1, r+1))
			if f, err := book.GetCellFormula("Aanspreekpunten", cell); f != "" || err != nil {
				t.Errorf("%s is a formula: %s, %v", cell, f, err)
			}
		}
	}
	if sheet[1][3] != `'=HYPERLINK("http://evil.example";"x")` {
		t.Errorf("%q", sheet[1][3])
	}

	decoder := peer.NewDecoder(bytes.NewReader(files[cardsFile]))
	cards := map[string]peer.Card{}
	for {
		card, err := decoder.Decode()
		if err != nil {
			break
		}
		cards[card.Value("UID")] = card
	}
	if len(cards) != 107+3 { // each desk, and the points with a public number or address
		t.Errorf("%d cards", len(cards))
	}
	if c := cards["urn:aanspreekpunt:zone:5910:drugs"]; c.Value("TEL") != "+31612345678" || !strings.Contains(c.Value("NOTE"), "Bevestigd op 31 oktober 2026") || !strings.Contains(c.Value("NOTE"), "Voorbeeldgegevens") {
		t.Errorf("%v", c)
	}
}

// TestHostileTextIsOnlyText in every file.
func TestHostileTextIsOnlyText(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.wants(0, outcomePublished)
	files := w.published()
	for name, data := range files {
		if !strings.HasSuffix(name, ".csv") {
			continue
		}
		for _, row := range rows(t, data) {
			for column, text := range row {
				if cell.Formula(text) {
					t.Errorf("%s, %s: %q", name, column, text)
				}
			}
		}
	}
	points := rows(t, files["contact-points.csv"])
	if p := find(t, points, "id", "b"); p["role"] != "'-1+1, \"quoted\"\nsecond; line \\ <b>&amp;</b> ]]> \u0001" { // encoding/csv reads \r\n as \n
		t.Errorf("%q", p["role"])
	}
	if c := find(t, rows(t, files["channels.csv"]), "note", "'@SUM(A1)"); c["value"] != "088 00 00 01" {
		t.Errorf("%v", c)
	}
}

func TestTheSameDataGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	first := w.wants(0, outcomePublished)
	before := w.published()
	objects := w.objects(w.Open.Bucket)
	w.wants(0, outcomeUnchanged)
	later := w.wants(40, outcomeUnchanged) // whatever the day: an absence ended, data grew old
	if later.Edition != first.Edition || later.Date != first.Date || later.Restricted != outcomePublished {
		t.Errorf("%+v, then %+v", first, later)
	}
	if m := w.manifest(w.Open); len(m.Dates) != 1 || m.Serial != 1 {
		t.Errorf("%+v", m)
	}
	if got := w.objects(w.Open.Bucket); !slices.Equal(got, objects) {
		t.Errorf("objects %v, before %v", got, objects)
	}

	// Another table and bucket with the same data.
	other := newWorld(t, nil)
	other.wants(7, outcomePublished)
	for name, data := range other.published() {
		if !bytes.Equal(data, before[name]) {
			t.Errorf("%s differs", name)
		}
	}
}

func TestAPublishedFileThatBrokeIsReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.wants(0, outcomePublished)
	w.data.Put(w.manifest(w.Open).Current.Key("zones.csv"), []byte("broken"))
	w.wants(1, outcomePublished)
	w.wants(0, outcomeUnchanged)
}

func TestDatesAnswerWithTheLastBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.wants(0, outcomePublished)
	old := w.published()
	w.change("5910", func(p *directory.Profile) { p.Phone = "+3216000000" })
	w.wants(3, outcomePublished)
	m := w.manifest(w.Open)
	if len(m.Dates) != 2 || m.Current.Date != "2026-11-05" {
		t.Fatalf("%+v", m)
	}
	e, err := publication.NewReader(w.data.Client, nil, w.Open.Bucket).On(t.Context(), m, "2026-11-04")
	if err != nil || e.Date != "2026-11-02" {
		t.Fatalf("%+v, %v", e, err)
	}
	for name, data := range w.files(w.Open, e) {
		if !bytes.Equal(data, old[name]) {
			t.Errorf("%s of the first day changed", name)
		}
	}
	// A second edition of the same day takes the place of the first, whose files go at once.
	first := m.Current.Name
	w.change("5910", func(p *directory.Profile) { p.Phone = "+3216000001" })
	w.wants(0, outcomePublished)
	if m := w.manifest(w.Open); len(m.Dates) != 2 || m.Current.Name == first {
		t.Errorf("%+v", m)
	}
	for _, key := range w.objects(w.Open.Bucket) {
		if strings.Contains(key, first) {
			t.Errorf("%s is still there", key)
		}
	}
}

// TestFilesAreForgotten: under a date for 90 days, the restricted ones for 30; then counts and checksums.
func TestFilesAreForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.wants(0, outcomePublished)
	first := w.manifest(w.Open).Current
	w.change("5910", func(p *directory.Profile) { p.Phone = "+3216000000" })
	w.wants(10, outcomePublished)
	w.wants(80, outcomeUnchanged) // day 90
	if m := w.manifest(w.Open); len(m.Dates) != 2 || len(m.Archived) > 0 {
		t.Errorf("on day 90: %+v", m)
	}
	if m := w.manifest(w.Restricted); len(m.Dates) != 1 || len(m.Archived) != 2 {
		t.Errorf("restricted, on day 90: %+v", m)
	}
	r := w.wants(1, outcomeUnchanged)
	m := w.manifest(w.Open)
	if r.Archived != 1 || len(m.Dates) != 1 || !slices.Equal(m.Archived, []directory.Day{"2026-11-02"}) {
		t.Errorf("on day 91: %+v, %+v", r, m)
	}
	reader := publication.NewReader(w.data.Client, nil, w.Open.Bucket)
	if _, err := reader.On(t.Context(), m, "2026-11-03"); !errors.Is(err, publication.ErrArchived) {
		t.Errorf("%v", err)
	}
	kept, err := reader.Archived(t.Context(), "2026-11-02")
	if err != nil || kept.Zones != 107 || len(kept.Files) != len(first.Files) || kept.Files[0].SHA256 != first.Files[0].SHA256 {
		t.Errorf("%+v, %v", kept, err)
	}
	for _, key := range append(w.objects(w.Open.Bucket), w.objects(w.Restricted.Bucket)...) {
		if strings.Contains(key, "/2026-11-02-") {
			t.Errorf("%s is still there", key)
		}
	}
	// The current edition stays, however old it is.
	w.wants(400, outcomeUnchanged)
	if len(w.published()["zones.csv"]) == 0 {
		t.Error("the current files are gone")
	}
}

func TestADropIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	many := func(n int) func(*directory.Profile) {
		return func(p *directory.Profile) {
			p.ContactPoints = p.ContactPoints[:2:2]
			for i := range n - 2 {
				p.ContactPoints = append(p.ContactPoints, directory.ContactPoint{ID: "p" + string(rune('a'+i)), Role: "Wijkinspecteur"})
			}
		}
	}
	w.change("5910", many(18)) // 20 with those of 5341
	w.wants(0, outcomePublished)
	before := w.manifest(w.Open)

	w.change("5910", many(16))
	w.wants(1, outcomePublished) // a tenth
	w.change("5910", many(14))
	_, err := w.run(1, nil)
	if err == nil || !strings.Contains(err.Error(), "16 contact points, and the current edition has 18") {
		t.Fatalf("%v", err)
	}
	if log := w.log.String(); strings.Count(log, "level=ERROR") != 1 || !strings.Contains(log, `cause="refused: 16 contact points`) {
		t.Errorf("a failure has one line: %s", log)
	}
	if m := w.manifest(w.Open); m.Serial != before.Serial+1 || m.Current.ContactPoints != 18 {
		t.Errorf("%+v", m)
	}
	days, err := w.store.CoverageSince(t.Context(), "2026-11-01")
	if err != nil || len(days) != 3 {
		t.Errorf("coverage of %d days, %v", len(days), err)
	}
	if r, err := w.run(0, func(e *event) { e.Force = true }); err != nil || r.Outcome != outcomePublished {
		t.Errorf("forced: %+v, %v", r, err)
	}

	// Narrowing every visibility takes nothing away.
	w.change("5910", func(p *directory.Profile) {
		for i := range p.ContactPoints {
			c := &p.ContactPoints[i]
			c.NameVisibility, c.OpeningHoursPublic, c.AvailabilityPublic, c.AbsencePublic = directory.VisibleSchools, false, false, false
			for j := range c.Phones {
				c.Phones[j].Visibility = directory.VisibleSchools
			}
			for j := range c.Emails {
				c.Emails[j].Visibility = directory.VisibleSchools
			}
		}
	})
	w.wants(1, outcomePublished)
}

// TestTwoRunsAtOnce: one publishes, the other says that it did not.
func TestTwoRunsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for day := range 3 {
		w.change("5910", func(p *directory.Profile) { p.Phone = "+321600000" + string(rune('0'+day)) })
		at := start.AddDate(0, 0, day)
		outcomes := make([]Result, 4)
		var group sync.WaitGroup
		ready := sync.WaitGroup{}
		ready.Add(len(outcomes))
		for i := range outcomes {
			group.Go(func() {
				x := *w.Exporter
				x.Clock = func() time.Time { return time.Now() }
				ready.Done()
				ready.Wait()
				r, err := x.Handle(t.Context(), event{Time: &at})
				if err != nil {
					t.Error(err)
				}
				outcomes[i] = r
			})
		}
		group.Wait()
		count := map[string]int{}
		for _, r := range outcomes {
			count[r.Outcome]++
		}
		if count[outcomePublished] != 1 || count[outcomePublished]+count[outcomeOvertaken]+count[outcomeUnchanged] != len(outcomes) {
			t.Errorf("day %d: %v", day, count)
		}
		if m := w.manifest(w.Open); m.Serial != day+1 || len(m.Dates) != day+1 {
			t.Errorf("day %d: %+v", day, m)
		}
		w.published()
	}
}

func TestAnEventThatIsWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.wants(0, outcomePublished)
	zero, before := time.Time{}, start.AddDate(0, 0, -1)
	for name, e := range map[string]event{
		"no time":             {},
		"a zero time":         {Time: &zero},
		"before the last":     {Time: &before},
		"another action":      {Time: &start, Action: "delete"},
		"no value":            {Time: &start, Action: "takeOut"},
		"a short value":       {Time: &start, Action: "takeOut", Value: " 12 "},
		"a long value":        {Time: &start, Action: "takeOut", Value: strings.Repeat("a", 201)},
		"a value and publish": {Time: &start, Value: "016 66 55 11"},
	} {
		if r, err := w.Handle(t.Context(), e); err == nil {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if m := w.manifest(w.Open); m.Serial != 1 {
		t.Errorf("%+v", m)
	}
	// A time that was wrong is put right by force: the later dates go.
	w.change("5910", func(p *directory.Profile) { p.Phone = "+3216000000" })
	w.wants(3650, outcomePublished)
	w.now = start.AddDate(0, 0, 1)
	if r, err := w.run(0, func(e *event) { e.Force = true }); err != nil || r.Outcome != outcomePublished && r.Outcome != outcomeUnchanged {
		t.Errorf("%+v, %v", r, err)
	}
	w.wants(1, outcomeUnchanged)
}
