package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"aanspreekpunt/shared/directory"
)

// The map shows Flanders and Brussels: longitude to the right, latitude up, a kilometre as long in both. One unit is
// about 335 m.
const (
	west, north  = 2.49, 51.53
	east, south  = 5.96, 50.66
	mapWidth     = 720
	unitsADegree = mapWidth / ((east - west) * directory.Narrowing) // of latitude
	mapHeight    = 287
)

// picture is the map: areas below, dots above.
type picture struct {
	Width, Height int
	Areas, Dots   []figure
}

// figure is everything of one state: the path of all its shapes together.
type figure struct {
	State directory.CoverageState // "" for an area of which the zone is not known
	Path  string
}

// draw makes the map. A zone that was not there when zones were last counted has no confirmed contact point.
func draw(municipalities []directory.Municipality, states map[directory.ZoneCode]directory.CoverageState, boundaries []directory.Boundary) picture {
	p := picture{Width: mapWidth, Height: mapHeight}
	stateOf := func(zone directory.ZoneCode) directory.CoverageState {
		if state, ok := states[zone]; ok {
			return state
		}
		return directory.CoverageNone
	}
	areas, dots := map[directory.CoverageState]*strings.Builder{}, map[directory.CoverageState]*strings.Builder{}
	every := append(slices.Clone(directory.CoverageStates()), "")
	for _, state := range every {
		areas[state], dots[state] = &strings.Builder{}, &strings.Builder{}
	}
	for _, b := range boundaries {
		state := directory.CoverageState("")
		if b.Zone != "" {
			state = stateOf(b.Zone)
		}
		for _, ring := range b.Rings {
			outline(areas[state], ring)
		}
	}
	for _, m := range municipalities {
		if m.Lat == 0 || m.Lon == 0 {
			continue
		}
		x, y := place(directory.Point{m.Lon, m.Lat})
		dots[stateOf(m.Zone)].WriteString(shape(stateOf(m.Zone), x, y))
	}
	for _, state := range every {
		if areas[state].Len() > 0 {
			p.Areas = append(p.Areas, figure{state, areas[state].String()})
		}
		if dots[state].Len() > 0 {
			p.Dots = append(p.Dots, figure{state, dots[state].String()})
		}
	}
	return p
}

// place is where a point lies on the map.
func place(p directory.Point) (x, y int) {
	return int((p[0]-west)*directory.Narrowing*unitsADegree + .5), int((north-p[1])*unitsADegree + .5)
}

// outline adds a ring to a path, in steps from point to point.
func outline(b *strings.Builder, ring []directory.Point) {
	var lastX, lastY int
	for i, p := range ring {
		x, y := place(p)
		switch {
		case i == 0:
			fmt.Fprintf(b, "M%d %d", x, y)
		case x == lastX && y == lastY:
			continue
		default:
			b.WriteByte('l')
			b.WriteString(strconv.Itoa(x - lastX))
			if y >= lastY {
				b.WriteByte(' ')
			}
			b.WriteString(strconv.Itoa(y - lastY))
		}
		lastX, lastY = x, y
	}
	b.WriteByte('z')
}

// shape is a state's own form around a point, so that it is told without colour: a disc, a diamond, a triangle, and
// a cross that is not filled.
func shape(s directory.CoverageState, x, y int) string {
	switch s {
	case directory.CoverageFresh:
		return fmt.Sprintf("M%d %da4 4 0 1 0 8 0a4 4 0 1 0-8 0z", x-4, y)
	case directory.CoverageAgeing:
		return fmt.Sprintf("M%d %dl5 5-5 5-5-5z", x, y-5)
	case directory.CoverageStale:
		return fmt.Sprintf("M%d %dl5 9h-10z", x, y-6)
	}
	return fmt.Sprintf("M%d %dl7 7m0-7l-7 7", x-3, y-3)
}

// line is how two of the counts went over the past months.
type line struct {
	Width, Height  int
	With, Fresh    string // points: of zones with a contact point, and of those that confirmed it lately
	First, Last    directory.Coverage
	FirstC, Totals directory.CoverageCount
}

const lineWidth, lineHeight = 720, 200

// lineOf draws the counts; nil when one day was counted.
func lineOf(days []directory.Coverage) *line {
	if len(days) < 2 {
		return nil
	}
	first, last := days[0], days[len(days)-1]
	l := &line{Width: lineWidth, Height: lineHeight, First: first, Last: last, FirstC: first.Total(), Totals: last.Total()}
	most := 1
	for _, d := range days {
		most = max(most, d.Total().Zones)
	}
	span := max(1, first.Day.DaysUntil(last.Day))
	var with, fresh strings.Builder
	for _, d := range days {
		x, c := first.Day.DaysUntil(d.Day)*lineWidth/span, d.Total()
		fmt.Fprintf(&with, "%d,%d ", x, lineHeight-c.WithContactPoint*lineHeight/most)
		fmt.Fprintf(&fresh, "%d,%d ", x, lineHeight-c.Fresh*lineHeight/most)
	}
	l.With, l.Fresh = strings.TrimSpace(with.String()), strings.TrimSpace(fresh.String())
	return l
}
