package browser

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// school is a school's own site, with what /insluiten says to paste, and notes which cookies it sees.
func school(t *testing.T, tb *tab) *httptest.Server {
	t.Helper()
	response, err := http.Get(running.URL() + "/insluiten?zone=5910")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`(?s)<pre><code>(.*?)</code>`).FindAllSubmatch(page, -1)
	if len(codes) != 2 {
		t.Fatalf("%d pieces of code", len(codes))
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html lang="nl"><title>Onze school</title><link rel="icon" href="data:,"><h1>Onze school</h1><div style="max-width: 40rem">%s%s</div>`,
			html.UnescapeString(string(codes[0][1])), html.UnescapeString(string(codes[1][1])))
	}))
	t.Cleanup(site.Close)
	u, err := url.Parse(site.URL)
	if err != nil {
		t.Fatal(err)
	}
	tb.mu.Lock()
	tb.host = u.Host
	tb.mu.Unlock()
	return site
}

// TestOnTheSiteOfASchool: the frames on another site take the height of what is in them, get no cookie, and leave the
// frame by their links.
func TestOnTheSiteOfASchool(t *testing.T) {
	t.Parallel()
	tb := openAlone(t)
	var mu sync.Mutex
	var cookies []string
	if err := chromedp.Listen(tb.ctx, func(ev any) {
		if e, ok := ev.(*network.EventResponseReceived); ok {
			mu.Lock()
			defer mu.Unlock()
			for name := range e.Response.Headers {
				if strings.EqualFold(name, "Set-Cookie") {
					cookies = append(cookies, e.Response.URL)
				}
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	site := school(t, tb)
	for _, width := range []int64{1280, 320} {
		tb.size(width, 900)
		tb.do(chromedp.Navigate(site.URL))
		tb.until(`[...document.querySelectorAll("iframe")].length === 2 && (scrollTo(0, 99999), true)`) // they load lazily
		tb.until(`[...document.querySelectorAll("iframe")].every(f => f.style.height !== "")`)
		heights := js[[]float64](tb, `[...document.querySelectorAll("iframe")].map(f => parseFloat(f.style.height))`)
		if heights[0] < 250 || heights[0] > 900 || heights[1] < 500 || heights[1] > 2500 {
			t.Errorf("at %d px the frames are %v px high", width, heights)
		}
		if overflow := js[float64](tb, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); overflow > 0 {
			t.Errorf("at %d px the page scrolls sideways by %v", width, overflow)
		}
	}
	mu.Lock()
	if len(cookies) > 0 {
		t.Errorf("cookies were set by %v", cookies)
	}
	mu.Unlock()
	// A click in the frame, as a person does it: the last link stands at its end.
	tb.size(1280, 900)
	tb.do(chromedp.Navigate(site.URL))
	tb.until(`(scrollTo(0, 99999), [...document.querySelectorAll("iframe")].every(f => f.style.height !== ""))`)
	at := js[[]float64](tb, `(() => { const f = document.querySelectorAll("iframe")[1]; f.scrollIntoView({block: "end"}); const r = f.getBoundingClientRect(); return [r.left, r.bottom]; })()`)
	tb.do(chromedp.MouseClickXY(at[0]+60, at[1]-44))
	tb.until(`location.origin === "` + running.URL() + `" && location.pathname === "/"`)
}

// TestNothingElseStandsInAFrame: what a frame elsewhere must not show the browser refuses to show.
func TestNothingElseStandsInAFrame(t *testing.T) {
	t.Parallel()
	for path, shown := range map[string]bool{"/insluiten/zoeken": true, "/zones/5910": false, "/insluiten": false, "/": false} {
		response, err := http.Get(running.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if policy := response.Header.Get("Content-Security-Policy"); strings.Contains(policy, "frame-ancestors *") != shown || strings.Contains(policy, "frame-ancestors 'none'") == shown {
			t.Errorf("%s: %s", path, policy)
		}
	}
}
