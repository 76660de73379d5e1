package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

type state string

const (
	starting   state = "starting"   // the process runs and has not asked for an event yet
	waiting    state = "waiting"    // it asked, and none is there
	busy       state = "busy"       // it has an event
	restarting state = "restarting" // it died before it did anything; a new one follows after a pause
)

// Lambda gives a start ten seconds, and tries again within the function's own limit.
const startLimit = 10 * time.Second

const (
	firstPause = 100 * time.Millisecond
	longPause  = 5 * time.Second
)

// instance is a place for one process of a function: when the process dies another takes the place. Fields below
// the line are guarded by the function's lock.
type instance struct {
	function *Function
	number   int

	state  state
	failed error // why the last process could not start; set while restarting
	pid    int
	starts int
	end    context.CancelFunc // ends the process that runs now
	gone   chan struct{}      // closed when it is gone and the place is free for the next
	asked  bool               // it ends because Restart asked for it
}

// endForRestart ends the process of this place, if there is one. The caller holds the function's lock. The
// channel is closed when it is gone.
func (i *instance) endForRestart() <-chan struct{} {
	if i.end == nil {
		free := make(chan struct{})
		close(free)
		return free
	}
	i.asked = true
	i.end()
	return i.gone
}

// run keeps a process in this place until the function is stopped.
func (i *instance) run() {
	pause := firstPause
	for i.function.stopped.Err() == nil {
		useful, err := i.live()
		if useful {
			pause = firstPause
			continue
		}
		i.function.set(func() { i.state, i.failed = restarting, err })
		select {
		case <-time.After(pause):
		case <-i.function.stopped.Done():
		}
		pause = min(2*pause, longPause)
	}
}

// live runs one process to its end. It says whether the process was of use, that is, took an event or was ended
// on purpose; if not, err says how it ended.
func (i *instance) live() (useful bool, err error) {
	f := i.function
	ctx, cancel := context.WithCancel(f.stopped)
	defer cancel()

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return false, err
	}
	api := &runtimeAPI{instance: i, ended: ctx, kill: cancel}
	server := &http.Server{Handler: api.handler(), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()

	cmd := exec.Command(f.config.Binary)
	cmd.Dir = filepath.Dir(f.config.Binary)
	for name, value := range f.config.Environment {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Env = append(cmd.Env,
		"AWS_LAMBDA_RUNTIME_API="+listener.Addr().String(),
		fmt.Sprintf("AWS_LAMBDA_LOG_STREAM_NAME=local/[$LATEST]%d", i.number))
	ownGroup(cmd)
	cmd.WaitDelay = time.Second
	output := &lines{to: f.config.Log, prefix: f.config.Name + "#" + strconv.Itoa(i.number) + " "}
	defer output.flush()
	cmd.Stdout, cmd.Stderr = output, output
	// Before the start: on a busy machine the process asks for its first event before this goroutine runs on.
	f.set(func() { i.state, i.failed = starting, nil })
	if err := start(cmd); err != nil {
		return false, err
	}
	gone := make(chan struct{})
	f.set(func() {
		i.pid, i.end, i.gone, i.asked = cmd.Process.Pid, cancel, gone, false
		i.starts++
	})

	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	late := time.AfterFunc(startLimit+f.config.Timeout, func() {
		if !api.hasAsked() {
			cancel()
		}
	})
	defer late.Stop()
	var exit error
	select {
	case exit = <-exited:
	case <-ctx.Done():
		endGroup(cmd)
		exit = <-exited
	}
	if exit == nil {
		exit = errors.New("exit status 0")
	}
	took, initError := api.close(exit)
	f.set(func() {
		useful = took || i.asked
		i.state, i.pid, i.end = starting, 0, nil
		close(gone)
	})
	if initError != nil {
		exit = initError
	}
	return useful, fmt.Errorf("runtime exited: %w", exit)
}

// runtimeAPI is the Runtime API that one process sees.
type runtimeAPI struct {
	instance *instance
	ended    context.Context // done when the process has to end or has ended
	kill     context.CancelFunc

	mu        sync.Mutex
	asked     bool // the process asked for an event at least once
	took      bool // it got one
	initError error
	current   *call
	closed    bool
}

func (a *runtimeAPI) handler() http.Handler {
	mux := http.NewServeMux()
	const base = "/2018-06-01/runtime"
	mux.HandleFunc("GET "+base+"/invocation/next", a.next)
	mux.HandleFunc("POST "+base+"/invocation/{id}/response", a.response)
	mux.HandleFunc("POST "+base+"/invocation/{id}/error", a.failure)
	mux.HandleFunc("POST "+base+"/init/error", a.initFailure)
	return mux
}

func (a *runtimeAPI) hasAsked() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked
}

// close answers the event that the dead process leaves behind, and says whether it took one and how its start
// failed, if it did.
func (a *runtimeAPI) close(exit error) (took bool, initError error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = true
	if a.current != nil {
		a.current.answer(nil, &InvokeError{"Runtime.ExitError", fmt.Sprintf("RequestId: %s Error: Runtime exited: %v", a.current.id, exit)})
		a.current = nil
	}
	return a.took, a.initError
}

func (a *runtimeAPI) next(w http.ResponseWriter, r *http.Request) {
	f := a.instance.function
	a.mu.Lock()
	a.asked = true
	a.mu.Unlock()
	f.set(func() { a.instance.state = waiting })

	var c *call
	select {
	case c = <-f.queue:
	case <-r.Context().Done():
		return
	case <-a.ended.Done(): // it is about to be killed, and would complain of an answer that is no event
		<-r.Context().Done()
		return
	}
	a.mu.Lock()
	if a.closed { // it died in the moment between asking and getting
		a.mu.Unlock()
		c.answer(nil, &InvokeError{"Runtime.ExitError", "RequestId: " + c.id + " Error: Runtime exited"})
		return
	}
	a.took, a.current = true, c
	a.mu.Unlock()
	f.set(func() { a.instance.state = busy })

	deadline := time.Now().Add(f.config.Timeout)
	late := time.AfterFunc(f.config.Timeout, func() {
		c.answer(nil, &InvokeError{"Sandbox.Timedout", fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", c.id, f.config.Timeout.Seconds())})
		a.kill()
	})
	go func() {
		<-c.answered
		late.Stop()
	}()

	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Lambda-Runtime-Aws-Request-Id", c.id)
	h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(deadline.UnixMilli(), 10))
	h.Set("Lambda-Runtime-Invoked-Function-Arn", f.config.ARN)
	h.Set("Lambda-Runtime-Trace-Id", "Root=1-"+fmt.Sprintf("%08x", time.Now().Unix())+"-"+c.id[:8]+c.id[9:13]+c.id[14:18]+c.id[19:23]+";Sampled=0")
	_, _ = w.Write(c.event)
}

// finish takes the current call if it has that id.
func (a *runtimeAPI) finish(id string) *call {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := a.current
	if c == nil || c.id != id {
		return nil
	}
	a.current = nil
	return c
}

func (a *runtimeAPI) response(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxPayload))
	c := a.finish(r.PathValue("id"))
	if c == nil {
		reply(w, http.StatusBadRequest, "InvalidRequestID")
		return
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		c.answer(nil, &InvokeError{"Function.ResponseSizeTooLarge", fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", MaxPayload)})
		reply(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge")
		return
	case err != nil:
		c.answer(nil, &InvokeError{"Runtime.TruncatedResponse", err.Error()})
	case r.Trailer.Get("Lambda-Runtime-Function-Error-Type") != "":
		c.answer(nil, &InvokeError{r.Trailer.Get("Lambda-Runtime-Function-Error-Type"), "the function failed while it streamed its answer"})
	default:
		c.answer(body, nil)
	}
	reply(w, http.StatusAccepted, "")
}

func (a *runtimeAPI) failure(w http.ResponseWriter, r *http.Request) {
	e := readError(w, r)
	c := a.finish(r.PathValue("id"))
	if c == nil {
		reply(w, http.StatusBadRequest, "InvalidRequestID")
		return
	}
	c.answer(nil, e)
	reply(w, http.StatusAccepted, "")
}

func (a *runtimeAPI) initFailure(w http.ResponseWriter, r *http.Request) {
	e := readError(w, r)
	a.mu.Lock()
	a.initError = e
	a.mu.Unlock()
	reply(w, http.StatusAccepted, "")
}

func readError(w http.ResponseWriter, r *http.Request) *InvokeError {
	e := &InvokeError{Type: r.Header.Get("Lambda-Runtime-Function-Error-Type")}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxPayload))
	if err == nil {
		err = json.Unmarshal(data, e)
	}
	if err != nil {
		e.Message = fmt.Sprintf("unreadable error of %d bytes: %v", len(data), err)
	}
	if e.Type == "" {
		e.Type = "Unhandled"
	}
	return e
}

func reply(w http.ResponseWriter, status int, errorType string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if errorType == "" {
		_, _ = io.WriteString(w, `{"status":"OK"}`+"\n")
		return
	}
	_ = json.NewEncoder(w).Encode(InvokeError{Type: errorType, Message: errorType})
}
