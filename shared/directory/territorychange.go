package directory

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// TerritoryStep says that a zone or municipality becomes part of another one. Four digits are a zone, five a
// municipality:
//
//	a zone to a zone                  all its municipalities go over, and it ends
//	a municipality to a zone          it moves; a zone that keeps none ends
//	a municipality to a municipality  they merge
//
// What does not exist yet begins that day, and has a name.
type TerritoryStep struct {
	Date    Day    `json:"date"`
	From    string `json:"from"`
	To      string `json:"to"`
	Name    string `json:"name,omitempty"`  // of what begins; on one of its steps, or the same on each
	Phone   string `json:"phone,omitempty"` // of a zone that begins: E.164, or a national short number
	Email   string `json:"email,omitempty"`
	Website string `json:"website,omitempty"`

	at int // its place in the list that somebody loads, from 1; 0 for a step that is stored
}

// zones tells which zone a step comes from and goes to; "" where it is a municipality.
func (s TerritoryStep) zones() (from, to ZoneCode) {
	from, _ = ParseZoneCode(s.From)
	to, _ = ParseZoneCode(s.To)
	return from, to
}

// municipalities is the same for municipalities; 0 where it is a zone.
func (s TerritoryStep) municipalities() (from, to NIS) {
	from, _ = ParseNIS(s.From)
	to, _ = ParseNIS(s.To)
	return from, to
}

// TerritoryChange is what changes on one day, as it was loaded at once. It never changes but for being withdrawn;
// Moves and Predecessors are reckoned anew as long as the facts do not hold the change themselves.
type TerritoryChange struct {
	Number       int             `json:"number"` // 1 and up, in the order of loading
	Date         Day             `json:"date"`   // in force from its beginning on
	Steps        []TerritoryStep `json:"steps"`
	LoadedAt     time.Time       `json:"loadedAt"`
	WithdrawnAt  *time.Time      `json:"withdrawnAt,omitempty"`
	Moves        []Move          `json:"moves"`
	Ends         []ZoneCode      `json:"ends,omitempty"`         // zones that keep no municipality
	Predecessors []Predecessor   `json:"predecessors,omitempty"` // the zones from which municipalities went to another
}

// Move is a municipality that gets another code, another zone, or both.
type Move struct {
	From     NIS      `json:"from"`
	FromZone ZoneCode `json:"fromZone"`
	To       NIS      `json:"to"`
	ToZone   ZoneCode `json:"toZone"`
}

// Predecessor is a zone whose municipalities went to another one, with its desk as it was then.
type Predecessor struct {
	Code    ZoneCode `json:"code"`
	Name    string   `json:"name"`
	Phone   string   `json:"phone,omitempty"`
	Email   string   `json:"email,omitempty"`
	Website string   `json:"website,omitempty"`
	Address *Address `json:"address,omitempty"`
}

// TerritoryChanges is every change that was ever loaded, with the version of the list that is stored; 0 was never
// saved.
type TerritoryChanges struct {
	Version int
	Items   []TerritoryChange // ascending by number
	Acts    []TerritoryAct    // as long as they are known
}

// TerritoryAct is who loaded or withdrew a change. It is forgotten PersonalDays after it.
type TerritoryAct struct {
	Change    int       `json:"change"` // its number
	Withdrawn bool      `json:"withdrawn,omitempty"`
	At        time.Time `json:"at"`
	Name      string    `json:"name,omitempty"`
	Subject   string    `json:"subject,omitempty"` // as the issuer names them
}

// ExpiresAt is when the act is forgotten.
func (a TerritoryAct) ExpiresAt() time.Time { return a.At.AddDate(0, 0, PersonalDays) }

// By names who loaded a change, or withdrew it; "" when that is not known, or not any more.
func (c TerritoryChanges) By(number int, withdrawn bool) string {
	for _, a := range c.Acts {
		if a.Change == number && a.Withdrawn == withdrawn {
			return a.Name
		}
	}
	return ""
}

// Find gives the change with a number.
func (c TerritoryChanges) Find(number int) (TerritoryChange, bool) {
	i := slices.IndexFunc(c.Items, func(one TerritoryChange) bool { return one.Number == number })
	if i < 0 {
		return TerritoryChange{}, false
	}
	return c.Items[i], true
}

// moment is when a change takes hold: at the beginning of its day, or when it was loaded if that was later. What a
// zone saved before it, it saved without knowing.
func (c TerritoryChange) moment() time.Time {
	if start := c.Date.Start(); start.After(c.LoadedAt) {
		return start.UTC()
	}
	return c.LoadedAt.UTC()
}

// The most that a list of steps may hold, and how far it may reach.
const (
	MaxTerritorySteps = 600 // twice the municipalities of Flanders and Brussels
	MaxUpcomingDays   = 6   // days ahead on which something changes: the facts are kept once for each
	maxTerritoryName  = 60
	maxSources        = 8 // zones whose points one zone may have to serve: ten zones are read in one request of 100 keys
	farthestChange    = 3 // years
	firstChange       = Day("2002-01-01")
)

// Rules of territory changes.
const (
	RuleUnknownCode      Rule = "unknownCode"      // no zone or municipality of that day
	RuleCycle            Rule = "cycle"            // what goes over comes back
	RuleTwoChanges       Rule = "twoChanges"       // on one day, of the same zone or municipality
	RuleNoZone           Rule = "noZone"           // nothing says in which zone a municipality comes to lie
	RuleTwoZones         Rule = "twoZones"         // a municipality would lie in two
	RuleCodeExists       Rule = "codeExists"       // a code that is to begin is in use, or was
	RuleNoMunicipalities Rule = "noMunicipalities" // a zone would have none
	RuleNothingChanges   Rule = "nothingChanges"   // it is so already
	RuleInForce          Rule = "inForce"          // what holds already cannot be withdrawn
)

// stepIssue is something that is wrong with a step of a change.
type stepIssue struct {
	change *TerritoryChange
	step   *TerritoryStep // nil: with the change as a whole
	field  string
	rule   Rule
	dutch  string
	detail string
}

// CheckTerritorySteps finds what is wrong with steps by themselves, whatever the territory: codes, dates, names. It
// gives them as they would be stored: spaces tidied, numbers in E.164. parsePhone is as in Validation. Issues name
// "steps[2].to" and the like.
func CheckTerritorySteps(in []TerritoryStep, today Day, parsePhone func(string) (string, error)) ([]TerritoryStep, []Issue) {
	c := checker{v: Validation{ParsePhone: parsePhone}}
	if len(in) == 0 {
		c.add("steps", RuleRequired, "Geef minstens één rij: wat gaat over, waarheen, en op welke datum.", "want at least one step")
	}
	if !c.atMost("steps", len(in), MaxTerritorySteps) {
		return nil, c.issues
	}
	out := make([]TerritoryStep, 0, len(in))
	for i, s := range in {
		at := fmt.Sprintf("steps[%d].", i)
		s.at = i + 1
		s.Date, s.From, s.To = Day(strings.TrimSpace(string(s.Date))), strings.TrimSpace(s.From), strings.TrimSpace(s.To)
		latest := DayOf(today.Start().AddDate(farthestChange, 0, 0))
		if day, err := ParseDay(string(s.Date)); err != nil {
			c.add(at+"date", RuleInvalidDay, "Deze datum bestaat niet. Schrijf ze als 2027-01-01.", "want an existing day written yyyy-MM-dd")
		} else if day < firstChange || day > latest {
			c.add(at+"date", RuleOutOfRange, fmt.Sprintf("Kies een datum van %s tot en met %s.", DateWords(firstChange), DateWords(latest)), fmt.Sprintf("want a day from %s to %s", firstChange, latest))
		}
		code := func(field, typed string) (zone, municipality bool) {
			_, notZone := ParseZoneCode(typed)
			_, notNIS := ParseNIS(typed)
			if notZone != nil && notNIS != nil {
				c.add(at+field, RuleInvalidID, "Geef de code van een politiezone (vier cijfers) of van een gemeente (vijf cijfers).", "want a zone code of four digits or a municipality code of five")
			}
			return notZone == nil, notNIS == nil
		}
		fromZone, _ := code("from", s.From)
		toZone, toMunicipality := code("to", s.To)
		switch {
		case s.From != "" && s.From == s.To:
			c.add(at+"to", RuleCycle, "Dit gaat naar zichzelf. Geef een andere code.", "goes to itself")
		case fromZone && toMunicipality:
			c.add(at+"to", RuleUnknownValue, "Een politiezone kan geen deel worden van een gemeente. Geef de code van een politiezone.", "a zone cannot become part of a municipality")
		}
		s.Name = c.text(at+"name", s.Name, false, maxTerritoryName)
		if toMunicipality && (s.Phone != "" || s.Email != "" || s.Website != "") {
			c.add(at+"phone", RuleUnknownValue, "Een gemeente heeft hier geen telefoon, e-mail of website. Laat die leeg.", "only a zone has phone, email and website")
		}
		if toZone {
			s.Phone, s.Email, s.Website = c.phone(at+"phone", s.Phone, false), c.email(at+"email", s.Email, false), c.website(at+"website", s.Website)
			if s.Name == "" && s.Phone+s.Email+s.Website != "" {
				c.add(at+"name", RuleRequired, "Zet telefoon, e-mail en website op de rij met de naam van de nieuwe politiezone.", "contact data stand with the name of what begins")
			}
		}
		out = append(out, s)
	}
	return out, c.issues
}

// WithSteps is the list of changes with those that somebody loads now behind it, one for each day of the steps. The
// steps must have passed CheckTerritorySteps.
func (c TerritoryChanges) WithSteps(steps []TerritoryStep, now time.Time) TerritoryChanges {
	next := TerritoryChanges{Version: c.Version + 1, Items: slices.Clone(c.Items)}
	number := 0
	for _, one := range c.Items {
		number = max(number, one.Number)
	}
	by := map[Day][]TerritoryStep{}
	for _, s := range steps {
		by[s.Date] = append(by[s.Date], s)
	}
	for _, day := range slices.Sorted(maps.Keys(by)) {
		number++
		next.Items = append(next.Items, TerritoryChange{Number: number, Date: day, Steps: by[day], LoadedAt: *moment(now)})
	}
	return next
}

// Loaded tells whether the very same steps are loaded already, and gives the changes that hold them.
func (c TerritoryChanges) Loaded(steps []TerritoryStep) ([]TerritoryChange, bool) {
	var found []TerritoryChange
	for _, one := range (TerritoryChanges{}).WithSteps(steps, time.Time{}).Items {
		i := slices.IndexFunc(c.Items, func(o TerritoryChange) bool {
			return o.WithdrawnAt == nil && o.Date == one.Date && slices.EqualFunc(o.Steps, one.Steps, func(a, b TerritoryStep) bool {
				a.at, b.at = 0, 0
				return a == b
			})
		})
		if i < 0 {
			return nil, false
		}
		found = append(found, c.Items[i])
	}
	return found, len(found) > 0
}

// Withdraw takes a change back before its day. Issues name "number".
func (c TerritoryChanges) Withdraw(number int, now time.Time) (TerritoryChanges, []Issue) {
	next := TerritoryChanges{Version: c.Version + 1, Items: slices.Clone(c.Items)}
	i := slices.IndexFunc(next.Items, func(one TerritoryChange) bool { return one.Number == number })
	switch {
	case i < 0:
		return c, []Issue{{"number", RuleUnknownValue, "Deze wijziging bestaat niet.", "no such change"}}
	case next.Items[i].WithdrawnAt != nil:
		return c, nil
	case next.Items[i].Date <= DayOf(now):
		return c, []Issue{{"number", RuleInForce, "Deze wijziging geldt al en kan niet meer ingetrokken worden. Laad een nieuwe wijziging op.", "in force already"}}
	}
	next.Items[i].WithdrawnAt = moment(now)
	return next, nil
}

// Period is the territory from a day on, until the next one begins.
type Period struct {
	From      Day // "" for the first one
	Territory Territory
}

// Periods reckons every territory that the changes make of a base, from the one of today to the last one known of,
// and the list with what each change does filled in. A change that the base holds already does nothing to it, but for
// telling where its municipalities come from. Issues about steps that somebody loads now name "steps[2].to" and the
// like; others name the change.
func (c TerritoryChanges) Periods(base Territory, today Day) ([]Period, TerritoryChanges, []Issue) {
	out := TerritoryChanges{Version: c.Version, Items: slices.Clone(c.Items)}
	byDay := map[Day][]*TerritoryChange{}
	for i := range out.Items {
		if one := &out.Items[i]; one.WithdrawnAt == nil {
			one.Steps = slices.Clone(one.Steps)
			byDay[one.Date] = append(byDay[one.Date], one)
		}
	}
	w := &walk{threads: map[NIS][]thread{}, ended: map[ZoneCode][]NIS{}, desks: map[ZoneCode]Predecessor{}, inBase: map[int]bool{}, wrongCodes: map[string]bool{}}
	w.read(base)
	for i := range out.Items {
		w.inBase[out.Items[i].Number] = w.holdsAll(&out.Items[i])
	}
	periods := []Period{{Territory: w.territory()}}
	upcoming := 0
	for _, day := range slices.Sorted(maps.Keys(byDay)) {
		if w.standsOnWrong(byDay[day]) {
			continue
		}
		w.day(day, byDay[day])
		if day > today {
			upcoming++
			periods = append(periods, Period{day, w.territory()})
		} else {
			periods[0] = Period{"", w.territory()}
		}
	}
	issues := w.told()
	if upcoming > MaxUpcomingDays {
		issues = append(issues, Issue{"steps", RuleTooMany, fmt.Sprintf("Op hoogstens %d dagen in de toekomst kan iets veranderen.", MaxUpcomingDays), fmt.Sprintf("want at most %d days ahead on which something changes", MaxUpcomingDays)})
	}
	for _, p := range periods {
		for _, z := range p.Territory.Zones {
			if n := len(z.Sources()); n > maxSources {
				issues = append(issues, Issue{"steps", RuleTooMany, fmt.Sprintf("Politiezone %s zou de gegevens van %d vroegere zones moeten tonen; %d kan.", z.Code, n, maxSources), fmt.Sprintf("zone %s would have %d predecessors, want at most %d", z.Code, n, maxSources)})
			}
		}
	}
	return periods, out, issues
}

// thread is the way of one municipality of before to where it lies now.
type thread struct {
	codes   []NIS    // that it had before
	keepers []Keeper // newest first
}

// walk is a territory on its way through the changes.
type walk struct {
	zones          map[ZoneCode]ZoneFacts
	municipalities map[NIS]Municipality
	places         []Place
	formerZones    map[ZoneCode]FormerZone
	former         map[NIS]FormerMunicipality
	threads        map[NIS][]thread   // of municipalities that something happened to
	ended          map[ZoneCode][]NIS // zones that ended on the way, with what they had last
	desks          map[ZoneCode]Predecessor
	inBase         map[int]bool    // changes, by number, that the base holds
	wrongCodes     map[string]bool // of days that could not be done: what stands on them is not looked at
	issues         []stepIssue
}

func (w *walk) read(t Territory) {
	w.zones, w.municipalities = map[ZoneCode]ZoneFacts{}, map[NIS]Municipality{}
	w.formerZones, w.former = map[ZoneCode]FormerZone{}, map[NIS]FormerMunicipality{}
	for _, z := range t.Zones {
		w.zones[z.Code] = z
	}
	for _, m := range t.Municipalities {
		w.municipalities[m.NIS] = m
	}
	for _, f := range t.FormerZones {
		w.formerZones[f.Code] = f
	}
	for _, f := range t.FormerMunicipalities {
		w.former[f.NIS] = f
	}
	w.places = slices.Clone(t.Places)
}

// territory is where the walk stands, with the way of the municipalities behind it.
func (w *walk) territory() Territory {
	var t Territory
	for _, code := range slices.Sorted(maps.Keys(w.zones)) {
		z := w.zones[code]
		z.Lineages, z.Predecessors = nil, nil
		for _, nis := range z.Municipalities {
			for _, th := range w.threads[nis] {
				z.Lineages = append(z.Lineages, Lineage{nis, th.codes, th.keepers})
			}
		}
		for _, source := range z.Sources() {
			z.Predecessors = append(z.Predecessors, w.desks[source])
		}
		t.Zones = append(t.Zones, z)
	}
	for _, nis := range slices.Sorted(maps.Keys(w.municipalities)) {
		t.Municipalities = append(t.Municipalities, w.municipalities[nis])
	}
	for _, code := range slices.Sorted(maps.Keys(w.formerZones)) {
		t.FormerZones = append(t.FormerZones, w.formerZones[code])
	}
	for _, nis := range slices.Sorted(maps.Keys(w.former)) {
		t.FormerMunicipalities = append(t.FormerMunicipalities, w.former[nis])
	}
	t.Places = slices.Clone(w.places)
	slices.SortFunc(t.Places, func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.Postcode, b.Postcode), cmp.Compare(a.Name, b.Name), cmp.Compare(a.NIS, b.NIS))
	})
	return t
}

func (w *walk) wrong(change *TerritoryChange, step *TerritoryStep, field string, rule Rule, dutch, detail string) {
	w.issues = append(w.issues, stepIssue{change, step, field, rule, dutch, detail})
}

// standsOnWrong tells whether changes touch what a day before them could not do, and then counts them among it.
func (w *walk) standsOnWrong(changes []*TerritoryChange) bool {
	if len(w.wrongCodes) == 0 {
		return false
	}
	for _, c := range changes {
		for _, s := range c.Steps {
			if w.wrongCodes[s.From] || w.wrongCodes[s.To] || w.wrongCodes[w.zoneAt(s.From)] || w.wrongCodes[w.zoneAt(s.To)] {
				w.spoil(changes)
				return true
			}
		}
	}
	return false
}

// spoil notes the codes of changes that could not be done.
func (w *walk) spoil(changes []*TerritoryChange) {
	for _, c := range changes {
		for _, s := range c.Steps {
			for _, code := range []string{s.From, s.To, w.zoneAt(s.From), w.zoneAt(s.To)} {
				w.wrongCodes[code] = true
			}
		}
	}
}

// zoneAt is the code itself, or of a municipality that is there its zone.
func (w *walk) zoneAt(code string) string {
	nis, _ := ParseNIS(code)
	return cmp.Or(string(w.municipalities[nis].Zone), code)
}

// told are the issues for those who load.
func (w *walk) told() []Issue {
	var list []Issue
	for _, i := range w.issues {
		if i.step != nil && i.step.at > 0 {
			list = append(list, Issue{fmt.Sprintf("steps[%d].%s", i.step.at-1, i.field), i.rule, i.dutch, i.detail})
			continue
		}
		at := fmt.Sprintf("Wijziging %d van %s past dan niet meer. ", i.change.Number, DateWords(i.change.Date))
		if i.step != nil {
			at += i.step.From + " naar " + i.step.To + ": "
		}
		list = append(list, Issue{"", i.rule, at + i.dutch, fmt.Sprintf("change %d of %s: %s", i.change.Number, i.change.Date, i.detail)})
	}
	slices.SortStableFunc(list, func(a, b Issue) int { return cmp.Compare(stepOf(a.Field), stepOf(b.Field)) })
	return slices.Compact(list)
}

// stepOf is the number of the step that an issue's field names; one behind all others when it names none.
func stepOf(field string) int {
	n := MaxTerritorySteps
	_, _ = fmt.Sscanf(field, "steps[%d]", &n)
	return n
}

// holds tells whether a step is a fact of the territory already.
func (w *walk) holds(s TerritoryStep) bool {
	fromZone, toZone := s.zones()
	from, to := s.municipalities()
	switch {
	case fromZone != "":
		_, exists := w.zones[fromZone]
		return !exists && reaches(fromZone, toZone, func(c ZoneCode) []ZoneCode { return w.formerZones[c].Successors })
	case to != 0:
		_, exists := w.municipalities[from]
		return !exists && reaches(from, to, func(n NIS) []NIS { return w.former[n].Successors })
	}
	m, exists := w.municipalities[from]
	return exists && m.Zone == toZone
}

// holdsAll tells whether all of a stored change is fact already.
func (w *walk) holdsAll(c *TerritoryChange) bool {
	return !slices.ContainsFunc(c.Steps, func(s TerritoryStep) bool { return s.at > 0 || !w.holds(s) })
}

// reaches tells whether successors lead from one code to another.
func reaches[C comparable](from, to C, successors func(C) []C) bool {
	for _, next := range successors(from) {
		if next == to || reaches(next, to, successors) { // the facts hold no circle
			return true
		}
	}
	return false
}

// day takes the walk through all that changes on one day.
func (w *walk) day(date Day, changes []*TerritoryChange) {
	before := len(w.issues)
	d := dayWalk{walk: w, date: date, names: map[string]string{}, begins: map[string]TerritoryStep{}, merged: map[NIS]NIS{}, moved: map[NIS]ZoneCode{}, joined: map[ZoneCode]ZoneCode{}}
	var open []*TerritoryChange // that the territory does not hold yet
	for _, c := range changes {
		if w.holdsAll(c) {
			if !w.inBase[c.Number] { // an earlier day, loaded later, did it already
				c.Moves, c.Ends, c.Predecessors = []Move{}, nil, nil
				continue
			}
			for _, p := range c.Predecessors {
				w.desks[p.Code] = p
			}
			for _, m := range c.Moves {
				if _, exists := w.zones[m.FromZone]; !exists {
					w.ended[m.FromZone] = append(w.ended[m.FromZone], m.To)
				}
			}
			w.follow(c, c.Moves)
			continue
		}
		open = append(open, c)
	}
	if len(open) == 0 {
		return
	}
	d.touching(open)
	for _, c := range open {
		for i := range c.Steps {
			d.place(c, &c.Steps[i])
		}
	}
	for _, c := range open {
		for i := range c.Steps {
			d.step(c, &c.Steps[i])
		}
	}
	d.circles(open)
	if len(w.issues) == before {
		d.apply(open)
	}
	if len(w.issues) > before {
		w.spoil(open)
	}
}

// dayWalk is what the steps of one day say, before any of it is done.
type dayWalk struct {
	*walk
	date   Day
	names  map[string]string        // of what begins, by code
	begins map[string]TerritoryStep // the step that tells its name
	merged map[NIS]NIS
	moved  map[NIS]ZoneCode // municipalities, also some that begin
	joined map[ZoneCode]ZoneCode
}

// touching finds two changes, loaded apart, that touch the same zone on one day.
func (d *dayWalk) touching(changes []*TerritoryChange) {
	by := map[string]*TerritoryChange{} // by the code of a zone, or of a municipality that begins
	touch := func(c *TerritoryChange, s *TerritoryStep, field, code string) {
		code = d.zoneAt(code)
		other := by[code]
		if other == nil {
			by[code] = c
		} else if other != c {
			d.wrong(c, s, field, RuleTwoChanges,
				fmt.Sprintf("Op %s verandert %s al door wijziging %d. Trek die in en laad alles samen op.", DateWords(d.date), code, other.Number),
				fmt.Sprintf("%s changes on %s by change %d already", code, d.date, other.Number))
		}
	}
	for _, c := range changes {
		for i := range c.Steps {
			s := &c.Steps[i]
			touch(c, s, "from", s.From)
			touch(c, s, "to", s.To)
		}
	}
}

// place notes what begins on the day.
func (d *dayWalk) place(c *TerritoryChange, s *TerritoryStep) {
	if s.Name == "" || s.at == 0 && d.holds(*s) {
		return
	}
	zone, was := d.existed(s.To)
	switch name := d.names[s.To]; {
	case zone != "" && !was:
		d.wrong(c, s, "name", RuleCodeExists, fmt.Sprintf("Code %s bestaat al: %s. Laat de naam leeg, of geef een andere code.", s.To, zone), "the code is in use: "+s.To)
		return
	case was:
		d.wrong(c, s, "to", RuleCodeExists, fmt.Sprintf("Code %s heeft al bestaan: %s. Een oude code komt niet terug. Geef een andere.", s.To, zone), "the code was in use before: "+s.To)
		return
	case name != "" && name != s.Name:
		d.wrong(c, s, "name", RuleTwoChanges, fmt.Sprintf("%s heet op een andere rij %s. Geef één naam.", s.To, name), "another step gives it another name")
		return
	case name == "":
		d.names[s.To], d.begins[s.To] = s.Name, *s
	}
}

// existed gives the name of what has a code, and whether that is in the past; "" for a code that never was.
func (d *dayWalk) existed(code string) (name string, was bool) {
	if zone, err := ParseZoneCode(code); err == nil {
		if z, ok := d.zones[zone]; ok {
			return "politiezone " + z.Name, false
		}
		if f, ok := d.formerZones[zone]; ok {
			return "politiezone " + f.Name, true
		}
		return "", false
	}
	nis, _ := ParseNIS(code)
	if m, ok := d.municipalities[nis]; ok {
		return m.Name, false
	}
	if f, ok := d.former[nis]; ok {
		return f.Name, true
	}
	return "", false
}

// step notes where a step leads, once it is right.
func (d *dayWalk) step(c *TerritoryChange, s *TerritoryStep) {
	fromZone, toZone := s.zones()
	from, to := s.municipalities()
	name, was := d.existed(s.From)
	begins := d.names[s.From] != "" && from != 0 && toZone != ""
	switch {
	case d.holds(*s) && s.at == 0:
		return // newer facts hold it, and the rest of its change not yet
	case d.holds(*s):
		d.wrong(c, s, "from", RuleNothingChanges, fmt.Sprintf("Dat is op %s al zo. Laat deze rij weg.", DateWords(d.date)), "it is so already")
		return
	case was:
		d.wrong(c, s, "from", RuleUnknownCode, fmt.Sprintf("%s (%s) bestaat op %s niet meer.", s.From, name, DateWords(d.date)), "ended before that day")
		return
	case name == "" && !begins:
		d.wrong(c, s, "from", RuleUnknownCode, fmt.Sprintf("%s is op %s geen politiezone of gemeente van Vlaanderen of Brussel.", s.From, DateWords(d.date)), "no zone or municipality of that day")
		return
	}
	if other, past := d.existed(s.To); d.names[s.To] == "" && (other == "" || past) {
		switch {
		case past && s.Name != "": // told already
		case past:
			d.wrong(c, s, "to", RuleUnknownCode, fmt.Sprintf("%s (%s) bestaat op %s niet meer.", s.To, other, DateWords(d.date)), "ended before that day")
		default:
			d.wrong(c, s, "to", RuleUnknownCode, fmt.Sprintf("%s bestaat op %s niet. Begint het die dag, geef dan een naam.", s.To, DateWords(d.date)), "no zone or municipality of that day, and no name for one that begins")
		}
		return
	}
	twice := func() {
		d.wrong(c, s, "from", RuleTwoChanges, fmt.Sprintf("%s verandert op %s al op een andere rij.", s.From, DateWords(d.date)), "changes twice on one day")
	}
	switch {
	case fromZone != "":
		if _, ok := d.joined[fromZone]; ok {
			twice()
			return
		}
		d.joined[fromZone] = toZone
	case to != 0:
		if _, ok := d.merged[from]; ok || d.moved[from] != "" {
			twice()
			return
		}
		d.merged[from] = to
	default:
		if _, ok := d.merged[from]; ok || d.moved[from] != "" {
			twice()
			return
		}
		d.moved[from] = toZone
	}
}

// circles finds what goes over to something that itself goes over, perhaps all the way back.
func (d *dayWalk) circles(changes []*TerritoryChange) {
	for _, c := range changes {
		for i := range c.Steps {
			s := &c.Steps[i]
			fromZone, toZone := s.zones()
			from, to := s.municipalities()
			switch {
			case fromZone != "" && d.joined[fromZone] == toZone:
				d.chain(c, s, string(toZone), d.joined[toZone] != "", goesRound(fromZone, d.joined))
			case to != 0 && d.merged[from] == to:
				d.chain(c, s, to.String(), d.merged[to] != 0, goesRound(from, d.merged))
			case fromZone == "" && toZone != "" && d.joined[toZone] != "":
				d.chain(c, s, string(toZone), true, false)
			}
		}
	}
}

func (d *dayWalk) chain(c *TerritoryChange, s *TerritoryStep, to string, goesOn, round bool) {
	switch {
	case round:
		d.wrong(c, s, "to", RuleCycle, fmt.Sprintf("Dit loopt rond: %s komt zo weer bij zichzelf uit.", s.From), "goes round in a circle")
	case goesOn:
		d.wrong(c, s, "to", RuleTwoChanges, fmt.Sprintf("%s gaat op %s zelf ergens anders naartoe. Geef meteen waar het uitkomt.", to, DateWords(d.date)), "its destination itself goes over on that day")
	}
}

func goesRound[C comparable](start C, next map[C]C) bool {
	at := start
	for range next {
		to, ok := next[at]
		if !ok {
			return false
		}
		if at = to; at == start {
			return true
		}
	}
	return false
}

// sourceOf finds the step that moves something, for an issue about where it comes to lie.
func sourceOf(changes []*TerritoryChange, is func(TerritoryStep) bool) (*TerritoryChange, *TerritoryStep) {
	for _, c := range changes {
		for i := range c.Steps {
			if is(c.Steps[i]) {
				return c, &c.Steps[i]
			}
		}
	}
	return changes[0], &changes[0].Steps[0]
}

// apply does what the steps of the day say, or tells why it leads to no whole territory.
func (d *dayWalk) apply(changes []*TerritoryChange) {
	issues := len(d.issues)
	destination := map[NIS]ZoneCode{} // of municipalities as they are after the day
	parts := map[NIS][]NIS{}          // what they are made of
	for _, nis := range slices.Sorted(maps.Keys(d.municipalities)) {
		m := d.municipalities[nis]
		to := cmp.Or(d.merged[nis], nis)
		parts[to] = append(parts[to], nis)
		zone := cmp.Or(d.joined[m.Zone], m.Zone)
		if explicit := d.moved[nis]; explicit != "" {
			if d.joined[m.Zone] != "" {
				c, s := sourceOf(changes, func(s TerritoryStep) bool { return s.From == nis.String() })
				d.wrong(c, s, "from", RuleTwoZones, fmt.Sprintf("%s (%s) gaat ook over met de hele politiezone %s. Geef voor elke gemeente van die zone een eigen rij.", nis, m.Name, m.Zone),
					"its whole zone goes over on that day, too")
			}
			zone = explicit
		}
		_, exists := d.municipalities[to]
		switch {
		case to == nis:
			destination[to] = zone
		case exists: // it lies where it lies, whatever it takes in
		case d.moved[to] != "":
			destination[to] = d.moved[to]
		case destination[to] == "":
			destination[to] = zone
		case destination[to] != zone:
			c, s := sourceOf(changes, func(s TerritoryStep) bool { return s.From == nis.String() && s.To == to.String() })
			d.wrong(c, s, "to", RuleNoZone, fmt.Sprintf("%s (%s) zou in twee politiezones liggen: %s en %s. Zeg op een rij naar welke zone ze gaat.", to, d.names[to.String()], destination[to], zone),
				fmt.Sprintf("its parts lie in zones %s and %s: a step must say which one it goes to", destination[to], zone))
		}
	}
	has := map[ZoneCode][]NIS{}
	for _, to := range slices.Sorted(maps.Keys(destination)) {
		has[destination[to]] = append(has[destination[to]], to)
	}
	for _, c := range changes {
		for i := range c.Steps {
			s := &c.Steps[i]
			if _, zone := s.zones(); zone != "" && len(has[zone]) == 0 {
				d.wrong(c, s, "to", RuleNoMunicipalities, fmt.Sprintf("Politiezone %s zou geen enkele gemeente hebben.", zone), "the zone would have no municipality")
			}
		}
	}
	if len(d.issues) > issues {
		return
	}
	var moves []Move
	for _, to := range slices.Sorted(maps.Keys(parts)) {
		for _, nis := range parts[to] {
			m := d.municipalities[nis]
			if to != nis || destination[to] != m.Zone {
				moves = append(moves, Move{nis, m.Zone, to, destination[to]})
			}
		}
	}
	d.share(changes, moves)
	for _, c := range changes {
		d.follow(c, c.Moves)
	}
	d.municipalitiesAfter(parts, destination)
	d.zonesAfter(changes, has)
}

// share gives each change of the day its own moves, and the desks of the zones they come from.
func (d *dayWalk) share(changes []*TerritoryChange, moves []Move) {
	for _, c := range changes {
		c.Moves, c.Predecessors = []Move{}, nil
		var codes []ZoneCode
		for _, m := range moves {
			if !slices.ContainsFunc(c.Steps, func(s TerritoryStep) bool {
				return s.From == string(m.FromZone) || s.From == m.From.String()
			}) && len(changes) > 1 {
				continue
			}
			c.Moves = append(c.Moves, m)
			if m.FromZone != m.ToZone && !slices.Contains(codes, m.FromZone) {
				codes = append(codes, m.FromZone)
			}
		}
		slices.Sort(codes)
		for _, code := range codes {
			z := d.zones[code]
			p := Predecessor{code, z.Name, z.Phone, z.Email, z.Website, z.Address}
			c.Predecessors = append(c.Predecessors, p)
			d.desks[code] = p
		}
	}
}

// follow takes the threads of municipalities along their moves.
func (w *walk) follow(c *TerritoryChange, moves []Move) {
	threadsOf := func(nis NIS) []thread {
		if known, ok := w.threads[nis]; ok {
			return known
		}
		return []thread{{}}
	}
	next := map[NIS][]thread{}
	for _, m := range moves {
		begins := slices.ContainsFunc(c.Steps, func(s TerritoryStep) bool { return s.To == m.To.String() && s.Name != "" })
		if _, seen := next[m.To]; !seen && m.To != m.From && !begins && !slices.ContainsFunc(moves, func(o Move) bool { return o.From == m.To }) {
			next[m.To] = threadsOf(m.To) // it was there before, and takes another one in
		}
		for _, th := range threadsOf(m.From) {
			if m.FromZone != m.ToZone {
				th.keepers = append([]Keeper{{m.FromZone, c.moment()}}, th.keepers...)
			}
			if m.From != m.To {
				th.codes = append(slices.Clone(th.codes), m.From)
			}
			next[m.To] = append(next[m.To], th)
		}
	}
	for _, m := range moves {
		if m.From != m.To {
			delete(w.threads, m.From)
		}
	}
	maps.Copy(w.threads, next)
}

// municipalitiesAfter makes the municipalities and places of after the day.
func (d *dayWalk) municipalitiesAfter(parts map[NIS][]NIS, destination map[NIS]ZoneCode) {
	after := map[NIS]Municipality{}
	for to, from := range parts {
		m, exists := d.municipalities[to]
		if !exists {
			first := d.municipalities[from[0]]
			m = Municipality{NIS: to, Name: d.names[to.String()], Province: first.Province}
			for _, nis := range from { // its centre lies between those of its parts
				m.Lat += d.municipalities[nis].Lat / float64(len(from))
				m.Lon += d.municipalities[nis].Lon / float64(len(from))
			}
			d.places = append(d.places, placesOfNew(d.places, m, from)...)
		}
		m.Zone = destination[to]
		after[to] = m
	}
	for from, to := range d.merged {
		d.former[from] = FormerMunicipality{from, d.municipalities[from].Name, string(d.date), []NIS{to}}
		for i := range d.places {
			if p := &d.places[i]; p.NIS == from {
				p.NIS = to
				if p.Kind == PlaceMunicipality {
					p.Kind = PlaceFormerMunicipality
				}
			}
		}
	}
	type name struct {
		postcode, name string
		nis            NIS
	}
	seen := map[name]bool{}
	d.places = slices.DeleteFunc(d.places, func(p Place) bool {
		n := name{p.Postcode, p.Name, p.NIS}
		again := seen[n]
		seen[n] = true
		return again
	})
	d.municipalities = after
}

// placesOfNew gives a municipality that begins the postcodes of its parts, under its own name.
func placesOfNew(places []Place, m Municipality, parts []NIS) []Place {
	var own []Place
	for _, p := range places {
		if slices.Contains(parts, p.NIS) && !slices.ContainsFunc(own, func(o Place) bool { return o.Postcode == p.Postcode }) {
			own = append(own, Place{p.Postcode, m.Name, PlaceMunicipality, m.NIS, m.Lat, m.Lon})
		}
	}
	return own
}

// zonesAfter makes the zones of after the day.
func (d *dayWalk) zonesAfter(changes []*TerritoryChange, has map[ZoneCode][]NIS) {
	after := map[ZoneCode]ZoneFacts{}
	for code, municipalities := range has {
		z, exists := d.zones[code]
		if !exists {
			s := d.begins[string(code)]
			z = ZoneFacts{Code: code, RawName: s.Name, Name: s.Name, Phone: s.Phone, Email: s.Email, Website: s.Website,
				Province: d.provinceOf(municipalities), AsOf: string(d.date), Source: "territory change"}
		}
		z.Municipalities = municipalities
		after[code] = z
	}
	for code, z := range d.zones {
		if _, exists := after[code]; !exists {
			d.ended[code] = z.Municipalities
			d.formerZones[code] = FormerZone{Code: code, Name: z.Name, EndedOn: string(d.date)}
		}
	}
	for _, c := range changes {
		c.Ends = nil
		for _, p := range c.Predecessors {
			if _, exists := after[p.Code]; !exists {
				c.Ends = append(c.Ends, p.Code)
			}
		}
	}
	d.zones = after
	// What a zone had last may have moved on since: its code leads to where that lies now.
	for code, municipalities := range d.ended {
		f := d.formerZones[code]
		f.Successors = nil
		for i, nis := range municipalities {
			if to := d.merged[nis]; to != 0 {
				municipalities = slices.Clone(municipalities)
				nis, municipalities[i] = to, to
			}
			f.Successors = append(f.Successors, d.municipalities[nis].Zone)
		}
		slices.Sort(f.Successors)
		f.Successors = slices.Compact(f.Successors)
		d.formerZones[code], d.ended[code] = f, municipalities
	}
}

// provinceOf is the province in which most of the municipalities lie.
func (d *dayWalk) provinceOf(municipalities []NIS) string {
	count := map[string]int{}
	best := ""
	for _, nis := range municipalities {
		province := d.municipalities[nis].Province
		if count[province]++; best == "" || count[province] > count[best] {
			best = province
		}
	}
	return best
}

// Words is a step in Dutch, by the names that codes have.
func (s TerritoryStep) Words(name func(code string) string) string {
	of := func(code string) string {
		if n := name(code); n != "" {
			return n + " (" + code + ")"
		}
		return code
	}
	to := of(s.To)
	if s.Name != "" {
		to = s.Name + " (" + s.To + ", nieuw)"
	}
	kind := "Politiezone "
	if utf8.RuneCountInString(s.From) == 5 {
		kind = "Gemeente "
	}
	target := "politiezone "
	if utf8.RuneCountInString(s.To) == 5 {
		target = "gemeente "
	}
	return kind + of(s.From) + " gaat naar " + target + to
}
