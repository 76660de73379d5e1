// Package lambda builds functions and runs their real binaries over the Lambda Runtime API, as Lambda does:
// several instances each, one event at a time per instance, the environment that Lambda gives and nothing of the
// developer's own, a time limit, and a new instance in the place of one that died.
//
// No process outlives the one that started it: each is a process group of its own that Close ends, on Linux the
// kernel ends it with its parent, and elsewhere a function ends by itself when its Runtime API is gone.
package lambda
