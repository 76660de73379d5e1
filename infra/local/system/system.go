package system

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"maps"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/truora/minidyn/server"

	"aanspreekpunt/infra/local/front"
	"aanspreekpunt/infra/local/issuer"
	"aanspreekpunt/infra/local/lambda"
	"aanspreekpunt/infra/local/rights"
	"aanspreekpunt/infra/local/template"
)

// Options says what to start. The zero value is the whole system with demonstration data on a free port.
type Options struct {
	// Listen is the address of the front, host:port. Empty: a free port on 127.0.0.1.
	Listen string
	// Schools are files with the ministry's school list (CSV, or the API's JSON pages); they replace the
	// demonstration schools.
	Schools []string
	// Boundaries is a GeoJSON file with the outlines of zones. Empty: the map has none.
	Boundaries string
	// Empty leaves demonstration data out: reference facts only, with Schools where those are given.
	Empty bool
	// Instances is the number of processes per function. 0: two.
	Instances int
	// DynamoDB and S3 are endpoints of outside servers (http://host:port) to use instead of the embedded ones.
	// A table that already holds reference facts is left as it is.
	DynamoDB, S3 string
	// ServicesOnly keeps no function running: the issuer, DynamoDB and S3, seeded, and /dev, for functions that run
	// elsewhere.
	ServicesOnly bool
	// Throttle refuses requests beyond the template's rates with 429, as API Gateway does.
	Throttle bool
	// Parameters override the template's, as `sam deploy --parameter-overrides` does.
	Parameters map[string]string
	// Log receives progress and the functions' logs, line by line. nil: nobody.
	Log io.Writer
	// BetweenDynamoDB, when set, stands between the functions and DynamoDB: every request of a function goes
	// through it, those of the caller do not. A test makes DynamoDB slow, failing or absent with it.
	BetweenDynamoDB func(dynamoDB http.Handler) http.Handler
	// AccessKey is what requests to AWS are signed with, letters and digits; "" is "local". A DynamoDB Local keeps the
	// tables of each apart.
	AccessKey string
	// Record, when set, notes what the functions ask of DynamoDB, SES, Lambda and the embedded S3.
	Record *rights.Record
}

// InvokeError is what a function, or the service in its place, answered instead of a result.
type InvokeError = lambda.InvokeError

// System is a running system. All methods may be called from several goroutines.
type System struct {
	options  Options
	template *template.Template
	log      io.Writer
	root     string // of the repo
	built    string // folder with the functions' binaries

	url, dynamoDB, s3 string
	services          string // where /dev is; url, unless the functions run elsewhere
	elsewhere         string // the address of the Lambda that runs them then
	issuer            *issuer.Issuer
	issuerURL         string
	functionsDynamoDB string            // what functions use: dynamoDB, or what stands between
	binaries          map[string]string // by folder
	mailbox           mailbox
	servers           []*http.Server
	seeded            bool // by this start, and not before

	site      atomic.Pointer[http.Handler] // the front, once it may answer
	mu        sync.Mutex
	functions map[string]*lambda.Function
	closing   sync.Once
}

// Start builds the functions, starts everything, seeds it unless it holds data already, and returns when
// GET /api/v1/health answers UP. The caller must Close what Start returned. ctx bounds the start only.
func Start(ctx context.Context, o Options) (*System, error) {
	root, err := findRoot()
	if err != nil {
		return nil, err
	}
	return start(ctx, root, o)
}

// findRoot is the folder with template.yaml, here or above.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for start := dir; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "template.yaml")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no template.yaml in %s or above; run this in the repo", start)
		}
	}
}

func start(ctx context.Context, root string, o Options) (_ *System, err error) {
	o.Instances = cmp.Or(o.Instances, 2)
	if o.Instances < 0 {
		return nil, fmt.Errorf("%d instances: a function needs at least one", o.Instances)
	}
	lists, err := readLists(o.Schools, time.Now())
	if err != nil {
		return nil, err
	}
	var boundaries []byte
	if o.Boundaries != "" {
		if boundaries, err = os.ReadFile(o.Boundaries); err != nil {
			return nil, fmt.Errorf("outlines of zones: %w", err)
		}
		if !json.Valid(boundaries) {
			return nil, fmt.Errorf("outlines of zones: %s is no GeoJSON", o.Boundaries)
		}
	}
	for _, endpoint := range []string{o.DynamoDB, o.S3} {
		if u, err := url.Parse(endpoint); endpoint != "" && (err != nil || u.Host == "") {
			return nil, fmt.Errorf("%q is no address of a server; want http://host:port", endpoint)
		}
	}
	s := &System{options: o, root: root, log: io.Discard, functions: map[string]*lambda.Function{}}
	if o.Log != nil {
		s.log = &serial{to: o.Log}
	}
	defer func() {
		if err != nil {
			_ = s.Close()
		}
	}()
	signIn, err := s.openIssuer()
	if err != nil {
		return nil, err
	}
	maps.Copy(signIn, o.Parameters)
	if s.template, err = template.ReadFile(filepath.Join(root, "template.yaml"), signIn); err != nil {
		return nil, err
	}

	if err := s.serve(); err != nil {
		return nil, err
	}
	if err := s.createStorage(ctx); err != nil {
		return nil, err
	}
	holds, err := s.holdsFacts(ctx)
	if err != nil {
		return nil, err
	}
	s.seeded = !holds
	if holds {
		s.say("the table holds reference facts already: it is left as it is")
		if len(lists) > 0 {
			s.say("so the given list of schools is not loaded")
		}
	}
	if err := s.build(ctx); err != nil {
		return nil, err
	}
	// Functions that answer requests start when the data is there: their first start is then as warm as it gets.
	if !o.ServicesOnly || s.seeded {
		if err := s.run(ctx, func(f template.Function) bool { return len(f.Routes) == 0 }); err != nil {
			return nil, err
		}
	}
	if s.seeded {
		if err := s.seed(ctx, lists, boundaries); err != nil {
			return nil, err
		}
	}
	if o.ServicesOnly {
		s.closeFunctions()
		return s, nil
	}
	if err := s.run(ctx, func(f template.Function) bool { return len(f.Routes) > 0 }); err != nil {
		return nil, err
	}
	s.open()
	return s, s.awaitHealth(ctx)
}

// serve opens the front's port, with the storage servers and /dev under it.
func (s *System) serve() error {
	address := cmp.Or(s.options.Listen, "127.0.0.1:0")
	listener, err := net.Listen("tcp", address)
	if err != nil {
		if errors.Is(err, syscall.EADDRINUSE) {
			return fmt.Errorf("%s is taken; end what listens there or choose another address with -listen", address)
		}
		return fmt.Errorf("cannot listen on %s: %w", address, err)
	}
	s.url = "http://" + reachable(listener.Addr())
	s.services = s.url
	s.dynamoDB, s.s3 = s.options.DynamoDB, s.options.S3

	mux := http.NewServeMux()
	var embedded http.Handler
	if s.dynamoDB == "" {
		embedded = s.options.Record.DynamoDB(server.NewServer(), s.template.Tables)
		s.dynamoDB = s.url + dynamoDBPath
		mux.Handle(dynamoDBPath, embedded) // the SDK puts no slash behind an endpoint's path
	}
	if s.s3 == "" {
		s.s3 = s.url + s3Path
		mux.Handle(s3Path+"/", http.StripPrefix(s3Path, s.options.Record.S3(newS3())))
	}
	mux.Handle("POST "+sesPath+mailPath, s.options.Record.SES(http.HandlerFunc(s.mailbox.send)))
	mux.Handle("POST "+lambdaPath+"/2015-03-31/functions/{name}/invocations", s.options.Record.Lambda(http.HandlerFunc(s.callFunction)))
	mux.Handle("/dev/", s.dev())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if site := s.site.Load(); site != nil {
			(*site).ServeHTTP(w, r)
			return
		}
		message := `{"message":"Service Unavailable"}`
		if s.options.ServicesOnly {
			message = `{"message":"The functions run elsewhere; /dev/ says what is here"}`
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, message)
	})
	s.listen(listener, mux)

	s.functionsDynamoDB = s.dynamoDB
	if s.options.BetweenDynamoDB != nil || embedded == nil && s.options.Record != nil {
		between, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		behind := embedded
		if behind == nil {
			target, err := url.Parse(s.dynamoDB)
			if err != nil {
				return err
			}
			behind = s.options.Record.DynamoDB(httputil.NewSingleHostReverseProxy(target), s.template.Tables)
		}
		if s.options.BetweenDynamoDB != nil {
			behind = s.options.BetweenDynamoDB(behind)
		}
		s.listen(between, behind)
		s.functionsDynamoDB = "http://" + between.Addr().String()
	}
	return nil
}

// listen serves until Close. Longer headers than net/http's own limit are let in, so that the front refuses them
// as API Gateway does.
func (s *System) listen(l net.Listener, h http.Handler) {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 30 * time.Second,
		MaxHeaderBytes:    8 * front.MaxHeaderBytes,
		ErrorLog:          stdlog.New(io.Discard, "", 0), // callers that hang up are no news
	}
	s.servers = append(s.servers, server)
	go func() { _ = server.Serve(l) }()
}

// reachable is an address as this machine reaches it.
func reachable(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// build compiles the functions that this start needs.
func (s *System) build(ctx context.Context) error {
	var names, folders []string
	for _, f := range s.template.Functions {
		if s.options.ServicesOnly && (len(f.Routes) > 0 || !s.seeded) {
			continue
		}
		names, folders = append(names, f.Name), append(folders, f.Folder)
	}
	if len(folders) == 0 {
		return nil
	}
	var err error
	if s.built, err = os.MkdirTemp("", "aanspreekpunt-"); err != nil {
		return err
	}
	s.say("building " + strings.Join(names, ", "))
	s.binaries, err = lambda.Build(ctx, s.root, folders, s.template.Build, s.built, s.log)
	return err
}

// run starts functions and waits until they are ready.
func (s *System) run(ctx context.Context, which func(template.Function) bool) error {
	var started []*lambda.Function
	for _, f := range s.template.Functions {
		binary, built := s.binaries[f.Folder]
		if !built || !which(f) {
			continue
		}
		environment := s.Environment(f.Name)
		environment["AWS_SESSION_TOKEN"] = f.Name // tells servers who asks
		s.options.Record.Runs(f)
		running := lambda.Run(lambda.Config{
			Name: f.Name, ARN: template.FunctionARN(f.Name), Binary: binary, Environment: environment,
			Timeout: f.Timeout, Instances: s.options.Instances, Log: s.log,
		})
		s.mu.Lock()
		s.functions[f.Name] = running
		s.mu.Unlock()
		started = append(started, running)
	}
	for _, f := range started {
		if err := f.Ready(ctx); err != nil {
			return err
		}
	}
	return nil
}

// open lets the front answer by the template's routes.
func (s *System) open() {
	var routes []front.Route
	for _, f := range s.template.Functions {
		target := func(ctx context.Context, event []byte) ([]byte, error) { return s.Invoke(ctx, f.Name, event) }
		for _, r := range f.Routes {
			target := target
			if s.options.Throttle {
				limit, own := s.template.Throttles[r.Method+" "+r.Path]
				if !own {
					limit = s.template.Throttles[""]
				}
				target = front.Throttled(limit.Rate, limit.Burst, time.Now, target)
			}
			routes = append(routes, front.Route{Method: r.Method, Path: r.Path, Target: target})
		}
	}
	h := front.New(routes, time.Now)
	s.site.Store(&h)
}

// awaitHealth returns when the system says that it is up.
func (s *System) awaitHealth(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	for again := time.NewTicker(50 * time.Millisecond); ; {
		said, err := s.health(ctx)
		if err == nil && said == "UP" {
			again.Stop()
			return nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			return fmt.Errorf("the system does not come up: health says %q (%w)", said, cmp.Or(err, ctx.Err()))
		}
	}
}

func (s *System) health(ctx context.Context) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/api/v1/health", nil)
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(io.LimitReader(answer.Body, 1<<16))
	if err != nil {
		return "", err
	}
	var health struct{ Status string }
	if err := json.Unmarshal(data, &health); err != nil {
		return strings.TrimSpace(string(data)), nil
	}
	return cmp.Or(health.Status, string(data)), nil
}

// Services is where /dev answers, without a slash at the end.
func (s *System) Services() string { return s.services }

// URL is where the front answers, without a slash at the end: http://127.0.0.1:8080.
func (s *System) URL() string { return s.url }

// DynamoDB is the endpoint of the DynamoDB server, past Options.BetweenDynamoDB. Any credentials serve on the
// embedded one.
func (s *System) DynamoDB() string { return s.dynamoDB }

// S3 is the endpoint of the S3 server; it wants path-style addresses.
func (s *System) S3() string { return s.s3 }

// Seeded tells whether this start filled the table, rather than finding data in it.
func (s *System) Seeded() bool { return s.seeded }

// Environment is what the function of that name gets: the template's variables and the ones that Lambda sets.
// A test hands it to dynamo.FromEnvironment to reach the same table. nil: no such function.
func (s *System) Environment(function string) map[string]string {
	i := slices.IndexFunc(s.template.Functions, func(f template.Function) bool { return f.Name == function })
	if i < 0 {
		return nil
	}
	f := s.template.Functions[i]
	environment := lambda.Environment(f.Name, template.Region, f.MemoryMB, f.LogFormat)
	for name, value := range f.Environment {
		environment[name] = value
	}
	environment["AWS_ACCESS_KEY_ID"] = cmp.Or(s.options.AccessKey, environment["AWS_ACCESS_KEY_ID"])
	environment["AWS_ENDPOINT_URL_DYNAMODB"] = s.functionsDynamoDB
	environment["AWS_ENDPOINT_URL_S3"] = s.s3
	environment["AWS_ENDPOINT_URL_SESV2"] = s.url + sesPath
	environment["AWS_ENDPOINT_URL_LAMBDA"] = s.url + lambdaPath
	if len(f.Routes) == 0 && environment["BASE_URL"] == "" { // no request tells it the address
		environment["BASE_URL"] = s.url
	}
	return environment
}

func (s *System) function(name string) (*lambda.Function, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.functions[name]
	if !ok {
		return nil, fmt.Errorf("no function %q runs here", name)
	}
	return f, nil
}

// Invoke calls a function with an event, as `aws lambda invoke` does. An error that the function answered is an
// *InvokeError.
func (s *System) Invoke(ctx context.Context, function string, event []byte) ([]byte, error) {
	if s.elsewhere != "" {
		return s.invokeElsewhere(ctx, function, event)
	}
	f, err := s.function(function)
	if err != nil {
		return nil, err
	}
	return f.Invoke(ctx, event)
}

// Functions are the template's, as they run here.
func (s *System) Functions() []template.Function { return s.template.Functions }

// TryStart starts one more instance of a function with another environment, as a deployment with wrong settings would,
// and ends it. The error is what kept it from starting, and log what the function itself said.
func (s *System) TryStart(ctx context.Context, function string, environment map[string]string) (log string, err error) {
	i := slices.IndexFunc(s.template.Functions, func(f template.Function) bool { return f.Name == function })
	if i < 0 || s.binaries[s.template.Functions[i].Folder] == "" {
		return "", fmt.Errorf("no function %q runs here", function)
	}
	f := s.template.Functions[i]
	var said bytes.Buffer
	running := lambda.Run(lambda.Config{Name: f.Name, ARN: template.FunctionARN(f.Name), Binary: s.binaries[f.Folder],
		Environment: environment, Timeout: f.Timeout, Instances: 1, Log: &serial{to: &said}})
	err = running.Ready(ctx)
	running.Close()
	return said.String(), err
}

// Restart ends every instance of a function and starts new ones: a cold start. It returns when they wait for an
// event.
func (s *System) Restart(ctx context.Context, function string) error {
	f, err := s.function(function)
	if err != nil {
		return err
	}
	return f.Restart(ctx)
}

// PeakMegabytes is the most memory that a running process of the function has held; 0 where this machine does not tell.
func (s *System) PeakMegabytes(function string) int64 {
	f, err := s.function(function)
	if err != nil {
		return 0
	}
	var most int64
	for _, i := range f.Status().Instances {
		most = max(most, i.PeakMegabytes)
	}
	return most
}

// Close ends every process and server that Start started, and removes what was built. It may be called twice.
func (s *System) Close() error {
	var failed error
	s.closing.Do(func() {
		for _, server := range s.servers {
			failed = errors.Join(failed, server.Close())
		}
		s.closeFunctions()
		if s.built != "" {
			failed = errors.Join(failed, os.RemoveAll(s.built))
		}
	})
	return failed
}

func (s *System) closeFunctions() {
	s.mu.Lock()
	functions := s.functions
	s.functions = map[string]*lambda.Function{}
	s.mu.Unlock()
	var closing sync.WaitGroup
	for _, f := range functions {
		closing.Go(f.Close)
	}
	closing.Wait()
}

func (s *System) say(line string) { _, _ = io.WriteString(s.log, line+"\n") }

// serial lets several goroutines write whole lines to one writer.
type serial struct {
	mu sync.Mutex
	to io.Writer
}

func (w *serial) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(p)
}
