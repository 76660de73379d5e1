package directory

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// plain is a Render that leaves Markdown as it is.
func plain(markdown string) Rendered {
	return Rendered{HTML: "<p>" + markdown + "</p>", Text: markdown}
}

func aPractice() PracticeInput {
	return PracticeInput{Status: PracticePublished, PracticeText: PracticeText{Title: "Samen tegen spijbelen", Summary: "Eén formulier.", Themes: []Theme{ThemeTruancy},
		Markdown: "Tekst.", Partners: []Partner{{Kind: PartnerCLB, Name: "CLB Voorbeeld"}}}}
}

func TestEverythingWrongWithAPracticeIsToldAtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*PracticeInput)
		want   string
	}{
		{"nothing", func(*PracticeInput) {}, ""},
		{"an empty draft", func(in *PracticeInput) { *in = PracticeInput{Status: PracticeDraft} }, "title required"},
		{"a draft of a title", func(in *PracticeInput) {
			*in = PracticeInput{Status: PracticeDraft, PracticeText: PracticeText{Title: "T"}}
		}, ""},
		{"an empty one to publish", func(in *PracticeInput) { *in = PracticeInput{Status: PracticePublished} }, "title required, summary required, themes required, markdown required"},
		{"long texts", func(in *PracticeInput) {
			in.Title, in.Summary, in.Markdown = strings.Repeat("é", MaxTitleLength+1), strings.Repeat("é", MaxSummaryLength+1), strings.Repeat("é", MaxMarkdownBytes/2+1)
		}, "title tooLong, summary tooLong, markdown tooLong"},
		{"as long as can be", func(in *PracticeInput) {
			in.Title, in.Summary, in.Markdown = strings.Repeat("é", MaxTitleLength), strings.Repeat("é", MaxSummaryLength), strings.Repeat("é", MaxMarkdownBytes/2)
		}, ""},
		{"numbers and addresses", func(in *PracticeInput) {
			in.Title, in.Summary, in.Markdown, in.Note = "Bel 016 66 55 11", "jan@politie.example", "0470 12 34 56 of jan@politie.example", "016 66 55 11"
			in.Partners[0].Name = "CLB 016 66 55 11"
		}, "title phoneInText, summary emailInText, partners[0].name phoneInText, markdown phoneInText, markdown emailInText, note phoneInText"},
		{"values of no list", func(in *PracticeInput) {
			in.Themes, in.Levels, in.Status = []Theme{"x", ThemeTheft, ThemeTheft}, []Level{"x"}, "weg"
		}, "themes[0] unknownValue, themes[2] duplicate, levels[0] unknownValue, status unknownValue"},
		{"an address that is none", func(in *PracticeInput) { in.Slug = "Geen Adres" }, "slug invalidSlug"},
		{"signs that nobody sees", func(in *PracticeInput) { in.Markdown = "a\x00b" }, "markdown invalidCharacter"},
	} {
		in := aPractice()
		c.change(&in)
		_, _, issues := PracticeValidation{Render: plain}.Check(in)
		var got []string
		for _, i := range issues {
			got = append(got, i.Field+" "+string(i.Rule))
			if i.Message == "" || i.Detail == "" || strings.Contains(i.Message, "veld Telefoon") {
				t.Errorf("%s: %+v", c.name, i)
			}
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %s, want %s", c.name, strings.Join(got, ", "), c.want)
		}
	}
}

func TestWhatIsLeftOutOfMarkdownIsRefused(t *testing.T) {
	t.Parallel()
	in := aPractice()
	_, html, issues := PracticeValidation{Render: func(string) Rendered {
		return Rendered{HTML: strings.Repeat("x", maxPracticeHTML+1), Text: "016 66 55 11", Pictures: true, RawHTML: true, LostLinks: true}
	}}.Check(in)
	var got []string
	for _, i := range issues {
		got = append(got, string(i.Rule))
	}
	if want := "phoneInText noPictures noHtml linkLost tooLarge"; strings.Join(got, " ") != want || html == "" {
		t.Errorf("%v, want %s", got, want)
	}
}

// TestPracticesThroughTheirStates: after any saves, everybody reads what was published last, unless it was withdrawn.
func TestPracticesThroughTheirStates(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := Practice{ID: "id", Zone: "5910"}
		at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
		var public string
		var first time.Time
		for n := 1; n <= rapid.IntRange(1, 8).Draw(t, "saves"); n++ {
			at = at.Add(time.Hour)
			in := aPractice()
			in.Themes = []Theme{ThemeTheft, ThemeDrugs, ThemeTruancy}
			in.Status = rapid.SampledFrom(PracticeStatuses()).Draw(t, "status")
			in.Title, in.Slug = fmt.Sprint("Versie ", n), rapid.SampledFrom([]string{"een", "twee"}).Draw(t, "slug")
			before, _ := json.Marshal(p)
			next := p.Saved(in, "<p>"+in.Title+"</p>", at)
			if after, _ := json.Marshal(p); string(after) != string(before) {
				t.Fatal("saving changed the version before")
			}
			r := NewPracticeRevision(p, next, Cause{Kind: RevisionSaved, By: Principal{Name: "N", Subject: "S"}, Note: "W"}, at)
			if skeleton, personal := r.Split(); skeleton.Name+skeleton.Subject+skeleton.Note != "" || fmt.Sprint(JoinPractice(skeleton, &personal, at)) != fmt.Sprint(r) {
				t.Fatalf("parted and joined: %+v", JoinPractice(skeleton, &personal, at))
			}
			p = next
			switch in.Status {
			case PracticePublished:
				public = in.Title
				if first.IsZero() {
					first = at
				}
			case PracticeWithdrawn:
				public = ""
			}
			live, ok := p.Public()
			title, listed := p.ListTitle()
			if p.Version != n || ok != (public != "") || listed != ok || ok && (live.Title != public || title.Title != public || live.HTML != "<p>"+public+"</p>") {
				t.Fatalf("version %d (%s): everybody reads %q of %d, want %q", p.Version, p.Status, live.Title, live.Version, public)
			}
			if listed && (!title.PublishedAt.Equal(first) || title.Slug != p.Slug) {
				t.Fatalf("listed as %+v, published first at %v", title, first)
			}
			if (p.Live != nil) != (p.Status == PracticeDraft && public != "") {
				t.Fatalf("%s keeps %+v beside it", p.Status, p.Live)
			}
		}
		in := p.Input()
		in.Themes = rapid.Permutation(in.Themes).Draw(t, "themes") // as boxes or a program give them
		same := p.Saved(in, p.HTML, at.Add(time.Hour))
		if len(ChangedPracticeFields(p, same)) > 0 || same.Status != p.Status || !same.ModifiedAt.Equal(p.ModifiedAt) {
			t.Fatalf("saved unchanged: %+v", same)
		}
	})
}

func TestTheListOfTitles(t *testing.T) {
	t.Parallel()
	var list []PracticeTitle
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	save := func(id, title string, status PracticeStatus, hours int) Practice {
		in := aPractice()
		in.Title, in.Slug, in.Status = title, id, status
		p := Practice{ID: id}.Saved(in, "", at.Add(time.Duration(hours)*time.Hour))
		list = WithPractice(list, p)
		return p
	}
	save("a", "Zebra", PracticePublished, 1)
	save("b", "Aap", PracticePublished, 1)
	save("c", "Nieuwste", PracticePublished, 2)
	save("d", "Concept", PracticeDraft, 3)
	order := func() string {
		var ids []string
		for _, t := range list {
			ids = append(ids, t.ID)
		}
		return strings.Join(ids, " ")
	}
	if got := order(); got != "c b a" {
		t.Errorf("%s", got)
	}
	save("b", "Aap", PracticeWithdrawn, 4)
	if got := order(); got != "c a" {
		t.Errorf("one withdrawn: %s", got)
	}
}

func TestWhatATitleMentions(t *testing.T) {
	t.Parallel()
	p := PracticeTitle{Title: "Eén protocol", Summary: "Politie én scholen in Sint-Pieters-Leeuw.", Themes: []Theme{ThemeTruancy}, Levels: []Level{LevelBasic}}
	for text, want := range map[string]bool{
		"": true, "een PROTOCOL": true, "proto": true, "pr": false, "scholen halle": true, "spijbelen": true, "spijbelaars halle": true, "spijbelaars genk": false,
		"sint pieters": true, "basisonderwijs": true, "drugs": false, "protocol brand": false, "’t": false, "...": true,
	} {
		if got := p.Mentions(text, "Zennevallei", "Halle"); got != want {
			t.Errorf("%q: %t, want %t", text, got, want)
		}
	}
	if !p.About("", "") || !p.About(ThemeTruancy, LevelBasic) || p.About(ThemeDrugs, "") || p.About("", LevelSecondary) {
		t.Error("about what it is not, or not about what it is")
	}
	if p.Levels = nil; !p.About("", LevelSecondary) {
		t.Error("no levels are all")
	}
}

// TestSlugsOfTitles: whatever the title, its address has the shape of one, and the next ones differ.
func TestSlugsOfTitles(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"Eén protocol, tegen spijbelen!": "een-protocol-tegen-spijbelen", "  ": "praktijk", "Nieuw": "praktijk", "日本": "praktijk", "A/B & C": "a-b-c",
		strings.Repeat("lang ", 40): strings.TrimSuffix(strings.Repeat("lang-", 16), "-"), strings.Repeat("x", 200): strings.Repeat("x", MaxSlugLength),
	} {
		if got := NewSlug(title); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
	for slug, want := range map[string]string{"a": "a-2", "a-2": "a-3", "a-9": "a-10", "a-02": "a-02-2", "school-2016": "school-2016-2", strings.Repeat("x", MaxSlugLength): strings.Repeat("x", MaxSlugLength-3) + "-2"} {
		if got := NextSlug(slug); got != want {
			t.Errorf("%q: next %q, want %q", slug, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		slug := NewSlug(rapid.String().Draw(t, "title"))
		seen := []string{}
		for range 5 {
			if !ValidSlug(slug) || slices.Contains(seen, slug) {
				t.Fatalf("%q after %q", slug, seen)
			}
			seen = append(seen, slug)
			slug = NextSlug(slug)
		}
	})
}

func TestPlainWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "’s Avonds, één FIETS!": "s avonds een fiets", "Señora Müller": "senora muller",
		"e\u0301e\u0301n": "een", // as some keyboards send it: the accent by itself
	} {
		if got := strings.Join(PlainWords(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
