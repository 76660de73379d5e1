package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"aanspreekpunt/shared/filling"
)

// Files of contact points lie apart from lists of schools: nothing is called for them, and the bucket forgets them.
const (
	fillingPrefix = "invoer/"
	fillingKept   = 24 * time.Hour
)

// Bounds of what is read of a file of contact points.
const (
	maxUnpacked = 24 << 20 // bytes of all that an XLSX file unpacks to
	maxColumns  = 100
	maxTable    = 5 << 20 // bytes of the answer: a call of a function gives back 6 MB at most
)

// Collected answers an event about contact points that functions/zones sends.
type Collected struct {
	Table   *filling.Table `json:"table,omitempty"`
	Refused string         `json:"refused,omitempty"` // Dutch: why there is no table
	File    []byte         `json:"file,omitempty"`    // a template
}

// refusal is why a file cannot be read, in Dutch.
type refusal string

func (r refusal) Error() string { return string(r) }

var fillingID = regexp.MustCompile(`^[A-Z2-7]{26}$`) // as crypto/rand.Text gives it

// contactPoints carries an event about contact points out.
func (l *Loader) contactPoints(ctx context.Context, e event) (any, error) {
	if e.Action == "templateContactPoints" {
		file, err := spreadsheet()
		return Collected{File: file}, err
	}
	if e.ID != "" && !fillingID.MatchString(e.ID) {
		return nil, fmt.Errorf("event: id of %d bytes is not one of ours", len(e.ID))
	}
	key := fillingPrefix + e.ID
	data := e.File
	switch {
	case e.Action == "readContactPoints" && e.ID == "" && len(e.File) == 0:
		return Collected{Refused: "Het bestand is leeg."}, nil
	case e.Action == "forgetContactPoints":
		return Collected{}, l.Uploads.Forget(ctx, key)
	case len(e.File) == 0:
		kept, at, err := l.Uploads.kept(ctx, key)
		if _, gone := errors.AsType[*types.NoSuchKey](err); gone {
			return Collected{Refused: gone24}, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read contact points: %w", err)
		}
		if e.Time.Sub(at) >= fillingKept {
			return Collected{Refused: gone24}, l.Uploads.Forget(ctx, key)
		}
		data = kept
	}
	table, err := readTable(data)
	if why, refused := errors.AsType[refusal](err); refused {
		return Collected{Refused: string(why)}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read contact points: %w", err)
	}
	if len(e.File) > 0 && e.ID != "" {
		if err := l.Uploads.keep(ctx, key, e.File, *e.Time); err != nil {
			return nil, fmt.Errorf("keep contact points: %w", err)
		}
	}
	return Collected{Table: &table}, nil
}

const gone24 = "Dit bestand bewaren we niet meer. Na 24 uur of na het inlezen wissen we het. Laad het opnieuw op."

// readTable reads a CSV or XLSX file, by its content and not by its name. A refusal says what a person can do.
func readTable(data []byte) (filling.Table, error) {
	var table filling.Table
	var err error
	switch {
	case len(data) > filling.MaxFile:
		return table, refusal("Dit bestand is te groot. 2 MB is het meeste: splits het.")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		table, err = readSpreadsheet(data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return table, refusal("Dit is een oud of beveiligd Excel-bestand. Bewaar het zonder wachtwoord als .xlsx of als CSV.")
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return table, refusal("Dit bestand is tekst in UTF-16. Bewaar het als CSV (UTF-8) of als .xlsx.")
	case bytes.IndexByte(data, 0) >= 0:
		return table, refusal("Dit is geen CSV- of XLSX-bestand.")
	default:
		table, err = readText(data)
	}
	if err != nil {
		return table, err
	}
	if said, err := json.Marshal(table); err != nil || len(said) > maxTable {
		return table, errors.Join(err, refusal("In dit bestand staat te veel tekst. Splits het."))
	}
	return table, nil
}

// readText reads CSV as spreadsheets save it: with a semicolon, comma or tab, in UTF-8 or Windows-1252.
func readText(data []byte) (filling.Table, error) {
	var table filling.Table
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		var err error
		if data, err = charmap.Windows1252.NewDecoder().Bytes(data); err != nil {
			return table, refusal("Dit is geen CSV- of XLSX-bestand.")
		}
	}
	if bytes.IndexByte(data, '\n') < 0 {
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	}
	if first, rest, _ := bytes.Cut(data, []byte("\n")); bytes.HasPrefix(bytes.ToLower(first), []byte("sep=")) { // a hint that spreadsheets hide
		data = rest
	}
	header, _, _ := bytes.Cut(bytes.TrimLeft(data, "\r\n"), []byte("\n"))
	separator := ';'
	for _, s := range ",\t" {
		if bytes.Count(header, []byte(string(s))) > bytes.Count(header, []byte(string(separator))) {
			separator = s
		}
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord = separator, -1
	number, read := 0, int64(0)
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return table, nil
		}
		if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
			return table, refusal(fmt.Sprintf("Op regel %d van het CSV-bestand staat een aanhalingsteken verkeerd.", wrong.Line))
		}
		if err != nil {
			return table, err
		}
		number++
		for _, b := range data[read:r.InputOffset()] { // the reader leaves blank lines out, a spreadsheet counts them
			if b == '\n' {
				number++
			} else if b != '\r' {
				break
			}
		}
		read = r.InputOffset()
		if err := add(&table, filling.Line{Number: number, Cells: cells}); err != nil {
			return table, err
		}
	}
}

// add puts a line that is not blank behind the others.
func add(t *filling.Table, l filling.Line) error {
	if !slices.ContainsFunc(l.Cells, func(c string) bool { return strings.TrimSpace(c) != "" }) && len(l.Formulas) == 0 {
		return nil
	}
	if len(l.Cells) > maxColumns {
		return refusal(fmt.Sprintf("Rij %d heeft %d kolommen. Dit kan geen lijst van aanspreekpunten zijn.", l.Number, len(l.Cells)))
	}
	if len(t.Lines) > filling.MaxLines {
		return refusal("Het bestand heeft te veel rijen. Splits het: 10.000 rijen is het meeste.")
	}
	t.Lines = append(t.Lines, l)
	return nil
}

// readSpreadsheet reads the first sheet of an XLSX file: values as they are stored, since what a cell shows may be
// cut off, and which cells hold formulas.
func readSpreadsheet(data []byte) (filling.Table, error) {
	var table filling.Table
	broken := refusal("Dit XLSX-bestand kunnen we niet openen. Bewaar het opnieuw vanuit je rekenblad.")
	if err := unpackable(data); err != nil {
		return table, err
	}
	file, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked, // equal: nothing goes to disk
	})
	if err != nil {
		return table, broken
	}
	defer file.Close()
	sheet := file.GetSheetName(0)
	rows, err := file.Rows(sheet)
	if err != nil {
		return table, broken
	}
	for number := 1; rows.Next(); number++ {
		cells, err := rows.Columns()
		if err != nil {
			return table, broken
		}
		if err := add(&table, filling.Line{Number: number, Cells: cells}); err != nil {
			return table, err
		}
	}
	if err := errors.Join(rows.Error(), rows.Close()); err != nil {
		return table, broken
	}
	for i, line := range table.Lines {
		for c := range line.Cells {
			name, err := excelize.CoordinatesToCellName(c+1, line.Number)
			if err != nil {
				return table, broken
			}
			formula, err := file.GetCellFormula(sheet, name)
			if err != nil {
				return table, broken
			}
			if formula != "" {
				table.Lines[i].Formulas = append(table.Lines[i].Formulas, c)
			}
		}
	}
	return table, nil
}

// unpackable counts what a ZIP file really unpacks to, whatever it says of itself.
func unpackable(data []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return refusal("Dit XLSX-bestand is beschadigd. Bewaar het opnieuw vanuit je rekenblad.")
	}
	left := int64(maxUnpacked)
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			return refusal("Dit XLSX-bestand is beschadigd. Bewaar het opnieuw vanuit je rekenblad.")
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, left+1))
		_ = r.Close()
		if left -= n; left < 0 {
			return refusal("Dit XLSX-bestand is uitgepakt veel te groot. Kopieer alleen de gegevens naar een nieuw bestand.")
		}
		if err != nil {
			return refusal("Dit XLSX-bestand is beschadigd. Bewaar het opnieuw vanuit je rekenblad.")
		}
	}
	return nil
}

// spreadsheet makes the template as XLSX, with text in every column: a spreadsheet then leaves leading zeros alone.
func spreadsheet() ([]byte, error) {
	file := excelize.NewFile()
	defer file.Close()
	sheet := file.GetSheetName(0)
	text, err := file.NewStyle(&excelize.Style{NumFmt: 49})
	if err != nil {
		return nil, err
	}
	header, err := file.NewStyle(&excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	columns := filling.Columns()
	last, err := excelize.ColumnNumberToName(len(columns))
	if err != nil {
		return nil, err
	}
	err = errors.Join(
		file.SetColStyle(sheet, "A:"+last, text),
		file.SetColWidth(sheet, "A", last, 20),
		file.SetSheetRow(sheet, "A1", &columns),
		file.SetCellStyle(sheet, "A1", last+"1", header),
		file.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}),
	)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = file.Write(&out)
	return out.Bytes(), err
}

// keep stores a file of contact points with the moment of its upload.
func (b *Bucket) keep(ctx context.Context, key string, data []byte, at time.Time) error {
	_, err := b.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.name, Key: &key, Body: bytes.NewReader(data), ContentType: aws.String("application/octet-stream"),
		Metadata: map[string]string{"uploaded": at.UTC().Format(time.RFC3339)},
	})
	return err
}

// kept gives a file of contact points and the moment of its upload; *types.NoSuchKey when it is gone.
func (b *Bucket) kept(ctx context.Context, key string) ([]byte, time.Time, error) {
	out, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.name, Key: &key})
	if err != nil {
		return nil, time.Time{}, err
	}
	defer out.Body.Close()
	at, err := time.Parse(time.RFC3339, out.Metadata["uploaded"])
	if err != nil {
		return nil, at, err
	}
	data, err := io.ReadAll(io.LimitReader(out.Body, filling.MaxFile+1))
	return data, at, err
}

// Forget deletes a file with its content: in a bucket that keeps versions, deleting a key alone would leave it
// readable. One that is gone already is no error.
func (b *Bucket) Forget(ctx context.Context, key string) error {
	head, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: &key})
	if _, gone := errors.AsType[*types.NotFound](err); gone {
		return nil
	}
	if err == nil {
		_, err = b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.name, Key: &key, VersionId: head.VersionId})
	}
	if err != nil {
		return fmt.Errorf("forget contact points: %w", err)
	}
	return nil
}
