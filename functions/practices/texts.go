package main

import (
	"cmp"
	"strconv"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/site"
)

// This file and the .gohtml files beside it hold the Dutch sentences of these pages. Words of the domain and what is
// wrong with an input stand in shared/directory, the frame's and the forms' in shared/site.

const (
	notYours     = "Je kan deze goede praktijk niet aanpassen. Dat doen de politie van haar zone en beheerders."
	conflictNote = "Iemand anders paste deze praktijk intussen aan. Jouw tekst is niet verloren: hij staat in het formulier hieronder. Bij wat verschilt, lees je ook wat de ander schreef. Neem over wat moet blijven en bewaar dan."
	movedOn      = "Iemand anders paste deze praktijk intussen aan. Kijk ze opnieuw na."
	schoolNote   = "Hier schrijft de politie over haar goede praktijken. Als school of CLB lees je ze bij Goede praktijken."
)

// Where a page that says one thing leads.
var (
	toMine   = site.Entry{Path: managementPath, Name: "Naar mijn praktijken"}
	toAll    = site.Entry{Path: publicPath, Name: "Alle goede praktijken"}
	toSearch = site.Entry{Path: "/", Name: "Naar Opzoeken"}
)

// zoneWords names the zones of today that a code stands for; "" for a code that never was.
func (v visit) zoneWords(code directory.ZoneCode) string {
	var names []string
	for _, z := range v.zones(code) {
		names = append(names, directory.ZoneWords(z.Name, v.municipalities(z)))
	}
	return directory.AndWords(names)
}

// formerWords says under which name a practice was written when its zone became part of another one.
func (v visit) formerWords(code directory.ZoneCode) string {
	former, ok := v.facts.FormerZone(code)
	if !ok {
		return ""
	}
	return "vroeger politiezone " + former.Name + " (" + string(code) + ")"
}

// levelWords are levels in a sentence; none are all.
func levelWords(levels []directory.Level) string {
	if len(levels) == 0 || len(levels) == len(directory.Levels()) {
		return "alle onderwijsniveaus"
	}
	return directory.InWords(levels, directory.Level.Label)
}

// aboutWords say what a practice is about and for whom.
func aboutWords(themes []directory.Theme, levels []directory.Level) string {
	about := directory.InWords(themes, directory.Theme.Label)
	if len(themes) == len(directory.Themes()) {
		about = "alle onderwerpen"
	}
	if about == "" {
		return site.Upper(levelWords(levels))
	}
	return site.Upper(about) + " · " + levelWords(levels)
}

// number reads a positive number; 0 for anything else.
func number(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// stateWords say how far a practice is.
func stateWords(p directory.Practice) string {
	if p.Status == directory.PracticeDraft && p.Live != nil {
		return "gepubliceerd, met een nieuwer concept"
	}
	return p.Status.Label()
}

// fieldWords are a field of a practice in words; what is not there is "niets".
func fieldWords(p directory.Practice, field string) string {
	words := ""
	switch field {
	case "title":
		words = p.Title
	case "summary":
		words = p.Summary
	case "themes":
		words = directory.InWords(p.Themes, directory.Theme.Label)
	case "levels":
		words = levelWords(p.Levels)
	case "partners":
		words = directory.InWords(p.Partners, func(p directory.Partner) string {
			if p.Website == "" {
				return p.Name
			}
			return p.Name + " (" + p.Website + ")"
		})
	case "markdown":
		words = p.Markdown
	case "slug":
		words = publicPath + "/" + p.Slug
	}
	return cmp.Or(words, "niets")
}

// whoWords names who made a version.
func whoWords(r directory.PracticeRevision) string {
	role := "politie"
	switch r.Role {
	case directory.RoleAdmin:
		role = "beheerder"
	case "":
		return "bij de start van deze site"
	}
	switch {
	case r.Name != "":
		return r.Name + " (" + role + ")"
	case r.Forgotten:
		return site.Upper(role) + ", naam niet meer bewaard"
	}
	return site.Upper(role)
}

// kindWords say how a version came about.
func kindWords(r directory.PracticeRevision) string {
	switch r.Kind {
	case directory.RevisionRestored:
		words := "Versie " + strconv.Itoa(r.Restored) + " hersteld"
		if r.Status == directory.PracticePublished {
			words += " en gepubliceerd"
		}
		return words
	case directory.RevisionSaved:
		if r.Status == directory.PracticeDraft {
			return "Bewaard als concept"
		}
	}
	return site.Upper(r.Kind.Label())
}

// changedWords name the fields that a version changed.
func changedWords(r directory.PracticeRevision) string {
	if r.Version == 1 || len(r.Changed) == 0 {
		return ""
	}
	return site.Upper(directory.InWords(r.Changed, func(field string) string { return strings.ToLower(directory.PracticeFieldLabel(field)) }))
}
