package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"aanspreekpunt/shared/cell"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/publication"
)

// contractFile has the columns that were promised, by file. New ones come last; none goes or moves.
//
//go:embed contract.json
var contractFile []byte

// promise is a column of the contract.
type promise struct {
	Name       string `json:"name"`
	Type       string `json:"type"`
	Restricted bool   `json:"restricted,omitempty"` // only in the restricted data
}

func readContract() (map[string][]promise, error) {
	var c map[string][]promise
	if err := json.Unmarshal(contractFile, &c); err != nil {
		return nil, fmt.Errorf("contract.json: %w", err)
	}
	return c, nil
}

// verify reads a file of an edition back and finds out whether it is what it should be: its size and checksum, its
// columns or structure, the number of its rows, and that it holds no formula and nothing that a zone keeps back.
// Its error names the file and, where it can, the zone; never a value.
func (d *draft) verify(f publication.File, body io.Reader) error {
	secrets, err := d.read(secretsFile)
	if err != nil {
		return err
	}
	defer secrets.Close()
	hash := sha256.New()
	size := counter(0)
	copied := io.TeeReader(body, io.MultiWriter(hash, &size))
	v := &verification{draft: d, watch: newWatch(secrets), file: f}
	rows, err := v.check(bufio.NewReaderSize(copied, 64<<10))
	if err == nil {
		_, err = io.Copy(io.Discard, copied)
	}
	switch {
	case err != nil:
	case int64(size) != f.Size || hex.EncodeToString(hash.Sum(nil)) != f.SHA256:
		err = fmt.Errorf("%d bytes with another checksum than the %d that were written", size, f.Size)
	case rows != f.Rows:
		err = fmt.Errorf("%d rows, want %d", rows, f.Rows)
	}
	if err != nil {
		return fmt.Errorf("verify %s: %w", f.Name, err)
	}
	return nil
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// verification is of one file.
type verification struct {
	*draft
	watch *watch
	file  publication.File
}

// check reads a file by its kind, and gives its number of rows.
func (v *verification) check(r *bufio.Reader) (int, error) {
	if i := slices.IndexFunc(v.tables, func(t table) bool { return t.file == v.file.Name }); i >= 0 {
		return v.checkTable(v.tables[i], r)
	}
	switch v.file.Name {
	case recordsFile:
		return v.checkRecords(r)
	case linkedFile:
		return v.checkLinked(r)
	case cardsFile:
		return v.checkCards(r)
	case spreadsheetFile:
		return v.checkSpreadsheet(r)
	case publication.DataPackage:
		return 0, v.checkDataPackage(r)
	}
	data, err := io.ReadAll(io.LimitReader(r, maxLine))
	if err == nil && len(data) == 0 {
		err = errors.New("empty")
	}
	if err == nil && strings.HasSuffix(v.file.Name, ".jsonld") && !json.Valid(data) {
		err = errors.New("not JSON")
	}
	return 0, err
}

// look tells whether what stands in a file about a zone betrays something.
func (v *verification) look(code directory.ZoneCode, texts ...string) error {
	secrets, ok := v.watch.of(code)
	if !ok {
		return fmt.Errorf("zone %q is not one of those written, or out of order", code)
	}
	if betrays(strings.Join(texts, "\n"), secrets) {
		return fmt.Errorf("zone %s: holds a value that is kept back", code)
	}
	return nil
}

func (v *verification) checkTable(t table, r *bufio.Reader) (int, error) {
	mark := make([]byte, len(byteOrderMark))
	if _, err := io.ReadFull(r, mark); err != nil || string(mark) != byteOrderMark {
		return 0, errors.New("no byte order mark")
	}
	reader := csv.NewReader(r)
	reader.ReuseRecord = true
	rows := -1
	for ; ; rows++ {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return 0, err
		}
		if err := v.checkRow(t, rows, row); err != nil {
			return 0, err
		}
	}
}

// checkRow looks at a row of a table; -1 is its header.
func (v *verification) checkRow(t table, n int, row []string) error {
	columns := t.of(v.restricted)
	if len(row) != len(columns) {
		return fmt.Errorf("row %d has %d cells, want %d", n, len(row), len(columns))
	}
	if n < 0 {
		return v.checkHeader(t, row)
	}
	if i := slices.IndexFunc(row, cell.Formula); i >= 0 {
		return fmt.Errorf("row %d, column %s: a formula", n, columns[i].name)
	}
	zone := slices.IndexFunc(columns, func(c column) bool { return c.name == "zone" || t.name == "zones" && c.name == "code" })
	return v.look(directory.ZoneCode(row[zone]), row...)
}

// checkHeader compares with what was promised.
func (v *verification) checkHeader(t table, row []string) error {
	contract, err := readContract()
	if err != nil {
		return err
	}
	i := 0
	for _, p := range contract[t.file] {
		if p.Restricted && !v.restricted {
			continue
		}
		if i >= len(row) || row[i] != p.Name {
			return fmt.Errorf("column %d is not %s", i+1, p.Name)
		}
		i++
	}
	return nil
}

func (v *verification) checkRecords(r io.Reader) (int, error) {
	n := 0
	var frame struct {
		Items []any
		Total int
	}
	for line, err := range lines(r, func(around []byte) error { return json.Unmarshal(around, &frame) }) {
		if err != nil {
			return 0, err
		}
		decoder := json.NewDecoder(bytes.NewReader(line))
		decoder.DisallowUnknownFields()
		var z Zone
		if err := decoder.Decode(&z); err != nil {
			return 0, err
		}
		if err := v.look(z.Code, stringsOf(z)...); err != nil {
			return 0, err
		}
		n++
	}
	if frame.Total != n || frame.Items == nil || len(frame.Items) > 0 {
		return 0, fmt.Errorf("a total of %d over %d zones", frame.Total, n)
	}
	return n, nil
}

func (v *verification) checkLinked(r io.Reader) (int, error) {
	n := 0
	var frame struct {
		Context map[string]any `json:"@context"`
		Graph   []any          `json:"@graph"`
	}
	for line, err := range lines(r, func(around []byte) error { return json.Unmarshal(around, &frame) }) {
		if err != nil {
			return 0, err
		}
		var tree map[string]any
		if err := json.Unmarshal(line, &tree); err != nil {
			return 0, err
		}
		if tree["@type"] == "Dataset" {
			continue
		}
		code, _ := tree["identifier"].(string)
		if err := v.look(directory.ZoneCode(code), textsIn(tree)...); err != nil {
			return 0, err
		}
		n++
	}
	if len(frame.Context) == 0 {
		return 0, errors.New("no context")
	}
	return n, nil
}

// checkCards reads cards by their lines, put together again.
func (v *verification) checkCards(r *bufio.Reader) (int, error) {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, maxLine)
	var card strings.Builder
	var code directory.ZoneCode
	n, open := 0, false
	for scanner.Scan() {
		line := scanner.Text() // without the end of the line
		if folded, ok := strings.CutPrefix(line, " "); ok {
			card.WriteString(folded)
			continue
		}
		if id, ok := strings.CutPrefix(line, "UID:urn:aanspreekpunt:zone:"); ok && len(id) >= 4 {
			code = directory.ZoneCode(id[:4])
		}
		card.WriteString("\n" + line)
		switch line {
		case "BEGIN:VCARD":
			if open {
				return 0, fmt.Errorf("card %d has no end", n)
			}
			open = true
		case "END:VCARD":
			if err := v.look(code, plainCard(card.String())); err != nil {
				return 0, err
			}
			card.Reset()
			n, open = n+1, false
		}
	}
	if open {
		return 0, fmt.Errorf("card %d has no end", n)
	}
	return n, scanner.Err()
}

// checkSpreadsheet reads the sheets of a workbook row by row. It needs the file on disk: a zip file's list of
// contents stands at its end.
func (v *verification) checkSpreadsheet(r io.Reader) (int, error) {
	file, err := os.CreateTemp(v.folder, "read-back-")
	if err != nil {
		return 0, err
	}
	defer file.Close() // the folder goes with all that is in it
	size, err := io.Copy(file, r)
	if err != nil {
		return 0, err
	}
	book, err := zip.NewReader(file, size)
	if err != nil {
		return 0, err
	}
	total := 0
	for i, t := range v.tables {
		part, err := book.Open(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1))
		if err != nil {
			return 0, err
		}
		secrets, err := v.read(secretsFile)
		if err != nil {
			return 0, err
		}
		v.watch = newWatch(secrets)
		n, err := v.checkSheet(t, part)
		err = errors.Join(err, part.Close(), secrets.Close())
		if err != nil {
			return 0, fmt.Errorf("sheet %s: %w", t.sheet, err)
		}
		total += n
	}
	return total, nil
}

func (v *verification) checkSheet(t table, r io.Reader) (int, error) {
	decoder := xml.NewDecoder(bufio.NewReader(r))
	rows := -1
	var row []string
	var inValue bool
	columns := len(t.of(v.restricted))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return 0, err
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "row":
				row = make([]string, columns)
			case "f":
				return 0, fmt.Errorf("row %d: a formula", rows)
			case "c":
				column := 0
				for _, a := range e.Attr {
					if a.Name.Local == "r" {
						column = columnIndex(a.Value)
					}
				}
				if column < 0 || column >= columns {
					return 0, fmt.Errorf("row %d: a cell outside the columns", rows)
				}
				row = row[:column+1]
			case "t", "v":
				inValue = true
			}
		case xml.CharData:
			if inValue {
				row[len(row)-1] += string(e)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t", "v":
				inValue = false
			case "row":
				if err := v.checkRow(t, rows, row[:columns]); err != nil {
					return 0, err
				}
				rows++
			}
		}
	}
}

// columnIndex is the column of a cell's name, from 0: 1 for "B7".
func columnIndex(name string) int {
	n := 0
	for _, r := range name {
		if r < 'A' || r > 'Z' {
			break
		}
		n = n*26 + int(r-'A') + 1
	}
	return n - 1
}

// checkDataPackage compares what it says of the tables with what was written.
func (v *verification) checkDataPackage(r io.Reader) error {
	var p struct {
		Resources []struct {
			Path   string
			Bytes  int64
			Hash   string
			Schema struct{ Fields []struct{ Name string } }
		}
	}
	data, err := io.ReadAll(io.LimitReader(r, maxLine))
	if err == nil {
		err = json.Unmarshal(data, &p)
	}
	if err != nil {
		return err
	}
	if len(p.Resources) != len(v.tables) {
		return fmt.Errorf("describes %d tables, want %d", len(p.Resources), len(v.tables))
	}
	for i, resource := range p.Resources {
		f, ok := v.edition.File(resource.Path)
		if !ok || resource.Bytes != f.Size || resource.Hash != "sha256:"+f.SHA256 || len(resource.Schema.Fields) != len(v.tables[i].of(v.restricted)) {
			return fmt.Errorf("describes another %s than the one that was written", resource.Path)
		}
	}
	return nil
}
