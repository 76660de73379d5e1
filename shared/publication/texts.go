package publication

// What catalogue, data package and files say of the data, in Dutch. Demonstration data is called so wherever a title
// or description stands.
const (
	title       = "Aanspreekpunten voor scholen bij de lokale politie"
	description = "De politiezones van Vlaanderen en Brussel met hun aanspreekpunten voor scholen (omzendbrief PLP 41): functie, " +
		"onderwerpen, en de telefoonnummers en e-mailadressen die de politie openbaar maakte. Zonder namen van personen. " +
		"Dit zijn geen noodnummers: bel 101 of 112 als er gevaar is."

	restrictedTitle       = "Aanspreekpunten voor scholen bij de lokale politie: volledige gegevens"
	restrictedDescription = "Alle gegevens van de politiezones, ook die alleen voor scholen, CLB’s en politie bestemd zijn. Niet openbaar."

	// DemonstrationMark goes before a title or description of demonstration data.
	DemonstrationMark = "Voorbeeldgegevens: "
	// DemonstrationNote is what a row or document of demonstration data says.
	DemonstrationNote = "Voorbeeldgegevens: bel deze nummers niet."
)

// License is the licence of the open data: Flanders' model licence for free re-use.
const (
	LicenseName  = "modellicentie-gratis-hergebruik"
	LicenseTitle = "Modellicentie gratis hergebruik Vlaanderen v1.0"
	LicenseURL   = "https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0"
)

// Keywords of the dataset.
func Keywords() []string {
	return []string{"politie", "politiezone", "school", "aanspreekpunt", "PLP 41", "onderwijs"}
}

// Texts gives the dataset's title and description.
func Texts(restricted, demonstration bool) (string, string) {
	t, d := title, description
	if restricted {
		t, d = restrictedTitle, restrictedDescription
	}
	if demonstration {
		t, d = DemonstrationMark+t, DemonstrationNote+" "+d
	}
	return t, d
}
