package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"aanspreekpunt/shared/publication"
)

// aanspreekpunt.json has one zone on a line, so that it can be read zone by zone:
//
//	{"title":…,"description":…,"license":…,"items":[
//	{"code":"5341",…},
//	{"code":"5910",…}
//	],"total":2,"modified":"2026-11-23T09:00:00Z"}

// maxLine bounds a line of a file of lines: a profile has 100 kB at most.
const maxLine = 4 << 20

func (d *draft) beginRecords() error {
	title, description := publication.Texts(d.restricted, d.demonstration)
	head := struct {
		Title       string `json:"title"`
		Description string `json:"description"`
		License     string `json:"license,omitempty"`
	}{title, description, publication.LicenseURL}
	if d.restricted {
		head.License = ""
	}
	text, err := json.Marshal(head)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(d.records, "%s,\"items\":[", text[:len(text)-1])
	return err
}

func (d *draft) addRecord(z Zone) error { return addLine(d.records, d.zones, z) }

// addLine writes the nth value of a list, from 0, on a line of its own.
func addLine(to io.Writer, n int, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	separator := ",\n"
	if n == 0 {
		separator = "\n"
	}
	_, err = fmt.Fprintf(to, "%s%s", separator, text)
	return err
}

func (d *draft) endRecords() error {
	tail := struct {
		Total    int    `json:"total"`
		Modified string `json:"modified"`
	}{d.zones, timeCell(&d.modified)}
	text, err := json.Marshal(tail)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(d.records, "\n],%s\n", text[1:])
	return err
}

// lines gives the values of such a file, one by one, and what stands around them as one JSON document in which the
// list is empty.
func lines(r io.Reader, around func([]byte) error) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		scanner := bufio.NewScanner(r)
		scanner.Buffer(nil, maxLine)
		var frame []byte
		inside := false
		for scanner.Scan() {
			line := scanner.Bytes()
			switch {
			case !inside:
				frame = append(frame, line...)
				inside = bytes.HasSuffix(line, []byte("["))
			case line[0] == ']':
				frame = append(frame, line...)
				inside = false
			default:
				if !yield(bytes.TrimSuffix(line, []byte(",")), nil) {
					return
				}
			}
		}
		err := scanner.Err()
		if err == nil && inside {
			err = io.ErrUnexpectedEOF
		}
		if err == nil {
			err = around(frame)
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// recordsIn reads the zones of an aanspreekpunt.json.
func recordsIn(r io.Reader) iter.Seq2[Zone, error] {
	return func(yield func(Zone, error) bool) {
		for line, err := range lines(r, func([]byte) error { return nil }) {
			var z Zone
			if err == nil {
				err = json.Unmarshal(line, &z)
			}
			if !yield(z, err) || err != nil {
				return
			}
		}
	}
}
