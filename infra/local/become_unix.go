//go:build unix

package main

import (
	"os"
	"syscall"
)

// become runs a program in the place of this one, with its process id: whoever ends this one ends that.
func become(program string, arguments []string) error {
	return syscall.Exec(program, append([]string{program}, arguments...), os.Environ())
}
