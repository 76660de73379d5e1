package main

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"aanspreekpunt/shared/directory"
)

// circle is a ring of n points around a place, as a feature of GeoJSON.
func circle(properties string, n int, lon, lat, radius float64) string {
	var b strings.Builder
	for i := range n + 1 {
		angle := 2 * math.Pi * float64(i%n) / float64(n)
		fmt.Fprintf(&b, ",[%g,%g]", lon+radius*math.Cos(angle), lat+radius*math.Sin(angle))
	}
	return fmt.Sprintf(`{"type":"Feature","properties":{%s},"geometry":{"type":"Polygon","coordinates":[[%s]]}}`, properties, b.String()[1:])
}

func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

func TestBoundariesComeFromAnUpload(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.upload("grenzen/zones 2026.geojson", collection(
		circle(`"zone_code":"5910"`, 500, 4.94, 50.8, 0.1),
		circle(`"zone_code":"","name_nl":"Montgomery"`, 50, 4.42, 50.84, 0.03),
		circle(`"name":"Ergens"`, 50, 5.3, 51.2, 0.1),
		circle(`"code":"5345"`, 5, 4.4, 51.2, 0.0004), // too small to be seen
		`{"type":"Feature","properties":{"code":5344},"geometry":{"type":"MultiPolygon","coordinates":[[[[4.3,50.9],[4.4,50.9],[4.4,50.95]]],[[[4.5,50.9],[4.6,50.9],[4.6,50.95]]]]}}`,
	))
	answer, err := s.Handle(t.Context(), []byte(`{"Records":[{"eventTime":"2026-11-23T06:00:00Z","s3":{"object":{"key":"grenzen/zones+2026.geojson"}}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	report := answer.(BoundaryReport)
	if report.Outcome != "published" || report.Zones != 3 || len(report.Missing) != 104 || len(report.Unmatched) != 1 || report.Unmatched[0] != "Ergens" || report.Points > 100 {
		t.Errorf("got %+v", report)
	}
	list, err := s.Store.Boundaries(t.Context())
	if err != nil || len(list) != 4 || list[0].Zone != "5910" || list[1].Zone != "5343" || list[2].Zone != "" || list[3].Zone != "5344" || len(list[3].Rings) != 2 {
		t.Errorf("kept %+v, %v", list, err)
	}
}

func TestAFileThatHoldsNoBoundariesIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for data, want := range map[string]string{
		"":                   "no GeoJSON",
		"{}":                 "FeatureCollection",
		collection():         "with features",
		`{"type":"Feature"}`: `got type "Feature"`,
		collection(`{"type":"Feature","geometry":{"type":"Point","coordinates":[4,51]}}`):                            `feature 1: geometry "Point"`,
		collection(`{"type":"Feature","geometry":{"type":"Polygon","coordinates":[4,51]}}`):                          "feature 1: json",
		collection(`{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[150000,170000],[1,1],[2,2]]]}}`): "is not in Belgium",
	} {
		s.upload("grenzen/x.geojson", data)
		_, err := s.Handle(t.Context(), []byte(`{"Records":[{"eventTime":"2026-11-23T06:00:00Z","s3":{"object":{"key":"grenzen/x.geojson"}}}]}`))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: got %v, want %q", data, err, want)
		}
	}
	if list, err := s.Store.Boundaries(t.Context()); err != nil || len(list) > 0 {
		t.Errorf("something was kept: %v, %v", list, err)
	}
}

// A simplified ring lies within coarseness of the real one, but for the rounding to a thousandth of a degree.
func TestSimplifiedStaysNear(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var ring []directory.Point
		n := rapid.IntRange(3, 60).Draw(t, "n")
		for i := range n {
			angle, radius := 2*math.Pi*float64(i)/float64(n), rapid.Float64Range(0.05, 0.1).Draw(t, "radius")
			ring = append(ring, directory.Point{4.5 + radius*math.Cos(angle), 51 + radius*math.Sin(angle)})
		}
		ring = append(ring, ring[0])
		short := simplified(ring)
		if len(short) < 3 || len(short) > n {
			t.Fatalf("%d of %d points", len(short), n)
		}
		for _, p := range ring {
			nearest := math.Inf(1)
			for i := range short {
				nearest = math.Min(nearest, offLine(p, short[i], short[(i+1)%len(short)]))
			}
			if nearest > coarseness+0.001 {
				t.Fatalf("%v lies %g away from %v", p, nearest, short)
			}
		}
	})
}
