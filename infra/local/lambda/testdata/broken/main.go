// Command broken does not compile, for the test of what the runner says then.
package main

func main() { thisDoesNotExist() }
