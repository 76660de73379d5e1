package main

import (
	"strconv"
	"strings"
	"time"

	"aanspreekpunt/shared/directory"
)

// listMark stands between the values of a cell that holds several.
const listMark = "|"

// safe keeps a spreadsheet from taking text for a formula.
func safe(cell string) string {
	if formula(cell) {
		return "'" + cell
	}
	return cell
}

// formula tells whether a spreadsheet would calculate a cell.
func formula(cell string) bool {
	return cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0]))
}

// phoneCell writes a number as Belgians do, and a foreign one with 00, so that no cell begins with a plus.
func phoneCell(number string) string {
	text := directory.FormatPhone(number)
	if abroad, ok := strings.CutPrefix(text, "+"); ok {
		return "00" + abroad
	}
	return text
}

func timeCell(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func boolCell(b bool) string { return strconv.FormatBool(b) }

func listCell[T any](values []T, text func(T) string) string {
	cells := make([]string, len(values))
	for i, v := range values {
		cells[i] = text(v)
	}
	return strings.Join(cells, listMark)
}

func plain[T ~string](v T) string { return string(v) }

// schemaDays are the days of the week as schema.org writes them, Monday first.
var schemaDays = [...]string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"}

// hoursText writes opening hours as schema.org does: "Mo 08:00-16:30".
func hoursText(h directory.OpeningHours) string {
	if h.Day < 1 || h.Day > len(schemaDays) {
		return h.Opens + "-" + h.Until
	}
	return schemaDays[h.Day-1] + " " + h.Opens + "-" + h.Until
}
