package schoollist

import (
	"math"
	"testing"

	"aanspreekpunt/shared/directory"
)

func TestWebsite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in, want string
		ok       bool
	}{
		{"", "", true},
		{"www.voorbeeld.example", "https://www.voorbeeld.example", true},
		{"WWW.Voorbeeld.EXAMPLE/Klimop", "https://www.voorbeeld.example/Klimop", true},
		{"http://voorbeeld.example/", "http://voorbeeld.example", true},
		{"HTTPS://voorbeeld.example", "https://voorbeeld.example", true},
		{"http:voorbeeld.example/a", "http://voorbeeld.example/a", true},
		{"https//voorbeeld.example/a", "https://voorbeeld.example/a", true},
		{`http:\\www.voorbeeld.example`, "http://www.voorbeeld.example", true},
		{"httpschool.example", "https://httpschool.example", true},
		{"www.een.example - www.twee.example", "https://www.een.example", true},
		{"www.voorbeeld.example/?a=1#b", "https://www.voorbeeld.example/?a=1#b", true},
		{"gemeentelijkeschool", "", false},
		{"info@voorbeeld.example", "", false},
		{"javascript:alert(1)", "", false},
		{"https://", "", false},
		{"-.example", "", false},
		{"www.voorbeeld.example:port", "", false},
	} {
		if got, ok := website(c.in); got != c.want || ok != c.ok {
			t.Errorf("%q: got %q %t, want %q %t", c.in, got, ok, c.want, c.ok)
		}
	}
}

func TestLevel(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code, kind, name string
		want             directory.Level
		known            bool
	}{
		{"BaO", "", "", directory.LevelBasic, true},
		{"SO", "", "", directory.LevelSecondary, true},
		{"DKO", "", "", directory.LevelOther, true},
		{"VWO", "", "", directory.LevelOther, true},
		{"HO", "", "", directory.LevelOther, true},
		{"", "Autonome kleuterschool", "", directory.LevelBasic, true},
		{"", "School voor buitengewoon secundair onderwijs", "", directory.LevelSecondary, true},
		{"", "", "GO! atheneum Voorbeeld", directory.LevelSecondary, true},
		{"", "", "Vrije Basisschool", directory.LevelBasic, true},
		{"", "", "Academie", directory.LevelOther, false},
		{"X", "Basisschool", "Basisschool", directory.LevelOther, false},
	} {
		if got, known := level(c.code, c.kind, c.name); got != c.want || known != c.known {
			t.Errorf("%q %q %q: got %q %t, want %q %t", c.code, c.kind, c.name, got, known, c.want, c.known)
		}
	}
}

func TestPhone(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"016 00 00 00": "016 00 00 00", "+32 (0)16/00.00-00": "+32 (0)16/00.00-00", "": "", "x@y.example": "", "--": "", "vraag Jan 016": ""} {
		if got := phone(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// The expected degrees are those of PROJ 9.5.1 for EPSG:31370 to EPSG:4326, from the coast to the Voer.
func TestLambert72(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ x, y, lat, lon float64 }{
		{25000, 190000, 51.00673, 2.5876},
		{70000, 200000, 51.10456, 3.2265},
		{100000, 165000, 50.79332, 3.65958},
		{150000, 170000, 50.84041, 4.36875},
		{153000, 212000, 51.21794, 4.41169},
		{190000, 165000, 50.79409, 4.9361},
		{217000, 180000, 50.92643, 5.32175},
		{250000, 200000, 51.10144, 5.79651},
		{258000, 160000, 50.7405, 5.89893},
	} {
		lat, lon := fromLambert72(c.x, c.y)
		if math.Abs(lat-c.lat) > 1.5e-5 || math.Abs(lon-c.lon) > 1.5e-5 {
			t.Errorf("(%.0f, %.0f): got %f, %f, want %f, %f", c.x, c.y, lat, lon, c.lat, c.lon)
		}
	}
}
