package infra

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestMainOnlyWires: what a function does stands beside its main.go, where a test reaches it.
func TestMainOnlyWires(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../functions/*/main.go")
	if err != nil || len(files) != 8 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(data, []byte("\n")); n > 40 {
			t.Errorf("%s has %d lines, want at most 40", file, n)
		}
	}
}
