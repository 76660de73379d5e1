package main

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"aanspreekpunt/shared/cell"
	"aanspreekpunt/shared/publication"
)

const spreadsheetType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// explanation is the sheet that says what the others are.
const explanation = "Toelichting"

// writeSpreadsheet makes the workbook (ECMA-376, strict in what it uses) from the CSV files, sheet by sheet: the
// cells are the same. It is written here because it must stream and must give the same bytes every time; decision
// 0110. It gives how many rows of data it wrote.
func (d *draft) writeSpreadsheet(to io.Writer) (int, error) {
	book := zip.NewWriter(to)
	var parts, names, relations strings.Builder
	for i := range len(d.sheets) + 1 {
		name := explanation
		if i < len(d.sheets) {
			name = d.sheets[i].sheet
		}
		fmt.Fprintf(&parts, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, i+1)
		fmt.Fprintf(&names, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, name, i+1, i+1)
		fmt.Fprintf(&relations, `<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, i+1)
	}
	title, description := publication.Texts(d.restricted, d.demonstration)
	for _, part := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` + parts.String() + `</Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`},
		{"docProps/core.xml", `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>` + escaped(title) + `</dc:title><dc:description>` + escaped(description) + `</dc:description><dcterms:modified xsi:type="dcterms:W3CDTF">` + timeCell(&d.modified) + `</dcterms:modified></cp:coreProperties>`},
		{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>` + names.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + relations.String() + fmt.Sprintf(`<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>`, len(d.sheets)+2) + `</Relationships>`},
		{"xl/styles.xml", `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`},
	} {
		if err := writePart(book, part[0], func(w *bufio.Writer) error {
			_, err := w.WriteString(part[1])
			return err
		}); err != nil {
			return 0, err
		}
	}
	total := 0
	for i, s := range d.sheets {
		if err := writePart(book, fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), func(w *bufio.Writer) error {
			n, err := d.writeSheet(w, s)
			total += n
			return err
		}); err != nil {
			return 0, err
		}
	}
	if err := writePart(book, fmt.Sprintf("xl/worksheets/sheet%d.xml", len(d.sheets)+1), d.writeExplanation); err != nil {
		return 0, err
	}
	return total, book.Close()
}

func writePart(book *zip.Writer, name string, write func(*bufio.Writer) error) error {
	part, err := book.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate}) // without a time
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(part, 32<<10)
	if _, err := w.WriteString(xml.Header); err != nil {
		return err
	}
	if err := write(w); err != nil {
		return err
	}
	return w.Flush()
}

// writeSheet copies a CSV file: its header stays in sight, and may be used to filter.
func (d *draft) writeSheet(w *bufio.Writer, s *sheet) (int, error) {
	file, err := d.read(s.file)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	if _, err := file.Seek(int64(len(byteOrderMark)), io.SeekStart); err != nil {
		return 0, err
	}
	reader := csv.NewReader(bufio.NewReader(file))
	reader.ReuseRecord = true
	columns := s.of(d.restricted)
	beginSheet(w, len(columns), 18, true)
	n := 0
	for ; ; n++ {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, err
		}
		fmt.Fprintf(w, `<row r="%d">`, n+1)
		for i, text := range row {
			writeCell(w, i, n+1, text, n > 0 && columns[i].kind == kindCount, n == 0)
		}
		fmt.Fprint(w, `</row>`)
	}
	fmt.Fprintf(w, `</sheetData><autoFilter ref="A1:%s%d"/></worksheet>`, columnName(len(columns)-1), max(n, 1))
	return n - 1, nil
}

// writeExplanation tells what the data is, and what each column means.
func (d *draft) writeExplanation(w *bufio.Writer) error {
	title, description := publication.Texts(d.restricted, d.demonstration)
	beginSheet(w, 3, 40, false)
	n := 0
	row := func(bold bool, cells ...string) {
		n++
		fmt.Fprintf(w, `<row r="%d">`, n)
		for i, text := range cells {
			writeCell(w, i, n, cell.Text(text), false, bold)
		}
		fmt.Fprint(w, `</row>`)
	}
	row(true, title)
	row(false, description)
	row(false, "Laatste wijziging van de gegevens: "+timeCell(&d.modified))
	if !d.restricted {
		row(false, "Licentie: "+publication.LicenseTitle+", "+publication.LicenseURL)
	}
	row(false)
	row(true, "Blad", "Kolom", "Betekenis")
	for _, t := range d.tables {
		for _, c := range t.of(d.restricted) {
			row(false, t.sheet, c.name, c.about)
		}
	}
	_, err := w.WriteString(`</sheetData></worksheet>`)
	return err
}

func beginSheet(w *bufio.Writer, columns, width int, header bool) {
	fmt.Fprint(w, `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`)
	if header {
		fmt.Fprint(w, `<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`)
	}
	fmt.Fprintf(w, `<cols><col min="1" max="%d" width="%d" customWidth="1"/></cols><sheetData>`, columns, width)
}

func writeCell(w *bufio.Writer, column, row int, text string, number, bold bool) {
	if text == "" {
		return
	}
	style := ""
	if bold {
		style = ` s="1"`
	}
	if number {
		fmt.Fprintf(w, `<c r="%s%d"%s><v>%s</v></c>`, columnName(column), row, style, text)
		return
	}
	fmt.Fprintf(w, `<c r="%s%d"%s t="inlineStr"><is><t xml:space="preserve">`, columnName(column), row, style)
	_ = xml.EscapeText(w, []byte(text)) // the writer keeps its error until Flush
	fmt.Fprint(w, `</t></is></c>`)
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder never fails
	return b.String()
}

// columnName is the letter of a column, from 0.
func columnName(i int) string {
	if i >= 26 {
		return columnName(i/26-1) + columnName(i%26)
	}
	return string(rune('A' + i))
}
