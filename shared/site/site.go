package site

import (
	"bytes"
	"embed"
	"html/template"
	"io"
	"io/fs"
	"sync"
)

// Page is what the frame needs to know of a page.
type Page struct {
	Title         string // Dutch, without the name of the site, the state first: "2 fouten · Opzoeken"
	Path          string // of this page; the frame marks the entry that leads to it
	Description   string // Dutch, one sentence for search engines; may be ""
	Feed          string // path of an Atom feed of what the page lists; "" for none
	NoIndex       bool   // search engines leave the page out
	Demonstration bool   // demonstration data is loaded: the page says so, and is left out by search engines
	Account       Account
}

// Entry is a link of the frame.
type Entry struct {
	Path string
	Name string // Dutch
}

// Entries are the main entries, in order: on a phone they leave room for the first number to call.
var Entries = []Entry{
	{"/", "Opzoeken"},
	{managementPath, "Beheer politiezone"},
	{"/praktijken", "Goede praktijken"},
}

const managementPath = "/beheer"

// Footer are the entries at the end of each page.
var Footer = []Entry{
	{"/zones", "Alle politiezones"},
	{"/over", "Over deze site"},
	{"/opendata", "Open data"},
	{"/insluiten", "Op je eigen website plaatsen"},
	{"/privacy", "Privacy"},
	{"/toegankelijkheid", "Toegankelijkheid"},
}

//go:embed frame.gohtml form.gohtml framed.gohtml message.gohtml
var frame embed.FS

// Template is a page's template inside the frame. It is parsed at its first use; any number of goroutines may use it.
type Template struct {
	parse func() (*template.Template, error)
}

// New makes a template of files that define "content" and what it needs. functions are the page's own; they come
// beside those of words.go.
func New(files fs.FS, functions template.FuncMap, names ...string) *Template {
	return parsed(functions, files, names, "frame.gohtml")
}

// NewForm is New for pages with forms and long lists: they have the templates of form.gohtml, too.
func NewForm(files fs.FS, functions template.FuncMap, names ...string) *Template {
	return parsed(functions, files, names, "frame.gohtml", "form.gohtml")
}

// NewFramed is New for pages that stand in a frame on another site: without menu, and with links that leave the frame.
func NewFramed(files fs.FS, functions template.FuncMap, names ...string) *Template {
	return parsed(functions, files, names, "framed.gohtml", "frame.gohtml")
}

func parsed(functions template.FuncMap, files fs.FS, names []string, frames ...string) *Template {
	return &Template{parse: sync.OnceValues(func() (*template.Template, error) {
		t, err := template.New(frames[0]).Funcs(words).Funcs(functions).ParseFS(frame, frames...)
		if err != nil {
			return nil, err
		}
		return t.ParseFS(files, names...)
	})}
}

// buffers are where pages are written before they are sent; each is as large as the largest page that it held.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render writes the whole page, or nothing and an error: a page is never cut off halfway.
func (t *Template) Render(w io.Writer, page Page, data any) error {
	parsed, err := t.parse()
	if err != nil {
		return err
	}
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	err = parsed.Execute(b, struct {
		Page Page
		Data any
	}{page, data})
	if err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}
