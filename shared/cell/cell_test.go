package cell_test

import (
	"testing"

	"aanspreekpunt/shared/cell"
)

func TestNoTextIsAFormula(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "Getevallei": "Getevallei", "1 + 1": "1 + 1", "'t Molentje": "'t Molentje", "é": "é",
		"=1+1": "'=1+1", "+32": "'+32", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1",
	} {
		if got := cell.Text(text); got != want || cell.Formula(got) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestPhone(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{"+3216665511": "016 66 55 11", "1712": "1712", "+31201234567": "0031 201 23 45 67", "": ""} {
		if got := cell.Phone(number); got != want {
			t.Errorf("%q: %q, want %q", number, got, want)
		}
	}
}
