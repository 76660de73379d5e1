package lambda

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// MaxPayload is the most bytes that Lambda takes as an event or as an answer in a synchronous call.
const MaxPayload = 6*1024*1024 + 100*1024

// Config says how a function runs.
type Config struct {
	Name        string
	ARN         string
	Binary      string            // absolute path
	Environment map[string]string // all of it; see Environment
	Timeout     time.Duration     // per event
	Instances   int
	Log         io.Writer // the function's own output, line by line; safe for use by several goroutines
}

// InvokeError is what a function, or the service in its place, answers instead of a result.
type InvokeError struct {
	Type    string `json:"errorType"` // "errorString", "Runtime.ExitError", "Sandbox.Timedout", …
	Message string `json:"errorMessage"`
}

func (e *InvokeError) Error() string { return e.Type + ": " + e.Message }

// Status is what a function is doing now.
type Status struct {
	Instances   []InstanceStatus
	Invocations int64 // since the start
	Failures    int64 // of these: answered with an error
}

// InstanceStatus is what one instance is doing now.
type InstanceStatus struct {
	PID    int    // 0 while no process runs
	State  string // "starting", "waiting", "busy", "restarting"
	Starts int    // processes so far, in this place
	// PeakMegabytes is the most memory that the process has held; 0 where the system does not tell.
	PeakMegabytes int64
}

// Function is a running function.
type Function struct {
	config    Config
	queue     chan *call
	stopped   context.Context
	stop      context.CancelFunc
	running   sync.WaitGroup
	instances []*instance

	invocations, failures atomic.Int64

	mu      sync.Mutex
	changed chan struct{} // closed and replaced whenever an instance changes its state
}

// call is one event on its way.
type call struct {
	id       string
	event    []byte
	answered chan struct{}
	once     sync.Once
	result   []byte
	err      error
}

func (c *call) answer(result []byte, err error) {
	c.once.Do(func() {
		c.result, c.err = result, err
		close(c.answered)
	})
}

// Run starts a function's instances. It does not wait for them: see Ready.
func Run(config Config) *Function {
	ctx, cancel := context.WithCancel(context.Background())
	f := &Function{config: config, queue: make(chan *call), stopped: ctx, stop: cancel, changed: make(chan struct{})}
	for n := range config.Instances {
		i := &instance{function: f, number: n, state: starting}
		f.instances = append(f.instances, i)
	}
	for _, i := range f.instances {
		f.running.Go(i.run)
	}
	return f
}

// Ready returns when every instance waits for an event or works on one. An instance that cannot start is an error.
func (f *Function) Ready(ctx context.Context) error {
	for {
		f.mu.Lock()
		changed, ready := f.changed, 0
		var failed error
		for _, i := range f.instances {
			switch i.state {
			case waiting, busy:
				ready++
			case restarting:
				failed = fmt.Errorf("function %s does not start: %w", f.config.Name, i.failed)
			}
		}
		f.mu.Unlock()
		if failed != nil || ready == len(f.instances) {
			return failed
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("function %s is not ready: %w", f.config.Name, ctx.Err())
		}
	}
}

// Invoke sends an event and returns the function's answer. It waits while every instance is busy or starting, and
// fails at once when none can start. An error of the function or of its instance is an *InvokeError.
func (f *Function) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	f.invocations.Add(1)
	result, err := f.invoke(ctx, event)
	if err != nil {
		f.failures.Add(1)
	}
	return result, err
}

func (f *Function) invoke(ctx context.Context, event []byte) ([]byte, error) {
	if len(event) > MaxPayload {
		return nil, &InvokeError{"RequestEntityTooLargeException", fmt.Sprintf("event of %d bytes is over Lambda's %d", len(event), MaxPayload)}
	}
	c := &call{id: requestID(), event: event, answered: make(chan struct{})}
	for taken := false; !taken; {
		f.mu.Lock()
		changed, down := f.changed, true
		var failed error
		for _, i := range f.instances {
			if i.state == restarting {
				failed = i.failed
			} else {
				down = false
			}
		}
		f.mu.Unlock()
		if down {
			return nil, &InvokeError{"Runtime.ExitError", fmt.Sprintf("RequestId: %s Error: %v", c.id, failed)}
		}
		select {
		case f.queue <- c:
			taken = true
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-f.stopped.Done():
			return nil, f.stopped.Err()
		}
	}
	select {
	case <-c.answered:
		return c.result, c.err
	case <-ctx.Done(): // Lambda finishes the call; nobody waits for its answer any more
		return nil, ctx.Err()
	}
}

// Restart ends every instance and returns when new ones are ready.
func (f *Function) Restart(ctx context.Context) error {
	f.mu.Lock()
	var ended []<-chan struct{}
	for _, i := range f.instances {
		ended = append(ended, i.endForRestart())
	}
	f.mu.Unlock()
	for _, e := range ended {
		select {
		case <-e:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return f.Ready(ctx)
}

// Status tells what the function is doing now.
func (f *Function) Status() Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := Status{Invocations: f.invocations.Load(), Failures: f.failures.Load()}
	for _, i := range f.instances {
		s.Instances = append(s.Instances, InstanceStatus{PID: i.pid, State: string(i.state), Starts: i.starts, PeakMegabytes: (peakMemory(i.pid) + 1<<20 - 1) >> 20})
	}
	return s
}

// Close ends every instance and waits until they are gone.
func (f *Function) Close() {
	f.stop()
	f.running.Wait()
}

// set changes an instance under the lock and tells those who wait for a change.
func (f *Function) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
	close(f.changed)
	f.changed = make(chan struct{})
}

// requestID is a random UUID, as Lambda numbers its requests.
func requestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
