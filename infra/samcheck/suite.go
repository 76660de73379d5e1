package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"aanspreekpunt/infra/local/system"
)

// dynamoDBImage is the official DynamoDB Local.
const dynamoDBImage = "amazon/dynamodb-local:3.1.0"

// runSuite runs infra/endtoend against SAM.
func (c *checker) runSuite(ctx context.Context, dynamoDB, tests string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if dynamoDB == "" {
		port, err := freePort()
		if err != nil {
			return err
		}
		ended, err := c.start(ctx, os.Stderr, "docker", "run", "--rm", "--publish", port+":8000", dynamoDBImage)
		if err != nil {
			return err
		}
		defer ended.wait(cancel)
		if err := ended.answers(ctx, port); err != nil {
			return err
		}
		dynamoDB = "http://127.0.0.1:" + port
	}

	// The tables of this run alone.
	key := "sam" + strconv.FormatInt(time.Now().UnixNano(), 36)
	c.environment = append(c.environment, "AWS_ACCESS_KEY_ID="+key)
	fmt.Println("starting the services, with demonstration data on", dynamoDB)
	s, err := system.Start(ctx, system.Options{Listen: everywhere, ServicesOnly: true, DynamoDB: dynamoDB, AccessKey: key})
	if err != nil {
		return err
	}
	defer s.Close()

	settings, err := os.MkdirTemp("", "samcheck-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(settings)
	place := s.Place()
	place.Log = filepath.Join(settings, "functions.log")
	ports := map[string]string{}
	for _, kind := range []string{"start-api", "start-lambda"} {
		if ports[kind], err = freePort(); err != nil {
			return err
		}
	}
	place.Site, place.Lambda = "http://127.0.0.1:"+ports["start-api"], "http://127.0.0.1:"+ports["start-lambda"]
	environment, err := writeJSON(filepath.Join(settings, "env.json"), s.Elsewhere(place.Site, place.Lambda, fromContainer))
	if err != nil {
		return err
	}
	log, err := os.OpenFile(place.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	for kind, port := range ports {
		arguments := []string{"local", kind, "--port", port, "--env-vars", environment, "--warm-containers"}
		if kind == "start-api" {
			arguments = append(arguments, "EAGER")
		} else {
			// The functions that answer requests are called there by nobody. Containers call each other through it.
			arguments = append(arguments, "LAZY", "--host", "0.0.0.0")
		}
		ended, err := c.start(ctx, log, "sam", append(arguments, c.common...)...)
		if err != nil {
			return err
		}
		defer ended.wait(cancel)
		if err := ended.answers(ctx, port); err != nil {
			said, _ := os.ReadFile(place.Log)
			return fmt.Errorf("%w: %s", err, tail(said))
		}
		fmt.Println("ok  sam local", kind)
	}

	file, err := writeJSON(filepath.Join(settings, "place.json"), place)
	if err != nil {
		return err
	}
	// A container answers one request at a time.
	cmd := exec.CommandContext(ctx, "go", "test", "-count=1", "-parallel=1", "-timeout=30m", "-run="+tests, "./infra/endtoend")
	cmd.Env = append(os.Environ(), "AANSPREEKPUNT_TEST_SYSTEM="+file)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		if said, err := os.ReadFile(place.Log); err == nil {
			fmt.Fprintf(os.Stderr, "the end of the functions' log:\n%s\n", tail(said))
		}
		return fmt.Errorf("infra/endtoend: %w", err)
	}
	fmt.Println("ok  infra/endtoend")
	return nil
}

// freePort is a port on which nothing listens.
func freePort() (string, error) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(free.Addr().String())
	return port, errors.Join(err, free.Close())
}

// process is a command that runs until the end.
type process struct {
	name  string
	exit  error
	ended chan struct{}
}

func (c *checker) start(ctx context.Context, log *os.File, name string, arguments ...string) (*process, error) {
	cmd := exec.CommandContext(ctx, name, arguments...)
	cmd.Env = c.environment
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // it removes its containers then
	cmd.WaitDelay = 2 * time.Minute                                       // one after the other
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{name: name + " " + arguments[0] + " " + arguments[1], ended: make(chan struct{})}
	go func() {
		p.exit = cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// wait ends the process.
func (p *process) wait(cancel context.CancelFunc) {
	cancel()
	<-p.ended
}

// answers returns when a server on a port of this machine answers a request: Docker takes connections before the server
// in a container is there.
func (p *process) answers(ctx context.Context, port string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:"+port+"/", nil)
	if err != nil {
		return err
	}
	for again := time.NewTicker(200 * time.Millisecond); ; {
		if answer, err := http.DefaultClient.Do(r); err == nil {
			again.Stop()
			return answer.Body.Close()
		}
		select {
		case <-again.C:
		case <-p.ended:
			return fmt.Errorf("%s ended: %w", p.name, errors.Join(p.exit, ctx.Err()))
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w", p.name, ctx.Err())
		}
	}
}
