package facts_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"aanspreekpunt/infra/reference"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
)

func TestReferenceFactsAreWhole(t *testing.T) {
	territory, err := facts.ReadTerritory(reference.FS)
	if err != nil {
		t.Fatal(err)
	}
	for what, counts := range map[string][2]int{
		"zones":                 {len(territory.Zones), 107},
		"municipalities":        {len(territory.Municipalities), 304},
		"places":                {len(territory.Places), 1535},
		"former zones":          {len(territory.FormerZones), 32},
		"former municipalities": {len(territory.FormerMunicipalities), 42},
	} {
		if counts[0] != counts[1] {
			t.Errorf("%s: got %d, want %d", what, counts[0], counts[1])
		}
	}
	// Nobody guesses a number: these six zones have none in the facts.
	silent := map[directory.ZoneCode]bool{"5341": true, "5343": true, "5914": true, "5915": true, "5962": true, "5964": true}
	for _, z := range territory.Zones {
		if (z.Phone == "") != silent[z.Code] {
			t.Errorf("zone %s: phone %q", z.Code, z.Phone)
		}
		if z.Email != "" && z.AsOf == "" {
			t.Errorf("zone %s: contact facts without a date", z.Code)
		}
	}
}

func TestEveryFileOfFactsHasItsSource(t *testing.T) {
	sources, err := facts.ReadSources(reference.FS)
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Glob(reference.FS, "*.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if s := sources[name]; name != "sources.csv" && (s.AsOf == "" || s.Text == "") {
			t.Errorf("%s: no date or no source in sources.csv", name)
		}
	}
}

// small is a territory of two zones, in which each test breaks one thing.
func small() fstest.MapFS {
	files := map[string]string{
		"zones.csv": "code,raw_name,name,name_fr,province,municipalities,phone,email,website,street,postcode,municipality,contact_as_of,contact_source,aliases\n" +
			"5389,Hageland,Hageland,,Vlaams-Brabant,24054,+3216000000,,https://www.politie.be/5389,,,,2023-11-08,list,\n" +
			"5910,Getevallei,Getevallei,,Vlaams-Brabant,24107|24041,,,,,,,,,PZ Getevallei\n",
		"former_zones.csv": "code,name,ended_on,successors\n5392,Hoegaarden/Tienen,,5910\n5391,Older,,5392|5389\n",
		"municipalities.csv": "nis,name,name_fr,province,zone,lat,lon\n24041,Hoegaarden,,Vlaams-Brabant,5910,50.7,4.8\n" +
			"24054,Kortenaken,,Vlaams-Brabant,5389,,\n24107,Tienen,,Vlaams-Brabant,5910,50.8,4.9\n",
		"former_municipalities.csv": "nis,name,ended_on,successors\n24001,Kumtich,1977-01-01,24107\n",
		"places.csv": "postcode,name,kind,nis,lat,lon\n3300,Tienen,municipality,24107,,\n3320,Hoegaarden,municipality,24041,,\n" +
			"3470,Kortenaken,municipality,24054,,\n3470,Sint-Margriete-Houtem,submunicipality,24107,,\n",
	}
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func TestReadTerritoryRefusesWhatDoesNotFit(t *testing.T) {
	if _, err := facts.ReadTerritory(small()); err != nil {
		t.Fatalf("the territory that the cases break is itself broken: %v", err)
	}
	for name, c := range map[string]struct{ file, old, new, want string }{
		"municipality in two zones":     {"zones.csv", "24054,", "24054|24041,", "24041 Hoegaarden lies in 2 zones"},
		"municipality in no zone":       {"zones.csv", "24107|24041", "24107", "24041 Hoegaarden lies in 0 zones"},
		"municipality names other zone": {"municipalities.csv", "Hoegaarden,,Vlaams-Brabant,5910", "Hoegaarden,,Vlaams-Brabant,5389", "names zone 5389, but zone 5910 lists it"},
		"zone lists unknown":            {"zones.csv", "24107|24041", "24107|24041|24999", "lists municipality 24999, which does not exist"},
		"zone twice":                    {"zones.csv", "5389,Hageland", "5910,Hageland", "zone 5910 occurs twice"},
		"zone current and former":       {"former_zones.csv", "5392,", "5389,", "zone 5389 is both current and former"},
		"successor unknown":             {"former_zones.csv", ",5910", ",5999", "successor 5999 does not exist"},
		"successors in a circle":        {"former_zones.csv", ",,5910", ",,5391", "go round in a circle"},
		"former municipality nowhere":   {"former_municipalities.csv", ",24107", ",24108", "successor 24108 does not exist"},
		"postcode nowhere":              {"places.csv", "municipality,24054", "municipality,24055", "postcode 3470 Kortenaken leads to municipality 24055"},
		"municipality without postcode": {"places.csv", "3320,Hoegaarden,municipality,24041", "3320,Hoegaarden,submunicipality,24107", "municipality 24041 has no postcode"},
		"place twice":                   {"places.csv", "3320,Hoegaarden,municipality,24041", "3320,Hoegaarden,municipality,24041,,\n3320,Hoegaarden,municipality,24041", "occurs twice"},
		"malformed zone code":           {"zones.csv", "5389,", "538,", "zones.csv line 2: column code"},
		"malformed phone":               {"zones.csv", "+3216000000", "016 00 00 00", "zones.csv line 2: column phone"},
		"malformed date":                {"zones.csv", "2023-11-08", "2023-13", "zones.csv line 2: column contact_as_of"},
		"malformed kind":                {"places.csv", ",municipality,24107", ",town,24107", "places.csv line 2: column kind"},
		"column missing":                {"places.csv", "postcode,name", "postal,name", "column postcode: is not in the file"},
		"ragged row":                    {"places.csv", "3300,Tienen", "3300,Tie,nen", "places.csv"},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := small()
			old := string(fsys[c.file].Data)
			broken := strings.Replace(old, c.old, c.new, 1)
			if broken == old {
				t.Fatalf("the case changes nothing: %q is not in %s", c.old, c.file)
			}
			fsys[c.file] = &fstest.MapFile{Data: []byte(broken)}
			_, err := facts.ReadTerritory(fsys)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want one with %q", err, c.want)
			}
		})
	}
	t.Run("file missing", func(t *testing.T) {
		fsys := small()
		delete(fsys, "places.csv")
		if _, err := facts.ReadTerritory(fsys); err == nil || !strings.Contains(err.Error(), "places.csv") {
			t.Errorf("got error %v, want one that names places.csv", err)
		}
	})
}
