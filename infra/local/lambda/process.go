package lambda

import (
	"os/exec"
	"runtime"
	"sync"
)

// start starts a process from a thread that lives as long as this program. On Linux the kernel ends a child when
// the *thread* that made it ends, and Go's own threads may.
func start(cmd *exec.Cmd) error {
	starter.once.Do(func() {
		starter.work = make(chan func())
		go func() {
			runtime.LockOSThread()
			for f := range starter.work {
				f()
			}
		}()
	})
	result := make(chan error)
	starter.work <- func() { result <- cmd.Start() }
	return <-result
}

var starter struct {
	once sync.Once
	work chan func()
}
