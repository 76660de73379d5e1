package telemetry

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Storage counts what one invocation uses of DynamoDB. Several goroutines may add to it.
type Storage struct {
	mu    sync.Mutex
	calls int
	took  time.Duration
	read  float64 // RRU
	write float64 // WRU
}

type storageKey struct{}

// Track gives a context in which Used counts, and the count.
func Track(ctx context.Context) (context.Context, *Storage) {
	s := new(Storage)
	return context.WithValue(ctx, storageKey{}, s), s
}

// Used adds one call: how long it took, with all its retries, and the read and write units that DynamoDB said it
// consumed. A call that DynamoDB refuses costs a unit or more too, but its answer does not say how many. Where nobody
// tracks, nothing happens.
func Used(ctx context.Context, took time.Duration, read, write float64) {
	s, ok := ctx.Value(storageKey{}).(*Storage)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	s.took += took
	s.read += read
	s.write += write
}

// Units gives the read and write units so far.
func (s *Storage) Units() (read, write float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.read, s.write
}

// namespace is where CloudWatch shows the metrics.
const namespace = "Aanspreekpunt"

// metric is one metric of a line: the line's member of that name.
type metric struct{ Name, Unit string }

// embedded is the member of a line by which CloudWatch makes metrics of other members.
type embedded struct {
	Timestamp         int64 // milliseconds since 1970
	CloudWatchMetrics []directive
}

type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []metric
}

var directives = []directive{{namespace, [][]string{{"function"}},
	[]metric{{"storageMs", "Milliseconds"}, {"readUnits", "Count"}, {"writeUnits", "Count"}}}}

// Attributes are the members of a line that tell of the storage; function is whose line it is.
func (s *Storage) Attributes(function string, now time.Time) []slog.Attr {
	s.mu.Lock()
	defer s.mu.Unlock()
	return []slog.Attr{
		slog.String("function", function), slog.Int("storageCalls", s.calls), slog.Float64("storageMs", Milliseconds(s.took)),
		slog.Float64("readUnits", s.read), slog.Float64("writeUnits", s.write),
		slog.Any("_aws", embedded{now.UnixMilli(), directives}),
	}
}

// Milliseconds is a duration as lines write it, to the microsecond.
func Milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
