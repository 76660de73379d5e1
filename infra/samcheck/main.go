// Command samcheck proves that the functions run under AWS SAM as they do in infra/local:
//
//	go run ./infra/samcheck           # every event
//	go run ./infra/samcheck -suite    # the end-to-end tests
//
// Both validate the template and build it. The first invokes every event in events/ with `sam local invoke` against a
// seeded DynamoDB of infra/local, and compares the status with the one in the event's name (…-404, …-ok, …-error).
//
// The second starts DynamoDB Local (Docker's image, or the one at -dynamodb), makes the template's table on it, seeds
// it, runs the services of infra/local (issuer, mail, S3) beside `sam local start-api` and, for scheduled functions and
// those that call each other, `sam local start-lambda`, and runs infra/endtoend against them.
//
// SAM and Docker are needed. Where one is missing it says so and ends well, unless AANSPREEKPUNT_REQUIRE_TOOLS is set.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"aanspreekpunt/infra/local/system"
	"aanspreekpunt/infra/local/template"
)

func main() {
	only := flag.String("only", "*", "`pattern` of the events to invoke: their names without .json")
	suite := flag.Bool("suite", false, "run infra/endtoend against SAM, instead of the events")
	dynamoDB := flag.String("dynamodb", "", "`URL` of a DynamoDB Local for -suite, instead of Docker's image")
	tests := flag.String("run", "", "`pattern` of the tests of -suite")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if missing := missingTool(ctx); missing != "" {
		fmt.Println("samcheck: skipped:", missing)
		if os.Getenv("AANSPREEKPUNT_REQUIRE_TOOLS") != "" {
			os.Exit(1)
		}
		return
	}
	c, err := newChecker(ctx)
	if err == nil && *suite {
		err = c.runSuite(ctx, *dynamoDB, *tests)
	} else if err == nil {
		err = c.runEvents(ctx, *only)
	}
	if err != nil {
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

// newChecker validates the template and builds it.
func newChecker(ctx context.Context) (*checker, error) {
	whole, err := template.ReadFile("template.yaml", nil)
	if err != nil {
		return nil, err
	}
	c := &checker{whole: whole, environment: append(os.Environ(), "SAM_CLI_TELEMETRY=0",
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_DEFAULT_REGION="+template.Region,
		// SAM asks AWS whose account this is, and tries for eight seconds where nobody answers. It does without.
		"AWS_ENDPOINT_URL_STS=http://127.0.0.1:1", "AWS_MAX_ATTEMPTS=1")}
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
			return nil, err
		}
		fmt.Println("ok  sam", arguments[0])
	}
	c.common = []string{"--parameter-overrides", parameters, "--add-host", host + ":host-gateway"}
	image := "public.ecr.aws/lambda/provided:al2023-" + architecture
	if exec.CommandContext(ctx, "docker", "image", "inspect", image).Run() == nil {
		c.common = append(c.common, "--skip-pull-image")
	}
	return c, nil
}

// everywhere is an address of the services that containers reach through the bridge.
const everywhere = "0.0.0.0:0"

func (c *checker) runEvents(ctx context.Context, only string) error {
	fmt.Println("starting DynamoDB and S3 with demonstration data")
	s, err := system.Start(ctx, system.Options{Listen: everywhere, ServicesOnly: true})
	if err != nil {
		return err
	}
	defer s.Close()
	settings, err := os.MkdirTemp("", "samcheck-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(settings)
	functions := s.Elsewhere("", "", fromContainer)
	reachable, err := writeJSON(filepath.Join(settings, "env.json"), functions)
	if err != nil {
		return err
	}
	for _, environment := range functions {
		environment["AWS_ENDPOINT_URL_DYNAMODB"] = "http://" + host + ":1" // nothing listens there
	}
	unreachable, err := writeJSON(filepath.Join(settings, "down.json"), functions)
	if err != nil {
		return err
	}
	return c.invokeAll(ctx, only, reachable, unreachable)
}

// fromContainer is an address of this machine as a container reaches it.
func fromContainer(address string) string { return strings.Replace(address, "127.0.0.1", host, 1) }

// writeJSON writes a file and gives its name.
func writeJSON(file string, v any) (string, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	return file, os.WriteFile(file, data, 0o600)
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

	// Four at a time: a container mostly waits for Docker.
	var mu sync.Mutex
	var failed error
	var publishing sync.Mutex
	var working sync.WaitGroup
	next := make(chan attempt)
	for range 4 {
		working.Go(func() {
			for a := range next {
				began := time.Now()
				publishes := strings.HasPrefix(filepath.Base(a.file), "export-")
				if publishes { // of two exports at once one says that it was overtaken
					publishing.Lock()
				}
				got, detail, err := c.invoke(ctx, a)
				if publishes {
					publishing.Unlock()
				}
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
