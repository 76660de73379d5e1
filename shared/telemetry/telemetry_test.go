package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"
)

func TestALineOfATask(t *testing.T) {
	var log bytes.Buffer
	fail := false
	task := Task("remind", slog.New(slog.NewJSONHandler(&log, nil)), func(ctx context.Context, event string) (string, error) {
		var working sync.WaitGroup
		for range 4 {
			working.Go(func() { Used(ctx, 1500*time.Microsecond, 0.5, 2) })
		}
		working.Wait()
		if fail {
			return "", errors.New("no table")
		}
		return event + "!", nil
	})
	ctx := context.WithValue(t.Context(), "x-amzn-trace-id", "Root=1-2-3") //nolint:staticcheck // Lambda's own key
	type line struct {
		Level, Msg, Function, Outcome, Cause, TraceID string
		ColdStart                                     bool
		DurationMs, StorageMs, ReadUnits, WriteUnits  float64
		StorageCalls                                  int
		AWS                                           struct {
			Timestamp         int64
			CloudWatchMetrics []struct {
				Namespace  string
				Dimensions [][]string
				Metrics    []struct{ Name, Unit string }
			}
		} `json:"_aws"`
	}
	read := func() (got line, members map[string]any) {
		t.Helper()
		if err := json.Unmarshal(log.Bytes(), &got); err != nil { // one line
			t.Fatal(err)
		}
		_ = json.Unmarshal(log.Bytes(), &members)
		log.Reset()
		return got, members
	}
	if out, err := task(ctx, "x"); out != "x!" || err != nil {
		t.Fatalf("%s, %v", out, err)
	}
	got, members := read()
	if got.Level != "INFO" || got.Msg != "invocation" || got.Function != "remind" || got.Outcome != "done" || got.TraceID != "Root=1-2-3" || !got.ColdStart ||
		got.StorageMs != 6 || got.ReadUnits != 2 || got.WriteUnits != 8 || got.StorageCalls != 4 {
		t.Errorf("%+v", got)
	}
	// What makes a metric of a member: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
	if time.Since(time.UnixMilli(got.AWS.Timestamp)) > time.Minute || len(got.AWS.CloudWatchMetrics) != 1 {
		t.Fatalf("%+v", got.AWS)
	}
	for _, m := range got.AWS.CloudWatchMetrics[0].Metrics {
		if _, ok := members[m.Name].(float64); !ok {
			t.Errorf("metric %s is %v", m.Name, members[m.Name])
		}
	}
	for _, name := range got.AWS.CloudWatchMetrics[0].Dimensions[0] {
		if _, ok := members[name].(string); !ok {
			t.Errorf("dimension %s is %v", name, members[name])
		}
	}
	fail = true
	if _, err := task(t.Context(), "x"); err == nil {
		t.Fatal("no error")
	}
	if got, _ := read(); got.Level != "ERROR" || got.Outcome != "failed" || got.Cause != "no table" || got.ColdStart || got.TraceID != "" {
		t.Errorf("%+v", got)
	}
	Used(t.Context(), time.Second, 1, 1) // nobody tracks
}
