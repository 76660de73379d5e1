package lookup

import "iter"

// Kind is what an entry is. The numbers are part of the published bytes: never renumber, only add.
type Kind uint8

// The kinds, in the order in which entries that are equally good answers are shown. Record is for whatever the
// owner of the index keeps beside its entries: it is reached by Get and All only, never by Search.
const (
	Municipality Kind = iota + 1
	Zone
	Place
	FormerMunicipality
	FormerZone
	School
	Street
	Record
)

// String gives the kind's word in the API.
func (k Kind) String() string {
	switch k {
	case Municipality:
		return "municipality"
	case Zone:
		return "zone"
	case Place:
		return "place"
	case FormerMunicipality:
		return "formerMunicipality"
	case FormerZone:
		return "formerZone"
	case School:
		return "school"
	case Street:
		return "street"
	case Record:
		return "record"
	}
	return "unknown"
}

// Field is what a text of an entry is, and so what a hit matched on. The numbers are part of the published
// bytes: never renumber, only add; at most 31.
type Field uint8

// The fields.
const (
	// Name is the entry's own name; in a place with two languages it has two. The first text of an entry is its
	// display name.
	Name Field = iota + 1
	// Alias is what the entry is called too.
	Alias
	// InstitutionNumber is a school's six digits. It is found unpadded too.
	InstitutionNumber
	// ZoneCode is a police zone's four digits.
	ZoneCode
	// NIS is a municipality's five digits.
	NIS
	// Postcode is a postcode of the entry or of one of its locations.
	Postcode
	// StreetName is a street, with the house number when the entry has one.
	StreetName
	// PlaceName is the place in which the entry, or one of its locations, lies.
	PlaceName
	// PostcodePlace is another place that has the location's postcode. It may be the right one (the ministry's list
	// does not say in which of its postcode's places a school lies), so it finds but weighs less than PlaceName.
	PostcodePlace
	// MunicipalityName is the municipality in which the entry, or one of its locations, lies.
	MunicipalityName
	// FormerMunicipalityName is a municipality that merged into today's.
	FormerMunicipalityName
	// ZoneName is the name of the police zone of the entry.
	ZoneName
	// FormerZoneName is the name of a zone that ended and that the entry took over.
	FormerZoneName
	// FormerCode is the code of an ended zone or municipality that the entry took over.
	FormerCode
	// Type is what kind of institution a school is, such as "Autonome kleuterschool".
	Type
)

// String gives the field's word in the API's matchedOn.
func (f Field) String() string {
	switch f {
	case Name:
		return "name"
	case Alias:
		return "alias"
	case InstitutionNumber:
		return "institutionNumber"
	case ZoneCode:
		return "zoneCode"
	case NIS:
		return "nis"
	case Postcode:
		return "postcode"
	case StreetName:
		return "street"
	case PlaceName, PostcodePlace:
		return "place"
	case MunicipalityName:
		return "municipality"
	case FormerMunicipalityName:
		return "formerMunicipality"
	case ZoneName:
		return "zoneName"
	case FormerZoneName:
		return "formerZone"
	case FormerCode:
		return "formerCode"
	case Type:
		return "type"
	}
	return "unknown"
}

// Text is something an entry can be found by.
type Text struct {
	Field Field
	Value string
	// Location binds texts that belong together: a school's street, postcode and municipality at its second
	// location have Location 2, and a query with a street and a municipality finds the school only when both
	// are of the same location. 0: the text is of the entry as a whole. At most 4095.
	Location int
}

// Entry is one thing that can be found.
type Entry struct {
	Kind Kind
	// Key identifies the entry among its kind. A key of digits only is also a code that finds the entry.
	Key string
	// Texts are what finds it. The first is the name that is shown; a Record needs none.
	Texts []Text
	// Payload is the owner's own; the index gives it back as it was.
	Payload []byte
}

// Query is what someone asks.
type Query struct {
	Text string
	// Offset and Limit choose a part of the hits. A Limit of 0 or less gives 10, more than 200 gives 200.
	Offset, Limit int
	// AsYouType says that the last word may still be unfinished.
	AsYouType bool
	// Literal switches every correction off: no typos, no sound-alikes, no split or cut words.
	Literal bool
}

// Result is what a query found, best first.
type Result struct {
	Hits []Hit
	// Total counts all hits, also those outside Offset and Limit. It is exact up to MaxTotal.
	Total int
	// TotalIsMinimum says that there are, or may be, more than Total.
	TotalIsMinimum bool
	// Partial says that nothing has all the words of the query that tell something: the hits have some of them.
	Partial bool
	// Unmatched lists those words that the first hit lacks, as they are typed and in their order; nil unless Partial.
	// Words that need not be found, such as de, vrije or a house number, are never among them, and neither are words
	// that were found after a correction. Further hits may lack other words.
	Unmatched []string
	// CorrectedQuery is the query as it was understood, "" when nothing had to be corrected.
	CorrectedQuery string
}

// MaxTotal is how far hits are counted; from there on a total is a minimum.
const MaxTotal = 1000

// Hit is one entry that a query found.
type Hit struct {
	Kind    Kind
	Key     string
	Name    string
	Payload []byte // part of the index's bytes: read only
	// MatchedOn says which texts the words of the query were found in, in the order of the query.
	MatchedOn []Match
	// Certain says that this is the one thing the query can mean: an exact code with one reading, or the full
	// untouched name of one entry, with everything else in the query true of it.
	Certain bool
	// Corrected says that a word was found only after a correction.
	Corrected bool
	// Location is the location that the words matched, 0 when they matched none in particular or several equally.
	Location int
}

// Match is a text in which a part of the query was found.
type Match struct {
	Field Field
	Value string
}

// Span is a part of a string: the bytes from Start up to End, always whole characters.
type Span struct{ Start, End int }

// Get gives the payload of one entry.
func (ix *Index) Get(kind Kind, key string) (payload []byte, ok bool) {
	id, ok := ix.find(kind, key)
	if !ok {
		return nil, false
	}
	e, ok := ix.entry(id)
	return e.payload, ok
}

// All gives the key and payload of every entry of one kind, ascending by key.
func (ix *Index) All(kind Kind) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for at := ix.firstKey(kind, ""); at < ix.count; at++ {
			e, ok := ix.entry(ix.byKey(at))
			if !ok || e.kind != kind {
				return
			}
			if !yield(string(e.key), e.payload) {
				return
			}
		}
	}
}
