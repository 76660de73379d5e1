package compile

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// Run runs a `go build -v` that start starts, and waits for its end. Progress goes to log. When something does not
// compile the compiler's whole output goes there too, and the error holds its first complaint in one line. The error is
// that of ctx when it ended before the command did.
func Run(ctx context.Context, cmd *exec.Cmd, start func(*exec.Cmd) error, log io.Writer) error {
	reader, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	output := make(chan []string, 1)
	go func() { output <- show(reader, log, time.Now) }()
	err := start(cmd)
	if err == nil {
		err = cmd.Wait()
	}
	_ = writer.Close()
	complaints := <-output
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return errors.New("the go command is not on the PATH; it builds the functions")
	}
	first := err.Error()
	for _, line := range complaints {
		_, _ = fmt.Fprintln(log, line)
		if !strings.HasPrefix(line, "#") && first == err.Error() {
			first = strings.TrimSpace(line)
		}
	}
	return errors.New(first)
}

// show reports downloads and counts compiled packages, at most once a second, and returns all other lines.
func show(output io.Reader, log io.Writer, now func() time.Time) []string {
	var complaints []string
	compiled, shown := 0, now()
	lines := bufio.NewScanner(output)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "go: downloading "):
			_, _ = fmt.Fprintln(log, strings.TrimPrefix(line, "go: "))
		case line != "" && !strings.ContainsAny(line, " \t:#"):
			compiled++
			if at := now(); at.Sub(shown) >= time.Second {
				shown = at
				noun := "packages"
				if compiled == 1 {
					noun = "package"
				}
				_, _ = fmt.Fprintf(log, "compiled %d %s, now %s\n", compiled, noun, line)
			}
		case line != "":
			complaints = append(complaints, line)
		}
	}
	_, _ = io.Copy(io.Discard, output) // after a line too long, or else go would wait for a reader
	return complaints
}
