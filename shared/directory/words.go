package directory

import (
	"fmt"
	"slices"
	"strings"
)

// Label is the theme in Dutch, in lower case, as it stands in "aanspreekpunt voor …".
func (t Theme) Label() string {
	switch t {
	case ThemeDrugs:
		return "drugs"
	case ThemeBullying:
		return "pesten"
	case ThemeAggression:
		return "agressie en bedreiging"
	case ThemeEnvironment:
		return "milieu"
	case ThemeTrafficSafety:
		return "verkeersveiligheid"
	case ThemeRadicalisation:
		return "radicalisering"
	case ThemeTruancy:
		return "spijbelen"
	case ThemeSexualOffences:
		return "seksueel grensoverschrijdend gedrag (zeden)"
	case ThemeTheft:
		return "diefstal"
	}
	return string(t)
}

// Label is the level in Dutch, in lower case.
func (l Level) Label() string {
	switch l {
	case LevelBasic:
		return "basisonderwijs"
	case LevelSecondary:
		return "secundair onderwijs"
	case LevelOther:
		return "kunst-, volwassenen- en hoger onderwijs"
	}
	return string(l)
}

// Label is the kind of partner in Dutch.
func (k PartnerKind) Label() string {
	switch k {
	case PartnerPreventionService:
		return "preventiedienst"
	case PartnerCLB:
		return "CLB"
	case PartnerLOP:
		return "LOP"
	case PartnerProsecutor:
		return "parket"
	case PartnerWorkingGroup:
		return "werkgroep"
	}
	return string(k)
}

// PartnerKinds lists every kind of partner.
func PartnerKinds() []PartnerKind {
	return []PartnerKind{PartnerPreventionService, PartnerCLB, PartnerLOP, PartnerProsecutor, PartnerWorkingGroup}
}

// Label is the freshness in Dutch, short enough for a list.
func (f Freshness) Label() string {
	switch f {
	case FreshnessFresh:
		return "bevestigd"
	case FreshnessAgeing:
		return "een tijd geleden bevestigd"
	case FreshnessStale:
		return "mogelijk verouderd"
	case FreshnessUnconfirmed:
		return "nog niet bevestigd"
	}
	return string(f)
}

// Label is the zone's name with its municipalities, which every zone's name stands with: "Politiezone Noord
// (Kapellen, Stabroek)". A zone that is named after its only municipality needs no more than that.
func (v ZoneView) Label() string {
	names := make([]string, len(v.Municipalities))
	for i, m := range v.Municipalities {
		names[i] = m.Name
	}
	return zoneLabel(v.Name, names)
}

// Label is the same for reference facts; names gives a municipality's Dutch name.
func (f ZoneFacts) Label(names func(NIS) string) string {
	list := make([]string, len(f.Municipalities))
	for i, nis := range f.Municipalities {
		list[i] = names(nis)
	}
	return zoneLabel(f.Name, list)
}

func zoneLabel(name string, municipalities []string) string {
	if len(municipalities) == 1 && municipalities[0] == name {
		return "Politiezone " + name
	}
	return "Politiezone " + name + " (" + strings.Join(municipalities, ", ") + ")"
}

// ZoneWords is a zone's name as it stands in a sentence or a list, always with its municipalities: "Politiezone Noord
// (Kapellen en Stabroek)". The name of a zone's only municipality is not said twice. Beyond six municipalities the
// rest are counted.
func ZoneWords(name string, municipalities []string) string {
	const most = 6
	if len(municipalities) > most {
		rest := len(municipalities) - most + 1
		municipalities = append(slices.Clone(municipalities[:most-1]), fmt.Sprintf("%d andere gemeenten", rest))
	}
	if slices.Equal(municipalities, []string{name}) {
		return "Politiezone " + name
	}
	return "Politiezone " + name + " (" + AndWords(municipalities) + ")"
}

// Provinces lists the Flemish provinces and Brussels as the reference facts name them.
func Provinces() []string {
	return []string{"Antwerpen", "Limburg", "Oost-Vlaanderen", "Vlaams-Brabant", "West-Vlaanderen", "Brussel"}
}

// ProvinceLabel names a province in a heading: "Provincie Antwerpen", "Brussels Hoofdstedelijk Gewest".
func ProvinceLabel(province string) string {
	if province == "Brussel" {
		return "Brussels Hoofdstedelijk Gewest"
	}
	return "Provincie " + province
}

// LanguageLabel is a contact point's language in Dutch: "Frans" for "fr". An unknown code is given back as it is.
func LanguageLabel(code string) string {
	switch code {
	case "nl":
		return "Nederlands"
	case "fr":
		return "Frans"
	case "de":
		return "Duits"
	case "en":
		return "Engels"
	}
	return code
}

// ParseTheme reads a theme's name.
func ParseTheme(s string) (Theme, error) { return parseOneOf(s, Themes(), "theme") }

// ParseLevel reads a level's name.
func ParseLevel(s string) (Level, error) { return parseOneOf(s, Levels(), "level") }

func parseOneOf[T ~string](s string, known []T, what string) (T, error) {
	if slices.Contains(known, T(s)) {
		return T(s), nil
	}
	return "", fmt.Errorf("%s %q: want one of %q", what, s, known)
}
