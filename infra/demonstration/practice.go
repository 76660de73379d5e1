package demonstration

import (
	"time"

	"aanspreekpunt/shared/directory"
)

// DraftPractice is a good practice that the police of the zone with everything are still writing: only they see it.
func DraftPractice(now time.Time) directory.Practice {
	begun := directory.Practice{ID: "00000000-0000-8000-8000-000000005910", Zone: GuideZone}
	return begun.Saved(directory.PracticeInput{
		Slug: "voorbeeld-fietscontrole-met-leerlingen", Status: directory.PracticeDraft,
		PracticeText: directory.PracticeText{
			Title:   "Voorbeeld: fietscontrole met leerlingen",
			Summary: "Een verzonnen praktijk, om te tonen hoe een concept eruitziet.",
			Themes:  []directory.Theme{directory.ThemeTrafficSafety}, Levels: []directory.Level{directory.LevelBasic},
			Markdown: "Dit is een voorbeeld. Leerlingen kijken samen met de politie hun fiets na.",
		},
	}, "<p>Dit is een voorbeeld. Leerlingen kijken samen met de politie hun fiets na.</p>", now)
}
