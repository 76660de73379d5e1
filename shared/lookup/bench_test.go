package lookup_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"aanspreekpunt/shared/lookup"
)

// generated is a list of made-up schools that behaves like the real one: the words in names grow with the square
// root of the entries, a few words are in most names, many names are shared, one in thirty is only "Vrije
// Basisschool".
type generated struct {
	entries []lookup.Entry
	names   []string // what tells each entry from the others, as typed
	towns   []string // where each entry lies
	text    int      // bytes of all texts and keys
	data    []byte
	index   *lookup.Index
}

var generations = map[int]func() *generated{
	10_000:    sync.OnceValue(func() *generated { return generate(10_000) }),
	100_000:   sync.OnceValue(func() *generated { return generate(100_000) }),
	1_000_000: sync.OnceValue(func() *generated { return generate(1_000_000) }),
}

// madeUp makes different words that look Dutch.
func madeUp(r *rand.Rand, n int) []string {
	onsets := strings.Fields("b d f g h j k l m n p r s t v w z br dr gr kl kr pl sch sl sp st tr vl zw")
	nuclei := strings.Fields("a e i o u aa ee oo uu ie oe ei ij ui ou")
	codas := strings.Fields("- - - k l m n p r s t d g rk rt st nd ng ls nt")
	have := map[string]bool{}
	var out []string
	for len(out) < n {
		var b strings.Builder
		for range 2 + r.IntN(2) + r.IntN(2) {
			b.WriteString(onsets[r.IntN(len(onsets))])
			b.WriteString(nuclei[r.IntN(len(nuclei))])
			b.WriteString(strings.TrimPrefix(codas[r.IntN(len(codas))], "-"))
		}
		if w := b.String(); !have[w] && len(w) >= 4 && len(w) <= 16 {
			have[w] = true
			out = append(out, w)
		}
	}
	return out
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func generate(n int) *generated {
	r := rand.New(rand.NewPCG(uint64(n), 5910))
	root := math.Sqrt(float64(n))
	vocabulary := madeUp(r, int(30*root))
	towns := madeUp(r, int(3*root))
	streets := madeUp(r, int(20*root))
	word := func() string { // a few are frequent
		x := r.Float64()
		return vocabulary[int(x*x*float64(len(vocabulary)))]
	}
	formal := []string{"Vrije Basisschool", "Vrije Basisschool", "Vrije Basisschool", "Gemeentelijke Basisschool", "GO! basisschool", "Vrije Lagere School"}
	g := &generated{}
	for i := range n {
		name, core := formal[r.IntN(len(formal))], ""
		switch x := r.IntN(30); {
		case x == 0: // nothing more
		case x < 8:
			core = "Sint-" + capital(word())
		case x < 22:
			core = "De " + capital(word())
		default:
			core = capital(word()) + " " + capital(word())
		}
		if core != "" {
			name += " - " + core
		}
		t := r.IntN(len(towns))
		town := capital(towns[t])
		e := lookup.Entry{Kind: lookup.School, Key: fmt.Sprintf("%07d", i), Texts: []lookup.Text{
			{Field: lookup.Name, Value: name},
			{Field: lookup.Type, Value: "Basisschool"},
			{Field: lookup.StreetName, Value: fmt.Sprintf("%sstraat %d", capital(streets[r.IntN(len(streets))]), 1+r.IntN(200)), Location: 1},
			{Field: lookup.Postcode, Value: fmt.Sprint(1000 + t), Location: 1},
			{Field: lookup.MunicipalityName, Value: town, Location: 1},
		}}
		g.text += len(e.Key)
		for _, t := range e.Texts {
			g.text += len(t.Value)
		}
		g.entries = append(g.entries, e)
		g.names = append(g.names, strings.ToLower(core))
		g.towns = append(g.towns, strings.ToLower(town))
	}
	return g
}

// open builds and opens the index once.
func (g *generated) open(b *testing.B) *lookup.Index {
	b.Helper()
	if g.index == nil {
		data, err := lookup.Build(g.entries)
		if err != nil {
			b.Fatal(err)
		}
		if g.index, err = lookup.Open(data); err != nil {
			b.Fatal(err)
		}
		g.data = data
	}
	return g.index
}

// sizes runs a benchmark for every number of entries.
func sizes(b *testing.B, run func(b *testing.B, g *generated)) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("entries=%d", n), func(b *testing.B) { run(b, generations[n]()) })
	}
}

func BenchmarkBuild(b *testing.B) {
	sizes(b, func(b *testing.B, g *generated) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := lookup.Build(g.entries); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkOpen(b *testing.B) {
	sizes(b, func(b *testing.B, g *generated) {
		g.open(b)
		for b.Loop() {
			if _, err := lookup.Open(g.data); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(g.data)-g.text)/float64(len(g.entries)), "B/entry-beyond-text")
		b.ReportMetric(float64(len(g.data))/1e6, "MB")
	})
}

// queries makes up queries from entries that are more than their formal name.
func (g *generated) queries(n int, make func(r *rand.Rand, name, town string) lookup.Query) []lookup.Query {
	r := rand.New(rand.NewPCG(7, uint64(len(g.entries))))
	var out []lookup.Query
	for len(out) < n {
		i := r.IntN(len(g.entries))
		if g.names[i] != "" {
			out = append(out, make(r, g.names[i], g.towns[i]))
		}
	}
	return out
}

// measure asks the queries over and over and reports the median.
func measure(b *testing.B, ix *lookup.Index, queries []lookup.Query) {
	b.Helper()
	for _, q := range queries {
		ix.Search(q)
	}
	runtime.GC()
	took := make([]time.Duration, 0, 1<<16)
	found := 0
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		r := ix.Search(queries[i%len(queries)])
		d := time.Since(start)
		if len(r.Hits) > 0 {
			found++
		}
		if len(took) < cap(took) {
			took = append(took, d)
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds()), "p50-ns")
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds()), "p99-ns")
	b.ReportMetric(100*float64(found)/float64(b.N), "%found")
}

func BenchmarkExact(b *testing.B) {
	sizes(b, func(b *testing.B, g *generated) {
		measure(b, g.open(b), g.queries(500, func(_ *rand.Rand, name, town string) lookup.Query {
			return lookup.Query{Text: name + " " + town}
		}))
	})
}

func BenchmarkPrefix(b *testing.B) {
	sizes(b, func(b *testing.B, g *generated) {
		measure(b, g.open(b), g.queries(500, func(r *rand.Rand, name, town string) lookup.Query {
			if r.IntN(2) == 0 {
				return lookup.Query{Text: name + " " + town[:2+r.IntN(len(town)-2)], AsYouType: true}
			}
			last := strings.LastIndexAny(name, " -") + 1
			return lookup.Query{Text: name[:last+2+r.IntN(len(name)-last-2)], AsYouType: true}
		}))
	})
}

func BenchmarkTypo(b *testing.B) {
	sizes(b, func(b *testing.B, g *generated) {
		measure(b, g.open(b), g.queries(500, func(r *rand.Rand, name, town string) lookup.Query {
			last := strings.LastIndexAny(name, " -") + 1
			word := []byte(name[last:])
			switch i := 1 + r.IntN(len(word)-2); r.IntN(3) {
			case 0:
				word[i], word[i+1] = word[i+1], word[i]
			case 1:
				word = slices.Delete(word, i, i+1)
			default:
				word[i] = 'a' + byte(r.IntN(26))
			}
			return lookup.Query{Text: name[:last] + string(word) + " " + town}
		}))
	})
}

func BenchmarkAmbiguous(b *testing.B) {
	sizes(b, func(b *testing.B, g *generated) {
		qs := g.queries(20, func(_ *rand.Rand, _, town string) lookup.Query { return lookup.Query{Text: "basisschool " + town} })
		for _, text := range []string{"vrije basisschool", "basisschool", "go! basisschool", "vrije lagere school", "sint", "de"} {
			qs = append(qs, lookup.Query{Text: text})
		}
		measure(b, g.open(b), qs)
	})
}
