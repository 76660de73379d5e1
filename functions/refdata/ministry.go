package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"aanspreekpunt/shared/schoollist"
)

// Bounds of what is fetched. The API gives up to 5,000 elements a page; it had about 4,700 schools and 9,000
// locations in 2026.
const (
	pageSize    = 5000
	maxPages    = 40       // of a resource
	maxPage     = 64 << 20 // bytes
	pageTimeout = 45 * time.Second
	maxTries    = 4 // of a page
	longestWait = 30 * time.Second
)

// Ministry is the ministry's API with institutions and their locations.
type Ministry struct {
	base   string
	key    string
	client *http.Client
	wait   func(context.Context, time.Duration) error // between two tries
}

// newMinistry makes a client of the API at base, such as https://onderwijs.api.vlaanderen.be/instellingsgegevens;
// nil when base is "": then there is no API to import from.
func newMinistry(base, key string) (*Ministry, error) {
	if base == "" {
		return nil, nil
	}
	if u, err := url.Parse(base); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, fmt.Errorf("%q is no http or https address", base)
	}
	return &Ministry{
		base: strings.TrimSuffix(base, "/"), key: key,
		client: &http.Client{
			Timeout: pageTimeout,
			// The key must not follow a redirect to another host.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		wait: wait,
	}, nil
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Pages fetches every page of both resources.
func (m *Ministry) Pages(ctx context.Context) ([]schoollist.File, error) {
	var files []schoollist.File
	for _, resource := range []struct{ name, path string }{
		{schoollist.Institutions, "/instelling/v2/instelling"},
		{schoollist.Locations, "/instellingslocatie/v1/instellingslocatie"},
	} {
		for number, total := 1, 1; number <= total; number++ {
			file := schoollist.File{Name: fmt.Sprintf("%s page %d", resource.name, number)}
			var err error
			if file.Data, err = m.page(ctx, m.base+resource.path+"?page="+strconv.Itoa(number)+"&size="+strconv.Itoa(pageSize)); err != nil {
				return nil, fmt.Errorf("ministry's API: %s: %w", file.Name, err)
			}
			page, err := schoollist.ReadPage(file)
			if err != nil {
				return nil, fmt.Errorf("ministry's API: %w", err)
			}
			if page.Resource != resource.name || page.Number != number {
				return nil, fmt.Errorf("ministry's API: asked for %s, got page %d of %s", file.Name, page.Number, page.Resource)
			}
			if total = page.Total; total > maxPages {
				return nil, fmt.Errorf("ministry's API: %s has %d pages, more than the %d that we fetch", resource.name, total, maxPages)
			}
			files = append(files, file)
		}
	}
	return files, nil
}

// errRefused: trying again does not help.
var errRefused = errors.New("refused")

// page fetches one page. An answer that may get better is asked for again, after the time that the API asks for
// or 1, 2 and 4 seconds.
func (m *Ministry) page(ctx context.Context, address string) ([]byte, error) {
	for try := 1; ; try++ {
		data, after, err := m.try(ctx, address)
		if err == nil || errors.Is(err, errRefused) || try == maxTries {
			return data, err
		}
		if after == 0 {
			after = time.Second << (try - 1)
		}
		if waitErr := m.wait(ctx, min(after, longestWait)); waitErr != nil {
			return nil, errors.Join(err, waitErr)
		}
	}
}

func (m *Ministry) try(ctx context.Context, address string) (data []byte, after time.Duration, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %w", errRefused, err)
	}
	request.Header.Set("x-api-key", m.key)
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "aanspreekpunt (look-up of police contact points for schools)")
	response, err := m.client.Do(request)
	if err != nil {
		return nil, 0, err
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode == http.StatusOK:
	case response.StatusCode == http.StatusTooManyRequests || response.StatusCode >= 500:
		if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil && seconds > 0 {
			after = time.Duration(seconds) * time.Second
		}
		return nil, after, fmt.Errorf("the API answers %s", response.Status)
	case response.StatusCode == http.StatusUnauthorized || response.StatusCode == http.StatusForbidden:
		return nil, 0, fmt.Errorf("%w: the API answers %s: is SCHOOLS_API_KEY still valid", errRefused, response.Status)
	default:
		return nil, 0, fmt.Errorf("%w: the API answers %s", errRefused, response.Status)
	}
	if data, err = io.ReadAll(io.LimitReader(response.Body, maxPage+1)); err != nil {
		return nil, 0, err
	}
	if len(data) > maxPage {
		return nil, 0, fmt.Errorf("%w: the page is over %d bytes", errRefused, maxPage)
	}
	return data, 0, nil
}
