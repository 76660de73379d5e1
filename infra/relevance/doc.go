// Package relevance judges how well the search finds what people mean: case files that anyone can read
// (Parse), and queries made up as people type them, with the school that each one means (Queries).
//
// It knows nothing of how the index works, so that it can judge other engines too: infra/bench does. The tests
// of this package hold shared/lookup to both. Those on the ministry's list need the list, in the file that
// AANSPREEKPUNT_SCHOOLS names.
package relevance
