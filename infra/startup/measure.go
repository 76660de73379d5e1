package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"aanspreekpunt/infra/local/system"
	"aanspreekpunt/infra/local/template"
)

// watch notes when requests to DynamoDB come and go.
type watch struct {
	mu sync.Mutex
	noted
}

func (s *watch) around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		came := time.Now()
		answered := &sizing{ResponseWriter: w}
		next.ServeHTTP(answered, r)
		went := time.Now()
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.requests == 0 {
			s.first = came
		}
		s.requests++
		s.last = went
		s.inside += went.Sub(came)
		s.sent += answered.bytes
	})
}

// sizing counts the bytes of an answer.
type sizing struct {
	http.ResponseWriter
	bytes int64
}

func (s *sizing) Write(p []byte) (int, error) {
	n, err := s.ResponseWriter.Write(p)
	s.bytes += int64(n)
	return n, err
}

// noted is what a watch saw.
type noted struct {
	first, last time.Time     // the first request came, the last answer went
	inside      time.Duration // that the server worked
	requests    int
	sent        int64
}

// take returns what was noted and begins anew.
func (s *watch) take() noted {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.noted
	s.noted = noted{}
	return n
}

// subject is a binary with its environment, and what its starts took.
type subject struct {
	name        string
	binary      string
	environment map[string]string

	starts []time.Duration // exec to the first request for an event
	// Parts of that, where it asks DynamoDB.
	untilStore, inStore, serving, afterStore []time.Duration
	sent                                     int64 // bytes that DynamoDB answered in the last start
}

// process is a running binary and the Runtime API that it sees: one event at a time.
type process struct {
	cmd     *exec.Cmd
	began   time.Time // just before exec
	asked   chan time.Time
	events  chan []byte
	answers chan answer
	log     *bytes.Buffer
	server  *http.Server
}

type answer struct {
	body []byte
	at   time.Time
}

// launch starts the binary with a Runtime API of its own. Nothing else runs in this process meanwhile.
func (s *subject) launch(more ...string) (*process, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &process{asked: make(chan time.Time, 1), events: make(chan []byte), answers: make(chan answer, 1), log: &bytes.Buffer{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", func(w http.ResponseWriter, r *http.Request) {
		select {
		case p.asked <- time.Now():
		default: // only the first time counts
		}
		select {
		case event := <-p.events:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "00000000-0000-4000-8000-000000000000")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(10*time.Second).UnixMilli(), 10))
			_, _ = w.Write(event)
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/{end}", func(w http.ResponseWriter, r *http.Request) {
		at := time.Now()
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
		p.answers <- answer{body, at}
	})
	p.server = &http.Server{Handler: mux}
	go func() { _ = p.server.Serve(listener) }()

	p.cmd = exec.Command(s.binary)
	for name, value := range s.environment {
		p.cmd.Env = append(p.cmd.Env, name+"="+value)
	}
	p.cmd.Env = append(p.cmd.Env, "AWS_LAMBDA_RUNTIME_API="+listener.Addr().String())
	p.cmd.Env = append(p.cmd.Env, more...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	p.began = time.Now()
	if err := p.cmd.Start(); err != nil {
		_ = p.server.Close()
		return nil, err
	}
	return p, nil
}

// ready waits for the first request for an event.
func (p *process) ready(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	select {
	case at := <-p.asked:
		return at, nil
	case <-ctx.Done():
		return time.Time{}, fmt.Errorf("it asked for no event: %w", ctx.Err())
	}
}

// end ends the process; its log is complete afterwards.
func (p *process) end() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	_ = p.server.Close()
}

// startOnce starts the binary, notes what that took and ends it.
func (s *subject) startOnce(ctx context.Context, store *watch) error {
	store.take()
	p, err := s.launch()
	if err != nil {
		return err
	}
	defer p.end()
	at, err := p.ready(ctx)
	if err != nil {
		return err
	}
	n := store.take()
	s.starts = append(s.starts, at.Sub(p.began))
	if n.requests > 0 {
		s.untilStore = append(s.untilStore, n.first.Sub(p.began))
		s.inStore = append(s.inStore, n.last.Sub(n.first))
		s.serving = append(s.serving, n.inside)
		s.afterStore = append(s.afterStore, at.Sub(n.last))
		s.sent = n.sent
	}
	return nil
}

// emptyTable makes a table like the template's in which nothing is.
func emptyTable(ctx context.Context, s *system.System, whole *template.Template) (string, error) {
	definition := whole.Tables[0].Definition
	definition.TableName = aws.String("empty")
	e := s.Environment("search")
	client := dynamodb.New(dynamodb.Options{Region: e["AWS_REGION"], BaseEndpoint: aws.String(s.DynamoDB()),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: e["AWS_ACCESS_KEY_ID"], SecretAccessKey: e["AWS_SECRET_ACCESS_KEY"]}, nil
		})})
	_, err := client.CreateTable(ctx, &definition)
	return "empty", err
}

// warmAnswer is the median time that the binary takes for an answer, beside the call to DynamoDB, and with what the
// client takes of that call: all but the time in which the server worked.
type warmAnswer struct {
	path               string
	beside, withClient time.Duration
}

// warmAnswers sends the same events many times to one process. The time inside and that of the call are what the
// binary's own log says of each request.
func warmAnswers(ctx context.Context, s *subject, store *watch) ([]warmAnswer, error) {
	const before, counted = 50, 300
	var all []warmAnswer
	for _, target := range []string{"/api/v1/search?q=sint+jozef+tienen", "/api/v1/zones/5910", "/zoeken?q=sint+jozef+tienen", "/zones/5910"} {
		u, err := url.Parse(target)
		if err != nil {
			return nil, err
		}
		event, err := json.Marshal(events.APIGatewayV2HTTPRequest{
			Version: "2.0", RouteKey: "$default", RawPath: u.Path, RawQueryString: u.RawQuery,
			Headers:        map[string]string{"host": "127.0.0.1", "accept-encoding": "gzip"},
			RequestContext: events.APIGatewayV2HTTPRequestContext{HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: "GET", Path: u.Path, SourceIP: "127.0.0.1"}},
		})
		if err != nil {
			return nil, err
		}
		inDynamoDB, log, err := s.repeat(ctx, store, event, before+counted)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", target, err)
		}
		var durations, calls []time.Duration
		for line := range strings.Lines(log) {
			var record struct{ DurationMs, StorageMs float64 }
			if json.Unmarshal([]byte(line), &record) == nil && record.DurationMs > 0 {
				durations = append(durations, time.Duration(record.DurationMs*float64(time.Millisecond)))
				calls = append(calls, time.Duration(record.StorageMs*float64(time.Millisecond)))
			}
		}
		if len(durations) != len(inDynamoDB) {
			return nil, fmt.Errorf("%s: the log tells of %d requests, %d were sent", target, len(durations), len(inDynamoDB))
		}
		var beside, withClient []time.Duration
		for i := before; i < len(durations); i++ {
			beside = append(beside, durations[i]-calls[i])
			withClient = append(withClient, durations[i]-inDynamoDB[i])
		}
		all = append(all, warmAnswer{u.Path, median(beside), median(withClient)})
	}
	return all, nil
}

// repeat sends an event n times to one process and returns what each took in DynamoDB, and the process's log.
func (s *subject) repeat(ctx context.Context, store *watch, event []byte, n int) ([]time.Duration, string, error) {
	p, err := s.launch()
	if err != nil {
		return nil, "", err
	}
	ended := false
	defer func() {
		if !ended {
			p.end()
		}
	}()
	if _, err := p.ready(ctx); err != nil {
		return nil, "", err
	}
	var inDynamoDB []time.Duration
	for range n {
		store.take()
		select {
		case p.events <- event:
		case <-ctx.Done():
			return nil, "", ctx.Err()
		}
		var a answer
		select {
		case a = <-p.answers:
		case <-ctx.Done():
			return nil, "", ctx.Err()
		}
		var status struct{ StatusCode int }
		if err := json.Unmarshal(a.body, &status); err != nil {
			return nil, "", fmt.Errorf("answer %.200s: %w", a.body, err)
		}
		if status.StatusCode != http.StatusOK {
			return nil, "", fmt.Errorf("answer %.200s", a.body)
		}
		inDynamoDB = append(inDynamoDB, store.take().inside)
	}
	ended = true
	p.end()
	return inDynamoDB, p.log.String(), nil
}

// packageInits lists the packages whose initialisation takes longest in one start.
func packageInits(ctx context.Context, s *subject) ([]string, error) {
	p, err := s.launch("GODEBUG=inittrace=1")
	if err != nil {
		return nil, err
	}
	_, err = p.ready(ctx)
	p.end()
	if err != nil {
		return nil, err
	}
	type init struct {
		text string
		ms   float64
	}
	var inits []init
	traced := regexp.MustCompile(`^init (\S+) @\S+ ms, (\S+) ms clock, (\d+) bytes`)
	lines := bufio.NewScanner(strings.NewReader(p.log.String()))
	for lines.Scan() {
		if m := traced.FindStringSubmatch(lines.Text()); m != nil {
			ms, err := strconv.ParseFloat(m[2], 64)
			if err != nil {
				return nil, err
			}
			inits = append(inits, init{fmt.Sprintf("%6.3f ms  %7s bytes  %s", ms, m[3], m[1]), ms})
		}
	}
	slices.SortFunc(inits, func(a, b init) int {
		switch {
		case a.ms > b.ms:
			return -1
		case a.ms < b.ms:
			return 1
		}
		return 0
	})
	var longest []string
	for _, i := range inits[:min(6, len(inits))] {
		longest = append(longest, i.text)
	}
	return longest, nil
}

// crossBuild builds search for Lambda's arm64.
func crossBuild(ctx context.Context, settings map[string]string, binary string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-o", binary, "./functions/search")
	cmd.Env = os.Environ()
	for name, value := range settings {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Env = append(cmd.Env, "GOOS=linux", "GOARCH=arm64")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build for arm64: %w: %s", err, out)
	}
	return nil
}

func zippedSize(binary string) (int64, error) {
	data, err := os.ReadFile(binary)
	if err != nil {
		return 0, err
	}
	var zipped bytes.Buffer
	archive := zip.NewWriter(&zipped)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.DefaultCompression) // what sam and zip use
	})
	entry, err := archive.Create("bootstrap")
	if err != nil {
		return 0, err
	}
	if _, err := entry.Write(data); err != nil {
		return 0, err
	}
	if err := archive.Close(); err != nil {
		return 0, err
	}
	return int64(zipped.Len()), nil
}

// pageSize is what a browser receives for a page with an empty cache.
type pageSize struct {
	path  string
	bytes int64
}

var loads = regexp.MustCompile(`<(?:link|script|img)\b[^>]*?\b(?:href|src)="(/[^"]*)"`)

// pageSizes asks for pages as a browser does, compressed, with all that they load, over connections that count.
func pageSizes(ctx context.Context, base string) ([]pageSize, error) {
	var sizes []pageSize
	for _, path := range []string{"/", "/zoeken?q=basisschool", "/scholen/990000", "/zones", "/zones/5910", "/gemeenten/24107", "/over", "/bestaat/niet"} {
		var counted counter
		client := &http.Client{Transport: &http.Transport{DisableCompression: true, DialContext: counted.dial}}
		page, err := fetch(ctx, client, base+path)
		if err != nil {
			return nil, err
		}
		asked := map[string]bool{}
		for _, m := range loads.FindAllSubmatch(page, -1) {
			address := string(m[1])
			if asked[address] || bytes.Contains(m[0], []byte(`rel="canonical"`)) {
				continue
			}
			asked[address] = true
			if _, err := fetch(ctx, client, base+address); err != nil {
				return nil, err
			}
		}
		client.CloseIdleConnections()
		sizes = append(sizes, pageSize{path, counted.total()})
	}
	return sizes, nil
}

// fetch returns a document, decompressed.
func fetch(ctx context.Context, client *http.Client, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept-Encoding", "gzip")
	answer, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	return decompressed(answer)
}
