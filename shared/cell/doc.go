// Package cell writes values for files that people open in a spreadsheet, which must show them as they are: it may not
// calculate what somebody typed, nor take a phone number for a sum.
package cell
