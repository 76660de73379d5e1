package vcard_test

import (
	"strings"
	"testing"

	peer "github.com/emersion/go-vcard"
	"pgregory.net/rapid"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/vcard"
)

// TestAnotherReaderReadsWhatWasWritten, whatever the text.
func TestAnotherReaderReadsWhatWasWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.StringOfN(rapid.SampledFrom([]rune("aé €𝄞,;:\\\n\"n N")), 0, 120, -1)
		note, city := words.Draw(t, "note"), words.Draw(t, "city")
		c := vcard.New("Jeugd, preventie; en meer", "Politiezone X", "urn:x")
		c.Add("NOTE", note)
		c.Add("ADR;TYPE=WORK", "", "", "Straat 1", city, "", "3300", "België")
		text := c.String()
		for _, line := range strings.Split(text, "\r\n") {
			if len(line) > 75 {
				t.Fatalf("a line of %d bytes: %q", len(line), line)
			}
		}
		card, err := peer.NewDecoder(strings.NewReader(text)).Decode()
		if err != nil {
			t.Fatal(err)
		}
		value := func(name string) string { return strings.ReplaceAll(card.Value(name), `\;`, ";") } // which it leaves as it is
		if got := value("NOTE"); got != note && !strings.Contains(note, `\`) {
			t.Errorf("note %q, want %q", got, note)
		}
		if got := value("FN"); got != "Jeugd, preventie; en meer" {
			t.Errorf("FN %q", got)
		}
	})
}

func TestDesk(t *testing.T) {
	t.Parallel()
	whole := vcard.Desk("Getevallei", "urn:x", "+3216665511", "", &directory.Address{Street: "Plein 1", Postcode: "3300", Municipality: "Tienen"}).String()
	for _, line := range []string{"FN:Onthaal politie Getevallei\r\n", "ORG:Politiezone Getevallei\r\n", "UID:urn:x\r\n", "TEL;TYPE=WORK,VOICE:+3216665511\r\n", "ADR;TYPE=WORK:;;Plein 1;Tienen;;3300;België\r\n"} {
		if !strings.Contains(whole, line) {
			t.Errorf("no %q in %s", line, whole)
		}
	}
	if bare := vcard.Desk("x", "y", "", "", nil).String(); strings.Contains(whole, "EMAIL") || strings.Contains(bare, "TEL") || strings.Contains(bare, "ADR") {
		t.Errorf("has what is not known: %s%s", whole, bare)
	}
}
