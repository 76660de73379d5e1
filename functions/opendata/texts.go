package main

import (
	"fmt"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/site"
)

// This file and the .gohtml files beside it hold every Dutch sentence of these pages.

// stateWords says a state at the head of a column, and what it means in the legend.
func stateWords(s directory.CoverageState) (short, meaning string) {
	switch s {
	case directory.CoverageFresh:
		return "bevestigd", "in het voorbije half jaar"
	case directory.CoverageAgeing:
		return "een tijd geleden bevestigd", "een half jaar tot een jaar"
	case directory.CoverageStale:
		return "mogelijk verouderd", "langer dan een jaar geleden bevestigd"
	}
	return "niet bevestigd", "nooit, of er is geen aanspreekpunt"
}

// sentence is the count in words.
func sentence(c directory.CoverageCount) string {
	return fmt.Sprintf("%d van de %d politiezones %s een aanspreekpunt voor scholen.", c.WithContactPoint, c.Zones, have(c.WithContactPoint))
}

// confirmedSentence says how far that number can be trusted.
func confirmedSentence(c directory.CoverageCount) string {
	switch {
	case c.WithContactPoint == 0:
		return "Nog geen enkele zone vulde er een in."
	case c.Fresh == c.WithContactPoint:
		return "Elk daarvan is in het voorbije half jaar bevestigd."
	case c.Fresh == 0:
		return "Geen enkel daarvan is in het voorbije half jaar bevestigd."
	case c.Fresh == 1:
		return "Eén daarvan is in het voorbije half jaar bevestigd."
	}
	return fmt.Sprintf("%d daarvan zijn in het voorbije half jaar bevestigd.", c.Fresh)
}

func have(n int) string {
	if n == 1 {
		return "heeft"
	}
	return "hebben"
}

// whyCall says to an administrator why a zone is to be called.
// p is what it answers with.
func whyCall(p *directory.Profile) string {
	switch {
	case p.HasPrimary() && p.Undecided():
		return "Nam gemeenten over en bewaarde sindsdien niets. Intussen tonen we de aanspreekpunten van vroeger."
	case p == nil || p.Version == 0:
		return "Vulde nog niets in."
	case !p.HasPrimary():
		return "Heeft geen vast aanspreekpunt."
	case p.AssuredAt == nil:
		return "Bevestigde de gegevens nog nooit."
	}
	return "Bevestigde laatst op " + site.Date(*p.AssuredAt) + "."
}

// sizeWords says how large a file is: "734 bytes", "23 kB", "1,2 MB".
func sizeWords(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 999_500:
		return fmt.Sprintf("%d kB", (n+500)/1000)
	}
	return strings.Replace(fmt.Sprintf("%.1f MB", float64(n)/1e6), ".", ",", 1)
}

// kindWords says what a media type is to people.
func kindWords(mediaType string) string {
	switch mediaType {
	case "text/csv":
		return "CSV"
	case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
		return "Excel (XLSX)"
	case "application/json":
		return "JSON"
	case "application/ld+json":
		return "JSON-LD"
	case "text/vcard":
		return "vCard"
	case "text/turtle":
		return "Turtle"
	}
	return mediaType
}
