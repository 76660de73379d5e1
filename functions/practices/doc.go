// Practices is where everybody reads the good practices of police zones, and where police write theirs.
//
// Published practices are listed from one item that holds all their titles; a practice itself is one more item. Every
// write goes the way of a zone's: who asks and whether they may, a repeated request's recorded answer, the version it
// was made from, the body, the rules (directory.PracticeValidation), and one transaction that stores practice,
// revision, titles and recorded answer together (dynamo.SavePractice).
//
//	handler.go   what a request needs: who asks, facts, the practice at an address
//	list.go      what is published, narrowed down;  pages.go  a practice with its zone's contact;  feed.go  Atom
//	api.go       JSON of practices;  write.go  what changes them
//	manage.go    the pages of police;  form.go  their form;  history.go  versions and what differs between them
//	markdown.go  Markdown to HTML, sanitised
//
// Markdown becomes HTML when it is saved, here and nowhere else: the libraries for it stay in this function, and what
// readers get was looked at before it was stored. What is kept for schools stands on these pages only as directory.See
// gives it.
package main
