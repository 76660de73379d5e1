package endtoend

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// mayBeEmpty are the settings that a function does without: what it then does instead stands in README.
var mayBeEmpty = regexp.MustCompile(`^(BASE_URL|RELEASE|GO[A-Z]+|ADMINISTRATOR_EMAIL|CONTROLLER|PRIVACY_EMAIL|SECURITY_CONTACT|LOG_DAYS|MAIL_FROM|SCHOOLS_API_(URL|KEY)|AWS_ENDPOINT_URL_\w+|OIDC_(CLIENT_SECRET|SCOPE|AUDIENCES|END_SESSION_\w+|ROLE_\w+|CLAIM_(ZONES|ORGANISATION|ORGANISATION_NAME|TARGET_GROUP|NAME)|TARGET_GROUP_\w+))$`)

// begins starts a function with some settings changed; "" leaves one out. It gives what the function logged, and
// whether it started.
func begins(t *testing.T, function string, changed map[string]string) (log string, started bool) {
	t.Helper()
	environment := sys.Environment(function)
	for name, value := range changed {
		environment[name] = value
		if value == "" {
			delete(environment, name)
		}
	}
	log, err := sys.TryStart(t.Context(), function, environment)
	return log, err == nil
}

// oneLine checks that what a function said before it ended is one line that names the setting.
func oneLine(t *testing.T, what, log, setting string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(log), "\n")
	said := slices.DeleteFunc(lines, func(line string) bool { return !strings.Contains(line, "ERROR") })
	if len(said) != 1 || !strings.Contains(said[0], setting) {
		t.Errorf("%s: the log has no one line that names %s:\n%s", what, setting, log)
	}
}

// TestAStartWithoutASetting starts the real binaries without each of their settings in turn.
func TestAStartWithoutASetting(t *testing.T) {
	t.Parallel()
	ours(t, "the functions are started here")
	for _, f := range sys.Functions() {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			if log, started := begins(t, f.Name, nil); !started {
				t.Fatalf("it does not start as it is:\n%s", log)
			}
			names := append(slices.Collect(maps.Keys(f.Environment)), "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
			for _, name := range names {
				if unused := strings.HasPrefix(name, "OIDC_") && len(f.Routes) == 0; unused || mayBeEmpty.MatchString(name) {
					continue
				}
				log, started := begins(t, f.Name, map[string]string{name: ""})
				if started {
					t.Errorf("%s: it starts without", name)
					continue
				}
				oneLine(t, "without "+name, log, name)
			}
		})
	}
}

// TestAStartWithAWrongSetting: what cannot work is told at the start, not at the first request.
func TestAStartWithAWrongSetting(t *testing.T) {
	t.Parallel()
	ours(t, "the functions are started here")
	for _, f := range sys.Functions() {
		wrong := map[string][]string{"UPLOAD_BUCKET": {"not-there"}, "DATA_BUCKET": {"not-there"}, "RESTRICTED_BUCKET": {"not-there"}, "SCHOOLS_API_URL": {"ftp://x"}}
		if len(f.Routes) > 0 {
			wrong["RELEASE"] = []string{"two words"}
			wrong["OIDC_ISSUER"] = []string{"nonsense"}
			wrong["OIDC_JWKS_URI"] = []string{"nonsense", "http://elsewhere.example/keys"}
			wrong["BASE_URL"] = []string{"nonsense"}
		}
		if f.Name != "search" && f.Name != "session" && f.Name != "opendata" { // these answer what they can: see below
			wrong["TABLE_NAME"] = []string{"not-there"}
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			for name, values := range wrong {
				if _, has := f.Environment[name]; !has {
					continue
				}
				for _, value := range values {
					log, started := begins(t, f.Name, map[string]string{name: value})
					if started {
						t.Errorf("it starts with %s %q", name, value)
						continue
					}
					oneLine(t, name+" "+value, log, name)
				}
			}
		})
	}
}

// TestATableWithoutItsIndex: functions that list things do not start; what they need is named.
func TestATableWithoutItsIndex(t *testing.T) {
	t.Parallel()
	ours(t, "the functions are started here")
	// As DynamoDB answers a Query on an index that is not there.
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"__type":"com.amazon.coral.validate#ValidationException","message":"The table does not have the specified index: byKind"}`)
	}))
	t.Cleanup(server.Close)
	for _, name := range []string{"zones", "practices", "remind", "export", "refdata"} {
		log, started := begins(t, name, map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": server.URL})
		if started {
			t.Errorf("%s starts", name)
			continue
		}
		oneLine(t, name, log, "TABLE_NAME")
		if !strings.Contains(log, "has no index byKind") {
			t.Errorf("%s: %s", name, log)
		}
	}
}

// TestHealthWithoutATable: the look-up starts without, since it answers what needs no table, names the setting in its log, and
// health says so without telling what is wrong.
func TestHealthWithoutATable(t *testing.T) {
	t.Parallel()
	b := breakable(t)
	b.breakWith(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found"}`)
	})
	b.health(t, "DEGRADED") // it has its facts
	b.restart(t)
	b.nothingToAnswerFrom(t)
	if a := b.get(t, "/api/v1/health"); a.text() != `{"status":"DOWN"}` {
		t.Errorf("health: %s", a.body)
	}
	if log := b.log.String(); !strings.Contains(log, "TABLE_NAME: there is no table "+b.name) {
		t.Error("the log does not name the setting")
	}
}
