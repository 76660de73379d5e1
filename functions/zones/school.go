package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/gateway"
)

// schoolStore keeps what schools keep for the police; *dynamo.Store does.
type schoolStore interface {
	SchoolContact(context.Context, directory.InstitutionNumber) (directory.SchoolContact, error)
	SchoolContacts(context.Context, []directory.InstitutionNumber) (map[directory.InstitutionNumber]directory.SchoolContact, error)
	SaveSchoolContact(context.Context, dynamo.SchoolContactSave) error
	SchoolRevisions(ctx context.Context, c directory.SchoolContact, before, limit int, now time.Time) ([]directory.SchoolRevision, bool, error)
	SchoolRevision(ctx context.Context, c directory.SchoolContact, version int, now time.Time) (directory.SchoolRevision, error)
}

// keptSchool is a school of the list as one request finds it.
type keptSchool struct {
	directory.School
	s       *service
	facts   *facts.Facts
	contact directory.SchoolContact // what it keeps for the police
	who     directory.Principal     // who asks
	at      time.Time               // when
}

// schoolOf finds a school that somebody may do something with. Rights come first: to others a number that no school has
// is as forbidden as any.
func (s *service) schoolOf(f *facts.Facts, who directory.Principal, a directory.Action, given string) (*keptSchool, error) {
	number, err := directory.ParseInstitutionNumber(given)
	found, exists := directory.School{}, false
	if err == nil {
		found, exists = f.School(number)
	}
	switch {
	case !who.MayWithSchool(a, found):
		return nil, gateway.MissingPermission("Only the school itself may change what it keeps; the police of its zones and administrators may read it").
			InDutch("Deze gegevens zijn niet voor jou bedoeld.")
	case !exists:
		return nil, gateway.NotFound("No school has this institution number")
	}
	return &keptSchool{School: found, s: s, facts: f, who: who, at: s.now()}, nil
}

// schoolAdmitted tells which school a request of the API is about, once its caller may do what it asks for.
func (s *service) schoolAdmitted(r *http.Request, a directory.Action) (*keptSchool, error) {
	v, err := s.caller(r)
	if err != nil {
		return nil, err
	}
	return s.schoolOf(v.facts, v.who, a, r.PathValue("institutionNumber"))
}

// schoolContact answers GET, PUT and DELETE of what a school keeps for the police.
func (s *service) schoolContact(w http.ResponseWriter, r *http.Request) error {
	switch r.Method {
	case http.MethodPut:
		return s.writeSchool(replaceContact)(w, r)
	case http.MethodDelete:
		return s.writeSchool(deleteContact)(w, r)
	}
	gateway.Cache(w, gateway.Private)
	d, err := s.schoolAdmitted(r, directory.SeeSchoolContact)
	if err != nil {
		return err
	}
	if r.PathValue("institutionNumber") != string(d.Number) {
		gateway.Redirect(w, r, d.contactPath(), http.StatusMovedPermanently)
		return nil
	}
	if _, err := gateway.Params(r); err != nil {
		return err
	}
	if err := d.load(r.Context()); err != nil {
		return err
	}
	gateway.SetVersion(w, d.version())
	return gateway.WriteJSON(w, r, http.StatusOK, d.shown(r))
}

func (d *keptSchool) contactPath() string { return "/api/v1/schools/" + string(d.Number) + "/contact" }

// nextContact makes the next version of a school's contact from a request's body, and tells how it came about.
type nextContact func(d *keptSchool, body []byte) (directory.SchoolContact, directory.RevisionKind, error)

// writeSchool answers a request of the API that makes a new version of a school's contact.
func (s *service) writeSchool(next nextContact) gateway.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		gateway.Cache(w, gateway.Private)
		d, err := s.schoolAdmitted(r, directory.ChangeSchoolContact)
		if err != nil {
			return err
		}
		if r.PathValue("institutionNumber") != string(d.Number) {
			return gateway.NotFound("An institution number has six digits")
		}
		return s.write(w, r, d.who, d.at, &schoolDraft{keptSchool: d, change: next})
	}
}

// schoolDraft is a school's contact that is written.
type schoolDraft struct {
	*keptSchool
	change nextContact
	stored directory.SchoolContact // as it was read
	kind   directory.RevisionKind
}

func (d *keptSchool) load(ctx context.Context) (err error) {
	d.contact, err = d.s.store.SchoolContact(ctx, d.Number)
	return unavailable(err)
}

func (d *keptSchool) version() int { return d.contact.Version }

// view is the contact as the one who asks may see it.
func (d *keptSchool) view() directory.SchoolContactView {
	v, _ := d.contact.See(d.School, d.who, d.at)
	return v
}

func (d *keptSchool) shown(r *http.Request) any {
	v := d.view()
	v.Self = gateway.Link(r, d.contactPath())
	return v
}

func (d *schoolDraft) next(_ context.Context, body []byte) (err error) {
	d.stored = d.contact
	d.contact, d.kind, err = d.change(d.keptSchool, body)
	return err
}

func (d *schoolDraft) save(ctx context.Context, repeat *dynamo.Repeat) error {
	return d.saveContact(ctx, d.stored, d.contact, d.kind, repeat)
}

// saveContact stores the version of the contact that came after another. The error is dynamo.ErrStale,
// dynamo.ErrRepeated or a problem.
func (d *keptSchool) saveContact(ctx context.Context, old, next directory.SchoolContact, kind directory.RevisionKind, repeat *dynamo.Repeat) error {
	return unavailable(d.s.store.SaveSchoolContact(ctx, dynamo.SchoolContactSave{
		Contact: next, Revision: directory.NewSchoolRevision(d.School, old, next, kind, d.who, d.at), Repeat: repeat,
	}))
}

// check finds everything that is wrong with an input of the school, and gives it as it would be stored.
func (d *keptSchool) check(in directory.SchoolContactInput) (directory.SchoolContactInput, []directory.Issue) {
	return directory.SchoolValidation{School: d.School, ParsePhone: parsePhone, Place: d.isPlace}.Check(in)
}

// isPlace tells whether a municipality or one of its places is called so.
func (d *keptSchool) isPlace(name string) bool {
	for _, m := range d.facts.Municipalities() {
		if strings.EqualFold(name, m.Name) || slices.ContainsFunc(d.facts.MunicipalityPlaces(m.NIS), func(p directory.Place) bool { return strings.EqualFold(name, p.Name) }) {
			return true
		}
	}
	return false
}

// replaceContact is PUT: all that the school keeps, as the caller wants it.
func replaceContact(d *keptSchool, body []byte) (next directory.SchoolContact, kind directory.RevisionKind, err error) {
	var in directory.SchoolContactInput
	if err := gateway.DecodeJSON(body, &in, map[string][]string{"": directory.ReadOnlySchoolContactMembers()}); err != nil {
		return next, kind, err
	}
	checked, issues := d.check(in)
	if len(issues) > 0 {
		return next, kind, gateway.BadRequest("The contact cannot be saved like this", told(issues)...)
	}
	return d.contact.Saved(checked, d.at), directory.RevisionSaved, nil
}

// deleteContact is DELETE: nothing is kept any more, nor of what was kept before.
func deleteContact(d *keptSchool, body []byte) (next directory.SchoolContact, kind directory.RevisionKind, err error) {
	if err := nothingIn(body); err != nil {
		return next, kind, err
	}
	return d.contact.Deleted(d.at), directory.RevisionDeleted, nil
}

// confirmContact says that all of the current version is right.
func confirmContact(d *keptSchool, body []byte) (next directory.SchoolContact, kind directory.RevisionKind, err error) {
	if err := nothingIn(body); err != nil {
		return next, kind, err
	}
	next, err = d.contact.Confirmed(d.at)
	if errors.Is(err, directory.ErrNeverSaved) {
		err = gateway.Conflict("nothingToConfirm", "Nothing To Confirm", "The school keeps nothing: PUT its contact first").
			InDutch(nothingKept)
	}
	return next, directory.RevisionConfirmed, err
}

// nothingIn holds a body to be empty, or an empty object.
func nothingIn(body []byte) error {
	if len(body) == 0 {
		return nil
	}
	return gateway.DecodeJSON(body, &struct{}{}, nil)
}
