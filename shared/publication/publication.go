package publication

import (
	"errors"
	"slices"
	"time"

	"aanspreekpunt/shared/directory"
)

// Manifest says what is published: the current edition, and those kept under their dates.
type Manifest struct {
	Serial   int             `json:"serial"` // 1 and up; one more at each replacement
	Run      string          `json:"run"`    // of the export, by which it knows its own
	Current  Edition         `json:"current"`
	Dates    []Dated         `json:"dates"`              // kept, ascending; the last is the current edition's
	Archived []directory.Day `json:"archived,omitempty"` // whose files are gone, ascending; see Reader.Archived
}

// Dated is an edition that is kept under the day in Brussels on which it was published. A later one of the same day
// replaces it.
type Dated struct {
	Date    directory.Day `json:"date"`
	Edition string        `json:"edition"` // Edition.Name
}

// Edition is a set of files that were published together.
type Edition struct {
	Name          string        `json:"name"`
	Date          directory.Day `json:"date"`     // on which it was published; in no file, or the same data would give other bytes
	Modified      time.Time     `json:"modified"` // last change of the data in it, UTC, whole seconds
	Demonstration bool          `json:"demonstration,omitempty"`
	Zones         int           `json:"zones"`
	ContactPoints int           `json:"contactPoints"` // whatever their visibility
	Files         []File        `json:"files"`         // in the order in which to offer them
}

// File is one file of an edition.
type File struct {
	Name        string `json:"name"`        // contact-points.csv
	Title       string `json:"title"`       // Dutch, short: "Aanspreekpunten"
	Description string `json:"description"` // Dutch, a sentence
	MediaType   string `json:"mediaType"`   // without charset; see ContentType
	Size        int64  `json:"size"`        // bytes
	SHA256      string `json:"sha256"`      // 64 lower-case hexadecimal digits
	Rows        int    `json:"rows,omitempty"`
}

// Names of files that describe the others.
const (
	DataPackage   = "datapackage.json"
	CatalogueTTL  = "catalogue.ttl"
	CatalogueJSON = "catalogue.jsonld"
)

// Keys in the bucket; the package comment has their place.
const (
	ManifestKey    = "manifest.json"
	EditionsPrefix = "editions/"
	EditionFile    = "edition.json" // of each edition; not one of its Files
	archivePrefix  = "archive/"
)

// ErrNone tells that nothing was published, or nothing yet on that day, or there is no such file.
var ErrNone = errors.New("not published")

// ErrArchived tells that the files of that day are gone; Reader.Archived still tells their counts and checksums.
var ErrArchived = errors.New("the files of that day are no longer kept")

// On finds what a day answers with: the last edition published on or before it. The date it gives is the one to name
// in Content-Location. ErrNone before the first; ErrArchived, with the date, where its files are gone.
func (m Manifest) On(day directory.Day) (Dated, error) {
	var last Dated
	for _, d := range m.Dates {
		if d.Date <= day && d.Date > last.Date {
			last = d
		}
	}
	for _, d := range m.Archived {
		if d <= day && d > last.Date {
			last = Dated{Date: d}
		}
	}
	switch {
	case last.Date == "":
		return Dated{}, ErrNone
	case last.Edition == "":
		return last, ErrArchived
	}
	return last, nil
}

// Replace makes an edition the current one. It takes the place of one of the same day.
func (m *Manifest) Replace(e Edition) {
	m.Serial++
	m.Current = e
	m.Dates = slices.DeleteFunc(m.Dates, func(d Dated) bool { return d.Date >= e.Date })
	m.Dates = append(m.Dates, Dated{e.Date, e.Name})
}

// File finds a file by its name.
func (e Edition) File(name string) (File, bool) {
	i := slices.IndexFunc(e.Files, func(f File) bool { return f.Name == name })
	if i < 0 {
		return File{}, false
	}
	return e.Files[i], true
}

// Key is where a file of the edition lies in the bucket.
func (e Edition) Key(file string) string { return EditionKey(e.Name, file) }

// EditionKey is where a file of an edition lies in the bucket; without a file, the prefix of all of them.
func EditionKey(edition, file string) string { return EditionsPrefix + edition + "/" + file }

// ETag is the strong validator of the file's bytes, with its quotes. A compressed answer needs a mark of its own.
func (f File) ETag() string { return `"` + f.SHA256 + `"` }

// ContentType is the value of the HTTP header: text says that it is UTF-8.
func (f File) ContentType() string {
	switch f.MediaType {
	case "text/csv", "text/vcard", "text/turtle":
		return f.MediaType + "; charset=utf-8"
	}
	return f.MediaType
}
