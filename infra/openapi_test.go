package infra

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/gateway"
)

func document(t *testing.T) *openapi3.T {
	t.Helper()
	loader := openapi3.NewLoader()
	document, err := loader.LoadFromData(OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func TestTheDocumentAndItsExamplesAreValid(t *testing.T) {
	openapi3.DefineStringFormatValidator("email", openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringForEmail))
	if err := document(t).Validate(t.Context(), openapi3.EnableExamplesValidation(), openapi3.EnableSchemaFormatValidation()); err != nil {
		t.Error(err)
	}
}

// TestTheDocumentHasTheRoutes: the route table's public paths and methods are those of the document.
func TestTheDocumentHasTheRoutes(t *testing.T) {
	var routes []string
	for _, route := range gateway.Routes() {
		if path, ok := strings.CutPrefix(route.Path, "/api/v1"); ok {
			for _, method := range route.Methods {
				routes = append(routes, method+" "+path)
			}
		}
	}
	var documented []string
	for path, item := range document(t).Paths.Map() {
		for method := range item.Operations() {
			documented = append(documented, method+" "+path)
		}
	}
	slices.Sort(routes)
	slices.Sort(documented)
	if !slices.Equal(routes, documented) {
		t.Errorf("routes\n%s\ndocument\n%s", strings.Join(routes, "\n"), strings.Join(documented, "\n"))
	}
}

// TestTheDocumentHasTheCodes: the code types list what the domain has.
func TestTheDocumentHasTheCodes(t *testing.T) {
	for schema, want := range map[string][]any{
		"Theme":       values(directory.Themes()),
		"Level":       values(directory.Levels()),
		"PartnerKind": values(directory.PartnerKinds()),
		"ReportKind":  values(directory.ReportKinds()),
	} {
		if got := document(t).Components.Schemas[schema].Value.Enum; !slices.Equal(got, want) {
			t.Errorf("%s is %v, want %v", schema, got, want)
		}
	}
}

func values[T ~string](list []T) []any {
	var all []any
	for _, v := range list {
		all = append(all, string(v))
	}
	return all
}

// TestTheDocumentFollowsTheGuide keeps the rules of the governments' REST guide that are easily forgotten when a
// route is added. The guide's own validator has them all.
func TestTheDocumentFollowsTheGuide(t *testing.T) {
	document := document(t)
	camel := regexp.MustCompile(`^[a-z][a-z0-9]*([A-Z][a-z0-9]+)*$`)
	upper := regexp.MustCompile(`^([A-Z][a-z0-9]+)+$`)
	operations, tags := map[string]bool{}, map[string]bool{}
	for _, tag := range document.Tags {
		tags[tag.Name] = true
	}
	for path, item := range document.Paths.Map() {
		for segment := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
			if name := strings.Trim(segment, "{}"); !camel.MatchString(name) && name != "openapi.yaml" {
				t.Errorf("%s: %s is not lowerCamelCase", path, name)
			}
		}
		for method, operation := range item.Operations() {
			if !camel.MatchString(operation.OperationID) || operations[operation.OperationID] {
				t.Errorf("%s %s: operationId %q is not unique lowerCamelCase", method, path, operation.OperationID)
			}
			operations[operation.OperationID] = true
			if operation.Summary == "" || len(operation.Tags) != 1 || !tags[operation.Tags[0]] {
				t.Errorf("%s %s: wants a summary and one declared tag", method, path)
			}
			if operation.Responses.Default() == nil {
				t.Errorf("%s %s: wants a default problem", method, path)
			}
			for status, response := range operation.Responses.Map() {
				_, own := response.Value.Extensions["x-ignore-rules"]
				if content := response.Value.Content; status >= "4" && content["application/problem+json"] == nil && !own && path != "/health" {
					t.Errorf("%s %s: %s is no problem", method, path, status)
				}
			}
		}
	}
	for name, schema := range document.Components.Schemas {
		if !upper.MatchString(name) || schema.Value.Title != "" {
			t.Errorf("schema %s: wants an UpperCamelCase name and no title", name)
		}
		for _, property := range slices.Sorted(maps.Keys(schema.Value.Properties)) {
			inner := schema.Value.Properties[property]
			if !camel.MatchString(property) {
				t.Errorf("%s.%s is not lowerCamelCase", name, property)
			}
			if inner.Ref == "" && inner.Value.Type.Is("object") && inner.Value.Title == "" {
				t.Errorf("%s.%s: an inline object wants a title", name, property)
			}
		}
		for _, required := range schema.Value.Required {
			if schema.Value.Properties[required] == nil {
				t.Errorf("%s requires %s, which it does not have", name, required)
			}
		}
	}
}

// TestTheDocumentHasTheGatewaysOwnAnswers: what the gateway refuses itself, for every operation, and what every answer
// of a kind carries.
func TestTheDocumentHasTheGatewaysOwnAnswers(t *testing.T) {
	for path, item := range document(t).Paths.Map() {
		for method, operation := range item.Operations() {
			name := method + " " + path
			wanted := []string{"429", "431"}
			if operation.RequestBody != nil {
				wanted = append(wanted, "413")
			}
			for _, status := range wanted {
				if operation.Responses.Value(status) == nil {
					t.Errorf("%s: %s is not in the document", name, status)
				}
			}
			for status, response := range operation.Responses.Map() {
				header := map[string]string{"201": "Location", "301": "Location", "401": "WWW-Authenticate", "503": "Retry-After"}[status]
				if name == "POST /zones/{code}/reports" && status == "201" {
					continue // a report has an address for the police alone
				}
				if header != "" && response.Value.Headers[header] == nil {
					t.Errorf("%s: %s wants the header %s", name, status, header)
				}
				_, gateways := response.Value.Extensions["x-ignore-rules"]
				if !gateways && response.Value.Headers["BelGov-Trace-Id"] == nil {
					t.Errorf("%s: %s wants the header BelGov-Trace-Id", name, status)
				}
			}
		}
	}
}

// TestNamesFollowTheGuide: parameters, headers and codes are written as the guide wants them.
func TestNamesFollowTheGuide(t *testing.T) {
	document := document(t)
	camel := regexp.MustCompile(`^[a-z][a-z0-9]*([A-Z][a-z0-9]*)*$`)
	kebab := regexp.MustCompile(`^([A-Z][A-Za-z]*)(-[A-Z][a-z]+)*$`)
	for path, item := range document.Paths.Map() {
		if strings.HasSuffix(path, "/") || strings.Contains(path, "_") {
			t.Errorf("%s is no path of the guide", path)
		}
		for method, operation := range item.Operations() {
			name := method + " " + path
			parameters := slices.Concat(item.Parameters, operation.Parameters)
			for _, p := range parameters {
				switch p.Value.In {
				case "header":
					if !kebab.MatchString(p.Value.Name) {
						t.Errorf("%s: header %s is not in Kebab-Case", name, p.Value.Name)
					}
				default:
					if !camel.MatchString(p.Value.Name) {
						t.Errorf("%s: parameter %s is not lowerCamelCase", name, p.Value.Name)
					}
				}
				if p.Value.Description == "" {
					t.Errorf("%s: parameter %s wants a description", name, p.Value.Name)
				}
			}
			for variable := range strings.SplitSeq(path, "{") {
				variable, _, inside := strings.Cut(variable, "}")
				if inside && !slices.ContainsFunc(parameters, func(p *openapi3.ParameterRef) bool { return p.Value.In == "path" && p.Value.Name == variable }) {
					t.Errorf("%s: {%s} is no parameter", name, variable)
				}
			}
			if method == "GET" && operation.RequestBody != nil || method == "DELETE" && operation.RequestBody != nil {
				t.Errorf("%s has a body", name)
			}
		}
	}
	for name, schema := range document.Components.Schemas {
		for _, value := range schema.Value.Enum {
			if text, ok := value.(string); ok && !camel.MatchString(text) && text != "UP" && text != "DOWN" && text != "DEGRADED" { // the guide's own words for health
				t.Errorf("schema %s: code %s is not lowerCamelCase", name, text)
			}
		}
		for property, inner := range schema.Value.Properties {
			if strings.HasSuffix(property, "At") && inner.Ref == "" && inner.Value.Format != "date-time" {
				t.Errorf("%s.%s is no date-time", name, property)
			}
			if inner.Value.Type.Is("array") && inner.Value.Items == nil {
				t.Errorf("%s.%s does not say of what it is an array", name, property)
			}
			if inner.Value.Nullable {
				t.Errorf("%s.%s: what is not there is left out, not null", name, property)
			}
		}
	}
}
