package system

import (
	_ "embed"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"aanspreekpunt/infra/local/front"
	"aanspreekpunt/infra/local/lambda"
	system "aanspreekpunt/infra/local/template"
)

//go:embed dev.gohtml
var devText string

var devPage = template.Must(template.New("dev").Parse(devText))

// dev serves what only the local system has: a page that says what runs, and calls to functions.
func (s *System) dev() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /dev/{$}", s.showDev)
	mux.HandleFunc("POST /dev/invoke/{function}", s.devInvoke)
	mux.HandleFunc("POST /dev/token", s.issuer.ServeToken)
	mux.HandleFunc("GET /dev/mail", s.mailbox.show)
	// A page of another site that is open in the developer's browser must not call functions here.
	return http.NewCrossOriginProtection().Handler(mux)
}

type devFunction struct {
	system.Function
	Running bool
	lambda.Status
}

func (s *System) showDev(w http.ResponseWriter, _ *http.Request) {
	view := struct {
		URL, DynamoDB, S3 string
		Issuer, Region    string
		Uploads, Now      string
		ServicesOnly      bool
		Functions         []devFunction
		Tables            []string
		Buckets           []system.Bucket
	}{URL: s.url, DynamoDB: s.dynamoDB, S3: s.s3, Issuer: s.issuerURL, Region: system.Region, ServicesOnly: s.options.ServicesOnly, Buckets: s.template.Buckets,
		Uploads: s.Environment(loader)["UPLOAD_BUCKET"], Now: time.Now().UTC().Format(time.RFC3339)}
	for _, t := range s.template.Tables {
		view.Tables = append(view.Tables, *t.Definition.TableName)
	}
	for _, f := range s.template.Functions {
		shown := devFunction{Function: f}
		if running, err := s.function(f.Name); err == nil {
			shown.Running, shown.Status = true, running.Status()
		}
		view.Functions = append(view.Functions, shown)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	_ = devPage.Execute(w, view)
}

// devInvoke calls a function: 200 and its result, or 502 and its error. An empty body stands for the event of the
// function's schedule, now.
func (s *System) devInvoke(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("function")
	i := slices.IndexFunc(s.template.Functions, func(f system.Function) bool { return f.Name == name })
	if _, err := s.function(name); i < 0 || err != nil {
		answerDev(w, http.StatusNotFound, &InvokeError{Type: "ResourceNotFoundException", Message: "no function " + name + " runs here"})
		return
	}
	event, err := io.ReadAll(http.MaxBytesReader(w, r.Body, front.MaxBodyBytes))
	if err != nil {
		answerDev(w, http.StatusRequestEntityTooLarge, &InvokeError{Type: "RequestEntityTooLargeException", Message: err.Error()})
		return
	}
	if len(event) == 0 {
		schedules := s.template.Functions[i].Schedules
		if len(schedules) == 0 {
			answerDev(w, http.StatusBadRequest, &InvokeError{Type: "InvalidRequestContentException", Message: name + " has no schedule: send an event"})
			return
		}
		event = schedules[0].Event(time.Now())
	}
	if !json.Valid(event) {
		answerDev(w, http.StatusBadRequest, &InvokeError{Type: "InvalidRequestContentException", Message: "the event is not JSON"})
		return
	}
	result, err := s.Invoke(r.Context(), name, event)
	if err != nil {
		failed, is := errors.AsType[*InvokeError](err)
		if !is {
			failed = &InvokeError{Type: "ServiceException", Message: err.Error()}
		}
		answerDev(w, http.StatusBadGateway, failed)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(result)
}

// lambdaPath is the endpoint that stands in for Lambda's API, by which one function calls another.
const lambdaPath = "/dev/lambda"

// callFunction answers Lambda's Invoke as functions use it: they wait for the result.
func (s *System) callFunction(w http.ResponseWriter, r *http.Request) {
	i := slices.IndexFunc(s.template.Functions, func(f system.Function) bool { return strings.HasSuffix(r.PathValue("name"), "-"+f.Name) })
	if !strings.Contains(r.Header.Get("Authorization"), "/lambda/aws4_request") || i < 0 {
		answerDev(w, http.StatusNotFound, &InvokeError{Type: "ResourceNotFoundException", Message: "no such function, or the call is not signed"})
		return
	}
	event, err := io.ReadAll(http.MaxBytesReader(w, r.Body, front.MaxBodyBytes))
	if err != nil {
		answerDev(w, http.StatusRequestEntityTooLarge, &InvokeError{Type: "RequestTooLargeException", Message: err.Error()})
		return
	}
	result, err := s.Invoke(r.Context(), s.template.Functions[i].Name, event)
	if failed, is := errors.AsType[*InvokeError](err); is {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		answerDev(w, http.StatusOK, failed)
		return
	}
	if err != nil {
		answerDev(w, http.StatusInternalServerError, &InvokeError{Type: "ServiceException", Message: err.Error()})
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(result)
}

func answerDev(w http.ResponseWriter, status int, e *InvokeError) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(e)
}
