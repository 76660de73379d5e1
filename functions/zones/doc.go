// Zones is where police keep their own zone, and schools whom the police can reach there: the API's writes and
// histories, and the pages for them, for those who may.
//
// Every write goes the same way (write.go): who asks and whether they may (shared/identity, the table of rights in
// shared/directory), a repeated request's recorded answer, the version it was made from, the body, the rules
// (directory.Validation), and one transaction that stores profile, revision and recorded answer together
// (dynamo.SaveZone). What came between is a 412 with the current state: nothing is ever written over.
//
//	handler.go   what a request needs: a zone, rights to it, its rules, saving it
//	write.go     the order of checks of every write; PUT, confirmations and restorations of a zone
//	phone.go     numbers as people write them
//	history.go   JSON of versions, also of zones that ended
//	school.go    the API of what a school keeps;  myschool.go, schoolform.go  its pages
//	schools.go   the schools of a zone, for its police: API, page and CSV
//	territory.go, territorypage.go   changes of zones and municipalities, which functions/refdata carries out
//
// Phone numbers are read here and nowhere else: the library for it costs every start of a function a few
// milliseconds. What is kept for schools is in no log line, and in no answer to others than its own police and
// administrators. What a school keeps goes to the school, the police of its zones and administrators: only
// directory.SchoolContact.See decides that.
package main
