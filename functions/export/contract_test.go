package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "add new columns to contract.json")

// TestColumnsOnlyGrow: people's programs go by the columns that contract.json has. New ones are added to it with
//
//	go test ./functions/export -run TestColumnsOnlyGrow -update
//
// when they stand behind the others.
func TestColumnsOnlyGrow(t *testing.T) {
	t.Parallel()
	kept, err := readContract()
	if err != nil {
		t.Fatal(err)
	}
	now := map[string][]promise{}
	for _, table := range tables(false) {
		for _, c := range table.columns {
			now[table.file] = append(now[table.file], promise{c.name, c.kind, c.of == restricted})
		}
	}
	grown := false
	for file, columns := range kept {
		for i, c := range columns {
			if i >= len(now[file]) || now[file][i] != c {
				t.Fatalf("%s: column %d was promised to be %+v", file, i+1, c)
			}
		}
	}
	for file, columns := range now {
		grown = grown || len(columns) > len(kept[file])
	}
	if !grown {
		return
	}
	if !*update {
		t.Fatal("there are new columns: add them to contract.json with -update")
	}
	data, err := json.MarshalIndent(now, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	data = bytes.ReplaceAll(data, []byte("\n   "), []byte(" ")) // a column on a line
	data = bytes.ReplaceAll(data, []byte("\n  }"), []byte("}"))
	data = bytes.ReplaceAll(data, []byte("{ "), []byte("{"))
	if err := os.WriteFile("contract.json", append(data, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
