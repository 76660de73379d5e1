package lambda

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// obedient is the binary of testdata/obedient, built once.
var obedient string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "lambda-test-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		binaries, err := Build(context.Background(), ".", []string{"testdata/obedient"}, map[string]string{"CGO_ENABLED": "0"}, dir, io.Discard)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		obedient = binaries["testdata/obedient"]
		return m.Run()
	}())
}

// log is a writer for several goroutines.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func run(t *testing.T, change func(*Config)) *Function {
	t.Helper()
	config := Config{
		Name: "obedient", ARN: "arn:aws:lambda:eu-central-1:123456789012:function:obedient", Binary: obedient,
		Environment: Environment("obedient", "eu-central-1", 256, "JSON"),
		Timeout:     20 * time.Second, Instances: 2, Log: io.Discard,
	}
	if change != nil {
		change(&config)
	}
	f := Run(config)
	t.Cleanup(f.Close)
	return f
}

// await waits until one of the function's instances is as wanted.
func await(t *testing.T, f *Function, wanted func(InstanceStatus) bool) InstanceStatus {
	t.Helper()
	for {
		f.mu.Lock()
		changed := f.changed
		f.mu.Unlock()
		for _, i := range f.Status().Instances {
			if wanted(i) {
				return i
			}
		}
		select {
		case <-changed:
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		}
	}
}

type report struct {
	PID         int
	Text        string
	RequestID   string
	ARN         string
	Remaining   float64
	Environment []string
}

func invoke(t *testing.T, f *Function, event string) report {
	t.Helper()
	result, err := f.Invoke(t.Context(), []byte(event))
	if err != nil {
		t.Fatalf("invoke %s: %v", event, err)
	}
	var r report
	if err := json.Unmarshal(result, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFunctionGetsWhatLambdaGivesAndNothingElse(t *testing.T) {
	t.Setenv("A_SECRET_OF_THE_DEVELOPER", "x")
	f := run(t, func(c *Config) { c.Environment["TABLE_NAME"] = "t" })
	r := invoke(t, f, `{"text":"één"}`)
	if r.Text != "één" || len(r.RequestID) != 36 || !strings.HasSuffix(r.ARN, ":function:obedient") {
		t.Errorf("got %+v", r)
	}
	if r.Remaining <= 0 || r.Remaining > 20 {
		t.Errorf("%.1f s until the deadline, want at most the 20 of the configuration", r.Remaining)
	}
	environment := strings.Join(r.Environment, "\n") + "\n"
	for _, want := range []string{"TABLE_NAME=t\n", "AWS_REGION=eu-central-1\n", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256\n", "AWS_LAMBDA_RUNTIME_API=127.0.0.1:"} {
		if !strings.Contains(environment, want) {
			t.Errorf("environment lacks %q", want)
		}
	}
	for _, none := range []string{"A_SECRET_OF_THE_DEVELOPER", "HOME="} {
		if strings.Contains(environment, none) {
			t.Errorf("environment holds %q", none)
		}
	}
}

// TestClosingMakesNoNoise: a process that waits is killed before it is told anything that it could complain about.
func TestClosingMakesNoNoise(t *testing.T) {
	t.Parallel()
	said := &log{}
	for range 20 {
		f := run(t, func(c *Config) { c.Log = said })
		if err := f.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	if said.String() != "" {
		t.Errorf("it said %s", said)
	}
}

func TestErrorsOfTheFunction(t *testing.T) {
	t.Parallel()
	f := run(t, nil)
	for _, c := range []struct{ event, kind, message string }{
		{`{"do":"fail","text":"no such zone"}`, "errorString", "no such zone"},
		{`{"do":"exit"}`, "Runtime.ExitError", "exit status 7"},
		{`{"do":"grow"}`, "Function.ResponseSizeTooLarge", "exceeded maximum allowed payload size"},
		{`{"text":"` + strings.Repeat("x", MaxPayload) + `"}`, "RequestEntityTooLargeException", "is over Lambda's"},
	} {
		_, err := f.Invoke(t.Context(), []byte(c.event))
		var e *InvokeError
		if !errors.As(err, &e) || e.Type != c.kind || !strings.Contains(e.Message, c.message) {
			t.Errorf("%.40s: got %v, want %s: …%s…", c.event, err, c.kind, c.message)
		}
	}
	// After all of that it still works.
	invoke(t, f, `{}`)
	if s := f.Status(); s.Invocations != 5 || s.Failures != 4 {
		t.Errorf("counted %d invocations, %d failures; want 5 and 4", s.Invocations, s.Failures)
	}
}

func TestADeadInstanceIsReplaced(t *testing.T) {
	t.Parallel()
	f := run(t, func(c *Config) { c.Instances = 1 })
	before := invoke(t, f, `{}`).PID
	if _, err := f.Invoke(t.Context(), []byte(`{"do":"exit"}`)); err == nil {
		t.Fatal("the event on which it died got an answer")
	}
	after := invoke(t, f, `{}`).PID
	if before == after {
		t.Errorf("process %d answered again", after)
	}
	if s := f.Status().Instances[0]; s.Starts != 2 || s.PID != after {
		t.Errorf("status %+v, want two starts and process %d", s, after)
	}
}

func TestAnEventThatTakesTooLongEndsItsInstance(t *testing.T) {
	t.Parallel()
	f := run(t, func(c *Config) { c.Instances, c.Timeout = 1, 300*time.Millisecond })
	if err := f.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := f.Status().Instances[0].PID
	_, err := f.Invoke(t.Context(), []byte(`{"do":"hang"}`))
	var e *InvokeError
	if !errors.As(err, &e) || e.Type != "Sandbox.Timedout" || !strings.Contains(e.Message, "timed out after 0.30 seconds") {
		t.Fatalf("got %v", err)
	}
	if after := invoke(t, f, `{}`).PID; after == before {
		t.Error("the process that hung was kept")
	}
}

func TestSeveralInstancesWorkAtTheSameTime(t *testing.T) {
	t.Parallel()
	f := run(t, func(c *Config) { c.Timeout = 20 * time.Second })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	hung := make(chan error, 1)
	go func() {
		_, err := f.Invoke(ctx, []byte(`{"do":"hang"}`))
		hung <- err
	}()
	busyOne := await(t, f, func(i InstanceStatus) bool { return i.State == "busy" })
	// One instance hangs; the other answers everything.
	for range 20 {
		if got := invoke(t, f, `{}`).PID; got == busyOne.PID {
			t.Fatalf("process %d answered while it hangs", got)
		}
	}
	cancel()
	if err := <-hung; !errors.Is(err, context.Canceled) {
		t.Errorf("the caller that gave up got %v", err)
	}
}

func TestAFunctionThatCannotStart(t *testing.T) {
	t.Parallel()
	var written log
	f := run(t, func(c *Config) {
		c.Environment["REFUSE_TO_START"] = "1"
		c.Log = &written
	})
	err := f.Ready(t.Context())
	if err == nil || !strings.Contains(err.Error(), "function obedient does not start: runtime exited: exit status 3") {
		t.Fatalf("got %v", err)
	}
	// An event is refused at once rather than waiting for a start that may never come.
	_, err = f.Invoke(t.Context(), []byte(`{}`))
	var e *InvokeError
	if !errors.As(err, &e) || e.Type != "Runtime.ExitError" {
		t.Errorf("got %v", err)
	}
	if !strings.Contains(written.String(), "obedient#0 the function refuses to start\n") {
		t.Errorf("log: %q", written.String())
	}
}

func TestRestartIsAColdStart(t *testing.T) {
	t.Parallel()
	f := run(t, nil)
	if err := f.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	old := map[int]bool{}
	for _, i := range f.Status().Instances {
		old[i.PID] = true
	}
	if err := f.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, i := range f.Status().Instances {
		if i.PID == 0 || old[i.PID] || i.State != "waiting" {
			t.Errorf("instance %+v after the restart", i)
		}
	}
}

func TestCloseEndsEveryProcess(t *testing.T) {
	t.Parallel()
	f := run(t, nil)
	if err := f.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	var processes []int
	for _, i := range f.Status().Instances {
		processes = append(processes, i.PID)
	}
	f.Close()
	for _, pid := range processes {
		if alive(pid) {
			t.Errorf("process %d is still there", pid)
		}
	}
	if _, err := f.Invoke(t.Context(), []byte(`{}`)); err == nil {
		t.Error("a closed function answered")
	}
}

func TestBuildSaysInOneLineWhatDoesNotCompile(t *testing.T) {
	t.Parallel()
	var written log
	_, err := Build(t.Context(), ".", []string{"testdata/obedient", "testdata/broken"}, nil, t.TempDir(), &written)
	if err == nil || !strings.Contains(err.Error(), "the functions do not build: testdata/broken/main.go:4:15: undefined: thisDoesNotExist") || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
	if _, err := Build(t.Context(), ".", []string{"testdata/absent"}, nil, t.TempDir(), io.Discard); err == nil || err.Error() != "function folder testdata/absent is missing" {
		t.Errorf("got %v", err)
	}
}

func TestBuildsForThisMachineWhateverIsSet(t *testing.T) {
	t.Setenv("GOARCH", "wasm")
	t.Setenv("GOOS", "js")
	dir := t.TempDir()
	binaries, err := Build(t.Context(), ".", []string{"testdata/obedient"}, map[string]string{"CGO_ENABLED": "0"}, dir, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Dir(binaries["testdata/obedient"]) != dir {
		t.Errorf("built %v, want something in %s", binaries, dir)
	}
	invoke(t, run(t, func(c *Config) { c.Binary = binaries["testdata/obedient"] }), `{}`)
}

func TestReadableLog(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, want string }{
		{"plain text", "plain text"},
		{"{not json", "{not json"},
		{`{"time":"2026-07-25T09:15:00.123456789Z","level":"INFO","msg":"request","status":200,"path":"/zones/5910"}`, `09:15:00.123 INFO request path=/zones/5910 status=200`},
		{`{"level":"ERROR","msg":"dynamo","error":"it said \"no\"","counts":[1,2],"big":1790000000000}`, `ERROR dynamo big=1790000000000 counts=[1,2] error="it said \"no\""`},
	} {
		if got := readable([]byte(c.line)); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.line, got, c.want)
		}
	}
}

func TestLogLinesStayWhole(t *testing.T) {
	t.Parallel()
	var written log
	l := &lines{to: &written, prefix: "search#1 "}
	for _, piece := range []string{"first\nsec", "ond\n", "without an end"} {
		_, _ = io.WriteString(l, piece)
	}
	l.flush()
	if got, want := written.String(), "search#1 first\nsearch#1 second\nsearch#1 without an end\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
