package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
)

// practices stores the good practices with which the service begins where nothing was ever stored at their addresses,
// and tells how many. What police changed, moved or withdrew is left alone.
func (l *Loader) practices(ctx context.Context, now time.Time) (int, error) {
	files, err := fs.Glob(l.Practices, "*.md")
	if err != nil {
		return 0, fmt.Errorf("practices: %w", err)
	}
	stored := 0
	for _, name := range files {
		p, in, err := readPractice(l.Practices, name)
		if err != nil {
			return stored, fmt.Errorf("practice %s: %w", name, err)
		}
		_, err = l.Store.Practice(ctx, in.Slug)
		if _, moved := errors.AsType[*dynamo.MovedError](err); err == nil || moved {
			continue
		}
		if !errors.Is(err, dynamo.ErrNotFound) {
			return stored, fmt.Errorf("practice %s: %w", name, err)
		}
		next := p.Saved(in, p.HTML, now)
		err = l.Store.SavePractice(ctx, dynamo.PracticeSave{Practice: next,
			Revision: directory.NewPracticeRevision(directory.Practice{}, next, directory.Cause{Kind: directory.RevisionImported}, now)})
		switch {
		case errors.Is(err, dynamo.ErrTaken): // another load did it meanwhile
		case err != nil:
			return stored, fmt.Errorf("practice %s: %w", name, err)
		default:
			stored++
		}
	}
	return stored, nil
}

// readPractice reads a practice as package practices describes its files.
func readPractice(files fs.FS, name string) (directory.Practice, directory.PracticeInput, error) {
	slug := strings.TrimSuffix(name, ".md")
	in := directory.PracticeInput{Slug: slug, Status: directory.PracticePublished}
	p := directory.Practice{ID: practiceID(slug)}
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return p, in, err
	}
	html, err := fs.ReadFile(files, slug+".html")
	if err != nil {
		return p, in, err
	}
	head, text, ok := strings.Cut(string(data), "\n\n")
	if !ok {
		return p, in, errors.New("no empty line between head and text")
	}
	in.Markdown, p.HTML = strings.TrimSpace(text), strings.TrimSpace(string(html))
	lines := bufio.NewScanner(strings.NewReader(head))
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), ": ")
		switch key {
		case "title":
			in.Title = value
		case "summary":
			in.Summary = value
		case "zone":
			p.Zone, err = directory.ParseZoneCode(value)
		case "themes":
			in.Themes, err = parseAll(value, directory.ParseTheme)
		case "levels":
			in.Levels, err = parseAll(value, directory.ParseLevel)
		case "partner":
			kind, name, _ := strings.Cut(value, " | ")
			in.Partners = append(in.Partners, directory.Partner{Kind: directory.PartnerKind(kind), Name: name})
		default:
			err = fmt.Errorf("line %q", lines.Text())
		}
		if err != nil {
			return p, in, err
		}
	}
	return p, in, lines.Err()
}

func parseAll[T any](list string, parse func(string) (T, error)) ([]T, error) {
	var all []T
	for word := range strings.SplitSeq(list, ", ") {
		v, err := parse(word)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

// practiceID is the same UUID for an address wherever the service runs.
func practiceID(slug string) string {
	b := sha256.Sum256([]byte("aanspreekpunt practice " + slug))
	return directory.UUID([16]byte(b[:16]))
}
