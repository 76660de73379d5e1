// Package dynamotest gives a test a DynamoDB table of its own.
//
// It runs on minidyn, in process, always; and on the official DynamoDB Local as well where
// AANSPREEKPUNT_TEST_DYNAMODB names its endpoint, such as http://127.0.0.1:8000.
package dynamotest
