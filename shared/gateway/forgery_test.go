package gateway

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestFormsOfOtherSites(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, method, baseURL string
		headers               map[string]string
		want                  int
	}{
		{"own form", "POST", "", map[string]string{"Sec-Fetch-Site": "same-origin"}, 200},
		{"own form, older browser", "POST", "", map[string]string{"Origin": "https://aanspreekpunt.example"}, 200},
		{"another site", "POST", "", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403},
		{"another host of the domain", "POST", "", map[string]string{"Sec-Fetch-Site": "same-site", "Origin": "https://other.example"}, 403},
		{"another site, older browser", "POST", "", map[string]string{"Origin": "https://evil.example"}, 403},
		{"a sandboxed frame", "POST", "", map[string]string{"Origin": "null"}, 403},
		{"a script, which has nobody's cookies", "POST", "", nil, 200},
		{"a link from another site", "GET", "", map[string]string{"Sec-Fetch-Site": "cross-site"}, 200},
		{"own form behind another host", "POST", "https://www.example", map[string]string{"Origin": "https://www.example"}, 200},
	} {
		forms, err := ownForms(c.baseURL)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(c.method, "https://aanspreekpunt.example/afmelden", nil)
		for name, value := range c.headers {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		forms(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "done") })).ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: got %d, want %d", c.name, w.Code, c.want)
		}
	}
	if _, err := Mux("refdata", nil, Options{BaseURL: "aanspreekpunt.example", Log: slog.New(slog.DiscardHandler)}); err == nil {
		t.Error("a base URL without a scheme was taken")
	}
}
