package directory

import (
	"testing"

	"pgregory.net/rapid"
)

func TestPersonalAddress(t *testing.T) {
	for address, want := range map[string]bool{
		"an.voorbeeld@zone.example": true, "An_Voorbeeld@zone.example": true, "avoorbeeld@zone.example": true, "an@zone.example": true, "an.wijkmans@zone.example": true,
		"an.jeugd@zone.example": true, "wijkmans.an@zone.example": true, "iolanda@zone.example": true, "tienen@zone.example": true, "clbert@zone.example": true,
		"jeugd@zone.example": false, "Jeugd.Tienen@zone.example": false, "jeugddienst@zone.example": false, "info@zone.example": false, "pz.getevallei@police.belgium.eu": false,
		"pz5910@zone.example": false, "PZ_Getevallei@zone.example": false, "wijk-noord@zone.example": false, "scholen+onthaal@zone.example": false, "clb@zone.example": false, "": true,
		"5910@zone.example": false,
	} {
		if got := PersonalAddress(address); got != want {
			t.Errorf("%q: personal %t, want %t", address, got, want)
		}
	}
}

func TestGoingPublicAsksOnce(t *testing.T) {
	checked, issues := testValidation().Check(goodInput())
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	old := Profile{Code: "5910"}.Saved(checked, testNow())
	next := canonical(old)
	if going := GoingPublic(old, next); len(going) > 0 {
		t.Errorf("nothing changed, and %+v goes public", going)
	}
	next.ContactPoints[1].NameVisibility = VisiblePublic
	next.ContactPoints[1].Emails[0].Visibility = VisiblePublic
	next.ContactPoints[1].Phones[0].Visibility = VisiblePublic // a number is no name
	next.ContactPoints[0].Emails = append(next.ContactPoints[0].Emails, Email{"meldpunt@zone.example", VisiblePublic})
	next.Email = "commissaris.voorbeeld@zone.example"
	going := GoingPublic(old, next)
	want := []PublicValue{
		{"contactPoints[jeugd].name", "Jeugdinspecteur: naam", "An Voorbeeld"},
		{"contactPoints[jeugd].emails", "Jeugdinspecteur: e-mail", "an.voorbeeld@zone.example"},
		{"email", "E-mail van de zone", "commissaris.voorbeeld@zone.example"},
	}
	if len(going) != len(want) {
		t.Fatalf("got %+v", going)
	}
	for i := range want {
		if going[i] != want[i] {
			t.Errorf("got %+v, want %+v", going[i], want[i])
		}
	}
	if again := GoingPublic(next, next); len(again) > 0 {
		t.Errorf("asked again about %+v", again)
	}
	for _, desk := range []string{"", "jeugd@zone.example"} {
		nobodys := canonical(old)
		nobodys.Email = desk
		if going := GoingPublic(old, nobodys); len(going) > 0 {
			t.Errorf("desk address %q: %+v", desk, going)
		}
	}
	// Another person under the same function is another question.
	other := canonical(next)
	other.ContactPoints[1].Name = "Bo Voorbeeld"
	if going := GoingPublic(next, other); len(going) != 1 || going[0].Value != "Bo Voorbeeld" {
		t.Errorf("another name: %+v", going)
	}
}

// TestRestoringAsksNothing: what a restored version shows to everybody was shown before it, the desk's own address aside.
func TestRestoringAsksNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old, current := versionOf().Draw(t, "old"), versionOf().Draw(t, "current")
		restored := current.Saved(RestoreInput(old, current), testNow())
		for _, v := range GoingPublic(current, restored) {
			if v.Field != "email" {
				t.Fatalf("%+v goes public", v)
			}
		}
	})
}
