package facts

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// fragments are what thousands of stored facts have in common: the words of their JSON, and some values. A stored
// fact has one byte below 0x20 in the place of each, its place in this list and one; JSON never has such bytes.
// That makes a block with all schools a third smaller, and a cold start unpacks and keeps it whole.
//
// The list is part of what is stored: add at its end, up to 31, and change nothing before it.
var fragments = [...]string{
	`{"number":"`, `","name":"`, `","level":"basic","type":"`, `","level":"secondary","type":"`, `","level":"other","type":"`,
	`","network":"`, `","phone":"`, `","website":"https://www.`, `","clb":"`, `","locations":[{"number":1,"headOffice":true,"street":"`,
	`","houseNumber":"`, `","postcode":"`, `","place":"`, `","municipality":"`, `","nis":`, `,"zone":"`, `,"lat":`, `,"lon":`, `"}]}`,
	`Vrij gesubsidieerd onderwijs`, `Officieel gesubsidieerd onderwijs`, `Gemeenschapsonderwijs`,
	`School voor voltijds gewoon secundair onderwijs`, `Basisschool`,
	`{"name":"`, `,"municipality":"`, `","zone":"`, `","postcodes":["`, `{"postcode":"`, `","kind":"submunicipality","nis":`,
}

// packer gives the function that makes stored facts of JSON.
func packer() func(fact []byte) []byte {
	type pair struct{ fragment, stored string }
	var pairs []pair
	for i, f := range fragments {
		pairs = append(pairs, pair{f, string(rune(i + 1))})
	}
	// Of two that begin alike the longer one counts.
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Compare(len(b.fragment), len(a.fragment)) })
	var list []string
	for _, p := range pairs {
		list = append(list, p.fragment, p.stored)
	}
	replacer := strings.NewReplacer(list...)
	return func(fact []byte) []byte { return []byte(replacer.Replace(string(fact))) }
}

// unpack gives the JSON of a stored fact. One that was stored as it is stays so.
func unpack(stored []byte) []byte {
	isFragment := func(c byte) bool { return c > 0 && int(c) <= len(fragments) }
	if !slices.ContainsFunc(stored, isFragment) {
		return stored
	}
	var fact bytes.Buffer
	fact.Grow(3 * len(stored))
	for _, c := range stored {
		if isFragment(c) {
			fact.WriteString(fragments[c-1])
		} else {
			fact.WriteByte(c)
		}
	}
	return fact.Bytes()
}
