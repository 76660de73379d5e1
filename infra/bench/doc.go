// Bench compares the search of shared/lookup with what else could be used: bleve in memory, SQLite's FTS5 with
// trigrams, and a linear scan with edit distance. All answer the same queries (infra/relevance) about the same
// schools on one core; the table shows how often the school that was meant comes first, and what an answer costs.
//
//	go -C infra/bench run .                      the demonstration schools
//	go -C infra/bench run . -schools FILE        the ministry's list
//
// It is a module of its own, so that none of the others becomes a dependency of the service.
package main
