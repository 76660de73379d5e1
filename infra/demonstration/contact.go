package demonstration

import (
	"time"

	"aanspreekpunt/shared/directory"
)

// SchoolContact is what one of the demonstration schools, ThreeLocations, keeps for the police of its two zones. It was
// confirmed twenty days before now.
func SchoolContact(now time.Time) directory.SchoolContact {
	at := now.AddDate(0, 0, -20)
	return directory.SchoolContact{InstitutionNumber: ThreeLocations}.Saved(directory.SchoolContactInput{
		ContactPersons: []directory.ContactPerson{
			{ID: "directeur", Role: "Directeur", Name: "Voorbeeld Directeur", Phones: []string{"+3288700001"},
				Email: "directie@" + domain, Availability: "Tijdens de schooluren, en in de vakantie via het secretariaat."},
			{ID: "zorgcoordinator", Role: "Zorgcoördinator", Name: "Voorbeeld Zorg", Phones: []string{"+3288700002"}, Locations: []int{2, 3}},
			{ID: "secretariaat", Role: "Secretariaat", Phones: []string{"+3288700003"}, Email: "secretariaat@" + domain, Locations: []int{1}},
		},
		Aliases: []string{"'t Lindeke", "Klein Lindenhof"},
		Assured: true,
	}, at)
}
