package lambda

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// lines writes whole lines, each behind a prefix, and makes JSON log records readable.
type lines struct {
	to     io.Writer
	prefix string

	mu   sync.Mutex
	rest []byte // a line that has no end yet
}

// maxLine is where a line without an end is cut, in bytes.
const maxLine = 256 << 10

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, p...)
	for {
		end := bytes.IndexByte(l.rest, '\n')
		switch {
		case end >= 0:
			l.write(l.rest[:end])
			l.rest = l.rest[end+1:]
		case len(l.rest) > maxLine:
			l.write(l.rest)
			l.rest = nil
		default:
			return len(p), nil
		}
	}
}

func (l *lines) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.rest) > 0 {
		l.write(l.rest)
		l.rest = nil
	}
}

func (l *lines) write(line []byte) {
	_, _ = io.WriteString(l.to, l.prefix+readable(line)+"\n")
}

// readable turns a JSON log record into "15:04:05.000 LEVEL message name=value …", and leaves other lines alone.
func readable(line []byte) string {
	var record map[string]any
	if len(line) == 0 || line[0] != '{' || json.Unmarshal(line, &record) != nil {
		return string(line)
	}
	var b strings.Builder
	take := func(names ...string) {
		for _, name := range names {
			text, ok := record[name].(string)
			if !ok {
				continue
			}
			delete(record, name)
			if _, clock, ok := strings.Cut(text, "T"); ok && (name == "time" || name == "timestamp") && len(clock) >= 8 {
				text = strings.TrimSuffix(clock[:min(12, len(clock))], "Z")
			}
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(text)
		}
	}
	take("time", "timestamp", "level", "msg", "message")
	delete(record, "_aws") // for CloudWatch, which makes metrics of other members by it
	for _, name := range slices.Sorted(maps.Keys(record)) {
		value := fmt.Sprint(record[name])
		switch v := record[name].(type) {
		case map[string]any, []any:
			data, _ := json.Marshal(v)
			value = string(data)
		case float64:
			value = strconv.FormatFloat(v, 'f', -1, 64)
		case string:
			if strings.ContainsAny(v, " \"=\n\t") || v == "" {
				value = strconv.Quote(v)
			}
		}
		fmt.Fprintf(&b, " %s=%s", name, value)
	}
	return b.String()
}
