package directory

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestFreeTextWithAPhoneNumber(t *testing.T) {
	for _, text := range []string{
		"0470123456", "0470 12 34 56", "0470/12.34.56", "0470-12-34-56", "0470/123456", "0470.12.34.56", "04 70 12 34 56",
		"04.70.12.34.56", "04-11-22-33-44", "(0470) 12 34 56", "0470 – 12 34 56", "0470\u00a012\u00a034\u00a056", "0470‑12‑34‑56",
		"016 66 55 11", "016665511", "016/66.55.11", "016-66 55 11", "(016) 66 55 11", "016 / 66 55 11", "02 249 22 11",
		"02/249.22.11", "02.249.22.11", "03 221 23 45", "09 222 33 44", "0800 90 333", "070 12 34 56", "0 1 6 6 6 5 5 1 1",
		"+32 470 12 34 56", "+32470123456", "+32 (0)16 66 55 11", "+32 (0) 16 66 55 11", "+32-16-66-55-11", "0032 16 66 55 11",
		"003216665511", "00 32 16 66 55 11", "+31 6 12345678", "+33 1 23 45 67 89", "+352 26 12 34 56", "0031 20 123 45 67",
		"32 470 12 34 56", "32470123456", "470 12 34 56", "475123456", "455 12 34 56", "460123456", "489/12.34.56", "499 123 456", "３２４７０１２３４５６", "0４70 12 34 56",
		"Bel An (0470 12 34 56) in de voormiddag", "tel.016.66.55.11", "tel016665511", "gsm:0470123456",
		"Bereikbaar van 8.30-16.30, dringend: 0470 12 34 56", "van 01/09/2026 0470 12 34 56", "8.30-16.30 016 66 55 11",
		"2026-09-01 - 016 66 55 11", "3300 016 66 55 11", "112 of 0470/12 34 56", "016 66 55 11 of 12", "016.55 12 34", "016/12/20 11", "02/012/20 11", "02/55/20 111", "02/12/5511 1", "02 12 20/111", "0470/12/30 56", "0470/12/30.56", "2026-012-21 33 44",
	} {
		if !HoldsPhone(text) {
			t.Errorf("%q: not seen as a phone number", text)
		}
	}
}

func TestFreeTextWithoutAPhoneNumber(t *testing.T) {
	for _, text := range []string{
		"", "Jeugdinspecteur", "8.30-16.30", "08.30 - 12.00 en 13.00 - 16.30", "08.30-12.00 13.00-16.30", "08.30-12.00/13.00-16.30",
		"08:30-12:00, 13:00-16:30", "8u30-16u30", "08u30-12u00 13u00-16u30", "8-12 en 13-17 uur", "24/24, 7/7", "24 uur op 24, 7 dagen op 7",
		"08.30-12.00 5 dagen per week", "van 01/09/2026 tot 30/06/2027", "01/09/2026-30/06/2027", "01/09/2026 - 30/06/2027",
		"01/09/2026 3 dagen per week", "01-09-2026 08.30 uur", "01/09/2026 08.30", "1.9.2026 8.30-12.00", "01 09 2026", "2026-04-01 08.30-12.00",
		"04/09/26 08.30", "04/09/26-05/09/26", "schooljaar 2025-2026", "2025-2026 en 2026-2027", "2025/2026/2027", "3300 Tienen", "1000-1210 Brussel",
		"postcodes 3300, 3320 en 3470", "bel 101 of 112", "101", "112", "1712", "102 (Awel)", "PLP 41", "artikel 458 Sw.", "art. 28bis §1", "artikel 22, 3°",
		"wet van 05.08.1992", "KB van 10/06/2006", "omzendbrief van 7 juli 2006 (PLP 41)", "Donystraat 12-14 bus 3", "Steenweg 1000/0003", "zone 5910", "zone 5392 is nu 5910",
		"leerjaren 1 tot 6", "3de graad", "groep 3+4", "+12-jarigen", "12+ en 16+", "instelling 000018", "instellingen 000018 en 000026", "NIS 24107",
		"1e verdieping, lokaal 0.12", "lokaal 01/02/03", "wijk 04-05", "50 % / 100 %", "4/5 werktijd", "24107-24041",
		"maandag 8.00-12.00 dinsdag 9.00-12.00 woensdag 8.00-12.00",
	} {
		if HoldsPhone(text) {
			t.Errorf("%q: taken for a phone number", text)
		}
	}
}

func TestFreeTextWithAnEmailAddress(t *testing.T) {
	for _, text := range []string{
		"jeugd@politie.example", "Mail naar Jeugd@Politie.Example.", "an.voorbeeld@politie", "<an@politie.example>", "jeugd @ politie.example",
		"jeugd(at)politie.example", "jeugd [AT] politie.example", "jeugd＠politie.example", "mailto:an_v@x.be", "é@politie.example",
	} {
		if !HoldsEmail(text) {
			t.Errorf("%q: not seen as an e-mail address", text)
		}
	}
	for _, text := range []string{
		"", "Jeugdinspecteur", "@", "volg ons op @politie", "volg ons: @politietienen.", "X @politie", "8 @ 9", "3 @", "@ politie.example", "a (at the desk)",
	} {
		if HoldsEmail(text) {
			t.Errorf("%q: taken for an e-mail address", text)
		}
	}
}

// TestEveryBelgianNumberIsSeen writes numbers of the Belgian plan in the ways people do, amid words.
func TestEveryBelgianNumberIsSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := func(n int) string {
			return rapid.StringOfN(rapid.RuneFrom([]rune("0123456789")), n, n, n).Draw(t, "digits")
		}
		var national string
		if rapid.Bool().Draw(t, "mobile") {
			national = rapid.SampledFrom([]string{"45", "46", "47", "48", "49"}).Draw(t, "operator") + digits(7)
		} else {
			national = rapid.SampledFrom([]string{"2", "3", "4", "9"}).Draw(t, "city") + digits(7)
			if rapid.Bool().Draw(t, "zone") {
				national = rapid.SampledFrom([]string{"16", "11", "50", "89"}).Draw(t, "area") + digits(6)
			}
		}
		space := rapid.SampledFrom([]string{"", " ", "-", " - "}).Draw(t, "separator")
		head := len(national) - 6
		number := national[:head] + space + pairs(national[head:])
		prefix := rapid.SampledFrom([]string{"0", "+32 ", "+32", "0032 ", "+32 (0)"}).Draw(t, "prefix")
		before := rapid.SampledFrom([]string{"", "bel ", "tel.: ", "van 8.30-16.30 op ", "sinds 2024: ", "("}).Draw(t, "before")
		after := rapid.SampledFrom([]string{"", ".", ", liefst 's morgens", ")", " of het onthaal"}).Draw(t, "after")
		if text := before + prefix + number + after; !HoldsPhone(text) {
			t.Fatalf("%q: not seen", text)
		}
	})
}

// TestHoursAndDatesAreNoNumbers puts hours and dates behind each other as notices do.
func TestHoursAndDatesAreNoNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var parts []string
		for range rapid.IntRange(1, 6).Draw(t, "parts") {
			n := func(most int) int { return rapid.IntRange(1, most).Draw(t, "n") }
			parts = append(parts, rapid.SampledFrom([]string{
				fmt.Sprintf("%02d.%02d-%02d.%02d", n(24), n(59), n(24), n(59)),
				fmt.Sprintf("%d.%02d - %d.%02d", n(24), n(59), n(24), n(59)),
				fmt.Sprintf("%02d/%02d/20%02d", n(31), n(12), n(99)),
				fmt.Sprintf("%d.%d.20%02d", n(31), n(12), n(99)),
				fmt.Sprintf("20%02d-%02d-%02d", n(99), n(12), n(28)),
			}).Draw(t, "part"))
		}
		separator := rapid.SampledFrom([]string{" ", ", ", " en ", "; "}).Draw(t, "separator")
		if text := strings.Join(parts, separator); HoldsPhone(text) {
			t.Fatalf("%q: taken for a phone number", text)
		}
	})
}
