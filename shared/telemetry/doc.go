// Package telemetry is what an invocation tells of itself: how long the storage took and what it cost, and the one
// log line that says so, with metrics in CloudWatch's embedded metric format. A function of events writes it by Start, one
// that answers requests by shared/gateway.
//
// A line has no personal value and nothing that anybody typed: function, route or outcome, status, times, units, ids.
//
// Each custom metric of each function costs its owner a fixed sum a month, whatever the traffic, so only what AWS does
// not already count for nothing is one: the storage's time and units by function. Durations, errors and cold starts
// by function are Lambda's own metrics; all else is asked of the lines themselves, with CloudWatch Logs Insights.
package telemetry
