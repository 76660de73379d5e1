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

// schoolList are schools for tests: the first lies in zone 5910 and in 5388, the second in 5388 only.
type schoolList map[InstitutionNumber][]ZoneCode

func (l schoolList) School(n InstitutionNumber) (School, bool) {
	zones, ok := l[n]
	s := School{Number: n, Name: "Voorbeeldschool"}
	for i, z := range zones {
		s.Locations = append(s.Locations, Location{Number: i + 1, Zone: z})
	}
	return s, ok
}

func testValidation() Validation {
	return Validation{
		Zone:    ZoneFacts{Code: "5910", Municipalities: []NIS{24041, 24107, 24059}},
		Schools: schoolList{"000018": {"5388", "5910"}, "000026": {"5388"}, "000034": {"5910"}},
		ParsePhone: func(typed string) (string, error) {
			s := strings.NewReplacer(" ", "", "/", "", ".", "").Replace(typed)
			if strings.HasPrefix(s, "0") {
				s = "+32" + s[1:]
			}
			if len(s) < 3 || strings.Trim(s, "+0123456789") != "" {
				return "", errors.New("no number")
			}
			return s, nil
		},
	}
}

// goodInput has a value in every field, and breaks no rule.
func goodInput() ZoneInput {
	return ZoneInput{
		ContactPoints: []ContactPoint{
			{
				ID: "onthaal", Role: "Onthaal", Primary: true, Phones: []Phone{{"016 00 00 01", VisiblePublic, "kantooruren"}},
				Emails: []Email{{"onthaal@zone.example", VisiblePublic}}, Languages: []string{"nl", "fr"}, Availability: "Op weekdagen, 8.30-16.30",
			},
			{
				ID: "jeugd", Role: "Jeugdinspecteur", Name: "An Voorbeeld", NameVisibility: VisibleSchools, Themes: []Theme{ThemeTruancy, ThemeDrugs},
				Levels: []Level{LevelSecondary}, Municipalities: []NIS{24107}, InstitutionNumbers: []InstitutionNumber{"000018"},
				Phones: []Phone{{"0470 00 00 01", VisibleSchools, ""}, {"1701", VisiblePublic, ""}}, Emails: []Email{{"an.voorbeeld@zone.example", VisibleSchools}},
				OpeningHours: []OpeningHours{{1, "08:30", "12:00"}, {1, "13:00", "16:30"}, {7, "00:00", "24:00"}}, OpeningHoursPublic: true,
				Absence: &Absence{From: "2026-12-01", Until: "2026-12-04", Replacement: "onthaal"},
			},
		},
		Phone: "016 66 55 11", Email: "info@zone.example", Website: "https://www.politie.be/5910",
		Address:  &Address{"Voorbeeldstraat 1", "3300", "Tienen"},
		Partners: []Partner{{PartnerCLB, "Voorbeeld-CLB", "https://clb.example/tienen"}}, ManagementEmail: "beheer@zone.example",
		ReminderDays: []int{90, 30, 7, 0}, Assured: true, Note: "Nieuwe jeugdinspecteur",
	}
}

// encoded makes values comparable, what pointers point to included.
func encoded(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

func TestGoodInputIsStoredTidily(t *testing.T) {
	in := goodInput()
	in.ContactPoints[1].Role = "  Jeugd\u00adinspecteur \n van\tdienst\u202e "
	in.ContactPoints[1].OpeningHours = []OpeningHours{{7, "00:00", "24:00"}, {1, "13:00", "16:30"}, {1, "08:30", "12:00"}}
	in.ContactPoints[1].InstitutionNumbers = []InstitutionNumber{"18"}
	in.ContactPoints[0].NameVisibility = VisiblePublic // of no name
	in.Email = " Info@Zone.EXAMPLE "
	before := encoded(in)
	got, issues := testValidation().Check(in)
	if len(issues) > 0 {
		t.Fatalf("issues: %+v", issues)
	}
	want := goodInput()
	want.ContactPoints[0].Phones[0].Number, want.ContactPoints[1].Phones[0].Number, want.Phone = "+3216000001", "+32470000001", "+3216665511"
	want.ContactPoints[1].Role = "Jeugdinspecteur van dienst"
	want.Email = "Info@zone.example"
	stored := canonical(Profile{ContactPoints: want.ContactPoints})
	want.ContactPoints = stored.ContactPoints
	if !reflect.DeepEqual(got, want) {
		t.Errorf("stored\n%+v\nwant\n%+v", got, want)
	}
	if after := encoded(in); after != before {
		t.Errorf("the input was changed to %s", after)
	}
}

func TestEveryRule(t *testing.T) {
	first := func(c func(*ContactPoint)) func(*ZoneInput) {
		return func(in *ZoneInput) { c(&in.ContactPoints[0]) }
	}
	second := func(c func(*ContactPoint)) func(*ZoneInput) {
		return func(in *ZoneInput) { c(&in.ContactPoints[1]) }
	}
	many := func(n int) []ContactPoint {
		var points []ContactPoint
		for i := range n {
			points = append(points, ContactPoint{ID: fmt.Sprintf("p%d", i), Role: "Functie", Primary: i == 0})
		}
		return points
	}
	for _, c := range []struct {
		name  string
		wrong func(*ZoneInput)
		want  string // "field rule", by commas
	}{
		{"nothing", func(*ZoneInput) {}, ""},
		{"no contact point", func(in *ZoneInput) { in.ContactPoints = nil }, "contactPoints onePrimary"},
		{"no primary", first(func(c *ContactPoint) { c.Primary = false }), "contactPoints onePrimary"},
		{"two primaries", second(func(c *ContactPoint) { c.Primary = true }), "contactPoints onePrimary"},
		{"fifty contact points", func(in *ZoneInput) { in.ContactPoints = many(50) }, ""},
		{"fifty-one contact points", func(in *ZoneInput) { in.ContactPoints = many(51) }, "contactPoints tooMany"},

		{"no id", first(func(c *ContactPoint) { c.ID = "" }), "contactPoints[0].id invalidId, contactPoints[1].absence.replacement unknownReplacement"},
		{"id with a capital", first(func(c *ContactPoint) { c.ID = "Onthaal" }), "contactPoints[0].id invalidId, contactPoints[1].absence.replacement unknownReplacement"},
		{"id that begins with a hyphen", second(func(c *ContactPoint) { c.ID = "-a" }), "contactPoints[1].id invalidId"},
		{"id of 40", second(func(c *ContactPoint) { c.ID = strings.Repeat("a", 40) }), ""},
		{"id of 41", second(func(c *ContactPoint) { c.ID = strings.Repeat("a", 41) }), "contactPoints[1].id invalidId"},
		{"id twice", second(func(c *ContactPoint) { c.ID, c.Absence = "onthaal", nil }), "contactPoints[1].id duplicate"},

		{"no role", first(func(c *ContactPoint) { c.Role = " \u200b " }), "contactPoints[0].role required"},
		{"role of 100", first(func(c *ContactPoint) { c.Role = strings.Repeat("é", 100) }), ""},
		{"role of 101", first(func(c *ContactPoint) { c.Role = strings.Repeat("é", 101) }), "contactPoints[0].role tooLong"},
		{"role with a bell", first(func(c *ContactPoint) { c.Role = "a\x07b" }), "contactPoints[0].role invalidCharacter"},
		{"role in broken UTF-8", first(func(c *ContactPoint) { c.Role = "a\xff" }), "contactPoints[0].role invalidCharacter"},
		{"role with a lone surrogate", first(func(c *ContactPoint) { c.Role = "a\ufffd" }), "contactPoints[0].role invalidCharacter"},
		{"role with a number", first(func(c *ContactPoint) { c.Role = "Onthaal 0470 12 34 56" }), "contactPoints[0].role phoneInText"},
		{"role with a number in which nothing shows", first(func(c *ContactPoint) { c.Role = "Onthaal 0470\u200b12\u200b34\u200b56" }), "contactPoints[0].role phoneInText"},
		{"role with an address", first(func(c *ContactPoint) { c.Role = "onthaal@zone.example" }), "contactPoints[0].role emailInText"},
		{"role with both", first(func(c *ContactPoint) { c.Role = "016 66 55 11, a@b.example" }), "contactPoints[0].role phoneInText, contactPoints[0].role emailInText"},
		{"role with a name kept for schools", first(func(c *ContactPoint) { c.Role = "Collega van an  VOORBEELD." }), "contactPoints[0].role protectedNameInText"},
		{"role with it backwards", first(func(c *ContactPoint) { c.Role = "Voorbeeld, An" }), "contactPoints[0].role protectedNameInText"},
		{"role with part of it", first(func(c *ContactPoint) { c.Role = "Voorbeeldfunctie an" }), ""},
		{"role with a public name", func(in *ZoneInput) {
			in.ContactPoints[0].Role, in.ContactPoints[1].NameVisibility = "Collega van An Voorbeeld", VisiblePublic
		}, ""},

		{"name with a number", second(func(c *ContactPoint) { c.Name = "An 0470123456" }), "contactPoints[1].name phoneInText"},
		{"name of 101", second(func(c *ContactPoint) { c.Name = strings.Repeat("n", 101) }), "contactPoints[1].name tooLong"},
		{"visibility that does not exist", second(func(c *ContactPoint) { c.NameVisibility = "everybody" }), "contactPoints[1].nameVisibility unknownValue"},
		{"theme that does not exist", second(func(c *ContactPoint) { c.Themes = []Theme{"noise"} }), "contactPoints[1].themes[0] unknownValue"},
		{"theme twice", second(func(c *ContactPoint) { c.Themes = []Theme{ThemeTheft, ThemeDrugs, ThemeTheft} }), "contactPoints[1].themes[2] duplicate"},
		{"level that does not exist", second(func(c *ContactPoint) { c.Levels = []Level{"nursery"} }), "contactPoints[1].levels[0] unknownValue"},
		{"language that does not exist", second(func(c *ContactPoint) { c.Languages = []string{"NL"} }), "contactPoints[1].languages[0] unknownValue"},
		{"too many languages", second(func(c *ContactPoint) { c.Languages = make([]string, 11) }), "contactPoints[1].languages tooMany"},
		{"municipality of another zone", second(func(c *ContactPoint) { c.Municipalities = []NIS{24107, 11002} }), "contactPoints[1].municipalities[1] notInZone"},
		{"municipality twice", second(func(c *ContactPoint) { c.Municipalities = []NIS{24107, 24107} }), "contactPoints[1].municipalities[1] duplicate"},
		{"school that does not exist", second(func(c *ContactPoint) { c.InstitutionNumbers = []InstitutionNumber{"999999"} }), "contactPoints[1].institutionNumbers[0] unknownSchool"},
		{"school of another zone", second(func(c *ContactPoint) { c.InstitutionNumbers = []InstitutionNumber{"000026"} }), "contactPoints[1].institutionNumbers[0] schoolNotInZone"},
		{"school twice, once unpadded", second(func(c *ContactPoint) { c.InstitutionNumbers = []InstitutionNumber{"18", "000018"} }), "contactPoints[1].institutionNumbers[1] duplicate"},
		{"no school number at all", second(func(c *ContactPoint) { c.InstitutionNumbers = []InstitutionNumber{"de school"} }), "contactPoints[1].institutionNumbers[0] unknownSchool"},
		{"too many schools", second(func(c *ContactPoint) { c.InstitutionNumbers = make([]InstitutionNumber, 201) }), "contactPoints[1].institutionNumbers tooMany"},

		{"no number", first(func(c *ContactPoint) { c.Phones[0].Number = " " }), "contactPoints[0].phones[0].number required"},
		{"number that is none", first(func(c *ContactPoint) { c.Phones[0].Number = "elf" }), "contactPoints[0].phones[0].number invalidPhone"},
		{"number that is too short", first(func(c *ContactPoint) { c.Phones[0].Number = "12" }), "contactPoints[0].phones[0].number invalidPhone"},
		{"number that is too long", first(func(c *ContactPoint) { c.Phones[0].Number = "+" + strings.Repeat("1", 16) }), "contactPoints[0].phones[0].number invalidPhone"},
		{"number that is absurdly long", first(func(c *ContactPoint) { c.Phones[0].Number = strings.Repeat("0", 10_000) }), "contactPoints[0].phones[0].number invalidPhone"},
		{"number twice, written otherwise", first(func(c *ContactPoint) {
			c.Phones = append(c.Phones, Phone{"+3216000001", VisibleSchools, ""})
		}), "contactPoints[0].phones[1].number duplicate"},
		{"number for nobody", first(func(c *ContactPoint) { c.Phones[0].Visibility = "none" }), "contactPoints[0].phones[0].visibility unknownValue"},
		{"number without visibility", first(func(c *ContactPoint) { c.Phones[0].Visibility = "" }), ""},
		{"note with a number", first(func(c *ContactPoint) { c.Phones[0].Note = "of +32 16 66 55 11" }), "contactPoints[0].phones[0].note phoneInText"},
		{"public note with a name kept for schools", first(func(c *ContactPoint) { c.Phones[0].Note = "vraag An Voorbeeld" }), "contactPoints[0].phones[0].note protectedNameInText"},
		{"note for schools with that name", second(func(c *ContactPoint) { c.Phones[0].Note = "van An Voorbeeld" }), ""},
		{"note of 121", first(func(c *ContactPoint) { c.Phones[0].Note = strings.Repeat("n", 121) }), "contactPoints[0].phones[0].note tooLong"},
		{"eleven numbers", first(func(c *ContactPoint) { c.Phones = make([]Phone, 11) }), "contactPoints[0].phones tooMany"},
		{"no address", first(func(c *ContactPoint) { c.Emails[0].Address = "" }), "contactPoints[0].emails[0].address required"},
		{"address that is none", first(func(c *ContactPoint) { c.Emails[0].Address = "onthaal" }), "contactPoints[0].emails[0].address invalidEmail"},
		{"address twice", first(func(c *ContactPoint) {
			c.Emails = append(c.Emails, Email{"ONTHAAL@zone.example", VisibleSchools})
		}), "contactPoints[0].emails[1].address duplicate"},
		{"address for nobody", first(func(c *ContactPoint) { c.Emails[0].Visibility = "x" }), "contactPoints[0].emails[0].visibility unknownValue"},
		{"eleven addresses", first(func(c *ContactPoint) { c.Emails = make([]Email, 11) }), "contactPoints[0].emails tooMany"},

		{"availability with an address", first(func(c *ContactPoint) { c.Availability = "mail an@zone.example" }), "contactPoints[0].availability emailInText"},
		{"availability of 301", first(func(c *ContactPoint) { c.Availability = strings.Repeat("n", 301) }), "contactPoints[0].availability tooLong"},
		{"public availability with a name kept for schools", first(func(c *ContactPoint) {
			c.Availability, c.AvailabilityPublic = "als An Voorbeeld weg is", true
		}), "contactPoints[0].availability protectedNameInText"},

		{"day 0", second(func(c *ContactPoint) { c.OpeningHours[0].Day = 0 }), "contactPoints[1].openingHours[0].day invalidHours"},
		{"day 8", second(func(c *ContactPoint) { c.OpeningHours[0].Day = 8 }), "contactPoints[1].openingHours[0].day invalidHours"},
		{"hour 24", second(func(c *ContactPoint) { c.OpeningHours[0].Opens = "24:30" }), "contactPoints[1].openingHours[0].opens invalidHours"},
		{"hour without a colon", second(func(c *ContactPoint) { c.OpeningHours[0].Until = "1200" }), "contactPoints[1].openingHours[0].until invalidHours"},
		{"hours that end before they begin", second(func(c *ContactPoint) { c.OpeningHours[0].Until = "08:30" }), "contactPoints[1].openingHours[0].until invalidHours"},
		{"hours that overlap", second(func(c *ContactPoint) { c.OpeningHours[1].Opens = "11:59" }), "contactPoints[1].openingHours[1] overlappingHours"},
		{"hours inside others", second(func(c *ContactPoint) { c.OpeningHours[1] = OpeningHours{1, "09:00", "10:00"} }), "contactPoints[1].openingHours[1] overlappingHours"},
		{"hours that touch", second(func(c *ContactPoint) { c.OpeningHours[1].Opens = "12:00" }), ""},
		{"hours that touch, the later ones first", second(func(c *ContactPoint) { c.OpeningHours = []OpeningHours{{1, "12:00", "16:30"}, {1, "08:30", "12:00"}} }), ""},
		{"the same hours on another day", second(func(c *ContactPoint) { c.OpeningHours[1] = OpeningHours{2, "08:30", "12:00"} }), ""},
		{"too many hours", second(func(c *ContactPoint) { c.OpeningHours = make([]OpeningHours, 29) }), "contactPoints[1].openingHours tooMany"},

		{"absence without a first day", second(func(c *ContactPoint) { c.Absence.From = "" }), "contactPoints[1].absence.from required"},
		{"first day that does not exist", second(func(c *ContactPoint) { c.Absence.From = "2026-02-30" }), "contactPoints[1].absence.from invalidDay"},
		{"last day that does not exist", second(func(c *ContactPoint) { c.Absence.Until = "2026-13-01" }), "contactPoints[1].absence.until invalidDay"},
		{"last day before the first", second(func(c *ContactPoint) { c.Absence.Until = "2026-11-30" }), "contactPoints[1].absence.until untilBeforeFrom"},
		{"absence of one day", second(func(c *ContactPoint) { c.Absence.Until = "2026-12-01" }), ""},
		{"absence without an end", second(func(c *ContactPoint) { c.Absence.Until = "" }), ""},
		{"replacement that does not exist", second(func(c *ContactPoint) { c.Absence.Replacement = "niemand" }), "contactPoints[1].absence.replacement unknownReplacement"},
		{"own replacement", second(func(c *ContactPoint) { c.Absence.Replacement = "jeugd" }), "contactPoints[1].absence.replacement ownReplacement"},
		{"two who replace each other", first(func(c *ContactPoint) { c.Absence = &Absence{From: "2026-12-04", Replacement: "jeugd"} }),
			"contactPoints[0].absence.replacement replacementCycle, contactPoints[1].absence.replacement replacementCycle"},
		{"two who replace each other in turn", first(func(c *ContactPoint) { c.Absence = &Absence{From: "2026-12-05", Replacement: "jeugd"} }), ""},
		{"three in a circle", func(in *ZoneInput) {
			in.ContactPoints = many(4)
			for i := range 3 {
				in.ContactPoints[i].Absence = &Absence{From: "2026-12-01", Replacement: fmt.Sprintf("p%d", (i+1)%3)}
			}
			in.ContactPoints[3].Absence = &Absence{From: "2026-12-01", Replacement: "p0"} // leads into the circle
		}, "contactPoints[0].absence.replacement replacementCycle, contactPoints[1].absence.replacement replacementCycle, contactPoints[2].absence.replacement replacementCycle"},

		{"desk number that is none", func(in *ZoneInput) { in.Phone = "bel ons" }, "phone invalidPhone"},
		{"no desk number", func(in *ZoneInput) { in.Phone = "" }, ""},
		{"desk address that is none", func(in *ZoneInput) { in.Email = "info@zone" }, "email invalidEmail"},
		{"website without TLS", func(in *ZoneInput) { in.Website = "http://www.politie.be/5910" }, "website invalidUrl"},
		{"postal address without anything", func(in *ZoneInput) { in.Address = &Address{} }, ""},
		{"postal address without a street", func(in *ZoneInput) { in.Address.Street = "" }, "address.street required"},
		{"postal address without a municipality", func(in *ZoneInput) { in.Address.Municipality = "" }, "address.municipality required"},
		{"postcode of five", func(in *ZoneInput) { in.Address.Postcode = "33000" }, "address.postcode invalidPostcode"},
		{"partner of no kind", func(in *ZoneInput) { in.Partners[0].Kind = "friend" }, "partners[0].kind unknownValue"},
		{"partner without a name", func(in *ZoneInput) { in.Partners[0].Name = "" }, "partners[0].name required"},
		{"partner with a number", func(in *ZoneInput) { in.Partners[0].Name = "CLB 016 66 55 11" }, "partners[0].name phoneInText"},
		{"partner with a name kept for schools", func(in *ZoneInput) { in.Partners[0].Name = "CLB (An Voorbeeld)" }, "partners[0].name protectedNameInText"},
		{"partner with a script for a website", func(in *ZoneInput) { in.Partners[0].Website = "javascript:alert(1)" }, "partners[0].website invalidUrl"},
		{"partner twice", func(in *ZoneInput) { in.Partners = append(in.Partners, Partner{PartnerCLB, "voorbeeld-clb", ""}) }, "partners[1].name duplicate"},
		{"partner of the same name and another kind", func(in *ZoneInput) { in.Partners = append(in.Partners, Partner{PartnerLOP, "Voorbeeld-CLB", ""}) }, ""},
		{"another partner of the same kind", func(in *ZoneInput) { in.Partners = append(in.Partners, Partner{PartnerCLB, "Ander CLB", ""}) }, ""},
		{"two partners without a name", func(in *ZoneInput) { in.Partners = []Partner{{Kind: PartnerCLB}, {Kind: PartnerCLB}} }, "partners[0].name required, partners[1].name required"},
		{"reminder that is wrong twice", func(in *ZoneInput) { in.ReminderDays = []int{-1, -1} }, "reminderDays[0] outOfRange, reminderDays[1] outOfRange"},
		{"thirty-one partners", func(in *ZoneInput) { in.Partners = make([]Partner, 31) }, "partners tooMany"},
		{"management address that is none", func(in *ZoneInput) { in.ManagementEmail = "a b@zone.example" }, "managementEmail invalidEmail"},
		{"reminder after the fact", func(in *ZoneInput) { in.ReminderDays = []int{-1, 181, 180, 0, 0} }, "reminderDays[0] outOfRange, reminderDays[1] outOfRange, reminderDays[4] duplicate"},
		{"seven reminders", func(in *ZoneInput) { in.ReminderDays = []int{1, 2, 3, 4, 5, 6, 7} }, "reminderDays tooMany"},
		{"reason with a number", func(in *ZoneInput) { in.Note = "Nummer is nu 016 66 55 11" }, "note phoneInText"},
		{"reason of 501", func(in *ZoneInput) { in.Note = strings.Repeat("n", 501) }, "note tooLong"},
		{"more than 100 kB", func(in *ZoneInput) {
			in.ContactPoints = many(50)
			for i := range in.ContactPoints {
				for j := range 10 {
					in.ContactPoints[i].Phones = append(in.ContactPoints[i].Phones, Phone{fmt.Sprintf("+3216%03d%03d", i, j), VisiblePublic, strings.Repeat("é", 120)})
				}
			}
		}, " tooLarge"},
		{"several at once", func(in *ZoneInput) {
			in.ContactPoints[0].Role, in.ContactPoints[1].Absence.From, in.Website = "", "morgen", "zone"
		}, "contactPoints[0].role required, contactPoints[1].absence.from invalidDay, website invalidUrl"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := goodInput()
			c.wrong(&in)
			_, issues := testValidation().Check(in)
			var got []string
			for _, i := range issues {
				got = append(got, i.Field+" "+string(i.Rule))
				if i.Message == "" || i.Detail == "" || !strings.HasSuffix(i.Message, ".") || strings.Contains(i.Message, "!") {
					t.Errorf("%s: message %q, detail %q", i.Field, i.Message, i.Detail)
				}
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("got  %s\nwant %s", s, c.want)
			}
		})
	}
}

// TestMessagesCount are those that tell how many there are.
func TestMessagesCount(t *testing.T) {
	in := goodInput()
	in.ContactPoints[1].Primary = true
	in.ContactPoints[1].Role = strings.Repeat("r", 101)
	in.ReminderDays = make([]int, 7)
	_, issues := testValidation().Check(in)
	var got []string
	for _, i := range issues {
		got = append(got, i.Message)
	}
	want := []string{
		"Maak dit korter: 101 tekens, hoogstens 100 kan.", "Er zijn 2 vaste aanspreekpunten aangeduid. Duid er één aan.",
		"Dit zijn er te veel: 7. Hoogstens 6 kan.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestMessagesOfEmptyFields say what belongs there.
func TestMessagesOfEmptyFields(t *testing.T) {
	in := goodInput()
	in.ContactPoints[0].Role, in.ContactPoints[0].Phones[0].Number, in.ContactPoints[0].Emails[0].Address = "", "", ""
	in.ContactPoints[1].Absence.From = ""
	in.Address.Street, in.Address.Municipality, in.Partners[0].Name = "", "", ""
	_, issues := testValidation().Check(in)
	var got []string
	for _, i := range issues {
		got = append(got, i.Field+": "+i.Message)
	}
	want := []string{
		"contactPoints[0].role: Vul de functie in, bijvoorbeeld Jeugdinspecteur.",
		"contactPoints[0].phones[0].number: Vul het nummer in, of haal deze telefoon weg.",
		"contactPoints[0].emails[0].address: Vul het e-mailadres in, of haal het weg.",
		"contactPoints[1].absence.from: Vul de eerste dag van de afwezigheid in.",
		"address.street: Vul straat en huisnummer in, of laat het hele adres leeg.",
		"address.municipality: Vul de gemeente in, of laat het hele adres leeg.",
		"partners[0].name: Vul de naam van de partner in.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestAFormSharesNothingWithItsProfile: what is typed must not reach the version that it began from.
func TestAFormSharesNothingWithItsProfile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := versionOf().Draw(t, "version")
		before, in := encoded(p), p.Input()
		for i := range in.ContactPoints {
			c := &in.ContactPoints[i]
			c.Role = "typed"
			for j := range c.Phones {
				c.Phones[j].Number = "typed"
			}
			for j := range c.Themes {
				c.Themes[j] = "typed"
			}
			if c.Absence != nil {
				c.Absence.Replacement = "typed"
			}
		}
		if in.Address != nil {
			in.Address.Street = "typed"
		}
		if encoded(p) != before {
			t.Fatal("the profile was changed")
		}
	})
	if in := (Profile{ContactPoints: []ContactPoint{{}}}).Input(); in.Partners == nil || in.ReminderDays == nil || in.ContactPoints[0].Phones == nil {
		t.Errorf("an old profile gives lists that are nil: %+v", in)
	}
}

func TestEmailAddresses(t *testing.T) {
	long := strings.Repeat("a", 64)
	host := strings.Repeat(strings.Repeat("b", 60)+".", 3) // 183
	for address, want := range map[string]bool{
		"jeugd@zone.example": true, "An.Voorbeeld@police.belgium.eu": true, "pz+scholen@x-y.be": true, "a@b.cd": true, "o'neil@zone.example": true,
		long + "@zone.example": true, long + "a@zone.example": false, "a@" + strings.Repeat("b", 63) + ".be": true, "a@" + strings.Repeat("b", 64) + ".be": false,
		"a@" + strings.Repeat(strings.Repeat("b", 62)+".", 4) + "be": false, "": true, // not required here
		long + "@" + host + "bbb.be": true, long + "@" + host + "bbbb.be": false, // 254 and 255
		"zone.example": false, "@zone.example": false, "a@": false, "a@zone": false, "a@zone.1": false, "a@127.0.0.1": false, "a@[127.0.0.1]": false, "a@-b.be": false, "a@b-.be": false,
		"a@b..be": false, ".a@b.be": false, "a.@b.be": false, "a..b@b.be": false, "An <a@b.be>": false, "a@b.be, c@d.be": false, "a b@c.be": false, "a@b@c.be": false,
		`"a"@b.be`: false, "a(x)@b.be": false, "é@b.be": false, "a@é.be": false, "a@b.c": false, "mailto:a@b.be": false, "a@b.be?subject=x": false, "a\x00@b.be": false,
	} {
		c := checker{}
		c.email("email", address, false)
		if ok := len(c.issues) == 0; ok != want {
			t.Errorf("%q: right %t, want %t", address, ok, want)
		}
	}
}

func TestWebsites(t *testing.T) {
	for address, want := range map[string]bool{
		"https://www.politie.be/5910": true, "https://zone.example": true, "https://zone.example:8443/a?b=c#d": true, "https://xn--caf-dma.example/": true, "": true,
		"http://zone.example": false, "HTTPS://zone.example": true, "zone.example": false, "//zone.example": false, "https://": false, "https://zone": false, "https:zone.example": false,
		"https://a:b@zone.example": false, "https://a@zone.example": false, "https://127.0.0.1/": false, "https://[::1]/": false, "javascript:alert(1)": false, "data:text/html,x": false,
		"https://zone.example/a b": false, "https://zone.example/\"onclick": false, "https://zone.example/<script>": false, "https://zone.example\\@evil.example": false,
		"https://zone.example:port/": false, "https://zone.example/%zz": false, "https://zone.example/" + strings.Repeat("a", 300): false, "https://zone.example/\x00": false, "https://-.example": false,
	} {
		c := checker{}
		c.website("website", address)
		if ok := len(c.issues) == 0; ok != want {
			t.Errorf("%q: right %t, want %t", address, ok, want)
		}
	}
}

// TestWithoutAParserOnlyStoredNumbersAreTaken is how a profile is checked that was stored before.
func TestWithoutAParserOnlyStoredNumbersAreTaken(t *testing.T) {
	for number, want := range map[string]bool{
		"+3216665511": true, "1701": true, "101": true, "016 66 55 11": false, "016665511": false, "+0016665511": false, "+1234567": false, "+12345678": true,
		"+123456789012345": true, "+1234567890123456": false, "+": false, "11": false, "17017": false, "+32 16665511": false,
	} {
		c := checker{}
		c.phone("phone", number, true)
		if ok := len(c.issues) == 0; ok != want {
			t.Errorf("%q: right %t, want %t", number, ok, want)
		}
	}
}

// TestCheckedInputIsRightAndStays tells that what a check gives back without an issue passes another one, unchanged,
// without a parser of numbers: what was stored can always be saved again.
func TestCheckedInputIsRightAndStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := inputOf().Draw(t, "input")
		v := testValidation()
		got, issues := v.Check(in)
		if len(issues) > 0 {
			t.Fatalf("issues: %+v", issues)
		}
		v.ParsePhone = nil
		again, issues := v.Check(got)
		if len(issues) > 0 || !reflect.DeepEqual(got, again) {
			t.Fatalf("again %+v with %+v, first %+v", again, issues, got)
		}
	})
}

// garble makes some of the texts, numbers and flags in a value garbage.
func garble(t *rapid.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			garble(t, v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			garble(t, v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			garble(t, v.Elem())
		}
	default:
		if rapid.IntRange(0, 3).Draw(t, "garble") > 0 {
			return
		}
		switch v.Kind() {
		case reflect.String:
			v.SetString(rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9+./ @:a-]{0,20}`), rapid.SampledFrom([]string{"\xff", "a", "b", ""})).Draw(t, "text"))
		case reflect.Int:
			v.SetInt(int64(rapid.IntRange(-2, 9).Draw(t, "number")))
		case reflect.Bool:
			v.SetBool(!v.Bool())
		default:
			t.Fatalf("what to do with a %s", v.Kind())
		}
	}
}

// TestCheckTakesAnything: nothing panics, nothing changes what was typed, and the same input gives the same issues.
func TestCheckTakesAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := inputOf().Draw(t, "input")
		garble(t, reflect.ValueOf(&in))
		before := encoded(in)
		_, first := testValidation().Check(in)
		_, second := testValidation().Check(in)
		if !slices.Equal(first, second) {
			t.Fatalf("first %+v, then %+v", first, second)
		}
		if encoded(in) != before {
			t.Fatal("the input was changed")
		}
	})
}

// TestWhatIsShownCanBeSent holds the members of an input against those of what a caller gets: each is written or
// listed as read-only.
func TestWhatIsShownCanBeSent(t *testing.T) {
	members := func(v any) []string {
		var names []string
		for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "-" {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		return names
	}
	zone := append(members(ZoneInput{}), ReadOnlyZoneMembers()...)
	zone = slices.DeleteFunc(zone, func(s string) bool { return s == "assured" || s == "note" })
	slices.Sort(zone)
	if shown := members(ZoneView{}); !slices.Equal(zone, shown) {
		t.Errorf("a PUT takes %v, a GET shows %v", zone, shown)
	}
	point := append(members(ContactPoint{}), ReadOnlyContactPointMembers()...)
	slices.Sort(point)
	if shown := members(ContactPointView{}); !slices.Equal(point, shown) {
		t.Errorf("a PUT takes %v, a GET shows %v", point, shown)
	}
}

func TestNewPointID(t *testing.T) {
	for _, c := range []struct {
		role  string
		taken []string
		want  string
	}{
		{"Jeugdinspecteur", nil, "jeugdinspecteur"},
		{"Jeugdinspecteur", []string{"jeugdinspecteur"}, "jeugdinspecteur-2"},
		{"Jeugdinspecteur", []string{"jeugdinspecteur", "jeugdinspecteur-2"}, "jeugdinspecteur-3"},
		{"  Dienst: jeugd & gezin!", nil, "dienst-jeugd-gezin"},
		{"Zaal Z9, A0", nil, "zaal-z9-a0"},
		{"", nil, "aanspreekpunt"},
		{"— é —", []string{"aanspreekpunt"}, "aanspreekpunt-2"},
	} {
		if got := NewPointID(c.role, func(id string) bool { return slices.Contains(c.taken, id) }); got != c.want {
			t.Errorf("%q with %q: %q, want %q", c.role, c.taken, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		calls := 0
		id := NewPointID(rapid.String().Draw(t, "role"), func(string) bool { calls++; return calls < 60 })
		if !validID(id) {
			t.Fatalf("%q is no valid id", id)
		}
	})
}

// TestSizeLeavesRoom takes the largest input that passes and holds what is stored against the limit of the table.
func TestSizeLeavesRoom(t *testing.T) {
	for n := 300; n > 0; n-- {
		in := goodInput()
		for i := range 40 {
			in.ContactPoints = append(in.ContactPoints, ContactPoint{
				ID: fmt.Sprintf("p%d", i), Role: "Functie", Availability: strings.Repeat("<", n), // six bytes each in JSON
				Phones: []Phone{{"+3216000001", VisiblePublic, strings.Repeat("<", 100)}},
			})
		}
		checked, issues := testValidation().Check(in)
		if len(issues) > 0 {
			continue
		}
		now := testNow()
		stored, err := json.Marshal(Profile{Code: "5910", Version: 1 << 40, AssuredAt: &now, ModifiedAt: &now}.Saved(checked, now))
		if err != nil || len(stored) > MaxProfileBytes {
			t.Errorf("%d bytes are stored, %v", len(stored), err)
		}
		if len(stored) < MaxProfileBytes*9/10 {
			t.Errorf("the largest that passes has only %d bytes", len(stored))
		}
		return
	}
	t.Error("nothing passes")
}
