package template

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"go.yaml.in/yaml/v3"
)

// Region is where the local system says it runs; functions sign their requests for it.
const Region = "eu-central-1"

// stack is the name of the stack that the local system stands for.
const stack = "aanspreekpunt"

// Template is what the runner needs of template.yaml, resolved for one set of parameters.
type Template struct {
	Functions []Function // by name
	Tables    []Table
	Buckets   []Bucket
	// Throttles are the gateway's limits of how often a route may be asked, by method and path ("ANY /aanmelden"); "" is
	// that of each other route.
	Throttles map[string]Throttle
	// Build is the environment of `go build` for a deployed function: CGO_ENABLED and GOFLAGS. It stands in the
	// template's metadata, since SAM has no place for build flags.
	Build map[string]string
}

// Function is one Lambda function.
type Function struct {
	Name        string // its folder under functions/
	LogicalID   string // its name in the template, as `sam local invoke` wants it
	Folder      string // CodeUri, with slashes, without one at the end
	Timeout     time.Duration
	MemoryMB    int
	LogFormat   string // "Text" or "JSON"
	Environment map[string]string
	Routes      []Route
	Schedules   []Schedule
	LogGroup    string      // its name; "" for Lambda's own
	DeadLetters string      // ARN of the queue where Lambda puts events that failed; "" for none
	Rights      []Statement // of its role
}

// Statement is one statement of a policy, as IAM writes it.
type Statement struct {
	Effect    string
	Action    List
	Resource  List
	Condition map[string]map[string]List // by operator and condition key
}

// List is a list of strings, which IAM also writes as one string.
type List []string

// UnmarshalJSON reads one string as a list of it.
func (l *List) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*l = List{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(l))
}

// Route is one route of the HTTP API. Path is "$default" or a path as API Gateway writes it (/zones/{code},
// /files/{name+}). Method is ANY, or one method.
type Route struct{ Method, Path string }

// Throttle is how often a route of the HTTP API may be asked.
type Throttle struct {
	Rate  float64 `json:"ThrottlingRateLimit"`  // requests a second
	Burst int     `json:"ThrottlingBurstLimit"` // requests at once
}

// Schedule is what EventBridge Scheduler sends a function. Its condition does not matter here: an operator may
// send the event by hand at any time.
type Schedule struct {
	Name  string
	Input string // JSON; "<aws.scheduler.scheduled-time>" stands for the moment
}

// Event is the schedule's own event at a moment.
func (s Schedule) Event(now time.Time) []byte {
	return []byte(strings.ReplaceAll(s.Input, "<aws.scheduler.scheduled-time>", now.UTC().Format(time.RFC3339)))
}

// Bucket is one S3 bucket.
type Bucket struct {
	Name      string
	Versioned bool // keeps what is replaced and deleted
}

// Table is one DynamoDB table.
type Table struct {
	Definition   dynamodb.CreateTableInput
	TTLAttribute string // "" for none
}

// ARN is the ARN of a resource of a service in this region and account.
func ARN(service, resource string) string {
	return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, Region, pseudo["AWS::AccountId"], resource)
}

// FunctionARN is the ARN under which a function of that name runs.
func FunctionARN(name string) string { return ARN("lambda", "function:"+name) }

// TableARN is the ARN of a table of that name.
func TableARN(name string) string { return ARN("dynamodb", "table/"+name) }

// Physical is the name that a function gets when the stack is made.
func (t *Template) Physical(f Function) string { return stack + "-" + strings.ToLower(f.LogicalID) }

// ReadFile reads the template in a file. Parameters override the template's defaults.
func ReadFile(file string, parameters map[string]string) (*Template, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	t, err := Read(data, parameters)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return t, nil
}

// Read reads a template. Parameters override the template's defaults; one that the template does not have is an
// error.
func Read(data []byte, parameters map[string]string) (*Template, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return nil, err
	}
	if len(document.Content) != 1 {
		return nil, fmt.Errorf("not a template")
	}
	tree, err := decode(document.Content[0])
	if err != nil {
		return nil, err
	}
	top, _ := tree.(map[string]any)
	section := func(name string) map[string]any {
		m, _ := top[name].(map[string]any)
		return m
	}

	r := &resolver{parameters: map[string]any{}, conditions: section("Conditions"), resources: section("Resources")}
	for name, definition := range section("Parameters") {
		if d, ok := definition.(map[string]any); ok && d["Default"] != nil {
			r.parameters[name] = d["Default"]
		}
	}
	for name, value := range parameters {
		if _, ok := section("Parameters")[name]; !ok {
			return nil, fmt.Errorf("there is no parameter %q", name)
		}
		r.parameters[name] = value
	}

	t := &Template{Build: map[string]string{}}
	if build, ok := section("Metadata")["GoBuild"].(map[string]any); ok {
		for name, value := range build {
			t.Build[name] = fmt.Sprint(value)
		}
	}
	for _, logicalID := range slices.Sorted(maps.Keys(r.resources)) {
		resource, ok := r.resources[logicalID].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("resource %s is not a mapping", logicalID)
		}
		if condition, ok := resource["Condition"].(string); ok {
			if yes, err := r.condition(condition); err != nil || !yes {
				if err != nil {
					return nil, err
				}
				continue
			}
		}
		var err error
		switch resource["Type"] {
		case "AWS::Serverless::Function":
			var f Function
			if f, err = r.function(logicalID, resource, section("Globals")); err == nil {
				t.Functions = append(t.Functions, f)
			}
		case "AWS::Serverless::HttpApi":
			t.Throttles, err = r.throttles(resource)
		case "AWS::DynamoDB::Table":
			var table Table
			if table, err = r.table(logicalID, resource); err == nil {
				t.Tables = append(t.Tables, table)
			}
		case "AWS::S3::Bucket":
			var b Bucket
			if b.Name, err = r.physicalName(logicalID, resource); err == nil {
				properties, _ := resource["Properties"].(map[string]any)
				versioning, _ := properties["VersioningConfiguration"].(map[string]any)
				b.Versioned = versioning["Status"] == "Enabled"
				t.Buckets = append(t.Buckets, b)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", logicalID, err)
		}
	}
	slices.SortFunc(t.Functions, func(a, b Function) int { return strings.Compare(a.Name, b.Name) })
	return t, nil
}

// functionProperties are the properties of a function that count on one machine.
type functionProperties struct {
	CodeURI       string `json:"CodeUri"`
	Timeout       int    // seconds
	MemorySize    int    // MB
	LoggingConfig struct{ LogFormat, LogGroup string }
	Environment   struct{ Variables map[string]any }
	// What becomes of events that failed.
	EventInvokeConfig struct {
		DestinationConfig struct{ OnFailure struct{ Destination string } }
	}
	Events map[string]struct {
		Type       string
		Properties struct {
			Path, Method string
			Input        string
		}
	}
}

func (r *resolver) function(logicalID string, resource, globals map[string]any) (Function, error) {
	properties, _ := resource["Properties"].(map[string]any)
	shared, _ := globals["Function"].(map[string]any)
	merged := merge(shared, properties)
	// Only what counts here is resolved: rights and the like may use functions that the runner does not know.
	wanted := map[string]any{"Timeout": 3, "MemorySize": 128} // Lambda's own defaults
	for _, name := range []string{"CodeUri", "Timeout", "MemorySize", "Environment", "EventInvokeConfig"} {
		if v, ok := merged[name]; ok {
			wanted[name] = v
		}
	}
	logging, _ := merged["LoggingConfig"].(map[string]any)
	wanted["LoggingConfig"] = map[string]any{"LogFormat": cmp.Or(logging["LogFormat"], any("Text")), "LogGroup": cmp.Or(logging["LogGroup"], any(""))}
	kept := map[string]any{}
	if all, ok := merged["Events"].(map[string]any); ok {
		for name, event := range all {
			e, _ := event.(map[string]any)
			from, _ := e["Properties"].(map[string]any)
			to := map[string]any{}
			for _, property := range []string{"Path", "Method", "Input"} {
				if v, ok := from[property]; ok {
					to[property] = v
				}
			}
			kept[name] = map[string]any{"Type": e["Type"], "Properties": to}
		}
	}
	wanted["Events"] = kept

	resolved, err := r.resolve(wanted)
	if err != nil {
		return Function{}, err
	}
	var p functionProperties
	if err := convert(resolved, &p); err != nil {
		return Function{}, err
	}
	folder := strings.TrimSuffix(p.CodeURI, "/")
	f := Function{
		Name:        path.Base(folder),
		LogicalID:   logicalID,
		Folder:      folder,
		Timeout:     time.Duration(p.Timeout) * time.Second,
		MemoryMB:    p.MemorySize,
		LogFormat:   p.LoggingConfig.LogFormat,
		LogGroup:    p.LoggingConfig.LogGroup,
		DeadLetters: p.EventInvokeConfig.DestinationConfig.OnFailure.Destination,
		Environment: map[string]string{},
	}
	for name, value := range p.Environment.Variables {
		f.Environment[name] = fmt.Sprint(value)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Events)) {
		event := p.Events[name]
		switch event.Type {
		case "HttpApi":
			route := Route{Method: strings.ToUpper(event.Properties.Method), Path: event.Properties.Path}
			if route.Path == "" {
				route.Path = "$default"
			}
			if route.Method == "" {
				route.Method = "ANY"
			}
			f.Routes = append(f.Routes, route)
		case "ScheduleV2":
			f.Schedules = append(f.Schedules, Schedule{Name: name, Input: event.Properties.Input})
		}
	}
	f.Rights, err = r.rights(merged["Role"])
	return f, err
}

// rights are the statements of the role that a function names as !GetAtt Role.Arn.
func (r *resolver) rights(role any) ([]Statement, error) {
	reference, _ := role.(map[string]any)
	name, _, _ := strings.Cut(fmt.Sprint(reference["Fn::GetAtt"]), ".")
	resource, _ := r.resources[name].(map[string]any)
	properties, _ := resource["Properties"].(map[string]any)
	resolved, err := r.resolve(properties["Policies"])
	if err != nil {
		return nil, fmt.Errorf("role %s: %w", name, err)
	}
	var policies []struct {
		PolicyDocument struct{ Statement []Statement }
	}
	if err := convert(resolved, &policies); err != nil {
		return nil, fmt.Errorf("role %s: %w", name, err)
	}
	var rights []Statement
	for _, p := range policies {
		rights = append(rights, p.PolicyDocument.Statement...)
	}
	return rights, nil
}

// throttles are the limits of the routes of an HTTP API.
func (r *resolver) throttles(resource map[string]any) (map[string]Throttle, error) {
	properties, _ := resource["Properties"].(map[string]any)
	resolved, err := r.resolve(map[string]any{"Each": properties["DefaultRouteSettings"], "Own": properties["RouteSettings"]})
	if err != nil {
		return nil, err
	}
	var settings struct {
		Each Throttle
		Own  map[string]Throttle
	}
	if err := convert(resolved, &settings); err != nil {
		return nil, err
	}
	all := map[string]Throttle{"": settings.Each}
	maps.Copy(all, settings.Own)
	return all, nil
}

func (r *resolver) table(logicalID string, resource map[string]any) (Table, error) {
	properties, _ := resource["Properties"].(map[string]any)
	wanted := map[string]any{}
	// These are written in the template as DynamoDB's own API writes them.
	for _, name := range []string{"AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode", "TimeToLiveSpecification"} {
		if v, ok := properties[name]; ok {
			wanted[name] = v
		}
	}
	resolved, err := r.resolve(wanted)
	if err != nil {
		return Table{}, err
	}
	var t Table
	if err := convert(resolved, &t.Definition); err != nil {
		return Table{}, err
	}
	name, err := r.physicalName(logicalID, resource)
	if err != nil {
		return Table{}, err
	}
	t.Definition.TableName = &name
	var ttl struct {
		TimeToLiveSpecification struct {
			AttributeName string
			Enabled       bool
		}
	}
	if err := convert(resolved, &ttl); err != nil {
		return Table{}, err
	}
	if ttl.TimeToLiveSpecification.Enabled {
		t.TTLAttribute = ttl.TimeToLiveSpecification.AttributeName
	}
	return t, nil
}

// merge lays over on base as SAM lays a function's properties on Globals: mappings are joined, all else replaced.
func merge(base, over map[string]any) map[string]any {
	out := maps.Clone(base)
	if out == nil {
		out = map[string]any{}
	}
	for name, value := range over {
		if inner, ok := value.(map[string]any); ok {
			if outer, ok := out[name].(map[string]any); ok {
				value = merge(outer, inner)
			}
		}
		out[name] = value
	}
	return out
}

// convert gives a tree the shape of a Go type, by way of JSON.
func convert(tree, into any) error {
	data, err := json.Marshal(tree)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}
