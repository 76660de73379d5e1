// Command restore brings a table back to what an export of it holds.
//
//	aws dynamodb export-table-to-point-in-time --table-arn ARN --s3-bucket BUCKET --export-time 2026-11-27T09:14:00Z
//	aws s3 cp --recursive s3://BUCKET/AWSDynamoDB/… files/
//	go run ./infra/restore compare -table TABLE files/*.json.gz
//	go run ./infra/restore import  -table TABLE files/*.json.gz
//
// An export is what DynamoDB itself writes (DYNAMODB_JSON): gzipped lines of {"Item": {…}}. `restore export -table
// TABLE -file FILE` writes the same from a table as it is now, as on one machine, where there is no export of an
// earlier minute; that is how infra/runbook.md rehearses.
//
// compare says what import would do, by the kind of item, and changes nothing. import makes the table what the files
// say: it writes the items that differ or are missing and deletes those that the files do not have. Items whose time
// is over (expiresAt) are not brought back: what had to be forgotten stays forgotten. It may be run again after it
// broke off, and does only what is left to do.
//
// Credentials, region and endpoint come from where the AWS command line takes them.
package main
