// Package facts holds the reference facts of one version: zones, municipalities, places, former ones, and the
// schools of the ministry's list.
//
// ReadTerritory parses the CSV files of infra/reference and checks them against each other. Build puts the
// territory and the schools into one block of bytes: a lookup index whose entries carry each fact as JSON.
// functions/refdata does that and publishes the bytes; every function that needs facts Opens them, which
// touches no entry: a fact is decoded when it is asked for.
package facts
