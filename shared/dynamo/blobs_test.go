package dynamo

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"
)

// Whatever is in an answer, what comes back through the placeholders is what was in it.
func TestBlobsComeBackUnchanged(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.SliceOf(rapid.Byte())).Draw(t, "values")
		var items []map[string]map[string]any
		for _, v := range values {
			items = append(items, map[string]map[string]any{"data": {"B": v}, "sk": {"S": rapid.String().Draw(t, "sk")}, "other": {"B": v}})
		}
		answer, err := json.Marshal(map[string]any{"Items": items})
		if err != nil {
			t.Fatal(err)
		}
		var b blobs
		short := b.take(answer)
		var back struct {
			Items []struct {
				Data, Other struct{ B []byte }
			}
		}
		if err := json.Unmarshal(short, &back); err != nil {
			t.Fatalf("%v: %s", err, short)
		}
		for i, v := range values {
			got, ok := b.bytes(&types.AttributeValueMemberB{Value: back.Items[i].Data.B})
			if !ok || !bytes.Equal(got, v) || !bytes.Equal(back.Items[i].Other.B, v) {
				t.Fatalf("got %x, %t, want %x", got, ok, v)
			}
		}
	})
}

func TestBlobsThatAreNone(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"", "{}", `{"data":{"B":"AAAA`, `{"data": {"B": "AAAA"}}`, `{"data":{"S":"AAAA"}}`} {
		var b blobs
		if got := b.take([]byte(answer)); string(got) != answer || len(b.texts) != 0 {
			t.Errorf("%s became %s", answer, got)
		}
	}
	var b blobs
	b.take([]byte(`{"data":{"B":"no base64"}}`))
	for name, value := range map[string]types.AttributeValue{
		"text":             &types.AttributeValueMemberS{Value: "x"},
		"nothing":          nil,
		"no base64":        &types.AttributeValueMemberB{Value: []byte(placeholderMark + "\x00\x00\x00\x00")},
		"a text not there": &types.AttributeValueMemberB{Value: []byte(placeholderMark + "\x00\x00\x00\x01")},
		"beyond all texts": &types.AttributeValueMemberB{Value: []byte(placeholderMark + "\xff\xff\xff\xff")},
	} {
		if got, ok := b.bytes(value); ok {
			t.Errorf("%s: got %x", name, got)
		}
	}
	if got, ok := b.bytes(&types.AttributeValueMemberB{Value: []byte("plain")}); !ok || string(got) != "plain" {
		t.Errorf("got %q, %t", got, ok)
	}
}

type answers func(*http.Request) (*http.Response, error)

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) { return a(r) }

func TestBlobTransport(t *testing.T) {
	t.Parallel()
	const answer = `{"data":{"B":"AAAA"}}`
	ctx, b := withBlobs(t.Context())
	for _, c := range []struct {
		name   string
		ctx    bool
		status int
		want   string
	}{
		{"asked for", true, 200, `{"data":{"B":"` + base64.StdEncoding.EncodeToString([]byte(placeholderMark+"\x00\x00\x00\x00")) + `"}}`},
		{"not asked for", false, 200, answer},
		{"an error", true, 400, answer},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://dynamodb.example/", nil)
		if c.ctx {
			request = request.WithContext(ctx)
		}
		if err != nil {
			t.Fatal(err)
		}
		response, err := blobTransport{answers(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: c.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(answer))}, nil
		})}.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(response.Body); err != nil || string(got) != c.want {
			t.Errorf("%s: got %s, %v", c.name, got, err)
		}
	}
	if len(b.texts) != 1 {
		t.Errorf("%d texts taken", len(b.texts))
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://dynamodb.example/", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = blobTransport{answers(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(io.MultiReader(strings.NewReader(answer), broken{}))}, nil
	})}.RoundTrip(request)
	if err == nil {
		t.Error("an answer that breaks off: no error")
	}
}

// broken is a connection that breaks.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
