package lambda

import (
	"os/exec"
	"syscall"
)

// ownGroup puts the process in a group of its own, so that a Ctrl-C in the terminal reaches only this program,
// and has the kernel end it when this program dies without a chance to clean up.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
