package identity

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// documented reads the settings under a heading of the package's documentation.
func documented(t *testing.T, title string) map[string]string {
	t.Helper()
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "// # "+title+"\n")
	if !found {
		t.Fatalf("doc.go has no %q", title)
	}
	section, _, _ = strings.Cut(section, "// # ")
	environment := map[string]string{}
	for line := range strings.Lines(section) {
		if name, value, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "//\t"), "="); ok && strings.HasPrefix(name, "OIDC_") {
			environment[name] = value
		}
	}
	return environment
}

func TestSettings(t *testing.T) {
	t.Parallel()
	whole := documented(t, "ACM/IDM of the Flemish government")
	whole["OIDC_CLIENT_ID"] = "us"
	for _, c := range []struct{ name, variable, value, err string }{
		{"whole", "OIDC_AUDIENCES", "one, two", ""},
		{"local issuer", "OIDC_ISSUER", "http://127.0.0.1:4000", ""},
		{"the machine around a container", "OIDC_JWKS_URI", "http://host.docker.internal:4000/keys", ""},
		{"no issuer", "OIDC_ISSUER", "", "OIDC_ISSUER is not set"},
		{"no client", "OIDC_CLIENT_ID", "", "OIDC_CLIENT_ID is not set"},
		{"no claim for rights", "OIDC_CLAIM_ROLES", "", "OIDC_CLAIM_ROLES is not set"},
		{"keys that anybody can change on the way", "OIDC_JWKS_URI", "http://issuer.example/keys", "OIDC_JWKS_URI: want an https address"},
		{"no address", "OIDC_TOKEN_ENDPOINT", "token", "OIDC_TOKEN_ENDPOINT: want an https address"},
		{"no sign-out", "OIDC_END_SESSION_ENDPOINT", "", ""},
	} {
		environment := maps.Clone(whole)
		environment[c.variable] = c.value
		_, err := FromEnvironment(func(name string) string { return environment[name] })
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.err)
		}
	}
}

func TestEveryVariableIsDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]bool{}
	_, _ = FromEnvironment(func(name string) string {
		read[name] = true
		return ""
	})
	for _, name := range slices.Sorted(maps.Keys(read)) {
		if !strings.Contains(string(text), "//\t"+name+" ") {
			t.Errorf("%s is not in the list of settings", name)
		}
	}
}

func TestEndSession(t *testing.T) {
	t.Parallel()
	back := "https://aanspreekpunt.example/afmelden"
	for name, c := range map[string]struct {
		settings Settings
		want     string
	}{
		"standard": {Settings{EndSessionEndpoint: "https://issuer.example/end?x=1", EndSessionReturn: standardReturn, ClientID: "us"},
			"https://issuer.example/end?client_id=us&id_token_hint=token&post_logout_redirect_uri=https%3A%2F%2Faanspreekpunt.example%2Fafmelden&x=1"},
		"Cognito": {Settings{EndSessionEndpoint: "https://issuer.example/logout", EndSessionReturn: "logout_uri", ClientID: "us"},
			"https://issuer.example/logout?client_id=us&logout_uri=https%3A%2F%2Faanspreekpunt.example%2Fafmelden"},
		"none": {Settings{EndSessionReturn: standardReturn}, ""},
	} {
		if got := c.settings.EndSession(back, "token"); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func TestOrigins(t *testing.T) {
	t.Parallel()
	s := Settings{AuthorizationEndpoint: "https://sign.example/in", EndSessionEndpoint: "https://sign.example/out"}
	if got := s.Origins(); !slices.Equal(got, []string{"https://sign.example"}) {
		t.Errorf("got %v for one origin", got)
	}
	s.EndSessionEndpoint = "https://end.example/out"
	if got := s.Origins(); !slices.Equal(got, []string{"https://sign.example", "https://end.example"}) {
		t.Errorf("got %v for two", got)
	}
}
