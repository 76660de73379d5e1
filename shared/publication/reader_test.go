package publication_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/publication"
	"aanspreekpunt/shared/publication/publicationtest"
)

func edition(name string, day directory.Day) publication.Edition {
	return publication.Edition{Name: name, Date: day, Zones: 107, ContactPoints: 321,
		Files: []publication.File{{Name: "zones.csv", MediaType: "text/csv", Rows: 107}}}
}

func TestWhatIsPublishedIsRead(t *testing.T) {
	t.Parallel()
	b := publicationtest.New(t, nil)
	r := publication.NewReader(b.Client, s3.NewPresignClient(b.Client), b.Name)
	ctx := t.Context()
	if _, _, err := r.Manifest(ctx); !errors.Is(err, publication.ErrNone) {
		t.Fatalf("an empty bucket: %v", err)
	}
	b.Publish(edition("one", "2026-11-02"), map[string][]byte{"zones.csv": []byte("first")})
	b.Publish(edition("two", "2026-11-05"), map[string][]byte{"zones.csv": []byte("second")})
	m, etag, err := r.Manifest(ctx)
	if err != nil || etag == "" || m.Serial != 2 || m.Current.Name != "two" {
		t.Fatalf("%+v, %q, %v", m, etag, err)
	}
	for day, want := range map[directory.Day]string{"2026-11-02": "first", "2026-11-04": "first", "2026-11-05": "second", "2027-01-01": "second"} {
		e, err := r.On(ctx, m, day)
		if err != nil {
			t.Errorf("%s: %v", day, err)
			continue
		}
		body, err := r.Open(ctx, e, "zones.csv")
		if err != nil {
			t.Errorf("%s: %v", day, err)
			continue
		}
		data, err := io.ReadAll(body)
		if err != nil || string(data) != want || body.Close() != nil {
			t.Errorf("%s: %q, %v; want %q", day, data, err, want)
		}
	}
	if _, err := r.On(ctx, m, "2026-11-01"); !errors.Is(err, publication.ErrNone) {
		t.Errorf("the day before the first: %v", err)
	}
	for _, file := range []string{"other.csv", publication.EditionFile, "../manifest.json"} {
		if _, err := r.Open(ctx, m.Current, file); !errors.Is(err, publication.ErrNone) {
			t.Errorf("%s: %v", file, err)
		}
	}
	f, _ := m.Current.File("zones.csv")
	if f.Size != 6 || len(f.ETag()) != 66 || f.ContentType() != "text/csv; charset=utf-8" {
		t.Errorf("%+v", f)
	}

	address, err := r.Presign(ctx, m.Current, "zones.csv", 5*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil || string(data) != "second" || !strings.Contains(answer.Header.Get("Content-Disposition"), `filename=zones.csv`) {
		t.Errorf("%s: %q, %v, %v", address, data, answer.Header, err)
	}
}

func TestDatesWhoseFilesAreGone(t *testing.T) {
	t.Parallel()
	m := publication.Manifest{Archived: []directory.Day{"2026-01-01", "2026-03-01"}, Dates: []publication.Dated{{Date: "2026-02-01", Edition: "b"}, {Date: "2026-04-01", Edition: "d"}}}
	for day, want := range map[directory.Day]struct {
		date directory.Day
		err  error
	}{
		"2025-12-31": {"", publication.ErrNone},
		"2026-01-15": {"2026-01-01", publication.ErrArchived},
		"2026-02-01": {"2026-02-01", nil},
		"2026-03-31": {"2026-03-01", publication.ErrArchived},
		"2026-04-01": {"2026-04-01", nil},
	} {
		if d, err := m.On(day); d.Date != want.date || !errors.Is(err, want.err) {
			t.Errorf("%s: %v, %v; want %v", day, d, err, want)
		}
	}
}

func TestALaterEditionOfTheSameDayReplacesIt(t *testing.T) {
	t.Parallel()
	var m publication.Manifest
	m.Replace(edition("one", "2026-11-02"))
	m.Replace(edition("two", "2026-11-03"))
	m.Replace(edition("three", "2026-11-03"))
	if m.Serial != 3 || len(m.Dates) != 2 || m.Dates[1].Edition != "three" || m.Current.Name != "three" {
		t.Errorf("%+v", m)
	}
}

func TestDemonstrationDataIsCalledSo(t *testing.T) {
	t.Parallel()
	for _, restricted := range []bool{false, true} {
		title, description := publication.Texts(restricted, true)
		if !strings.HasPrefix(title, "Voorbeeldgegevens") || !strings.HasPrefix(description, "Voorbeeldgegevens") {
			t.Errorf("%q, %q", title, description)
		}
	}
}
