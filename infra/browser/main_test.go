package browser

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"aanspreekpunt/infra/local/system"
)

var (
	running  *system.System
	chromium context.Context // of the one Chromium; each test opens tabs of its own
	axe      string          // the source of axe-core, "" where it is missing
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	required := os.Getenv("AANSPREEKPUNT_REQUIRE_TOOLS") != ""
	executable := findChromium()
	if executable == "" {
		fmt.Println("infra/browser: skipped, no Chromium here: apt-get install chromium")
		if required {
			return 1
		}
		return 0
	}
	if source, err := os.ReadFile(axePath()); err == nil {
		axe = string(source)
	} else if required {
		fmt.Println("infra/browser: no axe-core at", axePath())
		return 1
	}
	s, err := system.Start(context.Background(), system.Options{})
	if err != nil {
		fmt.Println("infra/browser:", err)
		return 1
	}
	defer s.Close()
	running = s
	profile, err := os.MkdirTemp("", "aanspreekpunt-browser-")
	if err != nil {
		fmt.Println("infra/browser:", err)
		return 1
	}
	defer os.RemoveAll(profile)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(executable), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	defer stop()
	ctx, closeBrowser := chromedp.NewContext(allocator)
	defer closeBrowser()
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		fmt.Println("infra/browser: Chromium does not start:", err)
		return 1
	}
	chromium = ctx
	return m.Run()
}

func findChromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// axePath is where axe-core is: AANSPREEKPUNT_AXE, or the cache into which .ci/run installs it.
func axePath() string {
	if path := os.Getenv("AANSPREEKPUNT_AXE"); path != "" {
		return path
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(cache, "aanspreekpunt", "axe", "node_modules", "axe-core", "axe.min.js")
}

// tab is a page of the browser that notes what goes wrong in it.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu        sync.Mutex
	host      string   // of another site that a test opens; "" for none
	elsewhere []string // addresses outside the system that were asked for
	errors    []string // of the console
	bytes     float64  // transferred since the last open
}

// open makes a tab that fails the test when it loads something from elsewhere or logs an error.
func open(t *testing.T) *tab {
	t.Helper()
	return openIn(t)
}

// openAlone makes a tab with cookies of its own, in which somebody may sign in at the issuer.
func openAlone(t *testing.T) *tab {
	t.Helper()
	return openIn(t, chromedp.WithNewBrowserContext())
}

func openIn(t *testing.T, options ...chromedp.ContextOption) *tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(chromium, options...)
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute) // far more than a busy machine needs
	tb := &tab{t: t, ctx: ctx}
	home, err := url.Parse(running.URL())
	if err != nil {
		t.Fatal(err)
	}
	err = chromedp.Listen(ctx, func(ev any) {
		tb.mu.Lock()
		defer tb.mu.Unlock()
		switch ev := ev.(type) {
		case *network.EventRequestWillBeSent:
			issuer := len(options) > 0 && strings.HasPrefix(ev.Request.URL, running.Issuer()+"/")
			if u, err := url.Parse(ev.Request.URL); err != nil || u.Host != home.Host && u.Host != tb.host && u.Scheme != "about" && u.Scheme != "data" && !issuer {
				tb.elsewhere = append(tb.elsewhere, ev.Request.URL)
			}
		case *network.EventLoadingFinished:
			tb.bytes += ev.EncodedDataLength
		case *runtime.EventExceptionThrown:
			tb.errors = append(tb.errors, ev.ExceptionDetails.Text)
		case *runtime.EventConsoleAPICalled:
			if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeWarning {
				tb.errors = append(tb.errors, fmt.Sprint(ev.Type, " from a script"))
			}
		case *cdplog.EventEntryAdded:
			if ev.Entry.Level == cdplog.EntryLevelError && ev.Entry.Source != cdplog.EntrySourceNetwork {
				tb.errors = append(tb.errors, ev.Entry.Text)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	call(tb, network.Enable, network.EnableParams{})
	call(tb, runtime.Enable, cdp.Empty{})
	call(tb, cdplog.Enable, cdp.Empty{})
	t.Cleanup(func() {
		cancel()
		closeTab() // without the lock: closing waits for the listener, which takes it
		tb.mu.Lock()
		defer tb.mu.Unlock()
		for _, address := range tb.elsewhere {
			t.Errorf("loaded from elsewhere: %s", address)
		}
		for _, text := range tb.errors {
			t.Errorf("console: %s", text)
		}
	})
	return tb
}

// call sends a command of the DevTools protocol.
func call[P, R any](tb *tab, command cdp.Command[P, R], params P) R {
	tb.t.Helper()
	result, err := chromedp.Call(tb.ctx, command, params)
	if err != nil {
		tb.t.Fatal(err)
	}
	return result
}

func (tb *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	tb.t.Helper()
	if err := chromedp.Do(tb.ctx, steps...); err != nil {
		tb.t.Fatal(err)
	}
}

// goTo opens a path of the system.
func (tb *tab) goTo(path string) {
	tb.t.Helper()
	tb.mu.Lock()
	tb.bytes = 0
	tb.mu.Unlock()
	if err := chromedp.Do(tb.ctx, chromedp.Navigate(running.URL()+path)); err != nil && !strings.Contains(err.Error(), "ERR_HTTP_RESPONSE_CODE_FAILURE") {
		tb.t.Fatalf("%s: %v", path, err)
	}
}

// js evaluates an expression, a promise included.
func js[T any](tb *tab, expression string) T {
	tb.t.Helper()
	v, err := chromedp.Run(tb.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		tb.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits for an expression to be true, across a navigation too.
func (tb *tab) until(expression string) {
	tb.t.Helper()
	for {
		_, err := chromedp.Run(tb.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(15*time.Second)))
		if err == nil {
			return
		}
		if !strings.Contains(err.Error(), "(-32000)") { // the page that was asked is being replaced by another
			tb.t.Fatalf("waited for %s: %v", expression, err)
		}
	}
}

func (tb *tab) keys(keys string) {
	tb.t.Helper()
	tb.do(chromedp.KeyEvent(keys))
}

// enter presses Enter as a keyboard does: one event, so that a script that handles the key also stops what would
// follow from it.
func (tb *tab) enter() {
	tb.t.Helper()
	key := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13, Text: "\r"}
	call(tb, input.DispatchKeyEvent, key)
	key.Type, key.Text = input.DispatchKeyEventTypeKeyUp, ""
	call(tb, input.DispatchKeyEvent, key)
}
