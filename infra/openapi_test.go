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
