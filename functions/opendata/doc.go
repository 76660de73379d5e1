// Opendata shows what functions/export published, and which zones schools can reach.
//
//	handler.go   what a request needs, and pages
//	opendata.go  /opendata: what is published, a sample, the API
//	download.go  /opendata/{edition}/{file}
//	coverage.go  /dekking and GET /api/v1/coverage: the counts of each night
//	picture.go   the map and the line of /dekking, as paths of SVG
//	texts.go     the words; *.gohtml show
//
// Facts are loaded by the first request that needs them. The map and the line are hidden from assistive technology:
// sentences and tables beside them say the same.
package main
