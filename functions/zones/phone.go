package main

import (
	"errors"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

var errNoPhone = errors.New("not a phone number")

// parsePhone reads a phone number as people in Belgium write it and gives E.164, or a national short number of
// three or four digits as it is. A Belgian number is judged by its form: lists of the ranges in use lag behind, and
// numbers that can never ring are in none.
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
	if strings.Trim(strings.TrimPrefix(plain, "+"), "0123456789") != "" {
		return "", errNoPhone
	}
	number, err := phonenumbers.Parse(plain, "BE")
	if err != nil {
		return "", errNoPhone
	}
	sound := phonenumbers.IsValidNumber(number)
	if number.GetCountryCode() == 32 {
		sound = belgian(phonenumbers.GetNationalSignificantNumber(number))
	}
	if !sound {
		return "", errNoPhone
	}
	return phonenumbers.Format(number, phonenumbers.E164), nil
}

// belgian tells whether a number without its 0 has the length that its beginning asks for: nine digits for a mobile
// (045 to 049), eight for any other.
func belgian(national string) bool {
	if len(national) > 1 && national[0] == '4' && national[1] >= '5' {
		return len(national) == 9
	}
	return len(national) == 8 && national[0] != '0'
}
