//go:build unix

package lambda

import "syscall"

// alive says whether a process of that id exists.
func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }
