package main

import "os"

// awaitParentsEnd returns when the process that started this one is gone. `go run` does not pass signals on: when
// it is ended, this is how its child learns of it.
func awaitParentsEnd() {
	if parent, err := os.FindProcess(os.Getppid()); err == nil {
		_, _ = parent.Wait()
	}
}
