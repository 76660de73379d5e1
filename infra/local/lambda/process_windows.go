package lambda

import (
	"os/exec"
	"syscall"
)

// ownGroup puts the process in a group of its own, so that a Ctrl-C in the terminal reaches only this program. A
// function ends by itself when this program dies: its Runtime API stops answering.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// endGroup ends a started process.
func endGroup(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
}

// peakMemory is not told here.
func peakMemory(int) int64 { return 0 }
