// Command startup measures what a visitor waits for at a cold start, and what is sent:
//
//	go run ./infra/startup                                   with the demonstration schools
//	go run ./infra/startup -schools schools.csv -runs 100    with the ministry's list
//
// It starts the search binary, built as deployed, over and over beside a bare aws-lambda-go binary, and takes the
// time from exec to the first request for an event: with an empty table, and with reference facts that it loads from
// a DynamoDB-compatible server on loopback. Beside that: the time of a warm answer inside the binary, the size of
// the deployment package and the bytes that a page transfers. Figures are medians; ratios are of the same run.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"aanspreekpunt/infra/local/lambda"
	"aanspreekpunt/infra/local/system"
	"aanspreekpunt/infra/local/template"
)

// The figures that have to hold.
const (
	targetEmpty     = 2.0              // times a bare binary
	targetLoaded    = 6.0              // times a bare binary
	targetSession   = 2.0              // times a bare binary
	targetZones     = 6.0              // times a bare binary; reading phone numbers alone costs 3.5
	targetPractices = 4.0              // times a bare binary; Markdown and its sanitiser cost 2 ms
	targetWarm      = time.Millisecond // beside the DynamoDB call
	targetZip       = 5_000_000        // bytes
	targetPage      = 30_000           // bytes
)

func main() {
	var schools []string
	flag.Func("schools", "a `file` of the ministry's list of schools instead of the demonstration schools (repeatable)", func(file string) error {
		schools = append(schools, file)
		return nil
	})
	runs := flag.Int("runs", 50, "`number` of starts of each binary")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, schools, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "startup:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, schools []string, runs int) error {
	if runs < 1 {
		return fmt.Errorf("-runs %d: one at least", runs)
	}
	whole, err := template.ReadFile("template.yaml", nil)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "startup-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	fmt.Println("building")
	binaries, err := lambda.Build(ctx, ".", []string{"functions/search", "functions/session", "functions/zones", "functions/practices", "infra/startup/bare"}, whole.Build, folder, os.Stderr)
	if err != nil {
		return err
	}
	zipped, err := packageSize(ctx, whole, folder)
	if err != nil {
		return err
	}

	fmt.Println("starting the system")
	var store watch
	s, err := system.Start(ctx, system.Options{Schools: schools, Instances: 1, BetweenDynamoDB: store.around})
	if err != nil {
		return err
	}
	defer s.Close()
	pages, err := pageSizes(ctx, s.URL())
	if err != nil {
		return err
	}

	loaded := s.Environment("search")
	empty := s.Environment("search")
	if empty["TABLE_NAME"], err = emptyTable(ctx, s, whole); err != nil {
		return err
	}
	fmt.Printf("measuring %d starts of each\n\n", runs)
	subjects := []*subject{
		{name: "bare aws-lambda-go binary", binary: binaries["infra/startup/bare"], environment: lambda.Environment("bare", template.Region, 1024, "JSON")},
		{name: "search, empty table", binary: binaries["functions/search"], environment: empty},
		{name: "search, facts loaded", binary: binaries["functions/search"], environment: loaded},
		{name: "session", binary: binaries["functions/session"], environment: s.Environment("session")},
		{name: "zones", binary: binaries["functions/zones"], environment: s.Environment("zones")},
		{name: "practices", binary: binaries["functions/practices"], environment: s.Environment("practices")},
	}
	for range runs { // one after the other, so that a busy moment of the machine hits all alike
		for _, subject := range subjects {
			if err := subject.startOnce(ctx, &store); err != nil {
				return fmt.Errorf("%s: %w", subject.name, err)
			}
		}
	}
	warm, err := warmAnswers(ctx, subjects[2], &store)
	if err != nil {
		return err
	}
	inits, err := packageInits(ctx, subjects[2])
	if err != nil {
		return err
	}
	count, err := schoolCount(ctx, s)
	if err != nil {
		return err
	}

	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	line := func(what, figure, ratio, target string, holds bool) {
		verdict := "ok"
		if !holds {
			verdict = "OVER"
		}
		if target == "" {
			verdict = ""
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\t\n", what, figure, ratio, target, verdict)
	}
	fmt.Fprintf(out, "median of %d runs, %d schools\t\tratio\ttarget\t\t\n", runs, count)
	bare := median(subjects[0].starts)
	line(subjects[0].name, milliseconds(bare), "1.00x", "", true)
	for i, target := range []float64{targetEmpty, targetLoaded, targetSession, targetZones, targetPractices} {
		m := median(subjects[i+1].starts)
		ratio := float64(m) / float64(bare)
		line(subjects[i+1].name, milliseconds(m), fmt.Sprintf("%.2fx", ratio), fmt.Sprintf("%.0fx", target), ratio <= target)
	}
	line("of that: exec to the first request to DynamoDB", milliseconds(median(subjects[2].untilStore)), "", "", true)
	line(fmt.Sprintf("until DynamoDB sent the last of %d kB", subjects[2].sent/1000), milliseconds(median(subjects[2].inStore)), "", "", true)
	line("of that: work of the DynamoDB server itself", milliseconds(median(subjects[2].serving)), "", "", true)
	line("unpacking and opening the facts, and the rest", milliseconds(median(subjects[2].afterStore)), "", "", true)
	for _, w := range warm {
		line("warm answer inside, beside the DynamoDB call: "+w.path, milliseconds(w.beside), "", milliseconds(targetWarm), w.beside <= targetWarm)
		line("with the client's part of that call", milliseconds(w.withClient), "", "", true)
	}
	line("deployment zip of search, arm64", fmt.Sprintf("%.2f MB", float64(zipped)/1e6), "", "5 MB", zipped <= targetZip)
	for _, p := range pages {
		line("page with all it loads, and headers: "+p.path, fmt.Sprintf("%.1f kB", float64(p.bytes)/1e3), "", "30 kB", p.bytes <= targetPage)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	fmt.Println("\npackages whose initialisation takes longest (one start with GODEBUG=inittrace=1):")
	for _, init := range inits {
		fmt.Println("  ", init)
	}
	return nil
}

func median(d []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(d))
	return sorted[len(sorted)/2]
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond))
}

// schoolCount asks refdata, which says it of every load that changes nothing.
func schoolCount(ctx context.Context, s *system.System) (int, error) {
	result, err := s.Invoke(ctx, "refdata", []byte(`{"action":"load","time":"`+time.Now().UTC().Format(time.RFC3339)+`","demonstration":true}`))
	if err != nil {
		return 0, err
	}
	var report struct{ Schools int }
	return report.Schools, json.Unmarshal(result, &report)
}

// packageSize builds search for Lambda's arm64 and zips it as it is deployed.
func packageSize(ctx context.Context, whole *template.Template, folder string) (int64, error) {
	binary := filepath.Join(folder, "arm64", "bootstrap")
	if err := crossBuild(ctx, whole.Build, binary); err != nil {
		return 0, err
	}
	return zippedSize(binary)
}
