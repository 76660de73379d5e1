// Package lookup finds schools, places, municipalities and police zones by what people type.
//
// Build makes an index once and publishes it as bytes; Open reads those bytes without touching an entry, so that
// a function starts in the same time with ten thousand entries as with a million. Search answers a query, Get and
// All read entries by their keys, Marks shows in a name what a query matches. The package knows nothing of
// schools' data: an entry is texts that find it and a payload that comes back as it was.
//
// # How a text is read
//
// Words are letters or digits; a digit beside a letter starts a new word. Capitals, accents and punctuation do not
// count, @ is an a, except before a digit, and a parenthesis inside a word is no end of it: (W)onderwijs. Words
// are made canonical, in entries and queries alike: st. is sint, o.l.v. and onze-lieve-vrouw are one, vbs is vrije
// basisschool, kta koninklijk technisch atheneum, and so is k t a, 't is het, X, tien and tiende are 10, kerkstr.
// is kerkstraat (see abbreviation). A name is also found by its pieces (Sint-Jozefscollege by jozef and by
// college), by its abbreviation as written, and by what a hyphen or an apostrophe separates as one word (klimop),
// and so is one of two words (kessello).
//
// Words tell more or less (see classOf). A telling word must be found; vrije, basisschool, sint and the like, de
// and van, those of a question (welke, nummer), and numbers of up to three digits need not be, but count when they
// are. When a query has no telling word, what it has must be found, so that "vrije basisschool" is an answerable
// question. A run of digits is read in every way: as a code, as an institution number without its zeros, as a
// postcode; a house number that nobody has does no harm.
//
// # How a query is answered
//
// First with the words as they are; two neighbouring words may be one in the index (suiker spin). While a query is
// being typed its last word may be the beginning of one. If nothing has all words that must be found, words that
// the index does not have are corrected: to what sounds the same (ij, ei and y; c and k; ae and aa; x and ks; au
// and ou; th and t; gh and g; a double letter and a single one), to what is one typing error away, two for words
// of seven letters and more, to another diminutive (boomke, boompje), to what starts with the word, and to two
// words that it is made of (deregenboog). Then words that do exist are corrected too: linden may have been meant
// as linde. If still nothing has them all, and no word names a town, the word that nearly names one is taken for it
// (misspelledTown). At last words are given up: what has most of them is the answer, if it has two fifths of what
// the query tells, and Result says that it is partial and which words were given up. Literal leaves the corrections
// out.
//
// The name of a municipality or place is meant as it is: tienen is never corrected to tielen. Of two such names one
// is the town (see anchor); the other may be a word of a school's name with a typing error, but no other place:
// "linden tienen" may be De Linde there. A query with a town corrects its other existing words only to words of
// schools' names, so that college does not become collegestraat. When nothing has all words, what has the town's name
// comes first, the town itself before all.
//
// A number in letters is asked for, and no house has it: drie linde is not De Linde, and not Lindestraat 3.
//
// While a query is being typed, the places that its last word begins are offered too, after what has all words; or
// before it when the word is the whole name of a place and only begins what was found.
//
// Texts of one location belong together: a street and a municipality find a school only when both are of the same
// location of it. A hit names the location only when no other fits as well.
//
// # Ranking
//
// Every word found adds its value: the rarer the word, the more; less for a weaker text (a name, a municipality,
// a place, a street, another place with the postcode, in this order), and less for a correction. Added to that:
//
//   - the part of the name that the query covers, so that Sint-Jozef comes before Sint-Jozef Sint-Pieter;
//   - more when it is the whole name, more still when the query is nothing else;
//   - as much as for a whole name for the house number, behind the street that has it;
//   - much more for an exact code; a little for an institution number without its zeros;
//   - a query with a school word is about schools, one with pz or politie about zones, one with gemeente about
//     places; what it is not about comes after;
//   - ended zones and municipalities come after what took them over, and streets after the schools in them,
//     unless the ended one is asked for by its whole name.
//
// Equals are never ordered by chance. Of names that differ only in punctuation, case or abbreviation the one that
// stands in the query as written comes first. Then kinds follow each other as Kind lists them, and within a kind
// entries by name, by municipality (the first text of that field), and by key.
//
// # Bounds
//
// A query counts up to 400 bytes and 12 words; a word has at most 48 readings; at most 4096 entries are compared
// and 60,000 nodes visited for a word. Where a query is so broad that this is not all, the entries whose whole
// name it is come first, and Result says that its total is a minimum. Damaged bytes make Open fail or entries
// unfindable; they cannot make it panic or run away, which the fuzz tests hold it to.
//
// # Figures
//
// One core, ten thousand generated entries and a million: building 55 ms and 11 s; opening under a microsecond
// for both; the median of exact queries 3.5 and 6 µs, of prefixes 6 and 21 µs, of typing errors 21 and 40 µs, of
// ambiguous queries 15 and 125 µs; 87 and 50 bytes an entry beyond its texts.
//
//	go test -run '^$' -bench . -cpu 1 ./shared/lookup
//
// How well it finds is judged by infra/relevance and compared with others by infra/bench.
package lookup
