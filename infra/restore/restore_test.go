package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/dynamo/dynamotest"
)

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func put(t *testing.T, table *dynamotest.Table, pk, sk string, more ...string) {
	t.Helper()
	i := item{"pk": str(pk), "sk": str(sk), "part": &types.AttributeValueMemberB{Value: []byte{0, 255}}}
	if len(more) > 0 {
		i["profile"] = str(more[0])
	}
	if len(more) > 1 {
		i["expiresAt"] = &types.AttributeValueMemberN{Value: more[1]}
	}
	if _, err := table.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table.Name, Item: i}); err != nil {
		t.Fatal(err)
	}
}

func contents(t *testing.T, table *dynamotest.Table) string {
	t.Helper()
	var lines []string
	for i, err := range all(t.Context(), table.Client, table.Name) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, text(i, "pk")+" "+text(i, "sk")+" "+text(i, "profile"))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// TestRestore is the rehearsal of infra/runbook.md: a table is exported, spoilt, and brought back.
func TestRestore(t *testing.T) {
	dynamotest.Each(t, func(t *testing.T, table *dynamotest.Table) {
		now := time.Unix(1_800_000_000, 0)
		put(t, table, "ZONE#5910", "PROFILE", "before")
		put(t, table, "ZONE#5911", "PROFILE", "kept")
		put(t, table, "ZONE#5910", "REVISION#00000001#PERSONAL", "forgotten by now", "1799999999")
		put(t, table, "SECRET", "2026-11-23", "later", "1800000001")
		for n := range 60 { // more than one batch
			put(t, table, "REFERENCE#abc", "PART#0"+string(rune('A'+n)))
		}
		file := filepath.Join(t.TempDir(), "export.json.gz")
		f, err := os.Create(file)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := writeExport(t.Context(), table.Client, table.Name, f); err != nil || n != 64 {
			t.Fatalf("export: %d items, %v", n, err)
		}
		f.Close()
		wanted, err := readFiles([]string{file}, now)
		if err != nil || len(wanted) != 63 {
			t.Fatalf("read: %d items, %v", len(wanted), err)
		}

		put(t, table, "ZONE#5910", "PROFILE", "spoilt")
		put(t, table, "ZONE#5912", "PROFILE", "came later")
		for n := range 60 {
			key := item{"pk": str("REFERENCE#abc"), "sk": str("PART#0" + string(rune('A'+n)))}
			if _, err := table.Client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &table.Name, Key: key}); err != nil {
				t.Fatal(err)
			}
		}
		spoilt := contents(t, table)
		var said bytes.Buffer
		if err := restore(t.Context(), table.Client, table.Name, wanted, false, &said); err != nil {
			t.Fatal(err)
		}
		if want := table.Name + `: 2 items are as the export has them, 61 to write, 2 to delete
  write      60  REFERENCE PART
  write       1  ZONE PROFILE
  delete      1  ZONE PROFILE
  delete      1  ZONE REVISION
`; said.String() != want {
			t.Errorf("compare says\n%swant\n%s", &said, want)
		}
		if got := contents(t, table); got != spoilt {
			t.Errorf("compare changed the table: %s", got)
		}
		for range 2 { // again does nothing
			said.Reset()
			if err := restore(t.Context(), table.Client, table.Name, wanted, true, &said); err != nil {
				t.Fatal(err)
			}
		}
		if !strings.Contains(said.String(), ": 63 items are as the export has them, 0 to write, 0 to delete") {
			t.Errorf("the second time says %s", &said)
		}
		got := contents(t, table)
		if !strings.Contains(got, "ZONE#5910 PROFILE before") || strings.Contains(got, "forgotten") || strings.Contains(got, "5912") || strings.Count(got, "PART") != 60 {
			t.Errorf("restored:\n%s", got)
		}
	})
}

func TestWhatIsNoExport(t *testing.T) {
	gz := func(text string) string {
		file := filepath.Join(t.TempDir(), "x.json.gz")
		f, err := os.Create(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		packed := gzip.NewWriter(f)
		if _, err := packed.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		packed.Close()
		return file
	}
	good := `{"Item":{"pk":{"S":"a"},"sk":{"S":"b"}}}` + "\n"
	plainFile := filepath.Join(t.TempDir(), "x.json")
	if err := os.WriteFile(plainFile, []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		files []string
		want  string
	}{
		{[]string{gz(good)}, ""},
		{[]string{gz(good), gz(good)}, "stands twice"},
		{[]string{gz(`{"Item":{"pk":{"S":"a"}}}`)}, "pk or sk is missing"},
		{[]string{gz(`{"Item":{"pk":{"S":"a"},"sk":{"S":"b"},"x":{"BOOL":true}}}`)}, "type BOOL"},
		{[]string{gz(`{"Item":{"pk":{"S":"a"},"sk":{"S":"b"},"x":{"L":"y"}}}`)}, "no attributes of type L"},
		{[]string{gz(`{"Item":{"pk":{"S":"a"},"sk":{"S":"b"},"x":{}}}`)}, "no value"},
		{[]string{gz(`nonsense`)}, "line 1"},
		{[]string{plainFile}, "invalid header"},
		{[]string{"gone.json.gz"}, "no such file"},
	} {
		_, err := readFiles(c.files, time.Now())
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.want, err)
		}
	}
	for _, arguments := range [][]string{nil, {"import"}, {"import", "-table", "x"}, {"export", "-table", "x"}, {"export", "-table", "x", "-file", "y", "z"}, {"drop", "-table", "x", "y"}} {
		if err := run(t.Context(), arguments, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "want `export") {
			t.Errorf("%v: %v", arguments, err)
		}
	}
}
