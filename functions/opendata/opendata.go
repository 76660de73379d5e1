package main

import (
	"encoding/csv"
	"errors"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/publication"
	"aanspreekpunt/shared/site"
)

// formats are the templates' own functions.
var formats = template.FuncMap{"size": sizeWords, "kind": kindWords}

var openDataTemplate = site.New(files, formats, "opendata.gohtml", "files.gohtml")

// openDataView is what the page shows.
type openDataView struct {
	Edition     publication.Edition // without a name while nothing is published
	Description string
	Sample      string // the head and the first lines of SampleOf
	SampleOf    string
	Dates       []directory.Day // kept, the newest first
	LicenseName string
	LicenseURL  string
	Base        string // of the service, without a slash at its end
}

// openDataPage shows GET /opendata.
func (s *service) openDataPage(w http.ResponseWriter, r *http.Request) error {
	f, who, err := s.visit(r)
	if err != nil {
		return err
	}
	m, _, err := s.published.Manifest(r.Context())
	if err != nil && !errors.Is(err, publication.ErrNone) {
		return gateway.Unavailable(err)
	}
	// The frame says once what the files, which go their own way, each say of themselves.
	for i, file := range m.Current.Files {
		m.Current.Files[i].Title = strings.TrimPrefix(file.Title, publication.DemonstrationMark)
		m.Current.Files[i].Description = strings.TrimPrefix(file.Description, publication.DemonstrationNote+" ")
	}
	view := openDataView{Edition: m.Current, LicenseName: publication.LicenseTitle, LicenseURL: publication.LicenseURL, Base: gateway.BaseURL(r)}
	_, view.Description = publication.Texts(false, false)
	for _, d := range slices.Backward(m.Dates) {
		view.Dates = append(view.Dates, d.Date)
	}
	if i := slices.IndexFunc(m.Current.Files, func(f publication.File) bool { return f.Name == sampleFile }); i >= 0 {
		if view.Sample, err = s.sample(r, m.Current); err != nil {
			gateway.Warn(r.Context(), err) // the page does without
		} else {
			view.SampleOf = sampleFile
		}
	}
	p := site.Page{Title: "Open data", Description: "De openbare gegevens van Aanspreekpunt om zelf te gebruiken: bestanden en een API, gratis en zonder aanmelden."}
	return s.page(w, r, http.StatusOK, openDataTemplate, p, f, who, view)
}

// The sample is the head and five lines of the file that most come for.
const (
	sampleFile  = "contact-points.csv"
	sampleLines = 6
	sampleBytes = 64 << 10 // more than six lines ever take
)

// sample reads the beginning of a file.
func (s *service) sample(r *http.Request, e publication.Edition) (string, error) {
	body, err := s.published.Open(r.Context(), e, sampleFile)
	if err != nil {
		return "", err
	}
	defer body.Close()
	data, err := io.ReadAll(io.LimitReader(body, sampleBytes))
	if err != nil {
		return "", err
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	lines := csv.NewReader(strings.NewReader(text)) // a line may be broken within quotes
	lines.LazyQuotes, lines.FieldsPerRecord = true, -1
	end := 0
	for range sampleLines {
		if _, err := lines.Read(); err != nil {
			break // shorter than the sample
		}
		end = int(lines.InputOffset())
	}
	return strings.ReplaceAll(strings.TrimRight(text[:end], "\r\n"), "\r\n", "\n"), nil
}
