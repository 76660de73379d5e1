package main

import (
	"crypto/rand"
	"embed"
	"errors"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/idempotency"
	"aanspreekpunt/shared/site"
)

//go:embed report.gohtml reports.gohtml
var reportFiles embed.FS

var (
	reportTemplate  = site.New(reportFiles, nil, "report.gohtml")
	reportsTemplate = site.New(reportFiles, template.FuncMap{"closing": closingOf}, "reports.gohtml")
)

// closing is the form in which a report is answered and closed.
type closing struct {
	Action, ID, Kind, Typed, Error string
	Most                           int
}

// closingOf is the form for a report of a page, with what was typed when that could not be kept. Without an id it is
// the form of somebody who was signed out, who sees nothing but their own words.
func closingOf(p reportsPage, id, kind string) closing {
	c := closing{Action: p.Action, ID: id, Kind: kind, Most: p.Most}
	if id == "" || id == p.ID {
		c.ID, c.Typed, c.Error = p.ID, p.Answer, p.Error
	}
	return c
}

// The texts of these pages that stand in no template.
const (
	reportTitle     = "Fout in deze gegevens melden"
	tryAgain        = "Dat lukte nu niet, en dat ligt aan ons. Je tekst staat er nog. Probeer het over enkele ogenblikken opnieuw."
	closedMeanwhile = "Iemand anders sloot deze melding intussen af. Je antwoord is niet bewaard: "
	gone            = "Deze melding bestaat niet meer. Je antwoord is niet bewaard: "
)

// reportForm is the largest form of these pages in bytes: a browser writes a sign of 500 in up to twelve.
const reportForm = 16_000

// formOf reads a form that a page of ours sent.
func formOf(r *http.Request) (url.Values, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, reportForm+1))
	if err != nil {
		return nil, gateway.BadRequest("The form cannot be read")
	}
	if len(body) > reportForm {
		return nil, gateway.PayloadTooLarge(reportForm).InDutch("Dit is te veel tekst. Hou het kort.")
	}
	values, _ := url.ParseQuery(string(body)) // what can be read of it; the rest is missing, and asked for again
	return values, nil
}

// reportPage is the form on which everybody reports wrong data, or the thanks for it.
type reportPage struct {
	Action  string
	Zone    string // with its municipalities
	School  *directory.School
	Back    string
	Kinds   []directory.ReportKind
	Most    int
	In      directory.ReportInput
	Key     string // makes the form count once, however often it is sent
	Errors  []directory.Issue
	Trouble string // why nothing was sent, when that is nobody's mistake
	Sent    bool
}

// Error is what is wrong with a field; "" when nothing is.
func (p reportPage) Error(field string) string { return messageOf(p.Errors, field) }

func messageOf(issues []directory.Issue, field string) string {
	var all []string
	for _, issue := range issues {
		if issue.Field == field {
			all = append(all, issue.Message)
		}
	}
	return strings.Join(all, " ")
}

// errorTitle puts the number of errors before a page's title.
func errorTitle(n int, title string) string {
	if n == 0 {
		return title
	}
	return site.Count(n, "fout", "fouten") + " · " + title
}

// reportErrorPage is where everybody reports wrong data of a zone.
func (s *service) reportErrorPage(w http.ResponseWriter, r *http.Request) error {
	gateway.Cache(w, gateway.Private)
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	z, err := s.zoneOf(v.facts, v.who, directory.ReportError, r.PathValue("code"))
	if err != nil {
		return toSuccessor(w, r, err)
	}
	values, form := r.URL.Query(), url.Values{}
	if r.Method == http.MethodPost {
		if form, err = formOf(r); err != nil {
			return err
		}
		values = form
	}
	page := reportPage{Action: r.URL.Path, Zone: z.label(), Back: "/zones/" + string(z.Code),
		Kinds: directory.ReportKinds(), Most: directory.MaxReportLength, Sent: values.Get("verstuurd") != "" && r.Method != http.MethodPost}
	// A school that is not there, or elsewhere, is no reason to refuse a report that somebody took the time to write.
	number := directory.InstitutionNumber(values.Get("school"))
	if school, ok := v.facts.School(number); ok && lies(school, z.Code) {
		page.School, page.Back, page.In.School = &school, "/scholen/"+string(number), number
	}
	show := func(status int) error {
		title := errorTitle(len(page.Errors), reportTitle)
		if page.Sent {
			title = "Bedankt · " + title
		}
		return s.show(w, r, status, reportTemplate, title, z.visit(), page)
	}
	if r.Method != http.MethodPost {
		page.Key = rand.Text()
		return show(http.StatusOK)
	}
	page.In.Kind, page.In.Text, page.In.ReplyTo = directory.ReportKind(form.Get("kind")), form.Get("text"), form.Get("replyTo")
	if page.Key = form.Get("sleutel"); page.Key == "" || len(page.Key) > idempotency.MaxKeyLength {
		page.Key = rand.Text()
	}
	checked, issues := page.In.Check(z.Code, v.facts)
	if page.Errors = issues; len(issues) > 0 {
		return show(http.StatusBadRequest)
	}
	// The key is the form's own. Somebody who goes back and writes something else has another report.
	once := page.Key + " " + dynamo.BodyHash([]byte(form.Encode()))
	repeat := &dynamo.Repeat{ID: dynamo.RepeatID(v.who.Subject, r.Method, r.URL.Path, once), Status: http.StatusSeeOther}
	err = s.take(r, z, directory.NewReport(newReportID(), z.Code, checked, z.at), repeat)
	if problem, ok := errors.AsType[*gateway.Problem](err); ok && (problem.Status == http.StatusTooManyRequests || problem.Status == http.StatusServiceUnavailable) {
		gateway.Warn(r.Context(), problem.Unwrap())
		if page.Trouble = problem.Dutch; page.Trouble == "" {
			page.Trouble = tryAgain
		}
		w.Header().Set("Retry-After", problem.Header.Get("Retry-After"))
		return show(problem.Status)
	}
	if err != nil && !errors.Is(err, dynamo.ErrRepeated) {
		return err
	}
	done := url.Values{"verstuurd": {"1"}}
	if page.School != nil {
		done.Set("school", string(number))
	}
	gateway.Redirect(w, r, r.URL.Path+"?"+done.Encode(), http.StatusSeeOther)
	return nil
}

func lies(school directory.School, in directory.ZoneCode) bool {
	for _, code := range school.Zones() {
		if code == in {
			return true
		}
	}
	return false
}

// reportsPage is a page of a zone's reports, as its police see them.
type reportsPage struct {
	Action  string
	Zone    string
	Code    directory.ZoneCode
	Open    string // "Er staan 2 meldingen open."
	Reports []reportRow
	Most    int
	Prev    string
	Next    string
	Page    int
	Pages   int
	Closed  bool   // one was closed just now
	Trouble string // why an answer was not kept
	Answer  string // that was not kept
	ID      string // of the report that it was for
	SignIn  string // where one signs in again; then there are no reports here
	Error   string // what is wrong with the answer
}

// reportRow is a report in the list.
type reportRow struct {
	directory.Report
	Reported   string // "23 november 2026 (vandaag)"
	ClosedOn   string
	Forgotten  string // the day on which it is forgotten
	SchoolName string
}

// reportsPerPage is how many reports a page shows.
const reportsPerPage = 20

// reportsWords says how many reports are open: "Er staan 2 meldingen open.", and nothing for none.
func reportsWords(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "Er staat 1 melding open."
	}
	return "Er staan " + site.Count(n, "melding", "meldingen") + " open."
}

// managedReportsPage lists a zone's reports to its police, who answer and close them there.
func (s *service) managedReportsPage(w http.ResponseWriter, r *http.Request) error {
	gateway.Cache(w, gateway.Private)
	v, err := s.visitor(r)
	if err != nil {
		return err
	}
	page := reportsPage{Action: r.URL.Path, Most: directory.MaxAnswerLength}
	if r.Method == http.MethodPost {
		form, err := formOf(r)
		if err != nil {
			return err
		}
		page.ID, page.Answer = form.Get("melding"), form.Get("answer")
	}
	show := func(status, errors int) error {
		return s.show(w, r, status, reportsTemplate, errorTitle(errors, "Meldingen"), v, page)
	}
	if !v.who.SignedIn() {
		page.SignIn = site.SignIn(r)
		if r.Method != http.MethodPost {
			gateway.Redirect(w, r, page.SignIn, http.StatusSeeOther)
			return nil
		}
		page.Trouble = site.SignedOut
		return show(http.StatusUnauthorized, 0)
	}
	z, err := s.zoneOf(v.facts, v.who, directory.SeeReports, r.PathValue("code"))
	if err != nil {
		return toSuccessor(w, r, err)
	}
	status, errs := http.StatusOK, 0
	if r.Method == http.MethodPost {
		answer, issues := directory.CheckAnswer(page.Answer)
		if page.Error = messageOf(issues, "answer"); page.Error != "" {
			status, errs = http.StatusBadRequest, len(issues)
		} else if status, page.Trouble, err = s.closeOnPage(r, z, page.ID, answer); err != nil {
			return err
		} else if status == http.StatusSeeOther {
			gateway.Redirect(w, r, r.URL.Path+"?gesloten=1", status)
			return nil
		}
	}
	reports, err := s.reportsOf(r.Context(), z)
	if err != nil {
		return err
	}
	page.fill(r, z, reports)
	return show(status, errs)
}

// closeOnPage closes a report. What stands in the way is told in words, and with a status of its own.
func (s *service) closeOnPage(r *http.Request, z zone, id, answer string) (status int, trouble string, err error) {
	if !z.who.May(directory.CloseReports, z.Code) {
		return 0, "", gateway.MissingPermission("Only the police of this zone and administrators may do this")
	}
	report, err := s.reportOf(r.Context(), z, id)
	if err == nil {
		err = s.close(r.Context(), report, report.Closed(answer, z.at), nil)
	}
	problem, ok := errors.AsType[*gateway.Problem](err)
	switch {
	case err == nil:
		return http.StatusSeeOther, "", nil
	case ok && problem.Status == http.StatusConflict:
		return problem.Status, closedMeanwhile, nil
	case ok && problem.Status == http.StatusNotFound:
		return problem.Status, gone, nil
	}
	return 0, "", err
}

// fill puts the reports of one page of the list into the page.
func (p *reportsPage) fill(r *http.Request, z zone, reports []directory.Report) {
	p.Zone, p.Code = z.label(), z.Code
	p.Closed = r.URL.Query().Get("gesloten") != "" && r.Method != http.MethodPost
	open := 0
	for _, report := range reports {
		if report.Open() {
			open++
		}
	}
	p.Open = reportsWords(open)
	p.Pages = max(1, (len(reports)+reportsPerPage-1)/reportsPerPage)
	p.Page, _ = strconv.Atoi(r.URL.Query().Get("page"))
	p.Page = min(max(1, p.Page), p.Pages)
	if p.Error != "" { // the report that the answer is for, wherever it stands
		for i, report := range reports {
			if report.ID == p.ID {
				p.Page = i/reportsPerPage + 1
			}
		}
	}
	if p.Page > 1 {
		p.Prev = p.Action + "?page=" + strconv.Itoa(p.Page-1)
	}
	if p.Page < p.Pages {
		p.Next = p.Action + "?page=" + strconv.Itoa(p.Page+1)
	}
	for _, report := range reports[(p.Page-1)*reportsPerPage : min(p.Page*reportsPerPage, len(reports))] {
		row := reportRow{Report: report, Reported: site.Date(report.ReportedAt) + " (" + site.Ago(report.ReportedAt, z.at) + ")", Forgotten: site.Date(report.ForgetAt())}
		if report.ClosedAt != nil {
			row.ClosedOn = site.Date(*report.ClosedAt)
		}
		if school, ok := z.facts.School(report.School); ok {
			row.SchoolName = school.Name
		}
		p.Reports = append(p.Reports, row)
	}
}
