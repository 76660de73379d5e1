package compile

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCompiledPackagesAreCounted(t *testing.T) {
	t.Parallel()
	times := []int64{0, 1000, 1500, 2000, 2500} // milliseconds, of the start and each package
	next := func() time.Time {
		at := times[0]
		times = times[1:]
		return time.UnixMilli(at)
	}
	var log bytes.Buffer
	complaints := show(strings.NewReader("go: downloading example.org/a v1.0.0\ninternal/a\nb\n# example.org/c\nc.go:1:1: undefined: x\nc\nd\n"), &log, next)
	if want := "downloading example.org/a v1.0.0\ncompiled 1 package, now internal/a\ncompiled 3 packages, now c\n"; log.String() != want {
		t.Errorf("it said %q, want %q", &log, want)
	}
	if want := []string{"# example.org/c", "c.go:1:1: undefined: x"}; !slices.Equal(complaints, want) {
		t.Errorf("complaints %q, want %q", complaints, want)
	}
}
