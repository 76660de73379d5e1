// Command bare is the smallest function that aws-lambda-go can make: what other functions' starts are compared with.
package main

import "github.com/aws/aws-lambda-go/lambda"

func main() { lambda.Start(func() error { return nil }) }
