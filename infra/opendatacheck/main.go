// Command opendatacheck runs the system with demonstration data, publishes, and downloads everything that the page
// about open data offers into a folder, for tools that are not ours to read (check.py):
//
//	go run ./infra/opendatacheck FOLDER
package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"aanspreekpunt/infra/local/system"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./infra/opendatacheck FOLDER")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "opendatacheck:", err)
		os.Exit(1)
	}
}

// feed is the news of good practices; where it is saved, and where it comes from.
const feedFile, feedPath = "praktijken.atom", "/praktijken/atom.xml"

func run(ctx context.Context, folder string) (err error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	sys, err := system.Start(ctx, system.Options{Log: os.Stderr})
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, sys.Close()) }()
	if _, err := sys.Invoke(ctx, "export", []byte(`{"time":"`+time.Now().UTC().Format(time.RFC3339)+`"}`)); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	page, _, err := fetch(ctx, sys.URL()+"/opendata")
	if err != nil {
		return err
	}
	links := regexp.MustCompile(`href="(/opendata/latest/([^"/]+))"`).FindAllStringSubmatch(string(page), -1)
	if len(links) == 0 {
		return errors.New("the page offers no file")
	}
	for _, link := range links {
		data, header, err := fetch(ctx, sys.URL()+link[1])
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		digest := hex.EncodeToString(sum[:])
		if !strings.Contains(string(page), digest) || header.Get("X-Checksum-Sha256") != digest {
			return fmt.Errorf("%s: its checksum is %s; the page or the header says another", link[1], digest)
		}
		if err := os.WriteFile(filepath.Join(folder, link[2]), data, 0o644); err != nil {
			return err
		}
	}
	feed, _, err := fetch(ctx, sys.URL()+feedPath)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, feedFile), feed, 0o644)
}

func fetch(ctx context.Context, address string) ([]byte, http.Header, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", address, answer.Status)
	}
	return data, answer.Header, err
}
