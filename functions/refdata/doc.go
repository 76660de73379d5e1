// Command refdata loads the reference facts and the ministry's list of schools, builds the search index over
// them and publishes both as one version.
//
// # What calls it
//
//	who                event
//	an operator        {"action": "load", "time": "…", "schools": ["scholen/a.csv"], "demonstration": false, "force": false}
//	a weekly schedule  {"action": "importSchools", "time": "…"}
//	a nightly one      {"action": "rebuild", "time": "…"}
//	the upload bucket  ObjectCreated of a key under scholen/ or grenzen/
//	functions/zones    {"action": "readContactPoints", "time": "…", "id": "…", "file": "base64"}
//	                   {"action": "forgetContactPoints", "time": "…", "id": "…"}
//	                   {"action": "templateContactPoints", "time": "…"}
//	                   {"action": "readTerritory", "time": "…", "file": "base64"}
//	functions/zones    {"action": "changeTerritory", "time": "…", "steps": [{"date": "2027-01-01", "from": "5371", "to": "5999",
//	or an operator      "name": "…"}], "apply": true}, or "withdraw": 3 in the place of steps
//
// load takes the facts that the binary holds (infra/reference) and, where it names keys of the upload bucket, the
// list of schools in them; without keys the schools of the current version stay. demonstration says whether what
// is loaded is made up: every page then says so. It also stores the good practices that the binary holds
// (infra/practices) where their addresses were never used; what police changed or withdrew stays. Without a time,
// load, importSchools and rebuild fail.
//
// importSchools fetches every page of both resources of the ministry's API (SCHOOLS_API_URL, SCHOOLS_API_KEY).
// An upload is either one file (scholen/export.csv) or a page of a set in a folder of its own
// (scholen/2026-11/page-1.json): an incomplete set imports nothing and says what it waits for. Both keep whether
// the current version is a demonstration.
//
// A GeoJSON file under grenzen/ has the outlines of zones, which are simplified for the map of functions/opendata.
//
// Every import gives schools the names by which they say that they are known, too (dynamo.SchoolAliases), so that search
// finds them. rebuild does nothing else: it keeps the schools of the current version, and publishes when a name changed.
//
// readContactPoints reads a CSV or XLSX file of many zones' contact points into the lines of its sheet, which zones
// makes sense of, so that the spreadsheet library is in this function alone. A file with an id is kept as invoer/<id>;
// an id without a file reads it again, at most 24 hours later; forgetContactPoints deletes it.
//
// readTerritory turns a CSV, XLSX or JSON file into the steps of territory changes. changeTerritory checks steps against
// the territory of their day, and with apply stores them together with the facts that follow: a version for today and one
// for each day to come on which something changes, which readers take from that day on. Every other import builds all
// of these anew. Nothing is stored when anything is wrong; the answer then lists all of it.
//
// # What it promises
//
// An import is all or nothing. It reports the schools added, changed and vanished, and every row that could not
// be placed with line and reason: as the function's result, in the log as counts, and in the bucket as
// verslagen/<key>.json, which no trigger watches. A list more than a tenth smaller than the current one is
// refused unless forced. The version is a hash of the content, so that the same data publishes nothing.
package main
