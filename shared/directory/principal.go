package directory

import (
	"time"
)

// RoleName is what a signed-in person may be.
type RoleName string

// The roles. A visitor has none, and so does someone who signed in without a right for this service.
const (
	RoleSchool RoleName = "school"
	RolePolice RoleName = "police"
	RoleAdmin  RoleName = "admin"
)

// Principal is who asks. The zero value is a visitor.
type Principal struct {
	Role    RoleName
	Subject string     // the issuer's name for the person; "" for a visitor
	Name    string     // of the person, for the history of a zone
	Zones   []ZoneCode // police: the zones they keep; school: the zones in which its institutions have a location

	// Organisation is the name of the organisation one signed in for, in the words its own people know; ""
	// when nothing tells it.
	Organisation string
	// Own are the institution numbers of the organisation itself. A school may change what it keeps itself.
	Own []InstitutionNumber
	// Institutions are those through which a school's or CLB's staff sees zones: its own, and for a CLB the
	// schools that name it as their CLB. Ascending.
	Institutions []InstitutionNumber
	// Expires is when the sign-in ends; zero for a visitor.
	Expires time.Time
}

// SignedIn tells whether somebody signed in, with whatever rights.
func (p Principal) SignedIn() bool { return p.Subject != "" }

// Access is how far a sign-in reaches.
type Access int

// From nothing to something.
const (
	AccessVisitor  Access = iota // did not sign in
	AccessNoRight                // signed in, but the organisation gave no right for this service
	AccessUnlinked               // has the right, but no zone or institution belongs to the organisation
	AccessGranted
)

// Access tells why a person sees what they see. All but AccessGranted get the public view.
func (p Principal) Access() Access {
	switch {
	case !p.SignedIn():
		return AccessVisitor
	case p.Role == "":
		return AccessNoRight
	case p.Role != RoleAdmin && len(p.Zones) == 0:
		return AccessUnlinked
	}
	return AccessGranted
}
