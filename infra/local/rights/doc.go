// Package rights compares what the functions ask of AWS with what their roles let them.
//
// A Record notes every request that a function makes to DynamoDB, S3, SES and Lambda as the calls that IAM judges:
// a transaction asks for the right of each of its items, a read of an object that is not there for the right to list
// the bucket, without which S3 would answer 403. Findings then holds these calls against the statements of
// template.yaml, both ways: what a call asked and no statement allows, and what a statement allows and no call asked.
//
// It knows what the template uses of IAM: actions, resources, and conditions on strings. Anything else is a finding.
package rights
