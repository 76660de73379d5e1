package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"aanspreekpunt/infra/local/system"
	"aanspreekpunt/infra/local/template"
)

// assumptions are what cannot be measured on one machine.
type assumptions struct {
	slower       float64 // Lambda's processor beside this one
	roundTripMs  float64 // one call of DynamoDB within a region, beside its time here
	suggestions  int     // requests while somebody types
	returning    float64 // part of the visitors whose browser has the assets
	regionFactor float64 // prices beside those of prices.go
	logBytes     float64 // of the function's and the gateway's lines for one request
}

func main() {
	a := assumptions{}
	flag.Float64Var(&a.slower, "slower", 2, "`times` that Lambda's part of a processor is slower than this machine's")
	flag.Float64Var(&a.roundTripMs, "round-trip", 5, "`milliseconds` that one call of DynamoDB takes")
	flag.IntVar(&a.suggestions, "suggestions", 4, "`requests` for suggestions while somebody types")
	flag.Float64Var(&a.returning, "returning", 0.5, "`part` of the visitors whose browser has the style, script and icon already")
	flag.Float64Var(&a.regionFactor, "region-factor", 1.2, "`times` that the region is dearer than us-east-1")
	flag.Float64Var(&a.logBytes, "log-bytes", 1400, "`bytes` of log for one request: the function's line, Lambda's and the gateway's")
	var schools []string
	flag.Func("schools", "a `file` of the ministry's list of schools instead of the demonstration schools (repeatable)", func(file string) error {
		schools = append(schools, file)
		return nil
	})
	dynamoDB := flag.String("dynamodb", "", "`URL` of a DynamoDB Local, which counts units")
	visits := flag.Int("visits", 100, "`number` of visits to measure")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, a, schools, *dynamoDB, *visits); err != nil {
		fmt.Fprintln(os.Stderr, "costs:", err)
		os.Exit(1)
	}
}

// line is what a request's log line tells.
type line struct {
	route                            string
	status, calls                    int
	durationMs, storageMs, readUnits float64
	coldStart                        bool
}

// values are those of a line of infra/local: "15:04:05.000 INFO request route=/zones status=200 …".
var values = regexp.MustCompile(`(\w+)=("[^"]*"|\S+)`)

func readLine(text string) (l line, ok bool) {
	if !strings.Contains(text, " request ") {
		return l, false
	}
	for _, pair := range values.FindAllStringSubmatch(text, -1) {
		value := strings.Trim(pair[2], `"`)
		number, _ := strconv.ParseFloat(value, 64)
		switch pair[1] {
		case "route":
			l.route = value
		case "status":
			l.status = int(number)
		case "storageCalls":
			l.calls = int(number)
		case "durationMs":
			l.durationMs = number
		case "storageMs":
			l.storageMs = number
		case "readUnits":
			l.readUnits = number
		case "coldStart":
			l.coldStart = value == "true"
		}
	}
	return l, l.route != ""
}

// record keeps the functions' log.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

// take returns the request lines since the last take.
func (r *record) take() []line {
	r.mu.Lock()
	defer r.mu.Unlock()
	var lines []line
	for text := range strings.Lines(r.text.String()) {
		if l, ok := readLine(text); ok {
			lines = append(lines, l)
		}
	}
	r.text.Reset()
	return lines
}

func run(ctx context.Context, out io.Writer, a assumptions, schools []string, dynamoDB string, visits int) error {
	if visits < 1 {
		return fmt.Errorf("-visits %d: one at least", visits)
	}
	var log record
	fmt.Fprintln(out, "starting the system")
	s, err := system.Start(ctx, system.Options{Instances: 1, Schools: schools, DynamoDB: dynamoDB, Log: &log})
	if err != nil {
		return err
	}
	defer s.Close()
	v := visitor{base: s.URL(), sent: map[string]int{}}
	if err := v.look(ctx); err != nil { // warms up
		return err
	}
	log.take()
	clear(v.sent)
	for range visits {
		if err := v.look(ctx); err != nil {
			return err
		}
	}
	routes := average(log.take(), v.sent)
	if len(routes) == 0 {
		return errors.New("the functions log no requests")
	}
	report(out, a, routes, dynamoDB != "")
	return memory(ctx, out, s)
}

// memory says how much each function held at most, after the visits, its schedule, and the loading of the facts.
func memory(ctx context.Context, out io.Writer, s *system.System) error {
	whole, err := template.ReadFile("template.yaml", nil)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nfunction\tMB at most here\tMB given\tseconds given")
	for _, f := range whole.Functions {
		for _, schedule := range f.Schedules {
			var refused *system.InvokeError // the weekly import has no address to fetch from
			if _, err := s.Invoke(ctx, f.Name, schedule.Event(time.Now())); err != nil && !errors.As(err, &refused) {
				return err
			}
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%.0f\n", f.Name, s.PeakMegabytes(f.Name), f.MemoryMB, f.Timeout.Seconds())
	}
	return w.Flush()
}

// visitor looks a school up as a browser does.
type visitor struct {
	base   string
	assets []string
	school string
	sent   map[string]int // bytes by route, as sent
}

func (v *visitor) look(ctx context.Context) error {
	home, err := v.get(ctx, "/", "/{$}")
	if err != nil {
		return err
	}
	if v.assets == nil {
		v.assets = slices.Compact(slices.Sorted(slices.Values(regexp.MustCompile(`/assets/[^"]+`).FindAllString(home, -1))))
	}
	for _, asset := range v.assets {
		if _, err := v.get(ctx, asset, "/assets/{file}"); err != nil {
			return err
		}
	}
	if _, err := v.get(ctx, "/api/v1/suggestions?q="+url.QueryEscape("voorbeeldschool ti"), "/api/v1/suggestions"); err != nil {
		return err
	}
	if v.school == "" {
		found, err := v.get(ctx, "/api/v1/search?q=school&pageSize=50", "")
		if err != nil {
			return err
		}
		match := regexp.MustCompile(`"institutionNumber":"(\d{6})"`).FindStringSubmatch(found)
		if match == nil {
			return errors.New("no school is found")
		}
		v.school = match[1]
	}
	if _, err := v.get(ctx, "/zoeken?q="+v.school, "/zoeken"); err != nil {
		return err
	}
	_, err = v.get(ctx, "/scholen/"+v.school, "/scholen/{institutionNumber}")
	return err
}

// plain follows no redirect and leaves compressed what is.
var plain = &http.Client{
	Transport:     &http.Transport{DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// get asks as a browser does and once more, readably, where the text is wanted; only the first counts.
func (v *visitor) get(ctx context.Context, target, route string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, v.base+target, nil)
	if err != nil {
		return "", err
	}
	reads := route == "" || route == "/{$}" && v.assets == nil
	if !reads {
		r.Header.Set("Accept-Encoding", "gzip")
	}
	answer, err := plain.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", err
	}
	if answer.StatusCode >= 400 {
		return "", fmt.Errorf("%s: %s", target, answer.Status)
	}
	headers := 0
	for name, values := range answer.Header {
		headers += len(name) + len(strings.Join(values, ", ")) + 4
	}
	v.sent[route] += len(body) + headers
	return string(body), nil
}

// route is what an average request of one route took.
type route struct {
	path                       string
	n                          int
	ownMs                      float64 // beside storage
	calls, readUnits, sentByte float64
}

func average(lines []line, sent map[string]int) []route {
	by := map[string]*route{}
	for _, l := range lines {
		if l.coldStart || l.status >= 400 {
			continue
		}
		r := by[l.route]
		if r == nil {
			r = &route{path: l.route}
			by[l.route] = r
		}
		r.n++
		r.ownMs += l.durationMs - l.storageMs
		r.calls += float64(l.calls)
		r.readUnits += l.readUnits
	}
	var all []route
	for path, r := range by {
		n := float64(r.n)
		all = append(all, route{path, r.n, r.ownMs / n, r.calls / n, r.readUnits / n, float64(sent[path]) / n})
	}
	slices.SortFunc(all, func(x, y route) int { return cmp.Compare(x.path, y.path) })
	return all
}

// report prints what was measured, one search, and a month.
func report(out io.Writer, a assumptions, routes []route, counted bool) {
	const memoryGB = 1
	requests := map[string]float64{"/{$}": 1, "/api/v1/suggestions": float64(a.suggestions), "/zoeken": 1, "/scholen/{institutionNumber}": 1, "/assets/{file}": 0}
	var search struct{ requests, billedMs, readUnits, sentKB float64 }
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nroute\ta search\tms here\tstorage calls\tread units\tkB sent\tms on Lambda")
	for _, r := range routes {
		times, part := requests[r.path]
		if r.path == "/assets/{file}" {
			times = 3 * (1 - a.returning) // style, script, icon
		}
		if !part {
			continue
		}
		if !counted { // one BatchGetItem of one zone
			r.readUnits = r.calls
		}
		billed := r.ownMs*a.slower + r.calls*a.roundTripMs
		fmt.Fprintf(w, "%s\t%.1f\t%.2f\t%.1f\t%.1f\t%.1f\t%.1f\n", r.path, times, r.ownMs, r.calls, r.readUnits, r.sentByte/1000, billed)
		search.requests += times
		search.billedMs += times * max(billed, 1)
		search.readUnits += times * r.readUnits
		search.sentKB += times * r.sentByte / 1000
	}
	fmt.Fprintf(w, "a search\t%.1f\t\t\t%.1f\t%.1f\t%.1f\n", search.requests, search.readUnits, search.sentKB, search.billedMs)
	_ = w.Flush()

	months := []float64{1_000, 100_000, 10_000_000, 1000 * prices.secondsOfAMonth}
	type row struct {
		what string
		sum  func(searches float64) float64
	}
	each := func(f float64) func(float64) float64 { return func(n float64) float64 { return n * f } }
	always := func(f float64) func(float64) float64 { return func(float64) float64 { return f } }
	const (
		zones, alarms, metrics = 107, 20, 24 // metrics that alarms look at; custom metrics (infra/decisions/0171)
		tableGB, storedGB      = 0.05, 1.0   // facts, profiles, 400 days of history; exports of 90 days and older versions
		saves, kbASave         = 2 * zones, 12.0
		nightly                = 30 * (zones*2 + 400) // units: every zone for export and reminders, and the facts
		mails                  = 300
	)
	rows := []row{
		{"API Gateway", each(search.requests * prices.gatewayRequest)},
		{"Lambda, requests", each(search.requests * prices.lambdaRequest)},
		{"Lambda, time", each(search.billedMs / 1000 * memoryGB * prices.lambdaGBSecond)},
		{"DynamoDB, reads", each(search.readUnits * prices.readUnit)},
		{"CloudWatch, logs", each(search.requests * a.logBytes / 1e9 * prices.logGB)},
		{"sent to the internet", each(search.sentKB / 1e6 * prices.outGB)},
		{"DynamoDB, saves and nightly runs", always(saves*4*kbASave*prices.writeUnit + nightly*prices.readUnit)},
		{"DynamoDB and S3, what is kept", always(tableGB*(2*prices.tableGB+prices.recoveryGB) + storedGB*prices.storedGB)},
		{"alarms", always(alarms * prices.alarm)},
		{"custom metrics", always(metrics * prices.metric)},
		{"mails", always(mails * prices.mail)},
	}
	fmt.Fprint(w, "\ndollars a month, for searches a month of")
	for _, n := range months {
		fmt.Fprintf(w, "\t%.0f", n)
	}
	fmt.Fprintln(w)
	total := make([]float64, len(months))
	for _, r := range rows {
		fmt.Fprint(w, r.what)
		for i, n := range months {
			dollars := r.sum(n) * a.regionFactor
			total[i] += dollars
			fmt.Fprintf(w, "\t%.2f", dollars)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, "together")
	for _, t := range total {
		fmt.Fprintf(w, "\t%.2f", t)
	}
	fmt.Fprintf(w, "\nthe last column is 1,000 searches a second, all month\n")
	_ = w.Flush()
}
