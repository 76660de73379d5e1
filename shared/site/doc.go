// Package site is what every page of Aanspreekpunt has in common: the frame (header, emergency line, footer),
// the styles, the script, the icon, the words for what goes wrong, and the Dutch way of writing numbers, dates and times.
//
// A function keeps its own templates beside its handler and hands them to New; each defines "content" and may use
// the functions of words.go. Templates are parsed when they are first used, so that a function that starts for an
// API call pays for no page.
//
// Everything a page loads comes from here, under names that carry a hash of their content. There is no inline
// style or script, so the content security policy can forbid both. Every page works without the script.
package site
