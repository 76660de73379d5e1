package infra

import _ "embed"

// OpenAPI is the API's contract in YAML.
//
//go:embed openapi.yaml
var OpenAPI []byte
