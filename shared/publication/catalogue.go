package publication

// Codes of the European Union's authority tables, which DCAT-AP wants.
const (
	authority = "http://publications.europa.eu/resource/authority/"
	mediaType = "http://www.iana.org/assignments/media-types/"
)

// fileTypes are the European codes of media types. Another media type stands for itself.
var fileTypes = map[string]string{
	"text/csv":            "CSV",
	"application/json":    "JSON",
	"application/ld+json": "JSON_LD",
	"text/turtle":         "RDF_TURTLE",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
}

// Catalogue describes an edition by DCAT-AP Vlaanderen, as Turtle and as JSON-LD that say the same: the open data with
// its files, the restricted data without, since they are two datasets with other rights, and the API. base is the
// service's address without a slash at its end; "" makes addresses relative to where the catalogue is read.
//
// It says nothing that changes without the data: the same edition under another date gives the same bytes.
func Catalogue(e Edition, base string) (turtle, jsonLD []byte, err error) {
	page := base + "/opendata"
	var g graph
	open, restricted, api := page+"#dataset", page+"#dataset-volledig", page+"#api"
	publisher, contact := page+"#uitgever", page+"#contact"

	catalogue := g.add(page+"#catalogus", "dcat:Catalog")
	catalogue.say("dct:identifier", plain(catalogue.iri))
	title := "Open data van Aanspreekpunt"
	if e.Demonstration {
		title = DemonstrationMark + title
	}
	catalogue.say("dct:title", dutch(title))
	catalogue.say("dct:description", dutch("Welke gegevens Aanspreekpunt over de lokale politie en haar aanspreekpunten voor scholen heeft, en hoe je ze krijgt."))
	catalogue.say("dct:publisher", iri(publisher))
	catalogue.say("dcat:contactPoint", iri(contact))
	catalogue.say("dct:license", iri(LicenseURL))
	catalogue.say("dct:language", iri(authority+"language/NLD"))
	catalogue.say("dct:modified", at(e.Modified))
	catalogue.say("foaf:homepage", iri(page))
	catalogue.say("dcat:keyword", keywords()...)
	catalogue.say("dcat:dataset", iris(open, restricted)...)
	catalogue.say("dcat:service", iri(api))

	dataset := g.dataset(open, page, e, false)
	var files []string
	for _, f := range e.Files {
		files = append(files, page+"#"+f.Name)
	}
	dataset.say("dcat:distribution", iris(files...)...)
	g.dataset(restricted, page, e, true)
	for _, f := range e.Files {
		g.distribution(page, e, f)
	}

	service := g.add(api, "dcat:DataService")
	service.say("dct:identifier", plain(api))
	service.say("dct:title", dutch("API van Aanspreekpunt"))
	service.say("dct:description", dutch("Scholen, gemeenten en politiezones opzoeken, met hun aanspreekpunten in de volgorde waarin je ze best belt. JSON, zonder sleutel."))
	service.say("dct:publisher", iri(publisher))
	service.say("dcat:contactPoint", iri(contact))
	service.say("dct:accessRights", iri(authority+"access-right/PUBLIC"))
	service.say("dct:license", iri(LicenseURL))
	service.say("dcat:keyword", keywords()...)
	service.say("dcat:endpointURL", iri(base+"/api/v1"))
	service.say("dcat:endpointDescription", iri(base+"/api/v1/doc/openapi.yaml"))
	service.say("dcat:landingPage", iri(base+"/over"))
	service.say("dcat:servesDataset", iri(open))

	// What the standard wants typed in the document itself.
	g.add(publisher, "dct:Agent", "foaf:Agent").say("foaf:name", dutch("Aanspreekpunt"))
	who := g.add(contact, "vcard:Kind")
	who.say("vcard:fn", dutch("Aanspreekpunt"))
	who.say("foaf:page", iri(base+"/over"))
	license := g.add(LicenseURL, "dct:LicenseDocument")
	license.say("dct:title", dutch(LicenseTitle))
	g.concept(authority+"access-right/PUBLIC", "openbaar", "dct:RightsStatement")
	g.concept(authority+"access-right/NON_PUBLIC", "niet openbaar", "dct:RightsStatement")
	g.concept(authority+"data-theme/JUST", "Justitie, rechtsstelsel en openbare veiligheid")
	g.concept(authority+"data-theme/EDUC", "Onderwijs, cultuur en sport")
	g.concept(authority+"frequency/DAILY", "dagelijks", "dct:Frequency")
	g.concept(authority+"language/NLD", "Nederlands", "dct:LinguisticSystem")
	g.add(flanders, "dct:Location").say("rdfs:label", dutch("Vlaams Gewest"))
	g.add(brussels, "dct:Location").say("rdfs:label", dutch("Brussels Hoofdstedelijk Gewest"))
	g.add(oslo, "dct:Standard").say("dct:title", dutch("OSLO Organisatie Basis"))

	jsonLD, err = g.jsonLD()
	return g.turtle(), jsonLD, err
}

const (
	flanders = "http://data.europa.eu/nuts/code/BE2"
	brussels = "http://data.europa.eu/nuts/code/BE1"
	oslo     = "https://data.vlaanderen.be/doc/applicatieprofiel/organisatie-basis/"
)

// dataset describes the open data, or the restricted data, which nobody can download here.
func (g *graph) dataset(address, page string, e Edition, restricted bool) *resource {
	title, description := Texts(restricted, e.Demonstration)
	rights := "PUBLIC"
	if restricted {
		rights = "NON_PUBLIC"
	}
	d := g.add(address, "dcat:Dataset")
	d.say("dct:identifier", plain(address))
	d.say("dct:title", dutch(title))
	d.say("dct:description", dutch(description))
	d.say("dct:publisher", iri(page+"#uitgever"))
	d.say("dcat:contactPoint", iri(page+"#contact"))
	d.say("dct:accessRights", iri(authority+"access-right/"+rights))
	d.say("dcat:keyword", keywords()...)
	d.say("dcat:theme", iris(authority+"data-theme/JUST", authority+"data-theme/EDUC")...)
	d.say("dct:spatial", iris(flanders, brussels)...)
	d.say("dct:language", iri(authority+"language/NLD"))
	d.say("dct:accrualPeriodicity", iri(authority+"frequency/DAILY"))
	d.say("dct:modified", at(e.Modified))
	d.say("dcat:landingPage", iri(page))
	return d
}

// distribution describes a file.
func (g *graph) distribution(page string, e Edition, f File) {
	d := g.add(page+"#"+f.Name, "dcat:Distribution")
	d.say("dct:identifier", plain(d.iri))
	d.say("dct:title", dutch(f.Title+" ("+f.Name+")"))
	d.say("dct:description", dutch(f.Description))
	d.say("dcat:accessURL", iri(page))
	d.say("dcat:downloadURL", iri(page+"/latest/"+f.Name))
	format, code := mediaType+f.MediaType, f.MediaType
	if known := fileTypes[f.MediaType]; known != "" {
		format, code = authority+"file-type/"+known, known
	}
	d.say("dct:format", iri(format))
	d.say("dcat:mediaType", iri(mediaType+f.MediaType))
	d.say("dct:license", iri(LicenseURL))
	d.say("dcat:byteSize", count(f.Size))
	d.say("dct:modified", at(e.Modified))
	if f.MediaType == "application/ld+json" {
		d.say("dct:conformsTo", iri(oslo))
	}
	d.say("spdx:checksum", iri(d.iri+"-sha256"))
	sum := g.add(d.iri+"-sha256", "spdx:Checksum")
	sum.say("spdx:algorithm", iri("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"))
	sum.say("spdx:checksumValue", hex(f.SHA256))
	g.concept(format, code, "dct:MediaTypeOrExtent")
	if format != mediaType+f.MediaType {
		g.add(mediaType+f.MediaType, "dct:MediaType")
	}
}

// concept types a code of a list.
func (g *graph) concept(address, label string, types ...string) {
	g.add(address, append([]string{"skos:Concept"}, types...)...).say("skos:prefLabel", dutch(label))
}

func keywords() (list []value) {
	for _, k := range Keywords() {
		list = append(list, dutch(k))
	}
	return list
}
