package publication_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"aanspreekpunt/shared/publication"
)

func catalogued() publication.Edition {
	return publication.Edition{Name: "one", Date: "2026-11-02", Modified: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC), Files: []publication.File{
		{Name: "zones.csv", Title: "Politiezones", Description: "Een rij per \"zone\".\n\\", MediaType: "text/csv", Size: 12, SHA256: strings.Repeat("ab", 32)},
		{Name: "aanspreekpunt.vcf", Title: "Contacten", Description: "Voor je telefoon.", MediaType: "text/vcard", Size: 7, SHA256: strings.Repeat("0", 64)},
		{Name: "aanspreekpunt.jsonld", Title: "OSLO", Description: "Gelinkte data.", MediaType: "application/ld+json", Size: 1, SHA256: strings.Repeat("1", 64)},
	}}
}

// triples of the JSON-LD form, "subject predicate object", sorted.
func triples(t *testing.T, data []byte) []string {
	t.Helper()
	var document struct {
		Graph []map[string]json.RawMessage `json:"@graph"`
	}
	if err := json.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, node := range document.Graph {
		id := strings.Trim(string(node["@id"]), `"`)
		for name, v := range node {
			if strings.HasPrefix(name, "@") {
				continue
			}
			var values []map[string]string
			if err := json.Unmarshal(v, &values); err != nil {
				t.Fatal(err)
			}
			for _, v := range values {
				all = append(all, fmt.Sprint(id, " ", name, " ", v))
			}
		}
	}
	slices.Sort(all)
	return all
}

// What the standard asks is checked by pyshacl in CI; here what must not change by itself.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	e := catalogued()
	turtle, jsonLD, err := publication.Catalogue(e, "https://aanspreekpunt.example")
	if err != nil {
		t.Fatal(err)
	}
	said := triples(t, jsonLD)
	const page = "https://aanspreekpunt.example/opendata"
	for _, want := range []string{
		page + "#dataset dct:accessRights map[@id:http://publications.europa.eu/resource/authority/access-right/PUBLIC]",
		page + "#dataset-volledig dct:accessRights map[@id:http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC]",
		page + "#dataset dcat:distribution map[@id:" + page + "#zones.csv]",
		page + "#zones.csv dcat:downloadURL map[@id:" + page + "/latest/zones.csv]",
		page + "#zones.csv dcat:byteSize map[@type:xsd:nonNegativeInteger @value:12]",
		page + "#zones.csv-sha256 spdx:checksumValue map[@type:xsd:hexBinary @value:" + strings.Repeat("ab", 32) + "]",
		page + "#aanspreekpunt.jsonld dct:conformsTo map[@id:https://data.vlaanderen.be/doc/applicatieprofiel/organisatie-basis/]",
	} {
		if !slices.Contains(said, want) {
			t.Errorf("lacks %s", want)
		}
	}
	for _, s := range said {
		if strings.HasPrefix(s, page+"#dataset-volledig dcat:distribution") {
			t.Errorf("the restricted data is offered: %s", s)
		}
	}
	if !bytes.Contains(turtle, []byte(`dct:description "Een rij per \"zone\".\n\\"@nl`)) {
		t.Error("a text with quotes is not escaped")
	}
	// Every IRI that is an object, and every prefix, is written in both forms.
	for _, iri := range regexp.MustCompile(`<(https?://[^>]+)>`).FindAllSubmatch(turtle, -1) {
		if !bytes.Contains(jsonLD, iri[1]) {
			t.Errorf("JSON-LD lacks %s", iri[1])
		}
	}
}

func TestTheSameDataGivesTheSameCatalogue(t *testing.T) {
	t.Parallel()
	e := catalogued()
	turtle, jsonLD, err := publication.Catalogue(e, "https://aanspreekpunt.example")
	if err != nil {
		t.Fatal(err)
	}
	e.Name, e.Date = "two", "2026-11-09"
	again, againLD, err := publication.Catalogue(e, "https://aanspreekpunt.example")
	if err != nil || !bytes.Equal(turtle, again) || !bytes.Equal(jsonLD, againLD) {
		t.Errorf("another catalogue, %v", err)
	}
}

func TestACatalogueWithoutAnAddressIsRelative(t *testing.T) {
	t.Parallel()
	turtle, _, err := publication.Catalogue(catalogued(), "")
	if err != nil || !bytes.Contains(turtle, []byte("dcat:downloadURL </opendata/latest/zones.csv>")) {
		t.Errorf("%v\n%s", err, turtle)
	}
}

func TestACatalogueOfDemonstrationDataSaysSo(t *testing.T) {
	t.Parallel()
	e := catalogued()
	e.Demonstration = true
	_, jsonLD, err := publication.Catalogue(e, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range triples(t, jsonLD) {
		about, said, _ := strings.Cut(s, " dct:title ")
		if strings.Contains(about, "#dataset") && said != "" && !strings.Contains(said, "Voorbeeldgegevens") {
			t.Errorf("looks real: %s", s)
		}
	}
}
