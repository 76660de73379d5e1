package main

import (
	"encoding/json"
	"slices"

	"aanspreekpunt/shared/publication"
)

// dataPackage describes the CSV files as a Tabular Data Package (specs.frictionlessdata.io, version 1).
func dataPackage(e publication.Edition, tables []table, restricted bool) ([]byte, error) {
	type field struct {
		Name        string         `json:"name"`
		Type        string         `json:"type"`
		Description string         `json:"description"`
		Constraints map[string]any `json:"constraints,omitempty"`
	}
	type keyTarget struct {
		Resource string `json:"resource"`
		Fields   string `json:"fields"`
	}
	type foreignKey struct {
		Fields    string    `json:"fields"`
		Reference keyTarget `json:"reference"`
	}
	type schema struct {
		Fields        []field      `json:"fields"`
		PrimaryKey    []string     `json:"primaryKey,omitempty"`
		ForeignKeys   []foreignKey `json:"foreignKeys,omitempty"`
		MissingValues []string     `json:"missingValues"`
	}
	type dialect struct {
		Delimiter      string `json:"delimiter"`
		LineTerminator string `json:"lineTerminator"`
		QuoteChar      string `json:"quoteChar"`
		DoubleQuote    bool   `json:"doubleQuote"`
		Header         bool   `json:"header"`
	}
	type resource struct {
		Name        string  `json:"name"`
		Path        string  `json:"path"`
		Profile     string  `json:"profile"`
		Title       string  `json:"title"`
		Description string  `json:"description"`
		Format      string  `json:"format"`
		MediaType   string  `json:"mediatype"`
		Encoding    string  `json:"encoding"`
		Bytes       int64   `json:"bytes"`
		Hash        string  `json:"hash"`
		Dialect     dialect `json:"dialect"`
		Schema      schema  `json:"schema"`
	}
	type license struct {
		Name  string `json:"name"`
		Title string `json:"title"`
		Path  string `json:"path"`
	}
	title, description := publication.Texts(restricted, e.Demonstration)
	p := struct {
		Name        string     `json:"name"`
		Profile     string     `json:"profile"`
		Title       string     `json:"title"`
		Description string     `json:"description"`
		Created     string     `json:"created"` // of the data, not of this file
		Licenses    []license  `json:"licenses,omitempty"`
		Keywords    []string   `json:"keywords"`
		Resources   []resource `json:"resources"`
	}{
		Name: "aanspreekpunten-politie", Profile: "tabular-data-package", Title: title, Description: description,
		Created: timeCell(&e.Modified), Keywords: publication.Keywords(),
	}
	if !restricted {
		p.Licenses = []license{{publication.LicenseName, publication.LicenseTitle, publication.LicenseURL}}
	}
	for _, t := range tables {
		f, _ := e.File(t.file)
		s := schema{PrimaryKey: t.primary, MissingValues: []string{""}}
		for _, c := range t.of(restricted) {
			described := field{Name: c.name, Type: c.kind, Description: c.about}
			if c.of == several {
				described.Description += " (meer dan één: met " + listMark + " ertussen)"
			}
			if slices.Contains(t.primary, c.name) || t.foreign[c.name].resource != "" {
				described.Constraints = map[string]any{"required": true}
			}
			if r := t.foreign[c.name]; r.resource != "" {
				s.ForeignKeys = append(s.ForeignKeys, foreignKey{c.name, keyTarget{r.resource, r.column}})
			}
			s.Fields = append(s.Fields, described)
		}
		p.Resources = append(p.Resources, resource{
			Name: t.name, Path: t.file, Profile: "tabular-data-resource", Title: f.Title, Description: f.Description,
			Format: "csv", MediaType: "text/csv", Encoding: "utf-8", Bytes: f.Size, Hash: "sha256:" + f.SHA256,
			Dialect: dialect{",", "\r\n", `"`, true, true}, Schema: s,
		})
	}
	data, err := json.MarshalIndent(p, "", "  ")
	return append(data, '\n'), err
}
