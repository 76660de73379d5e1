package main

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	gmtext "github.com/yuin/goldmark/text"

	"aanspreekpunt/shared/directory"
)

// tools are made at the first text: most requests show what was made before.
var tools = sync.OnceValue(func() (t struct {
	markdown       goldmark.Markdown
	policy, strict *bluemonday.Policy
}) {
	t.markdown = goldmark.New() // CommonMark; raw HTML is left out
	// What CommonMark makes and a page of ours can hold: no pictures, no scripts, no styles, no ids.
	t.policy = bluemonday.NewPolicy()
	t.policy.AllowElements("p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "em", "code", "pre", "hr", "br")
	t.policy.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	t.policy.AllowAttrs("href").Matching(ourLink).OnElements("a")
	t.policy.AllowURLSchemes("https")
	t.policy.AllowRelativeURLs(true)
	t.policy.RequireParseableURLs(true)
	t.strict = bluemonday.StrictPolicy()
	return t
})

// ourLink is an address of the web, or a path of this site.
var ourLink = regexp.MustCompile(`^(https://[^\s/]|/[^/\\]|/$)`)

// render makes HTML of Markdown, without anything that a page of ours should not hold.
func render(markdown string) directory.Rendered {
	t := tools()
	source := []byte(markdown)
	document := t.markdown.Parser().Parse(gmtext.NewReader(source))
	var r directory.Rendered
	level := 1 // of the heading before: the page's own is 1
	_ = ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading: // below the page's own, and none skipped
			n.Level = max(2, min(n.Level, level+1, 4))
			level = n.Level
		case *ast.Image:
			r.Pictures = true
		case *ast.RawHTML, *ast.HTMLBlock:
			r.RawHTML = true
		case *ast.Link:
			r.LostLinks = r.LostLinks || !ourLink.Match(n.Destination)
		case *ast.AutoLink:
			r.LostLinks = r.LostLinks || !ourLink.Match(n.URL(source))
		}
		return ast.WalkContinue, nil
	})
	var out bytes.Buffer
	if err := t.markdown.Renderer().Render(&out, source, document); err != nil {
		return directory.Rendered{} // a bytes.Buffer takes everything
	}
	r.HTML = strings.TrimSpace(t.policy.Sanitize(out.String()))
	r.Text = html.UnescapeString(t.strict.Sanitize(r.HTML))
	return r
}

// check finds everything that is wrong with a practice, and gives it as it would be stored, with its HTML.
func check(in directory.PracticeInput) (directory.PracticeInput, string, []directory.Issue) {
	return directory.PracticeValidation{Render: render}.Check(in)
}
