package main

import (
	"errors"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

var errNoPhone = errors.New("not a phone number")

// parsePhone reads a phone number as people in Belgium write it and gives E.164, or a national short number of
// three or four digits as it is. A number counts when one of its length can exist in its country: whether it is in
// use is for whoever answers, and lists of ranges that are lag behind the ranges.
func parsePhone(typed string) (string, error) {
	const separators = " ./-()"
	plain := strings.Map(func(r rune) rune {
		if strings.ContainsRune(separators, r) || r == '\u00a0' || r == '\u202f' {
			return -1
		}
		return r
	}, typed)
	if (len(plain) == 3 || len(plain) == 4) && strings.Trim(plain, "0123456789") == "" {
		return plain, nil
	}
	// The library reads letters as keys and takes extensions off: neither is a number that one can call as it stands.
	if strings.ContainsFunc(plain, func(r rune) bool { return r != '+' && (r < '0' || r > '9') }) {
		return "", errNoPhone
	}
	number, err := phonenumbers.Parse(typed, "BE")
	if err != nil || !phonenumbers.IsPossibleNumber(number) {
		return "", errNoPhone
	}
	return phonenumbers.Format(number, phonenumbers.E164), nil
}
