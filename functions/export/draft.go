package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/publication"
)

// about says what a draft is made for.
type about struct {
	restricted    bool
	demonstration bool
	baseURL       string // "" when the site has no fixed address
	factsAsOf     time.Time
}

// draft is an edition in the making, in a folder on this machine: what is written does not grow in memory, and
// nothing leaves before all of it is there.
type draft struct {
	about
	folder        string
	tables        []table
	sheets        []*sheet
	records       *output // aanspreekpunt.json
	linked, cards *output // nil for restricted data
	secrets       *output // per zone what must not be in the files; stays here
	zones, points int
	modified      time.Time
	rows          map[string]int // by file
	edition       publication.Edition
}

// sheet is a table's CSV file.
type sheet struct {
	table
	out *output
	csv *csv.Writer
}

// output is a file on this machine, with what an edition tells of it.
type output struct {
	name string
	file *os.File
	to   *bufio.Writer
	hash hash.Hash
	size int64
}

func (d *draft) open(name string) (*output, error) {
	file, err := os.OpenFile(filepath.Join(d.folder, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	o := &output{name: name, file: file, hash: sha256.New()}
	o.to = bufio.NewWriterSize(io.MultiWriter(file, o.hash), 64<<10)
	return o, nil
}

func (o *output) Write(p []byte) (int, error) {
	o.size += int64(len(p))
	return o.to.Write(p)
}

// finish closes the file and says what it is.
func (o *output) finish(title, description, mediaType string, rows int) (publication.File, error) {
	if err := o.to.Flush(); err != nil {
		return publication.File{}, err
	}
	if err := o.file.Close(); err != nil {
		return publication.File{}, err
	}
	return publication.File{Name: o.name, Title: title, Description: description, MediaType: mediaType,
		Size: o.size, SHA256: hex.EncodeToString(o.hash.Sum(nil)), Rows: rows}, nil
}

// The names of the files that are no tables.
const (
	recordsFile     = "aanspreekpunt.json"
	linkedFile      = "aanspreekpunt.jsonld"
	cardsFile       = "aanspreekpunt.vcf"
	spreadsheetFile = "aanspreekpunt.xlsx"
	secretsFile     = "secrets" // never leaves
)

// newDraft begins an edition in a folder of its own, which remove takes away.
func newDraft(a about) (d *draft, err error) {
	d = &draft{about: a, tables: tables(a.demonstration), modified: a.factsAsOf.UTC(), rows: map[string]int{}}
	if d.folder, err = os.MkdirTemp("", "export-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			d.remove()
		}
	}()
	for _, t := range d.tables {
		out, err := d.open(t.file)
		if err != nil {
			return nil, err
		}
		s := &sheet{t, out, csv.NewWriter(out)}
		s.csv.UseCRLF = true
		d.sheets = append(d.sheets, s)
		var header []string
		for _, c := range t.of(a.restricted) {
			header = append(header, c.name)
		}
		if _, err := io.WriteString(out, byteOrderMark); err != nil {
			return nil, err
		}
		if err := s.csv.Write(header); err != nil {
			return nil, err
		}
	}
	if d.records, err = d.open(recordsFile); err != nil {
		return nil, err
	}
	if err := d.beginRecords(); err != nil {
		return nil, err
	}
	if d.secrets, err = d.open(secretsFile); err != nil {
		return nil, err
	}
	if a.restricted {
		return d, nil
	}
	if d.linked, err = d.open(linkedFile); err != nil {
		return nil, err
	}
	if err := d.beginLinked(); err != nil {
		return nil, err
	}
	d.cards, err = d.open(cardsFile)
	return d, err
}

// byteOrderMark tells spreadsheets that a CSV file is UTF-8.
const byteOrderMark = "\ufeff"

// remove deletes the folder.
func (d *draft) remove() { _ = os.RemoveAll(d.folder) }

// add writes one zone into every file, in the order in which zones are added. secrets must not be in any of them.
func (d *draft) add(z Zone, secrets []string) error {
	for _, s := range d.sheets {
		for _, row := range s.rowsOf(z, d.restricted) {
			if err := s.csv.Write(row); err != nil {
				return err
			}
			d.rows[s.file]++
		}
	}
	if err := d.addRecord(z); err != nil {
		return err
	}
	if err := json.NewEncoder(d.secrets).Encode(zoneSecrets{z.Code, secrets}); err != nil {
		return err
	}
	if !d.restricted {
		if err := d.addLinked(z); err != nil {
			return err
		}
		if err := d.addCards(z); err != nil {
			return err
		}
	}
	d.zones++
	d.points += len(z.ContactPoints)
	if last := z.changed(); last.After(d.modified) {
		d.modified = last
	}
	return nil
}

// touch takes into account when a zone's territory last changed.
func (d *draft) touch(z directory.ZoneFacts) {
	for _, l := range z.Lineages {
		for _, k := range l.Keepers {
			if k.Until.After(d.modified) {
				d.modified = k.Until.UTC()
			}
		}
	}
}

// finish writes what needs all zones to be there, and gives the edition, still without name and date.
func (d *draft) finish() error {
	e := publication.Edition{Modified: d.modified, Demonstration: d.demonstration, Zones: d.zones, ContactPoints: d.points}
	add := func(o *output, title, description, mediaType string, rows int) error {
		if d.demonstration {
			title, description = publication.DemonstrationMark+title, publication.DemonstrationNote+" "+description
		}
		f, err := o.finish(title, description, mediaType, rows)
		e.Files = append(e.Files, f)
		return err
	}
	for _, s := range d.sheets {
		s.csv.Flush()
		if err := s.csv.Error(); err != nil {
			return err
		}
		if err := add(s.out, s.sheet, s.about, "text/csv", d.rows[s.file]); err != nil {
			return err
		}
	}
	if err := d.endRecords(); err != nil {
		return err
	}
	if err := add(d.records, "Alles als JSON", "Elke zone met haar aanspreekpunten, nummers in de internationale schrijfwijze.", "application/json", d.zones); err != nil {
		return err
	}
	book, err := d.open(spreadsheetFile)
	if err != nil {
		return err
	}
	rows, err := d.writeSpreadsheet(book)
	if err != nil {
		return err
	}
	if err := add(book, "Alles als rekenblad", "Dezelfde tabellen in één Excel-bestand, met uitleg over de kolommen.", spreadsheetType, rows); err != nil {
		return err
	}
	if !d.restricted {
		if err := d.endLinked(); err != nil {
			return err
		}
		if err := add(d.linked, "Alles als linked data", "Dezelfde gegevens als JSON-LD, volgens de woordenschat van OSLO.", "application/ld+json", d.zones); err != nil {
			return err
		}
		if err := add(d.cards, "Contacten voor telefoon en mail", "Elk onthaal en elk aanspreekpunt met een openbaar nummer of adres als vCard.", "text/vcard", d.rows[cardsFile]); err != nil {
			return err
		}
	}
	if _, err := d.secrets.finish("", "", "", 0); err != nil {
		return err
	}
	described, err := dataPackage(e, d.tables, d.restricted)
	if err != nil {
		return err
	}
	if err := d.write(&e, publication.DataPackage, "Beschrijving van de tabellen", "De kolommen en controlegetallen van de CSV-bestanden (Data Package).", "application/json", described); err != nil {
		return err
	}
	if d.restricted {
		d.edition = e
		return nil
	}
	turtle, linked, err := publication.Catalogue(e, d.baseURL)
	if err != nil {
		return err
	}
	for _, c := range []struct {
		name, mediaType string
		data            []byte
	}{{publication.CatalogueTTL, "text/turtle", turtle}, {publication.CatalogueJSON, "application/ld+json", linked}} {
		if err := d.write(&e, c.name, "Catalogus", "Wat er te krijgen is, volgens DCAT-AP Vlaanderen.", c.mediaType, c.data); err != nil {
			return err
		}
	}
	d.edition = e
	return nil
}

// write adds a file that is small enough to be made in memory.
func (d *draft) write(e *publication.Edition, name, title, description, mediaType string, data []byte) error {
	o, err := d.open(name)
	if err != nil {
		return err
	}
	if _, err := o.Write(data); err != nil {
		return err
	}
	f, err := o.finish(title, description, mediaType, 0)
	e.Files = append(e.Files, f)
	return err
}

// same tells whether another edition has the same files, byte by byte.
func (d *draft) same(other publication.Edition) bool {
	return slices.EqualFunc(d.edition.Files, other.Files, func(a, b publication.File) bool { return a.Name == b.Name && a.SHA256 == b.SHA256 && a.Size == b.Size })
}

// read opens a finished file.
func (d *draft) read(name string) (*os.File, error) {
	f, err := os.Open(filepath.Join(d.folder, name))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return f, nil
}
