package directory

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// PracticeStatus is how far a version of a good practice is.
type PracticeStatus string

// The statuses.
const (
	PracticeDraft     PracticeStatus = "draft"     // its police are still writing; what was published before stays
	PracticePublished PracticeStatus = "published" // everybody reads it
	PracticeWithdrawn PracticeStatus = "withdrawn" // nobody but its police reads it any more
)

// PracticeStatuses lists every status.
func PracticeStatuses() []PracticeStatus {
	return []PracticeStatus{PracticeDraft, PracticePublished, PracticeWithdrawn}
}

// Label is the status in Dutch.
func (s PracticeStatus) Label() string {
	switch s {
	case PracticeDraft:
		return "concept"
	case PracticePublished:
		return "gepubliceerd"
	case PracticeWithdrawn:
		return "ingetrokken"
	}
	return string(s)
}

// PracticeText is what police write of a good practice. Everything in it is for everybody once it is published.
type PracticeText struct {
	Title    string    `json:"title"`
	Summary  string    `json:"summary"` // one sentence, for lists
	Themes   []Theme   `json:"themes"`
	Levels   []Level   `json:"levels"` // empty: all
	Partners []Partner `json:"partners"`
	Markdown string    `json:"markdown"`
}

// Practice is a good practice: its newest version, and the one that everybody reads when that is an older one. It
// is stored as JSON; new code must read old ones.
type Practice struct {
	ID      string         `json:"id"`   // a UUID, which never changes
	Slug    string         `json:"slug"` // its address; a former one leads here
	Zone    ZoneCode       `json:"zone"` // of the police who wrote it first; a former code stands for its successors
	Version int            `json:"version"`
	Status  PracticeStatus `json:"status"`
	PracticeText
	HTML       string    `json:"html"` // of Markdown, sanitised; made when it was saved
	ModifiedAt time.Time `json:"modifiedAt"`
	// PublishedAt is when it was published first; nil for one that never was.
	PublishedAt *time.Time `json:"publishedAt,omitempty"`
	// Live is what everybody reads while the newest version is a draft.
	Live *LivePractice `json:"live,omitempty"`
}

// LivePractice is an older version that everybody reads.
type LivePractice struct {
	Version int `json:"version"`
	PracticeText
	HTML       string    `json:"html"`
	ModifiedAt time.Time `json:"modifiedAt"`
}

// Public is the version that everybody reads; false when there is none.
func (p Practice) Public() (LivePractice, bool) {
	switch {
	case p.Status == PracticePublished:
		return LivePractice{p.Version, p.PracticeText, p.HTML, p.ModifiedAt}, true
	case p.Live != nil:
		return *p.Live, true
	}
	return LivePractice{}, false
}

// PracticeInput is what someone saves of a practice.
type PracticeInput struct {
	PracticeText
	Slug   string         `json:"slug,omitempty"`   // "": as it is, or for a new one made of the title
	Status PracticeStatus `json:"status,omitempty"` // "": as it is, or for a new one a draft
	Note   string         `json:"note,omitempty"`   // why; for the history, never public
}

// Input is the practice as someone would save it unchanged.
func (p Practice) Input() PracticeInput {
	return PracticeInput{PracticeText: canonicalText(p.PracticeText), Slug: p.Slug, Status: p.Status}
}

// Saved is the next version of a practice, with an input that PracticeValidation.Check found right and the HTML that
// it gave. The zero Practice with an ID and a Zone is what a new one begins with.
func (p Practice) Saved(in PracticeInput, html string, now time.Time) Practice {
	next := p
	next.Version++
	next.Slug = cmp.Or(in.Slug, p.Slug)
	next.Status = cmp.Or(in.Status, p.Status, PracticeDraft)
	next.PracticeText, next.HTML = canonicalText(in.PracticeText), html
	if p.Version == 0 || len(ChangedPracticeFields(p, next)) > 0 {
		next.ModifiedAt = *moment(now)
	}
	next.Live = nil
	switch next.Status {
	case PracticePublished:
		if next.PublishedAt == nil {
			next.PublishedAt = moment(now)
		}
	case PracticeDraft:
		if live, ok := p.Public(); ok {
			next.Live = &live
		}
	}
	return next
}

// canonicalText writes a text in the one way in which equal texts are equal: lists are never nil, and themes and levels
// stand in their own order, since nobody chose another. It shares nothing with the original.
func canonicalText(t PracticeText) PracticeText {
	t = ownLists(t)
	slices.SortStableFunc(t.Themes, func(a, b Theme) int { return slices.Index(Themes(), a) - slices.Index(Themes(), b) })
	slices.SortStableFunc(t.Levels, func(a, b Level) int { return slices.Index(Levels(), a) - slices.Index(Levels(), b) })
	return t
}

func ownLists(t PracticeText) PracticeText {
	t.Themes, t.Levels, t.Partners = filled(t.Themes), filled(t.Levels), filled(t.Partners)
	return t
}

// The fields of a practice that a version can change, as its history names them.
const (
	practiceTitle    = "title"
	practiceSummary  = "summary"
	practiceThemes   = "themes"
	practiceLevels   = "levels"
	practicePartners = "partners"
	practiceMarkdown = "markdown"
	practiceSlug     = "slug"
)

// PracticeFieldLabel is a field of a practice in Dutch, as its form calls it.
func PracticeFieldLabel(field string) string {
	field, _, _ = strings.Cut(field, "[")
	switch field {
	case practiceTitle:
		return "Titel"
	case practiceSummary:
		return "Samenvatting"
	case practiceThemes:
		return "Onderwerpen"
	case practiceLevels:
		return "Onderwijsniveaus"
	case practicePartners:
		return "Partners"
	case practiceMarkdown:
		return "Tekst"
	case practiceSlug:
		return "Webadres"
	case "zone":
		return "Politiezone"
	case "note":
		return "Waarom"
	}
	return field
}

// ChangedPracticeFields names the fields in which two versions differ, in the order of the form.
func ChangedPracticeFields(a, b Practice) []string {
	changed := []string{}
	for _, f := range []struct {
		name string
		same bool
	}{
		{practiceTitle, a.Title == b.Title},
		{practiceSummary, a.Summary == b.Summary},
		{practiceThemes, slices.Equal(a.Themes, b.Themes)},
		{practiceLevels, slices.Equal(a.Levels, b.Levels)},
		{practicePartners, slices.Equal(a.Partners, b.Partners)},
		{practiceMarkdown, a.Markdown == b.Markdown},
		{practiceSlug, a.Slug == b.Slug},
	} {
		if !f.same {
			changed = append(changed, f.name)
		}
	}
	return changed
}

// PracticeRevision is one version of a practice in its history. It never changes; who wrote it is forgotten.
type PracticeRevision struct {
	Practice string         `json:"practice"` // its ID
	Version  int            `json:"version"`
	Kind     RevisionKind   `json:"kind"`
	Status   PracticeStatus `json:"status"`
	At       time.Time      `json:"at"`
	Role     RoleName       `json:"role,omitempty"`     // of who did it; "" for one that came with the service
	Name     string         `json:"name,omitempty"`     // of who did it; personal
	Subject  string         `json:"subject,omitempty"`  // of who did it, as the issuer names them; personal
	Note     string         `json:"note,omitempty"`     // why; free text, so personal
	Restored int            `json:"restored,omitempty"` // the version that was restored; 0 for other kinds
	Changed  []string       `json:"changed"`            // fields that differ from the version before; all of them in the first
	Slug     string         `json:"slug"`
	// Text is all of the version; its HTML is made again where it is shown.
	Text PracticeText `json:"text"`
	// Forgotten tells that who wrote it was taken out because the time was over.
	Forgotten bool `json:"forgotten,omitempty"`
}

// NewPracticeRevision records that next came after old, which has version 0 before the first.
func NewPracticeRevision(old, next Practice, cause Cause, now time.Time) PracticeRevision {
	r := PracticeRevision{
		Practice: next.ID, Version: next.Version, Kind: cause.Kind, Status: next.Status, At: *moment(now), Role: cause.By.Role,
		Name: cause.By.Name, Subject: cause.By.Subject, Note: cause.Note, Restored: cause.Restored,
		Changed: ChangedPracticeFields(old, next), Slug: next.Slug, Text: canonicalText(next.PracticeText),
	}
	if r.Kind == RevisionSaved {
		switch {
		case next.Status == PracticePublished:
			r.Kind = RevisionPublished
		case next.Status == PracticeWithdrawn && old.Status != PracticeWithdrawn:
			r.Kind = RevisionWithdrawn
		}
	}
	return r
}

// PracticePersonalPart is what is forgotten of a practice's revision PersonalDays after it: who wrote it and why.
type PracticePersonalPart struct {
	ExpiresAt time.Time `json:"expiresAt"` // gone from then on, whatever still stands in the table
	Name      string    `json:"name,omitempty"`
	Subject   string    `json:"subject,omitempty"`
	Note      string    `json:"note,omitempty"`
}

// Split parts a revision in the skeleton that is kept and what expires.
func (r PracticeRevision) Split() (skeleton PracticeRevision, personal PracticePersonalPart) {
	personal = PracticePersonalPart{r.At.AddDate(0, 0, PersonalDays), r.Name, r.Subject, r.Note}
	r.Name, r.Subject, r.Note, r.Forgotten = "", "", "", true
	return r, personal
}

// JoinPractice makes a revision whole again. Without its personal part, or once that expired, it is the skeleton.
func JoinPractice(r PracticeRevision, personal *PracticePersonalPart, now time.Time) PracticeRevision {
	if r.Forgotten = personal == nil || !now.Before(personal.ExpiresAt); !r.Forgotten {
		r.Name, r.Subject, r.Note = personal.Name, personal.Subject, personal.Note
	}
	return r
}

// PracticeTitle is a published practice in a list. The list of all of them is one stored item, which rides along with
// every search answer.
type PracticeTitle struct {
	ID          string    `json:"id"`
	Slug        string    `json:"slug"`
	Zone        ZoneCode  `json:"zone"`
	Title       string    `json:"title"`
	Summary     string    `json:"summary"`
	Themes      []Theme   `json:"themes"`
	Levels      []Level   `json:"levels"`
	PublishedAt time.Time `json:"publishedAt"`
	ModifiedAt  time.Time `json:"modifiedAt"`
}

// ListTitle is how lists show the practice; false when nothing of it is published.
func (p Practice) ListTitle() (PracticeTitle, bool) {
	live, ok := p.Public()
	if !ok || p.PublishedAt == nil {
		return PracticeTitle{}, false
	}
	return PracticeTitle{p.ID, p.Slug, p.Zone, live.Title, live.Summary, filled(live.Themes), filled(live.Levels), *p.PublishedAt, live.ModifiedAt}, true
}

// WithPractice is a list with a practice as it is now: in its place, newest first, or gone when it is not published.
func WithPractice(list []PracticeTitle, p Practice) []PracticeTitle {
	list = slices.DeleteFunc(slices.Clone(list), func(t PracticeTitle) bool { return t.ID == p.ID })
	if title, ok := p.ListTitle(); ok {
		list = append(list, title)
	}
	slices.SortFunc(list, func(a, b PracticeTitle) int {
		return cmp.Or(b.PublishedAt.Compare(a.PublishedAt), strings.Compare(a.Title, b.Title), strings.Compare(a.ID, b.ID))
	})
	return list
}

// About tells whether the practice concerns a theme and a level; "" asks nothing, and no levels are all.
func (t PracticeTitle) About(theme Theme, level Level) bool {
	return (theme == "" || slices.Contains(t.Themes, theme)) && (level == "" || len(t.Levels) == 0 || slices.Contains(t.Levels, level))
}

// Mentions tells whether every word of a text stands in the practice's title, summary, themes, levels or in what
// else is known of it, such as its zone: as a word or the beginning of one, whatever its accents. A word that names
// one of its themes ("spijbelaars") counts, and so does a text without words.
func (t PracticeTitle) Mentions(text string, also ...string) bool {
	words := PlainWords(text)
	if theme, _, rest, ok := ThemeInQuery(text); ok && slices.Contains(t.Themes, theme) {
		words = PlainWords(rest)
	}
	if len(words) == 0 {
		return true
	}
	has := PlainWords(t.Title + " " + t.Summary + " " + strings.Join(also, " "))
	for _, theme := range t.Themes {
		has = append(has, PlainWords(theme.Label())...)
	}
	for _, level := range t.Levels {
		has = append(has, PlainWords(level.Label())...)
	}
	for _, w := range words {
		if !slices.ContainsFunc(has, func(h string) bool { return h == w || len(w) > 2 && strings.HasPrefix(h, w) }) {
			return false
		}
	}
	return true
}

// PlainWords are the words of a text in small letters without accents.
func PlainWords(text string) []string {
	return strings.FieldsFunc(strings.Map(plainLetter, strings.ToLower(text)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// plainLetter takes the accents of the languages that are most written here off a small letter.
func plainLetter(r rune) rune {
	switch r {
	case 'à', 'á', 'â', 'ã', 'ä', 'å':
		return 'a'
	case 'ç', 'č', 'ć':
		return 'c'
	case 'è', 'é', 'ê', 'ë':
		return 'e'
	case 'ì', 'í', 'î', 'ï':
		return 'i'
	case 'ğ':
		return 'g'
	case 'ñ':
		return 'n'
	case 'ò', 'ó', 'ô', 'õ', 'ö':
		return 'o'
	case 'š', 'ş':
		return 's'
	case 'ù', 'ú', 'û', 'ü':
		return 'u'
	case 'ý', 'ÿ':
		return 'y'
	case 'ž':
		return 'z'
	}
	if 0x300 <= r && r <= 0x36F { // an accent that stands by itself, as some keyboards send it
		return -1
	}
	return r
}

// The most that a practice may hold. Lengths are in characters unless they say bytes.
const (
	MaxMarkdownBytes = 40_000  // some 6,000 words
	maxPracticeHTML  = 120_000 // bytes that Markdown may become
	MaxTitleLength   = 120
	MaxSummaryLength = 300
	MaxSlugLength    = 80
)

// The rules that only practices have.
const (
	RuleInvalidSlug Rule = "invalidSlug"
	RuleSlugTaken   Rule = "slugTaken"
	RuleNoPictures  Rule = "noPictures"
	RuleNoHTML      Rule = "noHtml"
	RuleLinkLost    Rule = "linkLost" // a link that leads to no page of the web
)

// Rendered is what becomes of a practice's Markdown.
type Rendered struct {
	HTML string // sanitised
	Text string // what people read of it, without markup
	// What was left out, which the writer should know.
	Pictures, RawHTML, LostLinks bool
}

// PracticeValidation is what a practice is checked against.
type PracticeValidation struct {
	// Render makes HTML of Markdown. It is not called for Markdown that is too long.
	Render func(markdown string) Rendered
}

// Check finds everything that is wrong with an input, and gives the input as it would be stored, with the HTML of its
// Markdown. That is only to be stored when there is no issue. A draft may lack what only readers need.
func (v PracticeValidation) Check(in PracticeInput) (PracticeInput, string, []Issue) {
	c := checker{practice: true}
	out := in
	out.PracticeText = ownLists(in.PracticeText)
	readers := in.Status == PracticePublished
	out.Title = c.text(practiceTitle, in.Title, true, MaxTitleLength)
	out.Summary = c.text(practiceSummary, in.Summary, readers, MaxSummaryLength)
	listed(&c, practiceThemes, out.Themes, Themes())
	if readers && len(out.Themes) == 0 {
		c.add(practiceThemes, RuleRequired, "Kies minstens één onderwerp.", "a published practice has one theme or more")
	}
	listed(&c, practiceLevels, out.Levels, Levels())
	c.partners(out.Partners)
	var html string
	out.Markdown, html = c.markdown(in.Markdown, readers, v.Render)
	if out.Slug = strings.TrimSpace(in.Slug); out.Slug == "" && in.Title != "" {
		out.Slug = NewSlug(out.Title)
	}
	if out.Slug != "" && !validSlug(out.Slug) {
		c.add(practiceSlug, RuleInvalidSlug, fmt.Sprintf("Gebruik kleine letters, cijfers en koppeltekens, hoogstens %d. Begin met een letter of cijfer. ‘nieuw’ kan niet.", MaxSlugLength),
			fmt.Sprintf("want 1 to %d lower-case letters, digits and single hyphens, a letter or digit at both ends, and not %q", MaxSlugLength, ReservedSlug))
	}
	if in.Status != "" && !slices.Contains(PracticeStatuses(), in.Status) {
		c.add("status", RuleUnknownValue, "Kies een waarde uit de lijst.", fmt.Sprintf("want one of %q", PracticeStatuses()))
	}
	out.Note = c.text("note", in.Note, false, maxNoteLength)
	return out, html, c.issues
}

// markdown checks the text of a practice, as it is written and as it is read: markup between digits hides no number.
func (c *checker) markdown(source string, required bool, render func(string) Rendered) (string, string) {
	if len(source) > MaxMarkdownBytes {
		c.add(practiceMarkdown, RuleTooLong, fmt.Sprintf("Maak deze tekst korter: hoogstens %d tekens kan.", MaxMarkdownBytes), fmt.Sprintf("%d bytes, want at most %d", len(source), MaxMarkdownBytes))
		return source, ""
	}
	if !c.sound(practiceMarkdown, source) {
		return source, ""
	}
	source = strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(source))
	r := render(source)
	if strings.TrimSpace(r.Text) == "" && required {
		c.add(practiceMarkdown, RuleRequired, "Schrijf de tekst van je praktijk.", "must not be empty")
	}
	c.noChannels(practiceMarkdown, HoldsPhone(source) || HoldsPhone(r.Text), HoldsEmail(source) || HoldsEmail(r.Text))
	if r.Pictures {
		c.add(practiceMarkdown, RuleNoPictures, "Afbeeldingen kan je hier niet tonen. Haal ze weg.", "holds an image: pages load nothing from elsewhere")
	}
	if r.RawHTML {
		c.add(practiceMarkdown, RuleNoHTML, "Hier staat HTML (tekst tussen < en >). Die tonen we niet: gebruik Markdown.", "holds HTML, which is never shown")
	}
	if r.LostLinks {
		c.add(practiceMarkdown, RuleLinkLost, "Een link werkt niet. Schrijf hem zoals [tekst](https://www.politie.be).", "holds a link that is no https address and no path of this site")
	}
	if len(r.HTML) > maxPracticeHTML {
		c.add(practiceMarkdown, RuleTooLarge, "Deze tekst heeft te veel opmaak. Maak hem eenvoudiger.", fmt.Sprintf("more than %d bytes as HTML", maxPracticeHTML))
	}
	return source, r.HTML
}

// ReservedSlug is no practice's address, since the page to write a new one has it.
const ReservedSlug = "nieuw"

// ValidSlug tells whether a text has the shape of a practice's address.
func ValidSlug(s string) bool { return validSlug(s) }

func validSlug(s string) bool {
	wrong := func(r rune) bool { return !lowerOrDigit(r) && r != '-' }
	return s != "" && len(s) <= MaxSlugLength && s != ReservedSlug && s[0] != '-' && s[len(s)-1] != '-' && !strings.Contains(s, "--") && !strings.ContainsFunc(s, wrong)
}

// NewSlug makes an address of a title: "samen-tegen-spijbelen". One without a letter or digit gives "praktijk".
func NewSlug(title string) string {
	var slug string
	for _, w := range PlainWords(title) {
		w = strings.Map(func(r rune) rune {
			if lowerOrDigit(r) {
				return r
			}
			return -1
		}, w)
		if w == "" {
			continue
		}
		if len(slug)+1+len(w) > MaxSlugLength {
			if slug == "" {
				slug = w[:MaxSlugLength]
			}
			break
		}
		slug = strings.TrimPrefix(slug+"-"+w, "-")
	}
	if slug == "" || slug == ReservedSlug {
		return "praktijk"
	}
	return slug
}

// NextSlug proposes another address when one is taken: "samen-tegen-spijbelen-2".
func NextSlug(slug string) string {
	n := 2
	if i := strings.LastIndexByte(slug, '-'); i > 0 {
		var last int
		if _, err := fmt.Sscanf(slug[i+1:], "%d", &last); err == nil && 1 < last && last < 99 && fmt.Sprint(last) == slug[i+1:] {
			slug, n = slug[:i], last+1
		}
	}
	return strings.TrimRight(slug[:min(len(slug), MaxSlugLength-3)], "-") + fmt.Sprintf("-%d", n)
}

// UUID writes sixteen bytes as a UUID of version 8: what they are made of is the caller's.
func UUID(b [16]byte) string {
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
