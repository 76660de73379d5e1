package main

import (
	"fmt"
	"testing"
)

// BenchmarkZone writes zones of twenty contact points into every file and reads them back, without S3 and DynamoDB;
// infra/nightly measures the whole.
func BenchmarkZone(b *testing.B) {
	p := profile()
	for n := range 18 {
		c := p.ContactPoints[n%2]
		c.ID = fmt.Sprintf("punt-%d", n)
		p.ContactPoints = append(p.ContactPoints, c)
	}
	d := must(newDraft(about{}))
	defer d.remove()
	for range b.N {
		if err := d.add(seen(&p), d.secretsOf(&p, seen)); err != nil {
			b.Fatal(err)
		}
	}
	if err := d.finish(); err != nil {
		b.Fatal(err)
	}
	for _, f := range d.edition.Files {
		body := must(d.read(f.Name))
		if err := d.verify(f, body); err != nil {
			b.Fatal(err)
		}
		_ = body.Close()
	}
}
