package main

import (
	"html"
	"net/http"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/site"
)

// embeddable is a page that others may put on their own site, with the code for that.
type embeddable struct{ Path, Title, Code string }

// searchTitle names the frame with the search field, for those who hear the page that it stands on.
const searchTitle = "Zoek het aanspreekpunt van de lokale politie"

// embeddableOf writes the code. The script only fits the height; without it a frame scrolls by itself.
func embeddableOf(r *http.Request, path, title string) embeddable {
	return embeddable{path, title, `<iframe src="` + gateway.Link(r, path) + `" title="` + html.EscapeString(title) + `" width="100%" height="480" style="border: 0" loading="lazy" allow="clipboard-write"></iframe>` +
		"\n" + `<script src="` + gateway.Link(r, site.AssetPath+"embed.js") + `" async></script>`}
}

type embeddingData struct {
	Search embeddable
	Zones  []directory.ZoneFacts
	Chosen directory.ZoneCode
	Zone   *embeddable // of the chosen zone
}

// embeddingPage explains how to put the search field, or a zone, on one's own site.
func (s *service) embeddingPage(w http.ResponseWriter, r *http.Request) error {
	data := embeddingData{Search: embeddableOf(r, "/insluiten/zoeken", searchTitle)}
	if f, err := s.current(r); err == nil { // without facts there still is the search field
		for _, p := range f.provinces() {
			for _, line := range p.Zones {
				if z, ok := f.Zone(directory.ZoneCode(line.Code)); ok {
					data.Zones = append(data.Zones, z)
				}
			}
		}
		if current := f.CurrentZones(directory.ZoneCode(r.URL.Query().Get("zone"))); len(current) == 1 { // a zone that was divided leaves the choice
			z, _ := f.Zone(current[0])
			e := embeddableOf(r, "/insluiten/zones/"+string(z.Code), "Aanspreekpunt voor scholen van politiezone "+z.Name)
			data.Chosen, data.Zone = z.Code, &e
		}
	}
	return s.show(w, r, http.StatusOK, embeddingTemplate, site.Page{
		Title: "Op je eigen website plaatsen", Description: "Zet het zoekveld of het aanspreekpunt van je politiezone op de website van je school.",
		NoIndex: r.URL.RawQuery != "",
	}, data)
}

// framedSearch is the search field for a frame on another site. What stands in a frame asks nobody who they are.
func (s *service) framedSearch(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, framedSearchTemplate, site.Page{Title: searchTitle}, formOf("", ""))
}

// framedZone is a zone's contact point for a frame on another site: the one to call first, and the desk.
func (s *service) framedZone(w http.ResponseWriter, r *http.Request) error {
	f, err := s.current(r)
	if err != nil {
		return err
	}
	code, err := zoneOf(w, r, f, "/insluiten/zones/", "")
	if err != nil || code == "" {
		return err
	}
	profiles, down := s.read(r.Context(), f, []directory.ZoneCode{code})
	status := http.StatusOK
	if down != nil {
		status = s.unavailable(w, r, down)
	}
	z, _ := s.see(r.Context(), f, code, profiles, directory.Question{})
	a := s.answer(r, z, "", down)
	a.Cards, a.OneTheme = a.Cards[:min(1, len(a.Cards))], nil
	for i := range a.Cards { // who signs in comes back to the zone's own page
		a.Cards[i].SignIn = "/aanmelden?terug=%2Fzones%2F" + string(code)
	}
	return s.show(w, r, status, framedZoneTemplate, site.Page{Title: "Aanspreekpunt voor scholen van politiezone " + z.Name}, a)
}
