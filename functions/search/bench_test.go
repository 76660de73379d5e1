package main

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"aanspreekpunt/infra/demonstration"
)

// What a warm instance adds to the DynamoDB call, gateway and compression included: the store of these
// benchmarks answers at once. The bound is one millisecond.
func BenchmarkAnswer(b *testing.B) {
	for name, path := range map[string]string{
		"page=home":         "/",
		"page=results":      "/zoeken?q=regenboog",
		"page=sideBySide":   "/zoeken?q=3470",
		"page=school":       "/scholen/" + string(demonstration.TienenSecondary),
		"page=zone":         "/zones/5910",
		"page=zones":        "/zones",
		"page=municipality": "/gemeenten/24107",
		"api=search":        "/api/v1/search?q=regenboog",
		"api=suggestions":   "/api/v1/suggestions?q=regen",
		"api=zone":          "/api/v1/zones/5910",
		"api=zones":         "/api/v1/zones?pageSize=200",
	} {
		b.Run(name, func(b *testing.B) {
			s := newSystem(b)
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Header.Set("Accept-Encoding", "gzip")
			var sent int
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				sent = w.Body.Len()
				if w.Code != http.StatusOK {
					b.Fatal(strconv.Itoa(w.Code))
				}
			}
			b.ReportMetric(float64(sent), "bytes-sent")
		})
	}
}

// What the first page of an instance pays for its templates.
func BenchmarkParseTemplates(b *testing.B) {
	s := newSystem(b)
	r := httptest.NewRequest(http.MethodGet, "/zones/5910", nil)
	for b.Loop() {
		zoneTemplate = page("zone")
		s.ServeHTTP(httptest.NewRecorder(), r)
	}
}
