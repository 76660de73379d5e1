// Command runner is what `go run ./infra/local` builds and becomes: the whole of Aanspreekpunt on one machine. It builds
// the functions as they are deployed, runs them over the Lambda Runtime API behind what stands for API Gateway, with
// DynamoDB and S3 in the same process, fills them with reference facts and demonstration data, and prints where to
// click. Ctrl-C ends everything.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"aanspreekpunt/infra/local/system"
)

func main() {
	// Where infra/local built it, it is alone and not needed any more.
	if program, err := os.Executable(); err == nil && strings.HasPrefix(filepath.Base(filepath.Dir(program)), "aanspreekpunt-runner-") {
		_ = os.RemoveAll(filepath.Dir(program)) // Windows keeps what runs: infra/local removes it there
	}
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "infra/local:", err)
		os.Exit(1)
	}
}

func run(arguments []string, out, log io.Writer) error {
	o := system.Options{Log: log}
	flags := flag.NewFlagSet("local", flag.ExitOnError)
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: go run ./infra/local [flags]\n\nRuns the whole of Aanspreekpunt on this machine. Ctrl-C, SIGTERM or the end of the parent process ends it.")
		flags.PrintDefaults()
	}
	flags.StringVar(&o.Listen, "listen", "127.0.0.1:8080", "`address` of the site, host:port")
	flags.Func("schools", "a `file` of the ministry's list of schools (its CSV, or a page of its API in JSON; repeatable) instead of the demonstration schools", func(file string) error {
		o.Schools = append(o.Schools, file)
		return nil
	})
	flags.StringVar(&o.Boundaries, "boundaries", "", "a GeoJSON `file` with the outlines of zones, for the map of coverage")
	flags.BoolVar(&o.Empty, "empty", false, "reference facts only: no demonstration schools and contact points")
	flags.IntVar(&o.Instances, "instances", 2, "`number` of processes per function")
	flags.StringVar(&o.DynamoDB, "dynamodb", "", "`URL` of a DynamoDB server to use instead of the embedded one; a table that holds data is left as it is")
	flags.StringVar(&o.S3, "s3", "", "`URL` of an S3 server to use instead of the embedded one")
	flags.BoolVar(&o.Throttle, "throttle", false, "refuse requests beyond the rates of template.yaml with 429, as API Gateway does")
	flags.BoolVar(&o.ServicesOnly, "services-only", false, "only the issuer, DynamoDB, S3 and /dev, filled, for functions that run elsewhere (as under SAM)")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%q is no flag; -help lists them", flags.Arg(0))
	}
	if o.Instances < 1 {
		return fmt.Errorf("-instances %d: a function needs at least one", o.Instances)
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	ctx, orphaned := context.WithCancel(ctx)
	defer orphaned()
	go func() {
		awaitParentsEnd()
		orphaned()
	}()

	s, err := system.Start(ctx, o)
	if err != nil && ctx.Err() != nil {
		return errors.New("ended before it was ready")
	} else if err != nil {
		return err
	}
	fmt.Fprint(out, whereToClick(s, o))
	fmt.Fprintf(out, "ready: %s/\n", s.URL())
	<-ctx.Done()
	stop() // a second Ctrl-C ends this program at once
	return s.Close()
}

// whereToClick lists addresses that show what there is.
func whereToClick(s *system.System, o system.Options) string {
	var b strings.Builder
	show := func(path, what string) { fmt.Fprintf(&b, "  %-52s %s\n", s.URL()+path, what) }
	if o.ServicesOnly {
		fmt.Fprintf(&b, "  %-52s DynamoDB\n  %-52s S3, path style\n", s.DynamoDB(), s.S3())
		show("/dev/", "what runs here")
		return b.String()
	}
	show("/", "the site")
	if s.Seeded() && !o.Empty && len(o.Schools) == 0 {
		show("/zoeken?q=spijbelen+tienen", "a question about truancy in Tienen")
	}
	show("/zoeken?q=3300", "a postcode")
	show("/zones/5910", "a police zone with its contact points")
	show("/api/v1/search?q=tienen", "the same over the API")
	show("/aanmelden?terug=/zones/5910", "the same zone, as whoever you want to be")
	show("/dev/", "what runs here")
	return b.String()
}
