package infra

import (
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// resource is a resource of template.yaml as far as these tests look: functions like !Ref are left as their arguments.
type resource struct {
	Type                string         `yaml:"Type"`
	DeletionPolicy      string         `yaml:"DeletionPolicy"`
	UpdateReplacePolicy string         `yaml:"UpdateReplacePolicy"`
	Properties          map[string]any `yaml:"Properties"`
}

func resources(t *testing.T) map[string]resource {
	t.Helper()
	data, err := os.ReadFile("../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var whole struct {
		Resources map[string]resource `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(data, &whole); err != nil {
		t.Fatal(err)
	}
	return whole.Resources
}

// TestTheRunbookHasEveryAlarm: whoever is called at night finds what it means and what to do.
func TestTheRunbookHasEveryAlarm(t *testing.T) {
	runbook, err := os.ReadFile("runbook.md")
	if err != nil {
		t.Fatal(err)
	}
	alarms := 0
	for name, r := range resources(t) {
		if r.Type == "AWS::CloudWatch::Alarm" {
			alarms++
			if !strings.Contains(string(runbook), "`"+name+"`") {
				t.Errorf("the runbook does not say what %s means", name)
			}
			if r.Properties["AlarmActions"] == nil {
				t.Errorf("%s tells nobody", name)
			}
		}
	}
	if alarms == 0 {
		t.Error("the template has no alarm")
	}
}

// TestUsersCannotGiveThemselvesRights: rights of the stack's own user pool are groups, and the application's client
// may neither write an attribute that carries one nor ask for a scope that could.
func TestUsersCannotGiveThemselvesRights(t *testing.T) {
	clients := 0
	for name, r := range resources(t) {
		if r.Type != "AWS::Cognito::UserPoolClient" {
			continue
		}
		clients++
		writable, ok := r.Properties["WriteAttributes"].([]any)
		if !ok {
			t.Errorf("%s: without WriteAttributes it may write everything", name)
		}
		for _, attribute := range writable {
			if a, _ := attribute.(string); a != "email" {
				t.Errorf("%s may write %v", name, attribute)
			}
		}
		scopes, _ := r.Properties["AllowedOAuthScopes"].([]any)
		if len(scopes) != 1 || scopes[0] != "openid" {
			t.Errorf("%s has the scopes %v, want openid alone", name, scopes)
		}
		for _, flow := range r.Properties["ExplicitAuthFlows"].([]any) {
			if flow != "ALLOW_USER_SRP_AUTH" {
				t.Errorf("%s allows %v", name, flow)
			}
		}
	}
	pools := 0
	for name, r := range resources(t) {
		if r.Type != "AWS::Cognito::UserPool" {
			continue
		}
		pools++
		creation, _ := r.Properties["AdminCreateUserConfig"].(map[string]any)
		if creation["AllowAdminCreateUserOnly"] != true || r.Properties["MfaConfiguration"] != "ON" || r.Properties["Schema"] != nil {
			t.Errorf("%s: wants users made by administrators, MFA and no attributes of its own", name)
		}
	}
	if clients != 1 || pools != 1 {
		t.Errorf("%d clients of %d user pools", clients, pools)
	}
}

// TestWhatIsKeptIsGuarded: tables and buckets are encrypted, come back after a mistake and outlive the stack; logs end.
func TestWhatIsKeptIsGuarded(t *testing.T) {
	policies := 0
	for name, r := range resources(t) {
		p := r.Properties
		var wanted []string
		switch r.Type {
		case "AWS::DynamoDB::Table":
			wanted = []string{"SSESpecification", "PointInTimeRecoverySpecification", "DeletionProtectionEnabled", "TimeToLiveSpecification"}
		case "AWS::S3::Bucket":
			wanted = []string{"BucketEncryption", "VersioningConfiguration", "PublicAccessBlockConfiguration", "LifecycleConfiguration", "OwnershipControls"}
			lifecycle, _ := yaml.Marshal(p["LifecycleConfiguration"])
			if !strings.Contains(string(lifecycle), "NoncurrentVersionExpiration") {
				t.Errorf("%s keeps older versions for ever", name)
			}
			policies++
		case "AWS::S3::BucketPolicy":
			if text, _ := yaml.Marshal(p["PolicyDocument"]); !strings.Contains(string(text), "aws:SecureTransport") {
				t.Errorf("%s lets plain HTTP in", name)
			}
			policies--
			continue
		case "AWS::Logs::LogGroup":
			if p["RetentionInDays"] == nil {
				t.Errorf("%s keeps its lines for ever", name)
			}
			continue
		default:
			continue
		}
		if r.DeletionPolicy != "Retain" || r.UpdateReplacePolicy != "Retain" {
			t.Errorf("%s goes with the stack", name)
		}
		for _, property := range wanted {
			if p[property] == nil {
				t.Errorf("%s has no %s", name, property)
			}
		}
	}
	if policies != 0 {
		t.Error("a bucket has no policy of its own")
	}
}
