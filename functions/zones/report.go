package main

import (
	"context"
	"crypto/rand"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/idempotency"
	"aanspreekpunt/shared/mail"
)

// reportStore keeps what people report, and counts how often they do.
type reportStore interface {
	SaveReport(context.Context, directory.Report, *dynamo.Repeat) error
	CloseReport(context.Context, directory.Report, *dynamo.Repeat) error
	Report(ctx context.Context, code directory.ZoneCode, id string, now time.Time) (directory.Report, error)
	Reports(ctx context.Context, code directory.ZoneCode, now time.Time) ([]directory.Report, error)
	OpenReports(ctx context.Context, before, now time.Time) iter.Seq2[dynamo.StoredReport, error]
	Count(ctx context.Context, l dynamo.Limit, of string, now time.Time) (time.Duration, error)
	CountSource(ctx context.Context, l dynamo.Limit, address string, now time.Time) (time.Duration, error)
	NoticeSent(context.Context, directory.Report, dynamo.Notice, time.Time) error
}

// sender sends mails; *mail.Sender does.
type sender interface {
	Send(context.Context, mail.Message) error
}

// How many reports are taken. A whole school may come from one address.
var (
	reportsOfSource = dynamo.Limit{Name: "REPORTS-SOURCE", Most: 10, Window: time.Hour}
	reportsOfZone   = dynamo.Limit{Name: "REPORTS-ZONE", Most: 30, Window: 24 * time.Hour}
)

// reports lists a zone's reports to its police, and takes new ones from everybody.
func (s *service) reports() gateway.Handler {
	list := s.read(directory.SeeReports, s.listReports, gateway.PageParam(), gateway.PageSizeParam(200))
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.Method == http.MethodPost {
			return s.newReport(w, r)
		}
		return list(w, r)
	}
}

// received is what somebody who reported gets: nothing of what they wrote.
type received struct {
	ID         string             `json:"id"`
	Zone       directory.ZoneCode `json:"zone"`
	ReportedAt time.Time          `json:"reportedAt"`
}

func (s *service) newReport(w http.ResponseWriter, r *http.Request) error {
	gateway.Cache(w, gateway.NoStore)
	f, err := s.current(r)
	if err != nil {
		return err
	}
	who, err := s.verifier.OfAPI(r, f) // a visitor may, but nobody with a token that is not right
	if err != nil {
		return err
	}
	z, err := s.zoneOf(f, who, directory.ReportError, r.PathValue("code"))
	if err != nil {
		return err
	}
	if _, err := gateway.Params(r); err != nil {
		return err
	}
	body, err := gateway.ReadJSON(r, maxBody)
	if err != nil {
		return err
	}
	repeat, err := idempotency.Of(r, who.Subject, body)
	if err != nil {
		return err
	}
	if done, err := idempotency.Again(r.Context(), w, s.store, repeat, z.at); done || err != nil {
		return err
	}
	var in directory.ReportInput
	if err := gateway.DecodeJSON(body, &in, nil); err != nil {
		return err
	}
	checked, issues := in.Check(z.Code, f)
	if len(issues) > 0 {
		return gateway.BadRequest("The report cannot be taken like this", told(issues)...)
	}
	report := directory.NewReport(newReportID(), z.Code, checked, z.at)
	answer := dynamo.Repeat{Status: http.StatusCreated}
	if answer.Answer, err = gateway.JSON(received{report.ID, report.Zone, report.ReportedAt}); err != nil {
		return err
	}
	err = s.take(r, z, report, recorded(repeat, answer))
	if errors.Is(err, dynamo.ErrRepeated) {
		return s.answerAgain(w, r, z, repeat)
	}
	if err != nil {
		return err
	}
	return idempotency.Send(w, answer)
}

// take stores a report unless too many came in, and tells the zone.
func (s *service) take(r *http.Request, z zone, report directory.Report, repeat *dynamo.Repeat) error {
	ctx := r.Context()
	wait, err := s.store.CountSource(ctx, reportsOfSource, gateway.Source(r), z.at)
	if err == nil && wait == 0 {
		wait, err = s.store.Count(ctx, reportsOfZone, string(z.Code), z.at)
	}
	if err != nil {
		return unavailable(err)
	}
	if wait > 0 {
		return gateway.TooManyRequests(wait).InDutch("Er kwamen net te veel meldingen. Probeer het later opnieuw, of bel het onthaal van de politiezone.")
	}
	if err := s.store.SaveReport(ctx, report, repeat); err != nil {
		return unavailable(err)
	}
	gateway.Warn(ctx, s.tell(r, z, report))
	return nil
}

// tell mails the zone that a report came in. When that fails the report stands all the same, and functions/remind
// sends the mail within a day. The error says nothing of the report or the address.
func (s *service) tell(r *http.Request, z zone, report directory.Report) error {
	ctx := r.Context()
	z, err := s.load(ctx, z)
	if err != nil || len(z.profile.ManagementEmails()) == 0 {
		return err
	}
	open, err := s.openReports(ctx, z)
	if err != nil {
		return err
	}
	name := "Politiezone " + z.Name + " (" + string(z.Code) + ")"
	m := mail.ReportArrived(mail.Zone{Name: name, Count: open}, gateway.Link(r, "/beheer/zones/"+string(z.Code)+"/meldingen"))
	for _, m.To = range z.profile.ManagementEmails() {
		err = s.sender.Send(ctx, m)
		if errors.Is(err, mail.ErrOff) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return s.store.NoticeSent(ctx, report, dynamo.NoticeArrived, z.at)
}

// newReportID is impossible to guess: 130 random bits.
func newReportID() string { return strings.ToLower(rand.Text()) }

// recorded is what is kept for who repeats a request; nil for one without a key.
func recorded(repeat *dynamo.Repeat, answer dynamo.Repeat) *dynamo.Repeat {
	if repeat == nil {
		return nil
	}
	answer.ID, answer.Body = repeat.ID, repeat.Body
	return &answer
}

// answerAgain answers a request that came twice at the same moment as the first of the two was answered.
func (s *service) answerAgain(w http.ResponseWriter, r *http.Request, z zone, repeat *dynamo.Repeat) error {
	done, err := idempotency.Again(r.Context(), w, s.store, repeat, z.at)
	if !done && err == nil { // it ran out between the two
		err = gateway.Unavailable(errors.New("the recorded answer is gone"))
	}
	return err
}

// reportItem is a report as the API shows it.
type reportItem struct {
	Href string `json:"href"`
	directory.Report
	ForgottenAt time.Time `json:"forgottenAt"`
}

func reportItemOf(r *http.Request, z zone, report directory.Report) reportItem {
	return reportItem{gateway.Link(r, "/api/v1/zones/"+string(z.Code)+"/reports/"+report.ID), report, report.ForgetAt()}
}

func (s *service) listReports(w http.ResponseWriter, r *http.Request, z zone, v gateway.Values) error {
	all, err := s.reportsOf(r.Context(), z)
	if err != nil {
		return err
	}
	page, size := v.Int("page"), v.Int("pageSize")
	items := []reportItem{}
	for _, report := range all[min((page-1)*size, len(all)):min(page*size, len(all))] {
		items = append(items, reportItemOf(r, z, report))
	}
	return gateway.WriteJSON(w, r, http.StatusOK, struct {
		gateway.Collection
		Items []reportItem `json:"items"`
	}{gateway.CollectionOf(r, url.Values{}, page, size, len(all)), items})
}

// reportOf reads the report that a request is about.
func (s *service) reportOf(ctx context.Context, z zone, id string) (directory.Report, error) {
	missing := gateway.NotFound("The zone has no such report").InDutch("Deze melding bestaat niet, of ze is intussen gewist.")
	if !directory.ValidReportID(id) {
		return directory.Report{}, missing
	}
	for _, code := range append([]directory.ZoneCode{z.Code}, z.ended()...) {
		report, err := s.store.Report(ctx, code, id, z.at)
		if !errors.Is(err, dynamo.ErrNotFound) {
			return report, unavailable(err)
		}
	}
	return directory.Report{}, missing
}

// reportsOf lists the reports of a zone, and of the zones that ended in it: open ones first, each newest first.
func (s *service) reportsOf(ctx context.Context, z zone) ([]directory.Report, error) {
	all, err := s.store.Reports(ctx, z.Code, z.at)
	for _, code := range z.ended() {
		if err == nil {
			var more []directory.Report
			more, err = s.store.Reports(ctx, code, z.at)
			all = append(all, more...)
			slices.SortStableFunc(all, func(a, b directory.Report) int {
				if a.Open() != b.Open() {
					return map[bool]int{true: -1, false: 1}[a.Open()]
				}
				return b.ReportedAt.Compare(a.ReportedAt)
			})
		}
	}
	return all, unavailable(err)
}

func (s *service) showReport(w http.ResponseWriter, r *http.Request, z zone, _ gateway.Values) error {
	report, err := s.reportOf(r.Context(), z, r.PathValue("id"))
	if err != nil {
		return err
	}
	return gateway.WriteJSON(w, r, http.StatusOK, reportItemOf(r, z, report))
}

// closeReport answers a report and closes it.
func (s *service) closeReport(w http.ResponseWriter, r *http.Request) error {
	gateway.Cache(w, gateway.Private)
	z, err := s.admitted(r, directory.CloseReports)
	if err != nil {
		return err
	}
	if _, err := gateway.Params(r); err != nil {
		return err
	}
	body, err := gateway.ReadJSON(r, maxBody)
	if err != nil {
		return err
	}
	repeat, err := idempotency.Of(r, z.who.Subject, body)
	if err != nil {
		return err
	}
	if done, err := idempotency.Again(r.Context(), w, s.store, repeat, z.at); done || err != nil {
		return err
	}
	var in struct {
		Answer string `json:"answer"`
	}
	if len(body) > 0 {
		if err := gateway.DecodeJSON(body, &in, nil); err != nil {
			return err
		}
	}
	var text string
	if in.Answer != "" { // the page asks people for one; a program may have nothing to say
		var issues []directory.Issue
		if text, issues = directory.CheckAnswer(in.Answer); len(issues) > 0 {
			return gateway.BadRequest("The report cannot be closed like this", told(issues)...)
		}
	}
	report, err := s.reportOf(r.Context(), z, r.PathValue("id"))
	if err != nil {
		return err
	}
	closed := report.Closed(text, z.at)
	answer := dynamo.Repeat{Status: http.StatusOK}
	if answer.Answer, err = gateway.JSON(reportItemOf(r, z, closed)); err != nil {
		return err
	}
	err = s.close(r.Context(), report, closed, recorded(repeat, answer))
	if errors.Is(err, dynamo.ErrRepeated) {
		return s.answerAgain(w, r, z, repeat)
	}
	if err != nil {
		return err
	}
	return idempotency.Send(w, answer)
}

// close stores a closed report, once.
func (s *service) close(ctx context.Context, report, closed directory.Report, repeat *dynamo.Repeat) error {
	err := dynamo.ErrStale
	if report.Open() {
		err = s.store.CloseReport(ctx, closed, repeat)
	}
	if errors.Is(err, dynamo.ErrStale) {
		return gateway.Conflict("reportClosed", "Report Closed", "Somebody closed this report before").
			InDutch("Iemand anders sloot deze melding intussen af.")
	}
	return unavailable(err)
}

// openReports counts the reports that wait for an answer: "Er staan 2 meldingen open."
func (s *service) openReports(ctx context.Context, z zone) (int, error) {
	all, err := s.reportsOf(ctx, z)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, report := range all {
		if report.Open() {
			n++
		}
	}
	return n, nil
}
