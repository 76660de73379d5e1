package main

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
)

// become runs a program to its end, with its exit status. Ctrl-C reaches it, too; this one waits for it.
func become(program string, arguments []string) error {
	signal.Ignore(os.Interrupt)
	cmd := exec.Command(program, arguments...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); ended { // it said why
		_ = os.RemoveAll(filepath.Dir(program))
		os.Exit(cmd.ProcessState.ExitCode())
	}
	return err
}
