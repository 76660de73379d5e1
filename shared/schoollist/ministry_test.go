package schoollist_test

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/schoollist"
)

// TestMinistryList reads the ministry's own export where AANSPREEKPUNT_SCHOOLS names it, and compares every
// school's municipality and zone with the cleaned list beside it.
func TestMinistryList(t *testing.T) {
	t.Parallel()
	name := os.Getenv("AANSPREEKPUNT_SCHOOLS")
	if name == "" {
		t.Skip("AANSPREEKPUNT_SCHOOLS does not name the ministry's export")
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	list := read(t, schoollist.File{Name: filepath.Base(name), Data: data})
	t.Logf("%d schools, %d rows left out, %d problems, %d ended", len(list.Schools), list.Unplaced(), len(list.Problems), len(list.Ended))
	for _, p := range list.Problems {
		if !p.Kept {
			t.Errorf("not placed: %+v", p)
		}
	}
	// A name may hold an @ for an a; an address goes on to a top-level domain.
	if address := regexp.MustCompile(`[\w.-]+@[\w-]+\.[a-z]{2,}`).FindString(asJSON(t, list.Schools)); address != "" {
		t.Errorf("an e-mail address is kept: %s", address)
	}
	byNumber := map[directory.InstitutionNumber]directory.School{}
	for _, s := range list.Schools {
		byNumber[s.Number] = s
	}
	for _, want := range cleaned(t, filepath.Join(filepath.Dir(name), "schools.csv")) {
		got, ok := byNumber[directory.InstitutionNumber(want["institution_number"])]
		if !ok {
			t.Errorf("%s %s is missing", want["institution_number"], want["name"])
			continue
		}
		delete(byNumber, got.Number)
		at := got.Locations[0]
		if at.NIS.String() != want["nis_current"] || at.Municipality != want["municipality_current"] || string(at.Zone) != want["zone_code"] {
			t.Errorf("%s %s, %s %s: got %d %s in zone %s, want %s %s in %s", got.Number, got.Name, at.Postcode, at.Place,
				at.NIS, at.Municipality, at.Zone, want["nis_current"], want["municipality_current"], want["zone_code"])
		}
		if got.Name != want["name"] || string(got.CLB) != want["clb_number"] || at.Street != want["street"] {
			t.Errorf("%s: got %q, CLB %s, %q; want %q, %s, %q", got.Number, got.Name, got.CLB, at.Street, want["name"], want["clb_number"], want["street"])
		}
	}
	for number := range byNumber {
		t.Errorf("%s is not in the cleaned list", number)
	}
}

func cleaned(t *testing.T, name string) []map[string]string {
	t.Helper()
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not there to compare with", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, column := range records[0] {
			row[strings.TrimPrefix(column, "\ufeff")] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}
