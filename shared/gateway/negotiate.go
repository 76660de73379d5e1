package gateway

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// leastCompressed is the size in bytes from which compressing text pays.
const leastCompressed = 1024

// negotiate gives an answer its ETag, compresses it for a caller who can read that, and empties it when the
// caller has it already.
func negotiate(a *answer, r *http.Request) {
	version := a.fixed.Get(versionHeader)
	delete(a.fixed, versionHeader)
	read := r.Method == http.MethodGet || r.Method == http.MethodHead
	tag := ""
	if a.status == http.StatusOK {
		tag = strings.Trim(a.fixed.Get("ETag"), `"`) // the handler's own: of a write, or of an answer given again
		// What must not be kept needs a tag only for the write that follows it.
		if stored := !strings.Contains(a.fixed.Get("Cache-Control"), "no-store"); tag == "" && read && (stored || version != "") {
			tag = hashOf(a.body.Bytes())
			if version != "" {
				tag = version + "-" + tag
			}
		}
	}
	if a.fixed.Get("Content-Encoding") == "" && a.body.Len() >= leastCompressed && isText(a.fixed.Get("Content-Type")) &&
		acceptsGzip(r.Header.Get("Accept-Encoding")) {
		compress(&a.body)
		a.fixed.Set("Content-Encoding", "gzip")
		delete(a.fixed, "Repr-Digest") // of the bytes as they were
		if tag != "" {
			tag += "-gz"
		}
	}
	if bodyAllowed(a.status) {
		a.fixed.Set("Content-Length", strconv.Itoa(a.body.Len()))
	}
	if tag == "" {
		return
	}
	tag = `"` + tag + `"`
	a.fixed.Set("ETag", tag)
	if read && matches(r.Header.Get("If-None-Match"), tag) {
		a.status = http.StatusNotModified
		a.body.Reset()
		for _, name := range []string{"Content-Type", "Content-Encoding", "Content-Length"} {
			delete(a.fixed, name)
		}
	}
}

// matches tells whether an If-None-Match header has the ETag, compared weakly. A proxy may have made it weak.
func matches(header, tag string) bool {
	for rest := strings.TrimSpace(header); rest != ""; {
		if rest[0] == '*' {
			return true
		}
		rest = strings.TrimPrefix(rest, "W/")
		if rest == "" || rest[0] != '"' {
			return false
		}
		end := strings.IndexByte(rest[1:], '"')
		if end < 0 {
			return false
		}
		if rest[:end+2] == tag {
			return true
		}
		rest = strings.TrimLeft(rest[end+2:], " \t,")
	}
	return false
}

// isText tells whether a media type is worth compressing.
func isText(mediaType string) bool {
	mediaType, _, _ = strings.Cut(mediaType, ";")
	mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	switch mediaType {
	case "application/json", "application/javascript", "application/xml", "application/yaml", "application/manifest+json":
		return true
	}
	return strings.HasPrefix(mediaType, "text/") || strings.HasSuffix(mediaType, "+json") || strings.HasSuffix(mediaType, "+xml")
}

// acceptsGzip tells whether an Accept-Encoding header takes gzip at least as gladly as no coding.
func acceptsGzip(header string) bool {
	gzipped, identity, any := -1.0, -1.0, -1.0
	for part := range strings.SplitSeq(header, ",") {
		coding, parameters, _ := strings.Cut(part, ";")
		q := quality(parameters)
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip":
			gzipped = q
		case "identity":
			identity = q
		case "*":
			any = q
		}
	}
	if gzipped < 0 {
		gzipped = any
	}
	return gzipped > 0 && gzipped >= identity
}

// quality reads ";q=0.5"; one that cannot be read is 0, since the caller meant to limit something.
func quality(parameters string) float64 {
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		if !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || !(q >= 0 && q <= 1) {
			return 0
		}
		return q
	}
	return 1
}

// writers are of klauspost/compress, which takes a third of the time of Go's own for pages as small.
var writers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// compress replaces a body by its gzip form. The same body always gives the same bytes.
func compress(body *bytes.Buffer) {
	var packed bytes.Buffer
	packed.Grow(body.Len() / 2) // text becomes a third
	z := writers.Get().(*gzip.Writer)
	defer writers.Put(z)
	z.Reset(&packed)
	_, _ = z.Write(body.Bytes()) // a bytes.Buffer takes everything
	_ = z.Close()
	*body = packed
}
