package main

import (
	"testing"
	"time"

	"aanspreekpunt/shared/directory"
)

func moment(t *testing.T, s string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", s, directory.Brussels)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func TestReachable(t *testing.T) {
	t.Parallel()
	office := []directory.OpeningHours{
		{Day: 1, Opens: "08:00", Until: "12:00"}, {Day: 1, Opens: "13:00", Until: "16:30"},
		{Day: 3, Opens: "08:00", Until: "12:00"}, {Day: 5, Opens: "08:00", Until: "16:30"},
	}
	var always []directory.OpeningHours
	for day := 1; day <= 7; day++ {
		always = append(always, directory.OpeningHours{Day: day, Opens: "00:00", Until: "24:00"})
	}
	night := []directory.OpeningHours{{Day: 5, Opens: "20:00", Until: "24:00"}, {Day: 6, Opens: "00:00", Until: "06:00"}}
	monday := []directory.OpeningHours{{Day: 1, Opens: "08:00", Until: "09:00"}}
	for name, c := range map[string]struct {
		hours []directory.OpeningHours
		now   string // 2026-11-23 is a Monday
		words string
		open  bool
	}{
		"no hours known":                {nil, "2026-11-23 10:00", "", false},
		"in the morning":                {office, "2026-11-23 10:00", "Bereikbaar tot 12 uur", true},
		"the first minute":              {office, "2026-11-23 08:00", "Bereikbaar tot 12 uur", true},
		"the last minute has passed":    {office, "2026-11-23 12:00", "Nu niet bereikbaar. Opnieuw vandaag vanaf 13 uur.", false},
		"in the afternoon":              {office, "2026-11-23 16:29", "Bereikbaar tot 16.30 uur", true},
		"in the evening":                {office, "2026-11-23 18:00", "Nu niet bereikbaar. Opnieuw woensdag vanaf 8 uur.", false},
		"the day before":                {office, "2026-11-24 18:00", "Nu niet bereikbaar. Opnieuw morgen vanaf 8 uur.", false},
		"over the weekend":              {office, "2026-11-28 09:00", "Nu niet bereikbaar. Opnieuw maandag vanaf 8 uur.", false},
		"only once a week, just missed": {monday, "2026-11-23 09:00", "Nu niet bereikbaar. Opnieuw volgende week maandag vanaf 8 uur.", false},
		"round the clock":               {always, "2026-11-24 03:00", "Dag en nacht bereikbaar", true},
		"through the night":             {night, "2026-11-27 23:00", "Bereikbaar tot 6 uur", true},
		"after midnight":                {night, "2026-11-28 05:59", "Bereikbaar tot 6 uur", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if words, open := reachable(c.hours, moment(t, c.now)); words != c.words || open != c.open {
				t.Errorf("%q, %v; want %q, %v", words, open, c.words, c.open)
			}
		})
	}
}

// A moment is given in UTC in Lambda: a summer afternoon in Brussels is two hours later.
func TestReachableReckonsInBrussels(t *testing.T) {
	t.Parallel()
	hours := []directory.OpeningHours{{Day: 1, Opens: "08:00", Until: "16:30"}}
	now := time.Date(2026, 7, 6, 14, 29, 0, 0, time.UTC)
	if words, open := reachable(hours, now); !open {
		t.Errorf("at 16.29 in Brussels: %q", words)
	}
	if words, open := reachable(hours, now.Add(time.Minute)); open {
		t.Errorf("at 16.30 in Brussels: %q", words)
	}
}

func TestHoursWords(t *testing.T) {
	t.Parallel()
	week := func(opens, until string, days ...int) (hours []directory.OpeningHours) {
		for _, d := range days {
			hours = append(hours, directory.OpeningHours{Day: d, Opens: opens, Until: until})
		}
		return hours
	}
	for want, hours := range map[string][]directory.OpeningHours{
		"":                                    nil,
		"maandag tot vrijdag 8 tot 16.30 uur": week("08:00", "16:30", 1, 2, 3, 4, 5),
		"maandag en dinsdag 8 tot 12 uur; donderdag 8 tot 12 uur":           week("08:00", "12:00", 1, 2, 4),
		"elke dag dag en nacht":                                             week("00:00", "24:00", 1, 2, 3, 4, 5, 6, 7),
		"woensdag 8 tot 12 uur en 13 tot 17 uur; zondag 20 tot middernacht": append(append(week("13:00", "17:00", 3), week("08:00", "12:00", 3)...), week("20:00", "24:00", 7)...),
	} {
		if got := hoursWords(hours); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestFreshnessWords(t *testing.T) {
	t.Parallel()
	now := moment(t, "2026-11-23 12:00")
	day := func(s string) *time.Time { d := moment(t, s+" 09:00"); return &d }
	for want, z := range map[string]directory.ZoneView{
		"Bevestigd op 3 november 2026":                                           {AssuredAt: day("2026-11-03"), Freshness: directory.FreshnessFresh, Version: 2},
		"Laatst bevestigd op 20 maart 2026 (8 maanden geleden)":                  {AssuredAt: day("2026-03-20"), Freshness: directory.FreshnessAgeing, Version: 2},
		"Laatst bevestigd op 20 maart 2024 (2 jaar geleden), mogelijk verouderd": {AssuredAt: day("2024-03-20"), Freshness: directory.FreshnessStale, Version: 2},
		"Nog niet bevestigd door de politiezone. Gegevens van 8 november 2023.":  {FactsAsOf: "2023-11-08"},
		"Nog niet bevestigd door de politiezone. Gegevens van januari 2016.":     {FactsAsOf: "2016-01"},
		"Nog niet bevestigd door de politiezone. Gegevens van 1 oktober 2026.":   {FactsAsOf: "2023-11-08", Version: 1, ModifiedAt: day("2026-10-01")},
		"Nog niet bevestigd door de politiezone.":                                {},
	} {
		if got := freshnessWords(z, now); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestZoneWords(t *testing.T) {
	t.Parallel()
	for want, municipalities := range map[string][]string{
		"Politiezone Noord (Kapellen en Stabroek)":                {"Kapellen", "Stabroek"},
		"Politiezone Noord":                                       {"Noord"},
		"Politiezone Noord (Gent)":                                {"Gent"},
		"Politiezone Noord (a, b, c, d, e en f)":                  {"a", "b", "c", "d", "e", "f"},
		"Politiezone Noord (a, b, c, d, e en 2 andere gemeenten)": {"a", "b", "c", "d", "e", "f", "g"},
	} {
		if got := directory.ZoneWords("Noord", municipalities); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAddressWords(t *testing.T) {
	t.Parallel()
	for want, l := range map[string]directory.Location{
		"Kerkstraat 5 bus 2, 3300 Tienen":  {Street: "Kerkstraat", HouseNumber: "5", Box: "2", Postcode: "3300", Place: "Tienen", Municipality: "Tienen"},
		"Dorp 1, 3350 Neerlinter (Linter)": {Street: "Dorp", HouseNumber: "1", Postcode: "3350", Place: "Neerlinter", Municipality: "Linter"},
		"3300 TIENEN":                      {Postcode: "3300", Place: "TIENEN", Municipality: "Tienen"},
	} {
		if got := addressWords(l); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
