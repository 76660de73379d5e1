// Package publication is what functions/export published and how it is read: the open data, as editions.
//
// # In the bucket
//
//	key                       what
//	manifest.json             the one object that says what is published (Manifest)
//	editions/<name>/<file>    the files of an edition; they never change
//	editions/<name>/edition.json   what the edition holds (Edition)
//	archive/<date>.json       the same of a date whose files are gone: counts and checksums
//
// An edition is written whole under a name that nothing refers to, read back, and becomes the current one when
// manifest.json is replaced, on the condition that it still is the one that the writer read. So whoever goes by the
// manifest sees one edition whole, before and after. What the manifest does not name is left over from a run that
// broke off, or is about to be published, and is nobody's business but the export's.
//
// The restricted data for the ministry lies in a bucket of its own, in the same way.
//
// # Reading
//
// A date answers with the last edition published on or before it (Reader.On). Files can change under the same
// address, also under a date: an administrator may have a value taken out of what was kept. Their checksum is what
// tells them apart (File.ETag); nobody may keep them without asking again.
//
// The same data gives the same bytes: what is in the files depends on the data, not on when it was published.
// Edition.Modified is the date to tell in documents, and never Edition.Date.
package publication
