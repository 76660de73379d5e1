package directory

import (
	"fmt"
	"strconv"
	"strings"
)

// ZoneCode identifies a police zone: four digits, such as "5910". A former code keeps its four digits.
type ZoneCode string

// ParseZoneCode accepts exactly four digits.
func ParseZoneCode(s string) (ZoneCode, error) {
	if len(s) != 4 || !digits(s) {
		return "", fmt.Errorf("zone code %q: want four digits", s)
	}
	return ZoneCode(s), nil
}

// NIS is a municipality's REFNIS code, 10000 to 99999.
type NIS int

// ParseNIS accepts five digits of which the first is not zero.
func ParseNIS(s string) (NIS, error) {
	if len(s) != 5 || !digits(s) || s[0] == '0' {
		return 0, fmt.Errorf("municipality code %q: want five digits, 10000 to 99999", s)
	}
	n, err := strconv.Atoi(s)
	return NIS(n), err
}

// String gives the code's five digits.
func (n NIS) String() string { return strconv.Itoa(int(n)) }

// InstitutionNumber identifies a school or CLB at the ministry: six digits, zero-padded, such as "000018".
type InstitutionNumber string

// ParseInstitutionNumber accepts one to six digits and pads them to six: the ministry's own list leaves the
// leading zeros out.
func ParseInstitutionNumber(s string) (InstitutionNumber, error) {
	if s == "" || len(s) > 6 || !digits(s) || strings.Trim(s, "0") == "" {
		return "", fmt.Errorf("institution number %q: want one to six digits, not all zero", s)
	}
	return InstitutionNumber(strings.Repeat("0", 6-len(s)) + s), nil
}

// ParsePostcode accepts four digits of which the first is not zero.
func ParsePostcode(s string) (string, error) {
	if len(s) != 4 || !digits(s) || s[0] == '0' {
		return "", fmt.Errorf("postcode %q: want four digits, 1000 to 9999", s)
	}
	return s, nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
