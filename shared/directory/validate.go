package directory

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The most that a zone may hold. Lengths are in characters.
const (
	MaxProfileBytes = 100_000 // of JSON: a DynamoDB item holds 400,000, and a save writes a revision beside it

	maxContactPoints = 50
	maxChannels      = 10 // phones, and e-mail addresses, of one contact point
	maxLimits        = 200
	maxOpeningHours  = 28 // four spans a day
	maxPartners      = 30
	maxReminders     = 6
	maxReminderDay   = 180

	maxIDLength           = 40
	maxRoleLength         = 100
	maxNameLength         = 100
	maxPhoneNoteLength    = 120
	maxAvailabilityLength = 300
	maxNoteLength         = 500
	maxPartnerNameLength  = 120
	maxStreetLength       = 120
	maxPlaceLength        = 60
	maxEmailLength        = 254 // RFC 5321
	maxURLLength          = 300
)

// Rule names what an input broke, for a program.
type Rule string

// The rules.
const (
	RuleRequired            Rule = "required"
	RuleTooLong             Rule = "tooLong"
	RuleTooMany             Rule = "tooMany"
	RuleTooLarge            Rule = "tooLarge" // the zone as a whole
	RuleInvalidCharacter    Rule = "invalidCharacter"
	RuleUnknownValue        Rule = "unknownValue" // not in the list
	RuleDuplicate           Rule = "duplicate"
	RuleInvalidID           Rule = "invalidId"
	RuleOnePrimary          Rule = "onePrimary"
	RuleInvalidPhone        Rule = "invalidPhone"
	RuleInvalidEmail        Rule = "invalidEmail"
	RuleInvalidURL          Rule = "invalidUrl"
	RuleInvalidPostcode     Rule = "invalidPostcode"
	RuleOutOfRange          Rule = "outOfRange"
	RuleNotInZone           Rule = "notInZone" // a municipality of another zone
	RuleUnknownSchool       Rule = "unknownSchool"
	RuleSchoolNotInZone     Rule = "schoolNotInZone"
	RuleInvalidDay          Rule = "invalidDay"
	RuleUntilBeforeFrom     Rule = "untilBeforeFrom"
	RuleUnknownReplacement  Rule = "unknownReplacement"
	RuleOwnReplacement      Rule = "ownReplacement"
	RuleReplacementCycle    Rule = "replacementCycle"
	RuleInvalidHours        Rule = "invalidHours"
	RuleOverlappingHours    Rule = "overlappingHours"
	RulePhoneInText         Rule = "phoneInText"
	RuleEmailInText         Rule = "emailInText"
	RuleProtectedNameInText Rule = "protectedNameInText"
)

// Issue is one thing that is wrong with an input. It holds no value: those stay out of logs.
type Issue struct {
	Field   string // "contactPoints[2].phones[0].number", counted from 0; "" for the zone as a whole
	Rule    Rule
	Message string // Dutch, for the page: what to do
	Detail  string // English, for a program
}

// Schools finds schools by their number.
type Schools interface {
	School(InstitutionNumber) (School, bool)
}

// Validation is what an input is checked against.
type Validation struct {
	Zone    ZoneFacts
	Schools Schools
	// ParsePhone turns a number as it was typed into E.164, or a national short number. Nil takes only those.
	ParsePhone func(typed string) (string, error)
}

// Check finds everything that is wrong with an input, and gives the input as it would be stored: numbers in
// E.164, spaces tidied, opening hours sorted, lists never nil. That is only to be stored when there is no issue.
// The input itself is left as it was typed. The issues stand in a fixed order: each contact point, what concerns
// the contact points together, the zone itself.
func (v Validation) Check(in ZoneInput) (ZoneInput, []Issue) {
	c := checker{v: v}
	out := canonical(Profile{
		Code: v.Zone.Code, ContactPoints: in.ContactPoints, Phone: in.Phone, Email: in.Email, Website: in.Website,
		Address: in.Address, Partners: in.Partners, ManagementEmail: in.ManagementEmail, ReminderDays: in.ReminderDays,
	})
	if c.atMost("contactPoints", len(out.ContactPoints), maxContactPoints) {
		for i := range out.ContactPoints {
			c.point(fmt.Sprintf("contactPoints[%d]", i), &out.ContactPoints[i], in.ContactPoints[i])
		}
		c.together(out.ContactPoints)
	}
	out.Phone = c.phone("phone", out.Phone, false)
	out.Email = c.email("email", out.Email, false)
	out.Website = c.website("website", out.Website)
	if out.Address != nil {
		out.Address.Street = c.text("address.street", out.Address.Street, true, maxStreetLength)
		out.Address.Postcode = strings.TrimSpace(out.Address.Postcode)
		if _, err := ParsePostcode(out.Address.Postcode); err != nil {
			c.add("address.postcode", RuleInvalidPostcode, "Vul een postcode van vier cijfers in, zoals 3300.", "want four digits, 1000 to 9999")
		}
		out.Address.Municipality = c.text("address.municipality", out.Address.Municipality, true, maxPlaceLength)
	}
	c.partners(out.Partners)
	out.ManagementEmail = c.email("managementEmail", out.ManagementEmail, false)
	c.reminderDays(out.ReminderDays)
	note := c.text("note", in.Note, false, maxNoteLength)
	c.protectNames(out)
	c.size(out)

	checked := out.Input()
	checked.Assured, checked.Note = in.Assured, note
	return checked, c.issues
}

type checker struct {
	v        Validation
	practice bool // a text without fields for numbers and addresses
	issues   []Issue
}

func (c *checker) add(field string, rule Rule, message, detail string) {
	c.issues = append(c.issues, Issue{field, rule, message, detail})
}

// atMost also tells whether the list is short enough to look into: nobody reads ten thousand issues.
func (c *checker) atMost(field string, n, most int) bool {
	if n <= most {
		return true
	}
	c.add(field, RuleTooMany, fmt.Sprintf("Dit zijn er te veel: %d. Hoogstens %d kan.", n, most), fmt.Sprintf("%d elements, want at most %d", n, most))
	return false
}

// tidy takes out signs that have no width, which hide things or turn the direction of writing, and makes one
// space of every white space.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// text checks a line of free text: no numbers and addresses in it, for they belong where a visibility is chosen.
func (c *checker) text(field, s string, required bool, most int) string {
	if !c.sound(field, s) {
		return s
	}
	s = tidy(s)
	switch n := utf8.RuneCountInString(s); {
	case s == "" && required:
		c.add(field, RuleRequired, requiredMessage(field), "must not be empty")
	case n > most:
		c.add(field, RuleTooLong, fmt.Sprintf("Maak dit korter: %d tekens, hoogstens %d kan.", n, most), fmt.Sprintf("%d characters, want at most %d", n, most))
	}
	c.noChannels(field, HoldsPhone(s), HoldsEmail(s))
	return s
}

// noChannels refuses numbers and addresses in free text, and says where they belong.
func (c *checker) noChannels(field string, phone, email bool) {
	phoneGoes, phoneDetail := "Zet het in een veld Telefoon: daar kies je wie het ziet.", "put it in phones, where it has a visibility"
	emailGoes, emailDetail := "Zet het in een veld E-mail: daar kies je wie het ziet.", "put it in emails, where it has a visibility"
	if c.practice {
		phoneGoes, phoneDetail = "Haal het weg: onder je praktijk staat vanzelf wie scholen in je zone kunnen bellen.", "the zone's contact points stand below every practice"
		emailGoes, emailDetail = "Haal het weg: onder je praktijk staat vanzelf wie scholen in je zone kunnen mailen.", phoneDetail
	}
	if phone {
		c.add(field, RulePhoneInText, "Hier staat een telefoonnummer. "+phoneGoes, "holds a phone number: "+phoneDetail)
	}
	if email {
		c.add(field, RuleEmailInText, "Hier staat een e-mailadres. "+emailGoes, "holds an e-mail address: "+emailDetail)
	}
}

func requiredMessage(field string) string {
	switch {
	case strings.HasPrefix(field, "contactPersons") && strings.HasSuffix(field, ".role"):
		return "Vul de functie in, bijvoorbeeld directeur of leerlingbegeleider."
	case strings.HasPrefix(field, "aliases"):
		return "Vul de naam in, of haal dit veld weg."
	case strings.HasSuffix(field, ".role"):
		return "Vul de functie in, bijvoorbeeld Jeugdinspecteur."
	case strings.HasPrefix(field, "partners"):
		return "Vul de naam van de partner in."
	case field == practiceTitle:
		return "Geef je praktijk een titel."
	case field == practiceSummary:
		return "Vat je praktijk samen in één zin."
	case field == "address.street":
		return "Vul straat en huisnummer in, of laat het hele adres leeg."
	case field == "address.municipality":
		return "Vul de gemeente in, of laat het hele adres leeg."
	}
	return "Vul dit in."
}

// sound tells whether a value has only signs that a page can show.
func (c *checker) sound(field, s string) bool {
	bad := !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && !unicode.IsSpace(r) || unicode.Is(unicode.Co, r) || r == utf8.RuneError
	})
	if bad {
		c.add(field, RuleInvalidCharacter, "Hier staat een teken dat niet getoond kan worden. Typ de tekst opnieuw.", "holds a control character, private character or invalid UTF-8")
	}
	return !bad
}

// validID tells whether an id has the shape of one: lower-case letters, digits and hyphens, a letter or digit first.
func validID(id string) bool {
	wrong := func(r rune) bool { return !lowerOrDigit(r) && r != '-' }
	return id != "" && len(id) <= maxIDLength && id[0] != '-' && !strings.ContainsFunc(id, wrong)
}

func lowerOrDigit(r rune) bool { return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' }

func asciiWord(r rune) bool { return lowerOrDigit(r) || 'A' <= r && r <= 'Z' }

// point checks one contact point by itself; typed is the same as it came in.
func (c *checker) point(at string, p *ContactPoint, typed ContactPoint) {
	if !validID(p.ID) {
		c.add(at+".id", RuleInvalidID, "Dit aanspreekpunt heeft geen geldig kenmerk. Voeg het opnieuw toe.",
			fmt.Sprintf("want 1 to %d lower-case letters, digits and hyphens, not beginning with a hyphen", maxIDLength))
	}
	p.Role = c.text(at+".role", p.Role, true, maxRoleLength)
	p.Name = c.text(at+".name", p.Name, false, maxNameLength)
	c.visibility(at+".nameVisibility", typed.NameVisibility)
	listed(c, at+".themes", p.Themes, Themes())
	listed(c, at+".levels", p.Levels, Levels())
	if c.atMost(at+".municipalities", len(p.Municipalities), maxLimits) {
		for i, nis := range p.Municipalities {
			if field := fmt.Sprintf("%s.municipalities[%d]", at, i); c.single(field, p.Municipalities, i) && !slices.Contains(c.v.Zone.Municipalities, nis) {
				c.add(field, RuleNotInZone, "Deze gemeente ligt niet in je politiezone.", "not a municipality of this zone")
			}
		}
	}
	if c.atMost(at+".institutionNumbers", len(p.InstitutionNumbers), maxLimits) {
		for i := range p.InstitutionNumbers {
			c.school(fmt.Sprintf("%s.institutionNumbers[%d]", at, i), p.InstitutionNumbers, i)
		}
	}
	listed(c, at+".languages", p.Languages, Languages())
	if c.atMost(at+".phones", len(p.Phones), maxChannels) {
		for i := range p.Phones {
			field := fmt.Sprintf("%s.phones[%d]", at, i)
			ph := &p.Phones[i]
			ph.Number = c.phone(field+".number", ph.Number, true)
			if slices.ContainsFunc(p.Phones[:i], func(o Phone) bool { return o.Number == ph.Number && ph.Number != "" }) {
				c.add(field+".number", RuleDuplicate, "Dit nummer staat hier al.", "the same number stands before")
			}
			c.visibility(field+".visibility", typed.Phones[i].Visibility)
			ph.Note = c.text(field+".note", ph.Note, false, maxPhoneNoteLength)
		}
	}
	if c.atMost(at+".emails", len(p.Emails), maxChannels) {
		for i := range p.Emails {
			field := fmt.Sprintf("%s.emails[%d]", at, i)
			e := &p.Emails[i]
			e.Address = c.email(field+".address", e.Address, true)
			if slices.ContainsFunc(p.Emails[:i], func(o Email) bool { return strings.EqualFold(o.Address, e.Address) && e.Address != "" }) {
				c.add(field+".address", RuleDuplicate, "Dit e-mailadres staat hier al.", "the same address stands before")
			}
			c.visibility(field+".visibility", typed.Emails[i].Visibility)
		}
	}
	p.Availability = c.text(at+".availability", p.Availability, false, maxAvailabilityLength)
	if c.atMost(at+".openingHours", len(p.OpeningHours), maxOpeningHours) {
		c.openingHours(at+".openingHours", p.OpeningHours)
	}
	if p.Absence != nil {
		c.absence(at+".absence", p.Absence)
	}
}

// Languages lists the languages in which contact points can be spoken to, Dutch first.
func Languages() []string { return []string{"nl", "fr", "de", "en"} }

// listed checks values that must come from a list, each once.
func listed[T ~string](c *checker, at string, values, known []T) {
	if !c.atMost(at, len(values), max(len(known), maxChannels)) {
		return
	}
	for i, value := range values {
		field := fmt.Sprintf("%s[%d]", at, i)
		if !slices.Contains(known, value) {
			c.add(field, RuleUnknownValue, "Kies een waarde uit de lijst.", fmt.Sprintf("want one of %q", known))
			continue
		}
		single(c, field, values, i)
	}
}

func (c *checker) single(field string, values []NIS, i int) bool { return single(c, field, values, i) }

// single reports a value that stands earlier in the list, too.
func single[T comparable](c *checker, field string, values []T, i int) bool {
	if !slices.Contains(values[:i], values[i]) {
		return true
	}
	c.add(field, RuleDuplicate, "Dit staat er al.", "the same value stands before")
	return false
}

func (c *checker) visibility(field string, v Visibility) {
	if v != "" && v != VisiblePublic && v != VisibleSchools {
		c.add(field, RuleUnknownValue, "Kies wie dit ziet: iedereen, of alleen scholen, CLB’s en politie van deze zone.",
			fmt.Sprintf("want %q or %q", VisiblePublic, VisibleSchools))
	}
}

func (c *checker) school(field string, numbers []InstitutionNumber, i int) {
	if n, err := ParseInstitutionNumber(strings.TrimSpace(string(numbers[i]))); err == nil {
		numbers[i] = n
	}
	if !single(c, field, numbers, i) {
		return
	}
	s, ok := c.v.Schools.School(numbers[i])
	switch {
	case !ok:
		c.add(field, RuleUnknownSchool, "Deze school staat niet in de lijst van het ministerie. Haal ze weg of kies een andere.", "no such institution")
	case !slices.ContainsFunc(s.Locations, func(l Location) bool { return l.Zone == c.v.Zone.Code }):
		c.add(field, RuleSchoolNotInZone, "Deze school heeft geen vestiging in je politiezone.", "the school has no location in this zone")
	}
}

// phone reads a number as it was typed.
func (c *checker) phone(field, typed string, required bool) string {
	if !c.sound(field, typed) {
		return typed
	}
	s := tidy(typed)
	if s == "" {
		if required {
			c.add(field, RuleRequired, "Vul het nummer in, of haal deze telefoon weg.", "must not be empty")
		}
		return ""
	}
	if len(s) <= 40 { // longer is no number, whatever a parser makes of it
		number := s
		var err error
		if c.v.ParsePhone != nil {
			number, err = c.v.ParsePhone(s)
		}
		if err == nil && storedPhone(number) {
			return number
		}
	}
	c.add(field, RuleInvalidPhone, "Dit is geen telefoonnummer. Schrijf het zoals 016 66 55 11 of 0470 12 34 56, een buitenlands nummer met + en de landcode.",
		"want a Belgian number, an international number with +, or a short number of three or four digits")
	return s
}

// storedPhone tells whether a number is one as we store them: E.164, or a national short number.
func storedPhone(s string) bool {
	rest, plus := strings.CutPrefix(s, "+")
	if !digits(rest) {
		return false
	}
	if plus {
		return rest[0] != '0' && 8 <= len(rest) && len(rest) <= 15
	}
	return len(rest) == 3 || len(rest) == 4
}

func (c *checker) email(field, typed string, required bool) string {
	if !c.sound(field, typed) {
		return typed
	}
	s := tidy(typed)
	if s == "" {
		if required {
			c.add(field, RuleRequired, "Vul het e-mailadres in, of haal het weg.", "must not be empty")
		}
		return ""
	}
	local, domain := cutAddress(s)
	if !validLocalPart(local) || !validHost(domain) || len(s) > maxEmailLength {
		c.add(field, RuleInvalidEmail, "Dit is geen e-mailadres. Schrijf het zoals jeugd@politie.example.", "want local-part@domain, in ASCII, without quotes or a display name")
		return s
	}
	return local + "@" + strings.ToLower(domain)
}

// cutAddress parts an e-mail address at its last "@"; without one all of it is the local part.
func cutAddress(s string) (local, domain string) {
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		return s[:i], s[i+1:]
	}
	return s, ""
}

// validLocalPart takes the dot-atom of RFC 5322 and none of its quoted forms: nobody at a police zone has one, and
// they would have to be escaped wherever an address is shown.
func validLocalPart(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !asciiWord(r) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~.", r)
	})
}

// validHost takes a name with at least two labels of letters, digits and hyphens, the last one no number.
func validHost(s string) bool {
	labels := strings.Split(s, ".")
	if len(labels) < 2 || len(s) > 253 {
		return false
	}
	for _, l := range labels {
		wrong := func(r rune) bool { return !asciiWord(r) && r != '-' }
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' || strings.ContainsFunc(l, wrong) {
			return false
		}
	}
	last := labels[len(labels)-1]
	return len(last) >= 2 && !digits(last)
}

// website takes https only: a page that links to it must not hand people to an address that others can change on
// the way, nor to a script.
func (c *checker) website(field, typed string) string {
	if !c.sound(field, typed) {
		return typed
	}
	s := tidy(typed)
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Opaque != "" || !validHost(u.Hostname()) || strings.ContainsAny(s, " \"<>\\^`{|}") || len(s) > maxURLLength {
		c.add(field, RuleInvalidURL, "Dit is geen webadres dat we kunnen tonen. Schrijf het zoals "+strings.TrimSuffix("https://www.politie.be/"+string(c.v.Zone.Code), "/")+".",
			fmt.Sprintf("want an https URL with a host name and without a user name, at most %d characters", maxURLLength))
	}
	return s
}

func (c *checker) partners(partners []Partner) {
	if !c.atMost("partners", len(partners), maxPartners) {
		return
	}
	for i := range partners {
		field, p := fmt.Sprintf("partners[%d]", i), &partners[i]
		if !slices.Contains(PartnerKinds(), p.Kind) {
			c.add(field+".kind", RuleUnknownValue, "Kies wat voor partner dit is.", fmt.Sprintf("want one of %q", PartnerKinds()))
		}
		p.Name = c.text(field+".name", p.Name, true, maxPartnerNameLength)
		p.Website = c.website(field+".website", p.Website)
		if slices.ContainsFunc(partners[:i], func(o Partner) bool { return o.Kind == p.Kind && p.Name != "" && strings.EqualFold(o.Name, p.Name) }) {
			c.add(field+".name", RuleDuplicate, "Deze partner staat er al.", "the same partner stands before")
		}
	}
}

func (c *checker) reminderDays(days []int) {
	if !c.atMost("reminderDays", len(days), maxReminders) {
		return
	}
	for i, d := range days {
		field := fmt.Sprintf("reminderDays[%d]", i)
		if d < 0 || d > maxReminderDay {
			c.add(field, RuleOutOfRange, fmt.Sprintf("Vul een aantal dagen van 0 tot %d in.", maxReminderDay), fmt.Sprintf("want 0 to %d", maxReminderDay))
			continue
		}
		single(c, field, days, i)
	}
}

// openingHours also sorts them, so that the same week is always stored alike.
func (c *checker) openingHours(at string, hours []OpeningHours) {
	for i, h := range hours {
		field := fmt.Sprintf("%s[%d]", at, i)
		opens, ok1 := parseClock(h.Opens)
		until, ok2 := parseClock(h.Until)
		switch {
		case h.Day < 1 || h.Day > 7:
			c.add(field+".day", RuleInvalidHours, "Kies een dag van de week.", "want 1 (Monday) to 7 (Sunday)")
		case !ok1:
			c.add(field+".opens", RuleInvalidHours, "Vul een uur in, zoals 08:30.", "want HH:mm")
		case !ok2:
			c.add(field+".until", RuleInvalidHours, "Vul een uur in, zoals 16:30. Middernacht is 24:00.", "want HH:mm, 24:00 at the latest")
		case until <= opens:
			c.add(field+".until", RuleInvalidHours, "Het einde ligt voor het begin. Voor een nacht: tot 24:00, en de volgende dag vanaf 00:00.", "want a time later than opens")
		case slices.ContainsFunc(hours[:i], func(o OpeningHours) bool { return o.Day == h.Day && o.Opens < h.Until && h.Opens < o.Until }):
			c.add(field, RuleOverlappingHours, "Deze uren vallen samen met andere uren van dezelfde dag.", "overlaps an earlier element")
		}
	}
	slices.SortStableFunc(hours, func(a, b OpeningHours) int {
		if a.Day != b.Day {
			return a.Day - b.Day
		}
		return strings.Compare(a.Opens, b.Opens)
	})
}

func (c *checker) absence(at string, a *Absence) {
	_, fromErr := ParseDay(string(a.From))
	_, untilErr := ParseDay(string(a.Until))
	switch {
	case a.From == "":
		c.add(at+".from", RuleRequired, "Vul de eerste dag van de afwezigheid in.", "must not be empty")
	case fromErr != nil:
		c.add(at+".from", RuleInvalidDay, "Deze dag bestaat niet.", "want an existing day written yyyy-MM-dd")
	}
	switch {
	case a.Until == "":
	case untilErr != nil:
		c.add(at+".until", RuleInvalidDay, "Deze dag bestaat niet.", "want an existing day written yyyy-MM-dd")
	case fromErr == nil && a.Until < a.From:
		c.add(at+".until", RuleUntilBeforeFrom, "De laatste dag ligt voor de eerste.", "must not lie before from")
	}
}

// together checks what concerns all contact points at once.
func (c *checker) together(points []ContactPoint) {
	var primaries int
	ids := map[string]int{}
	for i, p := range points {
		if first, taken := ids[p.ID]; taken && validID(p.ID) {
			c.add(fmt.Sprintf("contactPoints[%d].id", i), RuleDuplicate, "Dit aanspreekpunt staat er twee keer. Haal er een weg.", fmt.Sprintf("contactPoints[%d] has the same id", first))
		} else if !taken {
			ids[p.ID] = i
		}
		if p.Primary {
			primaries++
		}
	}
	if primaries != 1 {
		message := "Duid één vast aanspreekpunt (PLP 41) aan."
		if primaries > 1 {
			message = fmt.Sprintf("Er zijn %d vaste aanspreekpunten aangeduid. Duid er één aan.", primaries)
		}
		c.add("contactPoints", RuleOnePrimary, message, fmt.Sprintf("exactly one contact point must be primary, not %d", primaries))
	}
	for i, p := range points {
		if p.Absence == nil || p.Absence.Replacement == "" {
			continue
		}
		field := fmt.Sprintf("contactPoints[%d].absence.replacement", i)
		_, known := ids[p.Absence.Replacement]
		switch {
		case p.Absence.Replacement == p.ID:
			c.add(field, RuleOwnReplacement, "Iemand kan zichzelf niet vervangen. Kies een ander aanspreekpunt.", "must be another contact point")
		case !known:
			c.add(field, RuleUnknownReplacement, "De vervanger staat niet bij de aanspreekpunten. Kies een ander.", "no contact point with this id")
		case inCircle(points, ids, i):
			c.add(field, RuleReplacementCycle, "Deze vervangers verwijzen naar elkaar terwijl ze allemaal afwezig zijn. Kies iemand die er is.", "the replacements form a cycle in which everybody is away on the same day")
		}
	}
}

// inCircle tells whether the replacements that begin with point i come back to it while all of them are away on
// one day. Two who step in for each other in turn are no circle: that is how colleagues take their holidays.
func inCircle(points []ContactPoint, ids map[string]int, i int) bool {
	at := i
	from, until := Day(""), Day("9999-12-31")
	for range points {
		a := points[at].Absence
		if a == nil {
			return false
		}
		from = max(from, a.From)
		if a.Until != "" {
			until = min(until, a.Until)
		}
		next, known := ids[a.Replacement]
		if !known || from > until {
			return false
		}
		if next == i {
			return true
		}
		at = next
	}
	return false // a circle further on, which does not come back here
}

// protectNames refuses a name that is kept for schools where everybody reads: that would make it public by the
// back door. Names of one word are left alone: they are words that a role may hold.
func (c *checker) protectNames(p Profile) {
	var names [][]string
	for _, point := range p.ContactPoints {
		if w := nameWords(point.Name); point.NameVisibility != VisiblePublic && len(w) > 1 {
			names = append(names, w)
		}
	}
	if len(names) == 0 {
		return
	}
	check := func(field, text string) {
		words := nameWords(text)
		for _, name := range names {
			backwards := slices.Clone(name)
			slices.Reverse(backwards)
			if contains(words, name) || contains(words, backwards) {
				c.add(field, RuleProtectedNameInText, "Hier staat een naam die je alleen voor scholen bewaart. Iedereen leest dit veld: zet de naam alleen in het veld Naam.",
					"holds a name whose visibility is schools, in a public text")
				return
			}
		}
	}
	for i, point := range p.ContactPoints {
		at := fmt.Sprintf("contactPoints[%d]", i)
		check(at+".role", point.Role)
		for j, ph := range point.Phones {
			if ph.Visibility == VisiblePublic {
				check(fmt.Sprintf("%s.phones[%d].note", at, j), ph.Note)
			}
		}
		if point.AvailabilityPublic {
			check(at+".availability", point.Availability)
		}
	}
	for i, partner := range p.Partners {
		check(fmt.Sprintf("partners[%d].name", i), partner.Name)
	}
}

func nameWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !isWord(r) })
}

// contains tells whether words holds part, in one piece.
func contains(words, part []string) bool {
	for i := 0; i+len(part) <= len(words); i++ {
		if slices.Equal(words[i:i+len(part)], part) {
			return true
		}
	}
	return false
}

func (c *checker) size(p Profile) {
	data, err := json.Marshal(p)
	if err == nil && len(data) <= MaxProfileBytes-profileReserve {
		return
	}
	c.add("", RuleTooLarge, "Dit is te veel voor één politiezone. Haal aanspreekpunten of teksten weg.", fmt.Sprintf("more than %d bytes as JSON", MaxProfileBytes))
}

// profileReserve is room in a stored profile for what an input does not hold: version and moments.
const profileReserve = 200
