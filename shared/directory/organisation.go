package directory

import (
	"fmt"
	"strconv"
	"strings"
)

// CompanyNumber is an organisation's number at the Crossroads Bank for Enterprises: ten digits, the first 0 or 1.
type CompanyNumber string

// ParseCompanyNumber accepts ten digits as such or in the usual writings ("0207.500.123", "BE 0207 500 123"),
// and checks the last two, which guard against typing errors.
func ParseCompanyNumber(s string) (CompanyNumber, error) {
	plain := strings.NewReplacer(".", "", " ", "", "-", "").Replace(strings.TrimPrefix(s, "BE"))
	if len(plain) != 10 || !digits(plain) || plain[0] > '1' {
		return "", fmt.Errorf("company number %q: want ten digits, the first 0 or 1", s)
	}
	number, _ := strconv.Atoi(plain[:8])
	check, _ := strconv.Atoi(plain[8:])
	if 97-number%97 != check {
		return "", fmt.Errorf("company number %q: its last two digits do not fit the others", s)
	}
	return CompanyNumber(plain), nil
}

// Organisation links a company number to the police zones that its staff keep. Administrators keep the table: a
// zone of one municipality may share the city's number, so the number alone gives no right.
type Organisation struct {
	Number CompanyNumber `json:"number"`
	Name   string        `json:"name"`
	Zones  []ZoneCode    `json:"zones"`
}

// CLB is a centre for pupil guidance with the schools that work with it.
type CLB struct {
	Schools []InstitutionNumber `json:"schools"` // ascending
	Zones   []ZoneCode          `json:"zones"`   // those in which one of the schools has a location, ascending
}
