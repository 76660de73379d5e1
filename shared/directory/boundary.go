package directory

// Point is a place on earth: longitude and latitude in degrees, WGS84.
type Point [2]float64

// Narrowing is how much shorter a degree of longitude is than one of latitude, in Flanders at 51 degrees north.
const Narrowing = 0.63

// Boundary is the outline of a zone's territory, coarse enough for a small map.
type Boundary struct {
	Zone  ZoneCode  `json:"zone,omitempty"` // "" for an area of which the zone is not known
	Rings [][]Point `json:"rings"`          // each closed by itself: the last point leads to the first
}
