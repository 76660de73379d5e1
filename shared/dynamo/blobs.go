package dynamo

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The parts of the reference facts are over a megabyte of base64 in JSON. The SDK copies such text several times
// over on its way to bytes, which cost a cold start more than everything else together. So the transport takes the
// text out of the answer, puts a short placeholder in its place and keeps the text here; the SDK does all the
// rest as always. An answer that does not look as expected passes unchanged, and the SDK reads it whole.

// blobs holds the texts taken out of the answers to the requests of one context.
type blobs struct{ texts [][]byte }

type blobsKey struct{}

func withBlobs(ctx context.Context) (context.Context, *blobs) {
	b := new(blobs)
	return context.WithValue(ctx, blobsKey{}, b), b
}

// A placeholder is the mark and four bytes that say which text it stands for.
const placeholderMark = "\x00blob"

// bytes gives a binary value, whether its text was taken out or not.
func (b *blobs) bytes(value types.AttributeValue) ([]byte, bool) {
	binaryValue, ok := value.(*types.AttributeValueMemberB)
	if !ok {
		return nil, false
	}
	index, ok := bytes.CutPrefix(binaryValue.Value, []byte(placeholderMark))
	if !ok || len(index) != 4 {
		return binaryValue.Value, true
	}
	n := binary.BigEndian.Uint32(index)
	if int(n) >= len(b.texts) {
		return nil, false
	}
	decoded := make([]byte, base64.StdEncoding.DecodedLen(len(b.texts[n])))
	size, err := base64.StdEncoding.Decode(decoded, b.texts[n])
	return decoded[:size], err == nil
}

// take gives the answer with placeholders in the place of the values of the attribute data.
func (b *blobs) take(answer []byte) []byte {
	const before = `"data":{"B":"`
	var short []byte
	for {
		start := bytes.Index(answer, []byte(before))
		if start < 0 {
			break
		}
		start += len(before)
		length := bytes.IndexByte(answer[start:], '"')
		if length < 0 {
			break
		}
		placeholder := binary.BigEndian.AppendUint32([]byte(placeholderMark), uint32(len(b.texts)))
		b.texts = append(b.texts, answer[start:start+length])
		short = append(short, answer[:start]...)
		short = base64.StdEncoding.AppendEncode(short, placeholder)
		answer = answer[start+length:]
	}
	return append(short, answer...)
}

// blobTransport takes the texts out of the answers to requests whose context holds blobs.
type blobTransport struct{ http.RoundTripper }

// RoundTrip sends the request.
func (t blobTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := t.RoundTripper.RoundTrip(request)
	b, ok := request.Context().Value(blobsKey{}).(*blobs)
	if err != nil || !ok || response.StatusCode != http.StatusOK {
		return response, err
	}
	defer response.Body.Close()
	var answer bytes.Buffer
	answer.Grow(int(max(response.ContentLength, 2<<20)) + bytes.MinRead) // pages hold 1 MB and come as base64
	if _, err := answer.ReadFrom(response.Body); err != nil {
		return nil, err
	}
	short := b.take(answer.Bytes())
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(short)), int64(len(short))
	response.Header.Del("X-Amz-Crc32") // of the whole answer; every part has a checksum of its own
	return response, nil
}
