package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"aanspreekpunt/shared/cell"
	"aanspreekpunt/shared/directory"
)

// read is a finished file's content.
func content(t interface{ Fatal(...any) }, d *draft, name string) []byte {
	f := must(d.read(name))
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestWhateverTheText: every file reads back, the spreadsheet has the cells of the tables, the records are those that
// went in, and no cell is a formula.
func TestWhateverTheText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("=+-@'\t\n,;|\"<>&]\\ aé€𝄞0:")), 1, 12, -1)
		z := Zone{Code: "5910", Name: text.Draw(rt, "name"), Province: "Brussel", Municipalities: []Municipality{{NIS: 24107, Name: text.Draw(rt, "municipality")}},
			ContactPoints: []ContactPoint{}, Partners: []directory.Partner{}, Email: text.Draw(rt, "email")}
		for range rapid.IntRange(0, 3).Draw(rt, "points") {
			z.ContactPoints = append(z.ContactPoints, ContactPoint{ID: text.Draw(rt, "id"), Role: text.Draw(rt, "role"), Availability: text.Draw(rt, "availability"),
				Phones: []directory.Phone{{Number: "+3216665511", Visibility: directory.VisiblePublic, Note: text.Draw(rt, "note")}}, Emails: []directory.Email{{Address: text.Draw(rt, "address")}}})
		}
		d := must(newDraft(about{restricted: rapid.Bool().Draw(rt, "restricted")}))
		defer d.remove()
		if err := d.add(z, nil); err != nil {
			rt.Fatal(err)
		}
		if err := d.finish(); err != nil {
			rt.Fatal(err)
		}
		for _, f := range d.edition.Files {
			if err := d.verify(f, bytes.NewReader(content(rt, d, f.Name))); err != nil {
				rt.Fatal(err)
			}
		}
		for got, err := range recordsIn(bytes.NewReader(content(rt, d, recordsFile))) {
			if err != nil || string(must(json.Marshal(got))) != string(must(json.Marshal(z))) {
				rt.Fatalf("%+v, %v; want %+v", got, err, z)
			}
		}
		book, err := excelize.OpenReader(bytes.NewReader(content(rt, d, spreadsheetFile)))
		if err != nil {
			rt.Fatal(err)
		}
		defer book.Close()
		for _, table := range d.tables {
			sheet, err := book.GetRows(table.sheet)
			if err != nil {
				rt.Fatal(err)
			}
			want := rows(t, content(rt, d, table.file))
			if len(sheet) != len(want)+1 {
				rt.Fatalf("%s: %d rows, want %d", table.sheet, len(sheet), len(want)+1)
			}
			for i, row := range sheet[1:] {
				for j, text := range row {
					if column := sheet[0][j]; text != want[i][column] || cell.Formula(text) {
						rt.Errorf("%s, row %d, %s: %q, want %q", table.sheet, i+1, column, text, want[i][column])
					}
				}
			}
		}
	})
}

// TestABrokenFileIsFound, whatever broke it.
func TestABrokenFileIsFound(t *testing.T) {
	t.Parallel()
	p := profile()
	d := must(newDraft(about{}))
	defer d.remove()
	if err := d.add(seen(&p), d.secretsOf(&p, seen)); err != nil {
		t.Fatal(err)
	}
	if err := d.finish(); err != nil {
		t.Fatal(err)
	}
	for _, f := range d.edition.Files {
		whole := content(t, d, f.Name)
		for what, data := range map[string][]byte{
			"cut off":       whole[:len(whole)*2/3],
			"empty":         nil,
			"a byte more":   append(bytes.Clone(whole), ' '),
			"another byte":  bytes.Replace(whole, whole[len(whole)/2:len(whole)/2+1], []byte{whole[len(whole)/2] ^ 1}, 1),
			"another file":  []byte("<html>"),
			"a formula":     bytes.Replace(whole, []byte("Getevallei"), []byte("=1+1+1+1+1"), 1),
			"two times":     append(bytes.Clone(whole), whole...),
			"without heads": []byte(strings.TrimPrefix(string(whole), byteOrderMark)),
		} {
			if bytes.Equal(data, whole) {
				continue
			}
			if err := d.verify(f, bytes.NewReader(data)); err == nil {
				t.Errorf("%s, %s: nothing is found", f.Name, what)
			}
			// Nor does a checksum that is right make it right.
			sum := sha256.Sum256(data)
			as := f
			as.Size, as.SHA256 = int64(len(data)), hex.EncodeToString(sum[:])
			formula := what == "a formula" && strings.HasSuffix(f.Name, ".csv") && bytes.Contains(whole, []byte(",Getevallei,"))
			structure := slices.Contains([]string{"cut off", "empty", "another file", "two times"}, what) && !strings.HasPrefix(f.Name, "catalogue.") &&
				(what != "two times" || f.Name != spreadsheetFile) // a zip file is read from its end
			if err := d.verify(as, bytes.NewReader(data)); err == nil && (formula || structure) {
				t.Errorf("%s, %s: only its checksum tells", f.Name, what)
			}
		}
	}
}
