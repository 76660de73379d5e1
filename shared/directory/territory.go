package directory

// ZoneFacts are the reference facts of a police zone. Nobody at the zone has confirmed them; AsOf says from
// when they are. Once a zone saved a Profile, that owns phone, e-mail, website and address.
type ZoneFacts struct {
	Code           ZoneCode `json:"code"`
	RawName        string   `json:"rawName"`          // as in the source, such as "Brussel HOOFDSTAD Elsene"
	Name           string   `json:"name"`             // reviewed display name, without "Politiezone"
	NameFr         string   `json:"nameFr,omitempty"` // French name of a Brussels zone
	Province       string   `json:"province"`         // Flemish province, or "Brussel"
	Municipalities []NIS    `json:"municipalities"`   // at least one, ascending
	Aliases        []string `json:"aliases,omitempty"`
	Phone          string   `json:"phone,omitempty"` // E.164, or a national short number of three or four digits; "" when unknown
	Email          string   `json:"email,omitempty"`
	Website        string   `json:"website,omitempty"`
	Address        *Address `json:"address,omitempty"`
	AsOf           string   `json:"asOf,omitempty"` // yyyy, yyyy-MM or yyyy-MM-dd; "" when the source is undated
	Source         string   `json:"source,omitempty"`

	// Where its municipalities come from, of those that changed zone or code since these facts are kept; see Effective.
	Lineages     []Lineage     `json:"lineages,omitempty"`
	Predecessors []Predecessor `json:"predecessors,omitempty"` // one for each of Sources, in their order
}

// Address is a postal address in Belgium.
type Address struct {
	Street       string `json:"street"` // with house number
	Postcode     string `json:"postcode"`
	Municipality string `json:"municipality"` // as written on an envelope
}

// Municipality is a municipality of today, in exactly one zone.
type Municipality struct {
	NIS      NIS      `json:"nis"`
	Name     string   `json:"name"`
	NameFr   string   `json:"nameFr,omitempty"`
	Province string   `json:"province"`
	Zone     ZoneCode `json:"zone"`
	Lat      float64  `json:"lat,omitempty"` // WGS84 degrees, centre point; 0 when unknown
	Lon      float64  `json:"lon,omitempty"`
}

// FormerZone is a zone that ended and where its municipalities went.
type FormerZone struct {
	Code       ZoneCode   `json:"code"`
	Name       string     `json:"name"`
	EndedOn    string     `json:"endedOn,omitempty"` // yyyy-MM-dd; "" when unknown
	Successors []ZoneCode `json:"successors"`        // at least one; a successor may have ended too
}

// FormerMunicipality is a municipality that merged away.
type FormerMunicipality struct {
	NIS        NIS    `json:"nis"`
	Name       string `json:"name"`
	EndedOn    string `json:"endedOn,omitempty"`
	Successors []NIS  `json:"successors"`
}

// PlaceKind says what a place name is.
type PlaceKind string

// The kinds of place names that a postcode can have.
const (
	PlaceMunicipality       PlaceKind = "municipality"
	PlaceOtherLanguage      PlaceKind = "municipality_other_language"
	PlaceSubmunicipality    PlaceKind = "submunicipality"
	PlaceFormerMunicipality PlaceKind = "former_municipality"
)

// Place is one name that a postcode has: 3470 has Kortenaken, Ransberg, Sint-Margriete-Houtem and more.
type Place struct {
	Postcode string    `json:"postcode"`
	Name     string    `json:"name"`
	Kind     PlaceKind `json:"kind"`
	NIS      NIS       `json:"nis"` // the municipality of today in which it lies
	Lat      float64   `json:"lat,omitempty"`
	Lon      float64   `json:"lon,omitempty"`
}

// Territory is every zone, municipality and place of Flanders and Brussels, of today and before.
type Territory struct {
	Zones                []ZoneFacts          // ascending by code
	Municipalities       []Municipality       // ascending by NIS
	Places               []Place              // ascending by postcode, then name
	FormerZones          []FormerZone         // ascending by code
	FormerMunicipalities []FormerMunicipality // ascending by NIS
}

// Names gives the Dutch names of the municipalities of today by their codes; a code that is not one of them
// gives its digits.
func (t Territory) Names() func(NIS) string {
	names := make(map[NIS]string, len(t.Municipalities))
	for _, m := range t.Municipalities {
		names[m.NIS] = m.Name
	}
	return func(nis NIS) string {
		if name, ok := names[nis]; ok {
			return name
		}
		return nis.String()
	}
}
