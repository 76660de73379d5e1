package relevance_test

import (
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"aanspreekpunt/infra/demonstration"
	"aanspreekpunt/infra/reference"
	"aanspreekpunt/infra/relevance"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/lookup"
	"aanspreekpunt/shared/schoollist"
)

// world is a territory with schools, and the search over it.
type world struct {
	territory directory.Territory
	schools   []directory.School
	facts     *facts.Facts
}

func newWorld(list schoollist.File) (*world, error) {
	t, err := facts.ReadTerritory(reference.FS)
	if err != nil {
		return nil, err
	}
	read, err := schoollist.Read([]schoollist.File{list}, t, "2026-11-23")
	if err != nil {
		return nil, err
	}
	for i := range read.Schools { // as refdata does
		if contact := demonstration.SchoolContact(time.Time{}); read.Schools[i].Number == contact.InstitutionNumber {
			read.Schools[i].Aliases = contact.Aliases
		}
	}
	data, err := facts.Build(t, read.Schools, facts.Meta{})
	if err != nil {
		return nil, err
	}
	f, err := facts.Open(data)
	return &world{t, read.Schools, f}, err
}

// ministry is the world with the ministry's list.
var ministry = sync.OnceValues(func() (*world, error) {
	name := os.Getenv("AANSPREEKPUNT_SCHOOLS")
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return newWorld(schoollist.File{Name: name, Data: data})
})

func ministryWorld(t *testing.T) *world {
	t.Helper()
	if os.Getenv("AANSPREEKPUNT_SCHOOLS") == "" {
		t.Skip("AANSPREEKPUNT_SCHOOLS names no file with the ministry's list")
	}
	w, err := ministry()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// demonstrationWorld is the world with the demonstration schools.
var demonstrationWorld = sync.OnceValues(func() (*world, error) {
	t, err := facts.ReadTerritory(reference.FS)
	if err != nil {
		return nil, err
	}
	return newWorld(schoollist.File{Name: "demonstration.csv", Data: demonstration.SchoolList(t)})
})

// check holds the search to a case file.
func check(t *testing.T, w *world, file string, least int) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cases, err := relevance.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < least {
		t.Errorf("%s has %d cases, want at least %d", file, len(cases), least)
	}
	for _, c := range cases {
		r := w.facts.Search(lookup.Query{Text: c.Query})
		var got []relevance.Hit
		for i, h := range r.Hits {
			hit := relevance.Hit{Kind: h.Kind.String(), Key: h.Key}
			if h.Kind == lookup.School {
				hit.Name = h.Name
			}
			if i < len(c.Want) && c.Want[i].Name == "" {
				hit.Name = ""
			}
			got = append(got, hit)
		}
		if len(c.Want) == 0 && len(got) > 0 {
			t.Errorf("%s:%d: %q finds %s, want nothing", file, c.Line, c.Query, got[0])
		}
		if len(got) < len(c.Want) || !slices.Equal(got[:len(c.Want)], c.Want) {
			t.Errorf("%s:%d: %q\n\twant %v\n\tgot  %v", file, c.Line, c.Query, c.Want, got[:min(len(got), len(c.Want)+2)])
		}
	}
}

func TestDemonstrationCases(t *testing.T) {
	t.Parallel()
	w, err := demonstrationWorld()
	if err != nil {
		t.Fatal(err)
	}
	check(t, w, "demonstration.txt", 100)
}

func TestMinistryCases(t *testing.T) {
	t.Parallel()
	check(t, ministryWorld(t), "ministry.txt", 150)
}

// rank gives the place of the first wanted school among the hits, from 1; 0 when none of them is there.
func rank(hits []lookup.Hit, want []directory.InstitutionNumber) int {
	for i, h := range hits {
		if h.Kind == lookup.School && slices.Contains(want, directory.InstitutionNumber(h.Key)) {
			return i + 1
		}
	}
	return 0
}

type tally struct{ all, first, five int }

func (t *tally) add(rank int) {
	t.all++
	if rank == 1 {
		t.first++
	}
	if rank >= 1 && rank <= 5 {
		t.five++
	}
}

func share(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }

func judge(t *testing.T, w *world, queries []relevance.Query) tally {
	t.Helper()
	var total tally
	byWay := map[string]*tally{}
	for _, q := range queries {
		r := w.facts.Search(lookup.Query{Text: q.Text})
		at := rank(r.Hits, q.Want)
		total.add(at)
		if byWay[q.Way] == nil {
			byWay[q.Way] = &tally{}
		}
		byWay[q.Way].add(at)
		if at != 1 {
			first := ""
			if len(r.Hits) > 0 {
				first = r.Hits[0].Kind.String() + " " + r.Hits[0].Key + " " + r.Hits[0].Name
			}
			want, _ := w.facts.School(q.Want[0])
			t.Logf("%2d  %-28s %q: wants %s %s (%s, %s), first is %s", at, q.Way, q.Text, want.Number, want.Name,
				want.Locations[0].Street, want.Locations[0].Municipality, first)
		}
	}
	for way, b := range byWay {
		t.Logf("%-30s %4d queries: first %5.1f %%, in the first five %5.1f %%", way, b.all, share(b.first, b.all), share(b.five, b.all))
	}
	t.Logf("all %d queries: first %.2f %%, in the first five %.2f %%", total.all, share(total.first, total.all), share(total.five, total.all))
	return total
}

// The figures that the search promises on the ministry's list.
const (
	queries        = 1500
	leastFirst     = 96
	leastFive      = 99
	leastUntouched = 99.5
)

func TestRealisticQueriesOnDemonstrationSchools(t *testing.T) {
	t.Parallel()
	w, err := demonstrationWorld()
	if err != nil {
		t.Fatal(err)
	}
	total := judge(t, w, relevance.Queries(w.territory, w.schools, 7, queries))
	if f := share(total.first, total.all); f < leastFirst {
		t.Errorf("a right school is first for %.2f %%, want %d %%", f, leastFirst)
	}
	if f := share(total.five, total.all); f < leastFive {
		t.Errorf("a right school is in the first five for %.2f %%, want %d %%", f, leastFive)
	}
}

func TestRealisticQueriesOnTheMinistrysList(t *testing.T) {
	t.Parallel()
	w := ministryWorld(t)
	total := judge(t, w, relevance.Queries(w.territory, w.schools, 41, queries))
	if f := share(total.first, total.all); f < leastFirst {
		t.Errorf("a right school is first for %.2f %%, want %d %%", f, leastFirst)
	}
	if f := share(total.five, total.all); f < leastFive {
		t.Errorf("a right school is in the first five for %.2f %%, want %d %%", f, leastFive)
	}
}

func TestUntouchedNamesOnTheMinistrysList(t *testing.T) {
	t.Parallel()
	w := ministryWorld(t)
	total := judge(t, w, relevance.UntouchedQueries(w.territory, w.schools))
	if f := share(total.first, total.all); f < leastUntouched {
		t.Errorf("a right school is first for %.2f %%, want %.1f %%", f, leastUntouched)
	}
}
