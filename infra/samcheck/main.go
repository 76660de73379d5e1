// Command samcheck proves that the functions run under AWS SAM as they do in infra/local:
//
//	go run ./infra/samcheck
//
// It validates the template, builds it, invokes every event in events/ with `sam local invoke` against a seeded
// DynamoDB of infra/local, and compares the status with the one in the event's name (…-404, …-ok, …-error). Then it
// asks a few addresses of `sam local start-api`.
//
// SAM and Docker are needed. Where one is missing it says so and ends well, unless AANSPREEKPUNT_REQUIRE_TOOLS is set.
package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"aanspreekpunt/infra/local/system"
	"aanspreekpunt/infra/local/template"
)

func main() {
	only := flag.String("only", "*", "`pattern` of the events to invoke: their names without .json")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if missing := missingTool(ctx); missing != "" {
		fmt.Println("samcheck: skipped:", missing)
		if os.Getenv("AANSPREEKPUNT_REQUIRE_TOOLS") != "" {
			os.Exit(1)
		}
		return
	}
	if err := run(ctx, *only); err != nil {
		fmt.Fprintln(os.Stderr, "samcheck:", err)
		os.Exit(1)
	}
}

// missingTool says what this machine lacks, and how to get it.
func missingTool(ctx context.Context) string {
	if _, err := exec.LookPath("sam"); err != nil {
		return "sam is not on the PATH (pip install aws-sam-cli)"
	}
	if exec.CommandContext(ctx, "docker", "info").Run() != nil {
		return "no Docker engine answers (docker info)"
	}
	return ""
}

// host is how a container reaches a server on this machine.
const host = "host.docker.internal"

// checker runs sam in the repo's root with the environment that this project's build wants.
type checker struct {
	whole       *template.Template
	environment []string
	common      []string // arguments of every `sam local`
}

func run(ctx context.Context, only string) error {
	whole, err := template.ReadFile("template.yaml", nil)
	if err != nil {
		return err
	}
	c := &checker{whole: whole, environment: append(os.Environ(), "SAM_CLI_TELEMETRY=0",
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_DEFAULT_REGION="+template.Region)}
	for name, value := range whole.Build {
		c.environment = append(c.environment, name+"="+value)
	}
	architecture := map[string]string{"amd64": "x86_64"}[runtime.GOARCH]
	if architecture == "" {
		architecture = runtime.GOARCH
	}
	parameters := "Architecture=" + architecture
	for _, arguments := range [][]string{{"validate", "--lint"}, {"build", "--parameter-overrides", parameters}} {
		if _, err := c.sam(ctx, arguments...); err != nil {
			return err
		}
		fmt.Println("ok  sam", arguments[0])
	}

	// Containers reach the data through the bridge, so it has to be on every address of this machine.
	fmt.Println("starting DynamoDB and S3 with demonstration data")
	s, err := system.Start(ctx, system.Options{Listen: "0.0.0.0:0", ServicesOnly: true})
	if err != nil {
		return err
	}
	defer s.Close()
	settings, err := os.MkdirTemp("", "samcheck-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(settings)
	reachable, err := c.writeEnvironment(filepath.Join(settings, "env.json"), s, s.DynamoDB())
	if err != nil {
		return err
	}
	// Nothing listens on port 1.
	unreachable, err := c.writeEnvironment(filepath.Join(settings, "down.json"), s, "http://127.0.0.1:1")
	if err != nil {
		return err
	}
	c.common = []string{"--parameter-overrides", parameters, "--add-host", host + ":host-gateway"}
	image := "public.ecr.aws/lambda/provided:al2023-" + architecture
	if exec.CommandContext(ctx, "docker", "image", "inspect", image).Run() == nil {
		c.common = append(c.common, "--skip-pull-image")
	}

	if err := c.invokeAll(ctx, only, reachable, unreachable); err != nil {
		return err
	}
	if only != "*" {
		return nil
	}
	return c.askAPI(ctx, reachable)
}

// sam runs a sam command and returns what it wrote to standard output. Its error holds the end of what it wrote to
// standard error.
func (c *checker) sam(ctx context.Context, arguments ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "sam", arguments...)
	cmd.Env = c.environment
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("sam %s: %w\n%s", strings.Join(arguments, " "), err, tail(append(said.Bytes(), out...)))
	}
	return out, nil
}

func tail(text []byte) string {
	const most = 2000
	if len(text) > most {
		text = text[len(text)-most:]
	}
	return strings.TrimSpace(string(text))
}

// begin is enough of an answer to know it by.
func begin(text string) string { return text[:min(len(text), 300)] }

// writeEnvironment writes a file for --env-vars that leads every function to this DynamoDB and to the S3 of s.
func (c *checker) writeEnvironment(file string, s *system.System, dynamoDB string) (string, error) {
	fromContainer := strings.NewReplacer("127.0.0.1", host).Replace
	all := map[string]map[string]string{}
	for _, f := range c.whole.Functions {
		all[f.LogicalID] = map[string]string{}
		for name, value := range f.Environment {
			all[f.LogicalID][name] = value // SAM gives a container logical names; the data has the runner's
		}
		all[f.LogicalID]["AWS_ENDPOINT_URL_DYNAMODB"] = fromContainer(dynamoDB)
		all[f.LogicalID]["AWS_ENDPOINT_URL_S3"] = fromContainer(s.S3())
	}
	data, err := json.Marshal(all)
	if err != nil {
		return "", err
	}
	return file, os.WriteFile(file, data, 0o600)
}

// attempt is one event, under one environment, with the end that it should have.
type attempt struct{ file, environment, want string }

func (c *checker) invokeAll(ctx context.Context, only, reachable, unreachable string) error {
	files, err := filepath.Glob(filepath.Join("events", only+".json"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("no event is called %s", only)
	}
	var attempts []attempt
	for _, file := range files {
		name := strings.TrimSuffix(file, ".json")
		attempts = append(attempts, attempt{file, reachable, name[strings.LastIndexByte(name, '-')+1:]})
	}
	for _, file := range []string{"events/search-zone-page-200.json", "events/search-api-search-200.json", "events/search-api-health-200.json"} {
		if slices.Contains(files, filepath.FromSlash(file)) {
			attempts = append(attempts, attempt{file, unreachable, "503"})
		}
	}

	// Two at a time: a container mostly waits for Docker.
	var mu sync.Mutex
	var failed error
	var working sync.WaitGroup
	next := make(chan attempt)
	for range 2 {
		working.Go(func() {
			for a := range next {
				began := time.Now()
				got, detail, err := c.invoke(ctx, a)
				mu.Lock()
				switch {
				case err != nil:
					failed = errors.Join(failed, err)
				case got != a.want:
					failed = errors.Join(failed, fmt.Errorf("%s: got %s, want %s: %s", a.file, got, a.want, detail))
				default:
					without := ""
					if a.environment == unreachable {
						without = " without DynamoDB"
					}
					fmt.Printf("ok  %-52s %s%s, %.1f s\n", filepath.Base(a.file), got, without, time.Since(began).Seconds())
				}
				mu.Unlock()
			}
		})
	}
	for _, a := range attempts {
		next <- a
	}
	close(next)
	working.Wait()
	if failed == nil {
		fmt.Printf("ok  sam local invoke: %d events\n", len(attempts))
	}
	return failed
}

// invoke runs one event and returns the status of an HTTP answer, or "ok" or "error".
func (c *checker) invoke(ctx context.Context, a attempt) (got, detail string, err error) {
	function, _, _ := strings.Cut(filepath.Base(a.file), "-")
	i := slices.IndexFunc(c.whole.Functions, func(f template.Function) bool { return f.Name == function })
	if i < 0 {
		return "", "", fmt.Errorf("%s: the template has no function %s", a.file, function)
	}
	out, err := c.sam(ctx, append([]string{"local", "invoke", c.whole.Functions[i].LogicalID, "--event", a.file, "--env-vars", a.environment}, c.common...)...)
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", a.file, err)
	}
	var answer struct {
		StatusCode   int    `json:"statusCode"`
		ErrorMessage string `json:"errorMessage"`
	}
	text := strings.TrimSpace(string(out))
	if !json.Valid([]byte(text)) {
		return "error", "no JSON: " + tail(out), nil
	}
	_ = json.Unmarshal([]byte(text), &answer) // an answer of another shape has neither member
	switch {
	case answer.ErrorMessage != "":
		return "error", answer.ErrorMessage, nil
	case answer.StatusCode != 0:
		return fmt.Sprint(answer.StatusCode), begin(text), nil
	}
	return "ok", begin(text), nil
}

// askAPI starts SAM's own gateway and asks it for a page, an answer of the API and something that is not there.
func (c *checker) askAPI(ctx context.Context, environment string) error {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(free.Addr().String())
	if err != nil {
		return err
	}
	if err := free.Close(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sam", append([]string{"local", "start-api", "--port", port, "--env-vars", environment, "--warm-containers", "EAGER"}, c.common...)...)
	cmd.Env = c.environment
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // it removes its containers then
	cmd.WaitDelay = 30 * time.Second
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		return err
	}
	var exit error
	ended := make(chan struct{})
	go func() {
		exit = cmd.Wait()
		close(ended)
	}()
	defer func() {
		cancel()
		<-ended
	}()

	base := "http://127.0.0.1:" + port
	for {
		if connection, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			_ = connection.Close()
			break
		}
		select {
		case <-ended:
			return fmt.Errorf("sam local start-api ended: %w: %s", cmp.Or(exit, errors.New("exit status 0")), tail(said.Bytes()))
		case <-ctx.Done():
			return fmt.Errorf("sam local start-api does not answer: %w", ctx.Err())
		case <-time.After(200 * time.Millisecond):
		}
	}
	for _, q := range []struct {
		path, contains string
		status         int
	}{
		{"/", "<html", 200},
		{"/zones/5910", "Getevallei", 200},
		{"/api/v1/health", `"UP"`, 200},
		{"/api/v1/search?q=tienen", `"5910"`, 200},
		{"/api/v1/zones/0000", "resourceNotFound", 404},
		{"/bestaat/niet", "<html", 404},
	} {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+q.path, nil)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return fmt.Errorf("sam local start-api: %s: %w", q.path, err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil {
			return fmt.Errorf("sam local start-api: %s: %w", q.path, err)
		}
		if answer.StatusCode != q.status || !bytes.Contains(body, []byte(q.contains)) {
			return fmt.Errorf("sam local start-api: %s gives %d, want %d with %s: %s", q.path, answer.StatusCode, q.status, q.contains, tail(body))
		}
	}
	fmt.Println("ok  sam local start-api")
	return nil
}
