// Package reference carries the reference facts of Flanders and Brussels as CSV files: police zones, former
// zones, municipalities, former municipalities and places, with the date and source of each in sources.csv.
//
// It only embeds. Package facts reads and checks them; functions/refdata publishes them. Schools are not here:
// the ministry's list is imported at run time.
//
// The files are UTF-8 with a comma and a header row; a list inside a cell is separated by "|"; a blank cell
// means "not known". Dates may be reduced (2016-01). To correct a fact, edit the CSV, and sources.csv with it.
package reference

import "embed"

// FS holds zones.csv, former_zones.csv, municipalities.csv, former_municipalities.csv, places.csv and sources.csv.
//
//go:embed *.csv
var FS embed.FS
