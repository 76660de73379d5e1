// Package directory is the domain of Aanspreekpunt: police zones and their contact points, schools and where
// they lie, who may see what, how fresh a confirmation is, and in what order to call.
//
// It imports no AWS package and no HTTP package. Time and the caller come in from outside. What every
// renderer shows (page, JSON, vCard, export) is what See returns: the one place that decides on visibility.
//
// What police save goes one way: Validation.Check finds all that is wrong with a ZoneInput, Diff and GoingPublic tell
// what would change and who would see it, Saved or Confirmed makes the next version, NewRevision its place in the
// history, and Split what of that is kept and what is forgotten. Principal.May says who may do any of it.
//
// What a school keeps for the police goes the same way: SchoolValidation.Check, DiffSchoolContact, Saved, Confirmed or
// Deleted, NewSchoolRevision. Principal.MayWithSchool says who may, and SchoolContact.See who sees what of it.
//
// TerritoryChanges say which zones and municipalities merge and move on which day; Periods makes the territory of each
// day of them. ZoneFacts.Effective is what a zone answers with, also while it has not decided yet about what it took over.
//
// Words: zone, contact point, primary contact point (the fixed contact point of federal circular PLP 41),
// institution number, municipality (NIS code), place. Identifiers are English. The Dutch that a visitor reads
// stands together by what it is about: names of themes, levels, kinds and zones in words.go, dates and freshness
// in dates.go, opening hours in hours.go, numbers and addresses in phone.go and channel.go, the reasons of the
// call order in callorder.go, and the words that people type for a theme in themequery.go.
package directory
