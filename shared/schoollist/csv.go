package schoollist

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

var byteOrderMark = []byte("\xef\xbb\xbf")

// wantedColumns are the columns without which an export is refused: a list that lost one of them would quietly
// lose every phone number, or every link with a CLB.
var wantedColumns = []string{
	"schoolnummer", "intern_vplnummer", "net", "naam", "hoofdzetel", "straat", "huisnummer", "busnummer", "postcode",
	"gemeente", "niscode", "lx", "ly", "telefoon", "website", "onderwijsniveau", "instellingstype", "einddatum", "clb",
}

func (l *reading) readExports(files []File) ([]row, error) {
	var all []row
	for _, f := range files {
		rows, err := l.readExport(f)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

func (l *reading) readExport(f File) ([]row, error) {
	// encoding/csv ends a line at \n only; the export ends it with \r.
	data := bytes.ReplaceAll(bytes.TrimPrefix(f.Data, byteOrderMark), []byte("\r\n"), []byte("\n"))
	data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("%s: line %d: not UTF-8", f.Name, invalidLine(data))
	}
	// What has another form altogether is not to be called cut off.
	switch first, _, _ := bytes.Cut(data, []byte("\n")); {
	case !bytes.Contains(bytes.ToLower(first), []byte("schoolnummer")):
		return nil, fmt.Errorf("%s: line 1: not the ministry's list of schools: no column is called schoolnummer", f.Name)
	case !bytes.ContainsRune(first, ';'):
		return nil, fmt.Errorf("%s: line 1: its columns are not separated by ;", f.Name)
	}
	if last := data[len(data)-1]; last != '\n' && last != '"' {
		return nil, fmt.Errorf("%s: line %d: the file is cut off: its last line ends with neither a quote nor a line end", f.Name, bytes.Count(data, []byte("\n"))+1)
	}
	reader := csv.NewReader(bytes.NewReader(data))
	reader.Comma = ';'
	header, err := reader.Read()
	if err != nil {
		return nil, csvError(f.Name, err)
	}
	column := map[string]int{}
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := column[name]; twice && name != "" {
			return nil, fmt.Errorf("%s: line 1: column %q stands there twice", f.Name, name)
		}
		column[name] = i
	}
	var missing []string
	for _, name := range wantedColumns {
		if _, ok := column[name]; !ok {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("%s: line 1: columns missing: %s", f.Name, strings.Join(missing, ", "))
	}
	var rows []row
	for {
		fields, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, csvError(f.Name, err)
		}
		for i := range fields {
			fields[i] = tidy(fields[i])
		}
		if strings.Join(fields, "") == "" {
			continue // a spreadsheet program writes such rows below the last one
		}
		value := func(name string) string { return fields[column[name]] }
		r := row{
			file: f.Name, number: value("schoolnummer"), name: value("naam"), network: value("net"),
			kind: value("instellingstype"), level: value("onderwijsniveau"), location: value("intern_vplnummer"),
			street: value("straat"), houseNumber: value("huisnummer"), box: value("busnummer"),
			postcode: value("postcode"), municipality: value("gemeente"), nis: value("niscode"),
			phone: value("telefoon"), website: value("website"), clb: value("clb"), ends: value("einddatum"),
		}
		r.line, _ = reader.FieldPos(0)
		if i, ok := column["soort instelling"]; ok {
			if fields[i] != "" && fields[i] != "Onderwijsinstelling" {
				l.list.Others++
				continue
			}
		}
		switch head := value("hoofdzetel"); strings.ToLower(head) {
		case "true":
			r.headOffice = true
		case "false":
		default:
			return nil, fmt.Errorf("%s: line %d: hoofdzetel is %q: want True or False", f.Name, r.line, head)
		}
		x, errX := lambertCoordinate(value("lx"))
		y, errY := lambertCoordinate(value("ly"))
		if err := errors.Join(errX, errY); err != nil {
			l.report(r.problem(true, "coordinates %q, %q are no numbers; left out", value("lx"), value("ly")))
		} else if x != 0 && y != 0 {
			r.lat, r.lon = fromLambert72(x, y)
		}
		rows = append(rows, r)
	}
	if len(rows) == 0 && l.list.Others == 0 {
		return nil, fmt.Errorf("%s: line 1: a header without schools", f.Name)
	}
	return rows, nil
}

// lambertCoordinate reads metres; 0 and "" mean unknown. Some exports write a decimal comma.
func lambertCoordinate(s string) (float64, error) {
	if s == "" {
		return 0, nil
	}
	return strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
}

func invalidLine(data []byte) int {
	line := 1
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		data = data[size:]
	}
	return line
}

// csvError says what is wrong in words an operator can act on.
func csvError(file string, err error) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return fmt.Errorf("%s: %w", file, err)
	}
	switch {
	case errors.Is(parse.Err, csv.ErrFieldCount):
		return fmt.Errorf("%s: line %d: another number of fields than the header: the line is cut off or broken", file, parse.StartLine)
	case errors.Is(parse.Err, csv.ErrQuote):
		return fmt.Errorf("%s: line %d: a quote is broken, or the file is cut off", file, parse.StartLine)
	case errors.Is(parse.Err, csv.ErrBareQuote):
		return fmt.Errorf("%s: line %d: a quote stands inside an unquoted field", file, parse.Line)
	}
	return fmt.Errorf("%s: line %d: %w", file, parse.StartLine, parse.Err)
}
