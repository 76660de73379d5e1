// Package factstest gives tests the reference facts: those of the repository, a few zones of them, or as they are once
// the territory changed.
package factstest
