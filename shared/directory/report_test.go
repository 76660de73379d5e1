package directory

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// twoZones has one school, with locations in two zones.
type twoZones struct{}

func (twoZones) School(n InstitutionNumber) (School, bool) {
	return School{Number: n, Locations: []Location{{Number: 1, Zone: "5910"}, {Number: 2, Zone: "5388"}}}, n == "012345"
}

func TestCheckOfReports(t *testing.T) {
	long := strings.Repeat("é", MaxReportLength)
	for _, c := range []struct {
		name  string
		zone  ZoneCode
		in    ReportInput
		rules string // field:rule, apart by spaces
	}{
		{"a kind is enough", "5910", ReportInput{Kind: ReportDeadNumber}, ""},
		{"everything", "5910", ReportInput{ReportPersonLeft, "De jeugdinspecteur is sinds 1 september 2026 weg.", "secretariaat@school.example", "012345"}, ""},
		{"the school's other zone", "5388", ReportInput{Kind: ReportWrongZone, School: "012345"}, ""},
		{"nothing", "5910", ReportInput{}, "kind:unknownValue"},
		{"something else, but what", "5910", ReportInput{Kind: ReportOther, Text: " \n\u200b "}, "text:required"},
		{"a kind that nobody offers", "5910", ReportInput{Kind: "crime"}, "kind:unknownValue"},
		{"as long as can be", "5910", ReportInput{Kind: ReportOther, Text: long}, ""},
		{"one sign longer", "5910", ReportInput{Kind: ReportOther, Text: long + "é"}, "text:tooLong"},
		{"a number", "5910", ReportInput{Kind: ReportDeadNumber, Text: "0470 12 34 56 werkt niet"}, "text:phoneInText"},
		{"an address", "5910", ReportInput{Kind: ReportOther, Text: "Mail naar jan(at)politie.example"}, "text:emailInText"},
		{"no address", "5910", ReportInput{Kind: ReportOther, Text: "x", ReplyTo: "jan"}, "replyTo:invalidEmail"},
		{"an address that brings a header along", "5910", ReportInput{Kind: ReportDeadNumber, ReplyTo: "a@b.example\r\nBcc: c@d.example"}, "replyTo:invalidEmail"},
		{"broken text", "5910", ReportInput{Kind: ReportOther, Text: "a\x00b"}, "text:invalidCharacter"},
		{"a school that does not exist", "5910", ReportInput{Kind: ReportDeadNumber, School: "999999"}, "institutionNumber:unknownSchool"},
		{"a school elsewhere", "5341", ReportInput{Kind: ReportDeadNumber, School: "012345"}, "institutionNumber:schoolNotInZone"},
		{"all at once", "5341", ReportInput{"", "0470 12 34 56, a@b.example", "x", "012345"},
			"kind:unknownValue text:phoneInText text:emailInText replyTo:invalidEmail institutionNumber:schoolNotInZone"},
	} {
		_, issues := c.in.Check(c.zone, twoZones{})
		var got []string
		for _, i := range issues {
			got = append(got, i.Field+":"+string(i.Rule))
			if i.Message == "" || i.Detail == "" {
				t.Errorf("%s: %s says nothing", c.name, i.Field)
			}
		}
		if strings.Join(got, " ") != c.rules {
			t.Errorf("%s: got %q, want %q", c.name, got, c.rules)
		}
	}
	checked, _ := ReportInput{Kind: ReportOther, Text: " Twee\r\n regels\u202e ", ReplyTo: " A@School.Example "}.Check("5910", twoZones{})
	if checked.Text != "Twee regels" || checked.ReplyTo != "A@school.example" {
		t.Errorf("stored as %+v", checked)
	}
}

func TestCheckOfAnswers(t *testing.T) {
	for answer, rule := range map[string]Rule{
		"Nummer aangepast.":          "",
		"  ":                         RuleRequired,
		"Bel voortaan 016 66 55 11.": RulePhoneInText,
		"Mail a@b.example":           RuleEmailInText,
		strings.Repeat("a", 501):     RuleTooLong,
	} {
		got, issues := CheckAnswer(answer)
		if rule == "" && (len(issues) > 0 || got != answer) || rule != "" && (len(issues) != 1 || issues[0].Rule != rule || issues[0].Field != "answer") {
			t.Errorf("%.20q: got %q, %+v", answer, got, issues)
		}
	}
}

func brussels(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, Brussels)
	if err != nil {
		panic(err)
	}
	return t
}

func TestWhenReportsAreForgottenAndOverdue(t *testing.T) {
	r := NewReport("id", "5910", ReportInput{Kind: ReportDeadNumber}, brussels("2026-03-01 23:50")) // summer time begins in between
	if at := brussels("2026-03-15 00:00"); r.Overdue(at.Add(-time.Second)) || !r.Overdue(at) {
		t.Error("not overdue from the fourteenth day on")
	}
	if at := brussels("2026-08-28 00:00"); r.Forgotten(at.Add(-time.Second)) || !r.Forgotten(at) {
		t.Errorf("forgotten at %s", r.ForgetAt())
	}
	closed := r.Closed("Aangepast.", brussels("2026-03-20 10:00"))
	if at := brussels("2026-04-19 00:00"); closed.Forgotten(at.Add(-time.Second)) || !closed.Forgotten(at) {
		t.Errorf("closed: forgotten at %s", closed.ForgetAt())
	}
	if closed.Overdue(brussels("2026-04-18 00:00")) || closed.Open() || !r.Open() {
		t.Error("a closed report is overdue, or closing changed the report it was made from")
	}
	late := r.Closed("Aangepast.", brussels("2026-08-27 10:00"))
	if !late.ForgetAt().Equal(r.ForgetAt()) {
		t.Errorf("closed on its last day: forgotten at %s, want at %s", late.ForgetAt(), r.ForgetAt())
	}
}

func TestReportsNeverOutliveTheirTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		reported := time.Unix(rapid.Int64Range(1.7e9, 2e9).Draw(t, "reported"), 0)
		r := NewReport("id", "5910", ReportInput{}, reported)
		wait := time.Duration(rapid.Int64Range(0, int64(ReportDays*24*time.Hour)).Draw(t, "wait"))
		closed := r.Closed("x", reported.Add(wait))
		if r.ForgetAt().Sub(reported) > (ReportDays*24+1)*time.Hour || closed.ForgetAt().After(r.ForgetAt()) ||
			closed.ForgetAt().Sub(*closed.ClosedAt) > (ClosedReportDays*24+1)*time.Hour {
			t.Fatalf("reported %s, closed %s: forgotten %s", reported, closed.ClosedAt, closed.ForgetAt())
		}
	})
}

func TestOrderOfReports(t *testing.T) {
	at := func(day int) time.Time { return time.Date(2026, 11, day, 12, 0, 0, 0, time.UTC) }
	report := func(id string, reported int) Report {
		return NewReport(id, "5910", ReportInput{Kind: ReportOther}, at(reported))
	}
	reports := []Report{report("closed-early", 1).Closed("x", at(5)), report("open-late", 4), report("closed-late", 2).Closed("x", at(6)), report("open-early", 3)}
	SortReports(reports)
	var got []string
	for _, r := range reports {
		got = append(got, r.ID)
	}
	if want := []string{"open-early", "open-late", "closed-late", "closed-early"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEveryKindOfReportHasWords(t *testing.T) {
	for _, k := range ReportKinds() {
		if k.Label() == string(k) {
			t.Errorf("%s has no words", k)
		}
	}
}
