//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"aanspreekpunt/infra/local/template"
)

// command is this command, built once.
var command string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "local-test-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		command = filepath.Join(dir, "local")
		if out, err := exec.Command("go", "build", "-o", command, ".").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "%s%v\n", out, err)
			return 1
		}
		return m.Run()
	}())
}

// started is the command running, with the processes that it started.
type started struct {
	process   *exec.Cmd
	output    *bufio.Reader // what it prints; ends when the command is gone
	url       string
	functions []int // process ids
}

var (
	readyLine = regexp.MustCompile(`^ready: (http://127\.0\.0\.1:\d+)/\n$`)
	processes = regexp.MustCompile(`process (\d+)`)
)

// launch starts a process that runs the command, and waits for its ready line.
func launch(t *testing.T, name string, arguments ...string) *started {
	t.Helper()
	s := &started{process: exec.Command(name, arguments...)}
	s.process.Env = append(os.Environ(), "TMPDIR="+t.TempDir()) // what a killed command leaves behind goes with the test
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	s.process.Stdout, s.process.Stderr = writer, &log
	s.process.WaitDelay = time.Second
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	writer.Close()
	t.Cleanup(func() {
		_ = s.process.Process.Kill()
		_ = s.process.Wait()
		reader.Close()
	})
	s.output = bufio.NewReader(reader)
	for s.url == "" {
		line, err := s.output.ReadString('\n')
		if err != nil {
			_ = s.process.Wait()
			t.Fatalf("it ended before it was ready (%v): %s", err, log.String())
		}
		if match := readyLine.FindStringSubmatch(line); match != nil {
			s.url = match[1]
		}
	}
	answer, err := http.Get(s.url + "/dev/")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range processes.FindAllSubmatch(page, -1) {
		pid, _ := strconv.Atoi(string(match[1]))
		s.functions = append(s.functions, pid)
	}
	whole, err := template.ReadFile("../../template.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.functions) != len(whole.Functions) {
		t.Fatalf("processes %v, want one for each of %d functions", s.functions, len(whole.Functions))
	}
	return s
}

// gone waits until the command and everything that it started has ended.
func (s *started) gone(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, s.output)
		close(ended)
	}()
	select {
	case <-ended:
	case <-ctx.Done():
		t.Fatal("the command is still there")
	}
	for _, pid := range s.functions {
		for syscall.Kill(pid, 0) == nil {
			select {
			case <-time.After(10 * time.Millisecond):
			case <-ctx.Done():
				t.Fatalf("function process %d is still there", pid)
			}
		}
	}
}

func TestSignalsEndEverything(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			s := launch(t, command, "-listen", "127.0.0.1:0", "-instances", "1")
			if err := s.process.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			s.gone(t)
			if err := s.process.Wait(); err != nil {
				t.Errorf("it ended with %v, want 0", err)
			}
		})
	}
}

func TestASignalWhileItBuilds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, line  string
		environment []string
	}{
		{"the runner", "compiled ", []string{"GOCACHE=" + t.TempDir()}},
		{"the functions", "building export", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(command, "-listen", "127.0.0.1:0")
			folder := t.TempDir()
			cmd.Env = append(append(os.Environ(), "TMPDIR="+folder), c.environment...)
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			output, err := cmd.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			said := bufio.NewReader(output)
			for line := ""; !strings.HasPrefix(line, c.line); {
				if line, err = said.ReadString('\n'); err != nil {
					t.Fatal(err)
				}
			}
			if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGINT); err != nil { // as a terminal does
				t.Fatal(err)
			}
			rest, err := io.ReadAll(said)
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 1 || !strings.HasSuffix(string(rest), "infra/local: ended before it was ready\n") {
				t.Errorf("%v, %q; want exit status 1 and a line that says so", err, rest)
			}
			if left, err := filepath.Glob(filepath.Join(folder, "aanspreekpunt-*")); err != nil || len(left) != 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

func TestTheParentsDeathEndsEverything(t *testing.T) {
	t.Parallel()
	// A shell in the place of `go run`, which does not pass signals on.
	s := launch(t, "/bin/sh", "-c", command+" -listen 127.0.0.1:0 -instances 1; true")
	if err := s.process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	s.gone(t)
}

func TestItsOwnDeathEndsTheFunctions(t *testing.T) {
	t.Parallel()
	s := launch(t, command, "-listen", "127.0.0.1:0", "-instances", "1")
	if err := s.process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	s.gone(t)
}

func TestWhatIsWrongIsOneLineAndExitStatusOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		arguments []string
		want      string
	}{
		{[]string{"-schools", "absent.csv"}, "infra/local: list of schools: open absent.csv: no such file or directory\n"},
		{[]string{"-instances", "0"}, "infra/local: -instances 0: a function needs at least one\n"},
		{[]string{"start"}, "infra/local: \"start\" is no flag; -help lists them\n"},
	} {
		cmd := exec.Command(command, c.arguments...)
		out, err := cmd.CombinedOutput()
		if err == nil || cmd.ProcessState.ExitCode() != 1 || string(out) != c.want {
			t.Errorf("%v: %v, %q; want exit status 1 and %q", c.arguments, err, out, c.want)
		}
	}
}

func TestHelpNamesEveryFlag(t *testing.T) {
	t.Parallel()
	out, err := exec.Command(command, "-help").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, flag := range []string{"listen", "schools", "empty", "instances", "dynamodb", "s3", "services-only", "boundaries", "throttle"} {
		if !strings.Contains(string(out), "  -"+flag) {
			t.Errorf("-%s is not in the help", flag)
		}
	}
}
