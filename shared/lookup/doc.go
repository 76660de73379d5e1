// Package lookup finds schools, places, municipalities and police zones by what people type.
//
// An index is built once, published as bytes, and opened without touching its entries, so that a function
// starts in the same time with ten thousand entries as with a million.
package lookup
