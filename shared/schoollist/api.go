package schoollist

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// The two resources of the API that make a list. Their names are the last part of their addresses.
const (
	Institutions = "instelling"         // instelling/v2/instelling
	Locations    = "instellingslocatie" // instellingslocatie/v1/instellingslocatie
)

// page is one page of a resource.
type page struct {
	Meta *struct {
		TotalElements *int `json:"total_elements"`
		TotalPages    *int `json:"total_pages"`
		Number        *int `json:"number"`
	} `json:"meta"`
	Content []json.RawMessage `json:"content"`
}

// institution is an element of Institutions. The API leaves out what it has no value for.
type institution struct {
	Number     text      `json:"instelling_nummer"`
	Name       text      `json:"instelling_naam"`
	FullName   text      `json:"instelling_naam_volledig"`
	HeadOffice text      `json:"instelling_hoofdzetel_vestigingsnr"`
	Phone      text      `json:"instelling_telefoon"`
	Website    text      `json:"instelling_website"`
	Network    described `json:"instelling_net"`
	Kind       described `json:"instelling_type"`
	Level      described `json:"instelling_niveau"`
	Ends       text      `json:"instelling_einddatum"`
	CLB        struct {
		Number text `json:"instellingsnummer"`
	} `json:"instelling_clb"`
}

// location is an element of Locations.
type location struct {
	Institution  text   `json:"instelling_nummer"`
	Number       text   `json:"instellingslocatie_vestigingsnummer"`
	Street       text   `json:"instellingslocatie_straatnaam"`
	HouseNumber  text   `json:"instellingslocatie_huisnummer"`
	Box          text   `json:"instellingslocatie_busnummer"`
	Postcode     text   `json:"instellingslocatie_postcode"`
	Municipality text   `json:"instellingslocatie_gemeente"`
	NIS          text   `json:"instellingslocatie_gemeente_nis"`
	Lat          text   `json:"gps_breedtegraad"`
	Lon          text   `json:"gps_lengtegraad"`
	Phones       []text `json:"instellingslocatie_telefoonnummers"`
	Ends         text   `json:"instellingslocatie_einddatum"`
}

// described is a code with what it stands for.
type described struct {
	Code        text `json:"code"`
	Description text `json:"omschrijving"`
}

// text is a JSON string or number, tidied: the API writes institution numbers as numbers and postcodes as
// strings, and need not go on doing so.
type text string

// UnmarshalJSON accepts a string, a number or null.
func (t *text) UnmarshalJSON(data []byte) error {
	switch {
	case bytes.Equal(data, []byte("null")):
		*t = ""
	case data[0] == '"':
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		*t = text(tidy(s))
	case data[0] == '-' || data[0] >= '0' && data[0] <= '9':
		*t = text(data)
	default:
		return errors.New("want a text or a number")
	}
	return nil
}

// Page says which page of which resource a file of the API is.
type Page struct {
	Resource string // Institutions or Locations
	Number   int    // as the page states it; the API counts from 1
	Total    int    // pages of the resource
	Elements int    // elements of the resource, over all pages
}

// ReadPage says which page of the API a file holds.
func ReadPage(f File) (Page, error) {
	p, _, err := openPage(f)
	return p, err
}

func openPage(f File) (Page, []json.RawMessage, error) {
	data := bytes.TrimPrefix(f.Data, byteOrderMark)
	fail := func(format string, args ...any) (Page, []json.RawMessage, error) {
		return Page{}, nil, fmt.Errorf("%s: %w", f.Name, fmt.Errorf(format, args...))
	}
	var p page
	decoder := json.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&p); err != nil {
		line := 1 + bytes.Count(data[:min(int(decoder.InputOffset()), len(data))], []byte("\n"))
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			line = 1 + bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n"))
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return fail("line %d: the page is cut off", 1+bytes.Count(data, []byte("\n")))
		}
		return fail("line %d: %w", line, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return fail("line %d: something follows the end of the page", 1+bytes.Count(data[:min(int(decoder.InputOffset()), len(data))], []byte("\n")))
	}
	if p.Meta == nil || p.Meta.TotalElements == nil || p.Meta.TotalPages == nil || p.Meta.Number == nil || p.Content == nil {
		return fail("line 1: not a page of the ministry's API: want meta with total_elements, total_pages and number, and content")
	}
	if len(p.Content) == 0 {
		return fail("line 1: the page is empty")
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(p.Content[0], &keys); err != nil {
		return fail("element 1: %w", err)
	}
	out := Page{Number: *p.Meta.Number, Total: *p.Meta.TotalPages, Elements: *p.Meta.TotalElements}
	if _, ok := keys["instellingslocatie_vestigingsnummer"]; ok {
		out.Resource = Locations
	} else if _, ok := keys["instelling_naam"]; ok {
		out.Resource = Institutions
	} else {
		return fail("element 1: neither an institution (instelling_naam) nor a location (instellingslocatie_vestigingsnummer)")
	}
	return out, p.Content, nil
}

// element is one element of a page with where it stands.
type element struct {
	file string
	at   int // from 1
	data json.RawMessage
}

func (e element) decode(into any, required ...string) error {
	if err := json.Unmarshal(e.data, into); err != nil {
		return fmt.Errorf("%s: element %d: %w", e.file, e.at, err)
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(e.data, &keys); err != nil {
		return fmt.Errorf("%s: element %d: %w", e.file, e.at, err)
	}
	for _, key := range required {
		if _, ok := keys[key]; !ok {
			return fmt.Errorf("%s: element %d: %s is missing", e.file, e.at, key)
		}
	}
	return nil
}

func (l *reading) readPages(files []File) ([]row, error) {
	resources, err := collectPages(files)
	if err != nil {
		return nil, err
	}
	institutions := map[text]institution{}
	unseen := map[text]element{}
	for _, e := range resources[Institutions] {
		var i institution
		if err := e.decode(&i, "instelling_nummer", "instelling_naam"); err != nil {
			return nil, err
		}
		if _, twice := institutions[i.Number]; twice {
			return nil, fmt.Errorf("%s: element %d: institution %s stands there twice", e.file, e.at, i.Number)
		}
		institutions[i.Number], unseen[i.Number] = i, e
	}
	var rows []row
	for _, e := range resources[Locations] {
		var o location
		if err := e.decode(&o, "instelling_nummer", "instellingslocatie_vestigingsnummer", "instellingslocatie_postcode", "instellingslocatie_gemeente_nis"); err != nil {
			return nil, err
		}
		r := row{
			file: e.file, line: e.at, number: string(o.Institution), location: string(o.Number),
			street: string(o.Street), houseNumber: string(o.HouseNumber), box: string(o.Box),
			postcode: string(o.Postcode), municipality: string(o.Municipality), nis: string(o.NIS),
		}
		i, ok := institutions[o.Institution]
		if !ok {
			l.report(r.problem(false, "institution %s is not in the list of institutions", o.Institution))
			continue
		}
		delete(unseen, o.Institution)
		if !i.isSchool() {
			l.list.Others++
			continue
		}
		r.name, r.network, r.kind, r.level = string(i.FullName), string(i.Network.Description), string(i.Kind.Description), string(i.Level.Code)
		if r.name == "" {
			r.name = string(i.Name)
		}
		r.headOffice = i.HeadOffice != "" && i.HeadOffice == o.Number
		r.phone, r.website, r.clb = string(i.Phone), string(i.Website), string(i.CLB.Number)
		if r.phone == "" && len(o.Phones) > 0 {
			r.phone = string(o.Phones[0])
		}
		if r.ends = string(i.Ends); o.Ends != "" {
			r.ends = string(o.Ends)
		}
		lat, errLat := lambertCoordinate(string(o.Lat))
		lon, errLon := lambertCoordinate(string(o.Lon))
		if errors.Join(errLat, errLon) != nil {
			l.report(r.problem(true, "coordinates %q, %q are no numbers; left out", o.Lat, o.Lon))
		} else if lat != 0 && lon != 0 {
			r.lat, r.lon = round5(lat), round5(lon)
		}
		rows = append(rows, r)
	}
	for _, e := range resources[Institutions] {
		var i institution
		if err := e.decode(&i); err != nil {
			return nil, err
		}
		if _, ok := unseen[i.Number]; !ok {
			continue
		}
		if !i.isSchool() {
			l.list.Others++
			continue
		}
		if ends, ok := parseEnd(string(i.Ends)); ok && ends != "" && ends < l.today {
			continue // an ended school needs no location; it has none to leave out either
		}
		r := row{file: e.file, line: e.at, number: string(i.Number)}
		l.report(r.problem(false, "the institution has no location"))
	}
	return rows, nil
}

// isSchool tells schools from the boards, CLBs, boarding houses and school communities of the same resource: a
// school has an education level, or a type that says one. A set of pages that gives neither is taken to hold
// schools.
func (i institution) isSchool() bool {
	if i.Level.Code != "" || i.Kind == (described{}) {
		return true
	}
	_, known := level("", string(i.Kind.Description), "")
	return known
}

// collectPages puts the pages in order and checks that they are all there.
func collectPages(files []File) (map[string][]element, error) {
	type part struct {
		page Page
		file File
		data []json.RawMessage
	}
	byResource := map[string]map[int]part{Institutions: {}, Locations: {}}
	first := map[string]part{}
	for _, f := range files {
		p, content, err := openPage(f)
		if err != nil {
			return nil, err
		}
		if before, ok := byResource[p.Resource][p.Number]; ok {
			return nil, fmt.Errorf("%s: line 1: page %d of %s is in %s already", f.Name, p.Number, p.Resource, before.file.Name)
		}
		this := part{p, f, content}
		if before, ok := first[p.Resource]; !ok {
			first[p.Resource] = this
		} else if before.page.Total != p.Total || before.page.Elements != p.Elements {
			return nil, fmt.Errorf("%s: line 1: %d elements in %d pages, but %s says %d in %d: pages of different days", f.Name,
				p.Elements, p.Total, before.file.Name, before.page.Elements, before.page.Total)
		}
		byResource[p.Resource][p.Number] = this
	}
	out := map[string][]element{}
	incomplete := &IncompleteError{}
	for _, resource := range []string{Institutions, Locations} {
		parts := byResource[resource]
		if len(parts) == 0 {
			incomplete.Waiting = append(incomplete.Waiting, resource+": every page")
			continue
		}
		start := 1 // the API counts its pages from 1; a set that has a page 0 counts from there
		if _, ok := parts[0]; ok {
			start = 0
		}
		total := first[resource].page.Total
		for n := start; n < start+total; n++ {
			p, ok := parts[n]
			if !ok {
				incomplete.Waiting = append(incomplete.Waiting, fmt.Sprintf("%s: page %d of %d", resource, n-start+1, total))
				continue
			}
			for i, data := range p.data {
				out[resource] = append(out[resource], element{p.file.Name, i + 1, data})
			}
			delete(parts, n)
		}
		for n, p := range parts {
			return nil, fmt.Errorf("%s: line 1: page %d of %s, which has %d pages", p.file.Name, n, resource, total)
		}
	}
	if len(incomplete.Waiting) > 0 {
		return nil, incomplete
	}
	for resource, elements := range out {
		if want := first[resource].page.Elements; len(elements) != want {
			return nil, fmt.Errorf("%s: line 1: %s has %d elements in its pages, but says %d", first[resource].file.Name, resource, len(elements), want)
		}
	}
	return out, nil
}
