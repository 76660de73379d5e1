// Package practices carries the good practices with which the service begins, as articles in Markdown. It only
// embeds: functions/refdata stores those that are not there yet and leaves alone what police changed or withdrew.
//
// A file is named after the practice's address. It begins with lines of a name, a colon and a value (title, summary,
// zone, themes, levels, and a line "partner: kind | name" for each partner), and after an empty line the text
// follows. Beside it stands the HTML that functions/practices makes of that text: the Markdown library stays in that
// function, whose test writes these files again with -update.
//
// What the articles tell of zones are the facts of the first site, of 2016; the advice in them is ours.
package practices

import "embed"

// FS holds a .md and a .html file for each practice.
//
//go:embed *.md *.html
var FS embed.FS
