package lookup

// Marks gives the parts of name that the words of query match, ascending and apart from each other.
func Marks(name, query string) []Span { return nil }
