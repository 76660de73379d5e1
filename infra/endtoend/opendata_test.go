package endtoend

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"aanspreekpunt/shared/directory"
)

// TestWhatIsPublishedCanBeDownloaded goes from the page about open data to each file, under latest and under its date.
func TestWhatIsPublishedCanBeDownloaded(t *testing.T) {
	t.Parallel()
	page := get(t, "/opendata").text()
	links := regexp.MustCompile(`href="/opendata/latest/([^"]+)"`).FindAllStringSubmatch(page, -1)
	seen := map[string]bool{}
	for _, link := range links {
		seen[link[1][strings.LastIndexByte(link[1], '.'):]] = true
		latest := get(t, "/opendata/latest/"+link[1])
		sum := sha256.Sum256(latest.body)
		digest := hex.EncodeToString(sum[:])
		if latest.status != http.StatusOK || !strings.Contains(page, digest) || latest.header.Get("ETag") != `"`+digest+`"` || latest.header.Get("X-Checksum-Sha256") != digest {
			t.Errorf("%s: %d, %d bytes with the checksum %s: %v", link[1], latest.status, len(latest.body), digest, latest.header)
			continue
		}
		dated := get(t, latest.header.Get("Content-Location"))
		if dated.status != http.StatusOK || dated.text() != latest.text() || dated.header.Get("Content-Location") != "" {
			t.Errorf("%s is another file than latest: %d", dated.target, dated.status)
		}
		if kept := keptForSchools(t, "5910"); latest.hasAny(kept) {
			t.Errorf("%s has what is kept for schools", link[1])
		}
	}
	for _, extension := range []string{".csv", ".xlsx", ".json", ".jsonld", ".vcf", ".ttl"} {
		if !seen[extension] {
			t.Errorf("no file ends in %s", extension)
		}
	}
	tomorrow := directory.DayOf(time.Now().Add(48 * time.Hour))
	if later := get(t, "/opendata/"+string(tomorrow)+"/zones.csv"); later.status != http.StatusOK || !strings.HasPrefix(later.header.Get("Content-Location"), "/opendata/20") {
		t.Errorf("a date without a publication: %d %v", later.status, later.header)
	}
	for _, path := range []string{"/opendata/2020-01-01/zones.csv", "/opendata/latest/geheim.csv", "/opendata/latest/edition.json", "/opendata/gisteren/zones.csv"} {
		if a := get(t, path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}
