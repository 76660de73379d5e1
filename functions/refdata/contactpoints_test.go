package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"aanspreekpunt/shared/filling"
)

func (s *system) collected(event map[string]any) Collected {
	s.t.Helper()
	raw, err := json.Marshal(event)
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := s.Handle(s.t.Context(), raw)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.(Collected)
}

func sheet(t *testing.T, fill func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func told(t filling.Table) string {
	var b strings.Builder
	for _, l := range t.Lines {
		fmt.Fprintf(&b, "%d %q %v\n", l.Number, l.Cells, l.Formulas)
	}
	return b.String()
}

func TestTablesOfFiles(t *testing.T) {
	t.Parallel()
	const want = "1 [\"Zonecode\" \"Functie\"] []\n3 [\"5910\" \"Coördinator\"] []\n"
	for name, data := range map[string][]byte{
		"semicolons":   []byte("Zonecode;Functie\r\n\r\n5910;Coördinator\r\n"),
		"commas, BOM":  []byte("\ufeffZonecode,Functie\n\n5910,Coördinator"),
		"tabs":         []byte("Zonecode\tFunctie\n\n5910\tCoördinator"),
		"Windows-1252": []byte("Zonecode;Functie\n\n5910;Co\xf6rdinator\n"),
		"only CR":      []byte("Zonecode;Functie\r\r5910;Coördinator\r"),
		"a hint":       []byte("sep=;\r\nZonecode;Functie\r\n;\r\n5910;Coördinator\r\n"),
		"XLSX": sheet(t, func(f *excelize.File) {
			_ = f.SetSheetRow("Sheet1", "A1", &[]any{"Zonecode", "Functie"})
			_ = f.SetSheetRow("Sheet1", "A3", &[]any{5910, "Coördinator"})
		}),
	} {
		table, err := readTable(data)
		if err != nil || told(table) != want {
			t.Errorf("%s: %v\n%s", name, err, told(table))
		}
	}
	formulas := sheet(t, func(f *excelize.File) {
		_ = f.SetSheetRow("Sheet1", "A1", &[]any{"Zonecode", "Functie", "Telefoon"})
		_ = f.SetSheetRow("Sheet1", "A2", &[]any{5910, "x", 16665511})
		_ = f.SetCellFormula("Sheet1", "B2", `HYPERLINK("https://x.example","A")`)
	})
	if table, err := readTable(formulas); err != nil || !strings.HasSuffix(told(table), "\"16665511\"] [1]\n") {
		t.Errorf("formulas: %v\n%s", err, told(table))
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	w, _ := z.Create("xl/worksheets/sheet1.xml")
	_, _ = w.Write(make([]byte, maxUnpacked+1))
	_ = z.Close()
	wide := sheet(t, func(f *excelize.File) { _ = f.SetCellValue("Sheet1", "XFD1", "x") })
	for name, test := range map[string]struct {
		data []byte
		want string
	}{
		"huge":       {bytes.Repeat([]byte("a"), filling.MaxFile+1), "te groot"},
		"zip bomb":   {bomb.Bytes(), "uitgepakt veel te groot"},
		"no ZIP":     {[]byte("PK\x03\x04 and nothing"), "beschadigd"},
		"cut":        {wide[:len(wide)/2], "beschadigd"},
		"old Excel":  {[]byte("\xd0\xcf\x11\xe0\xa1\xb1"), "oud of beveiligd"},
		"UTF-16":     {[]byte("\xff\xfeZ\x00"), "UTF-16"},
		"a picture":  {[]byte("\x89PNG\r\n\x1a\n\x00\x00"), "geen CSV- of XLSX"},
		"a quote":    {[]byte("Zonecode;Functie\n5910;\"a\"b\n"), "regel 2"},
		"wide":       {wide, "16384 kolommen"},
		"many lines": {[]byte(strings.Repeat("5910;A\n", filling.MaxLines+2)), "te veel rijen"},
	} {
		if _, err := readTable(test.data); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
	var other bytes.Buffer
	z = zip.NewWriter(&other)
	_, _ = z.Create("readme.txt")
	_ = z.Close()
	if table, err := readTable(other.Bytes()); err == nil {
		t.Errorf("another ZIP file gave %v", told(table))
	}
}

func TestAFileIsKeptUntilItIsForgotten(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	const id = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	const at, later, tomorrow = "2026-11-23T10:00:00Z", "2026-11-24T09:59:59Z", "2026-11-24T10:00:00Z"
	file := []byte("Zonecode;Functie\n5910;A\n")
	open := func(id, at string, file []byte) Collected {
		return s.collected(map[string]any{"action": "readContactPoints", "time": at, "id": id, "file": file})
	}
	if got := open(id, at, file); got.Table == nil || len(got.Table.Lines) != 2 || s.download("invoer/"+id) != string(file) {
		t.Fatalf("uploaded: %+v", got)
	}
	if got := open(id, later, nil); got.Table == nil || len(got.Table.Lines) != 2 {
		t.Errorf("a day later: %+v", got)
	}
	if got := open(id, tomorrow, nil); got.Table != nil || !strings.Contains(got.Refused, "24 uur") {
		t.Errorf("after a day: %+v", got)
	}
	open(id, at, file)
	s.collected(map[string]any{"action": "forgetContactPoints", "time": at, "id": id})
	s.collected(map[string]any{"action": "forgetContactPoints", "time": at, "id": id}) // again
	if got := open(id, at, nil); got.Table != nil || got.Refused == "" {
		t.Errorf("forgotten: %+v", got)
	}
	if got := open("", at, nil); got.Refused == "" {
		t.Errorf("nothing: %+v", got)
	}
	if got := open("", at, file); got.Table == nil { // the API keeps nothing
		t.Errorf("without an id: %+v", got)
	}
	for _, wrong := range []string{"../scholen/a.csv", strings.ToLower(id), id + "/"} {
		raw, _ := json.Marshal(map[string]any{"action": "readContactPoints", "time": at, "id": wrong})
		if _, err := s.Handle(t.Context(), raw); err == nil {
			t.Errorf("id %q was taken", wrong)
		}
	}
}

func TestTheTemplateCanBeReadBack(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	got := s.collected(map[string]any{"action": "templateContactPoints", "time": "2026-11-23T10:00:00Z"})
	table, err := readTable(got.File)
	if err != nil || len(table.Lines) != 1 || table.Lines[0].Cells[0] != "Zonecode" || len(table.Lines[0].Cells) != len(filling.Columns()) {
		t.Errorf("%v, %s", err, told(table))
	}
}

func BenchmarkReadSpreadsheet(b *testing.B) {
	f := excelize.NewFile()
	for i := range filling.MaxLines {
		_ = f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &[]any{"5910", "", fmt.Sprint("Functie ", i), "", "", "016 66 55 11"})
	}
	var out bytes.Buffer
	_ = f.Write(&out)
	for b.Loop() {
		if _, err := readTable(out.Bytes()); err != nil {
			b.Fatal(err)
		}
	}
}
