package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/facts"
)

// boundaryPrefix is where outlines of zones are uploaded.
const boundaryPrefix = "grenzen/"

// coarseness is how far a simplified outline may lie from the real one, in degrees of latitude: 300 m, less than a
// pixel of the map.
const coarseness = 0.0027

// BoundaryReport tells what an import of outlines did.
type BoundaryReport struct {
	Outcome   string               `json:"outcome"` // published
	Time      time.Time            `json:"time"`
	From      []string             `json:"from"`
	Zones     int                  `json:"zones"`             // with an outline
	Points    int                  `json:"points"`            // of all outlines, after simplifying
	Missing   []directory.ZoneCode `json:"missing,omitempty"` // zones of today without one
	Unmatched []string             `json:"unmatched,omitempty"`
}

// importBoundaries simplifies the outlines of an upload and keeps them for the map. Only a wrong file is refused:
// a zone without an outline is still shown by its municipalities.
func (l *Loader) importBoundaries(ctx context.Context, key string, now time.Time) (BoundaryReport, error) {
	report := BoundaryReport{Outcome: "published", Time: now, From: []string{key}}
	data, err := l.Uploads.read(ctx, key)
	if err != nil {
		return report, fmt.Errorf("read upload %s: %w", key, err)
	}
	territory, err := facts.ReadTerritory(l.Facts)
	if err != nil {
		return report, fmt.Errorf("reference facts: %w", err)
	}
	list, unmatched, err := readBoundaries(data, territory.Zones)
	if err != nil {
		return report, fmt.Errorf("%s: %w", key, err)
	}
	report.Unmatched = unmatched
	for _, z := range territory.Zones {
		if !slices.ContainsFunc(list, func(b directory.Boundary) bool { return b.Zone == z.Code }) {
			report.Missing = append(report.Missing, z.Code)
		}
	}
	report.Zones = len(territory.Zones) - len(report.Missing)
	for _, b := range list {
		for _, ring := range b.Rings {
			report.Points += len(ring)
		}
	}
	if err := l.Store.SaveBoundaries(ctx, list); err != nil {
		return report, err
	}
	l.Log.InfoContext(ctx, "boundaries", slog.Int("zones", report.Zones), slog.Int("points", report.Points),
		slog.Int("missing", len(report.Missing)), slog.Int("unmatched", len(unmatched)))
	return report, nil
}

// readBoundaries reads GeoJSON: a FeatureCollection of Polygons and MultiPolygons in WGS84, each with the zone's code
// (zone_code or code) or its name (name_nl or name). What fits no zone is named, and kept without a code.
func readBoundaries(data []byte, zones []directory.ZoneFacts) (list []directory.Boundary, unmatched []string, err error) {
	var collection struct {
		Type     string
		Features []struct {
			Properties map[string]any
			Geometry   struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(data, &collection); err != nil {
		return nil, nil, fmt.Errorf("no GeoJSON: %w", err)
	}
	if collection.Type != "FeatureCollection" || len(collection.Features) == 0 {
		return nil, nil, fmt.Errorf("want a GeoJSON FeatureCollection with features, got type %q", collection.Type)
	}
	for i, f := range collection.Features {
		property := func(names ...string) string {
			for _, name := range names {
				if v, ok := f.Properties[name]; ok && v != nil && v != "" {
					return fmt.Sprint(v)
				}
			}
			return ""
		}
		var polygons [][][]directory.Point
		switch f.Geometry.Type {
		case "Polygon":
			polygons = make([][][]directory.Point, 1)
			err = json.Unmarshal(f.Geometry.Coordinates, &polygons[0])
		case "MultiPolygon":
			err = json.Unmarshal(f.Geometry.Coordinates, &polygons)
		default:
			err = fmt.Errorf("geometry %q: want Polygon or MultiPolygon", f.Geometry.Type)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("feature %d: %w", i+1, err)
		}
		code, name := property("zone_code", "code"), property("name_nl", "name")
		b := directory.Boundary{}
		j := slices.IndexFunc(zones, func(z directory.ZoneFacts) bool {
			return string(z.Code) == code || code == "" && strings.EqualFold(z.Name, name)
		})
		if j >= 0 {
			b.Zone = zones[j].Code
		} else {
			unmatched = append(unmatched, strings.TrimSpace(code+" "+name))
		}
		for _, polygon := range polygons {
			for _, ring := range polygon {
				for _, p := range ring {
					if !(p[0] >= 2 && p[0] <= 7 && p[1] >= 49 && p[1] <= 52) {
						return nil, nil, fmt.Errorf("feature %d: %v is not in Belgium; want longitude and latitude in degrees (WGS84)", i+1, p)
					}
				}
				if ring = simplified(ring); ring != nil {
					b.Rings = append(b.Rings, ring)
				}
			}
		}
		if len(b.Rings) > 0 {
			list = append(list, b)
		}
	}
	return list, unmatched, nil
}

// simplified is a ring with the fewest points that keep it within coarseness (Ramer, Douglas and Peucker), rounded to
// a thousandth of a degree; nil for one that is too small to be seen.
func simplified(ring []directory.Point) []directory.Point {
	if n := len(ring); n > 1 && ring[0] == ring[n-1] {
		ring = ring[:n-1]
	}
	if len(ring) < 3 {
		return nil
	}
	// A ring has no ends: it is cut at its first point and at the one farthest from that.
	far := 0
	for i := range ring {
		if apart(ring[0], ring[i]) > apart(ring[0], ring[far]) {
			far = i
		}
	}
	kept := append(thinned(ring[:far+1]), thinned(append(slices.Clone(ring[far:]), ring[0]))...)
	var rounded []directory.Point
	for _, p := range kept {
		r := directory.Point{math.Round(p[0]*1000) / 1000, math.Round(p[1]*1000) / 1000}
		if len(rounded) == 0 || rounded[len(rounded)-1] != r {
			rounded = append(rounded, r)
		}
	}
	if n := len(rounded); n > 1 && rounded[0] == rounded[n-1] {
		rounded = rounded[:n-1]
	}
	if len(rounded) < 3 {
		return nil
	}
	return rounded
}

// thinned keeps the first point of a line and those between that matter; not the last one.
func thinned(line []directory.Point) []directory.Point {
	last := len(line) - 1
	if last < 1 {
		return slices.Clone(line)
	}
	farthest, most := 0, coarseness
	for i := 1; i < last; i++ {
		if d := offLine(line[i], line[0], line[last]); d > most {
			farthest, most = i, d
		}
	}
	if farthest == 0 {
		return []directory.Point{line[0]}
	}
	return append(thinned(line[:farthest+1]), thinned(line[farthest:])...)
}

// apart is the distance between two points in degrees of latitude.
func apart(a, b directory.Point) float64 {
	return math.Hypot((a[0]-b[0])*directory.Narrowing, a[1]-b[1])
}

// offLine is the distance of a point from the line between two others, in degrees of latitude.
func offLine(p, a, b directory.Point) float64 {
	length := apart(a, b)
	if length == 0 {
		return apart(p, a)
	}
	ax, ay := (b[0]-a[0])*directory.Narrowing, b[1]-a[1]
	px, py := (p[0]-a[0])*directory.Narrowing, p[1]-a[1]
	along := math.Max(0, math.Min(1, (px*ax+py*ay)/(length*length)))
	return math.Hypot(px-along*ax, py-along*ay)
}
