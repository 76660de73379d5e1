package directory

import "slices"

// School is an institution of the ministry's list, with every location it teaches at.
type School struct {
	Number    InstitutionNumber `json:"number"`
	Name      string            `json:"name"`
	Level     Level             `json:"level"`
	Type      string            `json:"type,omitempty"`    // "Basisschool", as the ministry names it
	Network   string            `json:"network,omitempty"` // "Gemeenschapsonderwijs", as the ministry names it
	Phone     string            `json:"phone,omitempty"`   // as the ministry writes it
	Website   string            `json:"website,omitempty"` // https or http URL
	CLB       InstitutionNumber `json:"clb,omitempty"`     // the CLB that the school works with
	Locations []Location        `json:"locations"`         // at least one; the head office first, then by number
	Aliases   []string          `json:"aliases,omitempty"` // what the school says it is called, too; public
}

// Zones are the zones of today in which the school has a location, ascending.
func (s School) Zones() []ZoneCode {
	codes := make([]ZoneCode, 0, len(s.Locations))
	for _, l := range s.Locations {
		codes = append(codes, l.Zone)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// Location is one place where a school teaches (vestigingsplaats).
type Location struct {
	Number       int      `json:"number"` // 1 and up, unique in the school
	HeadOffice   bool     `json:"headOffice,omitempty"`
	Street       string   `json:"street,omitempty"`
	HouseNumber  string   `json:"houseNumber,omitempty"`
	Box          string   `json:"box,omitempty"`
	Postcode     string   `json:"postcode"`
	Place        string   `json:"place"` // the place name of the list, such as a merged municipality of 2022; may equal Municipality
	Municipality string   `json:"municipality"`
	NIS          NIS      `json:"nis"`  // municipality of today
	Zone         ZoneCode `json:"zone"` // zone of today
	Lat          float64  `json:"lat,omitempty"`
	Lon          float64  `json:"lon,omitempty"`
}
