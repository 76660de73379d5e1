package main

import (
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"sync/atomic"
)

// counter counts the bytes that its connections receive: answers with their headers.
type counter struct{ received atomic.Int64 }

func (c *counter) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	connection, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &counted{connection, c}, nil
}

func (c *counter) total() int64 { return c.received.Load() }

type counted struct {
	net.Conn
	counter *counter
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.counter.received.Add(int64(n))
	return n, err
}

func decompressed(answer *http.Response) ([]byte, error) {
	if answer.Header.Get("Content-Encoding") != "gzip" {
		return io.ReadAll(answer.Body)
	}
	text, err := gzip.NewReader(answer.Body)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(text)
}
