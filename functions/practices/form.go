package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/gateway"
	"aanspreekpunt/shared/site"
)

// What is read of a form at most. The rows are over what a practice may hold, so that too many are refused and not
// dropped without a word.
const (
	largestForm  = 1 << 20 // bytes
	mostPartners = 40
	mostChoices  = 50
)

// form is a practice as somebody filled it in, with what they wanted to be done with it.
type form struct {
	in       directory.PracticeInput
	zone     directory.ZoneCode // of a new practice
	base     int                // the version from which it began
	restored int                // the version that it restores; 0 for none
	dirty    bool               // holds what is not saved yet
	action   string             // "voorbeeld", "concept", "publiceren", "partner", "partnerweg", "herstellen"
	focus    string             // id of the element that gets the focus
	said     string             // Dutch: what a button did
}

// formOf begins a form with a practice as it is.
func formOf(p directory.Practice) form {
	return form{in: p.Input(), zone: p.Zone, base: p.Version}
}

// readForm reads a form. It never fails: what it does not know it leaves out, and what makes no sense is for the rules
// to refuse, as it was typed. Fields have the names by which an Issue names them.
func readForm(v url.Values) form {
	f := form{base: number(v.Get("versie")), restored: number(v.Get("herstel")), zone: directory.ZoneCode(v.Get("zone")), dirty: true}
	action, where, _ := strings.Cut(v.Get("actie"), ":")
	f.action = action
	f.in.Title, f.in.Summary, f.in.Markdown = v.Get("title"), v.Get("summary"), v.Get("markdown")
	f.in.Slug, f.in.Note = v.Get("slug"), v.Get("note")
	f.in.Themes, f.in.Levels = chosen[directory.Theme](v["themes"]), chosen[directory.Level](v["levels"])
	for i := range mostPartners {
		at := fmt.Sprintf("partners[%d].", i)
		if !v.Has(at + "name") {
			continue
		}
		if action == "partnerweg" && where == strconv.Itoa(i) {
			f.said = "Partner weggehaald"
			if name := strings.TrimSpace(v.Get(at + "name")); name != "" {
				f.said = name + " weggehaald"
			}
			f.focus = "partner-erbij"
			continue
		}
		f.in.Partners = append(f.in.Partners, directory.Partner{Kind: directory.PartnerKind(v.Get(at + "kind")), Name: v.Get(at + "name"), Website: v.Get(at + "website")})
	}
	if action == "partner" {
		f.said, f.focus = "Partner toegevoegd", fmt.Sprintf("partners-%d-kind", len(f.in.Partners))
		f.in.Partners = append(f.in.Partners, directory.Partner{})
	}
	switch action {
	case "publiceren":
		f.in.Status = directory.PracticePublished
	default:
		f.in.Status = directory.PracticeDraft
	}
	return f
}

// tidy takes away the partners of which nothing was filled in.
func (f *form) tidy() {
	f.in.Partners = slices.DeleteFunc(f.in.Partners, func(p directory.Partner) bool {
		return strings.TrimSpace(p.Name) == "" && strings.TrimSpace(p.Website) == "" && p.Kind == ""
	})
}

func chosen[T ~string](values []string) []T {
	var list []T
	for _, v := range values[:min(len(values), mostChoices)] {
		if !slices.Contains(list, T(v)) {
			list = append(list, T(v))
		}
	}
	return list
}

// readPost reads a form. Nobody's browser sends one that is too large or broken.
func readPost(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, largestForm)
	if err := r.ParseForm(); err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, gateway.PayloadTooLarge(largestForm).InDutch("Deze tekst is te groot om te bewaren. Hoogstens " + strconv.Itoa(directory.MaxMarkdownBytes) + " tekens kan.")
		}
		return nil, gateway.BadRequest("The form cannot be read").InDutch("We kunnen dit formulier niet lezen. Er is niets veranderd.")
	}
	return r.PostForm, nil
}

// editView is the form of a practice as a page shows it.
type editView struct {
	Zone            *site.Control // of a new practice, for those with several zones
	ZoneValue       directory.ZoneCode
	Title, Summary  site.Control
	Markdown, Slug  site.Control
	Themes, Levels  site.Choices
	Partners        []partnerView
	PartnersBad     string
	AddPartner      site.Act
	Note            site.Control
	PublicNow, Live bool // the newest version, or an older one, is what everybody reads
}

type partnerView struct {
	Kind, Name, Website site.Control
	Remove              site.Act
}

// idOf is the id of the element of a field.
func idOf(field string) string {
	return strings.Trim(strings.NewReplacer("[", "-", "].", "-", "]", "", ".", "-").Replace(field), "-")
}

// shownAt is the field at which a page says what is wrong with another: a group of boxes has one place for that.
func shownAt(field string) string {
	for _, group := range []string{"themes", "levels"} {
		if strings.HasPrefix(field, group+"[") {
			return group
		}
	}
	return field
}

// problemsOf lists what is wrong for the top of the page, each with the place where it is said again.
func problemsOf(issues []directory.Issue) []site.Problem {
	var list []site.Problem
	for _, issue := range issues {
		at := shownAt(issue.Field)
		p := site.Problem{Anchor: idOf(at), Where: directory.PracticeFieldLabel(at), Message: issue.Message}
		if !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}

// newEditView shows a form with what is wrong with it. zones are those of which somebody may write a new practice.
func newEditView(f form, p directory.Practice, zones []directory.ZoneFacts, label func(directory.ZoneFacts) string, issues []directory.Issue) editView {
	wrong := map[string]string{}
	for _, issue := range issues {
		if at := shownAt(issue.Field); wrong[at] == "" {
			wrong[at] = issue.Message
		}
	}
	field := func(name, label, value, hint string) site.Control {
		return site.Control{ID: idOf(name), Name: name, Label: label, Value: value, Hint: hint, Error: wrong[name], Focus: f.focus == idOf(name)}
	}
	in := f.in
	v := editView{
		ZoneValue: f.zone,
		Title:     field("title", "Titel", in.Title, ""),
		Summary:   field("summary", "Samenvatting", in.Summary, "Eén zin, voor de lijst."),
		Markdown: field("markdown", "Tekst", in.Markdown,
			"Een lege regel begint een nieuwe alinea. ## maakt een tussentitel, - een opsomming, **vet** en [een link](https://www.politie.be). Een tabel kan niet en zou blijven staan zoals je ze typt: maak er een opsomming van. Geen telefoonnummers of mailadressen: onder je praktijk staat vanzelf wie scholen kunnen bellen. Noem geen leerlingen."),
		Slug:        field("slug", "Webadres", in.Slug, "Het laatste stuk van het adres, na /praktijken/. Leeg: we maken het van de titel."),
		PartnersBad: wrong["partners"],
		AddPartner:  site.Act{ID: "partner-erbij", Action: "partner", Text: "Partner toevoegen", Focus: f.focus == "partner-erbij"},
		Note:        field("note", "Waarom? (mag je leeg laten)", in.Note, "Voor de geschiedenis: alleen politie van deze zone leest dit."),
		PublicNow:   p.Status == directory.PracticePublished,
	}
	_, v.Live = p.Public()
	if p.Version > 0 {
		v.Slug.Hint = "Het laatste stuk van het adres, na /praktijken/. Verander je het, dan leidt het oude adres naar het nieuwe. Dat geldt meteen, ook als je de tekst als concept bewaart."
	}
	v.Summary.Rows, v.Markdown.Rows = 3, 20
	if p.Version == 0 && len(zones) > 1 {
		zone := field("zone", "Politiezone", string(f.zone), "")
		zone.Options = []site.Option{{Value: "", Label: "Kies", On: f.zone == ""}}
		for _, z := range zones {
			zone.Options = append(zone.Options, site.Option{Value: string(z.Code), Label: label(z), On: z.Code == f.zone})
		}
		v.Zone = &zone
	}
	v.Themes = site.Choices{ID: "themes", Name: "themes", Legend: "Onderwerpen", Error: wrong["themes"], Options: options(directory.Themes(), in.Themes, directory.Theme.Label)}
	v.Levels = site.Choices{ID: "levels", Name: "levels", Legend: "Onderwijsniveaus", Hint: "Niets aangevinkt: alle niveaus.", Error: wrong["levels"], Options: options(directory.Levels(), in.Levels, directory.Level.Label)}
	for i, partner := range in.Partners {
		at := fmt.Sprintf("partners[%d].", i)
		kind := field(at+"kind", "Soort partner", string(partner.Kind), "")
		kind.Options = []site.Option{{Value: "", Label: "Kies", On: partner.Kind == ""}}
		for _, k := range directory.PartnerKinds() {
			kind.Options = append(kind.Options, site.Option{Value: string(k), Label: site.Upper(k.Label()), On: k == partner.Kind})
		}
		name := cmp.Or(strings.TrimSpace(partner.Name), "partner "+strconv.Itoa(i+1))
		v.Partners = append(v.Partners, partnerView{kind, field(at+"name", "Naam van de partner", partner.Name, ""), field(at+"website", "Website van de partner", partner.Website, "Mag je leeg laten. Begint met https://"),
			site.Act{Action: "partnerweg:" + strconv.Itoa(i), Text: "Weghalen", Of: name}})
	}
	return v
}

// options are the boxes for a list; a value that is not in it stands behind, as it came.
func options[T ~string](known, on []T, label func(T) string) []site.Option {
	var list []site.Option
	for _, k := range known {
		list = append(list, site.Option{Value: string(k), Label: site.Upper(label(k)), On: slices.Contains(on, k)})
	}
	for _, o := range on {
		if !slices.Contains(known, o) {
			list = append(list, site.Option{Value: string(o), Label: string(o), On: true})
		}
	}
	return list
}
