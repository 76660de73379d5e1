package directory

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestWhatMovesTheMoments(t *testing.T) {
	began, later := testNow(), testNow().AddDate(0, 1, 0)
	checked, issues := testValidation().Check(goodInput())
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	unsure := checked
	unsure.Assured = false
	other := unsure
	other.Website = ""
	otherAssured := other
	otherAssured.Assured = true
	first := Profile{Code: "5910"}.Saved(unsure, began)
	if first.Version != 1 || first.AssuredAt != nil || first.ModifiedAt == nil || !first.ModifiedAt.Equal(began) {
		t.Fatalf("first save: %+v", first)
	}
	for _, c := range []struct {
		name              string
		next              func(Profile) Profile
		kind              RevisionKind
		modified, assured bool
	}{
		{"a change", func(p Profile) Profile { return p.Saved(other, later) }, RevisionSaved, true, false},
		{"a change that confirms", func(p Profile) Profile { return p.Saved(otherAssured, later) }, RevisionSaved, true, true},
		{"a save of nothing", func(p Profile) Profile { return p.Saved(unsure, later) }, RevisionSaved, false, false},
		{"a save of nothing that confirms", func(p Profile) Profile { return p.Saved(checked, later) }, RevisionConfirmed, false, true},
		{"a confirmation", func(p Profile) Profile {
			next, err := p.Confirmed(later)
			if err != nil {
				t.Fatal(err)
			}
			return next
		}, RevisionConfirmed, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			next := c.next(first)
			if next.Version != 2 || next.Code != "5910" {
				t.Errorf("version %d of %s", next.Version, next.Code)
			}
			if moved := !next.ModifiedAt.Equal(*first.ModifiedAt); moved != c.modified {
				t.Errorf("modifiedAt moved: %t", moved)
			}
			if moved := next.AssuredAt != nil; moved != c.assured {
				t.Errorf("assuredAt moved: %t", moved)
			}
			cause := Cause{Kind: RevisionSaved, By: Principal{Role: RolePolice, Subject: "s", Name: "n"}, Note: "why"}
			if c.name == "a confirmation" {
				cause.Kind = RevisionConfirmed
			}
			r := NewRevision(first, next, cause, wordNames(), later)
			if r.Kind != c.kind || r.Assured != c.assured || (len(r.Changes) > 0) != c.modified {
				t.Errorf("recorded as %s, assured %t, %d changes", r.Kind, r.Assured, len(r.Changes))
			}
			if r.Version != 2 || r.Zone != "5910" || !r.At.Equal(later) || r.Subject != "s" || r.Name != "n" || r.Note != "why" || r.Role != RolePolice {
				t.Errorf("revision %+v", r)
			}
		})
	}
	if first.Website == "" || first.Version != 1 {
		t.Error("the version before was changed")
	}
	if _, err := ProfileOfFacts(ZoneFacts{Code: "5910", Phone: "+3216000001"}).Confirmed(later); !errors.Is(err, ErrNeverSaved) {
		t.Errorf("facts were confirmed: %v", err)
	}
}

// TestAConfirmationKeepsItsDayThroughChanges keeps a confirmation's own day through changes that confirm nothing.
func TestAConfirmationKeepsItsDayThroughChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := versionOf().Draw(t, "version")
		in := versionOf().Draw(t, "next").Input()
		if next := p.Saved(in, testNow().AddDate(1, 0, 0)); !next.AssuredAt.Equal(*p.AssuredAt) {
			t.Fatalf("assuredAt moved to %s", next.AssuredAt)
		}
		// A save may share nothing with what it came from.
		next := p.Saved(in, testNow())
		before := encoded(next)
		for i := range in.ContactPoints {
			in.ContactPoints[i].Phones = append(in.ContactPoints[i].Phones[:0], Phone{Number: "x"})
		}
		if encoded(next) != before {
			t.Fatal("what was saved changes with the input")
		}
	})
}

// publicValues are the names, numbers and addresses of contact points and the zone that everybody sees.
func publicValues(p Profile) []string {
	var values []string
	for _, desk := range []string{p.Phone, strings.ToLower(p.Email)} {
		if desk != "" {
			values = append(values, desk)
		}
	}
	for _, c := range p.ContactPoints {
		if c.NameVisibility == VisiblePublic && c.Name != "" {
			values = append(values, c.Name)
		}
		for _, ph := range c.Phones {
			if ph.Visibility == VisiblePublic {
				values = append(values, ph.Number)
			}
		}
		for _, e := range c.Emails {
			if e.Visibility == VisiblePublic {
				values = append(values, strings.ToLower(e.Address))
			}
		}
	}
	return values
}

func TestRestoringNeverWidens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old, current := versionOf().Draw(t, "old"), versionOf().Draw(t, "current")
		in := RestoreInput(old, current)
		visible := publicValues(current)
		restored := Profile{ContactPoints: in.ContactPoints}
		for _, v := range publicValues(restored) {
			if !slices.Contains(visible, v) {
				t.Fatalf("%q becomes public", v)
			}
		}
		for _, c := range in.ContactPoints {
			today := current.pointByID(c.ID)
			if c.AvailabilityPublic && (today == nil || !today.AvailabilityPublic) ||
				c.OpeningHoursPublic && (today == nil || !today.OpeningHoursPublic) ||
				c.AbsencePublic && (today == nil || !today.AbsencePublic) {
				t.Fatalf("%s: availability, hours or absence become public", c.ID)
			}
			// Nor may it narrow or lose anything that it need not.
			before := old.pointByID(c.ID)
			if c.Name != before.Name || len(c.Phones) != len(before.Phones) || len(c.Emails) != len(before.Emails) {
				t.Fatalf("%s: values are lost", c.ID)
			}
			for i, ph := range c.Phones {
				if before.Phones[i].Visibility == VisiblePublic && slices.Contains(visible, ph.Number) && ph.Visibility != VisiblePublic {
					t.Fatalf("%s: a number that is public today is hidden", c.ID)
				}
			}
		}
		if _, issues := testValidation().Check(in); len(issues) > 0 {
			t.Fatalf("what is restored breaks a rule: %+v", issues)
		}
		if again := RestoreInput(current, current); !Same(current, current.Saved(again, testNow())) {
			t.Fatal("restoring the current version changes something")
		}
	})
}

// TestRestoringDoesNotTrustAnEmptyField: a flag that an old profile has on a value that is not there makes nothing public.
func TestRestoringDoesNotTrustAnEmptyField(t *testing.T) {
	old := Profile{ContactPoints: []ContactPoint{{ID: "a", Availability: "weekdagen", AvailabilityPublic: true}}}
	current := Profile{ContactPoints: []ContactPoint{{ID: "a", AvailabilityPublic: true}}}
	if RestoreInput(old, current).ContactPoints[0].AvailabilityPublic {
		t.Error("availability becomes public")
	}
}

// TestForgottenVersionsCanBeRestored restores skeletons: their blanks break no rule.
func TestForgottenVersionsCanBeRestored(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old, current := versionOf().Draw(t, "old"), versionOf().Draw(t, "current")
		in := RestoreInput(Skeleton(old), current)
		if _, issues := testValidation().Check(in); len(issues) > 0 {
			t.Fatalf("a blank breaks a rule: %+v", issues)
		}
		if in.ManagementEmail != current.ManagementEmail {
			t.Fatal("the management address is lost")
		}
	})
}

// forbidden finds what a skeleton may not hold; inputOf says what each looks like.
func forbidden(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	text := string(data)
	joined := strings.ReplaceAll(text, " ", "")
	for _, s := range []string{"anary", "1937", "13:37", "13.37", "Inspecteur Jansen", "subject-1", "reden"} {
		if strings.Contains(text, s) {
			return s
		}
	}
	for _, s := range []string{"16999", "16777", "470888"} {
		if strings.Contains(joined, s) {
			return s
		}
	}
	return ""
}

func TestSkeletonHoldsNothingPersonal(t *testing.T) {
	now := testNow()
	seen := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		old, next := versionOf().Draw(t, "old"), versionOf().Draw(t, "next")
		cause := Cause{Kind: RevisionSaved, By: Principal{Role: RolePolice, Subject: "subject-1", Name: "Inspecteur Jansen"}, Note: "reden"}
		r := NewRevision(old, next, cause, wordNames(), now)
		skeleton, personal := r.Split()
		if s := forbidden(skeleton); s != "" {
			data, _ := json.MarshalIndent(skeleton, "", " ")
			t.Fatalf("the skeleton holds %q: %s", s, data)
		}
		for _, c := range skeleton.Changes {
			seen[c.Field[strings.LastIndex(c.Field, ".")+1:]] = true
		}

		// Through the table and back.
		var s Revision
		var p PersonalPart
		for from, to := range map[any]any{&skeleton: &s, &personal: &p} {
			data, err := json.Marshal(from)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(data, to); err != nil {
				t.Fatal(err)
			}
		}
		if joined := Join(s, &p, now); encoded(joined) != encoded(r) {
			t.Fatalf("joined\n%s\nwant\n%s", encoded(joined), encoded(r))
		}
		expiry := now.AddDate(0, 0, PersonalDays)
		if Join(s, &p, expiry.Add(-time.Second)).Forgotten {
			t.Fatal("forgotten before its time")
		}
		for name, gone := range map[string]Revision{
			"expired": Join(s, &p, expiry), "swept": Join(s, nil, now), "of another version": Join(s, &PersonalPart{Zone: p.Zone, Version: p.Version + 1, ExpiresAt: expiry, Points: p.Points}, now),
			"of another zone": Join(s, &PersonalPart{Zone: "5341", Version: p.Version, ExpiresAt: expiry, Points: p.Points}, now), "of other points": Join(s, &PersonalPart{Zone: p.Zone, Version: p.Version, ExpiresAt: expiry}, now),
		} {
			if !gone.Forgotten || forbidden(gone) != "" {
				t.Fatalf("%s: %+v", name, gone)
			}
		}
	})
	for _, field := range []string{"name", "phones", "emails", "availability", "openingHours", "absence", "managementEmail"} {
		if !seen[field] {
			t.Errorf("no change of %s was tried", field)
		}
	}
}

// TestSkeletonKeepsWhatIsNobodys keeps a desk's number and a mailbox, which the history would be poor without.
func TestSkeletonKeepsWhatIsNobodys(t *testing.T) {
	checked, _ := testValidation().Check(goodInput())
	p := Profile{Code: "5910", Version: 7}.Saved(checked, testNow())
	s := Skeleton(p)
	if !reflect.DeepEqual(s.ContactPoints[0].Phones, p.ContactPoints[0].Phones) || len(s.ContactPoints[0].Emails) != 1 || s.Phone != p.Phone || s.Email != p.Email {
		t.Errorf("the desk is forgotten: %+v", s)
	}
	jeugd := s.ContactPoints[1]
	if jeugd.Role != "Jeugdinspecteur" || len(jeugd.Themes) != 2 || jeugd.InstitutionNumbers[0] != "000018" {
		t.Errorf("the function is forgotten: %+v", jeugd)
	}
	if jeugd.Name != "" || len(jeugd.Phones)+len(jeugd.Emails)+len(jeugd.OpeningHours) > 0 || jeugd.Absence != nil || s.ManagementEmail != "" {
		t.Errorf("the person is remembered: %+v", jeugd)
	}
	if p.ContactPoints[1].Name == "" || len(p.ContactPoints[1].Phones) != 2 {
		t.Error("the profile itself was changed")
	}
}

// TestChangesThatAreForgotten makes a zone from nothing: what of each change stays readable for ever.
func TestChangesThatAreForgotten(t *testing.T) {
	checked, _ := testValidation().Check(goodInput())
	skeleton, _ := NewRevision(Profile{Code: "5910"}, Profile{Code: "5910"}.Saved(checked, testNow()), Cause{Kind: RevisionSaved}, wordNames(), testNow()).Split()
	var kept, gone []string
	for _, c := range skeleton.Changes {
		if c.New.Words == "" {
			gone = append(gone, c.Field)
		} else {
			kept = append(kept, c.Field)
		}
		if c.New.Personal != (c.New.Words == "") {
			t.Errorf("%s: personal %t, words %q", c.Field, c.New.Personal, c.New.Words)
		}
	}
	wantKept := "primary contactPoints[onthaal] contactPoints[onthaal].languages contactPoints[onthaal].phones contactPoints[onthaal].emails contactPoints[jeugd] " +
		"contactPoints[jeugd].themes contactPoints[jeugd].levels contactPoints[jeugd].municipalities contactPoints[jeugd].institutionNumbers " +
		"phone email website address partners reminderDays"
	wantGone := "contactPoints[onthaal].availability contactPoints[jeugd].name contactPoints[jeugd].phones contactPoints[jeugd].phones contactPoints[jeugd].emails " +
		"contactPoints[jeugd].openingHours contactPoints[jeugd].absence managementEmail"
	if got := strings.Join(kept, " "); got != wantKept {
		t.Errorf("kept %s\nwant %s", got, wantKept)
	}
	if got := strings.Join(gone, " "); got != wantGone {
		t.Errorf("forgotten %s\nwant %s", got, wantGone)
	}
	// Another function and another order are nobody's either.
	old := Profile{Code: "5910"}.Saved(checked, testNow())
	next := canonical(old)
	slices.Reverse(next.ContactPoints)
	next.ContactPoints[0].Role = "Inspecteur"
	for _, c := range Diff(old, next, wordNames()) {
		if c.Old.Personal || c.New.Personal {
			t.Errorf("%s is taken for personal", c.Field)
		}
	}
}

// TestANumberThatIsNarrowedIsForgottenOnBothSides: a number was public, now schools alone see it.
func TestANumberThatIsNarrowedIsForgottenOnBothSides(t *testing.T) {
	checked, _ := testValidation().Check(goodInput())
	old := Profile{Code: "5910"}.Saved(checked, testNow())
	next := canonical(old)
	next.Version++
	next.ContactPoints[0].Phones[0].Visibility = VisibleSchools
	skeleton, _ := NewRevision(old, next, Cause{Kind: RevisionSaved}, wordNames(), testNow()).Split()
	if data, _ := json.Marshal(skeleton); strings.Contains(strings.ReplaceAll(string(data), " ", ""), "016000001") {
		t.Errorf("the number is kept: %s", data)
	}
}

func TestRevisionFitsItsItem(t *testing.T) {
	in := ZoneInput{}
	for i := range 50 {
		c := ContactPoint{ID: fmt.Sprintf("p%d", i), Role: "Functie", Primary: i == 0}
		for j := range 10 {
			c.Phones = append(c.Phones, Phone{fmt.Sprintf("+3216%03d%03d", i, j), VisibleSchools, strings.Repeat("n", 80)})
		}
		in.ContactPoints = append(in.ContactPoints, c)
	}
	checked, issues := testValidation().Check(in)
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	next := Profile{Code: "5910"}.Saved(checked, testNow())
	r := NewRevision(Profile{Code: "5910"}, next, Cause{Kind: RevisionSaved}, wordNames(), testNow())
	if all := len(Diff(Profile{}, next, wordNames())); r.MoreChanges == 0 || r.MoreChanges+len(r.Changes) != all {
		t.Errorf("%d changes and %d more of %d", len(r.Changes), r.MoreChanges, all)
	}
	if data, _ := json.Marshal(r.Changes); len(data) > changeBytes {
		t.Errorf("changes take %d bytes", len(data))
	}
	skeleton, personal := r.Split()
	for name, v := range map[string]any{"skeleton": skeleton, "personal": personal} {
		if data, _ := json.Marshal(v); len(data) > 300_000 {
			t.Errorf("%s takes %d bytes", name, len(data))
		}
	}
}
