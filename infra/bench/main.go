package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/infra/reference"
	"aanspreekpunt/infra/relevance"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/schoollist"
)

// engine is a search engine over schools.
type engine interface {
	name() string
	build(docs []document) error
	search(query string) ([]directory.InstitutionNumber, error) // best first, five are enough
}

// document is a school with the texts that find it: the same for every engine.
type document struct {
	school directory.School
	texts  []string
}

func main() {
	schools := flag.String("schools", os.Getenv("AANSPREEKPUNT_SCHOOLS"), "`file` with the ministry's list; the demonstration schools without one")
	n := flag.Int("queries", 1000, "number of queries made up")
	seed := flag.Uint64("seed", 2006, "what they are made up from")
	flag.Parse()
	if err := run(os.Stdout, *schools, *seed, *n); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, file string, seed uint64, n int) error {
	runtime.GOMAXPROCS(1)
	t, err := facts.ReadTerritory(reference.FS)
	if err != nil {
		return err
	}
	list := schoollist.File{Name: "demonstration schools", Data: demonstration.SchoolList(t)}
	if file != "" {
		list.Name = file
		if list.Data, err = os.ReadFile(file); err != nil {
			return err
		}
	}
	read, err := schoollist.Read([]schoollist.File{list}, t, "2026-11-23")
	if err != nil {
		return err
	}
	docs := documents(t, read.Schools)
	queries := relevance.Queries(t, read.Schools, seed, n)
	var untouched []relevance.Query
	all := relevance.UntouchedQueries(t, read.Schools)
	for i := 0; i < len(all); i += max(1, len(all)/n) {
		untouched = append(untouched, all[i])
	}
	fmt.Fprintf(w, "%d schools (%s), %d realistic queries and %d untouched names with municipality, one core\n\n", len(docs), list.Name, len(queries), len(untouched))

	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "engine\tbuild\tp50\tp99\tp50, × ours\tfirst\tfirst five\tuntouched first\t")
	var ours time.Duration
	for _, e := range []engine{&lookupEngine{territory: t}, &bleveEngine{}, &sqliteEngine{}, &scanEngine{}} {
		start := time.Now()
		if err := e.build(docs); err != nil {
			return fmt.Errorf("%s: %w", e.name(), err)
		}
		built := time.Since(start)
		typed, err := judge(e, queries)
		if err != nil {
			return fmt.Errorf("%s: %w", e.name(), err)
		}
		plain, err := judge(e, untouched)
		if err != nil {
			return fmt.Errorf("%s: %w", e.name(), err)
		}
		if ours == 0 {
			ours = typed.p50
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%.1f\t%.1f %%\t%.1f %%\t%.1f %%\t\n", e.name(), round(built), round(typed.p50), round(typed.p99),
			float64(typed.p50)/float64(ours), typed.first, typed.five, plain.first)
		if c, ok := e.(io.Closer); ok {
			if err := c.Close(); err != nil {
				return fmt.Errorf("%s: %w", e.name(), err)
			}
		}
	}
	return table.Flush()
}

// documents gives every school the texts that the service's index has too.
func documents(t directory.Territory, schools []directory.School) []document {
	places := map[string][]string{}
	for _, p := range t.Places {
		places[p.Postcode] = append(places[p.Postcode], p.Name)
	}
	docs := make([]document, len(schools))
	for i, s := range schools {
		texts := []string{s.Name, s.Type, string(s.Number)}
		for _, l := range s.Locations {
			texts = append(texts, l.Street+" "+l.HouseNumber, l.Postcode, l.Place, l.Municipality)
			texts = append(texts, places[l.Postcode]...)
		}
		slices.Sort(texts[1:])
		docs[i] = document{s, slices.Compact(texts)}
	}
	return docs
}

// figures are what an engine came to. Shares are in per cent.
type figures struct {
	p50, p99    time.Duration
	first, five float64
}

func judge(e engine, queries []relevance.Query) (figures, error) {
	if len(queries) == 0 {
		return figures{}, errors.New("no queries")
	}
	var f figures
	var took []time.Duration
	for _, q := range queries {
		start := time.Now()
		hits, err := e.search(q.Text)
		took = append(took, time.Since(start))
		if err != nil {
			return figures{}, fmt.Errorf("%q: %w", q.Text, err)
		}
		at := slices.IndexFunc(hits, func(n directory.InstitutionNumber) bool { return slices.Contains(q.Want, n) })
		if at == 0 {
			f.first += 100 / float64(len(queries))
		}
		if at >= 0 && at < 5 {
			f.five += 100 / float64(len(queries))
		}
	}
	slices.Sort(took)
	f.p50, f.p99 = took[len(took)/2], took[len(took)*99/100]
	return f, nil
}

func round(d time.Duration) string {
	switch {
	case d > time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d > time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(100 * time.Nanosecond).String()
}

// plainWords gives the words of a text in lower case without accents, as an application would do before it asks
// an engine that does not do so itself.
func plainWords(s string) []string {
	fold := strings.NewReplacer("à", "a", "á", "a", "â", "a", "ä", "a", "è", "e", "é", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i", "ó", "o",
		"ô", "o", "ö", "o", "ù", "u", "û", "u", "ü", "u", "ç", "c", "'", "", "’", "")
	return strings.FieldsFunc(fold.Replace(strings.ToLower(s)), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
}
