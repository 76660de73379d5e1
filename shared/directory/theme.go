package directory

// Theme is what a school's worry is about.
type Theme string

// The themes, in the order in which they are offered.
const (
	ThemeDrugs          Theme = "drugs"
	ThemeBullying       Theme = "bullying"
	ThemeAggression     Theme = "aggression"
	ThemeEnvironment    Theme = "environment"
	ThemeTrafficSafety  Theme = "trafficSafety"
	ThemeRadicalisation Theme = "radicalisation"
	ThemeTruancy        Theme = "truancy"
	ThemeSexualOffences Theme = "sexualOffences"
	ThemeTheft          Theme = "theft"
)

// Themes lists every theme in the order in which they are offered.
func Themes() []Theme {
	return []Theme{ThemeDrugs, ThemeBullying, ThemeAggression, ThemeEnvironment, ThemeTrafficSafety,
		ThemeRadicalisation, ThemeTruancy, ThemeSexualOffences, ThemeTheft}
}

// Level is an education level.
type Level string

// The levels: nursery and primary; secondary; and part-time arts, adult and higher education together.
const (
	LevelBasic     Level = "basic"
	LevelSecondary Level = "secondary"
	LevelOther     Level = "other"
)

// Levels lists every level.
func Levels() []Level { return []Level{LevelBasic, LevelSecondary, LevelOther} }
