// Search is the public look-up: the pages Home, Results, School, Zone, Zones, Municipality and those about the site
// itself, what other sites may embed, the API routes beside them, the assets, and every path that no other function owns.
//
// A request takes the reference facts that the instance holds (shared/dynamo.Reference), finds schools and places
// in them (shared/facts, shared/lookup), reads the zones it needs and, when due, the reference pointer in one
// BatchGetItem, and lets directory.See decide what this caller may see and in which order to call. Pages and JSON
// show what See returned and nothing else.
//
//	handler.go   what a request needs, and reading zones
//	search.go    from what someone typed to hits, for page and API alike
//	api.go       JSON;  vcard.go  contacts for a phone
//	results.go   the page of results;  pages.go  the other pages
//	answer.go    lays a zone out; *.gohtml show; texts.go has the words;  structured.go  for search engines
//	embedding.go what stands in a frame elsewhere;  operator.go  who runs the site;  wellknown.go  files at fixed addresses
//
// What someone typed is in no log line and in no error: gateway logs the route's pattern, and errors made here
// never quote input.
package main
