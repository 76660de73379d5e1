package main

import (
	"strconv"
	"strings"
	"time"

	"aanspreekpunt/shared/directory"
)

// listMark stands between the values of a cell that holds several.
const listMark = "|"

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
