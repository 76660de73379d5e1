// Command export publishes the data every night: the open data, the ministry's restricted data, and which zones
// schools can reach that day. Package publication says where editions lie and how they are read.
//
// # What calls it
//
//	who               event
//	a nightly schedule  {"time": "…"}
//	an administrator    {"time": "…", "force": true}
//	an administrator    {"action": "takeOut", "time": "…", "value": "016 66 55 11"}
//
// Without a time it fails, and with one that lies before the current edition, unless forced: the editions of later
// days then go. takeOut takes a telephone number, an e-mail address or words out of all files that are kept, at once
// and with every version of them; takeout.go says how. While the police still show such a value, runs keep it out of
// the open data and say in which zones it stands.
//
// # A run
//
//  1. Read what is published, the facts, and every zone by the index, page by page; write each zone into every file
//     of both kinds of data, in a folder on this machine. Nothing grows with the data but these files.
//  2. Refuse (unless forced) when over a tenth of the zones or contact points would vanish, whatever their visibility.
//  3. Where a byte differs from what is published, or what is published does not read back right: upload all files
//     under a name that nothing refers to, and read them back (verify.go): checksums, columns, counts, no formula, and
//     nothing that a zone keeps back.
//  4. Replace the manifest, if it still is the one read in step 1. A run that was overtaken publishes nothing, and
//     says so.
//  5. Delete what is over: editions that were replaced, days after 90 (restricted: 30), what broken-off runs left.
//
// Steps 2 to 5 for the open data, then for the restricted data, which is written anew every day; then the coverage. A
// run that breaks off anywhere leaves the old edition whole or the new one whole, and running it again makes up for
// the rest.
//
// # Files
//
// What is in them comes from directory.See alone, as a visitor sees it, without names of persons; the restricted data
// as an administrator sees it. They hold no moment but those of the data itself, so the same data gives the same
// bytes. tables.go has the columns of the tables and contract.json those that were promised; aanspreekpunt.json is
// the source from which an edition can be made again.
package main
