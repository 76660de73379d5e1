package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/publication"
)

const points = "\ufeffzone,role\r\n5910,\"Jeugd\r\ninspecteur\"\r\n5911,b\r\n5912,c\r\n5913,d\r\n5914,e\r\n5915,f\r\n"

// publish makes an edition of a day current, with a text file, a spreadsheet, and more files by name.
func (s *system) publish(day directory.Day, zones string, more map[string][]byte) publication.Manifest {
	e := publication.Edition{Name: "e" + string(day), Date: day, Modified: day.Start(), Zones: 107, ContactPoints: 1234, Files: []publication.File{
		{Name: "zones.csv", Title: "Politiezones", Description: "Een rij per zone.", MediaType: "text/csv", Rows: 107},
		{Name: "contact-points.csv", Title: "Aanspreekpunten", Description: "Een rij per aanspreekpunt.", MediaType: "text/csv", Rows: 1},
		{Name: "aanspreekpunt.xlsx", Title: "Rekenblad", Description: "Alles.", MediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	}}
	contents := map[string][]byte{"zones.csv": []byte(zones), "contact-points.csv": []byte(points), "aanspreekpunt.xlsx": {0xff, 0xfe, 0}}
	for name, data := range more {
		if _, known := e.File(name); !known {
			e.Files = append(e.Files, publication.File{Name: name, Title: name, MediaType: "application/json"})
		}
		contents[name] = data
	}
	return s.bucket.Publish(e, contents)
}

func TestDownloadsAreWhatWasPublished(t *testing.T) {
	t.Parallel()
	s := start(t)
	long := strings.Repeat("5910;Getevallei\n", 100)
	s.publish("2026-11-02", "eerst", nil)
	s.publish("2026-11-05", long, nil)
	for path, want := range map[string]struct{ body, location string }{
		"/opendata/latest/zones.csv":     {long, "/opendata/2026-11-05/zones.csv"},
		"/opendata/2026-11-02/zones.csv": {"eerst", ""},
		"/opendata/2026-11-04/zones.csv": {"eerst", "/opendata/2026-11-02/zones.csv"},
		"/opendata/2026-11-05/zones.csv": {long, ""},
		"/opendata/2026-11-23/zones.csv": {long, "/opendata/2026-11-05/zones.csv"},
	} {
		w := s.ask("GET", path)
		h := w.Header()
		if w.Code != 200 || w.Body.String() != want.body || h.Get("Content-Location") != want.location {
			t.Errorf("%s: %d, %.20q, Content-Location %q", path, w.Code, w.Body, h.Get("Content-Location"))
		}
		sum := sha256.Sum256([]byte(want.body))
		digest := hex.EncodeToString(sum[:])
		if h.Get("ETag") != `"`+digest+`"` || h.Get("X-Checksum-Sha256") != digest || h.Get("Repr-Digest") != "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":" ||
			h.Get("Content-Type") != "text/csv; charset=utf-8" || h.Get("Content-Disposition") != "attachment; filename=zones.csv" ||
			h.Get("Cache-Control") != "no-cache" || h.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(h.Get("Link"), `rel="license"`) {
			t.Errorf("%s: %v", path, h)
		}
		if again := s.ask("GET", path, "If-None-Match", h.Get("ETag")); again.Code != 304 || again.Body.Len() > 0 {
			t.Errorf("%s: again %d with %d bytes", path, again.Code, again.Body.Len())
		}
		if head := s.ask("HEAD", path); head.Code != 200 || head.Body.Len() > 0 || head.Header().Get("Content-Length") != h.Get("Content-Length") || head.Header().Get("ETag") != h.Get("ETag") {
			t.Errorf("%s: HEAD %d %v", path, head.Code, head.Header())
		}
	}
	packed := s.ask("GET", "/opendata/latest/zones.csv", "Accept-Encoding", "gzip")
	if h := packed.Header(); h.Get("Content-Encoding") != "gzip" || !strings.HasSuffix(h.Get("ETag"), `-gz"`) || h.Get("Repr-Digest") != "" || h.Get("X-Checksum-Sha256") == "" {
		t.Errorf("compressed: %v", h)
	}
	if sheet := s.ask("GET", "/opendata/latest/aanspreekpunt.xlsx"); !bytes.Equal(sheet.Body.Bytes(), []byte{0xff, 0xfe, 0}) {
		t.Errorf("the spreadsheet: %d %q", sheet.Code, sheet.Body)
	}
}

func TestDownloadsThatAreNotThere(t *testing.T) {
	t.Parallel()
	s := start(t)
	want(t, s.ask("GET", "/opendata/latest/zones.csv"), 404, "Er is nog niets gepubliceerd.")
	want(t, s.ask("GET", "/opendata/2026-11-01/zones.csv"), 404, "Er is nog niets gepubliceerd.")
	s.publish("2026-11-02", "x", nil)
	want(t, s.ask("GET", "/opendata/2026-11-01/zones.csv"), 404, "Op die datum was er nog niets gepubliceerd.", "Voorbeeldgegevens")
	for _, path := range []string{"/opendata/latest/edition.json", "/opendata/latest/..%2fmanifest.json", "/opendata/2026-02-30/zones.csv", "/opendata/e2026-11-02/zones.csv", "/opendata/LATEST/zones.csv"} {
		want(t, s.ask("GET", path), 404, "Dit bestand is er niet.")
	}
	want(t, s.ask("GET", "/opendata/latest"), 404, "Deze pagina bestaat niet")
	want(t, s.ask("PUT", "/opendata/latest/zones.csv"), 405)
	s.down.Store(true)
	for _, path := range []string{"/opendata/latest/zones.csv", "/opendata/2026-11-02/zones.csv", "/opendata"} {
		if w := s.ask("GET", path); w.Header().Get("Retry-After") == "" {
			want(t, w, 503, "Dit werkt even niet")
			t.Errorf("%s: no Retry-After", path)
		}
	}
	want(t, s.ask("GET", "/dekking"), 200) // does without the bucket
}

func TestLargeFilesComeFromTheBucket(t *testing.T) {
	t.Parallel()
	s := start(t)
	sheet := bytes.Repeat([]byte{0xff}, 3<<20+1) // over 4 MB in base64
	s.publish("2026-11-02", strings.Repeat("x", 4<<20), map[string][]byte{"groot.json": []byte(strings.Repeat("1", 4<<20+1)), "aanspreekpunt.xlsx": sheet})
	want(t, s.ask("GET", "/opendata/latest/zones.csv"), 200)
	for _, name := range []string{"groot.json", "aanspreekpunt.xlsx"} {
		w := s.ask("GET", "/opendata/latest/"+name)
		if w.Code != 302 || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Content-Location") != "/opendata/2026-11-02/"+name {
			t.Fatalf("%s: %d %v", name, w.Code, w.Header())
		}
		answer, err := http.Get(w.Header().Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(answer.Body)
		if err != nil || answer.Body.Close() != nil || answer.StatusCode != 200 || len(data) < 3<<20 {
			t.Errorf("%s: %d with %d bytes, %v", name, answer.StatusCode, len(data), err)
		}
	}
}

func TestADateWhoseFilesAreGoneSaysWhatTheyWere(t *testing.T) {
	t.Parallel()
	s := start(t)
	m := s.publish("2026-11-02", "x", nil)
	gone := m.Current
	gone.Date = "2026-07-01"
	m.Archived = []directory.Day{gone.Date}
	s.bucket.Put(publication.ArchiveKey(gone.Date), must(json.Marshal(gone)))
	s.bucket.Put(publication.ManifestKey, must(json.Marshal(m)))
	for _, path := range []string{"/opendata/2026-07-01/zones.csv", "/opendata/2026-10-31/anything.csv"} {
		want(t, s.ask("GET", path), 410, "De bestanden van 1 juli 2026 zijn gewist", "107 politiezones", "1.234 aanspreekpunten", gone.Files[0].SHA256)
	}
	want(t, s.ask("GET", "/opendata/2026-06-30/zones.csv"), 404)
}

// replacing answers the first Open as the bucket does when an edition was taken away meanwhile.
type replacing struct {
	published
	asked int
}

func (r *replacing) Manifest(ctx context.Context) (publication.Manifest, string, error) {
	r.asked++
	m, etag, err := r.published.Manifest(ctx)
	if r.asked == 1 {
		m.Current.Name, m.Dates[0].Edition = "gone", "gone too"
	}
	return m, etag, err
}

func TestAnEditionThatIsReplacedMeanwhileIsAskedForAgain(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.publish("2026-11-02", "x", nil)
	reader := s.service.published
	for _, path := range []string{"/opendata/latest/zones.csv", "/opendata/2026-11-02/zones.csv"} {
		s.service.published = &replacing{published: reader}
		if body := want(t, s.ask("GET", path), 200); body != "x" {
			t.Errorf("%s: %q", path, body)
		}
	}
}

func TestOpenDataPage(t *testing.T) {
	t.Parallel()
	s := start(t)
	want(t, s.ask("GET", "/opendata"), 200, "Er is nog niets gepubliceerd.", "curl 'https://aanspreekpunt.example/api/v1/zones/5910'", "-/opendata/latest/")
	s.publish("2026-11-02", "x", nil)
	m := s.publish("2026-11-05", "y", nil)
	page := want(t, s.ask("GET", "/opendata"), 200, `href="/opendata/latest/zones.csv"`, `href="/opendata/latest/aanspreekpunt.xlsx"`, m.Current.Files[1].SHA256, "107 rijen",
		"1.234 aanspreekpunten", "5 november 2026", "Toon 2 bewaarde edities", `href="/opendata/2026-11-02/aanspreekpunt.xlsx"`, publication.LicenseURL,
		"<pre>zone,role\n5910,&#34;Jeugd\ninspecteur&#34;\n5911,b\n5912,c\n5913,d\n5914,e</pre>")
	if strings.Count(page, "curl '") != 3 {
		t.Errorf("%d examples", strings.Count(page, "curl '"))
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0 bytes", 999: "999 bytes", 1000: "1 kB", 1499: "1 kB", 23_400: "23 kB", 999_499: "999 kB", 999_500: "1,0 MB", 12_340_000: "12,3 MB"} {
		if got := sizeWords(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
}
