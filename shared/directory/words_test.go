package directory

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"
)

func TestReducedDateWords(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2026-11-03": "3 november 2026", "2023-11-08": "8 november 2023", "2028-02-29": "29 februari 2028", "2026-01-01": "1 januari 2026",
		"2016-01": "januari 2016", "2026-12": "december 2026", "2016": "2016", "": "", "2026-13-01": "2026-13-01", "onbekend": "onbekend",
	} {
		if got := ReducedDateWords(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestAgoWords(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 23, 30, 0, 0, Brussels)
	for day, want := range map[Day]string{
		"2026-11-23": "vandaag", "2026-11-22": "gisteren", "2026-11-21": "2 dagen geleden", "2026-11-10": "13 dagen geleden",
		"2026-11-09": "2 weken geleden", "2026-10-24": "4 weken geleden", "2026-10-23": "1 maand geleden", "2026-09-24": "1 maand geleden",
		"2026-09-23": "2 maanden geleden", "2026-03-20": "8 maanden geleden", "2026-03-24": "7 maanden geleden", "2025-12-01": "11 maanden geleden",
		"2025-11-23": "1 jaar geleden", "2025-10-23": "13 maanden geleden", "2024-11-24": "23 maanden geleden", "2024-11-23": "2 jaar geleden",
		"2020-11-24": "5 jaar geleden", "2026-11-24": "op 24 november 2026",
	} {
		if got := AgoWords(day, now); got != want {
			t.Errorf("%s: got %q, want %q", day, got, want)
		}
	}
}

func TestFormatPhone(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"+3216665511": "016 66 55 11", "+32470123456": "0470 12 34 56", "+3222492211": "02 249 22 11", "+3233384111": "03 338 41 11",
		"+3243819999": "04 381 99 99", "+3292666130": "09 266 61 30", "+3250448844": "050 44 88 44", "+3289366800": "089 36 68 00",
		"+32496101901": "0496 10 19 01", "+32456123456": "0456 12 34 56", "+3280090333": "0800 90 333", "+3290012345": "0900 12 345",
		"+3278150150": "078 15 01 50", "+3280221122": "080 22 11 22", "+3288100021": "088 10 00 21",
		"1701": "1701", "101": "101", "116000": "116000",
		"+31201234567": "+31 201 23 45 67", "+352123456": "+352 12 34 56", "+33140205050": "+33 140 20 50 50", "+4930123456": "+49 30 12 34 56",
		"+12025550123": "+1 20 25 55 01 23",
		// Not in the Belgian plan: shown so that nobody takes it for a number that rings.
		"+321665": "+32 1665", "+3201234567": "+32 01234567", "+325012345678": "+32 5012345678",
		"": "", "+": "+", "+32": "+32", "016 66 55 11": "016 66 55 11", "bel 101": "bel 101", "+32x": "+32x", "+1": "+1", "+3": "+3",
	} {
		if got := FormatPhone(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestFormatPhoneLosesNoDigit(t *testing.T) {
	t.Parallel()
	onlyDigits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return r
			}
			return -1
		}, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`\+[1-9][0-9]{0,14}|[0-9]{3,4}`).Draw(t, "number")
		got := FormatPhone(number)
		if national, ok := strings.CutPrefix(got, "0"); ok && strings.HasPrefix(number, "+") {
			got = "32" + national
		}
		if onlyDigits(got) != onlyDigits(number) {
			t.Fatalf("%q became %q", number, got)
		}
		if strings.HasPrefix(got, " ") || strings.Contains(got, "  ") {
			t.Fatalf("%q has stray spaces: %q", number, got)
		}
	})
}

func TestDeskIsTheBestPublicChannel(t *testing.T) {
	t.Parallel()
	all := ZoneView{Code: "5910", Phone: "+3216805805", Email: "zone@a.example", Website: "https://www.zone.example/"}
	without := func(phone, email, website bool) ZoneView {
		v := all
		if phone {
			v.Phone = ""
		}
		if email {
			v.Email = ""
		}
		if website {
			v.Website = ""
		}
		return v
	}
	for _, tc := range []struct {
		v    ZoneView
		want Channel
	}{
		{all, Channel{ChannelPhone, "+3216805805", "016 80 58 05", "tel:+3216805805"}},
		{ZoneView{Code: "5456", Phone: "1701"}, Channel{ChannelPhone, "1701", "1701", "tel:1701"}},
		{without(true, false, false), Channel{ChannelEmail, "zone@a.example", "zone@a.example", "mailto:zone@a.example"}},
		{without(true, true, false), Channel{ChannelWebsite, "https://www.zone.example/", "zone.example", "https://www.zone.example/"}},
		{without(true, true, true), Channel{ChannelPolitie, "https://www.politie.be/5910", "politie.be/5910", "https://www.politie.be/5910"}},
	} {
		if got := tc.v.Desk(); got != tc.want {
			t.Errorf("got %+v, want %+v", got, tc.want)
		}
	}
}

func TestLabels(t *testing.T) {
	t.Parallel()
	var labels []string
	for _, v := range Themes() {
		if got, err := ParseTheme(string(v)); err != nil || got != v {
			t.Errorf("ParseTheme(%q): %q %v", v, got, err)
		}
		labels = append(labels, v.Label())
	}
	for _, v := range Levels() {
		if got, err := ParseLevel(string(v)); err != nil || got != v {
			t.Errorf("ParseLevel(%q): %q %v", v, got, err)
		}
		labels = append(labels, v.Label())
	}
	for _, v := range PartnerKinds() {
		labels = append(labels, v.Label())
	}
	for _, v := range []Freshness{FreshnessFresh, FreshnessAgeing, FreshnessStale, FreshnessUnconfirmed} {
		labels = append(labels, v.Label())
	}
	want := []string{"drugs", "pesten", "agressie en bedreiging", "milieu", "verkeersveiligheid", "radicalisering", "spijbelen",
		"seksueel grensoverschrijdend gedrag (zeden)", "diefstal", "basisonderwijs", "secundair onderwijs",
		"kunst-, volwassenen- en hoger onderwijs", "preventiedienst", "CLB", "LOP", "parket", "werkgroep",
		"bevestigd", "een tijd geleden bevestigd", "mogelijk verouderd", "nog niet bevestigd"}
	if got := strings.Join(labels, "|"); got != strings.Join(want, "|") {
		t.Errorf("got  %s\nwant %s", got, strings.Join(want, "|"))
	}
	for _, s := range []string{"", "Drugs", "spijbelen", "primary"} {
		if _, err := ParseTheme(s); err == nil {
			t.Errorf("ParseTheme takes %q", s)
		}
		if _, err := ParseLevel(s); err == nil {
			t.Errorf("ParseLevel takes %q", s)
		}
	}
}

func TestZoneLabel(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		facts ZoneFacts
		want  string
	}{
		{ZoneFacts{Name: "Noord", Municipalities: []NIS{24107, 24041}}, "Politiezone Noord (Tienen, Hoegaarden)"},
		{ZoneFacts{Name: "Heist", Municipalities: []NIS{24059}}, "Politiezone Heist (Landen)"},
		{ZoneFacts{Name: "Tienen", Municipalities: []NIS{24107}}, "Politiezone Tienen"},
		{ZoneFacts{Name: "Tienen", Municipalities: []NIS{24107, 24041}}, "Politiezone Tienen (Tienen, Hoegaarden)"},
	} {
		if got := tc.facts.Label(testNames); got != tc.want {
			t.Errorf("got %q, want %q", got, tc.want)
		}
		if got := See(tc.facts, testNames, nil, Principal{}, Question{}, testNow()).Label(); got != tc.want {
			t.Errorf("the view says %q, want %q", got, tc.want)
		}
	}
}

func TestAndWords(t *testing.T) {
	t.Parallel()
	for want, names := range map[string][]string{"": nil, "a": {"a"}, "a en b": {"a", "b"}, "a, b en c": {"a", "b", "c"}} {
		if got := AndWords(names); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
