package lambda

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"aanspreekpunt/infra/local/compile"
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
	err := compile.Run(ctx, cmd, start, log)
	if err != nil && ctx.Err() == nil {
		err = fmt.Errorf("the functions do not build: %w", err)
	}
	return binaries, err
}
