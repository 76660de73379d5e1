package schoollist

import (
	"math"

	"github.com/wroge/wgs84"
)

// lambert72 is the projection of the Belgian maps, EPSG:31370, on the Belgian datum of 1972 with the seven
// parameters of EPSG:1609 (accurate to about a metre).
var lambert72 = wgs84.Helmert(6378388, 297, -106.8686, 52.2978, -103.7239, 0.3366, -0.457, 1.8422, -1.2747).
	LambertConformalConic2SP(4.367486666666666, 90, 51.16666723333333, 49.8333339, 150000.013, 5400088.438).
	To(wgs84.LonLat())

// fromLambert72 gives WGS84 degrees, rounded to about a metre.
func fromLambert72(x, y float64) (lat, lon float64) {
	lon, lat, _ = lambert72(x, y, 0)
	return round5(lat), round5(lon)
}

func round5(f float64) float64 { return math.Round(f*1e5) / 1e5 }

func inBelgium(lat, lon float64) bool { return lat > 49.4 && lat < 51.6 && lon > 2.5 && lon < 6.5 }
