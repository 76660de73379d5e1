package main

import (
	"encoding/xml"
	"net/http"
	"time"

	"aanspreekpunt/shared/gateway"
)

// mostInFeed is how many practices the feed has.
const mostInFeed = 50

// The feed is Atom, RFC 4287.
type atomFeed struct {
	XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang     string      `xml:"xml:lang,attr"`
	ID       string      `xml:"id"`
	Title    string      `xml:"title"`
	Subtitle string      `xml:"subtitle"`
	Updated  string      `xml:"updated"`
	Links    []atomLink  `xml:"link"`
	Entries  []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Link       atomLink       `xml:"link"`
	Author     atomAuthor     `xml:"author"`
	Published  string         `xml:"published"`
	Updated    string         `xml:"updated"`
	Categories []atomCategory `xml:"category"`
	Summary    string         `xml:"summary"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomCategory struct {
	Term  string `xml:"term,attr"`
	Label string `xml:"label,attr"`
}

// feed lists the newest practices for readers of feeds. It is the same for everybody.
func (s *service) feed(w http.ResponseWriter, r *http.Request) error {
	facts, err := s.current(r.Context())
	if err != nil {
		return err
	}
	titles, err := s.store.PracticeTitles(r.Context())
	if err != nil {
		return unavailable(err)
	}
	v := visit{facts: facts, at: s.now()}
	feed := atomFeed{Lang: "nl", ID: gateway.Link(r, feedPath), Title: "Goede praktijken", Subtitle: "Hoe scholen en lokale politie samenwerken",
		Links: []atomLink{{"self", "application/atom+xml", gateway.Link(r, feedPath)}, {"alternate", "text/html", gateway.Link(r, publicPath)}}}
	updated := time.Unix(0, 0).UTC() // of a feed without entries
	for _, t := range titles[:min(len(titles), mostInFeed)] {
		if t.ModifiedAt.After(updated) {
			updated = t.ModifiedAt
		}
		entry := atomEntry{ID: "urn:uuid:" + t.ID, Title: t.Title, Link: atomLink{"alternate", "text/html", gateway.Link(r, publicPath+"/"+t.Slug)},
			Author: atomAuthor{v.zoneWords(t.Zone)}, Published: t.PublishedAt.Format(time.RFC3339), Updated: t.ModifiedAt.Format(time.RFC3339), Summary: t.Summary}
		for _, theme := range t.Themes {
			entry.Categories = append(entry.Categories, atomCategory{string(theme), theme.Label()})
		}
		feed.Entries = append(feed.Entries, entry)
	}
	feed.Updated = updated.Format(time.RFC3339)
	body, err := xml.MarshalIndent(feed, "", " ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	_, err = w.Write(append([]byte(xml.Header), body...))
	return err
}
