package gateway

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

var searchParams = []Param{
	{Name: "q", Required: true, MaxLength: 20},
	{Name: "theme", Values: []string{"drugs", "truancy"}},
	{Name: "zone", Repeat: true, Check: func(s string) error {
		if len(s) != 4 {
			return errors.New("want four digits")
		}
		return nil
	}},
	PageParam(),
	PageSizeParam(50),
}

func TestParams(t *testing.T) {
	const api, page = "/api/v1/search", "/zoeken"
	tests := []struct {
		path, query string
		issues      string // "kind name", one after another
		q           string
		page, size  int
	}{
		{api, "q=sint+jozef", "", "sint jozef", 1, 10},
		{api, "q=sint%20jozef&theme=drugs&page=2&pageSize=50", "", "sint jozef", 2, 50},
		{api, "q=", "", "", 1, 10},
		{api, "", "schemaViolation q", "", 1, 10},
		{api, "q=a&zone=5910&zone=5905", "", "a", 1, 10},
		{api, "q=a&zone=591&zone=x", "invalidInput zone, invalidInput zone", "a", 1, 10},
		{api, "q=a&q=b", "invalidInput q", "", 1, 10},
		{api, "q=a&Q=b", "unknownInput Q", "a", 1, 10},
		{api, "q=a&utm_source=x", "unknownInput utm_source", "a", 1, 10},
		{api, "q=a&theme=x&page=0&pageSize=51", "schemaViolation theme, schemaViolation page, schemaViolation pageSize", "a", 1, 10},
		{api, "q=a&page=1000000000", "", "a", 1_000_000_000, 10},
		{api, "q=a&page=1000000001", "schemaViolation page", "a", 1, 10},
		{api, "q=a&page=99999999999999999999", "schemaViolation page", "a", 1, 10},
		{api, "q=a&page=%2B1", "schemaViolation page", "a", 1, 10},
		{api, "q=a&page=-1", "schemaViolation page", "a", 1, 10},
		{api, "q=a&page=1.0", "schemaViolation page", "a", 1, 10},
		{api, "q=a&page=", "schemaViolation page", "a", 1, 10},
		{api, "q=%zz", "invalidInput q", "", 1, 10},
		{api, "q=%", "invalidInput q", "", 1, 10},
		{api, "q=%ff", "invalidInput q", "", 1, 10},
		{api, "q=%00a%1Bb%7f", "", "a b", 1, 10},
		{api, "q=%E2%80%AEtie%E2%81%A7nen%E2%80%8F%EF%BB%BF", "", "tienen", 1, 10},
		{api, "q=a;b", "", "a;b", 1, 10},
		{api, "q=a=b", "", "a=b", 1, 10},
		{api, "&&q=a&", "", "a", 1, 10},
		{api, "q=" + strings.Repeat("%C3%A9", 20), "", strings.Repeat("é", 20), 1, 10},
		{api, "q=" + strings.Repeat("x", 21), "schemaViolation q", "", 1, 10},
		{api, "q=" + strings.Repeat("x", 8000), "schemaViolation q", "", 1, 10},
		{page, "q=a&utm_source=x&fbclid=1", "", "a", 1, 10},
		{page, "q=a&q=b", "", "a", 1, 10},
		{page, "q=100%", "", "100%", 1, 10},
		{page, "q=a+%zz", "", "a %zz", 1, 10},
		{page, "q=%ff", "", "\uFFFD", 1, 10},
		{page, "q=a&page=x", "schemaViolation page", "a", 1, 10},
		{page, "q=" + strings.Repeat("x", 21), "schemaViolation q", "", 1, 10},
		{api, "q=a&" + strings.Repeat("zone=5910&", 151), "schemaViolation zone", "a", 1, 10},
		{page, "q=a&" + strings.Repeat("zone=5910&", 151), "schemaViolation zone", "a", 1, 10},
		{page, "q=a&" + strings.Repeat("zone=5910&", 150), "", "a", 1, 10},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s?%.60s", test.path, test.query), func(t *testing.T) {
			r := httptest.NewRequest("GET", test.path, nil)
			r.URL.RawQuery = test.query
			values, err := Params(r, searchParams...)
			if got := kinds(err); got != test.issues {
				t.Errorf("issues %q, want %q", got, test.issues)
			}
			if q := values.Get("q"); q != test.q || values.Int("page") != test.page || values.Int("pageSize") != test.size {
				t.Errorf("q %q page %d pageSize %d, want %q %d %d", q, values.Int("page"), values.Int("pageSize"), test.q, test.page, test.size)
			}
		})
	}
	r := httptest.NewRequest("GET", api+"?q=a&zone=5910&zone=5905", nil)
	if values, _ := Params(r, searchParams...); !slices.Equal(values.All("zone"), []string{"5910", "5905"}) {
		t.Errorf("zones %q", values.All("zone"))
	}
}

func kinds(err error) string {
	var p *Problem
	if !errors.As(err, &p) {
		return ""
	}
	var all []string
	for _, issue := range p.Issues {
		all = append(all, strings.TrimPrefix(issue.Type, belgifInput)+" "+issue.Name)
	}
	return strings.Join(all, ", ")
}

// TestParamsProperties: whatever stands in the query, the answer is a 400 or values within their bounds.
func TestParamsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		path := rapid.SampledFrom([]string{"/api/v1/search", "/zoeken"}).Draw(t, "path")
		piece := rapid.OneOf(rapid.SampledFrom([]string{"q=", "page=", "pageSize=", "zone=", "theme=drugs", "&", "%", "%f0", "=", ";"}), rapid.String())
		r := httptest.NewRequest("GET", path, nil)
		r.URL.RawQuery = strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "query"), "")
		values, err := Params(r, searchParams...)
		var p *Problem
		if err != nil && (!errors.As(err, &p) || p.Status != 400 || len(p.Issues) == 0) {
			t.Fatalf("error %v", err)
		}
		if n := values.Int("page"); n < 1 || n > 1_000_000_000 {
			t.Fatalf("page %d", n)
		}
		if n := values.Int("pageSize"); n < 1 || n > 50 {
			t.Fatalf("pageSize %d", n)
		}
		if q := values.Get("q"); utf8.RuneCountInString(q) > 20 || !utf8.ValidString(q) || strings.ContainsAny(q, "\x00\r\n") {
			t.Fatalf("q %q", q)
		}
		for _, zone := range values.All("zone") {
			if len(zone) != 4 {
				t.Fatalf("zone %q", zone)
			}
		}
	})
}

func TestIssuesGiveBackNoMoreThanIsUseful(t *testing.T) {
	long := strings.Repeat("é", 4000)
	if issue := UnknownInput("query", long, long); issue.Value != nil || len(issue.Name) > 110 || !utf8.ValidString(issue.Name) || len(issue.Detail) > 150 {
		t.Errorf("%+v", issue)
	}
	if issue := InvalidInput("query", "zone", "59", "want four digits"); issue.Value != "59" || issue.Detail != "want four digits" {
		t.Errorf("%+v", issue)
	}
}
