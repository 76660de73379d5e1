package main

import (
	"html/template"
	"net/http"
	"strings"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/site"
)

// favicon answers the address that browsers and readers try by themselves.
func (s *service) favicon(w http.ResponseWriter, _ *http.Request) error {
	site.ServeFavicon(w)
	return nil
}

// securityText says where to report a security problem, as RFC 9116 has it. Without an address there is no such file.
func (s *service) securityText(w http.ResponseWriter, r *http.Request) error {
	contact := s.securityContact
	if contact == "" && s.administrators != "" {
		contact = "mailto:" + s.administrators
	}
	if contact == "" {
		return gateway.NotFound("Nobody is named to report security problems to")
	}
	expires := directory.DayOf(s.now()).Plus(securityTextDays).Start().UTC().Format(time.RFC3339)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	gateway.Cache(w, gateway.ReferenceData)
	_, err := w.Write([]byte("Contact: " + contact + "\nExpires: " + expires + "\nPreferred-Languages: nl, en\nCanonical: " +
		gateway.Link(r, "/.well-known/security.txt") + "\n"))
	return err
}

// securityTextDays is how long security.txt holds from the day on which it is read; the standard wants under a year.
const securityTextDays = 90

func (s *service) robots(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	gateway.Cache(w, gateway.ReferenceData)
	// While demonstration data is loaded every page says noindex, which a crawler must be let in to read.
	_, err := w.Write([]byte("User-agent: *\nDisallow: /zoeken\nDisallow: /api/\nSitemap: " + gateway.Link(r, "/sitemap.xml") + "\n"))
	return err
}

// sitemap lists the pages of zones, municipalities and practices; schools are found by searching.
func (s *service) sitemap(w http.ResponseWriter, r *http.Request) error {
	f, err := s.current(r)
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
	add := func(path string) {
		b.WriteString("<url><loc>" + template.HTMLEscapeString(gateway.Link(r, path)) + "</loc></url>\n")
	}
	for _, path := range []string{"/", "/zones", "/praktijken", "/dekking", "/opendata", "/over", "/insluiten", "/privacy", "/toegankelijkheid"} {
		add(path)
	}
	if answer, err := s.store.Answer(r.Context(), dynamo.Wanted{Practices: true}); err != nil {
		gateway.Warn(r.Context(), err) // the rest is worth finding
	} else {
		for _, p := range answer.Practices {
			add("/praktijken/" + p.Slug)
		}
	}
	for _, z := range f.zones() {
		add("/zones/" + string(z.Code))
	}
	for _, m := range f.Municipalities() {
		add("/gemeenten/" + m.NIS.String())
	}
	b.WriteString("</urlset>\n")
	w.Header().Set("Content-Type", "application/xml")
	gateway.Cache(w, gateway.ReferenceData)
	_, err = w.Write([]byte(b.String()))
	return err
}
