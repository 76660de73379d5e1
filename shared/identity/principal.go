package identity

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/gateway"
)

// Organisations is the table that links company numbers to police zones.
type Organisations interface {
	// Organisation gives an organisation; false when administrators linked none with this number.
	Organisation(ctx context.Context, number directory.CompanyNumber) (directory.Organisation, bool, error)
}

// Facts are the reference facts by which an organisation leads to zones.
type Facts interface {
	Zone(directory.ZoneCode) (directory.ZoneFacts, bool)
	CurrentZones(directory.ZoneCode) []directory.ZoneCode
	School(directory.InstitutionNumber) (directory.School, bool)
	CLB(directory.InstitutionNumber) (directory.CLB, bool)
}

// OfAPI tells who calls the API, by the Authorization header alone. Without one it is a visitor. The error is a
// *gateway.Problem: 401 for a header that holds no good token, 503 when that cannot be found out.
func (v *Verifier) OfAPI(r *http.Request, f Facts) (directory.Principal, error) {
	headers := r.Header.Values("Authorization")
	if len(headers) == 0 {
		return directory.Principal{}, nil
	}
	raw, err := bearer(strings.Join(headers, ","))
	if err != nil {
		return directory.Principal{}, problem(err)
	}
	c, err := v.verify(r.Context(), raw)
	if err == nil {
		err = v.meant(c)
	}
	if err != nil {
		return directory.Principal{}, problem(err)
	}
	return v.principal(r.Context(), c, f)
}

// OfPage tells who looks at a page, by the session cookie alone. A cookie that is refused makes a visitor, and so
// does an issuer whose keys cannot be read: public pages work without it. The error is a *gateway.Problem, 503,
// when the table of organisations cannot be read.
func (v *Verifier) OfPage(r *http.Request, f Facts) (directory.Principal, error) {
	raw := Session(r)
	if raw == "" {
		return directory.Principal{}, nil
	}
	c, good := v.session(r.Context(), raw)
	if !good {
		return directory.Principal{}, nil
	}
	return v.principal(r.Context(), c, f)
}

// session tells whether an ID token is a session of ours.
func (v *Verifier) session(ctx context.Context, raw string) (claims, bool) {
	c, err := v.verify(ctx, raw)
	return c, err == nil && v.signIn(c) == nil
}

// problem is what a caller of the API is told.
func problem(err error) error {
	switch {
	case errors.Is(err, ErrNoToken):
		return gateway.NoAccessToken()
	case errors.Is(err, ErrExpired):
		return gateway.ExpiredAccessToken(err)
	case errors.Is(err, ErrInvalid):
		return gateway.InvalidAccessToken(err)
	}
	return gateway.Unavailable(err)
}

// principal makes of a token's claims who the person is and what is theirs.
func (v *Verifier) principal(ctx context.Context, c claims, f Facts) (directory.Principal, error) {
	s := v.settings
	numbers := c.all(s.Organisation)
	p := directory.Principal{
		Role:         s.role(c, numbers),
		Subject:      c.token.Subject,
		Name:         c.words(s.Name),
		Organisation: c.words([]string{s.OrganisationName}),
		Expires:      c.token.Expiry,
	}
	switch p.Role {
	case directory.RoleSchool:
		school(&p, numbers, f)
	case directory.RolePolice:
		if err := v.police(ctx, &p, c.all(s.Zones), numbers, f); err != nil {
			return directory.Principal{}, gateway.Unavailable(err)
		}
	case directory.RoleAdmin:
		if p.Organisation == "" {
			p.Organisation = "Beheer"
		}
	}
	return p, nil
}

// role is the farthest right that the token gives. A right that is bound to an organisation counts for that one
// only, and one of the wrong target group not at all: its number would mean something else.
func (s Settings) role(c claims, numbers []string) directory.RoleName {
	given := c.all(s.Roles)
	groups := c.all(s.TargetGroup)
	for _, role := range []directory.RoleName{directory.RoleAdmin, directory.RolePolice, directory.RoleSchool} {
		value, set := s.RoleValues[role]
		if !set || !slices.ContainsFunc(given, func(g string) bool {
			right, organisation, bound := strings.Cut(g, ":")
			return g == value || bound && right == value && slices.Contains(numbers, organisation)
		}) {
			continue
		}
		if group, asked := s.TargetGroups[role]; asked && s.TargetGroup.Name != "" && !slices.Contains(groups, group) {
			continue
		}
		return role
	}
	return ""
}

// school links institution numbers to the zones of their locations. A CLB's number leads to its schools.
func school(p *directory.Principal, numbers []string, f Facts) {
	var names []string
	for _, n := range numbers {
		number, err := directory.ParseInstitutionNumber(n)
		if err != nil {
			continue // a number of another kind
		}
		s, isSchool := f.School(number)
		if isSchool {
			p.Zones = append(p.Zones, s.Zones()...)
			names = append(names, s.Name)
		}
		clb, isCLB := f.CLB(number)
		if isCLB {
			p.Institutions = append(p.Institutions, clb.Schools...)
			p.Zones = append(p.Zones, clb.Zones...)
			if !isSchool {
				names = append(names, "CLB "+string(number))
			}
		}
		if isSchool || isCLB {
			p.Own = append(p.Own, number)
		}
	}
	p.Own = ascending(p.Own)
	p.Institutions = ascending(append(p.Institutions, p.Own...))
	p.Zones = ascending(p.Zones)
	if p.Organisation == "" {
		p.Organisation = directory.AndWords(names)
	}
}

// police links staff to zones of today: those that the token names or else those of their organisation's number.
// A former zone's code gives no right in its successor, of which it was a part only, unless an administrator loaded the
// change by which the whole of it became part of that one.
func (v *Verifier) police(ctx context.Context, p *directory.Principal, codes, numbers []string, f Facts) error {
	var zones []directory.ZoneCode
	for _, code := range codes {
		zones = append(zones, directory.ZoneCode(code))
	}
	if len(zones) == 0 {
		for _, n := range numbers {
			number, err := directory.ParseCompanyNumber(n)
			if err != nil {
				continue // a number of another kind
			}
			o, _, err := v.organisations.Organisation(ctx, number)
			if err != nil {
				return fmt.Errorf("organisation of the caller: %w", err)
			}
			zones = append(zones, o.Zones...)
		}
	}
	for i, code := range zones {
		if next := f.CurrentZones(code); len(next) == 1 && next[0] != code {
			if z, _ := f.Zone(next[0]); slices.Contains(z.Sources(), code) {
				zones[i] = next[0]
			}
		}
	}
	var names []string
	for _, code := range ascending(zones) {
		if z, ok := f.Zone(code); ok {
			p.Zones = append(p.Zones, code)
			names = append(names, "politiezone "+z.Name)
		}
	}
	if p.Organisation == "" && len(names) > 0 {
		p.Organisation = "P" + directory.AndWords(names)[1:]
	}
	return nil
}

func ascending[T ~string](list []T) []T {
	slices.Sort(list)
	return slices.Compact(list)
}

// all gives the values of a claim, those of its prefix without it.
func (c claims) all(claim Claim) []string {
	if claim.Name == "" {
		return nil
	}
	var listed []string
	switch value := c.values[claim.Name].(type) {
	case string:
		listed = separate(value)
	case []any:
		for _, one := range value {
			if s, ok := one.(string); ok {
				listed = append(listed, s)
			}
		}
	}
	var values []string
	for _, value := range listed {
		if rest, ok := strings.CutPrefix(value, claim.Prefix); ok && rest != "" {
			values = append(values, rest)
		}
	}
	return values
}

// words joins claims that are texts, with a space.
func (c claims) words(names []string) string {
	var words []string
	for _, name := range names {
		if word, ok := c.values[name].(string); ok && strings.TrimSpace(word) != "" {
			words = append(words, strings.TrimSpace(word))
		}
	}
	return strings.Join(words, " ")
}
