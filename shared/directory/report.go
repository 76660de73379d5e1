package directory

import (
	"cmp"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"
)

// ReportKind is what somebody found wrong with a zone's data.
type ReportKind string

// The kinds of reports.
const (
	ReportDeadNumber ReportKind = "deadNumber"
	ReportPersonLeft ReportKind = "personLeft"
	ReportWrongZone  ReportKind = "wrongZone"
	ReportOther      ReportKind = "other"
)

// ReportKinds lists them in the order in which the form offers them.
func ReportKinds() []ReportKind {
	return []ReportKind{ReportDeadNumber, ReportPersonLeft, ReportWrongZone, ReportOther}
}

// Label is the kind as people read it.
func (k ReportKind) Label() string {
	switch k {
	case ReportDeadNumber:
		return "Nummer werkt niet"
	case ReportPersonLeft:
		return "Persoon werkt er niet meer"
	case ReportWrongZone:
		return "Verkeerde zone"
	case ReportOther:
		return "Iets anders"
	}
	return string(k)
}

// How long a report lives, in calendar days of Brussels.
const (
	ReportDays       = 180 // after its arrival it is forgotten, whatever became of it
	ClosedReportDays = 30  // after its closing it is forgotten
	OverdueDays      = 14  // unanswered, before the administrators hear of it
)

// The longest texts of a report, in characters.
const (
	MaxReportLength = 500
	MaxAnswerLength = 500
)

// Report is somebody's word that a zone's data is wrong. Only the zone's police and administrators may see one.
// It is stored as JSON.
type Report struct {
	ID         string            `json:"id"`
	Zone       ZoneCode          `json:"zone"`
	Kind       ReportKind        `json:"kind"`
	Text       string            `json:"text,omitempty"`
	ReplyTo    string            `json:"replyTo,omitempty"`           // e-mail address of who reported, if they gave it
	School     InstitutionNumber `json:"institutionNumber,omitempty"` // on whose page it was reported
	ReportedAt time.Time         `json:"reportedAt"`
	ClosedAt   *time.Time        `json:"closedAt,omitempty"` // nil while it is open
	Answer     string            `json:"answer,omitempty"`   // what the police did about it
}

// ReportInput is a report as somebody writes it.
type ReportInput struct {
	Kind    ReportKind        `json:"kind"`
	Text    string            `json:"text,omitempty"`
	ReplyTo string            `json:"replyTo,omitempty"`
	School  InstitutionNumber `json:"institutionNumber,omitempty"`
}

// Check finds everything that is wrong with a report about a zone, and gives it as it would be stored. Whoever
// reports something else than a kind can tell must say what.
func (in ReportInput) Check(zone ZoneCode, schools Schools) (ReportInput, []Issue) {
	c := checker{}
	if !slices.Contains(ReportKinds(), in.Kind) {
		c.add("kind", RuleUnknownValue, "Kies wat er niet klopt.", fmt.Sprintf("want one of %q", ReportKinds()))
	}
	in.Text = c.told("text", in.Text, MaxReportLength, "Schrijf wat er niet klopt.", in.Kind == ReportOther,
		"Hier staat een telefoonnummer. Schrijf bij welk aanspreekpunt het staat, zonder het nummer zelf.",
		"Hier staat een e-mailadres. Zet je eigen adres in het veld eronder, en laat andere adressen weg.")
	in.ReplyTo = c.email("replyTo", in.ReplyTo, false)
	for i := range c.issues {
		if c.issues[i].Rule == RuleInvalidEmail {
			c.issues[i].Message = "Dit is geen e-mailadres. Schrijf het zoals secretariaat@school.example."
		}
	}
	if in.School != "" {
		school, ok := schools.School(in.School)
		switch {
		case !ok:
			c.add("institutionNumber", RuleUnknownSchool, "Deze school staat niet in onze lijst.", "no school has this number")
		case !slices.Contains(school.Zones(), zone):
			c.add("institutionNumber", RuleSchoolNotInZone, "Deze school ligt niet in deze politiezone.", "the school has no location in this zone")
		}
	}
	return in, c.issues
}

// told checks what somebody tells in a few lines. Numbers and addresses are refused: nobody chose who may see them.
func (c *checker) told(field, s string, most int, missing string, required bool, phone, email string) string {
	if !c.sound(field, s) {
		return s
	}
	s = tidy(s)
	switch n := utf8.RuneCountInString(s); {
	case s == "" && required:
		c.add(field, RuleRequired, missing, "must not be empty")
	case n > most:
		c.add(field, RuleTooLong, fmt.Sprintf("Maak dit korter: %d tekens, hoogstens %d kan.", n, most), fmt.Sprintf("%d characters, want at most %d", n, most))
	}
	if HoldsPhone(s) {
		c.add(field, RulePhoneInText, phone, "holds a phone number")
	}
	if HoldsEmail(s) {
		c.add(field, RuleEmailInText, email, "holds an e-mail address")
	}
	return s
}

// NewReport is a checked report that comes in. id must be new and impossible to guess.
func NewReport(id string, zone ZoneCode, in ReportInput, now time.Time) Report {
	return Report{ID: id, Zone: zone, Kind: in.Kind, Text: in.Text, ReplyTo: in.ReplyTo, School: in.School, ReportedAt: *moment(now)}
}

// CheckAnswer finds what is wrong with what the police say they did about a report, and gives it as it would be
// stored.
func CheckAnswer(answer string) (string, []Issue) {
	c := checker{}
	answer = c.told("answer", answer, MaxAnswerLength, "Schrijf kort wat je met de melding deed.", true,
		"Hier staat een telefoonnummer. Zet het bij het aanspreekpunt: daar kies je wie het ziet.",
		"Hier staat een e-mailadres. Zet het bij het aanspreekpunt: daar kies je wie het ziet.")
	return answer, c.issues
}

// Closed is the report with its answer.
func (r Report) Closed(answer string, now time.Time) Report {
	r.Answer, r.ClosedAt = answer, moment(now)
	return r
}

// Open tells whether the report still waits for an answer.
func (r Report) Open() bool { return r.ClosedAt == nil }

// ForgetAt is the moment from which nobody may read the report any more: the begin of a day.
func (r Report) ForgetAt() time.Time {
	at := daysAfter(r.ReportedAt, ReportDays)
	if r.ClosedAt != nil {
		if closed := daysAfter(*r.ClosedAt, ClosedReportDays); closed.Before(at) {
			at = closed
		}
	}
	return at
}

// Forgotten tells whether the report's time is over.
func (r Report) Forgotten(now time.Time) bool { return !now.Before(r.ForgetAt()) }

// Overdue tells whether the administrators should hear that nobody answers the report.
func (r Report) Overdue(now time.Time) bool {
	return r.Open() && !now.Before(daysAfter(r.ReportedAt, OverdueDays))
}

// daysAfter is the begin, in Brussels, of the nth day after a moment's own.
func daysAfter(t time.Time, n int) time.Time {
	y, m, d := t.In(Brussels).Date()
	return time.Date(y, m, d+n, 0, 0, 0, 0, Brussels).UTC()
}

// SortReports puts the open reports first, those that wait longest before the others, and then the closed ones, the
// latest first.
func SortReports(reports []Report) {
	slices.SortStableFunc(reports, func(a, b Report) int {
		switch {
		case a.Open() && b.Open():
			return cmp.Or(a.ReportedAt.Compare(b.ReportedAt), cmp.Compare(a.ID, b.ID))
		case a.Open():
			return -1
		case b.Open():
			return 1
		}
		return cmp.Or(b.ClosedAt.Compare(*a.ClosedAt), cmp.Compare(a.ID, b.ID))
	})
}

// ValidReportID tells whether an id has the shape of a report's: it becomes part of a key.
func ValidReportID(id string) bool {
	if len(id) < 20 || len(id) > 40 {
		return false
	}
	for i := range len(id) {
		if !lowerOrDigit(rune(id[i])) {
			return false
		}
	}
	return true
}
