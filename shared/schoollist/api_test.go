package schoollist_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/schoollist"
)

type element = map[string]any

// school is an element of the resource instelling, with changes.
func school(number int, changes element) element {
	e := element{
		"instelling_nummer": number, "instelling_naam": "BS Voorbeeld", "instelling_naam_volledig": "Basisschool\n\u00a0De Linde (voorbeeld)\u200e",
		"instelling_hoofdzetel_vestigingsnr": 1, "instelling_telefoon": "016 00 00 00", "instelling_email": "x@linde.example",
		"instelling_website": "www.linde.example", "instelling_net": element{"code": 1, "omschrijving": "Gemeenschapsonderwijs"},
		"instelling_niveau": element{"code": "BaO", "omschrijving": "Basisonderwijs"}, "instelling_type": element{"omschrijving": "Basisschool"},
		"instelling_status_erkenning": element{"code": "E"}, "instelling_directeur": "Voorbeeld Directeur",
	}
	maps.Copy(e, changes)
	return e
}

// location is an element of the resource instellingslocatie, with changes.
func location(institution, number int, changes element) element {
	e := element{
		"instelling_nummer": institution, "instellingslocatie_vestigingsnummer": number, "instellingslocatie_straatnaam": "Voorbeeldstraat",
		"instellingslocatie_huisnummer": "7", "instellingslocatie_postcode": "3300", "instellingslocatie_gemeente": "TIENEN",
		"instellingslocatie_gemeente_nis": "24107", "gps_breedtegraad": 50.809364, "gps_lengtegraad": 4.935981,
		"instellingslocatie_telefoonnummers": []string{"016 00 00 01"},
	}
	maps.Copy(e, changes)
	return e
}

func pages(name string, size int, elements ...element) []schoollist.File {
	var files []schoollist.File
	chunks := slices.Collect(slices.Chunk(elements, size))
	for i, chunk := range chunks {
		data, err := json.MarshalIndent(element{
			"meta":    element{"total_elements": len(elements), "total_pages": len(chunks), "number": i + 1, "last": i == len(chunks)-1},
			"content": chunk,
		}, "", " ")
		if err != nil {
			panic(err) // the elements above are all JSON
		}
		files = append(files, schoollist.File{Name: fmt.Sprintf("%s-%d.json", name, i+1), Data: data})
	}
	return files
}

func institutionPages(size int, elements ...element) []schoollist.File {
	return pages("instelling", size, elements...)
}

func locationPages(size int, elements ...element) []schoollist.File {
	return pages("locatie", size, elements...)
}

func TestReadsThePagesOfTheAPI(t *testing.T) {
	t.Parallel()
	files := slices.Concat(
		institutionPages(2, school(18, element{"instelling_clb": element{"instellingsnummer": 114331}}), school(990002, element{
			"instelling_niveau": element{"code": "SO"}, "instelling_naam_volledig": nil, "instelling_telefoon": nil, "instelling_website": nil, "instelling_net": nil,
			"instelling_hoofdzetel_vestigingsnr": 3,
		}),
			school(300001, element{"instelling_niveau": nil, "instelling_type": element{"omschrijving": "Bestuur"}})),
		locationPages(2, location(990002, 1, nil), location(18, 1, nil), location(990002, 3, element{"gps_breedtegraad": nil, "gps_lengtegraad": nil})),
	)
	slices.Reverse(files) // pages may come in any order
	list := read(t, files...)
	if len(list.Problems) != 0 || list.Others != 1 {
		t.Errorf("problems %v, %d others", list.Problems, list.Others)
	}
	address := directory.Location{
		Number: 1, HeadOffice: true, Street: "Voorbeeldstraat", HouseNumber: "7", Postcode: "3300", Place: "Tienen", Municipality: "Tienen",
		NIS: 24107, Zone: "5910", Lat: 50.80936, Lon: 4.93598,
	}
	first, third := address, address
	first.HeadOffice = false
	third.Number, third.Lat, third.Lon = 3, 0, 0
	want := []directory.School{
		{Number: "000018", Name: "Basisschool De Linde (voorbeeld)", Level: directory.LevelBasic, Type: "Basisschool", Network: "Gemeenschapsonderwijs", Phone: "016 00 00 00", Website: "https://www.linde.example", CLB: "114331", Locations: []directory.Location{address}},
		{Number: "990002", Name: "BS Voorbeeld", Level: directory.LevelSecondary, Type: "Basisschool", Phone: "016 00 00 01", Locations: []directory.Location{third, first}},
	}
	if got, want := asJSON(t, list.Schools), asJSON(t, want); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestSaysWhichPagesAreMissing(t *testing.T) {
	t.Parallel()
	institutions, locations := institutionPages(1, school(990001, nil), school(990002, nil), school(990003, nil)), locationPages(2, location(990001, 1, nil), location(990002, 1, nil), location(990003, 1, nil))
	for _, c := range []struct {
		files []schoollist.File
		want  []string
	}{
		{institutions, []string{"instellingslocatie: every page"}},
		{locations, []string{"instelling: every page"}},
		{locations[1:], []string{"instelling: every page", "instellingslocatie: page 1 of 2"}},
		{slices.Concat(institutions[:1], locations), []string{"instelling: page 2 of 3", "instelling: page 3 of 3"}},
	} {
		_, err := schoollist.Read(c.files, readTerritory(t), today)
		var incomplete *schoollist.IncompleteError
		if !errors.As(err, &incomplete) || !slices.Equal(incomplete.Waiting, c.want) {
			t.Errorf("got %v, want waiting for %v", err, c.want)
		}
	}
}

func TestRefusesPagesThatAreNoList(t *testing.T) {
	t.Parallel()
	institutions, locations := institutionPages(5, school(990001, nil)), locationPages(5, location(990001, 1, nil))
	edit := func(f schoollist.File, old, new string) schoollist.File {
		if !strings.Contains(string(f.Data), old) {
			t.Fatalf("no %q to replace in %s", old, f.Data)
		}
		return schoollist.File{Name: f.Name, Data: []byte(strings.Replace(string(f.Data), old, new, 1))}
	}
	with := func(f schoollist.File) []schoollist.File { return append(slices.Clone(institutions), f) }
	l := locations[0]
	for _, c := range []struct {
		name  string
		files []schoollist.File
		want  string
	}{
		{"cut off", with(schoollist.File{Name: l.Name, Data: l.Data[:len(l.Data)-9]}), "locatie-1.json: line 22: the page is cut off"},
		{"not JSON", with(schoollist.File{Name: l.Name, Data: []byte("{\n nee }")}), "locatie-1.json: line 2: invalid character"},
		{"something after it", with(schoollist.File{Name: l.Name, Data: append(slices.Clone(l.Data), "{}"...)}), "locatie-1.json: line 24: something follows"},
		{"an error of the API", with(schoollist.File{Name: l.Name, Data: []byte(`{"status":401,"title":"Unauthorized"}`)}), "locatie-1.json: line 1: not a page of the ministry's API"},
		{"an empty page", with(schoollist.File{Name: l.Name, Data: []byte(`{"meta":{"total_elements":0,"total_pages":1,"number":1},"content":[]}`)}), "locatie-1.json: line 1: the page is empty"},
		{"another resource", with(edit(l, `"instellingslocatie_vestigingsnummer"`, `"vestiging"`)), "locatie-1.json: element 1: neither an institution"},
		{"a key renamed", with(edit(l, `"instellingslocatie_postcode"`, `"postcode"`)), "locatie-1.json: element 1: instellingslocatie_postcode is missing"},
		{"another type", with(edit(l, `"instellingslocatie_postcode": "3300"`, `"instellingslocatie_postcode": {}`)), "locatie-1.json: element 1: want a text or a number"},
		{"a page twice", with(institutions[0]), "instelling-1.json: line 1: page 1 of instelling is in instelling-1.json already"},
		{"a page too far", append(with(l), edit(edit(schoollist.File{Name: "locatie-9.json", Data: l.Data}, `"number": 1`, `"number": 9`), "990001", "990002")), "locatie-9.json: line 1: page 9 of instellingslocatie, which has 1 pages"},
		{"pages of different days", append(with(edit(edit(l, `"total_pages": 1`, `"total_pages": 2`), `"total_elements": 1`, `"total_elements": 7`)), edit(l, `"number": 1`, `"number": 2`)), "locatie-1.json: line 1: 1 elements in 1 pages, but locatie-1.json says 7 in 2: pages of different days"},
		{"fewer elements than it says", with(edit(l, `"total_elements": 1`, `"total_elements": 2`)), "locatie-1.json: line 1: instellingslocatie has 1 elements in its pages, but says 2"},
		{"an institution twice", append(institutionPages(5, school(990001, nil), school(990001, nil)), l), "instelling-1.json: element 2: institution 990001 stands there twice"},
		{"CSV among JSON", with(export(columns, "\r", line{})), "export.csv is CSV and instelling-1.json is JSON"},
	} {
		_, err := schoollist.Read(c.files, readTerritory(t), today)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s…", c.name, err, c.want)
		}
	}
}

func TestReportsElements(t *testing.T) {
	t.Parallel()
	list := read(t, slices.Concat(
		institutionPages(9, school(990001, nil), school(990002, nil), school(990003, element{"instelling_einddatum": "2020-08-31"}), school(990004, element{"instelling_einddatum": "2020-08-31"}),
			school(990005, element{"instelling_niveau": nil, "instelling_type": nil, "instelling_naam_volledig": "Academie (voorbeeld)"})),
		locationPages(9, location(990001, 1, nil), location(990009, 1, nil), location(990003, 1, nil), location(990001, 2, element{"instellingslocatie_postcode": "4000", "instellingslocatie_gemeente_nis": "62063", "instellingslocatie_gemeente": "LUIK"}),
			location(990005, 1, element{"gps_breedtegraad": "noord"})))...)
	if got := numbers(list.Schools); !slices.Equal(got, []directory.InstitutionNumber{"990001", "990005"}) {
		t.Errorf("got schools %v", got)
	}
	if len(list.Ended) != 1 || list.Ended[0].Number != "990003" {
		t.Errorf("got ended %v", list.Ended)
	}
	var got []string
	for _, p := range list.Problems {
		got = append(got, fmt.Sprintf("%s:%d %s %t", p.File, p.Line, p.Number, p.Kept))
	}
	want := []string{"instelling-1.json:2 990002 false", "locatie-1.json:2 990009 false", "locatie-1.json:4 990001 false", "locatie-1.json:5 990005 true", "locatie-1.json:5 990005 true"}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
