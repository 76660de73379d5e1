package directory

import "slices"

// Action is something that a person may do with a zone, or with the service as a whole.
type Action int

// The actions. Those from ImportContactPoints on concern no single zone.
const (
	SeePublicValues     Action = iota // what everybody may see of a zone
	SeeSchoolsValues                  // also what the zone keeps for schools, CLBs and its police
	ReportError                       // tell that the zone's data is wrong
	ChangeZone                        // save new data
	ConfirmZone                       // say that all is still right
	SeeHistory                        // who changed what, and when
	RestoreZone                       // save an older version as a new one
	SeeReports                        // errors that others reported
	CloseReports                      // answer and close them
	SeeSchoolsOfZone                  // the list of schools with a location in the zone
	ImportContactPoints               // contact points of many zones from a file
	ManageOrganisations               // which organisation stands for which zones or institutions
	ManageReferenceData               // school lists and territory
	actionCount
)

var actionNames = [actionCount]string{"seePublicValues", "seeSchoolsValues", "reportError", "changeZone", "confirmZone",
	"seeHistory", "restoreZone", "seeReports", "closeReports", "seeSchoolsOfZone", "importContactPoints",
	"manageOrganisations", "manageReferenceData"}

// String names the action for a log line.
func (a Action) String() string {
	if a < 0 || a >= actionCount {
		return "unknown"
	}
	return actionNames[a]
}

// Actions lists every action.
func Actions() []Action {
	all := make([]Action, actionCount)
	for i := range all {
		all[i] = Action(i)
	}
	return all
}

// reach says in which zones a right holds.
type reach int

const (
	nowhere    reach = iota
	ownZones         // in the principal's own zones
	everywhere       // in every zone, and where no zone is concerned
)

// rights is who may do what where. It is the only place that says so.
var rights = [actionCount]struct{ visitor, school, police, admin reach }{
	SeePublicValues:     {everywhere, everywhere, everywhere, everywhere},
	SeeSchoolsValues:    {nowhere, ownZones, ownZones, everywhere},
	ReportError:         {everywhere, everywhere, everywhere, everywhere},
	ChangeZone:          {nowhere, nowhere, ownZones, everywhere},
	ConfirmZone:         {nowhere, nowhere, ownZones, everywhere},
	SeeHistory:          {nowhere, nowhere, ownZones, everywhere},
	RestoreZone:         {nowhere, nowhere, ownZones, everywhere},
	SeeReports:          {nowhere, nowhere, ownZones, everywhere},
	CloseReports:        {nowhere, nowhere, ownZones, everywhere},
	SeeSchoolsOfZone:    {nowhere, nowhere, ownZones, everywhere},
	ImportContactPoints: {nowhere, nowhere, nowhere, everywhere},
	ManageOrganisations: {nowhere, nowhere, nowhere, everywhere},
	ManageReferenceData: {nowhere, nowhere, nowhere, everywhere},
}

// May tells whether the principal may do something with a zone; code is "" where an action concerns no single
// zone. A role that the service does not know has a visitor's rights.
//
// Codes are compared as they are. The code of a former zone gives no right in its successor, for it stood for a
// part of that zone only and the right is to the whole: whoever makes a Principal gives it the zones of today.
func (p Principal) May(a Action, code ZoneCode) bool {
	if a < 0 || a >= actionCount {
		return false
	}
	row := rights[a]
	r := row.visitor
	switch p.Role {
	case RoleSchool:
		r = row.school
	case RolePolice:
		r = row.police
	case RoleAdmin:
		r = row.admin
	}
	return r == everywhere || r == ownZones && code != "" && slices.Contains(p.Zones, code)
}

// MaySeeSchoolsValues tells whether the principal may see what the zone keeps for schools, CLBs and its police.
func (p Principal) MaySeeSchoolsValues(code ZoneCode) bool { return p.May(SeeSchoolsValues, code) }

// MayChange tells whether the principal may change the zone's data: its own police, and administrators.
func (p Principal) MayChange(code ZoneCode) bool { return p.May(ChangeZone, code) }
