package lambda

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Build compiles main packages into a directory and returns the binary of each. Folders are relative to root,
// with slashes. Settings are added to the environment of `go build` (CGO_ENABLED, GOFLAGS); the target is always
// this machine's own system.
//
// Progress goes to log. When something does not compile the compiler's whole output goes there too, and the error
// holds its first complaint in one line.
func Build(ctx context.Context, root string, folders []string, settings map[string]string, into string, log io.Writer) (map[string]string, error) {
	// One `go build` for all of them: what they share is compiled once, and go uses every core itself.
	arguments := []string{"build", "-v", "-o", into + string(filepath.Separator)}
	binaries := make(map[string]string, len(folders))
	for _, folder := range folders {
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(folder))); err != nil {
			return nil, fmt.Errorf("function folder %s is missing", folder)
		}
		arguments = append(arguments, "./"+folder)
		binary := filepath.Join(into, filepath.Base(filepath.FromSlash(folder)))
		if runtime.GOOS == "windows" {
			binary += ".exe"
		}
		binaries[folder] = binary
	}
	cmd := exec.CommandContext(ctx, "go", arguments...)
	cmd.Dir = root
	cmd.Env = os.Environ()
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		cmd.Env = append(cmd.Env, name+"="+settings[name])
	}
	cmd.Env = append(cmd.Env, "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
	ownGroup(cmd)
	cmd.Cancel = func() error { endGroup(cmd); return nil }
	cmd.WaitDelay = time.Second
	reader, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer

	output := make(chan []string, 1)
	go func() { output <- showBuild(reader, log, time.Now) }()
	err := start(cmd)
	if err == nil {
		err = cmd.Wait()
	}
	_ = writer.Close()
	complaints := <-output
	switch {
	case err == nil:
		return binaries, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return nil, errors.New("the go command is not on the PATH; it builds the functions")
	}
	first := err.Error()
	for _, line := range complaints {
		_, _ = fmt.Fprintln(log, line)
		if !strings.HasPrefix(line, "#") && first == err.Error() {
			first = strings.TrimSpace(line)
		}
	}
	return nil, fmt.Errorf("the functions do not build: %s", first)
}

// showBuild reports downloads and counts compiled packages, at most once a second, and returns all other lines.
func showBuild(output io.Reader, log io.Writer, now func() time.Time) []string {
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
	return complaints
}
