package infra

import (
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestOneApostrophe: what visitors read has one form of it, ’. Straight ones stay in code, and in names and addresses as
// their sources write them.
func TestOneApostrophe(t *testing.T) {
	t.Parallel()
	plural := regexp.MustCompile(`(\pL)'(s|n|t|tje)\b`)
	markup := regexp.MustCompile(`(?s){{.*?}}|<script.*?</script>|<[^>]*>|` + "`[^`]*`")
	check := func(path, text string) {
		if found := plural.FindString(text); found != "" {
			t.Errorf("%s has a straight apostrophe: %s in %.120q", path, found, text)
		}
	}
	for _, root := range []string{"../functions", "../shared", "practices"} {
		err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			switch {
			case strings.HasSuffix(path, ".gohtml"), strings.HasSuffix(path, ".md"):
				data, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				check(path, markup.ReplaceAllString(string(data), ""))
			case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
				data, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				files := token.NewFileSet()
				var s scanner.Scanner
				s.Init(files.AddFile(path, files.Base(), len(data)), data, nil, 0)
				for {
					_, tok, literal := s.Scan()
					if tok == token.EOF {
						return nil
					}
					if tok == token.STRING && strings.Contains(literal, "CLB") { // the rest is English too
						check(path, literal)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
