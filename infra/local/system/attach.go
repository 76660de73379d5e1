package system

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path/filepath"
	"slices"

	"aanspreekpunt/infra/local/template"
)

// Place is where a system answers whose functions run elsewhere: under SAM, with this package's services.
type Place struct {
	Site      string // the address of the gateway
	Services  string // of a System with ServicesOnly, where /dev is
	Issuer    string
	DynamoDB  string
	S3        string
	Lambda    string // of `sam local start-lambda`, which knows functions by their names in the template
	AccessKey string
	Log       string // the file with what the functions log
}

// Place is where this system answers. Site, Lambda and Log are for the caller to fill in.
func (s *System) Place() Place {
	return Place{Services: s.services, Issuer: s.issuerURL, DynamoDB: s.dynamoDB, S3: s.s3, AccessKey: s.options.AccessKey}
}

// Attach gives a system that another process started. It starts nothing: Close only forgets it, and Restart has
// nothing to end.
func Attach(p Place) (*System, error) {
	root, err := findRoot()
	if err != nil {
		return nil, err
	}
	s := &System{options: Options{ServicesOnly: true, AccessKey: p.AccessKey}, log: io.Discard, root: root, elsewhere: p.Lambda,
		url: p.Site, services: p.Services, issuerURL: p.Issuer, dynamoDB: p.DynamoDB, functionsDynamoDB: p.DynamoDB, s3: p.S3}
	s.template, err = template.ReadFile(filepath.Join(root, "template.yaml"), nil)
	return s, err
}

// invokeElsewhere calls a function that `sam local start-lambda` runs.
func (s *System) invokeElsewhere(ctx context.Context, function string, event []byte) ([]byte, error) {
	i := slices.IndexFunc(s.template.Functions, func(f template.Function) bool { return f.Name == function })
	if i < 0 {
		return nil, fmt.Errorf("the template has no function %s", function)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.elsewhere+"/2015-03-31/functions/"+s.template.Functions[i].LogicalID+"/invocations", bytes.NewReader(event))
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	result, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	var failed InvokeError // SAM says so in the body alone
	if json.Unmarshal(result, &failed) == nil && failed.Message != "" {
		return nil, &failed
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: status %d: %s", function, answer.StatusCode, result)
	}
	return result, nil
}

// Elsewhere gives each function's environment, by its name in the template, for another runner on this machine whose
// gateway and Lambda are at site and lambda: as here, with reach applied to each address that the functions themselves
// ask. Where people go for signing in stays as it is.
func (s *System) Elsewhere(site, lambda string, reach func(address string) string) map[string]map[string]string {
	all := map[string]map[string]string{}
	logicalIDs := map[string]string{}
	for _, f := range s.template.Functions {
		logicalIDs[s.template.Physical(f)] = f.LogicalID
	}
	for _, f := range s.template.Functions {
		environment := maps.Clone(f.Environment)
		here := s.Environment(f.Name)
		for _, name := range []string{"AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_SESV2", "OIDC_TOKEN_ENDPOINT", "OIDC_JWKS_URI"} {
			environment[name] = reach(here[name])
		}
		environment["AWS_ENDPOINT_URL_LAMBDA"] = reach(lambda)
		if len(f.Routes) == 0 { // no request tells it the address
			environment["BASE_URL"] = site
		}
		for name, value := range environment { // that runner calls functions by their names in the template
			if id, ok := logicalIDs[value]; ok {
				environment[name] = id
			}
		}
		all[f.LogicalID] = environment
	}
	return all
}
