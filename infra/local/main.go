// Command local runs the whole of Aanspreekpunt on one machine, with nothing but Go:
//
//	go run ./infra/local
//
// It builds infra/local/runner and becomes it. By itself it imports next to nothing: `go run` compiles without a word,
// and what the runner needs takes a minute where nothing was compiled before (decision 200).
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"aanspreekpunt/infra/local/compile"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "infra/local:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	parent := os.Getppid()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	dir, err := os.MkdirTemp("", "aanspreekpunt-runner-") // the runner removes it
	if err != nil {
		return err
	}
	runner := filepath.Join(dir, "runner.exe") // Windows wants the ending
	// As the template builds the functions: what they share with the runner is then compiled once.
	cmd := exec.CommandContext(ctx, "go", "build", "-v", "-trimpath", "-o", runner, "aanspreekpunt/infra/local/runner")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // it removes what it made so far
	cmd.WaitDelay = 10 * time.Second
	err = compile.Run(ctx, cmd, (*exec.Cmd).Start, os.Stderr)
	if ctx.Err() != nil || os.Getppid() != parent { // `go run` does not pass signals on
		err = errors.New("ended before it was ready")
	}
	if err == nil {
		stop()
		err = become(runner, arguments)
	}
	return errors.Join(err, os.RemoveAll(dir))
}
