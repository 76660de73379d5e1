// Command refdata does not compile, for the test of what the start says then.
package main

func main() { thisDoesNotExist() }
