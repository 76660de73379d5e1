package publication

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// graph is a set of RDF resources, each with an IRI of its own: without blank nodes every way of writing it says the
// same in the same order.
type graph struct {
	resources []*resource
}

// resource is one subject with what is said of it.
type resource struct {
	iri        string
	types      []string // prefixed names, as all names here: "dcat:Dataset"
	properties []property
}

type property struct {
	name   string
	values []value
}

// value is an IRI, or a literal with a language or a datatype.
type value struct {
	iri, text, language, datatype string
}

func iri(s string) value   { return value{iri: s} }
func dutch(s string) value { return value{text: s, language: "nl"} }
func plain(s string) value { return value{text: s} }
func count(n int64) value  { return value{text: fmt.Sprint(n), datatype: "xsd:nonNegativeInteger"} }
func hex(s string) value   { return value{text: s, datatype: "xsd:hexBinary"} }
func at(t time.Time) value {
	return value{text: t.UTC().Format(time.RFC3339), datatype: "xsd:dateTime"}
}
func iris(all ...string) (list []value) {
	for _, s := range all {
		list = append(list, iri(s))
	}
	return list
}

// prefixes of the names, ascending.
var prefixes = [][2]string{
	{"dcat", "http://www.w3.org/ns/dcat#"},
	{"dct", "http://purl.org/dc/terms/"},
	{"foaf", "http://xmlns.com/foaf/0.1/"},
	{"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
	{"skos", "http://www.w3.org/2004/02/skos/core#"},
	{"spdx", "http://spdx.org/rdf/terms#"},
	{"vcard", "http://www.w3.org/2006/vcard/ns#"},
	{"xsd", "http://www.w3.org/2001/XMLSchema#"},
}

// add begins a resource, or finds the one with that IRI.
func (g *graph) add(iri string, types ...string) *resource {
	for _, r := range g.resources {
		if r.iri == iri {
			return r
		}
	}
	r := &resource{iri: iri, types: types}
	g.resources = append(g.resources, r)
	return r
}

// say adds a property, and does nothing without a value or when it was said before.
func (r *resource) say(name string, values ...value) {
	if len(values) == 0 || slices.ContainsFunc(r.properties, func(p property) bool { return p.name == name }) {
		return
	}
	r.properties = append(r.properties, property{name, values})
}

// turtle writes the graph as Turtle.
func (g *graph) turtle() []byte {
	var b bytes.Buffer
	for _, p := range prefixes {
		fmt.Fprintf(&b, "@prefix %s: <%s> .\n", p[0], p[1])
	}
	for _, r := range g.resources {
		fmt.Fprintf(&b, "\n<%s>\n    a %s", turtleIRI.Replace(r.iri), strings.Join(r.types, ", "))
		for _, p := range r.properties {
			b.WriteString(" ;\n    " + p.name + " ")
			for i, v := range p.values {
				if i > 0 {
					b.WriteString(", ")
				}
				b.WriteString(v.turtle())
			}
		}
		b.WriteString(" .\n")
	}
	return b.Bytes()
}

var (
	turtleText = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)
	turtleIRI  = strings.NewReplacer("<", "%3C", ">", "%3E", `"`, "%22", " ", "%20", "{", "%7B", "}", "%7D", "|", "%7C", "^", "%5E", "`", "%60", `\`, "%5C")
)

func (v value) turtle() string {
	if v.iri != "" {
		return "<" + turtleIRI.Replace(v.iri) + ">"
	}
	text := `"` + turtleText.Replace(v.text) + `"`
	switch {
	case v.language != "":
		text += "@" + v.language
	case v.datatype != "":
		text += "^^" + v.datatype
	}
	return text
}

// jsonLD writes the graph as JSON-LD, with a context of its own in it.
func (g *graph) jsonLD() ([]byte, error) {
	context := map[string]string{}
	for _, p := range prefixes {
		context[p[0]] = p[1]
	}
	nodes := []any{}
	for _, r := range g.resources {
		node := map[string]any{"@id": turtleIRI.Replace(r.iri), "@type": r.types}
		for _, p := range r.properties {
			values := []any{}
			for _, v := range p.values {
				values = append(values, v.jsonLD())
			}
			node[p.name] = values
		}
		nodes = append(nodes, node)
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(map[string]any{"@context": context, "@graph": nodes})
	return b.Bytes(), err
}

func (v value) jsonLD() map[string]string {
	switch {
	case v.iri != "":
		return map[string]string{"@id": turtleIRI.Replace(v.iri)}
	case v.language != "":
		return map[string]string{"@value": v.text, "@language": v.language}
	case v.datatype != "":
		return map[string]string{"@value": v.text, "@type": v.datatype}
	}
	return map[string]string{"@value": v.text}
}
