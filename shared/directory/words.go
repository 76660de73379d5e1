package directory

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
