package gateway

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

// BenchmarkAnswer is what this package adds to a handler, from event to answer and log line, for a page of 20 kB.
func BenchmarkAnswer(b *testing.B) {
	page := strings.Repeat("<li><a href=\"/zones/5910\">Politiezone Getevallei</a> (Tienen, Hoegaarden, Landen)</li>\n", 230)
	handlers := map[string]http.Handler{}
	for _, route := range Routes() {
		if route.Owner == "search" && route.Path != DefaultPath {
			handlers[route.Path] = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, page) })
		}
	}
	mux, err := Mux("search", handlers, Options{Log: slog.New(slog.NewJSONHandler(io.Discard, nil))})
	if err != nil {
		b.Fatal(err)
	}
	handler := Lambda(mux)
	for name, accept := range map[string]string{"plain": "", "gzip": "gzip"} {
		b.Run(name, func(b *testing.B) {
			e := event("GET", "/zones", "", map[string]string{"accept-encoding": accept})
			b.ReportAllocs()
			for b.Loop() {
				if got, err := handler(b.Context(), e); err != nil || got.StatusCode != 200 {
					b.Fatal(got.StatusCode, err)
				}
			}
		})
	}
}
