package cell

import (
	"strings"

	"aanspreekpunt/shared/directory"
)

// Text is a text that no spreadsheet takes for a formula: one that it would gets an apostrophe before it.
func Text(text string) string {
	if Formula(text) {
		return "'" + text
	}
	return text
}

// Formula tells whether a spreadsheet would calculate a cell.
func Formula(text string) bool {
	return text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0]))
}

// Phone writes an E.164 or short number as Belgians do, and a foreign one with 00, so that no cell begins with a plus.
func Phone(number string) string {
	text := directory.FormatPhone(number)
	if abroad, ok := strings.CutPrefix(text, "+"); ok {
		return "00" + abroad
	}
	return text
}
