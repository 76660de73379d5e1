package main

import (
	"cmp"
	"database/sql"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/lookup"
)

// most is the number of hits that are asked for.
const most = 5

// lookupEngine is the service's own search, with all its places, municipalities and zones: a place before the
// school that was meant counts against it.
type lookupEngine struct {
	territory directory.Territory
	facts     *facts.Facts
}

func (*lookupEngine) name() string { return "shared/lookup" }

func (e *lookupEngine) build(docs []document) error {
	schools := make([]directory.School, len(docs))
	for i, d := range docs {
		schools[i] = d.school
	}
	data, err := facts.Build(e.territory, schools, facts.Meta{})
	if err != nil {
		return err
	}
	e.facts, err = facts.Open(data)
	return err
}

func (e *lookupEngine) search(text string) ([]directory.InstitutionNumber, error) {
	var out []directory.InstitutionNumber
	for _, h := range e.facts.Search(lookup.Query{Text: text, Limit: most}).Hits {
		n := directory.InstitutionNumber(h.Key)
		if h.Kind != lookup.School {
			n = ""
		}
		out = append(out, n)
	}
	return out, nil
}

// bleveEngine is bleve in memory: its standard analysis, and every word with up to two typing errors.
type bleveEngine struct{ index bleve.Index }

func (*bleveEngine) name() string { return "bleve, fuzziness 2" }

func (e *bleveEngine) build(docs []document) error {
	var err error
	if e.index, err = bleve.NewMemOnly(bleve.NewIndexMapping()); err != nil {
		return err
	}
	batch := e.index.NewBatch()
	for i, d := range docs {
		if err := batch.Index(string(d.school.Number), map[string]string{
			"name": strings.Join(plainWords(d.school.Name), " "),
			"all":  strings.Join(plainWords(strings.Join(d.texts, " ")), " "),
		}); err != nil {
			return err
		}
		if batch.Size() >= 500 || i == len(docs)-1 {
			if err := e.index.Batch(batch); err != nil {
				return err
			}
			batch = e.index.NewBatch()
		}
	}
	return nil
}

func (e *bleveEngine) search(text string) ([]directory.InstitutionNumber, error) {
	words := strings.Join(plainWords(text), " ")
	exact, fuzzy := bleve.NewMatchQuery(words), bleve.NewMatchQuery(words)
	exact.SetField("all")
	exact.SetBoost(2)
	fuzzy.SetField("all")
	fuzzy.SetFuzziness(2)
	fuzzy.SetPrefix(1)
	result, err := e.index.Search(bleve.NewSearchRequestOptions(query.NewDisjunctionQuery([]query.Query{exact, fuzzy}), most, 0, false))
	if err != nil {
		return nil, err
	}
	var out []directory.InstitutionNumber
	for _, h := range result.Hits {
		out = append(out, directory.InstitutionNumber(h.ID))
	}
	return out, nil
}

func (e *bleveEngine) Close() error { return e.index.Close() }

// sqliteEngine is SQLite's FTS5 with trigrams, any of them, ranked by bm25 with the name counting double.
type sqliteEngine struct {
	db  *sql.DB
	ask *sql.Stmt
}

func (*sqliteEngine) name() string { return "SQLite FTS5, trigrams" }

func (e *sqliteEngine) build(docs []document) error {
	var err error
	if e.db, err = sql.Open("sqlite", ":memory:"); err != nil {
		return err
	}
	e.db.SetMaxOpenConns(1)
	if _, err = e.db.Exec(`CREATE VIRTUAL TABLE schools USING fts5(number UNINDEXED, name, rest, tokenize = 'trigram')`); err != nil {
		return err
	}
	tx, err := e.db.Begin()
	if err != nil {
		return err
	}
	for _, d := range docs {
		if _, err := tx.Exec(`INSERT INTO schools VALUES (?, ?, ?)`, string(d.school.Number), strings.Join(plainWords(d.school.Name), " "),
			strings.Join(plainWords(strings.Join(d.texts[1:], " ")), " ")); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	e.ask, err = e.db.Prepare(`SELECT number FROM schools WHERE schools MATCH ? ORDER BY bm25(schools, 0, 2, 1) LIMIT ?`)
	return err
}

func (e *sqliteEngine) search(text string) ([]directory.InstitutionNumber, error) {
	var trigrams []string
	joined := strings.Join(plainWords(text), " ")
	for i := 0; i+3 <= len(joined); i++ {
		if t := `"` + joined[i:i+3] + `"`; !slices.Contains(trigrams, t) {
			trigrams = append(trigrams, t)
		}
	}
	if len(trigrams) == 0 {
		return nil, nil
	}
	rows, err := e.ask.Query(strings.Join(trigrams, " OR "), most)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []directory.InstitutionNumber
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, directory.InstitutionNumber(n))
	}
	return out, rows.Err()
}

func (e *sqliteEngine) Close() error { return e.db.Close() }

// scanEngine compares every word of the query with every word of every school: what the nearest one differs by,
// as a part of the word, is what the school loses.
type scanEngine struct{ docs []scanned }

type scanned struct {
	number directory.InstitutionNumber
	words  []string
	name   int // number of words in the name
}

func (*scanEngine) name() string { return "linear scan, edit distance" }

func (e *scanEngine) build(docs []document) error {
	for _, d := range docs {
		words := plainWords(strings.Join(d.texts, " "))
		slices.Sort(words)
		e.docs = append(e.docs, scanned{d.school.Number, slices.Compact(words), len(plainWords(d.school.Name))})
	}
	return nil
}

func (e *scanEngine) search(text string) ([]directory.InstitutionNumber, error) {
	type hit struct {
		loss   float64
		number directory.InstitutionNumber
	}
	words := plainWords(text)
	var hits []hit
	for _, d := range e.docs {
		loss := float64(d.name) / 100 // of two that fit, the shorter name
		for _, w := range words {
			best := len(w)
			for _, have := range d.words {
				if diff := len(w) - len(have); diff < best && -diff < best {
					best = min(best, editDistance(w, have))
				}
				if best == 0 {
					break
				}
			}
			loss += float64(best) / float64(len(w))
		}
		hits = append(hits, hit{loss, d.number})
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(a.loss, b.loss), cmp.Compare(a.number, b.number)) })
	var out []directory.InstitutionNumber
	for _, h := range hits[:min(most, len(hits))] {
		out = append(out, h.number)
	}
	return out, nil
}

// editDistance counts the letters that are wrong, missing or superfluous.
func editDistance(a, b string) int {
	var row [64]int
	if len(b) >= len(row) {
		return max(len(a), len(b))
	}
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			d := corner
			if a[i] != b[j] {
				d++
			}
			corner = row[j+1]
			row[j+1] = min(d, row[j]+1, corner+1)
		}
	}
	return row[len(b)]
}
