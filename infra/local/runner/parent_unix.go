//go:build unix

package main

import (
	"os"
	"time"
)

// awaitParentsEnd returns when the process that started this one is gone. `go run` does not pass signals on: when
// it is ended, this is how its child learns of it.
func awaitParentsEnd() {
	parent := os.Getppid()
	for os.Getppid() == parent {
		time.Sleep(200 * time.Millisecond)
	}
}
