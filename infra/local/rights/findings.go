package rights

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"aanspreekpunt/infra/local/template"
)

// Findings says in a sentence each what does not agree: calls that the function's role does not allow and, when
// whole, rights that no call used. A right is one action on one resource under one value of each condition.
func (d *Record) Findings(functions []template.Function, whole bool) []string {
	calls := d.Calls()
	d.mu.Lock()
	findings := slices.Clone(d.odd)
	d.mu.Unlock()
	roles := map[string][]template.Statement{}
	for _, f := range functions {
		roles[f.Name] = f.Rights
		for _, s := range f.Rights {
			if problem := unknown(s); problem != "" {
				findings = append(findings, f.Name+": "+problem)
			}
		}
	}
	for _, c := range calls {
		allowed := func(effect string) bool {
			return slices.ContainsFunc(roles[c.Function], func(s template.Statement) bool { return s.Effect == effect && covers(s, c) })
		}
		if !allowed("Allow") || allowed("Deny") {
			findings = append(findings, "not allowed: "+c.String())
		}
	}
	if whole {
		for _, f := range functions {
			findings = append(findings, unused(f, calls)...)
		}
	}
	slices.Sort(findings)
	return slices.Compact(findings)
}

// unused are the rights of a function that no call used.
func unused(f template.Function, calls []Call) []string {
	var findings []string
	for _, s := range f.Rights {
		if s.Effect != "Allow" {
			continue
		}
		for _, action := range s.Action {
			for _, resource := range s.Resource {
				used := func(key, value string) bool {
					return slices.ContainsFunc(calls, func(c Call) bool {
						return c.Function == f.Name && matches(action, c.Action) && matches(resource, c.Resource) && covers(s, c) &&
							(key == "" || slices.ContainsFunc(c.Context[key], func(v string) bool { return matches(value, v) }))
					})
				}
				right := fmt.Sprintf("never used: %s: %s on %s", f.Name, action, resource)
				if !used("", "") {
					findings = append(findings, right)
					continue
				}
				for _, tests := range s.Condition {
					for _, key := range slices.Sorted(maps.Keys(tests)) {
						for _, value := range tests[key] {
							if !used(key, value) {
								findings = append(findings, fmt.Sprintf("%s with %s %s", right, key, value))
							}
						}
					}
				}
			}
		}
	}
	return findings
}

// unknown says what of a statement this package cannot judge; "" when it can.
func unknown(s template.Statement) string {
	if s.Effect != "Allow" && s.Effect != "Deny" {
		return fmt.Sprintf("effect %q is not known here", s.Effect)
	}
	for operator := range s.Condition {
		if !slices.Contains([]string{"StringEquals", "StringLike"}, plain(operator)) {
			return fmt.Sprintf("condition %s is not known here", operator)
		}
	}
	return ""
}

// plain is a condition's operator without what says when it applies.
func plain(operator string) string {
	return strings.TrimSuffix(strings.TrimPrefix(operator, "ForAllValues:"), "IfExists")
}

// covers tells whether a statement is about a call.
func covers(s template.Statement, c Call) bool {
	any := func(patterns []string, value string) bool {
		return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, value) })
	}
	if !any(s.Action, c.Action) || !any(s.Resource, c.Resource) {
		return false
	}
	for operator, tests := range s.Condition {
		for key, values := range tests {
			asked, there := c.Context[key]
			// Without the key an …IfExists holds, as does "all values" of none.
			if !there && !strings.HasSuffix(operator, "IfExists") && !strings.HasPrefix(operator, "ForAllValues:") {
				return false
			}
			for _, v := range asked {
				exact := slices.Contains(values, v)
				if !exact && (plain(operator) != "StringLike" || !any(values, v)) {
					return false
				}
			}
		}
	}
	return true
}

// matches compares as IAM does: * is any text, ? is one character.
func matches(pattern, value string) bool {
	if !strings.ContainsAny(pattern, "*?") {
		return pattern == value
	}
	quoted := regexp.QuoteMeta(pattern)
	return regexp.MustCompile("^(?s:" + strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(quoted) + ")$").MatchString(value)
}
