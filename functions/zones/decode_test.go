package main

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo/dynamotest"
	"aanspreekpunt/shared/gateway"
)

// TestBodiesThatCannotBeRead: each is a problem that names what is wrong, and nothing is saved.
func TestBodiesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := newSystem(t, dynamotest.New(t), nil)
	s.seed(t)
	const point = `"contactPoints":[{"id":"a","role":"Onthaal","primary":true}]`
	for body, want := range map[string]string{
		"":                      "schemaViolation ",
		" ":                     "schemaViolation ",
		"{":                     "schemaViolation ",
		"{}}":                   "schemaViolation ",
		"{" + point + ",}":      "schemaViolation ",
		"{'a':1}":               "schemaViolation ",
		"\xef\xbb\xbf{}":        "schemaViolation ",
		"{\"note\":\"\xff\"}":   "schemaViolation ",
		"null":                  "schemaViolation ",
		"[]":                    "schemaViolation ",
		"7":                     "schemaViolation ",
		`"zone"`:                "schemaViolation ",
		"<zone/>":               "schemaViolation ",
		"note=x":                "schemaViolation ",
		strings.Repeat("[", 99): "schemaViolation ",
		strings.Repeat("[", 99) + strings.Repeat("]", 99):                                             "schemaViolation , schemaViolation [0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]",
		`{` + point + `,"callOrder":` + strings.Repeat(`{"a":[`, 20) + strings.Repeat(`]}`, 20) + `}`: "schemaViolation callOrder.a[0].a[0].a[0].a[0].a[0].a[0].a[0].a",
		strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000):                                     "schemaViolation ",

		`{` + point + `,"extra":1}`:                                     "unknownInput extra",
		`{` + point + `,"Phone":"101"}`:                                 "unknownInput Phone",
		`{` + point + `,"":1}`:                                          "unknownInput ",
		`{"contactPoints":[{"id":"a","role":"x","fax":"1"}]}`:           "unknownInput contactPoints[0].fax",
		`{"contactPoints":[{"self":"a"}]}`:                              "unknownInput contactPoints[0].self",
		`{"contactPoints":[{"phones":[{"withheld":1}]}]}`:               "unknownInput contactPoints[0].phones[0].withheld",
		`{` + point + `,` + point + `}`:                                 "schemaViolation contactPoints",
		`{` + point + `,"self":1,"self":2}`:                             "schemaViolation self",
		`{"contactPoints":[{"id":"a","id":"b"}]}`:                       "schemaViolation contactPoints[0].id",
		`{` + point + `,"note":"x","n\u006fte":"y"}`:                    "schemaViolation note",
		`{"contactPoints":null}`:                                        "schemaViolation contactPoints",
		`{"contactPoints":{}}`:                                          "schemaViolation contactPoints",
		`{"contactPoints":[[]]}`:                                        "schemaViolation contactPoints[0]",
		`{"contactPoints":[{"id":1,"role":true,"primary":"j"}]}`:        "schemaViolation contactPoints[0].id, schemaViolation contactPoints[0].role, schemaViolation contactPoints[0].primary",
		`{"contactPoints":[{"municipalities":["24107"]}]}`:              "schemaViolation contactPoints[0].municipalities[0]",
		`{"contactPoints":[{"municipalities":[24107.5]}]}`:              "schemaViolation contactPoints[0].municipalities[0]",
		`{"contactPoints":[{"municipalities":[1e400]}]}`:                "schemaViolation contactPoints[0].municipalities[0]",
		`{"contactPoints":[{"municipalities":[99999999999999999999]}]}`: "schemaViolation contactPoints[0].municipalities[0]",
		`{"contactPoints":[{"absence":"2026-11-23"}]}`:                  "schemaViolation contactPoints[0].absence",
		`{` + point + `,"assured":"true"}`:                              "schemaViolation assured",
		`{` + point + `,"address":[]}`:                                  "schemaViolation address",
		`{` + point + `,"note":"\ud800"}`:                               "schemaViolation note",
		`{` + point + `,"note":"\udc00\udc00"}`:                         "schemaViolation note",
		`{` + point + `,"note":"\udc00\ud800"}`:                         "schemaViolation note",
		`{` + point + `,"note":"\ud83dx\ude00"}`:                        "schemaViolation note",
		`{` + point + `,"note":"\ud83d\u0041"}`:                         "schemaViolation note",
		`{` + point + `,"self":"\ud800"}`:                               "schemaViolation self",
		`{` + point + `,"\ud800":1}`:                                    "schemaViolation ",

		`{"contactPoints":[{"id":"a","role":"x","primary":true,"absence":{"from":"2026-02-30"}}]}`:                                                  "invalidInput contactPoints[0].absence.from",
		`{"contactPoints":[{"id":"a","role":"x","primary":true,"absence":{"from":"2026-03-02","until":"2026-03-01"}}]}`:                             "invalidInput contactPoints[0].absence.until",
		`{"contactPoints":[{"id":"a","role":"x","primary":true,"absence":{"from":"2026-03-02","replacement":"b"}}]}`:                                "referencedResourceNotFound contactPoints[0].absence.replacement",
		`{"contactPoints":[{"id":"a","role":"x","primary":true,"institutionNumbers":["000001"]}]}`:                                                  "referencedResourceNotFound contactPoints[0].institutionNumbers[0]",
		`{"contactPoints":[{"id":"a","role":"x","primary":true,"municipalities":[11002],"themes":["none"]}],"website":"ftp://x"}`:                   "invalidInput contactPoints[0].themes[0], invalidInput contactPoints[0].municipalities[0], invalidInput website",
		`{"contactPoints":[{"id":"a","role":"x","primary":true,"phones":[{"number":"niet"},{"number":"016 66 55 1"}],"emails":[{"address":"x"}]}]}`: "invalidInput contactPoints[0].phones[0].number, invalidInput contactPoints[0].phones[1].number, invalidInput contactPoints[0].emails[0].address",
	} {
		w := s.ask(police, "PUT", zone5910, body, "If-Match", tag("1"))
		if p := problemOf(t, w); p.Status != 400 || p.Type != "urn:problem-type:belgif:badRequest" {
			t.Errorf("%.80q: %d %s", body, p.Status, p.Type)
		}
		if got := issuesOf(t, w); got != want {
			t.Errorf("%.80q:\n%s, want\n%s", body, got, want)
		}
	}
	if none := problemOf(t, s.ask(police, "PUT", zone5910, "", "If-Match", tag("1"))); len(none.Issues) != 1 || none.Issues[0].Detail != "The body is missing" {
		t.Errorf("no body: %+v", none)
	}
	many := s.ask(police, "PUT", zone5910, `{"contactPoints":[`+strings.Repeat(`1,`, 5000)+`1]}`, "If-Match", tag("1"))
	if p := problemOf(t, many); len(p.Issues) != 200 || many.Body.Len() > 100_000 {
		t.Errorf("thousands of issues: %d in %d bytes", len(p.Issues), many.Body.Len())
	}
	for _, test := range []struct {
		body, contentType string
		status            int
	}{
		{`{` + point + `,"note":"` + strings.Repeat("x", maxBody) + `"}`, "application/json", 413},
		{strings.Repeat(" ", maxBody+1), "application/json", 413},
		{`{` + point + `}`, "text/plain", 415},
		{`{` + point + `}`, "application/x-www-form-urlencoded", 415},
		{`{` + point + `}`, "x;;", 415},
	} {
		if p := problemOf(t, s.ask(police, "PUT", zone5910, test.body, "If-Match", tag("1"), "Content-Type", test.contentType)); p.Status != test.status {
			t.Errorf("%.40s of %s: %d, want %d", test.body, test.contentType, p.Status, test.status)
		}
	}
	if v := s.stored(t, "5910").Version; v != 1 {
		t.Errorf("version %d", v)
	}
	for i, contentType := range []string{"", "application/json; charset=utf-8", "application/merge-patch+json"} {
		if w := s.ask(police, "PUT", zone5910, `{`+point+`,"note":"\ud83d\ude00 \\ud800 \u00e9"}`, "If-Match", tag(itoa(i+1)), "Content-Type", contentType); w.Code != 200 {
			t.Errorf("Content-Type %q: %d %s", contentType, w.Code, w.Body)
		}
	}
}

// TestWhatGetGivesCanBePut: of any profile.
func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	text := rapid.StringMatching(`[ -~éß€😀"\\\n]{0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		in := directory.Profile{Phone: text.Draw(t, "phone"), ManagementEmail: text.Draw(t, "email"),
			ReminderDays: rapid.SliceOfN(rapid.Int(), 0, 3).Draw(t, "days"), ContactPoints: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) directory.ContactPoint {
				return directory.ContactPoint{ID: text.Draw(t, "id"), Role: text.Draw(t, "role"), Primary: rapid.Bool().Draw(t, "primary"),
					Municipalities: []directory.NIS{directory.NIS(rapid.Int().Draw(t, "nis"))}, Themes: []directory.Theme{directory.Theme(text.Draw(t, "theme"))},
					Phones: []directory.Phone{{Number: text.Draw(t, "number"), Note: text.Draw(t, "note")}}, Absence: &directory.Absence{From: "x"}}
			}), 0, 3).Draw(t, "points")}.Input()
		in.Assured, in.Note = rapid.Bool().Draw(t, "assured"), text.Draw(t, "note")
		var out directory.ZoneInput
		if err := gateway.DecodeJSON(must(json.Marshal(in)), &out, nil); err != nil {
			t.Fatal(err)
		}
		if again := (directory.Profile{}).Saved(out, today).Input(); !reflect.DeepEqual(again, (directory.Profile{}).Saved(in, today).Input()) || out.Note != in.Note || out.Assured != in.Assured {
			t.Fatalf("got %+v, want %+v", out, in)
		}
	})
}

// FuzzDecode: whatever comes in, decode ends, gives a problem or a value that encoding/json would give too.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{}`, `{"contactPoints":[{"id":"a","municipalities":[1]}],"assured":true}`, `{"note":"\ud83d\ude00"}`, `{"self":{"a":[1,"\"",null]}}`,
		`[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]`, `{"a":"\\","b":-1.5e3}`, `{"note":"\ud800"}`, ` { "note" : "x" } `} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var got, want directory.ZoneInput
		err := gateway.DecodeJSON(body, &got, map[string][]string{"": directory.ReadOnlyZoneMembers()})
		if err != nil {
			if p, ok := errors.AsType[*gateway.Problem](err); !ok || p.Status != 400 || len(p.Issues) == 0 {
				t.Fatalf("%v", err)
			}
			return
		}
		if json.Unmarshal(body, &want) != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	})
}

func TestPhonesAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"016 66 55 11":                "+3216665511",
		"016/66.55.11":                "+3216665511",
		"016-66-55-11":                "+3216665511",
		"(016) 66 55 11":              "+3216665511",
		"+32 16 66 55 11":             "+3216665511",
		"+32 (0)16 66 55 11":          "+3216665511",
		"0032 16 66 55 11":            "+3216665511",
		"016\u00a066\u00a055\u00a011": "+3216665511",
		"016665511":                   "+3216665511",
		"02 279 79 79":                "+3222797979",
		"0470 12 34 56":               "+32470123456",
		"+32470123456":                "+32470123456",
		"088 59 10 00":                "+3288591000", // cannot ring: demonstration
		"+3288591000":                 "+3288591000",
		"0800 12 345":                 "+3280012345",
		"+31 20 123 45 67":            "+31201234567",
		"+33 1 23 45 67 89":           "+33123456789",
		"00 49 30 901820":             "+4930901820",
		"+352 27 12 34":               "+352271234",
		"101":                         "101",
		"112":                         "112",
		"1712":                        "1712",
		"1 0 1":                       "101",

		"":                        "",
		"niet":                    "",
		"016 66 55":               "",
		"016 66 55 111":           "",
		"0470 12 34 5":            "",
		"016 66 55 11 toestel 12": "",
		"016 66 55 11 x12":        "",
		"0800-POLITIE":            "",
		"+999 12 34 56 78":        "",
		"++32 16 66 55 11":        "",
		"16":                      "",
		"12345":                   "",
		"tel:+3216665511":         "",
		"+32166655111111111111":   "",
		"016 66 55 11 / 12":       "",
		"٠١٦٦٦٥٥١١":               "",
	} {
		got, err := parsePhone(typed)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v; want %q", typed, got, err, want)
		}
		if err == nil {
			if again, err := parsePhone(got); again != got || err != nil {
				t.Errorf("%q read again: %q, %v", got, again, err)
			}
			if again, err := parsePhone(directory.FormatPhone(got)); again != got || err != nil {
				t.Errorf("%q as pages show it, %q, read again: %q, %v", got, directory.FormatPhone(got), again, err)
			}
		}
	}
}
