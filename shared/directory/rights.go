package directory

import "slices"

// Action is something that a person may do with a zone, with a school, or with the service as a whole.
type Action int

// The actions. Those from ImportContactPoints on concern no single zone, the last three a school.
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
	WritePractices                    // good practices of the zone: drafts, publishing, withdrawing
	SeePracticeHistory                // who wrote what of them, and when; their drafts too
	ImportContactPoints               // contact points of many zones from a file
	ManageOrganisations               // which organisation stands for which zones or institutions
	ManageReferenceData               // school lists and territory
	CallZones                         // which zones to call, because schools cannot count on their contact points
	SeeSchoolContact                  // whom the police can reach at a school; see MayWithSchool
	ChangeSchoolContact               // save, confirm and delete that
	SeeSchoolHistory                  // who changed it, and when
	actionCount
)

var actionNames = [actionCount]string{"seePublicValues", "seeSchoolsValues", "reportError", "changeZone", "confirmZone",
	"seeHistory", "restoreZone", "seeReports", "closeReports", "seeSchoolsOfZone", "writePractices",
	"seePracticeHistory", "importContactPoints", "manageOrganisations", "manageReferenceData", "callZones", "seeSchoolContact",
	"changeSchoolContact", "seeSchoolHistory"}

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

// reach says in which zones, or with which schools, a right holds.
type reach int

const (
	nowhere    reach = iota
	ownSchool        // with the principal's own institutions; a CLB's schools are not its own
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
	WritePractices:      {nowhere, nowhere, ownZones, everywhere},
	SeePracticeHistory:  {nowhere, nowhere, ownZones, everywhere},
	ImportContactPoints: {nowhere, nowhere, nowhere, everywhere},
	ManageOrganisations: {nowhere, nowhere, nowhere, everywhere},
	ManageReferenceData: {nowhere, nowhere, nowhere, everywhere},
	CallZones:           {nowhere, nowhere, nowhere, everywhere},
	SeeSchoolContact:    {nowhere, ownSchool, ownZones, everywhere},
	ChangeSchoolContact: {nowhere, ownSchool, nowhere, nowhere},
	SeeSchoolHistory:    {nowhere, ownSchool, nowhere, nowhere},
}

// May tells whether the principal may do something with a zone; code is "" where an action concerns no single
// zone. A role that the service does not know has a visitor's rights.
//
// Codes are compared as they are. The code of a former zone gives no right in its successor, for it stood for a
// part of that zone only and the right is to the whole: whoever makes a Principal gives it the zones of today.
func (p Principal) May(a Action, code ZoneCode) bool {
	r := p.reach(a)
	return r == everywhere || r == ownZones && code != "" && slices.Contains(p.Zones, code)
}

// MayAnywhere tells whether the principal may do something with at least one zone.
func (p Principal) MayAnywhere(a Action) bool {
	return p.reach(a) == everywhere || slices.ContainsFunc(p.Zones, func(code ZoneCode) bool { return p.May(a, code) })
}

// MayWithSchool tells whether the principal may do something with what a school keeps itself. Police may where the
// school has a location in one of their zones.
func (p Principal) MayWithSchool(a Action, s School) bool {
	switch p.reach(a) {
	case everywhere:
		return true
	case ownZones:
		return slices.ContainsFunc(s.Locations, func(l Location) bool { return p.May(a, l.Zone) })
	case ownSchool:
		return s.Number != "" && slices.Contains(p.Own, s.Number)
	}
	return false
}

// reach is how far a right of the principal goes.
func (p Principal) reach(a Action) reach {
	if a < 0 || a >= actionCount {
		return nowhere
	}
	row := rights[a]
	switch p.Role {
	case RoleSchool:
		return row.school
	case RolePolice:
		return row.police
	case RoleAdmin:
		return row.admin
	}
	return row.visitor
}

// MaySeeSchoolsValues tells whether the principal may see what the zone keeps for schools, CLBs and its police.
func (p Principal) MaySeeSchoolsValues(code ZoneCode) bool { return p.May(SeeSchoolsValues, code) }

// MayChange tells whether the principal may change the zone's data: its own police, and administrators.
func (p Principal) MayChange(code ZoneCode) bool { return p.May(ChangeZone, code) }
