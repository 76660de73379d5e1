package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

const weekly = `{"action":"importSchools","time":"2026-11-23T06:00:00Z"}`

// startWithAPI gives a system whose API is a, and the waits between tries, which take no time.
func startWithAPI(t *testing.T, a *api) (*system, *[]time.Duration) {
	t.Helper()
	server := httptest.NewServer(http.StripPrefix("/gegevens", a))
	t.Cleanup(server.Close)
	s := start(t, map[string]string{"SCHOOLS_API_URL": server.URL + "/gegevens/", "SCHOOLS_API_KEY": "sleutel"})
	waits := new([]time.Duration)
	s.Ministry.wait = func(_ context.Context, d time.Duration) error {
		*waits = append(*waits, d)
		return nil
	}
	return s, waits
}

func threeSchools() map[string][]string {
	return map[string][]string{
		"/instelling/v2/instelling":                 institutions(2, 990001, 990002, 990003),
		"/instellingslocatie/v1/instellingslocatie": locations(2, 990001, 990002, 990003),
	}
}

func TestImportsFromTheAPI(t *testing.T) {
	t.Parallel()
	a := &api{pages: threeSchools()}
	s, waits := startWithAPI(t, a)
	report := s.must(weekly)
	if report.Outcome != "published" || s.numbers() != "990001 990002 990003" || len(*waits) != 0 {
		t.Errorf("got %+v after waits %v", report, *waits)
	}
	var asked []string
	for _, u := range a.asked {
		asked = append(asked, u.RequestURI())
	}
	want := []string{
		"/instelling/v2/instelling?page=1&size=5000", "/instelling/v2/instelling?page=2&size=5000",
		"/instellingslocatie/v1/instellingslocatie?page=1&size=5000", "/instellingslocatie/v1/instellingslocatie?page=2&size=5000",
	}
	if !slices.Equal(asked, want) || slices.ContainsFunc(a.keys, func(k string) bool { return k != "sleutel" }) {
		t.Errorf("asked %q with keys %q", asked, a.keys)
	}
	if s.download("verslagen/api/2026-11-23.json") == "" {
		t.Error("no report")
	}
	if again := s.must(strings.Replace(weekly, "23T", "30T", 1)); again.Outcome != "unchanged" {
		t.Errorf("a week later: got %+v", again)
	}
	if strings.Contains(s.log.String(), "sleutel") {
		t.Error("the key is in the log")
	}
}

func TestTriesAgain(t *testing.T) {
	t.Parallel()
	a := &api{pages: threeSchools(), before: func(w http.ResponseWriter, _ *http.Request, n int) bool {
		switch n {
		case 1:
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
		case 2:
			w.Header().Set("Retry-After", "86400")
			w.WriteHeader(http.StatusServiceUnavailable)
		case 3:
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, "{") // and the connection breaks
		default:
			return false
		}
		return true
	}}
	s, waits := startWithAPI(t, a)
	if report := s.must(weekly); report.Outcome != "published" {
		t.Errorf("got %+v", report)
	}
	if want := []time.Duration{7 * time.Second, 30 * time.Second, 4 * time.Second}; !slices.Equal(*waits, want) {
		t.Errorf("waited %v, want %v", *waits, want)
	}
}

func TestAPIThatFails(t *testing.T) {
	t.Parallel()
	answer := func(status int, body string) func(http.ResponseWriter, *http.Request, int) bool {
		return func(w http.ResponseWriter, _ *http.Request, _ int) bool {
			w.Header().Set("Location", "http://elsewhere.example/")
			w.WriteHeader(status)
			fmt.Fprint(w, body)
			return true
		}
	}
	page := func(number, total int) string {
		return fmt.Sprintf(`{"meta":{"total_elements":1,"total_pages":%d,"number":%d},"content":[{"instelling_naam":"x"}]}`, total, number)
	}
	for _, c := range []struct {
		name  string
		api   *api
		want  string
		asked int
	}{
		{"always throttled", &api{before: answer(429, "")}, "instelling page 1: the API answers 429", 4},
		{"always broken", &api{before: answer(500, "")}, "the API answers 500", 4},
		{"a wrong key", &api{before: answer(403, "")}, "is SCHOOLS_API_KEY still valid", 1},
		{"moved", &api{before: answer(302, "")}, "the API answers 302", 1},
		{"no page", &api{before: answer(200, "<html>")}, "instelling page 1: line 1: invalid character", 1},
		{"another page", &api{before: answer(200, page(2, 3))}, "asked for instelling page 1, got page 2 of instelling", 1},
		{"too many pages", &api{before: answer(200, page(1, 41))}, "41 pages", 1},
		{"a page less", &api{pages: map[string][]string{"/instelling/v2/instelling": institutions(2, 990001, 990002, 990003)[:1]}}, "instelling page 2: refused: the API answers 404", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, _ := startWithAPI(t, c.api)
			_, err := s.handle(weekly)
			if err == nil || !strings.Contains(err.Error(), c.want) || len(c.api.asked) != c.asked {
				t.Errorf("got %v after %d requests, want …%s… after %d", err, len(c.api.asked), c.want, c.asked)
			}
			if _, ok, _ := s.Store.Pointer(t.Context()); ok {
				t.Error("something was published")
			}
			if !strings.Contains(s.download("verslagen/api/2026-11-23.json"), `"refused"`) {
				t.Error("no report")
			}
		})
	}
}

func TestStopsWaitingWhenTheFunctionEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	a := &api{before: func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		w.WriteHeader(http.StatusServiceUnavailable)
		cancel()
		return true
	}}
	s, _ := startWithAPI(t, a)
	s.Ministry.wait = wait
	if _, err := s.Ministry.Pages(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
