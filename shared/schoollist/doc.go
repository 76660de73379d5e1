// Package schoollist reads the list of schools that the Flemish ministry of Education publishes, in both of
// its official formats, and says for every location in which municipality and police zone of today it lies.
//
// # The CSV export
//
// UTF-8 with a byte order mark, `;` between fields, every field quoted, carriage returns alone as line ends.
// Columns are found by their name in the header, since they come and go between exports. Institution numbers
// lack their leading zeros, coordinates are Lambert 72 with 0 for unknown, and an end date of 31/12/4444 means
// that there is none.
//
// # The JSON API
//
// Two resources, each in pages with an envelope {meta, content}: instelling (institutions) and
// instellingslocatie (their locations). Read joins them and wants every page of both; while one is missing it
// returns an *IncompleteError that names it.
//
// # All or nothing
//
// A file that is no such list, lacks a column, has a broken quote or a cut-off end is an error that names file,
// line and reason: nothing of it is used. A single row that cannot be placed is a Problem: the rest counts.
//
// # What is not kept
//
// Line ends and characters that cannot be seen go from every value; a text over 200 characters is a Problem.
// Names of directors, e-mail addresses and company numbers never leave this package.
package schoollist
