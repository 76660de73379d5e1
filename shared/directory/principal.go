package directory

// RoleName is what a signed-in person may be.
type RoleName string

// The roles. A visitor has none.
const (
	RoleSchool RoleName = "school"
	RolePolice RoleName = "police"
	RoleAdmin  RoleName = "admin"
)

// Principal is who asks. The zero value is a visitor.
type Principal struct {
	Role    RoleName
	Subject string
	Name    string
	Zones   []ZoneCode // police: the zones they keep; school: the zones in which its institutions have a location
}

// MaySeeSchoolsValues tells whether the principal may see what the zone keeps for schools, CLBs and its police.
func (p Principal) MaySeeSchoolsValues(code ZoneCode) bool {
	if p.Role == RoleAdmin {
		return true
	}
	if p.Role != RoleSchool && p.Role != RolePolice {
		return false
	}
	for _, z := range p.Zones {
		if z == code {
			return true
		}
	}
	return false
}

// MayChange tells whether the principal may change the zone's data: its own police, and administrators.
func (p Principal) MayChange(code ZoneCode) bool {
	return p.Role == RoleAdmin || p.Role == RolePolice && p.MaySeeSchoolsValues(code)
}
