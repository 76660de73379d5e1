package main

import (
	"embed"
	"html/template"
	"net/http"
	"reflect"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/site"
)

//go:embed *.gohtml
var templates embed.FS

func page(name string) *site.Template {
	return site.NewForm(templates, template.FuncMap{"moment": site.Moment, "who": whoWords, "kind": kindWords, "changed": changedWords}, "parts.gohtml", name+".gohtml")
}

var (
	listTemplate     = page("list")
	practiceTemplate = page("practice")
)

// read serves a page that everybody may see. While it cannot be found out who asks, it shows what everybody sees.
func (s *service) read(h func(http.ResponseWriter, *http.Request, visit) error) gateway.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := s.visitor(r)
		switch {
		case v.facts == nil:
			return err
		case err != nil:
			gateway.Warn(r.Context(), err)
			gateway.Cache(w, gateway.NoStore)
		case v.who.SignedIn():
			gateway.Cache(w, gateway.Private)
		}
		return h(w, r, v)
	}
}

// show writes a page. The entry of the frame that leads to it is that of p.Path.
func (s *service) show(w http.ResponseWriter, r *http.Request, status int, t *site.Template, p site.Page, v visit, data any) error {
	p.Account = site.AccountOf(r, v.who, s.administrators)
	p.Demonstration = v.facts != nil && v.facts.Meta().Demonstration
	p.NoIndex = p.NoIndex || status != http.StatusOK
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	return t.Render(w, p, data)
}

// practiceData is the page of a practice.
type practiceData struct {
	Title, Summary string
	HTML           template.HTML // sanitised when it was saved
	Zones          []zoneLink
	Former         string // Dutch: the name of the zone at the time
	Themes         []link
	Levels         string
	Partners       []directory.Partner
	Published      string
	Modified       string // "" when it is the day of publication
	Contacts       []contact
	Down           bool   // the contact points could not be read
	Manage         string // address where its police change it; "" for others
}

type link struct{ Label, Path string }

type zoneLink struct{ Path, Label string }

func (s *service) practicePage(w http.ResponseWriter, r *http.Request, v visit) error {
	p, done, err := s.find(w, r)
	if done || err != nil {
		return err
	}
	live, ok := p.Public()
	if !ok {
		if v.may(directory.WritePractices, p.Zone) {
			gateway.Redirect(w, r, managementPath+"/"+p.Slug, http.StatusSeeOther)
			return nil
		}
		return missing()
	}
	data := practiceData{Title: live.Title, Summary: live.Summary, HTML: template.HTML(live.HTML), Former: v.formerWords(p.Zone),
		Levels: site.Upper(levelWords(live.Levels)), Partners: live.Partners}
	for _, t := range live.Themes {
		data.Themes = append(data.Themes, link{t.Label(), filter{Themes: []directory.Theme{t}}.path()})
	}
	if p.PublishedAt != nil {
		data.Published = site.Date(*p.PublishedAt)
	}
	if modified := site.Date(live.ModifiedAt); modified != data.Published {
		data.Modified = modified
	}
	if v.may(directory.WritePractices, p.Zone) {
		data.Manage = managementPath + "/" + p.Slug
	}
	for _, z := range v.zones(p.Zone) {
		data.Zones = append(data.Zones, zoneLink{"/zones/" + string(z.Code), directory.ZoneWords(z.Name, v.municipalities(z))})
	}
	// An article is worth reading while the contact points cannot be shown.
	var down error
	if data.Contacts, down = s.contacts(r, v, p.Zone); down != nil {
		gateway.Warn(r.Context(), down)
		gateway.Cache(w, gateway.NoStore)
		data.Down = true
	}
	return s.show(w, r, http.StatusOK, practiceTemplate, site.Page{Title: live.Title, Path: publicPath, Description: live.Summary, Feed: feedPath}, v, data)
}

// contact is whom a school of a zone calls first, as one who asks may see it.
type contact struct {
	Zone, Path, Why, Role, Who string
	Phones, Emails             []channel
	Withheld                   string
	SignIn                     string
	Desk                       string // number of the zone's desk, E.164; "" when there is none
	PolicePage                 string
	Code                       directory.ZoneCode
	Freshness, Class           string
	OnPaper                    *contact // what of it goes on paper: public values only; nil when all of it does
}

type channel struct{ Target, Shown, Of, Note string }

// contacts gives the first one to call of each zone that a code stands for.
func (s *service) contacts(r *http.Request, v visit, code directory.ZoneCode) ([]contact, error) {
	zones := v.zones(code)
	answer, err := s.store.Answer(r.Context(), dynamo.Wanted{Zones: directory.WithSources(zones)})
	var list []contact
	for _, z := range zones {
		as := func(who directory.Principal) contact {
			view := directory.See(z, v.municipality, z.Effective(answer.Profiles), who, directory.Question{}, v.at)
			c := contactOf(view, site.AccountOf(r, v.who, "").SignIn)
			c.Freshness, c.Class = view.FreshnessWords(v.at), site.FreshnessClass(view.Freshness)
			if err != nil { // only facts are known
				c.Freshness = ""
			}
			return c
		}
		c := as(v.who)
		if v.who.SignedIn() { // decision 210
			if public := as(directory.Principal{}); !reflect.DeepEqual(c, public) {
				c.OnPaper = &public
			}
		}
		list = append(list, c)
	}
	return list, err
}

func contactOf(z directory.ZoneView, signIn string) contact {
	c := contact{Zone: "politiezone " + z.Name, Path: "/zones/" + string(z.Code), Desk: z.Phone, Code: z.Code, PolicePage: "https://www.politie.be/" + string(z.Code)}
	for _, call := range z.CallOrder {
		point, ok := z.Point(call.ContactPoint)
		if !ok {
			continue
		}
		c.Why, c.Role, c.Who = site.Upper(call.Reason), point.Role, point.Name
		for _, ph := range point.Phones {
			c.Phones = append(c.Phones, channel{ph.Number, site.Phone(ph.Number), point.Role, ph.Note})
		}
		for _, e := range point.Emails {
			c.Emails = append(c.Emails, channel{e.Address, e.Address, point.Role, ""})
		}
		if n := point.WithheldPhones + point.WithheldEmails; n > 0 {
			c.Withheld = site.Withheld(point.WithheldPhones, point.WithheldEmails, len(point.Phones)+len(point.Emails) > 0)
			c.SignIn = signIn
		}
		break
	}
	return c
}

// errorPage shows a problem to a person.
func (s *service) errorPage(w http.ResponseWriter, r *http.Request, p *gateway.Problem) {
	m := site.MessageOf(p)
	path := publicPath
	if strings.HasPrefix(r.URL.Path, managementPath) {
		path = "/beheer"
		m.Links = []site.Entry{toMine, toAll, toSearch}
	} else {
		m.Links = []site.Entry{toAll, toSearch}
	}
	var v visit
	if f, err := s.reference.Current(r.Context()); err == nil {
		v.facts = f
		if p.Status != http.StatusServiceUnavailable { // of which trying again would make the caller wait
			v.who, _ = s.verifier.OfPage(r, f) // who cannot be found out is shown as a visitor
		}
	}
	if err := s.show(w, r, p.Status, site.MessageTemplate, site.Page{Title: m.Heading, Path: path, NoIndex: true}, v, m); err != nil {
		panic(err) // gateway then answers without a page
	}
}
