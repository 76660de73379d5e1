//go:build unix

package lambda

import (
	"os/exec"
	"syscall"
)

// endGroup ends a started process and everything that it started.
func endGroup(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}
